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

    /// What the form calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::ClientId => "Client id",
            Self::ClientType => "Client type",
            Self::ClientAuthentication => "Client authentication",
            Self::RefreshClientAuthentication => "At a refresh",
            Self::ClientKeyFile => "Private key file",
            Self::ClientKeyId => "Key id",
            Self::AssertionAlgorithm => "Signed with",
            Self::AssertionAudience => "Assertion for",
            Self::IsEnabled => "IsEnabled",
            Self::ImpersonateAsInternalUserAllowed => "Internal users",
            Self::Grant => "Grant",
            Self::Username => "User name",
            Self::RedirectUri => "Redirect URI",
            Self::OtherRedirectUris => "Other redirect URIs",
            Self::ResponseType => "Response type",
            Self::ResponseMode => "Response mode",
            Self::Scope => "Scopes",
            Self::Pkce => "PKCE",
            Self::PushedAuthorizationRequest => "Push the request (PAR)",
            Self::Dpop => "Bind tokens (DPoP)",
            Self::Prompt => "Prompt",
            Self::LoginHint => "Login hint",
            Self::MaxAge => "Max age",
            Self::AcrValues => "ACR values",
            Self::Resource => "Resource",
            Self::Audience => "Audience",
            Self::AuthorizationDetails => "Authorization details",
            Self::SubjectProfile => "Exchange the token of",
            Self::SubjectTokenType => "Its type",
            Self::RequestedTokenType => "Wanted type",
            Self::AssertionSubject => "Subject",
            Self::BaseUrl => "Base URL",
            Self::Issuer => "Issuer",
            Self::AuthorizationEndpoint => "Authorize endpoint",
            Self::TokenEndpoint => "Token endpoint",
            Self::RefreshEndpoint => "Refresh endpoint",
            Self::DeviceAuthorizationEndpoint => "Device endpoint",
            Self::PushedAuthorizationRequestEndpoint => "PAR endpoint",
            Self::JwksUri => "Keys (JWKS)",
            Self::VerificationKey => "Verification key",
            Self::VerificationKeyId => "Its key id",
            Self::ApiUrl => "API to try",
            Self::UserinfoEndpoint => "Userinfo endpoint",
            Self::IntrospectionEndpoint => "Introspection endpoint",
            Self::RevocationEndpoint => "Revocation endpoint",
            Self::EndSessionEndpoint => "Logout endpoint",
            Self::PostLogoutRedirectUri => "After logout",
            Self::RegistrationEndpoint => "Registration endpoint",
            Self::RefreshScope => "Scopes of a refresh",
            Self::LoginFallback => "When it is refused",
            Self::RefreshTokenRotation => "New refresh token",
            Self::RefreshTokenLifetime => "Refresh token lives",
            Self::AuthorizeParameters => "More for authorize",
            Self::TokenParameters => "More for token",
            Self::RefreshParameters => "More for refresh",
            Self::Headers => "More headers",
            Self::CaCertificates => "Certificate authority",
            Self::ClientCertificate => "Client certificate",
            Self::ClientCertificateKeyFile => "Its key file",
            Self::Proxy => "Proxy",
            Self::Insecure => "Insecure",
            Self::Notes => "Notes",
        }
    }

    /// One line below the field: what it is for.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Name => "Shown in the list",
            Self::ClientId => "As the provider has it registered",
            Self::ClientType => "Confidential apps have a secret, public ones cannot keep one",
            Self::ClientAuthentication => "How the client proves who it is · RFC 6749 §2.3, RFC 7523, RFC 8705",
            Self::RefreshClientAuthentication => "Empty: as at the login",
            Self::ClientKeyFile => "PEM or JWK · read when it is needed, never copied",
            Self::ClientKeyId => "kid, as the provider has the public key registered · optional",
            Self::AssertionAlgorithm => "RS256, PS256, ES256, EdDSA, HS256 … · empty: what fits the key",
            Self::AssertionAudience => "aud of the signed statement · empty: the token endpoint",
            Self::IsEnabled => "Whether the trusted app may be used · decided in ERP.net, noted here",
            Self::ImpersonateAsInternalUserAllowed => {
                "ImpersonateAsInternalUserAllowed · decided in ERP.net, noted here"
            }
            Self::Grant => "How a login gets its tokens · implicit and password are discouraged · RFC 9700 §2",
            Self::Username => "The login begins with it · the password is asked for",
            Self::RedirectUri => "As registered with the provider · port 0 takes any free port",
            Self::OtherRedirectUris => "Tried in turn when the first cannot be listened on · one a line",
            Self::ResponseType => "code id_token is hybrid: the ID token comes with the code · OIDC Core §3.3",
            Self::ResponseMode => "How the answer comes back · the ones with jwt are signed (JARM)",
            Self::Scope => "offline_access asks for a refresh token",
            Self::Pkce => "Proves that the same app asks twice · RFC 7636",
            Self::PushedAuthorizationRequest => {
                "The parameters go ahead of the browser, directly to the provider · RFC 9126"
            }
            Self::Dpop => "Tokens work only with a key that this program makes · RFC 9449",
            Self::Prompt => "none, login, consent, select_account · optional",
            Self::LoginHint => "Who will sign in · optional",
            Self::MaxAge => "Seconds since the person last signed in · optional",
            Self::AcrValues => "How sure the sign-in must be · optional",
            Self::Resource => "The API that the token is for, one URI a line · RFC 8707",
            Self::Audience => "What some providers want in the place of resource · RFC 8693 §2.1",
            Self::AuthorizationDetails => "A JSON array · RFC 9396 · optional",
            Self::SubjectProfile => "A profile that is logged in, by its short name · empty: paste a token",
            Self::SubjectTokenType => "Empty: urn:ietf:params:oauth:token-type:access_token · RFC 8693 §3",
            Self::RequestedTokenType => "Empty: the provider chooses · RFC 8693 §2.1",
            Self::AssertionSubject => "sub of the signed statement: for whom · RFC 7523 §3 · empty: the client id",
            Self::BaseUrl => "Paths below start here · demo: is the built-in demo server",
            Self::Issuer => "What iss must be · optional",
            Self::AuthorizationEndpoint => "Where the browser signs in",
            Self::TokenEndpoint => "Where codes and passwords become tokens",
            Self::RefreshEndpoint => "Empty: the token endpoint",
            Self::DeviceAuthorizationEndpoint => "Where a device gets its code · RFC 8628 §3.1",
            Self::PushedAuthorizationRequestEndpoint => "Where requests are pushed to · RFC 9126",
            Self::JwksUri => "Public keys that signatures are checked with · optional",
            Self::VerificationKey => {
                "A public key in the place of published ones: PEM, JWK or a file's name · optional"
            }
            Self::VerificationKeyId => "What tokens call it in kid · optional",
            Self::ApiUrl => "Called with the access token by “Call API” · optional",
            Self::UserinfoEndpoint => "Tells about the person · OIDC Core §5.3 · optional",
            Self::IntrospectionEndpoint => "Tells about a token · RFC 7662 · optional",
            Self::RevocationEndpoint => "Takes tokens back · RFC 7009 · optional",
            Self::EndSessionEndpoint => "Ends the browser's session · RP-Initiated Logout · optional",
            Self::PostLogoutRedirectUri => "Where the browser comes back to · as registered · optional",
            Self::RegistrationEndpoint => "Where apps register themselves · RFC 7591 · optional",
            Self::RefreshScope => "To ask for less · empty: as before · RFC 6749 §6",
            Self::LoginFallback => "off: say so · ask: ask for a login · automatic: log in at once",
            Self::RefreshTokenRotation => "What each refresh must bring · empty: both is fine",
            Self::RefreshTokenLifetime => "Seconds, as the provider documents it: responses rarely say · optional",
            Self::AuthorizeParameters => "One name=value a line",
            Self::TokenParameters => "One name=value a line · the refresh gets them too",
            Self::RefreshParameters => "One name=value a line",
            Self::Headers => "One Name: value a line · on every request",
            Self::CaCertificates => "Trusted beside the system's: PEM or a file's name · optional",
            Self::ClientCertificate => "For TLS: PEM or a file's name · RFC 8705 · optional",
            Self::ClientCertificateKeyFile => "PEM · empty: in the certificate's file",
            Self::Proxy => "http:// or socks5:// with host and port · none: directly · empty: as the system",
            Self::Insecure => "Accepts any certificate and plain HTTP: anybody can read and change everything",
            Self::Notes => "For you · stays in this profile",
        }
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
        let signs = profile.needs_client_key() || profile.client_authentication.is_assertion();
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
            | Self::AuthorizationDetails
            | Self::AuthorizationEndpoint
            | Self::PushedAuthorizationRequestEndpoint
            | Self::AuthorizeParameters => browser,
            Self::Pkce => grant == Grant::AuthorizationCode,
            Self::SubjectProfile | Self::SubjectTokenType | Self::RequestedTokenType => grant == Grant::TokenExchange,
            Self::DeviceAuthorizationEndpoint => grant == Grant::DeviceCode,
            Self::ClientCertificateKeyFile => {
                profile.client_authentication == ClientAuthentication::TlsClientAuth
                    || !profile.client_certificate.trim().is_empty()
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
    fn keys_are_unique_and_found_again() {
        for field in Field::ALL {
            assert_eq!(Field::find(field.key()), Some(field));
        }
    }
}
