//! Public keys of a provider: a JWK Set (RFC 7517 §5), read key by key, so that one broken key does not hide the others.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;

/// One key that can be used.
#[derive(Clone)]
pub struct Key {
    /// `kid` (RFC 7517 §4.5).
    pub kid: Option<String>,
    /// `alg` (RFC 7517 §4.4), as it is written.
    pub alg: Option<String>,
    /// `use` (RFC 7517 §4.2), as it is written.
    pub key_use: Option<String>,
    /// The key itself.
    pub decoding: DecodingKey,
}

impl std::fmt::Debug for Key {
    /// Without the key: a set may hold a symmetric one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("kid", &self.kid)
            .field("alg", &self.alg)
            .finish_non_exhaustive()
    }
}

/// The keys of a provider.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// Those that can be read.
    pub keys: Vec<Key>,
    /// A sentence for each that cannot.
    pub broken: Vec<String>,
    /// Whether a person gave this key for the token at hand: then it is the one, whatever `kid` the token names.
    pub is_given: bool,
}

impl KeySet {
    /// Reads a JWK Set. An error only when it is no set at all.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        let document: serde_json::Value =
            serde_json::from_slice(body).map_err(|e| format!("the key set is not JSON ({e})"))?;
        let list = document
            .get("keys")
            .and_then(|keys| keys.as_array())
            .ok_or("the key set has no list “keys” (RFC 7517 §5.1)")?;
        let mut set = Self::default();
        for (i, value) in list.iter().enumerate() {
            let text = |name: &str| value.get(name).and_then(|v| v.as_str()).map(str::to_owned);
            let key = serde_json::from_value::<Jwk>(value.clone())
                .map_err(|e| e.to_string())
                .and_then(|jwk| DecodingKey::from_jwk(&jwk).map_err(|e| e.to_string()));
            match key {
                Ok(decoding) => set.keys.push(Key {
                    kid: text("kid"),
                    alg: text("alg"),
                    key_use: text("use"),
                    decoding,
                }),
                Err(error) => set.broken.push(format!("key {} cannot be read: {error}", i + 1)),
            }
        }
        Ok(set)
    }

    /// The public key in a PEM text (RFC 7468): `PUBLIC KEY` (RFC 5280 §4.1.2.7: RSA, EC, Ed25519) or `RSA PUBLIC KEY`
    /// (RFC 8017 §A.1.1). An error says what else it is, and holds nothing of it.
    pub fn from_pem(text: &str) -> Result<Self, String> {
        let begins = ["-----BEGIN PUBLIC KEY-----", "-----BEGIN RSA PUBLIC KEY-----"];
        let Some(start) = begins.iter().find_map(|begin| text.find(begin)) else {
            return Err(if text.contains("PRIVATE KEY-----") {
                "this is a private key, and a public one is wanted".to_owned()
            } else {
                "there is no public key as PEM in it (RFC 7468 §13)".to_owned()
            });
        };
        let pem = &text.as_bytes()[start..];
        let decoding = DecodingKey::from_rsa_pem(pem)
            .or_else(|_| DecodingKey::from_ec_pem(pem))
            .or_else(|_| DecodingKey::from_ed_pem(pem))
            .map_err(|error| format!("the public key cannot be read ({error})"))?;
        Ok(Self {
            keys: vec![Key {
                kid: None,
                alg: None,
                key_use: None,
                decoding,
            }],
            broken: Vec::new(),
            is_given: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_broken_key_does_not_hide_the_others() {
        let set = KeySet::parse(
            br#"{"keys":[{"kty":"RSA","kid":"a"},{"kty":"RSA","kid":"b","use":"sig","alg":"RS256","n":"AQAB","e":"AQAB"}]}"#,
        )
        .unwrap();
        assert_eq!((set.keys.len(), set.broken.len()), (1, 1));
        assert_eq!(set.keys[0].kid.as_deref(), Some("b"));
    }

    #[test]
    fn what_is_no_key_set_says_so() {
        assert!(KeySet::parse(b"<html>").unwrap_err().contains("not JSON"));
        assert!(KeySet::parse(b"{}").unwrap_err().contains("keys"));
    }

    #[test]
    fn what_is_no_public_key_as_pem_says_what_it_is() {
        let private = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----";
        assert!(KeySet::from_pem(private).unwrap_err().contains("private key"));
        assert!(KeySet::from_pem("{}").unwrap_err().contains("no public key"));
        let broken = private.replace("PRIVATE", "PUBLIC").replace("AAAA", "?");
        assert!(KeySet::from_pem(&broken).unwrap_err().contains("cannot be read"));
    }
}
