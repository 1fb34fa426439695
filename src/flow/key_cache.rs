//! Key sets that were fetched, kept as long as their cache headers allow (RFC 9111).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{Context, SHA256};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use http_cache_semantics::{AfterResponse, BeforeRequest, CacheOptions, CachePolicy};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::http::Answer;
use super::key_questions::KeyQuestions;
use crate::model::keys::KeySet;
use crate::model::lifetime::ServerTime;

/// How many sets are kept: a person looks at a handful of providers, and a stranger's tokens must not fill the memory.
const MAX_SETS: usize = 64;

/// No set is used longer without asking, whatever its headers say: a key that was withdrawn must go.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(24);

/// The largest age that is counted with (RFC 9111 §1.2.2).
const LARGEST_AGE_S: u64 = 1 << 31;

/// Headers of an answer that say how long it may be kept. The others are no business of a cache.
const KEPT_HEADERS: [HeaderName; 6] = [
    header::CACHE_CONTROL,
    header::DATE,
    header::ETAG,
    header::EXPIRES,
    header::LAST_MODIFIED,
    header::PRAGMA,
];

/// The sets that one client has fetched. A client with other connection settings has a cache of its own: what came
/// while any certificate would do is never taken for what a trusted server said.
#[derive(Default)]
pub struct KeyCache {
    sets: Mutex<HashMap<Asked, Kept>>,
    questions: KeyQuestions,
}

/// What was asked: an address, with what a profile adds to its requests, which may change the answer (RFC 9110 §12.5.5).
/// Of those headers, which may be secrets, only a digest is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    url: Url,
    headers: [u8; 32],
}

impl Asked {
    /// `headers` are those that are sent beside the usual ones.
    pub(super) fn new<'a>(url: &Url, headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut lines: Vec<(String, &str)> = headers
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        // Of one name, the order of the values counts.
        lines.sort_by(|a, b| a.0.cmp(&b.0));
        let mut context = Context::new(&SHA256);
        for part in lines.iter().flat_map(|(name, value)| [name.as_str(), value]) {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut digest = [0; 32];
        for (byte, made) in digest.iter_mut().zip(context.finish().as_ref()) {
            *byte = *made;
        }
        Self {
            url: url.clone(),
            headers: digest,
        }
    }
}

struct Kept {
    set: KeySet,
    policy: CachePolicy,
    /// When the server said last that the set is the right one.
    confirmed_at: Timestamp,
    server_time: ServerTime,
}

/// What the cache has for a request.
pub(super) enum Lookup {
    /// A set that may be used without asking, and the server's clock as it was measured when it was asked.
    Fresh(KeySet, ServerTime),
    /// Nothing that may: ask, with these headers beside the usual ones.
    Ask(HeaderMap),
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyCache")
    }
}

impl KeyCache {
    fn kept(&self) -> MutexGuard<'_, HashMap<Asked, Kept>> {
        // Nothing is ever half-changed under this lock.
        self.sets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When which keys were asked for again.
    pub(super) const fn questions(&self) -> &KeyQuestions {
        &self.questions
    }

    /// What there is for `asked` at `now`.
    pub(super) fn look(&self, asked: &Asked, now: Timestamp) -> Lookup {
        let kept = self.kept();
        let (Some(entry), Some(request)) = (kept.get(asked), request(&asked.url)) else {
            return Lookup::Ask(HeaderMap::new());
        };
        let is_old = now.duration_since(entry.confirmed_at).abs() >= MAX_AGE;
        match entry.policy.before_request(&request, SystemTime::from(now)) {
            BeforeRequest::Fresh(_) if !is_old => Lookup::Fresh(entry.set.clone(), entry.server_time),
            BeforeRequest::Stale { request, .. } => {
                let conditions = [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE];
                let named = |name: HeaderName| Some((name.clone(), request.headers.get(name)?.clone()));
                Lookup::Ask(conditions.into_iter().filter_map(named).collect())
            }
            BeforeRequest::Fresh(_) => Lookup::Ask(HeaderMap::new()),
        }
    }

    /// Takes in an answer of status 200, unless its headers forbid that.
    pub(super) fn store(&self, asked: &Asked, answer: &Answer, set: &KeySet) {
        let now = answer.received_at;
        let (Some(request), Some(response)) = (request(&asked.url), response(answer)) else {
            return;
        };
        let policy = CachePolicy::new_options(&request, &response, SystemTime::from(now), private());
        let mut kept = self.kept();
        if !policy.is_storable() {
            kept.remove(asked);
            return;
        }
        if kept.len() >= MAX_SETS && !kept.contains_key(asked) {
            let oldest = kept.iter().min_by_key(|(_, entry)| entry.confirmed_at);
            if let Some(oldest) = oldest.map(|(oldest, _)| oldest.clone()) {
                kept.remove(&oldest);
            }
        }
        let entry = Kept {
            set: set.clone(),
            policy,
            confirmed_at: now,
            server_time: answer.server_time,
        };
        kept.insert(asked.clone(), entry);
    }

    /// The server said `304 Not Modified`: the set that is kept, fresh again (RFC 9111 §4.3.4). `None` where there is none,
    /// or the answer is about another one: then nothing is kept any more, and the question without conditions is next.
    pub(super) fn renew(&self, asked: &Asked, answer: &Answer) -> Option<KeySet> {
        let mut kept = self.kept();
        let (request, response) = (request(&asked.url)?, response(answer)?);
        let mut entry = kept.remove(asked)?;
        let now = SystemTime::from(answer.received_at);
        let AfterResponse::NotModified(policy, _) = entry.policy.after_response(&request, &response, now) else {
            return None;
        };
        entry.policy = policy;
        entry.confirmed_at = answer.received_at;
        entry.server_time = answer.server_time;
        let set = entry.set.clone();
        kept.insert(asked.clone(), entry);
        Some(set)
    }
}

/// This is one person's cache, and no proxy for many. Without a word about it nothing is fresh.
fn private() -> CacheOptions {
    CacheOptions {
        shared: false,
        cache_heuristic: 0.0,
        immutable_min_time_to_live: Duration::ZERO,
        ..CacheOptions::default()
    }
}

fn request(url: &Url) -> Option<Request<()>> {
    Request::builder().method(Method::GET).uri(url.as_str()).body(()).ok()
}

/// What the policy is made of. `Vary` is left out: what differs between requests is in [`Asked`]; only `*` is told.
fn response(answer: &Answer) -> Option<Response<()>> {
    let mut response = Response::builder().status(answer.status).body(()).ok()?;
    let headers = response.headers_mut();
    for name in KEPT_HEADERS {
        for value in answer.headers.get_all(&name) {
            headers.append(name.clone(), value.clone());
        }
    }
    let varies = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.trim() == "*");
    if answer.headers.get_all(header::VARY).iter().any(varies) {
        headers.insert(header::VARY, HeaderValue::from_static("*"));
    }
    if let Some(age_s) = answer
        .headers
        .get(header::AGE)
        .and_then(|age| age_s(age.to_str().ok()?))
    {
        headers.insert(header::AGE, HeaderValue::from(age_s));
    }
    Some(response)
}

/// `Age` (RFC 9111 §5.1). What is larger than can be counted with is very old; what is no number says nothing.
fn age_s(text: &str) -> Option<u64> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(LARGEST_AGE_S).min(LARGEST_AGE_S))
}

/// What a request says that wants no cache on the way to answer it (RFC 9111 §5.2.1.4).
pub(super) const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> KeySet {
        KeySet::parse(br#"{"keys":[{"kty":"oct","kid":"a","k":"AAAA"}]}"#).unwrap()
    }

    fn url() -> Url {
        Url::parse("https://idp.example/jwks").unwrap()
    }

    fn answer(status: u16, lines: &[(&'static str, &'static str)], at_s: i64) -> Answer {
        let parsed = lines
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        Answer {
            status,
            headers: parsed.collect(),
            body: Vec::new(),
            received_at: Timestamp::from_second(at_s).unwrap(),
            server_time: ServerTime::default(),
            latency_ms: 0.0,
        }
    }

    fn asked() -> Asked {
        Asked::new(&url(), [])
    }

    fn is_fresh(cache: &KeyCache, after_s: i64) -> bool {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(after_s);
        matches!(cache.look(&asked(), at), Lookup::Fresh(..))
    }

    fn stored(lines: &[(&'static str, &'static str)]) -> KeyCache {
        let cache = KeyCache::default();
        cache.store(&asked(), &answer(200, lines, 0), &set());
        cache
    }

    #[test]
    fn a_set_is_used_as_long_as_its_headers_allow() {
        let cache = stored(&[("cache-control", "public, max-age=300")]);
        assert!(is_fresh(&cache, 0) && is_fresh(&cache, 299));
        assert!(!is_fresh(&cache, 301));
        let expires = stored(&[
            ("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("expires", "Thu, 01 Jan 1970 00:01:00 GMT"),
        ]);
        assert!(is_fresh(&expires, 30) && !is_fresh(&expires, 61));
    }

    #[test]
    fn without_a_word_about_it_nothing_is_kept_for_later() {
        for answer in [
            &[][..],
            &[("cache-control", "no-store")],
            &[("cache-control", "no-cache")],
            &[("cache-control", "max-age=0")],
            &[("last-modified", "Thu, 01 Jan 1960 00:00:00 GMT")],
            &[("cache-control", "immutable")],
            &[("cache-control", "max-age=300"), ("vary", "*")],
        ] {
            assert!(!is_fresh(&stored(answer), 1), "{answer:?}");
        }
    }

    #[test]
    fn what_is_stale_is_asked_for_by_its_tag_and_renewed() {
        let cache = stored(&[("cache-control", "max-age=10"), ("etag", "\"1\"")]);
        let later = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(60);
        let Lookup::Ask(conditions) = cache.look(&asked(), later) else {
            panic!("it is stale");
        };
        assert_eq!(conditions.get("if-none-match").unwrap(), "\"1\"");
        let unchanged = answer(304, &[("cache-control", "max-age=10"), ("etag", "\"1\"")], 60);
        assert!(cache.renew(&asked(), &unchanged).is_some());
        assert!(is_fresh(&cache, 65));
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let cache = KeyCache::default();
        for index in 0..=MAX_SETS {
            let url = Url::parse(&format!("https://idp.example/{index}")).unwrap();
            let lines = [("cache-control", "max-age=1000")];
            let answer = answer(200, &lines, i64::try_from(index).unwrap());
            cache.store(&Asked::new(&url, []), &answer, &set());
        }
        let kept = cache.kept();
        assert_eq!(kept.len(), MAX_SETS);
        assert!(!kept.contains_key(&Asked::new(&Url::parse("https://idp.example/0").unwrap(), [])));
    }

    #[test]
    fn no_age_that_a_server_may_write_panics_or_makes_a_set_younger() {
        for age in ["18446744073709551615", "99999999999999999999999", "301", " 400 "] {
            let cache = stored(&[("cache-control", "max-age=300"), ("age", age)]);
            assert!(!is_fresh(&cache, 1), "{age}");
            assert!(!is_fresh(&cache, i64::from(u32::MAX)), "{age}");
        }
        for age in ["-1", "soon", ""] {
            let cache = stored(&[("cache-control", "max-age=300"), ("age", age)]);
            assert!(is_fresh(&cache, 1), "{age}");
        }
    }

    #[test]
    fn no_set_is_used_for_more_than_a_day() {
        for line in ["max-age=18446744073709551615", "max-age=31536000, immutable"] {
            let cache = stored(&[("cache-control", line)]);
            assert!(is_fresh(&cache, 86_399) && !is_fresh(&cache, 86_400), "{line}");
        }
    }

    #[test]
    fn an_answer_that_confirms_another_set_renews_none() {
        let cache = stored(&[("cache-control", "max-age=10"), ("etag", "\"1\"")]);
        let other = answer(304, &[("cache-control", "max-age=10"), ("etag", "\"2\"")], 60);
        assert!(cache.renew(&asked(), &other).is_none());
        let later = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(61);
        assert!(matches!(cache.look(&asked(), later), Lookup::Ask(conditions) if conditions.is_empty()));
    }

    #[test]
    fn what_one_profile_adds_to_its_requests_brings_no_other_its_keys() {
        let cache = KeyCache::default();
        let lines = [("cache-control", "max-age=300")];
        let own = Asked::new(&url(), [("X-Tenant", "a"), ("X-Key", "hunter2")]);
        cache.store(&own, &answer(200, &lines, 0), &set());
        let now = Timestamp::UNIX_EPOCH;
        assert!(!is_fresh(&cache, 0));
        let same = Asked::new(&url(), [("x-key", "hunter2"), ("x-tenant", "a")]);
        assert!(matches!(cache.look(&same, now), Lookup::Fresh(..)));
        let other = Asked::new(&url(), [("x-key", "hunter2x"), ("tenant", "a")]);
        assert!(matches!(cache.look(&other, now), Lookup::Ask(_)));
        assert!(!format!("{own:?}").contains("hunter2"));
    }
}
