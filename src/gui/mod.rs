//! The window. It shows what the engine tells and asks the engine for what the person wants; it decides nothing else.
//!
//! [`theme`] holds every colour, size and font, [`widgets`] the controls made of them.

pub mod theme;
pub mod widgets;
