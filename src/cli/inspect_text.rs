//! What a person reads of a token: the verdict first, then what stands in it, then what is wrong with it.

use std::io::IsTerminal as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::check_line::check_line;
use super::printer::{Paint, Printer};
use crate::model::checks::{Check, Outcome, TokenUse, guess_use};
use crate::model::claims::{Context, Place, explain, explain_value, time_reading};
use crate::model::inspection::{Decryption, Inspection};
use crate::model::jwt::{DecodedPart, Form, Opaque};
use crate::model::lifetime::relative;
use crate::model::members::{Member, Reading};
use crate::model::verify::{Signature, SignatureStatus};
use crate::model::visible;

/// Characters of a line at a terminal that does not say how wide it is.
const USUAL_WIDTH: usize = 120;
/// A value is never cut below this.
const LEAST_WIDTH: usize = 40;

/// The lines for a token. `number` is its place among several.
pub(super) fn lines(inspection: &Inspection, number: Option<usize>, explains: bool, printer: Printer) -> Vec<String> {
    let mut page = Page {
        lines: Vec::new(),
        indent: 0,
        // Piped text is kept whole: somebody searches it.
        width: std::io::stdout().is_terminal().then(terminal_width),
        explains,
        printer,
    };
    if let Some(number) = number {
        if number > 1 {
            page.line("");
        }
        let place = if inspection.place.is_empty() {
            String::new()
        } else {
            format!(" · {}", visible(&inspection.place))
        };
        page.line(&format!("Token {number}{place}"));
    } else if !inspection.place.is_empty() {
        page.line(&format!("Found in {}", visible(&inspection.place)));
    }
    page.token(inspection);
    page.lines
}

fn terminal_width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(USUAL_WIDTH)
}

/// What is printed, line by line.
struct Page {
    lines: Vec<String>,
    indent: usize,
    width: Option<usize>,
    explains: bool,
    printer: Printer,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.lines.push(format!("{:1$}{text}", "", self.indent));
    }

    fn painted(&mut self, paint: Paint, sign: &str, text: &str) {
        let line = format!("{} {}", self.printer.paint(paint, sign), visible(text));
        self.line(&line);
    }

    fn faint(&mut self, text: &str) {
        let line = self.printer.paint(Paint::Faint, &visible(text));
        self.line(&line);
    }

    fn token(&mut self, inspection: &Inspection) {
        let decoded = &inspection.token.decoded;
        self.verdict(inspection);
        self.faint(&format!("Fingerprint {}", inspection.token.fingerprint));
        if inspection.is_forged() {
            let what = inspection.forged.as_deref().unwrap_or_default().join("; ");
            self.painted(Paint::Warn, "▲", &format!("Forged for tests: {what}"));
        }
        let context = Context::of(decoded);
        for (title, place, part) in [
            ("Header", Place::Header, &decoded.header),
            ("Claims", Place::Claims, &decoded.payload),
        ] {
            self.part(title, place, part, &context, inspection.at);
        }
        if let Some(opaque) = &decoded.opaque {
            self.opaque(opaque);
        }
        if let Some(decryption) = &inspection.decryption {
            self.decryption(decryption, !inspection.inner.is_empty());
        }
        let defects: Vec<_> = inspection.notes.iter().chain(&decoded.defects).collect();
        if !defects.is_empty() {
            self.line("Defects");
        }
        for defect in defects {
            let at = defect.offset.map(|at| format!(", byte {at}")).unwrap_or_default();
            let text = format!("{}{at}: {}", defect.part.words(), defect.message);
            self.painted(Paint::Warn, "  ▲", &text);
        }
        self.signature(&inspection.signature);
        self.checks(&inspection.checks);
        for inner in &inspection.inner {
            self.line("");
            self.line(&format!("Token {}", visible(&inner.place)));
            self.indent += 2;
            self.token(inner);
            self.indent -= 2;
        }
    }

    /// What it is, by whom signed, and until when it is valid.
    fn verdict(&mut self, inspection: &Inspection) {
        let decoded = &inspection.token.decoded;
        let signature = &inspection.signature;
        let mut words = vec![form_words(inspection).to_owned()];
        if let Some(iss) = decoded.payload.str_of("iss") {
            words.push(format!("by {}", visible(&iss)));
        }
        if matches!(decoded.form, Form::Jws | Form::Damaged) {
            let alg = signature.alg.as_deref().unwrap_or("no alg");
            words.push(format!("{}: {}", visible(alg), status_words(signature.status)));
        }
        if let Some(exp) = inspection.token.lifetime.expires_at {
            let verb = if exp > inspection.at { "valid until" } else { "expired" };
            words.push(format!("{verb} {exp}, {}", relative(exp, inspection.at)));
        }
        let paint = if !inspection.is_good() {
            Paint::Bad
        } else if signature.status == SignatureStatus::Valid {
            Paint::Ok
        } else {
            Paint::Warn
        };
        words[0] = self.printer.paint(paint, &words[0]);
        self.line(&words.join(" · "));
    }

    fn part(&mut self, title: &str, place: Place, part: &DecodedPart, context: &Context, now: Timestamp) {
        if part.members.is_empty() {
            if let Some(text) = part.text.as_deref().filter(|text| !text.is_empty()) {
                self.line(title);
                let shown = self.fitted(&visible(text), 2);
                self.line(&format!("  {shown}"));
            }
            return;
        }
        self.line(title);
        for member in &part.members {
            self.member(member, place, context, now);
        }
    }

    fn member(&mut self, member: &Member, place: Place, context: &Context, now: Timestamp) {
        const NAME_WIDTH: usize = 16;
        let value = member.value();
        let note = explain(&member.name, place, context);
        let meaning = match (note, self.explains) {
            (Some(note), true) => format!("{} ({})", note.meaning, note.section),
            (Some(note), false) => note.meaning.to_owned(),
            (None, _) => String::new(),
        };
        let how = match member.reading {
            Reading::Clean => "",
            Reading::Mended => " (mended)",
            Reading::AfterBreak => " (read behind a break)",
        };
        let when = time_reading(&member.name, &value).map(|time| when(time.at, now));
        let shown = self.fitted(&visible(&member.raw), NAME_WIDTH + 4);
        let beside = if self.explains { "" } else { &meaning };
        let line = format!(
            "  {:<NAME_WIDTH$} {shown}{}{}",
            visible(&member.name),
            self.printer.paint(Paint::Warn, how),
            if beside.is_empty() {
                String::new()
            } else {
                format!("  {}", self.printer.paint(Paint::Faint, beside))
            },
        );
        self.line(&line);
        let below = |text: &str| format!("  {:<NAME_WIDTH$} {text}", "");
        if let Some(when) = when {
            self.line(&below(&when));
        }
        if self.explains {
            if !meaning.is_empty() {
                self.faint(&below(&meaning));
            }
            for note in explain_value(&member.name, &value, place, context) {
                let section = if note.section.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", note.section)
                };
                self.faint(&below(&format!("{}: {}{section}", note.value, note.meaning)));
            }
        }
    }

    fn opaque(&mut self, opaque: &Opaque) {
        self.line("Opaque");
        self.line(&format!(
            "  {} characters, {}, about {} bits of at most {}",
            opaque.length,
            opaque.alphabet.words(),
            opaque.entropy_bits,
            opaque.capacity_bits
        ));
        for shape in &opaque.shapes {
            self.line(&format!("  {} ({})", shape.name, shape.about));
            for fact in &shape.facts {
                // Exposed because it is what the token says in clear.
                let shown = self.fitted(&visible(fact.value.expose()), 20);
                self.line(&format!("    {:<14} {shown}", fact.name));
            }
        }
        if let Some(weakness) = opaque.weakness() {
            self.painted(Paint::Warn, "  ▲", &weakness);
        }
    }

    fn decryption(&mut self, decryption: &Decryption, is_token: bool) {
        self.line("Encryption");
        match &decryption.outcome {
            Ok(how) => self.painted(Paint::Ok, "  ✓", &format!("Opened: {how}")),
            Err(why) => self.painted(Paint::Bad, "  ✕", why),
        }
        for finding in &decryption.findings {
            self.painted(Paint::Warn, "  ▲", finding);
        }
        if decryption.outcome.is_err() {
            for (key, why) in &decryption.tried {
                self.faint(&format!("  {key}: {why}"));
            }
        }
        if let Some(content) = decryption.content.as_ref().filter(|_| !is_token) {
            // Exposed because the person gave the key to read it.
            let shown = self.fitted(&visible(content.expose()), 2);
            self.line(&format!("  {shown}"));
        }
    }

    /// What was noticed, and which keys were tried where none fitted.
    fn signature(&mut self, signature: &Signature) {
        let each = std::iter::once(signature).chain(&signature.each);
        let told: Vec<&Signature> = each
            .filter(|one| !one.findings.is_empty() || (one.status != SignatureStatus::Valid && !one.tried.is_empty()))
            .collect();
        if told.is_empty() {
            return;
        }
        self.line("Signature");
        for one in told {
            for finding in &one.findings {
                self.painted(Paint::Warn, "  ▲", &format!("{} ({})", finding.message, finding.spec));
            }
            for tried in one.tried.iter().filter(|_| one.status != SignatureStatus::Valid) {
                self.faint(&format!("  {}: {}", tried.key, tried.why));
            }
        }
    }

    /// Failures first; what was skipped last.
    fn checks(&mut self, checks: &[Check]) {
        let groups = [
            (Outcome::Fail, "failed"),
            (Outcome::Warn, "worth a look"),
            (Outcome::Pass, "passed"),
            (Outcome::Skip, "skipped"),
        ];
        let of = |outcome: Outcome| checks.iter().filter(move |check| check.outcome == outcome);
        let counts: Vec<String> = groups
            .iter()
            .map(|(outcome, words)| (of(*outcome).count(), words))
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| format!("{count} {words}"))
            .collect();
        if counts.is_empty() {
            return;
        }
        self.line(&format!("Checks: {}", counts.join(", ")));
        for check in groups.iter().flat_map(|(outcome, _)| of(*outcome)) {
            let line = check_line(check, 22, self.printer);
            self.line(&format!("  {line}"));
        }
    }

    /// A text cut to what is left of the line at a terminal.
    fn fitted(&self, text: &str, used: usize) -> String {
        let Some(width) = self.width else {
            return text.to_owned();
        };
        let room = width.saturating_sub(self.indent + used).max(LEAST_WIDTH);
        match text.char_indices().nth(room) {
            Some(_) => text.chars().take(room - 1).chain(['…']).collect(),
            None => text.to_owned(),
        }
    }
}

/// A time where the person is, in UTC, and from now.
fn when(at: Timestamp, now: Timestamp) -> String {
    let local = at.to_zoned(TimeZone::system());
    let from_now = relative(at, now);
    if local.offset().is_zero() {
        format!("{at}, {from_now}")
    } else {
        format!("{} here, {at}, {from_now}", local.strftime("%F %T %:z"))
    }
}

fn form_words(inspection: &Inspection) -> &'static str {
    let decoded = &inspection.token.decoded;
    match decoded.form {
        Form::Jws if !decoded.payload.is_object => "Signed message, no JWT",
        Form::Jws => match guess_use(decoded).0 {
            TokenUse::Id => "Signed JWT, an ID token",
            TokenUse::Access => "Signed JWT, an access token",
            TokenUse::Any => "Signed JWT",
        },
        Form::Jwe => "Encrypted JWT",
        Form::Opaque => "Opaque token",
        Form::Damaged => "Damaged JWT",
    }
}

const fn status_words(status: SignatureStatus) -> &'static str {
    match status {
        SignatureStatus::Valid => "signature valid",
        SignatureStatus::Invalid => "signature invalid",
        SignatureStatus::Unverified => "signature not checked",
        SignatureStatus::Unsupported => "signature cannot be checked here",
        SignatureStatus::None => "not signed",
    }
}
