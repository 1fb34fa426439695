//! Refreshing: rotation, reuse, scopes, lifetimes.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::json;
use tokenscope::demo::{Lifetimes, Settings, TokenLifetimes};

use super::{World, interactive, part, secret, text, trusted};

#[tokio::test]
async fn the_trusted_app_gets_the_documented_hs256_access_token_and_may_use_it() {
    let world = World::start().await;
    let first = world.log_in(trusted()).await;
    world.clock.advance(SignedDuration::from_mins(50));
    let (status, second) = world.refresh(trusted(), text(&first, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    assert_ne!(first["refresh_token"], second["refresh_token"]);

    let token = text(&second, "access_token");
    assert_eq!(part(token, 0), json!({"alg": "HS256"}));
    let now = 1_795_176_000 + 3000;
    let mut claims = part(token, 1);
    assert_eq!(claims["jti"].take().as_str().map(str::len), Some(22));
    assert_eq!(
        claims,
        json!({
            "nbf": now, "exp": now + 3600, "iss": world.url("/id").as_str(), "aud": ["DomainApi", "update"],
            "client_id": "my.trusted.app/first", "client_db": "E1_DEV", "jti": null,
            "scope": ["DomainApi", "update"],
        })
    );
    let (input, signature) = token.rsplit_once('.').expect("a JWT");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret(trusted()).as_bytes());
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    hmac::verify(&key, input.as_bytes(), &signature).expect("signed with the client secret");
    assert_eq!(world.call(token).await.status(), StatusCode::OK);

    let id = part(text(&second, "id_token"), 1);
    let before = part(text(&first, "id_token"), 1);
    for same in ["iss", "sub", "aud", "sid", "auth_time"] {
        assert_eq!(id[same], before[same], "OpenID Connect Core §12.2: {same}");
    }
    assert_eq!(id.get("nonce"), None);
    assert_eq!(id["iat"], json!(now));
}

#[tokio::test]
async fn the_interactive_app_stays_with_rs256() {
    let world = World::start().await;
    let first = world.log_in(interactive()).await;
    let (_, second) = world.refresh(interactive(), text(&first, "refresh_token")).await;
    let header = part(text(&second, "access_token"), 0);
    assert_eq!((text(&header, "alg"), text(&header, "typ")), ("RS256", "at+jwt"));
    assert_eq!(second.get("id_token"), None);
}

#[tokio::test]
async fn a_refresh_token_that_is_used_again_takes_every_token_of_its_login_along() {
    let world = World::start().await;
    let first = world.log_in(trusted()).await;
    let (_, second) = world.refresh(trusted(), text(&first, "refresh_token")).await;
    let (_, third) = world.refresh(trusted(), text(&second, "refresh_token")).await;
    assert_eq!(world.call(text(&third, "access_token")).await.status(), StatusCode::OK);

    let (status, body) = world.refresh(trusted(), text(&first, "refresh_token")).await;
    assert_eq!(
        (status, text(&body, "error")),
        (StatusCode::BAD_REQUEST, "invalid_grant")
    );
    let (_, body) = world.refresh(trusted(), text(&third, "refresh_token")).await;
    assert_eq!(text(&body, "error"), "invalid_grant", "the newest one is dead too");
    for dead in [&first, &second, &third] {
        let call = world.call(text(dead, "access_token")).await;
        assert_eq!(call.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn another_login_survives_the_reuse_in_the_first_one() {
    let world = World::start().await;
    let (one, other) = (world.log_in(trusted()).await, world.log_in(trusted()).await);
    world.refresh(trusted(), text(&one, "refresh_token")).await;
    world.refresh(trusted(), text(&one, "refresh_token")).await;
    let (status, _) = world.refresh(trusted(), text(&other, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn of_two_refreshes_at_once_exactly_one_wins() {
    let world = World::start().await;
    let tokens = world.log_in(interactive()).await;
    let token = text(&tokens, "refresh_token");
    let (one, two) = tokio::join!(world.refresh(interactive(), token), world.refresh(interactive(), token));
    let won = [one.0, two.0].iter().filter(|status| status.is_success()).count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_refresh_may_narrow_the_scope_but_not_widen_it() {
    let world = World::start().await;
    let tokens = world.log_in(interactive()).await;
    let token = text(&tokens, "refresh_token");
    let ask = |scope| {
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ]
    };
    let (status, body) = world.token(interactive(), &ask("openid update")).await;
    assert_eq!(
        (status, text(&body, "error")),
        (StatusCode::BAD_REQUEST, "invalid_scope")
    );
    let (_, body) = world.token(interactive(), &ask("banana")).await;
    assert_eq!(text(&body, "error"), "invalid_scope");

    let (_, narrow) = world.token(interactive(), &ask("openid")).await;
    assert_eq!(text(&narrow, "scope"), "openid");
    let call = world.call(text(&narrow, "access_token")).await;
    assert_eq!(call.status(), StatusCode::FORBIDDEN);
    // The refresh token keeps what the person allowed (RFC 6749 §6).
    let (_, whole) = world.refresh(interactive(), text(&narrow, "refresh_token")).await;
    assert_eq!(text(&whole, "scope"), "openid profile DomainApi offline_access");
}

#[tokio::test]
async fn a_refresh_token_dies_at_the_end_of_its_lifetime() {
    let world = World::start_with(Settings {
        lifetimes: Lifetimes::fast(),
        ..Settings::default()
    })
    .await;
    let tokens = world.log_in(interactive()).await;
    assert_eq!(tokens["expires_in"], json!(60));
    world.clock.advance(SignedDuration::from_secs(599));
    let (status, next) = world.refresh(interactive(), text(&tokens, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK, "{next}");
    world.clock.advance(SignedDuration::from_secs(600));
    let (_, body) = world.refresh(interactive(), text(&next, "refresh_token")).await;
    assert!(text(&body, "error_description").contains("expired"));
}

#[tokio::test]
async fn changed_lifetimes_hold_for_the_next_token() {
    let world = World::start().await;
    let tokens = world.log_in(interactive()).await;
    let lifetimes = Lifetimes {
        erp_net: TokenLifetimes {
            access_token_s: 5,
            ..world.demo.lifetimes().erp_net
        },
        ..world.demo.lifetimes()
    };
    world.demo.set_lifetimes(lifetimes);
    let (_, next) = world.refresh(interactive(), text(&tokens, "refresh_token")).await;
    assert_eq!(next["expires_in"], json!(5));
}

#[tokio::test]
async fn a_refresh_token_of_another_client_is_unknown() {
    let world = World::start().await;
    let tokens = world.log_in(interactive()).await;
    let (_, body) = world.refresh(trusted(), text(&tokens, "refresh_token")).await;
    assert_eq!(text(&body, "error"), "invalid_grant");
    let (status, _) = world.refresh(interactive(), text(&tokens, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK, "the stranger did not spend it");
}
