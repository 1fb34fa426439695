//! What may be asked for, tenant by tenant.

use super::tenant::System;

/// A scope and what granting it means, in words for the consent page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ScopeFacts {
    pub(super) name: &'static str,
    pub(super) meaning: &'static str,
}

/// ERP.net's.
static ERP_NET: [ScopeFacts; 6] = [
    ScopeFacts {
        name: "openid",
        meaning: "Know who you are",
    },
    ScopeFacts {
        name: "profile",
        meaning: "See your name and language",
    },
    ScopeFacts {
        name: "email",
        meaning: "See your email address",
    },
    ScopeFacts {
        name: "DomainApi",
        meaning: "Read data from the ERP.net domain API as you",
    },
    ScopeFacts {
        name: "update",
        meaning: "Change data through the ERP.net domain API as you",
    },
    ScopeFacts {
        name: "offline_access",
        meaning: "Keep access while you are away (a refresh token)",
    },
];

/// MyCorp-Auth's: here the word for a refresh token is `refresh_token`.
static MY_CORP: [ScopeFacts; 4] = [
    ScopeFacts {
        name: "openid",
        meaning: "Know who you are",
    },
    ScopeFacts {
        name: "profile",
        meaning: "See your name",
    },
    ScopeFacts {
        name: "email",
        meaning: "See your email address",
    },
    ScopeFacts {
        name: "refresh_token",
        meaning: "Keep access while you are away (a refresh token)",
    },
];

/// The plain server's documentation names none. This one is what everybody gets, so that consent has a subject.
static PLAIN: [ScopeFacts; 1] = [ScopeFacts {
    name: "api",
    meaning: "Use the API as you, for a day at a time",
}];

/// redCORE's.
static RED_CORE: [ScopeFacts; 2] = [
    ScopeFacts {
        name: "contacts.read",
        meaning: "Read the site’s contacts as you",
    },
    ScopeFacts {
        name: "contacts.write",
        meaning: "Change the site’s contacts as you",
    },
];

impl System {
    /// Every scope, in the order in which a response lists what was granted.
    pub(super) fn all_scopes(self) -> &'static [ScopeFacts] {
        match self {
            Self::ErpNet => &ERP_NET,
            Self::MyCorp => &MY_CORP,
            Self::Plain => &PLAIN,
            Self::RedCore => &RED_CORE,
        }
    }

    /// The known scopes among `words`, each once and in the provider's order; or the first word that is not known.
    pub(super) fn scopes(self, words: &str) -> Result<Vec<&'static ScopeFacts>, String> {
        let all = self.all_scopes();
        let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
        if let Some(unknown) = words.iter().find(|word| !all.iter().any(|scope| scope.name == **word)) {
            return Err((*unknown).to_owned());
        }
        Ok(all.iter().filter(|scope| words.contains(&scope.name)).collect())
    }
}

/// The scopes as a response writes them: names with spaces between (RFC 6749 §3.3).
pub(super) fn names(scopes: &[&ScopeFacts]) -> String {
    let names: Vec<_> = scopes.iter().map(|scope| scope.name).collect();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_come_in_the_providers_order_and_unknown_ones_are_named() {
        let granted = System::ErpNet
            .scopes("openid profile  offline_access DomainApi openid")
            .expect("all known");
        assert_eq!(names(&granted), "openid profile DomainApi offline_access");
        assert_eq!(System::ErpNet.scopes("openid banana"), Err("banana".to_owned()));
        assert_eq!(
            System::MyCorp.scopes("offline_access"),
            Err("offline_access".to_owned())
        );
    }
}
