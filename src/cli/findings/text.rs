//! What a merge found, in lines for people.

use super::{CodebookReport, CoderReport, InputReport, Report, RowReport, SessionReport};
use crate::cli::console::count;
use crate::model::first;

/// How many things of one kind are named to a person; JSON has them all.
const NAMED: usize = 5;

impl Report {
    /// Gives what a person reads, line by line.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.inputs.iter().map(InputReport::line).collect();
        lines.extend(self.sessions.lines());
        lines.extend(self.codebook.lines());
        lines.extend(self.coders.iter().map(CoderReport::line));
        lines.push(self.rows.line());
        let places = self.labels_on_other_words.iter();
        let places = places.map(|own| format!("{} {} of {}", own.coder, own.turn, own.session));
        lines.extend(listed("labels on other words than those taken", places));
        for own in &self.refused {
            lines.push(format!("in the way: {}", own.what));
            lines.push(format!("  {}", own.hint));
        }
        lines.extend(self.last_line());
        lines
    }

    /// Says what a check of the written study found, if anything.
    pub(super) fn checked(&self) -> Option<String> {
        let checked = self.check.iter();
        let checked = checked.map(|own| format!("{}: {}", own.place, own.what));
        listed("what `pushback check` finds in it", checked)
    }

    fn last_line(&self) -> Option<String> {
        let into = self.into.as_deref().unwrap_or("the merged study");
        let holds = format!(
            "{}, {}, {}",
            count(self.sessions.total, "session"),
            count(self.coders.len(), "coder"),
            count(self.rows.total + self.rows.recoded, "row") + " of history"
        );
        match (self.written, self.refused.is_empty()) {
            (true, _) => Some(format!("wrote {into}: {holds}")),
            (false, true) => Some(format!(
                "dry run, nothing written; {into} would hold {holds}"
            )),
            (false, false) => None,
        }
    }
}

/// Gives one line with a number and the first few things, where there are any.
fn listed(what: &str, things: impl ExactSizeIterator<Item = String>) -> Option<String> {
    let number = things.len();
    if number == 0 {
        return None;
    }
    let named = first(things, NAMED).join(", ");
    Some(format!("{what}: {number} ({named})"))
}

impl InputReport {
    fn line(&self) -> String {
        let texts = match self.sessions - self.sessions_with_text {
            0 => String::new(),
            missing if missing == self.sessions => " without texts".to_owned(),
            missing => format!(" ({missing} without texts)"),
        };
        let coders = self.coders.iter();
        let coders: Vec<String> = coders
            .map(|own| format!("{} ({})", own.name, count(own.rows, "row")))
            .collect();
        let coders = match coders.len() {
            0 => "no coder".to_owned(),
            _ => coders.join(", "),
        };
        format!(
            "{}: {} {}, {}{texts}, {coders}",
            self.file,
            self.codebook,
            self.codebook_version,
            count(self.sessions, "session")
        )
    }
}

impl SessionReport {
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "sessions: {} in all, {} in every file with the same words",
            self.total, self.same
        )];
        for own in &self.only {
            let what = format!("only in {}", own.file);
            lines.extend(listed(&what, own.sessions.iter().cloned()));
        }
        let partly = self.partly.iter();
        let partly = partly.map(|own| format!("{} in {}", own.session, own.files.join(", ")));
        lines.extend(listed("in some files", partly));
        let longer = self.longer.iter().map(|own| {
            format!(
                "{}: {} of {} taken, {} has {}",
                own.session,
                count(own.developer_turns, "developer turn"),
                own.taken,
                own.other,
                own.other_developer_turns
            )
        });
        lines.extend(listed("of another length", longer));
        let differs = self.text_differs.iter().map(|own| {
            format!(
                "{} from {} on in {}, taken from {}",
                own.session, own.from, own.other, own.taken
            )
        });
        lines.extend(listed("text differs", differs));
        lines.extend(listed(
            "other turns marked",
            self.marks_differ.iter().cloned(),
        ));
        lines.extend(listed(
            "labelled, and in no file",
            self.without_text.iter().cloned(),
        ));
        lines
    }
}

impl CodebookReport {
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("codebook: {} {}", self.name, self.version)];
        for own in &self.differences {
            lines.push(format!("  {}: {}: {}", own.file, own.kind, own.what));
        }
        if self.differences.is_empty() {
            lines[0].push_str(", the same in every file");
        }
        lines
    }
}

impl CoderReport {
    fn line(&self) -> String {
        format!(
            "coder: {} ({}), {} from {}",
            self.name,
            self.kind,
            count(self.rows, "row"),
            self.files.join(", ")
        )
    }
}

impl RowReport {
    fn line(&self) -> String {
        let recoded = match self.recoded {
            0 => String::new(),
            recoded => format!(", {recoded} written again in other codes"),
        };
        format!(
            "history: {}, {} in more than one file{recoded}",
            count(self.total, "row"),
            self.shared
        )
    }
}
