//! The person at the terminal: what they gave for a login, and what they type.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};

use super::args::LoginArgs;
use super::input::{self, Source};
use super::outcome::{Stop, usage};
use super::printer::Printer;
use super::subject::with_subjects;
use crate::engine::{Engine, Failure, Given, LoginOptions};
use crate::model::{Profile, Secret};

/// Lines as they are typed. One reader for all: two would take each other's lines.
type Lines = Arc<Mutex<mpsc::Receiver<Result<Secret, Stop>>>>;

/// Who logs in: asked once, though a command may log in twice.
pub(super) struct Person {
    /// The profile to log in to, and those that come before it, the nearest first.
    profiles: Vec<Profile>,
    client_secret: Option<Secret>,
    given: Given,
    lines: Option<Lines>,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").finish_non_exhaustive()
    }
}

impl Person {
    /// Reads what the arguments say, the password's line included, and asks at the terminal for what the login sends and
    /// nobody gave.
    pub(super) async fn meet(engine: &Engine, args: &LoginArgs) -> Result<Self, Stop> {
        let profiles = with_subjects(engine, args).await?;
        let mut given = given(args).await?;
        let client_secret = match &args.secret_file {
            Some(file) => Some(input::secret(file, "client secret").await?),
            None => None,
        };
        let is_terminal = io::stdin().is_terminal();
        // The embedded provider's people are known to everybody.
        let mut with_password = profiles.iter().filter(|profile| profile.grant.has_password());
        if is_terminal && let Some(profile) = with_password.find(|profile| !profile.uses_demo()) {
            ask_who(profile, &mut given).await?;
        }
        // Only now: whoever reads lines would take what is typed at a prompt. The password's line ends what is read from there.
        let types = !args.password_stdin && is_terminal;
        let lines = types.then(|| {
            let lines = input::lines(vec![Source::Standard], "Paste the address");
            Arc::new(Mutex::new(lines))
        });
        Ok(Self {
            profiles,
            client_secret,
            given,
            lines,
        })
    }

    /// The profile to log in to.
    pub(super) fn profile(&self) -> &Profile {
        &self.profiles[0]
    }

    /// Its client's secret, where one was given.
    pub(super) const fn client_secret(&self) -> Option<&Secret> {
        self.client_secret.as_ref()
    }

    /// Those to log in to before, in their order: it exchanges the token of the last.
    pub(super) fn subjects(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().skip(1).rev()
    }

    /// How a login is run for this person: what is typed meanwhile is an address that the browser ended at.
    pub(super) fn login_options(&self, args: &LoginArgs) -> LoginOptions {
        let (paste, pasted) = mpsc::channel(1);
        if let Some(lines) = &self.lines {
            tokio::spawn(hand_on(Arc::clone(lines), paste));
        }
        LoginOptions {
            opens_browser: !args.no_browser,
            patience: args.timeout.map(Duration::from_secs),
            can_paste: self.lines.is_some(),
            pasted,
            given: self.given.clone(),
        }
    }

    /// Asks whether to log in again; where nobody sits at a terminal that is said, and the answer is no.
    pub(super) async fn wants_to_log_in_again(&self, printer: Printer, why: &Failure) -> bool {
        printer.tell(&format!("The session is over: {}", why.message));
        let Some(lines) = &self.lines else {
            printer.tell("Not asked whether to log in again: nobody sits at this terminal");
            return false;
        };
        printer.tell("Log in again? Type yes or no");
        let line = lines.lock().await.recv().await;
        let Some(Ok(line)) = line else { return false };
        // Not a secret, though it came the way that secrets come.
        is_yes(line.expose())
    }
}

fn is_yes(text: &str) -> bool {
    ["y", "yes"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// Hands on each line until the login has ended; what comes after is for whoever asks next.
async fn hand_on(lines: Lines, paste: mpsc::Sender<Secret>) {
    let mut lines = lines.lock().await;
    loop {
        let line = tokio::select! {
            () = paste.closed() => return,
            line = lines.recv() => line,
        };
        let Some(Ok(line)) = line else { return };
        if paste.send(line).await.is_err() {
            return;
        }
    }
}

/// Asks for user name and password, where they are not known yet.
async fn ask_who(profile: &Profile, given: &mut Given) -> Result<(), Stop> {
    if given.username.is_none() && profile.username.trim().is_empty() {
        given.username = Some(input::line("User name").await?);
    }
    if given.password.is_none() {
        given.password = Some(input::secret_line("password").await?);
    }
    Ok(())
}

/// User name, password and token, where the arguments have them.
async fn given(args: &LoginArgs) -> Result<Given, Stop> {
    let takes_token = args
        .subject_token_file
        .as_deref()
        .is_some_and(|file| file.as_os_str() == "-");
    if takes_token && args.password_stdin {
        return Err(usage(
            "The password and the token to exchange cannot both be read from standard input",
            "Put the token into a file",
        ));
    }
    let password = if args.password_stdin {
        Some(input::secret_line("password").await?)
    } else {
        None
    };
    let subject_token = match &args.subject_token_file {
        Some(_) if takes_token => Some(input::secret_line("token to exchange").await?),
        Some(file) => Some(input::secret(file, "token to exchange").await?),
        None => None,
    };
    Ok(Given {
        username: args.username.clone(),
        password,
        subject_token,
        may_send_token_to: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (text, yes) in [
            ("y", true),
            (" YES ", true),
            ("no", false),
            ("yesterday", false),
            ("", false),
        ] {
            assert_eq!(is_yes(text), yes, "{text}");
        }
    }

    #[tokio::test]
    async fn a_line_that_comes_after_the_login_is_left_for_the_next_question() {
        let (typed, lines) = mpsc::channel(4);
        let lines: Lines = Arc::new(Mutex::new(lines));
        let (paste, mut pasted) = mpsc::channel(1);
        let handing = tokio::spawn(hand_on(Arc::clone(&lines), paste));
        typed.send(Ok(Secret::from("http://localhost/?code=c"))).await.unwrap();
        assert_eq!(pasted.recv().await.unwrap().expose(), "http://localhost/?code=c");
        drop(pasted);
        handing.await.unwrap();
        typed.send(Ok(Secret::from("yes"))).await.unwrap();
        let person = Person {
            profiles: Vec::new(),
            client_secret: None,
            given: Given::default(),
            lines: Some(lines),
        };
        let why = Failure::provider("invalid_grant", "refused", "log in");
        assert!(person.wants_to_log_in_again(Printer::new(true).silent(), &why).await);
    }
}
