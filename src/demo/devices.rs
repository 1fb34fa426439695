//! Devices that wait for a person's decision (RFC 8628): which codes are out, who decided what, who polls too fast.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};

use super::answer::Refusal;
use super::expiring::Expiring;
use super::grant::Grant;
use super::scope::ScopeFacts;
use super::tenant::ClientFacts;

/// The letters of a user code: no vowels, so no words, and nothing that looks like something else (RFC 8628 §6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// By how much `slow_down` lengthens the interval, in seconds (RFC 8628 §3.5).
const SLOW_DOWN_S: u64 = 5;

/// What a device asks for.
#[derive(Clone, Debug)]
pub(super) struct DeviceRequest {
    pub(super) client: &'static ClientFacts,
    pub(super) scopes: Vec<&'static ScopeFacts>,
    /// What the person types, with its hyphen.
    pub(super) user_code: String,
}

enum Decision {
    Pending,
    Denied,
    Allowed(Grant),
    /// Allowed, and the tokens are out.
    Spent,
}

struct Waiting {
    request: DeviceRequest,
    decision: Decision,
    /// The least time between two polls, in seconds.
    interval_s: u64,
    polled_at: Option<Timestamp>,
}

/// Every device that waits.
pub(super) struct Devices {
    /// By user code.
    waiting: Expiring<Waiting>,
    /// The user code, by device code.
    user_codes: Expiring<String>,
}

impl Devices {
    /// Nobody waits yet.
    pub(super) fn new() -> Self {
        Self {
            waiting: Expiring::with_capacity(1000),
            user_codes: Expiring::with_capacity(1000),
        }
    }

    /// Remembers a request whose codes are about to be sent.
    pub(super) fn add(
        &mut self,
        device_code: &str,
        request: DeviceRequest,
        interval_s: u64,
        expires_at: Timestamp,
        now: Timestamp,
    ) {
        let user_code = normal(&request.user_code);
        let waiting = Waiting {
            request,
            decision: Decision::Pending,
            interval_s,
            polled_at: None,
        };
        self.waiting.insert(&user_code, waiting, expires_at, now);
        self.user_codes.insert(device_code, user_code, expires_at, now);
    }

    /// The request behind a code that somebody typed, as long as nobody has decided.
    pub(super) fn find(&self, typed: &str, now: Timestamp) -> Option<DeviceRequest> {
        let waiting = self.waiting.live(&normal(typed), now)?;
        matches!(waiting.decision, Decision::Pending).then(|| waiting.request.clone())
    }

    /// Keeps a decision: a grant, or none for "no". Only the first counts; says whether this was it.
    pub(super) fn decide(&mut self, user_code: &str, grant: Option<Grant>, now: Timestamp) -> bool {
        let waiting = self
            .waiting
            .live_mut(&normal(user_code), now)
            .filter(|waiting| matches!(waiting.decision, Decision::Pending));
        let Some(waiting) = waiting else {
            return false;
        };
        waiting.decision = grant.map_or(Decision::Denied, Decision::Allowed);
        true
    }

    /// What a device that polls gets (RFC 8628 §3.5).
    pub(super) fn poll(&mut self, device_code: &str, client: &ClientFacts, now: Timestamp) -> Result<Grant, Refusal> {
        let unknown = || {
            Refusal::new(
                "invalid_grant",
                "The device_code is unknown or was issued to another client",
            )
        };
        let user_code = self.user_codes.get(device_code).ok_or_else(unknown)?;
        let entry = self
            .waiting
            .get_mut(&user_code.value)
            .filter(|entry| entry.value.request.client == client)
            .ok_or_else(unknown)?;
        if entry.is_expired(now) {
            let text = "The device_code has expired: start again";
            return Err(Refusal::new("expired_token", text));
        }
        let waiting = &mut entry.value;
        match &waiting.decision {
            Decision::Denied => Err(Refusal::new("access_denied", "The user denied the request")),
            Decision::Spent => Err(Refusal::new("invalid_grant", "The device_code was used before")),
            Decision::Allowed(grant) => {
                let grant = grant.clone();
                waiting.decision = Decision::Spent;
                Ok(grant)
            }
            Decision::Pending => {
                let interval = SignedDuration::from_secs(i64::try_from(waiting.interval_s).unwrap_or(i64::MAX));
                let too_fast = waiting.polled_at.is_some_and(|at| now.duration_since(at) < interval);
                waiting.polled_at = Some(now);
                if too_fast {
                    waiting.interval_s += SLOW_DOWN_S;
                    let text = format!("Poll at most every {} seconds from now on", waiting.interval_s);
                    return Err(Refusal::new("slow_down", text));
                }
                let text = "Nobody has decided yet: poll again";
                Err(Refusal::new("authorization_pending", text))
            }
        }
    }
}

/// A user code made from a text that nobody can guess: eight letters, a hyphen in the middle.
pub(super) fn user_code(secret: &str) -> String {
    let hash = digest(&SHA256, secret.as_bytes());
    // Bytes from 240 on are left out: with them some letters would come more often. Of 32 bytes 30 are left on average;
    // fewer than eight never come in practice, and then the code is only shorter.
    let letters = hash.as_ref().iter().filter(|byte| **byte < 240).take(8);
    let mut code: String = letters
        .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
        .collect();
    code.insert(code.len() / 2, '-');
    code
}

/// A user code as it is looked up: letters in upper case, nothing else.
fn normal(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tenant::{CLIENTS, System};
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn waiting() -> Devices {
        let mut devices = Devices::new();
        let request = DeviceRequest {
            client: &CLIENTS[0],
            scopes: System::ErpNet.scopes("openid").expect("known"),
            user_code: "WDJB-MJHT".to_owned(),
        };
        devices.add("device", request, 5, at(600), at(0));
        devices
    }

    fn poll(devices: &mut Devices, second: i64) -> &'static str {
        let refusal = devices.poll("device", &CLIENTS[0], at(second));
        refusal.map_or_else(|refusal| refusal.code, |_| "granted")
    }

    fn grant() -> Grant {
        Grant {
            client: &CLIENTS[0],
            user: None,
            sid: String::new(),
            auth_time: at(1),
            scopes: Vec::new(),
            nonce: None,
            state: None,
        }
    }

    #[test]
    fn polling_faster_than_the_interval_lengthens_it_by_five_seconds_each_time() {
        let mut devices = waiting();
        assert_eq!(poll(&mut devices, 0), "authorization_pending");
        assert_eq!(poll(&mut devices, 5), "authorization_pending");
        assert_eq!(poll(&mut devices, 9), "slow_down");
        assert_eq!(poll(&mut devices, 18), "slow_down", "now it is 10 seconds");
        assert_eq!(poll(&mut devices, 33), "authorization_pending", "now it is 15");
    }

    #[test]
    fn a_decision_counts_once_and_is_handed_out_once() {
        let mut devices = waiting();
        assert!(devices.find("wdjb mjht", at(1)).is_some());
        assert!(devices.decide("WDJB-MJHT", Some(grant()), at(1)));
        assert!(devices.find("WDJBMJHT", at(1)).is_none());
        assert!(!devices.decide("WDJB-MJHT", None, at(1)));
        assert_eq!(poll(&mut devices, 2), "granted");
        assert_eq!(poll(&mut devices, 3), "invalid_grant");
    }

    #[test]
    fn denial_expiry_and_strangers_have_their_own_answers() {
        let mut devices = waiting();
        let stranger = devices.poll("device", &CLIENTS[1], at(1));
        assert_eq!(stranger.expect_err("another client").code, "invalid_grant");
        let unknown = devices.poll("other", &CLIENTS[0], at(1));
        assert_eq!(unknown.expect_err("unknown").code, "invalid_grant");
        assert_eq!(poll(&mut devices, 600), "expired_token");
        assert!(devices.find("WDJB-MJHT", at(600)).is_none());
        let mut devices = waiting();
        assert!(devices.decide("WDJB-MJHT", None, at(1)));
        assert_eq!(poll(&mut devices, 2), "access_denied");
    }

    #[test]
    fn a_user_code_is_eight_letters_without_vowels_and_a_hyphen() {
        let code = user_code("secret");
        assert_eq!((code.len(), code.find('-')), (9, Some(4)));
        assert!(code.bytes().all(|byte| byte == b'-' || LETTERS.contains(&byte)));
        assert_ne!(code, user_code("other"));
    }
}
