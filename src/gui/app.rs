//! The application: events in, a drawn window, commands out.

mod discover;
mod look_closer;
mod place;
mod profiles;
mod scratchpad;

use std::sync::Arc;
use std::time::Duration;

use egui::{Context, Ui};

use self::place::Place;
use super::action::{Action, Actions};
use super::command::UiCommand;
use super::inputs::{Inputs, PaletteInput};
use super::scratchpad::input::text_id;
use super::screen::{Page, Screen, Tab, ThemeChoice, TokenLook};
use super::state::State;
use super::theme::{self, Tone};
use super::times::Times;
use super::views;
use crate::engine::{Command, Event, EventKind, OperationId, OperationKind};
use crate::model::{Clock, Slug, lifetime};

/// The way to the engine and back. Neither call waits.
pub trait EngineLink {
    /// Asks for something, and gives the id under which its events come. The error is a sentence for the person.
    fn send(&self, command: Command) -> Result<OperationId, String>;
    /// The next thing that happened, if there is one.
    fn next_event(&mut self) -> Option<Event>;
}

/// What eframe's storage remembers: the theme. Never anything of a profile.
const THEME_KEY: &str = "theme";

/// The window's application.
#[derive(Debug)]
pub struct App<E> {
    engine: E,
    clock: Arc<dyn Clock>,
    /// What is shown.
    pub state: State,
    inputs: Inputs,
    actions: Actions,
    /// Whether a frame has been drawn: the first is told, because how soon it comes is measured.
    drawn: bool,
    /// Whether a text field had the keyboard when the last frame ended: egui takes it away at Esc before we see the key.
    was_typing: bool,
    place: Place,
}

impl<E: EngineLink> App<E> {
    /// Sets up `ctx`, and asks the engine for what is stored.
    pub fn new(ctx: &Context, engine: E, clock: Arc<dyn Clock>, times: Times, theme: ThemeChoice) -> Self {
        theme::install(ctx);
        ctx.set_theme(theme.preference());
        let screen = Screen {
            theme,
            ..Screen::default()
        };
        let mut app = Self {
            state: State::new(clock.now(), times, screen),
            engine,
            clock,
            inputs: Inputs::default(),
            actions: Actions::default(),
            drawn: false,
            was_typing: false,
            place: Place::default(),
        };
        app.send(Command::Load);
        app
    }

    /// The theme that was chosen when the window was closed.
    pub fn stored_theme(storage: Option<&dyn eframe::Storage>) -> ThemeChoice {
        storage
            .and_then(|storage| eframe::get_value(storage, THEME_KEY))
            .unwrap_or_default()
    }

    fn send(&mut self, command: Command) -> Option<OperationId> {
        match self.engine.send(command) {
            Ok(operation) => Some(operation),
            Err(why) => {
                self.state.notify(Tone::Bad, why);
                None
            }
        }
    }

    /// Sends a command that keeps a profile busy.
    fn operate(&mut self, slug: &Slug, kind: OperationKind, command: Command) {
        if let Some(id) = self.send(command) {
            self.state.requested(slug, id, kind);
        }
    }

    fn shortcuts(&mut self, ctx: &Context) {
        let asking = self.inputs.is_covered(&self.state);
        if !asking && self.state.screen.page == Some(Page::Scratchpad) {
            self.scratch_keys(ctx);
        }
        for command in UiCommand::ALL {
            let Some(keys) = command.shortcut() else { continue };
            // What lies above the window has the keys, and Esc leaves a field before it cancels anything.
            let taken = asking || (command == UiCommand::Cancel && self.was_typing);
            if taken || !ctx.input_mut(|input| input.consume_shortcut(&keys)) {
                continue;
            }
            if let Some(action) = command.action(&self.state) {
                self.actions.push(action);
            } else if command == UiCommand::Cancel {
                self.close_something();
            }
        }
    }

    fn carry_out(&mut self, ctx: &Context) {
        for action in self.actions.take() {
            self.do_action(ctx, action);
        }
    }

    fn do_action(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Open(page) => self.open(page),
            Action::ShowToken(kind) => self.state.screen.token = kind,
            Action::Filter(filter) => self.state.screen.filter = filter,
            Action::ShowLook(look) => self.state.screen.look = look,
            Action::CompareKind(kind) => {
                if let Some(comparing) = &mut self.state.comparing {
                    comparing.kind = Some(kind);
                }
            }
            Action::CloseComparison => self.state.comparing = None,
            Action::FindClaim => {
                if self.state.screen.look == TokenLook::Text {
                    self.state.screen.look = TokenLook::Table;
                }
                if self.state.screen.page == Some(Page::Scratchpad) {
                    self.inputs.scratch.pane.search();
                } else {
                    self.inputs.claims.search();
                }
            }
            Action::Reveal(reveal) => self.state.screen.reveal = reveal,
            Action::OpenPalette => self.inputs.palette = Some(PaletteInput::default()),
            Action::ClosePalette => self.inputs.palette = None,
            Action::OpenShortcuts => self.state.screen.shortcuts = true,
            Action::CloseShortcuts => self.state.screen.shortcuts = false,
            Action::CloseApiAnswer => {
                self.state.api_answer = None;
                self.state.asking.answer = None;
            }
            Action::CloseKeys => self.state.asking.keys = None,
            Action::OpenAsk(slug) => self.state.asking.list = Some(slug),
            Action::CloseAsk => self.state.asking.list = None,
            Action::ShowAnswerBody(body) => self.state.asking.show_body = body,
            Action::AskRevoke(slug, kind) => self.state.asking.revoke = Some((slug, kind)),
            Action::KeepToken => self.state.asking.revoke = None,
            Action::StayLoggedOut => self.state.asking.login_wanted = None,
            Action::SetTheme(theme) => {
                self.state.screen.theme = theme;
                ctx.set_theme(theme.preference());
            }
            Action::Say(words) => self.state.notify(Tone::Neutral, words),
            Action::DismissNotice(id) => self.state.notices.retain(|notice| notice.id != id),
            Action::DismissProblems => self.state.problems.clear(),
            Action::DismissFailure(slug) => {
                if let Some(item) = self.state.item_mut(&slug) {
                    item.failure = None;
                    item.journey.dismiss();
                }
            }
            Action::Copy { what, text } => {
                ctx.copy_text(text);
                self.state.notify(Tone::Ok, format!("Copied {what}"));
            }
            Action::CopyToken(slug, kind) => {
                let token = self.state.item(&slug).and_then(|item| item.tokens()?.get(kind));
                if let Some(token) = token {
                    // The person asked for the token itself.
                    ctx.copy_text(token.value.expose().to_owned());
                    let words = format!("Copied the {}: whoever has it can use it", kind.label().to_lowercase());
                    self.state.notify(Tone::Ok, words);
                }
            }
            Action::OpenUrl(url) => ctx.open_url(egui::OpenUrl::new_tab(url)),
            Action::AskDelete(slug) => self.state.screen.confirm_delete = Some(slug),
            Action::KeepProfile => self.state.screen.confirm_delete = None,
            Action::RevertProfile(slug) => self.inputs.revert(&slug),
            Action::CloseLoginPrompt => self.inputs.close_login(ctx),
            Action::LogInWith(ref slug, ref given) => {
                self.inputs.close_login(ctx);
                if let Some(username) = &given.username {
                    self.inputs.usernames.retain(|(of, _)| of != slug);
                    self.inputs.usernames.push((slug.clone(), username.clone()));
                }
                self.ask_engine(action);
            }
            Action::PasteCallback(id, address) => {
                self.inputs.close_callback(ctx);
                self.send(Command::PasteCallback(id, address));
            }
            Action::Scratch(action) => self.scratch(ctx, action),
            Action::DiscoverNew => self.discover_new(),
            Action::DiscoverFor(slug) => self.discover_for(slug),
            Action::CloseDiscover => self.close_discover(),
            other => self.ask_engine(other),
        }
    }

    /// Opens a page, with the keyboard where a person begins there.
    pub fn open(&mut self, page: Page) {
        match page {
            Page::DemoServer => {
                self.send(Command::ReadDemoLog);
            }
            Page::Scratchpad => self.inputs.scratch.wants_focus = Some(text_id()),
            _ => {}
        }
        self.state.screen.page = Some(page);
    }

    fn ask_engine(&mut self, action: Action) {
        match action {
            Action::LogIn(slug) => self.log_in(slug),
            Action::LogInWith(slug, given) => {
                self.state.screen.page = Some(Page::Profile(slug.clone(), Tab::Claims));
                self.operate(&slug, OperationKind::Login, Command::Login(slug.clone(), given));
            }
            Action::Refresh(slug) => self.operate(&slug, OperationKind::Refresh, Command::Refresh(slug.clone())),
            Action::CallApi(slug) => self.operate(&slug, OperationKind::ApiCall, Command::CallApi(slug.clone())),
            Action::AskProvider(slug, question) => {
                self.operate(&slug, OperationKind::Question, Command::Ask(slug.clone(), question));
            }
            Action::Compare(slug, rows) => self.compare(slug, rows),
            Action::ReadKeys(slug) => self.operate(&slug, OperationKind::Question, Command::ReadKeys(slug.clone())),
            Action::Revoke(slug, kind) => {
                self.operate(&slug, OperationKind::Revocation, Command::Revoke(slug.clone(), kind));
            }
            Action::LogOut(slug) => self.operate(&slug, OperationKind::Logout, Command::LogOut(slug.clone())),
            Action::Cancel(id) => {
                self.send(Command::Cancel(id));
            }
            Action::SetSecret(slug, kind, secret, draft) => {
                self.send(Command::SetSecret(slug, kind, secret, draft));
            }
            Action::SaveProfile(profile) => {
                self.send(Command::SaveProfile(profile));
            }
            Action::Discover(lookup) => self.discover(*lookup),
            Action::Register(wanted) => {
                if let Some(id) = self.send(Command::Register(wanted)) {
                    self.state.discovery.began_registering(id);
                }
            }
            Action::CreateDiscovered(profile) => self.create_discovered(*profile),
            Action::UpdateProfile(profile) => {
                self.close_discover();
                self.send(Command::SaveProfile(profile));
            }
            Action::CreateProfile(template) => self.create_profile(template),
            Action::DeleteProfile(slug) => {
                self.state.screen.confirm_delete = None;
                self.send(Command::DeleteProfile(slug));
            }
            Action::StartDemo(lifetimes) => {
                self.send(Command::StartDemo(lifetimes));
            }
            Action::StopDemo => {
                self.send(Command::StopDemo);
            }
            Action::SetDemoOptions(options) => {
                self.send(Command::SetDemoOptions(options));
            }
            _ => {}
        }
    }

    /// When the window must be drawn again without anything happening: at the next whole second while something counts
    /// down, else when the words for the age of what happened last are no longer true, else never.
    fn next_repaint(&self) -> Option<Duration> {
        let counting = !self.state.notices.is_empty()
            || self.state.screen.page == Some(Page::DemoServer) && self.state.demo.url.is_some()
            || self.state.screen.page == Some(Page::Scratchpad) && self.state.scratchpad.result.is_some()
            || self
                .state
                .profiles
                .iter()
                .any(|item| item.session.is_some() || item.login().is_some_and(|(_, login)| login.counts_down()));
        // A millisecond after it, so that rounding does not show the second before.
        let after = |ms: i128| Duration::from_millis(u64::try_from(ms + 1).unwrap_or(1000));
        let to_next = 1000 - self.state.now.as_millisecond().rem_euclid(1000);
        let last = self.state.selected().and_then(|item| item.history.front());
        let age = last.map(|entry| lifetime::relative_stays(entry.at, self.state.now));
        let age = age.map(|stays| after(stays.as_millis()));
        counting.then(|| after(to_next.into())).or(age)
    }

    /// One frame without a window around it: tests call it too.
    pub fn show(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        self.place.keep(&ctx, self.inputs.is_covered(&self.state));
        self.shortcuts(&ctx);
        views::window_ui(ui, &self.state, &mut self.inputs, &mut self.actions);
        self.carry_out(&ctx);
        self.inputs.forget_gone(&ctx, &self.state);
        self.look();
        self.place.give_back(&ctx);
        self.place.keep(&ctx, self.inputs.is_covered(&self.state));
        self.was_typing = ctx.text_edit_focused();
        // While nobody sees it, nothing is drawn: an event still wakes it.
        let hidden = ctx.input(|input| {
            let viewport = input.viewport();
            viewport.minimized == Some(true) || viewport.occluded == Some(true)
        });
        if let Some(after) = self.next_repaint().filter(|_| !hidden) {
            ctx.request_repaint_after(after);
        }
    }

    /// Takes in what happened.
    pub fn drain(&mut self, ctx: &Context) {
        let before = self.state.now.as_second();
        self.state.tick(self.clock.now());
        while let Some(event) = self.engine.next_event() {
            let has_found = matches!(event.kind, EventKind::Discovered(_));
            self.state.apply(event);
            if has_found && self.inputs.discover.name.trim().is_empty() {
                let name = self.free_name(&self.state.discovery.suggested_name());
                self.inputs.discover.suggested.clone_from(&name);
                self.inputs.discover.name = name;
            }
            // After each: a deleted profile's successor may already be in the next one.
            self.inputs.forget_gone(ctx, &self.state);
        }
        self.look();
        let log_is_open = self.state.screen.page == Some(Page::DemoServer) && self.state.demo.url.is_some();
        if log_is_open && self.state.now.as_second() != before {
            self.send(Command::ReadDemoLog);
        }
    }
}

impl<E: EngineLink> eframe::App for App<E> {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.drain(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
        if !std::mem::replace(&mut self.drawn, true) {
            tracing::debug!("first frame drawn");
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, THEME_KEY, &self.state.screen.theme);
    }

    fn persist_egui_memory(&self) -> bool {
        // It would hold what stands in text fields.
        false
    }
}
