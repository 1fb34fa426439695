//! As much of a browser as signing in needs: cookies, redirects within the provider, forms.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{RequestBuilder, Response, StatusCode};
use url::Url;

/// What a callback carried.
pub(super) type Answer = BTreeMap<String, String>;

/// Where a navigation ended.
pub(super) enum Stop {
    /// A page of the provider.
    Page { status: StatusCode, html: String },
    /// A redirect away from the provider.
    Away(Url),
}

/// A browser with an empty cookie jar.
pub(super) struct Browser {
    http: reqwest::Client,
    base: Url,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(super) fn new(http: reqwest::Client, base: Url) -> Self {
        Self {
            http,
            base,
            cookies: BTreeMap::new(),
        }
    }

    /// Opens an address and follows redirects as long as they stay at the provider.
    pub(super) async fn open(&mut self, url: Url) -> Stop {
        let request = self.http.get(url);
        self.follow(request).await
    }

    /// Sends the form of a page with these fields filled in.
    pub(super) async fn submit(&mut self, html: &str, fields: &[(&str, &str)]) -> Stop {
        let action = attribute(html, "<form ", "action").expect("a form");
        let mut form = hidden_fields(html);
        form.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let url = self.base.join(&action).expect("an address");
        let request = self.http.post(url).form(&form);
        self.follow(request).await
    }

    /// Opens the address, signs in, and gives the page behind that.
    pub(super) async fn sign_in(&mut self, url: Url, user_name: &str, password: &str) -> String {
        let page = self.open(url).await.page();
        self.submit(&page, &[("username", user_name), ("password", password)])
            .await
            .page()
    }

    /// Signs in, allows, and gives what the redirect carried, in the query or in the fragment.
    pub(super) async fn sign_in_and_allow(mut self, url: Url, user_name: &str, password: &str) -> Answer {
        let page = self.sign_in(url, user_name, password).await;
        assert!(page.contains("Allow access?"), "{page}");
        self.submit(&page, &[("decision", "allow")]).await.answer()
    }

    async fn follow(&mut self, request: RequestBuilder) -> Stop {
        let mut response = self.send(request).await;
        loop {
            let Some(location) = response.headers().get(LOCATION) else {
                let status = response.status();
                let html = response.text().await.expect("a page");
                return Stop::Page { status, html };
            };
            assert_eq!(response.status(), StatusCode::SEE_OTHER);
            let location = location.to_str().expect("ASCII");
            let url = self.base.join(location).expect("an address");
            if url.origin() != self.base.origin() {
                return Stop::Away(url);
            }
            let request = self.http.get(url);
            response = self.send(request).await;
        }
    }

    async fn send(&mut self, request: RequestBuilder) -> Response {
        let jar: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request.header(COOKIE, jar.join("; "));
        let response = request.send().await.expect("an answer");
        for cookie in response.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("ASCII");
            assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"));
            let pair = cookie.split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        response
    }
}

impl Stop {
    /// The page that it ended at.
    pub(super) fn page(self) -> String {
        match self {
            Self::Page { html, .. } => html,
            Self::Away(url) => panic!("sent away to {url}"),
        }
    }

    /// The parameters that it was sent away with.
    pub(super) fn answer(self) -> Answer {
        match self {
            Self::Page { html, .. } => panic!("stayed at {html}"),
            Self::Away(url) => {
                let text = url.fragment().or(url.query()).unwrap_or_default();
                url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
            }
        }
    }
}

/// The hidden fields of a page's form.
pub(super) fn hidden_fields(html: &str) -> BTreeMap<String, String> {
    html.split("<input type=\"hidden\" ")
        .skip(1)
        .filter_map(|rest| {
            let tag = rest.split('>').next()?;
            Some((attribute(tag, "", "name")?, attribute(tag, "", "value")?))
        })
        .collect()
}

/// An attribute of the first tag that begins so.
fn attribute(html: &str, tag: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(tag)?;
    let (_, rest) = rest.split_once(&format!("{name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&amp;", "&").replace("&quot;", "\""))
}
