//! Pictures of whole screens.

use egui::Theme;
use egui_kittest::SnapshotResults;

use crate::support::Window;

const LARGE: (f32, f32) = (1280.0, 800.0);
const SMALL: (f32, f32) = (900.0, 600.0);

fn window(size: (f32, f32), theme: Theme) -> Window {
    Window::sized(size.0, size.1, theme)
}

#[test]
fn claims_look_as_they_did() {
    let mut results = SnapshotResults::new();
    for (name, size, theme) in [
        ("claims_dark", LARGE, Theme::Dark),
        ("claims_light", LARGE, Theme::Light),
        ("claims_small_dark", SMALL, Theme::Dark),
        ("claims_small_light", SMALL, Theme::Light),
    ] {
        let mut window = window(size, theme).with_profiles().with_session();
        results.add(window.harness.try_snapshot(name));
    }
}
