//! Reads the labels of one study, or of several that have one codebook.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::merge::Coded;
use crate::model::{Codebook, Coder};
use crate::store::Study;

/// The labels that are compared.
pub(super) struct Gathered {
    pub(super) codebook: Codebook,
    /// Who has decided anything, in the order in which they are shown.
    pub(super) coded: Vec<Coded>,
    /// How many developer turns each session has.
    pub(super) lengths: BTreeMap<String, u32>,
    /// Whether the units have names of their own, as in a file of labels: then nobody had to find them.
    pub(super) names_its_units: bool,
}

const MERGE: &str =
    "`pushback merge A.db B.db --into M.db` settles it; then `pushback agreement M.db`";

/// Gathers the labels; `names` says whose, and in which order.
pub(super) fn gather(studies: &[PathBuf], names: &[String]) -> Result<Gathered, Failure> {
    let mut gathered: Option<Gathered> = None;
    for path in studies {
        let study = if studies.len() == 1 {
            Study::open_to_read(path)?
        } else {
            Study::open_untrusted(path, &std::env::temp_dir())?
        };
        gathered = Some(match gathered {
            None => of_study(&study)?,
            Some(before) => together(before, of_study(&study)?, path)?,
        });
    }
    let Some(gathered) = gathered else {
        return Err(Failure::usage(
            "name a study",
            "`pushback agreement --help` shows how",
        ));
    };
    in_order(gathered, names)
}

/// Takes the coders of these names in their order; all of them by name where none is given.
pub(super) fn in_order(mut gathered: Gathered, names: &[String]) -> Result<Gathered, Failure> {
    if names.is_empty() {
        gathered
            .coded
            .sort_by(|one, other| one.coder.name.cmp(&other.coder.name));
    } else {
        gathered.coded = chosen(gathered.coded, names)?;
    }
    Ok(gathered)
}

fn of_study(study: &Study) -> Result<Gathered, Failure> {
    let mut coded = Vec::new();
    for coder in study.coders()? {
        let decisions = study.decisions(coder.id)?;
        if decisions.values().any(|own| own.verdict.is_some()) {
            coded.push(Coded { coder, decisions });
        }
    }
    let rows = study.sessions(None)?;
    let lengths = rows.into_iter().map(|row| (row.key, row.developer_turns));
    Ok(Gathered {
        codebook: study.codebook().clone(),
        coded,
        lengths: lengths.collect(),
        names_its_units: false,
    })
}

/// Puts the labels of another study to those before.
fn together(mut before: Gathered, next: Gathered, path: &Path) -> Result<Gathered, Failure> {
    let refuse = |what: String| Failure::failed(format!("{}: {what}", path.display()), MERGE);
    if before.codebook.hash != next.codebook.hash {
        let (one, other) = (&before.codebook, &next.codebook);
        return Err(refuse(format!(
            "its codebook ({} {}) is not that of the first study ({} {})",
            other.id, other.version, one.id, one.version
        )));
    }
    for own in next.coded {
        let same = |other: &Coder| other.id == own.coder.id || other.name == own.coder.name;
        match before.coded.iter().find(|other| same(&other.coder)) {
            None => before.coded.push(own),
            Some(other) if other.coder == own.coder && other.decisions == own.decisions => (),
            Some(other) => {
                return Err(refuse(format!(
                    "{} has other labels here than {} in a study before",
                    own.coder.name, other.coder.name
                )));
            }
        }
    }
    for (session, turns) in next.lengths {
        let length = before.lengths.entry(session).or_default();
        *length = turns.max(*length);
    }
    Ok(before)
}

/// Gives the labels of the coders that were named, in that order.
fn chosen(coded: Vec<Coded>, names: &[String]) -> Result<Vec<Coded>, Failure> {
    let mut left = coded;
    let mut chosen = Vec::new();
    for name in names {
        let Some(at) = left.iter().position(|own| own.coder.name == *name) else {
            let known: Vec<&str> = left.iter().map(|own| own.coder.name.as_str()).collect();
            let hint = format!("with labels, and not named yet: {}", known.join(", "));
            return Err(Failure::usage(
                format!("no labels of a coder called {name}"),
                hint,
            ));
        };
        chosen.push(left.remove(at));
    }
    Ok(chosen)
}
