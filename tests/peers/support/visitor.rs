//! A stand-in for a person with a browser: follows redirects with cookies, fills in sign-in, consent and device pages,
//! and takes the answer to the client's redirect URI, the way a browser does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use url::Url;

use super::html_form::{HtmlForm, link_to, title_of, unescape};
use super::peer::{Kind, Running};

/// How many pages a visit may have.
const MAX_PAGES: usize = 20;

/// Who signs in. oidc-provider takes anybody.
pub(super) const USER_NAME: &str = "alice";
pub(super) const PASSWORD: &str = "wonderland-1";

/// What stays of one visit to the next.
#[derive(Default)]
pub(super) struct Browser {
    cookies: Mutex<BTreeMap<String, String>>,
    /// The addresses that a client has opened in it.
    pub(super) opened: Mutex<Vec<Url>>,
    /// The source of the pages that were shown, one after the other, its character references replaced.
    pub(super) shown: Mutex<String>,
}

/// Somebody with an account at a peer.
pub(crate) struct Visitor {
    peer: &'static Running,
    http: Client,
    browser: Arc<Browser>,
    /// Whether she cancels at the first page that lets her.
    pub(super) denies: bool,
}

/// Where a visit ends.
enum End {
    /// The browser is sent elsewhere, with this body where it is a form.
    Away { to: Url, body: Option<String> },
    /// A page that asks for nothing.
    Page { url: Url, status: u16, title: String },
}

impl Visitor {
    /// Alice, who has an account everywhere, at this browser.
    pub(super) fn alice(peer: &'static Running, browser: Arc<Browser>) -> Self {
        Self {
            peer,
            http: peer.client(),
            browser,
            denies: false,
        }
    }

    /// Opens an address that the client sends the browser to, agrees to what is asked, in or out, and delivers the answer.
    /// Gives the title of the page that the person sees at the end, or says where it went no further.
    pub(super) async fn sign_in(&mut self, address: &Url) -> Result<String, String> {
        self.browser.opened.lock().unwrap().push(address.clone());
        let address = self.with_account(address).await?;
        let mut end = self.browse(address.clone(), "").await?;
        if matches!(&end, End::Page { url, .. } if url.path() == "/login.html") {
            self.consent_to_details(&address).await?;
            end = self.browse(address, "").await?;
        }
        match end {
            End::Away { to, body } => self.deliver(to, body).await,
            End::Page { url, status, title } => {
                Err(format!("the page {} ({status}) leads nowhere: {title}", url.path()))
            }
        }
    }

    /// Signs in at a device's `verification_uri` (RFC 8628 §3.3), types the code in and allows what is asked.
    pub(super) async fn approve_device(&mut self, verification_uri: &Url, user_code: &str) -> Result<(), String> {
        let mut address = verification_uri.clone();
        if self.peer.kind == Kind::Glewlwyd {
            // Its page for typing the code in is a script, which then opens this address.
            address.query_pairs_mut().append_pair("code", user_code);
        }
        let address = self.with_account(&address).await?;
        let End::Page { url, status, title } = self.browse(address, user_code).await? else {
            return Err("the device page leads elsewhere".to_owned());
        };
        let is_done = match self.peer.kind {
            Kind::OidcProvider => title == "Sign-in Success",
            Kind::Glewlwyd => url.query_pairs().any(|(_, value)| value == "deviceComplete"),
        };
        let found = format!("the device page ended at {url} ({status}): {title}");
        if is_done { Ok(()) } else { Err(found) }
    }

    /// The address to begin at. Glewlwyd's sign-in page is a script: what it sends is sent here, and then the same
    /// address is opened again as that page does.
    async fn with_account(&mut self, address: &Url) -> Result<Url, String> {
        let mut address = address.clone();
        if self.peer.kind == Kind::Glewlwyd {
            let url = address.join("/api/auth/").map_err(|e| e.to_string())?;
            let who = json!({ "username": USER_NAME, "password": PASSWORD });
            let answer = self.send(self.http.post(url).json(&who)).await?;
            if !answer.status().is_success() {
                return Err(format!("signing in as {} gave {}", USER_NAME, answer.status()));
            }
            address.query_pairs_mut().append_key_only("g_continue");
        }
        Ok(address)
    }

    /// Allows the `authorization_details` of a request (RFC 9396 §5.1) as glewlwyd's page does, which is a script.
    async fn consent_to_details(&mut self, address: &Url) -> Result<(), String> {
        let asked: BTreeMap<_, _> = address.query_pairs().into_owned().collect();
        let (Some(client_id), Some(details)) = (asked.get("client_id"), asked.get("authorization_details")) else {
            return Ok(());
        };
        let details: Vec<Value> = serde_json::from_str(details).map_err(|e| e.to_string())?;
        for kind in details.iter().filter_map(|detail| detail["type"].as_str()) {
            let url = address.join(&format!("/api/oidc/rar/{client_id}/{kind}/1"));
            let answer = self.send(self.http.put(url.map_err(|e| e.to_string())?)).await?;
            if !answer.status().is_success() {
                return Err(format!("allowing {kind} gave {}", answer.status()));
            }
        }
        Ok(())
    }

    /// Goes on until there is nothing left to do at this origin.
    async fn browse(&mut self, start: Url, user_code: &str) -> Result<End, String> {
        let origin = start.origin();
        let mut url = start;
        let mut response = self.send(self.http.get(url.clone())).await?;
        let mut trail = Vec::new();
        for _ in 0..MAX_PAGES {
            if let Some(target) = redirect_of(&url, &response) {
                if target.origin() != origin {
                    return Ok(End::Away { to: target, body: None });
                }
                url = target;
                response = self.send(self.http.get(url.clone())).await?;
                continue;
            }
            let status = response.status().as_u16();
            let html = response.text().await.map_err(|error| words(&error))?;
            self.browser.shown.lock().unwrap().push_str(&unescape(&html));
            if let Some(cancel) = link_to(&html, "/abort").filter(|_| self.denies) {
                url = url.join(&cancel).map_err(|e| e.to_string())?;
                response = self.send(self.http.get(url.clone())).await?;
                continue;
            }
            let Some(form) = HtmlForm::first_in(&html) else {
                let title = title_of(&html);
                return Ok(End::Page { url, status, title });
            };
            trail.push(format!("{} ({status})", url.path()));
            url = url.join(&form.action).map_err(|e| e.to_string())?;
            let body = form.filled_in(USER_NAME, PASSWORD, user_code);
            if url.origin() != origin {
                return Ok(End::Away {
                    to: url,
                    body: Some(body),
                });
            }
            let request = posted(&self.http, url.clone(), body).header("origin", origin.ascii_serialization());
            response = self.send(request).await?;
        }
        Err(format!("the visit comes to no end: {}", trail.join(" → ")))
    }

    /// Opens the redirect URI without this origin's cookies. A fragment is not sent: the page that comes back relays it,
    /// as its script would.
    async fn deliver(&self, to: Url, body: Option<String>) -> Result<String, String> {
        let fragment = to.fragment().map(str::to_owned);
        let mut page = to;
        page.set_fragment(None);
        let request = match body {
            Some(body) => posted(&self.http, page.clone(), body),
            None => self.http.get(page.clone()),
        };
        let mut html = text(request).await?;
        if let Some(fragment) = fragment {
            html = text(posted(&self.http, page, fragment)).await?;
        }
        Ok(title_of(&html))
    }

    async fn send(&mut self, request: RequestBuilder) -> Result<Response, String> {
        let jar: Vec<String> = {
            let cookies = self.browser.cookies.lock().unwrap();
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        let request = if jar.is_empty() {
            request
        } else {
            request.header(COOKIE, jar.join("; "))
        };
        let response = request.send().await.map_err(|error| words(&error))?;
        let mut cookies = self.browser.cookies.lock().unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap_or_default();
            if let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
                let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
                // An empty one is how both servers delete.
                if value.is_empty() {
                    cookies.remove(&name);
                } else {
                    cookies.insert(name, value);
                }
            }
        }
        drop(cookies);
        Ok(response)
    }
}

fn redirect_of(from: &Url, response: &Response) -> Option<Url> {
    if !response.status().is_redirection() {
        return None;
    }
    from.join(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}

fn posted(http: &Client, url: Url, body: String) -> RequestBuilder {
    let form = "application/x-www-form-urlencoded";
    http.post(url).header("content-type", form).body(body)
}

async fn text(request: RequestBuilder) -> Result<String, String> {
    let response = request.send().await.map_err(|error| words(&error))?;
    response.text().await.map_err(|error| words(&error))
}

/// An error with its causes: reqwest's own words name none.
fn words(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}
