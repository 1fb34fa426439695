use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::model::checks::Outcome;
use crate::model::token::{Token, TokenKind};
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
        ("iat", "1655058024", "1655058024000", "another value"),
        (
            "updated_at",
            r#""2022-06-12T18:20:24Z""#,
            "1655058024",
            "was a text, is a number",
        ),
        ("roles", r#"["a","b"]"#, r#"["b","c"]"#, r#"gained "c", lost "a""#),
        ("roles", r#"["a","b"]"#, r#"["b","a"]"#, "the same in another order"),
        ("roles", r#"["a","a"]"#, r#"["a"]"#, r#"lost "a""#),
        ("roles", "[1.0]", "[1]", "gained 1, lost 1.0"),
        ("aud", r#""x""#, r#"["x"]"#, "one value and a list changed places"),
        (
            "aud",
            r#""x""#,
            r#"["x","y"]"#,
            r#"gained "y", one value and a list changed places"#,
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
    let verdicts = verdicts(before, after, TokenKind::Access, how);
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
    let verdicts = verdicts(&before, &after, TokenKind::Access, Relation::Unrelated);
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
fn the_rules_of_a_refresh_are_asked_for_id_tokens_only() {
    let token = Token::new(Secret::new(seeds::ID_TOKEN), Timestamp::UNIX_EPOCH, None);
    let id = verdicts(&token, &token, TokenKind::Id, Relation::Refresh);
    assert!(
        id.checks
            .iter()
            .any(|check| check.id == "refresh.same_sub" && check.outcome == Outcome::Pass)
    );
    assert!(id.comparison.is_empty());
    assert!(id.remarks[0].words.contains("very same token"));
    for (kind, how) in [
        (TokenKind::Access, Relation::Refresh),
        (TokenKind::Id, Relation::Unrelated),
    ] {
        assert_eq!(verdicts(&token, &token, kind, how).checks, []);
    }
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
