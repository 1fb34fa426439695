//! Colours by what they mean, in the dark and the light theme.

use egui::{Color32, Ui};

use super::colors::{rgb, shade};

/// Every colour of one theme.
#[derive(Debug)]
pub struct Palette {
    /// The window's ground.
    pub bg: Color32,
    /// Sidebar and bars.
    pub panel: Color32,
    /// Cards.
    pub card: Color32,
    /// Controls and chips on a card.
    pub raise: Color32,
    /// A control under the pointer.
    pub hover: Color32,
    /// Borders and rules between rows, 1 px.
    pub line: Color32,
    /// What is read first.
    pub text: Color32,
    /// Explanations.
    pub muted: Color32,
    /// Labels and units. Still readable: 4.5 to 1 on a card.
    pub faint: Color32,
    /// The one primary button, what is selected, the focus ring.
    pub accent: Color32,
    /// The primary button under the pointer.
    pub accent_hover: Color32,
    /// Words on [`Self::accent`].
    pub on_accent: Color32,
    /// The selected row.
    pub selected: Color32,
    /// All is well.
    pub ok: Color32,
    /// Ground of [`Self::ok`] in a badge.
    pub ok_bg: Color32,
    /// Look at this.
    pub warn: Color32,
    /// Ground of [`Self::warn`] in a badge.
    pub warn_bg: Color32,
    /// It failed.
    pub bad: Color32,
    /// Ground of [`Self::bad`] in a badge.
    pub bad_bg: Color32,
    /// First part of a JWT.
    pub header: Color32,
    /// Second part of a JWT.
    pub payload: Color32,
    /// Third part of a JWT.
    pub signature: Color32,
    /// Lies over the window while a dialog is open.
    pub backdrop: Color32,
}

pub(super) const DARK: Palette = Palette {
    bg: rgb(0x10_14_18),
    panel: rgb(0x15_1b_21),
    card: rgb(0x1a_21_29),
    raise: rgb(0x22_2b_35),
    hover: rgb(0x2b_36_43),
    line: rgb(0x29_33_3f),
    text: rgb(0xe4_e9_ef),
    muted: rgb(0x98_a6_b6),
    faint: rgb(0x85_92_a1),
    accent: rgb(0x6c_b2_ff),
    accent_hover: rgb(0x8a_c3_ff),
    on_accent: rgb(0x08_13_1f),
    selected: rgb(0x1d_3a_5c),
    ok: rgb(0x5f_d3_8d),
    ok_bg: rgb(0x17_32_26),
    warn: rgb(0xf2_b8_4b),
    warn_bg: rgb(0x35_2a_13),
    bad: rgb(0xff_7b_72),
    bad_bg: rgb(0x3a_1d_1c),
    header: rgb(0xf2_8a_c0),
    payload: rgb(0xb7_9c_ff),
    signature: rgb(0x5c_c8_e8),
    backdrop: shade(140),
};

pub(super) const LIGHT: Palette = Palette {
    bg: rgb(0xf3_f5_f8),
    panel: rgb(0xfa_fb_fc),
    card: rgb(0xff_ff_ff),
    raise: rgb(0xee_f2_f6),
    hover: rgb(0xe2_e8_ef),
    line: rgb(0xd9_e0_e8),
    text: rgb(0x17_21_2b),
    muted: rgb(0x54_64_75),
    faint: rgb(0x60_6f_81),
    accent: rgb(0x0b_63_c5),
    accent_hover: rgb(0x09_54_a8),
    on_accent: rgb(0xff_ff_ff),
    selected: rgb(0xdb_ea_fd),
    ok: rgb(0x13_7a_43),
    ok_bg: rgb(0xdf_f3_e7),
    warn: rgb(0x8a_5a_00),
    warn_bg: rgb(0xfb_ec_cb),
    bad: rgb(0xb3_26_1e),
    bad_bg: rgb(0xfb_e0_de),
    header: rgb(0xb0_24_6f),
    payload: rgb(0x62_38_c9),
    signature: rgb(0x06_70_8f),
    backdrop: shade(70),
};

/// The dark modules of a QR code. In both themes: cameras read dark on light.
pub const QR_DARK: Color32 = rgb(0);
/// The light ground of a QR code, in both themes.
pub const QR_LIGHT: Color32 = rgb(0xff_ff_ff);

/// The palette of the theme that `ui` is drawn in.
pub fn palette(ui: &Ui) -> &'static Palette {
    if ui.visuals().dark_mode { &DARK } else { &LIGHT }
}

/// A state. Wherever it gives a colour a sign or a word says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say.
    Neutral,
    /// Selected, or under way.
    Accent,
    /// All is well.
    Ok,
    /// Look at this.
    Warn,
    /// It failed.
    Bad,
}

impl Palette {
    /// The colour of words and signs in this state.
    pub const fn tone(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Neutral => self.muted,
            Tone::Accent => self.accent,
            Tone::Ok => self.ok,
            Tone::Warn => self.warn,
            Tone::Bad => self.bad,
        }
    }

    /// The ground below words in this state.
    pub const fn tone_bg(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Neutral => self.raise,
            Tone::Accent => self.selected,
            Tone::Ok => self.ok_bg,
            Tone::Warn => self.warn_bg,
            Tone::Bad => self.bad_bg,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.2.
    fn luminance(color: Color32) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(color.r()) + 0.7152 * channel(color.g()) + 0.0722 * channel(color.b())
    }

    /// Contrast ratio, WCAG 2.2 §1.4.3.
    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn contrast_is_measured_as_wcag_does() {
        assert!((contrast(rgb(0), rgb(0xff_ff_ff)) - 21.0).abs() < 0.01);
        assert!((contrast(rgb(0x76_76_76), rgb(0xff_ff_ff)) - 4.54).abs() < 0.01);
    }

    #[test]
    fn words_are_readable_wherever_they_stand() {
        for (theme, p) in [("dark", &DARK), ("light", &LIGHT)] {
            let grounds = [("bg", p.bg), ("panel", p.panel), ("card", p.card), ("raise", p.raise)];
            let words = [
                ("text", p.text),
                ("muted", p.muted),
                ("faint", p.faint),
                ("accent", p.accent),
                ("ok", p.ok),
                ("warn", p.warn),
                ("bad", p.bad),
                ("header", p.header),
                ("payload", p.payload),
                ("signature", p.signature),
            ];
            let mut pairs: Vec<(&str, Color32, &str, Color32)> = words
                .iter()
                .flat_map(|&(w, word)| grounds.iter().map(move |&(g, ground)| (w, word, g, ground)))
                .collect();
            pairs.extend([
                ("on_accent", p.on_accent, "accent", p.accent),
                ("on_accent", p.on_accent, "accent_hover", p.accent_hover),
                ("text", p.text, "selected", p.selected),
                ("text", p.text, "hover", p.hover),
                ("muted", p.muted, "selected", p.selected),
                ("accent", p.accent, "selected", p.selected),
                ("ok", p.ok, "ok_bg", p.ok_bg),
                ("warn", p.warn, "warn_bg", p.warn_bg),
                ("bad", p.bad, "bad_bg", p.bad_bg),
            ]);
            for (word_name, word, ground_name, ground) in pairs {
                let ratio = contrast(word, ground);
                assert!(
                    ratio >= 4.5,
                    "{theme}: {word_name} on {ground_name} has {ratio:.2} to 1, WCAG AA asks 4.5"
                );
            }
        }
    }

    #[test]
    fn state_signs_stand_out_on_the_selected_row() {
        for p in [&DARK, &LIGHT] {
            for sign in [p.ok, p.warn, p.bad, p.accent] {
                assert!(
                    contrast(sign, p.selected) >= 3.0,
                    "WCAG 2.2 §1.4.11 asks 3 to 1 for signs"
                );
            }
        }
    }
}
