//! The rules for an ID token.

use super::{Rule, of};

pub(super) const RULES: &[Rule] = &[
    of(
        "id_token.required",
        "The ID token has all it must have",
        "OIDC Core §2",
        "An ID token holds iss, sub, aud, exp and iat. Libraries refuse one that lacks any of them.",
        "Let the provider add the claim that is missing",
    ),
    of(
        "id_token.kind",
        "The ID token is no access token",
        "RFC 8725 §3.12",
        "An ID token tells the app who signed in. Another kind of token in its place was not made for that, and must not be believed.",
        "Look which token was passed: id_token and access_token may have been swapped",
    ),
    of(
        "id_token.form",
        "The ID token is a JWT that can be read",
        "OIDC Core §2",
        "An ID token is a JWT in its compact form: three parts with dots between them and a JSON object inside. Of one that is damaged, or something else, nothing is to be believed.",
        "Compare the token with what the provider sent: something on the way may have cut or changed it",
    ),
    of(
        "id_token.audiences",
        "Nobody else may take the ID token",
        "OIDC Core §3.1.3.7",
        "With several audiences every one of them can show the token as its own. A client refuses a token that names somebody whom it does not trust.",
        "Find out who the others are; let the provider name this client alone if nobody knows them",
    ),
    of(
        "id_token.azp",
        "The authorized party is this client",
        "OIDC Core §3.1.3.7",
        "azp names the client that the ID token was issued to. With several audiences it is the only way to tell which of them asked. Some providers name another client there on purpose, as where an app signs in for a server.",
        "Check that the token was issued to this client, and that the other audiences are to be trusted",
    ),
    of(
        "id_token.nonce",
        "The nonce is the one that was sent",
        "OIDC Core §3.1.3.7",
        "nonce ties the ID token to one login. With another one, the token may be one that somebody captured and replayed.",
        "Log in again; if it happens again, the provider does not send back the nonce of the request",
    ),
    of(
        "id_token.registered_alg",
        "The algorithm is the registered one",
        "OIDC Core §3.1.3.7",
        "The client registered an algorithm for its ID tokens, RS256 unless it said otherwise. Taking any other lets an attacker choose a weaker one.",
        "Compare alg with id_token_signed_response_alg of the client's registration",
    ),
    of(
        "id_token.at_hash",
        "The ID token belongs to this access token",
        "OIDC Core §3.1.3.8",
        "at_hash is half of the hash of the access token that came along. If it differs, somebody exchanged one of the two.",
        "Log in again; if it happens again, the provider hashes another token, or with another algorithm than that of alg",
    ),
    of(
        "id_token.c_hash",
        "The ID token belongs to this code",
        "OIDC Core §3.3.2.11",
        "c_hash is half of the hash of the code that came along through the browser. If it differs, somebody injected a code of another login.",
        "Do not use the code; log in again, and if it happens again report it to the provider",
    ),
    of(
        "id_token.s_hash",
        "The ID token belongs to this state",
        "FAPI 1.0 part 2 §5.1",
        "s_hash is half of the hash of the state that was sent. If it differs, the answer belongs to another login.",
        "Log in again; if it happens again, the provider hashes something else than state",
    ),
    of(
        "id_token.auth_time",
        "The person signed in recently enough",
        "OIDC Core §3.1.3.7",
        "With max_age the app asks that the person signed in no longer ago than that. auth_time proves it, and must then be there. One in the future, or after the token was made, proves nothing.",
        "Send prompt=login, or let the provider honour max_age and send auth_time as it was",
    ),
    of(
        "id_token.acr",
        "The person signed in as strongly as asked",
        "OIDC Core §3.1.3.7",
        "acr says how strongly the person was checked. Another value than the app asked for may mean a missing second factor.",
        "Decide whether the app may go on with that, and ask for acr as an essential claim if not",
    ),
    of(
        "id_token.amr",
        "How the person signed in is a list",
        "OIDC Core §2",
        "amr is a list of texts, one for each method. An app that looks for a second factor in it finds none in anything else, or fails.",
        "Let the provider send amr as a list, also where there is one method",
    ),
];
