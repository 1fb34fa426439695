//! What a keystroke in the scratchpad costs the window with a token of 1 MB, beside the same with a small one.
//!
//! `cargo bench --bench scratchpad`. No display is needed: the window is laid out and turned into triangles, but not
//! painted; what counts is the work of its thread. Two frames of each keystroke are measured: the one in which the key changes the text and the text is sent, and
//! the one that shows what came of it. Both have to fit into 16.7 ms.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints what it measured and stops at what it did not expect"
)]

mod work;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use egui::{Context, Event as Input, Key, Modifiers, Pos2, RawInput, Rect, Vec2};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokenscope::engine::{Command, Event, EventKind, InspectRequest, Inspected, OperationId, OperationKind};
use tokenscope::gui::app::{App, EngineLink};
use tokenscope::gui::scratchpad::ScratchTab;
use tokenscope::gui::screen::{Page, ThemeChoice, TokenLook};
use tokenscope::gui::times::Times;
use tokenscope::model::clock::ManualClock;
use tokenscope::model::inspection::{Inspection, Lens};

use work::Work;

const KEYS: usize = 30;
const MEGABYTE: usize = 1024 * 1024;
/// What a frame may take at 60 of them a second.
const FRAME_MS: f64 = 1000.0 / 60.0;

fn main() {
    let small = r#"{"sub":"admin","aud":"DomainApi"}"#.to_owned();
    let one = format!(r#"{{"sub":"admin","note":"{}"}}"#, "x".repeat(MEGABYTE * 3 / 4));
    let count = 100_000;
    let members: Vec<String> = (0..count).map(|n| format!(r#""{n}":1"#)).collect();
    let many = format!("{{{}}}", members.join(","));
    for tab in [ScratchTab::Claims, ScratchTab::Findings] {
        compare(&format!("{tab:?}: one claim of 1 MB"), tab, &small, &one);
        compare(&format!("{tab:?}: 100,000 claims"), tab, &small, &many);
    }
    let object = format!(r#"{{"sub":"admin","all":{many}}}"#);
    for (what, claims) in [
        ("one claim of 1 MB", &one),
        ("one object of 1 MB", &object),
        ("100,000 claims", &many),
    ] {
        open(what, claims);
    }
}

/// The frames in which something is opened for the first time, and the slowest of those until it is there.
fn open(what: &str, claims: &str) {
    let mut window = Window::new(ScratchTab::Claims, claims);
    let changed = claims.replacen("\"sub\"", "\"was\"", 1).replacen(":1,", ":2,", 500);
    let two = format!("{}\n{}", token(claims), token(&changed));
    window.app.open(Page::Scratchpad);
    window.frame_ms(vec![Input::Key {
        key: Key::A,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::COMMAND,
    }]);
    window.frame_ms(vec![Input::Paste(two)]);
    window.answer(2);
    let mut frames = vec![("result of two", window.frame_ms(Vec::new()))];
    window.app.state.screen.look = TokenLook::Json;
    frames.push(("JSON", window.slowest_ms()));
    window.app.state.scratchpad.tab = ScratchTab::Findings;
    frames.push(("Findings", window.slowest_ms()));
    let result = window.app.state.scratchpad.result.clone().expect("it was looked at");
    window.app.state.scratchpad.chosen = 1;
    window.app.state.scratchpad.compared = Some(result.flat()[0].1.token.fingerprint.clone());
    window.app.state.scratchpad.tab = ScratchTab::Compare;
    frames.push(("Compare", window.slowest_ms()));
    for (frame, took_ms) in frames {
        let verdict = if took_ms <= FRAME_MS {
            "fits a frame"
        } else {
            "TOO LATE"
        };
        println!("first look, {what:<20} {frame:<13} {took_ms:>7.2} ms   ({verdict})");
    }
}

fn token(claims: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims))
}

fn compare(what: &str, tab: ScratchTab, small: &str, large: &str) {
    let (mut little, mut much) = (Window::new(tab, small), Window::new(tab, large));
    let mut measured = [[Vec::new(), Vec::new()], [Vec::new(), Vec::new()]];
    for _ in 0..KEYS {
        for (at, window) in [&mut little, &mut much].into_iter().enumerate() {
            let (key_ms, result_ms) = window.keystroke();
            measured[0][at].push(key_ms);
            measured[1][at].push(result_ms);
        }
    }
    for (frame, [small, large]) in ["key and send", "result"].into_iter().zip(measured) {
        let median = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            (values[values.len() / 2], values[values.len() - 1])
        };
        let ((small, _), (large, worst)) = (median(small), median(large));
        let verdict = if large <= FRAME_MS { "fits a frame" } else { "TOO LATE" };
        println!(
            "{what:<32} {frame:<13} {small:>7.2} ms {large:>7.2} ms   ratio {:.2}   (worst {worst:.1} ms, {verdict})",
            large / small
        );
    }
}

/// Takes down what it is asked, and tells what it is given.
#[derive(Clone, Default)]
struct Story {
    asked: Rc<RefCell<Option<(OperationId, InspectRequest)>>>,
    events: Rc<RefCell<VecDeque<Event>>>,
}

impl EngineLink for Story {
    fn send(&self, command: Command) -> Result<OperationId, String> {
        let id = OperationId::next();
        if let Command::Inspect(request) = command {
            *self.asked.borrow_mut() = Some((id, *request));
        }
        Ok(id)
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.borrow_mut().pop_front()
    }
}

struct Window {
    ctx: Context,
    app: App<Story>,
    story: Story,
    time_s: f64,
}

impl Window {
    fn new(tab: ScratchTab, claims: &str) -> Self {
        let ctx = Context::default();
        let story = Story::default();
        let (problems, profiles) = (Vec::new(), Vec::new());
        story.events.borrow_mut().push_back(Event {
            operation: OperationId::next(),
            kind: EventKind::Loaded { profiles, problems },
        });
        let clock = Arc::new(ManualClock::new(now()));
        let times = Times::new(TimeZone::UTC);
        let mut app = App::new(&ctx, story.clone(), clock, times, ThemeChoice::Dark);
        app.drain(&ctx);
        app.open(Page::Scratchpad);
        app.state.scratchpad.tab = tab;
        let mut window = Self {
            ctx,
            app,
            story,
            time_s: 0.0,
        };
        window.frame_ms(Vec::new());
        window.frame_ms(vec![Input::Paste(token(claims))]);
        window.answer(1);
        for _ in 0..3 {
            window.frame_ms(Vec::new());
        }
        window
    }

    /// The frame of a key with the send, and the frame of its result, in milliseconds.
    fn keystroke(&mut self) -> (f64, f64) {
        let key_ms = self.frame_ms(vec![Input::Text("A".to_owned())]);
        self.answer(1);
        (key_ms, self.frame_ms(Vec::new()))
    }

    /// Looks at what was asked for, as the engine does on its own thread.
    fn answer(&self, tokens: usize) {
        let (operation, request) = self.story.asked.borrow_mut().take().expect("a text was sent");
        let (inspections, left_out) = Inspection::all(&request.text, &Lens::default(), now());
        assert_eq!(inspections.len(), tokens, "so many tokens stand there");
        let inspected = Inspected {
            inspections,
            left_out,
            keys: None,
            awaits_keys: false,
        };
        let finished = EventKind::Finished {
            slug: None,
            kind: OperationKind::Inspection,
            result: Ok(()),
        };
        for kind in [EventKind::Inspected(Arc::new(inspected)), finished] {
            self.story.events.borrow_mut().push_back(Event { operation, kind });
        }
    }

    /// The slowest frame until nothing is worked out any more on another thread.
    fn slowest_ms(&mut self) -> f64 {
        let mut slowest = self.frame_ms(Vec::new());
        let until = Instant::now() + Duration::from_secs(2);
        while Instant::now() < until {
            slowest = slowest.max(self.frame_ms(Vec::new()));
            std::thread::sleep(Duration::from_millis(5));
        }
        slowest
    }

    fn frame_ms(&mut self, events: Vec<Input>) -> f64 {
        self.time_s += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, Vec2::new(1280.0, 800.0))),
            time: Some(self.time_s),
            events,
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
