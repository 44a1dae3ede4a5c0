//! What tells a secret from other runs of signs: alphabets, mixture, entropy, and the words of placeholders.

use serde::Deserialize;

/// The signs that a secret is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Alphabet {
    /// `0-9a-f`.
    Hex,
    /// `A-Z0-9`.
    Upper,
    /// Letters and digits.
    Alnum,
    /// Letters, digits, `+/=`.
    Base64,
    /// Letters, digits, `-_`.
    Url,
    /// As `Url`, with points between the parts.
    Jwt,
    /// As `Jwt`, and `+/=~`.
    Header,
    /// Whatever a value without quotes may hold.
    Value,
    /// Letters, digits, `-.`.
    Host,
}

impl Alphabet {
    /// Tells whether a byte belongs to the alphabet. Brackets belong to none, so that no secret reaches over a mask.
    pub(super) fn has(self, byte: u8) -> bool {
        let alnum = byte.is_ascii_alphanumeric();
        match self {
            Alphabet::Hex => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
            Alphabet::Upper => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            Alphabet::Alnum => alnum,
            Alphabet::Base64 => alnum || b"+/=".contains(&byte),
            Alphabet::Url => alnum || b"-_".contains(&byte),
            Alphabet::Jwt => alnum || b"-_.".contains(&byte),
            Alphabet::Header => alnum || b"-_.+/=~".contains(&byte),
            Alphabet::Value => {
                byte > b' ' && byte != 0x7f && !b"\"'`\\,;&<>(){}[]|".contains(&byte)
            }
            // A name may have the letters of any script.
            Alphabet::Host => alnum || !byte.is_ascii() || b"-.".contains(&byte),
        }
    }
}

/// Tells whether a byte may stand in a value within quotes: all that does not end it.
pub(super) fn is_quotable(byte: u8) -> bool {
    byte > b' ' && byte != 0x7f && !b"\"'`\\[]".contains(&byte)
}

/// What a run must be besides long enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Check {
    /// Letters, and digits or marks.
    Mixed,
    /// Mixed, and many letters and digits in a row.
    Dense,
    /// The parts of a JSON web token.
    Jwt,
}

impl Check {
    /// Tells whether a run passes.
    pub(super) fn passes(self, run: &str) -> bool {
        match self {
            Check::Mixed => is_mixed(run),
            Check::Dense => {
                let longest = run
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .map(str::len);
                is_mixed(run) && longest.max() >= Some(16)
            }
            Check::Jwt => is_token(run),
        }
    }
}

fn is_mixed(run: &str) -> bool {
    let has = |is: fn(u8) -> bool| run.bytes().any(is);
    has(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
        && has(|byte| byte.is_ascii_digit() || b"!@#$%^&*".contains(&byte))
}

/// Tells whether a run that begins after `eyJ` is the rest of a signed token (three parts) or an encrypted one (five).
fn is_token(run: &str) -> bool {
    let parts: Vec<&str> = run.split('.').collect();
    match parts.as_slice() {
        [head, body, _signature] => head.len() >= 8 && body.len() >= 8 && body.starts_with("eyJ"),
        [head, _, _, body, _] => head.len() >= 8 && body.len() >= 4,
        _ => false,
    }
}

/// Gives the bits for each sign of a text, by how often each one stands there.
pub(super) fn entropy(run: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in run.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let all = run.len() as f64;
    let shares = counts.iter().filter(|count| **count > 0);
    shares
        .map(|count| f64::from(*count) / all)
        .map(|share| -share * share.log2())
        .sum()
}

/// Tells whether a run is one sign over and over, of those that stand for what is left out.
pub(super) fn is_filler(run: &str) -> bool {
    let mut signs = run.bytes();
    signs
        .next()
        .is_none_or(|first| b"xX*.0_-#?".contains(&first) && signs.all(|own| own == first))
}

/// What stands where a value is filled in elsewhere.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Placeholders {
    /// Signs with which it begins.
    starts: String,
    /// Whole values, but for digits at their end.
    words: Vec<String>,
    /// Pieces of values.
    parts: Vec<String>,
}

impl Placeholders {
    /// Tells whether a value is filled in elsewhere by its first sign.
    pub(super) fn begins(&self, value: &str) -> bool {
        value.starts_with(|first| self.starts.contains(first))
    }

    /// Tells whether a value is no secret.
    pub(super) fn has(&self, value: &str) -> bool {
        let small = value.to_lowercase();
        let stem = small.trim_end_matches(|c: char| c.is_ascii_digit());
        self.begins(value)
            || is_filler(value)
            || self.words.iter().any(|word| word == stem)
            || self.parts.iter().any(|part| small.contains(part.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_counts_bits() {
        assert!((entropy("aaaa") - 0.0).abs() < 1e-9);
        assert!((entropy("abab") - 1.0).abs() < 1e-9);
        assert!((entropy("abcdefgh") - 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_sign_over_and_over_is_filler() {
        let check = |run, expected| assert_eq!(is_filler(run), expected, "{run}");
        check("xxxxxxxx", true);
        check("****", true);
        check("", true);
        check("xxxy", false);
        check("aaaa", false);
    }
}
