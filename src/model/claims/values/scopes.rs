//! What scopes allow: known ones by a table, others by how their vendor puts them together.

use super::TABLES;
use crate::model::claims::vendor::Vendor;

/// What a scope allows, and where that is written.
/// Words that anybody may use stand for something only at the `vendor` whose they are.
pub(in crate::model::claims) fn scope(scope: &str, vendor: Option<Vendor>) -> Option<(String, &'static str)> {
    if let Some(row) = known(scope).filter(|row| is_meant(scope, row.section, vendor)) {
        return Some((row.meaning.to_owned(), row.section));
    }
    graph(scope)
        .map(|words| (words, "Microsoft Graph, Permissions reference"))
        .or_else(|| Some((verb_and_thing(scope)?, "Auth0, Scopes")))
}

/// Whether a known word has this vendor's meaning: a common word has that only in the vendor's own tokens.
fn is_meant(scope: &str, section: &str, vendor: Option<Vendor>) -> bool {
    const COMMON_WORDS: [(&str, Vendor); 4] = [
        ("ERP.net", Vendor::ErpNet),
        ("MyCorp", Vendor::MyCorp),
        ("Salesforce", Vendor::Salesforce),
        ("Okta", Vendor::Okta),
    ];
    let whose = COMMON_WORDS.iter().find(|(name, _)| section.starts_with(name));
    // `okta.users.read`, `chatter_api`: nobody else calls it so.
    let is_common = scope.bytes().all(|b| b.is_ascii_lowercase());
    whose.is_none_or(|(_, whose)| !is_common || vendor == Some(*whose))
}

fn known(scope: &str) -> Option<&'static super::Row> {
    let scopes = &TABLES.scopes;
    scopes
        .get(scope)
        .or_else(|| scopes.get(scope.strip_suffix('/')?))
        // With the API before it, as Entra ID wants it: `https://graph.microsoft.com/User.Read`, `api://…/.default`.
        .or_else(|| {
            let (api, last) = scope.rsplit_once('/')?;
            (api.contains("://") && !api.contains("googleapis.com"))
                .then(|| scopes.get(last))
                .flatten()
        })
}

/// Microsoft Graph's way: `Thing.Verb.Reach`.
fn graph(scope: &str) -> Option<String> {
    let last = scope.rsplit('/').next()?;
    let mut parts = last.split('.');
    let (thing, verb, reach) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || thing.is_empty() || !thing.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return None;
    }
    let verb = match verb {
        "Read" => "Reads",
        "ReadBasic" => "Reads the outlines of",
        "ReadWrite" => "Changes",
        "Write" => "Writes",
        "Create" => "Makes",
        "Manage" => "Manages",
        "ManageAsApp" => "Manages, as an app,",
        "FullControl" => "Has full control of",
        "Send" => "Sends",
        "Invite" => "Invites",
        "Export" => "Exports",
        _ => return None,
    };
    let whose = match reach {
        None => "of the person",
        Some("All") => "of everyone, or all that the person can reach",
        Some("Shared") => "of the person, and what others share with them",
        Some("OwnedBy") => "that the app owns",
        Some("Selected") => "that were selected",
        Some("AppFolder") => "in the app's own folder",
        Some("Group") => "of one team or group",
        Some("Chat") => "of one chat",
        Some("Directory") => "in the directory",
        Some(_) => return None,
    };
    Some(format!("{verb} {} {whose}", words_of(thing)))
}

/// `MailboxSettings` as `mailbox settings`; capitals in a row stay: `OAuth2PermissionGrant`, `IMAP`.
fn words_of(name: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for c in name.chars().take(60) {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
        before = c;
    }
    words
}

/// `read:users`, as Auth0 suggests to name the permissions of one's own API.
fn verb_and_thing(scope: &str) -> Option<String> {
    let (verb, thing) = scope.split_once(':')?;
    let is_word = |text: &str| {
        (1..=40).contains(&text.len())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    if !is_word(thing) {
        return None;
    }
    let verb = match verb {
        "read" => "Reads",
        "write" => "Writes",
        "create" => "Makes",
        "update" => "Changes",
        "delete" => "Deletes",
        "manage" | "admin" => "Manages",
        _ => return None,
    };
    Some(format!("{verb} {}", thing.replace(['_', '-'], " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_word_is_a_vendors_only_in_its_own_tokens() {
        for (word, vendor, is_known) in [
            ("update", Some(Vendor::ErpNet), true),
            ("update", Some(Vendor::Okta), false),
            ("read", None, false),
            ("full", Some(Vendor::Salesforce), true),
            ("id", Some(Vendor::ErpNet), false),
            ("web", None, false),
            ("DomainApi", None, true),
            ("openid", None, true),
            ("okta.users.read", None, true),
        ] {
            assert_eq!(scope(word, vendor).is_some(), is_known, "{word}");
        }
    }
}
