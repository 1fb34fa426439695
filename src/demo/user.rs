//! The people who can sign in. All of them can at every tenant.

/// A person who can sign in.
#[derive(Debug, PartialEq, Eq)]
pub struct UserFacts {
    /// What to type as user name; becomes `sub`.
    pub user_name: &'static str,
    /// The demo's password: public knowledge.
    pub password: &'static str,
    /// The claim `name`.
    pub name: &'static str,
    /// The claim `email`.
    pub email: &'static str,
    /// The claim `id`.
    pub id: &'static str,
    /// The claim `locale`.
    pub locale: &'static str,
    /// The claim `is_admin`.
    pub is_admin: bool,
    /// The LDAP groups that the account is in; MyCorp-Auth makes its roles from them.
    pub ldap_groups: &'static [&'static str],
    /// One line about them for the sign-in page.
    pub about: &'static str,
}

/// Every person, in the order in which the sign-in page lists them.
pub(super) static USERS: [UserFacts; 4] = [
    UserFacts {
        user_name: "admin",
        password: "admin",
        name: "SPS",
        email: "admin@mail.com",
        id: "9da64839-a8d0-491d-aebb-4d18fa42b014",
        locale: "bg",
        is_admin: true,
        ldap_groups: &[
            "cn=administrators,ou=groups,dc=mycorp,dc=example",
            "cn=staff,ou=groups,dc=mycorp,dc=example",
        ],
        about: "administrator",
    },
    UserFacts {
        user_name: "ada",
        password: "demo",
        name: "Ada Lovelace",
        email: "ada@example.com",
        id: "e7d5f6a2-1c94-4b7e-9f3a-6d20b8c41e55",
        locale: "en",
        is_admin: false,
        ldap_groups: &["cn=staff,ou=groups,dc=mycorp,dc=example"],
        about: "employee",
    },
    UserFacts {
        user_name: "j.doe",
        password: "demo",
        name: "Jane Doe",
        email: "j.doe@example.com",
        id: "5b1f0c2e-6a57-4f0e-9d3c-2f4c1f6f7a10",
        locale: "en",
        is_admin: false,
        ldap_groups: &["cn=staff,ou=groups,dc=mycorp,dc=example"],
        about: "employee",
    },
    UserFacts {
        user_name: "m.petrova",
        password: "demo",
        name: "Мария Петрова",
        email: "m.petrova@example.com",
        id: "c0f9a4d1-3b7e-4d55-8a66-71e2b9d0c3f8",
        locale: "bg",
        is_admin: false,
        ldap_groups: &[],
        about: "employee, name in Cyrillic, in no LDAP group",
    },
];

/// What MyCorp-Auth makes of an LDAP group. A group that is not listed gives no role.
static ROLES: [(&str, &str); 2] = [
    ("cn=administrators,ou=groups,dc=mycorp,dc=example", "administrator"),
    ("cn=staff,ou=groups,dc=mycorp,dc=example", "employee"),
];

/// The person with this user name (in any case) and exactly this password.
pub(super) fn sign_in(user_name: &str, password: &str) -> Option<&'static UserFacts> {
    USERS
        .iter()
        .find(|user| user.user_name.eq_ignore_ascii_case(user_name.trim()) && user.password == password)
}

impl UserFacts {
    /// The roles that the account's LDAP groups are mapped to; none when it is in no such group.
    pub fn roles(&self) -> Vec<&'static str> {
        ROLES
            .iter()
            .filter(|(group, _)| self.ldap_groups.contains(group))
            .map(|(_, role)| *role)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_needs_the_exact_password() {
        assert_eq!(sign_in(" Admin", "admin").map(|user| user.id), Some(USERS[0].id));
        assert_eq!(sign_in("admin", "Admin"), None);
        assert_eq!(sign_in("admin", ""), None);
        assert_eq!(sign_in("", ""), None);
    }

    #[test]
    fn roles_come_from_ldap_groups_and_without_groups_there_are_none() {
        assert_eq!(USERS[0].roles(), ["administrator", "employee"]);
        assert_eq!(USERS[1].roles(), ["employee"]);
        assert_eq!(USERS[3].roles(), Vec::<&str>::new());
    }
}
