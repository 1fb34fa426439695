//! The fields of a profile as a person fills them in: one list for the form, for `profile set` and for error messages.

use super::profile::{ClientAuthentication, ClientType, FieldError, Profile};
use super::response_type::{ResponseMode, ResponseType};

/// One field, in the order that the form shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    missing_docs,
    reason = "each is the field of `Profile` with the same name, explained there"
)]
pub enum Field {
    Name,
    ClientId,
    ClientType,
    ClientAuthentication,
    RedirectUri,
    BaseUrl,
    AuthorizationEndpoint,
    TokenEndpoint,
    JwksUri,
    Issuer,
    ApiUrl,
    ResponseType,
    ResponseMode,
    Scope,
    Pkce,
    RefreshTokenLifetime,
    AuthorizeParameters,
    TokenParameters,
    Notes,
}

impl Field {
    /// Every field, in the order that the form shows.
    pub const ALL: [Self; 19] = [
        Self::Name,
        Self::ClientId,
        Self::ClientType,
        Self::ClientAuthentication,
        Self::RedirectUri,
        Self::BaseUrl,
        Self::AuthorizationEndpoint,
        Self::TokenEndpoint,
        Self::JwksUri,
        Self::Issuer,
        Self::ApiUrl,
        Self::ResponseType,
        Self::ResponseMode,
        Self::Scope,
        Self::Pkce,
        Self::RefreshTokenLifetime,
        Self::AuthorizeParameters,
        Self::TokenParameters,
        Self::Notes,
    ];

    /// The field's name in profile files and in `profile set key=value`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::ClientId => "client_id",
            Self::ClientType => "client_type",
            Self::ClientAuthentication => "client_authentication",
            Self::RedirectUri => "redirect_uri",
            Self::BaseUrl => "base_url",
            Self::AuthorizationEndpoint => "authorization_endpoint",
            Self::TokenEndpoint => "token_endpoint",
            Self::JwksUri => "jwks_uri",
            Self::Issuer => "issuer",
            Self::ApiUrl => "api_url",
            Self::ResponseType => "response_type",
            Self::ResponseMode => "response_mode",
            Self::Scope => "scope",
            Self::Pkce => "pkce",
            Self::RefreshTokenLifetime => "refresh_token_lifetime_s",
            Self::AuthorizeParameters => "authorize_parameters",
            Self::TokenParameters => "token_parameters",
            Self::Notes => "notes",
        }
    }

    /// The field that files and commands call `key`.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key() == key)
    }

    /// What the form calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::ClientId => "Client id",
            Self::ClientType => "Client type",
            Self::ClientAuthentication => "Client authentication",
            Self::RedirectUri => "Redirect URI",
            Self::BaseUrl => "Base URL",
            Self::AuthorizationEndpoint => "Authorize endpoint",
            Self::TokenEndpoint => "Token endpoint",
            Self::JwksUri => "Keys (JWKS)",
            Self::Issuer => "Issuer",
            Self::ApiUrl => "API to try",
            Self::ResponseType => "Response type",
            Self::ResponseMode => "Response mode",
            Self::Scope => "Scopes",
            Self::Pkce => "PKCE",
            Self::RefreshTokenLifetime => "Refresh token lives",
            Self::AuthorizeParameters => "More for authorize",
            Self::TokenParameters => "More for token",
            Self::Notes => "Notes",
        }
    }

    /// One line below the field: what it is for.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Name => "Shown in the list",
            Self::ClientId => "ApplicationUri of the trusted app",
            Self::ClientType => "Confidential apps have a secret, public ones cannot keep one",
            Self::ClientAuthentication => "How the secret goes to the token endpoint · RFC 6749 §2.3.1",
            Self::RedirectUri => "As registered with the provider · port 0 takes any free port",
            Self::BaseUrl => "Paths below start here · demo: is the built-in demo server",
            Self::AuthorizationEndpoint => "Where the browser signs in",
            Self::TokenEndpoint => "Where codes and refresh tokens are exchanged",
            Self::JwksUri => "Public keys that signatures are checked with · optional",
            Self::Issuer => "What iss must be · optional",
            Self::ApiUrl => "Called with the access token by “Call API” · optional",
            Self::ResponseType => "code id_token is hybrid: the ID token comes with the code · OIDC Core §3.3",
            Self::ResponseMode => "How the answer comes back · empty lets the provider choose",
            Self::Scope => "offline_access asks for a refresh token",
            Self::Pkce => "Proves that the same app asks twice · RFC 7636",
            Self::RefreshTokenLifetime => "Seconds, as the provider documents it: responses rarely say · optional",
            Self::AuthorizeParameters | Self::TokenParameters => "One name=value a line",
            Self::Notes => "For you · stays in this profile",
        }
    }

    /// The values that the field can have, where they are few; empty for free text.
    pub fn choices(self) -> Vec<&'static str> {
        match self {
            Self::ClientType => ClientType::ALL.map(ClientType::as_str).to_vec(),
            Self::ClientAuthentication => ClientAuthentication::ALL.map(ClientAuthentication::as_str).to_vec(),
            Self::ResponseType => ResponseType::ALL.map(ResponseType::as_str).to_vec(),
            Self::ResponseMode => std::iter::once("")
                .chain(ResponseMode::ALL.map(ResponseMode::as_str))
                .collect(),
            Self::Pkce => vec!["true", "false"],
            _ => Vec::new(),
        }
    }

    /// Whether the text may have several lines.
    pub const fn is_multiline(self) -> bool {
        matches!(self, Self::AuthorizeParameters | Self::TokenParameters | Self::Notes)
    }

    /// The field's value as text.
    pub fn get(self, profile: &Profile) -> String {
        match self {
            Self::Name => profile.name.clone(),
            Self::ClientId => profile.client_id.clone(),
            Self::ClientType => profile.client_type.as_str().to_owned(),
            Self::ClientAuthentication => profile.client_authentication.as_str().to_owned(),
            Self::RedirectUri => profile.redirect_uri.clone(),
            Self::BaseUrl => profile.base_url.clone(),
            Self::AuthorizationEndpoint => profile.authorization_endpoint.clone(),
            Self::TokenEndpoint => profile.token_endpoint.clone(),
            Self::JwksUri => profile.jwks_uri.clone(),
            Self::Issuer => profile.issuer.clone(),
            Self::ApiUrl => profile.api_url.clone(),
            Self::ResponseType => profile.response_type.as_str().to_owned(),
            Self::ResponseMode => profile.response_mode.map_or("", ResponseMode::as_str).to_owned(),
            Self::Scope => profile.scope.clone(),
            Self::Pkce => profile.pkce.to_string(),
            Self::RefreshTokenLifetime => profile
                .refresh_token_lifetime_s
                .map(|s| s.to_string())
                .unwrap_or_default(),
            Self::AuthorizeParameters => profile.authorize_parameters.join("\n"),
            Self::TokenParameters => profile.token_parameters.join("\n"),
            Self::Notes => profile.notes.clone(),
        }
    }

    /// Puts a text into the field. A value outside [`Field::choices`] is an error and changes nothing.
    pub fn set(self, profile: &mut Profile, text: &str) -> Result<(), FieldError> {
        let line = || text.trim().to_owned();
        match self {
            Self::Name => profile.name = line(),
            Self::ClientId => profile.client_id = line(),
            Self::ClientType => profile.client_type = self.choose(text, &ClientType::ALL, ClientType::as_str)?,
            Self::ClientAuthentication => {
                profile.client_authentication =
                    self.choose(text, &ClientAuthentication::ALL, ClientAuthentication::as_str)?;
            }
            Self::RedirectUri => profile.redirect_uri = line(),
            Self::BaseUrl => profile.base_url = line(),
            Self::AuthorizationEndpoint => profile.authorization_endpoint = line(),
            Self::TokenEndpoint => profile.token_endpoint = line(),
            Self::JwksUri => profile.jwks_uri = line(),
            Self::Issuer => profile.issuer = line(),
            Self::ApiUrl => profile.api_url = line(),
            Self::ResponseType => {
                profile.response_type = self.choose(text, &ResponseType::ALL, ResponseType::as_str)?;
            }
            Self::ResponseMode => {
                profile.response_mode = match text.trim() {
                    "" => None,
                    text => Some(self.choose(text, &ResponseMode::ALL, ResponseMode::as_str)?),
                }
            }
            Self::Scope => profile.scope = text.split_whitespace().collect::<Vec<_>>().join(" "),
            Self::Pkce => profile.pkce = self.choose(text, &[true, false], |b| if b { "true" } else { "false" })?,
            Self::RefreshTokenLifetime => profile.refresh_token_lifetime_s = self.seconds(text)?,
            Self::AuthorizeParameters => profile.authorize_parameters = lines(text),
            Self::TokenParameters => profile.token_parameters = lines(text),
            Self::Notes => text.clone_into(&mut profile.notes),
        }
        Ok(())
    }

    fn seconds(self, text: &str) -> Result<Option<u32>, FieldError> {
        match text.trim() {
            "" => Ok(None),
            text => match text.parse::<u32>() {
                Ok(seconds) if seconds > 0 => Ok(Some(seconds)),
                _ => Err(FieldError {
                    field: self,
                    message: format!("“{text}” is no number of seconds. Write for instance 86400 for a day"),
                }),
            },
        }
    }

    fn choose<T: Copy>(self, text: &str, all: &[T], word: impl Fn(T) -> &'static str) -> Result<T, FieldError> {
        all.iter()
            .copied()
            .find(|&value| word(value) == text.trim())
            .ok_or_else(|| FieldError {
                field: self,
                message: format!(
                    "“{text}” is none of {}",
                    all.iter().map(|&value| word(value)).collect::<Vec<_>>().join(", ")
                ),
            })
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::template::Template;

    #[test]
    fn what_a_field_gives_it_also_takes() {
        for template in Template::ALL {
            let profile = template.profile();
            let mut copy = Profile {
                slug: profile.slug.clone(),
                template: profile.template.clone(),
                ..Profile::default()
            };
            for field in Field::ALL {
                field.set(&mut copy, &field.get(&profile)).unwrap();
            }
            assert_eq!(copy, profile);
        }
    }

    #[test]
    fn a_word_outside_the_choices_changes_nothing() {
        let mut profile = Profile::default();
        let error = Field::ClientType.set(&mut profile, "secret").unwrap_err();
        assert_eq!(
            error.to_string(),
            "client_type: “secret” is none of public, confidential"
        );
        assert_eq!(profile, Profile::default());
    }

    #[test]
    fn keys_are_unique_and_found_again() {
        for field in Field::ALL {
            assert_eq!(Field::find(field.key()), Some(field));
        }
    }
}
