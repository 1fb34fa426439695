//! A token as the JSON document of `inspect`: a stable contract for scripts.
//!
//! It is written straight from the inspection, a member at a time, because `--lines` writes it for each of a million
//! lines. What has nothing to say (`place`, `decrypted`, `inner` …) is left out; what is always there is the contract.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

use super::json_writer::{Layout, Object, object};
use crate::model::claims::{self, Context, Place, explain, explain_value, time_of};
use crate::model::defect::Defect;
use crate::model::inspection::{Decryption, Inspection};
use crate::model::jwt::{DecodedPart, Opaque, Serialization};
use crate::model::members::{Member, write_distinct_json, write_json};
use crate::model::verify::Signature;

/// Writes the document of a token behind what `out` holds. `explains` adds what each claim means.
pub(super) fn write_document(inspection: &Inspection, explains: bool, layout: Layout, out: &mut String) {
    object(out, layout, |o| fill(o, inspection, explains));
}

fn fill(o: &mut Object<'_>, inspection: &Inspection, explains: bool) {
    let decoded = &inspection.token.decoded;
    o.word("form", decoded.form.as_str());
    if !inspection.place.is_empty() {
        o.text("place", &inspection.place);
    }
    // A name that stands twice is a defect.
    let write = if decoded.defects.is_empty() {
        write_distinct_json
    } else {
        write_json
    };
    for (name, part) in [("header", &decoded.header), ("claims", &decoded.payload)] {
        // Numbers as they were written; `null` where it is no object.
        if part.is_object {
            o.json(name, |out, _| write(&part.members, out));
        } else {
            o.null(name);
        }
    }
    o.object("raw", |o| {
        o.text_or_null("header", decoded.header.text.as_deref());
        o.text_or_null("payload", decoded.payload.text.as_deref());
    });
    o.objects("defects", inspection.notes.iter().chain(&decoded.defects), defect);
    o.object("times", |o| times(o, &decoded.payload, inspection.at));
    o.object("signature", |o| signature(o, &inspection.signature));
    o.objects("checks", &inspection.checks, |o, check| {
        o.text("id", &check.id);
        o.word("outcome", check.outcome.as_str());
        o.text("message", &check.message);
        o.text("spec", &check.spec);
    });
    o.word(
        "serialization",
        match decoded.serialization {
            Serialization::Compact => "compact",
            Serialization::Flattened => "flattened",
            Serialization::General => "general",
        },
    );
    if let Some(decryption) = &inspection.decryption {
        o.object("decrypted", |o| decrypted(o, decryption, !inspection.inner.is_empty()));
    }
    if !inspection.inner.is_empty() {
        o.objects("inner", &inspection.inner, |o, inner| fill(o, inner, explains));
    }
    if let Some(known) = &decoded.opaque {
        o.object("opaque", |o| opaque(o, known));
    }
    if inspection.is_forged() {
        o.plain("forged", Some(true));
    }
    if explains {
        explained(o, inspection);
    }
}

fn defect(o: &mut Object<'_>, defect: &Defect) {
    o.word("part", defect.part.as_str());
    o.text("code", &defect.code);
    o.plain("offset", defect.offset);
    o.text("message", &defect.message);
}

fn times(o: &mut Object<'_>, payload: &DecodedPart, now: Timestamp) {
    let [iat, nbf, exp] = ["iat", "nbf", "exp"].map(|name| payload.member(name).and_then(time));
    for (name, at) in [("iat", iat), ("nbf", nbf), ("exp", exp)] {
        timestamp(o, name, at);
    }
    let lives = exp.zip(iat.or(nbf));
    o.plain(
        "lifetime_s",
        lives.map(|(exp, starts)| exp.duration_since(starts).as_secs()),
    );
    o.plain("remaining_s", exp.map(|exp| exp.duration_since(now).as_secs()));
}

/// Up to here a whole number is one of seconds, whatever else it may be: the year 2286.
const SURELY_SECONDS: i64 = 10_000_000_000;

/// The time that a claim means.
fn time(member: &Member) -> Option<Timestamp> {
    match member.as_i64() {
        Some(s @ 0..SURELY_SECONDS) => Timestamp::from_second(s).ok(),
        _ => time_of(&member.name, &member.value()),
    }
}

fn timestamp(o: &mut Object<'_>, name: &str, at: Option<Timestamp>) {
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
    o.word("status", signature.status.as_str());
    o.text_or_null("alg", signature.alg.as_deref());
    o.text_or_null("kid", signature.kid.as_deref());
    o.text("reason", &signature.reason);
    o.objects("findings", &signature.findings, |o, finding| {
        o.text("code", &finding.code);
        o.text("message", &finding.message);
        o.text("spec", &finding.spec);
    });
    o.objects("tried", &signature.tried, |o, tried| {
        o.text("key", &tried.key);
        o.text("why", &tried.why);
    });
    if !signature.each.is_empty() {
        o.objects("each", &signature.each, self::signature);
    }
}

/// What came of decrypting. Content that is a token in its turn is among the inner ones, without its signature.
fn decrypted(o: &mut Object<'_>, decryption: &Decryption, is_token: bool) {
    let (opened, reason) = match &decryption.outcome {
        Ok(how) => (true, how),
        Err(why) => (false, why),
    };
    o.plain("opened", Some(opened));
    o.text("reason", reason);
    if let Some(content) = decryption.content.as_ref().filter(|_| !is_token) {
        // Exposed because the person gave the key to read it.
        o.text("content", content.expose());
    }
    o.texts("findings", &decryption.findings);
    o.objects("tried", &decryption.tried, |o, (key, why)| {
        o.text("key", key);
        o.text("why", why);
    });
}

fn opaque(o: &mut Object<'_>, opaque: &Opaque) {
    o.plain("length", Some(opaque.length));
    o.text("alphabet", opaque.alphabet.words());
    o.plain("entropy_bits", Some(opaque.entropy_bits));
    o.plain("capacity_bits", Some(opaque.capacity_bits));
    o.text_or_null("weakness", opaque.weakness().as_deref());
    o.objects("shapes", &opaque.shapes, |o, shape| {
        o.text("name", shape.name);
        o.text("about", shape.about);
        o.objects("facts", &shape.facts, |o, fact| {
            o.text("name", fact.name);
            // Exposed because it is what the token says in clear.
            o.text("value", fact.value.expose());
        });
    });
}

/// What each member of header and claims means, as far as somebody wrote it down.
fn explained(o: &mut Object<'_>, inspection: &Inspection) {
    let decoded = &inspection.token.decoded;
    let context = Context::of(decoded);
    let header = decoded.header.members.iter().map(|member| (Place::Header, member));
    let payload = decoded.payload.members.iter().map(|member| (Place::Claims, member));
    o.text_or_null("vendor", context.vendor().map(claims::Vendor::label));
    o.objects("explained", header.chain(payload), |o, (place, member)| {
        let meaning = explain(&member.name, place, &context);
        o.text("claim", &member.name);
        o.word("place", if place == Place::Header { "header" } else { "claims" });
        o.text_or_null("meaning", meaning.map(|found| found.meaning));
        o.text_or_null("section", meaning.map(|found| found.section));
        let notes = explain_value(&member.name, &member.value(), place, &context);
        o.objects("notes", &notes, |o, note| {
            o.text("value", &note.value);
            o.text("meaning", &note.meaning);
            o.text("section", note.section);
        });
    });
}
