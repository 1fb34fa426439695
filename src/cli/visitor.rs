//! A stand-in for a person with a browser, who signs in at the embedded provider: for `tour`, where there is no screen.
//!
//! It keeps cookies, fills in the forms of the sign-in and consent pages, follows redirects, and takes the answer to the
//! redirect URI the way a browser does: a fragment stays behind and is posted by the page that relays it.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response};
use url::{Url, form_urlencoded};

use crate::model::redirect::is_loopback;

/// How many pages a sign-in may have.
const MAX_PAGES: usize = 12;

/// Why the visitor came to no end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VisitorError {
    /// A page could not be had.
    #[error("the page could not be had: {0}")]
    Http(String),
    /// A page without a form and without a way on.
    #[error("the page {path} ({status}) leads nowhere: {title}")]
    DeadEnd {
        /// Its path.
        path: String,
        /// Its status.
        status: u16,
        /// Its title.
        title: String,
    },
    /// It went round in circles.
    #[error("the sign-in has more than {MAX_PAGES} pages")]
    TooManyPages,
}

impl From<reqwest::Error> for VisitorError {
    fn from(error: reqwest::Error) -> Self {
        // Without the address: it may hold a code.
        Self::Http(error.without_url().to_string())
    }
}

/// Signs in at `address` as this user, allows what is asked, and delivers the answer. Gives the title of the page that
/// the person would see at the end.
pub async fn sign_in(address: &Url, user_name: &str, password: &str) -> Result<String, VisitorError> {
    let client = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only(std::iter::empty())
        .build()?;
    let mut cookies = BTreeMap::new();
    let mut url = address.clone();
    let mut response = send(client.get(url.clone()), &mut cookies).await?;
    for _ in 0..MAX_PAGES {
        if let Some(target) = redirect_of(&url, &response) {
            if target.origin() != address.origin() {
                return deliver(&client, target).await;
            }
            url = target;
            response = send(client.get(url.clone()), &mut cookies).await?;
            continue;
        }
        let status = response.status().as_u16();
        let html = response.text().await?;
        let Some(form) = Form::first_in(&html) else {
            return Err(VisitorError::DeadEnd {
                path: url.path().to_owned(),
                status,
                title: title_of(&html),
            });
        };
        url = url.join(&form.action).unwrap_or(url);
        let body = form.filled_in(user_name, password);
        if url.origin() != address.origin() {
            // form_post: the provider's page posts the answer itself.
            return Ok(title_of(&post(&client, url, body).await?));
        }
        let request = client
            .post(url.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", address.origin().ascii_serialization())
            .body(body);
        response = send(request, &mut cookies).await?;
    }
    Err(VisitorError::TooManyPages)
}

async fn send(request: RequestBuilder, cookies: &mut BTreeMap<String, String>) -> Result<Response, VisitorError> {
    let jar: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = if jar.is_empty() {
        request
    } else {
        request.header(COOKIE, jar.join("; "))
    };
    let response = request.send().await?;
    for cookie in response.headers().get_all(SET_COOKIE) {
        let cookie = cookie.to_str().unwrap_or_default();
        if let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
            cookies.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
    Ok(response)
}

fn redirect_of(from: &Url, response: &Response) -> Option<Url> {
    if !response.status().is_redirection() {
        return None;
    }
    from.join(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}

/// Opens the redirect URI. A fragment is not sent; the page that comes back relays it, as its script would.
async fn deliver(client: &Client, target: Url) -> Result<String, VisitorError> {
    // At HTTPS on loopback is a certificate that was made just now: a person goes on after the browser's warning.
    let trusting;
    let client = if target.scheme() == "https" && is_loopback(&target) {
        trusting = trusting_client()?;
        &trusting
    } else {
        client
    };
    let fragment = target.fragment().map(str::to_owned);
    let mut page = target;
    page.set_fragment(None);
    let html = client.get(page.clone()).send().await?.text().await?;
    match fragment {
        None => Ok(title_of(&html)),
        Some(fragment) => Ok(title_of(&post(client, page, fragment).await?)),
    }
}

fn trusting_client() -> Result<Client, reqwest::Error> {
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_danger_accept_invalid_certs(true)
        .build()
}

async fn post(client: &Client, url: Url, body: String) -> Result<String, VisitorError> {
    let request = client
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    Ok(request.send().await?.text().await?)
}

fn title_of(html: &str) -> String {
    between(html, "<title>", "</title>").map_or_else(String::new, unescape)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}

/// The first form of a page: enough of HTML for pages that this project writes itself.
struct Form {
    action: String,
    /// Name, value and type of each input, and of the first button.
    fields: Vec<(String, String, String)>,
}

impl Form {
    fn first_in(html: &str) -> Option<Self> {
        let (_, rest) = html.split_once("<form")?;
        let (head, rest) = rest.split_once('>')?;
        let body = rest.split_once("</form>")?.0;
        let mut fields = Vec::new();
        for (tag, kind) in [("<input", "text"), ("<button", "submit")] {
            for field in body.split(tag).skip(1) {
                let field = field.split('>').next().unwrap_or_default();
                let Some(name) = attribute(field, "name") else { continue };
                let value = attribute(field, "value").unwrap_or_default();
                let kind = attribute(field, "type").unwrap_or_else(|| kind.to_owned());
                let is_second_button = kind == "submit" && fields.iter().any(|(_, _, k)| k == "submit");
                if !is_second_button {
                    fields.push((name, value, kind));
                }
            }
        }
        Some(Self {
            action: attribute(head, "action").unwrap_or_default(),
            fields,
        })
    }

    fn filled_in(&self, user_name: &str, password: &str) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value, kind) in &self.fields {
            let value = match kind.as_str() {
                "password" => password,
                "text" if value.is_empty() => user_name,
                _ => value,
            };
            body.append_pair(name, value);
        }
        body.finish()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    Some(unescape(tag[start..].split('"').next()?))
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_filled_in_and_its_first_button_pressed() {
        let html = r#"<form method="post" action="/next?a=1&amp;b=2"><input type="hidden" name="t" value="x&quot;y">
            <input id="u" name="user" value=""><input name="pw" type="password">
            <button name="go" value="allow">Allow</button><button name="go" value="deny">Deny</button></form>"#;
        let form = Form::first_in(html).unwrap();
        assert_eq!(form.action, "/next?a=1&b=2");
        assert_eq!(form.filled_in("admin", "p&w"), "t=x%22y&user=admin&pw=p%26w&go=allow");
    }
}
