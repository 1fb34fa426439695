//! The history: a row for each login, refresh, failure and call.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, Statement, TransactionBehavior, params, params_from_iter};

use super::database::Database;
use super::error::StoreError;
use crate::model::history::{HistoryEntry, HistoryKind, TokenRecord};
use crate::model::lifetime::ExpiresFrom;
use crate::model::{Slug, TokenKind};

/// Which rows to read. The default reads all of them, without claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Only what happened then or later.
    pub since: Option<Timestamp>,
    /// At most so many.
    pub limit: Option<usize>,
    /// Whether [`TokenRecord::header`], [`TokenRecord::claims`] and [`TokenRecord::mended`] are read too; else they are
    /// `None` and empty.
    pub with_claims: bool,
}

const COLUMNS: &str =
    "id, profile, at_us, kind, generation, latency_ms, http_status, error, note, refresh_rotated, scope,
    access_fingerprint, access_starts_at_us, access_expires_at_us, access_expires_from,
    id_fingerprint, id_starts_at_us, id_expires_at_us, id_expires_from,
    refresh_fingerprint, refresh_starts_at_us, refresh_expires_at_us, refresh_expires_from";

/// Where in [`COLUMNS`] the four of a token begin.
const fn token_column(kind: TokenKind) -> usize {
    match kind {
        TokenKind::Access => 11,
        TokenKind::Id => 15,
        TokenKind::Refresh => 19,
    }
}

impl Database {
    /// Adds a row and gives its number; [`HistoryEntry::id`] is not looked at. Times are kept to the microsecond. It is
    /// on the disk when this returns.
    pub fn add(&self, entry: &HistoryEntry) -> Result<i64, StoreError> {
        self.run(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let token = |kind| {
                let record = record(entry, kind);
                (
                    record.map(|r| r.fingerprint.as_str()),
                    record.map(|r| r.starts_at.as_microsecond()),
                    record.and_then(|r| r.expires_at).map(Timestamp::as_microsecond),
                    record.map(|r| r.expires_from.as_str()),
                )
            };
            let [access, id, refresh] = TokenKind::ALL.map(token);
            let scope = serde_json::Value::from(entry.scope.as_slice()).to_string();
            transaction.execute(
                &format!(
                    "INSERT INTO history ({COLUMNS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                ),
                params![
                    entry.profile.as_str(),
                    entry.at.as_microsecond(),
                    entry.kind.as_str(),
                    entry.generation,
                    entry.latency_ms,
                    entry.http_status,
                    entry.error,
                    entry.note,
                    entry.refresh_rotated,
                    scope,
                    access.0,
                    access.1,
                    access.2,
                    access.3,
                    id.0,
                    id.1,
                    id.2,
                    id.3,
                    refresh.0,
                    refresh.1,
                    refresh.2,
                    refresh.3,
                ],
            )?;
            let number = transaction.last_insert_rowid();
            for kind in TokenKind::ALL {
                let Some(record) = record(entry, kind).filter(|r| r.header.is_some() || r.claims.is_some()) else {
                    continue;
                };
                let mended = serde_json::Value::from(record.mended.as_slice()).to_string();
                let mended = (!record.mended.is_empty()).then_some(mended);
                transaction.execute(
                    "INSERT INTO claims (entry, token, header, claims, mended) VALUES (?, ?, ?, ?, ?)",
                    params![number, kind.as_str(), record.header, record.claims, mended],
                )?;
            }
            transaction.commit()?;
            Ok(number)
        })
    }

    /// The rows of a profile, newest first.
    pub fn history(&self, profile: &Slug, query: HistoryQuery) -> Result<Vec<HistoryEntry>, StoreError> {
        let since = query.since.map(Timestamp::as_microsecond);
        // SQLite reads a negative limit as none.
        let limit = query.limit.map_or(-1, |n| i64::try_from(n).unwrap_or(i64::MAX));
        self.run(|connection| {
            // One picture: rows and claims of the same moment.
            let transaction = connection.transaction()?;
            let mut rows = transaction.prepare(&list(since.is_some()))?;
            let mut entries: Vec<HistoryEntry> = rows
                .query_map(params![profile.as_str(), limit, since.unwrap_or_default()], entry)?
                .collect::<Result<_, _>>()?;
            if query.with_claims {
                let mut claims = transaction.prepare(CLAIMS)?;
                for entry in &mut entries {
                    add_claims(entry, &mut claims)?;
                }
            }
            Ok(entries)
        })
    }

    /// One row with its claims, by its number.
    pub fn history_entry(&self, id: i64) -> Result<Option<HistoryEntry>, StoreError> {
        self.run(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM history WHERE id = ?");
            let Some(mut entry) = connection.query_row(&sql, [id], entry).optional()? else {
                return Ok(None);
            };
            add_claims(&mut entry, &mut connection.prepare(CLAIMS)?)?;
            Ok(Some(entry))
        })
    }

    /// The newest row of a profile that is of one of these kinds, with its claims.
    pub fn last(&self, profile: &Slug, kinds: &[HistoryKind]) -> Result<Option<HistoryEntry>, StoreError> {
        self.run(|connection| {
            let marks = vec!["?"; kinds.len()].join(", ");
            let sql = format!(
                "SELECT {COLUMNS} FROM history WHERE profile = ? AND kind IN ({marks}) ORDER BY id DESC LIMIT 1"
            );
            let words = kinds.iter().map(|kind| kind.as_str());
            let values = params_from_iter(std::iter::once(profile.as_str()).chain(words));
            let Some(mut entry) = connection.query_row(&sql, values, entry).optional()? else {
                return Ok(None);
            };
            add_claims(&mut entry, &mut connection.prepare(CLAIMS)?)?;
            Ok(Some(entry))
        })
    }

    /// Forgets everything that happened to a profile, exchanges too. Gives the number of rows of history.
    pub fn delete_history(&self, profile: &Slug) -> Result<usize, StoreError> {
        self.run(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM exchanges WHERE profile = ?", [profile.as_str()])?;
            let rows = transaction.execute("DELETE FROM history WHERE profile = ?", [profile.as_str()])?;
            transaction.commit()?;
            Ok(rows)
        })
    }
}

/// Without a beginning the numbers' index gives the order, and a limit reads no more than it must.
fn list(has_since: bool) -> String {
    let since = if has_since { "at_us >= ?3" } else { "?3 IS NOT NULL" };
    format!("SELECT {COLUMNS} FROM history WHERE profile = ?1 AND {since} ORDER BY id DESC LIMIT ?2")
}

const CLAIMS: &str = "SELECT token, header, claims, mended FROM claims WHERE entry = ?";

fn record(entry: &HistoryEntry, kind: TokenKind) -> Option<&TokenRecord> {
    match kind {
        TokenKind::Access => entry.access.as_ref(),
        TokenKind::Id => entry.id_token.as_ref(),
        TokenKind::Refresh => entry.refresh.as_ref(),
    }
}

fn add_claims(entry: &mut HistoryEntry, claims: &mut Statement<'_>) -> rusqlite::Result<()> {
    let mut rows = claims.query([entry.id])?;
    while let Some(row) = rows.next()? {
        let token: String = row.get(0)?;
        let record = match TokenKind::ALL.into_iter().find(|kind| kind.as_str() == token) {
            Some(TokenKind::Access) => entry.access.as_mut(),
            Some(TokenKind::Id) => entry.id_token.as_mut(),
            Some(TokenKind::Refresh) => entry.refresh.as_mut(),
            None => return Err(unreadable(0, "no kind of token")),
        };
        if let Some(record) = record {
            record.header = row.get(1)?;
            record.claims = row.get(2)?;
            record.mended = match row.get::<_, Option<String>>(3)? {
                Some(names) => serde_json::from_str(&names).map_err(|_| unreadable(3, "no list of texts"))?,
                None => Vec::new(),
            };
        }
    }
    Ok(())
}

fn entry(row: &Row<'_>) -> rusqlite::Result<HistoryEntry> {
    Ok(HistoryEntry {
        id: row.get(0)?,
        profile: Slug::from_name(&row.get::<_, String>(1)?),
        at: time(2, row.get(2)?)?,
        kind: HistoryKind::find(&row.get::<_, String>(3)?).ok_or_else(|| unreadable(3, "no kind of event"))?,
        generation: row.get(4)?,
        latency_ms: row.get(5)?,
        http_status: row.get(6)?,
        error: row.get(7)?,
        note: row.get(8)?,
        refresh_rotated: row.get(9)?,
        scope: serde_json::from_str(&row.get::<_, String>(10)?).map_err(|_| unreadable(10, "no list of texts"))?,
        access: token(row, TokenKind::Access)?,
        id_token: token(row, TokenKind::Id)?,
        refresh: token(row, TokenKind::Refresh)?,
    })
}

fn token(row: &Row<'_>, kind: TokenKind) -> rusqlite::Result<Option<TokenRecord>> {
    let first = token_column(kind);
    let Some(fingerprint) = row.get::<_, Option<String>>(first)? else {
        return Ok(None);
    };
    let fingerprint = serde_json::from_value(fingerprint.into()).map_err(|_| unreadable(first, "no fingerprint"))?;
    let expires_from: String = row.get(first + 3)?;
    Ok(Some(TokenRecord {
        fingerprint,
        header: None,
        claims: None,
        mended: Vec::new(),
        starts_at: time(first + 1, row.get(first + 1)?)?,
        expires_at: row
            .get::<_, Option<i64>>(first + 2)?
            .map(|us| time(first + 2, us))
            .transpose()?,
        expires_from: ExpiresFrom::ALL
            .into_iter()
            .find(|from| from.as_str() == expires_from)
            .ok_or_else(|| unreadable(first + 3, "no source of an end"))?,
    }))
}

fn time(column: usize, us: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(us).map_err(|_| unreadable(column, "no time"))
}

/// Something that this program never writes stands in a row.
fn unreadable(column: usize, what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Secret, Token, seeds};

    fn database() -> (tempfile::TempDir, Database) {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(&dir.path().join("t.db")).unwrap().0;
        (dir, database)
    }

    fn slug(name: &str) -> Slug {
        Slug::from_name(name)
    }

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + s).unwrap()
    }

    fn row(profile: &str, s: i64, kind: HistoryKind) -> HistoryEntry {
        HistoryEntry::new(slug(profile), at(s), kind)
    }

    fn record() -> TokenRecord {
        TokenRecord::of(&Token::new(Secret::new(seeds::ID_TOKEN), at(0), Some(300)))
    }

    #[test]
    fn rows_come_newest_first_by_profile_time_and_number() {
        let (_dir, database) = database();
        for (profile, s) in [("a", 0), ("b", 5), ("a", 20), ("a", 10)] {
            database.add(&row(profile, s, HistoryKind::Refresh)).unwrap();
        }
        let ids = |query| -> Vec<i64> {
            let rows = database.history(&slug("a"), query).unwrap();
            rows.iter().map(|row| row.id).collect()
        };
        let all = HistoryQuery::default();
        assert_eq!(ids(all), [4, 3, 1]);
        assert_eq!(ids(HistoryQuery { limit: Some(2), ..all }), [4, 3]);
        assert_eq!(ids(HistoryQuery { limit: Some(0), ..all }), Vec::<i64>::new());
        let since = Some(at(10));
        assert_eq!(ids(HistoryQuery { since, ..all }), [4, 3]);
    }

    #[test]
    fn claims_come_only_when_asked_for() {
        let (_dir, database) = database();
        let mut entry = row("a", 0, HistoryKind::Login);
        entry.access = Some(record());
        entry.id = database.add(&entry).unwrap();
        let read = |with_claims| {
            let query = HistoryQuery {
                with_claims,
                ..HistoryQuery::default()
            };
            database.history(&slug("a"), query).unwrap().remove(0)
        };
        assert_eq!(read(true), entry);
        assert_eq!(database.history_entry(entry.id).unwrap(), Some(entry.clone()));
        let access = entry.access.as_mut().unwrap();
        (access.header, access.claims) = (None, None);
        assert_eq!(read(false), entry);
        assert_eq!(database.history_entry(99).unwrap(), None);
    }

    #[test]
    fn lists_are_read_by_an_index() {
        let (_dir, database) = database();
        let plan = |has_since| -> Vec<String> {
            database
                .run(|c| {
                    c.prepare(&format!("EXPLAIN QUERY PLAN {}", list(has_since)))?
                        .query_map(params!["a", -1, 0], |r| r.get(3))?
                        .collect()
                })
                .unwrap()
        };
        assert_eq!(
            plan(false),
            ["SEARCH history USING INDEX history_by_number (profile=?)"]
        );
        assert_eq!(
            plan(true)[0],
            "SEARCH history USING INDEX history_by_time (profile=? AND at_us>?)"
        );
    }

    #[test]
    fn the_last_row_is_found_among_the_kinds_asked_for() {
        let (_dir, database) = database();
        let mut login = row("a", 0, HistoryKind::Login);
        login.id_token = Some(record());
        login.id = database.add(&login).unwrap();
        database.add(&row("a", 1, HistoryKind::ApiCall)).unwrap();
        database.add(&row("b", 2, HistoryKind::Refresh)).unwrap();
        let last = |kinds: &[HistoryKind]| database.last(&slug("a"), kinds).unwrap();
        assert_eq!(last(&[HistoryKind::Login, HistoryKind::Refresh]), Some(login));
        assert_eq!(last(&[HistoryKind::Refresh]), None);
        assert_eq!(last(&[]), None);
    }

    #[test]
    fn deleting_forgets_one_profile_whole_and_no_number_comes_again() {
        let (_dir, database) = database();
        let mut entry = row("a", 0, HistoryKind::Login);
        entry.access = Some(record());
        let first = database.add(&entry).unwrap();
        database.add(&row("b", 0, HistoryKind::Login)).unwrap();
        let second = database.add(&entry).unwrap();
        assert_eq!(database.delete_history(&slug("a")).unwrap(), 2);
        assert_eq!(database.history(&slug("a"), HistoryQuery::default()).unwrap(), []);
        assert_eq!(database.history(&slug("b"), HistoryQuery::default()).unwrap().len(), 1);
        let claims: i64 = database
            .run(|c| c.query_row("SELECT count(*) FROM claims", [], |r| r.get(0)))
            .unwrap();
        assert_eq!(claims, 0);
        assert!(database.add(&entry).unwrap() > second && second > first);
    }

    prop_compose! {
        fn any_time()(us in Timestamp::MIN.as_microsecond()..=Timestamp::MAX.as_microsecond()) -> Timestamp {
            Timestamp::from_microsecond(us).unwrap()
        }
    }

    prop_compose! {
        fn any_record()(
            token in ".{0,20}",
            header in proptest::option::of(".{0,20}"),
            claims in proptest::option::of(".{0,20}"),
            names in proptest::collection::vec(".{0,9}", 0..3),
            starts_at in any_time(),
            expires_at in proptest::option::of(any_time()),
            from in 0_usize..4,
        ) -> TokenRecord {
            let from = ExpiresFrom::ALL[from];
            let fingerprint = crate::model::Fingerprint::of(&token);
            // They are names of claims.
            let mended = if claims.is_some() { names } else { Vec::new() };
            TokenRecord { fingerprint, header, claims, mended, starts_at, expires_at, expires_from: from }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_row_comes_back_as_it_was(
            at in any_time(),
            kind in proptest::sample::select(HistoryKind::ALL.to_vec()),
            numbers in any::<(Option<u32>, Option<u16>, Option<bool>)>(),
            latency_ms in proptest::option::of(0.0..1e9_f64),
            error in proptest::option::of(".{0,20}"),
            note in ".{0,40}",
            tokens in proptest::array::uniform3(proptest::option::of(any_record())),
            scope in proptest::collection::vec(".{0,9}", 0..4),
        ) {
            let (_dir, database) = database();
            let (generation, http_status, refresh_rotated) = numbers;
            let [access, id_token, refresh] = tokens;
            let mut entry = HistoryEntry {
                id: 0, profile: slug("a"), at, kind, generation, latency_ms, http_status, error, note,
                access, id_token, refresh, refresh_rotated, scope,
            };
            entry.id = database.add(&entry).unwrap();
            prop_assert_eq!(database.last(&slug("a"), &[kind]).unwrap(), Some(entry));
        }
    }
}
