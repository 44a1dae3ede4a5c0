//! Writing a text: a memo, a descriptor, words to search for.

use super::{App, Effect, Screen};
use crate::tui::keys::Action;

/// A text that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct TextEntry {
    /// What it is for.
    pub(in crate::tui) purpose: Purpose,
    /// What to write.
    pub(in crate::tui) prompt: String,
    /// The text.
    pub(in crate::tui) text: String,
    /// Where the cursor is, in bytes.
    pub(in crate::tui) cursor: usize,
}

/// What a text is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) enum Purpose {
    /// The words of the code at which the form stands.
    Code,
    /// The words of this reason.
    Reason(String),
    /// This optional field.
    Extra(String),
    /// The memo of the turn.
    Memo,
    /// A search in this session.
    Search,
    /// A search in all developer turns.
    SearchAll,
    /// A search in the codebook.
    Codebook,
}

impl Purpose {
    /// Tells whether the text goes into the study file.
    pub(super) fn is_stored(&self) -> bool {
        !matches!(
            self,
            Purpose::Search | Purpose::SearchAll | Purpose::Codebook
        )
    }
}

impl TextEntry {
    /// Begins with a text, the cursor at its end.
    pub(super) fn new(purpose: Purpose, prompt: &str, text: &str) -> TextEntry {
        TextEntry {
            purpose,
            prompt: prompt.to_owned(),
            text: text.to_owned(),
            cursor: text.len(),
        }
    }

    fn insert(&mut self, text: &str) {
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
    }

    fn before(&self) -> usize {
        self.text[..self.cursor]
            .char_indices()
            .next_back()
            .map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..]
            .chars()
            .next()
            .map_or(self.cursor, |c| self.cursor + c.len_utf8())
    }

    fn remove(&mut self, range: std::ops::Range<usize>) {
        self.cursor = range.start;
        self.text.replace_range(range, "");
    }

    fn edit(&mut self, action: Action) {
        match action {
            Action::Left => self.cursor = self.before(),
            Action::Right => self.cursor = self.after(),
            Action::LineStart => self.cursor = 0,
            Action::LineEnd => self.cursor = self.text.len(),
            Action::Backspace => self.remove(self.before()..self.cursor),
            Action::Delete => self.remove(self.cursor..self.after()),
            Action::DeleteLine => self.remove(0..self.cursor),
            Action::DeleteWord => {
                let kept = self.text[..self.cursor].trim_end();
                let start = kept.rfind(char::is_whitespace).map_or(0, |at| at + 1);
                // The blank before the word may take more than one byte.
                let start = (start..=kept.len())
                    .find(|&at| self.text.is_char_boundary(at))
                    .unwrap_or(0);
                self.remove(start..self.cursor);
            }
            Action::NewLine if self.purpose == Purpose::Memo => self.insert("\n"),
            _ => (),
        }
    }
}

impl App {
    pub(super) fn typed(&mut self, letter: char) -> Option<Effect> {
        if let Screen::Write(entry) = &mut self.screen
            && !letter.is_control()
        {
            entry.insert(letter.encode_utf8(&mut [0; 4]));
        }
        None
    }

    /// Takes a pasted text where a text is being written; elsewhere it would be read as keys, and label turns.
    pub(super) fn pasted(&mut self, text: &str) -> Option<Effect> {
        let Screen::Write(entry) = &mut self.screen else {
            return self.refuse("pasted text is ignored here");
        };
        let keeps_lines = entry.purpose == Purpose::Memo;
        let clean = |c: char| match c {
            '\n' | '\r' | '\t' if !keeps_lines => Some(' '),
            '\r' | '\n' => Some('\n'),
            '\t' => Some(' '),
            c if c.is_control() => None,
            c => Some(c),
        };
        let text: String = text
            .replace("\r\n", "\n")
            .chars()
            .filter_map(clean)
            .collect();
        entry.insert(&text);
        None
    }

    pub(super) fn act_writing(&mut self, action: Action) -> Option<Effect> {
        let Screen::Write(entry) = &mut self.screen else {
            return None;
        };
        match action {
            Action::Leave => {
                let back = entry.purpose == Purpose::Codebook;
                self.screen = Screen::Read;
                if back { self.show_codebook() } else { None }
            }
            Action::Enter => {
                let (purpose, text) = (entry.purpose.clone(), entry.text.clone());
                self.written(&purpose, &text)
            }
            _ => {
                entry.edit(action);
                None
            }
        }
    }

    /// Takes a finished text. One that is refused stays on the screen, so that it can be mended.
    fn written(&mut self, purpose: &Purpose, text: &str) -> Option<Effect> {
        match purpose {
            Purpose::Code => self.write_code_text(text),
            Purpose::Reason(reason) => self.write_reason_text(reason, text),
            Purpose::Extra(field) => self.write_extra(field, text),
            Purpose::Memo => self.write_memo(text),
            Purpose::Search => self.search(text),
            Purpose::SearchAll => self.search_all(text),
            Purpose::Codebook => self.filter_codebook(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> TextEntry {
        TextEntry::new(Purpose::Memo, "", text)
    }

    #[test]
    fn editing_never_splits_a_character() {
        let check = |text: &str, actions: &[Action], expected: &str| {
            let mut entry = entry(text);
            for action in actions {
                entry.edit(*action);
            }
            assert_eq!(entry.text, expected);
        };
        check("näh", &[Action::Left, Action::Backspace], "nh");
        check(
            "no, not\u{3000}that",
            &[Action::DeleteWord],
            "no, not\u{3000}",
        );
        check(
            "no, not that ",
            &[Action::DeleteWord, Action::DeleteWord],
            "no, ",
        );
        check("ça", &[Action::LineStart, Action::Delete], "a");
        check("a", &[Action::Delete, Action::NewLine], "a\n");
        check(
            "",
            &[Action::Backspace, Action::Left, Action::DeleteWord],
            "",
        );
    }
}
