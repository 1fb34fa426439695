//! Where the keyboard is, where things are in a small window, and what stands between a form and a login.

use egui::{Key, Modifiers, Rect, Theme};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tokenscope::engine::{Command, EventKind, Failure, OperationId, OperationKind};
use tokenscope::model::history::{HistoryEntry, HistoryKind};
use tokenscope::model::profile::ClientAuthentication;
use tokenscope::model::template::Template;
use tokenscope::model::{Profile, Slug};

use crate::discover::{document, finding, sound};
use crate::support::{Window, now, profile, trusted};

const CTRL: Modifiers = Modifiers::COMMAND;

fn small() -> Window {
    Window::sized(900.0, 600.0, Theme::Dark)
}

fn is_focused(window: &Window, name: &str) -> bool {
    window.control(name).accesskit_node().is_focused()
}

fn place(window: &Window, words: &str) -> Rect {
    let node = window.harness.query_all_by_label_contains(words).next();
    node.unwrap_or_else(|| panic!("{words:?} is not there")).rect()
}

fn value(window: &Window, name: &str) -> String {
    window.control(name).accesskit_node().value().unwrap_or_default()
}

fn logins(window: &Window) -> usize {
    let asked = window.asked();
    asked
        .iter()
        .filter(|(_, command)| matches!(command, Command::Login(..)))
        .count()
}

#[test]
fn a_profile_whose_form_is_not_saved_does_not_log_in() {
    let mut window = Window::new().with_profiles();
    window.click("Profile");
    window.type_into("Notes", "not saved");
    window.asked();
    assert!(window.control("Log in").accesskit_node().is_disabled());
    window.keys(CTRL, Key::L);
    assert!(window.sees("Save or revert the changes first"));
    window.keys(CTRL, Key::K);
    window.type_into("Search profiles and commands", "log in");
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(logins(&window), 0);
    window.click("Revert");
    window.keys(CTRL, Key::L);
    assert_eq!(logins(&window), 1);
}

#[test]
fn a_login_without_its_client_secret_says_so_before_it_asks_for_a_password() {
    let profile = Profile {
        base_url: "https://login.example.com".to_owned(),
        client_authentication: ClientAuthentication::ClientSecretPost,
        ..Template::find("redcore").expect("it is there").profile()
    };
    let mut window = Window::new().with_profile(profile);
    window.asked();
    window.keys(CTRL, Key::L);
    assert_eq!(logins(&window), 0);
    assert!(!window.sees("User name") || !window.sees("Password"));
    let words = "enter “Client secret” first";
    assert!(window.harness.query_all_by_label_contains(words).next().is_some());
    assert!(window.sees("Client secret"), "its form is open");
}

#[test]
fn the_age_of_what_happened_last_grows_without_a_session() {
    let mut window = Window::new().with_profiles();
    let failed = HistoryEntry::new(trusted(), now(), HistoryKind::LoginFailed);
    window.tell(OperationId::next(), EventKind::HistoryAdded(Box::new(failed)));
    assert!(window.sees("Login failed now"));
    assert!(window.wants_to_draw_after().as_millis() <= 1001);
    window.wait_s(90);
    assert!(window.sees("Login failed 1 min ago"));
    let after = window.wants_to_draw_after().as_secs();
    assert!((29..=30).contains(&after), "{after}: until the next whole minute");
}

#[test]
fn nothing_is_saved_behind_a_dialog() {
    let mut window = Window::new().with_profiles();
    window.click("Profile");
    window.type_into("Notes", "half");
    window.click("Delete…");
    window.asked();
    window.keys(CTRL, Key::S);
    assert!(window.asked().is_empty());
    window.keys(Modifiers::NONE, Key::Escape);
    window.keys(CTRL, Key::S);
    assert!(matches!(window.only_request().1, Command::SaveProfile(_)));
}

#[test]
fn the_keyboard_comes_back_from_a_dialog_to_where_it_was() {
    let mut window = Window::new().with_profiles();
    window.click("Profile");
    window.control("Delete…").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(window.sees("Delete profile"));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("Delete profile") && is_focused(&window, "Delete…"));
    window.control("Notes").focus();
    window.settle();
    window.keys(CTRL, Key::K);
    assert!(!is_focused(&window, "Notes"));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(is_focused(&window, "Notes"));
}

#[test]
fn the_address_keeps_the_keyboard_after_enter_and_the_status_bar_says_what_runs() {
    let (mut window, id) = Window::new().with_profiles().looking();
    assert!(is_focused(&window, "Address"));
    assert!(window.sees("Discovering login.example.com…") && !window.sees("Idle"));
    window.finish(id, Err(Failure::cancelled()));
    assert!(window.sees("Cancelled. Discover again, or change the address"));
    assert!(window.sees("Idle"));
}

#[test]
fn another_address_gets_neither_name_nor_client_id_of_the_last_one() {
    let mut window = Window::new().with_profiles().found(sound());
    window.type_into("Client id", "app-1");
    let look = |window: &mut Window, address: &str| {
        window.type_into("Address", address);
        window.keys(Modifiers::NONE, Key::Enter);
        let (id, _) = window.only_request();
        let found = finding(&document(&format!("https://{address}")));
        window.tell(id, EventKind::Discovered(Box::new(found)));
        window.finish(id, Ok(()));
    };
    look(&mut window, "other.example.com");
    assert_eq!(value(&window, "Name"), "other.example.com");
    assert_eq!(value(&window, "Client id"), "");
    window.type_into("Name", "Mine");
    window.type_into("Client id", "app-2");
    look(&mut window, "other.example.com");
    assert_eq!(value(&window, "Client id"), "app-2", "the same server");
    look(&mut window, "third.example.com");
    assert_eq!(value(&window, "Name"), "Mine", "what a person wrote stays");
}

#[test]
fn pages_stay_in_a_small_window() {
    let found = small().with_profiles().found(sound());
    for words in ["Create profile", "does not name RS256", "Client id"] {
        assert!(place(&found, words).right() <= 884.0, "{words}");
    }
    let mut demo = small().with_profiles();
    demo.click("Demo server");
    for words in [
        "user name / password",
        "new.hire / demo",
        "always_issue_new_refresh_token",
        "Stop",
    ] {
        assert!(place(&demo, words).right() <= 884.0, "{words}");
    }
}

#[test]
fn a_long_name_leaves_the_status_bar_in_the_window() {
    let named = Profile {
        name: "An application whose name somebody wrote as a whole sentence ".repeat(4),
        insecure: true,
        ..profile()
    };
    let slug = named.slug.clone();
    let mut window = small().with_profile(named);
    let kind = OperationKind::Login;
    window.tell(OperationId::next(), EventKind::Started { slug: Some(slug), kind });
    let bar = |words: &str| {
        let mut found = window.harness.query_all_by_label_contains(words);
        found.find(|node| node.rect().top() > 560.0).map(|node| node.rect())
    };
    for words in ["Insecure", "Logging in to", "in memory only"] {
        let rect = bar(words).unwrap_or_else(|| panic!("{words}"));
        assert!(rect.right() <= 900.0, "{words}: {rect:?}");
    }
}

#[test]
fn a_message_does_not_lie_on_the_buttons_of_a_form() {
    let mut window = small().with_profiles();
    window.click("Profile");
    window.type_into("Notes", "x");
    window.keys(CTRL, Key::L);
    let message = place(&window, "Save or revert the changes first");
    for button in ["Save", "Revert"] {
        let button = window.control(button).rect();
        assert!(!message.expand(8.0).intersects(button), "{message:?} on {button:?}");
    }
}

#[test]
fn the_list_follows_the_selection() {
    let profiles = (0..40)
        .map(|number| Profile {
            slug: Slug::from_name(&format!("app {number:02}")),
            name: format!("App {number:02}"),
            ..profile()
        })
        .collect();
    let mut window = small();
    let problems = Vec::new();
    window.tell(OperationId::next(), EventKind::Loaded { profiles, problems });
    window.keys(CTRL, Key::K);
    window.type_into("Search profiles and commands", "App 39");
    window.keys(Modifiers::NONE, Key::Enter);
    // Scrolling takes its time.
    for _ in 0..60 {
        window.harness.step();
    }
    let row = window.control("App 39").rect();
    assert!(row.bottom() < 500.0, "{row:?}");
}

#[test]
fn small_windows_look_as_they_did() {
    let mut results = SnapshotResults::new();
    let mut demo = Window::sized(900.0, 600.0, Theme::Light).with_profiles();
    demo.click("Demo server");
    results.add(demo.harness.try_snapshot("demo_small_light"));
    let mut other = sound();
    other.discovered.doubts = vec!["issuer is \"https://evil.example\": this document must not be used".to_owned()];
    let mut doubtful = small().with_profiles().found(other);
    results.add(doubtful.harness.try_snapshot("discover_doubtful_small_dark"));
    let named = Profile {
        name: "An application whose name somebody wrote as a whole sentence and then some more words".to_owned(),
        client_id: String::new(),
        insecure: true,
        ..profile()
    };
    let mut palette = small().with_profile(named);
    palette.keys(CTRL, Key::K);
    palette.type_into("Search profiles and commands", "application");
    results.add(palette.harness.try_snapshot("palette_long_small_dark"));
}
