//! How each preset is made.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::change::{Change, Rewrite};
use super::preset::Inputs;
use super::{Edit, Forged, Parts, Publish, SignWith, forge, quoted};
use crate::model::jwt;
use crate::model::keys::KeySet;
use crate::model::keys::jwa::SigningAlgorithm;
use crate::model::keys::signing::SigningKey;
use crate::model::members::read_members;
use crate::model::secret::Secret;

/// Makes a token out of one that the server accepts.
pub(super) type Make = fn(&str, &Inputs) -> Result<Forged, String>;

const HOUR_S: i64 = 3600;
const TEN_YEARS_S: i64 = 3650 * 24 * HOUR_S;

pub(super) fn unsigned(token: &str, inputs: &Inputs, alg: &str) -> Result<Forged, String> {
    let header = vec![Change::set("alg", quoted(alg))];
    make(token, inputs, header, vec![], SignWith::Nothing)
}

pub(super) fn stripped(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    make(token, inputs, vec![], vec![], SignWith::StripSignature)
}

pub(super) fn flipped(token: &str, _: &Inputs) -> Result<Forged, String> {
    let decoded = URL_SAFE_NO_PAD.decode(Parts::of(token)?.signature).unwrap_or_default();
    let mut signature = decoded;
    let last = signature
        .last_mut()
        .ok_or("The token has no signature that can be read: there is no bit to flip")?;
    *last ^= 1;
    let edit = Edit {
        header: Rewrite::Keep,
        claims: Rewrite::Keep,
        sign: SignWith::Bytes(signature),
        mark: false,
    };
    let mut forged = forge(token, &edit)?;
    forged.what = vec!["The last bit of the signature flipped".to_owned()];
    Ok(forged)
}

pub(super) fn changed_claim(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    if Parts::of(token)?.signature.is_empty() {
        return Err("The token has no signature to keep".to_owned());
    }
    let (name, value) = claim(inputs);
    make(
        token,
        inputs,
        vec![],
        vec![Change::Set { name, value }],
        SignWith::KeepSignature,
    )
}

pub(super) fn zeros(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let alg = jwt::decode(token).alg();
    let len = alg
        .as_deref()
        .and_then(|alg| SigningAlgorithm::find(alg)?.ecdsa_signature_len());
    let header = match len {
        Some(_) => vec![],
        None => vec![Change::set("alg", quoted("ES256"))],
    };
    let mut forged = make(
        token,
        inputs,
        header,
        vec![],
        SignWith::Bytes(vec![0; len.unwrap_or(64)]),
    )?;
    if len.is_none() {
        let words = "The token was not signed with ECDSA: a server that takes none of it refuses this for its alg, and \
                     that says nothing of zeros";
        forged.what.push(words.to_owned());
    }
    Ok(forged)
}

pub(super) fn hmac_public_key(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let pem = inputs.public_key.as_deref().unwrap_or_default();
    // Only to make sure that it is one: a private key must not go into a token's making by mistake.
    KeySet::from_pem(pem)?;
    let sign = SignWith::Secret(Zeroizing::new(pem.as_bytes().to_vec()), SigningAlgorithm::HS256);
    make(token, inputs, vec![], vec![], sign)
}

pub(super) fn embedded_jwk(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let (key, jwk) = fresh_key();
    let header = vec![Change::set("jwk", jwk.to_string())];
    make(
        token,
        inputs,
        header,
        vec![],
        SignWith::Key(key, SigningAlgorithm::ES256),
    )
}

pub(super) fn jku(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let address = inputs.address.clone().unwrap_or_default();
    let (key, mut jwk) = fresh_key();
    jwk["kid"] = key.kid().into();
    jwk["use"] = "sig".into();
    jwk["alg"] = "ES256".into();
    let header = vec![Change::set("jku", quoted(&address))];
    let mut forged = make(
        token,
        inputs,
        header,
        vec![],
        SignWith::Key(key, SigningAlgorithm::ES256),
    )?;
    forged.publish = Some(Publish {
        address,
        content_type: "application/jwk-set+json",
        body: json!({ "keys": [jwk] }).to_string(),
    });
    Ok(forged)
}

pub(super) fn x5u(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let address = inputs.address.clone().unwrap_or_default();
    let failed = |_| "The certificate could not be made".to_owned();
    let made = rcgen::generate_simple_self_signed(["tokenscope.example".to_owned()]).map_err(failed)?;
    let key = SigningKey::from_pem(&Secret::new(made.signing_key.serialize_pem()))?;
    let header = vec![
        Change::set("x5u", quoted(&address)),
        Change::Unset { name: "kid".to_owned() },
    ];
    let mut forged = make(
        token,
        inputs,
        header,
        vec![],
        SignWith::Key(key, SigningAlgorithm::ES256),
    )?;
    forged.publish = Some(Publish {
        address,
        content_type: "application/pem-certificate-chain",
        body: made.cert.pem(),
    });
    Ok(forged)
}

pub(super) fn kid(token: &str, inputs: &Inputs, kid: &str, secret: &[u8]) -> Result<Forged, String> {
    let header = vec![Change::set("kid", quoted(kid))];
    let sign = SignWith::Secret(Zeroizing::new(secret.to_vec()), SigningAlgorithm::HS256);
    make(token, inputs, header, vec![], sign)
}

pub(super) fn expired(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let now_s = inputs.now.as_second();
    let mut claims = vec![Change::set("exp", (now_s - HOUR_S).to_string())];
    // Else the token would also be expired before it was made, and refused for that.
    for name in ["iat", "nbf"] {
        if has(token, name) {
            claims.push(Change::set(name, (now_s - 2 * HOUR_S).to_string()));
        }
    }
    signed(token, inputs, vec![], claims)
}

pub(super) fn far_future(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let exp = inputs.now.as_second().saturating_add(TEN_YEARS_S);
    signed(token, inputs, vec![], vec![Change::set("exp", exp.to_string())])
}

pub(super) fn no_exp(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    signed(token, inputs, vec![], vec![Change::Unset { name: "exp".to_owned() }])
}

pub(super) fn not_yet(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let now_s = inputs.now.as_second();
    let claims = vec![
        Change::set("nbf", (now_s + HOUR_S).to_string()),
        Change::set("exp", (now_s + 2 * HOUR_S).to_string()),
    ];
    signed(token, inputs, vec![], claims)
}

pub(super) fn other_audience(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let audience = inputs.audience.as_deref().unwrap_or("somebody-else");
    signed(token, inputs, vec![], vec![Change::set("aud", quoted(audience))])
}

pub(super) fn other_issuer(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let issuer = inputs.issuer.as_deref().unwrap_or("https://attacker.example");
    signed(token, inputs, vec![], vec![Change::set("iss", quoted(issuer))])
}

pub(super) fn unknown_crit(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    const NAME: &str = "urn:tokenscope:unknown";
    let header = vec![
        Change::set("crit", json!([NAME]).to_string()),
        Change::set(NAME, "true"),
    ];
    signed(token, inputs, header, vec![])
}

pub(super) fn duplicate_claim(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let (name, value) = claim(inputs);
    if !has(token, &name) {
        return Err(
            "The token does not have the claim, so it would not be there twice. Name one that it has".to_owned(),
        );
    }
    signed(token, inputs, vec![], vec![Change::Add { name, value }])
}

pub(super) fn other_typ(token: &str, inputs: &Inputs) -> Result<Forged, String> {
    let parts = Parts::of(token)?;
    let is_access_token = member(parts.header, "typ").is_some_and(|typ| typ.to_ascii_lowercase().contains("at+jwt"));
    let typ = if is_access_token { "JWT" } else { "at+jwt" };
    signed(token, inputs, vec![Change::set("typ", quoted(typ))], vec![])
}

fn signed(token: &str, inputs: &Inputs, header: Vec<Change>, claims: Vec<Change>) -> Result<Forged, String> {
    let sign = inputs.signer.clone().ok_or("There is no key to sign with")?;
    make(token, inputs, header, claims, sign)
}

fn make(
    token: &str,
    inputs: &Inputs,
    header: Vec<Change>,
    claims: Vec<Change>,
    sign: SignWith,
) -> Result<Forged, String> {
    let edit = Edit {
        header: Rewrite::Changes(header),
        claims: Rewrite::Changes(claims),
        sign,
        mark: inputs.mark,
    };
    forge(token, &edit)
}

/// A key that nobody trusts, with its public half.
fn fresh_key() -> (SigningKey, Value) {
    let key = SigningKey::generate_es256();
    let kid = key.thumbprint().unwrap_or_default();
    let jwk = key.public_jwk().unwrap_or_default();
    (key.with_kid(&kid), jwk)
}

fn claim(inputs: &Inputs) -> (String, String) {
    let default = || ("sub".to_owned(), quoted("somebody-else"));
    inputs.claim.clone().unwrap_or_else(default)
}

fn has(token: &str, name: &str) -> bool {
    Parts::of(token).is_ok_and(|parts| member(parts.payload, name).is_some())
}

/// A member's JSON text.
fn member(part: &str, name: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
    let (members, _) = read_members(&text);
    members
        .into_iter()
        .rev()
        .find(|member| member.name == name)
        .map(|member| member.raw.to_string())
}
