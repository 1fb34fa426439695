//! What was granted: codes, and the families of tokens that grow from them.
//!
//! One sign-in makes one family. Each refresh spends the family's refresh token and makes the next one; a spent one
//! that comes back means that two parties hold it, so the whole family dies (RFC 9700 §4.14.2). The same holds for a
//! code that is used twice (RFC 6749 §4.1.2).

use jiff::{SignedDuration, Timestamp};

use super::answer::Refusal;
use super::expiring::Expiring;
use super::grant::Grant;
use super::pkce::Challenge;
use super::scope::ScopeFacts;
use super::tenant::ClientFacts;

/// How long an authorization code lives.
pub(super) const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// What becomes of a refresh token that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rotation {
    /// It is spent. Whoever brings it again makes the whole family die.
    Watched,
    /// It is spent. Whoever brings it again is refused, and that is all.
    Unwatched,
    /// It stays good.
    Off,
}

/// The name of a family. Opens nothing.
pub(super) type FamilyId = u64;

/// A code that was sent to a client.
pub(super) struct Code {
    pub(super) grant: Grant,
    /// As written in the authorization request.
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<Challenge>,
    /// The family of what it is exchanged for, and of a token that was sent beside it.
    family: FamilyId,
    spent: bool,
}

impl Code {
    /// A code that nobody has used yet.
    pub(super) fn new(grant: Grant, family: FamilyId, redirect_uri: String, challenge: Option<Challenge>) -> Self {
        Self {
            grant,
            redirect_uri,
            challenge,
            family,
            spent: false,
        }
    }
}

/// One generation's refresh token.
struct Refresh {
    grant: Grant,
    family: FamilyId,
    spent: bool,
}

/// What is remembered of an access token.
struct Access {
    grant: Grant,
    family: FamilyId,
    revoked: bool,
}

/// Whether an access token still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccessState {
    Live,
    Revoked,
    Unknown,
}

/// All codes and tokens.
pub(super) struct Grants {
    codes: Expiring<Code>,
    refresh: Expiring<Refresh>,
    access: Expiring<Access>,
    revoked: Expiring<()>,
    families: FamilyId,
}

impl Grants {
    /// Nothing granted yet.
    pub(super) fn new() -> Self {
        Self {
            codes: Expiring::with_capacity(1000),
            refresh: Expiring::with_capacity(10_000),
            access: Expiring::with_capacity(10_000),
            revoked: Expiring::with_capacity(10_000),
            families: 0,
        }
    }

    /// The name of a family that nobody belongs to yet.
    pub(super) fn new_family(&mut self) -> FamilyId {
        self.families += 1;
        self.families
    }

    /// Remembers a code that is about to be sent.
    pub(super) fn add_code(&mut self, code: &str, value: Code, now: Timestamp) {
        self.codes.insert(code, value, now + CODE_LIFETIME, now);
    }

    /// Exchanges a code for a new family (RFC 6749 §4.1.3).
    pub(super) fn redeem(
        &mut self,
        code: &str,
        client: &ClientFacts,
        redirect_uri: &str,
        verifier: Option<&str>,
        now: Timestamp,
    ) -> Result<(FamilyId, Grant), Refusal> {
        let Some(entry) = self
            .codes
            .get_mut(code)
            .filter(|entry| entry.value.grant.client == client)
        else {
            return Err(invalid_grant("The code is unknown or was issued to another client"));
        };
        let family = entry.value.family;
        if entry.value.spent {
            self.revoke(family, now);
            return Err(invalid_grant(
                "The code was used before, so the tokens issued from it are revoked",
            ));
        }
        // Whatever comes next, the code is spent: nobody gets a second guess.
        entry.value.spent = true;
        if entry.is_expired(now) {
            return Err(invalid_grant("The code has expired: it lives 60 seconds"));
        }
        if entry.value.redirect_uri != redirect_uri {
            return Err(invalid_grant(
                "The redirect_uri differs from the one in the authorization request",
            ));
        }
        match (&entry.value.challenge, verifier) {
            (None, None) => {}
            (Some(challenge), Some(verifier)) if challenge.accepts(verifier) => {}
            (Some(_), Some(_)) => {
                return Err(invalid_grant("The code_verifier does not match the code_challenge"));
            }
            (Some(_), None) => return Err(invalid_grant("The code_verifier is missing")),
            (None, Some(_)) => {
                return Err(invalid_grant(
                    "There is a code_verifier but the authorization request had no code_challenge",
                ));
            }
        }
        Ok((family, entry.value.grant.clone()))
    }

    /// The client that a refresh token was issued to, whether it is good or not.
    pub(super) fn refresh_client(&self, token: &str) -> Option<&'static ClientFacts> {
        self.refresh.get(token).map(|entry| entry.value.grant.client)
    }

    /// Uses a refresh token (RFC 6749 §6). `scopes` narrows what the next access token may do; the grant that comes
    /// back first is the family's, the second the narrowed one.
    pub(super) fn use_refresh_token(
        &mut self,
        token: &str,
        client: &ClientFacts,
        rotation: Rotation,
        scopes: Option<&[&'static ScopeFacts]>,
        now: Timestamp,
    ) -> Result<(FamilyId, Grant, Grant), Refusal> {
        let Some(entry) = self
            .refresh
            .get_mut(token)
            .filter(|entry| entry.value.grant.client == client)
        else {
            return Err(invalid_grant(
                "The refresh token is unknown or was issued to another client",
            ));
        };
        let family = entry.value.family;
        if entry.value.spent && rotation != Rotation::Watched {
            return Err(invalid_grant("The refresh token was replaced by a newer one"));
        }
        if entry.value.spent {
            self.revoke(family, now);
            return Err(invalid_grant(
                "The refresh token was used before, so every token of this login is revoked",
            ));
        }
        if self.revoked.get(&family.to_string()).is_some() {
            return Err(invalid_grant("The refresh token is revoked: log in again"));
        }
        if entry.is_expired(now) {
            return Err(invalid_grant("The refresh token has expired: log in again"));
        }
        let whole = entry.value.grant.clone();
        let mut narrowed = whole.clone();
        if let Some(scopes) = scopes {
            if let Some(wider) = scopes.iter().find(|scope| !whole.has(scope.name)) {
                let text = format!("The scope {} was not granted at login", wider.name);
                return Err(Refusal::new("invalid_scope", text));
            }
            narrowed.scopes = scopes.to_vec();
        }
        entry.value.spent = rotation != Rotation::Off;
        Ok((family, whole, narrowed))
    }

    /// Remembers a refresh token that is about to be sent.
    pub(super) fn add_refresh_token(
        &mut self,
        token: &str,
        family: FamilyId,
        grant: &Grant,
        expires_at: Timestamp,
        now: Timestamp,
    ) {
        let value = Refresh {
            grant: grant.lasting(),
            family,
            spent: false,
        };
        self.refresh.insert(token, value, expires_at, now);
    }

    /// Remembers an access token by its `jti`, or by itself when it is opaque.
    pub(super) fn add_access_token(
        &mut self,
        key: &str,
        family: FamilyId,
        grant: &Grant,
        expires_at: Timestamp,
        now: Timestamp,
    ) {
        let value = Access {
            grant: grant.lasting(),
            family,
            revoked: false,
        };
        self.access.insert(key, value, expires_at, now);
    }

    /// Whether the access token with this key still counts, its time aside.
    pub(super) fn access_state(&self, key: &str) -> AccessState {
        match self.access.get(key) {
            None => AccessState::Unknown,
            Some(entry) if entry.value.revoked || self.is_revoked(entry.value.family) => AccessState::Revoked,
            Some(_) => AccessState::Live,
        }
    }

    /// What the access token with this key stands for, and when it ends; whether it still counts or not.
    pub(super) fn access(&self, key: &str) -> Option<(&Grant, Timestamp)> {
        self.access.get(key).map(|entry| (&entry.value.grant, entry.expires_at))
    }

    /// What a refresh token that still counts stands for, and when it ends.
    pub(super) fn refresh(&self, token: &str, now: Timestamp) -> Option<(&Grant, Timestamp)> {
        let entry = self.refresh.get(token)?;
        let dead = entry.value.spent || entry.is_expired(now) || self.is_revoked(entry.value.family);
        (!dead).then_some((&entry.value.grant, entry.expires_at))
    }

    /// Revokes one access token of this client (RFC 7009 §2.1). Says whether there is one.
    pub(super) fn revoke_access_token(&mut self, key: &str, client: &ClientFacts) -> bool {
        let entry = self
            .access
            .get_mut(key)
            .filter(|entry| entry.value.grant.client == client);
        entry.map(|entry| entry.value.revoked = true).is_some()
    }

    /// Revokes a refresh token of this client and with it its whole family (RFC 7009 §2.1). Says whether there is one.
    pub(super) fn revoke_refresh_token(&mut self, token: &str, client: &ClientFacts, now: Timestamp) -> bool {
        let entry = self
            .refresh
            .get(token)
            .filter(|entry| entry.value.grant.client == client);
        let family = entry.map(|entry| entry.value.family);
        family.map(|family| self.revoke(family, now)).is_some()
    }

    fn is_revoked(&self, family: FamilyId) -> bool {
        self.revoked.get(&family.to_string()).is_some()
    }

    /// Kills a family. Remembered for a year: longer than any of its tokens lives.
    fn revoke(&mut self, family: FamilyId, now: Timestamp) {
        let expires_at = now + SignedDuration::from_hours(24 * 366);
        self.revoked.insert(&family.to_string(), (), expires_at, now);
    }
}

fn invalid_grant(description: &str) -> Refusal {
    Refusal::new("invalid_grant", description)
}

#[cfg(test)]
mod tests {
    use super::super::tenant::{CLIENTS, System};
    use super::super::user::USERS;
    use super::*;

    const URI: &str = "http://localhost/signin-callback";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn grant() -> Grant {
        Grant {
            client: &CLIENTS[0],
            user: Some(&USERS[0]),
            sid: "sid".into(),
            auth_time: at(0),
            scopes: System::ErpNet.scopes("openid DomainApi offline_access").expect("known"),
            nonce: Some("abc".into()),
            state: Some("xyz".into()),
        }
    }

    fn with_code() -> Grants {
        let mut grants = Grants::new();
        let family = grants.new_family();
        grants.add_code("code", Code::new(grant(), family, URI.into(), None), at(0));
        grants
    }

    fn with_refresh_token() -> Grants {
        let mut grants = with_code();
        let (family, grant) = grants.redeem("code", &CLIENTS[0], URI, None, at(1)).expect("good");
        grants.add_refresh_token("r1", family, &grant, at(1000), at(1));
        grants.add_access_token("jti", family, &grant, at(500), at(1));
        grants
    }

    #[test]
    fn a_code_is_good_once_and_its_second_use_revokes_what_it_gave() {
        let mut grants = with_refresh_token();
        assert_eq!(grants.access_state("jti"), AccessState::Live);
        let again = grants.redeem("code", &CLIENTS[0], URI, None, at(2)).expect_err("spent");
        assert_eq!(again.code, "invalid_grant");
        assert_eq!(grants.access_state("jti"), AccessState::Revoked);
        let refresh = grants.use_refresh_token("r1", &CLIENTS[0], Rotation::Watched, None, at(3));
        assert_eq!(refresh.expect_err("revoked").code, "invalid_grant");
    }

    #[test]
    fn a_code_is_bound_to_its_client_its_redirect_uri_and_its_minute() {
        let other_client = with_code().redeem("code", &CLIENTS[1], URI, None, at(1));
        assert!(other_client.expect_err("bound").description.contains("another client"));
        let other_uri = with_code().redeem("code", &CLIENTS[0], "http://localhost/", None, at(1));
        assert!(other_uri.expect_err("bound").description.contains("redirect_uri"));
        let late = with_code().redeem("code", &CLIENTS[0], URI, None, at(60));
        assert!(late.expect_err("late").description.contains("expired"));
        assert!(with_code().redeem("code", &CLIENTS[0], URI, None, at(59)).is_ok());
    }

    #[test]
    fn a_verifier_without_a_challenge_is_refused() {
        let refused = with_code().redeem("code", &CLIENTS[0], URI, Some("verifier"), at(1));
        assert_eq!(refused.expect_err("downgrade").code, "invalid_grant");
    }

    #[test]
    fn a_refresh_token_that_comes_back_kills_its_family() {
        let mut grants = with_refresh_token();
        let (family, grant, _) = grants
            .use_refresh_token("r1", &CLIENTS[0], Rotation::Watched, None, at(2))
            .expect("good");
        grants.add_refresh_token("r2", family, &grant, at(1000), at(2));
        let reused = grants.use_refresh_token("r1", &CLIENTS[0], Rotation::Watched, None, at(3));
        assert!(reused.expect_err("spent").description.contains("used before"));
        let next = grants.use_refresh_token("r2", &CLIENTS[0], Rotation::Watched, None, at(4));
        assert!(next.expect_err("revoked").description.contains("revoked"));
        assert_eq!(grants.access_state("jti"), AccessState::Revoked);
    }

    #[test]
    fn without_rotation_a_refresh_token_stays_good_and_unwatched_reuse_kills_nobody() {
        let mut grants = with_refresh_token();
        for _ in 0..2 {
            let again = grants.use_refresh_token("r1", &CLIENTS[0], Rotation::Off, None, at(2));
            assert!(again.is_ok());
        }
        let first = grants.use_refresh_token("r1", &CLIENTS[0], Rotation::Unwatched, None, at(3));
        assert!(first.is_ok());
        let reused = grants.use_refresh_token("r1", &CLIENTS[0], Rotation::Unwatched, None, at(4));
        assert_eq!(reused.expect_err("spent").code, "invalid_grant");
        assert_eq!(grants.access_state("jti"), AccessState::Live);
    }

    #[test]
    fn a_wider_scope_is_refused_without_spending_the_token() {
        let mut grants = with_refresh_token();
        let wide = System::ErpNet.scopes("openid profile").expect("known");
        let refused = grants.use_refresh_token("r1", &CLIENTS[0], Rotation::Watched, Some(&wide), at(2));
        assert_eq!(refused.expect_err("wider").code, "invalid_scope");
        let narrow = System::ErpNet.scopes("DomainApi").expect("known");
        let (_, whole, narrowed) = grants
            .use_refresh_token("r1", &CLIENTS[0], Rotation::Watched, Some(&narrow), at(3))
            .expect("narrower is fine");
        assert_eq!((whole.scopes.len(), narrowed.scopes.len()), (3, 1));
        assert_eq!(whole.nonce, None);
    }

    #[test]
    fn a_refresh_token_expires_on_its_second() {
        let late = with_refresh_token().use_refresh_token("r1", &CLIENTS[0], Rotation::Watched, None, at(1000));
        assert!(late.expect_err("late").description.contains("expired"));
        let stranger = with_refresh_token().use_refresh_token("r9", &CLIENTS[0], Rotation::Watched, None, at(2));
        assert!(stranger.expect_err("never issued").description.contains("unknown"));
    }
}
