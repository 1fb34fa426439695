//! Looking closer at what stands on a page, and stepping back.

use super::{App, EngineLink};
use crate::engine::Command;
use crate::gui::comparing::Comparing;
use crate::gui::scratchpad::ScratchTab;
use crate::gui::screen::{Page, Tab};
use crate::model::Slug;

impl<E: EngineLink> App<E> {
    /// Nothing runs that could be cancelled: Esc closes what was opened last on the page.
    pub(super) fn close_something(&mut self) {
        if self.state.screen.page == Some(Page::Scratchpad) {
            return self.close_in_scratchpad();
        }
        let tab = self.state.screen.tab();
        if tab == Some(Tab::Claims) {
            self.inputs.claims.close();
        } else if tab == Some(Tab::Checks) {
            self.inputs.checks.close();
        } else if tab == Some(Tab::Timeline) && self.state.comparing.take().is_none() {
            self.inputs.timeline.chosen = None;
        }
    }

    fn close_in_scratchpad(&mut self) {
        let (pad, input) = (&mut self.state.scratchpad, &mut self.inputs.scratch);
        match pad.tab {
            ScratchTab::Claims => {
                input.pane.close();
            }
            ScratchTab::Findings => input.checks.close(),
            ScratchTab::Compare => pad.compared = None,
            ScratchTab::Edit => {}
        }
    }

    /// Asks for two rows with their claims, and opens the place where they are compared.
    pub(super) fn compare(&mut self, slug: Slug, rows: [i64; 2]) {
        let request = self.send(Command::ReadTokens(slug.clone(), rows.to_vec()));
        self.state.comparing = request.map(|id| Comparing::new(slug.clone(), Some(id)));
        self.state.screen.page = Some(Page::Profile(slug, Tab::Timeline));
    }
}
