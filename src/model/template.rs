//! Templates: profiles of known systems, ready but for what differs from one installation to the next.

use super::profile::{ClientAuthentication, ClientType, DEMO_BASE_URL, Profile};
use super::response_type::ResponseType;
use super::slug::Slug;

/// A known system.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// What `profile new --template` calls it.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// One line: what kind of system it is for.
    pub about: &'static str,
    fill: fn(&mut Profile),
}

impl Template {
    /// Every template, the ones with a tenant of the embedded provider first.
    pub const ALL: &'static [Self] = &[
        Self {
            id: "erp-net",
            name: "ERP.net trusted app",
            about: "Hybrid login of a confidential app, refresh tokens that rotate",
            fill: erp_net_trusted,
        },
        Self {
            id: "erp-net-interactive",
            name: "ERP.net interactive app",
            about: "Authorization code with PKCE, refresh tokens that rotate",
            fill: erp_net_interactive,
        },
        Self {
            id: "custom",
            name: "Any OAuth 2.0 or OpenID Connect server",
            about: "Authorization code with PKCE: fill in the endpoints",
            fill: |_| {},
        },
    ];

    /// The template with this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|template| template.id == id)
    }

    /// A profile made of it, against the embedded provider where it has a tenant there.
    pub fn profile(&self) -> Profile {
        let mut profile = Profile {
            name: self.name.to_owned(),
            slug: Slug::from_name(self.id),
            template: Some(self.id.to_owned()),
            client_id: "my-client".to_owned(),
            base_url: "https://idp.example".to_owned(),
            authorization_endpoint: "/authorize".to_owned(),
            token_endpoint: "/token".to_owned(),
            ..Profile::default()
        };
        (self.fill)(&mut profile);
        profile
    }

    /// The profiles that a first start writes, so that one click on “Log in” shows the whole thing.
    pub fn first_run() -> impl Iterator<Item = Profile> {
        Self::ALL.iter().map(Self::profile).filter(Profile::uses_demo)
    }
}

fn erp_net(profile: &mut Profile) {
    DEMO_BASE_URL.clone_into(&mut profile.base_url);
    "/id".clone_into(&mut profile.issuer);
    "/id/connect/authorize".clone_into(&mut profile.authorization_endpoint);
    "/id/connect/token".clone_into(&mut profile.token_endpoint);
    "/id/.well-known/openid-configuration/jwks".clone_into(&mut profile.jwks_uri);
    "/api/domain/odata/Crm_Customers?$top=10".clone_into(&mut profile.api_url);
    "openid profile offline_access DomainApi".clone_into(&mut profile.scope);
    // The seed registers port 80, which an ordinary account cannot listen on; the provider takes any loopback port.
    "http://localhost:0/signin-callback".clone_into(&mut profile.redirect_uri);
    // One month, says the provider's documentation; its responses do not.
    profile.refresh_token_lifetime_s = Some(30 * 86_400);
    profile.client_type = ClientType::Confidential;
    profile.client_authentication = ClientAuthentication::ClientSecretPost;
}

fn erp_net_trusted(profile: &mut Profile) {
    erp_net(profile);
    "my.trusted.app/first".clone_into(&mut profile.client_id);
    profile.response_type = ResponseType::CodeIdToken;
    "A trusted application of ERP.net. Client id is its ApplicationUri, redirect URI its ImpersonateLoginUrl; \
     ApplicationSecretHash is base64(sha256(secret))."
        .clone_into(&mut profile.notes);
}

fn erp_net_interactive(profile: &mut Profile) {
    erp_net(profile);
    "my.trusted.app".clone_into(&mut profile.client_id);
    "Every refresh issues a new refresh token and revokes the older ones.".clone_into(&mut profile.notes);
}
