//! DER (X.690 §8.1), as far as public keys and certificates need it.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// One element.
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// With its tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The first element, and what is behind it.
    pub(super) fn read(der: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (&tag, rest) = der.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (len, head) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let count = usize::from(first & 0x7f);
            // Four bytes are four gigabytes: no certificate is larger. 0 is the indefinite form, which is not DER.
            if !(1..=4).contains(&count) {
                return None;
            }
            let len = rest
                .get(..count)?
                .iter()
                .fold(0, |len, byte| (len << 8) | usize::from(*byte));
            (len, 2 + count)
        };
        let end = head.checked_add(len)?;
        let element = Self {
            tag,
            content: der.get(head..end)?,
            whole: &der[..end],
        };
        Some((element, &der[end..]))
    }

    pub(super) fn of(&self, tag: u8) -> Option<&'a [u8]> {
        (self.tag == tag).then_some(self.content)
    }

    /// The bytes of a bit string, none of whose bits are unused.
    pub(super) fn bits(&self) -> Option<&'a [u8]> {
        match self.of(BIT_STRING)? {
            [0, bits @ ..] => Some(bits),
            _ => None,
        }
    }
}

/// One element with this tag and content.
pub(super) fn write(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len().to_be_bytes();
    let significant = &len[len.iter().take_while(|byte| **byte == 0).count()..];
    let mut der = vec![tag];
    match (significant, u8::try_from(significant.len())) {
        ([], _) => der.push(0),
        ([short], _) if *short < 0x80 => der.push(*short),
        (_, Ok(count)) => {
            der.push(0x80 | count);
            der.extend_from_slice(significant);
        }
        (_, Err(_)) => return Vec::new(),
    }
    der.extend_from_slice(content);
    der
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_with_every_form_of_length() {
        for len in [0, 1, 127, 128, 255, 256, 70_000] {
            let content = vec![7; len];
            let der = [write(SEQUENCE, &content), vec![1, 2]].concat();
            let (element, behind) = Element::read(&der).unwrap();
            assert_eq!((element.of(SEQUENCE), behind), (Some(content.as_slice()), &[1, 2][..]));
        }
    }
}
