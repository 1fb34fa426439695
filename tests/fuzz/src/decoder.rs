//! Any text is decoded without a panic, and what is said of it hangs together.
#![no_main]

use std::collections::HashSet;

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use tokenscope::model::checks::{Expected, Subject, judge_session_token};
use tokenscope::model::claims::{Context, Place, explain, explain_value};
use tokenscope::model::compare;
use tokenscope::model::history::TokenRecord;
use tokenscope::model::inspection::{Inspection, Lens};
use tokenscope::model::jwt::{self, Form};
use tokenscope::model::redact::{redact, redact_words};
use tokenscope::model::verify::{KeyMaterial, SignatureStatus, verify};
use tokenscope::model::{Secret, Token, members};

/// A shorter text may stand in its own record by chance.
const MIN_TELLING: usize = 16;

fuzz_target!(|text: &str| {
    let decoded = jwt::decode(text);
    assert_eq!(decoded, jwt::decode(text), "the same text is the same token");
    if decoded.form == Form::Opaque {
        assert!(decoded.header.members.is_empty(), "an opaque token has no header");
        assert!(decoded.payload.members.is_empty(), "an opaque token has no claims");
    }
    for part in [&decoded.header, &decoded.payload] {
        let json = members::to_json(&part.members);
        // Not as values: no `f64` holds 1e999, which is JSON all the same.
        let (again, result) = members::read_members(json.get());
        result.expect("what is written is a JSON object");
        let again: HashSet<&str> = again.iter().map(|member| member.name.as_str()).collect();
        for member in &part.members {
            assert!(again.contains(member.name.as_str()), "each member is written");
            let _ = (member.value(), part.get(&member.name), part.get_str(&member.name));
        }
        assert!(again.len() <= part.members.len());
        assert!(
            part.members.is_empty() || part.text.is_some(),
            "members are read from a text"
        );
    }
    for defect in &decoded.defects {
        assert!(!defect.code.is_empty() && !defect.message.is_empty());
        assert!(defect.message.len() < 2000, "a message is for reading");
    }

    let ranges = jwt::part_ranges(text);
    assert_eq!(ranges.last().map(|range| range.end), Some(text.len()));
    assert!(ranges.iter().all(|range| text.get(range.clone()).is_some()));

    let signature = verify(text, &decoded, &KeyMaterial::default());
    assert_ne!(
        signature.status,
        SignatureStatus::Valid,
        "without a key nothing is valid"
    );

    let secret = Secret::new(text);
    let token = Token::new(secret.clone(), Timestamp::UNIX_EPOCH, None);
    let record = serde_json::to_string(&TokenRecord::of(&token)).expect("a record is JSON");
    let debug = format!("{decoded:?}");
    for nested in &decoded.nested {
        let token = nested.token.expose();
        let signature = token.rsplit('.').next().unwrap_or_default();
        let is_telling = !token.starts_with('{') && signature.len() >= MIN_TELLING;
        // It may stand in a claim that holds no token, too.
        let is_once = text.len() > token.len() && token.matches(signature).count() == 1;
        if is_telling && is_once {
            assert!(!record.contains(token), "a record holds no token that stood in a claim");
            assert!(!debug.contains(token), "nor does Debug");
        }
    }
    let now = Timestamp::UNIX_EPOCH;
    let inspection = Inspection::of(secret.clone(), &Lens::default(), now);
    let _ = (inspection.is_good(), inspection.flat().len());
    let session = judge_session_token(&token, &signature, &Expected::default(), Subject::Id, now);
    assert!(!session.is_empty(), "an ID token is always judged");
    assert!(
        compare::decoded(&decoded, &decoded).is_empty(),
        "nothing differs from itself"
    );
    for (place, part) in [(Place::Header, &decoded.header), (Place::Claims, &decoded.payload)] {
        let context = Context::of(&decoded);
        for member in part.members.iter().take(100) {
            let _ = (
                explain(&member.name, place, &context),
                explain_value(&member.name, &member.value(), place, &context),
            );
        }
    }
    assert!(
        text.len() < MIN_TELLING || !record.contains(text),
        "a record does not hold the token"
    );
    assert!(!format!("{token:?}").contains("Secret(\""));

    let _ = (redact(text, &[]), redact_words(text, &[]));
    let redacted = redact(text, std::slice::from_ref(&secret));
    // A JWT keeps its header and its claims, and without a signature that is all of it.
    let is_all_kept = text.ends_with('.');
    assert!(
        text.len() < MIN_TELLING || is_all_kept || !redacted.contains(text),
        "a secret that is known is taken out"
    );
});
