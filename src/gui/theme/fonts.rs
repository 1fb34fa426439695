//! The fonts in `assets/fonts` and the families made of them.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

pub(super) const MEDIUM: &str = "medium";
pub(super) const STRONG: &str = "strong";
pub(super) const NUMBERS: &str = "numbers";
pub(super) const FILLED: &str = "filled";

macro_rules! font {
    ($file:literal) => {
        (
            $file,
            include_bytes!(concat!("../../../assets/fonts/", $file)).as_slice(),
        )
    };
}

/// The families: each but [`FILLED`] ends with the icons and then with egui's own fonts, which have what ours lack.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let spare: Vec<String> = fonts.families[&FontFamily::Proportional].clone();
    let files = [
        font!("Inter-Regular.otf"),
        font!("Inter-Medium.otf"),
        font!("Inter-SemiBold.otf"),
        font!("Inter-SemiBold-Tabular.otf"),
        font!("JetBrainsMono-Regular.ttf"),
        font!("Phosphor.ttf"),
        font!("Phosphor-Fill.ttf"),
    ];
    for (name, bytes) in files {
        let mut data = FontData::from_static(bytes);
        if name.starts_with("Phosphor") {
            // Its glyphs stand on the baseline's height of an em: this centres them on the words beside them.
            data.tweak.y_offset_factor = -0.03;
            data.tweak.scale = 1.12;
        }
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    let named = |name: &str| FontFamily::Name(name.into());
    let families = [
        (FontFamily::Proportional, vec!["Inter-Regular.otf"]),
        (named(MEDIUM), vec!["Inter-Medium.otf"]),
        (named(STRONG), vec!["Inter-SemiBold.otf"]),
        (named(NUMBERS), vec!["Inter-SemiBold-Tabular.otf", "Inter-SemiBold.otf"]),
        (
            FontFamily::Monospace,
            vec!["JetBrainsMono-Regular.ttf", "Inter-Regular.otf"],
        ),
    ];
    for (family, first) in families {
        let mut names: Vec<String> = first.into_iter().map(str::to_owned).collect();
        names.push("Phosphor.ttf".to_owned());
        names.extend(spare.iter().cloned());
        fonts.families.insert(family, names);
    }
    // Nothing behind it: an outline in place of a filled sign would say something else.
    fonts
        .families
        .insert(named(FILLED), vec!["Phosphor-Fill.ttf".to_owned()]);
    fonts
}
