//! The half hashes that tie an ID token to what came beside it (OpenID Connect Core §3.1.3.6).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The left half of the hash that goes with `alg`, as `at_hash`, `c_hash` and `s_hash` hold it.
pub(super) fn half_hash_of(alg: &str) -> Option<impl Fn(&str) -> String> {
    let algorithm = match alg {
        // No hash is in its name: SHA-512 is the one inside (RFC 8032 §5.1).
        "EdDSA" | "Ed25519" => &digest::SHA512,
        "ES256K" => &digest::SHA256,
        _ => match alg.get(2..)? {
            "256" => &digest::SHA256,
            "384" => &digest::SHA384,
            "512" => &digest::SHA512,
            _ => return None,
        },
    };
    Some(move |value: &str| {
        let hash = digest::digest(algorithm, value.as_bytes());
        URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_hash_and_c_hash_as_openid_connect_core_appendix_a_prints_them() {
        let half_hash = half_hash_of("RS256").unwrap();
        assert_eq!(
            half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
        assert_eq!(
            half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA"
        );
    }

    #[test]
    fn each_alg_has_the_hash_of_its_name() {
        for (alg, length) in [
            ("HS256", Some(22)),
            ("PS384", Some(32)),
            ("ES512", Some(43)),
            ("ES256K", Some(22)),
            ("EdDSA", Some(43)),
            ("none", None),
            ("ä", None),
            ("", None),
        ] {
            let hash = half_hash_of(alg).map(|hash| hash("x").len());
            assert_eq!(hash, length, "{alg}");
        }
    }
}
