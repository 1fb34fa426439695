//! Who is signed in at the provider: a session behind a cookie, so that a second login skips the password.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};

use super::grant::Grant;
use super::scope::ScopeFacts;
use super::tenant::ClientFacts;
use super::user::UserFacts;

/// How long a sign-in counts.
pub(super) const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(8);

/// One signed-in person in one browser.
pub(super) struct Session {
    /// The session's name, the claim `sid`. Opens nothing.
    pub(super) sid: String,
    pub(super) user: &'static UserFacts,
    pub(super) auth_time: Timestamp,
    /// What was allowed in this session, by `client_id`: lets `prompt=none` succeed.
    allowed: BTreeMap<&'static str, Vec<&'static ScopeFacts>>,
}

impl Session {
    /// A session of somebody who has just given the password.
    pub(super) fn new(sid: String, user: &'static UserFacts, auth_time: Timestamp) -> Self {
        Self {
            sid,
            user,
            auth_time,
            allowed: BTreeMap::new(),
        }
    }

    /// What the person grants this client.
    pub(super) fn grant(&self, client: &'static ClientFacts, scopes: Vec<&'static ScopeFacts>) -> Grant {
        Grant {
            client,
            user: Some(self.user),
            sid: self.sid.clone(),
            auth_time: self.auth_time,
            scopes,
            nonce: None,
            state: None,
        }
    }

    /// Remembers that this client was allowed these scopes.
    pub(super) fn allow(&mut self, client_id: &'static str, scopes: &[&'static ScopeFacts]) {
        let allowed = self.allowed.entry(client_id).or_default();
        for scope in scopes {
            if !allowed.contains(scope) {
                allowed.push(scope);
            }
        }
    }

    /// Whether all these scopes were allowed to this client before.
    pub(super) fn has_allowed(&self, client_id: &str, scopes: &[&'static ScopeFacts]) -> bool {
        self.allowed
            .get(client_id)
            .is_some_and(|allowed| scopes.iter().all(|scope| allowed.contains(scope)))
    }

    /// Whether the password was given at most `max_age_s` seconds ago; without a limit, always.
    pub(super) fn is_fresh(&self, max_age_s: Option<i64>, now: Timestamp) -> bool {
        max_age_s.is_none_or(|limit| now.duration_since(self.auth_time).as_secs() <= limit)
    }
}

/// The cookie's name. Cookies ignore ports, so two providers on one machine would overwrite each other's.
fn cookie_name(port: u16) -> String {
    format!("tokenscope_demo_{port}")
}

/// The session cookie's value, if the browser sent one.
pub(super) fn read_cookie(headers: &HeaderMap, port: u16) -> Option<&str> {
    let name = cookie_name(port);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The `Set-Cookie` value of a new session. Not `Secure`: the provider speaks plain HTTP, on loopback only.
/// `path` is where the system's sign-in pages are: each system has its own sessions.
pub(super) fn set_cookie(value: &str, path: &str, port: u16) -> String {
    format!("{}={value}; Path={path}; HttpOnly; SameSite=Lax", cookie_name(port))
}

/// The `Set-Cookie` value that makes a browser forget its session.
pub(super) fn clear_cookie(path: &str, port: u16) -> String {
    format!("{}=; Path={path}; Max-Age=0; HttpOnly; SameSite=Lax", cookie_name(port))
}

#[cfg(test)]
mod tests {
    use super::super::tenant::System;
    use super::super::user::USERS;
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_another_ports_is_not() {
        let mut headers = HeaderMap::new();
        let value = "a=b; tokenscope_demo_80=one; tokenscope_demo_81=two";
        headers.insert(header::COOKIE, value.parse().expect("a header"));
        assert_eq!(read_cookie(&headers, 81), Some("two"));
        assert_eq!(read_cookie(&headers, 82), None);
    }

    #[test]
    fn a_wider_scope_than_before_was_not_allowed() {
        let mut session = Session::new("s".into(), &USERS[0], Timestamp::UNIX_EPOCH);
        let narrow = System::ErpNet.scopes("openid").expect("known");
        let wide = System::ErpNet.scopes("openid profile").expect("known");
        session.allow("app", &narrow);
        assert!(session.has_allowed("app", &narrow));
        assert!(!session.has_allowed("app", &wide));
        assert!(!session.has_allowed("other", &narrow));
    }

    #[test]
    fn what_was_allowed_before_is_kept_once() {
        let mut session = Session::new("s".into(), &USERS[0], Timestamp::UNIX_EPOCH);
        let narrow = System::ErpNet.scopes("openid").expect("known");
        let wide = System::ErpNet.scopes("openid profile").expect("known");
        for scopes in [&narrow, &wide, &wide, &narrow] {
            session.allow("app", scopes);
        }
        assert_eq!(session.allowed["app"], wide);
    }

    #[test]
    fn max_age_zero_counts_only_in_the_same_second() {
        let session = Session::new("s".into(), &USERS[0], Timestamp::UNIX_EPOCH);
        let later = Timestamp::from_second(1).expect("in range");
        assert!(session.is_fresh(Some(0), Timestamp::UNIX_EPOCH));
        assert!(!session.is_fresh(Some(0), later));
        assert!(session.is_fresh(None, later));
    }
}
