//! Where everything lives.

use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::error::StoreError;

/// The folder that holds everything, and what is where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    data_dir: PathBuf,
}

impl Paths {
    /// The given folder, else the one that the platform names for this program. Folders that are missing are made, for
    /// their owner only.
    pub fn resolve(data_dir: Option<PathBuf>) -> Result<Self, StoreError> {
        let data_dir = match data_dir {
            Some(dir) => dir,
            // The local one: a database must not follow its person from machine to machine half-way.
            None => ProjectDirs::from("", "", "tokenscope")
                .ok_or(StoreError::NoDataDir)?
                .data_local_dir()
                .to_owned(),
        };
        let data_dir = std::path::absolute(&data_dir).map_err(|e| StoreError::writing(&data_dir, e))?;
        let paths = Self { data_dir };
        for dir in [&paths.data_dir, &paths.profiles_dir(), &paths.window_dir()] {
            make(dir).map_err(|e| StoreError::writing(dir, e))?;
        }
        Ok(paths)
    }

    /// The folder that holds everything, absolute.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// One file a profile.
    pub fn profiles_dir(&self) -> PathBuf {
        self.data_dir.join("profiles")
    }

    /// History and exchanges.
    pub fn database(&self) -> PathBuf {
        self.data_dir.join("tokenscope.db")
    }

    /// The window's size and place, and what else only the window needs.
    pub fn window_dir(&self) -> PathBuf {
        self.data_dir.join("window")
    }
}

fn make(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_made_for_their_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::resolve(Some(dir.path().join("a/b"))).unwrap();
        for made in [paths.data_dir(), &paths.profiles_dir(), &paths.window_dir()] {
            assert!(made.is_dir());
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(made.metadata().unwrap().permissions().mode() & 0o777, 0o700);
            }
        }
        assert_eq!(Paths::resolve(Some(dir.path().join("a/b"))).unwrap(), paths);
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Paths::resolve(Some(file.path().to_owned())).unwrap_err().to_string();
        assert!(error.contains(&file.path().display().to_string()), "{error}");
        assert!(error.contains("try again"), "{error}");
    }
}
