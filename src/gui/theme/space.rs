//! Distances and radii, in points.

/// Between a sign and its word.
pub const XS: f32 = 4.0;
/// Between controls that belong together.
pub const S: f32 = 8.0;
/// Inside a card, between cards.
pub const M: f32 = 12.0;
/// Around the page.
pub const L: f32 = 16.0;
/// Between things that have nothing to do with each other.
pub const XL: f32 = 24.0;

/// Corners of chips.
pub const RADIUS_TAG: u8 = 4;
/// Corners of controls.
pub const RADIUS_CONTROL: u8 = 6;
/// Corners of cards.
pub const RADIUS_CARD: u8 = 8;

/// Height of a button.
pub const CONTROL: f32 = 30.0;
/// Height of a text field and of a segmented control.
pub const FIELD: f32 = 28.0;
/// Height of a table row.
pub const ROW: f32 = 30.0;
/// Height of the bar at the top.
pub const TOP_BAR: f32 = 44.0;
/// Height of the bar at the bottom.
pub const STATUS_BAR: f32 = 28.0;
/// Width of the sidebar.
pub const SIDEBAR: f32 = 248.0;
/// Width of the sidebar in a narrow window.
pub const SIDEBAR_NARROW: f32 = 208.0;
/// Below this width of the window, things fold.
pub const NARROW_WINDOW: f32 = 1080.0;
