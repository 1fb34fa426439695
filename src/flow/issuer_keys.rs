//! The keys that an issuer publishes, found by its discovery document (OpenID Connect Discovery §4, RFC 8414 §3).
//!
//! Only on a person's word: `iss` is what a stranger wrote, and asking there tells the stranger that somebody looks.

use tokio::sync::mpsc;
use url::Url;

use super::discovery::Discovery;
use super::error::FlowError;
use super::http::Http;
use super::jwks::{Freshness, fetch_from, why};
use super::transcript::Transcript;
use crate::model::body::cut;
use crate::model::keys::KeySet;
use crate::model::redirect::is_loopback;

/// The keys of the issuer `iss`, with where they are, or a sentence that says why there are none.
pub async fn issuer_keys(http: &Http, iss: &str, freshness: Freshness) -> Result<(KeySet, Url), String> {
    let discovery = Discovery {
        http,
        insecure: false,
        authorization_server: None,
    };
    // Nobody listens to the single steps.
    let (tell, _) = mpsc::channel(1);
    let mut transcript = Transcript::default();
    let discovered = discovery.run(iss, &tell, &mut transcript).await;
    let discovered = discovered.map_err(|error| format!("{error}. {}", error.hint()))?;
    // A document of somebody else would bring somebody else's keys.
    if let Some(doubt) = discovered.doubts.first() {
        return Err(doubt.clone());
    }
    if discovered.metadata.issuer.as_deref() != Some(iss) {
        return Err(format!(
            "the document there is not that of {:?} (OIDC Discovery §4.3)",
            cut(iss)
        ));
    }
    let address = discovered
        .metadata
        .jwks_uri
        .ok_or("the issuer publishes no keys: its document has no jwks_uri")?;
    may_name(iss, &address)?;
    let keys = address_keys(http, address.clone(), freshness).await?;
    Ok((keys, address))
}

/// The keys at an address that a person gave, or a sentence that says why there are none.
pub async fn address_keys(http: &Http, address: Url, freshness: Freshness) -> Result<KeySet, String> {
    must_be_safe(&address)?;
    let (keys, _) = fetch_from(http, address, Vec::new(), freshness).await;
    keys.map_err(|error| match &error {
        FlowError::NoKeys { .. } => why(&error),
        _ => format!("{error}. Check the address, and that the server runs"),
    })
}

/// An error where whoever is on the way could send other keys.
pub fn must_be_safe(address: &Url) -> Result<(), String> {
    if address.scheme() == "https" || is_loopback(address) {
        return Ok(());
    }
    Err(format!(
        "{} is not https: whoever is on the way could send other keys (RFC 8725 §3.10)",
        cut(address.as_str())
    ))
}

/// A stranger's document must not have this machine asked: only a provider that runs here may name an address here.
fn may_name(iss: &str, address: &Url) -> Result<(), String> {
    let is_local = Url::parse(iss).is_ok_and(|iss| is_loopback(&iss));
    if is_local || !is_loopback(address) {
        return Ok(());
    }
    Err(format!(
        "the issuer's document names {} for its keys, which is this machine: it was not asked",
        cut(address.as_str())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_issuer_on_this_machine_may_have_its_keys_on_this_machine() {
        for (iss, address, may) in [
            ("https://idp.example", "https://idp.example/jwks", true),
            ("http://127.0.0.1:4000/a", "http://127.0.0.1:4000/jwks", true),
            ("http://localhost", "https://idp.example/jwks", true),
            ("https://idp.example", "http://127.0.0.1:6379/", false),
            ("https://idp.example", "https://[::1]/jwks", false),
            ("no address", "http://localhost/jwks", false),
        ] {
            let told = may_name(iss, &Url::parse(address).unwrap());
            assert_eq!(told.is_ok(), may, "{iss} {address}");
        }
        assert!(must_be_safe(&Url::parse("http://192.0.2.1/jwks").unwrap()).is_err());
    }
}
