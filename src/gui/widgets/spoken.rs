//! What a screen reader says for a text that has a sign in it.

use egui::Response;

/// Gives a label other words for a screen reader than those on the screen.
pub trait SpokenAs {
    /// An icon is a character of its own, which a screen reader cannot say: `words` stand for the whole label.
    fn spoken_as(self, words: impl Into<String>);
}

impl SpokenAs for Response {
    fn spoken_as(self, words: impl Into<String>) {
        let words = words.into();
        // A label's text is its value in AccessKit, not its label.
        self.ctx.accesskit_node_builder(self.id, |node| node.set_value(words));
    }
}
