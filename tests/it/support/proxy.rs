//! A forward proxy and a SOCKS5 proxy that take everybody to this machine and note where they wanted to go.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// What a proxy speaks, and whether it does what it is asked for.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    Http,
    /// Answers with this status instead.
    HttpRefusing(u16),
    Socks,
    /// Says that the connection was refused (RFC 1928 §6).
    SocksRefusing,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Proxy {
    pub(crate) async fn start(manner: Manner) -> Self {
        let socket = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = asked.clone();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = socket.accept().await.unwrap();
                let log = log.clone();
                tokio::spawn(async move {
                    match manner {
                        Manner::Http => forward(stream, None, &log).await,
                        Manner::HttpRefusing(status) => forward(stream, Some(status), &log).await,
                        Manner::Socks => socks(stream, false, &log).await,
                        Manner::SocksRefusing => socks(stream, true, &log).await,
                    }
                });
            }
        });
        Self { port, asked, task }
    }

    pub(crate) fn url(&self, scheme: &str) -> Url {
        Url::parse(&format!("{scheme}://127.0.0.1:{}", self.port)).unwrap()
    }

    /// First lines of requests, or hosts and ports.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn forward(mut stream: TcpStream, refuse_with: Option<u16>, log: &Mutex<Vec<String>>) {
    let head = super::server::head(&mut stream).await;
    let line = head.lines().next().unwrap_or("").to_owned();
    log.lock().unwrap().push(line.clone());
    if let Some(status) = refuse_with {
        let answer = format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.ok();
        return;
    }
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let url = if method == "CONNECT" {
        format!("https://{target}")
    } else {
        target.to_owned()
    };
    let port = Url::parse(&url).unwrap().port().unwrap();
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    if method == "CONNECT" {
        stream.write_all(b"HTTP/1.1 200 Go on\r\n\r\n").await.unwrap();
    } else {
        server.write_all(head.as_bytes()).await.unwrap();
    }
    tokio::io::copy_bidirectional(&mut stream, &mut server).await.ok();
}

/// RFC 1928, without authentication.
async fn socks(mut stream: TcpStream, refuses: bool, log: &Mutex<Vec<String>>) {
    let mut two = [0; 2];
    stream.read_exact(&mut two).await.unwrap();
    let mut methods = vec![0; usize::from(two[1])];
    stream.read_exact(&mut methods).await.unwrap();
    stream.write_all(&[5, 0]).await.unwrap();
    let mut request = [0; 4];
    stream.read_exact(&mut request).await.unwrap();
    let host = match request[3] {
        1 => {
            let mut ip = [0; 4];
            stream.read_exact(&mut ip).await.unwrap();
            std::net::Ipv4Addr::from(ip).to_string()
        }
        3 => {
            let mut name = vec![0; usize::from(stream.read_u8().await.unwrap())];
            stream.read_exact(&mut name).await.unwrap();
            String::from_utf8(name).unwrap()
        }
        _ => {
            let mut ip = [0; 16];
            stream.read_exact(&mut ip).await.unwrap();
            std::net::Ipv6Addr::from(ip).to_string()
        }
    };
    let port = stream.read_u16().await.unwrap();
    log.lock().unwrap().push(format!("{host}:{port}"));
    let reply = if refuses { 5 } else { 0 };
    stream.write_all(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
    if !refuses {
        let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        tokio::io::copy_bidirectional(&mut stream, &mut server).await.ok();
    }
}
