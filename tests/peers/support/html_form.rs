//! Forms in pages that others wrote: as much of HTML as a visitor without a browser needs.

use url::form_urlencoded;

/// The first form of a page.
pub(crate) struct HtmlForm {
    pub(crate) action: String,
    /// Name, value and type of each input, and of the first button when it has a name.
    fields: Vec<(String, String, String)>,
}

impl HtmlForm {
    /// The first form, with the first button that belongs to it by `form="…"`.
    pub(crate) fn first_in(html: &str) -> Option<Self> {
        let (_, rest) = html.split_once("<form")?;
        let (head, rest) = rest.split_once('>')?;
        let (body, after) = rest.split_once("</form>")?;
        let mut fields: Vec<_> = tags(body, "input").filter_map(|tag| field(tag, "text")).collect();
        let id = attribute(head, "id");
        let belongs = |tag: &&str| id.is_some() && attribute(tag, "form") == id;
        let mut buttons = tags(body, "button").chain(tags(after, "button").filter(belongs));
        fields.extend(buttons.next().and_then(|tag| field(tag, "submit")));
        Some(Self {
            action: attribute(head, "action").unwrap_or_default(),
            fields,
        })
    }

    /// The body that this form sends when a person has filled it in.
    pub(crate) fn filled_in(&self, user_name: &str, password: &str, user_code: &str) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value, kind) in &self.fields {
            let value = match (kind.as_str(), name.as_str()) {
                ("password", _) => password,
                ("text", "user_code") => user_code,
                ("text", _) if value.is_empty() => user_name,
                _ => value,
            };
            body.append_pair(name, value);
        }
        body.finish()
    }
}

/// The first link whose address ends so.
pub(crate) fn link_to(html: &str, end: &str) -> Option<String> {
    tags(html, "a ")
        .filter_map(|tag| attribute(&format!(" {tag}"), "href"))
        .find(|href| href.ends_with(end))
}

/// What stands in a page's `<title>`, on one line.
pub(crate) fn title_of(html: &str) -> String {
    let title = html
        .split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"));
    title.map_or_else(String::new, |(title, _)| {
        let words: Vec<&str> = title.split_whitespace().collect();
        unescape(&words.join(" "))
    })
}

fn tags<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let opening = format!("<{name}");
    let tags: Vec<&str> = html
        .split(&opening)
        .skip(1)
        .map(|tag| tag.split('>').next().unwrap_or_default())
        .collect();
    tags.into_iter()
}

fn field(tag: &str, kind: &str) -> Option<(String, String, String)> {
    let value = attribute(tag, "value").unwrap_or_default();
    let kind = attribute(tag, "type").unwrap_or_else(|| kind.to_owned());
    Some((attribute(tag, "name")?, value, kind))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let opening = format!("{name}=\"");
    let (start, _) = tag
        .match_indices(&opening)
        .find(|(start, _)| tag[..*start].ends_with(char::is_whitespace))?;
    Some(unescape(tag[start + opening.len()..].split('"').next()?))
}

/// Character references (HTML §13.5), the ones that escaping functions write.
pub(crate) fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let reference = after
            .split_once(';')
            .and_then(|(name, rest)| Some((referred(name)?, rest)));
        let (c, after) = reference.unwrap_or(('&', after));
        plain.push(c);
        rest = after;
    }
    plain + rest
}

fn referred(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[test]
fn a_form_is_filled_in_with_its_entities_decoded_and_its_button_pressed() {
    let html = "<title>Sign\n out</title><form id=\"op.f\" method=\"post\" action=\"/next?a=1&amp;b=2\">\
        <input type=\"hidden\" name=\"iss\" value=\"a&#x27;b&#39;&lt;&amp;lt;&unknown;\"/>\
        <input\n value=\"\" type=\"text\" name=\"login\"><input name=\"pw\" type=\"password\">\
        <input type=\"text\" name=\"user_code\" value=\"x\"></form>\
        <button form=\"other\" name=\"no\">No</button><button form=\"op.f\" value=\"yes\" name=\"logout\">Yes</button>\
        <button form=\"op.f\" name=\"abort\">Stop</button>";
    let form = HtmlForm::first_in(html).unwrap();
    assert_eq!(
        (form.action.as_str(), title_of(html).as_str()),
        ("/next?a=1&b=2", "Sign out")
    );
    assert_eq!(
        form.filled_in("ann", "p&w", "AB-C"),
        "iss=a%27b%27%3C%26lt%3B%26unknown%3B&login=ann&pw=p%26w&user_code=AB-C&logout=yes"
    );
}
