//! Colours code cheaply: comments, strings, numbers and common keywords, one line at a time.
//!
//! This is a help for the eye, not a grammar. One list of keywords serves all languages, because they agree
//! on most; what differs are comments and quotation marks.

use std::ops::Range;

use ratatui::style::Style;

use crate::tui::theme::Theme;

use super::Language;

/// Gives the coloured stretches of a line; what lies between them is plain.
pub(super) fn colours(line: &str, language: Language, theme: &Theme) -> Vec<(Range<usize>, Style)> {
    match language {
        Language::Plain => escapes(line, theme),
        Language::Diff => diff_line(line, theme).into_iter().collect(),
        _ => Scanner::new(line, language, theme).scan(),
    }
}

fn diff_line(line: &str, theme: &Theme) -> Option<(Range<usize>, Style)> {
    let style = match line.as_bytes() {
        [b'+', b'+', b'+', b' ', ..] | [b'-', b'-', b'-', b' ', ..] => theme.strong,
        [b'+', ..] => theme.added,
        [b'-', ..] => theme.removed,
        [b'@', b'@', ..] => theme.hunk,
        _ if line.starts_with("diff ") || line.starts_with("*** ") => theme.strong,
        _ if line.starts_with("index ") => theme.muted,
        _ => return None,
    };
    Some((0..line.len(), style))
}

/// Gives the colour sequences that a program left in its output; they are shown, but stand back.
fn escapes(line: &str, theme: &Theme) -> Vec<(Range<usize>, Style)> {
    line.match_indices("\u{1b}[")
        .map(|(at, _)| {
            let parameters = line[at + 2..]
                .bytes()
                .take_while(|byte| matches!(byte, 0x20..=0x3F))
                .count();
            let end = at + 2 + parameters;
            let has_end = matches!(line.as_bytes().get(end), Some(0x40..=0x7E));
            (at..end + usize::from(has_end), theme.muted)
        })
        .collect()
}

struct Scanner<'t> {
    line: &'t str,
    language: Language,
    theme: &'t Theme,
    found: Vec<(Range<usize>, Style)>,
    /// Quotation marks that are known to have no partner further on.
    unpaired: [bool; 3],
}

impl<'t> Scanner<'t> {
    fn new(line: &'t str, language: Language, theme: &'t Theme) -> Scanner<'t> {
        Scanner {
            line,
            language,
            theme,
            found: Vec::new(),
            unpaired: [false; 3],
        }
    }

    fn scan(mut self) -> Vec<(Range<usize>, Style)> {
        let bytes = self.line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let (end, style) = match bytes[at] {
                _ if self.is_comment(at) => (bytes.len(), Some(self.theme.comment)),
                b'/' if self.line[at..].starts_with("/*")
                    && self.language.comment() == Some("//") =>
                {
                    (self.block_end(at), Some(self.theme.comment))
                }
                b'*' if self.line[..at].trim().is_empty()
                    && matches!(bytes.get(at + 1), None | Some(b' ' | b'/'))
                    && self.language.comment() == Some("//") =>
                {
                    (bytes.len(), Some(self.theme.comment))
                }
                b'"' | b'\'' | b'`' => match self.string_end(at) {
                    Some(end) => (end, Some(self.theme.string)),
                    None => (at + 1, None),
                },
                b'0'..=b'9' => (self.word_end(at), Some(self.theme.number)),
                byte if is_word(byte) => {
                    let end = self.word_end(at);
                    (end, self.is_keyword(at..end).then_some(self.theme.keyword))
                }
                _ => (at + 1, None),
            };
            if let Some(style) = style {
                self.found.push((at..end, style));
            }
            at = end;
        }
        self.found
    }

    fn is_comment(&self, at: usize) -> bool {
        let Some(mark) = self.language.comment() else {
            return false;
        };
        if !self.line.as_bytes()[at..].starts_with(mark.as_bytes()) {
            return false;
        }
        match (
            self.language,
            at.checked_sub(1).map(|at| self.line.as_bytes()[at]),
        ) {
            (_, None) => true,
            // The slashes of an address and the number sign within a word begin no comment.
            (Language::Slash | Language::Script, Some(before)) => before != b':',
            (_, Some(before)) => before.is_ascii_whitespace(),
        }
    }

    fn block_end(&self, at: usize) -> usize {
        self.line[at + 2..]
            .find("*/")
            .map_or(self.line.len(), |end| at + 2 + end + 2)
    }

    fn word_end(&self, at: usize) -> usize {
        let bytes = &self.line.as_bytes()[at..];
        at + bytes.iter().take_while(|&&byte| is_word(byte)).count()
    }

    fn is_keyword(&self, word: Range<usize>) -> bool {
        let before = word.start.checked_sub(1).map(|at| self.line.as_bytes()[at]);
        if before == Some(b'.') {
            return false;
        }
        let word = &self.line[word];
        if self.language == Language::Dash {
            let word = word.to_ascii_lowercase();
            return is_in(KEYWORDS, &word) || is_in(QUERY_KEYWORDS, &word);
        }
        is_in(KEYWORDS, word)
    }

    /// Gives the end of the string that a quotation mark begins; `None` where it begins none on this line.
    fn string_end(&mut self, at: usize) -> Option<usize> {
        let bytes = self.line.as_bytes();
        let mark = bytes[at];
        let follows_word = at.checked_sub(1).is_some_and(|at| is_word(bytes[at]));
        if mark == b'\'' && self.language == Language::Slash {
            return self.character_end(at);
        }
        let kind = match mark {
            b'"' => 0,
            b'\'' => 1,
            _ => 2,
        };
        if self.unpaired[kind] || mark == b'\'' && follows_word {
            return None;
        }
        let mut next = at + 1;
        while next < bytes.len() {
            match bytes[next] {
                b'\\' => next += 2,
                byte if byte == mark => return Some(next + 1),
                _ => next += 1,
            }
        }
        self.unpaired[kind] = true;
        None
    }

    /// Gives the end of `'x'` or `'\n'`; a lifetime is neither.
    fn character_end(&self, at: usize) -> Option<usize> {
        let inside = &self.line[at + 1..];
        let mut chars = inside.char_indices();
        let (_, first) = chars.next()?;
        let close = if first == '\\' {
            let rest = inside.get(2..)?;
            2 + rest
                .char_indices()
                .take(10)
                .find(|(_, c)| *c == '\'')
                .map(|(at, _)| at)?
        } else {
            first.len_utf8()
        };
        inside[close..].starts_with('\'').then_some(at + close + 2)
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_in(list: &[&str], word: &str) -> bool {
    list.binary_search(&word).is_ok()
}

/// Words that the common languages keep for themselves, sorted.
const KEYWORDS: &[&str] = &[
    "False",
    "None",
    "Self",
    "True",
    "abstract",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "begin",
    "bool",
    "boolean",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "constructor",
    "continue",
    "crate",
    "def",
    "default",
    "defer",
    "del",
    "delete",
    "do",
    "done",
    "double",
    "dyn",
    "elif",
    "else",
    "elsif",
    "end",
    "enum",
    "esac",
    "except",
    "export",
    "extends",
    "extern",
    "false",
    "fi",
    "final",
    "finally",
    "float",
    "fn",
    "for",
    "foreach",
    "from",
    "func",
    "function",
    "global",
    "go",
    "goto",
    "if",
    "impl",
    "implements",
    "import",
    "in",
    "include",
    "instanceof",
    "int",
    "interface",
    "is",
    "lambda",
    "let",
    "local",
    "long",
    "loop",
    "match",
    "mod",
    "module",
    "move",
    "mut",
    "namespace",
    "new",
    "nil",
    "nonlocal",
    "not",
    "null",
    "nullptr",
    "operator",
    "or",
    "override",
    "package",
    "pass",
    "private",
    "protected",
    "pub",
    "public",
    "raise",
    "readonly",
    "ref",
    "require",
    "return",
    "self",
    "short",
    "signed",
    "static",
    "struct",
    "super",
    "switch",
    "template",
    "then",
    "this",
    "throw",
    "throws",
    "trait",
    "true",
    "try",
    "type",
    "typedef",
    "typename",
    "typeof",
    "undefined",
    "union",
    "unless",
    "unsafe",
    "unsigned",
    "until",
    "use",
    "using",
    "val",
    "var",
    "virtual",
    "void",
    "volatile",
    "when",
    "where",
    "while",
    "with",
    "yield",
];

/// What queries have besides, sorted.
const QUERY_KEYWORDS: &[&str] = &[
    "add",
    "all",
    "alter",
    "asc",
    "between",
    "by",
    "check",
    "column",
    "commit",
    "constraint",
    "create",
    "cross",
    "database",
    "desc",
    "distinct",
    "drop",
    "exists",
    "foreign",
    "full",
    "group",
    "having",
    "index",
    "inner",
    "insert",
    "integer",
    "into",
    "join",
    "key",
    "left",
    "like",
    "limit",
    "offset",
    "on",
    "order",
    "outer",
    "primary",
    "references",
    "right",
    "rollback",
    "select",
    "set",
    "table",
    "text",
    "transaction",
    "trigger",
    "unique",
    "update",
    "values",
    "view",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(KEYWORDS.is_sorted());
        assert!(QUERY_KEYWORDS.is_sorted());
    }

    /// Marks each stretch with the first letter of what it is.
    fn marked(line: &str, language: Language) -> String {
        let mut theme = Theme::named("dark").unwrap();
        theme.added = theme.added.bold();
        theme.number = theme.number.bold();
        let mut out = line.to_owned();
        for (range, style) in colours(line, language, &theme).into_iter().rev() {
            let letter = [
                (theme.keyword, 'k'),
                (theme.string, 's'),
                (theme.comment, 'c'),
                (theme.number, 'n'),
                (theme.added, '+'),
                (theme.removed, '-'),
                (theme.muted, 'm'),
            ]
            .into_iter()
            .find(|(known, _)| *known == style)
            .map_or('?', |(_, letter)| letter);
            out.insert(range.end, '›');
            out.insert_str(range.start, &format!("‹{letter}:"));
        }
        out
    }

    #[test]
    fn code_is_coloured() {
        let check =
            |language, line: &str, expected: &str| assert_eq!(marked(line, language), expected);
        check(
            Language::Slash,
            "let x: &'a str = \"no // here\"; // yes",
            "‹k:let› x: &'a str = ‹s:\"no // here\"›; ‹c:// yes›",
        );
        check(
            Language::Slash,
            "match c { '\\'' => 1, 'x' => 0x2F }",
            "‹k:match› c { ‹s:'\\''› => ‹n:1›, ‹s:'x'› => ‹n:0x2F› }",
        );
        check(Language::Slash, "a /* b */ c", "a ‹c:/* b */› c");
        check(
            Language::Slash,
            "see https://example.org",
            "see https://example.org",
        );
        check(
            Language::Script,
            "const s = 'it\\'s';",
            "‹k:const› s = ‹s:'it\\'s'›;",
        );
        check(Language::Hash, "echo don't # why", "echo don't ‹c:# why›");
        check(Language::Hash, "x = a#b", "x = a#b");
        check(
            Language::Dash,
            "SELECT a FROM b -- all",
            "‹k:SELECT› a ‹k:FROM› b ‹c:-- all›",
        );
        check(Language::Slash, "foo.type = item2", "foo.type = item2");
        check(Language::Diff, "+new", "‹+:+new›");
        check(Language::Diff, "-old", "‹-:-old›");
        check(
            Language::Plain,
            "\u{1b}[1;32mok\u{1b}[0m if",
            "‹m:\u{1b}[1;32m›ok‹m:\u{1b}[0m› if",
        );
        check(Language::Slash, "'", "'");
        check(Language::Slash, "'\\", "'\\");
        check(Language::Hash, "\"\\", "\"\\");
    }
}
