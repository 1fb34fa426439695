//! The clients that requests travel with, kept because making one reads the system's certificates.

use std::collections::VecDeque;

use crate::flow::Http;
use crate::model::transport::Transport;

/// How many are kept: each edit of a certificate or a proxy makes another.
const MAX_CLIENTS: usize = 16;

/// The newest clients, each under the digest of its transport: the private key itself is not kept.
#[derive(Debug, Default)]
pub(super) struct Clients(VecDeque<([u8; 32], Http)>);

impl Clients {
    /// The client of a transport.
    pub(super) fn get(&self, transport: &Transport) -> Option<Http> {
        let digest = transport.digest();
        let (_, http) = self.0.iter().find(|(of, _)| *of == digest)?;
        Some(http.clone())
    }

    /// Keeps one, and drops the oldest where there are too many.
    pub(super) fn keep(&mut self, transport: &Transport, http: Http) {
        let digest = transport.digest();
        self.0.retain(|(of, _)| *of != digest);
        if self.0.len() == MAX_CLIENTS {
            self.0.pop_front();
        }
        self.0.push_back((digest, http));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::flow::Limits;
    use crate::model::clock::ManualClock;
    use crate::model::transport::Proxy;

    #[test]
    fn the_newest_are_kept_and_the_oldest_goes() {
        let http = Http::new(
            Arc::new(ManualClock::new(jiff::Timestamp::UNIX_EPOCH)),
            Limits::default(),
        );
        let through = |port: usize| Transport {
            proxy: format!("http://127.0.0.1:{port}").parse::<Proxy>().unwrap(),
            ..Transport::default()
        };
        let mut clients = Clients::default();
        for port in 1..=MAX_CLIENTS + 1 {
            clients.keep(&through(port), http.clone());
            clients.keep(&through(port), http.clone());
        }
        assert!(clients.get(&through(1)).is_none());
        assert!((2..=MAX_CLIENTS + 1).all(|port| clients.get(&through(port)).is_some()));
    }
}
