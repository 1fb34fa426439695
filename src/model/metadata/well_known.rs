//! Where metadata is: well-known addresses for an issuer (OpenID Connect Discovery §4, RFC 8414 §3.1) and for an API
//! (RFC 9728 §3.1).

use url::Url;

use crate::model::redirect::is_loopback;

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";
const RESOURCE: &str = "/.well-known/oauth-protected-resource";

/// Where to look for a server's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WellKnown {
    /// The issuer that the document must name, letter by letter (RFC 8414 §3.3).
    pub issuer: String,
    /// The addresses to try, best first.
    pub urls: Vec<Url>,
}

/// Reads an address that a person gives. Without a scheme `https` is meant, on this machine `http`.
pub fn web_address(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let parse = |text: &str| {
        Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    };
    let url = if text.contains("://") {
        parse(text)
    } else {
        parse(&format!("http://{text}"))
            .filter(is_loopback)
            .or_else(|| parse(&format!("https://{text}")))
    };
    let url =
        url.ok_or_else(|| format!("“{text}” is not a web address. Give the issuer, like https://login.example.com"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave the user name and password out of the address".to_owned());
    }
    Ok(url)
}

/// Reads what a person gives: an issuer, or the address of a metadata document itself.
pub fn well_known(text: &str) -> Result<WellKnown, String> {
    let url = web_address(text)?;
    if let Some(issuer) = issuer_of(&url) {
        return Ok(WellKnown {
            issuer,
            urls: vec![url],
        });
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("An issuer has no query and no fragment (RFC 8414 §2). Take off what is behind ? or #".to_owned());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let mut urls: Vec<Url> = Vec::new();
    for candidate in [
        format!("{path}{OPENID}"),
        format!("{OAUTH}{path}"),
        format!("{OPENID}{path}"),
    ] {
        let mut url = url.clone();
        url.set_path(&candidate);
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    // A person writes the host in any case; a slash at the end is there when it was typed.
    let issuer = if text.trim().ends_with('/') {
        url.as_str()
    } else {
        url.as_str().trim_end_matches('/')
    };
    Ok(WellKnown {
        issuer: issuer.to_owned(),
        urls,
    })
}

/// The API that a metadata document at this address belongs to (RFC 9728 §3.1); `None` where it is no such address.
pub fn resource_of(url: &Url) -> Option<Url> {
    let behind = url.path().strip_prefix(RESOURCE)?;
    if !behind.is_empty() && !behind.starts_with('/') {
        return None;
    }
    let mut resource = url.clone();
    resource.set_path(behind);
    Some(resource)
}

/// The issuer that a metadata document at this address belongs to; `None` where it is no such address.
fn issuer_of(url: &Url) -> Option<String> {
    let origin = url.origin().ascii_serialization();
    for suffix in [OPENID, OAUTH] {
        // Appended, as OpenID Connect Discovery §4 has it.
        if let Some(before) = url.path().strip_suffix(suffix) {
            return Some(format!("{origin}{before}"));
        }
        // Inserted, as RFC 8414 §3.1 has it.
        if let Some(behind) = url.path().strip_prefix(suffix)
            && behind.starts_with('/')
        {
            return Some(format!("{origin}{}", behind.trim_end_matches('/')));
        }
    }
    None
}

/// How an issuer compares to the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// Letter by letter the same.
    Same,
    /// The same save for one slash at the end: no match by the rules, and the mistake that is made most.
    TrailingSlash,
    /// Another one.
    Different,
    /// The document names none.
    Missing,
}

/// Compares what a document names with what was asked for, letter by letter (RFC 8414 §3.3, RFC 9728 §3.3).
pub(super) fn compare(asked: &str, got: Option<&str>) -> Match {
    match got {
        None => Match::Missing,
        Some(got) if got == asked => Match::Same,
        Some(got) if got.trim_end_matches('/') == asked.trim_end_matches('/') => Match::TrailingSlash,
        Some(_) => Match::Different,
    }
}

/// Where the metadata of an API is, best first: for its whole address, then for its host (RFC 9728 §3.1).
pub fn resource_well_known(resource: &Url) -> Vec<Url> {
    let mut whole = resource.clone();
    whole.set_fragment(None);
    whole.set_path(&format!("{RESOURCE}{}", resource.path().trim_end_matches('/')));
    let mut host = whole.clone();
    host.set_path(RESOURCE);
    host.set_query(None);
    let mut urls = vec![whole];
    if !urls.contains(&host) {
        urls.push(host);
    }
    urls
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn urls(text: &str) -> Vec<String> {
        well_known(text).unwrap().urls.into_iter().map(String::from).collect()
    }

    #[test]
    fn an_issuer_with_a_path_has_the_three_addresses_of_rfc_8414_5() {
        let expected = [
            "https://example.com/issuer1/.well-known/openid-configuration",
            "https://example.com/.well-known/oauth-authorization-server/issuer1",
            "https://example.com/.well-known/openid-configuration/issuer1",
        ];
        assert_eq!(urls("https://example.com/issuer1"), expected);
        assert_eq!(urls("https://example.com/issuer1/"), expected);
    }

    #[test]
    fn an_issuer_without_a_path_has_two() {
        let expected = [
            "https://example.com/.well-known/openid-configuration",
            "https://example.com/.well-known/oauth-authorization-server",
        ];
        for text in ["https://example.com", "https://example.com/", " example.com "] {
            assert_eq!(urls(text), expected, "{text}");
        }
    }

    #[test]
    fn the_address_of_a_document_is_taken_as_it_is_and_names_its_issuer() {
        for (text, issuer) in [
            (
                "https://a.example/t/.well-known/openid-configuration",
                "https://a.example/t",
            ),
            (
                "https://a.example/.well-known/oauth-authorization-server/t",
                "https://a.example/t",
            ),
            (
                "http://localhost:8080/.well-known/openid-configuration",
                "http://localhost:8080",
            ),
        ] {
            let found = well_known(text).unwrap();
            assert_eq!((found.issuer.as_str(), found.urls.len()), (issuer, 1));
            assert_eq!(found.urls[0].as_str(), text);
        }
    }

    #[test]
    fn what_is_no_issuer_says_so() {
        for (text, why) in [
            ("", "not a web address"),
            ("ftp://example.com", "not a web address"),
            ("https://example.com/?tenant=1", "no query"),
            ("https://me:secret@example.com", "user name"),
        ] {
            assert!(well_known(text).unwrap_err().contains(why), "{text}");
        }
    }

    #[test]
    fn issuers_are_compared_letter_by_letter_and_a_slash_is_told_apart() {
        let asked = "https://example.com";
        assert_eq!(compare(asked, Some("https://example.com")), Match::Same);
        assert_eq!(compare(asked, Some("https://example.com/")), Match::TrailingSlash);
        assert_eq!(compare(asked, Some("https://EXAMPLE.com")), Match::Different);
        assert_eq!(compare(asked, None), Match::Missing);
    }

    #[test]
    fn an_api_has_the_address_of_rfc_9728_3_1_and_that_of_its_host() {
        let found = |text: &str| -> Vec<String> {
            let url = Url::parse(text).unwrap();
            resource_well_known(&url).into_iter().map(String::from).collect()
        };
        assert_eq!(
            found("https://resource.example.com/resource1"),
            [
                "https://resource.example.com/.well-known/oauth-protected-resource/resource1",
                "https://resource.example.com/.well-known/oauth-protected-resource"
            ]
        );
        assert_eq!(
            found("https://resource.example.com/#x"),
            ["https://resource.example.com/.well-known/oauth-protected-resource"]
        );
    }

    #[test]
    fn the_address_of_an_apis_metadata_names_the_api() {
        let of = |text: &str| resource_of(&Url::parse(text).unwrap()).map(String::from);
        assert_eq!(
            of("https://a.example/.well-known/oauth-protected-resource/v1/me"),
            Some("https://a.example/v1/me".to_owned())
        );
        assert_eq!(
            of("https://a.example/.well-known/oauth-protected-resource"),
            Some("https://a.example/".to_owned())
        );
        assert_eq!(of("https://a.example/v1/me"), None);
        assert_eq!(of("https://a.example/.well-known/oauth-protected-resources"), None);
    }

    #[test]
    fn the_scheme_may_be_left_out_and_the_host_be_written_in_any_case() {
        assert_eq!(
            web_address("localhost:8080/id").unwrap().as_str(),
            "http://localhost:8080/id"
        );
        assert_eq!(web_address("a.example").unwrap().as_str(), "https://a.example/");
        assert_eq!(well_known("https://A.Example").unwrap().issuer, "https://a.example");
        assert_eq!(
            well_known("https://a.example/t/").unwrap().issuer,
            "https://a.example/t/"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,40}", path in "(/[a-z.%-]{0,8}){0,4}") {
            let _ = well_known(&text);
            let found = well_known(&format!("https://example.com{path}"));
            if let Ok(found) = found {
                prop_assert!(found.urls.iter().all(|url| url.host_str() == Some("example.com")));
            }
        }
    }
}
