//! Icons: characters of the Phosphor font, named as at phosphoricons.com. See `assets/README.md` for adding one.

macro_rules! icons {
    ($($name:ident = $character:literal,)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`")]
            pub const $name: &str = $character;
        )*

        #[cfg(test)]
        pub(super) const ALL: &[&str] = &[$($name),*];
    };
}

icons! {
    ARROW_CLOCKWISE = "\u{e036}",
    ARROW_COUNTER_CLOCKWISE = "\u{e038}",
    ARROW_RIGHT = "\u{e06c}",
    ARROW_SQUARE_OUT = "\u{e5de}",
    ARROWS_LEFT_RIGHT = "\u{e0a0}",
    BROWSER = "\u{e0f4}",
    CARET_DOWN = "\u{e136}",
    CARET_RIGHT = "\u{e13a}",
    CARET_UP = "\u{e13c}",
    CHECK = "\u{e182}",
    CHECK_CIRCLE = "\u{e184}",
    CIRCLE = "\u{e18a}",
    CIRCLE_HALF = "\u{e18c}",
    CIRCLE_NOTCH = "\u{eb44}",
    CLIPBOARD_TEXT = "\u{e198}",
    CLOCK = "\u{e19a}",
    CLOCK_COUNTER_CLOCKWISE = "\u{e1a0}",
    COPY = "\u{e1ca}",
    EYE = "\u{e220}",
    EYE_SLASH = "\u{e224}",
    FINGERPRINT = "\u{e23e}",
    HARD_DRIVES = "\u{e2a0}",
    HOURGLASS = "\u{e2b2}",
    INFO = "\u{e2ce}",
    KEY = "\u{e2d6}",
    KEYBOARD = "\u{e2d8}",
    LINK = "\u{e2e2}",
    LIST_BULLETS = "\u{e2f2}",
    LOCK = "\u{e2fa}",
    MAGNIFYING_GLASS = "\u{e30c}",
    MINUS = "\u{e32a}",
    MOON = "\u{e330}",
    PENCIL_SIMPLE = "\u{e3b4}",
    PLAY = "\u{e3d0}",
    PLUS = "\u{e3d4}",
    POWER = "\u{e3da}",
    PROHIBIT = "\u{e3de}",
    QUESTION = "\u{e3e8}",
    SHIELD_CHECK = "\u{e40c}",
    SHIELD_WARNING = "\u{e412}",
    SIDEBAR_SIMPLE = "\u{ec24}",
    SIGN_IN = "\u{e428}",
    SIGN_OUT = "\u{e42a}",
    STOP = "\u{e46c}",
    SUN = "\u{e472}",
    TIMER = "\u{e492}",
    TRASH = "\u{e4a6}",
    TRIANGLE = "\u{e4b0}",
    USER_CIRCLE = "\u{e4c4}",
    WARNING = "\u{e4e0}",
    WARNING_CIRCLE = "\u{e4e2}",
    X = "\u{e4f6}",
    X_CIRCLE = "\u{e4f8}",
}

/// Icons whose inside is filled. Drawn with `text::filled_font`.
pub mod filled {
    icons! {
        CHECK_CIRCLE = "\u{e184}",
        CIRCLE = "\u{e18a}",
        CIRCLE_HALF = "\u{e18c}",
        INFO = "\u{e2ce}",
        PLAY = "\u{e3d0}",
        STOP = "\u{e46c}",
        TRIANGLE = "\u{e4b0}",
        WARNING = "\u{e4e0}",
        WARNING_CIRCLE = "\u{e4e2}",
        X_CIRCLE = "\u{e4f8}",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{install, text};

    #[test]
    fn every_icon_is_in_its_font() {
        let ctx = egui::Context::default();
        install(&ctx);
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            ui.fonts_mut(|fonts| {
                for (icons, font) in [
                    (super::ALL, text::icon_font(16.0)),
                    (super::filled::ALL, text::filled_font(16.0)),
                ] {
                    for icon in icons {
                        assert!(fonts.has_glyphs(&font, icon), "{}", icon.escape_unicode());
                    }
                }
            });
        });
        output.drop_without_applying_deltas();
    }
}
