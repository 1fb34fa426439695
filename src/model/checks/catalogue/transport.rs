//! The rules for how it all travels, for keys and for clocks.

use super::{Rule, of};

pub(super) const RULES: &[Rule] = &[
    of(
        "transport.https",
        "Every endpoint is HTTPS",
        "RFC 6749 §3.2",
        "Over plain HTTP everybody on the way reads secrets and tokens, and can put other keys or answers in their place.",
        "Use the provider's https:// addresses in the profile",
    ),
    of(
        "transport.insecure",
        "Certificates are checked",
        "RFC 6749 §10.9",
        "While any certificate is accepted, whoever is on the way can pretend to be the provider.",
        "Add the provider's certificate authority to the profile, and turn this off",
    ),
    of(
        "transport.redirect",
        "No endpoint sends on to another address",
        "RFC 9700 §4.12",
        "A redirect would take secrets and tokens to an address that nobody checked. It is never followed here, and many clients do not follow it either.",
        "Put the address that the server names into the profile, if it is the provider's own",
    ),
    of(
        "keys.readable",
        "Every published key can be read",
        "RFC 7517 §5",
        "A key that is written wrongly cannot verify anything, and makes some libraries refuse the whole set.",
        "Let the provider mend or remove the key",
    ),
    of(
        "keys.supported",
        "Every published key can be used here",
        "RFC 7517 §5",
        "A key of another kind is passed over: tokens that were signed with it cannot be verified here.",
        "Nothing to do unless tokens name this key",
    ),
    of(
        "keys.length",
        "Every key is long enough",
        "RFC 7518 §3.3",
        "An RSA key has 2048 bits at the least. Shorter ones can be broken, and then anybody can sign tokens.",
        "Let the provider renew the key",
    ),
    of(
        "keys.symmetric",
        "No secret key is published",
        "RFC 7517 §9.2",
        "A symmetric key signs as well as it verifies. Published, it lets everybody make tokens.",
        "Let the provider remove the key at once and renew it wherever it was used",
    ),
    of(
        "keys.*",
        "The provider's keys are sound",
        "RFC 8725 §3.5",
        "Every signature is worth as much as the key that it was made with.",
        "Let the provider renew the key, and remove the old one from its set",
    ),
    of(
        "clock.skew",
        "The clocks agree",
        "RFC 7519 §4.1.4",
        "Tokens are judged by time. If the clocks differ by more than a few seconds, good tokens are refused and dead ones are sent.",
        "Set this machine's clock by NTP; if it is right, tell the provider",
    ),
    of(
        "clock.iat",
        "The token was made when it came",
        "RFC 7519 §4.1.6",
        "A token that has just been issued says so in iat. If it does not, the machine that signs has another clock than the one that answers, or the token is not new.",
        "Let the provider set the clocks of all its machines by NTP",
    ),
];
