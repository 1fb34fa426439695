//! That a profile's connection protects nothing: said before it is used, as the window does.

use super::printer::{Paint, Printer};
use crate::model::Profile;

/// Says so, where it is so.
pub(super) fn tell_insecure(printer: Printer, profile: &Profile) {
    if profile.insecure {
        let words = "▲ Insecure: certificates are not checked. Anybody on the way can read and change all of it";
        printer.tell(&printer.paint(Paint::Bad, words));
    }
}
