//! The fields of a profile as a person fills them in: one list for the form, for `profile set` and for error messages.

use super::value::Value;
use super::{ClientAuthentication, FieldError, Grant, Profile};

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
    RefreshClientAuthentication,
    ClientKeyFile,
    ClientKeyId,
    AssertionAlgorithm,
    AssertionAudience,
    IsEnabled,
    ImpersonateAsInternalUserAllowed,
    Grant,
    Username,
    RedirectUri,
    OtherRedirectUris,
    ResponseType,
    ResponseMode,
    Scope,
    Pkce,
    PushedAuthorizationRequest,
    Dpop,
    Prompt,
    LoginHint,
    MaxAge,
    AcrValues,
    Resource,
    Audience,
    AuthorizationDetails,
    SubjectProfile,
    SubjectTokenType,
    RequestedTokenType,
    AssertionSubject,
    BaseUrl,
    Issuer,
    AuthorizationEndpoint,
    TokenEndpoint,
    RefreshEndpoint,
    DeviceAuthorizationEndpoint,
    PushedAuthorizationRequestEndpoint,
    JwksUri,
    VerificationKey,
    VerificationKeyId,
    ApiUrl,
    UserinfoEndpoint,
    IntrospectionEndpoint,
    RevocationEndpoint,
    EndSessionEndpoint,
    PostLogoutRedirectUri,
    RegistrationEndpoint,
    RefreshScope,
    LoginFallback,
    RefreshTokenRotation,
    RefreshTokenLifetime,
    AuthorizeParameters,
    TokenParameters,
    RefreshParameters,
    Headers,
    CaCertificates,
    ClientCertificate,
    ClientCertificateKeyFile,
    Proxy,
    Insecure,
    Notes,
}

/// A part of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Who the client is.
    App,
    /// What ERP.net keeps of a trusted app beside.
    TrustedApp,
    /// How a login goes.
    Login,
    /// Where everything is.
    Endpoints,
    /// What is expected of refreshes.
    Refresh,
    /// What else is sent.
    More,
    /// How requests travel.
    Connection,
    /// For the person.
    Notes,
}

impl Section {
    /// Every section, in the order that the form shows.
    pub const ALL: [Self; 8] = [
        Self::App,
        Self::TrustedApp,
        Self::Login,
        Self::Endpoints,
        Self::Refresh,
        Self::More,
        Self::Connection,
        Self::Notes,
    ];

    /// What the form calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::App => "The app",
            Self::TrustedApp => "Trusted app",
            Self::Login => "Login",
            Self::Endpoints => "Endpoints",
            Self::Refresh => "Refresh",
            Self::More => "More to send",
            Self::Connection => "Connection",
            Self::Notes => "Notes",
        }
    }
}

impl Field {
    /// Every field, in the order that the form shows.
    pub const ALL: [Self; 63] = [
        Self::Name,
        Self::ClientId,
        Self::ClientType,
        Self::ClientAuthentication,
        Self::RefreshClientAuthentication,
        Self::ClientKeyFile,
        Self::ClientKeyId,
        Self::AssertionAlgorithm,
        Self::AssertionAudience,
        Self::IsEnabled,
        Self::ImpersonateAsInternalUserAllowed,
        Self::Grant,
        Self::Username,
        Self::RedirectUri,
        Self::OtherRedirectUris,
        Self::ResponseType,
        Self::ResponseMode,
        Self::Scope,
        Self::Pkce,
        Self::PushedAuthorizationRequest,
        Self::Dpop,
        Self::Prompt,
        Self::LoginHint,
        Self::MaxAge,
        Self::AcrValues,
        Self::Resource,
        Self::Audience,
        Self::AuthorizationDetails,
        Self::SubjectProfile,
        Self::SubjectTokenType,
        Self::RequestedTokenType,
        Self::AssertionSubject,
        Self::BaseUrl,
        Self::Issuer,
        Self::AuthorizationEndpoint,
        Self::TokenEndpoint,
        Self::RefreshEndpoint,
        Self::DeviceAuthorizationEndpoint,
        Self::PushedAuthorizationRequestEndpoint,
        Self::JwksUri,
        Self::VerificationKey,
        Self::VerificationKeyId,
        Self::ApiUrl,
        Self::UserinfoEndpoint,
        Self::IntrospectionEndpoint,
        Self::RevocationEndpoint,
        Self::EndSessionEndpoint,
        Self::PostLogoutRedirectUri,
        Self::RegistrationEndpoint,
        Self::RefreshScope,
        Self::LoginFallback,
        Self::RefreshTokenRotation,
        Self::RefreshTokenLifetime,
        Self::AuthorizeParameters,
        Self::TokenParameters,
        Self::RefreshParameters,
        Self::Headers,
        Self::CaCertificates,
        Self::ClientCertificate,
        Self::ClientCertificateKeyFile,
        Self::Proxy,
        Self::Insecure,
        Self::Notes,
    ];

    /// The field's name in profile files and in `profile set key=value`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::ClientId => "client_id",
            Self::ClientType => "client_type",
            Self::ClientAuthentication => "client_authentication",
            Self::RefreshClientAuthentication => "refresh_client_authentication",
            Self::ClientKeyFile => "client_key_file",
            Self::ClientKeyId => "client_key_id",
            Self::AssertionAlgorithm => "assertion_algorithm",
            Self::AssertionAudience => "assertion_audience",
            Self::IsEnabled => "is_enabled",
            Self::ImpersonateAsInternalUserAllowed => "impersonate_as_internal_user_allowed",
            Self::Grant => "grant",
            Self::Username => "username",
            Self::RedirectUri => "redirect_uri",
            Self::OtherRedirectUris => "other_redirect_uris",
            Self::ResponseType => "response_type",
            Self::ResponseMode => "response_mode",
            Self::Scope => "scope",
            Self::Pkce => "pkce",
            Self::PushedAuthorizationRequest => "pushed_authorization_request",
            Self::Dpop => "dpop",
            Self::Prompt => "prompt",
            Self::LoginHint => "login_hint",
            Self::MaxAge => "max_age_s",
            Self::AcrValues => "acr_values",
            Self::Resource => "resource",
            Self::Audience => "audience",
            Self::AuthorizationDetails => "authorization_details",
            Self::SubjectProfile => "subject_profile",
            Self::SubjectTokenType => "subject_token_type",
            Self::RequestedTokenType => "requested_token_type",
            Self::AssertionSubject => "assertion_subject",
            Self::BaseUrl => "base_url",
            Self::Issuer => "issuer",
            Self::AuthorizationEndpoint => "authorization_endpoint",
            Self::TokenEndpoint => "token_endpoint",
            Self::RefreshEndpoint => "refresh_endpoint",
            Self::DeviceAuthorizationEndpoint => "device_authorization_endpoint",
            Self::PushedAuthorizationRequestEndpoint => "pushed_authorization_request_endpoint",
            Self::JwksUri => "jwks_uri",
            Self::VerificationKey => "verification_key",
            Self::VerificationKeyId => "verification_key_id",
            Self::ApiUrl => "api_url",
            Self::UserinfoEndpoint => "userinfo_endpoint",
            Self::IntrospectionEndpoint => "introspection_endpoint",
            Self::RevocationEndpoint => "revocation_endpoint",
            Self::EndSessionEndpoint => "end_session_endpoint",
            Self::PostLogoutRedirectUri => "post_logout_redirect_uri",
            Self::RegistrationEndpoint => "registration_endpoint",
            Self::RefreshScope => "refresh_scope",
            Self::LoginFallback => "login_fallback",
            Self::RefreshTokenRotation => "refresh_token_rotation",
            Self::RefreshTokenLifetime => "refresh_token_lifetime_s",
            Self::AuthorizeParameters => "authorize_parameters",
            Self::TokenParameters => "token_parameters",
            Self::RefreshParameters => "refresh_parameters",
            Self::Headers => "headers",
            Self::CaCertificates => "ca_certificates",
            Self::ClientCertificate => "client_certificate",
            Self::ClientCertificateKeyFile => "client_certificate_key_file",
            Self::Proxy => "proxy",
            Self::Insecure => "insecure",
            Self::Notes => "notes",
        }
    }

    /// The field that files and commands call `key`.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key() == key)
    }

    /// The part of the form that it is in.
    pub const fn section(self) -> Section {
        match self {
            Self::Name
            | Self::ClientId
            | Self::ClientType
            | Self::ClientAuthentication
            | Self::RefreshClientAuthentication
            | Self::ClientKeyFile
            | Self::ClientKeyId
            | Self::AssertionAlgorithm
            | Self::AssertionAudience => Section::App,
            Self::IsEnabled | Self::ImpersonateAsInternalUserAllowed => Section::TrustedApp,
            Self::Grant
            | Self::Username
            | Self::RedirectUri
            | Self::OtherRedirectUris
            | Self::ResponseType
            | Self::ResponseMode
            | Self::Scope
            | Self::Pkce
            | Self::PushedAuthorizationRequest
            | Self::Dpop
            | Self::Prompt
            | Self::LoginHint
            | Self::MaxAge
            | Self::AcrValues
            | Self::Resource
            | Self::Audience
            | Self::AuthorizationDetails
            | Self::SubjectProfile
            | Self::SubjectTokenType
            | Self::RequestedTokenType
            | Self::AssertionSubject => Section::Login,
            Self::BaseUrl
            | Self::Issuer
            | Self::AuthorizationEndpoint
            | Self::TokenEndpoint
            | Self::RefreshEndpoint
            | Self::DeviceAuthorizationEndpoint
            | Self::PushedAuthorizationRequestEndpoint
            | Self::JwksUri
            | Self::VerificationKey
            | Self::VerificationKeyId
            | Self::ApiUrl
            | Self::UserinfoEndpoint
            | Self::IntrospectionEndpoint
            | Self::RevocationEndpoint
            | Self::EndSessionEndpoint
            | Self::PostLogoutRedirectUri
            | Self::RegistrationEndpoint => Section::Endpoints,
            Self::RefreshScope | Self::LoginFallback | Self::RefreshTokenRotation | Self::RefreshTokenLifetime => {
                Section::Refresh
            }
            Self::AuthorizeParameters | Self::TokenParameters | Self::RefreshParameters | Self::Headers => {
                Section::More
            }
            Self::CaCertificates
            | Self::ClientCertificate
            | Self::ClientCertificateKeyFile
            | Self::Proxy
            | Self::Insecure => Section::Connection,
            Self::Notes => Section::Notes,
        }
    }

    /// Whether it means anything for a profile as it stands: the form leaves the others out.
    pub fn applies_to(self, profile: &Profile) -> bool {
        let grant = profile.grant;
        let browser = grant.has_redirect();
        let ways = [profile.client_authentication, profile.authentication_of_refresh()];
        let signs = profile.needs_client_key() || ways.iter().any(|way| way.is_assertion());
        match self {
            Self::IsEnabled | Self::ImpersonateAsInternalUserAllowed => profile.is_erp_net(),
            Self::ClientKeyFile | Self::ClientKeyId => profile.needs_client_key(),
            Self::AssertionAlgorithm | Self::AssertionAudience => signs,
            Self::AssertionSubject => grant == Grant::JwtBearer,
            Self::Username => grant.has_password(),
            Self::RedirectUri
            | Self::OtherRedirectUris
            | Self::ResponseType
            | Self::ResponseMode
            | Self::PushedAuthorizationRequest
            | Self::Prompt
            | Self::LoginHint
            | Self::MaxAge
            | Self::AcrValues
            | Self::AuthorizationEndpoint
            | Self::PushedAuthorizationRequestEndpoint => browser,
            // A device has no browser, and says there what it wishes (RFC 8628 §3.1).
            Self::AuthorizeParameters => browser || grant == Grant::DeviceCode,
            Self::AuthorizationDetails | Self::Resource | Self::Audience => grant != Grant::JsonLogin,
            Self::Pkce => grant == Grant::AuthorizationCode,
            Self::SubjectProfile | Self::SubjectTokenType | Self::RequestedTokenType => grant == Grant::TokenExchange,
            Self::DeviceAuthorizationEndpoint => grant == Grant::DeviceCode,
            Self::ClientCertificateKeyFile => {
                ways.contains(&ClientAuthentication::TlsClientAuth) || !profile.client_certificate.trim().is_empty()
            }
            Self::TokenEndpoint => grant != Grant::Implicit || !profile.token_endpoint.is_empty(),
            _ => true,
        }
    }

    /// The values that the field can have, where they are few; empty for free text.
    pub fn choices(self) -> Vec<&'static str> {
        self.value().choices()
    }

    /// Whether the text may have several lines.
    pub fn is_multiline(self) -> bool {
        matches!(self.value(), Value::Lines(..) | Value::Text(..))
    }

    /// The field's value as text.
    pub fn get(self, profile: &Profile) -> String {
        self.value().get(profile)
    }

    /// Puts a text into the field. A value outside [`Field::choices`] is an error and changes nothing.
    pub fn set(self, profile: &mut Profile, text: &str) -> Result<(), FieldError> {
        let message = |message| FieldError { field: self, message };
        self.value().set(profile, text).map_err(message)
    }
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
    fn what_only_the_refresh_signs_with_has_its_fields_too() {
        let mut profile = Profile::default();
        let shown = |profile: &Profile| {
            [
                Field::AssertionAlgorithm,
                Field::AssertionAudience,
                Field::ClientCertificateKeyFile,
            ]
            .map(|field| field.applies_to(profile))
        };
        assert_eq!(shown(&profile), [false, false, false]);
        profile.refresh_client_authentication = Some(ClientAuthentication::ClientSecretJwt);
        assert_eq!(shown(&profile), [true, true, false]);
        profile.refresh_client_authentication = Some(ClientAuthentication::TlsClientAuth);
        assert_eq!(shown(&profile), [false, false, true]);
    }

    #[test]
    fn keys_are_unique_and_found_again() {
        for field in Field::ALL {
            assert_eq!(Field::find(field.key()), Some(field));
        }
    }
}
