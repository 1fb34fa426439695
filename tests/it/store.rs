//! What survives on the disk, and what must never be there.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use proptest::prelude::*;
use tokenscope::model::exchange::{Exchange, Purpose};
use tokenscope::model::history::{HistoryEntry, HistoryKind};
use tokenscope::model::profile::{ClientAuthentication, ClientType};
use tokenscope::model::redact::redact;
use tokenscope::model::response_type::{ResponseMode, ResponseType};
use tokenscope::model::{Profile, Secret, Slug, Token, TokenSet};
use tokenscope::store::{Database, HistoryQuery, Paths, Profiles};

fn scratch() -> (tempfile::TempDir, Paths) {
    let dir = tempfile::tempdir().unwrap();
    let paths = Paths::resolve(Some(dir.path().join("data"))).unwrap();
    (dir, paths)
}

prop_compose! {
    fn any_profile()(
        slug in "[a-z][a-z0-9]{0,12}(-[a-z0-9]{1,5})?",
        texts in proptest::array::uniform12(any::<String>()),
        template in proptest::option::of(any::<String>()),
        client_type in proptest::sample::select(ClientType::ALL.to_vec()),
        client_authentication in proptest::sample::select(ClientAuthentication::ALL.to_vec()),
        response_type in proptest::sample::select(ResponseType::ALL.to_vec()),
        response_mode in proptest::option::of(proptest::sample::select(ResponseMode::ALL.to_vec())),
        pkce in any::<bool>(),
        lists in proptest::array::uniform2(proptest::collection::vec(any::<String>(), 0..4)),
    ) -> Profile {
        let [name, client_id, redirect_uri, base_url, issuer, authorization_endpoint, token_endpoint, jwks_uri, api_url,
            scope, notes, _] = texts;
        let [authorize_parameters, token_parameters] = lists;
        Profile {
            slug: Slug::from_name(&slug), name, template, client_id, client_type, client_authentication, redirect_uri,
            base_url, issuer, authorization_endpoint, token_endpoint, jwks_uri, api_url, response_type, response_mode,
            scope, pkce, authorize_parameters, token_parameters, notes, ..Profile::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_profile_survives_a_save_and_another_save_over_it(first in any_profile(), second in any_profile()) {
        let (_dir, paths) = scratch();
        let profiles = Profiles::open(&paths);
        profiles.save(&first).unwrap();
        prop_assert_eq!(&profiles.load(&first.slug).unwrap(), &first);
        let second = Profile { slug: first.slug, ..second };
        profiles.save(&second).unwrap();
        let loaded = profiles.load_all();
        prop_assert_eq!(loaded.problems, []);
        prop_assert_eq!(loaded.profiles, [second]);
        // An edit, not a file set aside.
        prop_assert_eq!(fs::read_dir(paths.profiles_dir()).unwrap().count(), 1);
    }

    #[test]
    fn any_bytes_as_a_profile_are_read_without_a_panic_and_lost_by_no_save(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            "[\\[\\]{}:,\"a-z0-9 /*\\\\\n]{0,200}".prop_map(String::into_bytes),
            Just(vec![b'['; 100_000]),
            Just(b"{\"a\":".repeat(20_000)),
        ],
        profile in any_profile(),
    ) {
        let (_dir, paths) = scratch();
        let profiles = Profiles::open(&paths);
        let file = profiles.file(&profile.slug);
        fs::copy(scratch_file(&bytes).path(), &file).unwrap();
        let readable = profiles.load(&profile.slug).is_ok();
        prop_assert_eq!(profiles.load_all().profiles.len(), usize::from(readable));
        prop_assert_eq!(&fs::read(&file).unwrap(), &bytes);
        profiles.save(&profile).unwrap();
        prop_assert_eq!(&profiles.load(&profile.slug).unwrap(), &profile);
        let aside = paths.profiles_dir().join(format!("{}.json.damaged-1", profile.slug));
        prop_assert!(readable || fs::read(aside).unwrap() == bytes);
    }
}

fn scratch_file(bytes: &[u8]) -> tempfile::NamedTempFile {
    use std::io::Write;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[test]
fn a_file_that_a_person_wrote_keeps_its_comments_through_load_and_save() {
    let (_dir, paths) = scratch();
    let profiles = Profiles::open(&paths);
    let slug = Slug::from_name("erp");
    let text = "{\r\n\t// For the workshop.\r\n\t\"name\": \"ERP.net\",\r\n\t\"colour\": \"#0a0\" // ours\r\n}\r\n";
    fs::copy(scratch_file(text.as_bytes()).path(), profiles.file(&slug)).unwrap();
    let mut profile = profiles.load(&slug).unwrap();
    profile.scope = "openid offline_access".to_owned();
    profiles.save(&profile).unwrap();
    let saved = fs::read_to_string(profiles.file(&slug)).unwrap();
    for kept in ["\t// For the workshop.\r\n", "\t\"colour\": \"#0a0\""] {
        assert!(saved.contains(kept), "{kept:?} is missing in {saved}");
    }
    assert!(saved.contains("// ours"), "{saved}");
    assert_eq!(profiles.load(&slug).unwrap(), profile);
}

/// A JWT with these claims and a signature that nothing else looks like.
fn jwt(claims: &str, signature: &str) -> Token {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let text = format!("{}.{}.{signature}", part(r#"{"alg":"RS256"}"#), part(claims));
    Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, Some(3600))
}

fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// The bytes of every file below a folder.
fn all_bytes(dir: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        all.extend(if path.is_dir() {
            all_bytes(&path)
        } else {
            fs::read(path).unwrap()
        });
    }
    all
}

#[test]
fn no_token_and_no_signature_is_ever_on_the_disk() {
    let (_dir, paths) = scratch();
    let (database, _) = Database::open(&paths.database()).unwrap();
    let signature = "c2lnbmF0dXJlLW9mLWEtdGVzdC10b2tlbi1vbmx5";
    let opaque = "opaque-refresh-token-5f0c1e";
    let access = jwt(r#"{"sub":"visible-subject","exp":3600}"#, signature);
    let token_text = access.value.expose().to_owned();
    let tokens = TokenSet {
        id: Some(access.clone()),
        refresh: Some(Token::new(Secret::new(opaque), Timestamp::UNIX_EPOCH, None)),
        access: Some(access),
        refresh_rotated: true,
        token_type: None,
        granted_scope: Vec::new(),
        login_claims: Vec::new(),
        scope: vec!["openid".to_owned()],
        received_at: Timestamp::UNIX_EPOCH,
        defects: vec![],
    };
    let slug = Slug::from_name("app");
    let entry = HistoryEntry::new(slug.clone(), Timestamp::UNIX_EPOCH, HistoryKind::Login).with_tokens(1, &tokens);
    database.add(&entry).unwrap();
    let body = redact(
        &format!(r#"{{"access_token":"{token_text}","refresh_token":"{opaque}"}}"#),
        &[],
    );
    let exchange = Exchange {
        purpose: Purpose::Code,
        sent_at: Timestamp::UNIX_EPOCH,
        method: "POST".to_owned(),
        url: "http://localhost/token".to_owned(),
        request_headers: vec![],
        request_body: body,
        response: None,
        failure: None,
        first_byte_ms: 1.0,
        total_ms: 2.0,
    };
    database.add_exchange(&slug, &exchange).unwrap();
    let look = || {
        let bytes = all_bytes(paths.data_dir());
        assert!(contains(&bytes, "visible-subject"), "the rows are there to be searched");
        for secret in [signature, opaque, &token_text] {
            assert!(!contains(&bytes, secret), "{secret} is on the disk");
        }
    };
    // Once in the log, once in the database itself.
    look();
    drop(database);
    look();
}

#[test]
fn two_connections_write_at_once_and_nothing_is_lost() {
    const ROWS: usize = 100;
    let (_dir, paths) = scratch();
    let start = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for name in ["one", "two"] {
            let (paths, start) = (&paths, &start);
            scope.spawn(move || {
                start.wait();
                // Opened at once, too: only one of them makes the tables.
                let (database, problem) = Database::open(&paths.database()).unwrap();
                assert_eq!(problem, None);
                for n in 0..ROWS {
                    let at = Timestamp::from_second(i64::try_from(n).unwrap()).unwrap();
                    let mut entry = HistoryEntry::new(Slug::from_name("app"), at, HistoryKind::Refresh);
                    entry.note = format!("{name} {n}");
                    database.add(&entry).unwrap();
                }
            });
        }
    });
    let (database, _) = Database::open(&paths.database()).unwrap();
    let rows = database
        .history(&Slug::from_name("app"), HistoryQuery::default())
        .unwrap();
    assert_eq!(rows.len(), 2 * ROWS);
    for name in ["one", "two"] {
        let order: Vec<&str> = rows
            .iter()
            .rev()
            .map(|row| row.note.as_str())
            .filter(|note| note.starts_with(name))
            .collect();
        let wanted: Vec<String> = (0..ROWS).map(|n| format!("{name} {n}")).collect();
        assert_eq!(order, wanted);
    }
}

#[test]
fn many_that_start_together_set_a_damaged_database_aside_once() {
    const STARTS: usize = 8;
    let (_dir, paths) = scratch();
    fs::copy(scratch_file(&[0xff; 4096]).path(), paths.database()).unwrap();
    let barrier = std::sync::Barrier::new(STARTS);
    let problems: usize = std::thread::scope(|scope| {
        let open = || {
            barrier.wait();
            let (database, problem) = Database::open(&paths.database()).unwrap();
            let entry = HistoryEntry::new(Slug::from_name("app"), Timestamp::UNIX_EPOCH, HistoryKind::Login);
            database.add(&entry).unwrap();
            usize::from(problem.is_some())
        };
        let threads = [(); STARTS].map(|()| scope.spawn(open));
        threads.map(|thread| thread.join().unwrap()).into_iter().sum()
    });
    assert_eq!(problems, 1);
    let (database, _) = Database::open(&paths.database()).unwrap();
    let rows = database
        .history(&Slug::from_name("app"), HistoryQuery::default())
        .unwrap();
    assert_eq!(rows.len(), STARTS);
}
