//! How long the window takes to its first frame and what it holds in memory, beside an empty eframe window.
//!
//! `cargo bench --bench first_frame` (needs a display; without one: `xvfb-run`). Both programs are started in turn,
//! several times, and the medians and their ratio are printed. The floor is this very program with an empty window.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark prints what it measured and stops at what it did not expect"
)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What a program says when its first frame is drawn.
const MARK: &str = "first frame drawn";
const EMPTY: &str = "--empty-window";
const RUNS: usize = 7;
/// How long a window is left alone before its memory is read: by then it has loaded what it shows.
const SETTLE: Duration = Duration::from_secs(2);

fn main() {
    if std::env::args().any(|arg| arg == EMPTY) {
        return empty_window();
    }
    if std::env::var_os("DISPLAY").is_none() && std::env::var_os("WAYLAND_DISPLAY").is_none() {
        println!("first_frame: skipped, there is no display");
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let empty = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(EMPTY);
        command
    };
    let tokenscope = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tokenscope"));
        command
            .env("TOKENSCOPE_DATA_DIR", scratch.path())
            .env("TOKENSCOPE_LOG", "tokenscope::gui=debug");
        command
    };
    // Once each without counting: files come into the cache and the first profiles are written.
    measure(empty());
    measure(tokenscope());
    let (mut floor, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        floor.push(measure(empty()));
        ours.push(measure(tokenscope()));
    }
    report("first frame, ms", &floor, &ours, |m| m.first_frame_ms);
    report("resident, MiB", &floor, &ours, |m| m.resident_mib);
    report("CPU while idle, % of a core", &floor, &ours, |m| m.idle_cpu_percent);
}

struct Measured {
    first_frame_ms: f64,
    resident_mib: f64,
    idle_cpu_percent: f64,
}

fn measure(mut command: Command) -> Measured {
    let started = Instant::now();
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mark = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains(MARK)));
    let first_frame_ms = started.elapsed().as_secs_f64() * 1000.0;
    mark.expect("the program ended before its first frame").unwrap();
    std::thread::sleep(SETTLE);
    let (before, clock) = (cpu_ticks(&child), Instant::now());
    std::thread::sleep(SETTLE);
    let ticks = cpu_ticks(&child) - before;
    let measured = Measured {
        first_frame_ms,
        resident_mib: resident_mib(&child),
        // 100 ticks a second on Linux, so a tick a second is one percent.
        idle_cpu_percent: ticks / clock.elapsed().as_secs_f64(),
    };
    child.kill().unwrap();
    child.wait().unwrap();
    measured
}

/// User and system time, in ticks (proc(5), fields 14 and 15 of stat).
fn cpu_ticks(child: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let field = |n: usize| {
        after_name
            .split_whitespace()
            .nth(n - 3)
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    field(14) + field(15)
}

fn resident_mib(child: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

fn report(what: &str, floor: &[Measured], ours: &[Measured], of: impl Fn(&Measured) -> f64) {
    let median = |list: &[Measured]| {
        let mut values: Vec<f64> = list.iter().map(&of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let (floor, ours) = (median(floor), median(ours));
    // Nothing used by the empty window leaves nothing to compare with.
    let ratio = if floor > 0.0 {
        format!("   ratio {:.2}", ours / floor)
    } else {
        String::new()
    };
    println!("{what:<28} empty {floor:>8.1}   tokenscope {ours:>8.1}{ratio}");
}

struct Empty {
    drawn: bool,
}

impl eframe::App for Empty {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        egui::CentralPanel::default().show(ui, |_| {});
        if !std::mem::replace(&mut self.drawn, true) {
            eprintln!("{MARK}");
        }
    }
}

fn empty_window() {
    let options = eframe::NativeOptions {
        // What the window itself is drawn with.
        renderer: eframe::Renderer::Glow,
        viewport: egui::ViewportBuilder::default().with_inner_size(egui::Vec2::new(1280.0, 800.0)),
        ..eframe::NativeOptions::default()
    };
    let app = |_: &eframe::CreationContext<'_>| Ok(Box::new(Empty { drawn: false }) as Box<dyn eframe::App>);
    eframe::run_native("empty", options, Box::new(app)).unwrap();
}
