//! Temporary pictures.
use crate::support::{Window, jwt, now, session, trusted};
use egui::{Key, Modifiers, Theme};
use std::sync::Arc;
use tokenscope::engine::{EventKind, OperationId};
use tokenscope::model::{Secret, Token};

const LARGE: (f32, f32) = (1280.0, 800.0);
const SMALL: (f32, f32) = (900.0, 600.0);
fn w(size: (f32, f32), theme: Theme) -> Window {
    Window::sized(size.0, size.1, theme)
}

#[test]
fn looks() {
    let claims = format!(
        r#"{{"iss":"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0","sub":"{}","aud":"00000003-0000-0000-c000-000000000000","exp":{}000,"iat":{},"amr":["pwd","mfa","rsa"],"acr":"1","scp":"openid profile email User.Read Mail.Read offline_access","realm_access":{{"roles":["admin","offline_access"]}},"wids":["62e90394-69f5-4237-9190-012177145e10"],"oid":"00000000-0000-0000-66f3-3332eca7ea81","n":12345678901234567890}}"#,
        "x".repeat(500),
        now().as_second() + 3600,
        now().as_second() - 100
    );
    for (size, theme, n) in [(LARGE, Theme::Dark, "ld"), (SMALL, Theme::Light, "sl")] {
        let mut window = crate::claims::showing(w(size, theme), &claims);
        let _ = window.harness.try_snapshot(format!("x_claims_{n}"));
        window.click("JSON");
        let _ = window.harness.try_snapshot(format!("x_json_{n}"));
        window.click("Table");
        window.click("Claim amr");
        let _ = window.harness.try_snapshot(format!("x_details_{n}"));
        window.keys(Modifiers::NONE, Key::Escape);
        window.keys(Modifiers::COMMAND, Key::F);
        window.control("Find among the claims").type_text("micro");
        window.settle();
        let _ = window.harness.try_snapshot(format!("x_search_{n}"));
        let mut window = crate::checks::with_checks(w(size, theme));
        let _ = window.harness.try_snapshot(format!("x_checks_{n}"));
        window.click("Skipped");
        let mut window = crate::comparison::comparing(w(size, theme).with_profiles().with_session());
        let _ = window.harness.try_snapshot(format!("x_compare_{n}"));
        let mut window = Window::sized(size.0, size.1, theme).with_profiles();
        let damaged = include_str!("../../src/model/seeds.rs");
        let _ = damaged;
        let mut s = session(1);
        s.tokens.access = Some(Token::new(
            jwt(
                r#"{"alg":"RS256","kid":"k"}"#,
                r#"{"iss":"https://demo/id","sub":"admin","aud":"DomainApi","exp":16551"#,
            ),
            now(),
            None,
        ));
        s.tokens.id = Some(Token::new(
            Secret::new("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2RlbW8vaWQiLCJzdWIiOi!hZG1pbiJ9.c2ln"),
            now(),
            None,
        ));
        window.tell(
            OperationId::next(),
            EventKind::SessionChanged {
                slug: trusted(),
                session: Arc::new(s),
            },
        );
        let _ = window.harness.try_snapshot(format!("x_damaged_{n}"));
        window.click("JSON");
        let _ = window.harness.try_snapshot(format!("x_damaged_json_{n}"));
        window.click("ID");
        window.click("Table");
        let _ = window.harness.try_snapshot(format!("x_damaged_id_{n}"));
        window.click("Refresh");
        let _ = window.harness.try_snapshot(format!("x_opaque_{n}"));
    }
}
