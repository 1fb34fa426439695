//! What the bearer may do, before and after.

use super::Changed;
use super::difference::{Difference, Inner, gained_and_lost, list, missing};
use super::remarks::Weight;
use super::scope;
use super::verdicts::Relation;
use crate::model::members::read_members;

/// Claims that say what the bearer may do.
pub(super) const POWERS: &[&str] = &[
    "scope",
    "scp",
    "roles",
    "groups",
    "wids",
    "permissions",
    "entitlements",
    "realm_access",
    "resource_access",
    "cognito:groups",
    "authorization_details",
    "is_admin",
];

/// What the change of such a claim means.
pub(super) fn power(changed: &Changed, how: Relation) -> (Weight, String) {
    let mut words = changed.difference.words();
    let (gained, lost) = match &changed.difference {
        Difference::Order => return in_another_order(),
        Difference::Elements { added, removed, .. } => (!added.is_empty(), !removed.is_empty()),
        Difference::Members(inner) => match roles_inside(inner) {
            Some((gained, lost)) if gained.is_empty() && lost.is_empty() => return in_another_order(),
            Some((gained, lost)) => {
                words = gained_and_lost(&gained, &lost).join(", ");
                (!gained.is_empty(), !lost.is_empty())
            }
            None => (true, true),
        },
        _ => (true, true),
    };
    let words = match (gained, lost) {
        (false, false) => "it allows the same, written otherwise".to_owned(),
        (false, true) => format!("it allows less: {words}"),
        (true, false) => format!("it allows more: {words}"),
        (true, true) => format!("it allows something else: {words}"),
    };
    let is_scope = scope::NAMES.contains(&changed.name.as_str());
    if how == Relation::Refresh && is_scope && scope::is_wider(&changed.before, &changed.after) {
        let words = format!("{words}, and a refresh gives no more than the login was given (RFC 6749 §6)");
        return (Weight::Alarming, words);
    }
    (Weight::Notable, words)
}

fn in_another_order() -> (Weight, String) {
    (Weight::Expected, "it allows the same, in another order".to_owned())
}

/// Roles that came and went in the lists inside an object, as Keycloak has them: `{"roles":[…]}`, or such an object for each
/// client. `None` where something else differs too.
fn roles_inside(inner: &[Inner]) -> Option<(Vec<String>, Vec<String>)> {
    let (mut gained, mut lost) = (Vec::new(), Vec::new());
    for one in inner {
        let either = one.after.as_deref().or(one.before.as_deref())?;
        let client = match one.path.as_str() {
            // A client of which there was nothing before, or is nothing now.
            client if either.starts_with('{') => client,
            "roles" => "",
            path => path.strip_suffix(".roles")?,
        };
        let named = |role: String| match client {
            "" => role,
            client => format!("{role} at {client}"),
        };
        let (was, is) = (roles_in(one.before.as_deref())?, roles_in(one.after.as_deref())?);
        gained.extend(missing(&is, &was).into_iter().map(named));
        lost.extend(missing(&was, &is).into_iter().map(named));
    }
    Some((gained, lost))
}

/// The roles in a list, or in an object that has nothing else in it.
fn roles_in(json: Option<&str>) -> Option<Vec<String>> {
    let Some(json) = json else {
        return Some(Vec::new());
    };
    if !json.starts_with('{') {
        return list(json);
    }
    let members = read_members(json).0;
    if members.iter().any(|member| member.name != "roles") {
        return None;
    }
    members
        .last()
        .map_or_else(|| Some(Vec::new()), |member| list(&member.raw))
}
