//! Where a section that is named somewhere can be read.

/// The address of a section like `RFC 7519 §4.1.4` or `OIDC Core §3.1.3.7`; `None` where none is known.
pub fn spec_link(section: &str) -> Option<String> {
    let (document, part) = match section.split_once('§') {
        Some((document, part)) => (document.trim(), first_section(part)),
        None => (section.trim(), ""),
    };
    if let Some(number) = document.strip_prefix("RFC ") {
        let number: u32 = number.trim().parse().ok()?;
        let page = format!("https://www.rfc-editor.org/rfc/rfc{number}.html");
        return Some(if part.is_empty() {
            page
        } else if part.starts_with(|c: char| c.is_ascii_digit()) {
            format!("{page}#section-{part}")
        } else {
            format!("{page}#appendix-{part}")
        });
    }
    let page = match document {
        "OIDC Core" => "openid-connect-core-1_0.html",
        "OIDC Discovery" => "openid-connect-discovery-1_0.html",
        "OIDC Registration" => "openid-connect-registration-1_0.html",
        "OIDC Front-Channel Logout" => "openid-connect-frontchannel-1_0.html",
        "OIDC Back-Channel Logout" => "openid-connect-backchannel-1_0.html",
        "OIDC RP-Initiated Logout" => "openid-connect-rpinitiated-1_0.html",
        "OIDC Session Management" => "openid-connect-session-1_0.html",
        "FAPI 1.0 part 2" => "openid-financial-api-part-2-1_0.html",
        _ => return None,
    };
    let anchor = if part.is_empty() {
        String::new()
    } else {
        format!("#rfc.section.{part}")
    };
    Some(format!("https://openid.net/specs/{page}{anchor}"))
}

/// `4.1.4` of `4.1.4, RFC 8725 §2.1`.
fn first_section(text: &str) -> &str {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .unwrap_or(text.len());
    text[..end].trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_lead_to_their_place_in_the_document() {
        for (section, address) in [
            (
                "RFC 7519 §4.1.4",
                Some("https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.4"),
            ),
            (
                "RFC 7515 §A.1",
                Some("https://www.rfc-editor.org/rfc/rfc7515.html#appendix-A.1"),
            ),
            ("RFC 7009", Some("https://www.rfc-editor.org/rfc/rfc7009.html")),
            (
                "OIDC Core §3.1.3.7, §3.3.2.11",
                Some("https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.3.1.3.7"),
            ),
            ("ERP.net", None),
            ("RFC many §1", None),
            ("", None),
        ] {
            assert_eq!(spec_link(section).as_deref(), address, "{section}");
        }
    }
}
