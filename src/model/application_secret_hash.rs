//! `ApplicationSecretHash`, as ERP.net keeps the secret of a trusted app.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::secret::Secret;

/// `base64(sha256(secret))`, with padding: what goes into the attribute `ApplicationSecretHash` of a trusted app (ERP.net,
/// “Trusted applications”). A hash of a long random secret may be shown; one of a guessable word gives the word away.
pub fn application_secret_hash(secret: &Secret) -> String {
    // Only its hash leaves the box.
    STANDARD.encode(digest(&SHA256, secret.expose().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_that_others_compute() {
        for (secret, hash) in [
            // FIPS 180-4 examples, as base64.
            ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
            ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            ("secret", "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="),
        ] {
            assert_eq!(application_secret_hash(&Secret::new(secret)), hash);
        }
    }
}
