//! One table of keys: it feeds dispatch, footer, help page and README.
//!
//! Digits code and letters move; what a digit means comes from the codebook and is not here. No key needs a
//! chord that tmux, screen or ssh swallows, and each can be changed in the configuration file.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What the keyboard is for at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
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
    pub const ALL: [Mode; 10] = [
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
    pub fn title(self) -> &'static str {
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

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Commits, takes, opens: what the screen offers next.
    Enter,
    /// Leaves the mode.
    Leave,
    /// Ends the program.
    Quit,
    /// Steps back to add another code.
    AddCode,
    /// Says that this is no episode.
    NotEpisode,
    /// Begins a new episode on the turn under the cursor.
    NewEpisode,
    /// Removes the episode in the form.
    RemoveEpisode,
    /// The episode of this turn after the one in the form.
    NextEpisode,
    /// The next question of the form.
    NextStep,
    /// The question before.
    PreviousStep,
    /// The next code in the form, for the codebook pane.
    NextCode,
    /// The code before.
    PreviousCode,
    /// The next pushback turn.
    NextPushback,
    /// The pushback turn before.
    PreviousPushback,
    /// The next undecided pushback turn.
    NextUndecided,
    /// The next developer turn.
    NextTurn,
    /// The developer turn before.
    PreviousTurn,
    /// The next session.
    NextSession,
    /// The session before.
    PreviousSession,
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// One page down.
    PageDown,
    /// One page up.
    PageUp,
    /// The beginning.
    Top,
    /// The end.
    Bottom,
    /// Back to the turn in the form.
    Here,
    /// Opens or folds what is under the cursor.
    Fold,
    /// Opens or folds everything in the turn under the cursor.
    FoldAll,
    /// Shows the whole pinned instruction.
    Pinned,
    /// Selects a quotation.
    Quote,
    /// Takes the turn under the cursor as evidence.
    Evidence,
    /// Removes the last quotation of the episode.
    DropEvidence,
    /// Marks the turn as pushback, or unmarks it.
    Mark,
    /// Writes the memo.
    Memo,
    /// Puts the turn off.
    Defer,
    /// Says how sure one is.
    Certainty,
    /// Fills in an optional field.
    Extra,
    /// Opens the codebook.
    Codebook,
    /// Searches in this session.
    Search,
    /// The next place found.
    NextFound,
    /// The place found before.
    PreviousFound,
    /// Searches all developer turns.
    SearchAll,
    /// Lists the sessions.
    Sessions,
    /// Lists one's own decisions.
    Review,
    /// Takes the last act back.
    Undo,
    /// Does it again.
    Redo,
    /// Shows the keys.
    Help,
    /// Draws the screen anew.
    Redraw,
    /// Puts the program into the background.
    Suspend,
    /// One character to the left.
    Left,
    /// One character to the right.
    Right,
    /// One word to the left.
    WordLeft,
    /// One word to the right.
    WordRight,
    /// The beginning of the line.
    LineStart,
    /// The end of the line.
    LineEnd,
    /// Begins the selection here, or ends it.
    Anchor,
    /// Removes the character before.
    Backspace,
    /// Removes the character after.
    Delete,
    /// Removes the word before.
    DeleteWord,
    /// Removes everything before.
    DeleteLine,
    /// Begins a new line.
    NewLine,
    /// Takes the answer of the first side.
    TakeA,
    /// Takes the answer of the second side.
    TakeB,
    /// Takes the answer of the third side.
    TakeC,
    /// Takes the codes of all sides.
    TakeAll,
    /// Shows who the sides are, or hides it.
    Names,
}

/// A key as it is written in the table and in the configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    control: bool,
}

impl Key {
    /// Reads a key from its name: a character, `Enter`, `Esc`, `Tab`, `Space`, `PageDown`, `Ctrl-L` and the like.
    pub fn parse(name: &str) -> Option<Key> {
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
    pub fn name(self) -> String {
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
    pub fn of(event: KeyEvent) -> Option<Key> {
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
    pub fn typed(self) -> Option<char> {
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

/// One row of the table.
pub struct Binding {
    /// What the key does.
    pub action: Action,
    /// Name of the action in the configuration file.
    pub name: &'static str,
    /// The modes in which it does so.
    pub modes: &'static [Mode],
    /// The keys, the first of which is shown.
    pub keys: &'static [&'static str],
    /// One or two words for the footer.
    pub short: &'static str,
    /// A sentence for the help.
    pub help: &'static str,
}

const fn row(
    action: Action,
    name: &'static str,
    modes: &'static [Mode],
    keys: &'static [&'static str],
    short: &'static str,
    help: &'static str,
) -> Binding {
    Binding {
        action,
        name,
        modes,
        keys,
        short,
        help,
    }
}

const READ: &[Mode] = &[Mode::Read];
const READ_SETTLE: &[Mode] = &[Mode::Read, Mode::Settle];
const SETTLE: &[Mode] = &[Mode::Settle];
const READ_QUOTE: &[Mode] = &[Mode::Read, Mode::Quote, Mode::Settle];
const WRITE: &[Mode] = &[Mode::Write];
const QUOTE: &[Mode] = &[Mode::Quote];
const QUOTE_WRITE: &[Mode] = &[Mode::Quote, Mode::Write];
const MOVING: &[Mode] = &[
    Mode::Read,
    Mode::Quote,
    Mode::Codebook,
    Mode::List,
    Mode::Help,
    Mode::Settle,
];
const ARROWS: &[Mode] = &[Mode::Quote, Mode::Codebook, Mode::List, Mode::Help];
const SHUT: &[Mode] = &[
    Mode::Reason,
    Mode::Extra,
    Mode::Quote,
    Mode::Codebook,
    Mode::List,
    Mode::Help,
    Mode::Difference,
];
const ANY: &[Mode] = &Mode::ALL;

/// The table.
pub(super) const BINDINGS: &[Binding] = &[
    row(
        Action::Enter,
        "commit",
        READ,
        &["Enter"],
        "commit",
        "commit the turn when the form is complete, and go to the next undecided one",
    ),
    row(
        Action::AddCode,
        "add-code",
        READ,
        &[","],
        "add a code",
        "step back to the last question to add another code",
    ),
    row(
        Action::NotEpisode,
        "not-an-episode",
        READ_SETTLE,
        &["x"],
        "no episode",
        "not an episode: a digit then says why",
    ),
    row(
        Action::NewEpisode,
        "new-episode",
        READ,
        &["i"],
        "new episode",
        "begin a new episode here, also on a turn that is not marked",
    ),
    row(
        Action::RemoveEpisode,
        "remove-episode",
        READ,
        &["X"],
        "remove",
        "remove the episode in the form",
    ),
    row(
        Action::NextEpisode,
        "next-episode",
        READ,
        &[")"],
        "other episode",
        "show the next episode of this turn in the form",
    ),
    row(
        Action::NextStep,
        "next-question",
        READ,
        &["Tab", "Right"],
        "next question",
        "next question of the form",
    ),
    row(
        Action::PreviousStep,
        "previous-question",
        READ,
        &["BackTab", "Left"],
        "question before",
        "question before",
    ),
    row(
        Action::NextCode,
        "next-code",
        READ_SETTLE,
        &["Down"],
        "look at codes",
        "look at the next code in the codebook pane",
    ),
    row(
        Action::PreviousCode,
        "previous-code",
        READ_SETTLE,
        &["Up"],
        "code before",
        "look at the code before",
    ),
    row(
        Action::NextPushback,
        "next-pushback",
        READ_SETTLE,
        &["n"],
        "next",
        "next pushback turn",
    ),
    row(
        Action::PreviousPushback,
        "previous-pushback",
        READ_SETTLE,
        &["N"],
        "before",
        "pushback turn before",
    ),
    row(
        Action::NextUndecided,
        "next-undecided",
        READ,
        &["a"],
        "next undecided",
        "next undecided pushback turn, in this session or a later one",
    ),
    row(
        Action::NextTurn,
        "next-turn",
        READ_SETTLE,
        &["]"],
        "next turn",
        "next developer turn",
    ),
    row(
        Action::PreviousTurn,
        "previous-turn",
        READ_SETTLE,
        &["["],
        "turn before",
        "developer turn before",
    ),
    row(
        Action::NextSession,
        "next-session",
        READ,
        &["}"],
        "next session",
        "next session",
    ),
    row(
        Action::PreviousSession,
        "previous-session",
        READ,
        &["{"],
        "session before",
        "session before",
    ),
    row(Action::Down, "down", MOVING, &["j"], "down", "one row down"),
    row(Action::Up, "up", MOVING, &["k"], "up", "one row up"),
    row(
        Action::Down,
        "arrow-down",
        ARROWS,
        &["Down"],
        "down",
        "one row down",
    ),
    row(Action::Up, "arrow-up", ARROWS, &["Up"], "up", "one row up"),
    row(
        Action::PageDown,
        "page-down",
        MOVING,
        &["Space", "PageDown"],
        "page",
        "one page down",
    ),
    row(
        Action::PageUp,
        "page-up",
        MOVING,
        &["Backspace", "PageUp"],
        "page back",
        "one page up",
    ),
    row(
        Action::Top,
        "top",
        MOVING,
        &["g", "Home"],
        "top",
        "to the beginning",
    ),
    row(
        Action::Bottom,
        "bottom",
        MOVING,
        &["G", "End"],
        "end",
        "to the end",
    ),
    row(
        Action::Here,
        "here",
        READ_SETTLE,
        &["."],
        "back here",
        "back to the turn in the form",
    ),
    row(
        Action::Fold,
        "fold",
        READ_SETTLE,
        &["z"],
        "unfold",
        "unfold or fold what is under the cursor",
    ),
    row(
        Action::FoldAll,
        "fold-all",
        READ_SETTLE,
        &["Z"],
        "unfold all",
        "unfold or fold the whole turn under the cursor",
    ),
    row(
        Action::Pinned,
        "pinned",
        READ_SETTLE,
        &["'"],
        "instruction",
        "show the pinned instruction in full, or its beginning",
    ),
    row(
        Action::Quote,
        "quote",
        READ,
        &["v"],
        "quote",
        "select a quotation as evidence",
    ),
    row(
        Action::Evidence,
        "evidence",
        READ,
        &["e"],
        "evidence",
        "take the turn under the cursor as evidence, or let go of it",
    ),
    row(
        Action::DropEvidence,
        "drop-evidence",
        READ,
        &["E"],
        "drop evidence",
        "remove the last quotation of the episode",
    ),
    row(
        Action::Mark,
        "mark",
        READ,
        &["p"],
        "mark",
        "mark the turn under the cursor as pushback by hand, or unmark it",
    ),
    row(
        Action::Memo,
        "memo",
        READ_SETTLE,
        &["m"],
        "memo",
        "write a memo on the turn; others see it only after a merge",
    ),
    row(
        Action::Defer,
        "defer",
        READ,
        &["d"],
        "defer",
        "put the turn off, or take it up again",
    ),
    row(
        Action::Certainty,
        "certainty",
        READ,
        &["c"],
        "certainty",
        "say how sure you are: high, medium, low, nothing",
    ),
    row(
        Action::Extra,
        "optional",
        READ,
        &["o"],
        "optional",
        "fill in an optional field of the episode",
    ),
    row(
        Action::Codebook,
        "codebook",
        READ,
        &["b"],
        "codebook",
        "read the codebook, full screen",
    ),
    row(
        Action::Search,
        "search",
        &[Mode::Read, Mode::Codebook, Mode::Settle],
        &["/"],
        "search",
        "search in this session, or in the codebook",
    ),
    row(
        Action::NextFound,
        "next-found",
        READ_SETTLE,
        &[">"],
        "next found",
        "next place found",
    ),
    row(
        Action::PreviousFound,
        "previous-found",
        READ_SETTLE,
        &["<"],
        "found before",
        "place found before",
    ),
    row(
        Action::SearchAll,
        "search-all",
        READ_SETTLE,
        &["f"],
        "find",
        "search all developer turns of the study",
    ),
    row(
        Action::Sessions,
        "sessions",
        READ,
        &["s"],
        "sessions",
        "list the sessions with their progress",
    ),
    row(
        Action::Review,
        "review",
        READ,
        &["r"],
        "review",
        "list your own decisions, to open and change them",
    ),
    row(
        Action::Undo,
        "undo",
        READ_SETTLE,
        &["u"],
        "undo",
        "take the last act back, also after a restart",
    ),
    row(
        Action::Redo,
        "redo",
        READ_SETTLE,
        &["U"],
        "redo",
        "do again what was undone",
    ),
    row(
        Action::Help,
        "help",
        &[Mode::Read, Mode::Codebook, Mode::List, Mode::Settle],
        &["?"],
        "keys",
        "show all keys",
    ),
    row(
        Action::Quit,
        "quit",
        READ_SETTLE,
        &["q", "Ctrl-C"],
        "quit",
        "quit; everything is already stored",
    ),
    row(
        Action::Enter,
        "enter",
        &[
            Mode::Extra,
            Mode::Quote,
            Mode::Write,
            Mode::List,
            Mode::Codebook,
        ],
        &["Enter"],
        "take",
        "take what is chosen or written",
    ),
    row(
        Action::Anchor,
        "anchor",
        QUOTE,
        &["v"],
        "begin here",
        "begin the quotation at the cursor",
    ),
    row(
        Action::Left,
        "left",
        QUOTE,
        &["h"],
        "left",
        "one character to the left",
    ),
    row(
        Action::Right,
        "right",
        QUOTE,
        &["l"],
        "right",
        "one character to the right",
    ),
    row(
        Action::Left,
        "arrow-left",
        QUOTE_WRITE,
        &["Left"],
        "left",
        "one character to the left",
    ),
    row(
        Action::Right,
        "arrow-right",
        QUOTE_WRITE,
        &["Right"],
        "right",
        "one character to the right",
    ),
    row(
        Action::WordRight,
        "word-right",
        QUOTE,
        &["w"],
        "word",
        "one word to the right",
    ),
    row(
        Action::WordLeft,
        "word-left",
        QUOTE,
        &["b"],
        "word back",
        "one word to the left",
    ),
    row(
        Action::LineStart,
        "line-start",
        QUOTE,
        &["0"],
        "line start",
        "to the beginning of the line",
    ),
    row(
        Action::LineEnd,
        "line-end",
        QUOTE,
        &["$"],
        "line end",
        "to the end of the line",
    ),
    row(
        Action::LineStart,
        "text-start",
        WRITE,
        &["Home", "Ctrl-A"],
        "start",
        "to the beginning",
    ),
    row(
        Action::LineEnd,
        "text-end",
        WRITE,
        &["End", "Ctrl-E"],
        "end",
        "to the end",
    ),
    row(
        Action::Backspace,
        "backspace",
        WRITE,
        &["Backspace", "Ctrl-H"],
        "delete",
        "remove the character before",
    ),
    row(
        Action::Delete,
        "delete",
        WRITE,
        &["Delete", "Ctrl-D"],
        "delete",
        "remove the character after",
    ),
    row(
        Action::DeleteWord,
        "delete-word",
        WRITE,
        &["Ctrl-W"],
        "delete word",
        "remove the word before",
    ),
    row(
        Action::DeleteLine,
        "delete-line",
        WRITE,
        &["Ctrl-U"],
        "delete all",
        "remove everything before",
    ),
    row(
        Action::NewLine,
        "new-line",
        WRITE,
        &["Ctrl-J"],
        "new line",
        "begin a new line",
    ),
    row(
        Action::Leave,
        "leave",
        SHUT,
        &["q", "Esc", "Ctrl-C"],
        "back",
        "back to the transcript",
    ),
    row(
        Action::Leave,
        "cancel",
        WRITE,
        &["Esc", "Ctrl-C"],
        "cancel",
        "back without taking what is written",
    ),
    row(
        Action::TakeA,
        "take-a",
        SETTLE,
        &["a"],
        "A is right",
        "take the answer of side A",
    ),
    row(
        Action::TakeB,
        "take-b",
        SETTLE,
        &["b"],
        "B is right",
        "take the answer of side B",
    ),
    row(
        Action::TakeC,
        "take-c",
        SETTLE,
        &["c"],
        "C is right",
        "take the answer of side C, where more than two coders differ",
    ),
    row(
        Action::TakeAll,
        "take-all",
        SETTLE,
        &["+"],
        "both",
        "take the codes of all sides together",
    ),
    row(
        Action::NextUndecided,
        "next-difference",
        SETTLE,
        &["Enter"],
        "next open",
        "next difference that is not settled",
    ),
    row(
        Action::Names,
        "names",
        SETTLE,
        &["h"],
        "names",
        "show who the sides are, or hide it",
    ),
    row(
        Action::Codebook,
        "settle-codebook",
        SETTLE,
        &["B"],
        "codebook",
        "read the codebook, full screen",
    ),
    row(
        Action::Enter,
        "no-reason",
        &[Mode::Difference],
        &["Enter"],
        "no reason",
        "settle without saying why they differ",
    ),
    row(
        Action::Redraw,
        "redraw",
        ANY,
        &["Ctrl-L"],
        "redraw",
        "draw the screen anew",
    ),
    row(
        Action::Suspend,
        "suspend",
        READ_QUOTE,
        &["Ctrl-Z"],
        "suspend",
        "put the program into the background",
    ),
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
            if let Some(digit) = map.keys[at]
                .iter()
                .find(|key| key.typed().is_some_and(|c| c.is_ascii_digit()))
            {
                return Err(KeyError::Digit(digit.name()));
            }
        }
        map.check()?;
        Ok(map)
    }

    /// Gives what a key does in a mode.
    pub fn action(&self, mode: Mode, key: Key) -> Option<Action> {
        let rows = BINDINGS.iter().zip(&self.keys);
        rows.filter(|(binding, _)| binding.modes.contains(&mode))
            .find(|(_, keys)| keys.contains(&key))
            .map(|(binding, _)| binding.action)
    }

    /// Gives the name of the key that is shown for an action in a mode.
    pub fn shown(&self, mode: Mode, action: Action) -> String {
        let rows = BINDINGS.iter().zip(&self.keys);
        rows.filter(|(binding, _)| binding.modes.contains(&mode) && binding.action == action)
            .find_map(|(_, keys)| keys.first())
            .map(|key| key.name())
            .unwrap_or_default()
    }

    /// Gives the rows for a mode: key names, short words and sentence.
    pub fn rows(&self, mode: Mode) -> impl Iterator<Item = (String, &'static Binding)> {
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
