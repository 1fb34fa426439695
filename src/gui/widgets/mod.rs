//! The controls that the views are made of. Each draws itself in the theme's colours, has an accessible name, shows
//! where the keyboard is, and never tells a state by colour alone.

mod badge;
mod button;
mod card;
mod countdown_ring;
mod elide;
mod empty_state;
mod end_buttons;
mod field;
mod focus;
mod fold;
mod key_value;
mod notice;
mod qr_code;
mod segmented;
mod spoken;
mod steps;
mod table;
mod tabs;
mod token_text;

pub use badge::{Badge, chip, state_sign};
pub use button::Button;
pub use card::{card, card_frame, dialog_frame, section_label};
pub use countdown_ring::countdown_ring;
pub use elide::{elided, elided_middle, elided_with_tooltip, label_width};
pub use empty_state::EmptyState;
pub use end_buttons::{EndButton, row_with_buttons};
pub use field::{Field, field_row, text_field};
pub use focus::focus_ring;
pub use fold::fold_heading;
pub use key_value::key_value;
pub use notice::notice;
pub use qr_code::qr_code;
pub use segmented::segmented;
pub use spoken::SpokenAs;
pub use steps::{Step, StepState, steps};
pub use table::{Column, Picked, RowLook, Table, Width, walked};
pub use tabs::{Tab, tab_bar};
pub use token_text::token_text;
