//! Emphasis and code within a line of Markdown. The marks stay, so that what is seen can be quoted.

use std::ops::Range;

use ratatui::style::Style;

use crate::tui::theme::Theme;

/// Gives the styled stretches of a line; what lies between them is plain.
pub(super) fn emphasis(line: &str, theme: &Theme) -> Vec<(Range<usize>, Style)> {
    Scanner::new(line, theme).scan()
}

/// Gives only the code within a line: what a developer typed has no other marks for certain.
pub(super) fn code_only(line: &str, theme: &Theme) -> Vec<(Range<usize>, Style)> {
    let mut scanner = Scanner::new(line, theme);
    scanner.only_code = true;
    scanner.scan()
}

/// The marks of emphasis, longest first where they begin alike.
const MARKS: [&str; 4] = ["**", "~~", "*", "_"];

struct Scanner<'t> {
    line: &'t str,
    theme: &'t Theme,
    found: Vec<(Range<usize>, Style)>,
    only_code: bool,
    /// Marks that are open, and those that are known to be closed by nothing further on.
    open: [bool; MARKS.len()],
    hopeless: [bool; MARKS.len()],
    /// Where the stretch since the last mark begins.
    plain: usize,
}

impl<'t> Scanner<'t> {
    fn new(line: &'t str, theme: &'t Theme) -> Scanner<'t> {
        Scanner {
            line,
            theme,
            found: Vec::new(),
            only_code: false,
            open: [false; MARKS.len()],
            hopeless: [false; MARKS.len()],
            plain: 0,
        }
    }

    fn scan(mut self) -> Vec<(Range<usize>, Style)> {
        let bytes = self.line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            at = match bytes[at] {
                b'\\' if !self.only_code => {
                    let follower = bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation);
                    at + 1 + usize::from(follower)
                }
                b'`' => self.code(at),
                b'*' | b'_' | b'~' if !self.only_code => self.mark(at),
                _ => at + 1,
            };
        }
        self.close_plain(bytes.len());
        self.found
    }

    /// Takes a run of backticks, and the code up to the next run of the same length.
    fn code(&mut self, at: usize) -> usize {
        let ticks = run(self.line, at);
        let mut next = at + ticks;
        while let Some(found) = self.line[next..].find('`') {
            let length = run(self.line, next + found);
            if length == ticks {
                let (inside, end) = (next + found, next + found + length);
                self.close_plain(at);
                let under = self.current();
                self.found
                    .push((at..at + ticks, under.patch(self.theme.muted)));
                self.found
                    .push((at + ticks..inside, under.patch(self.theme.code)));
                self.found
                    .push((inside..end, under.patch(self.theme.muted)));
                self.plain = end;
                return end;
            }
            next += found + length;
        }
        at + ticks
    }

    fn mark(&mut self, at: usize) -> usize {
        let rest = &self.line[at..];
        let Some(kind) = MARKS.iter().position(|mark| rest.starts_with(mark)) else {
            return at + 1;
        };
        let end = at + MARKS[kind].len();
        let length = run(self.line, at);
        if length > 1 && rest.starts_with('_') {
            // Among programmers `__init__` is a name more often than emphasis.
            return at + length;
        }
        let takes = if self.open[kind] {
            self.can_close(kind, at)
        } else {
            length <= 3 && self.can_open(kind, at) && self.is_closed_later(kind, end)
        };
        if !takes {
            // A run that means nothing is passed as a whole: `****` is no emphasis.
            return if length > 3 { at + length } else { end };
        }
        self.close_plain(at);
        self.open[kind] = !self.open[kind];
        self.found.push((at..end, self.theme.muted));
        self.plain = end;
        end
    }

    fn can_open(&self, kind: usize, at: usize) -> bool {
        let before = self.line[..at].chars().next_back();
        let after = self.line[at..]
            .trim_start_matches(&MARKS[kind][..1])
            .chars()
            .next();
        let within_word = MARKS[kind].starts_with('_') && before.is_some_and(char::is_alphanumeric);
        after.is_some_and(|c| !c.is_whitespace()) && !within_word
    }

    fn can_close(&self, kind: usize, at: usize) -> bool {
        let before = self.line[..at].chars().next_back();
        let after = self.line[at + MARKS[kind].len()..].chars().next();
        let within_word = MARKS[kind].starts_with('_') && after.is_some_and(char::is_alphanumeric);
        before.is_some_and(|c| !c.is_whitespace()) && !within_word
    }

    /// Looks for a closing mark once for each kind: where there is none, there is none for later openings.
    fn is_closed_later(&mut self, kind: usize, from: usize) -> bool {
        if self.hopeless[kind] {
            return false;
        }
        let mark = MARKS[kind];
        let mut next = from;
        while let Some(found) = self.line[next..].find(mark) {
            let at = next + found;
            let marks = self.line.as_bytes()[at..].iter().take(3);
            let length = marks
                .take_while(|&&byte| byte == mark.as_bytes()[0])
                .count();
            let is_longer = mark.len() == 1 && length == 2;
            if at > from && !is_longer && self.can_close(kind, at) {
                return true;
            }
            next = at + if is_longer { 2 } else { mark.len() };
        }
        self.hopeless[kind] = true;
        false
    }

    fn current(&self) -> Style {
        let theme = self.theme;
        [theme.strong, theme.struck, theme.emphasis, theme.emphasis]
            .into_iter()
            .zip(self.open)
            .filter(|(_, open)| *open)
            .fold(Style::new(), |style, (own, _)| style.patch(own))
    }

    fn close_plain(&mut self, at: usize) {
        let style = self.current();
        if self.plain < at && style != Style::new() {
            self.found.push((self.plain..at, style));
        }
        self.plain = at;
    }
}

/// Gives how often the byte at `at` is repeated from there on.
fn run(line: &str, at: usize) -> usize {
    let bytes = &line.as_bytes()[at..];
    bytes.iter().take_while(|&&byte| byte == bytes[0]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(line: &str) -> String {
        let theme = Theme::named("dark").unwrap();
        let mut out = line.to_owned();
        for (range, style) in emphasis(line, &theme).into_iter().rev() {
            let letter = [
                (theme.muted, "m"),
                (theme.strong, "b"),
                (theme.emphasis, "i"),
                (theme.strong.patch(theme.emphasis), "bi"),
                (theme.struck, "s"),
                (theme.code, "c"),
                (theme.strong.patch(theme.code), "bc"),
                (theme.strong.patch(theme.muted), "bm"),
            ]
            .into_iter()
            .find(|(known, _)| *known == style)
            .map_or("?", |(_, letter)| letter);
            out.insert(range.end, '›');
            out.insert_str(range.start, &format!("‹{letter}:"));
        }
        out
    }

    #[test]
    fn emphasis_keeps_its_marks() {
        let check = |line: &str, expected: &str| assert_eq!(marked(line), expected, "{line}");
        check("plain", "plain");
        check("a **b** c", "a ‹m:**›‹b:b›‹m:**› c");
        check(
            "*a* _b_ ~~c~~",
            "‹m:*›‹i:a›‹m:*› ‹m:_›‹i:b›‹m:_› ‹m:~~›‹s:c›‹m:~~›",
        );
        check("use `x*y` now", "use ‹m:`›‹c:x*y›‹m:`› now");
        check("``a ` b``", "‹m:``›‹c:a ` b›‹m:``›");
        check("**see `f`**", "‹m:**›‹b:see ›‹bm:`›‹bc:f›‹bm:`›‹m:**›");
        check("**a *b* c**", "‹m:**›‹b:a ›‹m:*›‹bi:b›‹m:*›‹b: c›‹m:**›");
        check("***a***", "‹m:**›‹m:*›‹bi:a›‹m:**›‹m:*›");
    }

    #[test]
    fn what_only_looks_like_emphasis_is_plain() {
        let check = |line: &str| assert_eq!(marked(line), line);
        check("a snake_case_name and __init__.py's x_");
        check("2 * 3 * 4");
        check("**never closed");
        check("`never closed");
        check("src/**/*.rs");
        check("\\*not\\*");
        check("****");
        check("");
    }

    #[test]
    fn many_open_marks_take_no_longer_than_few() {
        let line = "*a _b **c ~~e ` ".repeat(20_000);
        let begun = std::time::Instant::now();
        emphasis(&line, &Theme::named("dark").unwrap());
        assert!(begun.elapsed().as_secs() < 2);
    }
}
