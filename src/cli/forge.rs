//! `tokenscope forge`: changes a token and signs it again, to try what one's own servers check.
//!
//! Standard output is the bare token and nothing else; what was changed, and what it is for, goes to standard error. The
//! key of the embedded provider is not among the signers: it is made anew at each start, so that of another process
//! signs nothing that anybody accepts. The window, where the provider runs, has it.

use std::path::Path;

use super::args::{ForgeArgs, ForgeSign};
use super::input::{self, Source};
use super::json_writer::{Layout, list, name, object};
use super::outcome::{Outcome, Status, Stop, usage};
use super::printer::{Paint, Printer};
use super::{Context, inspect_input};
use crate::engine::Failure;
use crate::model::forge::{Change, Edit, Forged, Inputs, Need, Rewrite, SignWith, forge, preset, presets};
use crate::model::jwt::{self, Decoded};
use crate::model::keys::jwa::SigningAlgorithm;
use crate::model::keys::signing::SigningKey;
use crate::model::{Clock as _, Secret, visible};
use crate::system::SystemClock;

const KEY_HINT: &str = "Give a private key as PEM or JWK";
const PUBLIC_HINT: &str = "Give the provider's public key as PEM, byte by byte as the server holds it";
/// What stands before the name of a header parameter that is to be removed.
const HEADER: &str = "header.";
/// So many names are shown to choose from.
const MAX_NAMES: usize = 20;
const CHANGE_HINT: &str = "“tokenscope forge --help” shows examples; “--list” shows the presets";

/// Makes the token, or lists the presets.
pub(super) async fn run(context: &Context, args: &ForgeArgs) -> Outcome {
    let printer = context.printer;
    if args.list {
        return list_presets(printer);
    }
    if printer.json {
        return Err(usage(
            "A token is no JSON document, and none is ever put into one",
            "Leave out --json: standard output is the bare token; --list --json lists the presets",
        ));
    }
    let token = only_token(args.input.as_ref()).await?;
    let forged = make(args, &token).await?;
    for what in &forged.what {
        printer.tell(what);
    }
    if let Some(publish) = &forged.publish {
        printer.tell(&format!(
            "Serve this at {} as {}:\n{}",
            publish.address, publish.content_type, publish.body
        ));
    }
    let mark = if forged.is_marked {
        "Its header says so"
    } else {
        "Nothing in it says so, and “inspect” does not know it again"
    };
    printer.tell(&format!(
        "{} This token is forged: for tests of your own servers only. {mark}",
        printer.paint(Paint::Warn, "▲")
    ));
    // Exposed because it is what was asked for.
    printer.data(forged.token.expose())?;
    Ok(Status::Good)
}

/// The one token of the input.
async fn only_token(input: Option<&String>) -> Result<Secret, Stop> {
    let inputs: Vec<String> = input.cloned().into_iter().collect();
    let mut given = inspect_input::tokens(&inputs).await?;
    match (given.pop(), given.len()) {
        (Some(only), 0) => Ok(only.token),
        (_, more) => Err(usage(
            format!("There are {} tokens in it, and one is changed at a time", more + 1),
            "Give the one to change",
        )),
    }
}

async fn make(args: &ForgeArgs, token: &Secret) -> Result<Forged, Stop> {
    let signer = signer(args, token).await?;
    // Exposed to be changed.
    let text = token.expose();
    if let Some(id) = &args.preset {
        let signer = match signer {
            Some(SignWith::Key(..) | SignWith::Secret(..)) | None => signer,
            Some(_) => {
                return Err(usage(
                    "A preset says itself what becomes of the signature",
                    "Leave the option out, or name a key that the server trusts with --key or --secret-file",
                ));
            }
        };
        let public_key = match &args.public_key {
            Some(file) => Some(Source::new(file).read_text(PUBLIC_HINT).await?.to_string()),
            None => None,
        };
        let inputs = Inputs {
            signer,
            public_key,
            address: args.address.clone(),
            mark: !args.unmarked,
            ..Inputs::new(SystemClock.now())
        };
        return preset(text, id, &inputs).map_err(|why| not_forged(&why));
    }
    let Some(sign) = signer else {
        return Err(usage(
            "It is not said how the changed token is to be signed",
            "Add --key, --secret-file, --unsigned, --keep-signature or --strip-signature; or choose a --preset",
        ));
    };
    must_be_there(args, &jwt::decode(text))?;
    let (header, claims) = changes(args)?;
    let rewrite = |changes: Vec<Change>| {
        if changes.is_empty() {
            Rewrite::Keep
        } else {
            Rewrite::Changes(changes)
        }
    };
    let edit = Edit {
        header: rewrite(header),
        claims: rewrite(claims),
        sign,
        mark: !args.unmarked,
    };
    forge(text, &edit).map_err(|why| not_forged(&why))
}

/// The changes of the header, and those of the claims.
fn changes(args: &ForgeArgs) -> Result<(Vec<Change>, Vec<Change>), Stop> {
    let set = |pair: &String| {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            usage(
                format!("“{}” is no change: there is no = in it", visible(pair)),
                CHANGE_HINT,
            )
        })?;
        if serde_json::from_str::<serde::de::IgnoredAny>(value).is_err() {
            let shown = visible(name);
            return Err(usage(
                format!("The new value of {shown} is not JSON"),
                format!("A text has quotes: '{shown}=\"…\"'"),
            ));
        }
        Ok(Change::set(name, value))
    };
    let mut header: Vec<Change> = args.header.iter().map(set).collect::<Result<_, _>>()?;
    let mut claims: Vec<Change> = args.claim.iter().map(set).collect::<Result<_, _>>()?;
    for name in &args.remove {
        let (of, name) = match name.strip_prefix(HEADER) {
            Some(name) => (&mut header, name),
            None => (&mut claims, name.as_str()),
        };
        of.push(Change::Unset { name: name.to_owned() });
    }
    Ok((header, claims))
}

/// What is to be removed must be there, or nothing of it would be tried. Of a part that is no whole object `forge` says
/// that.
fn must_be_there(args: &ForgeArgs, decoded: &Decoded) -> Result<(), Stop> {
    for whole_name in &args.remove {
        let (part, what, name) = match whole_name.strip_prefix(HEADER) {
            Some(name) => (&decoded.header, "header parameter", name),
            None => (&decoded.payload, "claim", whole_name.as_str()),
        };
        if part.is_object && part.member(name).is_none() {
            let names: Vec<_> = part.members.iter().take(MAX_NAMES).map(|m| visible(&m.name)).collect();
            let hint = match names.as_slice() {
                [] => "There is none at all".to_owned(),
                _ if part.members.len() > MAX_NAMES => format!("There are {}, …", names.join(", ")),
                _ => format!("There are {}", names.join(", ")),
            };
            let message = format!("The token has no {what} “{}” to remove", visible(name));
            return Err(usage(message, hint));
        }
    }
    Ok(())
}

async fn signer(args: &ForgeArgs, token: &Secret) -> Result<Option<SignWith>, Stop> {
    let ForgeSign {
        key,
        secret_file,
        unsigned,
        keep_signature,
        strip_signature,
    } = &args.sign;
    let key = if let Some(file) = key {
        let text = Secret::from(Source::new(file).read_text(KEY_HINT).await?.as_str());
        let read = SigningKey::parse(&text);
        read.map_err(|why| usage(format!("{}: {why}", shown(file)), KEY_HINT))?
    } else if let Some(file) = secret_file {
        let secret = input::secret(file, "secret").await?;
        let read = SigningKey::from_secret(&secret);
        read.map_err(|why| {
            usage(
                format!("{}: {why}", shown(file)),
                "Give a file whose first line is the secret",
            )
        })?
    } else {
        return Ok(match (unsigned, keep_signature, strip_signature) {
            (true, ..) => Some(SignWith::Nothing),
            (_, true, _) => Some(SignWith::KeepSignature),
            (.., true) => Some(SignWith::StripSignature),
            _ => None,
        });
    };
    let alg = algorithm(args, &key, token)?;
    Ok(Some(SignWith::Key(key, alg)))
}

/// The algorithm that was asked for, else the token's, else the key's usual one.
fn algorithm(args: &ForgeArgs, key: &SigningKey, token: &Secret) -> Result<SigningAlgorithm, Stop> {
    let Some(wanted) = &args.alg else {
        // Exposed to be read.
        let own: Vec<String> = jwt::decode(token.expose()).alg().into_iter().collect();
        return Ok(key.algorithm_for(&own).unwrap_or_else(|| key.default_algorithm()));
    };
    let can: Vec<String> = key.algorithms().iter().map(ToString::to_string).collect();
    key.algorithm_for(std::slice::from_ref(wanted)).ok_or_else(|| {
        usage(
            format!("This key does not sign with {wanted}"),
            format!("Choose one of {}", can.join(", ")),
        )
    })
}

/// A path that a terminal can be shown.
fn shown(file: &Path) -> String {
    visible(&file.display().to_string()).into_owned()
}

fn not_forged(why: &str) -> Stop {
    let (message, hint) = why.split_once(". ").unwrap_or((why, CHANGE_HINT));
    Failure::local("not_forged", message, hint).into()
}

fn list_presets(printer: Printer) -> Outcome {
    let need = |need: &Need| match need {
        Need::Signer => "--key or --secret-file",
        Need::PublicKey => "--public-key",
        Need::Address => "--address",
    };
    if printer.json {
        let mut text = String::new();
        list(&mut text, Layout::Lines(0), presets(), |out, layout, preset| {
            object(out, layout, |o| {
                o.text(name!("id"), preset.id);
                o.text(name!("name"), preset.name);
                o.text(name!("tries"), preset.tries);
                o.text(name!("spec"), preset.spec);
                o.texts(name!("needs"), preset.needs.iter().map(need));
            });
        });
        printer.data(&text)?;
        return Ok(Status::Good);
    }
    for preset in presets() {
        let needs: Vec<&str> = preset.needs.iter().map(need).collect();
        let needs = if needs.is_empty() {
            String::new()
        } else {
            format!(". Needs {}", needs.join(", "))
        };
        let spec = printer.paint(Paint::Faint, preset.spec);
        printer.data(&format!("{:<24} {}{needs} {spec}", preset.id, preset.tries))?;
    }
    Ok(Status::Good)
}
