//! The short name of a profile: in file names and on the command line.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Lower-case letters, digits and single hyphens: safe as a file name on every platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

/// Longest slug, so that a file name made of it fits everywhere.
const MAX_LEN: usize = 64;

impl Slug {
    /// A slug from a name for people: `ERP.net trusted app` becomes `erp-net-trusted-app`.
    /// A name with no usable letter becomes `profile`.
    pub fn from_name(name: &str) -> Self {
        let mut slug = String::new();
        for c in name.chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
            if slug.len() >= MAX_LEN {
                break;
            }
        }
        let slug = slug.trim_end_matches('-');
        if slug.is_empty() {
            Self::default()
        } else if is_reserved_on_windows(slug) {
            Self(format!("{slug}-profile"))
        } else {
            Self(slug.to_owned())
        }
    }

    /// The slug as it is, or `None` when `text` is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let slug = Self::from_name(text);
        (slug.0 == text).then_some(slug)
    }

    /// This slug, or with the first free number behind it when `taken` says that it is in use.
    #[must_use]
    pub fn unique(self, taken: impl Fn(&Self) -> bool) -> Self {
        if !taken(&self) {
            return self;
        }
        (2_u32..=u32::MAX)
            .map(|n| {
                let ending = format!("-{n}");
                let stem: String = self.0.chars().take(MAX_LEN - ending.len()).collect();
                Self(format!("{}{ending}", stem.trim_end_matches('-')))
            })
            .find(|slug| !taken(slug))
            .unwrap_or(self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names that Windows keeps for devices, whatever ending follows.
fn is_reserved_on_windows(slug: &str) -> bool {
    let device = |prefix: &str| {
        slug.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    matches!(slug, "con" | "prn" | "aux" | "nul") || device("com") || device("lpt")
}

impl Default for Slug {
    fn default() -> Self {
        Self("profile".to_owned())
    }
}

impl<'de> Deserialize<'de> for Slug {
    /// Whatever stands in a file becomes a slug: it can never be a path.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_name(&String::deserialize(deserializer)?))
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_becomes_a_file_name() {
        for (name, slug) in [
            ("ERP.net trusted app", "erp-net-trusted-app"),
            ("  Ünïcode  ", "n-code"),
            ("../../etc/passwd", "etc-passwd"),
            ("…", "profile"),
            ("CON", "con-profile"),
            ("com7", "com7-profile"),
        ] {
            assert_eq!(Slug::from_name(name).as_str(), slug);
        }
    }

    #[test]
    fn a_taken_slug_gets_a_number() {
        let taken = ["app", "app-2"];
        let slug = Slug::from_name("app").unique(|s| taken.contains(&s.as_str()));
        assert_eq!(slug.as_str(), "app-3");
        let long = Slug::from_name(&"x".repeat(80));
        let second = long.clone().unique(|s| *s == long);
        assert_eq!(Slug::parse(second.as_str()), Some(second));
    }

    proptest! {
        #[test]
        fn any_name_becomes_a_slug_that_reads_as_itself(name in ".*") {
            let slug = Slug::from_name(&name);
            prop_assert!(!slug.as_str().is_empty() && slug.as_str().len() <= MAX_LEN + 8);
            prop_assert_eq!(Slug::parse(slug.as_str()), Some(slug));
        }
    }
}
