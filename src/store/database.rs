//! The database file: opened, looked at before it is touched, set aside when it is broken.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use url::Url;

use super::error::{Problem, StoreError};
use super::schema;

/// How long one process waits for another that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// History and exchanges in one SQLite file, which several processes may have open at once.
///
/// One connection behind a lock: calls from several threads wait for each other.
#[derive(Debug)]
pub struct Database {
    file: PathBuf,
    connection: Mutex<Connection>,
}

/// What looking at the file showed.
enum Look {
    /// It can be used.
    Sound(Connection),
    /// It cannot be read as a database.
    Damaged,
}

impl Database {
    /// Opens the database, and makes it when there is none. A damaged one is set aside as `<name>.damaged-<n>`; the
    /// problem then says so. One of a newer version is refused and left as it is, to the byte.
    pub fn open(file: &Path) -> Result<(Self, Option<Problem>), StoreError> {
        // Two processes that start together must not both set the same file aside.
        let _one_at_a_time = lock(&beside(file, ".opening"))?;
        refuse_newer(file, version_at_rest(file))?;
        let (connection, problem) = match look(file)? {
            Look::Sound(connection) => (connection, None),
            Look::Damaged => {
                let aside = set_aside(file)?;
                let Look::Sound(connection) = look(file)? else {
                    return Err(StoreError::DamagedDatabase(file.to_owned()));
                };
                (connection, Some(set_aside_problem(file, &aside)))
            }
        };
        let database = Self {
            file: file.to_owned(),
            connection: Mutex::new(connection),
        };
        database.run(|connection| {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
            // A file system without shared memory cannot have WAL; SQLite then stays as it is, which is as safe.
            connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
            connection.pragma_update(None, "synchronous", "full")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            // What is deleted is gone from the file too.
            connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
            schema::migrate(connection)
        })?;
        Ok((database, problem))
    }

    /// Where it is.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Works on the connection. Damage that shows only now leaves a mark, so that the next start looks closely.
    pub(super) fn run<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let result = work(&mut self.lock()).map_err(|e| StoreError::sqlite(&self.file, &e));
        if matches!(result, Err(StoreError::DamagedDatabase(_))) {
            // Without the mark the next start still works: it only does not find the damage by itself.
            let _ = File::create(suspect(&self.file));
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // After a panic the connection is as good as before: SQLite rolls open transactions back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the file and reads from it, without changing a byte of it.
fn look(file: &Path) -> Result<Look, StoreError> {
    make_private(file).map_err(|e| StoreError::writing(file, e))?;
    let sound = |connection: &Connection| -> rusqlite::Result<(i64, bool)> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // Closing would else write what waits in the log, also into a file of a newer version.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let version = schema::version(connection)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        let whole = !suspect(file).exists()
            || connection.pragma_query_value(None, "quick_check", |row| Ok(row.get::<_, String>(0)? == "ok"))?;
        Ok((version, whole))
    };
    let connection = Connection::open(file).map_err(|e| StoreError::sqlite(file, &e))?;
    match sound(&connection).map_err(|e| StoreError::sqlite(file, &e)) {
        Ok((version, whole)) => {
            refuse_newer(file, version)?;
            Ok(if whole { Look::Sound(connection) } else { Look::Damaged })
        }
        Err(StoreError::DamagedDatabase(_)) => Ok(Look::Damaged),
        Err(error) => Err(error),
    }
}

/// SQLite would make the file readable for everyone; its log gets the same mode as the file. A file that is there is not
/// opened: closing it again would drop the locks that another connection of this process has on it
/// (<https://sqlite.org/howtocorrupt.html> §2.2).
fn make_private(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(e),
        _ => Ok(()),
    }
}

/// The version that the file itself has, its log unread. An immutable file is neither locked nor changed, and SQLite
/// puts no log beside it. 0 when it cannot be told.
fn version_at_rest(file: &Path) -> i64 {
    let read = || {
        let mut url = Url::from_file_path(file).ok()?;
        url.set_query(Some("immutable=1"));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(url.as_str(), flags).ok()?;
        schema::version(&connection).ok()
    };
    read().unwrap_or(0)
}

fn refuse_newer(file: &Path, found: i64) -> Result<(), StoreError> {
    if found <= schema::VERSION {
        return Ok(());
    }
    Err(StoreError::NewerDatabase {
        file: file.to_owned(),
        found,
        known: schema::VERSION,
    })
}

/// Gives the database, and the log that belongs to it, another name.
fn set_aside(file: &Path) -> Result<PathBuf, StoreError> {
    let parts = |file: &Path| ["-wal", "-shm", ""].map(|part| beside(file, part));
    let mut n = 1_u32;
    let aside = loop {
        let aside = beside(file, &format!(".damaged-{n}"));
        if parts(&aside).iter().all(|part| fs::symlink_metadata(part).is_err()) {
            break aside;
        }
        n += 1;
    };
    // The database last: as long as it has its name, the next start finds it damaged again.
    for (from, to) in parts(file).into_iter().zip(parts(&aside)) {
        match fs::rename(&from, &to) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(StoreError::writing(&from, e)),
            _ => {}
        }
    }
    match fs::remove_file(suspect(file)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(StoreError::writing(&suspect(file), e)),
        _ => Ok(aside),
    }
}

fn set_aside_problem(file: &Path, aside: &Path) -> Problem {
    Problem {
        file: aside.to_owned(),
        slug: None,
        message: format!(
            "{} was damaged, so history starts anew. What was there is kept as {}: mend it with the sqlite3 tool's .recover, or delete it",
            file.display(),
            aside.display()
        ),
    }
}

/// The mark that says: look closely.
fn suspect(file: &Path) -> PathBuf {
    beside(file, ".suspect")
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Held until it is dropped, or until the process ends, however that comes.
fn lock(path: &Path) -> Result<File, StoreError> {
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .map_err(|e| StoreError::writing(path, e))?;
    match file.lock() {
        // Some network file systems have no locks: two starts at the same instant are rare enough there.
        Err(e) if e.kind() != io::ErrorKind::Unsupported => Err(StoreError::writing(path, e)),
        _ => Ok(file),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::Slug;
    use crate::model::history::{HistoryEntry, HistoryKind};
    use crate::store::{HistoryQuery, atomic};

    fn scratch() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("tokenscope ü#%.db");
        (dir, file)
    }

    fn row(note: &str) -> HistoryEntry {
        HistoryEntry {
            note: note.to_owned(),
            ..HistoryEntry::new(Slug::from_name("app"), Timestamp::UNIX_EPOCH, HistoryKind::Login)
        }
    }

    fn notes(database: &Database) -> Vec<String> {
        let rows = database
            .history(&Slug::from_name("app"), HistoryQuery::default())
            .unwrap();
        rows.into_iter().map(|row| row.note).collect()
    }

    /// Names and bytes of what lies in a folder.
    fn bytes(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files: Vec<_> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_none_or(|e| e != "opening"))
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn a_new_database_is_durable_private_and_of_this_version() {
        let (_dir, file) = scratch();
        let (database, problem) = Database::open(&file).unwrap();
        assert_eq!(problem, None);
        let pragma = |name: &str| -> String {
            database
                .run(|c| {
                    c.query_row(&format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}"), [], |r| {
                        r.get(0)
                    })
                })
                .unwrap()
        };
        assert_eq!(pragma("journal_mode"), "wal");
        assert_eq!(pragma("synchronous"), "2");
        assert_eq!(pragma("foreign_keys"), "1");
        assert_eq!(pragma("user_version"), schema::VERSION.to_string());
        database.add(&row("a")).unwrap();
        #[cfg(unix)]
        for (path, _) in bytes(file.parent().unwrap()) {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
        }
    }

    #[test]
    fn rows_are_there_after_closing_and_opening_again() {
        let (_dir, file) = scratch();
        Database::open(&file).unwrap().0.add(&row("a")).unwrap();
        let (database, problem) = Database::open(&file).unwrap();
        assert_eq!((notes(&database), problem), (vec!["a".to_owned()], None));
    }

    #[test]
    fn a_database_of_a_newer_version_is_refused_and_not_a_byte_of_it_changes() {
        let (dir, file) = scratch();
        for mode in ["delete", "wal"] {
            let connection = Connection::open(&file).unwrap();
            connection
                .pragma_update_and_check(None, "journal_mode", mode, |_| Ok(()))
                .unwrap();
            connection.pragma_update(None, "user_version", 99).unwrap();
            drop(connection);
            let before = bytes(dir.path());
            let error = Database::open(&file).unwrap_err();
            assert!(error.to_string().contains("update Tokenscope"), "{error}");
            assert_eq!(bytes(dir.path()), before, "{mode}");
        }
    }

    #[test]
    fn a_newer_version_that_only_its_log_tells_is_refused_too() {
        let (_dir, live) = scratch();
        let (dir, file) = scratch();
        drop(Database::open(&live).unwrap());
        let newer = Connection::open(&live).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
        // As a crash would leave them: a log, and nobody who has it open.
        for part in ["", "-wal"] {
            fs::copy(beside(&live, part), beside(&file, part)).unwrap();
        }
        assert_eq!(version_at_rest(&file), schema::VERSION);
        let before = bytes(dir.path());
        let error = Database::open(&file).unwrap_err();
        assert!(matches!(error, StoreError::NewerDatabase { found: 99, .. }), "{error}");
        for (path, bytes) in before {
            assert_eq!(fs::read(&path).unwrap(), bytes, "{path:?}");
        }
    }

    #[test]
    fn a_damaged_database_is_kept_under_another_name_each_time() {
        let (_dir, file) = scratch();
        let database = Database::open(&file).unwrap().0;
        for n in 0..100 {
            database.add(&row(&format!("row {n} {}", "x".repeat(1000)))).unwrap();
        }
        drop(database);
        let whole = fs::read(&file).unwrap();
        let damaged: [&[u8]; 3] = [
            b"not a database, but long enough to be one",
            &whole[..whole.len() / 2],
            { &[0xff; 8192] },
        ];
        for (n, damaged) in (1..).zip(damaged) {
            atomic::replace(&file, damaged).unwrap();
            let (database, problem) = Database::open(&file).unwrap();
            let aside = beside(&file, &format!(".damaged-{n}"));
            assert_eq!(fs::read(&aside).unwrap(), damaged);
            let problem = problem.unwrap();
            assert_eq!(problem.file, aside);
            assert!(problem.message.contains("history starts anew"), "{}", problem.message);
            assert_eq!(notes(&database), Vec::<String>::new());
            database.add(&row("after")).unwrap();
            drop(database);
            assert_eq!(Database::open(&file).unwrap().1, None);
        }
    }

    #[test]
    fn damage_that_shows_only_in_use_is_found_by_the_next_start() {
        let (_dir, file) = scratch();
        let database = Database::open(&file).unwrap().0;
        for n in 0..200 {
            database.add(&row(&format!("row {n} {}", "x".repeat(1000)))).unwrap();
        }
        drop(database);
        // All pages after those of the schema, in which no query looks at the start.
        let mut damaged = fs::read(&file).unwrap();
        let pages = damaged.len() / 4096;
        damaged[8 * 4096..(pages - 1) * 4096].fill(0xee);
        atomic::replace(&file, &damaged).unwrap();
        let (database, problem) = Database::open(&file).unwrap();
        assert_eq!(problem, None);
        let error = database
            .history(&Slug::from_name("app"), HistoryQuery::default())
            .unwrap_err();
        assert!(error.to_string().contains("Start Tokenscope again"), "{error}");
        drop(database);
        assert!(Database::open(&file).unwrap().1.is_some());
        assert!(!suspect(&file).exists());
        assert_eq!(Database::open(&file).unwrap().1, None);
    }

    #[test]
    fn a_full_disk_is_said_and_what_was_stored_stays() {
        let (_dir, file) = scratch();
        let database = Database::open(&file).unwrap().0;
        database.add(&row("kept")).unwrap();
        database
            .run(|c| {
                let pages: i64 = c.pragma_query_value(None, "page_count", |r| r.get(0))?;
                c.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            })
            .unwrap();
        let error = database.add(&row(&"x".repeat(100_000))).unwrap_err();
        assert!(matches!(error, StoreError::DiskFull(_)), "{error}");
        assert!(error.to_string().contains("Make room"), "{error}");
        assert_eq!(notes(&database), ["kept"]);
    }

    #[test]
    fn a_locked_and_a_read_only_database_are_said() {
        let (_dir, file) = scratch();
        let database = Database::open(&file).unwrap().0;
        let other = Connection::open(&file).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        database.run(|c| c.busy_timeout(Duration::ZERO)).unwrap();
        let error = database.add(&row("a")).unwrap_err();
        assert!(matches!(error, StoreError::Locked(_)), "{error}");
        assert!(error.to_string().contains("in use by another program"), "{error}");
        other.execute_batch("ROLLBACK").unwrap();
        database.run(|c| c.pragma_update(None, "query_only", true)).unwrap();
        let error = database.add(&row("a")).unwrap_err();
        assert!(matches!(error, StoreError::NotWritable(_)), "{error}");
    }

    #[test]
    fn a_folder_in_the_place_of_the_database_is_said() {
        let (_dir, file) = scratch();
        fs::create_dir(&file).unwrap();
        let error = Database::open(&file).unwrap_err().to_string();
        assert!(error.contains(&file.display().to_string()), "{error}");
        assert!(file.is_dir());
    }
}
