//! Key sets that were fetched, kept as long as their cache headers allow (RFC 9111).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_cache_semantics::{BeforeRequest, CacheOptions, CachePolicy};
use jiff::Timestamp;
use url::Url;

use super::http::Answer;
use crate::model::keys::KeySet;
use crate::model::lifetime::ServerTime;

/// How many sets are kept: a person looks at a handful of providers, and a stranger's tokens must not fill the memory.
const MAX_SETS: usize = 64;

/// The sets that one client has fetched. A client with other connection settings has a cache of its own: what came
/// while any certificate would do is never taken for what a trusted server said.
#[derive(Default)]
pub struct KeyCache(Mutex<HashMap<Url, Kept>>);

struct Kept {
    set: KeySet,
    policy: CachePolicy,
    stored_at: Timestamp,
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
    fn kept(&self) -> MutexGuard<'_, HashMap<Url, Kept>> {
        // Nothing is ever half-changed under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is for `url` at `now`, when it is asked with `headers`.
    pub(super) fn look(&self, url: &Url, headers: &HeaderMap, now: Timestamp) -> Lookup {
        let kept = self.kept();
        let Some(entry) = kept.get(url) else {
            return Lookup::Ask(HeaderMap::new());
        };
        let Some(request) = request(url, headers) else {
            return Lookup::Ask(HeaderMap::new());
        };
        match entry.policy.before_request(&request, SystemTime::from(now)) {
            BeforeRequest::Fresh(_) => Lookup::Fresh(entry.set.clone(), entry.server_time),
            BeforeRequest::Stale { request, .. } => {
                let conditions = ["if-none-match", "if-modified-since"];
                let named = |name: &str| Some((name.parse().ok()?, request.headers.get(name)?.clone()));
                Lookup::Ask(conditions.into_iter().filter_map(named).collect())
            }
        }
    }

    /// Takes in an answer of status 200, unless its headers forbid that.
    pub(super) fn store(&self, url: &Url, sent: &HeaderMap, answer: &Answer, set: &KeySet) {
        let now = answer.received_at;
        let (Some(request), Some(response)) = (request(url, sent), response(answer)) else {
            return;
        };
        let policy = CachePolicy::new_options(&request, &response, SystemTime::from(now), private());
        let mut kept = self.kept();
        if !policy.is_storable() {
            kept.remove(url);
            return;
        }
        if kept.len() >= MAX_SETS && !kept.contains_key(url) {
            let oldest = kept.iter().min_by_key(|(_, entry)| entry.stored_at);
            if let Some(oldest) = oldest.map(|(url, _)| url.clone()) {
                kept.remove(&oldest);
            }
        }
        let entry = Kept {
            set: set.clone(),
            policy,
            stored_at: now,
            server_time: answer.server_time,
        };
        kept.insert(url.clone(), entry);
    }

    /// The server said `304 Not Modified`: the set that is kept, fresh again (RFC 9111 §4.3.4).
    pub(super) fn renew(&self, url: &Url, sent: &HeaderMap, answer: &Answer) -> Option<KeySet> {
        let mut kept = self.kept();
        let entry = kept.get_mut(url)?;
        let (request, response) = (request(url, sent)?, response(answer)?);
        let (http_cache_semantics::AfterResponse::NotModified(policy, _)
        | http_cache_semantics::AfterResponse::Modified(policy, _)) =
            entry
                .policy
                .after_response(&request, &response, SystemTime::from(answer.received_at));
        entry.policy = policy;
        entry.server_time = answer.server_time;
        Some(entry.set.clone())
    }
}

/// This is one person's cache, and no proxy for many.
fn private() -> CacheOptions {
    CacheOptions {
        shared: false,
        ..CacheOptions::default()
    }
}

fn request(url: &Url, headers: &HeaderMap) -> Option<Request<()>> {
    let mut request = Request::builder().method(Method::GET).uri(url.as_str()).body(()).ok()?;
    request.headers_mut().clone_from(headers);
    Some(request)
}

fn response(answer: &Answer) -> Option<Response<()>> {
    let mut response = Response::builder().status(answer.status).body(()).ok()?;
    response.headers_mut().clone_from(&answer.headers);
    Some(response)
}

/// What a request says that wants no cache on the way to answer it (RFC 9111 §5.2.1.4).
pub(super) const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

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

    fn is_fresh(cache: &KeyCache, after_s: i64) -> bool {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(after_s);
        matches!(cache.look(&url(), &HeaderMap::new(), at), Lookup::Fresh(..))
    }

    fn stored(lines: &[(&'static str, &'static str)]) -> KeyCache {
        let cache = KeyCache::default();
        cache.store(&url(), &HeaderMap::new(), &answer(200, lines, 0), &set());
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
        ] {
            assert!(!is_fresh(&stored(answer), 1), "{answer:?}");
        }
    }

    #[test]
    fn what_is_stale_is_asked_for_by_its_tag_and_renewed() {
        let cache = stored(&[("cache-control", "max-age=10"), ("etag", "\"1\"")]);
        let later = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(60);
        let Lookup::Ask(conditions) = cache.look(&url(), &HeaderMap::new(), later) else {
            panic!("it is stale");
        };
        assert_eq!(conditions.get("if-none-match").unwrap(), "\"1\"");
        let unchanged = answer(304, &[("cache-control", "max-age=10"), ("etag", "\"1\"")], 60);
        assert!(cache.renew(&url(), &conditions, &unchanged).is_some());
        assert!(is_fresh(&cache, 65));
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let cache = KeyCache::default();
        for index in 0..=MAX_SETS {
            let url = Url::parse(&format!("https://idp.example/{index}")).unwrap();
            let lines = [("cache-control", "max-age=1000")];
            let answer = answer(200, &lines, i64::try_from(index).unwrap());
            cache.store(&url, &HeaderMap::new(), &answer, &set());
        }
        let kept = cache.kept();
        assert_eq!(kept.len(), MAX_SETS);
        assert!(!kept.contains_key(&Url::parse("https://idp.example/0").unwrap()));
    }
}
