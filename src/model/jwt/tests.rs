//! Whole tokens: the seeds', those of the specifications, and broken ones.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::*;
use crate::model::members::Reading;
use crate::model::seeds;

fn encode(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn codes(decoded: &Decoded) -> Vec<(Part, &str)> {
    decoded.defects.iter().map(|d| (d.part, d.code.as_str())).collect()
}

#[test]
fn the_seeds_id_token_is_read_whole() {
    let decoded = decode(seeds::ID_TOKEN);
    assert_eq!(decoded.form, Form::Jws);
    assert_eq!(decoded.defects, []);
    assert_eq!(decoded.alg().as_deref(), Some("RS256"));
    assert_eq!(decoded.kid().as_deref(), Some("BDlhjb8s8E2Jmmqh6P9qdA"));
    let names: Vec<_> = decoded.payload.members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "nbf",
            "exp",
            "iss",
            "aud",
            "nonce",
            "iat",
            "at_hash",
            "s_hash",
            "sid",
            "sub",
            "auth_time",
            "idp",
            "amr"
        ]
    );
    assert_eq!(decoded.payload.get("exp"), Some(1_655_058_024_i64.into()));
    assert_eq!(decoded.signature_len, Some(256));
}

#[test]
fn the_seeds_damaged_access_token_says_where_it_broke_and_shows_the_rest() {
    let decoded = decode(seeds::DAMAGED_ACCESS_TOKEN);
    assert_eq!(decoded.form, Form::Damaged);
    assert!(
        decoded
            .header
            .text
            .as_ref()
            .unwrap()
            .starts_with("{'\u{1c}pg\":\"RS256\",")
    );
    // Every member behind the break is there.
    let header: Vec<_> = decoded
        .header
        .members
        .iter()
        .map(|m| (m.name.as_str(), m.raw.as_str()))
        .collect();
    assert_eq!(
        header,
        [
            ("'\u{1c}pg", "\"RS256\""),
            ("kid", "\"BDlhjb8s8E2Jmmqh6P9qdA\""),
            ("typ", "\"at+jwt\"")
        ]
    );
    // Characters of the base64 are lost: each claim is there that can be read in another alignment.
    let names: Vec<_> = decoded.payload.members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(
        names[..12],
        [
            "nbf",
            "exp",
            "iss",
            "aud",
            "client_id",
            "sub",
            "auth_time",
            "idp",
            "id",
            "name",
            "email",
            "user_type"
        ]
    );
    for (name, raw) in [
        ("email_verified", "\"faoce\""),
        ("db", "\"E1_DEV\""),
        ("locale", "\"b{\""),
        ("jti", "\"_ltBLKwcJSKmAa3nflZp4Q\""),
    ] {
        let member = decoded
            .payload
            .member(name)
            .unwrap_or_else(|| panic!("{name}: {:?}", decoded.payload));
        assert_eq!((member.raw.as_str(), member.reading), (raw, Reading::AfterBreak));
    }
    assert_eq!(decoded.payload.get_str("sub").as_deref(), Some("admin"));
    assert_eq!(decoded.payload.get("exp"), Some(1_655_061_324_i64.into()));
    let codes = codes(&decoded);
    assert!(codes.contains(&(Part::Header, "invalid_json")), "{codes:?}");
    assert!(codes.contains(&(Part::Payload, "invalid_length")), "{codes:?}");
    assert!(codes.contains(&(Part::Payload, "invalid_json")), "{codes:?}");
    assert!(codes.contains(&(Part::Payload, "shifted_base64")), "{codes:?}");
    let length = decoded.defects.iter().find(|d| d.code == "invalid_length").unwrap();
    assert!(
        length.message.contains("1 more than a multiple of 4"),
        "{}",
        length.message
    );
}

#[test]
fn the_seeds_renewed_access_token_has_no_typ_and_a_list_of_audiences() {
    let decoded = decode(seeds::RENEWED_ACCESS_TOKEN);
    assert_eq!((decoded.form, decoded.alg().as_deref()), (Form::Jws, Some("HS256")));
    assert_eq!(decoded.header.get("typ"), None);
    assert_eq!(
        decoded.payload.get("aud"),
        Some(serde_json::json!(["DomainApi", "update"]))
    );
}

#[test]
fn an_opaque_token_has_no_defects() {
    for token in [
        "6-Cv7vQ5ouhYzs0AWg6tsG-YK7O5xP_kb5Qb8wEJMnw",
        "",
        "a.b.c",
        "v4.local.xyz",
    ] {
        let decoded = decode(token);
        assert_eq!((decoded.form, decoded.defects.len()), (Form::Opaque, 0), "{token}");
    }
}

#[test]
fn each_kind_of_damage_is_named() {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    let payload = URL_SAFE_NO_PAD.encode(r#"{"a":1,"a":2}"#);
    for (token, part, code) in [
        (format!("{header}=.{payload}."), Part::Header, "padded_base64"),
        (format!("{header}.{payload}."), Part::Payload, "duplicate_name"),
        (format!("{header}.{}.", &payload[..9]), Part::Payload, "invalid_length"),
        (format!("{header}.e*30."), Part::Payload, "invalid_base64"),
        (format!("{header}.{payload}.a+b/"), Part::Signature, "standard_base64"),
        (format!("{header}.{payload}.a*bc"), Part::Signature, "invalid_base64"),
        (format!("{header}.{payload}"), Part::Token, "wrong_part_count"),
        (header.clone(), Part::Token, "wrong_part_count"),
    ] {
        let decoded = decode(&token);
        assert!(
            codes(&decoded).contains(&(part, code)),
            "{token}: {:?}",
            decoded.defects
        );
    }
}

#[test]
fn parts_too_many_or_too_few_and_dots_in_a_payload_have_their_place() {
    let (header, payload) = (encode(r#"{"alg":"HS256"}"#), encode(r#"{"a":1}"#));
    let encrypted = encode(r#"{"alg":"dir","enc":"A128GCM"}"#);
    let whole = format!("{header}.{payload}.c2ln");
    let signature = encode(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#);
    for (token, code, at) in [
        (header.clone(), "wrong_part_count", header.len()),
        (
            format!("{header}.{payload}"),
            "wrong_part_count",
            header.len() + 1 + payload.len(),
        ),
        (format!("{whole}.xyz"), "wrong_part_count", whole.len()),
        (format!("{encrypted}.a.b.c"), "wrong_part_count", encrypted.len() + 6),
        (
            format!("{encrypted}.a.b.c.d.e"),
            "wrong_part_count",
            encrypted.len() + 8,
        ),
        (format!("{signature}.$0.02.c2ln"), "dots_in_payload", 2),
    ] {
        let decoded = decode(&token);
        let defect = decoded.defects.iter().find(|defect| defect.code == code);
        assert_eq!(
            defect.and_then(|defect| defect.offset),
            Some(at),
            "{token}: {:?}",
            decoded.defects
        );
    }
}

#[test]
fn an_encrypted_token_that_says_b64_is_encrypted_all_the_same() {
    let header = encode(r#"{"alg":"dir","enc":"A128GCM","b64":false,"crit":["b64"]}"#);
    let decoded = decode(&format!(
        "{header}..{}.{}.{}",
        encode([1; 12]),
        encode("x"),
        encode([2; 16])
    ));
    assert_eq!(
        (
            decoded.form,
            codes(&decoded),
            decoded.encrypted.as_ref().unwrap().iv_len
        ),
        (Form::Jwe, vec![], Some(12))
    );
}

#[test]
fn a_header_behind_a_byte_order_mark_is_damaged_and_read() {
    let header = encode("\u{feff}{\"alg\":\"HS256\"}");
    for payload in [r#"{"sub":"joe"}"#, "text"] {
        let decoded = decode(&format!("{header}.{}.c2ln", encode(payload)));
        assert_eq!((decoded.form, decoded.alg().as_deref()), (Form::Damaged, Some("HS256")));
        assert!(codes(&decoded).contains(&(Part::Header, "byte_order_mark")));
    }
}

#[test]
fn parts_are_found_for_colouring() {
    assert_eq!(part_ranges("ab.c."), [0..2, 3..4, 5..5]);
}

#[test]
fn the_examples_of_rfc_7519_are_read() {
    // §3.1: an HMAC.
    let decoded = decode(concat!(
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.",
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    ));
    assert_eq!(
        (decoded.form, decoded.signature_len, decoded.defects.len()),
        (Form::Jws, Some(32), 0)
    );
    assert_eq!(
        decoded.header.text.as_deref(),
        Some("{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}")
    );
    assert_eq!(decoded.payload.member("exp").unwrap().as_i64(), Some(1_300_819_380));
    assert_eq!(decoded.payload.get("http://example.com/is_root"), Some(true.into()));
    // §6.1: unsecured.
    let decoded = decode(concat!(
        "eyJhbGciOiJub25lIn0.",
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    ));
    assert_eq!(
        (decoded.form, decoded.signature_len, decoded.alg().as_deref()),
        (Form::Jws, Some(0), Some("none"))
    );
    // A.1: encrypted.
    let decoded = decode(concat!(
        "eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.",
        "QR1Owv2ug2WyPBnbQrRARTeEk9kDO2w8qDcjiHnSJflSdv1iNqhWXaKH4MqAkQtM",
        "oNfABIPJaZm0HaA415sv3aeuBWnD8J-Ui7Ah6cWafs3ZwwFKDFUUsWHSK-IPKxLG",
        "TkND09XyjORj_CHAgOPJ-Sd8ONQRnJvWn_hXV1BNMHzUjPyYwEsRhDhzjAD26ima",
        "sOTsgruobpYGoQcXUwFDn7moXPRfDE8-NoQX7N7ZYMmpUDkR-Cx9obNGwJQ3nM52",
        "YCitxoQVPzjbl7WBuB7AohdBoZOdZ24WlN1lVIeh8v1K4krB8xgKvRU8kgFrEn_a",
        "1rZgN5TiysnmzTROF869lQ.",
        "AxY8DCtDaGlsbGljb3RoZQ.",
        "MKOle7UQrG6nSxTLX6Mqwt0orbHvAKeWnDYvpIAeZ72deHxz3roJDXQyhxx0wKaM",
        "HDjUEOKIwrtkHthpqEanSBNYHZgmNOV7sln1Eu9g3J8.",
        "fiK51VwhsxJ-siBMR-YFiA"
    ));
    assert_eq!((decoded.form, decoded.defects.len()), (Form::Jwe, 0));
    assert_eq!(
        decoded.encrypted.map(|encrypted| *encrypted),
        Some(Encrypted {
            encrypted_key_len: Some(256),
            iv_len: Some(16),
            ciphertext_len: Some(80),
            tag_len: Some(16),
        })
    );
    assert_eq!(decoded.header.get_str("enc").as_deref(), Some("A128CBC-HS256"));
}

/// RFC 7515 A.6 and A.7: one payload and its signatures in JSON.
#[test]
fn the_json_serializations_of_rfc_7515_are_read() {
    const PAYLOAD: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const ES256: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let rs256 = encode([1; 256]);
    let general = format!(
        r#"{{"payload":"{PAYLOAD}","signatures":[
            {{"protected":"eyJhbGciOiJSUzI1NiJ9","header":{{"kid":"2010-12-29"}},"signature":"{rs256}"}},
            {{"protected":"eyJhbGciOiJFUzI1NiJ9","header":{{"kid":"e9bc097a-ce51-4036-9562-d2ade882db0d"}},
             "signature":"{ES256}"}}]}}"#
    );
    let decoded = decode(&general);
    assert_eq!(
        (decoded.form, decoded.serialization),
        (Form::Jws, Serialization::General)
    );
    assert_eq!(decoded.defects, []);
    assert_eq!(
        (decoded.alg().as_deref(), decoded.kid().as_deref()),
        (Some("RS256"), Some("2010-12-29"))
    );
    assert_eq!(
        decoded.header.text.as_deref(),
        Some(r#"{"alg":"RS256","kid":"2010-12-29"}"#)
    );
    assert_eq!(decoded.payload.get_str("iss").as_deref(), Some("joe"));
    let second = &decoded.entries[1];
    assert_eq!(
        (second.header().get_str("alg").as_deref(), second.len),
        (Some("ES256"), Some(64))
    );
    assert_eq!((second.protected.members.len(), second.own.members.len()), (1, 1));

    let flattened = format!(
        r#"{{"payload":"{PAYLOAD}","protected":"eyJhbGciOiJFUzI1NiJ9",
            "header":{{"kid":"e9bc097a-ce51-4036-9562-d2ade882db0d"}},"signature":"{ES256}"}}"#
    );
    let decoded = decode(&flattened);
    assert_eq!(
        (decoded.form, decoded.serialization),
        (Form::Jws, Serialization::Flattened)
    );
    assert_eq!((decoded.defects.len(), decoded.signature_len), (0, Some(64)));
    assert_eq!(decoded.kid().as_deref(), Some("e9bc097a-ce51-4036-9562-d2ade882db0d"));

    for (from, to, code, form) in [
        (
            r#""kid":"e9"#,
            r#""alg":"none","kid":"e9"#,
            "header_name_twice",
            Form::Jws,
        ),
        (
            r#""signature":"#,
            r#""signatures":[],"signature":"#,
            "mixed_serialization",
            Form::Damaged,
        ),
        (r#""signature":"#, r#""sig":"#, "no_signature", Form::Damaged),
        (r#""header":{"#, r#""header":1,"h":{"#, "not_an_object", Form::Damaged),
        (
            r#""protected":"ey"#,
            r#""protected":1,"p":"ey"#,
            "not_a_text",
            Form::Damaged,
        ),
        (r#"Q"}"#, r#"Q",}"#, "trailing_comma", Form::Damaged),
    ] {
        let decoded = decode(&flattened.replace(from, to));
        let found = codes(&decoded);
        assert!(found.iter().any(|(_, c)| *c == code), "{code}: {found:?}");
        assert_eq!((decoded.form, decoded.payload.is_object), (form, true), "{code}");
    }
    assert_eq!(decode(r#"{"a":1}"#).form, Form::Opaque);
}

/// RFC 7516 A.4 and A.5, as to their form.
#[test]
fn an_encrypted_token_in_json_is_read() {
    let general = r#"{"protected":"eyJlbmMiOiJBMTI4Q0JDLUhTMjU2In0","unprotected":{"jku":"https://server.example.com/keys.jwks"},
        "recipients":[{"header":{"alg":"RSA1_5","kid":"2011-04-29"},"encrypted_key":"AAAA"},
                      {"header":{"alg":"A128KW","kid":"7"},"encrypted_key":"6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ"}],
        "iv":"AxY8DCtDaGlsbGljb3RoZQ","ciphertext":"KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY","tag":"Mz-VPPyU4RlcuYv1IwIvzw"}"#;
    let decoded = decode(general);
    assert_eq!(
        (decoded.form, decoded.serialization, decoded.defects.len()),
        (Form::Jwe, Serialization::General, 0)
    );
    let header = decoded.entries[1].header();
    let names: Vec<_> = header.members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["enc", "jku", "alg", "kid"]);
    assert_eq!(decoded.entries[1].len, Some(40));
    assert_eq!(decoded.encrypted.unwrap().ciphertext_len, Some(32));
    let flattened = r#"{"protected":"eyJlbmMiOiJBMTI4Q0JDLUhTMjU2In0","header":{"alg":"A128KW","kid":"7"},"encrypted_key":"AAAA",
        "iv":"","ciphertext":"KDlT","tag":"Mz-VPPyU4RlcuYv1IwIvzw"}"#;
    let decoded = decode(flattened);
    assert_eq!(
        (decoded.form, decoded.serialization),
        (Form::Jwe, Serialization::Flattened)
    );
    assert_eq!(codes(&decoded), [(Part::Iv, "empty_part")]);
}

/// RFC 7797 §4.
#[test]
fn a_payload_that_is_not_encoded_is_read_as_it_is() {
    // §4.1: encoded after all.
    let decoded = decode("eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ");
    assert_eq!((decoded.form, decoded.payload.kind), (Form::Jws, PartKind::Text));
    assert_eq!(decoded.payload.text.as_deref(), Some("$.02"));
    assert_eq!(codes(&decoded), [(Part::Payload, "payload_not_object")]);
    // §4.2: detached.
    let header = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19";
    let signature = "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY";
    let decoded = decode(&format!("{header}..{signature}"));
    assert_eq!(
        (decoded.form, decoded.payload.kind, decoded.is_unencoded()),
        (Form::Jws, PartKind::Empty, true)
    );
    assert_eq!(codes(&decoded), [(Part::Payload, "detached_payload")]);
    // The same in JSON.
    let decoded = decode(&format!(
        r#"{{"protected":"{header}","payload":"$.02","signature":"{signature}"}}"#
    ));
    assert_eq!(
        (decoded.form, decoded.payload.text.as_deref()),
        (Form::Jws, Some("$.02"))
    );
    // A dot makes a part too many.
    let decoded = decode(&format!("{header}.$.02.{signature}"));
    assert_eq!(
        (decoded.form, decoded.payload.text.as_deref()),
        (Form::Damaged, Some("$.02"))
    );
    assert!(codes(&decoded).contains(&(Part::Payload, "dots_in_payload")));
    let decoded = decode(&format!(
        "{}.$100.{signature}",
        encode(r#"{"alg":"HS256","b64":false}"#)
    ));
    assert!(codes(&decoded).contains(&(Part::Header, "b64_not_critical")));
}

#[test]
fn a_payload_may_be_anything_and_is_named() {
    let header = encode(r#"{"alg":"HS256"}"#);
    for (payload, kind, code) in [
        (&b"[1,2]"[..], PartKind::Array, "payload_not_object"),
        (b"\"text\"", PartKind::String, "payload_not_object"),
        (b"12", PartKind::Number, "payload_not_object"),
        (b"true", PartKind::Boolean, "payload_not_object"),
        (b"null", PartKind::Null, "payload_not_object"),
        (b"plain text", PartKind::Text, "payload_not_object"),
        (b"\xff\xfe\x00", PartKind::Bytes, "payload_not_object"),
        (b"", PartKind::Empty, "detached_payload"),
    ] {
        let decoded = decode(&format!("{header}.{}.c2ln", encode(payload)));
        assert_eq!((decoded.form, decoded.payload.kind), (Form::Jws, kind));
        assert_eq!((decoded.payload.is_object, decoded.payload.members.len()), (false, 0));
        assert!(
            codes(&decoded).contains(&(Part::Payload, code)),
            "{:?}",
            decoded.defects
        );
    }
    let bytes = decode(&format!("{header}.{}.c2ln", encode(b"\xff\xfe\x00")));
    assert_eq!(bytes.payload.bytes.as_deref(), Some(&b"\xff\xfe\x00"[..]));
    // A header of another type is no header.
    let decoded = decode(&format!("{}.{}.c2ln", encode("[1]"), encode(r#"{"sub":"a"}"#)));
    assert_eq!((decoded.form, decoded.header.kind), (Form::Damaged, PartKind::Array));
}

#[test]
fn what_breaks_nothing_is_a_remark() {
    let claims = r#"{"n":12345678901234567890,"name":"a\u202e\ud800"}"#;
    let decoded = decode(&format!("{}.{}.c2ln", encode(r#"{"alg":"HS256"}"#), encode(claims)));
    assert_eq!((decoded.form, decoded.defects.len()), (Form::Jws, 3));
    assert!(decoded.defects.iter().all(Defect::is_remark));
    let damaged = decode(seeds::DAMAGED_ACCESS_TOKEN);
    assert!(damaged.defects.iter().any(|defect| !defect.is_remark()));
}

#[test]
fn standard_base64_and_strewn_characters_cost_nothing() {
    let (header, claims) = (r#"{"alg":"HS256"}"#, r#"{"sub":"ÿþ~~?>"}"#);
    let decoded = decode(&format!("{}.{}.c2ln", STANDARD.encode(header), STANDARD.encode(claims)));
    assert_eq!(
        (decoded.form, decoded.payload.text.as_deref()),
        (Form::Jws, Some(claims))
    );
    let mut wrapped = format!("{}.{}.c2ln", encode(header), encode(claims));
    wrapped.insert_str(wrapped.find('.').unwrap() + 5, "\r\n ");
    let decoded = decode(&wrapped);
    assert_eq!((decoded.form, decoded.payload.is_object), (Form::Damaged, true));
    assert_eq!(codes(&decoded), [(Part::Payload, "invalid_base64"); 2]);
}

#[test]
fn tokens_inside_a_token_are_found_and_not_printed() {
    let inner = format!(
        "{}.{}.c2lnbmF0dXJlLW9mLWlubmVy",
        encode(r#"{"alg":"RS256"}"#),
        encode(r#"{"sub":"inner"}"#)
    );
    let nested = decode(&format!(
        "{}.{}.c2ln",
        encode(r#"{"alg":"ES256","cty":"JWT"}"#),
        encode(&inner)
    ));
    assert_eq!((nested.form, nested.defects.len()), (Form::Jws, 0));
    assert_eq!(
        (nested.nested[0].place.as_str(), nested.nested[0].token.expose()),
        ("payload", inner.as_str())
    );
    assert_eq!(
        nested.nested[0].decoded.payload.get_str("sub").as_deref(),
        Some("inner")
    );
    assert!(!format!("{nested:?}").contains("c2lnbmF0dXJl"), "{nested:?}");

    let claims = format!(r#"{{"id_token":"{inner}","vp":{{"list":[1,"{inner}"]}},"not":"eyes on the prize. no. no"}}"#);
    let header = encode(r#"{"alg":"ES256"}"#);
    let decoded = decode(&format!("{header}.{}.c2ln", encode(claims)));
    let places: Vec<_> = decoded.nested.iter().map(|n| n.place.as_str()).collect();
    assert_eq!(places, ["claim id_token", "claim vp.list[1]"]);
    assert!(!format!("{decoded:?}").contains("c2lnbmF0dXJl"));

    let not = decode(&format!(
        "{}.{}.c2ln",
        encode(r#"{"alg":"ES256","cty":"jwt"}"#),
        encode(r#"{"a":1}"#)
    ));
    assert_eq!(codes(&not), [(Part::Payload, "nested_not_jwt")]);

    // However many stand inside each other.
    let mut token = inner;
    for _ in 0..12 {
        token = format!("{header}.{}.c2ln", encode(&token));
    }
    let mut decoded = &decode(&token);
    let mut depth = 0;
    while let Some(nested) = decoded.nested.first() {
        decoded = &nested.decoded;
        depth += 1;
    }
    assert_eq!(depth, 5);
    assert!(codes(decoded).contains(&(Part::Payload, "nested_too_deep")));
}

#[test]
fn json_in_base64_is_opaque_unless_it_is_a_header() {
    let cookie = decode(&encode(r#"{"iv":"a","value":"b","mac":"c"}"#));
    assert_eq!(
        (cookie.form, cookie.opaque.unwrap().shapes[0].name),
        (Form::Opaque, "Encrypted cookie of Laravel")
    );
    assert_eq!(decode(&encode(r#"{"alg":"RS256"}"#)).form, Form::Damaged);
    let paseto = decode("v4.public.eyJzdWIiOiJhIn0.c2ln");
    assert_eq!(
        (paseto.form, paseto.opaque.unwrap().shapes[0].name),
        (Form::Opaque, "PASETO")
    );
}

#[test]
fn a_token_of_a_megabyte_is_read() {
    let members: Vec<String> = (0..100_000).map(|i| format!("\"n{i}\":{i}")).collect();
    let token = format!(
        "{}.{}.c2ln",
        encode(r#"{"alg":"HS256"}"#),
        encode(format!("{{{}}}", members.join(",")))
    );
    assert_eq!(decode(&token).payload.members.len(), 100_000);
    assert_eq!(decode(&token[..token.len() / 2]).form, Form::Damaged);
    for dull in [
        ".".repeat(1_000_000),
        "e".repeat(1_000_000),
        "ey.".repeat(300_000),
        "{".repeat(1_000_000),
    ] {
        let _ = decode(&dull);
    }
}

#[test]
fn five_parts_are_encrypted_only_where_the_header_says_how() {
    let (header, payload) = (encode(r#"{"alg":"RS256"}"#), encode(r#"{"sub":"a"}"#));
    let decoded = decode(&format!("{header}.{payload}...c2ln"));
    assert_eq!(decoded.form, Form::Damaged);
    assert!(codes(&decoded).contains(&(Part::Token, "wrong_part_count")));
    assert_eq!(decoded.payload.get_str("sub").as_deref(), Some("a"));
    let encrypted = encode(r#"{"alg":"dir","enc":"A128GCM"}"#);
    assert_eq!(decode(&format!("{encrypted}..AA.AA.AA")).form, Form::Jwe);
    assert_eq!(decode(r#"{"ciphertext":"abc"}"#).form, Form::Opaque);
    assert_eq!(decode(r#"{"signature":"abc"}"#).form, Form::Opaque);
    let no_enc = decode(r#"{"protected":"eyJhbGciOiJkaXIifQ","iv":"AA","ciphertext":"AA","tag":"AA"}"#);
    assert_eq!(no_enc.form, Form::Damaged);
    assert!(codes(&no_enc).contains(&(Part::Token, "no_enc")));
}

#[test]
fn a_header_that_is_no_object_is_named() {
    let payload = encode(r#"{"sub":"a"}"#);
    for header in ["[1]", "1", "null", "\"alg\"", "text"] {
        let decoded = decode(&format!("{}.{payload}.c2ln", encode(header)));
        assert_eq!(decoded.form, Form::Damaged);
        assert!(
            codes(&decoded).contains(&(Part::Header, "header_not_object")),
            "{header}"
        );
    }
}

#[test]
fn what_all_recipients_have_in_common_is_held_once() {
    let members: Vec<String> = (0..2000).map(|n| format!("\"n{n}\":{n}")).collect();
    let members = members.join(",");
    let protected = encode(format!(r#"{{"enc":"A128GCM",{members}}}"#));
    let recipients = vec![r#"{"header":{"alg":"dir","kid":"k"}}"#; MAX_RECIPIENTS].join(",");
    let shared = members.replace('n', "m");
    let decoded = decode(&format!(
        r#"{{"protected":"{protected}","unprotected":{{{shared}}},"recipients":[{recipients}],"iv":"AA","ciphertext":"AA","tag":"AA"}}"#
    ));
    assert_eq!((decoded.form, decoded.entries.len()), (Form::Jwe, MAX_RECIPIENTS));
    let first = &decoded.entries[0];
    for entry in &decoded.entries {
        assert!(Arc::ptr_eq(&entry.protected, &first.protected));
        assert!(Arc::ptr_eq(&entry.shared, &first.shared));
        assert_eq!(entry.own.members.len(), 2);
        assert_eq!(entry.member("kid").map(|member| member.raw.as_str()), Some("\"k\""));
        assert_eq!(entry.member("n7").map(|member| member.raw.as_str()), Some("7"));
    }
    assert_eq!(decoded.header.members.len(), 4003);
}

/// As many as are looked at.
const MAX_RECIPIENTS: usize = 100;

#[test]
fn a_protected_header_counts_more_than_an_open_one_and_b64_only_there() {
    let decoded = decode(&format!(
        r#"{{"protected":"{}","header":{{"alg":"none","b64":false}},"payload":"{}","signature":"c2ln"}}"#,
        encode(r#"{"alg":"RS256"}"#),
        encode(r#"{"sub":"a"}"#)
    ));
    assert_eq!(decoded.alg().as_deref(), Some("RS256"));
    assert!(!decoded.is_unencoded());
    assert_eq!(decoded.payload.get_str("sub").as_deref(), Some("a"));
    assert!(codes(&decoded).contains(&(Part::Header, "header_name_twice")));
}

#[test]
fn a_token_in_json_inside_a_token_is_found() {
    let jws = format!(
        r#"{{"protected":"{}","payload":"{}","signature":"c2ln"}}"#,
        encode(r#"{"alg":"RS256"}"#),
        encode(r#"{"sub":"a"}"#)
    );
    let as_text = serde_json::Value::from(jws.as_str()).to_string();
    for (claims, place) in [
        (format!(r#"{{"vp":{jws}}}"#), "claim vp"),
        (format!(r#"{{"vp":{as_text}}}"#), "claim vp"),
        (format!(r#"{{"vp":[{jws}]}}"#), "claim vp[0]"),
        (jws.clone(), "payload"),
    ] {
        let decoded = decode(&format!("{}.{}.c2ln", encode(r#"{"alg":"ES256"}"#), encode(claims)));
        assert_eq!(decoded.nested.len(), 1, "{place}");
        assert_eq!(
            (decoded.nested[0].place.as_str(), decoded.nested[0].decoded.form),
            (place, Form::Jws)
        );
    }
}

#[test]
fn a_payload_that_lost_its_brace_keeps_its_first_member_and_bytes_that_are_no_text_are_mended() {
    let header = encode(r#"{"alg":"HS256"}"#);
    let lost = decode(&format!("{header}.{}.c2ln", encode(r#""sub":"a","exp":1}"#)));
    let names: Vec<_> = lost.payload.members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!((lost.form, names), (Form::Damaged, vec!["sub", "exp"]));
    let latin = decode(&format!(
        "{header}.{}.c2ln",
        encode(b"{\"name\":\"Ren\xe9\",\"exp\":1}")
    ));
    let readings: Vec<_> = latin.payload.members.iter().map(|m| m.reading).collect();
    assert_eq!(readings, [Reading::Mended, Reading::Clean]);
}

#[test]
fn half_a_surrogate_pair_is_as_good_in_a_name_as_in_a_value() {
    let header = encode(r#"{"alg":"HS256"}"#);
    for claims in [
        r#"{"a":"\ud800","b":{"c":1}}"#,
        r#"{"a\ud800":1,"b":{"c":1}}"#,
        r#"{"b":{"\udc00":1}}"#,
    ] {
        let decoded = decode(&format!("{header}.{}.c2ln", encode(claims)));
        assert_eq!(
            (decoded.form, codes(&decoded)),
            (Form::Jws, vec![(Part::Payload, "lone_surrogate")]),
            "{claims}"
        );
    }
}
