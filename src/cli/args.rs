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
        after_help = "Examples:\n  tokenscope inspect eyJhbGciOi…\n  pbpaste | tokenscope inspect - --json\n  tokenscope inspect --lines tokens.txt\n  tokenscope inspect token.txt --key public.pem\n  tokenscope inspect \"$(cat curl.txt)\" --discover --explain\n  tokenscope inspect --compare before.txt after.txt"
    )]
    Inspect(InspectArgs),
    /// Change a token and sign it again, to try the checks of your own servers
    #[command(
        after_help = "The forged token goes to standard output, what was changed to standard error.\n\nExamples:\n  tokenscope forge --list\n  tokenscope forge token.txt --claim 'roles=[\"admin\"]' --keep-signature\n  tokenscope forge token.txt --preset alg_none"
    )]
    Forge(ForgeArgs),
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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Texts with tokens in them, files, or - for standard input
    #[arg(value_name = "TOKEN|-|FILE")]
    pub inputs: Vec<String>,
    /// A JWK Set to verify with: a file or an address
    #[arg(long, value_name = "FILE|URL", help_heading = "Keys")]
    pub jwks: Option<String>,
    /// A key to verify with: PEM, a certificate or a JWK, whatever kid the token names, or a JWK Set, in which its kid chooses; of a private key the public half is used
    #[arg(long, value_name = "FILE", conflicts_with = "jwks", help_heading = "Keys")]
    pub key: Option<PathBuf>,
    /// Verify with the keys that the issuer publishes: asks the server that the token names in iss, or --issuer
    #[arg(long, conflicts_with_all = ["jwks", "key"], help_heading = "Keys")]
    pub discover: bool,
    /// A file whose first line is the secret of an HMAC, or that a token is encrypted with; - asks for it at the terminal
    #[arg(long, value_name = "FILE", help_heading = "Keys")]
    pub secret_file: Option<PathBuf>,
    /// How the secret is written
    #[arg(long, value_enum, default_value_t = SecretFormat::Auto, value_name = "FORMAT", help_heading = "Keys")]
    pub secret_format: SecretFormat,
    /// A private key to open encrypted tokens with: PEM or JWK
    #[arg(long, value_name = "FILE", help_heading = "Keys")]
    pub decrypt_key: Option<PathBuf>,
    /// What was signed, where the token does not hold it (a detached payload)
    #[arg(long, value_name = "FILE", help_heading = "Keys")]
    pub payload: Option<PathBuf>,
    /// What the token is for: decides which rules apply (default: the token tells, by typ and claims that only one kind has)
    #[arg(long = "use", value_enum, value_name = "USE", help_heading = "Expectations")]
    pub token_use: Option<Use>,
    /// What iss must be
    #[arg(long, help_heading = "Expectations")]
    pub issuer: Option<String>,
    /// What aud must name; for an ID token the client id, which azp must name too
    #[arg(long, help_heading = "Expectations")]
    pub audience: Option<String>,
    /// What nonce must be, in a token of any use
    #[arg(long, help_heading = "Expectations")]
    pub nonce: Option<String>,
    /// `max_age` as it was sent: `auth_time` must not be older
    #[arg(
        long,
        help = "max_age as it was sent: auth_time must not be older",
        value_name = "SECONDS",
        help_heading = "Expectations"
    )]
    pub max_age: Option<u32>,
    /// `acr_values` as they were sent, divided by spaces: acr should be one of them
    #[arg(
        long,
        help = "acr_values as they were sent, divided by spaces: acr should be one of them",
        value_name = "VALUES",
        help_heading = "Expectations"
    )]
    pub acr: Option<String>,
    /// state as it was sent: `s_hash` must be its hash
    #[arg(
        long,
        help = "state as it was sent: s_hash must be its hash",
        help_heading = "Expectations"
    )]
    pub state: Option<String>,
    /// A file whose first line is the code that came beside it: `c_hash` must be its hash
    #[arg(
        long,
        help = "A file whose first line is the code that came beside it: c_hash must be its hash",
        value_name = "FILE",
        help_heading = "Expectations"
    )]
    pub code_file: Option<PathBuf>,
    /// A file whose first line is the access token that came beside it: `at_hash` must be its hash
    #[arg(
        long,
        help = "A file whose first line is the access token that came beside it: at_hash must be its hash",
        value_name = "FILE",
        help_heading = "Expectations"
    )]
    pub access_token_file: Option<PathBuf>,
    /// Judge at this time and not now, as 2026-01-31T12:00:00Z or seconds since 1970
    #[arg(long, value_name = "TIME", help_heading = "Expectations")]
    pub at: Option<String>,
    /// Seconds by which clocks may differ before nbf and iat are called wrong [default: 60]; given, an exp within them is a
    /// warning
    #[arg(long, value_name = "SECONDS", help_heading = "Expectations")]
    pub leeway: Option<u32>,
    /// Say what each claim and its value mean, with the section (--json: the member “explained”)
    #[arg(long)]
    pub explain: bool,
    /// Compare two tokens, claim by claim: the older one first
    #[arg(long, conflicts_with_all = ["lines", "explain"])]
    pub compare: bool,
    /// With --compare: the second came by a refresh of the first, and must keep what a refresh keeps
    #[arg(long, requires = "compare")]
    pub refreshed: bool,
    /// One token a line in the files or on standard input, one JSON document a line on standard output; well-known secrets are not tried
    #[arg(long)]
    pub lines: bool,
}

/// How a secret is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SecretFormat {
    /// Whichever fits
    Auto,
    /// As it stands
    Text,
    /// Base64 or base64url of its bytes
    Base64,
    /// Hex digits of its bytes
    Hex,
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Use {
    /// An ID token: for the app
    Id,
    /// An access token: for the API
    Access,
    /// Just a JWT
    Jwt,
}

/// `forge`.
#[derive(Debug, Args)]
pub struct ForgeArgs {
    /// A text with one token in it, a file, or - for standard input
    #[arg(value_name = "TOKEN|-|FILE")]
    pub input: Option<String>,
    /// List the presets: attacks that a resource server must withstand
    #[arg(long)]
    pub list: bool,
    /// Make this attack out of the token
    #[arg(long, value_name = "ID", conflicts_with_all = ["header", "claim", "remove"], help_heading = "Changes")]
    pub preset: Option<String>,
    /// Give a header parameter this value, JSON: a text has quotes
    #[arg(long, value_name = "NAME=JSON", help_heading = "Changes")]
    pub header: Vec<String>,
    /// Give a claim this value, JSON: a text has quotes
    #[arg(long, value_name = "NAME=JSON", help_heading = "Changes")]
    pub claim: Vec<String>,
    /// Remove a claim; header.NAME removes a header parameter
    #[arg(long, value_name = "NAME", help_heading = "Changes")]
    pub remove: Vec<String>,
    /// Leave out the mark in the header that says that the token is forged
    #[arg(long, help_heading = "Changes")]
    pub unmarked: bool,
    /// The provider's public key as PEM, for presets that need it
    #[arg(long, value_name = "FILE", requires = "preset", help_heading = "Changes")]
    pub public_key: Option<PathBuf>,
    /// An address that you serve, for presets that need it
    #[arg(long, value_name = "URL", requires = "preset", help_heading = "Changes")]
    pub address: Option<String>,
    /// How it is signed.
    #[command(flatten)]
    pub sign: ForgeSign,
    /// The algorithm to sign with (default: the token's, where the key can)
    #[arg(long, value_name = "ALG", help_heading = "Signature")]
    pub alg: Option<String>,
}

/// What a forged token is signed with.
#[derive(Debug, Args)]
#[group(required = false, multiple = false)]
pub struct ForgeSign {
    /// A private key, PEM or JWK
    #[arg(long, value_name = "FILE", help_heading = "Signature")]
    pub key: Option<PathBuf>,
    /// A file whose first line is the secret of an HMAC; - asks for it at the terminal
    #[arg(long, value_name = "FILE", help_heading = "Signature")]
    pub secret_file: Option<PathBuf>,
    /// Nothing: alg is none
    #[arg(long, help_heading = "Signature")]
    pub unsigned: bool,
    /// The signature that it had, which no longer fits
    #[arg(long, help_heading = "Signature")]
    pub keep_signature: bool,
    /// Nothing, and alg is what it was
    #[arg(long, help_heading = "Signature")]
    pub strip_signature: bool,
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
