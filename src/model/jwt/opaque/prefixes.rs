//! Tokens that say by their first letters whose they are. One line each: add yours.

/// A beginning, what a token with it is, and how long it is at least.
pub(super) struct Prefix {
    pub(super) start: &'static str,
    pub(super) min_len: usize,
    pub(super) name: &'static str,
    pub(super) about: &'static str,
}

const fn p(start: &'static str, min_len: usize, name: &'static str, about: &'static str) -> Prefix {
    Prefix {
        start,
        min_len,
        name,
        about,
    }
}

const GITHUB: &str = "GitHub, about authentication: token formats";
const GITLAB: &str = "GitLab, token overview: token prefixes";
const GOOGLE: &str = "Google Identity, using OAuth 2.0: token types and sizes";
const SLACK: &str = "Slack API, token types";
const VAULT: &str = "HashiCorp Vault, tokens: token prefixes";
const STRIPE: &str = "Stripe, API keys";
const AWS: &str = "AWS IAM identifiers: unique id prefixes";

/// Where two fit, the longer one is meant.
pub(super) const PREFIXES: &[Prefix] = &[
    p("ghp_", 36, "GitHub personal access token", GITHUB),
    p("gho_", 36, "GitHub OAuth access token", GITHUB),
    p("ghu_", 36, "GitHub user-to-server token of an app", GITHUB),
    p("ghs_", 36, "GitHub server-to-server token of an app", GITHUB),
    p("ghr_", 36, "GitHub refresh token of an app", GITHUB),
    p("github_pat_", 40, "GitHub fine-grained personal access token", GITHUB),
    p("glpat-", 26, "GitLab personal access token", GITLAB),
    p("gldt-", 25, "GitLab deploy token", GITLAB),
    p("glrt-", 25, "GitLab runner token", GITLAB),
    p("glcbt-", 25, "GitLab CI job token", GITLAB),
    p("glptt-", 25, "GitLab pipeline trigger token", GITLAB),
    p("glft-", 25, "GitLab feed token", GITLAB),
    p("glsoat-", 25, "GitLab SCIM token", GITLAB),
    p("glagent-", 25, "GitLab agent token", GITLAB),
    p("gloas-", 25, "GitLab OAuth application secret", GITLAB),
    p("ya29.", 20, "Google access token", GOOGLE),
    p("1//", 20, "Google refresh token", GOOGLE),
    p("4/", 40, "Google authorization code", GOOGLE),
    p("GOCSPX-", 30, "Google client secret", GOOGLE),
    p("AIza", 39, "Google API key", "Google Cloud, API keys"),
    p("xoxb-", 20, "Slack bot token", SLACK),
    p("xoxp-", 20, "Slack user token", SLACK),
    p("xoxa-", 20, "Slack workspace token", SLACK),
    p("xoxr-", 20, "Slack refresh token", SLACK),
    p("xoxs-", 20, "Slack session token", SLACK),
    p("xoxe-", 20, "Slack refresh token, rotating", SLACK),
    p("xoxe.xoxb-", 20, "Slack bot token, rotating", SLACK),
    p("xoxe.xoxp-", 20, "Slack user token, rotating", SLACK),
    p("xapp-", 20, "Slack app-level token", SLACK),
    p("hvs.", 24, "HashiCorp Vault service token", VAULT),
    p("hvb.", 24, "HashiCorp Vault batch token", VAULT),
    p("hvr.", 24, "HashiCorp Vault recovery token", VAULT),
    p("sk_live_", 24, "Stripe secret key, live", STRIPE),
    p("sk_test_", 24, "Stripe secret key, test", STRIPE),
    p("pk_live_", 24, "Stripe publishable key, live", STRIPE),
    p("pk_test_", 24, "Stripe publishable key, test", STRIPE),
    p("rk_live_", 24, "Stripe restricted key, live", STRIPE),
    p("rk_test_", 24, "Stripe restricted key, test", STRIPE),
    p("whsec_", 24, "Stripe webhook secret", STRIPE),
    p("AKIA", 20, "AWS access key id", AWS),
    p("ASIA", 20, "AWS access key id, temporary", AWS),
    p("IQoJb3JpZ2lu", 100, "AWS session token", AWS),
    p("FwoGZXIvYXdz", 100, "AWS session token", AWS),
    p(
        "CfDJ8",
        60,
        "ASP.NET Core protected payload",
        "ASP.NET Core, data protection: authenticated encryption details",
    ),
    p("biscuit:", 60, "Biscuit, as text", "Biscuit specification: text format"),
    p("npm_", 40, "npm access token", "npm, about access tokens"),
    p(
        "pypi-",
        60,
        "PyPI API token",
        "PyPI, API tokens: a macaroon behind the prefix",
    ),
    p(
        "dop_v1_",
        60,
        "DigitalOcean personal access token",
        "DigitalOcean, personal access tokens",
    ),
    p("doo_v1_", 60, "DigitalOcean OAuth token", "DigitalOcean, OAuth"),
    p("shpat_", 30, "Shopify admin access token", "Shopify, access tokens"),
    p("SG.", 60, "SendGrid API key", "SendGrid, API keys"),
    p(
        "dapi",
        34,
        "Databricks personal access token",
        "Databricks, token formats",
    ),
    p("hf_", 34, "Hugging Face user token", "Hugging Face, user access tokens"),
    p("sl.", 60, "Dropbox access token", "Dropbox, OAuth guide"),
    p("EAA", 60, "Facebook access token", "Meta, access tokens"),
    p("ATATT3", 60, "Atlassian API token", "Atlassian, API tokens"),
    p("PMAK-", 50, "Postman API key", "Postman, API keys"),
];

/// The longest beginning that fits.
pub(super) fn of(token: &str) -> Option<&'static Prefix> {
    if token.contains(char::is_whitespace) {
        return None;
    }
    PREFIXES
        .iter()
        .filter(|prefix| token.len() >= prefix.min_len && token.starts_with(prefix.start))
        .max_by_key(|prefix| prefix.start.len())
}
