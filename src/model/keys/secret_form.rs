//! In which form a secret is written: its text itself, or base64 or hex of its bytes.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::model::secret::Secret;

/// How the text of a secret becomes the bytes of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretForm {
    /// Each of the others, the text itself first; the verdict says which fitted.
    #[default]
    Auto,
    /// The bytes of its UTF-8 (OpenID Connect Core §10.1).
    Text,
    /// Base64 or base64url, with or without padding.
    Base64,
    /// Hex digits, perhaps with `0x` in front, colons or spaces.
    Hex,
}

impl SecretForm {
    /// Every form, in the order a list shows them.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Text, Self::Base64, Self::Hex];

    /// The word, as settings have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Text => "text",
            Self::Base64 => "base64",
            Self::Hex => "hex",
        }
    }

    /// The keys that `secret` may stand for, each with the form it was read as. None where it is not written in this form.
    pub(crate) fn keys(self, secret: &Secret) -> Vec<(Self, Zeroizing<Vec<u8>>)> {
        // Exposed to be the key of an HMAC.
        let text = secret.expose();
        let forms: &[Self] = match self {
            Self::Auto => &[Self::Text, Self::Base64, Self::Hex],
            Self::Text => &[Self::Text],
            Self::Base64 => &[Self::Base64],
            Self::Hex => &[Self::Hex],
        };
        let mut keys: Vec<(Self, Zeroizing<Vec<u8>>)> = Vec::new();
        for form in forms {
            let key = match form {
                Self::Base64 => base64(text.trim()),
                Self::Hex => hex(text.trim()),
                Self::Text | Self::Auto => Some(Zeroizing::new(text.as_bytes().to_vec())),
            };
            keys.extend(key.map(|key| (*form, key)));
        }
        keys
    }
}

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    [&alphabet::STANDARD, &alphabet::URL_SAFE]
        .into_iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, LENIENT).decode(text).ok())
        .filter(|bytes| !bytes.is_empty())
        .map(Zeroizing::new)
}

fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    let mut half = None;
    for c in digits.chars().filter(|c| !matches!(c, ':' | ' ')) {
        let digit = u8::try_from(c.to_digit(16)?).ok()?;
        half = match half {
            None => Some(digit << 4),
            Some(high) => {
                bytes.push(high | digit);
                None
            }
        };
    }
    (half.is_none() && !bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_secret_is_read_in_each_form_that_it_fits() {
        let forms = |text: &str| -> Vec<_> {
            let keys = SecretForm::Auto.keys(&text.into());
            keys.into_iter().map(|(form, key)| (form, key.to_vec())).collect()
        };
        assert_eq!(forms("a secret!"), [(SecretForm::Text, b"a secret!".to_vec())]);
        assert_eq!(
            forms("_-8"),
            [
                (SecretForm::Text, b"_-8".to_vec()),
                (SecretForm::Base64, vec![0xff, 0xef])
            ]
        );
        assert_eq!(forms("/+8=")[1], (SecretForm::Base64, vec![0xff, 0xef]));
        assert_eq!(forms("0xFF:ef").last(), Some(&(SecretForm::Hex, vec![0xff, 0xef])));
        assert!(SecretForm::Hex.keys(&"fff".into()).is_empty());
        assert!(SecretForm::Base64.keys(&"ä".into()).is_empty());
    }

    proptest! {
        #[test]
        fn any_secret_is_read_without_a_panic(text in "\\PC{0,40}") {
            prop_assert!(!SecretForm::Auto.keys(&text.as_str().into()).is_empty());
        }
    }
}
