//! The views: each a free function that draws what [`State`](super::state::State) says and pushes an
//! [`Action`](super::action::Action) for what the person does. No view calls the engine. [`window_ui`] is the whole window.

mod answer_claims;
mod api_answer;
mod ask;
mod claim_rows;
mod claims;
mod claims_table;
mod client_secret;
mod confirm;
mod confirm_revoke;
mod demo;
mod device_code;
mod discover;
mod discover_found;
mod empty;
mod failure;
mod field_control;
mod insecure;
mod item_state;
mod login;
mod login_again;
mod login_by_hand;
mod login_prompt;
mod login_steps;
mod logout;
mod missing_token;
mod new_profile;
mod notices;
mod page_head;
mod palette;
mod preview;
mod problems;
mod profile;
mod profile_fields;
mod profile_page;
mod raw_token;
mod shortcuts;
mod sidebar;
mod status_bar;
mod timeline;
mod token_badges;
mod token_cards;
mod top_bar;
mod walkthrough;
mod window;

pub use window::window_ui;
