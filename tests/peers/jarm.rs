//! Authorization responses that are one signed JWT (JARM).
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use tokenscope::model::TokenKind;
use tokenscope::model::checks::Outcome;
use tokenscope::model::profile::Profile;
use tokenscope::model::response_type::{ResponseMode, ResponseType};

use crate::support::{App, Peer, assert_sound, outcome, profile_for};

const MODES: [ResponseMode; 4] = [
    ResponseMode::Jwt,
    ResponseMode::QueryJwt,
    ResponseMode::FragmentJwt,
    ResponseMode::FormPostJwt,
];

async fn answered_by(peer: &Peer, client_id: &str, mode: ResponseMode, change: impl FnOnce(&mut Profile)) -> App {
    profile_for(peer, client_id, |profile| {
        profile.response_mode = Some(mode);
        change(profile);
    })
    .await
}

/// Logs in, and the answer was signed and meant for this client.
async fn opens(app: &App) {
    let session = app.log_in().await.unwrap();
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
    for rule in ["jarm.signature", "jarm.iss", "jarm.aud", "jarm.exp"] {
        assert_eq!(outcome(&session.checks, rule), Some(Outcome::Pass), "{rule}");
    }
}

#[tokio::test]
async fn a_signed_answer_is_opened_whichever_way_it_comes() {
    let Some(peer) = Peer::oidc() else { return };
    for mode in MODES {
        opens(&answered_by(&peer, "public", mode, |_| ()).await).await;
    }
    opens(&answered_by(&peer, "jarm-es256", ResponseMode::QueryJwt, |_| ()).await).await;
}

#[tokio::test]
async fn the_signed_answer_of_the_hybrid_flow_holds_code_and_id_token() {
    let Some(peer) = Peer::oidc() else { return };
    for mode in [ResponseMode::Jwt, ResponseMode::FragmentJwt, ResponseMode::FormPostJwt] {
        let app = answered_by(&peer, "public-hybrid", mode, |profile| {
            profile.response_type = ResponseType::CodeIdToken;
        });
        opens(&app.await).await;
    }
}

#[tokio::test]
async fn a_pushed_request_is_answered_by_a_signed_answer() {
    let Some(peer) = Peer::oidc() else { return };
    let app = answered_by(&peer, "par-only", ResponseMode::FormPostJwt, |profile| {
        profile.pushed_authorization_request = true;
    });
    opens(&app.await).await;
}

#[tokio::test]
async fn a_signed_answer_of_another_issuer_is_refused() {
    let Some(peer) = Peer::oidc() else { return };
    for mode in MODES {
        let app = answered_by(&peer, "public", mode, |profile| {
            "https://issuer.example.test".clone_into(&mut profile.issuer);
        });
        let failure = app.await.log_in().await.unwrap_err();
        assert!(failure.message.contains("issuer.example.test"), "{mode:?} {failure:?}");
        assert!(failure.message.contains(peer.issuer()), "{mode:?} {failure:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_signed_too() {
    let Some(peer) = Peer::oidc() else { return };
    for mode in MODES {
        let app = answered_by(&peer, "public", mode, |_| ()).await;
        app.alice_denies();
        assert_eq!(app.log_in().await.unwrap_err().code, "access_denied", "{mode:?}");
    }
}

#[tokio::test]
async fn glewlwyd_signs_its_answer() {
    let Some(peer) = Peer::glewlwyd() else { return };
    for mode in MODES {
        opens(&answered_by(&peer, "glw-public", mode, |_| ()).await).await;
    }
}
