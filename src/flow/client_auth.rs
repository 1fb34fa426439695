//! How the client proves who it is (RFC 6749 §2.3, OpenID Connect Core §9, RFC 8705 §2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::{Url, form_urlencoded};

use super::error::FlowError;
use super::form::Form;
use super::party::Party;
use crate::model::client_assertion::{CLIENT_ASSERTION_TYPE, client_assertion};
use crate::model::keys::jwa::SigningAlgorithm;
use crate::model::keys::signing::SigningKey;
use crate::model::profile::ClientAuthentication;
use crate::model::{Profile, Secret};

/// What a request carries to prove who sends it.
#[derive(Debug, Default)]
pub(super) struct Proof {
    /// Parameters of the body.
    pub(super) form: Form,
    /// `Authorization`, whole.
    pub(super) authorization: Option<Secret>,
}

/// The proof for a request to `endpoint`.
pub(super) fn prove(party: Party<'_>, how: ClientAuthentication, endpoint: &Url) -> Result<Proof, FlowError> {
    let client_id = &party.profile.client_id;
    let mut proof = Proof::default();
    let secret = || client_secret(party);
    match how {
        ClientAuthentication::Omitted => {}
        // With mutual TLS the certificate is the proof, and the id says whose (RFC 8705 §2).
        ClientAuthentication::None | ClientAuthentication::TlsClientAuth => proof.form.add("client_id", client_id),
        ClientAuthentication::ClientSecretPost => {
            proof.form.add("client_id", client_id);
            proof.form.add_secret("client_secret", secret()?);
        }
        ClientAuthentication::ClientSecretBasic => {
            proof.authorization = Some(basic(&encode(client_id), &encode(secret()?.expose())));
        }
        ClientAuthentication::ClientSecretBasicRaw => {
            proof.authorization = Some(basic(client_id, secret()?.expose()));
        }
        ClientAuthentication::ClientSecretJwt | ClientAuthentication::PrivateKeyJwt => {
            proof.form.add("client_id", client_id);
            proof.form.add("client_assertion_type", CLIENT_ASSERTION_TYPE);
            proof
                .form
                .add_secret("client_assertion", &assertion(party, how, endpoint)?);
        }
    }
    Ok(proof)
}

/// The client secret. An empty one is never sent in its place: the server would count a wrong secret.
fn client_secret(party: Party<'_>) -> Result<&Secret, FlowError> {
    let secret = party.credentials.client_secret.as_ref();
    secret.ok_or(FlowError::NoCredential("client secret"))
}

/// `client_assertion` (RFC 7523 §2.2): the client's own statement about itself, signed with its secret or its key.
fn assertion(party: Party<'_>, how: ClientAuthentication, endpoint: &Url) -> Result<Secret, FlowError> {
    let profile = party.profile;
    let key = if how == ClientAuthentication::ClientSecretJwt {
        SigningKey::from_secret(client_secret(party)?).map_err(FlowError::Unsigned)?
    } else {
        client_key(party)?
    };
    let alg = algorithm(profile, &key)?;
    let now = party.clock.now();
    client_assertion(
        &key,
        alg,
        &profile.client_id,
        audience(profile, endpoint),
        now,
        party.random,
    )
    .map_err(FlowError::Unsigned)
}

/// The client's private key.
pub(super) fn client_key(party: Party<'_>) -> Result<SigningKey, FlowError> {
    let text = party.credentials.client_key.as_ref();
    let key = SigningKey::parse(text.ok_or(FlowError::NoCredential("private key"))?).map_err(FlowError::Unsigned)?;
    Ok(match party.profile.client_key_id.trim() {
        "" => key,
        kid => key.with_kid(kid),
    })
}

/// What the profile wants to sign with, else what fits the key.
pub(super) fn algorithm(profile: &Profile, key: &SigningKey) -> Result<SigningAlgorithm, FlowError> {
    let wanted = profile.assertion_algorithm.trim();
    if wanted.is_empty() {
        return Ok(key.default_algorithm());
    }
    let fitting = key.algorithms();
    fitting
        .iter()
        .copied()
        .find(|alg| alg.as_str() == wanted)
        .ok_or_else(|| {
            let words: Vec<_> = fitting.iter().map(|alg| alg.as_str()).collect();
            FlowError::Unsigned(format!(
                "this key cannot sign with {wanted}, but with {}",
                words.join(", ")
            ))
        })
}

/// `aud` of the client's statements (RFC 7523 §3): the endpoint that they go to. glewlwyd takes no other one where a request
/// is pushed or a token introspected. A server that wants its token endpoint everywhere gets it from the profile.
pub(super) fn audience<'a>(profile: &'a Profile, endpoint: &'a Url) -> &'a str {
    match profile.assertion_audience.trim() {
        "" => endpoint.as_str(),
        audience => audience,
    }
}

/// `application/x-www-form-urlencoded`, as RFC 6749 §2.3.1 wants both parts of HTTP Basic.
fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn basic(user: &str, password: &str) -> Secret {
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Http, Limits};
    use crate::model::Credentials;
    use crate::model::clock::{CountingRandom, ManualClock};
    use crate::model::template::Template;

    fn proof(how: ClientAuthentication) -> Proof {
        proof_with(how, Some(Secret::new("s3cr:et/+ %"))).unwrap()
    }

    fn proof_with(how: ClientAuthentication, client_secret: Option<Secret>) -> Result<Proof, FlowError> {
        let profile = Profile {
            client_authentication: how,
            ..Template::find("erp-net").unwrap().profile()
        };
        let demo = Url::parse("http://127.0.0.1:9/").unwrap();
        let endpoints = profile.endpoints(Some(&demo)).unwrap();
        let credentials = Credentials {
            client_secret,
            ..Credentials::default()
        };
        let clock = ManualClock::new(jiff::Timestamp::UNIX_EPOCH);
        let party = Party {
            profile: &profile,
            endpoints: &endpoints,
            credentials: &credentials,
            verification_key: None,
            dpop: None,
            http: &Http::new(
                std::sync::Arc::new(ManualClock::new(jiff::Timestamp::UNIX_EPOCH)),
                Limits::default(),
            ),
            clock: &clock,
            random: &CountingRandom::default(),
        };
        prove(party, how, endpoints.token.as_ref().unwrap())
    }

    #[test]
    fn a_missing_secret_is_not_sent_as_an_empty_one() {
        for how in [
            ClientAuthentication::ClientSecretPost,
            ClientAuthentication::ClientSecretBasic,
            ClientAuthentication::ClientSecretBasicRaw,
            ClientAuthentication::ClientSecretJwt,
        ] {
            let error = proof_with(how, None).unwrap_err();
            assert_eq!(error, FlowError::NoCredential("client secret"), "{how:?}");
        }
    }

    #[test]
    fn the_secret_goes_into_the_body_encoded() {
        let proof = proof(ClientAuthentication::ClientSecretPost);
        assert_eq!(
            proof.form.encode().expose(),
            "client_id=my.trusted.app%2Ffirst&client_secret=s3cr%3Aet%2F%2B+%25"
        );
        assert!(proof.authorization.is_none());
    }

    #[test]
    fn basic_comes_raw_or_encoded_and_then_the_body_has_no_client() {
        for (how, expected) in [
            (
                ClientAuthentication::ClientSecretBasic,
                "my.trusted.app%2Ffirst:s3cr%3Aet%2F%2B+%25",
            ),
            (
                ClientAuthentication::ClientSecretBasicRaw,
                "my.trusted.app/first:s3cr:et/+ %",
            ),
        ] {
            let proof = proof(how);
            let header = proof.authorization.unwrap();
            let credentials = STANDARD
                .decode(header.expose().strip_prefix("Basic ").unwrap())
                .unwrap();
            assert_eq!(String::from_utf8(credentials).unwrap(), expected);
            assert!(proof.form.encode().is_empty());
        }
    }

    #[test]
    fn a_client_that_is_left_out_sends_nothing() {
        let proof = proof(ClientAuthentication::Omitted);
        assert!(proof.form.encode().is_empty() && proof.authorization.is_none());
    }
}
