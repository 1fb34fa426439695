//! A server that answers each request as it was told beforehand, however wrong that is.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use url::Url;

/// What comes after a request.
pub(crate) enum Reply {
    /// These bytes, whole.
    Bytes(String),
    /// These bytes, then the end of the connection although more was announced.
    CutOff(String),
    /// Nothing, for as long as the client waits.
    Silence,
    /// The other reply, once it is told to.
    After(Arc<Notify>, Box<Reply>),
    /// These bytes for ever, until the client goes away.
    Flood(String),
}

/// A server on a free loopback port. The requests that came are kept.
pub(crate) struct Server {
    pub(crate) url: Url,
    script: Arc<Mutex<VecDeque<Reply>>>,
    requests: Arc<Mutex<Vec<String>>>,
    /// Tells each time that a reply has ended.
    pub(crate) ended: mpsc::Receiver<()>,
    task: JoinHandle<()>,
}

/// A whole HTTP answer.
pub(crate) fn http(status: u16, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::Bytes(format!(
        "HTTP/1.1 {status} As told\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    ))
}

/// A whole JSON answer.
pub(crate) fn json(status: u16, body: &str) -> Reply {
    http(status, "content-type: application/json\r\n", body)
}

impl Server {
    pub(crate) async fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        let socket = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = Url::parse(&format!("http://{}/", socket.local_addr().unwrap())).unwrap();
        let script: Arc<Mutex<VecDeque<Reply>>> = Arc::new(Mutex::new(script.into_iter().collect()));
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let (tell, ended) = mpsc::channel(64);
        let (replies, seen) = (script.clone(), requests.clone());
        let task = tokio::spawn(async move {
            loop {
                let (mut stream, _) = socket.accept().await.unwrap();
                let (replies, seen, tell) = (replies.clone(), seen.clone(), tell.clone());
                tokio::spawn(async move {
                    let Some(request) = read(&mut stream).await else { return };
                    seen.lock().unwrap().push(request);
                    let reply = replies.lock().unwrap().pop_front();
                    answer(stream, reply.expect("a reply for each request")).await;
                    tell.send(()).await.ok();
                });
            }
        });
        Self {
            url,
            script,
            requests,
            ended,
            task,
        }
    }

    /// Says what comes after the next request.
    pub(crate) fn then(&self, reply: Reply) {
        self.script.lock().unwrap().push_back(reply);
    }

    /// The requests as they come, for who cannot hold the server.
    pub(crate) fn seen(&self) -> Arc<Mutex<Vec<String>>> {
        self.requests.clone()
    }

    /// Every request so far, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads a request to its end; none when the client only looked.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return Some(text);
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return None;
        }
    }
}

/// Reads the head of a request; what came, when the client went away before its end.
pub(crate) async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => bytes.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Answers. That the client has gone away is what some replies wait for.
async fn answer(mut stream: TcpStream, reply: Reply) {
    match reply {
        Reply::Bytes(text) | Reply::CutOff(text) => {
            stream.write_all(text.as_bytes()).await.ok();
            stream.shutdown().await.ok();
        }
        Reply::After(gate, reply) => {
            gate.notified().await;
            Box::pin(answer(stream, *reply)).await;
        }
        Reply::Silence => {
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.ok();
        }
        Reply::Flood(text) => {
            let block = "x".repeat(64 * 1024);
            let mut written = stream.write_all(text.as_bytes()).await;
            while written.is_ok() {
                written = stream.write_all(block.as_bytes()).await;
            }
        }
    }
}
