//! Each kind of damage, and properties of all text.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::model::members::{Reading, to_json};

fn names(json: &Json) -> Vec<&str> {
    json.members.iter().map(|m| m.name.as_str()).collect()
}

fn codes(json: &Json) -> Vec<&str> {
    json.faults.iter().map(|f| f.code).collect()
}

#[test]
fn clean_json_has_no_faults() {
    for (text, kind) in [
        (r#"{"a":1,"b":["x",{"c":null}],"d":"é"}"#, JsonKind::Object),
        ("{\"a\" : 1 ,\r\n\t\"b\": 2}", JsonKind::Object),
        ("{}", JsonKind::Object),
        ("[1,2]", JsonKind::Array),
        ("\"text\"", JsonKind::String),
        ("-1.5e3", JsonKind::Number),
        ("true", JsonKind::Boolean),
        (" null ", JsonKind::Null),
        ("9007199254740992", JsonKind::Number),
        (r#"{"a":"\ud83d\ude00"}"#, JsonKind::Object),
    ] {
        let json = read(text);
        assert_eq!((json.kind, codes(&json)), (kind, vec![]), "{text}");
    }
}

#[test]
fn each_kind_of_damage_is_mended_and_named() {
    for (text, code, mended) in [
        (r#"{"a":1,}"#, "trailing_comma", r#"{"a":1}"#),
        (
            r#"{"a":[1,],"b":{"c":2,},}"#,
            "trailing_comma",
            r#"{"a":[1],"b":{"c":2}}"#,
        ),
        (r#"{,"a":1,,"b":2}"#, "extra_comma", r#"{"a":1,"b":2}"#),
        (r#"{"a":1 "b":["x" "y"]}"#, "missing_comma", r#"{"a":1,"b":["x","y"]}"#),
        (
            r#"{'a':'it''s','b':'say "hi"'}"#,
            "single_quotes",
            r#"{"b":"say \"hi\""}"#,
        ),
        (r"{'a':'it\'s'}", "single_quotes", r#"{"a":"it's"}"#),
        (r#"{a:1,"b":{c:2}}"#, "unquoted_name", r#"{"a":1,"b":{"c":2}}"#),
        (
            r#"{"a":NaN,"b":-Infinity}"#,
            "not_a_number",
            r#"{"a":"NaN","b":"-Infinity"}"#,
        ),
        (r#"{"a":007,"b":.5}"#, "invalid_number", r#"{"a":"007","b":".5"}"#),
        (
            r#"{"a":True,"b":undefined}"#,
            "bare_word",
            r#"{"a":"True","b":"undefined"}"#,
        ),
        ("{\"a\":\"x\u{1}\ny\"}", "unescaped_control", r#"{"a":"x\u0001\ny"}"#),
        (r#"{"a":"C:\x"}"#, "invalid_escape", r#"{"a":"C:\\x"}"#),
        ("{\"a\":1/* one */,// two\n\"b\":2}", "comment", r#"{"a":1,"b":2}"#),
        ("\u{feff}{\"a\":1}", "byte_order_mark", r#"{"a":1}"#),
        (r#"{"a":1} and more"#, "text_behind", r#"{"a":1}"#),
        (r#"{"a"=1}"#, "no_colon", r#"{"a":1}"#),
        (r#"{"a":1,"b":"cut sho"#, "cut", r#"{"a":1}"#),
        (r#"{"a":1,"b":{"c":[1,2"#, "cut", r#"{"a":1}"#),
        (r#"{"a":1,"b":165505"#, "cut", r#"{"a":1}"#),
        (r#"{"a":1,"b":tru"#, "cut", r#"{"a":1}"#),
        (r#"{"a":1,"b""#, "cut", r#"{"a":1}"#),
        (r#"{"a":1,"#, "cut", r#"{"a":1}"#),
    ] {
        let json = read(text);
        assert_eq!(json.kind, JsonKind::Broken, "{text}");
        assert_eq!(codes(&json)[0], "invalid_json", "{text}");
        assert!(codes(&json).contains(&code), "{text}: {:?}", json.faults);
        assert_eq!(to_json(&json.members).get(), mended, "{text}");
    }
}

#[test]
fn a_list_is_mended_where_it_is_one() {
    for (text, faults) in [
        ("[1,]", vec![("invalid_json", 3), ("trailing_comma", 2)]),
        (" [1 \"x\"]", vec![("invalid_json", 4), ("missing_comma", 4)]),
        (
            "[{\"a\":1,},\"x\ty\"]",
            vec![("invalid_json", 8), ("trailing_comma", 7), ("unescaped_control", 12)],
        ),
        ("[1,{\"a\":", vec![("invalid_json", 8), ("cut", 8)]),
        (
            "[1] x",
            vec![("invalid_json", 4), ("text_behind", 4), ("unreadable", 4)],
        ),
    ] {
        let json = read(text);
        let found: Vec<_> = json.faults.iter().map(|fault| (fault.code, fault.offset)).collect();
        assert_eq!((json.kind, found), (JsonKind::Broken, faults), "{text}");
        assert_eq!(json.members, [], "{text}");
    }
    // An object whose brace was hit.
    assert_eq!(names(&read(r#"["alg":"HS256","typ":"JWT"}"#)), ["typ"]);
}

#[test]
fn one_byte_is_told_as_one_place() {
    for (text, code) in [
        ("{\"a\":\"x\ty\"}", "unescaped_control"),
        (r#"{"a":1"#, "cut"),
        (r#"{"a":"x"#, "cut"),
        (r#"{"a":"C:\x"}"#, "invalid_escape"),
        (r#"{"a":1} x"#, "text_behind"),
    ] {
        let json = read(text);
        let at = |code: &str| {
            json.faults
                .iter()
                .find(|fault| fault.code == code)
                .map(|fault| fault.offset)
        };
        assert_eq!(at("invalid_json"), at(code), "{text}: {:?}", json.faults);
    }
}

#[test]
fn behind_a_break_reading_goes_on_with_the_next_member() {
    for (text, found) in [
        // The seed's header.
        (
            "{'\u{1c}pg\":\"RS256\",\"kid\":\"B\",\"typ\":\"at+jwt\"}",
            vec!["'\u{1c}pg", "kid", "typ"],
        ),
        (r#"{"a":1,"is_admin-^{"true","b":"x"}"#, vec!["a", "b"]),
        (r#"{"a":"x"y","b":1}"#, vec!["b"]),
        (r#"{"alg":"RS256,"kid":"x","typ":"JWT"}"#, vec!["kid", "typ"]),
        (r#"{"alg:"RS256","kid":"x"}"#, vec!["kid"]),
        (r#"{"a":1,"b":{"c":1 $$ "d":2,"e":3},"f":4}"#, vec!["a", "f"]),
        (r#"{"a":1,"b":[1,{]},"f":4}"#, vec!["a", "f"]),
        (r#"{"a":1,"b":},"f":4}"#, vec!["a", "f"]),
        (r#"{"a":1}"b":2,"c":3}"#, vec!["a", "c"]),
        (r#"xx"a":1,"b":2}"#, vec!["b"]),
        (r#"{"iss":"https"//a.example","b":2}"#, vec!["b"]),
        (r#"{"a":1,/* open "b":2,"c":3}"#, vec!["a", "c"]),
        ("{\u{fffd}\u{fffd},\"b\":2}", vec!["b"]),
    ] {
        let json = read(text);
        assert_eq!(names(&json), found, "{text}: {:?}", json.faults);
        assert_eq!(json.members.last().unwrap().reading, Reading::AfterBreak, "{text}");
        assert!(
            codes(&json).contains(&"unreadable") || text.contains('\u{1c}'),
            "{text}"
        );
    }
    let first = &read(r#"{"a":1,$,"b":2}"#).members[0];
    assert_eq!((first.name.as_str(), first.reading), ("a", Reading::Clean));
}

#[test]
fn what_readers_disagree_on_is_named_in_clean_json() {
    for (text, code, offset) in [
        (r#"{"a":1,"b":2,"a":3}"#, "duplicate_name", 17),
        (r#"{"a":9007199254740993}"#, "large_number", 5),
        (r#"{"a":[1,-12345678901234567890]}"#, "large_number", 8),
        (r#"{"a":"x\ud800y"}"#, "lone_surrogate", 7),
        (r#"{"a":"\udc00\ud83d"}"#, "lone_surrogate", 6),
        (r#"{"\ud800":1}"#, "lone_surrogate", 2),
        (r#"{"a":"x\u0000"}"#, "control_character", 7),
        (r#"{"a":"x\ny"}"#, "", 0),
        ("{\"a\":\"x\u{85}\"}", "control_character", 7),
        ("{\"ad\u{202e}min\":1}", "bidi_control", 4),
        (r#"{"a":"\u202eb"}"#, "bidi_control", 6),
        ("{\"a\u{200b}\":1}", "invisible_character", 3),
        (r#"{"a":"\u200bb"}"#, "invisible_character", 6),
    ] {
        let json = read(text);
        assert_eq!(json.kind, JsonKind::Object, "{text}");
        match json.faults.as_slice() {
            [] => assert_eq!(code, "", "{text}"),
            [first, ..] => assert_eq!((first.code, first.offset), (code, offset), "{text}: {first:?}"),
        }
    }
    for text in [
        "{\"a\":12345678901234567890.5}",
        "{\"a\":1e30}",
        "{\"a\":\"12345678901234567890\"}",
    ] {
        assert_eq!(read(text).faults, [], "{text}");
    }
}

#[test]
fn a_name_that_stands_twice_inside_a_claim_is_named_with_the_way_to_it() {
    for (text, told) in [
        (r#"{"cnf":{"jkt":"a","jkt":"b"}}"#, vec![("cnf.jkt", 24)]),
        (
            r#"{"cnf":{ "jkt" : 1 , "a":{"jkt":2}, "jkt" :  3 }}"#,
            vec![("cnf.jkt", 45)],
        ),
        (r#"{"a":{"x":{"y":{"z":1,"z":2}}}}"#, vec![("a.x.y.z", 26)]),
        (
            r#"{"a":[{"x":1},{"x":2,"y":["x",{"b":1,"b":[]}],"x":3}]}"#,
            vec![("a.y.b", 41), ("a.x", 50)],
        ),
        (r#"{"a":{"j\u006b":1,"jk":2}}"#, vec![("a.jk", 23)]),
        // Names that look alike at first, and one that is deeper than looks are kept for.
        (r#"{"a":{"abcz":1,"aycz":2}}"#, vec![]),
        (
            r#"{"a":{"b":{"c":{"d":{"e":{"f":1,"g":{},"f":2}}}}}}"#,
            vec![("a.b.c.d.e.f", 43)],
        ),
        (r#"{"a":{"x":1,"x":2,"x":3}}"#, vec![("a.x", 16), ("a.x", 22)]),
        (r#"[{"x":1,"x":2}]"#, vec![("x", 12)]),
        // The same name in different objects, and texts that are no names.
        (r#"{"a":{"x":{"x":1},"y":{"x":1}},"b":{"x":1}}"#, vec![]),
        (r#"{"a":{"x":["y","y","x","x"],"y":"x"}}"#, vec![]),
        (r#"{"a":{"x":"\"y\":1,\"y\":2"}}"#, vec![]),
    ] {
        let json = read(text);
        assert_eq!(json.faults.len(), told.len(), "{text}: {:?}", json.faults);
        for (fault, (path, offset)) in json.faults.iter().zip(told) {
            assert_eq!(
                (fault.code, fault.offset),
                ("duplicate_name", offset),
                "{text}: {fault:?}"
            );
            assert!(fault.what.starts_with(&format!("“{path}” stands twice")), "{fault:?}");
            assert_eq!(fault.section, "RFC 8259 §4");
        }
    }
}

#[test]
fn inside_what_was_mended_a_name_has_the_place_of_its_claim() {
    let json = read("{a:{b:1,b:2}}");
    let twice = json.faults.iter().find(|fault| fault.code == "duplicate_name").unwrap();
    assert_eq!((twice.offset, json.members[0].reading), (3, Reading::Mended));
}

#[test]
fn a_hundred_thousand_names_inside_a_claim_are_held_against_each_other() {
    let names = |same: usize| -> Vec<String> { (0..100_000).map(|i| format!("\"n{}\":{i}", i % same)).collect() };
    let apart = format!("{{\"a\":{{{}}}}}", names(100_000).join(","));
    assert_eq!(read(&apart).faults, []);
    let twice = read(&format!("{{\"a\":{{{}}}}}", names(50_000).join(",")));
    assert_eq!(
        (codes(&twice), twice.faults[0].more),
        (vec!["duplicate_name"; 8], 49_992)
    );
    let claim = |i: usize| format!("\"c{i}\":{{\"x\":1,\"x\":2}}");
    let many = read(&format!("{{{}}}", (0..1000).map(claim).collect::<Vec<_>>().join(",")));
    assert_eq!((codes(&many), many.faults[0].more), (vec!["duplicate_name"; 8], 992));
    // Each of the names is far down, and many of them.
    let deep = format!("{}1{}", "{\"a\":1,\"a\":".repeat(20_000), "}".repeat(20_000));
    let deep = read(&format!("{{\"c\":{deep}}}"));
    assert_eq!(codes(&deep).iter().filter(|code| **code == "duplicate_name").count(), 8);
}

#[test]
fn deep_nesting_is_named_and_kept() {
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let json = read(&deep);
    assert_eq!((json.kind, codes(&json)), (JsonKind::Object, vec!["deep_nesting"]));
    assert_eq!(json.members[0].raw.len(), 200_001);
    let broken = read(&deep[..150_000]);
    assert_eq!((broken.kind, broken.members.len()), (JsonKind::Broken, 0));
}

#[test]
fn text_that_was_never_json_stays_text() {
    for text in ["plain", "", "a,b", "v2:{x}", "<html>"] {
        let json = read(text);
        assert_eq!(
            (json.kind, json.members.len(), json.faults.len()),
            (JsonKind::NoJson, 0, 0),
            "{text}"
        );
    }
}

#[test]
fn a_hundred_thousand_members_are_read_clean_and_broken() {
    let members: Vec<String> = (0..100_000).map(|i| format!("\"n{i}\":{i}")).collect();
    let text = format!("{{{}}}", members.join(","));
    assert_eq!(read(&text).members.len(), 100_000);
    let broken = text.replace("\"n7\":7,", "$$,").replace("\"n99999\"", "{{{\"x\"");
    assert_eq!(read(&broken).members.len(), 99_998);
    // What makes a careless reader go back again and again.
    for piece in [
        "{\"a\":",
        ",\"a\":{",
        "\"",
        "'",
        "{",
        "[",
        ",\"",
        "\\",
        "$,\"a\":{\"b\":1 ",
        "/*",
        ",\"a\":1//",
        ",\"a\":1/*",
        "{\"a\":'",
        "}\"a\":1,",
    ] {
        let _ = read(&format!("{{{}", piece.repeat(200_000 / piece.len())));
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn members_of_clean_json_are_those_of_serde_json(
        object in proptest::collection::hash_map(any::<String>(), json_value(), 0..6), pretty in any::<bool>()
    ) {
        let value = Value::Object(object.into_iter().collect());
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let json = read(&text);
        prop_assert_eq!(json.kind, JsonKind::Object);
        prop_assert_eq!(json.members.len(), value.as_object().unwrap().len());
        for member in &json.members {
            prop_assert_eq!(&value[member.name.as_str()], &member.value());
            prop_assert!(text[member.offset..].starts_with(member.raw.as_str()));
            if let Value::String(text) = &value[member.name.as_str()] {
                prop_assert_eq!(member.as_str().unwrap(), text.as_str());
            }
        }
    }

    #[test]
    fn the_mending_reader_reads_clean_json_as_serde_json_does(
        object in proptest::collection::hash_map(any::<String>(), json_value(), 0..6)
    ) {
        let value = Value::Object(object.into_iter().collect());
        let text = value.to_string();
        let mut faults = Faults::default();
        let (members, is_json) = recover::members(&text, &mut faults);
        prop_assert!(is_json, "{:?}", faults);
        // What nobody sees is written as an escape.
        let written: Value = serde_json::from_str(to_json(&members).get()).unwrap();
        prop_assert_eq!(written, value);
    }

    #[test]
    fn any_text_is_read_and_what_is_read_is_json(
        text in r#"(\{|\}|\[|\]|,|:|"|'|\\|\\u12|\\ud800|"a":|"b"|1|-|true|NaN|/\*|\*/|//|\n| |é|.)*"#
    ) {
        let json = read(&text);
        // Panics where a raw text is no JSON.
        let written = to_json(&json.members);
        prop_assert!(serde_json::from_str::<&RawValue>(written.get()).is_ok());
        for fault in &json.faults {
            prop_assert!(fault.offset <= text.len());
        }
    }

    #[test]
    fn an_object_with_one_byte_changed_keeps_its_other_members(at in 1_usize..80, byte in 0x20_u8..0x7f) {
        let text = r#"{"iss":"https://a.example","sub":"admin","aud":["x","y"],"exp":1655058024,"jti":"z"}"#;
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] = byte;
        let json = read(std::str::from_utf8(&bytes).unwrap());
        // One is hit, and at a comma two are.
        prop_assert!(json.members.len() >= 3, "{:?}: {:?}", String::from_utf8_lossy(&bytes), json.members);
    }
}
