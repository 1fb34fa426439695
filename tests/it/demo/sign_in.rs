//! The authorization endpoint and its pages.

use reqwest::StatusCode;
use tokenscope::demo::{Demo, DemoError, Settings};

use super::browser::{Stop, hidden_fields};
use super::{CALLBACK, World, interactive, part, secret, text, trusted};

#[tokio::test]
async fn an_unknown_client_or_an_unregistered_redirect_uri_gets_a_page_and_no_redirect() {
    let world = World::start().await;
    for query in [
        "client_id=nobody&redirect_uri=http://localhost/signin-callback&response_type=code&scope=openid",
        "client_id=my.trusted.app&redirect_uri=http://evil.example/signin-callback&response_type=code&scope=openid",
        "client_id=my.trusted.app&response_type=code&scope=openid",
    ] {
        let url = world.url(&format!("/id/connect/authorize?{query}"));
        let Stop::Page { status, html } = world.browser().open(url).await else {
            panic!("redirected for {query}");
        };
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(html.contains("role=\"alert\""));
    }
}

#[tokio::test]
async fn a_client_id_with_markup_is_shown_and_not_run() {
    let world = World::start().await;
    let mut url = world.url("/id/connect/authorize");
    url.query_pairs_mut()
        .append_pair("client_id", "<script>alert(1)</script>");
    let html = world.browser().open(url).await.page();
    assert!(html.contains("&lt;script&gt;alert(1)"));
    assert!(!html.contains("<script>alert"));
}

#[tokio::test]
async fn a_wrong_password_is_said_aloud_and_keeps_the_user_name() {
    let world = World::start().await;
    let mut browser = world.browser();
    let url = world.authorize_url(interactive(), &[("response_type", "code")]);
    let page = browser.open(url).await.page();
    assert!(!page.contains("role=\"alert\""));
    let wrong = [("username", "admin"), ("password", "nonsense")];
    let page = browser.submit(&page, &wrong).await.page();
    assert!(page.contains("role=\"alert\"") && page.contains("Wrong user name or password"));
    assert!(page.contains("value=\"admin\"") && !page.contains("nonsense"));
    let right = [("username", "admin"), ("password", "admin")];
    assert!(browser.submit(&page, &right).await.page().contains("Allow access?"));
}

#[tokio::test]
async fn denying_sends_access_denied_with_the_state_and_the_issuer() {
    let world = World::start().await;
    let mut browser = world.browser();
    let url = world.authorize_url(interactive(), &[("response_type", "code")]);
    let page = browser.sign_in(url, "j.doe", "demo").await;
    let answer = browser.submit(&page, &[("decision", "deny")]).await.answer();
    assert_eq!(answer["error"], "access_denied");
    assert_eq!(answer["state"], "xyz");
    assert_eq!(answer["iss"], world.url("/id").as_str());
    assert!(!answer.contains_key("code"));
}

#[tokio::test]
async fn a_second_login_skips_the_password_but_never_the_consent() {
    let world = World::start().await;
    let mut browser = world.browser();
    let url = world.authorize_url(interactive(), &[("response_type", "code")]);
    let page = browser.open(url.clone()).await.page();
    let page = browser
        .submit(&page, &[("username", "admin"), ("password", "admin")])
        .await
        .page();
    let first = browser.submit(&page, &[("decision", "allow")]).await.answer();

    let page = browser.open(url.clone()).await.page();
    assert!(page.contains("Allow access?"), "{page}");
    let second = browser.submit(&page, &[("decision", "allow")]).await.answer();
    assert_ne!(first["code"], second["code"]);

    let again = world.authorize_url(interactive(), &[("response_type", "code"), ("prompt", "login")]);
    assert!(browser.open(again).await.page().contains("<h1>Sign in</h1>"));
    world.clock.advance(jiff::SignedDuration::from_secs(11));
    let old = world.authorize_url(interactive(), &[("response_type", "code"), ("max_age", "10")]);
    assert!(browser.open(old).await.page().contains("<h1>Sign in</h1>"));
}

#[tokio::test]
async fn prompt_none_shows_no_page_whatever_happens() {
    let world = World::start().await;
    let mut browser = world.browser();
    let silent = world.authorize_url(interactive(), &[("response_type", "code"), ("prompt", "none")]);
    let nobody = browser.open(silent.clone()).await.answer();
    assert_eq!(nobody["error"], "login_required");

    let url = world.authorize_url(interactive(), &[("response_type", "code")]);
    let page = browser.sign_in(url, "admin", "admin").await;
    let unasked = browser.open(silent.clone()).await.answer();
    assert_eq!(unasked["error"], "consent_required");

    browser.submit(&page, &[("decision", "allow")]).await.answer();
    let allowed = browser.open(silent).await.answer();
    let (status, tokens) = world.exchange(interactive(), &allowed["code"]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
}

#[tokio::test]
async fn consent_needs_the_browser_that_signed_in() {
    let world = World::start().await;
    let mut browser = world.browser();
    let url = world.authorize_url(interactive(), &[("response_type", "code")]);
    let page = browser.sign_in(url, "admin", "admin").await;
    // Another browser that learned the transaction's id gets a sign-in page, not a code.
    let mut other = world.browser();
    let stolen = other.submit(&page, &[("decision", "allow")]).await.page();
    assert!(stolen.contains("<h1>Sign in</h1>"));
}

#[tokio::test]
async fn a_double_click_on_allow_gives_the_same_code_twice() {
    let world = World::start().await;
    let mut browser = world.browser();
    let url = world.authorize_url(interactive(), &[("response_type", "code")]);
    let page = browser.sign_in(url, "admin", "admin").await;
    let one = browser.submit(&page, &[("decision", "allow")]).await.answer();
    let two = browser.submit(&page, &[("decision", "allow")]).await.answer();
    assert_eq!(one, two);
}

#[tokio::test]
async fn a_sign_in_that_took_too_long_is_over() {
    let world = World::start().await;
    let mut browser = world.browser();
    let url = world.authorize_url(interactive(), &[("response_type", "code")]);
    let page = browser.open(url).await.page();
    world.clock.advance(jiff::SignedDuration::from_mins(15));
    let late = browser
        .submit(&page, &[("username", "admin"), ("password", "admin")])
        .await
        .page();
    assert!(late.contains("This sign-in is over"));
}

#[tokio::test]
async fn hybrid_answers_in_the_fragment_and_on_request_in_the_query() {
    let world = World::start().await;
    let hybrid = [("response_type", "code id_token"), ("nonce", "abc")];
    for (mode, in_fragment) in [(None, true), (Some(("response_mode", "query")), false)] {
        let extra: Vec<_> = hybrid.into_iter().chain(mode).collect();
        let mut browser = world.browser();
        let page = browser.open(world.authorize_url(trusted(), &extra)).await.page();
        let page = browser
            .submit(&page, &[("username", "admin"), ("password", "admin")])
            .await
            .page();
        let Stop::Away(url) = browser.submit(&page, &[("decision", "allow")]).await else {
            panic!("no redirect");
        };
        assert!(url.as_str().starts_with(CALLBACK));
        assert_eq!(
            (url.fragment().is_some(), url.query().is_some()),
            (in_fragment, !in_fragment)
        );
        let answer = Stop::Away(url).answer();
        assert_eq!(text(&part(&answer["id_token"], 1), "nonce"), "abc");
    }
}

#[tokio::test]
async fn form_post_comes_as_a_page_whose_form_posts_the_answer() {
    let world = World::start().await;
    let mut browser = world.browser();
    let extra = [
        ("response_type", "code id_token"),
        ("nonce", "abc"),
        ("response_mode", "form_post"),
    ];
    let page = browser.open(world.authorize_url(trusted(), &extra)).await.page();
    let page = browser
        .submit(&page, &[("username", "admin"), ("password", "admin")])
        .await
        .page();
    let page = browser.submit(&page, &[("decision", "allow")]).await.page();
    assert!(page.contains(&format!("action=\"{CALLBACK}\"")));
    let answer = hidden_fields(&page);
    assert_eq!(answer["state"], "xyz");
    assert_eq!(answer["iss"], world.url("/id").as_str());
    let (status, tokens) = world.exchange(trusted(), &answer["code"]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
}

#[tokio::test]
async fn errors_go_to_the_client_by_its_own_response_mode() {
    let world = World::start().await;
    let no_nonce = world.authorize_url(trusted(), &[("response_type", "code id_token")]);
    let Stop::Away(url) = world.browser().open(no_nonce).await else {
        panic!("no redirect");
    };
    assert!(url.fragment().expect("a fragment").contains("error=invalid_request"));
    let implicit = world.authorize_url(interactive(), &[("response_type", "token")]);
    let answer = world.browser().open(implicit).await.answer();
    assert_eq!(answer["error"], "unauthorized_client");
}

#[tokio::test]
async fn a_taken_port_is_named_with_what_to_do() {
    let world = World::start().await;
    let port = world.demo.base_url().port().expect("a port");
    let settings = Settings {
        port,
        ..Settings::default()
    };
    let second = Demo::start(
        settings,
        world.clock.clone(),
        std::sync::Arc::new(tokenscope::model::clock::CountingRandom::default()),
    )
    .await;
    let error = second.expect_err("the port is taken");
    assert!(matches!(error, DemoError::PortTaken { port: named } if named == port));
    assert!(error.to_string().contains(&format!("Port {port}")) && error.to_string().contains("another port"));
}

#[tokio::test]
async fn stopping_frees_the_port_even_with_an_idle_connection_open() {
    let world = World::start().await;
    let port = world.demo.base_url().port().expect("a port");
    // A browser's preconnect: opened, and never used.
    let idle = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("connected");
    world.demo.stop().await;
    let settings = Settings {
        port,
        ..Settings::default()
    };
    let random = std::sync::Arc::new(tokenscope::model::clock::CountingRandom::default());
    let again = Demo::start(settings, world.clock.clone(), random)
        .await
        .expect("the port is free");
    assert_eq!(again.base_url().port(), Some(port));
    drop(idle);
}

#[tokio::test]
async fn the_log_says_what_happened_and_holds_no_secret() {
    let world = World::start().await;
    let tokens = world.log_in(trusted()).await;
    let (_, renewed) = world.refresh(trusted(), text(&tokens, "refresh_token")).await;
    world.call(text(&renewed, "access_token")).await;
    let log = world.demo.log();
    let last = log.last().expect("lines");
    assert_eq!((last.method.as_str(), last.status), ("GET", 200));
    assert_eq!(last.path, "/api/domain/odata/Crm_Customers");
    assert_eq!(last.why, "3 customers for my.trusted.app/first");
    let all = format!("{log:?}");
    for secret in [
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
        text(&renewed, "refresh_token"),
        secret(trusted()),
        "code=",
    ] {
        assert!(!all.contains(secret));
    }
}

#[tokio::test]
async fn the_start_page_shows_what_one_needs_to_sign_in() {
    let world = World::start().await;
    let html = world.browser().open(world.demo.base_url().clone()).await.page();
    for word in [
        "my.trusted.app/first",
        "signin-callback",
        "j.doe",
        "openid-configuration",
        "/auth/login",
        "auth-key-2025.pem",
        "mycorp-desktop",
        "none: in no LDAP group",
        "/api/oauth2/token",
        "option=token&amp;api=oauth2",
        "15 minutes",
    ] {
        assert!(html.contains(word), "{word}");
    }
}
