//! Texts as people have them, and what must come out.

use super::super::find;
use super::{RFC_JWE, RFC_JWT, UNSIGNED, tokens};
use crate::model::seeds;

/// A text in which `{J}` is a JWT, `{E}` an encrypted one, `{U}` an unsigned one, `{I}` the seed's ID token and `{D}` its
/// damaged access token; then the tokens that must come out, each with its place.
const TABLE: &[(&str, &[(&str, &str)])] = &[
    // Alone, and in quotes.
    ("{J}", &[("{J}", "the whole text")]),
    ("  {J}\n", &[("{J}", "the whole text")]),
    ("\u{feff}{J}\r\n", &[("{J}", "the whole text")]),
    ("{E}", &[("{E}", "the whole text")]),
    ("{U}", &[("{U}", "the whole text")]),
    ("{D}", &[("{D}", "the whole text")]),
    ("\"{J}\",", &[("{J}", "the whole text")]),
    ("“{J}”", &[("{J}", "the whole text")]),
    ("`{J}`", &[("{J}", "the whole text")]),
    ("«{J}»", &[("{J}", "the whole text")]),
    ("The token is {J}. It has expired.", &[("{J}", "in the text")]),
    ("(see {J})", &[("{J}", "in the text")]),
    // Behind a scheme or a name.
    ("Bearer {J}", &[("{J}", "after Bearer")]),
    ("bearer {J}", &[("{J}", "after Bearer")]),
    ("DPoP {J}", &[("{J}", "after DPoP")]),
    ("token: {J}", &[("{J}", "header token")]),
    ("Authorization: Bearer {J}", &[("{J}", "Authorization: Bearer")]),
    ("authorization:Bearer {J}", &[("{J}", "Authorization: Bearer")]),
    (
        "Authorization: DPoP {J}\r\nDPoP: {I}",
        &[("{J}", "Authorization: DPoP"), ("{I}", "header DPoP")],
    ),
    ("Authorization: Bearer xyz", &[("xyz", "Authorization: Bearer")]),
    (
        "Authorization: Bearer mF_9.B5f-4.1JqM",
        &[("mF_9.B5f-4.1JqM", "Authorization: Bearer")],
    ),
    ("export TOKEN=\"{J}\"", &[("{J}", "value of TOKEN")]),
    ("id_token: {J}\nexpires: 3600", &[("{J}", "header id_token")]),
    ("- access_token: >-\n    {J}\n", &[("{J}", "in the text")]),
    // curl.
    (
        "curl -H 'Authorization: Bearer {J}' https://api.example.com/v1",
        &[("{J}", "Authorization: Bearer")],
    ),
    (
        "curl https://api.example.com \\\n  --header \"Authorization: Bearer {J}\" \\\n  -d 'id_token_hint={I}&x=1'",
        &[
            ("{J}", "Authorization: Bearer"),
            ("{I}", "form parameter id_token_hint"),
        ],
    ),
    (
        "curl -b 'a=b; session={J}' https://example.com",
        &[("{J}", "cookie session")],
    ),
    (
        "curl --data-urlencode assertion={J} https://example.com",
        &[("{J}", "form parameter assertion")],
    ),
    (
        "curl -H $'Authorization: Bearer {J}' --compressed",
        &[("{J}", "Authorization: Bearer")],
    ),
    (
        "curl --data-raw $'{\\\"token\\\":\\\"{J}\\\"}'",
        &[("{J}", "token in JSON")],
    ),
    (
        "curl -d '{\"refresh_token\":\"{J}\"}' x",
        &[("{J}", "refresh_token in JSON")],
    ),
    // JSON.
    (
        "{\"access_token\":\"{J}\",\"token_type\":\"Bearer\",\"refresh_token\":\"tGzv3JOkF0XG5Qx2TlKWIA\",\"id_token\": \"{I}\"}",
        &[
            ("{J}", "access_token in JSON"),
            ("tGzv3JOkF0XG5Qx2TlKWIA", "refresh_token in JSON"),
            ("{I}", "id_token in JSON"),
        ],
    ),
    ("{\"body\":\"{\\\"jwt\\\":\\\"{J}\\\"}\"}", &[("{J}", "jwt in JSON")]),
    (
        "{\"a\":\"{\\\"b\\\":\\\"{\\\\\\\"access_token\\\\\\\":\\\\\\\"abc.def\\\\\\\"}\\\"}\"}",
        &[("abc.def", "access_token in JSON")],
    ),
    ("[\"{J}\", \"{I}\"]", &[("{J}", "in the text"), ("{I}", "in the text")]),
    (
        "{\"access_token\" : \"ab\\/cd+ef==\"}",
        &[("ab/cd+ef==", "access_token in JSON")],
    ),
    ("{\"access_token\":\"ab%2Fcd\"}", &[("ab%2Fcd", "access_token in JSON")]),
    ("{\"accessToken\":\"a1B2c3\"}", &[("a1B2c3", "accessToken in JSON")]),
    ("{'access_token': 'a1B2c3'}", &[("a1B2c3", "access_token in JSON")]),
    (
        "{\"name\":\"id_token\",\"value\":\"{J}\"}",
        &[("{J}", "field id_token")],
    ),
    (
        "{\"name\": \"access_token\", \"value\": \"a1B2c3d4\"}",
        &[("a1B2c3d4", "field access_token")],
    ),
    // Cookies.
    ("Cookie: theme=dark; session={J}; lang=de", &[("{J}", "cookie session")]),
    (
        "Set-Cookie: idp.sid={J}; Path=/; HttpOnly",
        &[("{J}", "cookie idp.sid")],
    ),
    ("Cookie: a=s%3A{J}", &[("{J}", "cookie a")]),
    // Addresses and forms.
    (
        "https://app.example/cb#id_token={J}&state=abc",
        &[("{J}", "fragment parameter id_token")],
    ),
    (
        "https://app.example/cb#access_token=SlAV32hkKG&id_token={J}",
        &[
            ("SlAV32hkKG", "fragment parameter access_token"),
            ("{J}", "fragment parameter id_token"),
        ],
    ),
    (
        "https://app.example/?client_assertion={J}",
        &[("{J}", "query parameter client_assertion")],
    ),
    (
        "https://app.example/jar?request={J}&client_id=s6BhdRkqt3",
        &[("{J}", "query parameter request")],
    ),
    ("https://app.example/verify/{J}/done", &[("{J}", "in the text")]),
    (
        "GET /cb?token={J} HTTP/1.1\r\nHost: x",
        &[("{J}", "query parameter token")],
    ),
    (
        "grant_type=refresh_token&refresh_token=tGzv3JO%2BkF0XG&scope=a",
        &[("tGzv3JO+kF0XG", "form parameter refresh_token")],
    ),
    (
        "grant_type=x&authorization=Bearer+{J}&b=c",
        &[("{J}", "Authorization: Bearer")],
    ),
    ("authorization=Bearer%20{J}", &[("{J}", "Authorization: Bearer")]),
    (
        "redirect=https%3A%2F%2Fx%2Fcb%23id_token%3D{J}%26state%3D1",
        &[("{J}", "fragment parameter id_token")],
    ),
    // Dumps of requests and answers.
    (
        "> GET /api HTTP/1.1\n> Host: x\n> Authorization: Bearer {J}\n>\n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Bearer \
         error=\"invalid_token\"",
        &[("{J}", "Authorization: Bearer")],
    ),
    (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\n  \"id_token\": \"{J}\",\n  \"scope\": null\n}",
        &[("{J}", "id_token in JSON")],
    ),
    (
        "<input type=\"hidden\" name=\"id_token\" value=\"{J}\"/>",
        &[("{J}", "field id_token")],
    ),
    (
        "<access_token>a1B2c3d4</access_token>",
        &[("a1B2c3d4", "element access_token")],
    ),
    ("<td>{J}</td>", &[("{J}", "element td")]),
    ("2026-11-20 DEBUG got token={J} for joe", &[("{J}", "value of token")]),
    (
        "var t = \"eyJhbGciOiJub25lIn0.\" +\n    \"eyJpc3MiOiJqb2UifQ.\";",
        &[("eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ.", "value of t")],
    ),
    // Not built like a JWT.
    (
        "key ghp_16C7e42F292c6912E7710c838347Ae178B4a here",
        &[("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "in the text")],
    ),
    (
        "x v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIn0bpEwxwzuRd9f.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3In0 y",
        &[(
            "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIn0bpEwxwzuRd9f.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3In0",
            "in the text",
        )],
    ),
    (
        "see {\"payload\":\"eyJpc3MiOiJqb2UifQ\",\"protected\":\"eyJhbGciOiJFUzI1NiJ9\",\"signature\":\"DtEhU3lj\"} there",
        &[(
            "{\"payload\":\"eyJpc3MiOiJqb2UifQ\",\"protected\":\"eyJhbGciOiJFUzI1NiJ9\",\"signature\":\"DtEhU3lj\"}",
            "in the text",
        )],
    ),
    (
        "{\"body\": {\"payload\": \"eyJ9\", \"signatures\": [{\"protected\": \"eyJhbGciOiJFUzI1NiJ9\", \"signature\": \"AA\"}]}}",
        &[(
            "{\"payload\": \"eyJ9\", \"signatures\": [{\"protected\": \"eyJhbGciOiJFUzI1NiJ9\", \"signature\": \"AA\"}]}",
            "body in JSON",
        )],
    ),
    (
        "{\"payload\":null,\"protected\":\"eyJhbGciOiJFUzI1NiJ9\",\"signature\":\"DtEhU3lj\"}",
        &[(
            "{\"payload\":null,\"protected\":\"eyJhbGciOiJFUzI1NiJ9\",\"signature\":\"DtEhU3lj\"}",
            "the whole text",
        )],
    ),
    (
        "[{\"payload\": {\"sub\": \"a\"}, \"protected\": \"eyJhbGciOiJFUzI1NiJ9\"}]",
        &[(
            "{\"payload\": {\"sub\": \"a\"}, \"protected\": \"eyJhbGciOiJFUzI1NiJ9\"}",
            "the whole text",
        )],
    ),
    (
        "{\"jwe\":\"{\\\"protected\\\":\\\"eyJ9\\\",\\\"ciphertext\\\":\\\"AA\\\",\\\"tag\\\":\\\"BB\\\"}\"}",
        &[(
            "{\"protected\":\"eyJ9\",\"ciphertext\":\"AA\",\"tag\":\"BB\"}",
            "jwe in JSON",
        )],
    ),
    // Damage.
    ("token={D}&x=1", &[("{D}", "value of token")]),
    (
        "it was eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ only",
        &[("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ", "in the text")],
    ),
    ("a eyJhbGciOiJIUzI1NiJ9 b", &[("eyJhbGciOiJIUzI1NiJ9", "in the text")]),
    (
        "a JhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.AbCdEfGh1 b",
        &[("JhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.AbCdEfGh1", "in the text")],
    ),
    (
        "BearereyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ.",
        &[("eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ.", "after Bearer")],
    ),
    (
        "x eyJhbGciOiJIUzI1NiJ9==.eyJpc3MiOiJqb2UifQ==.AbCdEfGh1/+= y",
        &[(
            "eyJhbGciOiJIUzI1NiJ9==.eyJpc3MiOiJqb2UifQ==.AbCdEfGh1/+=",
            "in the text",
        )],
    ),
    (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9\n.\neyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly\n9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\n.\ndBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\n",
        &[("{J}", "the whole text")],
    ),
];

fn filled(text: &str) -> String {
    [
        ("{J}", RFC_JWT),
        ("{E}", RFC_JWE),
        ("{U}", UNSIGNED),
        ("{I}", seeds::ID_TOKEN),
        ("{D}", seeds::DAMAGED_ACCESS_TOKEN),
    ]
    .iter()
    .fold(text.to_owned(), |text, (mark, token)| text.replace(mark, token))
}

#[test]
fn what_stands_in_a_text_is_found_with_its_place() {
    let mut wrong = Vec::new();
    for (text, expected) in TABLE {
        let found = find(&filled(text));
        let got: Vec<_> = tokens(&found)
            .into_iter()
            .zip(found.iter().map(|one| one.places[0].clone()))
            .collect();
        let values: Vec<_> = expected.iter().map(|(token, place)| (filled(token), *place)).collect();
        let expected: Vec<_> = values
            .iter()
            .map(|(token, place)| (token.as_str(), (*place).to_owned()))
            .collect();
        if got != expected {
            wrong.push(format!("{text}\n  got {got:?}\n  not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
