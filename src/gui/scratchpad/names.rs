//! What the tokens of a text are called, so that each can be told from the others.

use std::collections::HashMap;

use crate::gui::visible_text::visible;
use crate::model::inspection::Inspection;

/// What is said of a place where nothing is to be said.
pub const NOWHERE: &str = "in the text";
/// Who a token is about is looked for among so many claims.
const LOOKED_THROUGH: usize = 200;
/// As much of it is said.
const WHO_LEN: usize = 40;

/// The names of all of them: where each stood; its number where that says nothing; where several stood alike, their
/// numbers and who they are about.
pub(super) fn names(flat: &[(usize, &Inspection)]) -> Vec<String> {
    let place = |one: &Inspection| {
        let place = one.place.as_str();
        (!place.is_empty() && place != NOWHERE).then(|| place.to_owned())
    };
    let mut places = HashMap::<String, usize>::new();
    for (_, one) in flat {
        *places.entry(place(one).unwrap_or_default()).or_default() += 1;
    }
    let is_alike = |place: &String| places.get(place).is_some_and(|&count| count > 1);
    let mut subjects = HashMap::<(String, String), usize>::new();
    for (_, one) in flat {
        if let Some((place, sub)) = place(one).filter(is_alike).zip(claim(one, "sub")) {
            *subjects.entry((place, sub)).or_default() += 1;
        }
    }
    let who = |place: &str, one: &Inspection| {
        let sub = claim(one, "sub");
        let count = sub.clone().and_then(|sub| subjects.get(&(place.to_owned(), sub)));
        // The subject says the most, unless it is that of the others too.
        sub.clone()
            .filter(|_| count == Some(&1))
            .or_else(|| claim(one, "jti"))
            .or(sub)
    };
    let name = |(at, (_, one)): (usize, &(usize, &Inspection))| match place(one) {
        None => format!("Token {}", at + 1),
        Some(place) if !is_alike(&place) => place,
        Some(place) => match who(&place, one) {
            // What tells them apart comes first: a row cuts off the end.
            Some(who) => format!("{} · {who} · {place}", at + 1),
            None => format!("{} · {place}", at + 1),
        },
    };
    flat.iter().enumerate().map(name).collect()
}

/// The beginning of a claim that is a text.
fn claim(inspection: &Inspection, name: &str) -> Option<String> {
    let mut members = inspection.token.decoded.payload.members.iter().take(LOOKED_THROUGH);
    let value = members.find(|member| member.name == name)?.as_str()?;
    let start = &value[..value.floor_char_boundary(WHO_LEN)];
    (!start.trim().is_empty()).then(|| visible(start).into_owned())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jiff::Timestamp;

    use super::*;
    use crate::model::Secret;
    use crate::model::inspection::Lens;

    fn token(place: &str, claims: &str) -> Inspection {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        Inspection {
            place: place.to_owned(),
            ..Inspection::of(Secret::new(text), &Lens::default(), Timestamp::UNIX_EPOCH)
        }
    }

    #[test]
    fn tokens_that_stood_alike_are_told_apart_by_number_and_subject() {
        let bearer = "Authorization: Bearer";
        let tokens = [
            token(bearer, r#"{"sub":"alice"}"#),
            token(bearer, r#"{"sub":"bob","jti":"a"}"#),
            token("id_token in JSON", r#"{"sub":"bob"}"#),
            token(bearer, r#"{"sub":"bob","jti":"b"}"#),
            token(bearer, "{}"),
            token("", r#"{"sub":"alice"}"#),
        ];
        let flat: Vec<(usize, &Inspection)> = tokens.iter().map(|token| (0, token)).collect();
        assert_eq!(
            names(&flat),
            [
                "1 · alice · Authorization: Bearer",
                "2 · a · Authorization: Bearer",
                "id_token in JSON",
                "4 · b · Authorization: Bearer",
                "5 · Authorization: Bearer",
                "Token 6"
            ]
        );
    }
}
