//! What can go wrong with the disk, each in one sentence that says what happened and what to do.

use std::io;
use std::path::{Path, PathBuf};

use super::profile_text::ProfileTextError;
use crate::model::Slug;

/// Something is wrong on the disk, and the program goes on without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// The profile that the file should hold, when it is one.
    pub slug: Option<Slug>,
    /// What happened and what to do, in one sentence.
    pub message: String,
}

/// Why something could not be stored or read. No variant holds anything that was to be stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The platform names no folder for this program's data.
    #[error("This system names no folder for data. Say where to keep it with --data-dir")]
    NoDataDir,
    /// The file or its folder does not let itself be written.
    #[error("Cannot write {}: no permission. Allow writing there, or choose another folder with --data-dir", .0.display())]
    NotWritable(PathBuf),
    /// No room.
    #[error("Cannot write {}: the disk is full. Make room and try again, nothing that was stored is lost", .0.display())]
    DiskFull(PathBuf),
    /// Another process holds the database.
    #[error("{} is in use by another program. Close it, or try again in a moment", .0.display())]
    Locked(PathBuf),
    /// No such profile.
    #[error("There is no profile “{0}”. See “tokenscope profile list” for those that exist")]
    NoProfile(Slug),
    /// The file is there and is no usable profile.
    #[error("{} {reason}", .file.display())]
    Profile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: ProfileTextError,
    },
    /// A newer version of the program wrote the database.
    #[error(
        "{} was written by a newer version of Tokenscope (format {found}, this one knows {known}). It was left as it is: update Tokenscope, or choose another folder with --data-dir",
        .file.display()
    )]
    NewerDatabase {
        /// The file.
        file: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format that this program knows.
        known: i64,
    },
    /// The database broke while it was in use.
    #[error("{} is damaged. Start Tokenscope again: it keeps the damaged file under another name and begins a new one", .0.display())]
    DamagedDatabase(PathBuf),
    /// Anything else that the database says.
    #[error("{} could not be used: {reason}. Try again; if it stays, move the file away and start again", .file.display())]
    Database {
        /// The file.
        file: PathBuf,
        /// SQLite's own words; they never hold stored values.
        reason: String,
    },
    /// Anything else that the file system says.
    #[error("{} could not be {doing}: {source}. Check the file and its folder, then try again", .file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// `read`, `written` or `deleted`.
        doing: &'static str,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

impl StoreError {
    /// From an error while `file` was read.
    pub(super) fn reading(file: &Path, source: io::Error) -> Self {
        Self::Io {
            file: file.to_owned(),
            doing: "read",
            source,
        }
    }

    /// From an error while `file` was written or deleted.
    pub(super) fn changing(file: &Path, doing: &'static str, source: io::Error) -> Self {
        use io::ErrorKind as Kind;
        let file = file.to_owned();
        match source.kind() {
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Self::NotWritable(file),
            Kind::StorageFull | Kind::QuotaExceeded => Self::DiskFull(file),
            _ => Self::Io { file, doing, source },
        }
    }

    /// From an error while `file` was written.
    pub(super) fn writing(file: &Path, source: io::Error) -> Self {
        Self::changing(file, "written", source)
    }

    /// From what SQLite says of `file`.
    pub(super) fn sqlite(file: &Path, error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let file = file.to_owned();
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::DiskFull(file),
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Locked(file),
            Some(Code::ReadOnly | Code::PermissionDenied | Code::CannotOpen) => Self::NotWritable(file),
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::DamagedDatabase(file),
            _ => Self::Database {
                file,
                reason: match error {
                    // Its text would bring the whole statement.
                    rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
                    other => other.to_string(),
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_becomes_what_to_do() {
        let says = |kind: io::ErrorKind| StoreError::writing(Path::new("/x/app.json"), kind.into()).to_string();
        assert!(says(io::ErrorKind::PermissionDenied).contains("no permission"));
        assert!(says(io::ErrorKind::ReadOnlyFilesystem).contains("--data-dir"));
        assert!(says(io::ErrorKind::StorageFull).contains("the disk is full"));
        assert!(says(io::ErrorKind::NotADirectory).starts_with("/x/app.json could not be written"));
    }
}
