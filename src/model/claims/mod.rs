//! What claims mean: names, values and times, each with where that is written.
//!
//! Start with [`Context::of`], made once a token: it knows which vendor it is. Then [`explain`] says what a name means
//! there, [`explain_value`] what its value means, and [`time_reading`] when it is. [`meaning`] needs no context: it is the
//! plain meaning of a name. The words themselves are tables of text in `glossary/` and `values/`, a line each.

mod explain;
mod explain_value;
mod glossary;
mod signs;
mod table;
mod time;
mod values;
mod vendor;

pub use explain::{Context, Explanation, Place, explain};
pub use explain_value::{Note, explain_value};
pub use glossary::{Meaning, meaning};
pub(in crate::model) use time::two_units;
pub use time::{TimeReading, TimeUnit, is_numeric_date, time_of, time_reading, time_value};
pub use vendor::{Vendor, VendorGuess};
