//! Real Chromium signs in while the command line waits: the whole login, as a person sees it.
//!
//! Needs node, a Chromium and playwright-core; without one of them a test says that it is skipped, or fails when
//! `TOKENSCOPE_REQUIRE_BROWSER` is set, as `tests/run.sh` does. Pictures of every page are left in
//! `target/tmp/browser/`.

mod login;
mod tools;

use serde_json::Value;

use login::Login;

/// The sizes that every page must work in: the window's smallest, and a telephone's width.
const SIZES: [&str; 2] = ["900x600", "390x800"];

#[test]
fn signing_in_by_keyboard_lands_on_the_result_page_and_the_command_prints_the_session() {
    let Some(tools) = tools::find() else { return };
    let login = Login::start("erp-net");
    let seen = tools.sign_in(&login.url, &["--wrong-first"]);
    let alert = seen["alert"].as_str().expect("an alert after the wrong password");
    assert!(alert.contains("Wrong user name or password"), "{alert}");
    assert_eq!(seen["landed"]["heading"], "✓ Sign-in received", "{seen}");

    let (status, document) = login.finish();
    assert_eq!(status, 0, "{document}");
    assert_eq!(document["profile"], "erp-net");
    assert_eq!(
        (&document["event"], &document["generation"]),
        (&"login".into(), &1.into())
    );
    assert_eq!(document["access"]["form"], "jws");
    assert_eq!(document["access"]["lifetime_s"], 3600);
    for token in ["access", "id", "refresh"] {
        let fingerprint = document[token]["fingerprint"].as_str().expect("a fingerprint");
        assert!(fingerprint.starts_with("sha256:"), "{fingerprint}");
    }
    assert!(!document.to_string().contains("eyJ"), "a token is in the output");
}

#[test]
fn denying_ends_the_command_with_access_denied() {
    let Some(tools) = tools::find() else { return };
    let login = Login::start("erp-net");
    let seen = tools.sign_in(&login.url, &["--decision", "Deny"]);
    assert_eq!(seen["landed"]["heading"], "✕ The provider refused", "{seen}");
    let (status, document) = login.finish();
    assert_eq!(status, 1, "{document}");
    assert_eq!(document["error"]["code"], "access_denied", "{document}");
    assert!(
        document["error"]["message"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    );
}

#[test]
fn the_interactive_app_signs_in_too() {
    let Some(tools) = tools::find() else { return };
    let login = Login::start("erp-net-interactive");
    let seen = tools.sign_in(&login.url, &["--user", "j.doe", "--password", "demo"]);
    assert_eq!(seen["landed"]["heading"], "✓ Sign-in received", "{seen}");
    let (status, document) = login.finish();
    assert_eq!(status, 0, "{document}");
    assert_eq!(document["id"], Value::Null);
}

#[test]
fn an_https_address_of_this_machine_takes_the_answer_once_its_certificate_is_trusted() {
    let Some(tools) = tools::find() else { return };
    let https = "redirect_uri=https://localhost:0/signin-callback";
    let login = Login::start_with("erp-net-interactive", &[https]);
    let seen = tools.sign_in(&login.url, &["--trust"]);
    assert_eq!(seen["landed"]["heading"], "✓ Sign-in received", "{seen}");
    let address = seen["landed"]["address"].as_str().expect("an address");
    assert!(address.starts_with("https://localhost:"), "{address}");
    let (status, document) = login.finish();
    assert_eq!(status, 0, "{document}");
}

#[test]
fn plain_oauth_2_0_signs_in_at_pages_of_its_own() {
    let Some(tools) = tools::find() else { return };
    let login = Login::start("plain-oauth2");
    let seen = tools.sign_in(&login.url, &[]);
    assert_eq!(seen["landed"]["heading"], "✓ Sign-in received", "{seen}");
    let (status, document) = login.finish();
    assert_eq!(status, 0, "{document}");
    assert_eq!(document["access"]["lifetime_s"], 900);
}

#[test]
fn the_answer_may_come_by_query_or_form_post_as_well() {
    let Some(tools) = tools::find() else { return };
    // An ID token in a query is against OAuth 2.0 Multiple Response Types §5, also where the profile asks for it.
    for (mode, exit, broken) in [
        ("response_mode=query", 1, vec!["callback.token_in_query"]),
        ("response_mode=form_post", 0, vec![]),
    ] {
        let login = Login::start_with("erp-net", &[mode]);
        let seen = tools.sign_in(&login.url, &[]);
        assert_eq!(seen["landed"]["heading"], "✓ Sign-in received", "{mode}: {seen}");
        let (status, document) = login.finish();
        assert_eq!(status, exit, "{mode}: {document}");
        let checks = document["checks"].as_array().expect("checks");
        let failed = checks.iter().filter(|check| check["outcome"] == "fail");
        let rules: Vec<_> = failed.filter_map(|check| check["id"].as_str()).collect();
        assert_eq!(rules, broken, "{mode}");
    }
}

#[test]
fn every_page_fits_its_window_in_light_and_dark() {
    let Some(tools) = tools::find() else { return };
    let mut backgrounds = Vec::new();
    for scheme in ["light", "dark"] {
        for size in SIZES {
            let login = Login::start("erp-net");
            let seen = tools.sign_in(&login.url, &["--wrong-first", "--scheme", scheme, "--size", size]);
            let pages = seen["pages"].as_array().expect("pages");
            let names: Vec<_> = pages.iter().filter_map(|page| page["name"].as_str()).collect();
            assert_eq!(names, ["sign-in", "wrong-password", "consent", "result"], "{seen}");
            for page in pages {
                check_page(page, &format!("{} {scheme} {size}", page["name"]));
                backgrounds.push((scheme, page["background"].as_str().unwrap_or_default().to_owned()));
            }
            assert_eq!(login.finish().0, 0);
        }
    }
    for (scheme, background) in backgrounds {
        let expected = if scheme == "dark" {
            "rgb(16, 20, 24)"
        } else {
            "rgb(243, 245, 248)"
        };
        assert_eq!(background, expected, "{scheme}");
    }
}

/// What must hold for each page, whatever its size.
fn check_page(page: &Value, which: &str) {
    assert_eq!(page["lang"], "en", "{which}");
    assert!(page["title"].as_str().is_some_and(|title| !title.is_empty()), "{which}");
    assert!(page["heading"].is_string(), "{which} has a heading");
    assert_eq!(page["unlabelled"], Value::Array(Vec::new()), "{which}");
    let overflow = |axis: &str| page[axis].as_i64().expect("pixels");
    assert!(overflow("overflow_x") <= 0, "{which} is wider than its window");
    if which.ends_with(SIZES[0]) {
        assert!(overflow("overflow_y") <= 0, "{which} is higher than its window");
    }
}
