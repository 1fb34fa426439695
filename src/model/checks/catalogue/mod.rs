//! What rules there are: every check that is made anywhere has one here, in words for people.

mod access_token;
mod answers;
mod callback;
mod id_token;
mod jwt;
mod refresh;
mod response;
mod transport;

use std::collections::HashMap;
use std::sync::LazyLock;

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The id of its checks. One that ends with `.*` stands for all that begin so and have no rule of their own.
    pub id: &'static str,
    /// What it asks for, in a few words.
    pub title: &'static str,
    /// The section with the rule; a check may name another that fits its outcome better.
    pub spec: &'static str,
    /// What the rule is, and what goes wrong when it is broken.
    pub about: &'static str,
    /// What to do next when it is broken.
    pub advice: &'static str,
}

/// A rule: id, title, section, about, advice.
const fn of(
    id: &'static str,
    title: &'static str,
    spec: &'static str,
    about: &'static str,
    advice: &'static str,
) -> Rule {
    Rule {
        id,
        title,
        spec,
        about,
        advice,
    }
}

/// Every rule, by what it is about.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        jwt::RULES,
        id_token::RULES,
        access_token::RULES,
        response::RULES,
        callback::RULES,
        refresh::RULES,
        transport::RULES,
        answers::RULES,
    ]
    .into_iter()
    .flatten()
}

/// What a rule may also be called: the rules of any JWT hold for the tokens of a session under their names, and those of
/// the ID token and of the response for what came through the browser.
const ALSO: [(&str, &[&str]); 3] = [
    ("access_token", &["jwt"]),
    ("id_token", &["jwt"]),
    ("front_channel", &["id_token", "jwt", "response"]),
];

/// The rule of a check with this id. `id_token.exp` is the rule of `jwt.exp`, and `front_channel.nonce` that of
/// `id_token.nonce`.
pub fn rule(id: &str) -> Option<&'static Rule> {
    static BY_ID: LazyLock<HashMap<&str, &Rule>> = LazyLock::new(|| rules().map(|rule| (rule.id, rule)).collect());
    if let Some(rule) = BY_ID.get(id) {
        return Some(rule);
    }
    let (family, name) = id.split_once('.')?;
    let others = ALSO.iter().find(|(prefix, _)| *prefix == family);
    let others = others.into_iter().flat_map(|(_, others)| *others);
    let mut also = others.filter_map(|other| BY_ID.get(format!("{other}.{name}").as_str()));
    also.next()
        .or_else(|| BY_ID.get(format!("{family}.*").as_str()))
        .copied()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_rule_stands_once_and_says_everything() {
        let mut seen = HashSet::new();
        for rule in rules() {
            assert!(seen.insert(rule.id), "{} stands twice", rule.id);
            for (what, text) in [("title", rule.title), ("about", rule.about), ("advice", rule.advice)] {
                assert!(!text.is_empty() && !text.ends_with(' '), "{}: {what}", rule.id);
                assert!(!text.contains("  "), "{}: {what} has a gap", rule.id);
            }
            assert!(!rule.title.ends_with('.'), "{}: a title has no period", rule.id);
            assert!(rule.about.ends_with('.'), "{}: about is whole sentences", rule.id);
            assert!(!rule.advice.ends_with('.'), "{}: advice has no period", rule.id);
        }
    }

    #[test]
    fn each_defect_of_an_answer_has_a_rule_under_each_name_that_it_may_have() {
        use crate::model::callback::Callback;
        use crate::model::checks::{Check, Outcome};
        use crate::model::response::{RawResponse, TokenResponse};
        let values = [
            "\"abc\"",
            "\"60\"",
            "60.5",
            "3600000",
            "36000",
            "-1",
            "1e300",
            "null",
            "[]",
            "{}",
            "true",
            "\"\"",
            "\"a  b\"",
            "\"\\u00fc\"",
        ];
        let names = [
            "access_token",
            "token_type",
            "expires_in",
            "scope",
            "id_token",
            "refresh_token",
            "error",
        ];
        let mut defects = Vec::new();
        for (name, value) in names
            .iter()
            .flat_map(|name| values.iter().map(move |value| (name, value)))
        {
            for rest in ["", r#","access_token":"a""#] {
                let body = format!("{{\"{name}\":{value}{rest}}}");
                for content_type in [None, Some("text/html"), Some("application/json")] {
                    defects.extend(
                        TokenResponse::parse(RawResponse {
                            status: 200,
                            content_type,
                            body: body.as_bytes(),
                        })
                        .defects,
                    );
                }
            }
            let plain = value.trim_matches('"');
            let callback = Callback::parse(&format!("code=c&state=s&access_token=a&{name}={plain}"));
            defects.extend(callback.token_response().defects);
        }
        for body in ["", "[]", "<html>", "a=b&access_token=c", "{", "\u{feff}{}"] {
            let raw = RawResponse {
                status: 200,
                content_type: None,
                body: body.as_bytes(),
            };
            defects.extend(TokenResponse::parse(raw).defects);
        }
        let codes: HashSet<&str> = defects.iter().map(|defect| defect.code.as_str()).collect();
        assert!(codes.len() > 10, "{codes:?}");
        for defect in &defects {
            for of in [
                "response",
                "front_channel",
                "par",
                "device",
                "userinfo",
                "introspection",
            ] {
                let check = Check::of_defect(of, Outcome::Warn, defect);
                assert!(rule(&check.id).is_some(), "{}", check.id);
            }
        }
    }

    #[test]
    fn no_rule_of_any_jwt_becomes_another_one_under_the_name_of_its_token() {
        // An ID token must be readable: that is a rule of its own.
        let renamed = |rule: &&Rule| rule.id.starts_with("jwt.") && rule.id != "jwt.form";
        for jwt in jwt::RULES.iter().filter(renamed) {
            let name = jwt.id.trim_start_matches("jwt.");
            for family in ["access_token", "id_token", "front_channel"] {
                let found = rule(&format!("{family}.{name}")).unwrap();
                assert_eq!(found.title, jwt.title, "{family}.{name}");
            }
        }
    }

    #[test]
    fn a_rule_is_found_by_the_names_that_it_has_in_a_session() {
        for (id, found) in [
            ("jwt.exp", "jwt.exp"),
            ("access_token.exp", "jwt.exp"),
            ("id_token.signature", "jwt.signature"),
            ("front_channel.at_hash", "id_token.at_hash"),
            ("front_channel.exp", "jwt.exp"),
            ("front_channel.no_token_type", "response.no_token_type"),
            ("signature.crit", "signature.*"),
            ("device.verification_url", "device.*"),
            ("response.no_such_word", "response.*"),
        ] {
            assert_eq!(rule(id).map(|rule| rule.id), Some(found), "{id}");
        }
        for unknown in ["", "jwt", "jwt.no_such_rule", "nothing.exp", "id_token.no_such_rule"] {
            assert_eq!(rule(unknown), None, "{unknown}");
        }
    }
}
