use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::model::checks::{Outcome, TokenUse};
use crate::model::token::Token;
use crate::model::{Secret, seeds};

fn members(json: &str) -> Vec<Member> {
    let (members, result) = read_members(json);
    result.unwrap();
    members
}

fn compared(before: &str, after: &str) -> Comparison {
    compare(&members(before), &members(after))
}

fn names(members: &[Member]) -> Vec<&str> {
    members.iter().map(|member| member.name.as_str()).collect()
}

#[test]
fn what_came_went_and_changed_is_told_apart() {
    let c = compared(
        r#"{"sub":"admin","jti":"a","locale":"en"}"#,
        r#"{"jti":"b","sub":"admin","aud":"x"}"#,
    );
    assert_eq!(
        (names(&c.added), names(&c.removed), c.unchanged),
        (vec!["aud"], vec!["locale"], 1)
    );
    assert_eq!(c.changed[0].name, "jti");
    assert_eq!(
        (c.changed[0].before.as_str(), c.changed[0].after.as_str()),
        (r#""a""#, r#""b""#)
    );
    assert_eq!(c.summary().as_deref(), Some("1 changed, 1 new, 1 gone"));
    assert_eq!(c.mark("aud"), Some(Mark::Added));
    assert_eq!(c.mark("locale"), Some(Mark::Removed));
    assert!(matches!(c.mark("jti"), Some(Mark::Changed(_))));
    assert_eq!(c.mark("sub"), None);
}

#[test]
fn each_kind_of_value_says_what_exactly_changed() {
    for (name, before, after, words) in [
        ("exp", "1655058024", "1655061624", "+1 h 0 min"),
        ("exp", "1655061624", "1655058024", "−1 h 0 min"),
        (
            "iat",
            "1655058024",
            "1655058024000",
            "was in seconds, is in milliseconds",
        ),
        (
            "updated_at",
            r#""2022-06-12T18:20:24Z""#,
            "1655058024",
            "was a text, is a number",
        ),
        (
            "iat",
            "1655058024",
            r#""1655061624""#,
            "+1 h 0 min, was a number, is a text",
        ),
        ("roles", r#"["a","b"]"#, r#"["b","c"]"#, r#"gained "c", lost "a""#),
        ("roles", r#"["a","b"]"#, r#"["b","a"]"#, "the same in another order"),
        ("roles", r#"["a","a"]"#, r#"["a"]"#, r#"lost "a""#),
        ("roles", "[1.0]", "[1]", "gained 1, lost 1.0"),
        ("aud", r#""x""#, r#"["x"]"#, "was one value, is a list now"),
        ("aud", r#"["x"]"#, r#""x""#, "was a list, is one value now"),
        (
            "aud",
            r#""x""#,
            r#"["x","y"]"#,
            r#"gained "y", was one value, is a list now"#,
        ),
        (
            "scope",
            r#""openid email""#,
            r#""openid profile""#,
            r#"gained "profile", lost "email""#,
        ),
        ("scope", r#""a b""#, r#""b a""#, "the same in another order"),
        ("sub", r#""user-1""#, r#""user-2""#, "differs from character 6"),
        ("sub", r#""a""#, r#""b""#, "another value"),
        ("is_admin", "true", r#""true""#, "was true or false, is a text"),
        ("n", "1", "2", "another value"),
        (
            "realm_access",
            r#"{"roles":["a"],"x":{"y":1,"z":2}}"#,
            r#"{"roles":["b"],"x":{"z":2},"w":1}"#,
            "differs in roles, x.y, w",
        ),
        ("sub", r#""a","sub":"b""#, r#""b""#, "stands 1 times, before 2"),
    ] {
        let c = compared(&format!("{{\"{name}\":{before}}}"), &format!("{{\"{name}\":{after}}}"));
        assert_eq!(c.changed.len(), 1, "{name}: {before} -> {after}");
        assert_eq!(c.changed[0].difference.words(), words, "{name}: {before} -> {after}");
    }
}

#[test]
fn inside_an_object_each_difference_has_its_path_and_its_values() {
    let c = compared(
        r#"{"a":{"b":{"c":1,"d":2},"e":3}}"#,
        r#"{"a":{"b":{"c":9},"f":4,"e":3}}"#,
    );
    let Difference::Members(inner) = &c.changed[0].difference else {
        panic!("not an object");
    };
    let told: Vec<_> = inner
        .iter()
        .map(|i| (i.path.as_str(), i.before.as_deref(), i.after.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("a.b.c".trim_start_matches("a."), Some("1"), Some("9")),
            ("b.d", Some("2"), None),
            ("f", None, Some("4")),
        ]
    );
}

#[test]
fn where_long_texts_differ_is_shown_by_an_excerpt() {
    let long = |end: &str| format!("{{\"x\":\"{}{end}\"}}", "é".repeat(500));
    let c = compared(&long("one"), &long("two"));
    let Difference::Text { at, before, after } = &c.changed[0].difference else {
        panic!("not a text");
    };
    assert_eq!(
        (*at, before.as_str(), after.as_str()),
        (500, "…ééééééééone", "…éééééééétwo")
    );
}

#[test]
fn values_that_are_written_otherwise_are_unchanged() {
    let c = compared(
        r#"{"a":{"b":1,"c":[1, 2]},"d":"\u0041"}"#,
        r#"{"d":"A","a":{"c":[1,2],"b":1}}"#,
    );
    assert!(c.is_empty(), "{c:?}");
    assert_eq!(c.unchanged, 2);
    let digits = compared(r#"{"n":12345678901234567890123}"#, r#"{"n":12345678901234567890124}"#);
    assert_eq!(digits.changed.len(), 1);
}

#[test]
fn lifetimes_are_compared_whenever_the_tokens_were_issued() {
    for (before, after, words) in [
        (
            r#"{"iat":100,"exp":400}"#,
            r#"{"iat":1000,"exp":1600}"#,
            "lives 5 min 0 s longer",
        ),
        (
            r#"{"iat":100,"exp":400}"#,
            r#"{"nbf":1000,"exp":1300}"#,
            "lives as long: 5 min 0 s",
        ),
        (
            r#"{"iat":0,"exp":3600}"#,
            r#"{"iat":0,"exp":60}"#,
            "lives 59 min 0 s shorter",
        ),
    ] {
        assert_eq!(compared(before, after).lifetime.unwrap().words(), words);
    }
    assert_eq!(compared(r#"{"exp":1}"#, r#"{"exp":2}"#).lifetime, None);
}

fn token(header: &str, claims: &str) -> Token {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let text = format!("{}.{}.c2ln", part(header), part(claims));
    Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None)
}

fn told(before: &Token, after: &Token, how: Relation) -> Vec<(String, Weight)> {
    let verdicts = verdicts(before, after, [TokenUse::Access; 2], how);
    verdicts
        .remarks
        .into_iter()
        .map(|remark| (remark.name, remark.weight))
        .collect()
}

#[test]
fn what_a_change_means_depends_on_how_the_tokens_belong_together() {
    let header = r#"{"alg":"RS256"}"#;
    let before = token(header, r#"{"iss":"a","sub":"x","jti":"1","auth_time":10}"#);
    let after = token(header, r#"{"iss":"a","sub":"y","jti":"2","auth_time":20}"#);
    let of = |remarks: &[(String, Weight)], name: &str| remarks.iter().find(|(n, _)| n == name).map(|(_, w)| *w);
    let refreshed = told(&before, &after, Relation::Refresh);
    assert_eq!(of(&refreshed, "sub"), Some(Weight::Alarming));
    assert_eq!(of(&refreshed, "auth_time"), Some(Weight::Alarming));
    assert_eq!(of(&refreshed, "jti"), Some(Weight::Expected));
    assert_eq!(refreshed[0].1, Weight::Alarming, "the heaviest comes first");
    let unrelated = told(&before, &after, Relation::Unrelated);
    assert_eq!(of(&unrelated, "sub"), Some(Weight::Notable));
    assert_eq!(of(&unrelated, "auth_time"), Some(Weight::Expected));
}

#[test]
fn gained_and_lost_rights_and_bindings_are_said() {
    let before = token(
        r#"{"alg":"RS256","kid":"1"}"#,
        r#"{"scope":"a b","cnf":{"jkt":"x"},"exp":10}"#,
    );
    let after = token(r#"{"alg":"HS256","kid":"2","jku":"x"}"#, r#"{"scope":"a c"}"#);
    let verdicts = verdicts(&before, &after, [TokenUse::Access; 2], Relation::Unrelated);
    let says = |name: &str| {
        let remark = verdicts.remarks.iter().find(|remark| remark.name == name).unwrap();
        remark.words.as_str()
    };
    assert_eq!(says("scope"), r#"it allows something else: gained "c", lost "b""#);
    assert!(says("cnf").contains("no longer bound"));
    assert!(says("exp").contains("no longer ends"));
    assert!(says("alg").contains("shared secret"));
    assert!(says("kid").contains("another key"));
    assert!(says("jku").contains("must not be followed"));
}

#[test]
fn the_rules_of_a_refresh_are_asked_for_id_tokens_and_else_it_is_said_why_not() {
    use TokenUse::{Access, Any, Id};
    let header = r#"{"alg":"RS256"}"#;
    let before = token(
        header,
        r#"{"iss":"i","sub":"s","aud":"a","iat":1,"nonce":"n","at_hash":"h"}"#,
    );
    let refreshed = token(header, r#"{"iss":"i","sub":"s","aud":["a"],"iat":2}"#);
    let elsewhere = token(header, r#"{"iss":"i","sub":"s","aud":"b","iat":2}"#);
    let nobodys = token(header, r#"{"sub":"s","iat":2}"#);
    for (before, after, uses, why) in [
        (&before, &before, [Id, Id], None),
        (&before, &refreshed, [Id, Any], None),
        (&refreshed, &before, [Any, Id], None),
        (&before, &elsewhere, [Id, Id], None),
        (&before, &elsewhere, [Id, Any], Some("iss and aud are not the same")),
        (&nobodys, &nobodys, [Id, Any], Some("iss and aud are not the same")),
        (&before, &refreshed, [Id, Access], Some("the other an access token")),
        (&before, &refreshed, [Access, Access], Some("both are access tokens")),
        (&before, &refreshed, [Any, Any], Some("neither is recognised")),
        (&before, &refreshed, [Access, Any], Some("neither is recognised")),
    ] {
        let checks = verdicts(before, after, uses, Relation::Refresh).checks;
        let check = checks.iter().find(|check| check.id == "refresh.same_sub").unwrap();
        assert_eq!(check.outcome == Outcome::Skip, why.is_some(), "{uses:?}: {check:?}");
        assert!(check.message.contains(why.unwrap_or_default()), "{check:?}");
        assert_eq!(check.spec, "OIDC Core §12.2");
        assert_eq!(verdicts(before, after, uses, Relation::Unrelated).checks, []);
    }
}

#[test]
fn the_very_same_token_is_said_to_be_that() {
    let token = Token::new(Secret::new(seeds::ID_TOKEN), Timestamp::UNIX_EPOCH, None);
    let same = verdicts(&token, &token, [TokenUse::Id; 2], Relation::Refresh);
    assert!(same.comparison.is_empty());
    assert!(same.remarks[0].words.contains("very same token"));
}

#[test]
fn tokens_without_a_signature_are_compared_too() {
    let unsigned = |claims: &str| {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let text = format!("{}.{}.", part(r#"{"alg":"none"}"#), part(claims));
        Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None)
    };
    let (before, after) = (unsigned(r#"{"sub":"a"}"#), unsigned(r#"{"sub":"b"}"#));
    let found = verdicts(&before, &after, [TokenUse::Any; 2], Relation::Unrelated);
    assert!(found.comparison.claims.change_of("sub").is_some(), "{found:?}");
}

#[test]
fn a_scope_that_a_refresh_made_wider_is_a_failure() {
    let header = r#"{"alg":"RS256"}"#;
    for (before, after, outcome, weight) in [
        (
            r#"{"scope":"a b"}"#,
            r#"{"scope":"b a"}"#,
            Some(Outcome::Pass),
            Some(Weight::Expected),
        ),
        (
            r#"{"scope":"a b"}"#,
            r#"{"scope":"a"}"#,
            Some(Outcome::Pass),
            Some(Weight::Notable),
        ),
        (
            r#"{"scope":"a"}"#,
            r#"{"scope":"a a"}"#,
            Some(Outcome::Pass),
            Some(Weight::Notable),
        ),
        (
            r#"{"scope":"a"}"#,
            r#"{"scope":"a admin"}"#,
            Some(Outcome::Fail),
            Some(Weight::Alarming),
        ),
        (
            r#"{"scp":["a"]}"#,
            r#"{"scp":["a","admin"]}"#,
            Some(Outcome::Fail),
            Some(Weight::Alarming),
        ),
        (
            r#"{"scp":"a"}"#,
            r#"{"scp":["admin"]}"#,
            Some(Outcome::Fail),
            Some(Weight::Alarming),
        ),
        (
            r#"{"scope":"a"}"#,
            r#"{"sub":"s"}"#,
            Some(Outcome::Skip),
            Some(Weight::Notable),
        ),
        (
            r#"{"scope":"a"}"#,
            r#"{"scope":"admin",}"#,
            Some(Outcome::Skip),
            Some(Weight::Alarming),
        ),
        (
            r#"{"roles":["a"]}"#,
            r#"{"roles":["a","admin"]}"#,
            None,
            Some(Weight::Notable),
        ),
    ] {
        let (old, new) = (token(header, before), token(header, after));
        let found = verdicts(&old, &new, [TokenUse::Access; 2], Relation::Refresh);
        let check = found.checks.iter().find(|check| check.id == "refresh.scope");
        assert_eq!(check.map(|check| check.outcome), outcome, "{after}: {check:?}");
        assert!(check.is_none_or(|check| check.spec == "RFC 6749 §6"), "{check:?}");
        let remark = found.remarks.first();
        assert_eq!(
            remark.map(|remark| remark.weight),
            weight,
            "{after}: {:?}",
            found.remarks
        );
        let unrelated = told(&old, &new, Relation::Unrelated);
        assert!(
            unrelated.iter().all(|(_, weight)| *weight < Weight::Alarming),
            "{unrelated:?}"
        );
    }
}

/// What is said of one claim that changed from one value to another.
fn said(name: &str, before: &str, after: &str, how: Relation) -> Vec<(Weight, String)> {
    let token = |value: &str| token(r#"{"alg":"RS256"}"#, &format!("{{\"{name}\":{value}}}"));
    let found = verdicts(&token(before), &token(after), [TokenUse::Any; 2], how);
    let of_it = found.remarks.into_iter().filter(|remark| remark.name == name);
    of_it.map(|remark| (remark.weight, remark.words)).collect()
}

#[test]
fn roles_in_lists_inside_an_object_are_named_with_their_client() {
    for (name, before, after, weight, words) in [
        (
            "realm_access",
            r#"{"roles":["user"]}"#,
            r#"{"roles":["user","admin"]}"#,
            Weight::Notable,
            r#"it allows more: gained "admin""#,
        ),
        (
            "realm_access",
            r#"{"roles":["a","b"]}"#,
            r#"{"roles":["b","a"]}"#,
            Weight::Expected,
            "it allows the same, in another order",
        ),
        (
            "resource_access",
            r#"{"account":{"roles":["view"]},"my.app":{"roles":["x"]}}"#,
            r#"{"account":{"roles":["view"]},"my.app":{"roles":["x","admin"]}}"#,
            Weight::Notable,
            r#"it allows more: gained "admin" at my.app"#,
        ),
        (
            "resource_access",
            r#"{"account":{"roles":["view"]},"old":{"roles":["x"]}}"#,
            r#"{"account":{"roles":["view"]}}"#,
            Weight::Notable,
            r#"it allows less: lost "x" at old"#,
        ),
        (
            "resource_access",
            r#"{"a":{"roles":["x"]}}"#,
            r#"{"b":{"roles":["x"]}}"#,
            Weight::Notable,
            r#"it allows something else: gained "x" at b, lost "x" at a"#,
        ),
        (
            "resource_access",
            r#"{"a":{"roles":["x"]}}"#,
            r#"{"a":{"roles":["x"],"verify_caller":true}}"#,
            Weight::Notable,
            "it allows something else: differs in a.verify_caller",
        ),
    ] {
        for how in [Relation::Refresh, Relation::Unrelated] {
            assert_eq!(
                said(name, before, after, how),
                [(weight, words.to_owned())],
                "{name}: {after}"
            );
        }
    }
}

#[test]
fn what_is_only_written_otherwise_is_no_news_and_a_time_that_became_a_text_is() {
    let how = Relation::Refresh;
    for (name, before, after, weight, says) in [
        (
            "amr",
            r#"["pwd","otp"]"#,
            r#"["otp","pwd"]"#,
            Weight::Expected,
            "in another order",
        ),
        ("amr", r#""pwd""#, r#"["pwd"]"#, Weight::Expected, "written otherwise"),
        ("amr", r#"["pwd"]"#, r#"["otp"]"#, Weight::Notable, "in another way"),
        (
            "exp",
            "1655058024",
            r#""1655061624""#,
            Weight::Alarming,
            "was a number, is a text",
        ),
        (
            "iat",
            "1655058024",
            r#""1655058024""#,
            Weight::Alarming,
            "was a number, is a text",
        ),
        (
            "auth_time",
            r#""1655058024""#,
            "1655058024",
            Weight::Notable,
            "was a text, is a number",
        ),
    ] {
        let [(found, words)] = &said(name, before, after, how)[..] else {
            panic!("{name}: {:?}", said(name, before, after, how));
        };
        assert!(*found == weight && words.contains(says), "{name}: {found:?} {words}");
    }
    // The difference is told besides.
    let words: Vec<_> = said("iat", "1655058024", r#""1655061624""#, how);
    assert_eq!(words.len(), 2, "{words:?}");
    assert!(words[1].1.starts_with("it was issued later: +1 h 0 min"), "{words:?}");
    // What others write as they like is only said to differ.
    assert_eq!(said("issued_at", "1655058024", r#""1655058024""#, how), []);
}

#[test]
fn claims_that_say_who_and_how_are_missed_when_they_go_and_noticed_when_they_come() {
    let header = r#"{"alg":"RS256"}"#;
    for (name, value, if_refreshed) in [
        ("iss", r#""i""#, Weight::Alarming),
        ("client_id", r#""c""#, Weight::Alarming),
        ("azp", r#""c""#, Weight::Alarming),
        ("acr", r#""1""#, Weight::Notable),
        ("amr", r#"["pwd"]"#, Weight::Notable),
        ("auth_time", "10", Weight::Notable),
        ("sid", r#""s""#, Weight::Notable),
    ] {
        let with = token(header, &format!("{{\"x\":1,\"{name}\":{value}}}"));
        let without = token(header, r#"{"x":1}"#);
        let told = |before, after, how| told(before, after, how);
        assert_eq!(
            told(&with, &without, Relation::Refresh),
            [(name.to_owned(), if_refreshed)]
        );
        for (before, after, how) in [
            (&with, &without, Relation::Unrelated),
            (&without, &with, Relation::Refresh),
            (&without, &with, Relation::Unrelated),
        ] {
            assert_eq!(told(before, after, how), [(name.to_owned(), Weight::Notable)], "{name}");
        }
    }
}

#[test]
fn an_id_token_and_an_access_token_are_said_to_be_two_kinds() {
    let (id, access) = (
        token(r#"{"alg":"RS256"}"#, r#"{"sub":"a","nonce":"n"}"#),
        token(r#"{"alg":"RS256"}"#, r#"{"sub":"a","scope":"x"}"#),
    );
    let kinds = |uses| {
        let found = verdicts(&id, &access, uses, Relation::Unrelated);
        found
            .remarks
            .iter()
            .filter(|remark| remark.words.contains("two kinds"))
            .count()
    };
    assert_eq!(kinds([TokenUse::Id, TokenUse::Access]), 1);
    assert_eq!(kinds([TokenUse::Access, TokenUse::Id]), 1);
    assert_eq!(kinds([TokenUse::Id, TokenUse::Any]), 0);
    assert_eq!(kinds([TokenUse::Id, TokenUse::Id]), 0);
}

#[test]
fn what_was_mended_is_known_of_a_token_and_of_what_is_kept_of_it() {
    let header = r#"{"alg":"RS256"}"#;
    let clean = token(header, r#"{"a":1,"b":2,"gone":3}"#);
    let mended = token(header, r#"{"a":NaN,"b":3,$$,"new":4}"#);
    let (old, new) = (TokenRecord::of(&clean), TokenRecord::of(&mended));
    for found in [decoded(&clean.decoded, &mended.decoded), records(&old, &new)] {
        let is_mended_in = |name: &str| found.claims.change_of(name).unwrap().is_mended;
        assert!(is_mended_in("a") && !is_mended_in("b"), "{found:?}");
        assert_eq!(
            (is_mended(&found.claims.added[0]), is_mended(&found.claims.removed[0])),
            (true, false)
        );
    }
    assert!(records(&new, &old).claims.change_of("a").unwrap().is_mended);
}

#[test]
fn a_kept_token_is_compared_with_a_live_one() {
    let token = Token::new(Secret::new(seeds::ID_TOKEN), Timestamp::UNIX_EPOCH, None);
    let record = TokenRecord::of(&token);
    assert!(records(&record, &TokenRecord::of(&token)).is_empty());
    assert!(decoded(&token.decoded, &token.decoded).is_empty());
}

#[test]
fn a_hundred_thousand_members_are_compared() {
    let many = |value: u32| -> Vec<Member> {
        (0..100_000)
            .map(|i| Member::new(format!("n{i}"), value.to_string()))
            .collect()
    };
    let c = compare(&many(1), &many(2));
    assert_eq!((c.changed.len(), c.unchanged), (100_000, 0));
    let repeated = vec![Member::new("n", "1"); 100_000];
    assert!(compare(&repeated, &repeated).is_empty());
}

#[test]
fn a_change_of_unit_is_said_and_an_audience_written_otherwise_is_no_alarm() {
    let token = |claims: &str| {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None)
    };
    for (before, after, weight, says) in [
        (
            r#"{"exp":1700000000}"#,
            r#"{"exp":1700003600000}"#,
            Weight::Alarming,
            "was in seconds, is in milliseconds",
        ),
        (
            r#"{"aud":["a","b"]}"#,
            r#"{"aud":["b","a"]}"#,
            Weight::Expected,
            "written otherwise",
        ),
        (
            r#"{"aud":"a"}"#,
            r#"{"aud":["a"]}"#,
            Weight::Expected,
            "written otherwise",
        ),
        (r#"{"aud":"a"}"#, r#"{"aud":["b"]}"#, Weight::Alarming, "for others"),
    ] {
        let found = verdicts(&token(before), &token(after), [TokenUse::Access; 2], Relation::Refresh);
        let remark = found.remarks.iter().find(|remark| remark.words.contains(says));
        assert_eq!(remark.map(|remark| remark.weight), Some(weight), "{:?}", found.remarks);
    }
}

fn any_members() -> impl Strategy<Value = Vec<Member>> {
    let raw = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        "[a-z ]{0,6}".prop_map(|text| serde_json::Value::from(text).to_string()),
        proptest::collection::vec(0_u8..4, 0..4).prop_map(|list| format!("{list:?}")),
        proptest::collection::vec(0_u8..4, 0..3)
            .prop_map(|list| format!("{{\"a\":{list:?},\"b\":{{\"c\":{}}}}}", list.len())),
        Just("null".to_owned()),
        Just("true".to_owned()),
    ];
    let name = prop_oneof!["[a-d]", Just("exp".to_owned()), Just("scope".to_owned())];
    proptest::collection::vec((name, raw).prop_map(|(name, raw)| Member::new(name, raw)), 0..8)
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(members in any_members()) {
        let c = compare(&members, &members);
        prop_assert!(c.is_empty());
        prop_assert_eq!(c.summary(), None);
    }

    #[test]
    fn the_other_way_about_what_came_is_what_went(before in any_members(), after in any_members()) {
        let (there, back) = (compare(&before, &after), compare(&after, &before));
        let sorted = |members: &[Member]| {
            let mut names: Vec<String> = members.iter().map(|m| m.name.to_string()).collect();
            names.sort();
            names
        };
        prop_assert_eq!(sorted(&there.added), sorted(&back.removed));
        prop_assert_eq!(sorted(&there.removed), sorted(&back.added));
        prop_assert_eq!(there.changed.len(), back.changed.len());
        prop_assert_eq!(there.unchanged, back.unchanged);
        for changed in &there.changed {
            prop_assert!(!changed.difference.words().is_empty());
            let other = back.change_of(&changed.name).unwrap();
            prop_assert_eq!((&changed.before, &changed.after), (&other.after, &other.before));
        }
    }
}
