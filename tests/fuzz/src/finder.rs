//! Any text is searched without a panic, and what is found stands there.
#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use tokenscope::model::find::find;
use tokenscope::model::jwt;

fuzz_target!(|text: &str| {
    let mut seen = HashSet::new();
    let mut last = 0;
    for found in find(text) {
        let token = found.token.expose();
        let raw = text
            .get(found.range.clone())
            .expect("a range lies on the text's characters");
        assert!(!token.is_empty() && !raw.is_empty());
        assert!(token.len() <= text.len(), "nothing is added");
        assert!(!found.places.is_empty());
        assert!(found.places.iter().all(|place| !place.is_empty() && place.len() < 200));
        assert!(last <= found.range.start, "they come in the order of the text");
        last = found.range.start;
        assert!(seen.insert(token.to_owned()), "each is listed once");
        if found.notes.is_empty() {
            assert_eq!(raw, token, "where nothing was undone the token stands there as it is");
        }
        let _ = jwt::decode(token);
    }
    let is_one_word =
        !text.trim().is_empty() && !text.contains(char::is_whitespace) && text.chars().all(char::is_alphanumeric);
    assert!(!is_one_word || !seen.is_empty(), "a word alone is a token");
});
