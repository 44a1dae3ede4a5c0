//! Keys as they are written in these tests.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use pushback::tui::Input;

/// One thing that reaches the program.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Key(KeyCode, KeyModifiers),
    /// The same, with more keys waiting behind it.
    Hurried(KeyCode),
    Paste(String),
    Resize(u16, u16),
}

impl Step {
    pub(super) fn input(&self) -> Input {
        match self {
            Step::Key(code, held) => Input::Event(Event::Key(KeyEvent::new(*code, *held))),
            Step::Hurried(code) => {
                Input::Hurried(Event::Key(KeyEvent::new(*code, KeyModifiers::NONE)))
            }
            Step::Paste(text) => Input::Event(Event::Paste(text.clone())),
            Step::Resize(width, height) => Input::Event(Event::Resize(*width, *height)),
        }
    }
}

/// Reads keys: characters stand for themselves, and `<Enter>`, `<Ctrl-Z>`, `<lt>`, `<80x24>`, `<paste:words>`,
/// `<hurry:keys>` for what has no character.
pub(super) fn script(keys: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        if first == '<' {
            let end = rest.find('>').unwrap_or_else(|| panic!("no > in {rest:?}"));
            steps.extend(named(&rest[1..end]));
            rest = &rest[end + 1..];
        } else {
            steps.push(Step::Key(KeyCode::Char(first), KeyModifiers::NONE));
            rest = &rest[first.len_utf8()..];
        }
    }
    steps
}

fn named(name: &str) -> Vec<Step> {
    if let Some(text) = name.strip_prefix("paste:") {
        return vec![Step::Paste(text.to_owned())];
    }
    if let Some(keys) = name.strip_prefix("hurry:") {
        return keys
            .chars()
            .map(|key| Step::Hurried(KeyCode::Char(key)))
            .collect();
    }
    if let Some((width, height)) = name.split_once('x')
        && let (Ok(width), Ok(height)) = (width.parse(), height.parse())
    {
        return vec![Step::Resize(width, height)];
    }
    if let Some(letter) = name.strip_prefix("Ctrl-") {
        let letter = letter.chars().next().unwrap().to_ascii_lowercase();
        return vec![Step::Key(KeyCode::Char(letter), KeyModifiers::CONTROL)];
    }
    vec![Step::Key(code(name), KeyModifiers::NONE)]
}

fn code(name: &str) -> KeyCode {
    match name {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "BackTab" => KeyCode::BackTab,
        "Backspace" => KeyCode::Backspace,
        "Delete" => KeyCode::Delete,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "PageUp" => KeyCode::PageUp,
        "PageDown" => KeyCode::PageDown,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "lt" => KeyCode::Char('<'),
        other => panic!("no key {other:?}"),
    }
}
