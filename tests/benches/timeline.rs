//! What a frame of the window costs when there is much to show, beside the same frame with little to show.
//!
//! `cargo bench --bench timeline`. No display is needed: the window is laid out and turned into triangles, but not
//! painted; what counts is the work of its thread. Each pair is measured in one run, in turn, and the medians and their ratio are printed.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints what it measured and stops at what it did not expect"
)]

mod work;

use std::collections::VecDeque;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use egui::{Context, Pos2, RawInput, Rect, Vec2};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokenscope::engine::{Command, Event, EventKind, OperationId, Previous, Session};
use tokenscope::gui::app::{App, EngineLink};
use tokenscope::gui::screen::{Page, Tab, ThemeChoice, TimelineFilter, TokenLook};
use tokenscope::gui::times::Times;
use tokenscope::model::checks::{Check, Outcome};
use tokenscope::model::clock::ManualClock;
use tokenscope::model::history::{HistoryEntry, HistoryKind, TokenRecord};
use tokenscope::model::lifetime::ServerTime;
use tokenscope::model::template::Template;
use tokenscope::model::{Profile, Secret, Token, TokenSet};

use work::Work;

const FRAMES: usize = 60;
const MEGABYTE: usize = 1024 * 1024;

fn main() {
    for filter in [TimelineFilter::All, TimelineFilter::Failures] {
        let what = format!("Timeline, {filter:?}: 100 and 100,000 rows");
        compare(&what, timeline(100, filter), timeline(100_000, filter));
    }
    let small = r#"{"sub":"admin","aud":"DomainApi"}"#;
    let text = format!(r#"{{"sub":"admin","note":"{}"}}"#, "x".repeat(MEGABYTE));
    compare("Claims: small, one claim of 1 MB", claims(small), claims(&text));
    let many: Vec<String> = (0..MEGABYTE / 256)
        .map(|n| format!(r#""claim_{n:08}":"{}""#, "value ".repeat(38)))
        .collect();
    let many = format!("{{{}}}", many.join(","));
    compare("Claims: small, 1 MB in 4,096 claims", claims(small), claims(&many));
    let hostile: Vec<String> = (0..100_000).map(|n| format!(r#""c{n:05}":{n}"#)).collect();
    let hostile = format!("{{{}}}", hostile.join(","));
    compare("Claims: small, 100,000 claims", claims(small), claims(&hostile));
    for (what, much) in [
        ("one claim of 1 MB", &text),
        ("1 MB in 4,096 claims", &many),
        ("100,000 claims", &hostile),
    ] {
        let what = format!("JSON: small, {what}");
        compare(&what, as_json(claims(small)), as_json(claims(much)));
    }
    compare("Checks: 2 and 200", checks(2), checks(200));
}

/// The same window with its token as JSON.
fn as_json(mut window: Window) -> Window {
    window.app.state.screen.look = TokenLook::Json;
    window
}

/// The tab Checks with so many of them, a quarter of each outcome.
fn checks(count: usize) -> Window {
    let outcomes = [Outcome::Pass, Outcome::Warn, Outcome::Fail, Outcome::Skip];
    let groups = ["id_token", "response", "refresh", "callback", "transport"];
    let checks = (0..count).zip(outcomes.into_iter().cycle()).map(|(n, outcome)| Check {
        id: format!("{}.rule_{n}", groups[n % groups.len()]).into(),
        outcome,
        message: "matches what was expected of it, as far as that is known".into(),
        spec: "OIDC Core §3.1.3.7".into(),
    });
    let session = Session {
        checks: checks.collect(),
        ..session(r#"{"sub":"admin","aud":"DomainApi"}"#)
    };
    let (slug, session) = (profile().slug, Arc::new(session));
    Window::new(Tab::Checks, vec![EventKind::SessionChanged { slug, session }])
}

fn compare(what: &str, mut little: Window, mut much: Window) {
    let first = (little.frame_ms(), much.frame_ms());
    let (mut small, mut large) = (Vec::new(), Vec::new());
    for _ in 0..FRAMES {
        small.push(little.frame_ms());
        large.push(much.frame_ms());
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let (small, large) = (median(small), median(large));
    println!(
        "{what:<44} {small:>7.2} ms {large:>7.2} ms   ratio {:.2}   (first frame {:.1} ms, {:.1} ms)",
        large / small,
        first.0,
        first.1
    );
}

/// Tells what was put in and does nothing.
struct Story(VecDeque<EventKind>);

impl EngineLink for Story {
    fn send(&self, _command: Command) -> Result<OperationId, String> {
        Ok(OperationId::next())
    }

    fn next_event(&mut self) -> Option<Event> {
        let operation = OperationId::next();
        self.0.pop_front().map(|kind| Event { operation, kind })
    }
}

struct Window {
    ctx: Context,
    app: App<Story>,
    time_s: f64,
}

impl Window {
    fn new(tab: Tab, events: Vec<EventKind>) -> Self {
        let ctx = Context::default();
        let profiles = vec![profile()];
        let problems = Vec::new();
        let mut story = VecDeque::from(vec![EventKind::Loaded { profiles, problems }]);
        story.extend(events);
        let clock = Arc::new(ManualClock::new(now()));
        let times = Times::new(TimeZone::UTC);
        let mut app = App::new(&ctx, Story(story), clock, times, ThemeChoice::Dark);
        app.drain(&ctx);
        app.state.screen.page = Some(Page::Profile(profile().slug, tab));
        Self { ctx, app, time_s: 0.0 }
    }

    fn frame_ms(&mut self) -> f64 {
        self.time_s += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, Vec2::new(1280.0, 800.0))),
            time: Some(self.time_s),
            ..RawInput::default()
        };
        let started = Work::now();
        self.app.drain(&self.ctx);
        let app = &mut self.app;
        let mut output = self.ctx.run_ui(input, |ui| app.show(ui));
        let shapes = std::mem::take(&mut output.shapes);
        let triangles = self.ctx.tessellate(shapes, output.pixels_per_point);
        let took_ms = started.elapsed_ms();
        assert!(!triangles.is_empty(), "nothing was drawn");
        output.drop_without_applying_deltas();
        took_ms
    }
}

fn now() -> Timestamp {
    "2026-11-20T13:11:10Z".parse().unwrap()
}

fn profile() -> Profile {
    Template::find("erp-net").unwrap().profile()
}

fn timeline(rows: i64, filter: TimelineFilter) -> Window {
    let kinds = [HistoryKind::Refresh, HistoryKind::ApiCall, HistoryKind::RefreshFailed];
    let entries: Vec<HistoryEntry> = (0..rows)
        .rev()
        .zip(kinds.into_iter().cycle())
        .map(|(id, kind)| HistoryEntry {
            id: id + 1,
            latency_ms: Some(212.0),
            note: "code id_token · admin".to_owned(),
            ..HistoryEntry::new(profile().slug, now(), kind)
        })
        .collect();
    let slug = profile().slug;
    let mut window = Window::new(Tab::Timeline, vec![EventKind::HistoryLoaded { slug, entries }]);
    window.app.state.screen.filter = filter;
    window
}

fn claims(claims: &str) -> Window {
    let (slug, session) = (profile().slug, Arc::new(session(claims)));
    Window::new(Tab::Claims, vec![EventKind::SessionChanged { slug, session }])
}

fn session(claims: &str) -> Session {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
    let access = Token::new(Secret::new(text), now(), Some(3600));
    Session {
        profile: profile(),
        generation: 2,
        previous: Some(Previous {
            access: Some(TokenRecord::of(&access)),
            id: None,
        }),
        tokens: TokenSet {
            access: Some(access),
            id: None,
            refresh: None,
            refresh_rotated: false,
            token_type: None,
            granted_scope: Vec::new(),
            login_claims: Vec::new(),
            scope: Vec::new(),
            received_at: now(),
            defects: Vec::new(),
        },
        signatures: Vec::new(),
        checks: Vec::new(),
        server_time: ServerTime::default(),
        latency_ms: 212.0,
        changed_at: now(),
        is_over: false,
        revoked: Vec::new(),
        logged_out: None,
        dpop: None,
    }
}
