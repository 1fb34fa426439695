//! The arguments, as clap reads them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::TokenKind;
use crate::model::template::Template;

/// A desktop inspector for OAuth 2.0 and OpenID Connect tokens.
///
/// Without a subcommand it opens the window.
#[derive(Debug, Parser)]
#[command(
    name = "tokenscope",
    version,
    arg_required_else_help = false,
    after_help = "\
Examples:
  tokenscope                          open the window
  tokenscope tour                     see the main job on every system, without a screen
  tokenscope login erp-net --json     log in and print what came, without the tokens"
)]
pub struct Cli {
    /// Where profiles and history live (default: the platform's folder)
    #[arg(long, global = true, env = "TOKENSCOPE_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Print exactly one JSON document on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do; nothing opens the window.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// One subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the main job on every system against the embedded provider, without a screen
    #[command(after_help = "Example:\n  tokenscope tour")]
    Tour,
    /// Run the embedded identity provider until Ctrl C
    #[command(after_help = "Example:\n  tokenscope demo --port 7780")]
    Demo(DemoArgs),
    /// List, show and change profiles
    #[command(
        subcommand,
        after_help = "Example:\n  tokenscope profile new --template erp-net --name \"My ERP\" --base-url https://demodb.my.erp.net"
    )]
    Profile(ProfileCommand),
    /// Log in to a profile
    #[command(after_help = "Example:\n  tokenscope login erp-net --no-browser")]
    Login(LoginArgs),
    /// Refresh a profile's tokens now (tokens live in memory only: it logs in first)
    #[command(after_help = "Example:\n  tokenscope refresh erp-net --json")]
    Refresh(LoginArgs),
    /// Print a bare token (tokens live in memory only: it logs in first)
    #[command(after_help = "Example:\n  curl -H \"Authorization: Bearer $(tokenscope token erp-net)\" https://…")]
    Token(TokenArgs),
    /// What is known of a profile's tokens, or of all
    #[command(after_help = "Example:\n  tokenscope status erp-net --json")]
    Status(StatusArgs),
    /// Call the profile's API with the access token (tokens live in memory only: it logs in first)
    #[command(after_help = "Example:\n  tokenscope call erp-net")]
    Call(CallArgs),
    /// Find out what a server or an API offers, and make a profile of it
    #[command(
        after_help = "Examples:\n  tokenscope discover https://login.example.com\n  tokenscope discover https://api.example.com/v1/me --json\n  tokenscope discover https://login.example.com --name \"My app\" --client-id my-app\n  tokenscope discover https://login.example.com --name \"My app\" --register --secret-out my-app.secret"
    )]
    Discover(DiscoverArgs),
    /// Ask who the person is, with the access token (tokens live in memory only: it logs in first)
    #[command(after_help = "Example:\n  tokenscope userinfo erp-net --json")]
    Userinfo(LoginArgs),
    /// Ask the provider what it knows of a token (tokens live in memory only: it logs in first)
    #[command(after_help = "Example:\n  tokenscope introspect erp-net --kind refresh")]
    Introspect(IntrospectArgs),
    /// Show the keys that signatures are checked with, and what is wrong with each (needs no login)
    #[command(after_help = "Example:\n  tokenscope keys erp-net --json")]
    Keys(KeysArgs),
    /// End a token at the provider (tokens live in memory only: it logs in first)
    #[command(after_help = "Example:\n  tokenscope revoke erp-net --kind refresh")]
    Revoke(RevokeArgs),
    /// Send the browser to log out at the provider (tokens live in memory only: it logs in first)
    #[command(after_help = "Example:\n  tokenscope logout erp-net --no-browser")]
    Logout(LoginArgs),
    /// Decode, verify and judge tokens
    #[command(
        after_help = "Examples:\n  tokenscope inspect eyJhbGciOi…\n  pbpaste | tokenscope inspect - --json\n  tokenscope inspect --lines tokens.txt\n  tokenscope inspect token.txt --key public.pem"
    )]
    Inspect(InspectArgs),
    /// Logins, refreshes and failures of a profile
    #[command(after_help = "Example:\n  tokenscope history erp-net --since 2026-01-01 --format csv")]
    History(HistoryArgs),
    /// Print what ERP.net keeps of a client secret: base64(sha256(secret))
    #[command(
        after_help = "It goes into the attribute ApplicationSecretHash of the trusted app.\n\nExample:\n  tokenscope secret-hash --secret-file secret.txt"
    )]
    SecretHash(SecretHashArgs),
}

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The port to listen on (0: any free one)
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// On every system access and ID tokens live a minute, refresh tokens ten (default: as its documentation says)
    #[arg(long)]
    pub fast: bool,
    /// Have redCORE give a new refresh token at each refresh, as its option of this name does
    #[arg(long)]
    pub always_issue_new_refresh_token: bool,
}

/// `profile …`.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// List the profiles
    #[command(after_help = "Example:\n  tokenscope profile list")]
    List,
    /// Show a profile
    #[command(after_help = "Example:\n  tokenscope profile show erp-net --json")]
    Show {
        /// The profile
        profile: String,
    },
    /// Make a profile from a template, or from what an issuer says of itself
    #[command(
        after_help = "Examples:\n  tokenscope profile new --template erp-net --name \"My ERP\" --base-url https://demodb.my.erp.net\n  tokenscope profile new --issuer https://login.example.com --name \"My app\" --client-id my-app"
    )]
    New(NewProfileArgs),
    /// Change fields of a profile
    #[command(after_help = "Example:\n  tokenscope profile set erp-net scope=\"openid offline_access\" pkce=true")]
    Set {
        /// The profile
        profile: String,
        /// Each field=value
        #[arg(required = true, value_name = "FIELD=VALUE")]
        changes: Vec<String>,
    },
    /// Read one profile or a list of them from a file
    #[command(after_help = "Example:\n  tokenscope profile import erp.json")]
    Import {
        /// The file; - reads standard input
        file: PathBuf,
    },
    /// Print profiles as JSON; there is no secret in them
    #[command(after_help = "Example:\n  tokenscope profile export erp-net > erp.json")]
    Export {
        /// The profiles
        #[arg(required = true)]
        profiles: Vec<String>,
    },
    /// Delete a profile and its history
    #[command(after_help = "Example:\n  tokenscope profile delete erp-net")]
    Delete {
        /// The profile
        profile: String,
    },
}

fn template_ids() -> String {
    let ids: Vec<_> = Template::ALL.iter().map(|template| template.id).collect();
    ids.join(", ")
}

/// `profile new`.
#[derive(Debug, Args)]
pub struct NewProfileArgs {
    /// The template
    #[arg(long, required_unless_present = "issuer", help = format!("The template: {}", template_ids()))]
    pub template: Option<String>,
    /// The issuer, or the address of an API: the profile is made from what it says of itself
    #[arg(long, value_name = "URL", conflicts_with_all = ["template", "base_url"])]
    pub issuer: Option<String>,
    /// What to call it
    #[arg(long)]
    pub name: String,
    /// What the template's endpoints are below (default: the embedded provider)
    #[arg(long)]
    pub base_url: Option<String>,
    /// The client.
    #[command(flatten)]
    pub client: ClientArgs,
    /// More fields
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub changes: Vec<String>,
}

/// The client of a profile that is made from an address.
#[derive(Debug, Args)]
pub struct ClientArgs {
    /// The client id that the server knows this app by
    #[arg(long, value_name = "ID", conflicts_with = "register")]
    pub client_id: Option<String>,
    /// Have the server register this app as a new client (RFC 7591)
    #[arg(long)]
    pub register: bool,
    /// Write the new client's secret to this file, which must not be there yet; - prints it
    #[arg(long, value_name = "FILE", requires = "register")]
    pub secret_out: Option<PathBuf>,
    /// A file whose first line is what the server wants to see before it registers anybody; - asks for it at the terminal
    #[arg(long, value_name = "FILE", requires = "register")]
    pub initial_access_token_file: Option<PathBuf>,
    /// Which of the servers that an API names to use (default: the first)
    #[arg(long, value_name = "ISSUER")]
    pub authorization_server: Option<String>,
    /// Go on when the metadata belongs to another issuer or API than was asked for
    #[arg(long)]
    pub accept_mismatch: bool,
}

/// `discover`.
#[derive(Debug, Args)]
pub struct DiscoverArgs {
    /// The address of an issuer, of an API, or of a metadata document
    pub address: String,
    /// Make a profile of it, called so
    #[arg(long)]
    pub name: Option<String>,
    /// The client of that profile.
    #[command(flatten)]
    pub client: ClientArgs,
    /// More fields of the profile; connection settings are used for the search too
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub changes: Vec<String>,
}

/// How to log in.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// The profile
    pub profile: String,
    /// Print the address instead of opening a browser
    #[arg(long)]
    pub no_browser: bool,
    /// Seconds to wait for the sign-in [default: 120; with a device code as long as that lives]
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    /// A file whose first line is the client secret; - asks for it at the terminal
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Who logs in, where the login sends user name and password
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// Read the password's line from standard input; at a terminal it is asked for
    #[arg(long)]
    pub password_stdin: bool,
    /// A file whose first line is the token to exchange; - reads standard input
    #[arg(long, value_name = "FILE")]
    pub subject_token_file: Option<PathBuf>,
}

/// `token`.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// How to log in.
    #[command(flatten)]
    pub login: LoginArgs,
    /// Which token
    #[arg(long, value_enum, default_value_t = Kind::Access)]
    pub kind: Kind,
}

/// Which token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The access token
    Access,
    /// The ID token
    Id,
    /// The refresh token
    Refresh,
}

/// `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The profile; all when left out
    pub profile: Option<String>,
}

/// `keys`.
#[derive(Debug, Args)]
pub struct KeysArgs {
    /// The profile
    pub profile: String,
}

/// `call`.
#[derive(Debug, Args)]
pub struct CallArgs {
    /// How to log in.
    #[command(flatten)]
    pub login: LoginArgs,
    /// Another address than the profile's API
    pub url: Option<String>,
}

/// `introspect`.
#[derive(Debug, Args)]
pub struct IntrospectArgs {
    /// How to log in.
    #[command(flatten)]
    pub login: LoginArgs,
    /// Which token
    #[arg(long, value_enum, default_value_t = ProviderKind::Access)]
    pub kind: ProviderKind,
}

/// `revoke`.
#[derive(Debug, Args)]
pub struct RevokeArgs {
    /// How to log in.
    #[command(flatten)]
    pub login: LoginArgs,
    /// Which token
    #[arg(long, value_enum, default_value_t = ProviderKind::Access)]
    pub kind: ProviderKind,
}

/// The tokens that a provider tells about and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProviderKind {
    /// The access token
    Access,
    /// The refresh token
    Refresh,
}

impl From<ProviderKind> for TokenKind {
    fn from(kind: ProviderKind) -> Self {
        match kind {
            ProviderKind::Access => Self::Access,
            ProviderKind::Refresh => Self::Refresh,
        }
    }
}

/// `inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Tokens, files, or - for standard input
    #[arg(value_name = "TOKEN|-|FILE")]
    pub inputs: Vec<String>,
    /// A JWK Set to verify with: a file or an address
    #[arg(long, value_name = "FILE|URL")]
    pub jwks: Option<String>,
    /// A public key to verify with, whatever kid the token names: a PEM file (RSA, EC or Ed25519)
    #[arg(long, value_name = "PEM", conflicts_with = "jwks")]
    pub key: Option<PathBuf>,
    /// A file whose first line is the secret of an HMAC
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// What iss must be
    #[arg(long)]
    pub issuer: Option<String>,
    /// What aud must name
    #[arg(long)]
    pub audience: Option<String>,
    /// What nonce must be
    #[arg(long)]
    pub nonce: Option<String>,
    /// Judge at this time and not now, as 2026-01-31T12:00:00Z or seconds since 1970
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// One token a line in the files or on standard input, one JSON document a line on standard output
    #[arg(long)]
    pub lines: bool,
}

/// `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// The profile
    pub profile: String,
    /// Only what happened since, as 2026-01-31 or 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// How to print it
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// How a history is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// For spreadsheets
    Csv,
}

/// `secret-hash`.
#[derive(Debug, Args)]
pub struct SecretHashArgs {
    /// A file whose first line is the client secret; - asks for it at the terminal
    #[arg(long, value_name = "FILE")]
    pub secret_file: PathBuf,
}
