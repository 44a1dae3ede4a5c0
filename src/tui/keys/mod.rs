//! One table of keys: it feeds dispatch, footer, help page and README.
//!
//! Digits code and letters move; what a digit means comes from the codebook and is not here. No key needs a
//! chord that tmux, screen or ssh swallows, and each can be changed in the configuration file.

mod action;
mod table;

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub(super) use action::Action;
pub(super) use table::{BINDINGS, Binding};

/// What the keyboard is for at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    /// Reading and labelling.
    Read,
    /// Choosing the reason for *not an episode*.
    Reason,
    /// Choosing and filling in an optional field.
    Extra,
    /// Writing a text.
    Write,
    /// Selecting a quotation.
    Quote,
    /// Reading the codebook, full screen.
    Codebook,
    /// Choosing from a list.
    List,
    /// Reading the help.
    Help,
    /// Settling what coders differ on.
    Settle,
    /// Saying why they differ.
    Difference,
}

impl Mode {
    /// All modes, in the order in which the help shows them.
    pub(super) const ALL: [Mode; 10] = [
        Mode::Read,
        Mode::Reason,
        Mode::Extra,
        Mode::Write,
        Mode::Quote,
        Mode::Codebook,
        Mode::List,
        Mode::Help,
        Mode::Settle,
        Mode::Difference,
    ];

    /// Gives the title of the mode in the help.
    pub(super) fn title(self) -> &'static str {
        match self {
            Mode::Read => "Reading and labelling",
            Mode::Reason => "Not an episode: why?",
            Mode::Extra => "Optional fields",
            Mode::Write => "Writing",
            Mode::Quote => "Selecting a quotation",
            Mode::Codebook => "Codebook",
            Mode::List => "Lists",
            Mode::Help => "Help",
            Mode::Settle => "Settling differences",
            Mode::Difference => "Why do they differ?",
        }
    }
}

/// A key as it is written in the table and in the configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    code: KeyCode,
    control: bool,
}

impl Key {
    /// Reads a key from its name: a character, `Enter`, `Esc`, `Tab`, `Space`, `PageDown`, `Ctrl-L` and the like.
    pub(super) fn parse(name: &str) -> Option<Key> {
        if let Some(letter) = name.strip_prefix("Ctrl-") {
            let mut letters = letter.chars();
            let code = KeyCode::Char(letters.next()?.to_ascii_lowercase());
            return letters.next().is_none().then_some(Key {
                code,
                control: true,
            });
        }
        let code = if let Some((_, code)) = NAMED.iter().find(|(own, _)| *own == name) {
            *code
        } else {
            let mut characters = name.chars();
            let code = KeyCode::Char(characters.next()?);
            if characters.next().is_some() {
                return None;
            }
            code
        };
        Some(Key {
            code,
            control: false,
        })
    }

    /// Gives the name of the key.
    pub(super) fn name(self) -> String {
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            return (*name).to_owned();
        }
        match self.code {
            KeyCode::Char(letter) if self.control => {
                format!("Ctrl-{}", letter.to_ascii_uppercase())
            }
            KeyCode::Char(letter) => letter.to_string(),
            other => format!("{other:?}"),
        }
    }

    /// Gives the key of an event; `None` where a modifier is held that no binding uses.
    pub(super) fn of(event: KeyEvent) -> Option<Key> {
        if event
            .modifiers
            .intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META)
        {
            return None;
        }
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        Some(Key {
            code: event.code,
            control: control && matches!(event.code, KeyCode::Char(_)),
        })
    }

    /// Gives the character that the key types; `None` for keys that type none.
    pub(super) fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(letter) if !self.control => Some(letter),
            _ => None,
        }
    }
}

const NAMED: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("BackTab", KeyCode::BackTab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
];

/// The keys in force.
#[derive(Debug, Clone)]
pub struct KeyMap {
    keys: Vec<Vec<Key>>,
}

/// Why a key cannot be changed as the configuration asks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No action has this name.
    #[error("there is no action {0}; `pushback keys` lists them")]
    NoAction(String),
    /// No key has this name.
    #[error("{0} is no key: write a character, or a name like Enter, Tab, PageDown, Ctrl-L")]
    NoKey(String),
    /// Two actions want one key.
    #[error("{key} would do two things in one place: {first} and {second}")]
    Twice {
        /// The key.
        key: String,
        /// One action.
        first: String,
        /// The other.
        second: String,
    },
    /// A digit is wanted for something else than a code.
    #[error("{0} is a digit, and digits code")]
    Digit(String),
    /// A character is wanted for something that is done while a text is written.
    #[error(
        "{key} would not reach a text: {action} needs a key that types nothing, like Esc or Ctrl-G"
    )]
    Types {
        /// The key.
        key: String,
        /// The action.
        action: String,
    },
    /// Something is left without a key that nobody can do without.
    #[error("{0} needs a key: there is no other way on, or out")]
    None(String),
}

impl KeyMap {
    /// Gives the keys of the table.
    pub fn standard() -> KeyMap {
        let keys = BINDINGS.iter().map(|binding| {
            binding
                .keys
                .iter()
                .filter_map(|name| Key::parse(name))
                .collect()
        });
        KeyMap {
            keys: keys.collect(),
        }
    }

    /// Gives the keys of the table with some of them changed: action name to key names.
    ///
    /// # Errors
    ///
    /// [`KeyError`] for the first change that cannot be made.
    pub fn changed(changes: &BTreeMap<String, Vec<String>>) -> Result<KeyMap, KeyError> {
        let mut map = KeyMap::standard();
        for (action, names) in changes {
            let at = BINDINGS
                .iter()
                .position(|binding| binding.name == action)
                .ok_or_else(|| KeyError::NoAction(action.clone()))?;
            let keys = names
                .iter()
                .map(|name| Key::parse(name).ok_or_else(|| KeyError::NoKey(name.clone())));
            map.keys[at] = keys.collect::<Result<_, _>>()?;
            fits(&BINDINGS[at], &map.keys[at])?;
        }
        map.check()?;
        Ok(map)
    }

    /// Gives what a key does in a mode.
    pub(super) fn action(&self, mode: Mode, key: Key) -> Option<Action> {
        let rows = BINDINGS.iter().zip(&self.keys);
        rows.filter(|(binding, _)| binding.modes.contains(&mode))
            .find(|(_, keys)| keys.contains(&key))
            .map(|(binding, _)| binding.action)
    }

    /// Gives the name of the key that is shown for an action in a mode.
    pub(super) fn shown(&self, mode: Mode, action: Action) -> String {
        let rows = BINDINGS.iter().zip(&self.keys);
        rows.filter(|(binding, _)| binding.modes.contains(&mode) && binding.action == action)
            .find_map(|(_, keys)| keys.first())
            .map(|key| key.name())
            .unwrap_or_default()
    }

    /// Gives the rows for a mode: key names, short words and sentence.
    pub(super) fn rows(&self, mode: Mode) -> impl Iterator<Item = (String, &'static Binding)> {
        BINDINGS
            .iter()
            .zip(&self.keys)
            .filter(move |(binding, _)| binding.modes.contains(&mode))
            .map(|(binding, keys)| {
                let names: Vec<String> = keys.iter().map(|key| key.name()).collect();
                (names.join(" "), binding)
            })
    }

    /// Gives every action that can get other keys: name, keys, what it does.
    pub fn actions(&self) -> Vec<(&'static str, String, &'static str)> {
        let names = |keys: &[Key]| {
            keys.iter()
                .map(|key| key.name())
                .collect::<Vec<_>>()
                .join(" ")
        };
        BINDINGS
            .iter()
            .zip(&self.keys)
            .map(|(own, keys)| (own.name, names(keys), own.help))
            .collect()
    }

    fn check(&self) -> Result<(), KeyError> {
        for mode in Mode::ALL {
            let mut seen: Vec<(Key, &Binding)> = Vec::new();
            for (binding, keys) in BINDINGS
                .iter()
                .zip(&self.keys)
                .filter(|(own, _)| own.modes.contains(&mode))
            {
                for &key in keys {
                    if let Some((_, first)) = seen.iter().find(|(other, _)| *other == key) {
                        let (first, second) = (first.name.to_owned(), binding.name.to_owned());
                        return Err(KeyError::Twice {
                            key: key.name(),
                            first,
                            second,
                        });
                    }
                    seen.push((key, binding));
                }
            }
        }
        Ok(())
    }
}

/// Tells whether an action can have these keys, whatever the others have.
fn fits(binding: &Binding, keys: &[Key]) -> Result<(), KeyError> {
    let action = || binding.name.to_owned();
    let leads_on = binding.keys.contains(&"Enter");
    if keys.is_empty() && (leads_on || matches!(binding.action, Action::Leave | Action::Quit)) {
        return Err(KeyError::None(action()));
    }
    let writes = binding.modes.contains(&Mode::Write);
    for key in keys {
        match key.typed() {
            Some(letter) if letter.is_ascii_digit() => return Err(KeyError::Digit(key.name())),
            Some(_) if writes => {
                let (key, action) = (key.name(), action());
                return Err(KeyError::Types { key, action });
            }
            _ => (),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_claim_one_key_in_one_mode() {
        assert_eq!(KeyMap::standard().check(), Ok(()));
    }

    #[test]
    fn every_name_in_the_table_is_a_key() {
        for name in BINDINGS.iter().flat_map(|binding| binding.keys) {
            assert_eq!(Key::parse(name).map(Key::name).as_deref(), Some(*name));
        }
    }

    #[test]
    fn every_mode_can_be_left() {
        let map = KeyMap::standard();
        for mode in Mode::ALL {
            let leaves = map
                .rows(mode)
                .any(|(_, row)| matches!(row.action, Action::Leave | Action::Quit));
            assert!(leaves, "{mode:?}");
        }
    }

    #[test]
    fn keys_can_be_changed_but_not_into_nonsense() {
        let change = |action: &str, key: &str| {
            KeyMap::changed(&BTreeMap::from([(action.to_owned(), vec![key.to_owned()])]))
        };
        let map = change("undo", "y").unwrap();
        assert_eq!(
            map.action(Mode::Read, Key::parse("y").unwrap()),
            Some(Action::Undo)
        );
        assert_eq!(map.action(Mode::Read, Key::parse("u").unwrap()), None);
        assert!(matches!(change("undoo", "y"), Err(KeyError::NoAction(_))));
        assert!(matches!(change("undo", "yy"), Err(KeyError::NoKey(_))));
        assert!(matches!(change("undo", "n"), Err(KeyError::Twice { .. })));
        assert!(matches!(change("undo", "3"), Err(KeyError::Digit(_))));
    }

    #[test]
    fn no_key_takes_a_letter_away_from_a_text() {
        let change = |action: &str, key: &str| {
            KeyMap::changed(&BTreeMap::from([(action.to_owned(), vec![key.to_owned()])]))
        };
        for action in ["cancel", "enter", "redraw", "backspace", "text-start"] {
            for key in ["q", "Space", "ß"] {
                let refused = change(action, key).unwrap_err();
                assert!(matches!(refused, KeyError::Types { .. }), "{action} {key}");
            }
        }
        assert!(change("cancel", "Ctrl-G").is_ok());
    }

    #[test]
    fn what_leads_on_or_out_keeps_a_key() {
        let without =
            |action: &str| KeyMap::changed(&BTreeMap::from([(action.to_owned(), vec![])]));
        for action in [
            "quit",
            "leave",
            "cancel",
            "commit",
            "enter",
            "next-difference",
            "no-reason",
        ] {
            assert_eq!(
                without(action).unwrap_err(),
                KeyError::None(action.to_owned())
            );
        }
        assert!(without("undo").is_ok());
    }

    #[test]
    fn names_of_actions_are_unique() {
        for (at, binding) in BINDINGS.iter().enumerate() {
            assert!(
                BINDINGS[..at]
                    .iter()
                    .all(|other| other.name != binding.name),
                "{}",
                binding.name
            );
        }
    }
}
