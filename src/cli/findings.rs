//! What a merge found, told to people and as JSON.

mod text;

use std::path::Path;

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use crate::merge::{Findings, Plan};
use crate::report::agreement::{Agreement, summary};
use crate::report::text;
use crate::store::Finding;

/// What a merge found and did.
#[derive(Serialize)]
pub(super) struct Report {
    into: Option<String>,
    dry_run: bool,
    written: bool,
    inputs: Vec<InputReport>,
    sessions: SessionReport,
    codebook: CodebookReport,
    coders: Vec<CoderReport>,
    rows: RowReport,
    labels_on_other_words: Vec<LabelPlace>,
    refused: Vec<Refused>,
    check: Vec<Checked>,
    agreement: Option<Agreement>,
}

#[derive(Serialize)]
struct InputReport {
    file: String,
    codebook: String,
    codebook_version: String,
    codebook_hash: String,
    sessions: usize,
    sessions_with_text: usize,
    coders: Vec<CoderRows>,
    rows: usize,
}

#[derive(Serialize)]
struct CoderRows {
    name: String,
    rows: usize,
}

#[derive(Serialize)]
struct SessionReport {
    total: usize,
    same: usize,
    only: Vec<OnlyIn>,
    partly: Vec<PartlyIn>,
    longer: Vec<LongerIn>,
    text_differs: Vec<TextDiffersIn>,
    marks_differ: Vec<String>,
    without_text: Vec<String>,
}

#[derive(Serialize)]
struct OnlyIn {
    file: String,
    sessions: Vec<String>,
}

#[derive(Serialize)]
struct PartlyIn {
    session: String,
    files: Vec<String>,
}

#[derive(Serialize)]
struct LongerIn {
    session: String,
    taken: String,
    developer_turns: usize,
    other: String,
    other_developer_turns: usize,
}

#[derive(Serialize)]
struct TextDiffersIn {
    session: String,
    from: String,
    taken: String,
    other: String,
}

#[derive(Serialize)]
struct CodebookReport {
    name: String,
    version: String,
    hash: String,
    differences: Vec<DifferenceReport>,
}

#[derive(Serialize)]
struct DifferenceReport {
    file: String,
    kind: &'static str,
    what: String,
}

#[derive(Serialize)]
struct CoderReport {
    name: String,
    id: String,
    kind: &'static str,
    files: Vec<String>,
    rows: usize,
}

#[derive(Serialize)]
struct RowReport {
    total: usize,
    shared: usize,
    recoded: usize,
}

#[derive(Serialize)]
struct LabelPlace {
    coder: String,
    session: String,
    turn: String,
}

#[derive(Serialize)]
struct Refused {
    what: String,
    hint: String,
}

#[derive(Serialize)]
struct Checked {
    place: String,
    what: String,
}

impl Report {
    /// Tells what a plan found.
    pub(super) fn of(plan: &Plan, into: Option<&Path>, dry_run: bool) -> Report {
        let found = &plan.findings;
        Report {
            into: into.map(|into| into.display().to_string()),
            dry_run,
            written: false,
            inputs: inputs(found),
            sessions: sessions(found),
            codebook: codebook(plan),
            coders: coders(found),
            rows: RowReport {
                total: found.rows,
                shared: found.shared,
                recoded: found.recoded,
            },
            labels_on_other_words: found
                .other_words
                .iter()
                .map(|own| LabelPlace {
                    coder: own.coder.clone(),
                    session: own.session.clone(),
                    turn: format!("D{}", own.turn),
                })
                .collect(),
            refused: plan
                .refusals
                .iter()
                .map(|own| Refused {
                    what: own.what.clone(),
                    hint: own.hint.clone(),
                })
                .collect(),
            check: Vec::new(),
            agreement: None,
        }
    }

    /// Notes that the study was written.
    pub(super) fn written(&mut self) {
        self.written = true;
    }

    /// Notes what a check of the written study found, and how far its coders agree.
    pub(super) fn measured(&mut self, findings: Vec<Finding>, agreement: Option<Agreement>) {
        self.agreement = agreement;
        let checked = findings.into_iter().map(|own| Checked {
            place: own.place,
            what: own.what,
        });
        self.check = checked.collect();
    }

    /// Prints what was found and written.
    pub(super) fn print(&self, json: bool, console: &mut Console) -> Result<(), Failure> {
        if json {
            return console.json(self);
        }
        for line in self.lines() {
            console.line(&line)?;
        }
        Ok(())
    }

    /// Prints for people what was measured after the study was written.
    pub(super) fn print_measured(&self, console: &mut Console) -> Result<(), Failure> {
        if let Some(line) = self.checked() {
            console.line(&line)?;
        }
        let (Some(agreement), Some(into)) = (&self.agreement, &self.into) else {
            return Ok(());
        };
        if let Some(page) = summary(agreement) {
            console.line("")?;
            console.text(&text(&page, false))?;
            console.line("")?;
            console.line(&format!("all of it: pushback agreement {into} --explain"))?;
        }
        Ok(())
    }
}

fn name(found: &Findings, input: usize) -> String {
    found.inputs[input].name.clone()
}

fn inputs(found: &Findings) -> Vec<InputReport> {
    let inputs = found.inputs.iter();
    inputs
        .map(|own| InputReport {
            file: own.name.clone(),
            codebook: own.codebook.0.clone(),
            codebook_version: own.codebook.1.clone(),
            codebook_hash: own.codebook.2.clone(),
            sessions: own.sessions,
            sessions_with_text: own.with_text,
            coders: own
                .coders
                .iter()
                .map(|(name, rows)| CoderRows {
                    name: name.clone(),
                    rows: *rows,
                })
                .collect(),
            rows: own.rows,
        })
        .collect()
}

fn sessions(found: &Findings) -> SessionReport {
    let own = &found.sessions;
    let called = |input: usize| name(found, input);
    let only = own.only.iter().map(|one| OnlyIn {
        file: called(one.input),
        sessions: one.sessions.clone(),
    });
    let partly = own.partly.iter().map(|one| PartlyIn {
        session: one.session.clone(),
        files: one.inputs.iter().map(|input| called(*input)).collect(),
    });
    let longer = own.longer.iter().map(|one| LongerIn {
        session: one.session.clone(),
        taken: called(one.taken),
        developer_turns: one.developer_turns,
        other: called(one.other),
        other_developer_turns: one.others,
    });
    let differs = own.differs.iter().map(|one| TextDiffersIn {
        session: one.session.clone(),
        from: format!("D{}", one.from),
        taken: called(one.taken),
        other: called(one.other),
    });
    SessionReport {
        total: own.total,
        same: own.same,
        only: only.collect(),
        partly: partly.collect(),
        longer: longer.collect(),
        text_differs: differs.collect(),
        marks_differ: own.marks_differ.clone(),
        without_text: own.without_text.clone(),
    }
}

fn codebook(plan: &Plan) -> CodebookReport {
    let found = &plan.findings;
    let differences = found.codebooks.iter().flat_map(|own| {
        own.differences.iter().map(move |one| DifferenceReport {
            file: name(found, own.input),
            kind: one.kind.name(),
            what: one.what.clone(),
        })
    });
    let differences = differences.collect();
    // The one in force stands last.
    let (name, version, hash) = match plan.union.codebooks.last() {
        Some(book) => (book.name.clone(), book.version.clone(), book.hash.clone()),
        None => Default::default(),
    };
    CodebookReport {
        name,
        version,
        hash,
        differences,
    }
}

fn coders(found: &Findings) -> Vec<CoderReport> {
    let coders = found.coders.iter();
    coders
        .map(|own| CoderReport {
            name: own.name.clone(),
            id: own.id.to_string(),
            kind: own.kind.name(),
            files: own.inputs.iter().map(|input| name(found, *input)).collect(),
            rows: own.rows,
        })
        .collect()
}
