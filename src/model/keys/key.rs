//! One key of a set: what it says of itself, and why it cannot be used where it cannot.

use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use super::certificate::Certificate;
use super::finding::Finding;
use super::numbers::{Numbers, bit_len};
use super::public_key::PublicKey;
use super::{point_weakness, rsa_weakness};
use crate::model::body::cut;
use crate::model::secret::Secret;

/// Shortest RSA key in bits (RFC 7518 §3.3), and the longest that can be checked here.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A text that a key may be taken as, with what it is.
pub(in crate::model) type Form = (&'static str, Vec<u8>);

/// One key as it is published or was given.
#[derive(Clone)]
pub struct Key {
    /// Its place in its set, from 1.
    pub place: usize,
    /// `kid` (RFC 7517 §4.5).
    pub kid: Option<String>,
    /// `kty` (RFC 7517 §4.1), as it is written.
    pub kty: Option<String>,
    /// The curve (`P-256`), or the length of an RSA key (`2048 bits`).
    pub size: Option<String>,
    /// `alg` (RFC 7517 §4.4), as it is written.
    pub alg: Option<String>,
    /// `use` (RFC 7517 §4.2), as it is written.
    pub key_use: Option<String>,
    /// `key_ops` (RFC 7517 §4.3), as they are written.
    pub key_ops: Option<Vec<String>>,
    /// Whether it is for RSASSA-PSS alone, by the name of its type (RFC 4055 §1.2).
    pub(in crate::model) is_pss_only: bool,
    /// The certificate that it came in, or that it carries as `x5c` (RFC 7517 §4.7). Its dates are not judged.
    pub certificate: Option<Certificate>,
    /// Whether a signature by it proves anything, or why not.
    pub usable: Result<(), KeyProblem>,
    /// What else was noticed of it.
    pub findings: Vec<Finding>,
    /// The key itself where it could be read, weak ones too: to say whether a signature fits.
    pub(in crate::model) public: Option<PublicKey>,
    /// A symmetric key that a person gave.
    pub(in crate::model) secret: Option<Secret>,
    /// Its name with its kind, made when it is first asked for: every verdict says it.
    label: OnceLock<SmolStr>,
    /// The texts that it came as, with what they are: an attacker makes HMACs of them.
    pub(in crate::model) written: Vec<(&'static str, Vec<u8>)>,
    /// Those and every other text that it may be taken as: made when one is first looked for, and shared by its copies.
    pub(in crate::model) forms: OnceLock<Arc<[Form]>>,
}

/// Why no signature can be checked with a key, or why that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyProblem {
    /// It is not written as it must be: what is wrong.
    Broken(String),
    /// Its type or its curve is none that can be checked here.
    Unsupported,
    /// It is an RSA key of so many bits: too short, or too long to check here.
    Length(usize),
    /// It is a secret that both sides hold (RFC 7518 §6.4), where everybody can read it.
    Symmetric,
    /// Anybody can sign with it, or nobody: the message continues a sentence that starts with the key's name.
    Weak(Finding),
}

impl KeyProblem {
    /// What is to be said of the key.
    fn predicate(&self) -> String {
        match self {
            Self::Broken(why) => format!("cannot be read: {why}"),
            Self::Unsupported => "is of a kind that Tokenscope does not verify".to_owned(),
            Self::Length(bits) if bits < RSA_BITS.start() => {
                format!("is RSA with {bits} bits, under {} (RFC 7518 §3.3)", RSA_BITS.start())
            }
            Self::Length(bits) => format!(
                "is RSA with {bits} bits, over the {} that can be checked",
                RSA_BITS.end()
            ),
            Self::Symmetric => "is symmetric (oct): a secret that everybody can read".to_owned(),
            Self::Weak(finding) => finding.message.clone(),
        }
    }
}

impl std::fmt::Debug for Key {
    /// Without the key itself.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("kid", &self.kid)
            .field("kty", &self.kty)
            .field("alg", &self.alg)
            .finish_non_exhaustive()
    }
}

impl Key {
    /// A key at `place` of its set, with nothing but its numbers.
    pub(super) fn new(place: usize, numbers: Result<Numbers, KeyProblem>) -> Self {
        let mut findings = Vec::new();
        let (kty, size, public, usable) = match numbers {
            Ok(numbers) => {
                let (public, usable) = judge(&numbers, &mut findings);
                (Some(numbers.kty().to_owned()), Some(numbers.size()), public, usable)
            }
            Err(problem) => (None, None, None, Err(problem)),
        };
        Self {
            place,
            kid: None,
            kty,
            size,
            alg: None,
            key_use: None,
            key_ops: None,
            is_pss_only: false,
            certificate: None,
            usable,
            findings,
            public,
            secret: None,
            label: OnceLock::new(),
            written: Vec::new(),
            forms: OnceLock::new(),
        }
    }

    /// Whether the JWK that it came as holds its private half.
    pub(super) fn is_private(&self) -> bool {
        let codes = ["private_key", "private_key_given"];
        self.findings
            .iter()
            .any(|finding| codes.contains(&finding.code.as_str()))
    }

    /// Whether it is not marked for something else than signatures.
    pub fn is_for_signatures(&self) -> bool {
        self.key_use.as_deref().is_none_or(|u| u == "sig")
    }

    /// Whether it may be used to verify, by its `key_ops` (RFC 7517 §4.3). A private key's `sign` says the same of its
    /// public half.
    pub fn may_verify(&self) -> bool {
        let verifies = |op: &String| op == "verify" || (op == "sign" && (self.is_private() || self.secret.is_some()));
        self.key_ops.as_ref().is_none_or(|ops| ops.iter().any(verifies))
    }

    /// Its type with its curve or length: `EC P-256`, `RSA 2048 bits`.
    pub fn kind(&self) -> String {
        let parts = [&self.kty, &self.size].map(|part| part.as_deref().map(cut));
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// What a sentence calls it: its `kid`, else its place.
    pub fn name(&self) -> String {
        match &self.kid {
            Some(kid) => format!("key {}", cut(kid)),
            None => format!("key {}", self.place),
        }
    }

    /// The same with its kind: `key a (RSA 2048 bits)`.
    pub fn label(&self) -> &SmolStr {
        self.label.get_or_init(|| match self.kind() {
            kind if kind.is_empty() => self.name().into(),
            kind => format!("{} ({kind})", self.name()).into(),
        })
    }

    /// What is wrong with it, said of `name`.
    pub(in crate::model) fn wrong(&self, name: &str) -> Option<String> {
        let problem = self.usable.as_ref().err()?;
        Some(format!("{name} {}", problem.predicate()))
    }

    /// What is wrong with it, without its name: `cannot be read: …`. Of a key for encryption only what concerns everybody.
    pub fn fault(&self) -> Option<String> {
        self.problem()?;
        Some(self.usable.as_ref().err()?.predicate())
    }

    /// What is wrong with it, in one sentence that says which of its set it is. Of a key for encryption only what concerns
    /// everybody.
    pub fn problem(&self) -> Option<String> {
        let problem = self.usable.as_ref().err()?;
        if !self.is_for_signatures() && *problem != KeyProblem::Symmetric {
            return None;
        }
        self.wrong(&self.full_name(*problem == KeyProblem::Unsupported))
    }

    /// Its place, with its `kid` and perhaps its kind: `key 2 (kid a)`.
    pub(in crate::model) fn full_name(&self, with_kind: bool) -> String {
        let kid = self.kid.as_ref().map(|kid| format!("kid {}", cut(kid)));
        let kind = with_kind.then(|| self.kind()).filter(|kind| !kind.is_empty());
        let which = [kid, kind].into_iter().flatten().collect::<Vec<_>>().join(", ");
        if which.is_empty() {
            format!("key {}", self.place)
        } else {
            format!("key {} ({which})", self.place)
        }
    }
}

/// Shortest RSA key whose modulus is looked into: of a shorter one the length says it all.
const WORTH_A_LOOK_BITS: usize = 512;

/// Reads the key, and says what a signature by it is worth. Of several weaknesses one is the problem, and the others go to
/// `findings`.
fn judge(numbers: &Numbers, findings: &mut Vec<Finding>) -> (Option<PublicKey>, Result<(), KeyProblem>) {
    if let Numbers::Rsa { n, .. } = numbers
        && bit_len(n) > *RSA_BITS.end()
    {
        return (None, Err(KeyProblem::Length(bit_len(n))));
    }
    let public = PublicKey::new(numbers);
    let problem = match numbers {
        Numbers::Rsa { n, e } => {
            let bits = bit_len(n);
            let is_short = bits < *RSA_BITS.start();
            let mut weaknesses = rsa_weakness::weaknesses(n, e, bits >= WORTH_A_LOOK_BITS).into_iter();
            let problem = if is_short {
                Some(KeyProblem::Length(bits))
            } else {
                weaknesses.next().map(KeyProblem::Weak)
            };
            findings.extend(weaknesses);
            problem
        }
        Numbers::Ed25519(x) => point_weakness::ed25519(x).map(KeyProblem::Weak),
        Numbers::Ec(curve, point) if public.is_none() => {
            Some(KeyProblem::Weak(point_weakness::not_on_curve(*curve, point)))
        }
        Numbers::Ec(..) => None,
    };
    let unread = || {
        let why = "the cryptographic library does not take it";
        public.is_none().then(|| KeyProblem::Broken(why.to_owned()))
    };
    let problem = problem.or_else(unread);
    (public, problem.map_or(Ok(()), Err))
}
