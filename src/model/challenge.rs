//! `WWW-Authenticate` challenges (RFC 9110 §11.6.1): what an API says about the token that it wants.

/// One challenge: a scheme and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// `Bearer`, `DPoP`, `Basic`, as it was written.
    pub scheme: String,
    /// Its parameters in their order, quotes taken off.
    pub parameters: Vec<(String, String)>,
}

impl Challenge {
    /// The parameter with this name, in any case (RFC 9110 §11.2).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether this is its scheme, in any case (RFC 9110 §11.1).
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The challenges of one header's value. Give the values of several headers one by one. What is broken ends there, and
    /// what stands before it is kept.
    pub fn parse(header: &str) -> Vec<Self> {
        let mut challenges: Vec<Self> = Vec::new();
        for piece in split(header) {
            let piece = piece.trim();
            let word_len = piece.find(|c: char| !is_token(c)).unwrap_or(piece.len());
            let (word, rest) = piece.split_at(word_len);
            let rest = rest.trim_start();
            if word.is_empty() {
                continue;
            }
            if let (Some(value), Some(last)) = (rest.strip_prefix('='), challenges.last_mut()) {
                last.parameters.push((word.to_owned(), unquote(value)));
                continue;
            }
            let mut challenge = Self {
                scheme: word.to_owned(),
                parameters: Vec::new(),
            };
            if let Some((name, value)) = rest.split_once('=')
                && !name.trim().is_empty()
                && name.trim().chars().all(is_token)
            {
                challenge.parameters.push((name.trim().to_owned(), unquote(value)));
            }
            challenges.push(challenge);
        }
        challenges
    }
}

const fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '.' | '^' | '_' | '`' | '|' | '~'
        )
}

/// At the commas outside quotes.
fn split(header: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (i, c) in header.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                pieces.push(&header[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    pieces.push(&header[start..]);
    pieces
}

fn unquote(value: &str) -> String {
    let value = value.trim();
    let Some(inner) = value.strip_prefix('"') else {
        return value.to_owned();
    };
    let (mut text, mut escaped) = (String::new(), false);
    for c in inner.chars() {
        match c {
            _ if escaped => {
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => break,
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_rfc_9449_7_1_is_read() {
        let found = Challenge::parse(
            "DPoP error=\"invalid_token\", error_description=\"Invalid DPoP key binding\", algs=\"ES256\"",
        );
        assert_eq!(found.len(), 1);
        assert!(found[0].is("dpop"));
        assert_eq!(found[0].get("error_description"), Some("Invalid DPoP key binding"));
        assert_eq!(found[0].get("ALGS"), Some("ES256"));
    }

    #[test]
    fn several_challenges_in_one_header_are_told_apart() {
        let found = Challenge::parse(
            r#"Negotiate, Bearer realm="a, \"b\"", error=invalid_token, DPoP algs="ES256 PS256" , Basic"#,
        );
        let schemes: Vec<_> = found.iter().map(|c| c.scheme.as_str()).collect();
        assert_eq!(schemes, ["Negotiate", "Bearer", "DPoP", "Basic"]);
        assert_eq!(found[1].get("realm"), Some("a, \"b\""));
        assert_eq!(found[1].get("error"), Some("invalid_token"));
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_a_panic(header in "(Bearer|DPoP|[a-z]{0,5}|=|\"|,| |\\\\|\\PC){0,30}") {
            let _ = Challenge::parse(&header);
        }

        #[test]
        fn what_is_quoted_comes_back(value in "[ -~]{0,40}") {
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            let found = Challenge::parse(&format!("Bearer realm=\"{quoted}\""));
            prop_assert_eq!(found[0].get("realm"), Some(value.as_str()));
        }
    }
}
