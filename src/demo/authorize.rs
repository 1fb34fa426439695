//! The authorization endpoints: what is asked is judged, and what was allowed is answered
//! (RFC 6749 §3.1, OpenID Connect Core §3.1.2, §3.2.2 and §3.3.2). The pages between are in `sign_in`.

use aws_lc_rs::error::Unspecified;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::answer::{Answer, Refusal};
use super::grant::Grant;
use super::grants::{Code, Grants};
use super::mint::Bound;
use super::pages;
use super::par;
use super::parameters::Parameters;
use super::request::{AuthorizationRequest, Invalid};
use super::scope;
use super::session::{self, Session};
use super::sign_in::Asked;
use super::state::{Inner, Shared, Tables};
use super::tenant::System;

/// `GET /id/connect/authorize`.
pub(super) async fn authorize(State(shared): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    shared.authorize(System::ErpNet, query.unwrap_or_default().as_bytes(), &headers)
}

/// `POST /id/connect/authorize`: the same by form (OpenID Connect Core §3.1.2.1).
pub(super) async fn authorize_form(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    shared.authorize(System::ErpNet, &body, &headers)
}

impl Inner {
    /// Judges an authorization request and shows the first page that it needs.
    pub(super) fn authorize(&self, system: System, parameters: &[u8], headers: &HeaderMap) -> Response {
        let nonce = self.ids.short();
        let parameters = Parameters::parse(parameters);
        let mut guard = self.tables();
        let tables = &mut *guard;
        let request = match self.request(system, &parameters, tables) {
            Ok(request) => request,
            Err(Invalid::Page { title, message }) => {
                return pages::error(StatusCode::BAD_REQUEST, title, &message, &nonce);
            }
            Err(Invalid::Redirect { destination, refusal }) => {
                return Answer::error(&destination, self.iss(system), &refusal).into_response(&nonce);
            }
        };
        if !request.prompt.none {
            return self.begin_sign_in(Asked::Here(Box::new(request)), headers, tables);
        }
        let session = session::read_cookie(headers, self.port())
            .and_then(|cookie| tables.sessions.live(cookie, self.clock.now()))
            .filter(|session| session.is_fresh(request.max_age_s, self.clock.now()));
        let granted = match session {
            None => Err(Refusal::new("login_required", "Nobody is signed in")),
            Some(session) if session.has_allowed(request.client.client_id, &request.scopes) => {
                self.grant(&request, session, &mut tables.grants)
            }
            Some(_) => Err(Refusal::new("consent_required", "The user has not allowed this yet")),
        };
        self.answer(&request, granted).into_response(&nonce)
    }

    /// The request that these parameters are, or that they name when it was pushed before (RFC 9126 §4).
    fn request(
        &self,
        system: System,
        parameters: &Parameters,
        tables: &mut Tables,
    ) -> Result<AuthorizationRequest, Invalid> {
        let pushed = parameters
            .get("request_uri")
            .filter(|uri| system == System::ErpNet && uri.starts_with(par::PREFIX));
        let Some(request_uri) = pushed else {
            return AuthorizationRequest::parse(system, parameters);
        };
        tables
            .pushed
            .remove(request_uri, self.clock.now())
            .filter(|request| parameters.get("client_id") == Some(request.client.client_id))
            .ok_or_else(|| Invalid::Page {
                title: "This request is over",
                message: "The request_uri is unknown, used, older than 60 seconds or another client’s. \
                          Go back to the application and log in again."
                    .to_owned(),
            })
    }

    /// The answer that brings what was granted, or says why nothing was.
    pub(super) fn answer(&self, request: &AuthorizationRequest, granted: Result<Answer, Refusal>) -> Answer {
        granted.unwrap_or_else(|refusal| Answer::error(&request.destination, self.iss(request.client.system), &refusal))
    }

    /// Makes what an allowed request wants, remembers it, and answers with it.
    pub(super) fn grant(
        &self,
        request: &AuthorizationRequest,
        session: &Session,
        grants: &mut Grants,
    ) -> Result<Answer, Refusal> {
        let failed = |Unspecified| Refusal::new("server_error", "Signing failed");
        let grant = Grant {
            nonce: request.nonce.clone(),
            state: request.destination.state.clone(),
            ..session.grant(request.client, request.scopes.clone())
        };
        let now = self.clock.now();
        let family = grants.new_family();
        let mut parameters = Vec::new();
        let code = request.wanted.code.then(|| self.ids.long());
        parameters.extend(code.clone().map(|code| ("code", code)));
        let mut access_token = None;
        if request.wanted.token {
            let access = self.access_token(&grant, false).map_err(failed)?;
            grants.add_access_token(&access.jti, family, &grant, access.expires_at, now);
            parameters.push(("access_token", access.token.clone()));
            parameters.push(("token_type", "Bearer".to_owned()));
            parameters.push(("expires_in", access.expires_in_s.to_string()));
            parameters.push(("scope", scope::names(&grant.scopes)));
            access_token = Some(access.token);
        }
        if request.wanted.id_token {
            let bound = Bound {
                access_token: access_token.as_deref(),
                code: code.as_deref(),
            };
            parameters.push(("id_token", self.id_token(&grant, bound).map_err(failed)?));
        }
        if let Some(code) = code {
            let value = Code::new(grant, family, request.redirect_uri.clone(), request.challenge.clone());
            grants.add_code(&code, value, now);
        }
        let why = format!("{} allowed {}", session.user.user_name, request.client.client_id);
        let issuer = self.iss(request.client.system);
        Ok(Answer::new(&request.destination, issuer, parameters, why))
    }

    /// The issuer that an answer names (RFC 9207). A plain OAuth 2.0 server has none.
    pub(super) fn iss(&self, system: System) -> Option<&str> {
        (system == System::ErpNet).then_some(self.issuer.as_str())
    }

    /// The port that the provider answers on.
    pub(super) fn port(&self) -> u16 {
        self.base.port_or_known_default().unwrap_or_default()
    }
}
