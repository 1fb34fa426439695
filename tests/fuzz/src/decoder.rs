//! Any text is decoded without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = tokenscope::model::jwt::decode(text);
});
