//! The window. It shows what the engine tells and asks the engine for what the person wants; it decides nothing else.
//!
//! [`run()`] opens the window. [`app`] drains the engine's events into a [`state::State`], draws the [`views`], and carries out the
//! [`action::Action`]s that the views pushed. [`inputs`] holds what is typed, [`form_group`] how a profile's form is divided,
//! [`planned`] what it will send, [`token_pane`] what is chosen where a token is shown, [`token_sheet`] what is worked out of
//! a token once, [`elsewhere`] does on a thread what is too long for a frame. [`command`] lists what can be asked for from anywhere. [`theme`] holds
//! every colour, size and font, [`widgets`] the controls made of them.

pub mod action;
pub mod app;
pub mod asking;
pub mod check_list;
pub mod check_report;
pub mod claim_row;
pub mod command;
pub mod comparing;
pub mod comparison_report;
pub mod comparison_sheet;
pub mod discovering;
pub mod elsewhere;
pub mod form_group;
pub mod inputs;
pub mod item;
pub mod json_lines;
pub mod json_look;
pub mod login_progress;
pub mod login_prompt;
pub mod logout_progress;
pub mod planned;
pub mod run;
pub mod scratchpad;
pub mod screen;
pub mod spec_link;
pub mod state;
pub mod theme;
pub mod times;
pub mod token_pane;
pub mod token_sheet;
pub mod views;
pub mod visible_text;
pub mod widgets;
mod words;

pub use run::run;
