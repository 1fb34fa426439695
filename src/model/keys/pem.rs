//! PEM (RFC 7468): the labelled blocks in a text, as people paste them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// Most blocks that are read: a bundle of certificate authorities has 150.
const MAX_BLOCKS: usize = 1000;

/// One block between `BEGIN` and `END`.
pub(in crate::model) struct Block {
    /// What it says it is: `PRIVATE KEY`, `CERTIFICATE`.
    pub(in crate::model) label: String,
    /// The DER in it; `None` where it is no base64, or has no end.
    pub(in crate::model) der: Option<Zeroizing<Vec<u8>>>,
    /// Whether a password protects it (RFC 1421 §4.6.1.1, RFC 5958 §3).
    pub(in crate::model) is_encrypted: bool,
}

/// Every block of a text, in its order, up to [`MAX_BLOCKS`]. What stands around them is left out (RFC 7468 §5.2); line ends
/// that were written as `\n`, as environment variables and JSON have them, are read too.
pub(in crate::model) fn blocks(text: &str) -> Vec<Block> {
    let text = Zeroizing::new(text.replace("\\r", "").replace("\\n", "\n"));
    let mut blocks = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once(BEGIN) {
        rest = after;
        let Some((label, body)) = after.split_once(DASHES) else {
            break;
        };
        if label.len() > 64 || label.contains(['\n', '\r']) {
            continue;
        }
        // A body has no dashes: it ends at the next ones, whatever they belong to.
        let (body, end) = match body.find(DASHES) {
            Some(at) => (&body[..at], &body[at..]),
            None => (body, ""),
        };
        rest = end;
        let is_whole = end.strip_prefix("-----END ").is_some_and(|end| end.starts_with(label));
        blocks.push(Block {
            label: label.to_owned(),
            der: Some(body).filter(|_| is_whole).and_then(decode),
            is_encrypted: label.starts_with("ENCRYPTED") || body.contains("ENCRYPTED"),
        });
        if blocks.len() >= MAX_BLOCKS {
            break;
        }
    }
    blocks
}

fn decode(body: &str) -> Option<Zeroizing<Vec<u8>>> {
    // A line with a colon is a header of the old form (RFC 1421 §4.6), never base64.
    let digits: Zeroizing<String> = Zeroizing::new(
        body.lines()
            .filter(|line| !line.contains(':'))
            .flat_map(str::chars)
            .filter(|c| !c.is_whitespace())
            .collect(),
    );
    let der = STANDARD.decode(digits.as_bytes()).ok()?;
    (!der.is_empty()).then(|| Zeroizing::new(der))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_block_of_a_text_is_found_with_its_label() {
        let text = "Bag Attributes\n-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\nand \
                    -----BEGIN PUBLIC KEY-----\r\nAAEC\r\n-----END PUBLIC KEY-----";
        let found: Vec<_> = blocks(text)
            .into_iter()
            .map(|b| (b.label, b.der.unwrap().to_vec()))
            .collect();
        assert_eq!(found[0], ("EC PARAMETERS".to_owned(), vec![6, 8, 42]));
        assert_eq!(found[1], ("PUBLIC KEY".to_owned(), vec![0, 1, 2]));
    }

    #[test]
    fn line_ends_written_as_letters_are_read() {
        let found = blocks(r"-----BEGIN X-----\nAAEC\n-----END X-----\n");
        assert_eq!(found[0].der.as_ref().unwrap().as_slice(), [0, 1, 2]);
    }

    #[test]
    fn a_password_is_noticed_in_both_forms() {
        let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAEC\n-----END RSA PRIVATE KEY-----";
        let new = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAEC\n-----END ENCRYPTED PRIVATE KEY-----";
        assert!(blocks(old)[0].is_encrypted && blocks(new)[0].is_encrypted);
    }

    #[test]
    fn what_has_no_end_or_is_no_base64_has_no_der() {
        assert!(blocks("-----BEGIN X-----\nAAEC")[0].der.is_none());
        assert!(blocks("-----BEGIN X-----\n?\n-----END X-----")[0].der.is_none());
    }

    #[test]
    fn a_body_ends_at_the_next_dashes_and_its_end_names_the_same() {
        let good = "-----BEGIN X-----\nAAEC\n-----END X-----\n";
        let open = "-----BEGIN X-----\nAAEC\n";
        let other = "-----BEGIN X-----\nAAEC\n-----END Y-----\n";
        let found = blocks(&format!("{open}{good}{other}{good}"));
        let whole: Vec<bool> = found.iter().map(|block| block.der.is_some()).collect();
        assert_eq!(whole, [false, true, false, true]);
        // Each was looked through to the end once, for an end that never comes.
        let many = blocks(&open.repeat(100_000));
        assert_eq!(many.len(), MAX_BLOCKS);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "(-----BEGIN |-----END |-----|[A-Z ]|\\\\n|\n|\\PC){0,30}") {
            let _ = blocks(&text);
        }
    }
}
