//! What a discovery found, for people and for scripts.

use std::io;

use serde_json::{Value, json};

use super::discover::Done;
use super::printer::{Paint, Printer};
use crate::model::metadata::discovery::ServerMetadata;
use crate::model::metadata::offer::{Offer, Offered};
use crate::model::visible;

/// Prints it: the profile's name alone where one was made, else the table.
pub(super) fn print(printer: Printer, done: &Done) -> io::Result<()> {
    if printer.json {
        return printer.document(&document(done));
    }
    if let Some(profile) = &done.profile {
        printer.data(profile.slug.as_str())?;
        if let Some(secret) = &done.shown_secret {
            // Asked for with `--secret-out -`.
            printer.data(secret.expose())?;
        }
        return Ok(());
    }
    let discovered = &done.finding.discovered;
    for offer in discovered.offers() {
        printer.data(&line(printer, &offer))?;
    }
    for defect in &discovered.defects {
        printer.tell(&format!(
            "{} {}",
            printer.paint(Paint::Warn, "▲"),
            visible(&defect.message)
        ));
    }
    for doubt in &discovered.doubts {
        printer.tell(&format!(
            "{} {}. If you know why, go on with --accept-mismatch",
            printer.paint(Paint::Bad, "✕"),
            visible(doubt)
        ));
    }
    if let Some(why) = discovered.metadata.unusable() {
        let hint = ServerMetadata::UNUSABLE_HINT;
        printer.tell(&format!("{} {why}. {hint}", printer.paint(Paint::Bad, "✕")));
    }
    let choices = discovered.choices();
    if !choices.is_empty() {
        let words = choices.join(", ");
        printer.tell(&format!(
            "The API takes tokens of several servers: {}. Choose one with --authorization-server",
            visible(&words)
        ));
    }
    Ok(())
}

fn line(printer: Printer, offer: &Offer) -> String {
    let (paint, sign) = match offer.offered {
        Offered::Yes => (Paint::Ok, "✓"),
        Offered::No => (Paint::Faint, "–"),
        Offered::NotSaid => (Paint::Faint, "?"),
        Offered::Fact => (Paint::Faint, " "),
    };
    let sign = printer.paint(paint, sign);
    format!("{sign} {:<32} {}", offer.what, visible(&offer.value))
}

fn document(done: &Done) -> Value {
    let discovered = &done.finding.discovered;
    let metadata = &discovered.metadata;
    let offers: Vec<Value> = discovered
        .offers()
        .into_iter()
        .map(|offer| json!({"what": offer.what, "offered": offer.offered.as_str(), "value": offer.value}))
        .collect();
    let resource = discovered.resource.as_ref().map(|resource| {
        json!({
            "resource": resource.resource,
            "authorization_servers": resource.authorization_servers,
            "scopes_supported": resource.scopes_supported,
        })
    });
    let registered = done.registered.as_ref().map(|made| {
        let mut document = json!({
            "client_id": made.response.client_id,
            "has_client_secret": made.response.client_secret.is_some(),
            "client_secret_expires_at": made.response.client_secret_expires_at,
            "registration_client_uri": made.response.registration_client_uri,
            "differences": made.differences,
            "defects": made.response.defects,
        });
        if let Some(secret) = &done.shown_secret {
            document["client_secret"] = secret.expose().into();
        }
        document
    });
    json!({
        "address": done.finding.address,
        "issuer": metadata.issuer,
        "metadata_url": discovered.metadata_url,
        "api": discovered.api,
        "resource": resource,
        "offers": offers,
        "defects": discovered.defects,
        "mismatches": discovered.doubts,
        "unusable": metadata.unusable(),
        "tried": done.finding.exchanges.iter().map(|exchange| json!({
            "url": exchange.url,
            "http_status": exchange.response.as_ref().map(|response| response.status),
            "failure": exchange.failure,
        })).collect::<Vec<_>>(),
        "registered": registered,
        "profile": done.profile,
    })
}
