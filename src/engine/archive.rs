//! What is stored, reached from async code: each call runs on a blocking thread.

use std::sync::{Arc, Mutex, PoisonError};

use super::failure::Failure;
use crate::model::exchange::Exchange;
use crate::model::history::{HistoryEntry, HistoryKind};
use crate::model::template::Template;
use crate::model::{Profile, Slug};
use crate::store::{Database, HistoryQuery, Profiles, StoreError};

/// The word of a failure about a profile that is not there.
pub(super) const NO_PROFILE: &str = "no_profile";

/// Profiles and history.
#[derive(Clone, Debug)]
pub(super) struct Archive {
    profiles: Profiles,
    database: Arc<Mutex<Database>>,
    /// What was wrong when they were opened.
    problems: Vec<String>,
}

impl Archive {
    pub(super) fn new(profiles: Profiles, database: Database, problems: Vec<String>) -> Self {
        Self {
            problems,
            profiles,
            database: Arc::new(Mutex::new(database)),
        }
    }

    /// Every profile and a sentence for each file that cannot be read. The very first time, the demo profiles are
    /// written, so that there is something to log in to.
    pub(super) async fn load_all(&self) -> Result<(Vec<Profile>, Vec<String>), Failure> {
        let (profiles, mut problems) = (self.profiles.clone(), self.problems.clone());
        blocking(move || {
            if profiles.is_first_run()? {
                for profile in Template::first_run() {
                    profiles.save(&profile)?;
                }
            }
            let loaded = profiles.load_all();
            problems.extend(loaded.problems.into_iter().map(|problem| problem.message));
            Ok((loaded.profiles, problems))
        })
        .await
    }

    pub(super) async fn load(&self, slug: &Slug) -> Result<Profile, Failure> {
        let (profiles, slug) = (self.profiles.clone(), slug.clone());
        blocking(move || profiles.load(&slug)).await
    }

    pub(super) async fn save(&self, profile: Profile) -> Result<(), Failure> {
        let profiles = self.profiles.clone();
        blocking(move || profiles.save(&profile)).await
    }

    pub(super) async fn delete_profile(&self, slug: &Slug) -> Result<(), Failure> {
        let (profiles, slug) = (self.profiles.clone(), slug.clone());
        blocking(move || profiles.delete(&slug)).await
    }

    pub(super) async fn delete_history(&self, slug: &Slug) -> Result<(), Failure> {
        let slug = slug.clone();
        self.with_database(move |database| database.delete_history(&slug).map(|_| ()))
            .await
    }

    /// Adds a row and the exchanges behind it; gives the row with its number, or nothing where its profile is gone.
    pub(super) async fn add(
        &self,
        mut entry: HistoryEntry,
        exchanges: Vec<Exchange>,
    ) -> Result<Option<HistoryEntry>, Failure> {
        let profiles = self.profiles.clone();
        self.with_database(move |database| {
            // Asked while the database is held: a deletion takes the profile first and its history after, so that no row is
            // written behind its back.
            if matches!(profiles.load(&entry.profile), Err(StoreError::NoProfile(_))) {
                return Ok(None);
            }
            entry.id = database.add(&entry)?;
            for exchange in &exchanges {
                // The row is there: what it was read from is second to that.
                if let Err(error) = database.add_exchange(&entry.profile, exchange) {
                    tracing::warn!(%error, "an exchange was not recorded");
                }
            }
            Ok(Some(entry))
        })
        .await
    }

    /// Adds exchanges that belong to no row.
    pub(super) async fn add_exchanges(&self, slug: &Slug, exchanges: Vec<Exchange>) -> Result<(), Failure> {
        let slug = slug.clone();
        self.with_database(move |database| {
            for exchange in &exchanges {
                if let Err(error) = database.add_exchange(&slug, exchange) {
                    tracing::warn!(%error, "an exchange was not recorded");
                }
            }
            Ok(())
        })
        .await
    }

    pub(super) async fn history(&self, slug: &Slug, query: HistoryQuery) -> Result<Vec<HistoryEntry>, Failure> {
        let slug = slug.clone();
        self.with_database(move |database| database.history(&slug, query)).await
    }

    /// Rows by their numbers, with their claims.
    pub(super) async fn history_entries(&self, slug: &Slug, ids: Vec<i64>) -> Result<Vec<HistoryEntry>, Failure> {
        let slug = slug.clone();
        let rows = self.with_database(move |database| {
            let rows = ids.into_iter().map(|id| database.history_entry(id));
            rows.map(|row| Ok(row?.filter(|row| row.profile == slug))).collect()
        });
        let rows: Vec<Option<HistoryEntry>> = rows.await?;
        rows.into_iter().collect::<Option<_>>().ok_or_else(|| {
            Failure::local(
                "no_row",
                "A row of the history is no longer there".to_owned(),
                "Choose another one",
            )
        })
    }

    /// The newest row that has tokens, with its claims.
    pub(super) async fn last_tokens(&self, slug: &Slug) -> Result<Option<HistoryEntry>, Failure> {
        let slug = slug.clone();
        self.with_database(move |database| database.last(&slug, &[HistoryKind::Login, HistoryKind::Refresh]))
            .await
    }

    async fn with_database<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let database = Arc::clone(&self.database);
        // A panic elsewhere cannot leave SQLite half-written: its transactions see to that.
        blocking(move || work(&database.lock().unwrap_or_else(PoisonError::into_inner))).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(|error| Failure::from(&error)),
        Err(error) => Err(Failure::internal("The store", error, "Start Tokenscope again")),
    }
}

impl From<&StoreError> for Failure {
    fn from(error: &StoreError) -> Self {
        // A store error's sentence already says what to do; the hint says how things stand.
        let (code, hint) = match error {
            StoreError::NoProfile(_) => (NO_PROFILE, "Or make it with “tokenscope profile new”"),
            StoreError::DiskFull(_) => ("store", ""),
            _ => ("store", "What was stored before is still there"),
        };
        Self::local(code, error.to_string(), hint)
    }
}
