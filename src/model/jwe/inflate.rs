//! Compressed contents: raw DEFLATE (RFC 1951), as `zip: DEF` names it (RFC 7516 §4.1.3).

use std::io::{Read as _, copy, sink};

use flate2::read::DeflateDecoder;
use zeroize::Zeroizing;

/// Most bytes that a content may unpack to: a few thousand compressed ones can claim gigabytes.
pub(super) const MAX_INFLATED: u64 = 10_000_000;

/// Unpacks a content, or says why not.
pub(super) fn inflate(packed: &[u8]) -> Result<Zeroizing<Vec<u8>>, String> {
    let broken =
        |_| "The token opened, but its compressed content is broken: it is no DEFLATE (RFC 7516 §4.1.3)".to_owned();
    // Measured first, so that the buffer never grows and leaves no copies behind.
    let len = copy(&mut DeflateDecoder::new(packed).take(MAX_INFLATED + 1), &mut sink()).map_err(broken)?;
    if len > MAX_INFLATED {
        return Err(format!(
            "The token opened, but its compressed content unpacks to more than {} MB and was not unpacked: that is a \
             decompression bomb (RFC 8725 §3.6)",
            MAX_INFLATED / 1_000_000
        ));
    }
    let mut plain = Zeroizing::new(Vec::with_capacity(usize::try_from(len).unwrap_or(0)));
    DeflateDecoder::new(packed)
        .take(MAX_INFLATED)
        .read_to_end(&mut plain)
        .map_err(broken)?;
    Ok(plain)
}
