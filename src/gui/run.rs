//! Opens the window and plugs the engine in.

use std::sync::Arc;

use egui::{Vec2, ViewportBuilder};
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::app::{App, EngineLink};
use super::times::Times;
use crate::engine::{Command, Event, OperationId, Runner};
use crate::setup;
use crate::store::Paths;

/// The engine on its own thread, and what it tells.
#[derive(Debug)]
pub struct EngineThread {
    runner: Runner,
    events: mpsc::Receiver<Event>,
}

impl EngineThread {
    /// Starts the thread; it opens the stores. `wake` is called after each event is there to be read.
    pub fn start(options: setup::Options, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let open = Box::new(move || setup::open(options));
        let (runner, events) = Runner::start(open, Arc::new(wake));
        Self { runner, events }
    }
}

impl EngineLink for EngineThread {
    fn send(&self, command: Command) -> Result<OperationId, String> {
        self.runner.send(command).map_err(|why| why.to_string())
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }
}

/// OpenGL starts sooner and is smaller; wgpu is for machines without it. Said out loud, because another crate in the tree
/// may bring eframe's wgpu along, and eframe would then choose that.
#[cfg(not(feature = "wgpu"))]
const RENDERER: eframe::Renderer = eframe::Renderer::Glow;
#[cfg(feature = "wgpu")]
const RENDERER: eframe::Renderer = eframe::Renderer::Wgpu;

/// Shows the window until it is closed. The error says why there is none: no display, no OpenGL.
pub fn run(options: setup::Options) -> Result<(), eframe::Error> {
    let mut viewport = ViewportBuilder::default()
        .with_title("Tokenscope")
        .with_app_id("tokenscope")
        .with_inner_size(Vec2::new(1280.0, 800.0))
        .with_min_inner_size(Vec2::new(860.0, 560.0));
    let icon = include_bytes!("../../assets/icon/tokenscope.png");
    if let Ok(icon) = eframe::icon_data::from_png_bytes(icon) {
        viewport = viewport.with_icon(icon);
    }
    let native = eframe::NativeOptions {
        viewport,
        renderer: RENDERER,
        // Without a folder of our own the engine says so in the window; its place is then not remembered.
        persistence_path: Paths::resolve(options.data_dir.clone())
            .ok()
            .map(|paths| paths.window_dir().join("window.ron")),
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "Tokenscope",
        native,
        Box::new(move |cc| {
            let clock = Arc::clone(&options.clock);
            let theme = App::<EngineThread>::stored_theme(cc.storage);
            let ctx = cc.egui_ctx.clone();
            let engine = EngineThread::start(options, move || ctx.request_repaint());
            let times = Times::new(TimeZone::system());
            Ok(Box::new(App::new(&cc.egui_ctx, engine, clock, times, theme)))
        }),
    )
}
