//! What stands around an anchor: where the secret begins and ends, if it is one.

use std::ops::Range;

use super::checks::{self, Alphabet, Placeholders};
use super::wire::{Pattern, Shape};

/// How many blanks, quotes or stars may stand between a name and its value in a row.
const BLANKS: usize = 8;

/// How much of a name is looked at in front of an anchor, and of the type of a variable after it.
const NAME: usize = 64;

/// From how many signs on a run of base64 is one.
const BODY: usize = 16;

/// Names in addresses that belong to nobody.
const NOBODY: [&str; 6] = ["git", "hg", "svn", "noreply", "no-reply", "donotreply"];

/// Ends of file names that look like hosts: `icon@2x.png`.
const FILES: [&str; 14] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "js", "ts", "css", "json", "md", "yml",
    "yaml",
];

/// An anchor in a text.
pub(super) struct Place<'a> {
    pub(super) text: &'a str,
    pub(super) anchor: Range<usize>,
    pub(super) placeholders: &'a Placeholders,
    /// Up to where the text needs not be looked at again for this kind.
    pub(super) passed: &'a mut usize,
}

impl Place<'_> {
    /// Gives the bytes of the secret at the anchor; `None` where it is none.
    pub(super) fn secret(mut self, pattern: &Pattern) -> Option<Range<usize>> {
        match pattern.shape {
            Shape::Prefix => self.prefixed(pattern),
            Shape::Value => self.assigned(pattern),
            Shape::Url => self.in_url(pattern),
            Shape::Block => self.block(pattern),
            Shape::Mail => self.mail(pattern),
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Gives where the signs end that begin at `from` and all pass; `None` where there are more than `most`.
    fn run(&mut self, from: usize, most: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..)?;
        let length = rest
            .iter()
            .take(most + 1)
            .take_while(|byte| is(**byte))
            .count();
        *self.passed = (*self.passed).max(from + length);
        (length <= most).then_some(from + length)
    }

    /// Gives where the signs begin that end at `to` and all pass, at most `most` of them.
    fn run_before(&self, to: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
        let before = self.text.as_bytes()[..to].iter().rev();
        to - before.take(most).take_while(|byte| is(**byte)).count()
    }

    /// Tells whether a run has the length and the looks that a kind wants.
    fn is_like(&self, run: Range<usize>, pattern: &Pattern) -> bool {
        let run = &self.text[run];
        (pattern.least..=pattern.most).contains(&run.len())
            && !checks::is_filler(run)
            && pattern.checks.iter().all(|check| check.passes(run))
            && (pattern.entropy == 0.0 || checks::entropy(run) >= pattern.entropy)
    }

    fn prefixed(&mut self, pattern: &Pattern) -> Option<Range<usize>> {
        let mut start = if pattern.keep {
            self.anchor.end
        } else {
            self.anchor.start
        };
        match pattern.before {
            Some([least, most]) => {
                start = self.run_before(start, most + 1, |byte| byte.is_ascii_digit());
                let digits = self.anchor.start - start;
                (least..=most).contains(&digits).then_some(())?;
            }
            None => (!self.goes_on_before()).then_some(())?,
        }
        let end = self.run(self.anchor.end, pattern.most + 1, |byte| {
            pattern.alphabet.has(byte)
        })?;
        // A point ends a sentence more often than a token.
        let end = self.anchor.end + self.text[self.anchor.end..end].trim_end_matches('.').len();
        let goes_on = self
            .byte(end)
            .is_some_and(|next| next.is_ascii_alphanumeric());
        let is = !goes_on && self.is_like(self.anchor.end..end, pattern);
        is.then_some(start..end)
    }

    /// Tells whether a word goes on in front of the anchor. What is written for a sign that cannot be seen ends in a
    /// letter or a digit, and is no word: `\n`, the code of a colour, `%3D`.
    fn goes_on_before(&self) -> bool {
        let before = &self.text.as_bytes()[..self.anchor.start];
        match before {
            [.., b'\\', b'n' | b't' | b'r'] => false,
            [.., b'%', one, two] if one.is_ascii_hexdigit() && two.is_ascii_hexdigit() => false,
            [start @ .., b'm'] => !ends_in_colour(start),
            _ => before.last().is_some_and(u8::is_ascii_alphanumeric),
        }
    }

    fn assigned(&mut self, pattern: &Pattern) -> Option<Range<usize>> {
        let (at, quoted) = self.value_start()?;
        let at = match pattern.then.as_slice() {
            [] => at,
            words => {
                at + words
                    .iter()
                    .find(|word| self.text[at..].starts_with(*word))?
                    .len()
            }
        };
        let end = match (pattern.alphabet, quoted) {
            (Alphabet::Value, true) => self.quoted_end(at, pattern.most)?,
            (Alphabet::Value, false) => self.plain_end(at, pattern.most)?,
            (alphabet, _) => self.run(at, pattern.most, |byte| alphabet.has(byte))?,
        };
        let value = &self.text[at..end];
        let is = self.is_like(at..end, pattern) && !self.placeholders.has(value) && !is_path(value);
        is.then_some(at..end)
    }

    /// Gives where the value of the name that ends in the anchor begins, and whether it is in quotes.
    fn value_start(&self) -> Option<(usize, bool)> {
        let closed = self.skip(self.anchor.end, |byte| b"\\\"'`*".contains(&byte));
        // Only after a quote: a mask is in brackets too, and no name.
        let bracket = closed > self.anchor.end && self.byte(closed) == Some(b']');
        let named = closed + usize::from(bracket);
        let sign = self.skip(named, is_blank);
        let after = match (self.byte(sign)?, self.byte(sign + 1)) {
            (b'=' | b':', Some(b'=' | b':')) if self.byte(sign) == self.byte(sign + 1) => None,
            (b'=', Some(b'>')) | (b':', Some(b'=')) => Some(sign + 2),
            (b'=', _) => Some(sign + 1),
            (b':', _) => Some(self.past_type(sign + 1)),
            (b'>', _) if sign == self.anchor.end => Some(sign + 1),
            _ if sign > self.anchor.end && self.is_flag() => Some(sign),
            _ => None,
        };
        let begin = self.skip(after?, |byte| is_blank(byte) || byte == b'*');
        let at = self.skip(begin, |byte| b"\\\"'`".contains(&byte));
        Some((at, at > begin))
    }

    /// Passes over a few signs.
    fn skip(&self, from: usize, is: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        from + rest
            .iter()
            .take(BLANKS)
            .take_while(|byte| is(**byte))
            .count()
    }

    /// Passes over the type in `token: string = "..."`.
    fn past_type(&self, from: usize) -> usize {
        let begin = self.skip(from, is_blank);
        let rest = &self.text.as_bytes()[begin..];
        let name = rest.iter().take(NAME);
        let name = name.take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
        let end = begin + name.count();
        let sign = self.skip(end, is_blank);
        let assigns = self.byte(sign) == Some(b'=') && self.byte(sign + 1) != Some(b'=');
        if end > begin && sign > end && assigns {
            sign + 1
        } else {
            from
        }
    }

    /// Tells whether the name is that of an option: `--password`.
    fn is_flag(&self) -> bool {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let start = self.run_before(self.anchor.end, NAME, is_name);
        self.text.as_bytes()[start..].starts_with(b"--")
    }

    /// Gives the end of a value in quotes; `None` where blanks make it a sentence.
    fn quoted_end(&mut self, at: usize, most: usize) -> Option<usize> {
        let end = self.run(at, most, checks::is_quotable)?;
        let closes = self.byte(end).is_none_or(|next| b"\"'`\\".contains(&next));
        closes.then_some(end)
    }

    /// Gives the end of a value without quotes; `None` where it is code that gives the value.
    fn plain_end(&mut self, at: usize, most: usize) -> Option<usize> {
        let end = self.run(at, most, |byte| Alphabet::Value.has(byte))?;
        let is_code = self.byte(end).is_some_and(|next| b"([{".contains(&next));
        let value = self.text[at..end].trim_end_matches(['.', ':']);
        (!is_code && !is_member(value)).then_some(at + value.len())
    }

    fn in_url(&mut self, pattern: &Pattern) -> Option<Range<usize>> {
        let from = self.anchor.end;
        let is_scheme = |byte: u8| byte.is_ascii_alphanumeric();
        (self.run_before(self.anchor.start, 1, is_scheme) < self.anchor.start).then_some(())?;
        let is_user = |byte: u8| byte > b' ' && !b"\"'`\\<>()[]{}/?|".contains(&byte);
        let end = from
            + self.text.as_bytes()[from..]
                .iter()
                .take(pattern.most)
                .take_while(|byte| is_user(**byte))
                .count();
        let user = self.text.get(from..end)?;
        let host = user.rfind('@')?;
        let password = user[..host].find(':')? + 1;
        let has_host = user[host + 1..].starts_with(|c: char| c.is_alphanumeric());
        let value = &user[password..host];
        let is = has_host && !self.placeholders.begins(value) && !checks::is_filler(value);
        is.then_some(from + password..from + host)
    }

    /// Gives a block from its first line to its last, or, where it was cut, to the last line of its body.
    fn block(&mut self, pattern: &Pattern) -> Option<Range<usize>> {
        let title = &self.text[self.anchor.end..];
        let dashes = title.bytes().take(NAME).position(|byte| byte == b'-')?;
        title[..dashes]
            .trim_end()
            .ends_with("PRIVATE KEY")
            .then_some(())?;
        title[dashes..].starts_with("-----").then_some(())?;
        let begin = self.anchor.end + dashes + 5;
        let body = &self.text[begin..];
        let stop = body.find("-----").unwrap_or(body.len());
        *self.passed = begin + stop;
        let runs = body[..stop].split(|c: char| !c.is_ascii() || !pattern.alphabet.has(c as u8));
        let long = runs.map(str::len).filter(|length| *length >= BODY);
        (long.sum::<usize>() >= pattern.least).then_some(())?;
        let end = match body[stop..].strip_prefix("-----END") {
            Some(last) => {
                let line = &last[..last.find('\n').unwrap_or(last.len())];
                let closed = line.find("-----").map_or(0, |at| at + 5);
                begin + stop + 8 + closed
            }
            None => begin + cut_body(&body[..stop]),
        };
        Some(self.anchor.start..end)
    }

    fn mail(&mut self, pattern: &Pattern) -> Option<Range<usize>> {
        let at = self.anchor.start;
        let is_local =
            |byte: u8| !byte.is_ascii() || byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
        let mut start = self.run_before(at, NAME + 1, is_local);
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        // A line end that is written `\n` is no name, and what follows it may be a decorator.
        let escaped = self.text[..start].ends_with('\\')
            && self.text[start..at].starts_with(|c: char| c.is_ascii_alphabetic());
        let start = start + usize::from(escaped);
        let local = self.text[start..at].trim_start_matches(['.', '%', '-']);
        let start = at - local.len();
        let end = self.run(self.anchor.end, pattern.most, |byte| {
            pattern.alphabet.has(byte)
        })?;
        let mut end = end;
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let host = until_top(&self.text[self.anchor.end..end]);
        let small = local.to_ascii_lowercase();
        let is = (1..=NAME).contains(&local.len())
            && host.len() >= pattern.least
            && !NOBODY.contains(&small.as_str())
            && is_host(host)
            && !self.is_userinfo(start);
        is.then_some(start..self.anchor.end + host.len())
    }

    /// Tells whether what ends at `end` stands before the host of a URL: `//name@host`, `//name:word@host`.
    fn is_userinfo(&self, end: usize) -> bool {
        let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-:".contains(&byte);
        let start = self.run_before(end, NAME, is_user);
        self.text.as_bytes()[..start].ends_with(b"//")
    }
}

/// The signs with which the code of a colour begins, as it is or as it is written.
const ESCAPES: [&[u8]; 5] = [b"\x1b", b"\\x1b", b"\\u001b", b"\\033", b"\\e"];

/// How many signs name a colour.
const COLOUR: usize = 24;

/// Tells whether a text ends in the code of a colour but for its last letter: `ESC[1;32`.
fn ends_in_colour(text: &[u8]) -> bool {
    let numbers = text.iter().rev().take(COLOUR);
    let numbers = numbers.take_while(|byte| byte.is_ascii_digit() || **byte == b';');
    let start = &text[..text.len() - numbers.count()];
    let Some(start) = start.strip_suffix(b"[") else {
        return false;
    };
    let small = start[start.len().saturating_sub(6)..].to_ascii_lowercase();
    ESCAPES.iter().any(|own| small.ends_with(own))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Gives how much of a block without an end is its body.
fn cut_body(body: &str) -> usize {
    let is_body = |c: char| c == '\\' || (c.is_ascii() && Alphabet::Base64.has(c as u8));
    let first = body.find(|c| !is_body(c)).unwrap_or(body.len());
    if first > 0 && !body[first..].starts_with('\n') {
        return first;
    }
    let (mut end, mut at) = (first, first);
    for line in body[first..].split_inclusive('\n') {
        let words = line.trim_end();
        let last = words.rsplit(|c| !is_body(c)).next().unwrap_or_default();
        // The first piece is the end of the line with BEGIN.
        if !words.is_empty() && last.len() < BODY {
            break;
        }
        if last.len() >= BODY {
            end = at + words.len();
        }
        at += line.len();
    }
    end
}

/// Tells whether a value is where a file is, or an address.
fn is_path(value: &str) -> bool {
    let starts = ["/", "./", "../", "~/", "http://", "https://"];
    starts.iter().any(|own| value.starts_with(own))
}

/// Tells whether a value is a name with points, as code has them: `args.password2`, `!form.token2`, and as Java prints
/// objects: `mill.Loom@1f2e3d`.
fn is_member(value: &str) -> bool {
    let value = value.trim_start_matches('!');
    let value = value.split('@').next().unwrap_or_default();
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    value.contains('.') && value.split('.').all(is_name)
}

/// Gives a host without what follows its last name, which scripts without blanks write right after it.
fn until_top(host: &str) -> &str {
    let host = host.trim_end_matches(['.', '-']);
    let top = host.rfind('.').map_or(0, |at| at + 1);
    let beyond = host[top..].find(|c: char| !c.is_ascii());
    beyond.map_or(host, |at| &host[..top + at])
}

fn is_host(host: &str) -> bool {
    let Some((name, top)) = host.rsplit_once('.') else {
        return false;
    };
    let is_top =
        (2..=24).contains(&top.len()) && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    let top = top.to_ascii_lowercase();
    is_top && !FILES.contains(&top.as_str()) && !name.is_empty() && !name.starts_with(['.', '-'])
}
