//! The parts of a profile's form: sections, and within them what is rarely needed and folds away.

use crate::model::Profile;
use crate::model::field::{Field, Section};

/// A part of the form that opens and closes as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    section: Section,
    is_rare: bool,
}

/// What ERP.net keeps of a trusted app, in its order and under its names.
const TRUSTED_APP: [(Field, &str); 6] = [
    (Field::Name, "Name"),
    (Field::ClientId, "ApplicationUri"),
    (Field::IsEnabled, "IsEnabled"),
    (
        Field::ImpersonateAsInternalUserAllowed,
        "ImpersonateAsInternalUserAllowed",
    ),
    (Field::RedirectUri, "ImpersonateLoginUrl"),
    (Field::ClientType, "ClientType"),
];

impl Group {
    /// The trusted app as ERP.net shows it.
    pub const TRUSTED_APP: Self = Self::common(Section::TrustedApp);
    /// Who the client is.
    pub const APP: Self = Self::common(Section::App);

    const fn common(section: Section) -> Self {
        Self {
            section,
            is_rare: false,
        }
    }

    const fn rare(section: Section) -> Self {
        Self { section, is_rare: true }
    }

    /// Every group, in the order that the form shows.
    pub const ALL: [Self; 11] = [
        Self::TRUSTED_APP,
        Self::APP,
        Self::rare(Section::App),
        Self::common(Section::Login),
        Self::rare(Section::Login),
        Self::common(Section::Endpoints),
        Self::rare(Section::Endpoints),
        Self::common(Section::Refresh),
        Self::common(Section::More),
        Self::common(Section::Connection),
        Self::common(Section::Notes),
    ];

    /// Where a field is shown in the form of `profile`.
    pub fn of(field: Field, profile: &Profile) -> Self {
        if erp_net_name(field, profile).is_some() {
            return Self::TRUSTED_APP;
        }
        Self {
            section: field.section(),
            is_rare: is_rare(field),
        }
    }

    /// Its fields in the form of `profile`, in their order. A field that does not apply is there all the same when
    /// `is_wrong` says so: nobody can correct what is hidden.
    pub fn fields(self, profile: &Profile, is_wrong: impl Fn(Field) -> bool) -> Vec<Field> {
        let all: Vec<Field> = if self == Self::TRUSTED_APP {
            TRUSTED_APP.iter().map(|&(field, _)| field).collect()
        } else {
            Field::ALL.to_vec()
        };
        all.into_iter()
            .filter(|&field| Self::of(field, profile) == self)
            .filter(|&field| field.applies_to(profile) || is_wrong(field))
            .collect()
    }

    /// What stands above it.
    pub const fn label(self) -> &'static str {
        match (self.section, self.is_rare) {
            (Section::App, true) => "More about the app",
            (Section::Login, true) => "More about the login",
            (Section::Endpoints, true) => "More endpoints and keys",
            (section, _) => section.label(),
        }
    }

    /// Whether it folds away while nobody needs it.
    pub const fn folds(self) -> bool {
        self.is_rare || matches!(self.section, Section::Refresh | Section::More | Section::Connection)
    }
}

/// What ERP.net calls a field, in the form of one of its apps.
pub fn erp_net_name(field: Field, profile: &Profile) -> Option<&'static str> {
    let name = TRUSTED_APP
        .iter()
        .find_map(|&(known, name)| (known == field).then_some(name));
    name.filter(|_| profile.is_erp_net())
}

/// Whether a field holds something else than that of an empty profile.
pub fn is_set(field: Field, profile: &Profile, empty: &Profile) -> bool {
    field.get(profile) != field.get(empty)
}

const fn is_rare(field: Field) -> bool {
    matches!(
        field,
        Field::RefreshClientAuthentication
            | Field::ClientKeyId
            | Field::AssertionAlgorithm
            | Field::AssertionAudience
            | Field::OtherRedirectUris
            | Field::ResponseMode
            | Field::PushedAuthorizationRequest
            | Field::Dpop
            | Field::Prompt
            | Field::LoginHint
            | Field::MaxAge
            | Field::AcrValues
            | Field::Resource
            | Field::Audience
            | Field::AuthorizationDetails
            | Field::SubjectTokenType
            | Field::RequestedTokenType
            | Field::AssertionSubject
            | Field::RefreshEndpoint
            | Field::PushedAuthorizationRequestEndpoint
            | Field::VerificationKey
            | Field::VerificationKeyId
            | Field::UserinfoEndpoint
            | Field::IntrospectionEndpoint
            | Field::RevocationEndpoint
            | Field::EndSessionEndpoint
            | Field::PostLogoutRedirectUri
            | Field::RegistrationEndpoint
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::template::Template;

    #[test]
    fn every_field_stands_in_exactly_one_group() {
        for id in ["erp-net", "custom"] {
            let profile = Template::find(id).unwrap().profile();
            for field in Field::ALL {
                let groups = Group::ALL
                    .into_iter()
                    .filter(|group| group.fields(&profile, |_| true).contains(&field))
                    .count();
                assert_eq!(groups, 1, "{field:?} of {id}");
            }
        }
    }

    #[test]
    fn a_field_that_does_not_apply_is_shown_only_while_it_is_wrong() {
        let profile = Template::find("redcore").unwrap().profile();
        let endpoints = Group::of(Field::AuthorizationEndpoint, &profile);
        let shown = |wrong| {
            endpoints
                .fields(&profile, |_| wrong)
                .contains(&Field::AuthorizationEndpoint)
        };
        assert_eq!((shown(false), shown(true)), (false, true));
    }

    #[test]
    fn only_erp_net_has_names_of_its_own() {
        let profile = |id| Template::find(id).unwrap().profile();
        assert_eq!(
            erp_net_name(Field::ClientId, &profile("erp-net")),
            Some("ApplicationUri")
        );
        assert_eq!(erp_net_name(Field::Scope, &profile("erp-net")), None);
        assert_eq!(erp_net_name(Field::ClientId, &profile("redcore")), None);
    }
}
