//! What a name means in this token: by its vendor, else by the registries, else by the shape of the name.

use super::glossary::{Meaning, at_vendor, in_claims, in_header, meaning};
use super::time::{number_of, time_value};
use super::vendor::{Vendor, VendorGuess};
use crate::model::jwt::Decoded;
use crate::model::members::Member;

/// Where a name stands: `typ` is one thing in a header and another in claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the header of a JWT (RFC 7515 §4).
    Header,
    /// Among its claims (RFC 7519 §4), or in an answer of the provider about them.
    Claims,
}

/// What explaining needs to know of the token as a whole. Made once a token; each question is a look-up then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// Who made it, as far as it can be guessed.
    pub vendor: Option<VendorGuess>,
    /// When it was issued, in seconds since 1970: some claims count from there.
    pub(super) issued_s: Option<f64>,
    /// Whether it says that an app acts for itself (Entra ID's `idtyp`).
    pub(super) is_app_only: bool,
}

impl Context {
    /// The context of a token.
    pub fn of(decoded: &Decoded) -> Self {
        Self::of_members(&decoded.header.members, &decoded.payload.members)
    }

    /// The context of header and claims as they were kept.
    pub fn of_members(header: &[Member], claims: &[Member]) -> Self {
        let last = |name: &str| claims.iter().rev().find(|member| member.name == name);
        let issued = last("iat").map(Member::value);
        Self {
            vendor: Vendor::of_members(header, claims),
            issued_s: issued
                .filter(|iat| time_value(iat).is_some())
                .as_ref()
                .and_then(number_of),
            is_app_only: last("idtyp").is_some_and(|member| member.raw == "\"app\""),
        }
    }

    /// Who made it, without the reason.
    pub fn vendor(&self) -> Option<Vendor> {
        Some(self.vendor?.vendor)
    }
}

/// What a name means, and where that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// One short line.
    pub meaning: &'static str,
    /// The specification's section, or the vendor's page.
    pub section: &'static str,
    /// The vendor whose meaning it is; `None` where it holds for all.
    pub vendor: Option<Vendor>,
    /// Whether only the shape of the name says it: nobody has listed the name itself.
    pub is_by_shape: bool,
}

/// What `name` means at this place of this token. `None` where nobody has written it down.
pub fn explain(name: &str, place: Place, context: &Context) -> Option<Explanation> {
    let vendor = context.vendor();
    if place == Place::Header {
        return in_vendor_header(name, vendor).or_else(|| Some(general(in_header(name).or_else(|| meaning(name))?)));
    }
    let by_name = |name: &str| {
        let special = vendor.and_then(|vendor| at_vendor(vendor, name));
        match special {
            Some(special) => Some(Explanation {
                vendor,
                ..general(special)
            }),
            None => in_claims(name).map(general),
        }
    };
    by_name(name)
        // A name for one language: `family_name#ja-Kana-JP` (OpenID Connect Core §5.2).
        .or_else(|| by_name(name.split_once('#')?.0))
        .or_else(|| by_shape(name, vendor))
}

const fn general(meaning: &Meaning) -> Explanation {
    Explanation {
        meaning: meaning.meaning,
        section: meaning.section,
        vendor: None,
        is_by_shape: false,
    }
}

fn in_vendor_header(name: &str, vendor: Option<Vendor>) -> Option<Explanation> {
    let (meaning, section) = match (vendor?, name) {
        (Vendor::EntraId, "nonce") => (
            "Mixed into the signature: only the API that it is for can check it",
            "Entra ID, Microsoft Graph tokens",
        ),
        (Vendor::Aws, "signer" | "client" | "exp" | "iss") => {
            let meaning = at_vendor(Vendor::Aws, name).or_else(|| meaning(name))?;
            (meaning.meaning, "AWS, Application Load Balancer")
        }
        _ => return None,
    };
    Some(Explanation {
        meaning,
        section,
        vendor,
        is_by_shape: false,
    })
}

/// Beginnings of names, and what names that begin so are.
const SHAPES: &[(&str, &str, &str)] = &[
    (
        "custom:",
        "An attribute that this user pool defines",
        "Amazon Cognito, User pool attributes",
    ),
    (
        "cognito:",
        "What the user pool says of the user",
        "Amazon Cognito, Using tokens with user pools",
    ),
    (
        "dev:custom:",
        "An attribute that only developers can change",
        "Amazon Cognito, User pool attributes",
    ),
    (
        "xms_",
        "Microsoft's own; nothing for apps to rely on",
        "Entra ID, Access token claims reference",
    ),
    (
        "extn.",
        "An attribute of the directory that the tenant adds",
        "Entra ID, Directory extensions",
    ),
    (
        "extension_",
        "An attribute of the directory that an app adds",
        "Entra ID, Directory extensions",
    ),
    (
        "kubernetes.io/",
        "What the cluster says of the service account",
        "Kubernetes, Service account tokens",
    ),
    (
        "urn:zitadel:iam:",
        "What ZITADEL says of user and organisation",
        "ZITADEL, Claims",
    ),
    (
        "repo_property_",
        "A custom property of the repository",
        "GitHub Actions, OpenID Connect reference",
    ),
    (
        "oidc.circleci.com/",
        "What CircleCI says of the job",
        "CircleCI, OIDC tokens",
    ),
    (
        "terraform_",
        "What Terraform says of the run",
        "Terraform Cloud, Workload identity",
    ),
    ("p1.", "What PingOne says of the sign-in", "PingOne, Token claims"),
    (
        "pi.",
        "What PingFederate says of the token",
        "PingFederate, Token claims",
    ),
    (
        "https://aws.amazon.com/",
        "What AWS is told about the session",
        "AWS, Session tags",
    ),
    (
        "https://gitlab.org/",
        "What GitLab says of the user",
        "GitLab, ID tokens",
    ),
    (
        "http://schemas.xmlsoap.org/",
        "A claim in the way of WS-Federation",
        "WS-Federation, Identity claims",
    ),
    (
        "http://schemas.microsoft.com/",
        "A claim in the way of Windows Identity Foundation",
        "AD FS, Microsoft claim types",
    ),
    ("x-hasura-", "A value for database permissions", "Hasura, Claims"),
    ("rdap_", "What domain data may be asked for", "RFC 9560 §3.1.5"),
    ("eat_", "A claim of a device's attestation", "RFC 9711 §4"),
];

fn by_shape(name: &str, vendor: Option<Vendor>) -> Option<Explanation> {
    let shaped = |meaning, section, vendor| {
        Some(Explanation {
            meaning,
            section,
            vendor,
            is_by_shape: true,
        })
    };
    if let Some((_, meaning, section)) = SHAPES.iter().find(|(start, _, _)| name.starts_with(start)) {
        return shaped(meaning, section, None);
    }
    let is_address = name.starts_with("https://") || name.starts_with("http://");
    match (is_address, vendor) {
        (true, Some(Vendor::Auth0)) => shaped(
            "A custom claim that an Action of the tenant adds",
            "Auth0, Custom claims",
            vendor,
        ),
        (true, _) => shaped(
            "A custom claim, under an address so that none else has it",
            "RFC 7519 §4.2",
            None,
        ),
        _ if name.starts_with("urn:") => shaped(
            "A custom claim, under a URN so that none else has it",
            "RFC 7519 §4.2",
            None,
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::members::read_members;

    fn context(claims: &str) -> Context {
        Context::of_members(&[], &read_members(claims).0)
    }

    #[test]
    fn a_name_means_what_its_vendor_says() {
        let entra = context(r#"{"iss":"https://sts.windows.net/a/"}"#);
        let okta = context(r#"{"iss":"https://a.okta.com"}"#);
        let keycloak = context(r#"{"iss":"https://a/realms/b"}"#);
        let erp_net = context(r#"{"client_db":"E1"}"#);
        let nobody = context("{}");
        for (name, context, says) in [
            ("ver", &entra, "1.0 or 2.0"),
            ("ver", &okta, "format"),
            ("sid", &keycloak, "Keycloak"),
            ("sid", &entra, "Microsoft"),
            ("sid", &nobody, "the provider"),
            ("typ", &keycloak, "Bearer"),
            ("typ", &nobody, "kind of token"),
            ("scp", &entra, "delegated"),
            ("scp", &okta, "as a list"),
            ("roles", &entra, "App roles"),
            ("roles", &nobody, "Roles of the user"),
            ("idp", &okta, "identity provider"),
            ("idp", &erp_net, "Where the user signed in"),
            ("uid", &okta, "organisation"),
            ("tid", &okta, "At Entra ID: "),
            ("db", &nobody, "At ERP.net: "),
            ("exp", &entra, "Not accepted after"),
        ] {
            let explanation = explain(name, Place::Claims, context).unwrap();
            assert!(explanation.meaning.contains(says), "{name}: {}", explanation.meaning);
            assert!(!explanation.is_by_shape);
        }
        assert_eq!(
            explain("oid", Place::Claims, &entra).unwrap().vendor,
            Some(Vendor::EntraId)
        );
        assert_eq!(explain("exp", Place::Claims, &entra).unwrap().vendor, None);
        // A claim called as a header parameter is not that.
        for name in ["x5t", "zip", "p2c"] {
            assert_eq!(explain(name, Place::Claims, &nobody), None, "{name}");
        }
    }

    #[test]
    fn in_a_header_a_name_means_what_jose_says() {
        let keycloak = context(r#"{"iss":"https://a/realms/b"}"#);
        assert_eq!(
            explain("typ", Place::Header, &keycloak).unwrap().section,
            "RFC 7519 §5.1"
        );
        assert_eq!(
            explain("iss", Place::Header, &keycloak).unwrap().section,
            "RFC 7519 §5.3"
        );
        let entra = context(r#"{"iss":"https://sts.windows.net/a/"}"#);
        let nonce = explain("nonce", Place::Header, &entra).unwrap();
        assert!(nonce.meaning.contains("signature"), "{}", nonce.meaning);
    }

    #[test]
    fn a_name_that_nobody_listed_is_explained_by_its_shape() {
        let auth0 = context(r#"{"iss":"https://a.auth0.com/"}"#);
        for (name, section) in [
            ("custom:department", "Amazon Cognito, User pool attributes"),
            ("https://acme.org/roles", "Auth0, Custom claims"),
            ("http://schemas.xmlsoap.org/claims/x", "WS-Federation, Identity claims"),
            ("xms_new", "Entra ID, Access token claims reference"),
            ("urn:acme:role", "RFC 7519 §4.2"),
            ("repo_property_data_class", "GitHub Actions, OpenID Connect reference"),
        ] {
            let explanation = explain(name, Place::Claims, &auth0).unwrap();
            assert_eq!(
                (explanation.section, explanation.is_by_shape),
                (section, true),
                "{name}"
            );
        }
        let custom = explain("https://acme.org/roles", Place::Claims, &Context::default()).unwrap();
        assert_eq!(custom.section, "RFC 7519 §4.2");
        let language = explain("family_name#ja-Kana-JP", Place::Claims, &auth0).unwrap();
        assert_eq!(language.meaning, "Last name");
        assert_eq!(explain("whatever", Place::Claims, &auth0), None);
    }
}
