//! The rules for an access token, and for what it is bound to.

use super::{Rule, of};

pub(super) const RULES: &[Rule] = &[
    of(
        "access_token.kind",
        "The access token is no ID token",
        "RFC 8725 §3.12",
        "An ID token is for the app and an access token for the API. An API that takes ID tokens lets every app that a person ever signed in to act for that person.",
        "Send the access token to the API, and let the API check typ and aud",
    ),
    of(
        "access_token.required",
        "The access token has all that RFC 9068 asks for",
        "RFC 9068 §2.2",
        "A token of the type at+jwt holds iss, exp, aud, sub, client_id, iat and jti. An API with a standard library refuses one that lacks any of them.",
        "Let the provider add the claim, or leave the type at+jwt out",
    ),
    of(
        "access_token.client_id",
        "The access token was issued to this client",
        "RFC 9068 §2.2",
        "client_id names the app that asked for the token. Another one means that the token belongs to somebody else.",
        "Look where the token came from: it may be that of another app",
    ),
    of(
        "access_token.scope",
        "The scope is written as one text",
        "RFC 9068 §2.2.3",
        "scope is one text with spaces. Some servers write a list: an API with a standard library finds no scope in it, or fails.",
        "Let the provider write scope as one text, or tell the API's library to expect a list",
    ),
    of(
        "access_token.authentication",
        "How the person signed in is written as it must be",
        "RFC 9068 §2.2.1",
        "auth_time is a number of seconds, acr a text and amr a list of texts. An API that asks for a stronger sign-in needs them readable.",
        "Let the provider write these claims as OpenID Connect Core §2 defines them",
    ),
    of(
        "token.dpop",
        "The access token is bound to this key",
        "RFC 9449 §5",
        "A bound token works only for whoever has the key. If it is not bound, a stolen one works for everybody; if it is bound to another key, it does not work at all.",
        "Check that the provider supports DPoP for this client, and that token_type is DPoP",
    ),
    of(
        "token.roles",
        "The account has roles",
        "RFC 9068 §2.2.3.1",
        "At MyCorp-Auth roles come from LDAP groups. An account that is in none of them logs in well and may do nothing.",
        "Let an administrator map the account to the right LDAP groups, and log in again",
    ),
    of(
        "exchange.issued_token_type",
        "The exchange says what it issued",
        "RFC 8693 §2.2.1",
        "issued_token_type tells what kind of token came back. Without it nobody knows how to use it.",
        "Check requested_token_type in the profile, and whether the provider supports it",
    ),
    of(
        "exchange.token_type",
        "What was exchanged is used for what it is",
        "RFC 8693 §2.2.1",
        "token_type N_A says that the issued token is no access token, so that no API takes it as one.",
        "Use the token as its type says, and ask for an access token to call an API",
    ),
];
