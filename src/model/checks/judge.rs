//! One token against every rule that holds for it: a lone one, or one of a session.

use jiff::Timestamp;

use super::claim_reader::{Claim, Claims, text};
use super::expected::{Expected, TOLERANCE_S};
use super::header::Typ;
use super::times::Moment;
use super::token_use::{TokenUse, guess};
use super::{Check, Outcome, access_token, check, common, header, id_token, times};
use crate::model::jwt::{Decoded, DecodedPart, Form, Serialization};
use crate::model::keys::Finding;
use crate::model::members::Reading;
use crate::model::token::{Token, TokenSet};
use crate::model::verify::{Signature, SignatureStatus};

/// Whose token is judged: decides which rules apply, how severe some are, and what the checks are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A token by itself. What holds for any JWT is called `jwt.…`.
    Alone(TokenUse),
    /// The access token of a session: `access_token.…`.
    Access,
    /// Its ID token: `id_token.…`.
    Id,
    /// The ID token that came through the browser beside a code: `front_channel.…`.
    FrontChannel,
}

impl Subject {
    /// What the token is for.
    pub const fn token_use(self) -> TokenUse {
        match self {
            Self::Alone(token_use) => token_use,
            Self::Access => TokenUse::Access,
            Self::Id | Self::FrontChannel => TokenUse::Id,
        }
    }

    /// What the ids of its checks begin with; none keeps them as they are.
    const fn family(self) -> Option<&'static str> {
        match self {
            Self::Alone(_) => None,
            Self::Access => Some("access_token"),
            Self::Id => Some("id_token"),
            Self::FrontChannel => Some("front_channel"),
        }
    }

    /// Whether the token is one that this program was given, and nobody asked to judge by itself.
    pub(super) const fn is_in_session(self) -> bool {
        self.family().is_some()
    }
}

/// The checks of a lone token at `now`. Where nobody says what it is for, that is told from the token.
pub fn judge_token(
    token: &Token,
    signature: &Signature,
    expected: &Expected<'_>,
    token_use: Option<TokenUse>,
    now: Timestamp,
) -> Vec<Check> {
    let claims = Claims::of(&token.decoded.payload);
    judge(&claims, token, signature, expected, token_use.map(Subject::Alone), now)
}

/// The checks of a token of a session at `now` (server time).
pub fn judge_session_token(
    token: &Token,
    signature: &Signature,
    expected: &Expected<'_>,
    subject: Subject,
    now: Timestamp,
) -> Vec<Check> {
    let claims = Claims::of(&token.decoded.payload);
    judge(&claims, token, signature, expected, Some(subject), now)
}

/// How many checks a token usually has.
const USUAL_COUNT: usize = 12;

fn judge(
    claims: &Claims<'_>,
    token: &Token,
    signature: &Signature,
    expected: &Expected<'_>,
    subject: Option<Subject>,
    now: Timestamp,
) -> Vec<Check> {
    let decoded = &token.decoded;
    let [alg, typ] = texts_of(&decoded.header, ["alg", "typ"]);
    let (alg, typ) = (alg.0, typ_of(&typ));
    let seems = guess(typ.text(), claims);
    let subject = subject.unwrap_or(Subject::Alone(seems.0));
    let token_use = subject.token_use();
    let mut checks = Vec::with_capacity(USUAL_COUNT);
    let can_be_signed = match decoded.form {
        Form::Jws => true,
        // Of what may be encrypted nobody expects a signature.
        Form::Damaged => decoded.encrypted.is_none(),
        Form::Jwe | Form::Opaque => false,
    };
    if can_be_signed || subject.is_in_session() {
        checks.push(signature_check(signature));
        checks.extend(signature.findings.iter().map(finding_check));
    }
    let why = unreadable(decoded, subject);
    let is_judged = why.is_none() || (decoded.form == Form::Damaged && decoded.encrypted.is_none());
    checks.extend(why);
    if is_judged {
        let first = checks.len();
        header::judge(token, alg.as_deref(), typ, expected, token_use, &mut checks);
        let moment = Moment {
            now,
            tolerance_s: expected.tolerance_s,
            forgives_end: expected.forgives_end,
            token_use,
        };
        times::judge(claims, moment, &mut checks);
        common::judge(claims, expected, subject, &mut checks);
        match token_use {
            TokenUse::Id => id_token::judge(claims, alg.as_deref(), seems, expected, now, &mut checks),
            TokenUse::Access => access_token::judge(claims, typ, seems, expected, &mut checks),
            TokenUse::Any => {}
        }
        if expected.nonce.is_some() && token_use != TokenUse::Id {
            checks.push(id_token::nonce(claims, expected, "jwt.nonce"));
        } else if !subject.is_in_session() {
            // Scripts know it by this name.
            let nonce = checks.iter_mut().find(|check| check.id == "id_token.nonce");
            if let Some(check) = nonce {
                check.id = "jwt.nonce".into();
            }
        }
        if decoded.form == Form::Damaged {
            keep_what_is_there(decoded, &mut checks, first);
        }
    }
    if let Some(family) = subject.family() {
        for check in &mut checks {
            rename(check, family);
        }
    }
    checks
}

/// Two members of a header in one pass: their texts, and whether they are there at all.
fn texts_of<'a, const N: usize>(
    header: &'a DecodedPart,
    names: [&str; N],
) -> [(Option<std::borrow::Cow<'a, str>>, bool); N] {
    let mut found = [const { (None, false) }; N];
    for member in &header.members {
        if let Some(at) = names.iter().position(|name| *name == &*member.name) {
            found[at] = (text(&member.raw), true);
        }
    }
    found
}

fn typ_of<'a>(typ: &'a (Option<std::borrow::Cow<'_, str>>, bool)) -> Typ<'a> {
    match typ {
        (Some(text), _) => Typ::Text(text),
        (None, true) => Typ::Other,
        (None, false) => Typ::Absent,
    }
}

/// Of the checks from `first` on those of a damaged token that are about something that can be read. What is missing may
/// have been there before it was damaged.
fn keep_what_is_there(decoded: &Decoded, checks: &mut Vec<Check>, first: usize) {
    let mut place = 0;
    checks.retain(|check| {
        place += 1;
        let name = check.id.split_once('.').map_or("", |(_, name)| name);
        let (part, member) = match name {
            _ if place <= first => return true,
            "required" | "registered_alg" => return false,
            "alg" | "typ" => (&decoded.header, name),
            "lifetime" => (&decoded.payload, "exp"),
            "authentication" => (&decoded.payload, "auth_time"),
            "audiences" => (&decoded.payload, "aud"),
            "exp" | "nbf" | "iat" | "iss" | "aud" | "sub" | "jti" | "nonce" | "azp" | "at_hash" | "c_hash"
            | "s_hash" | "auth_time" | "acr" | "amr" | "client_id" | "scope" => (&decoded.payload, name),
            _ => return true,
        };
        let found = part.member(member);
        found.is_some_and(|member| member.reading == Reading::Clean)
    });
}

/// Why there are no claims to judge; nothing where there are. A session's ID token has some, whatever else it is.
fn unreadable(decoded: &Decoded, subject: Subject) -> Option<Check> {
    let (id, spec) = ("jwt.form", "RFC 7519 §7.2");
    let is_id = matches!(subject, Subject::Id | Subject::FrontChannel);
    let no_id_token = if is_id { Outcome::Fail } else { Outcome::Skip };
    Some(match decoded.form {
        Form::Jws if is_id && decoded.serialization != Serialization::Compact => check(
            id,
            Outcome::Fail,
            "it is written as JSON, and an ID token has three parts with dots between them",
            "RFC 7519 §1",
        ),
        Form::Jws if decoded.payload.is_object => return None,
        Form::Jws => check(
            id,
            no_id_token,
            "it is signed and no JWT: there is no JSON object inside, so there are no claims to judge",
            spec,
        ),
        Form::Jwe => check(
            id,
            Outcome::Skip,
            "it is encrypted: its claims are judged once a key opens it",
            "RFC 7516 §3",
        ),
        Form::Opaque if is_id => check(
            id,
            Outcome::Fail,
            "it is opaque, and an ID token is a JWT",
            "OIDC Core §2",
        ),
        Form::Opaque => check(
            id,
            Outcome::Skip,
            "it is opaque: only the provider can read it, by introspection",
            "RFC 7662 §1",
        ),
        Form::Damaged => check(
            id,
            match subject {
                Subject::Id | Subject::FrontChannel => Outcome::Fail,
                Subject::Access => Outcome::Warn,
                Subject::Alone(_) => Outcome::Skip,
            },
            "it is damaged: what can be read of it is judged, and nothing of it is to be believed. Copy it again from where it came",
            spec,
        ),
    })
}

/// Puts a check under the name of the token that it is about. What is found at a signature keeps its name.
fn rename(check: &mut Check, family: &'static str) {
    let Some((own, name)) = check.id.split_once('.') else {
        return;
    };
    if own != family && own != "signature" {
        check.id = format!("{family}.{name}").into();
    }
}

/// The signature's verdict as a check. An opaque token has nothing to check; an unsigned JWT is a failure.
pub fn signature_check(signature: &Signature) -> Check {
    let outcome = match (signature.status, &signature.alg) {
        (SignatureStatus::Valid, _) => Outcome::Pass,
        (SignatureStatus::Invalid, _) | (SignatureStatus::None, Some(_)) => Outcome::Fail,
        (SignatureStatus::Unverified | SignatureStatus::Unsupported | SignatureStatus::None, _) => Outcome::Skip,
    };
    check("jwt.signature", outcome, signature.reason.clone(), "RFC 7515 §5.2")
}

/// What was noticed at a signature beside its verdict. Where anybody could have made it, the rule is broken; what is only
/// odd is a warning.
fn finding_check(finding: &Finding) -> Check {
    let code = finding.code.as_str();
    let is_worthless = matches!(
        code,
        "none"
            | "algorithm_confusion"
            | "b64_jwt"
            | "signed_with_embedded_key"
            | "known_secret"
            | "short_secret"
            | "ecdsa_zero"
            | "low_order_point"
    ) || code.starts_with("point_")
        || code.starts_with("rsa_");
    let outcome = if is_worthless { Outcome::Fail } else { Outcome::Warn };
    check(
        format!("signature.{code}"),
        outcome,
        finding.message.clone(),
        finding.spec.clone(),
    )
}

/// The time checks of a session's access and ID token at `now` (server time), under the ids that they have among the
/// session's checks: a window can put them in their place each second.
pub fn session_time_checks(tokens: &TokenSet, now: Timestamp) -> Vec<Check> {
    let mut all = Vec::new();
    for (token, subject) in [(&tokens.access, Subject::Access), (&tokens.id, Subject::Id)] {
        let Some(token) = token else { continue };
        let decoded = &token.decoded;
        let is_damaged = decoded.form == Form::Damaged && decoded.encrypted.is_none();
        if !is_damaged && unreadable(decoded, subject).is_some() {
            continue;
        }
        let moment = Moment {
            now,
            tolerance_s: TOLERANCE_S,
            forgives_end: false,
            token_use: subject.token_use(),
        };
        let first = all.len();
        times::judge(&Claims::of(&decoded.payload), moment, &mut all);
        if is_damaged {
            keep_what_is_there(decoded, &mut all, first);
        }
        let family = subject.family().unwrap_or_default();
        for check in &mut all[first..] {
            rename(check, family);
        }
    }
    all
}

/// `iat` of a token.
pub(in crate::model) fn issued_at(token: &Token) -> Option<Timestamp> {
    Claims::of(token.decoded.believed()).time(Claim::Iat).at()
}

/// `nbf` of a token.
pub(in crate::model) fn begins_at(token: &Token) -> Option<Timestamp> {
    Claims::of(token.decoded.believed()).time(Claim::Nbf).at()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::response::TokenResponse;
    use crate::model::verify::{KeyMaterial, verify};
    use crate::model::{Profile, Secret, seeds};

    /// With nothing to check it with.
    fn unverified() -> Signature {
        let decoded = crate::model::jwt::decode(seeds::ID_TOKEN);
        verify(seeds::ID_TOKEN, &decoded, &KeyMaterial::default())
    }

    fn outcome(checks: &[Check], id: &str) -> Option<Outcome> {
        checks.iter().find(|check| check.id == id).map(|check| check.outcome)
    }

    fn token_of(text: &str) -> Token {
        Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None)
    }

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(s).unwrap()
    }

    #[test]
    fn an_id_token_that_cannot_be_read_fails_and_an_access_token_is_warned_of() {
        use base64::Engine as _;
        let part = |json: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json);
        let header = part(r#"{"alg":"RS256"}"#);
        let damaged = format!("{header}.{}.c2ln", part(r#"{"sub":"a",}"#));
        let no_jwt = format!("{header}.{}.c2ln", part("[1]"));
        let in_json = format!(
            r#"{{"protected":"{header}","payload":"{}","signature":"c2ln"}}"#,
            part("{}")
        );
        for (text, id, access) in [
            (damaged.as_str(), Outcome::Fail, Some(Outcome::Warn)),
            (&no_jwt, Outcome::Fail, Some(Outcome::Skip)),
            (&in_json, Outcome::Fail, None),
            ("opaque", Outcome::Fail, Some(Outcome::Skip)),
        ] {
            let judged =
                |subject| judge_session_token(&token_of(text), &unverified(), &Expected::default(), subject, at(0));
            assert_eq!(outcome(&judged(Subject::Id), "id_token.form"), Some(id), "{text}");
            assert_eq!(
                outcome(&judged(Subject::FrontChannel), "front_channel.form"),
                Some(id),
                "{text}"
            );
            assert_eq!(outcome(&judged(Subject::Access), "access_token.form"), access, "{text}");
        }
    }

    #[test]
    fn the_seeds_id_token_is_judged() {
        let access = Secret::new("another token");
        let expected = Expected {
            issuer: Some("https://e1-dev.local/id"),
            client_id: Some("pk"),
            nonce: Some("xyz"),
            access_token: Some(&access),
            ..Expected::default()
        };
        let token = token_of(seeds::ID_TOKEN);
        let during = at(1_655_057_800);
        let alone = judge_token(&token, &unverified(), &expected, None, during);
        for (id, found) in [
            ("jwt.signature", Outcome::Skip),
            ("jwt.alg", Outcome::Pass),
            ("jwt.typ", Outcome::Pass),
            ("jwt.exp", Outcome::Pass),
            ("jwt.lifetime", Outcome::Pass),
            ("jwt.iss", Outcome::Pass),
            ("jwt.aud", Outcome::Pass),
            ("jwt.sub", Outcome::Pass),
            ("jwt.nonce", Outcome::Fail),
            ("id_token.required", Outcome::Pass),
            ("id_token.at_hash", Outcome::Fail),
            ("id_token.s_hash", Outcome::Skip),
        ] {
            assert_eq!(outcome(&alone, id), Some(found), "{id}");
        }
        let session = judge_session_token(&token, &unverified(), &expected, Subject::Id, during);
        assert!(
            session.iter().all(|check| check.id.starts_with("id_token.")),
            "{session:?}"
        );
        assert_eq!(outcome(&session, "id_token.nonce"), Some(Outcome::Fail));
        assert_eq!(outcome(&session, "id_token.exp"), Some(Outcome::Pass));
        let beside = judge_session_token(&token, &unverified(), &expected, Subject::FrontChannel, during);
        assert!(beside.iter().all(|check| check.id.starts_with("front_channel.")));
        let later = |s| judge_token(&token, &unverified(), &expected, None, at(s));
        assert_eq!(outcome(&later(1_655_058_024), "jwt.exp"), Some(Outcome::Fail));
        assert_eq!(outcome(&later(1_655_057_000), "jwt.nbf"), Some(Outcome::Fail));
    }

    #[test]
    fn what_was_noticed_at_a_signature_is_a_check_of_its_own() {
        let token = token_of(seeds::ID_TOKEN);
        for (code, found) in [
            ("algorithm_confusion", Outcome::Fail),
            ("rsa_roca", Outcome::Fail),
            ("point_off_curve", Outcome::Fail),
            ("kid_injection", Outcome::Warn),
        ] {
            let signature = Signature {
                findings: vec![Finding::new(code, "noticed", "RFC 8725 §2.1")],
                ..unverified()
            };
            let checks = judge_session_token(&token, &signature, &Expected::default(), Subject::Id, at(0));
            assert_eq!(outcome(&checks, &format!("signature.{code}")), Some(found), "{code}");
        }
    }

    #[test]
    fn the_use_that_the_caller_names_decides() {
        let token = token_of(seeds::ID_TOKEN);
        let none = Expected::default();
        let as_access = judge_token(&token, &unverified(), &none, Some(TokenUse::Access), at(1_655_057_800));
        assert_eq!(outcome(&as_access, "access_token.kind"), Some(Outcome::Warn));
        let renewed = judge_token(
            &token_of(seeds::RENEWED_ACCESS_TOKEN),
            &unverified(),
            &none,
            None,
            at(1_655_057_800),
        );
        assert_eq!(outcome(&renewed, "access_token.scope"), Some(Outcome::Warn));
        assert_eq!(outcome(&renewed, "jwt.typ"), Some(Outcome::Skip));
        assert_eq!(outcome(&renewed, "access_token.required"), Some(Outcome::Skip));
    }

    #[test]
    fn what_has_no_claims_is_not_judged_by_them() {
        for text in ["opaque", ""] {
            let checks = judge_token(&token_of(text), &unverified(), &Expected::default(), None, at(0));
            let found: Vec<_> = checks.iter().map(|check| (&*check.id, check.outcome)).collect();
            assert_eq!(found, [("jwt.form", Outcome::Skip)], "{text}");
        }
    }

    #[test]
    fn what_can_be_read_of_a_damaged_token_is_judged_and_nothing_is_called_missing() {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let text = format!(
            "{}.{}.c2ln",
            part(r#"{"alg":"none","typ":"JWT"}"#),
            part(r#"{"iss":"https://a.example","exp":1000,"sub":"s","au"#)
        );
        let token = token_of(&text);
        assert_eq!(token.decoded.form, Form::Damaged);
        let signature = verify(&text, &token.decoded, &KeyMaterial::default());
        let checks = judge_token(&token, &signature, &Expected::default(), Some(TokenUse::Id), at(2000));
        for (id, found) in [
            ("jwt.form", Some(Outcome::Skip)),
            ("jwt.alg", Some(Outcome::Fail)),
            ("jwt.exp", Some(Outcome::Fail)),
            ("jwt.iss", Some(Outcome::Skip)),
            ("jwt.sub", Some(Outcome::Pass)),
            ("jwt.aud", None),
            ("id_token.required", None),
        ] {
            assert_eq!(outcome(&checks, id), found, "{id}: {checks:?}");
        }
        assert!(checks.iter().any(|check| check.id == "jwt.signature"), "{checks:?}");
    }

    #[test]
    fn the_times_of_a_session_are_judged_anew_under_their_names() {
        let response = TokenResponse {
            access_token: Some(Secret::new(seeds::RENEWED_ACCESS_TOKEN)),
            id_token: Some(Secret::new(seeds::ID_TOKEN)),
            ..TokenResponse::default()
        };
        let tokens = TokenSet::from_response(&response, &Profile::default(), None, at(1_655_057_724)).unwrap();
        let expected = Expected::default();
        let whole = judge_session_token(
            tokens.id.as_ref().unwrap(),
            &unverified(),
            &expected,
            Subject::Id,
            at(1_655_057_800),
        );
        let times = session_time_checks(&tokens, at(1_655_057_800));
        for check in times.iter().filter(|check| check.id.starts_with("id_token.")) {
            assert!(whole.contains(check), "{check:?}");
        }
        assert_eq!(outcome(&times, "id_token.exp"), Some(Outcome::Pass));
        let later = session_time_checks(&tokens, at(1_655_058_025));
        assert_eq!(outcome(&later, "id_token.exp"), Some(Outcome::Fail));
        assert!(outcome(&later, "access_token.exp").is_some());
    }

    #[test]
    fn a_hostile_token_is_judged_like_any_other() {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let many: Vec<String> = (0..100_000).map(|n| format!("\"exp\":{n}")).collect();
        let audiences: Vec<String> = (0..50_000).map(|n| format!("\"{n}\"")).collect();
        let nested = "[".repeat(100_000);
        for payload in [
            format!("{{{}}}", many.join(",")),
            format!("{{\"aud\":[{}]}}", audiences.join(",")),
            format!("{{\"aud\":{nested}"),
            r#"{"exp":-9223372036854775808,"iat":9223372036854775807,"nbf":1e400}"#.to_owned(),
            r#"{"exp":-377705116799,"iat":253402207200}"#.to_owned(),
        ] {
            let text = format!(
                "{}.{}.c2ln",
                part(r#"{"alg":"RS256","alg":"none","typ":[]}"#),
                part(&payload)
            );
            let checks = judge_token(
                &token_of(&text),
                &unverified(),
                &Expected::default(),
                Some(TokenUse::Id),
                Timestamp::MAX,
            );
            assert!(!checks.is_empty());
        }
    }
}
