//! The pages that a browser gets at the redirect URI.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::model::callback::AuthorizationError;

/// Which page.
#[derive(Clone, Debug)]
pub enum Page {
    /// The answer came, whole.
    Received,
    /// The provider refused.
    Refused(AuthorizationError),
    /// The answer belongs to another login.
    WrongState,
    /// The answer has no state; what it said where it was an error.
    MissingState(Option<AuthorizationError>),
    /// The answer lacks something, in one sentence.
    Unusable(String),
    /// Nothing came in the query: hands on what is in the fragment.
    Relay,
    /// Another path.
    Elsewhere,
    /// A request in the open where TLS is spoken.
    NeedsHttps,
    /// Not a request that can be read.
    Unreadable,
    /// The browser came back from the logout.
    LoggedOut,
    /// The browser came back from a logout that nobody waits for here.
    OtherLogout,
}

/// A page and the policy that lets it do what it does and nothing else.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The document.
    pub html: String,
    /// `Content-Security-Policy`: its own style and script, by their hashes.
    pub content_security_policy: String,
}

const STYLE: &str = include_str!("pages.css");
/// Takes the code out of the address bar and with it out of the browser's history.
const FORGET: &str = "history.replaceState(null,'',location.pathname);";
/// Posts the fragment to the listener as a form, or says that there is none.
const RELAY: &str = include_str!("relay.js");

struct Words {
    sign: &'static str,
    tone: &'static str,
    title: &'static str,
    text: String,
    script: &'static str,
}

/// Draws a page.
pub fn render(page: &Page) -> Rendered {
    let words = words(page);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Tokenscope</title>\
         <style>{STYLE}</style></head><body><main class=\"{tone}\"><p class=\"brand\">Tokenscope</p>\
         <h1 id=\"title\"><span aria-hidden=\"true\">{sign}</span> {title}</h1><p id=\"text\">{text}</p></main>\
         <script>{script}</script></body></html>",
        title = words.title,
        tone = words.tone,
        sign = words.sign,
        text = words.text,
        script = words.script,
    );
    Rendered {
        html,
        content_security_policy: format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
            source_hash(STYLE),
            source_hash(words.script)
        ),
    }
}

fn words(page: &Page) -> Words {
    let good = |title, text: &str| Words {
        sign: "✓",
        tone: "ok",
        title,
        text: text.to_owned(),
        script: FORGET,
    };
    let bad = |title, text: String| Words {
        sign: "✕",
        tone: "bad",
        title,
        text,
        script: FORGET,
    };
    match page {
        Page::Received => good(
            "Sign-in received",
            "Tokenscope has the answer and fetches the tokens now. You can close this tab.",
        ),
        Page::Refused(error) => bad("The provider refused", refused(error)),
        Page::WrongState => bad(
            "This answer belongs to another login",
            "Its state is not the one that Tokenscope sent, so it was not used. Go back to the page of the newest \
             login, or start again in Tokenscope."
                .to_owned(),
        ),
        Page::MissingState(Some(error)) => bad("This answer has no state", stateless(error)),
        Page::MissingState(None) => bad(
            "This answer has no state",
            "It may belong to another login, so it was not used. Go back to the page of the newest login, or start again \
             in Tokenscope."
                .to_owned(),
        ),
        Page::Unusable(why) => bad("This answer cannot be used", escape(why)),
        Page::Relay => Words {
            sign: "…",
            tone: "wait",
            title: "One moment",
            text: "Handing the answer to Tokenscope. This needs JavaScript.".to_owned(),
            script: RELAY,
        },
        Page::Elsewhere => bad(
            "Nothing here",
            "Tokenscope waits for a sign-in at another path of this address.".to_owned(),
        ),
        Page::NeedsHttps => bad(
            "This address needs https",
            "Write https:// before it. The browser should have done so by itself.".to_owned(),
        ),
        Page::LoggedOut => good(
            "Logged out",
            "The provider has sent you back: you are logged out there. You can close this tab.",
        ),
        Page::OtherLogout => bad(
            "This belongs to another logout",
            "Its state is not the one that Tokenscope sent. You may be logged out at the provider all the same."
                .to_owned(),
        ),
        Page::Unreadable => bad(
            "That could not be read",
            "Start the login again in Tokenscope.".to_owned(),
        ),
    }
}

fn refused(error: &AuthorizationError) -> String {
    format!(
        "It says {}. Tokenscope shows what to do next. You can close this tab.",
        said(error)
    )
}

fn stateless(error: &AuthorizationError) -> String {
    format!(
        "It says {}. Without the state anybody could say so, so Tokenscope still waits. If this is the provider's own \
         answer, correct the profile and start again.",
        said(error)
    )
}

fn said(error: &AuthorizationError) -> String {
    let mut text = format!("<code>{}</code>", escape(&error.error));
    if let Some(description) = &error.error_description {
        text.push_str(": ");
        text.push_str(&escape(description));
    }
    text
}

fn escape(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\'' => "&#39;".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

fn source_hash(source: &str) -> String {
    let hash = digest::digest(&digest::SHA256, source.as_bytes());
    format!("sha256-{}", STANDARD.encode(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_says_cannot_become_markup() {
        let rendered = render(&Page::Refused(AuthorizationError {
            error: "<script>alert(1)</script>".to_owned(),
            error_description: Some("\"'&".to_owned()),
            error_uri: None,
        }));
        assert!(!rendered.html.contains("<script>alert"));
        assert!(rendered.html.contains("&quot;&#39;&amp;"));
    }

    #[test]
    fn the_policy_names_the_pages_own_script_and_style() {
        let rendered = render(&Page::Received);
        assert!(rendered.content_security_policy.contains(&source_hash(FORGET)));
        assert!(rendered.content_security_policy.contains(&source_hash(STYLE)));
    }
}
