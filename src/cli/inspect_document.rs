//! A token as the JSON document of `inspect`: a stable contract for scripts.
//!
//! It is written straight from the inspection, a member at a time, because `--lines` writes it for each of a million
//! lines. What has nothing to say (`place`, `decrypted`, `inner` …) is left out; what is always there is the contract.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

use super::json_writer::{Layout, Name, Object, name, object};
use crate::model::claims::{self, Context, Place, explain, explain_value, time_of};
use crate::model::defect::Defect;
use crate::model::inspection::{Decryption, Inspection};
use crate::model::jwt::{DecodedPart, Form, Opaque, Serialization};
use crate::model::members::{Member, Reading, write_json, write_json_value};
use crate::model::verify::Signature;

/// Writes the document of a token behind what `out` holds. `explains` adds what each claim means.
pub(super) fn write_document(inspection: &Inspection, explains: bool, layout: Layout, out: &mut String) {
    object(out, layout, |o| fill(o, inspection, explains));
}

fn fill(o: &mut Object<'_>, inspection: &Inspection, explains: bool) {
    let decoded = &inspection.token.decoded;
    o.word(name!("form"), decoded.form.as_str());
    if !inspection.place.is_empty() {
        o.text(name!("place"), &inspection.place);
    }
    let is_clean = decoded.form == Form::Jws && decoded.defects.is_empty();
    part(o, name!("header"), &decoded.header, is_clean);
    part(o, name!("claims"), &decoded.payload, is_clean);
    if !decoded.payload.is_object && !decoded.payload.members.is_empty() {
        // For reading alone: nothing of a damaged token is to be believed.
        o.objects(name!("read"), &decoded.payload.members, read_member);
    }
    o.object(name!("raw"), |o| {
        o.text_or_null(name!("header"), decoded.header.text.as_deref());
        o.text_or_null(name!("payload"), decoded.payload.text.as_deref());
    });
    o.objects(
        name!("defects"),
        inspection.notes.iter().chain(&decoded.defects),
        defect,
    );
    o.object(name!("times"), |o| times(o, &decoded.payload, inspection.at));
    o.object(name!("signature"), |o| signature(o, &inspection.signature));
    o.objects(name!("checks"), &inspection.checks, |o, check| {
        text(o, name!("id"), &check.id);
        o.word(name!("outcome"), check.outcome.as_str());
        o.text(name!("message"), &check.message);
        text(o, name!("spec"), &check.spec);
    });
    o.word(
        name!("serialization"),
        match decoded.serialization {
            Serialization::Compact => "compact",
            Serialization::Flattened => "flattened",
            Serialization::General => "general",
        },
    );
    if let Some(decryption) = &inspection.decryption {
        o.object(name!("decrypted"), |o| {
            decrypted(o, decryption, !inspection.inner.is_empty());
        });
    }
    if !inspection.inner.is_empty() {
        o.objects(name!("inner"), &inspection.inner, |o, inner| fill(o, inner, explains));
    }
    if let Some(known) = &decoded.opaque {
        o.object(name!("opaque"), |o| opaque(o, known));
    }
    if inspection.is_forged() {
        o.plain(name!("forged"), Some(true));
    }
    if explains {
        explained(o, inspection);
    }
}

/// A member of a payload that is broken, and how it was read.
fn read_member(o: &mut Object<'_>, member: &Member) {
    o.text(name!("name"), &member.name);
    // Documents are written one a line.
    o.json(name!("value"), |out, _| write_json_value(&member.raw, out));
    o.word(
        name!("reading"),
        match member.reading {
            Reading::Clean => "clean",
            Reading::Mended => "mended",
            Reading::AfterBreak => "after_break",
        },
    );
}

/// A header or claims, their numbers as they were written; `null` where they are no object. What is clean, with no name
/// twice, is put in as it stands.
fn part(o: &mut Object<'_>, name: Name, part: &DecodedPart, is_clean: bool) {
    if !part.is_object {
        return o.null(name);
    }
    let text = part.text.as_deref().filter(|_| is_clean);
    o.json(name, |out, _| match text {
        Some(text) => write_json_value(text, out),
        None => write_json(&part.members, out),
    });
}

fn defect(o: &mut Object<'_>, defect: &Defect) {
    o.word(name!("part"), defect.part.as_str());
    o.text(name!("code"), &defect.code);
    o.plain(name!("offset"), defect.offset);
    o.text(name!("message"), &defect.message);
}

/// A text that is this program's own word, unless it was put together.
#[expect(clippy::ptr_arg, reason = "whose word it is decides")]
fn text(o: &mut Object<'_>, name: Name, text: &Cow<'static, str>) {
    match text {
        Cow::Borrowed(word) => o.word(name, word),
        Cow::Owned(text) => o.text(name, text),
    }
}

fn times(o: &mut Object<'_>, payload: &DecodedPart, now: Timestamp) {
    let [iat, nbf, exp] = ["iat", "nbf", "exp"].map(|name| payload.member(name).and_then(time));
    for (name, at) in [(name!("iat"), iat), (name!("nbf"), nbf), (name!("exp"), exp)] {
        timestamp(o, name, at);
    }
    let lives = exp.zip(iat.or(nbf));
    o.plain(
        name!("lifetime_s"),
        lives.map(|(exp, starts)| exp.duration_since(starts).as_secs()),
    );
    o.plain(name!("remaining_s"), exp.map(|exp| exp.duration_since(now).as_secs()));
}

/// Up to here a whole number is one of seconds, whatever else it may be: the year 2286.
const SURELY_SECONDS: i64 = 10_000_000_000;

/// The time that a claim means.
fn time(member: &Member) -> Option<Timestamp> {
    match member.as_i64() {
        Some(s @ 0..SURELY_SECONDS) => Timestamp::from_second(s).ok(),
        // What lies beyond the last time that there is is none to print.
        _ => time_of(&member.name, &member.value()).filter(|at| *at != Timestamp::MAX),
    }
}

fn timestamp(o: &mut Object<'_>, name: Name, at: Option<Timestamp>) {
    const PRINTER: DateTimePrinter = DateTimePrinter::new();
    match at {
        None => o.null(name),
        Some(at) => o.json(name, |out, _| {
            out.push('"');
            PRINTER.print_timestamp(&at, &mut *out).expect("a String takes all");
            out.push('"');
        }),
    }
}

fn signature(o: &mut Object<'_>, signature: &Signature) {
    o.word(name!("status"), signature.status.as_str());
    o.text_or_null(name!("alg"), signature.alg.as_deref());
    o.text_or_null(name!("kid"), signature.kid.as_deref());
    o.text(name!("reason"), &signature.reason);
    o.objects(name!("findings"), &signature.findings, |o, finding| {
        o.text(name!("code"), &finding.code);
        o.text(name!("message"), &finding.message);
        o.text(name!("spec"), &finding.spec);
    });
    o.objects(name!("tried"), &signature.tried, |o, tried| {
        o.text(name!("key"), &tried.key);
        o.text(name!("why"), &tried.why);
    });
    if !signature.each.is_empty() {
        o.objects(name!("each"), &signature.each, self::signature);
    }
}

/// What came of decrypting. Content that is a token in its turn is among the inner ones, without its signature.
fn decrypted(o: &mut Object<'_>, decryption: &Decryption, is_token: bool) {
    let (opened, reason) = match &decryption.outcome {
        Ok(how) => (true, how),
        Err(why) => (false, why),
    };
    o.plain(name!("opened"), Some(opened));
    o.text(name!("reason"), reason);
    if let Some(content) = decryption.content.as_ref().filter(|_| !is_token) {
        // Exposed because the person gave the key to read it.
        o.text(name!("content"), content.expose());
    }
    o.texts(name!("findings"), &decryption.findings);
    o.objects(name!("tried"), &decryption.tried, |o, (key, why)| {
        o.text(name!("key"), key);
        o.text(name!("why"), why);
    });
}

fn opaque(o: &mut Object<'_>, opaque: &Opaque) {
    o.plain(name!("length"), Some(opaque.length));
    o.text(name!("alphabet"), opaque.alphabet.words());
    o.plain(name!("entropy_bits"), Some(opaque.entropy_bits));
    o.plain(name!("capacity_bits"), Some(opaque.capacity_bits));
    o.text_or_null(name!("weakness"), opaque.weakness().as_deref());
    o.objects(name!("shapes"), &opaque.shapes, |o, shape| {
        o.text(name!("name"), shape.name);
        o.text(name!("about"), shape.about);
        o.objects(name!("facts"), &shape.facts, |o, fact| {
            o.text(name!("name"), fact.name);
            // Exposed because it is what the token says in clear.
            o.text(name!("value"), fact.value.expose());
        });
    });
}

/// What each member of header and claims means, as far as somebody wrote it down.
fn explained(o: &mut Object<'_>, inspection: &Inspection) {
    let decoded = &inspection.token.decoded;
    let context = Context::of(decoded);
    let header = decoded.header.members.iter().map(|member| (Place::Header, member));
    let payload = decoded.payload.members.iter().map(|member| (Place::Claims, member));
    o.text_or_null(name!("vendor"), context.vendor().map(claims::Vendor::label));
    o.objects(name!("explained"), header.chain(payload), |o, (place, member)| {
        let meaning = explain(&member.name, place, &context);
        o.text(name!("claim"), &member.name);
        o.word(name!("place"), if place == Place::Header { "header" } else { "claims" });
        o.text_or_null(name!("meaning"), meaning.map(|found| found.meaning));
        o.text_or_null(name!("section"), meaning.map(|found| found.section));
        let notes = explain_value(&member.name, &member.value(), place, &context);
        o.objects(name!("notes"), &notes, |o, note| {
            o.text(name!("value"), &note.value);
            o.text(name!("meaning"), &note.meaning);
            o.text(name!("section"), note.section);
        });
    });
}
