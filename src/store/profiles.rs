//! The profiles: one JSON file each, which people may edit, mail and keep under version control.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::atomic;
use super::error::{Problem, StoreError};
use super::paths::Paths;
use super::profile_text::{ProfileTextError, edit, parse, to_text};
use crate::model::profile::PROFILE_VERSION;
use crate::model::{Profile, Slug};

/// Most bytes that are read as a profile: far beyond any real one.
const MAX_BYTES: u64 = 1 << 20;

/// Says that this folder has been filled once: whoever deletes the last profile does not want the first ones back.
const FIRST_RUN_MARK: &str = "first-run-done";

/// The folder of profiles.
#[derive(Clone, Debug)]
pub struct Profiles {
    dir: PathBuf,
}

/// What [`Profiles::load_all`] found.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Every profile that can be read, by name.
    pub profiles: Vec<Profile>,
    /// A line for each file that cannot. The files are untouched.
    pub problems: Vec<Problem>,
}

impl Profiles {
    /// The profiles in the given place.
    pub fn open(paths: &Paths) -> Self {
        Self {
            dir: paths.profiles_dir(),
        }
    }

    /// The file of a profile, there or not.
    pub fn file(&self, slug: &Slug) -> PathBuf {
        self.dir.join(format!("{slug}.json"))
    }

    /// Reads every profile. No file is changed.
    pub fn load_all(&self) -> Loaded {
        let mut loaded = Loaded::default();
        let files = match self.files() {
            Ok(files) => files,
            Err(error) => {
                loaded.problems.push(Problem {
                    file: self.dir.clone(),
                    slug: None,
                    message: StoreError::reading(&self.dir, error).to_string(),
                });
                return loaded;
            }
        };
        for file in files {
            let stem = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
            let (slug, result) = match Slug::parse(stem) {
                Some(slug) => (Some(slug.clone()), self.load(&slug).map_err(|e| e.to_string())),
                None => (
                    None,
                    Err(format!(
                        "{} is not named like a profile. Rename it to {}.json",
                        file.display(),
                        Slug::from_name(stem)
                    )),
                ),
            };
            match result {
                Ok(profile) => loaded.profiles.push(profile),
                Err(message) => loaded.problems.push(Problem { file, slug, message }),
            }
        }
        loaded
            .profiles
            .sort_by_cached_key(|p| (p.name.to_lowercase(), p.slug.clone()));
        loaded.problems.sort_by(|a, b| a.file.cmp(&b.file));
        loaded
    }

    /// Reads one profile.
    pub fn load(&self, slug: &Slug) -> Result<Profile, StoreError> {
        let file = self.file(slug);
        let bytes = read(&file)?.ok_or_else(|| StoreError::NoProfile(slug.clone()))?;
        text(&bytes)
            .and_then(|text| parse(text, slug))
            .map_err(|reason| StoreError::Profile { file, reason })
    }

    /// Writes a profile to its file. In a file that is there, comments and unknown fields stay. One that cannot be read
    /// is set aside first, as `<slug>.json.damaged-1` or the next free number; one of a newer version is refused.
    pub fn save(&self, profile: &Profile) -> Result<(), StoreError> {
        let file = self.file(&profile.slug);
        let newer = |found: u64| StoreError::Profile {
            file: file.clone(),
            reason: ProfileTextError::Newer { found },
        };
        if profile.version > PROFILE_VERSION {
            return Err(newer(profile.version.into()));
        }
        let profile = &Profile {
            version: PROFILE_VERSION,
            ..profile.clone()
        };
        let before = match read(&file) {
            Err(StoreError::Profile { .. }) => return self.save_over(&file, None, profile),
            before => before?,
        };
        let Some(before) = before else {
            return write(&file, &to_text(profile));
        };
        match text(&before).and_then(|text| parse(text, &profile.slug).map(|_| text)) {
            Err(ProfileTextError::Newer { found }) => Err(newer(found)),
            Err(_) => self.save_over(&file, Some(&before), profile),
            Ok(text) => match edit(text, profile) {
                Some(edited) if edited == text => Ok(()),
                Some(edited) => write(&file, &edited),
                None => self.save_over(&file, Some(&before), profile),
            },
        }
    }

    /// Deletes a profile's file. What was set aside of it stays.
    pub fn delete(&self, slug: &Slug) -> Result<(), StoreError> {
        let file = self.file(slug);
        match fs::remove_file(&file).and_then(|()| atomic::sync_folder(&file)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(StoreError::NoProfile(slug.clone())),
            result => result.map_err(|e| StoreError::changing(&file, "deleted", e)),
        }
    }

    /// Whether nobody has used this folder before; asked once, because asking leaves a mark.
    pub fn is_first_run(&self) -> Result<bool, StoreError> {
        let mark = self.dir.with_file_name(FIRST_RUN_MARK);
        if mark.exists() {
            return Ok(false);
        }
        // Somebody's folder from before the mark existed is not new either.
        let is_new = self.is_empty();
        atomic::replace(&mark, b"").map_err(|e| StoreError::changing(&mark, "written", e))?;
        Ok(is_new)
    }

    /// Whether there is not one profile, readable or not. A folder that cannot be read is not empty.
    pub fn is_empty(&self) -> bool {
        self.files().is_ok_and(|files| files.is_empty())
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let file = entry?.path();
            let hidden = file.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
            if !hidden && file.extension().is_some_and(|e| e == "json") {
                files.push(file);
            }
        }
        Ok(files)
    }

    /// Writes a profile in the place of a file that is none, which is kept under another name.
    fn save_over(&self, file: &Path, before: Option<&[u8]>, profile: &Profile) -> Result<(), StoreError> {
        for n in 1_u32.. {
            let aside = self.dir.join(format!("{}.json.damaged-{n}", profile.slug));
            let kept = match before {
                // A copy, so that there is no moment without the one or the other.
                Some(bytes) => atomic::create(&aside, bytes),
                // Too large to copy, or not a file at all.
                None if fs::symlink_metadata(&aside).is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
                None => fs::rename(file, &aside),
            };
            match kept {
                Ok(()) => break,
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(StoreError::writing(&aside, e)),
            }
        }
        write(file, &to_text(profile))
    }
}

fn write(file: &Path, text: &str) -> Result<(), StoreError> {
    atomic::replace(file, text.as_bytes()).map_err(|e| StoreError::writing(file, e))
}

/// The bytes of a file that may be a profile; `None` when there is no such file.
fn read(file: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let no_profile = |reason| {
        Err(StoreError::Profile {
            file: file.to_owned(),
            reason,
        })
    };
    let read = || -> io::Result<Option<Vec<u8>>> {
        // Before it is opened: opening a pipe waits for whoever writes to it.
        if !fs::metadata(file)?.is_file() {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        File::open(file)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    };
    match read() {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(StoreError::reading(file, e)),
        Ok(None) => no_profile(ProfileTextError::NotAFile),
        Ok(Some(bytes)) if bytes.len() as u64 > MAX_BYTES => no_profile(ProfileTextError::TooLarge),
        Ok(bytes) => Ok(bytes),
    }
}

fn text(bytes: &[u8]) -> Result<&str, ProfileTextError> {
    std::str::from_utf8(bytes).map_err(|_| ProfileTextError::NotText)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch() -> (tempfile::TempDir, Profiles) {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::resolve(Some(dir.path().to_owned())).unwrap();
        (dir, Profiles::open(&paths))
    }

    fn app(name: &str) -> Profile {
        Profile {
            slug: Slug::from_name("app"),
            name: name.to_owned(),
            ..Profile::default()
        }
    }

    fn put(profiles: &Profiles, name: &str, bytes: &[u8]) -> PathBuf {
        let path = profiles.dir.join(name);
        atomic::replace(&path, bytes).unwrap();
        path
    }

    #[test]
    fn profiles_are_listed_by_name_and_the_files_name_wins() {
        let (_dir, profiles) = scratch();
        assert!(profiles.is_empty());
        for (slug, name) in [("a", "zebra"), ("b", "Apple"), ("c", "mango")] {
            put(
                &profiles,
                &format!("{slug}.json"),
                format!(r#"{{"slug": "other", "name": "{name}"}}"#).as_bytes(),
            );
        }
        let loaded = profiles.load_all();
        let seen: Vec<_> = loaded
            .profiles
            .iter()
            .map(|p| (p.name.as_str(), p.slug.as_str()))
            .collect();
        assert_eq!(seen, [("Apple", "b"), ("mango", "c"), ("zebra", "a")]);
        assert_eq!(loaded.problems, []);
        assert!(!profiles.is_empty());
    }

    #[test]
    fn each_unusable_file_is_a_problem_and_stays_as_it_is() {
        let (_dir, profiles) = scratch();
        profiles.save(&app("Good")).unwrap();
        let large = vec![b' '; 1 << 20 | 1];
        let files: [(&str, &[u8], &str); 7] = [
            ("cut.json", b"{\"name\": \"A", "not valid JSON"),
            ("empty.json", b"", "is empty"),
            ("latin.json", b"{\"name\": \"\xe9\"}", "not UTF-8"),
            ("newer.json", b"{\"version\": 99}", "newer version"),
            ("types.json", b"{\"pkce\": 1}", "“pkce”"),
            ("wrong name.json", b"{}", "Rename it to wrong-name.json"),
            ("z.json", &large, "too large"),
        ];
        for (name, bytes, _) in files {
            put(&profiles, name, bytes);
        }
        let loaded = profiles.load_all();
        assert_eq!(loaded.profiles.len(), 1);
        assert_eq!(loaded.problems.len(), files.len());
        for ((name, bytes, says), problem) in files.into_iter().zip(loaded.problems) {
            assert_eq!(problem.file, profiles.dir.join(name));
            assert!(problem.message.contains(says), "{}", problem.message);
            assert!(problem.message.contains(name), "{}", problem.message);
            assert_eq!(fs::read(profiles.dir.join(name)).unwrap(), bytes);
        }
    }

    #[test]
    fn a_save_over_a_damaged_file_keeps_every_one_of_them() {
        let (_dir, profiles) = scratch();
        for (n, damaged) in [
            (1, "{\"name\": \"A"),
            (2, ""),
            (3, "{\"pkce\": 1}"),
            (4, "{ \u{feff} }"),
        ] {
            put(&profiles, "app.json", damaged.as_bytes());
            profiles.save(&app("New")).unwrap();
            let aside = profiles.dir.join(format!("app.json.damaged-{n}"));
            assert_eq!(fs::read_to_string(aside).unwrap(), damaged);
            assert_eq!(profiles.load(&Slug::from_name("app")).unwrap(), app("New"));
        }
        assert_eq!(profiles.load_all().problems, []);
    }

    #[test]
    fn a_folder_in_the_place_of_a_profile_is_moved_aside_by_a_save() {
        let (_dir, profiles) = scratch();
        fs::create_dir(profiles.dir.join("app.json")).unwrap();
        assert!(profiles.load_all().problems[0].message.contains("is not a file"));
        profiles.save(&app("New")).unwrap();
        assert!(profiles.dir.join("app.json.damaged-1").is_dir());
        assert_eq!(profiles.load(&Slug::from_name("app")).unwrap(), app("New"));
    }

    #[test]
    fn what_a_newer_version_wrote_is_neither_read_nor_written() {
        let (_dir, profiles) = scratch();
        let text = b"{\"version\": 2, \"name\": {\"en\": \"A\"}}";
        let path = put(&profiles, "app.json", text);
        for error in [
            profiles.load(&Slug::from_name("app")).unwrap_err(),
            profiles.save(&app("New")).unwrap_err(),
        ] {
            assert!(error.to_string().contains("update Tokenscope"), "{error}");
        }
        assert_eq!(fs::read(path).unwrap(), text);
        let newer = Profile {
            version: 2,
            slug: Slug::from_name("other"),
            ..app("New")
        };
        profiles.save(&newer).unwrap_err();
        assert!(!profiles.file(&newer.slug).exists());
    }

    #[test]
    fn a_profile_that_is_not_there_is_named() {
        let (_dir, profiles) = scratch();
        let slug = Slug::from_name("gone");
        for error in [profiles.load(&slug).unwrap_err(), profiles.delete(&slug).unwrap_err()] {
            assert!(error.to_string().contains("no profile “gone”"), "{error}");
        }
        profiles.save(&app("A")).unwrap();
        profiles.delete(&app("A").slug).unwrap();
        assert!(profiles.is_empty());
    }

    #[test]
    fn a_folder_that_is_gone_is_said_and_is_not_called_empty() {
        let (_dir, profiles) = scratch();
        fs::remove_dir(&profiles.dir).unwrap();
        assert!(!profiles.is_empty());
        assert_eq!(profiles.load_all().problems[0].file, profiles.dir);
        let error = profiles.save(&app("A")).unwrap_err().to_string();
        assert!(error.contains("app.json could not be written"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_cannot_be_written_is_said() {
        // Not even an administrator can make a file there.
        let profiles = Profiles {
            dir: PathBuf::from("/sys"),
        };
        let error = profiles.save(&app("A")).unwrap_err();
        assert!(matches!(error, StoreError::NotWritable(_)), "{error}");
        assert!(error.to_string().contains("--data-dir"), "{error}");
    }
}
