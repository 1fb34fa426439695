//! Where the keyboard was before something was laid above the window.

use egui::{Context, Id};

/// What has the keyboard again once nothing lies above the window: else Tab would start at the first control.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// What had it, while something lies above.
    before: Option<Option<Id>>,
    /// What gets it back. egui gives it to nothing in the window before the frame after the last one with a dialog.
    coming_back: Option<Id>,
    /// What had it last in what lay above: that is gone.
    gone: Option<Id>,
}

impl Place {
    /// Looks whether something was laid above the window or went.
    pub(super) fn keep(&mut self, ctx: &Context, is_covered: bool) {
        if is_covered {
            if self.before.is_none() {
                let focused = ctx.memory(egui::Memory::focused);
                self.before = Some(focused.or(self.coming_back.take()));
            }
        } else if let Some(Some(id)) = self.before.take() {
            self.coming_back = Some(id);
            self.gone = ctx.memory(egui::Memory::focused);
            ctx.request_repaint();
        }
    }

    /// Gives the keyboard back at the end of a frame, unless something else took it.
    pub(super) fn give_back(&mut self, ctx: &Context) {
        if let Some(id) = self.coming_back.take() {
            ctx.memory_mut(|memory| {
                if memory.focused().is_none_or(|focused| Some(focused) == self.gone) {
                    memory.request_focus(id);
                }
            });
            ctx.request_repaint();
        }
    }
}
