//! The recorded exchanges, redacted by whoever recorded them.

use rusqlite::types::Type;
use rusqlite::{TransactionBehavior, params};

use super::database::Database;
use super::error::StoreError;
use crate::model::Slug;
use crate::model::exchange::Exchange;

/// How many exchanges of one profile are kept.
const KEPT: u32 = 1000;

impl Database {
    /// Adds an exchange, which must be redacted, and forgets the profile's oldest beyond 1000. Gives its number.
    pub fn add_exchange(&self, profile: &Slug, exchange: &Exchange) -> Result<i64, StoreError> {
        let text = serde_json::to_string(exchange).map_err(|e| StoreError::Database {
            file: self.file().to_owned(),
            reason: e.to_string(),
        })?;
        self.run(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "INSERT INTO exchanges (profile, exchange) VALUES (?, ?)",
                params![profile.as_str(), text],
            )?;
            let number = transaction.last_insert_rowid();
            transaction.execute(
                "DELETE FROM exchanges WHERE profile = ?1 AND id <=
                    (SELECT id FROM exchanges WHERE profile = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                params![profile.as_str(), KEPT],
            )?;
            transaction.commit()?;
            Ok(number)
        })
    }

    /// The exchanges of a profile with their numbers, newest first, at most `limit`.
    pub fn exchanges(&self, profile: &Slug, limit: usize) -> Result<Vec<(i64, Exchange)>, StoreError> {
        let limit = u32::try_from(limit).unwrap_or(KEPT).min(KEPT);
        self.run(|connection| {
            let mut rows =
                connection.prepare("SELECT id, exchange FROM exchanges WHERE profile = ? ORDER BY id DESC LIMIT ?")?;
            rows.query_map(params![profile.as_str(), limit], |row| {
                let text: String = row.get(1)?;
                let exchange = serde_json::from_str(&text)
                    .map_err(|_| rusqlite::Error::FromSqlConversionFailure(1, Type::Text, "no exchange".into()))?;
                Ok((row.get(0)?, exchange))
            })?
            .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::exchange::{ExchangeResponse, Purpose};

    fn exchange(n: u32) -> Exchange {
        Exchange {
            purpose: Purpose::Refresh,
            sent_at: Timestamp::UNIX_EPOCH,
            method: "POST".to_owned(),
            url: format!("http://localhost/{n}"),
            request_headers: vec![("accept".to_owned(), "application/json".to_owned())],
            request_body: "grant_type=refresh_token".to_owned(),
            response: Some(ExchangeResponse {
                status: 200,
                version: "HTTP/1.1".to_owned(),
                headers: vec![],
                body: "{}".to_owned(),
                body_len: 2,
            }),
            failure: None,
            first_byte_ms: 1.5,
            total_ms: 2.25,
        }
    }

    #[test]
    fn the_newest_thousand_of_each_profile_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(&dir.path().join("t.db")).unwrap().0;
        let (busy, quiet) = (Slug::from_name("busy"), Slug::from_name("quiet"));
        database.add_exchange(&quiet, &exchange(0)).unwrap();
        // Many at once: one by one each would wait for the disk.
        database.run(|c| c.pragma_update(None, "synchronous", "off")).unwrap();
        for n in 0..KEPT + 5 {
            database.add_exchange(&busy, &exchange(n)).unwrap();
        }
        let kept = database.exchanges(&busy, usize::MAX).unwrap();
        assert_eq!(kept.len(), 1000);
        assert_eq!(kept[0].1, exchange(KEPT + 4));
        assert_eq!(kept[999].1, exchange(5));
        let two = database.exchanges(&busy, 2).unwrap();
        assert_eq!(two, kept[..2]);
        assert_eq!(database.exchanges(&quiet, 9).unwrap().len(), 1);
        database.delete_history(&busy).unwrap();
        assert_eq!(database.exchanges(&busy, 9).unwrap(), []);
    }
}
