//! What the headers of an encrypted token say (RFC 7516 §4, RFC 7518 §4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::algorithm::{ContentEncryption, Hash, KeyManagement};
use super::decrypted::DecryptProblem;
use super::ecdh::Agreement;
use crate::model::body::cut;
use crate::model::keys::Finding;

/// The three headers of one recipient, as one.
pub(super) struct Header<'a> {
    pub(super) protected: &'a Map<String, Value>,
    pub(super) unprotected: [&'a Map<String, Value>; 2],
}

impl<'a> Header<'a> {
    /// A parameter from whichever header has it.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        let unprotected = || self.unprotected.iter().find_map(|header| header.get(name));
        self.protected.get(name).or_else(unprotected)
    }

    fn text(&self, name: &str) -> Result<&'a str, DecryptProblem> {
        let missing = || DecryptProblem::malformed(format!("The header has no text {name} (RFC 7516 §4.1)"));
        self.get(name).and_then(Value::as_str).ok_or_else(missing)
    }

    /// `kid` (RFC 7516 §4.1.6).
    pub(super) fn kid(&self) -> Option<&'a str> {
        self.get("kid").and_then(Value::as_str)
    }

    /// A parameter that is base64url; `None` when it is not there.
    pub(super) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let decoded = value.as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        decoded
            .map(Some)
            .ok_or_else(|| format!("The header's {name} is not base64url without padding (RFC 7518 §4)"))
    }
}

/// What a recipient's headers say, as far as it is needed.
pub(super) struct Parameters {
    pub(super) alg_name: String,
    pub(super) enc_name: String,
    pub(super) alg: KeyManagement,
    pub(super) enc: ContentEncryption,
    pub(super) zip: bool,
    pub(super) extra: Extra,
}

/// What only some ways of key management have.
pub(super) enum Extra {
    Nothing,
    /// RFC 7518 §4.6.1.
    Agreement(Box<Agreement>),
    /// RFC 7518 §4.7.1.
    Sealed {
        iv: Vec<u8>,
        tag: Vec<u8>,
    },
    /// RFC 7518 §4.8.1. The salt is without the algorithm in front.
    Password {
        salt: Vec<u8>,
        rounds: u32,
    },
}

/// Most rounds of PBKDF2 that are done for one key (RFC 7518 §4.8.1.2): more is an attack on whoever decrypts.
const MAX_ROUNDS: u32 = 1_000_000;

impl Parameters {
    /// Reads them, or says what is wrong.
    pub(super) fn read(header: &Header<'_>, encrypted_key: &[u8]) -> Result<Self, DecryptProblem> {
        if let Some(crit) = header.get("crit") {
            return Err(DecryptProblem::unsupported(critical(crit)));
        }
        let alg_name = header.text("alg")?;
        let enc_name = header.text("enc")?;
        let alg = KeyManagement::find(alg_name).ok_or_else(|| {
            let message = format!(
                "alg is {}: that is no way to encrypt a key that is known here (RFC 7518 §4.1)",
                cut(alg_name)
            );
            DecryptProblem::unsupported(message)
        })?;
        let enc = ContentEncryption::find(enc_name).ok_or_else(|| {
            let message = format!(
                "enc is {}: that is no encryption that is known here (RFC 7518 §5.1)",
                cut(enc_name)
            );
            DecryptProblem::unsupported(message)
        })?;
        let zip = read_zip(header)?;
        let parameters = Self {
            alg_name: alg_name.to_owned(),
            enc_name: enc_name.to_owned(),
            alg,
            enc,
            zip,
            extra: Extra::read(header, alg)?,
        };
        parameters.check_encrypted_key(encrypted_key)?;
        Ok(parameters)
    }

    /// A content key that is agreed upon or shared is that of one recipient.
    pub(super) fn check_recipients(&self, count: usize) -> Result<(), DecryptProblem> {
        if count > 1 && matches!(self.alg, KeyManagement::Dir | KeyManagement::EcdhEs(None)) {
            return Err(DecryptProblem::malformed(format!(
                "{} is for one recipient alone, and the token has {count} (RFC 7516 §7.2.1)",
                self.alg_name
            )));
        }
        Ok(())
    }

    fn check_encrypted_key(&self, encrypted_key: &[u8]) -> Result<(), DecryptProblem> {
        let wanted = match self.alg {
            KeyManagement::Dir | KeyManagement::EcdhEs(None) => {
                if encrypted_key.is_empty() {
                    return Ok(());
                }
                let message = format!(
                    "{} has no encrypted key, and here is one (RFC 7516 §5.2)",
                    self.alg_name
                );
                return Err(DecryptProblem::malformed(message));
            }
            KeyManagement::RsaPkcs1 | KeyManagement::RsaOaep(_) => {
                if encrypted_key.is_empty() {
                    let message = format!(
                        "{} has an encrypted key, and here is none (RFC 7516 §5.2)",
                        self.alg_name
                    );
                    return Err(DecryptProblem::malformed(message));
                }
                return Ok(());
            }
            KeyManagement::AesGcmKw(_) => self.enc.key_len(),
            // RFC 3394 §2.2.1: 8 bytes are added.
            KeyManagement::AesKw(_) | KeyManagement::EcdhEs(Some(_)) | KeyManagement::Pbes2(..) => {
                self.enc.key_len() + 8
            }
        };
        if encrypted_key.len() == wanted {
            return Ok(());
        }
        Err(DecryptProblem::malformed(format!(
            "The encrypted key has {} bytes where {} with {} has {wanted} (RFC 7518 §4)",
            encrypted_key.len(),
            self.alg_name,
            self.enc_name
        )))
    }

    /// What is odd in the headers although the token may open.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.alg == KeyManagement::RsaPkcs1 {
            findings.push(Finding::new(
                "rsa1_5",
                "RSA1_5 is deprecated: who may ask often enough whether a message opens can read it. Use RSA-OAEP-256",
                "RFC 8725 §3.2, RFC 8017 §7.2",
            ));
        }
        if self.zip {
            findings.push(Finding::new(
                "compressed",
                "The content is compressed: its length may tell what is in it",
                "RFC 8725 §3.6",
            ));
        }
        match &self.extra {
            Extra::Agreement(agreement) if agreement.has_private_half => findings.push(Finding::new(
                "epk_private",
                "epk holds the private half of the sender's key: everybody who sees the token can open it",
                "RFC 7518 §4.6.1.1",
            )),
            Extra::Password { rounds, .. } if *rounds < 1000 => findings.push(Finding::new(
                "few_rounds",
                format!("p2c is {rounds} where at least 1000 is recommended: the password is easy to guess"),
                "RFC 7518 §4.8.1.2",
            )),
            _ => {}
        }
        if let Extra::Password { salt, .. } = &self.extra
            && salt.len() < 8
        {
            let message = format!("p2s has {} bytes where 8 or more are wanted", salt.len());
            findings.push(Finding::new("short_salt", message, "RFC 7518 §4.8.1.1"));
        }
        findings
    }
}

impl Extra {
    fn read(header: &Header<'_>, alg: KeyManagement) -> Result<Self, DecryptProblem> {
        match alg {
            KeyManagement::EcdhEs(_) => Agreement::read(header)
                .map(|agreement| Self::Agreement(Box::new(agreement)))
                .map_err(DecryptProblem::malformed),
            KeyManagement::AesGcmKw(_) => Ok(Self::Sealed {
                iv: exactly(header, "iv", 12)?,
                tag: exactly(header, "tag", 16)?,
            }),
            KeyManagement::Pbes2(hash, _) => read_password(header, hash),
            _ => Ok(Self::Nothing),
        }
    }
}

fn exactly(header: &Header<'_>, name: &str, wanted: usize) -> Result<Vec<u8>, DecryptProblem> {
    let value = header.bytes(name).map_err(DecryptProblem::malformed)?;
    let has = value.as_ref().map_or(0, Vec::len);
    value.filter(|value| value.len() == wanted).ok_or_else(|| {
        let message = format!("The header's {name} has {has} bytes where {wanted} are wanted (RFC 7518 §4.7.1)");
        DecryptProblem::malformed(message)
    })
}

fn read_password(header: &Header<'_>, hash: Hash) -> Result<Extra, DecryptProblem> {
    debug_assert!(hash != Hash::Sha1, "no PBES2 of RFC 7518 §4.8 uses SHA-1");
    let salt = header.bytes("p2s").map_err(DecryptProblem::malformed)?;
    let salt = salt.ok_or_else(|| DecryptProblem::malformed("The header has no p2s (RFC 7518 §4.8.1.1)"))?;
    let rounds = header.get("p2c").and_then(Value::as_u64).filter(|rounds| *rounds > 0);
    let rounds = rounds.ok_or_else(|| {
        DecryptProblem::malformed("The header's p2c is not a whole number above 0 (RFC 7518 §4.8.1.2)")
    })?;
    match u32::try_from(rounds) {
        Ok(rounds) if rounds <= MAX_ROUNDS => Ok(Extra::Password { salt, rounds }),
        _ => Err(DecryptProblem::unsupported(format!(
            "p2c asks for {rounds} rounds, more than the {MAX_ROUNDS} that are done here: that is an attack on whoever \
             decrypts (RFC 7518 §8.5)"
        ))),
    }
}

/// `zip`, which must be protected (RFC 7516 §4.1.3).
fn read_zip(header: &Header<'_>) -> Result<bool, DecryptProblem> {
    if header
        .unprotected
        .iter()
        .any(|unprotected| unprotected.contains_key("zip"))
    {
        let message = "zip stands outside the protected header, where it must be (RFC 7516 §4.1.3)";
        return Err(DecryptProblem::malformed(message));
    }
    match header.protected.get("zip") {
        None => Ok(false),
        Some(Value::String(zip)) if zip == "DEF" => Ok(true),
        Some(Value::String(zip)) => {
            let message = format!("zip is {}: only DEF is known (RFC 7516 §4.1.3)", cut(zip));
            Err(DecryptProblem::unsupported(message))
        }
        Some(_) => Err(DecryptProblem::malformed("zip is not a text (RFC 7516 §4.1.3)")),
    }
}

fn critical(crit: &Value) -> String {
    if crit.as_array().is_some_and(Vec::is_empty) {
        return "crit is an empty list, and it must name something (RFC 7516 §4.1.13, RFC 7515 §4.1.11)".to_owned();
    }
    let names: Vec<String> = crit
        .as_array()
        .map(|names| names.iter().filter_map(Value::as_str).take(5).map(cut).collect())
        .unwrap_or_default();
    if names.is_empty() {
        "crit is not a list of names (RFC 7516 §4.1.13)".to_owned()
    } else {
        format!(
            "crit says that {} must be understood, and it is not: the token must be refused (RFC 7516 §4.1.13)",
            names.join(", ")
        )
    }
}
