//! The glossary: a table for the registries, one for headers, and one for each vendor.
//!
//! A table is a text file with a line a name; `super::table` says how a line is read.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::rows;
use super::vendor::Vendor;

/// A claim's meaning and where that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The claim's name.
    pub name: &'static str,
    /// One short line.
    pub meaning: &'static str,
    /// The specification's section, or the vendor.
    pub section: &'static str,
}

const REGISTERED: &str = include_str!("registered.txt");
const JOSE: &str = include_str!("jose.txt");
const OTHERS: &str = include_str!("others.txt");

const fn of_vendor(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::EntraId => include_str!("entra.txt"),
        Vendor::Okta => include_str!("okta.txt"),
        Vendor::Auth0 => include_str!("auth0.txt"),
        Vendor::Keycloak => include_str!("keycloak.txt"),
        Vendor::Cognito => include_str!("cognito.txt"),
        Vendor::Google => include_str!("google.txt"),
        Vendor::GitHubActions => include_str!("github.txt"),
        Vendor::GitLab => include_str!("gitlab.txt"),
        Vendor::Kubernetes => include_str!("kubernetes.txt"),
        Vendor::Aws => include_str!("aws.txt"),
        Vendor::Apple => include_str!("apple.txt"),
        Vendor::AdFs => include_str!("adfs.txt"),
        Vendor::Salesforce => include_str!("salesforce.txt"),
        Vendor::Ping => include_str!("ping.txt"),
        Vendor::ErpNet => include_str!("erp_net.txt"),
        Vendor::MyCorp => include_str!("mycorp.txt"),
    }
}

type Table = HashMap<&'static str, Meaning>;

fn table<'a>(texts: impl IntoIterator<Item = &'a &'static str>) -> Table {
    let mut table = Table::new();
    for row in texts.into_iter().flat_map(|text| rows(text)) {
        table.entry(row.key).or_insert(Meaning {
            name: row.key,
            meaning: row.meaning,
            section: row.section,
        });
    }
    table
}

/// Everything, the most general meaning first. ERP.net comes before the other vendors: its names are common words.
static PLAIN: LazyLock<Table> = LazyLock::new(|| {
    let mut texts = vec![REGISTERED, JOSE, of_vendor(Vendor::ErpNet), OTHERS];
    texts.extend(Vendor::ALL.map(of_vendor));
    table(&texts)
});

/// Header parameters that stand among claims with the same meaning.
const IN_CLAIMS_TOO: [&str; 2] = ["typ", "nonce"];

/// What names mean among the claims of a token whose vendor is another one or not known: of the registries first, and what
/// only a vendor says with its name.
static CLAIMS: LazyLock<Table> = LazyLock::new(|| {
    let mut claims = table(&[REGISTERED]);
    for name in IN_CLAIMS_TOO {
        if let Some(meaning) = HEADER.get(name) {
            claims.entry(name).or_insert(*meaning);
        }
    }
    for (name, meaning) in table(&[OTHERS]) {
        claims.entry(name).or_insert(meaning);
    }
    for vendor in [Vendor::ErpNet].into_iter().chain(Vendor::ALL) {
        for (name, meaning) in &VENDORS[&vendor] {
            // Made once and kept as long as the program runs, as the tables are.
            claims.entry(name).or_insert_with(|| Meaning {
                meaning: format!("At {}: {}", vendor.label(), meaning.meaning).leak(),
                ..*meaning
            });
        }
    }
    claims
});

static HEADER: LazyLock<Table> = LazyLock::new(|| table(&[JOSE]));

static VENDORS: LazyLock<HashMap<Vendor, Table>> =
    LazyLock::new(|| Vendor::ALL.map(|vendor| (vendor, table(&[of_vendor(vendor)]))).into());

/// What a claim or header parameter means, when it is a known one. Where vendors differ, the most general meaning.
pub fn meaning(name: &str) -> Option<&'static Meaning> {
    PLAIN.get(name)
}

/// What it means among the claims of a token of nobody in particular.
pub(super) fn in_claims(name: &str) -> Option<&'static Meaning> {
    CLAIMS.get(name)
}

/// What it means in a header.
pub(super) fn in_header(name: &str) -> Option<&'static Meaning> {
    HEADER.get(name)
}

/// What it means in the claims of this vendor.
pub(super) fn at_vendor(vendor: Vendor, name: &str) -> Option<&'static Meaning> {
    VENDORS.get(&vendor)?.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::claims::table::assert_is_well_formed;

    #[test]
    fn every_claim_of_the_seeds_tokens_is_explained() {
        for token in [crate::model::seeds::ID_TOKEN, crate::model::seeds::RENEWED_ACCESS_TOKEN] {
            let decoded = crate::model::jwt::decode(token);
            for member in decoded.payload.members.iter().chain(&decoded.header.members) {
                assert!(meaning(&member.name).is_some(), "{}", member.name);
            }
        }
    }

    #[test]
    fn each_table_has_each_name_once_with_a_meaning_and_a_section() {
        for (name, text) in [("registered", REGISTERED), ("jose", JOSE), ("others", OTHERS)] {
            assert_is_well_formed(name, text);
        }
        for vendor in Vendor::ALL {
            assert_is_well_formed(vendor.label(), of_vendor(vendor));
        }
    }

    #[test]
    fn the_claims_that_a_vendor_is_known_for_are_in_its_table() {
        for (vendor, names) in [
            (
                Vendor::EntraId,
                "oid tid upn ver uti rh aio scp wids roles groups hasgroups idtyp azpacr appid appidacr acct acrs ctry \
                 in_corp ipaddr onprem_sid pwd_exp verified_primary_email sid signin_state tenant_ctry \
                 tenant_region_scope unique_name xms_tcdt xms_cc xms_mirid tfp",
            ),
            (Vendor::Okta, "uid cid scp ver idp amr auth_time groups"),
            (Vendor::Auth0, "azp gty permissions org_id org_name"),
            (
                Vendor::Keycloak,
                "realm_access resource_access session_state sid allowed-origins typ acr preferred_username",
            ),
            (
                Vendor::Cognito,
                "cognito:username cognito:groups cognito:roles cognito:preferred_role token_use event_id origin_jti \
                 identities",
            ),
            (Vendor::Google, "hd azp at_hash email_verified firebase"),
            (
                Vendor::GitHubActions,
                "repository ref sha workflow job_workflow_ref run_id environment actor event_name",
            ),
            (
                Vendor::GitLab,
                "namespace_path project_path pipeline_source job_id ref_protected user_login",
            ),
            (
                Vendor::Kubernetes,
                "kubernetes.io kubernetes.io/serviceaccount/namespace",
            ),
            (Vendor::Aws, "https://sts.amazonaws.com/ https://aws.amazon.com/tags"),
            (Vendor::Apple, "is_private_email real_user_status nonce_supported"),
            (
                Vendor::AdFs,
                "appid http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
            ),
            (Vendor::Salesforce, "organization_id user_id issued_at"),
            (Vendor::Ping, "env org p1.rid pi.sri"),
            (Vendor::ErpNet, "idp id user_type is_admin db client_db"),
            (Vendor::MyCorp, "roles"),
        ] {
            for name in names.split_whitespace() {
                assert!(at_vendor(vendor, name).is_some(), "{}: {name}", vendor.label());
            }
        }
    }

    #[test]
    fn claims_of_federations_credentials_and_mobile_networks_are_in_the_registered_table() {
        for (names, section) in [
            (
                "metadata_policy_crit trust_mark_issuers trust_mark_owners trust_mark_type trust_mark trust_anchor_hints",
                "OpenID Federation §",
            ),
            ("...", "RFC 9901 §"),
            ("request_uri", "RFC 9101 §"),
            ("id_token_hint", "OIDC Core §"),
            (
                "consumerPlmnId consumerSnpnId producerPlmnId producerSnpnId producerSnssaiList producerNsiList \
                 producerNfSetId producerNfServiceSetId sourceNfInstanceId analyticsIdList",
                "TS 29.510 §",
            ),
            ("resOwnerId", "TS 29.222"),
        ] {
            for name in names.split_whitespace() {
                let found = in_claims(name).map(|meaning| meaning.section);
                assert!(
                    found.is_some_and(|found| found.starts_with(section)),
                    "{name}: {found:?}"
                );
            }
        }
    }

    #[test]
    fn a_name_that_several_define_has_the_most_general_meaning() {
        assert_eq!(meaning("sid").unwrap().section, "OIDC Front-Channel Logout §3");
        assert_eq!(meaning("typ").unwrap().section, "RFC 7519 §5.1");
        assert_eq!(meaning("idp").unwrap().section, "ERP.net");
        assert_eq!(meaning("no such claim"), None);
    }
}
