//! How things look: one style for each meaning, and the glyphs that stand beside words.
//!
//! Only the sixteen named colours are used, always on the terminal's own background, so that a theme fits
//! whatever palette its user has chosen. Nothing is told by colour alone: in `mono` there is none.

use ratatui::style::{Color, Modifier, Style};

/// Styles by meaning, and glyphs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Theme {
    /// Name by which it is chosen.
    pub(crate) name: &'static str,

    /// Ordinary words.
    pub(crate) text: Style,
    /// What stands back: Markdown marks, counts, hints.
    pub(crate) muted: Style,
    /// A heading in the agent's Markdown.
    pub(crate) heading: Style,
    /// `*so*` and `_so_`.
    pub(crate) emphasis: Style,
    /// `**so**`.
    pub(crate) strong: Style,
    /// `~~so~~`.
    pub(crate) struck: Style,
    /// A quotation in the agent's Markdown.
    pub(crate) quote: Style,
    /// Code within a sentence.
    pub(crate) code: Style,

    /// A word of the programming language.
    pub(crate) keyword: Style,
    /// A string in code.
    pub(crate) string: Style,
    /// A comment in code.
    pub(crate) comment: Style,
    /// A number in code.
    pub(crate) number: Style,
    /// A line that a diff adds.
    pub(crate) added: Style,
    /// A line that a diff removes.
    pub(crate) removed: Style,
    /// Where a piece of a diff belongs.
    pub(crate) hunk: Style,

    /// Name of a tool.
    pub(crate) tool: Style,
    /// A tool call that failed or was refused.
    pub(crate) failed: Style,
    /// The agent's reasoning.
    pub(crate) thinking: Style,
    /// What happened besides words: an interruption, a refusal.
    pub(crate) event: Style,

    /// What looks like a key or a password. Highlights lie over other styles.
    pub(crate) secret: Style,
    /// Words that make a turn look like pushback.
    pub(crate) cue: Style,
    /// Words that are quoted as evidence.
    pub(crate) evidence: Style,
    /// What was searched for.
    pub(crate) search: Style,
    /// What is being selected.
    pub(crate) selection: Style,

    /// The developer's name over a turn.
    pub(crate) developer: Style,
    /// The mark of a pushback turn.
    pub(crate) pushback: Style,
    /// The agent's name over a turn.
    pub(crate) agent: Style,

    /// Title of a pane.
    pub(crate) title: Style,
    /// Border of a pane.
    pub(crate) border: Style,
    /// Border and title of the pane that has the keys.
    pub(crate) focus: Style,
    /// The row under the cursor.
    pub(crate) cursor: Style,
    /// A key to press.
    pub(crate) key: Style,
    /// What was chosen.
    pub(crate) chosen: Style,
    /// Something to look at.
    pub(crate) warning: Style,
    /// Something that went wrong.
    pub(crate) error: Style,
    /// Something that is finished.
    pub(crate) done: Style,

    /// What is drawn beside words.
    pub(crate) glyphs: Glyphs,
}

/// Drawn signs; each takes one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Glyphs {
    /// Bar at the left of the turn under the cursor.
    pub(crate) gutter: &'static str,
    /// Mark of a pushback turn.
    pub(crate) pushback: &'static str,
    /// Mark of a row with what looks like a key.
    pub(crate) secret: &'static str,
    /// Mark of the row or choice under the cursor.
    pub(crate) cursor: &'static str,
    /// Before an entry of a list.
    pub(crate) bullet: &'static str,
    /// Before what can be folded and is open.
    pub(crate) open: &'static str,
    /// Before what is folded.
    pub(crate) closed: &'static str,
    /// What is finished or chosen.
    pub(crate) check: &'static str,
    /// What failed or was refused.
    pub(crate) cross: &'static str,
    /// Words left out.
    pub(crate) ellipsis: &'static str,
    /// From one thing to the next.
    pub(crate) arrow: &'static str,
    /// Between short pieces on a line.
    pub(crate) dot: &'static str,
    /// Left edge of code and of what was folded.
    pub(crate) edge: &'static str,
    /// Filled and empty piece of a bar.
    pub(crate) filled: &'static str,
    /// Empty piece of a bar.
    pub(crate) empty: &'static str,
    /// Horizontal line.
    pub(crate) horizontal: &'static str,
    /// Vertical line.
    pub(crate) vertical: &'static str,
    /// Corner of a box.
    pub(crate) top_left: &'static str,
    /// Corner of a box.
    pub(crate) top_right: &'static str,
    /// Corner of a box.
    pub(crate) bottom_left: &'static str,
    /// Corner of a box.
    pub(crate) bottom_right: &'static str,
    /// A vertical line with a branch to the right.
    pub(crate) tee_right: &'static str,
    /// A vertical line with a branch to the left.
    pub(crate) tee_left: &'static str,
    /// Crossing of two lines.
    pub(crate) crossing: &'static str,
}

impl Glyphs {
    /// Signs for terminals that show Unicode.
    pub(crate) const UNICODE: Glyphs = Glyphs {
        gutter: "▌",
        pushback: "◆",
        secret: "‡",
        cursor: "❯",
        bullet: "•",
        open: "▾",
        closed: "▸",
        check: "✓",
        cross: "✗",
        ellipsis: "…",
        arrow: "→",
        dot: "·",
        edge: "│",
        filled: "█",
        empty: "░",
        horizontal: "─",
        vertical: "│",
        top_left: "╭",
        top_right: "╮",
        bottom_left: "╰",
        bottom_right: "╯",
        tee_right: "├",
        tee_left: "┤",
        crossing: "┼",
    };

    /// Signs for every other terminal.
    pub(crate) const ASCII: Glyphs = Glyphs {
        gutter: "|",
        pushback: "!",
        secret: "$",
        cursor: ">",
        bullet: "*",
        open: "v",
        closed: ">",
        check: "x",
        cross: "!",
        ellipsis: "~",
        arrow: ">",
        dot: "-",
        edge: "|",
        filled: "#",
        empty: ".",
        horizontal: "-",
        vertical: "|",
        top_left: "+",
        top_right: "+",
        bottom_left: "+",
        bottom_right: "+",
        tee_right: "+",
        tee_left: "+",
        crossing: "+",
    };
}

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
const DIM: Style = Style::new().add_modifier(Modifier::DIM);
const ITALIC: Style = Style::new().add_modifier(Modifier::ITALIC);
const UNDERLINED: Style = Style::new().add_modifier(Modifier::UNDERLINED);
const REVERSED: Style = Style::new().add_modifier(Modifier::REVERSED);

/// A highlight is never dimmed by what lies under it.
const CLEAR: Style = Style::new().remove_modifier(Modifier::DIM);

impl Theme {
    /// Finds a theme by its name.
    pub(crate) fn named(name: &str) -> Option<Theme> {
        match name {
            "dark" => Some(Theme::dark()),
            "light" => Some(Theme::light()),
            "mono" => Some(Theme::mono()),
            _ => None,
        }
    }

    /// Gives the same theme with glyphs of ASCII only.
    #[must_use]
    pub(crate) fn ascii(self) -> Theme {
        Theme {
            glyphs: Glyphs::ASCII,
            ..self
        }
    }

    fn dark() -> Theme {
        Theme {
            name: "dark",
            heading: BOLD.fg(Color::Cyan),
            code: PLAIN.fg(Color::Cyan),
            keyword: PLAIN.fg(Color::Magenta),
            string: PLAIN.fg(Color::Green),
            number: PLAIN.fg(Color::Cyan),
            added: PLAIN.fg(Color::Green),
            removed: PLAIN.fg(Color::Red),
            hunk: PLAIN.fg(Color::Cyan),
            tool: BOLD.fg(Color::LightBlue),
            failed: BOLD.fg(Color::LightRed),
            event: BOLD.fg(Color::Yellow),
            secret: CLEAR
                .patch(ITALIC)
                .patch(UNDERLINED)
                .fg(Color::LightMagenta),
            cue: CLEAR.patch(BOLD).patch(UNDERLINED).fg(Color::LightYellow),
            evidence: CLEAR.patch(UNDERLINED).fg(Color::LightCyan),
            search: CLEAR.patch(REVERSED).fg(Color::Yellow),
            developer: BOLD.fg(Color::LightGreen),
            pushback: BOLD.fg(Color::LightRed),
            agent: BOLD.fg(Color::LightBlue),
            focus: BOLD.fg(Color::LightCyan),
            key: BOLD.fg(Color::LightCyan),
            chosen: BOLD.fg(Color::LightGreen),
            warning: PLAIN.fg(Color::Yellow),
            error: BOLD.fg(Color::LightRed),
            done: PLAIN.fg(Color::Green),
            ..Theme::mono()
        }
    }

    fn light() -> Theme {
        Theme {
            name: "light",
            heading: BOLD.fg(Color::Blue),
            code: PLAIN.fg(Color::Blue),
            keyword: PLAIN.fg(Color::Magenta),
            string: PLAIN.fg(Color::Green),
            number: PLAIN.fg(Color::Blue),
            added: PLAIN.fg(Color::Green),
            removed: PLAIN.fg(Color::Red),
            hunk: PLAIN.fg(Color::Blue),
            tool: BOLD.fg(Color::Blue),
            failed: BOLD.fg(Color::Red),
            event: BOLD.fg(Color::Magenta),
            secret: CLEAR.patch(ITALIC).patch(UNDERLINED).fg(Color::Magenta),
            cue: CLEAR.patch(BOLD).patch(UNDERLINED).fg(Color::Red),
            evidence: CLEAR.patch(UNDERLINED).fg(Color::Blue),
            search: CLEAR.patch(REVERSED).fg(Color::Magenta),
            developer: BOLD.fg(Color::Green),
            pushback: BOLD.fg(Color::Red),
            agent: BOLD.fg(Color::Blue),
            focus: BOLD.fg(Color::Blue),
            key: BOLD.fg(Color::Blue),
            chosen: BOLD.fg(Color::Green),
            warning: PLAIN.fg(Color::Magenta),
            error: BOLD.fg(Color::Red),
            done: PLAIN.fg(Color::Green),
            ..Theme::mono()
        }
    }

    fn mono() -> Theme {
        Theme {
            name: "mono",
            text: PLAIN,
            muted: DIM,
            heading: BOLD,
            emphasis: ITALIC,
            strong: BOLD,
            struck: PLAIN.add_modifier(Modifier::CROSSED_OUT),
            quote: ITALIC,
            code: BOLD,
            keyword: BOLD,
            string: PLAIN,
            comment: DIM.patch(ITALIC),
            number: PLAIN,
            added: BOLD,
            removed: DIM,
            hunk: UNDERLINED,
            tool: BOLD,
            failed: BOLD.patch(REVERSED),
            thinking: DIM.patch(ITALIC),
            event: BOLD,
            secret: CLEAR.patch(ITALIC).patch(UNDERLINED),
            cue: CLEAR.patch(BOLD).patch(UNDERLINED),
            evidence: CLEAR.patch(UNDERLINED).patch(REVERSED),
            search: CLEAR.patch(BOLD).patch(REVERSED),
            selection: CLEAR.patch(REVERSED),
            developer: BOLD,
            pushback: BOLD.patch(REVERSED),
            agent: BOLD,
            title: BOLD,
            border: DIM,
            focus: BOLD,
            cursor: REVERSED,
            key: BOLD,
            chosen: BOLD.patch(UNDERLINED),
            warning: BOLD,
            error: BOLD.patch(REVERSED),
            done: PLAIN,
            glyphs: Glyphs::UNICODE,
        }
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn styles(theme: &Theme) -> Vec<(String, Style)> {
        // The derived debug form names every field, so that a new style cannot be forgotten here.
        let shown = format!("{theme:?}");
        let named = [
            ("text", theme.text),
            ("muted", theme.muted),
            ("heading", theme.heading),
            ("emphasis", theme.emphasis),
            ("strong", theme.strong),
            ("struck", theme.struck),
            ("quote", theme.quote),
            ("code", theme.code),
            ("keyword", theme.keyword),
            ("string", theme.string),
            ("comment", theme.comment),
            ("number", theme.number),
            ("added", theme.added),
            ("removed", theme.removed),
            ("hunk", theme.hunk),
            ("tool", theme.tool),
            ("failed", theme.failed),
            ("thinking", theme.thinking),
            ("event", theme.event),
            ("secret", theme.secret),
            ("cue", theme.cue),
            ("evidence", theme.evidence),
            ("search", theme.search),
            ("selection", theme.selection),
            ("developer", theme.developer),
            ("pushback", theme.pushback),
            ("agent", theme.agent),
            ("title", theme.title),
            ("border", theme.border),
            ("focus", theme.focus),
            ("cursor", theme.cursor),
            ("key", theme.key),
            ("chosen", theme.chosen),
            ("warning", theme.warning),
            ("error", theme.error),
            ("done", theme.done),
        ];
        assert_eq!(
            shown.matches(": Style").count(),
            named.len(),
            "a style is missing here: {shown}"
        );
        named
            .into_iter()
            .map(|(name, style)| (name.to_owned(), style))
            .collect()
    }

    #[test]
    fn mono_has_no_colours() {
        for (name, style) in styles(&Theme::mono()) {
            assert_eq!((style.fg, style.bg), (None, None), "{name}");
        }
    }

    #[test]
    fn no_theme_paints_a_background_or_a_colour_without_a_name() {
        for theme in crate::tui::THEMES {
            for (name, style) in styles(&Theme::named(theme).unwrap()) {
                assert_eq!(style.bg, None, "{theme} {name}");
                let is_named = !matches!(style.fg, Some(Color::Rgb(..) | Color::Indexed(_)));
                assert!(is_named, "{theme} {name}");
            }
        }
    }

    #[test]
    fn highlights_differ_from_each_other_in_every_theme() {
        for name in crate::tui::THEMES {
            let theme = Theme::named(name).unwrap();
            let all = [
                theme.secret,
                theme.cue,
                theme.evidence,
                theme.search,
                theme.selection,
            ];
            for (at, one) in all.iter().enumerate() {
                assert!(!all[at + 1..].contains(one), "{name}");
            }
        }
    }

    #[test]
    fn every_glyph_takes_one_column() {
        for glyphs in [Glyphs::UNICODE, Glyphs::ASCII] {
            let shown = format!("{glyphs:?}");
            for glyph in shown.split('"').skip(1).step_by(2) {
                assert_eq!(glyph.width(), 1, "{glyph}");
            }
        }
        assert!(format!("{:?}", Glyphs::ASCII).is_ascii());
    }

    #[test]
    fn an_unknown_theme_is_none() {
        assert_eq!(Theme::named("solarized"), None);
        assert_eq!(Theme::named("dark").unwrap().name, "dark");
        let ascii = Theme::named("light").unwrap().ascii();
        assert_eq!(ascii.glyphs, Glyphs::ASCII);
    }
}
