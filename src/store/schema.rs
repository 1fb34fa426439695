//! The shape of the database, and the way there from every shape before it.

use rusqlite::{Connection, TransactionBehavior};

/// What leads from each version to the next: the first makes version 1 out of an empty file. Never change one that was
/// released; add another.
const MIGRATIONS: [&str; 2] = [
    "
    CREATE TABLE history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        profile TEXT NOT NULL,
        at_us INTEGER NOT NULL,             -- microseconds since 1970
        kind TEXT NOT NULL,
        generation INTEGER,
        latency_ms REAL,
        http_status INTEGER,
        error TEXT,
        note TEXT NOT NULL,
        refresh_rotated INTEGER,
        scope TEXT NOT NULL,                -- JSON list of texts
        access_fingerprint TEXT,
        access_starts_at_us INTEGER,
        access_expires_at_us INTEGER,
        access_expires_from TEXT,
        id_fingerprint TEXT,
        id_starts_at_us INTEGER,
        id_expires_at_us INTEGER,
        id_expires_from TEXT,
        refresh_fingerprint TEXT,
        refresh_starts_at_us INTEGER,
        refresh_expires_at_us INTEGER,
        refresh_expires_from TEXT
    ) STRICT;
    CREATE INDEX history_by_number ON history (profile, id);
    CREATE INDEX history_by_time ON history (profile, at_us);

    -- Apart from the rows, which a list reads by the thousand and without them.
    CREATE TABLE claims (
        entry INTEGER NOT NULL REFERENCES history (id) ON DELETE CASCADE,
        token TEXT NOT NULL,                -- access, id or refresh
        header TEXT,
        claims TEXT,
        PRIMARY KEY (entry, token)
    ) STRICT;

    CREATE TABLE exchanges (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        profile TEXT NOT NULL,
        exchange TEXT NOT NULL              -- JSON, redacted
    ) STRICT;
    CREATE INDEX exchanges_by_number ON exchanges (profile, id);
",
    "
    -- JSON list of the names of claims that were not read as they were written; NULL where there are none.
    ALTER TABLE claims ADD COLUMN mended TEXT;
",
];

/// The version that this program writes.
#[expect(clippy::cast_possible_wrap, reason = "there are few")]
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// The version that the database has; 0 when it is empty.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings the database to [`VERSION`], each step whole or not at all.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    for (sql, next) in MIGRATIONS.into_iter().zip(1_i64..) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if version(&transaction)? < next {
            transaction.execute_batch(sql)?;
            transaction.pragma_update(None, "user_version", next)?;
            transaction.commit()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Slug;
    use crate::model::history::HistoryKind;
    use crate::store::Database;

    #[test]
    fn rows_of_the_first_version_are_read_with_no_claim_mended() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("t.db");
        let old = Connection::open(&file).unwrap();
        old.execute_batch(MIGRATIONS[0]).unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        old.execute_batch(
            "INSERT INTO history (profile, at_us, kind, note, scope, id_fingerprint, id_starts_at_us, id_expires_from)
                 VALUES ('a', 0, 'login', '', '[]', '0123456789abcdef', 0, 'unknown');
             INSERT INTO claims (entry, token, header, claims) VALUES (1, 'id', '{}', '{\"sub\":\"x\"}');",
        )
        .unwrap();
        drop(old);
        let database = Database::open(&file).unwrap().0;
        let row = database.last(&Slug::from_name("a"), &[HistoryKind::Login]).unwrap();
        let record = row.unwrap().id_token.unwrap();
        assert_eq!(
            (record.claims.as_deref(), record.mended),
            (Some(r#"{"sub":"x"}"#), vec![])
        );
        assert_eq!(database.run(|c| version(c)).unwrap(), VERSION);
    }
}
