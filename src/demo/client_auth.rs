//! Which client sends a token request, and whether it can prove it (RFC 6749 §2.3.1).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::answer::Refusal;
use super::parameters::Parameters;
use super::reply::refuse;
use super::tenant::{self, ClientFacts, System};
use super::token::REALM;

/// A refusal, and whether the client had tried HTTP Basic: then the answer must be a 401 with a challenge
/// (RFC 6749 §5.2).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotAuthenticated {
    pub(super) refusal: Refusal,
    pub(super) by_header: bool,
}

/// What a client of ERP.net sends to an endpoint in a form, and which client it is; or the refusal (RFC 6749 §5.2).
pub(super) fn form_of_client(
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(Parameters, &'static ClientFacts), Box<Response>> {
    let parameters = Parameters::from_form(headers, body).map_err(|refusal| Box::new(refuse(&refusal, None)))?;
    let client = authenticate(System::ErpNet, headers, &parameters)
        .map_err(|error| Box::new(refuse(&error.refusal, error.by_header.then_some(REALM))))?;
    Ok((parameters, client))
}

/// The client that proved itself, by HTTP Basic or in the body, but not by both. A public client proves nothing.
fn authenticate(
    system: System,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<&'static ClientFacts, NotAuthenticated> {
    if headers.contains_key(header::AUTHORIZATION) {
        return by_header(system, headers, parameters);
    }
    let fail = |text| Err(not_authenticated(false, "invalid_client", text));
    let Some(client_id) = parameters.get("client_id") else {
        return fail("There is no client_id");
    };
    let Some(client) = tenant::client(system, client_id) else {
        return fail("The client_id is unknown");
    };
    match (client.client_secret, parameters.get("client_secret")) {
        (None, None) => Ok(client),
        (Some(_), None) => fail("There is no client_secret"),
        (_, Some(secret)) if is_secret_of(client, secret) => Ok(client),
        (_, Some(_)) => fail("The client_secret is wrong"),
    }
}

/// The client that proved itself by HTTP Basic.
pub(super) fn by_header(
    system: System,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<&'static ClientFacts, NotAuthenticated> {
    let fail = |code, text| Err(not_authenticated(true, code, text));
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return fail("invalid_client", "There is no Authorization header: use HTTP Basic");
    };
    if parameters.get("client_secret").is_some() {
        let text = "The client authenticated twice: in the header and in the body";
        return fail("invalid_request", text);
    }
    let Some((user, password)) = value.to_str().ok().and_then(basic) else {
        return fail("invalid_client", "The Authorization header is not HTTP Basic");
    };
    // Servers disagree on whether both halves are form-urlencoded first, so both ways are good here.
    let client = [(user.clone(), password.clone()), (decode(&user), decode(&password))]
        .into_iter()
        .find_map(|(id, secret)| tenant::client(system, &id).filter(|client| is_secret_of(client, &secret)));
    let Some(client) = client else {
        return fail("invalid_client", "The client_id or the client_secret is wrong");
    };
    let in_body = parameters.get("client_id");
    if in_body.is_some_and(|client_id| client_id != client.client_id) {
        let text = "The client_id in the body is not the one in the header";
        return fail("invalid_request", text);
    }
    Ok(client)
}

fn not_authenticated(by_header: bool, code: &'static str, text: &str) -> NotAuthenticated {
    NotAuthenticated {
        refusal: Refusal::new(code, text),
        by_header,
    }
}

fn is_secret_of(client: &ClientFacts, secret: &str) -> bool {
    client
        .client_secret
        .is_some_and(|right| verify_slices_are_equal(right.as_bytes(), secret.as_bytes()).is_ok())
}

/// The two halves of a Basic credential (RFC 7617 §2), as they were sent.
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, credential) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(credential.trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Undoes `application/x-www-form-urlencoded` on one value.
fn decode(text: &str) -> String {
    let protected = text.replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(protected.as_bytes())
        .map(|(name, _)| name.into_owned())
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "demo-only-secret-of-the-first-trusted-app";

    fn check(authorization: impl Into<Option<String>>, body: &str) -> Result<&'static str, (&'static str, bool)> {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization.into() {
            headers.insert(header::AUTHORIZATION, value.parse().expect("a header"));
        }
        authenticate(System::ErpNet, &headers, &Parameters::parse(body.as_bytes()))
            .map(|client| client.client_id)
            .map_err(|error| (error.refusal.code, error.by_header))
    }

    fn basic_of(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    #[test]
    fn the_secret_is_good_in_the_body_and_in_the_header_raw_or_form_urlencoded() {
        let first = Ok("my.trusted.app/first");
        let body = format!("client_id=my.trusted.app%2Ffirst&client_secret={SECRET}");
        assert_eq!(check(None, &body), first);
        assert_eq!(check(basic_of(&format!("my.trusted.app/first:{SECRET}")), ""), first);
        assert_eq!(check(basic_of(&format!("my.trusted.app%2Ffirst:{SECRET}")), ""), first);
    }

    #[test]
    fn a_missing_or_wrong_credential_is_an_invalid_client() {
        let in_body = Err(("invalid_client", false));
        let in_header = Err(("invalid_client", true));
        assert_eq!(check(None, ""), in_body);
        assert_eq!(check(None, "client_id=nobody&client_secret=x"), in_body);
        assert_eq!(check(None, "client_id=my.trusted.app"), in_body);
        assert_eq!(check(None, "client_id=my.trusted.app&client_secret=x"), in_body);
        assert_eq!(check(basic_of("my.trusted.app:x"), ""), in_header);
        assert_eq!(check("Bearer x".to_owned(), ""), in_header);
        assert_eq!(check("Basic !!".to_owned(), ""), in_header);
        // Another client's secret.
        assert_eq!(check(basic_of(&format!("my.trusted.app:{SECRET}")), ""), in_header);
    }

    #[test]
    fn two_ways_at_once_are_an_invalid_request() {
        let header = basic_of(&format!("my.trusted.app/first:{SECRET}"));
        let twice = check(header.clone(), &format!("client_secret={SECRET}"));
        assert_eq!(twice, Err(("invalid_request", true)));
        let other = check(header, "client_id=my.trusted.app");
        assert_eq!(other, Err(("invalid_request", true)));
    }
}
