//! Platform-agnostic security tokens: `v4.public.…`.

use super::shapes::{Fact, Subject, base64_of};

/// Version, purpose, what is in clear in a public one, and the footer, which always is.
pub(super) fn read(subject: &Subject<'_>) -> Option<Vec<Fact>> {
    let mut parts = subject.text.split('.');
    let (version, purpose, payload) = (parts.next()?, parts.next()?, parts.next()?);
    let footer = parts.next();
    if parts.next().is_some() || !matches!(purpose, "local" | "public") {
        return None;
    }
    let signature_len = match version {
        "v1" => 256,
        "v2" | "v4" => 64,
        "v3" => 96,
        _ => return None,
    };
    let mut facts = vec![
        Fact::new("version", version),
        Fact::new(
            "purpose",
            if purpose == "local" {
                "local: encrypted"
            } else {
                "public: signed, readable by all"
            },
        ),
    ];
    let bytes = base64_of(payload).unwrap_or_default();
    if purpose == "public"
        && let Some(claims) = bytes.len().checked_sub(signature_len).and_then(|len| bytes.get(..len))
    {
        facts.push(Fact::new("claims", String::from_utf8_lossy(claims)));
    }
    if let Some(footer) = footer.and_then(base64_of) {
        facts.push(Fact::new("footer", String::from_utf8_lossy(&footer)));
    }
    Some(facts)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::super::shapes::facts;

    #[test]
    fn a_public_one_shows_its_claims_and_footer() {
        let claims = r#"{"data":"this is a signed message"}"#;
        let payload = URL_SAFE_NO_PAD.encode([claims.as_bytes(), &[7; 64]].concat());
        let footer = URL_SAFE_NO_PAD.encode(r#"{"kid":"one"}"#);
        let found = facts(&format!("v4.public.{payload}.{footer}"));
        assert_eq!(found[0].0, "PASETO");
        assert_eq!(found[0].1[2], ("claims", claims.to_owned()));
        assert_eq!(found[0].1[3], ("footer", r#"{"kid":"one"}"#.to_owned()));
        let local = facts("v2.local.97TTOvgwIxNGvV80XKiGZg_kD3tsXM");
        assert_eq!((local[0].0, local[0].1.len()), ("PASETO", 2));
    }
}
