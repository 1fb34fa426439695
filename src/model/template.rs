//! Templates: profiles of known systems, ready but for what differs from one installation to the next.

use super::profile::{ClientAuthentication, ClientType, DEMO_BASE_URL, Grant, Profile, Rotation};
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
            id: "mycorp-auth",
            name: "MyCorp-Auth",
            about: "User name and password as JSON, a configured key, roles from LDAP groups",
            fill: mycorp_auth,
        },
        Self {
            id: "plain-oauth2",
            name: "Plain OAuth 2.0",
            about: "Authorization code, refresh without a client id, 15 minutes and a day",
            fill: plain_oauth2,
        },
        Self {
            id: "redcore",
            name: "redCORE",
            about: "Password grant with HTTP Basic, opaque tokens, optional rotation",
            fill: redcore,
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

    /// A profile made of it for the installation at `base_url`. A real provider compares redirect URIs letter by letter
    /// (RFC 6749 §3.1.2.3), so it gets the one that its documentation registers, and not any free port.
    pub fn profile_at(&self, base_url: &str) -> Profile {
        let mut profile = self.profile();
        base_url.clone_into(&mut profile.base_url);
        if profile.uses_demo() {
            return profile;
        }
        let registered = match self.id {
            "erp-net" => Some("http://localhost/signin-callback"),
            "erp-net-interactive" => Some("https://localhost/signin-callback"),
            _ => None,
        };
        if let Some(registered) = registered {
            registered.clone_into(&mut profile.redirect_uri);
        }
        // The documentation registers no address to come back to from a logout, and the demo's person is nobody there.
        profile.post_logout_redirect_uri.clear();
        profile.username.clear();
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
    profile.refresh_token_rotation = Some(Rotation::Always);
    profile.client_type = ClientType::Confidential;
    profile.client_authentication = ClientAuthentication::ClientSecretPost;
    "/id/connect/userinfo".clone_into(&mut profile.userinfo_endpoint);
    "/id/connect/introspect".clone_into(&mut profile.introspection_endpoint);
    "/id/connect/revocation".clone_into(&mut profile.revocation_endpoint);
    "/id/connect/endsession".clone_into(&mut profile.end_session_endpoint);
    "http://localhost:0/signout-callback".clone_into(&mut profile.post_logout_redirect_uri);
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

fn mycorp_auth(profile: &mut Profile) {
    DEMO_BASE_URL.clone_into(&mut profile.base_url);
    profile.grant = Grant::JsonLogin;
    "mycorp-desktop".clone_into(&mut profile.client_id);
    "admin".clone_into(&mut profile.username);
    "/auth/login".clone_into(&mut profile.token_endpoint);
    "/auth/refresh".clone_into(&mut profile.refresh_endpoint);
    profile.authorization_endpoint.clear();
    "/api/user/profile".clone_into(&mut profile.api_url);
    // The word refresh_token is what yields one.
    "openid profile refresh_token".clone_into(&mut profile.scope);
    "auth-key-2025".clone_into(&mut profile.verification_key_id);
    "Paste the public key auth-key-2025 as verification key; the demo server brings its own. Roles come from LDAP groups."
        .clone_into(&mut profile.notes);
}

fn plain_oauth2(profile: &mut Profile) {
    DEMO_BASE_URL.clone_into(&mut profile.base_url);
    "plain-client".clone_into(&mut profile.client_id);
    // The documentation names the token endpoint only.
    "/api/oauth2/authorize".clone_into(&mut profile.authorization_endpoint);
    "/api/oauth2/token".clone_into(&mut profile.token_endpoint);
    "/api/resource".clone_into(&mut profile.api_url);
    profile.scope.clear();
    profile.refresh_client_authentication = Some(ClientAuthentication::Omitted);
    profile.refresh_token_rotation = Some(Rotation::Always);
    // Its response says neither.
    profile.refresh_token_lifetime_s = Some(86_400);
    "The refresh token ends after a day: then only a login helps.".clone_into(&mut profile.notes);
}

fn redcore(profile: &mut Profile) {
    DEMO_BASE_URL.clone_into(&mut profile.base_url);
    profile.grant = Grant::Password;
    "redcore-client".clone_into(&mut profile.client_id);
    profile.client_type = ClientType::Confidential;
    profile.client_authentication = ClientAuthentication::ClientSecretBasicRaw;
    "admin".clone_into(&mut profile.username);
    profile.authorization_endpoint.clear();
    "/index.php?option=token&api=oauth2".clone_into(&mut profile.token_endpoint);
    "/index.php?option=api&view=contacts".clone_into(&mut profile.api_url);
    profile.scope.clear();
    "New refresh token: as always_issue_new_refresh_token is set on the server. Its lifetime is refresh_token_lifetime \
     there."
        .clone_into(&mut profile.notes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_installation_gets_nothing_that_only_the_demo_knows() {
        for template in Template::ALL {
            let real = template.profile_at("https://idp.example");
            assert_eq!(
                (real.username.as_str(), real.post_logout_redirect_uri.as_str()),
                ("", "")
            );
            let demo = template.profile_at(DEMO_BASE_URL);
            let own = template.profile();
            assert_eq!(
                (demo.username, demo.post_logout_redirect_uri),
                (own.username, own.post_logout_redirect_uri)
            );
        }
    }

    #[test]
    fn a_real_installation_gets_the_redirect_uri_that_it_documents() {
        let uri = |id: &str, base: &str| Template::find(id).unwrap().profile_at(base).redirect_uri;
        assert_eq!(
            uri("erp-net", "https://demodb.my.erp.net"),
            "http://localhost/signin-callback"
        );
        assert_eq!(
            uri("erp-net-interactive", "https://demodb.my.erp.net"),
            "https://localhost/signin-callback"
        );
        assert_eq!(uri("erp-net", DEMO_BASE_URL), "http://localhost:0/signin-callback");
    }
}
