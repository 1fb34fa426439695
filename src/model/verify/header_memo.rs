//! The header that was read last. All tokens of one key share theirs, and reading it costs as much as everything else
//! beside the cryptography.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::header::Header;

/// Longer ones bring keys or certificates of their own, and are rare.
const MAX_LEN: usize = 1024;

/// What one header says, by its very text: nothing else decides what is read from it.
#[derive(Default)]
pub struct HeaderMemo(Mutex<Option<Known>>);

struct Known {
    /// As it stands in the token, in base64url.
    protected: String,
    header: Arc<Header>,
}

impl HeaderMemo {
    /// The header in `protected`, by `read` where it is another one than the last.
    pub(super) fn header<E>(
        &self,
        protected: &str,
        read: impl FnOnce(&str) -> Result<Header, E>,
    ) -> Result<Arc<Header>, E> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = last.as_ref().filter(|known| known.protected == protected) {
            return Ok(Arc::clone(&known.header));
        }
        let header = Arc::new(read(protected)?);
        if protected.len() <= MAX_LEN {
            *last = Some(Known {
                protected: protected.to_owned(),
                header: Arc::clone(&header),
            });
        }
        Ok(header)
    }
}

impl Clone for HeaderMemo {
    /// An empty one: it fills itself.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for HeaderMemo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeaderMemo")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_again_only_when_it_is_another_one_and_an_error_is_not_kept() {
        let memo = HeaderMemo::default();
        let mut read = Vec::new();
        let long = "c".repeat(MAX_LEN + 1);
        for protected in ["a", "a", "b", "bad", "bad", "b", "a", &long, &long] {
            let header = memo.header(protected, |text| {
                read.push(text.to_owned());
                let header = Header {
                    alg: Some(text.to_owned()),
                    ..Header::default()
                };
                if text == "bad" { Err(()) } else { Ok(header) }
            });
            assert_eq!(
                header.ok().and_then(|header| header.alg.clone()).as_deref(),
                (protected != "bad").then_some(protected)
            );
        }
        assert_eq!(read, ["a", "b", "bad", "bad", "a", &long, &long]);
    }
}
