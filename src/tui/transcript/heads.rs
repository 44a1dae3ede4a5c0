//! Rows in the program's own words: what stands for a folded part, for an event, for lines left out.

use ratatui::style::Style;

use crate::model::{Event, EventKind, Part, PartKind, Role, Tool, ToolStatus, Turn};
use crate::tui::theme::Theme;

use super::brush::{Brush, Ink};
use super::wrap;

/// Columns after which the end of a tool's row would be too far from its beginning to be read with it.
const BROADEST: usize = 110;

/// Writes the row that stands for a part. `ink` carries the highlights that lie somewhere in a folded part.
pub(super) fn head(
    brush: &mut Brush<'_>,
    turn: &Turn,
    part: &Part,
    (open, lines): (bool, u32),
    (ink, theme): (&Ink<'_>, &Theme),
) {
    let whole = part.start..part.end.max(part.start + 1);
    let (fold, fold_style) = if open {
        (theme.glyphs.open, theme.muted)
    } else {
        let style = ink.highlighted(theme.muted, whole, theme);
        (theme.glyphs.closed, style)
    };
    brush.put(fold, fold_style);
    brush.skip(1);
    match &part.kind {
        PartKind::Tool(tool) => tool_head(brush, tool, lines, theme),
        PartKind::Injected(name) => {
            let name = if name.is_empty() { "injected" } else { name };
            words_head(brush, turn, part, name, (lines, open), theme);
        }
        PartKind::Thinking | PartKind::Prose => {
            words_head(brush, turn, part, "thinking", (lines, open), theme);
        }
    }
}

/// Writes `Bash  cargo test --all   exit 1   120 lines`, with the end at the right.
fn tool_head(brush: &mut Brush<'_>, tool: &Tool, lines: u32, theme: &Theme) {
    let name = if tool.name.is_empty() {
        "tool"
    } else {
        &tool.name
    };
    let status = status(tool.status, theme);
    let size = match (lines, tool.status) {
        (0, None | Some(ToolStatus::Refused)) => String::new(),
        (0, Some(_)) => "no output".to_owned(),
        _ => count(lines),
    };
    let (word, status_style) = &status;
    // On a narrow screen the size goes first, then the target; the status stays.
    let room = brush.left().min(BROADEST);
    let spare = brush.left() - room;
    let name_columns = wrap::columns(name).min(room / 2).max(1);
    let beside = |size: &str| name_columns + wrap::columns(word) + wrap::columns(size) + 6;
    let size = if beside(&size) <= room {
        size
    } else {
        String::new()
    };
    let gap = if word.is_empty() || size.is_empty() {
        0
    } else {
        2
    };
    let right = wrap::columns(word) + gap + wrap::columns(&size);
    brush.put_cut(name, name_columns, theme.tool);
    let free = brush.left().saturating_sub(spare + right + 2);
    if !tool.target.is_empty() && free > 4 {
        brush.skip(2);
        brush.put_cut(&tool.target, free - 2, theme.text);
    }
    brush.skip(brush.left().saturating_sub(spare + right).max(1));
    brush.put(word, *status_style);
    brush.skip(gap);
    brush.put(&size, theme.muted);
}

/// Gives how a tool call ended, in words that stand out where it did not work.
fn status(status: Option<ToolStatus>, theme: &Theme) -> (String, Style) {
    let cross = theme.glyphs.cross;
    match status {
        None => ("no result".to_owned(), theme.muted),
        Some(ToolStatus::Done) => (String::new(), theme.muted),
        Some(ToolStatus::Exit(0)) => ("exit 0".to_owned(), theme.muted),
        Some(ToolStatus::Exit(code)) => (format!("{cross} exit {code}"), theme.failed),
        Some(ToolStatus::Failed) => (format!("{cross} failed"), theme.failed),
        Some(ToolStatus::Refused) => (format!("{cross} refused"), theme.failed),
    }
}

/// Writes `thinking, 34 lines`, and where the part is folded its first words.
fn words_head(
    brush: &mut Brush<'_>,
    turn: &Turn,
    part: &Part,
    name: &str,
    (lines, open): (u32, bool),
    theme: &Theme,
) {
    let size = format!(", {}", count(lines));
    let room = brush.left().saturating_sub(wrap::columns(&size)).max(1);
    brush.put_cut(name, room, theme.thinking);
    brush.put(&size, theme.thinking);
    let words = turn.text.get(part.start..part.end).unwrap_or_default();
    let first = words.lines().map(str::trim).find(|line| !line.is_empty());
    if let Some(first) = first.filter(|_| !open && brush.left() > 8) {
        brush.skip(2);
        brush.put_cut(first, brush.left(), theme.muted);
    }
}

/// Writes something that happened: `── interrupted by the developer ──`.
pub(super) fn event(brush: &mut Brush<'_>, event: &Event, role: Role, theme: &Theme) {
    let style = match event.kind {
        EventKind::Interrupted | EventKind::Refused | EventKind::TakenBack | EventKind::Error => {
            theme.event
        }
        _ => theme.muted,
    };
    let line = theme.glyphs.horizontal;
    brush.put_repeated(line, 2, style);
    brush.skip(1);
    let room = brush.left().saturating_sub(3);
    brush.put_cut(&told(event, role), room, style);
    brush.skip(1);
    brush.put_repeated(line, 2, style);
}

fn told(event: &Event, role: Role) -> String {
    let detail = event.detail.trim();
    let with = |words: &str, without: &str| match detail {
        "" => without.to_owned(),
        _ => format!("{words}{detail}"),
    };
    match event.kind {
        EventKind::Interrupted if role == Role::Developer => with(
            "interrupted before any answer: ",
            "interrupted before any answer",
        ),
        EventKind::Interrupted => with(
            "interrupted by the developer: ",
            "interrupted by the developer",
        ),
        EventKind::Refused => with("refused ", "refused a tool call"),
        EventKind::TakenBack => with("taken back: ", "taken back by the developer"),
        EventKind::Compacted => with("conversation compacted: ", "conversation compacted"),
        EventKind::PlanAccepted => with("plan accepted: ", "plan accepted"),
        EventKind::Shell => with("developer ran ", "developer ran a command"),
        EventKind::Command => with("command ", "command"),
        EventKind::DeliveryUnknown => with(
            "queued, delivery not recorded: ",
            "queued, delivery not recorded",
        ),
        EventKind::Error => with("error: ", "error"),
    }
}

/// Writes the row of lines that are left out.
pub(super) fn more(brush: &mut Brush<'_>, lines: u32, style: Style, theme: &Theme) {
    brush.put(theme.glyphs.ellipsis, style);
    let words = if lines == 1 { "line" } else { "lines" };
    brush.put(&format!(" {} more {words}", grouped(lines)), style);
}

/// Gives a number of lines in words.
fn count(lines: u32) -> String {
    match lines {
        1 => "1 line".to_owned(),
        _ => format!("{} lines", grouped(lines)),
    }
}

/// Writes a number with its thousands apart.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let check = |number: u32, expected: &str| assert_eq!(grouped(number), expected);
        check(0, "0");
        check(999, "999");
        check(1_234, "1,234");
        check(1_234_567, "1,234,567");
    }

    #[test]
    fn every_event_has_words_with_and_without_detail() {
        for kind in EventKind::ALL {
            for detail in ["", "Bash"] {
                let event = Event {
                    kind,
                    detail: detail.to_owned(),
                    at: 0,
                };
                let words = told(&event, Role::Agent);
                assert!(words.len() > 4 && words.contains(detail), "{words}");
                assert!(!words.ends_with([':', ' ']), "{words}");
            }
        }
    }
}
