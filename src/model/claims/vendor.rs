//! Who made a token: guessed from its issuer, and else from the claims that it has.

use super::signs::{by_claims, by_issuer};
use crate::model::jwt::Decoded;
use crate::model::members::Member;

/// A vendor whose claims have a table of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vendor {
    /// Microsoft Entra ID, Azure AD B2C included.
    EntraId,
    /// Okta.
    Okta,
    /// Auth0.
    Auth0,
    /// Keycloak, and Red Hat's build of it.
    Keycloak,
    /// Amazon Cognito user pools.
    Cognito,
    /// Google, Firebase included.
    Google,
    /// GitHub Actions.
    GitHubActions,
    /// GitLab CI/CD.
    GitLab,
    /// Kubernetes service accounts.
    Kubernetes,
    /// AWS: the security token service, load balancers.
    Aws,
    /// Sign in with Apple.
    Apple,
    /// Active Directory Federation Services.
    AdFs,
    /// Salesforce.
    Salesforce,
    /// Ping Identity, `ForgeRock` included.
    Ping,
    /// ERP.net's identity server.
    ErpNet,
    /// MyCorp-Auth.
    MyCorp,
}

/// A guess, and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VendorGuess {
    /// Who it is.
    pub vendor: Vendor,
    /// Why, as the end of a sentence: `iss is at okta.com`.
    pub reason: &'static str,
}

impl Vendor {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::EntraId,
        Self::Okta,
        Self::Auth0,
        Self::Keycloak,
        Self::Cognito,
        Self::Google,
        Self::GitHubActions,
        Self::GitLab,
        Self::Kubernetes,
        Self::Aws,
        Self::Apple,
        Self::AdFs,
        Self::Salesforce,
        Self::Ping,
        Self::ErpNet,
        Self::MyCorp,
    ];

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::EntraId => "Entra ID",
            Self::Okta => "Okta",
            Self::Auth0 => "Auth0",
            Self::Keycloak => "Keycloak",
            Self::Cognito => "Amazon Cognito",
            Self::Google => "Google",
            Self::GitHubActions => "GitHub Actions",
            Self::GitLab => "GitLab",
            Self::Kubernetes => "Kubernetes",
            Self::Aws => "AWS",
            Self::Apple => "Apple",
            Self::AdFs => "AD FS",
            Self::Salesforce => "Salesforce",
            Self::Ping => "Ping Identity",
            Self::ErpNet => "ERP.net",
            Self::MyCorp => "MyCorp-Auth",
        }
    }

    /// Who made this token, as far as it can be guessed. A guess is for words only: nobody has proved it.
    pub fn of(decoded: &Decoded) -> Option<VendorGuess> {
        Self::of_members(&decoded.header.members, &decoded.payload.members)
    }

    /// The same from header and claims as they were kept.
    pub fn of_members(header: &[Member], claims: &[Member]) -> Option<VendorGuess> {
        let iss = claims
            .iter()
            .rev()
            .find(|member| member.name == "iss")
            .map(Member::value);
        iss.as_ref()
            .and_then(|iss| by_issuer(iss.as_str()?))
            .or_else(|| by_claims(header, claims))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::members::read_members;
    use crate::model::{jwt, seeds};

    fn vendor(header: &str, claims: &str) -> Option<Vendor> {
        Some(Vendor::of_members(&read_members(header).0, &read_members(claims).0)?.vendor)
    }

    #[test]
    fn an_issuer_says_whose_token_it_is() {
        for (iss, expected) in [
            (
                "https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/",
                Vendor::EntraId,
            ),
            (
                "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0",
                Vendor::EntraId,
            ),
            (
                "https://contoso.b2clogin.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0/",
                Vendor::EntraId,
            ),
            ("https://dev-1.okta.com/oauth2/default", Vendor::Okta),
            ("https://acme.eu.auth0.com/", Vendor::Auth0),
            ("https://sso.acme.org/auth/realms/acme", Vendor::Keycloak),
            (
                "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc",
                Vendor::Cognito,
            ),
            ("accounts.google.com", Vendor::Google),
            ("https://securetoken.google.com/acme", Vendor::Google),
            ("https://token.actions.githubusercontent.com", Vendor::GitHubActions),
            ("https://gitlab.com", Vendor::GitLab),
            ("kubernetes/serviceaccount", Vendor::Kubernetes),
            ("https://kubernetes.default.svc.cluster.local", Vendor::Kubernetes),
            ("https://oidc.eks.us-east-1.amazonaws.com/id/ABC", Vendor::Kubernetes),
            ("https://abc.tokens.sts.global.api.aws", Vendor::Aws),
            ("https://appleid.apple.com", Vendor::Apple),
            ("http://adfs.acme.org/adfs/services/trust", Vendor::AdFs),
            ("https://acme.my.salesforce.com", Vendor::Salesforce),
            ("https://auth.pingone.eu/env/as", Vendor::Ping),
            ("https://acme.my.erp.net/id", Vendor::ErpNet),
        ] {
            let claims = format!(r#"{{"iss":"{iss}"}}"#);
            assert_eq!(vendor("{}", &claims), Some(expected), "{iss}");
        }
    }

    #[test]
    fn a_host_that_only_looks_like_a_vendors_is_nobodys() {
        for iss in [
            "https://okta.com.evil.example/",
            "https://evilokta.com",
            "https://accounts.google.com.example",
            "https://example/login.microsoftonline.com",
            ".okta.com",
        ] {
            assert_eq!(vendor("{}", &format!(r#"{{"iss":"{iss}"}}"#)), None, "{iss}");
        }
    }

    #[test]
    fn typical_claims_say_it_where_the_issuer_does_not() {
        for (claims, expected) in [
            (r#"{"realm_access":{"roles":[]}}"#, Vendor::Keycloak),
            (r#"{"oid":"a","tid":"b"}"#, Vendor::EntraId),
            (r#"{"cid":"a","uid":"b","scp":[]}"#, Vendor::Okta),
            (r#"{"cognito:username":"a"}"#, Vendor::Cognito),
            (r#"{"kubernetes.io":{}}"#, Vendor::Kubernetes),
            (r#"{"repository":"a/b","run_id":"1"}"#, Vendor::GitHubActions),
        ] {
            assert_eq!(vendor("{}", claims), Some(expected), "{claims}");
        }
        assert_eq!(
            vendor(r#"{"kid":"auth-key-2025"}"#, r#"{"roles":[]}"#),
            Some(Vendor::MyCorp)
        );
        assert_eq!(vendor("{}", r#"{"iss":7,"sub":"a"}"#), None);
    }

    #[test]
    fn the_seeds_tokens_are_erp_nets() {
        for token in [seeds::ID_TOKEN, seeds::RENEWED_ACCESS_TOKEN] {
            let guess = Vendor::of(&jwt::decode(token)).unwrap();
            assert_eq!(guess.vendor, Vendor::ErpNet);
            assert!(!guess.reason.is_empty());
        }
    }
}
