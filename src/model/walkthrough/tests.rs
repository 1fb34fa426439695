//! What the steps say at each point of the way.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::model::Secret;
use crate::model::lifetime::ServerTime;
use crate::model::template::Template;
use crate::model::token::{Token, TokenKind, TokenSet};
use crate::model::verify::{Signature, SignatureStatus};
use StageState::{Failed, Passed, Pending, Skipped};

fn start() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn profile(template: &str) -> Profile {
    Template::find(template).unwrap().profile()
}

/// Tokens of one hour, and what is known of them.
struct Story {
    profile: Profile,
    tokens: TokenSet,
    signatures: Vec<(TokenKind, Signature)>,
    server_time: ServerTime,
    generation: u32,
    calls: Calls,
    refresh: Option<Refresh>,
    now: Timestamp,
}

impl Story {
    fn of(template: &str) -> Self {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let jwt = format!(
            "{}.{}.c2ln",
            part(r#"{"alg":"RS256","kid":"auth-key-2025"}"#),
            part(r#"{"sub":"admin","roles":["employee"]}"#)
        );
        let access = if template == "redcore" {
            "6YotnF2FEjr1zCsicMWpAA".to_owned()
        } else {
            jwt
        };
        Self {
            profile: profile(template),
            tokens: TokenSet {
                access: Some(Token::new(Secret::new(access), start(), Some(3600))),
                id: None,
                refresh: Some(Token::new(Secret::new("1Gzv3JOkF0XG2Qx2TlKWIA"), start(), None)),
                refresh_rotated: true,
                token_type: Some("Bearer".to_owned()),
                granted_scope: Vec::new(),
                login_claims: Vec::new(),
                scope: Vec::new(),
                received_at: start(),
                defects: Vec::new(),
            },
            signatures: vec![(
                TokenKind::Access,
                Signature {
                    status: SignatureStatus::Valid,
                    alg: Some("RS256".to_owned()),
                    kid: Some("auth-key-2025".to_owned()),
                    reason: "RS256, made with the key that was given".to_owned(),
                    ..Signature::default()
                },
            )],
            server_time: ServerTime { skew_s: Some(0.2) },
            generation: 1,
            calls: Calls::default(),
            refresh: None,
            now: start(),
        }
    }

    fn called(mut self, result: Result<u16, &str>) -> Self {
        let challenge = r#"Bearer realm="x", error="invalid_token", error_description="The access token expired""#;
        self.calls.add(Call {
            generation: self.generation,
            challenge: (result == Ok(401)).then(|| challenge.to_owned()),
            result: result.map_err(str::to_owned),
        });
        self
    }

    fn refreshed(mut self, was_expired: bool, rotated: bool) -> Self {
        self.generation += 1;
        self.tokens.refresh_rotated = rotated;
        let access = self.tokens.access.as_mut().unwrap();
        access.lifetime = Token::new(access.value.clone(), self.now, Some(3600)).lifetime;
        self.refresh = Some(Refresh::Done { was_expired });
        self
    }

    fn after_s(mut self, seconds: i64) -> Self {
        self.now += SignedDuration::from_secs(seconds);
        self
    }

    fn steps(&self) -> Walkthrough {
        let held = Held {
            tokens: &self.tokens,
            signatures: &self.signatures,
            server_time: self.server_time,
            generation: self.generation,
            calls: &self.calls,
            refresh: self.refresh.as_ref(),
        };
        steps(&self.profile, self.now, Progress::LoggedIn(held))
    }
}

fn steps(profile: &Profile, now: Timestamp, progress: Progress<'_>) -> Walkthrough {
    Walkthrough::of(&Facts { profile, now, progress }).unwrap()
}

fn states(walkthrough: &Walkthrough) -> Vec<StageState> {
    walkthrough.stages.iter().map(|stage| stage.state).collect()
}

fn why<'a>(walkthrough: &'a Walkthrough, mark: &str) -> &'a str {
    &walkthrough.stage(mark).unwrap().why
}

#[test]
fn a_profile_has_the_steps_of_its_way_of_logging_in() {
    assert!(Walkthrough::is_for(&profile("mycorp-auth")) && Walkthrough::is_for(&profile("redcore")));
    for template in ["erp-net", "erp-net-interactive", "plain-oauth2", "custom"] {
        assert!(!Walkthrough::is_for(&profile(template)), "{template}");
    }
    let own = Profile {
        grant: Grant::JsonLogin,
        template: None,
        ..profile("custom")
    };
    assert_eq!(steps(&own, start(), Progress::Idle).stages.len(), 10);
    let marks: Vec<_> = steps(&profile("redcore"), start(), Progress::Idle)
        .stages
        .iter()
        .map(|stage| stage.mark)
        .collect();
    assert_eq!(marks, ["A", "B", "C", "D", "E", "F", "G", "H"]);
}

#[test]
fn the_ten_steps_pass_one_after_the_other() {
    let profile = profile("mycorp-auth");
    let at = |progress| states(&steps(&profile, start(), progress));
    let mut expected = vec![Pending; 10];
    expected[1] = Passed;
    assert_eq!(at(Progress::Idle), expected);
    assert_eq!(at(Progress::Preparing), expected);
    expected[0] = Passed;
    assert_eq!(at(Progress::Sent), expected);
    expected[3] = Passed;
    assert_eq!(at(Progress::Answered), expected);

    let story = Story::of("mycorp-auth");
    let logged_in = story.steps();
    let mut expected = vec![Passed; 10];
    expected[8] = Pending;
    expected[9] = Pending;
    assert_eq!(states(&logged_in), expected);
    assert_eq!(
        why(&logged_in, "5"),
        "access_token, refresh_token, expires_in (1 h), token_type Bearer"
    );
    assert_eq!(why(&logged_in, "7"), "RS256, kid auth-key-2025: the configured key");
    assert_eq!(why(&logged_in, "10"), "It expires in 1 h");

    let done = story.called(Ok(200)).refreshed(false, true).steps();
    assert_eq!(states(&done), [Passed; 10]);
    assert_eq!(why(&done, "9"), "GET /api/user/profile answered 200");
    assert_eq!(why(&done, "10"), "Generation 2, new refresh token");
}

#[test]
fn a_scope_without_the_word_fails_before_anything_is_sent() {
    let mut story = Story::of("mycorp-auth");
    story.profile.scope = "openid profile".to_owned();
    let before = steps(&story.profile, start(), Progress::Preparing);
    assert_eq!(before.stage("2").unwrap().state, Failed);
    assert!(why(&before, "2").contains("Add it to the scope"));
    // The word decides nothing where the server gives one all the same.
    assert_eq!(story.steps().stage("2").unwrap().state, Passed);
    story.tokens.refresh = None;
    let after = story.steps();
    for (mark, state) in [("2", Failed), ("5", Failed), ("6", Skipped), ("10", Skipped)] {
        assert_eq!(after.stage(mark).unwrap().state, state, "{mark}");
    }
    assert!(why(&after, "5").ends_with("and no refresh_token"));
}

#[test]
fn a_clock_that_is_off_is_the_likely_cause_of_a_401() {
    let problem = Problem {
        message: "The token endpoint refused: invalid_credentials (status 401)".to_owned(),
        hint: "Compare the profile with what is registered".to_owned(),
        http_status: Some(401),
        clock_skew_s: Some(312),
    };
    let profile = profile("mycorp-auth");
    let failed = |problem: &Problem| {
        let was_sent = true;
        steps(&profile, start(), Progress::Failed { was_sent, problem })
    };
    let login = failed(&problem);
    let expected = [
        Passed, Passed, Failed, Failed, Skipped, Skipped, Skipped, Skipped, Skipped, Skipped,
    ];
    assert_eq!(states(&login), expected);
    assert_eq!(
        why(&login, "3"),
        "Your clock is 312 s behind the server's: the likely cause of the 401. Set it by NTP"
    );
    let good_clock = failed(&Problem {
        clock_skew_s: Some(1),
        ..problem.clone()
    });
    assert_eq!(good_clock.stage("3").unwrap().state, Passed);
    let no_date = failed(&Problem {
        clock_skew_s: None,
        ..problem
    });
    assert_eq!(no_date.stage("3").unwrap().state, Skipped);

    let mut story = Story::of("mycorp-auth").called(Ok(401));
    story.server_time = ServerTime { skew_s: Some(-90.0) };
    let call = story.steps();
    assert!(why(&call, "3").starts_with("Your clock is 90 s ahead of the server's: the likely cause of the 401"));
    assert_eq!(call.stage("9").unwrap().state, Failed);
    assert!(why(&call, "9").ends_with("Your clock is 90 s ahead of the server's: the likely cause"));
}

#[test]
fn a_login_fails_at_the_step_that_did_not_work() {
    let problem = |http_status| Problem {
        message: "It did not work".to_owned(),
        hint: "Do this".to_owned(),
        http_status,
        clock_skew_s: None,
    };
    let profile = profile("mycorp-auth");
    for (was_sent, http_status, mark) in [
        (false, None, "1"),
        (true, None, "4"),
        (true, Some(500), "4"),
        (true, Some(200), "5"),
    ] {
        let problem = &problem(http_status);
        let steps = steps(&profile, start(), Progress::Failed { was_sent, problem });
        let failed: Vec<_> = steps.stages.iter().filter(|stage| stage.state == Failed).collect();
        assert_eq!(failed.len(), 1, "{mark}: {failed:?}");
        assert_eq!(
            (failed[0].mark, failed[0].why.as_str()),
            (mark, "It did not work. Do this")
        );
    }
}

#[test]
fn a_signature_is_held_against_the_configured_key() {
    let verdict = |status, kid: &str| {
        let mut story = Story::of("mycorp-auth");
        story.signatures[0].1.status = status;
        story.signatures[0].1.kid = Some(kid.to_owned());
        let steps = story.steps();
        let stage = steps.stage("7").unwrap();
        (stage.state, stage.why.clone())
    };
    let (state, why) = verdict(SignatureStatus::Invalid, "auth-key-2024");
    assert_eq!(state, Failed);
    assert!(why.ends_with("The token names the key auth-key-2024, the profile has auth-key-2025"));
    let (state, why) = verdict(SignatureStatus::Unverified, "auth-key-2025");
    assert_eq!(state, Skipped);
    assert!(
        why.ends_with("Paste the public key auth-key-2025 into the profile"),
        "{why}"
    );
    assert_eq!(verdict(SignatureStatus::Valid, "another").0, Passed);
}

#[test]
fn an_account_in_no_ldap_group_fails_at_its_roles() {
    let mut story = Story::of("mycorp-auth");
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    for claims in [r#"{"roles":[]}"#, r#"{"sub":"x"}"#] {
        let jwt = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        story.tokens.access = Some(Token::new(Secret::new(jwt), start(), Some(3600)));
        let steps = story.steps();
        assert_eq!(steps.stage("8").unwrap().state, Failed);
        assert!(why(&steps, "8").contains("LDAP groups"));
    }
}

#[test]
fn a_refresh_that_comes_late_or_fails_is_said() {
    let late = Story::of("mycorp-auth").after_s(3660).steps();
    assert_eq!(late.stage("10").unwrap().state, Failed);
    assert_eq!(why(&late, "10"), "It expired 1 min ago. Refresh now");
    let refreshed = Story::of("mycorp-auth").after_s(3660).refreshed(true, false).steps();
    assert_eq!(refreshed.stage("10").unwrap().state, Passed);
    assert_eq!(
        why(&refreshed, "10"),
        "Generation 2, after it had expired, the refresh token stays"
    );
    let mut refused = Story::of("mycorp-auth");
    refused.refresh = Some(Refresh::Failed(Problem {
        message: "Refused".to_owned(),
        hint: "Log in again".to_owned(),
        ..Problem::default()
    }));
    assert_eq!(why(&refused.steps(), "10"), "Refused. Log in again");
}

#[test]
fn a_refused_token_leads_through_e_and_f() {
    let story = Story::of("redcore");
    assert_eq!(
        states(&story.steps()),
        [Passed, Passed, Pending, Pending, Pending, Pending, Pending, Pending]
    );
    assert_eq!(
        why(&story.steps(), "A"),
        "grant_type=password, client redcore-client by HTTP Basic"
    );
    assert_eq!(
        why(&story.steps(), "B"),
        "opaque access token that lives 1 h, and a refresh token"
    );
    let story = story.called(Ok(200)).after_s(3600).called(Ok(401));
    let refused = story.steps();
    assert_eq!(
        states(&refused),
        [Passed, Passed, Passed, Passed, Passed, Passed, Pending, Pending]
    );
    assert_eq!(why(&refused, "F"), "401 invalid_token: The access token expired");
    let done = story.refreshed(true, false).steps();
    assert_eq!(states(&done), [Passed; 8]);
    assert_eq!(why(&done, "H"), "Generation 2, no new refresh token: kept the old one");
}

#[test]
fn a_client_that_knows_of_the_expiry_goes_to_g() {
    let story = Story::of("redcore").called(Ok(200)).after_s(3720);
    let known = story.steps();
    assert_eq!(
        states(&known),
        [Passed, Passed, Passed, Passed, Skipped, Skipped, Pending, Pending]
    );
    assert_eq!(
        why(&known, "E"),
        "The client knows that the token expired 2 min ago: it goes to (G)"
    );
    let done = story.refreshed(true, true).steps();
    assert_eq!(
        states(&done),
        [Passed, Passed, Passed, Passed, Skipped, Skipped, Passed, Passed]
    );
    assert_eq!(why(&done, "H"), "Generation 2, and a new refresh token");
    let early = Story::of("redcore").refreshed(false, true).steps();
    assert_eq!(why(&early, "F"), "The token was refreshed before it expired");
}

#[test]
fn each_new_token_goes_round_again() {
    let story = Story::of("redcore")
        .called(Ok(200))
        .called(Ok(401))
        .refreshed(false, false);
    let again = story.after_s(3600).called(Ok(401)).steps();
    assert_eq!(
        states(&again),
        [Passed, Passed, Passed, Passed, Passed, Passed, Pending, Pending]
    );
    assert_eq!(why(&again, "E"), "Called with the token of generation 2");
}

#[test]
fn a_refused_refresh_fails_at_h_and_an_api_fault_at_d() {
    let mut story = Story::of("redcore").called(Ok(503));
    assert_eq!(story.steps().stage("D").unwrap().state, Failed);
    assert_eq!(
        story.steps().stage("F").unwrap().state,
        Pending,
        "503 says nothing of the token"
    );
    story = story.called(Err("No answer in 10 s"));
    assert_eq!(why(&story.steps(), "D"), "No answer in 10 s");
    story.refresh = Some(Refresh::Failed(Problem {
        message: "invalid_grant".to_owned(),
        ..Problem::default()
    }));
    let steps = story.steps();
    assert_eq!(
        (steps.stage("G").unwrap().state, steps.stage("H").unwrap().state),
        (Passed, Failed)
    );
}
