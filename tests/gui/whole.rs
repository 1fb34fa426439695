//! The whole program but its screen: the window, the real engine, the embedded provider, and a person at the browser
//! who is played by the visitor of `tour`.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use egui::Vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::tz::TimeZone;
use tokenscope::cli::visitor;
use tokenscope::gui::app::App;
use tokenscope::gui::run::EngineThread;
use tokenscope::gui::screen::ThemeChoice;
use tokenscope::gui::times::Times;
use tokenscope::setup;
use tokenscope::system::SystemClock;
use url::Url;

/// Longest wait for one thing to happen; reached only when it never will.
const PATIENCE: Duration = Duration::from_secs(30);

struct Program {
    harness: Harness<'static, App<EngineThread>>,
    woken: Receiver<()>,
}

impl Program {
    fn start(data_dir: &Path) -> Self {
        let options = setup::Options {
            data_dir: Some(data_dir.to_owned()),
            open_browser: Arc::new(person_at_the_browser),
            ..setup::Options::default()
        };
        let (wake, woken) = sync_channel(1024);
        let engine = EngineThread::start(options, move || {
            // A full queue already holds a reason to look.
            let _ = wake.try_send(());
        });
        let harness = Harness::builder()
            .with_size(Vec2::new(1280.0, 800.0))
            .with_max_steps(20)
            .build_eframe(move |cc| {
                let times = Times::new(TimeZone::UTC);
                App::new(&cc.egui_ctx, engine, Arc::new(SystemClock), times, ThemeChoice::Dark)
            });
        Self { harness, woken }
    }

    fn sees(&self, words: &str) -> bool {
        self.harness.query_all_by_label_contains(words).next().is_some()
    }

    /// Draws after each thing that the engine tells, until `words` are there.
    fn wait_for(&mut self, words: &str) {
        loop {
            for _ in 0..3 {
                self.harness.step();
            }
            if self.sees(words) {
                return;
            }
            assert!(
                self.woken.recv_timeout(PATIENCE).is_ok(),
                "“{words}” never showed; there is {:?}",
                self.harness
                    .query_all(egui_kittest::kittest::By::default())
                    .filter_map(|node| node.accesskit_node().value())
                    .collect::<Vec<_>>()
            );
        }
    }

    fn click(&mut self, name: &str) {
        self.harness
            .query_all_by_label(name)
            .find(|node| node.accesskit_node().role() != egui::accesskit::Role::Label)
            .unwrap_or_else(|| panic!("no control is called {name:?}"))
            .click();
        for _ in 0..3 {
            self.harness.step();
        }
    }
}

/// Signs in as admin, on a thread of its own as a browser would.
#[expect(clippy::unnecessary_wraps, reason = "a browser can fail to open, this one cannot")]
fn person_at_the_browser(address: &Url) -> Result<(), String> {
    let address = address.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a thread can have a runtime");
        runtime
            .block_on(visitor::sign_in(&address, "admin", "admin"))
            .expect("the embedded provider lets admin in");
    });
    Ok(())
}

#[test]
fn a_login_with_a_password_needs_two_clicks_at_the_demo_server() {
    let dir = tempfile::tempdir().expect("a folder for a test");
    let mut program = Program::start(dir.path());
    program.wait_for("Not logged in");
    program.click("redCORE");
    program.click("Log in");
    program.wait_for("administrator");
    program.click("admin");
    program.wait_for("Logged in to redCORE");
    program.wait_for("opaque");
}

#[test]
fn from_the_click_to_the_countdown_to_the_refresh_and_it_is_remembered() {
    let dir = tempfile::tempdir().expect("a folder for a test");
    let mut program = Program::start(dir.path());
    program.wait_for("Not logged in");

    program.click("Log in");
    program.wait_for("Logged in to ERP.net trusted app");
    for words in ["Valid", "generation 1", "checks", "in 59 min"] {
        program.wait_for(words);
    }
    let counts = ["Access token: 1:00:00", "Access token: 59:"].map(|words| program.sees(words));
    assert!(counts.contains(&true), "the countdown of an hour has begun");

    program.click("Refresh now");
    program.wait_for("generation 2");
    assert!(program.sees("rotated"));
    assert!(program.sees("since generation 1"));
    // Until it has ended nothing else can begin.
    program.wait_for("Refreshed ERP.net trusted app: generation 2");

    program.click("Call API");
    program.wait_for("What the API said");
    program.wait_for("200");
    program.harness.key_press(egui::Key::Escape);
    program.harness.step();

    program.click("Timeline");
    for words in ["logged in", "refreshed", "API call 200"] {
        program.wait_for(words);
    }
    drop(program);

    let mut program = Program::start(dir.path());
    program.wait_for("Not logged in");
    program.click("Timeline");
    for words in ["logged in", "refreshed", "API call 200"] {
        program.wait_for(words);
    }
}
