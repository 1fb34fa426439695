//! `tokenscope inspect --compare`: what came, what went, what changed between two tokens, and what that means.

use super::check_line::check_line;
use super::inspect;
use super::json_writer::{Layout, Object, name, object};
use super::outcome::{Outcome as Ending, usage};
use super::printer::{Paint, Printer};
use crate::model::checks::{Outcome, TokenUse, guess_use};
use crate::model::compare::{Comparison, Relation, Verdicts, Weight, is_mended, verdicts};
use crate::model::inspection::Inspection;
use crate::model::members::{Member, write_json};
use crate::model::visible;

/// Behind what had to be mended to be read.
const MENDED: &str = " (mended: nothing of it is to be believed)";

/// Prints how the second token differs from the first. `is_refreshed` is whether the second came by a refresh of the login
/// that gave the first, and `wanted` what both are for, where that is said.
pub(super) fn run(
    printer: Printer,
    inspections: &[Inspection],
    is_refreshed: bool,
    wanted: Option<TokenUse>,
) -> Ending {
    let [before, after] = inspections else {
        return Err(usage(
            format!("There are {} tokens, and two are compared", inspections.len()),
            "Give the older one first, then the newer one",
        ));
    };
    let uses = [before, after].map(|one| wanted.unwrap_or_else(|| guess_use(&one.token.decoded).0));
    let relation = if is_refreshed {
        Relation::Refresh
    } else {
        Relation::Unrelated
    };
    let found = verdicts(&before.token, &after.token, uses, relation);
    if printer.json {
        let mut text = String::new();
        object(&mut text, Layout::Lines(0), |o| {
            document(o, &found, before, after, relation);
        });
        printer.data(&text)?;
    } else {
        for line in lines(&found, printer) {
            printer.data(&line)?;
        }
    }
    let is_good = !found.checks.iter().any(|check| check.outcome == Outcome::Fail);
    Ok(inspect::status_of(is_good))
}

fn document(o: &mut Object<'_>, found: &Verdicts, before: &Inspection, after: &Inspection, relation: Relation) {
    for (name, one) in [(name!("before"), before), (name!("after"), after)] {
        o.object(name, |o| {
            o.word(name!("form"), one.token.decoded.form.as_str());
            o.text(name!("fingerprint"), &one.token.fingerprint.to_string());
            if !one.place.is_empty() {
                o.text(name!("place"), &one.place);
            }
            if one.is_forged() {
                o.plain(name!("forged"), Some(true));
            }
        });
    }
    let is_refresh = relation == Relation::Refresh;
    o.word(name!("relation"), if is_refresh { "refresh" } else { "unrelated" });
    o.object(name!("header"), |o| comparison(o, &found.comparison.header));
    o.object(name!("claims"), |o| comparison(o, &found.comparison.claims));
    o.objects(name!("remarks"), &found.remarks, |o, remark| {
        o.text(name!("name"), &remark.name);
        o.word(name!("weight"), weight_word(remark.weight));
        o.text(name!("words"), &remark.words);
    });
    o.objects(name!("checks"), &found.checks, |o, check| {
        o.text(name!("id"), &check.id);
        o.word(name!("outcome"), check.outcome.as_str());
        o.text(name!("message"), &check.message);
        o.text(name!("spec"), &check.spec);
    });
}

fn comparison(o: &mut Object<'_>, comparison: &Comparison) {
    o.json(name!("added"), |out, _| write_json(&comparison.added, out));
    o.json(name!("removed"), |out, _| write_json(&comparison.removed, out));
    o.objects(name!("changed"), &comparison.changed, |o, changed| {
        o.text(name!("name"), &changed.name);
        o.json(name!("before"), |out, _| out.push_str(&changed.before));
        o.json(name!("after"), |out, _| out.push_str(&changed.after));
        o.text(name!("words"), &changed.difference.words());
    });
    let mended = mended(comparison);
    if !mended.is_empty() {
        o.texts(name!("mended"), mended);
    }
    o.plain(name!("unchanged"), Some(comparison.unchanged));
    if let Some(lifetime) = comparison.lifetime {
        o.text(name!("lifetime"), &lifetime.words());
    }
}

/// The names of what differs and had to be mended to be read.
fn mended(comparison: &Comparison) -> Vec<&str> {
    let changed = comparison.changed.iter().filter(|changed| changed.is_mended);
    let others = comparison.added.iter().chain(&comparison.removed);
    let others = others
        .filter(|member| is_mended(member))
        .map(|member| member.name.as_str());
    changed.map(|changed| changed.name.as_str()).chain(others).collect()
}

fn lines(found: &Verdicts, printer: Printer) -> Vec<String> {
    let mark = |is_mended: bool| {
        if is_mended {
            printer.paint(Paint::Warn, MENDED)
        } else {
            String::new()
        }
    };
    let member_line = |paint: Paint, sign: &str, member: &Member| {
        format!(
            "  {} {:<16} {}{}",
            printer.paint(paint, sign),
            visible(&member.name),
            visible(&member.raw),
            mark(is_mended(member))
        )
    };
    let mut lines = Vec::new();
    for (title, comparison) in [
        ("Header", &found.comparison.header),
        ("Claims", &found.comparison.claims),
    ] {
        let summary = comparison.summary().unwrap_or_else(|| "no change".to_owned());
        lines.push(format!("{title}: {summary}, {} as before", comparison.unchanged));
        for (paint, sign, members) in [
            (Paint::Bad, "−", &comparison.removed),
            (Paint::Ok, "+", &comparison.added),
        ] {
            lines.extend(members.iter().map(|member| member_line(paint, sign, member)));
        }
        for changed in &comparison.changed {
            let words = printer.paint(Paint::Faint, &visible(&changed.difference.words()));
            lines.push(format!(
                "  {} {:<16} {} → {}  {words}{}",
                printer.paint(Paint::Warn, "~"),
                visible(&changed.name),
                visible(&changed.before),
                visible(&changed.after),
                mark(changed.is_mended),
            ));
        }
        lines.extend(comparison.lifetime.map(|lifetime| format!("  {}", lifetime.words())));
    }
    for remark in &found.remarks {
        let (paint, sign) = match remark.weight {
            Weight::Alarming => (Paint::Bad, "✕"),
            Weight::Notable => (Paint::Warn, "▲"),
            Weight::Expected => (Paint::Faint, "○"),
        };
        let name = if remark.name.is_empty() {
            String::new()
        } else {
            format!("{}: ", visible(&remark.name))
        };
        lines.push(format!(
            "{} {name}{}",
            printer.paint(paint, sign),
            visible(&remark.words)
        ));
    }
    lines.extend(found.checks.iter().map(|check| check_line(check, 22, printer)));
    lines
}

const fn weight_word(weight: Weight) -> &'static str {
    match weight {
        Weight::Expected => "expected",
        Weight::Notable => "notable",
        Weight::Alarming => "alarming",
    }
}
