//! What keeps a profile from being used, field by field.

use url::Url;

use super::field::Field;
use super::profile::{ClientAuthentication, ClientType, FieldError, Profile};

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
    if let Err(error) = profile.redirect_target() {
        wrong(Field::RedirectUri, error.to_string());
    }
    if profile.client_type == ClientType::Confidential && profile.client_authentication == ClientAuthentication::None {
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
    if profile.response_type.has_id_token() && !profile.scopes().any(|scope| scope == "openid") {
        wrong(
            Field::Scope,
            "An ID token needs the scope openid (OIDC Core §3.1.2.1). Add it".to_owned(),
        );
    }
    for (field, lines) in [
        (Field::AuthorizeParameters, &profile.authorize_parameters),
        (Field::TokenParameters, &profile.token_parameters),
    ] {
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
    [
        (Field::AuthorizeParameters, &profile.authorize_parameters),
        (Field::TokenParameters, &profile.token_parameters),
    ]
    .into_iter()
    .find_map(|(field, lines)| {
        let message = lines
            .iter()
            .find_map(|line| secret_parameter(line.split_once('=')?.0))?;
        Some(FieldError { field, message })
    })
}

fn secret_parameter(name: &str) -> Option<String> {
    ["client_secret", "password", "refresh_token", "client_assertion"]
        .contains(&name.trim())
        .then(|| format!("{name} is a secret and a profile holds none. Give it as the client secret instead"))
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
        ] {
            let errors = errors_of(change);
            assert_eq!(errors.len(), 1, "{field:?}: {errors:?}");
            assert_eq!(errors[0].0, field);
            assert!(errors[0].1.contains(says), "{}", errors[0].1);
        }
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
                Field::ApiUrl
            ]
        );
        assert!(errors[0].1.contains("base URL"));
    }
}
