//! The rules for a refresh.

use super::{Rule, of};

pub(super) const RULES: &[Rule] = &[
    of(
        "refresh.same_iss",
        "The issuer stays the same",
        "OIDC Core §12.2",
        "The ID token of a refresh is from the same issuer as that of the login. Another one means that the refresh reached another provider.",
        "Check the refresh endpoint in the profile",
    ),
    of(
        "refresh.same_sub",
        "The person stays the same",
        "OIDC Core §12.2",
        "The ID token of a refresh is about the same person. If it is not, the session of one person was given to another.",
        "Do not use the tokens; report it to the provider",
    ),
    of(
        "refresh.same_aud",
        "The audience stays the same",
        "OIDC Core §12.2",
        "The ID token of a refresh is for the same client as that of the login.",
        "Check the client id in the profile, and report it to the provider if it stays",
    ),
    of(
        "refresh.same_azp",
        "The authorized party stays the same",
        "OIDC Core §12.2",
        "azp of the ID token is that of the login; if the first had none, the second has none either.",
        "Let the provider send the same azp at every refresh",
    ),
    of(
        "refresh.iat",
        "The ID token is a new one",
        "OIDC Core §12.2",
        "iat of the ID token is the time of the refresh and not that of the login. An old one may be refused as stale.",
        "Let the provider set iat when it issues the token",
    ),
    of(
        "refresh.auth_time",
        "The time of signing in stays the same",
        "OIDC Core §12.2",
        "A refresh is no new sign-in: auth_time stays that of the login. If it moved, max_age would be met by nobody signing in.",
        "Let the provider keep auth_time",
    ),
    of(
        "refresh.nonce",
        "The nonce is absent, or that of the login",
        "OIDC Core §12.2",
        "A refresh sends no nonce, so the ID token has none, or the one of the login.",
        "Let the provider leave nonce out at a refresh",
    ),
    of(
        "refresh.exp",
        "The new access token ends later",
        "RFC 6749 §6",
        "A refresh is made to get a token that lives longer. If the end does not move, the session ends with it.",
        "Check whether the provider ties tokens to the end of its own session, and log in again when that ends",
    ),
    of(
        "refresh.new_access_token",
        "A refresh brings a new access token",
        "RFC 6749 §6",
        "If the same access token comes back, the refresh gained nothing, and the client will ask again and again.",
        "Refresh later, or let the provider issue a new token each time",
    ),
    of(
        "refresh.access_token_iss",
        "The access token is from the same issuer",
        "RFC 6749 §6",
        "A refresh renews what the login was given. An access token from another issuer means that the refresh reached another provider, or another tenant of it.",
        "Check the refresh endpoint in the profile, and whether the API takes tokens of this issuer",
    ),
    of(
        "refresh.access_token_sub",
        "The access token is for the same person",
        "RFC 6749 §6",
        "A refresh renews what one person agreed to. An access token for another one opens the data of somebody else.",
        "Do not use the tokens; report it to the provider",
    ),
    of(
        "refresh.access_token_client",
        "The access token is for the same client",
        "RFC 6749 §6",
        "A refresh token is bound to the client that it was issued to. An access token that names another client may be refused, or may be more than this client may have.",
        "Check the client id in the profile, and report it to the provider if it stays",
    ),
    of(
        "refresh.rotation",
        "The refresh token is renewed as the profile expects",
        "RFC 9700 §4.14.2",
        "A refresh token that is renewed with each use shows that it was stolen when the old one is used again. An app that expects the wrong one loses its session.",
        "Set the rotation in the profile to what the provider does, and always keep the newest refresh token",
    ),
    of(
        "refresh.scope",
        "The scope does not grow",
        "RFC 6749 §6",
        "A refresh may ask for less than the login was given, and never gets more: nobody agreed to that.",
        "Report it to the provider, and log in again to ask for more",
    ),
];
