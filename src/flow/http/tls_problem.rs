//! What is wrong between two ends that should speak TLS, by name.

use jiff::{Timestamp, tz::TimeZone};
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

/// What keeps a TLS connection from coming about. Each reads on from the name of the host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsProblem {
    /// The certificate's time is over.
    #[error("has a certificate that expired{}", on(until.as_ref()))]
    Expired {
        /// Its last day, UTC, as `2026-11-20`.
        until: Option<String>,
    },
    /// The certificate's time has not begun.
    #[error("has a certificate that is not valid yet{}", from.as_ref().map(|day| format!(": it begins on {day}")).unwrap_or_default())]
    NotYetValid {
        /// Its first day, UTC.
        from: Option<String>,
    },
    /// The certificate vouches for itself.
    #[error("has a self-signed certificate, for which no authority vouches")]
    SelfSigned,
    /// The certificate's authority is not one that is trusted here.
    #[error("has a certificate from {}, an authority that this machine does not trust", issuer.as_deref().unwrap_or("somebody without a name"))]
    UnknownIssuer {
        /// The authority's name.
        issuer: Option<String>,
    },
    /// The certificate is for others.
    #[error("has a certificate for another host: {}", listed(names))]
    WrongHost {
        /// Whom it is for.
        names: Vec<String>,
    },
    /// The certificate's authority took it back.
    #[error("has a certificate that was revoked")]
    Revoked,
    /// Something else about the certificate.
    #[error("has a certificate that cannot be used")]
    Certificate,
    /// The other side does not speak TLS, but most likely HTTP in the open.
    #[error("does not speak TLS: it answered in the open")]
    NoTls,
    /// The server wants a client certificate, and the profile has none.
    #[error("requires a client certificate")]
    ClientCertificateRequired,
    /// The server does not accept the profile's client certificate.
    #[error("refused the client certificate")]
    ClientCertificateRefused,
    /// No common version or algorithm, or a handshake that broke off.
    #[error("and Tokenscope did not agree on a TLS connection")]
    Handshake,
}

impl TlsProblem {
    /// What to do about it, and where in the profile.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Expired { .. } | Self::Revoked | Self::Certificate => {
                "Have the server's certificate renewed. To go on without it, turn on “Insecure” in the profile"
            }
            Self::NotYetValid { .. } => {
                "Check this machine's clock and the server's certificate. To go on without it, turn on “Insecure” in the \
                 profile"
            }
            Self::SelfSigned => {
                "Put this certificate into “Certificate authority” in the profile. To trust anyone, turn on “Insecure”"
            }
            Self::UnknownIssuer { .. } => {
                "Put the certificate of that authority into “Certificate authority” in the profile. To trust anyone, turn \
                 on “Insecure”"
            }
            Self::WrongHost { .. } => {
                "Write the host that the certificate is for into the profile's addresses. To trust anyone, turn on “Insecure”"
            }
            Self::NoTls => {
                "Check the port in the profile's addresses. http:// is for a server on this machine, or with “Insecure” on"
            }
            Self::ClientCertificateRequired => {
                "Put your certificate and its key into “Client certificate” in the profile"
            }
            Self::ClientCertificateRefused => {
                "Check “Client certificate” in the profile, and that the server trusts its authority"
            }
            Self::Handshake => {
                "Check host and port in the profile, which TLS versions the server allows (1.2 or 1.3), and whether it wants \
                 a “Client certificate”"
            }
        }
    }

    /// What a failed handshake means. `with_certificate`: whether a client certificate was there to be shown.
    pub(super) fn of(error: &Error, with_certificate: bool) -> Self {
        match error {
            Error::InvalidCertificate(error) => Self::of_certificate(error),
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => Self::NoTls,
            Error::AlertReceived(alert) => Self::of_alert(*alert, with_certificate),
            _ => Self::Handshake,
        }
    }

    /// What the other side's last word means (RFC 8446 §6.2).
    pub(super) const fn of_alert(alert: AlertDescription, with_certificate: bool) -> Self {
        match alert {
            AlertDescription::CertificateRequired => Self::ClientCertificateRequired,
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied => {
                // With TLS 1.2 some servers say so when none was shown at all.
                if with_certificate {
                    Self::ClientCertificateRefused
                } else {
                    Self::ClientCertificateRequired
                }
            }
            _ => Self::Handshake,
        }
    }

    /// What is wrong with a certificate, as far as that can be told without looking at it.
    pub(super) fn of_certificate(error: &CertificateError) -> Self {
        match error {
            CertificateError::Expired => Self::Expired { until: None },
            CertificateError::ExpiredContext { not_after, .. } => Self::Expired { until: day(*not_after) },
            CertificateError::NotValidYet => Self::NotYetValid { from: None },
            CertificateError::NotValidYetContext { not_before, .. } => Self::NotYetValid { from: day(*not_before) },
            CertificateError::UnknownIssuer => Self::UnknownIssuer { issuer: None },
            CertificateError::NotValidForName => Self::WrongHost { names: Vec::new() },
            CertificateError::NotValidForNameContext { presented, .. } => Self::WrongHost {
                names: presented.iter().map(|name| bare(name).to_owned()).collect(),
            },
            CertificateError::Revoked => Self::Revoked,
            _ => Self::Certificate,
        }
    }
}

/// The name in `DnsName("localhost")`.
fn bare(name: &str) -> &str {
    let name = name.split_once('(').map_or(name, |(_, rest)| rest);
    name.trim_end_matches(')').trim_matches('"')
}

fn day(time: UnixTime) -> Option<String> {
    let time = Timestamp::from_second(i64::try_from(time.as_secs()).ok()?).ok()?;
    Some(time.to_zoned(TimeZone::UTC).date().to_string())
}

fn on(day: Option<&String>) -> String {
    day.map(|day| format!(" on {day}")).unwrap_or_default()
}

/// More than these are not listed: some certificates are for a hundred hosts.
const MAX_NAMES: usize = 4;

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "it names none".to_owned();
    }
    let mut text = names[..names.len().min(MAX_NAMES)].join(", ");
    if names.len() > MAX_NAMES {
        text.push_str(" and others");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_error_is_told_with_its_day_and_its_names() {
        let at = |s| UnixTime::since_unix_epoch(core::time::Duration::from_secs(s));
        let expired = CertificateError::ExpiredContext {
            time: at(1_700_000_000),
            not_after: at(1_600_000_000),
        };
        assert_eq!(
            TlsProblem::of_certificate(&expired).to_string(),
            "has a certificate that expired on 2020-09-13"
        );
        let names = (1..6).map(|n| format!("DnsName(\"h{n}.example\")")).collect();
        let other = CertificateError::NotValidForNameContext {
            expected: "localhost".try_into().expect("a name"),
            presented: names,
        };
        assert_eq!(
            TlsProblem::of_certificate(&other).to_string(),
            "has a certificate for another host: h1.example, h2.example, h3.example, h4.example and others"
        );
    }

    #[test]
    fn an_alert_about_a_certificate_depends_on_whether_one_was_shown() {
        for (alert, with, without) in [
            (
                AlertDescription::UnknownCA,
                TlsProblem::ClientCertificateRefused,
                TlsProblem::ClientCertificateRequired,
            ),
            (
                AlertDescription::CertificateRequired,
                TlsProblem::ClientCertificateRequired,
                TlsProblem::ClientCertificateRequired,
            ),
            (
                AlertDescription::ProtocolVersion,
                TlsProblem::Handshake,
                TlsProblem::Handshake,
            ),
        ] {
            assert_eq!(TlsProblem::of_alert(alert, true), with);
            assert_eq!(TlsProblem::of_alert(alert, false), without);
        }
    }
}
