//! What each line of a history is.

/// What a line begins with that begins a session.
pub(super) const STARTED: &str = "# aider chat started at ";

/// A line of a history.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) kind: Line,
    /// Byte offset in the file.
    pub(super) place: u64,
}

/// What a line is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A session begins; the time as it is written.
    Started(String),
    /// A line that was sent, without its mark.
    Sent(String),
    /// A line that Aider printed, without its mark.
    Printed(String),
    /// A line of the model's answer.
    Said(String),
    Blank,
}

/// Gives the lines of a file.
///
/// Aider ends what it writes of its own with two blanks. A heading or a quotation in a model's answer does not, and
/// a prompt stands below a blank line.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Row> {
    let mut place = 0;
    let (mut is_below_blank, mut is_sent) = (true, false);
    bytes
        .split_inclusive(|&byte| byte == b'\n')
        .map(move |line| {
            let start = place;
            place += line.len() as u64;
            let text = String::from_utf8_lossy(line);
            let text = text.trim_start_matches('\u{feff}');
            let kind = kind(
                text.trim_end_matches(['\n', '\r']),
                is_below_blank || is_sent,
            );
            is_below_blank = kind == Line::Blank || matches!(kind, Line::Started(_));
            is_sent = matches!(kind, Line::Sent(_));
            Row { kind, place: start }
        })
}

fn kind(line: &str, may_be_sent: bool) -> Line {
    if line.trim().is_empty() {
        return Line::Blank;
    }
    if let Some(time) = line.strip_prefix(STARTED) {
        return Line::Started(time.trim().to_owned());
    }
    if let Some(own) = line.strip_suffix("  ") {
        if let Some(words) = own.strip_prefix("####")
            && may_be_sent
            && (words.is_empty() || words.starts_with(' '))
        {
            return Line::Sent(words.strip_prefix(' ').unwrap_or(words).to_owned());
        }
        if let Some(words) = own.strip_prefix('>') {
            return Line::Printed(words.strip_prefix(' ').unwrap_or(words).to_owned());
        }
    }
    Line::Said(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_their_marks_and_their_ends() {
        let text = b"# aider chat started at 2024-08-05 19:33:02\n\n#### go  \n####   \n#### on  \n\n#### A heading\n> a quotation\n> Tokens: 3  \n#### no prompt  \n";
        let found: Vec<Line> = lines(text).map(|row| row.kind).collect();
        let own = |text: &str| text.to_owned();
        let expected = [
            Line::Started(own("2024-08-05 19:33:02")),
            Line::Blank,
            Line::Sent(own("go")),
            Line::Sent(own("")),
            Line::Sent(own("on")),
            Line::Blank,
            Line::Said(own("#### A heading")),
            Line::Said(own("> a quotation")),
            Line::Printed(own("Tokens: 3")),
            Line::Said(own("#### no prompt  ")),
        ];
        assert_eq!(found, expected);
    }
}
