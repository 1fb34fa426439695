//! The attacks by name.

use jiff::Timestamp;

use super::attacks;
use super::{Forged, SignWith};

/// What a preset wants to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A key that the server trusts: else it refuses the signature and never looks at what is tried.
    Signer,
    /// The public key of the provider, as PEM, byte by byte as the server holds it.
    PublicKey,
    /// An address that the tester serves.
    Address,
}

/// What the tester gives.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The time, for what is expired or not yet valid.
    pub now: Timestamp,
    /// How the token is signed where it must be signed well: a [`SignWith::Key`] or [`SignWith::Secret`].
    pub signer: Option<SignWith>,
    /// The provider's public key as PEM.
    pub public_key: Option<String>,
    /// What `jku` or `x5u` is to name.
    pub address: Option<String>,
    /// Another `iss` than the right one; `https://attacker.example` where there is none.
    pub issuer: Option<String>,
    /// Another `aud` than the right one; `somebody-else` where there is none.
    pub audience: Option<String>,
    /// The claim to change, and its value as JSON; `sub` and `"somebody-else"` where there is none.
    pub claim: Option<(String, String)>,
    /// Whether the header is marked. Some presets never are: the mark would change what they try.
    pub mark: bool,
}

impl Inputs {
    /// Nothing given but the time, and the result marked.
    pub fn new(now: Timestamp) -> Self {
        Self {
            now,
            signer: None,
            public_key: None,
            address: None,
            issuer: None,
            audience: None,
            claim: None,
            mark: true,
        }
    }
}

/// An attack that a resource server must withstand.
#[derive(Debug)]
pub struct Preset {
    /// A stable word for scripts, like `alg_none`.
    pub id: &'static str,
    /// Its name, for a list.
    pub name: &'static str,
    /// What it tries, in one sentence.
    pub tries: &'static str,
    /// The section whose rule it tries.
    pub spec: &'static str,
    /// What must be given.
    pub needs: &'static [Need],
    make: attacks::Make,
}

/// Every preset, in the order of a list.
pub fn presets() -> &'static [Preset] {
    PRESETS
}

/// Makes the token of the preset `id` out of `token`, which the server accepts as it is.
pub fn preset(token: &str, id: &str, inputs: &Inputs) -> Result<Forged, String> {
    let preset = PRESETS.iter().find(|preset| preset.id == id).ok_or_else(|| {
        let ids: Vec<&str> = PRESETS.iter().map(|preset| preset.id).collect();
        format!("There is no such preset. Choose one of {}", ids.join(", "))
    })?;
    for need in preset.needs {
        let missing = match need {
            Need::Signer if !matches!(inputs.signer, Some(SignWith::Key(..) | SignWith::Secret(..))) => {
                "give the key that the server trusts. Without it the server refuses the signature, and what is tried is \
                 never looked at"
            }
            Need::PublicKey if inputs.public_key.is_none() => {
                "give the provider's public key as PEM, byte by byte as the server holds it"
            }
            Need::Address if inputs.address.is_none() => "give an address that you serve",
            _ => continue,
        };
        return Err(format!("For “{}” {missing}", preset.name));
    }
    (preset.make)(token, inputs)
}

const SIGNED: &[Need] = &[Need::Signer];

const fn of(
    id: &'static str,
    name: &'static str,
    tries: &'static str,
    spec: &'static str,
    needs: &'static [Need],
    make: attacks::Make,
) -> Preset {
    Preset {
        id,
        name,
        tries,
        spec,
        needs,
        make,
    }
}

const PRESETS: &[Preset] = &[
    of(
        "alg_none",
        "Unsigned (none)",
        "Whether a token without a signature is accepted",
        "RFC 8725 §3.2",
        &[],
        |t, i| attacks::unsigned(t, i, "none"),
    ),
    of(
        "alg_none_title",
        "Unsigned (None)",
        "Whether none in another spelling slips past a list of forbidden words",
        "RFC 8725 §3.2",
        &[],
        |t, i| attacks::unsigned(t, i, "None"),
    ),
    of(
        "alg_none_mixed",
        "Unsigned (nONE)",
        "Whether none in another spelling slips past a list of forbidden words",
        "RFC 8725 §3.2",
        &[],
        |t, i| attacks::unsigned(t, i, "nONE"),
    ),
    of(
        "alg_none_upper",
        "Unsigned (NONE)",
        "Whether none in another spelling slips past a list of forbidden words",
        "RFC 8725 §3.2",
        &[],
        |t, i| attacks::unsigned(t, i, "NONE"),
    ),
    of(
        "stripped_signature",
        "Signature removed",
        "Whether an empty signature is accepted although alg asks for one",
        "RFC 7515 §5.2",
        &[],
        attacks::stripped,
    ),
    of(
        "flipped_signature",
        "One bit of the signature flipped",
        "Whether the signature is checked at all. Never marked, so that this bit is the only change",
        "RFC 7515 §5.2",
        &[],
        attacks::flipped,
    ),
    of(
        "changed_claim",
        "A claim changed, the signature kept",
        "Whether the signature is checked over the claims",
        "RFC 7515 §5.2",
        &[],
        attacks::changed_claim,
    ),
    of(
        "zero_signature",
        "ECDSA signature of zeros",
        "Whether r and s are checked to be above 0 (CVE-2022-21449)",
        "RFC 7518 §3.4",
        &[],
        attacks::zeros,
    ),
    of(
        "hmac_public_key",
        "HMAC with the public key",
        "Whether the public key is taken as the secret of an HMAC",
        "RFC 8725 §2.1",
        &[Need::PublicKey],
        attacks::hmac_public_key,
    ),
    of(
        "embedded_jwk",
        "A key in the header",
        "Whether a key that the token brings itself is trusted",
        "RFC 8725 §3.10",
        &[],
        attacks::embedded_jwk,
    ),
    of(
        "jku",
        "A key set at an address (jku)",
        "Whether a key set at any address is fetched and trusted",
        "RFC 8725 §3.10",
        &[Need::Address],
        attacks::jku,
    ),
    of(
        "x5u",
        "A certificate at an address (x5u)",
        "Whether a certificate at any address is fetched and trusted",
        "RFC 8725 §3.10",
        &[Need::Address],
        attacks::x5u,
    ),
    of(
        "kid_traversal",
        "kid as a path",
        "Whether kid is used as a file name: signed with the empty content of /dev/null",
        "RFC 8725 §3.10",
        &[],
        |t, i| attacks::kid(t, i, "../../../../../../../dev/null", b""),
    ),
    of(
        "kid_sql",
        "kid as a query",
        "Whether kid is put into a database query: signed with what the injected query gives",
        "RFC 8725 §3.10",
        &[],
        |t, i| attacks::kid(t, i, "x' UNION SELECT 'tokenscope", b"tokenscope"),
    ),
    of(
        "expired",
        "Expired an hour ago",
        "Whether exp is checked",
        "RFC 7519 §4.1.4",
        SIGNED,
        attacks::expired,
    ),
    of(
        "far_future",
        "Valid for ten years",
        "Whether the lifetime has a limit",
        "RFC 8725 §3.8, RFC 7519 §4.1.4",
        SIGNED,
        attacks::far_future,
    ),
    of(
        "no_exp",
        "Without exp",
        "Whether a token that never expires is accepted",
        "RFC 9068 §2.2",
        SIGNED,
        attacks::no_exp,
    ),
    of(
        "not_yet",
        "Valid in an hour",
        "Whether nbf is checked",
        "RFC 7519 §4.1.5",
        SIGNED,
        attacks::not_yet,
    ),
    of(
        "other_audience",
        "For another audience",
        "Whether aud is checked",
        "RFC 7519 §4.1.3, RFC 8725 §3.9",
        SIGNED,
        attacks::other_audience,
    ),
    of(
        "other_issuer",
        "From another issuer",
        "Whether iss is checked",
        "RFC 7519 §4.1.1, RFC 8725 §3.8",
        SIGNED,
        attacks::other_issuer,
    ),
    of(
        "unknown_crit",
        "An unknown critical parameter",
        "Whether crit is honoured",
        "RFC 7515 §4.1.11",
        SIGNED,
        attacks::unknown_crit,
    ),
    of(
        "duplicate_claim",
        "A claim twice",
        "Which of two values is believed, and whether all parties believe the same",
        "RFC 7519 §4",
        SIGNED,
        attacks::duplicate_claim,
    ),
    of(
        "other_typ",
        "Another typ",
        "Whether a token of one kind is taken for another",
        "RFC 8725 §3.11",
        SIGNED,
        attacks::other_typ,
    ),
];
