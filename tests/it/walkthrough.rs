//! The steps of MyCorp-Auth and redCORE, followed by what the engine tells.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::sync::Arc;

use jiff::Timestamp;
use tokenscope::engine::{
    Engine, Event, EventKind, Failure, Given, Journey, LoginOptions, OperationKind, Renewal, Renewed, Session,
};
use tokenscope::model::profile::LoginFallback;
use tokenscope::model::walkthrough::{StageState, Walkthrough};
use tokenscope::model::{Clock as _, Profile, Secret, TokenKind};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::support::server::Server;
use crate::support::{World, custom, reporter, slug, with_browser};
use crate::systems::{advance_s, change};

const HOUR_S: i64 = 3600;

/// The steps of a profile, followed by the engine's events alone.
struct Follower {
    profile: Profile,
    journey: Journey,
}

impl Follower {
    async fn of(engine: &Engine, profile: &str) -> Self {
        Self {
            profile: engine.profile(&slug(profile)).await.unwrap(),
            journey: Journey::default(),
        }
    }

    fn hear(&mut self, ear: &mut mpsc::Receiver<Event>) {
        while let Ok(event) = ear.try_recv() {
            self.journey.apply(&event.kind);
        }
    }

    async fn log_in(&mut self, engine: &Engine) {
        let (reporter, mut ear) = reporter();
        engine
            .login(&self.profile.slug, with_browser(), &reporter)
            .await
            .unwrap();
        self.hear(&mut ear);
    }

    async fn refresh(&mut self, engine: &Engine) {
        let (reporter, mut ear) = reporter();
        engine.refresh(&self.profile.slug, &reporter).await.unwrap();
        self.hear(&mut ear);
    }

    async fn call(&mut self, engine: &Engine) {
        let (reporter, mut ear) = reporter();
        engine.call_api(&self.profile.slug, None, &reporter).await.unwrap();
        self.hear(&mut ear);
    }

    fn steps(&self, now: Timestamp) -> Walkthrough {
        self.journey.walkthrough(&self.profile, now).unwrap()
    }

    /// How far each step is, by its first letter: pending, pass, skip; a failure shouts.
    fn states(&self, now: Timestamp) -> String {
        let letter = |state| match state {
            StageState::Pending => '.',
            StageState::Passed => 'p',
            StageState::Failed => 'F',
            StageState::Skipped => 's',
        };
        self.steps(now).stages.iter().map(|stage| letter(stage.state)).collect()
    }
}

#[tokio::test]
async fn the_steps_a_to_h_follow_what_happens() {
    let world = World::new();
    let engine = world.engine().await;
    let mut follower = Follower::of(&engine, "redcore").await;
    assert_eq!(follower.states(world.clock.now()), "........");
    follower.log_in(&engine).await;
    assert_eq!(follower.states(world.clock.now()), "pp......");
    follower.call(&engine).await;
    assert_eq!(follower.states(world.clock.now()), "pppp....");
    advance_s(&world, HOUR_S);
    assert_eq!(
        follower.states(world.clock.now()),
        "ppppss..",
        "the client knows by its clock"
    );
    follower.call(&engine).await;
    assert_eq!(
        follower.states(world.clock.now()),
        "pppppp..",
        "it called all the same, and was told"
    );
    follower.refresh(&engine).await;
    assert_eq!(follower.states(world.clock.now()), "pppppppp");
    let steps = follower.steps(world.clock.now());
    assert!(steps.stage("H").unwrap().why.ends_with("kept the old one"));
    follower.log_in(&engine).await;
    assert_eq!(
        follower.states(world.clock.now()),
        "pp......",
        "a new login begins anew"
    );
}

#[tokio::test]
async fn the_ten_steps_follow_what_happens() {
    let world = World::new();
    let engine = world.engine().await;
    let mut follower = Follower::of(&engine, "mycorp-auth").await;
    assert_eq!(follower.states(world.clock.now()), ".p........");
    follower.log_in(&engine).await;
    assert_eq!(follower.states(world.clock.now()), "pppppppp..");
    follower.call(&engine).await;
    follower.refresh(&engine).await;
    assert_eq!(follower.states(world.clock.now()), "pppppppppp");
    let steps = follower.steps(world.clock.now());
    assert_eq!(
        steps.stage("7").unwrap().why,
        "RS256, kid auth-key-2025: the configured key"
    );
}

#[tokio::test]
async fn a_failed_login_stops_the_steps_and_a_dismissed_one_leaves_those_before() {
    let world = World::new();
    let engine = world.engine().await;
    let mut follower = Follower::of(&engine, "mycorp-auth").await;
    follower.log_in(&engine).await;
    let (reporter, mut ear) = reporter();
    let options = LoginOptions {
        given: Given {
            password: Some(Secret::from("wrong")),
            ..Given::default()
        },
        ..with_browser()
    };
    follower.journey.login_began();
    let failure = engine
        .login(&slug("mycorp-auth"), options, &reporter)
        .await
        .unwrap_err();
    follower.hear(&mut ear);
    follower.journey.failed(OperationKind::Login, &failure);
    assert_eq!(follower.states(world.clock.now()), "pppFssssss");
    follower.journey.dismiss();
    assert_eq!(follower.states(world.clock.now()), "pppppppp..");
}

#[tokio::test]
async fn a_login_in_the_place_of_a_refused_refresh_begins_the_steps_anew() {
    let world = World::new();
    let engine = world.engine().await;
    change(&engine, "redcore", |profile| {
        profile.login_fallback = LoginFallback::Automatic;
    })
    .await;
    let mut follower = Follower::of(&engine, "redcore").await;
    follower.log_in(&engine).await;
    follower.call(&engine).await;
    advance_s(&world, 14 * 24 * HOUR_S);
    let (reporter, mut ear) = reporter();
    let renewal = Renewal {
        login: with_browser,
        ask: async |_: &Failure| panic!("nobody is asked"),
    };
    let never = CancellationToken::new();
    let renewed = engine
        .refresh_or_login(&slug("redcore"), renewal, &never, &reporter)
        .await;
    assert!(matches!(renewed, Ok(Renewed::LoggedIn(_))));
    follower.hear(&mut ear);
    assert_eq!(follower.states(world.clock.now()), "pp......");
}

#[tokio::test]
async fn a_token_that_is_revoked_leaves_the_steps_as_they_are() {
    let world = World::new();
    let engine = world.engine().await;
    let mut follower = Follower::of(&engine, "redcore").await;
    follower.log_in(&engine).await;
    follower.call(&engine).await;
    let session = engine.session(&slug("redcore")).unwrap();
    follower.journey.apply(&EventKind::SessionChanged {
        slug: slug("redcore"),
        session: Arc::new(Session {
            revoked: vec![TokenKind::Access],
            ..Session::clone(&session)
        }),
    });
    assert_eq!(follower.states(world.clock.now()), "pppp....");
}

#[tokio::test]
async fn a_profile_of_another_system_has_no_steps() {
    let world = World::new();
    let server = Server::start([]).await;
    let engine = world.engine_at(&server.url).await;
    for profile in [custom(&server.url), engine.profile(&slug("erp-net")).await.unwrap()] {
        assert_eq!(Journey::default().walkthrough(&profile, world.clock.now()), None);
    }
}
