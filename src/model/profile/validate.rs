//! What keeps a profile from being used, field by field.

use serde_json::{Map, Value};
use url::Url;

use super::field::Field;
use super::{ClientAuthentication, ClientType, FieldError, Grant, Profile};
use crate::model::Slug;
use crate::model::keys::jwa::SigningAlgorithm;
use crate::model::redirect::RedirectTarget;
use crate::model::secret_names::{SecretName, is_secret_header};
use crate::model::transport::Proxy;

/// Every field that cannot stay as it is.
pub(super) fn validate(profile: &Profile) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |field: Field, message: String| errors.push(FieldError { field, message });

    if profile.name.trim().is_empty() {
        wrong(Field::Name, "Give it a name".to_owned());
    }
    if profile.client_id.trim().is_empty() {
        wrong(
            Field::ClientId,
            "Needed: the id that the provider has registered for this app".to_owned(),
        );
    } else if let Some(c) = profile.client_id.chars().find(|c| !(' '..='~').contains(c)) {
        wrong(
            Field::ClientId,
            format!("{c:?} cannot be in a client id: only printable ASCII (RFC 6749 appendix A.1). Remove it"),
        );
    }
    validate_browser(profile, &mut wrong);
    validate_grant(profile, &mut wrong);
    validate_texts(profile, &mut wrong);
    if profile.client_type == ClientType::Confidential && !profile.client_authentication.proves() {
        wrong(
            Field::ClientAuthentication,
            "A confidential client proves who it is (RFC 6749 §2.3). Choose how, or make it public".to_owned(),
        );
    }
    if let Some(c) = profile.scope.chars().find(|&c| !scope_char(c)) {
        wrong(
            Field::Scope,
            format!("{c:?} cannot be in a scope (RFC 6749 §3.3). Divide the words with spaces"),
        );
    }
    for (field, lines) in parameters(profile) {
        if let Some(message) = lines.iter().find_map(|line| wrong_parameter(line)) {
            wrong(field, message);
        }
    }
    // Whether the embedded provider runs is not the profile's fault: any address stands in for it.
    let demo = Url::parse("http://127.0.0.1/").ok();
    if let Err(more) = profile.endpoints(demo.as_ref()) {
        errors.extend(more);
    }
    errors.sort_by_key(|error| error.field);
    errors
}

/// `scope-token` of RFC 6749 §3.3, and the space between two.
fn scope_char(c: char) -> bool {
    matches!(c, ' ' | '!' | '#'..='[' | ']'..='~')
}

/// The sentence about a secret in the extra parameters, which must not be stored.
pub(super) fn stored_secret(profile: &Profile) -> Option<FieldError> {
    let in_parameters = parameters(profile).into_iter().find_map(|(field, lines)| {
        let message = lines
            .iter()
            .find_map(|line| secret_parameter(line.split_once('=')?.0))?;
        Some(FieldError { field, message })
    });
    in_parameters
        .or_else(|| {
            let message = profile.header_pairs().find_map(|(name, _)| secret_header(name))?;
            Some(FieldError {
                field: Field::Headers,
                message,
            })
        })
        .or_else(|| {
            let texts = [
                (Field::VerificationKey, &profile.verification_key),
                (Field::CaCertificates, &profile.ca_certificates),
                (Field::ClientCertificate, &profile.client_certificate),
            ];
            let (field, _) = texts.into_iter().find(|(_, text)| holds_private_key(text))?;
            Some(FieldError {
                field,
                message: "This is a private key, and a profile holds no secret. Keep it in a file and name the file"
                    .to_owned(),
            })
        })
        .or_else(|| {
            let url = Url::parse(profile.proxy.trim()).ok()?;
            (url.password().is_some() || !url.username().is_empty()).then(|| FieldError {
                field: Field::Proxy,
                message: "Leave user name and password out: a profile holds no secret".to_owned(),
            })
        })
}

/// Whether a text is a private key: PEM says so, a private or symmetric JWK has `d` or `k` (RFC 7518 §6).
fn holds_private_key(text: &str) -> bool {
    if text.contains("PRIVATE KEY-----") {
        return true;
    }
    let is_private = |key: &Value| key.get("d").is_some() || key.get("k").is_some();
    serde_json::from_str::<Value>(text).is_ok_and(|value| {
        let keys = value.get("keys").and_then(|keys| keys.as_array());
        is_private(&value) || keys.is_some_and(|keys| keys.iter().any(is_private))
    })
}

fn secret_header(name: &str) -> Option<String> {
    is_secret_header(name)
        .then(|| format!("{name} is a secret, or made for each request, and a profile holds none. Remove the line"))
}

/// The fields with lines `name=value`.
fn parameters(profile: &Profile) -> [(Field, &Vec<String>); 3] {
    [
        (Field::AuthorizeParameters, &profile.authorize_parameters),
        (Field::TokenParameters, &profile.token_parameters),
        (Field::RefreshParameters, &profile.refresh_parameters),
    ]
}

/// What the ways through a browser need.
fn validate_browser(profile: &Profile, wrong: &mut impl FnMut(Field, String)) {
    if !profile.grant.has_redirect() {
        return;
    }
    if let Err(error) = profile.redirect_target() {
        wrong(Field::RedirectUri, error.to_string());
    }
    let mut others = profile.other_redirect_uris.iter();
    if let Some(error) = others.find_map(|uri| RedirectTarget::parse(uri).err()) {
        wrong(Field::OtherRedirectUris, error.to_string());
    }
    let response_type = profile.response_type;
    if profile.grant == Grant::AuthorizationCode && !response_type.has_code() {
        wrong(
            Field::ResponseType,
            "This response type brings no code. Choose one with code, or the grant implicit".to_owned(),
        );
    }
    if profile.grant == Grant::Implicit && response_type.has_code() {
        wrong(
            Field::ResponseType,
            "The implicit grant has no code. Choose token or id_token, or the grant authorization_code".to_owned(),
        );
    }
    if profile.response_type.has_id_token() && !profile.scopes().any(|scope| scope == "openid") {
        wrong(
            Field::Scope,
            "An ID token needs the scope openid (OIDC Core §3.1.2.1). Add it".to_owned(),
        );
    }
}

/// What each grant needs beside its endpoints.
fn validate_grant(profile: &Profile, wrong: &mut impl FnMut(Field, String)) {
    if profile.grant == Grant::ClientCredentials && !profile.client_authentication.proves() {
        wrong(
            Field::ClientAuthentication,
            "Client credentials are for clients that prove who they are (RFC 6749 §4.4). Choose how".to_owned(),
        );
    }
    if profile.needs_client_key() && profile.client_key_file.trim().is_empty() {
        wrong(
            Field::ClientKeyFile,
            "Needed to sign: the file with the client's private key, PEM or JWK".to_owned(),
        );
    }
    validate_assertion_algorithm(profile, wrong);
    let has_certificate = !profile.client_certificate.trim().is_empty();
    let ways = [profile.client_authentication, profile.authentication_of_refresh()];
    if ways.contains(&ClientAuthentication::TlsClientAuth) && !has_certificate {
        wrong(
            Field::ClientCertificate,
            "Needed for tls_client_auth (RFC 8705 §2): the client's certificate".to_owned(),
        );
    }
    let subject = profile.subject_profile.trim();
    if !subject.is_empty() && Slug::parse(subject).is_none() {
        wrong(
            Field::SubjectProfile,
            format!("“{subject}” is no profile's short name. See them with “tokenscope profile list”"),
        );
    }
}

/// What the client's statements are signed with: a known name, of the kind that the client authentication has a key for
/// (OpenID Connect Core §9). The statement of the JWT bearer grant may be signed with either.
fn validate_assertion_algorithm(profile: &Profile, wrong: &mut impl FnMut(Field, String)) {
    let wanted = profile.assertion_algorithm.trim();
    let ways = [profile.client_authentication, profile.authentication_of_refresh()];
    let signs = profile.grant == Grant::JwtBearer || ways.iter().any(|way| way.is_assertion());
    if wanted.is_empty() || !signs {
        return;
    }
    let fitting = |alg: &SigningAlgorithm| {
        ways.iter().all(|way| match way {
            ClientAuthentication::ClientSecretJwt => alg.is_symmetric(),
            ClientAuthentication::PrivateKeyJwt => !alg.is_symmetric(),
            _ => true,
        })
    };
    let alg = SigningAlgorithm::find(wanted);
    if alg.as_ref().is_some_and(fitting) {
        return;
    }
    let words: Vec<_> = SigningAlgorithm::ALL
        .iter()
        .filter(|alg| fitting(alg))
        .map(|alg| alg.as_str())
        .collect();
    let why = match alg {
        None => format!("“{wanted}” is no algorithm that is known here (RFC 7518 §3.1)"),
        Some(alg) if alg.is_symmetric() => format!("private_key_jwt cannot sign with {wanted}"),
        Some(_) => format!("client_secret_jwt cannot sign with {wanted}"),
    };
    let what_to_do = if words.is_empty() {
        "Leave it empty: here a client secret and a private key both sign".to_owned()
    } else {
        format!("Choose one of {}, or leave it empty", words.join(", "))
    };
    wrong(Field::AssertionAlgorithm, format!("{why}. {what_to_do}"));
}

/// Texts that have a form of their own.
fn validate_texts(profile: &Profile, wrong: &mut impl FnMut(Field, String)) {
    let details = profile.authorization_details.trim();
    if !details.is_empty() && serde_json::from_str::<Vec<Map<String, Value>>>(details).is_err() {
        wrong(
            Field::AuthorizationDetails,
            "This must be a JSON array of objects (RFC 9396 §2). Write [{\"type\": …}]".to_owned(),
        );
    }
    let back = profile.post_logout_redirect_uri.trim();
    if !back.is_empty() && Url::parse(back).is_err() {
        wrong(
            Field::PostLogoutRedirectUri,
            format!("“{back}” is not a URL. Write it as the provider has it registered"),
        );
    }
    if let Err(error) = profile.proxy.parse::<Proxy>() {
        wrong(Field::Proxy, error.to_string());
    }
    let header = profile.headers.iter().find(|line| !is_header(line));
    if let Some(line) = header {
        wrong(
            Field::Headers,
            format!("“{line}” is no header. Write Name: value (RFC 9110 §5.1)"),
        );
    }
    for uri in &profile.resource {
        match Url::parse(uri) {
            Ok(url) if url.fragment().is_none() => {}
            _ => wrong(
                Field::Resource,
                format!("“{uri}” is no absolute URI without a fragment (RFC 8707 §2). Write it whole"),
            ),
        }
    }
    if let Some(error) = stored_secret(profile)
        && !matches!(
            error.field,
            Field::AuthorizeParameters | Field::TokenParameters | Field::RefreshParameters | Field::Proxy
        )
    {
        wrong(error.field, error.message);
    }
}

/// `field-name` and `field-value` of RFC 9110 §5.1, §5.5.
fn is_header(line: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    line.split_once(':').is_some_and(|(name, value)| {
        !name.is_empty() && name.chars().all(is_name) && value.chars().all(|c| !c.is_control())
    })
}

fn secret_parameter(name: &str) -> Option<String> {
    let what = match SecretName::of(name)? {
        SecretName::ClientSecret => "a secret and a profile holds none. Give it as the client secret instead",
        SecretName::Password => "a secret and a profile holds none. Remove the line: a login asks for its password",
        SecretName::ApiKey => "a secret and a profile holds none. Remove the line",
        SecretName::Token => "a token and a profile holds none. Remove the line",
        SecretName::Assertion => {
            "a secret and a profile holds none. Remove the line: it is signed for each request, with “Private key file”"
        }
        SecretName::Once => "made for each login and a profile holds none. Remove the line",
        // A request object is written once and sent through the browser: no secret of its own (RFC 9101).
        SecretName::Message => return None,
    };
    Some(format!("{} is {what}", name.trim()))
}

fn wrong_parameter(line: &str) -> Option<String> {
    let Some((name, _)) = line.split_once('=') else {
        return Some(format!("“{line}” has no value. Write name=value"));
    };
    if name.trim().is_empty() {
        return Some(format!("“{line}” has no name. Write name=value"));
    }
    secret_parameter(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::template::Template;

    fn erp_net() -> Profile {
        Template::find("erp-net").unwrap().profile()
    }

    fn errors_of(change: impl FnOnce(&mut Profile)) -> Vec<(Field, String)> {
        let mut profile = erp_net();
        change(&mut profile);
        profile.validate().into_iter().map(|e| (e.field, e.message)).collect()
    }

    #[test]
    fn every_template_is_valid_as_it_comes() {
        for template in Template::ALL {
            assert_eq!(template.profile().validate(), [], "{}", template.id);
        }
    }

    #[test]
    fn a_proxy_with_a_password_is_complained_about_once() {
        let errors = errors_of(|p| p.proxy = "socks5://u:p@h:1".into());
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].0 == Field::Proxy && errors[0].1.contains("holds no password"));
    }

    #[test]
    fn each_wrong_field_is_named_with_what_to_do() {
        for (change, field, says) in [
            ((|p| p.name = "  ".into()) as fn(&mut Profile), Field::Name, "name"),
            (|p| p.client_id.clear(), Field::ClientId, "registered"),
            (|p| p.client_id = "naïve".into(), Field::ClientId, "ASCII"),
            (
                |p| p.redirect_uri = "http://app.example/cb".into(),
                Field::RedirectUri,
                "loopback",
            ),
            (
                |p| p.client_authentication = ClientAuthentication::None,
                Field::ClientAuthentication,
                "Choose how",
            ),
            (|p| p.scope = "openid \"x\"".into(), Field::Scope, "spaces"),
            (|p| p.scope = "profile".into(), Field::Scope, "openid"),
            (
                |p| p.authorize_parameters = vec!["prompt".into()],
                Field::AuthorizeParameters,
                "name=value",
            ),
            (
                |p| p.token_parameters = vec!["client_secret=x".into()],
                Field::TokenParameters,
                "secret",
            ),
            (|p| p.token_endpoint.clear(), Field::TokenEndpoint, "Needed"),
            (
                |p| p.token_endpoint = "ftp://x/".into(),
                Field::TokenEndpoint,
                "https://",
            ),
            (|p| p.api_url = "https://u:p@x/".into(), Field::ApiUrl, "password"),
            (|p| p.base_url = "demo".into(), Field::BaseUrl, "https://"),
            (
                |p| p.refresh_client_authentication = Some(ClientAuthentication::TlsClientAuth),
                Field::ClientCertificate,
                "tls_client_auth",
            ),
        ] {
            let errors = errors_of(change);
            assert_eq!(errors.len(), 1, "{field:?}: {errors:?}");
            assert_eq!(errors[0].0, field);
            assert!(errors[0].1.contains(says), "{}", errors[0].1);
        }
    }

    #[test]
    fn authorization_details_are_objects_whatever_the_grant() {
        for grant in [Grant::AuthorizationCode, Grant::ClientCredentials, Grant::DeviceCode] {
            for (details, is_good) in [
                ("", true),
                ("[]", true),
                (r#"[{"type":"statement"}]"#, true),
                (r#"{"type":"statement"}"#, false),
                (r#"["statement"]"#, false),
                ("[1", false),
            ] {
                let errors = errors_of(|p| {
                    p.grant = grant;
                    p.device_authorization_endpoint = "/device".into();
                    details.clone_into(&mut p.authorization_details);
                });
                let is_named = errors.iter().any(|(field, _)| *field == Field::AuthorizationDetails);
                assert_eq!(is_named, !is_good, "{grant:?} {details}: {errors:?}");
            }
        }
    }

    #[test]
    fn what_is_signed_with_is_known_and_fits_the_client_authentication() {
        use ClientAuthentication::{ClientSecretJwt, ClientSecretPost, PrivateKeyJwt};
        let said = |way, refresh, alg: &str| {
            let errors = errors_of(|p| {
                p.client_authentication = way;
                p.refresh_client_authentication = refresh;
                p.client_key_file = "key.pem".into();
                alg.clone_into(&mut p.assertion_algorithm);
            });
            assert!(
                errors.iter().all(|(field, _)| *field == Field::AssertionAlgorithm),
                "{errors:?}"
            );
            errors.into_iter().next().map(|(_, message)| message)
        };
        for (way, refresh, alg) in [
            (ClientSecretJwt, None, "HS384"),
            (PrivateKeyJwt, None, " ES256 "),
            (PrivateKeyJwt, None, ""),
            (ClientSecretJwt, Some(PrivateKeyJwt), ""),
            // Nothing is signed: the field is not shown.
            (ClientSecretPost, None, "HS265"),
        ] {
            assert_eq!(said(way, refresh, alg), None, "{way:?} {alg}");
        }
        for (way, refresh, alg, says) in [
            (PrivateKeyJwt, None, "RS265", "“RS265” is no algorithm"),
            (PrivateKeyJwt, None, "rs256", "Choose one of RS256"),
            (PrivateKeyJwt, None, "none", "is no algorithm"),
            (PrivateKeyJwt, None, "HS256", "private_key_jwt cannot sign with HS256"),
            (ClientSecretJwt, None, "RS256", "Choose one of HS256, HS384, HS512"),
            (
                ClientSecretPost,
                Some(ClientSecretJwt),
                "RS256",
                "client_secret_jwt cannot",
            ),
            (ClientSecretJwt, Some(PrivateKeyJwt), "RS256", "Leave it empty"),
        ] {
            let message = said(way, refresh, alg).unwrap_or_default();
            assert!(message.contains(says), "{way:?} {alg}: {message}");
        }
    }

    #[test]
    fn every_secret_that_is_kept_out_of_records_is_kept_out_of_a_profile() {
        for (name, says) in [
            ("client_secret", "client secret instead"),
            ("actor_token", "a token"),
            ("id_token_hint", "a token"),
            ("refreshToken", "a token"),
            ("otp", "asks for its password"),
            ("pwd", "asks for its password"),
            ("passphrase", "asks for its password"),
            ("api_key", "Remove the line"),
            ("client_assertion", "“Private key file”"),
            ("code_verifier", "made for each login"),
        ] {
            let line = format!("{name}=hunter2");
            let errors = errors_of(|p| p.token_parameters = vec!["x=1".into(), line.clone()]);
            assert_eq!(errors.len(), 1, "{name}: {errors:?}");
            assert!(
                errors[0].1.starts_with(name) && errors[0].1.contains(says),
                "{errors:?}"
            );
            let profile = Profile {
                refresh_parameters: vec![line],
                ..erp_net()
            };
            assert_eq!(profile.stored_secret().unwrap().field, Field::RefreshParameters);
        }
        for name in [
            "X-Api-Key",
            "X-Auth-Token",
            "Ocp-Apim-Subscription-Key",
            "Authorization",
            "Api-Key",
        ] {
            let errors = errors_of(|p| p.headers = vec![format!("{name}: hunter2")]);
            assert!(errors.len() == 1 && errors[0].0 == Field::Headers, "{name}: {errors:?}");
        }
        let kept = |p: &mut Profile| {
            p.headers = vec!["X-Tenant: e1".into()];
            p.authorize_parameters = vec!["request=e30.e30.".into(), "claims={}".into()];
        };
        assert_eq!(errors_of(kept), []);
    }

    #[test]
    fn a_path_without_a_base_says_where_to_write_it() {
        let errors = errors_of(|p| p.base_url.clear());
        let fields: Vec<_> = errors.iter().map(|(field, _)| *field).collect();
        assert_eq!(
            fields,
            [
                Field::AuthorizationEndpoint,
                Field::TokenEndpoint,
                Field::JwksUri,
                Field::ApiUrl,
                Field::UserinfoEndpoint,
                Field::IntrospectionEndpoint,
                Field::RevocationEndpoint,
                Field::EndSessionEndpoint,
            ]
        );
        assert!(errors[0].1.contains("base URL"));
    }

    #[test]
    fn loopback_is_this_machine_only_without_a_proxy_on_another() {
        let local = |proxy: &str, base_url: &str| {
            let proxy = proxy.to_owned();
            let base_url = base_url.to_owned();
            errors_of(move |p| (p.proxy, p.base_url) = (proxy, base_url))
        };
        for proxy in ["", "none", "http://127.0.0.1:8080", "socks5://localhost:1080"] {
            assert_eq!(local(proxy, "http://localhost:9000"), [], "{proxy}");
        }
        // No proxy comes between this program and the provider inside it.
        assert_eq!(local("http://proxy.example:8080", "demo:"), []);
        assert_eq!(local("http://proxy.example:8080", "https://localhost:9000"), []);
        let errors = local("http://proxy.example:8080", "http://localhost:9000");
        assert!(errors[0].1.contains("“Proxy”"), "{errors:?}");
    }
}
