//! What the servers say of themselves, of a device and of a new client, read by the model.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use serde_json::json;
use tokenscope::model::TokenKind;
use tokenscope::model::device::DeviceAuthorization;
use tokenscope::model::metadata::discovery::{ServerMetadata, well_known};
use tokenscope::model::metadata::registration::{RegistrationRequest, RegistrationResponse};
use tokenscope::model::response::RawResponse;

use crate::support::{Peer, assert_sound, profile_for};

/// An answer as it came.
struct Answer {
    status: u16,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    async fn to(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let content_type = response.headers().get("content-type");
        Self {
            status: response.status().as_u16(),
            content_type: content_type.map(|value| value.to_str().unwrap().to_owned()),
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    fn raw(&self) -> RawResponse<'_> {
        RawResponse {
            status: self.status,
            content_type: self.content_type.as_deref(),
            body: &self.body,
        }
    }
}

/// The metadata, from the first address that the model would look at.
async fn discovered(peer: &Peer) -> ServerMetadata {
    for place in well_known(peer.issuer()).unwrap().urls {
        let answer = Answer::to(peer.client().get(place)).await;
        if answer.status == 200 {
            return ServerMetadata::parse(&answer.body).unwrap();
        }
    }
    panic!("no metadata at {}", peer.issuer());
}

#[tokio::test]
async fn the_metadata_of_both_servers_is_found_and_has_nothing_wrong() {
    for peer in [Peer::oidc(), Peer::glewlwyd()].into_iter().flatten() {
        let metadata = discovered(&peer).await;
        assert_eq!(metadata.defects, []);
        assert!(metadata.is_openid());
        assert_eq!(metadata.issuer_defect(peer.issuer()), None);
        assert!(metadata.grants("authorization_code"));
        assert!(metadata.device_authorization_endpoint.is_some());
    }
}

#[tokio::test]
async fn a_device_code_without_interval_is_asked_about_every_five_seconds() {
    for (peer, client_id, interval_s) in [(Peer::oidc(), "public", 5), (Peer::glewlwyd(), "glw-public", 2)] {
        let Some(peer) = peer else { continue };
        let endpoint = discovered(&peer).await.device_authorization_endpoint.unwrap();
        let form = [("client_id", client_id), ("scope", "openid")];
        let answer = Answer::to(peer.client().post(endpoint).form(&form)).await;
        let device = DeviceAuthorization::parse(answer.raw());
        assert_eq!(device.problem(), None);
        assert_eq!(
            (device.interval_s, device.expires_in_s),
            (interval_s, 120),
            "{client_id}"
        );
    }
}

#[tokio::test]
async fn a_client_that_registers_itself_logs_in() {
    let Some(peer) = Peer::oidc() else { return };
    let request = RegistrationRequest {
        client_name: "Tokenscope".to_owned(),
        redirect_uris: vec!["http://127.0.0.1/callback".to_owned()],
        grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
        response_types: vec!["code".to_owned()],
        token_endpoint_auth_method: "client_secret_post".to_owned(),
        extra: vec![("application_type".to_owned(), json!("native"))],
        ..RegistrationRequest::default()
    };
    let endpoint = discovered(&peer).await.registration_endpoint.unwrap();
    let answer = Answer::to(peer.client().post(endpoint).json(&request.to_json())).await;
    let client = RegistrationResponse::parse(answer.raw());
    assert_eq!((answer.status, client.problem()), (201, None));
    assert_eq!(client.differences(&request), [""; 0]);
    assert_eq!(client.client_secret_expires_at, None);

    let app = profile_for(&peer, "post", |profile| {
        profile.client_id = client.client_id.clone().unwrap();
    })
    .await;
    app.set_secret(client.client_secret.as_ref().unwrap().expose());
    assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}
