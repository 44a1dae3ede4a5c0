//! What a line of Markdown is, as far as its first characters tell.

use super::{Language, Look, wrap};

/// A line of Markdown outside code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    /// What it is.
    pub(super) look: Look,
    /// Bytes of its mark, with the blanks around it.
    pub(super) mark: usize,
    /// Columns under which its later rows hang.
    pub(super) hang: usize,
}

/// Tells what a line outside code is.
pub(super) fn block(line: &str) -> Block {
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let rest = &line[indent..];
    let (look, mark) = match rest.as_bytes() {
        [b'#', ..] => heading(rest),
        [b'>', b' ', ..] => (Look::Quote, 2),
        [b'>', ..] => (Look::Quote, 1),
        _ if is_rule(rest) => (Look::Rule, 0),
        [b'-' | b'*' | b'+', b' ' | b'\t', ..] => (Look::Item, 2),
        [b'0'..=b'9', ..] => numbered(rest),
        _ if rest.starts_with("• ") => (Look::Item, "• ".len()),
        _ => (Look::Text, 0),
    };
    let mark = indent + mark;
    Block {
        look,
        mark,
        hang: wrap::columns(&line[..mark]),
    }
}

fn heading(rest: &str) -> (Look, usize) {
    let level = rest.bytes().take_while(|&byte| byte == b'#').count();
    match rest.as_bytes().get(level) {
        Some(b' ') if level <= 6 => (Look::Heading, level + 1),
        _ => (Look::Text, 0),
    }
}

fn numbered(rest: &str) -> (Look, usize) {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    match rest.as_bytes().get(digits..digits + 2) {
        Some([b'.' | b')', b' ']) if digits <= 4 => (Look::Item, digits + 2),
        _ => (Look::Text, 0),
    }
}

fn is_rule(rest: &str) -> bool {
    let Some(&mark @ (b'-' | b'*' | b'_')) = rest.as_bytes().first() else {
        return false;
    };
    let count = rest.bytes().filter(|&byte| byte == mark).count();
    count >= 3 && rest.bytes().all(|byte| byte == mark || byte == b' ')
}

/// The fence of a code block that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fence {
    mark: u8,
    length: usize,
    /// What the block holds.
    pub(super) language: Language,
}

impl Fence {
    /// Reads a line that opens a code block; any indentation will do, because lists hold code too.
    pub(super) fn opened_by(line: &str) -> Option<Fence> {
        let (mark, length, info) = fence(line)?;
        if mark == b'`' && info.contains('`') {
            return None;
        }
        Some(Fence {
            mark,
            length,
            language: Language::of_fence(info),
        })
    }

    /// Tells whether a line closes the block.
    pub(super) fn is_closed_by(self, line: &str) -> bool {
        fence(line).is_some_and(|(mark, length, info)| {
            mark == self.mark && length >= self.length && info.trim().is_empty()
        })
    }
}

fn fence(line: &str) -> Option<(u8, usize, &str)> {
    let rest = line.trim_start_matches([' ', '\t']);
    let &mark = rest.as_bytes().first()?;
    if !matches!(mark, b'`' | b'~') {
        return None;
    }
    let length = rest.bytes().take_while(|&byte| byte == mark).count();
    (length >= 3).then(|| (mark, length, &rest[length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_known_by_its_beginning() {
        let check = |line: &str, look: Look, mark: usize, hang: usize| {
            assert_eq!(block(line), Block { look, mark, hang }, "{line}");
        };
        check("words", Look::Text, 0, 0);
        check("  words", Look::Text, 2, 2);
        check("## Plan", Look::Heading, 3, 3);
        check("#hashtag", Look::Text, 0, 0);
        check("- item", Look::Item, 2, 2);
        check("    * item", Look::Item, 6, 6);
        check("\t- item", Look::Item, 3, 6);
        check("12. item", Look::Item, 4, 4);
        check("2024. A year", Look::Item, 6, 6);
        check("3.5 items", Look::Text, 0, 0);
        check("> quoted", Look::Quote, 2, 2);
        check("---", Look::Rule, 0, 0);
        check("* * *", Look::Rule, 0, 0);
        check("**bold**", Look::Text, 0, 0);
        check("--flag", Look::Text, 0, 0);
        check("", Look::Text, 0, 0);
    }

    #[test]
    fn a_fence_is_closed_by_its_own_kind() {
        let check = |open: &str, close: &str, expected: bool| {
            let fence = Fence::opened_by(open).unwrap();
            assert_eq!(fence.is_closed_by(close), expected, "{open} {close}");
        };
        check("```rust", "```", true);
        check("   ```", "  ```  ", true);
        check("````md", "```", false);
        check("```", "~~~", false);
        check("```", "```text", false);
        assert_eq!(Fence::opened_by("```inline``` code"), None);
        assert_eq!(Fence::opened_by("``two``"), None);
    }
}
