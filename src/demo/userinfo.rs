//! The userinfo endpoint (OpenID Connect Core §5.3): who the person behind an access token is.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::bearer::Barred;
use super::reply;
use super::state::Shared;

/// `GET` or `POST /id/connect/userinfo`.
pub(super) async fn userinfo(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let caller = shared.erp_caller(&headers).and_then(|(grant, _)| {
        let user = grant.user.filter(|_| grant.has("openid"));
        Ok((user.ok_or(Barred::NoScope("openid"))?, grant))
    });
    let (user, grant) = match caller {
        Ok(caller) => caller,
        Err(barred) => {
            let body = json!({"error": barred.code(), "error_description": barred.text()});
            return barred.response("userinfo", body);
        }
    };
    let mut body = json!({"sub": user.user_name});
    if grant.has("profile") {
        body["name"] = user.name.into();
        body["preferred_username"] = user.user_name.into();
        body["locale"] = user.locale.into();
    }
    if grant.has("email") {
        body["email"] = user.email.into();
        body["email_verified"] = false.into();
    }
    reply::document(StatusCode::OK, body, format!("Who {} is", user.user_name))
}
