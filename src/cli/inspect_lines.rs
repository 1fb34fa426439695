//! `tokenscope inspect --lines`: one token a line in, one JSON document a line out, in constant memory however much comes.
//!
//! Three threads pass batches on: one reads, one judges, one writes. A batch ends where the reader would have to wait, so
//! that who follows a growing file sees each line at once.

use std::io::{self, BufRead};

use jiff::Timestamp;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::input::{Source, trimmed};
use super::inspect::{self, Judge};
use super::inspect_document::write_document;
use super::inspect_input;
use super::json_writer::Layout;
use super::outcome::{Outcome, Stop};
use crate::engine::Failure;
use crate::model::{Clock as _, Secret};
use crate::system::SystemClock;

/// How many batches may wait between two of the threads.
const QUEUE_LEN: usize = 2;
/// Bytes of a line that are taken. No token is longer; what is, is named and passed over.
const MAX_LINE_LEN: usize = 16 * 1024 * 1024;

/// Text with tokens in it, wiped at the end.
type Lines = Zeroizing<Vec<u8>>;

/// Whole lines, and whether a line came behind them that is too long to be taken.
struct Batch {
    lines: Lines,
    has_overlong: bool,
}

/// What the judge says of a batch.
struct Judged {
    documents: String,
    all_good: bool,
}

/// Judges every line of all sources and writes to `out`.
pub(super) async fn run(sources: Vec<Source>, judge: Judge, out: impl io::Write + Send + 'static) -> Outcome {
    let (send_batch, batches) = mpsc::channel(QUEUE_LEN);
    let (send_judged, judged) = mpsc::channel(QUEUE_LEN);
    let (give_back, spare) = mpsc::channel(QUEUE_LEN);
    let (empty, emptied) = mpsc::channel(QUEUE_LEN);
    let reading = tokio::task::spawn_blocking(move || read_all(&sources, emptied, &send_batch));
    let runtime = Handle::current();
    let judging =
        tokio::task::spawn_blocking(move || judge_all(judge, &runtime, (batches, empty), spare, &send_judged));
    let writing = tokio::task::spawn_blocking(move || write_all(judged, &give_back, out));
    let gone = |error| Stop::from(Failure::internal("The look at the lines", error, "Try fewer of them"));
    let all_good = writing.await.map_err(gone)??;
    judging.await.map_err(gone)?;
    reading.await.map_err(gone)??;
    Ok(inspect::status_of(all_good))
}

fn read_all(sources: &[Source], mut emptied: mpsc::Receiver<Lines>, batches: &mpsc::Sender<Batch>) -> Result<(), Stop> {
    for source in sources {
        let unreadable = |error| source.unreadable(&error, inspect_input::HINT);
        let mut reader = source.open().map_err(unreadable)?;
        loop {
            let room = emptied.try_recv().unwrap_or_default();
            let Some(batch) = read_batch(&mut reader, MAX_LINE_LEN, room).map_err(unreadable)? else {
                break;
            };
            if batches.blocking_send(batch).is_err() {
                // Nobody takes them any more; the others say why.
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The lines that can be had without waiting, at least one; none at the end. They are put into `lines`, which is empty.
fn read_batch(reader: &mut impl BufRead, max_line_len: usize, mut lines: Lines) -> io::Result<Option<Batch>> {
    loop {
        let there = reader.fill_buf()?;
        if there.is_empty() {
            return Ok((!lines.is_empty()).then_some(Batch {
                lines,
                has_overlong: false,
            }));
        }
        if let Some(end) = there.iter().rposition(|byte| *byte == b'\n') {
            lines.extend_from_slice(&there[..=end]);
            reader.consume(end + 1);
            return Ok(Some(Batch {
                lines,
                has_overlong: false,
            }));
        }
        // One line that goes on.
        lines.extend_from_slice(there);
        let len = there.len();
        reader.consume(len);
        if lines.len() > max_line_len {
            skip_line(reader)?;
            return Ok(Some(Batch {
                lines: Zeroizing::default(),
                has_overlong: true,
            }));
        }
    }
}

fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let there = reader.fill_buf()?;
        let end = there.iter().position(|byte| *byte == b'\n');
        let len = end.map_or(there.len(), |end| end + 1);
        reader.consume(len);
        if end.is_some() || len == 0 {
            return Ok(());
        }
    }
}

fn judge_all(
    mut judge: Judge,
    runtime: &Handle,
    (mut batches, empty): (mpsc::Receiver<Batch>, mpsc::Sender<Lines>),
    mut spare: mpsc::Receiver<String>,
    judged: &mpsc::Sender<Judged>,
) {
    while let Some(mut batch) = batches.blocking_recv() {
        let documents = spare.try_recv().unwrap_or_default();
        let done = judge_batch(&mut judge, runtime, &batch, documents);
        // For the next lines, so that memory need not be wiped for each batch. One too many may go.
        batch.lines.clear();
        let _ = empty.try_send(batch.lines);
        if judged.blocking_send(done).is_err() {
            // Nobody takes them any more; the writer says why.
            return;
        }
    }
}

/// Judges a batch. Its documents are written to `documents`, which is empty.
fn judge_batch(judge: &mut Judge, runtime: &Handle, batch: &Batch, documents: String) -> Judged {
    let mut judged = Judged {
        documents,
        all_good: true,
    };
    let now = SystemClock.now();
    let mut each = |token: Secret| {
        if !token.is_empty() {
            judged.all_good &= write_line(judge, runtime, token, now, &mut judged.documents);
            judged.documents.push('\n');
        }
    };
    match std::str::from_utf8(&batch.lines) {
        // The quick way: lines of a text are found many bytes at once.
        Ok(text) => {
            let mut start = 0;
            for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
                each(Secret::from(text[start..end].trim()));
                start = end + 1;
            }
        }
        // One bad line must not hide the rest.
        Err(_) => batch
            .lines
            .split(|byte| *byte == b'\n')
            .for_each(|line| each(trimmed(line))),
    }
    if batch.has_overlong {
        judged.all_good = false;
        judged.documents.push_str(&overlong().to_string());
        judged.documents.push('\n');
    }
    judged
}

/// Writes the document of one token, and tells whether it is good.
fn write_line(judge: &mut Judge, runtime: &Handle, token: Secret, now: Timestamp, out: &mut String) -> bool {
    let mut inspection = judge.inspect(token, now);
    if judge.may_renew_for(&inspection) && runtime.block_on(judge.renew_for(&inspection)) {
        inspection = judge.inspect(inspection.token.value, now);
    }
    write_document(&inspection, judge.explains, Layout::Line, out);
    inspection.is_good()
}

/// What stands in the place of a line that is too long: each line has its document.
fn overlong() -> serde_json::Value {
    json!({
        "form": "damaged",
        "header": null,
        "claims": null,
        "raw": {"header": null, "payload": null},
        "defects": [{
            "part": "token",
            "code": "too_long",
            "offset": MAX_LINE_LEN,
            "message": format!("The line is longer than {MAX_LINE_LEN} bytes and was passed over"),
        }],
        "times": {"iat": null, "nbf": null, "exp": null, "lifetime_s": null, "remaining_s": null},
        "signature": {
            "status": "none", "alg": null, "kid": null, "reason": "Nothing was read", "findings": [], "tried": [],
        },
        "checks": [],
        "serialization": "compact",
    })
}

/// Writes what was judged, and gives the emptied texts back: memory of a batch's size is dear to ask for each time.
fn write_all(
    mut judged: mpsc::Receiver<Judged>,
    give_back: &mpsc::Sender<String>,
    mut out: impl io::Write,
) -> io::Result<bool> {
    let mut all_good = true;
    while let Some(Judged {
        mut documents,
        all_good: good,
    }) = judged.blocking_recv()
    {
        all_good &= good;
        out.write_all(documents.as_bytes())?;
        out.flush()?;
        documents.clear();
        // One too many may go.
        let _ = give_back.try_send(documents);
    }
    Ok(all_good)
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor, Read};

    use super::*;

    fn batches(text: &str, buffer_len: usize, max_line_len: usize) -> Vec<(String, bool)> {
        let mut reader = BufReader::with_capacity(buffer_len, Cursor::new(text.to_owned()));
        let mut found = Vec::new();
        while let Some(batch) = read_batch(&mut reader, max_line_len, Lines::default()).unwrap() {
            found.push((String::from_utf8(batch.lines.to_vec()).unwrap(), batch.has_overlong));
        }
        found
    }

    #[test]
    fn a_batch_is_as_many_whole_lines_as_are_there() {
        let found = batches("one\ntwo\nthree\nfour", 10, 100);
        let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["one\ntwo\n", "three\n", "four"]);
        assert_eq!(batches("", 10, 100), []);
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_the_next_one_is_read() {
        let text = format!("one\n{}\ntwo\n", "x".repeat(500));
        let found = batches(&text, 16, 64);
        assert_eq!(
            found,
            [("one\n".into(), false), (String::new(), true), ("two\n".into(), false)]
        );
        let endless = "x".repeat(500);
        assert_eq!(batches(&endless, 16, 64), [(String::new(), true)]);
    }

    /// Gives one line, and fails when it is asked for more than that.
    struct OneLine(bool);

    impl Read for OneLine {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(io::Error::other("the reader would have to wait"));
            }
            buffer[..4].copy_from_slice(b"one\n");
            Ok(4)
        }
    }

    #[test]
    fn a_line_that_is_there_is_judged_before_the_next_one_is_waited_for() {
        let mut reader = BufReader::new(OneLine(false));
        let batch = read_batch(&mut reader, 100, Lines::default()).unwrap().unwrap();
        assert_eq!(*batch.lines, b"one\n");
    }
}
