//! The token request (RFC 6749 §3.2): client authentication, the form, and what the answer means.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::error::FlowError;
use super::http::{Answer, Body, Http, Outgoing};
use super::transcript::Transcript;
use crate::model::exchange::Purpose;
use crate::model::profile::{ClientAuthentication, Endpoints};
use crate::model::redact::{redact, redact_words};
use crate::model::response::{RawResponse, TokenError, TokenResponse};
use crate::model::{Profile, Secret};

/// What a token request is made with.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    /// The client.
    pub profile: &'a Profile,
    /// Its endpoints.
    pub endpoints: &'a Endpoints,
    /// Its secret, when it has one.
    pub secret: Option<&'a Secret>,
}

/// A token response that holds an access token, and the answer that it was read from.
#[derive(Debug)]
pub struct Granted {
    /// What was read.
    pub response: TokenResponse,
    /// As it came.
    pub answer: Answer,
}

/// Sends a grant to the token endpoint.
pub async fn request(
    http: &Http,
    client: Client<'_>,
    purpose: Purpose,
    grant: &[(&str, &Secret)],
    transcript: &mut Transcript,
) -> Result<Granted, FlowError> {
    let outgoing = outgoing(client, purpose, grant);
    let secrets = outgoing.secrets.clone();
    let sent = http.send(outgoing).await;
    let status = sent.exchange.response.as_ref().map(|r| r.status);
    transcript.record(sent.exchange);
    let answer = sent.result?;
    tracing::debug!(?status, latency_ms = answer.latency_ms, "token endpoint answered");
    read(answer, &secrets)
}

fn outgoing(client: Client<'_>, purpose: Purpose, grant: &[(&str, &Secret)]) -> Outgoing {
    let profile = client.profile;
    let mut form = form_urlencoded::Serializer::new(String::new());
    let mut authorization = None;
    let mut secrets: Vec<Secret> = grant
        .iter()
        .filter(|(name, _)| !matches!(*name, "grant_type" | "redirect_uri"))
        .map(|(_, value)| (*value).clone())
        .collect();
    secrets.extend(client.secret.cloned());
    let secret = client.secret.map_or("", Secret::expose);
    match profile.client_authentication {
        ClientAuthentication::None => {
            form.append_pair("client_id", &profile.client_id);
        }
        ClientAuthentication::ClientSecretPost => {
            form.append_pair("client_id", &profile.client_id);
            form.append_pair("client_secret", secret);
        }
        ClientAuthentication::ClientSecretBasic => {
            authorization = Some(basic(&encode(&profile.client_id), &encode(secret)));
        }
        ClientAuthentication::ClientSecretBasicRaw => {
            authorization = Some(basic(&profile.client_id, secret));
        }
    }
    for (name, value) in grant {
        form.append_pair(name, value.expose());
    }
    for (name, value) in profile.token_pairs() {
        form.append_pair(name, value);
    }
    secrets.extend(authorization.clone());
    let body = Body::Form(Secret::new(form.finish()));
    Outgoing {
        authorization,
        secrets,
        ..Outgoing::post(purpose, client.endpoints.token.clone(), body)
    }
}

/// `application/x-www-form-urlencoded`, as RFC 6749 §2.3.1 wants both parts of HTTP Basic.
fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn basic(user: &str, password: &str) -> Secret {
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

/// What an answer means. `secrets` are those that were sent: an answer may repeat them.
fn read(answer: Answer, secrets: &[Secret]) -> Result<Granted, FlowError> {
    if (300..400).contains(&answer.status) {
        let to = answer.header("location").unwrap_or("nowhere").to_owned();
        return Err(FlowError::Redirected {
            status: answer.status,
            to: redact(&to, secrets),
        });
    }
    let response = TokenResponse::parse(RawResponse {
        status: answer.status,
        content_type: answer.header("content-type"),
        body: &answer.body,
    });
    if let Some(error) = response.error.clone() {
        return Err(FlowError::Refused {
            status: answer.status,
            error: TokenError {
                error: redact_words(&error.error, secrets),
                error_description: error.error_description.map(|words| redact_words(&words, secrets)),
            },
        });
    }
    if answer.status >= 400 || response.access_token.is_none() {
        return Err(FlowError::NoToken {
            status: answer.status,
            defects: response.defects,
        });
    }
    Ok(Granted { response, answer })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::template::Template;

    fn sent(authentication: ClientAuthentication) -> Outgoing {
        let mut profile = Template::find("erp-net").unwrap().profile();
        profile.client_authentication = authentication;
        profile.token_parameters = vec!["resource=urn:api".into()];
        let demo = url::Url::parse("http://127.0.0.1:9/").unwrap();
        let endpoints = profile.endpoints(Some(&demo)).unwrap();
        let (grant, token) = (Secret::new("refresh_token"), Secret::new("r1"));
        let client = Client {
            profile: &profile,
            endpoints: &endpoints,
            secret: Some(&Secret::new("s3cr:et/+ %")),
        };
        outgoing(
            client,
            Purpose::Refresh,
            &[("grant_type", &grant), ("refresh_token", &token)],
        )
    }

    #[test]
    fn the_secret_goes_into_the_body_encoded() {
        let sent = sent(ClientAuthentication::ClientSecretPost);
        assert_eq!(
            sent.body.text().unwrap().expose(),
            "client_id=my.trusted.app%2Ffirst&client_secret=s3cr%3Aet%2F%2B+%25\
             &grant_type=refresh_token&refresh_token=r1&resource=urn%3Aapi"
        );
        assert!(sent.authorization.is_none());
    }

    #[test]
    fn basic_comes_raw_or_encoded_and_then_the_body_has_no_client() {
        for (authentication, expected) in [
            (
                ClientAuthentication::ClientSecretBasic,
                "my.trusted.app%2Ffirst:s3cr%3Aet%2F%2B+%25",
            ),
            (
                ClientAuthentication::ClientSecretBasicRaw,
                "my.trusted.app/first:s3cr:et/+ %",
            ),
        ] {
            let sent = sent(authentication);
            let header = sent.authorization.unwrap();
            let credentials = STANDARD
                .decode(header.expose().strip_prefix("Basic ").unwrap())
                .unwrap();
            assert_eq!(String::from_utf8(credentials).unwrap(), expected);
            assert!(!sent.body.text().unwrap().expose().contains("client_"));
        }
    }
}
