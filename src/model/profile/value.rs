//! How each field's text goes into a profile and comes out of it.

use super::field::Field;
use super::{ClientAuthentication, ClientType, Grant, LoginFallback, Profile, Rotation};
use crate::model::response_type::{ResponseMode, ResponseType};

type Words = fn() -> Vec<&'static str>;

/// What kind of value a field holds, and the two ways to it.
pub(super) enum Value {
    /// One line.
    Line(fn(&Profile) -> &String, fn(&mut Profile) -> &mut String),
    /// Several lines that are one value.
    Text(fn(&Profile) -> &String, fn(&mut Profile) -> &mut String),
    /// Words divided by single spaces.
    Words(fn(&Profile) -> &String, fn(&mut Profile) -> &mut String),
    /// A value a line.
    Lines(fn(&Profile) -> &Vec<String>, fn(&mut Profile) -> &mut Vec<String>),
    /// On or off.
    Switch(fn(&Profile) -> bool, fn(&mut Profile, bool)),
    /// A number of seconds, or nothing.
    Seconds(fn(&Profile) -> Option<u32>, fn(&mut Profile, Option<u32>)),
    /// One of few words.
    Choice(Words, fn(&Profile) -> &'static str, fn(&mut Profile, &str) -> bool),
    /// One of few words, or nothing.
    Optional(
        Words,
        fn(&Profile) -> Option<&'static str>,
        fn(&mut Profile, &str) -> bool,
    ),
}

impl Value {
    pub(super) fn choices(&self) -> Vec<&'static str> {
        match self {
            Self::Switch(..) => vec!["true", "false"],
            Self::Choice(words, ..) => words(),
            Self::Optional(words, ..) => std::iter::once("").chain(words()).collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn get(&self, profile: &Profile) -> String {
        match self {
            Self::Line(get, _) | Self::Text(get, _) | Self::Words(get, _) => get(profile).clone(),
            Self::Lines(get, _) => get(profile).join("\n"),
            Self::Switch(get, _) => get(profile).to_string(),
            Self::Seconds(get, _) => get(profile).map(|s| s.to_string()).unwrap_or_default(),
            Self::Choice(_, get, _) => get(profile).to_owned(),
            Self::Optional(_, get, _) => get(profile).unwrap_or_default().to_owned(),
        }
    }

    /// Takes a text, or says in one sentence why not and changes nothing.
    pub(super) fn set(&self, profile: &mut Profile, text: &str) -> Result<(), String> {
        match self {
            Self::Line(_, get) => text.trim().clone_into(get(profile)),
            Self::Text(_, get) => text.clone_into(get(profile)),
            Self::Words(_, get) => *get(profile) = text.split_whitespace().collect::<Vec<_>>().join(" "),
            Self::Lines(_, get) => *get(profile) = lines(text),
            Self::Switch(_, set) => match text.trim() {
                "true" => set(profile, true),
                "false" => set(profile, false),
                _ => return Err(self.none_of(text)),
            },
            Self::Seconds(_, set) => set(profile, seconds(text)?),
            Self::Choice(_, _, set) | Self::Optional(_, _, set) => {
                if !set(profile, text.trim()) {
                    return Err(self.none_of(text));
                }
            }
        }
        Ok(())
    }

    fn none_of(&self, text: &str) -> String {
        let words: Vec<_> = self.choices().into_iter().filter(|word| !word.is_empty()).collect();
        format!("“{text}” is none of {}", words.join(", "))
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn seconds(text: &str) -> Result<Option<u32>, String> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse::<u32>() {
            Ok(seconds) if seconds > 0 => Ok(Some(seconds)),
            _ => Err(format!(
                "“{text}” is no number of seconds. Write for instance 86400 for a day"
            )),
        },
    }
}

/// Words of a fixed list, found by what files and commands write.
trait Word: Copy + Sized + 'static {
    const LIST: &'static [Self];
    fn word(self) -> &'static str;

    fn words() -> Vec<&'static str> {
        Self::LIST.iter().map(|&value| value.word()).collect()
    }

    fn find(word: &str) -> Option<Self> {
        Self::LIST.iter().copied().find(|&value| value.word() == word)
    }
}

macro_rules! words {
    ($($type:ident),*) => {
        $(impl Word for $type {
            const LIST: &'static [Self] = &Self::ALL;
            fn word(self) -> &'static str {
                self.as_str()
            }
        })*
    };
}

words!(
    ClientAuthentication,
    ClientType,
    Grant,
    LoginFallback,
    ResponseMode,
    ResponseType,
    Rotation
);

fn put<T>(found: Option<T>, into: &mut T) -> bool {
    found.map(|value| *into = value).is_some()
}

fn put_optional<T>(find: fn(&str) -> Option<T>, word: &str, into: &mut Option<T>) -> bool {
    match word {
        "" => *into = None,
        word => match find(word) {
            Some(value) => *into = Some(value),
            None => return false,
        },
    }
    true
}

impl Field {
    /// How its text goes in and out.
    #[expect(clippy::too_many_lines, reason = "a line a field")]
    pub(super) fn value(self) -> Value {
        match self {
            Self::Name => Value::Line(|p| &p.name, |p| &mut p.name),
            Self::ClientId => Value::Line(|p| &p.client_id, |p| &mut p.client_id),
            Self::ClientType => Value::Choice(
                ClientType::words,
                |p| p.client_type.as_str(),
                |p, word| put(ClientType::find(word), &mut p.client_type),
            ),
            Self::ClientAuthentication => Value::Choice(
                ClientAuthentication::words,
                |p| p.client_authentication.as_str(),
                |p, word| put(ClientAuthentication::find(word), &mut p.client_authentication),
            ),
            Self::RefreshClientAuthentication => Value::Optional(
                ClientAuthentication::words,
                |p| p.refresh_client_authentication.map(ClientAuthentication::as_str),
                |p, word| put_optional(ClientAuthentication::find, word, &mut p.refresh_client_authentication),
            ),
            Self::ClientKeyFile => Value::Line(|p| &p.client_key_file, |p| &mut p.client_key_file),
            Self::ClientKeyId => Value::Line(|p| &p.client_key_id, |p| &mut p.client_key_id),
            Self::AssertionAlgorithm => Value::Line(|p| &p.assertion_algorithm, |p| &mut p.assertion_algorithm),
            Self::AssertionAudience => Value::Line(|p| &p.assertion_audience, |p| &mut p.assertion_audience),
            Self::IsEnabled => Value::Switch(|p| p.is_enabled, |p, on| p.is_enabled = on),
            Self::ImpersonateAsInternalUserAllowed => Value::Switch(
                |p| p.impersonate_as_internal_user_allowed,
                |p, on| p.impersonate_as_internal_user_allowed = on,
            ),
            Self::Grant => Value::Choice(
                Grant::words,
                |p| p.grant.as_str(),
                |p, word| put(Grant::find(word), &mut p.grant),
            ),
            Self::Username => Value::Line(|p| &p.username, |p| &mut p.username),
            Self::RedirectUri => Value::Line(|p| &p.redirect_uri, |p| &mut p.redirect_uri),
            Self::OtherRedirectUris => Value::Lines(|p| &p.other_redirect_uris, |p| &mut p.other_redirect_uris),
            Self::ResponseType => Value::Choice(
                ResponseType::words,
                |p| p.response_type.as_str(),
                |p, word| put(ResponseType::find(word), &mut p.response_type),
            ),
            Self::ResponseMode => Value::Optional(
                ResponseMode::words,
                |p| p.response_mode.map(ResponseMode::as_str),
                |p, word| put_optional(ResponseMode::find, word, &mut p.response_mode),
            ),
            Self::Scope => Value::Words(|p| &p.scope, |p| &mut p.scope),
            Self::Pkce => Value::Switch(|p| p.pkce, |p, on| p.pkce = on),
            Self::PushedAuthorizationRequest => Value::Switch(
                |p| p.pushed_authorization_request,
                |p, on| p.pushed_authorization_request = on,
            ),
            Self::Dpop => Value::Switch(|p| p.dpop, |p, on| p.dpop = on),
            Self::AuthorizationResponseIss => Value::Switch(
                |p| p.authorization_response_iss,
                |p, on| p.authorization_response_iss = on,
            ),
            Self::Prompt => Value::Line(|p| &p.prompt, |p| &mut p.prompt),
            Self::LoginHint => Value::Line(|p| &p.login_hint, |p| &mut p.login_hint),
            Self::MaxAge => Value::Seconds(|p| p.max_age_s, |p, s| p.max_age_s = s),
            Self::AcrValues => Value::Line(|p| &p.acr_values, |p| &mut p.acr_values),
            Self::Resource => Value::Lines(|p| &p.resource, |p| &mut p.resource),
            Self::Audience => Value::Line(|p| &p.audience, |p| &mut p.audience),
            Self::AuthorizationDetails => Value::Text(|p| &p.authorization_details, |p| &mut p.authorization_details),
            Self::SubjectProfile => Value::Line(|p| &p.subject_profile, |p| &mut p.subject_profile),
            Self::SubjectTokenType => Value::Line(|p| &p.subject_token_type, |p| &mut p.subject_token_type),
            Self::RequestedTokenType => Value::Line(|p| &p.requested_token_type, |p| &mut p.requested_token_type),
            Self::AssertionSubject => Value::Line(|p| &p.assertion_subject, |p| &mut p.assertion_subject),
            Self::BaseUrl => Value::Line(|p| &p.base_url, |p| &mut p.base_url),
            Self::Issuer => Value::Line(|p| &p.issuer, |p| &mut p.issuer),
            Self::AuthorizationEndpoint => {
                Value::Line(|p| &p.authorization_endpoint, |p| &mut p.authorization_endpoint)
            }
            Self::TokenEndpoint => Value::Line(|p| &p.token_endpoint, |p| &mut p.token_endpoint),
            Self::RefreshEndpoint => Value::Line(|p| &p.refresh_endpoint, |p| &mut p.refresh_endpoint),
            Self::DeviceAuthorizationEndpoint => Value::Line(
                |p| &p.device_authorization_endpoint,
                |p| &mut p.device_authorization_endpoint,
            ),
            Self::PushedAuthorizationRequestEndpoint => Value::Line(
                |p| &p.pushed_authorization_request_endpoint,
                |p| &mut p.pushed_authorization_request_endpoint,
            ),
            Self::JwksUri => Value::Line(|p| &p.jwks_uri, |p| &mut p.jwks_uri),
            Self::VerificationKey => Value::Text(|p| &p.verification_key, |p| &mut p.verification_key),
            Self::VerificationKeyId => Value::Line(|p| &p.verification_key_id, |p| &mut p.verification_key_id),
            Self::ApiUrl => Value::Line(|p| &p.api_url, |p| &mut p.api_url),
            Self::UserinfoEndpoint => Value::Line(|p| &p.userinfo_endpoint, |p| &mut p.userinfo_endpoint),
            Self::IntrospectionEndpoint => {
                Value::Line(|p| &p.introspection_endpoint, |p| &mut p.introspection_endpoint)
            }
            Self::RevocationEndpoint => Value::Line(|p| &p.revocation_endpoint, |p| &mut p.revocation_endpoint),
            Self::EndSessionEndpoint => Value::Line(|p| &p.end_session_endpoint, |p| &mut p.end_session_endpoint),
            Self::PostLogoutRedirectUri => {
                Value::Line(|p| &p.post_logout_redirect_uri, |p| &mut p.post_logout_redirect_uri)
            }
            Self::RegistrationEndpoint => Value::Line(|p| &p.registration_endpoint, |p| &mut p.registration_endpoint),
            Self::RefreshScope => Value::Words(|p| &p.refresh_scope, |p| &mut p.refresh_scope),
            Self::LoginFallback => Value::Choice(
                LoginFallback::words,
                |p| p.login_fallback.as_str(),
                |p, word| put(LoginFallback::find(word), &mut p.login_fallback),
            ),
            Self::RefreshTokenRotation => Value::Optional(
                Rotation::words,
                |p| p.refresh_token_rotation.map(Rotation::as_str),
                |p, word| put_optional(Rotation::find, word, &mut p.refresh_token_rotation),
            ),
            Self::RefreshTokenLifetime => {
                Value::Seconds(|p| p.refresh_token_lifetime_s, |p, s| p.refresh_token_lifetime_s = s)
            }
            Self::AuthorizeParameters => Value::Lines(|p| &p.authorize_parameters, |p| &mut p.authorize_parameters),
            Self::TokenParameters => Value::Lines(|p| &p.token_parameters, |p| &mut p.token_parameters),
            Self::RefreshParameters => Value::Lines(|p| &p.refresh_parameters, |p| &mut p.refresh_parameters),
            Self::Headers => Value::Lines(|p| &p.headers, |p| &mut p.headers),
            Self::CaCertificates => Value::Text(|p| &p.ca_certificates, |p| &mut p.ca_certificates),
            Self::ClientCertificate => Value::Text(|p| &p.client_certificate, |p| &mut p.client_certificate),
            Self::ClientCertificateKeyFile => Value::Line(
                |p| &p.client_certificate_key_file,
                |p| &mut p.client_certificate_key_file,
            ),
            Self::Proxy => Value::Line(|p| &p.proxy, |p| &mut p.proxy),
            Self::Insecure => Value::Switch(|p| p.insecure, |p, on| p.insecure = on),
            Self::Notes => Value::Text(|p| &p.notes, |p| &mut p.notes),
        }
    }
}
