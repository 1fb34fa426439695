//! What `tokenscope inspect --lines` costs a token, beside the least that reading one can cost.
//!
//! `cargo bench --bench inspect`. The floor is base64 and `serde_json` alone: header and payload become a `Value`, and
//! nothing is done with it. The second measure is jsonwebtoken's insecure decode. All are counted in CPU seconds of all
//! threads together, so that more cores make no difference, and in one run, in turn. The memory is the most that the
//! program had at once, with few lines and with many.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints what it measured and stops at what it did not expect"
)]

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokenscope::model::Secret;
use tokenscope::model::keys::signing::SigningKey;

const ROUNDS: usize = 5;
const FEW: usize = 10_000;
const MANY: usize = 400_000;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (few, many) = (folder.path().join("few"), folder.path().join("many"));
    let len = write_tokens(&few, FEW);
    write_tokens(&many, MANY);
    println!("{MANY} tokens of about {len} bytes\n");
    let mut rates: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        rates[0].push(rate(|| read(&many, floor)));
        rates[1].push(rate(|| read(&many, insecure_decode)));
        rates[2].push(MANY as f64 / inspect(&many).cpu_s);
    }
    let [floor, insecure, inspected] = rates.map(median);
    println!("base64 + serde_json        {floor:>10.0} tokens a CPU second");
    println!("jsonwebtoken, insecure     {insecure:>10.0} tokens a CPU second");
    println!("tokenscope inspect --lines {inspected:>10.0} tokens a CPU second");
    println!(
        "ratio {:.2} to base64 + serde_json, {:.2} to jsonwebtoken\n",
        inspected / floor,
        inspected / insecure
    );
    let (little, much) = (inspect(&few).peak_kib, inspect(&many).peak_kib);
    println!(
        "most memory: {little} KiB with {FEW} lines, {much} KiB with {MANY}, ratio {:.2}",
        much as f64 / little as f64
    );
}

/// Writes access tokens as providers make them, each another one, and gives the length of the first.
fn write_tokens(path: &Path, count: usize) -> usize {
    let key = SigningKey::from_secret(&Secret::new("a secret of thirty-two characters")).unwrap();
    let header = [("kid", Value::from("BDlhjb8s8E2Jmmqh6P9qdA")), ("typ", "at+jwt".into())];
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut len = 0;
    for n in 0..count {
        let claims = json!({
            "nbf": 1_655_057_724, "exp": 1_655_061_324, "iss": "https://e1-dev.local/id",
            "aud": ["DomainApi", "https://e1-dev.local/id/resources"], "client_id": "my.trusted.app/first",
            "sub": format!("user-{n}"), "auth_time": 1_655_012_119, "idp": "local", "name": "Ada Lovelace",
            "email": "ada@example.com", "db": "e1", "user_type": "InternalUser", "locale": "en-GB",
            "roles": ["reader", "writer"], "jti": format!("{n:032x}"), "iat": 1_655_057_724,
            "scope": ["openid", "profile", "DomainApi", "offline_access"], "amr": ["pwd"],
        });
        let token = key.sign(key.default_algorithm(), &header, &claims).unwrap();
        len = if n == 0 { token.expose().len() } else { len };
        writeln!(out, "{}", token.expose()).unwrap();
    }
    out.flush().unwrap();
    len
}

fn floor(token: &str) {
    let mut parts = token.split('.');
    for _ in 0..2 {
        let bytes = URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap();
        black_box(serde_json::from_slice::<Value>(&bytes).unwrap());
    }
}

fn insecure_decode(token: &str) {
    black_box(jsonwebtoken::dangerous::insecure_decode::<Value>(token).unwrap());
}

fn read(path: &Path, each: impl Fn(&str)) {
    let mut reader = BufReader::with_capacity(64 * 1024, File::open(path).unwrap());
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 0 {
        each(line.trim_end());
        line.clear();
    }
}

/// Tokens a CPU second of this process.
fn rate(work: impl FnOnce()) -> f64 {
    let before = cpu_s("self");
    work();
    MANY as f64 / (cpu_s("self") - before)
}

struct Spent {
    cpu_s: f64,
    peak_kib: u64,
}

/// Runs the program over a file, its output read and thrown away.
fn inspect(path: &Path) -> Spent {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tokenscope"))
        .args(["inspect", "--lines", "--at", "1655058000"])
        .arg(path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::with_capacity(1024 * 1024, child.stdout.take().unwrap());
    let mut peak_kib = 0;
    loop {
        let len = out.fill_buf().unwrap().len();
        if len == 0 {
            break;
        }
        out.consume(len);
        peak_kib = peak_kib_of(&child).unwrap_or(peak_kib);
    }
    let cpu_s = finished(&mut child);
    Spent { cpu_s, peak_kib }
}

/// CPU seconds of a child that has closed its output. It stays a zombie until it is waited for, and so keeps its count.
fn finished(child: &mut Child) -> f64 {
    let id = child.id().to_string();
    while state(&id) != "Z" {
        std::thread::yield_now();
    }
    let spent = cpu_s(&id);
    child.wait().unwrap();
    spent
}

/// The fields of `/proc/PID/stat` behind the program's name.
fn stat(id: &str) -> Vec<String> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let (_, fields) = text.rsplit_once(") ").unwrap();
    fields.split(' ').map(str::to_owned).collect()
}

fn state(id: &str) -> String {
    stat(id)[0].clone()
}

/// User and system time in seconds: Linux counts hundredths.
fn cpu_s(id: &str) -> f64 {
    let fields = stat(id);
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn peak_kib_of(child: &Child) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
