//! Ports that a server must know before anything listens on them.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::Mutex;

/// Below the range that systems hand out by themselves, so that no test's port 0 and no outgoing connection takes one
/// between the look and the use.
const RANGE: std::ops::Range<u16> = 12_000..30_000;

static NEXT: Mutex<Option<u16>> = Mutex::new(None);

/// As many ports as asked, free on both loopback addresses and given to nobody else in this process.
pub(crate) fn free_ports(count: usize) -> Vec<u16> {
    let mut next = NEXT.lock().unwrap();
    let span = u32::from(RANGE.end - RANGE.start);
    // Another process begins elsewhere.
    let mut candidate = next.unwrap_or_else(|| {
        let offset = std::process::id().wrapping_mul(61) % span;
        RANGE.start + u16::try_from(offset).unwrap()
    });
    let mut free = Vec::new();
    for _ in 0..span {
        if free.len() == count {
            break;
        }
        candidate = if candidate + 1 < RANGE.end {
            candidate + 1
        } else {
            RANGE.start
        };
        if ["127.0.0.1", "::1"].into_iter().all(|host| is_free(host, candidate)) {
            free.push(candidate);
        }
    }
    *next = Some(candidate);
    free
}

/// A machine without IPv6 cannot bind there at all, and nobody else can.
fn is_free(host: &str, port: u16) -> bool {
    TcpListener::bind((host, port)).map_or_else(|error| error.kind() != ErrorKind::AddrInUse, |_| true)
}
