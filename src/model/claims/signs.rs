//! The signs of a vendor: hosts of issuers, and claims that no one else has.

use super::vendor::{Vendor, VendorGuess};
use crate::model::members::Member;

const fn guess(vendor: Vendor, reason: &'static str) -> VendorGuess {
    VendorGuess { vendor, reason }
}

/// Hosts, or the end of hosts where they begin with a dot, and whose they are.
const HOSTS: &[(&str, VendorGuess)] = &[
    ("sts.windows.net", guess(Vendor::EntraId, "iss is at sts.windows.net")),
    (
        "login.microsoftonline.com",
        guess(Vendor::EntraId, "iss is at login.microsoftonline.com"),
    ),
    (
        "login.microsoftonline.us",
        guess(Vendor::EntraId, "iss is at login.microsoftonline.us"),
    ),
    (
        "login.partner.microsoftonline.cn",
        guess(Vendor::EntraId, "iss is at microsoftonline.cn"),
    ),
    (
        "login.chinacloudapi.cn",
        guess(Vendor::EntraId, "iss is at chinacloudapi.cn"),
    ),
    (
        "sts.chinacloudapi.cn",
        guess(Vendor::EntraId, "iss is at chinacloudapi.cn"),
    ),
    (".b2clogin.com", guess(Vendor::EntraId, "iss is at b2clogin.com")),
    (".ciamlogin.com", guess(Vendor::EntraId, "iss is at ciamlogin.com")),
    (".okta.com", guess(Vendor::Okta, "iss is at okta.com")),
    (".oktapreview.com", guess(Vendor::Okta, "iss is at oktapreview.com")),
    (".okta-emea.com", guess(Vendor::Okta, "iss is at okta-emea.com")),
    (".okta-gov.com", guess(Vendor::Okta, "iss is at okta-gov.com")),
    (".auth0.com", guess(Vendor::Auth0, "iss is at auth0.com")),
    (".auth0app.com", guess(Vendor::Auth0, "iss is at auth0app.com")),
    (
        "accounts.google.com",
        guess(Vendor::Google, "iss is accounts.google.com"),
    ),
    (
        "securetoken.google.com",
        guess(Vendor::Google, "iss is at securetoken.google.com"),
    ),
    (
        "session.firebase.google.com",
        guess(Vendor::Google, "iss is at session.firebase.google.com"),
    ),
    ("cloud.google.com", guess(Vendor::Google, "iss is at cloud.google.com")),
    (
        "token.actions.githubusercontent.com",
        guess(Vendor::GitHubActions, "iss is GitHub Actions'"),
    ),
    ("gitlab.com", guess(Vendor::GitLab, "iss is gitlab.com")),
    ("appleid.apple.com", guess(Vendor::Apple, "iss is appleid.apple.com")),
    ("account.apple.com", guess(Vendor::Apple, "iss is account.apple.com")),
    ("sts.amazonaws.com", guess(Vendor::Aws, "iss is at sts.amazonaws.com")),
    (".api.aws", guess(Vendor::Aws, "iss is at api.aws")),
    (
        "login.salesforce.com",
        guess(Vendor::Salesforce, "iss is login.salesforce.com"),
    ),
    (
        "test.salesforce.com",
        guess(Vendor::Salesforce, "iss is test.salesforce.com"),
    ),
    (
        ".my.salesforce.com",
        guess(Vendor::Salesforce, "iss is at my.salesforce.com"),
    ),
    (
        "container.googleapis.com",
        guess(Vendor::Kubernetes, "iss is a cluster of Google's"),
    ),
    ("kubernetes.default.svc", guess(Vendor::Kubernetes, "iss is a cluster")),
    (
        "kubernetes.default.svc.cluster.local",
        guess(Vendor::Kubernetes, "iss is a cluster"),
    ),
    (
        ".oic.prod-aks.azure.com",
        guess(Vendor::Kubernetes, "iss is a cluster of Azure's"),
    ),
    (".pingone.com", guess(Vendor::Ping, "iss is at pingone.com")),
    (".pingone.eu", guess(Vendor::Ping, "iss is at pingone.eu")),
    (".pingone.ca", guess(Vendor::Ping, "iss is at pingone.ca")),
    (".pingone.asia", guess(Vendor::Ping, "iss is at pingone.asia")),
    (
        ".pingidentity.cloud",
        guess(Vendor::Ping, "iss is at pingidentity.cloud"),
    ),
    (".forgeblocks.com", guess(Vendor::Ping, "iss is at forgeblocks.com")),
    (".my.erp.net", guess(Vendor::ErpNet, "iss is at my.erp.net")),
];

/// The host of an address, with or without `https://` before it.
pub(super) fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = &rest[..end];
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    host.split_once(':').map_or(host, |(host, _)| host)
}

/// Whose issuer it is.
pub(super) fn by_issuer(iss: &str) -> Option<VendorGuess> {
    let host = host_of(iss);
    for (name, guess) in HOSTS {
        let is_it = match name.strip_prefix('.') {
            Some(_) => host.len() > name.len() && host.ends_with(name),
            None => host == *name,
        };
        if is_it {
            return Some(*guess);
        }
    }
    let is_amazon = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    if host.starts_with("cognito-idp.") && is_amazon {
        return Some(guess(Vendor::Cognito, "iss is a Cognito user pool"));
    }
    if host.starts_with("oidc.eks.") && is_amazon {
        return Some(guess(Vendor::Kubernetes, "iss is a cluster of Amazon's"));
    }
    if iss == "kubernetes/serviceaccount" {
        return Some(guess(Vendor::Kubernetes, "iss is kubernetes/serviceaccount"));
    }
    // ForgeRock's issuers are `/am/oauth2/realms/root/realms/alpha`.
    if iss.contains("/realms/") && !iss.contains("/oauth2/realms/") {
        return Some(guess(Vendor::Keycloak, "iss names a realm, as Keycloak does"));
    }
    let path = iss.trim_end_matches('/');
    if path.ends_with("/adfs") || path.ends_with("/adfs/services/trust") {
        return Some(guess(Vendor::AdFs, "iss ends with /adfs"));
    }
    None
}

/// Claims that no one else has, or pairs of claims.
const TYPICAL: &[(&[&str], VendorGuess)] = &[
    (&["realm_access"], guess(Vendor::Keycloak, "it has realm_access")),
    (&["resource_access"], guess(Vendor::Keycloak, "it has resource_access")),
    (&["kubernetes.io"], guess(Vendor::Kubernetes, "it has kubernetes.io")),
    (&["cognito:username"], guess(Vendor::Cognito, "it has cognito:username")),
    (
        &["origin_jti", "token_use"],
        guess(Vendor::Cognito, "it has origin_jti and token_use"),
    ),
    (
        &["repository", "job_workflow_ref"],
        guess(Vendor::GitHubActions, "it has repository and job_workflow_ref"),
    ),
    (
        &["repository", "run_id"],
        guess(Vendor::GitHubActions, "it has repository and run_id"),
    ),
    (
        &["project_path", "pipeline_id"],
        guess(Vendor::GitLab, "it has project_path and pipeline_id"),
    ),
    (&["tfp"], guess(Vendor::EntraId, "it has tfp")),
    (&["oid", "tid"], guess(Vendor::EntraId, "it has oid and tid")),
    (
        &["tid", "ver", "aio"],
        guess(Vendor::EntraId, "it has tid, ver and aio"),
    ),
    (&["cid", "uid", "scp"], guess(Vendor::Okta, "it has cid, uid and scp")),
    (&["firebase"], guess(Vendor::Google, "it has firebase")),
    (
        &["https://sts.amazonaws.com/"],
        guess(Vendor::Aws, "it has https://sts.amazonaws.com/"),
    ),
    (
        &["https://aws.amazon.com/tags"],
        guess(Vendor::Aws, "it has https://aws.amazon.com/tags"),
    ),
    (&["pi.sri"], guess(Vendor::Ping, "it has pi.sri")),
    (&["p1.rid"], guess(Vendor::Ping, "it has p1.rid")),
    (&["auditTrackingId"], guess(Vendor::Ping, "it has auditTrackingId")),
    (&["gty", "azp"], guess(Vendor::Auth0, "it has gty and azp")),
    (
        &["apptype", "authmethod"],
        guess(Vendor::AdFs, "it has apptype and authmethod"),
    ),
    (&["client_db"], guess(Vendor::ErpNet, "it has client_db")),
    (&["db", "user_type"], guess(Vendor::ErpNet, "it has db and user_type")),
    (&["idp", "s_hash"], guess(Vendor::ErpNet, "it has idp and s_hash")),
];

/// Whose claims they are, where the issuer says nothing.
pub(super) fn by_claims(header: &[Member], claims: &[Member]) -> Option<VendorGuess> {
    if header
        .iter()
        .any(|member| member.name == "kid" && member.raw == "\"auth-key-2025\"")
    {
        return Some(guess(Vendor::MyCorp, "kid is auth-key-2025"));
    }
    if header
        .iter()
        .any(|member| member.name == "signer" && member.raw.starts_with("\"arn:aws:"))
    {
        return Some(guess(Vendor::Aws, "signer is an AWS load balancer"));
    }
    // Once over the claims, however many there are: of a hostile token's hundred thousand hardly one has to be compared.
    let mut seen: Vec<&str> = Vec::new();
    for member in claims.iter().filter(|member| is_typical_len(member.name.len())) {
        let mut names = TYPICAL.iter().flat_map(|(names, _)| names.iter());
        if let Some(name) = names.find(|name| **name == member.name)
            && !seen.contains(name)
        {
            seen.push(name);
        }
    }
    let found = TYPICAL
        .iter()
        .find(|(names, _)| names.iter().all(|name| seen.contains(name)));
    found.map(|(_, guess)| *guess)
}

/// Whether one of the typical claims has a name of so many bytes.
fn is_typical_len(len: usize) -> bool {
    const LENS: u64 = {
        let (mut lens, mut at) = (0, 0);
        while at < TYPICAL.len() {
            let (names, mut nth) = (TYPICAL[at].0, 0);
            while nth < names.len() {
                assert!(names[nth].len() < 64, "a bit for each length");
                lens |= 1 << names[nth].len();
                nth += 1;
            }
            at += 1;
        }
        lens
    };
    len < 64 && LENS >> len & 1 == 1
}
