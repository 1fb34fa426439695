//! The window, driven by what a person sees: controls are found by their accessible names, events go in, commands come
//! out. Pictures come last.

mod behaviour;
mod checks;
mod claims;
mod comparison;
mod discover;
mod endpoints;
mod findings;
mod forms;
mod gallery;
mod pictures;
mod places;
mod preview;
mod replacing;
mod scratchpad;
#[expect(
    clippy::unwrap_used,
    reason = "a story that cannot be told should fail where it breaks"
)]
mod support;
mod tokens;
mod walkthrough;
mod whole;
