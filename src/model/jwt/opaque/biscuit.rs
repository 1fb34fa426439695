//! Biscuits: protocol buffers of blocks that are signed one after the other.

use super::macaroon::varint;
use super::shapes::{Fact, Subject};

/// How many blocks there are, and which root key is named. What is in the blocks is Datalog in a table of symbols.
pub(super) fn read(subject: &Subject<'_>) -> Option<Vec<Fact>> {
    let text = subject.text.strip_prefix("biscuit:");
    let decoded = text.and_then(super::shapes::base64_of);
    let fields = fields(decoded.as_deref().unwrap_or(&subject.bytes))?;
    let has = |number: u64| fields.iter().any(|field| field.0 == number);
    let authority = fields.iter().find_map(|field| (field.0 == 2).then_some(field.1?))?;
    if !has(4) || !fields.iter().all(|field| (1..=4).contains(&field.0)) || !is_signed_block(authority) {
        return None;
    }
    let blocks = fields.iter().filter(|field| field.0 == 3).count();
    Some(vec![
        Fact::new("blocks", format!("1 of the authority, and {blocks} that narrow it")),
        Fact::new("root key named", if has(1) { "yes" } else { "no" }),
    ])
}

/// A block, the next key and a signature.
fn is_signed_block(bytes: &[u8]) -> bool {
    let has = |fields: &[Field<'_>], number| fields.iter().any(|(n, value)| *n == number && value.is_some());
    fields(bytes).is_some_and(|fields| has(&fields, 1) && has(&fields, 2) && has(&fields, 3))
}

/// A field's number, and its bytes where it has a length.
type Field<'a> = (u64, Option<&'a [u8]>);

/// The fields of a message.
fn fields(mut rest: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let tag = varint(&mut rest)?;
        let value = match tag & 7 {
            0 => {
                varint(&mut rest)?;
                None
            }
            2 => {
                let len = usize::try_from(varint(&mut rest)?).ok()?;
                let value = rest.get(..len)?;
                rest = &rest[len..];
                Some(value)
            }
            _ => return None,
        };
        fields.push((tag >> 3, value));
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE;

    use super::super::shapes::facts;

    #[test]
    fn blocks_are_counted() {
        let field = |tag: u8, value: &[u8]| [&[tag, u8::try_from(value.len()).unwrap()], value].concat();
        let block = [field(0x0a, b"datalog"), field(0x12, &[8; 34]), field(0x1a, &[9; 64])].concat();
        let token = [field(0x12, &block), field(0x1a, &block), field(0x22, &[7; 34])].concat();
        for text in [URL_SAFE.encode(&token), format!("biscuit:{}", URL_SAFE.encode(&token))] {
            let found = facts(&text);
            let biscuit = found.iter().find(|shape| shape.0 == "Biscuit").unwrap();
            assert_eq!(biscuit.1[0].1, "1 of the authority, and 1 that narrow it");
        }
    }
}
