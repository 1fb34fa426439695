//! Encrypted tokens (JWE, RFC 7516), opened with keys that a person gives.
//!
//! Start with [`decrypt`]. `message` reads the three serializations, `header` what they say, `algorithm` the names,
//! `key` and `read_key` what a person gives, `choice` which key may be tried, `content_key` and `ecdh` get the key of the
//! content out, `content` opens the content with it, and `inflate` unpacks it.
//!
//! Everything is judged strictly: what had to be mended is not decrypted. A failure says what was tried, and never
//! whether padding, length or tag was wrong: that would help whoever guesses (RFC 7516 §11.5).

mod algorithm;
mod choice;
mod content;
mod content_key;
mod decrypted;
mod ecdh;
mod header;
mod inflate;
mod key;
mod message;
mod read_key;
#[cfg(test)]
mod seal;
#[cfg(test)]
mod tests;

pub use decrypted::{DecryptProblem, Decrypted, Plaintext, ProblemKind, Tried};
pub use key::DecryptionKey;

use zeroize::Zeroizing;

use super::keys::Finding;
use choice::Choice;
use content_key::{Refusal, Work};
use header::Parameters;
use message::Message;

/// Most recipients that are looked at: each costs a try of every key.
const MAX_RECIPIENTS: usize = 64;

/// Most lines that a list of tried keys has.
const MAX_TRIED: usize = 100;

/// Opens an encrypted token with the first of `keys` that fits one of its recipients (RFC 7516 §5.2).
///
/// `token` is the compact serialization, or the flattened or general JSON one. It may take seconds where the token asks
/// for much work (RSA of 8192 bits, PBES2): keep it off a thread that draws.
pub fn decrypt(token: &str, keys: &[DecryptionKey]) -> Result<Decrypted, DecryptProblem> {
    let trimmed = token.trim();
    let mut message = Message::parse(trimmed).map_err(DecryptProblem::malformed)?;
    if trimmed.len() < token.len() && !trimmed.starts_with('{') {
        let words = "White space around the token was left out: it is no part of one";
        message
            .findings
            .push(Finding::new("white_space", words, "RFC 7516 §7.1"));
    }
    let count = message.recipients.len();
    let mut tried = Vec::new();
    let mut only_problem = None;
    let mut work = Work::new();
    for (at, recipient) in message.recipients.iter().take(MAX_RECIPIENTS).enumerate() {
        let header = message.header(recipient);
        let whose = if count > 1 {
            format!("Recipient {}: ", at + 1)
        } else {
            String::new()
        };
        let parameters = match Parameters::read(&header, &recipient.encrypted_key)
            .and_then(|parameters| parameters.check_recipients(count).map(|()| parameters))
            .and_then(|parameters| message.content.check(parameters.enc).map(|()| parameters))
        {
            Ok(parameters) => parameters,
            Err(problem) => {
                note(&mut tried, "every key", format!("{whose}{}", problem.message));
                only_problem = Some(problem);
                continue;
            }
        };
        let choice = Choice::new(&header, &parameters, keys);
        for key in choice.order() {
            let opened = choice.check(key).map_err(Refusal::Because).and_then(|material| {
                let content_key = content_key::recover(material, &parameters, &recipient.encrypted_key, &mut work)?;
                work.spend_bytes(message.content.len())?;
                message
                    .content
                    .open(parameters.enc, &content_key)
                    .ok_or(Refusal::DoesNotOpen)
            });
            match opened {
                Ok(packed) => {
                    let mut findings = message.findings.clone();
                    findings.extend(parameters.findings());
                    findings.extend(choice.finding(key));
                    return Ok(Decrypted {
                        plaintext: unpack(packed, parameters.zip, &tried)?,
                        alg: parameters.alg_name.clone(),
                        enc: parameters.enc_name.clone(),
                        zip: parameters.zip,
                        key: key.name().to_owned(),
                        recipient: at + 1,
                        recipients: count,
                        findings,
                        tried,
                    });
                }
                Err(refusal) => note(&mut tried, key.name(), format!("{whose}{refusal}")),
            }
        }
    }
    if count > MAX_RECIPIENTS {
        let why = format!("Not tried: the token has {count} recipients, and only {MAX_RECIPIENTS} are looked at");
        note(&mut tried, "every key", why);
    }
    Err(match only_problem {
        Some(problem) if count == 1 => problem,
        _ if keys.is_empty() => DecryptProblem::no_keys(),
        _ => DecryptProblem::none_fits(tried),
    })
}

fn unpack(packed: Zeroizing<Vec<u8>>, zip: bool, tried: &[Tried]) -> Result<Plaintext, DecryptProblem> {
    if !zip {
        return Ok(Plaintext::new(packed));
    }
    inflate::inflate(&packed)
        .map(Plaintext::new)
        .map_err(|why| DecryptProblem::content(why, tried))
}

fn note(tried: &mut Vec<Tried>, key: &str, why: String) {
    if tried.len() < MAX_TRIED {
        tried.push(Tried {
            key: key.to_owned(),
            why,
        });
    }
}
