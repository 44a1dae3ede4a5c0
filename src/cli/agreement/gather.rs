//! Reads the labels of one study, or of several that have one codebook.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::cli::failure::Failure;
use crate::merge::{Coded, Extent};
use crate::model::{Codebook, Coder, Unit};
use crate::store::{SessionRun, Study};

/// The labels that are compared, all in memory.
pub(super) struct Gathered {
    pub(super) codebook: Codebook,
    /// Who has decided anything, in the order in which they are shown.
    pub(super) coded: Vec<Coded>,
    /// What there was to find in each session.
    pub(super) extents: BTreeMap<String, Extent>,
    /// Whether the units have names of their own, as in a file of labels: then nobody had to find them.
    pub(super) names_its_units: bool,
}

/// The labels that are compared, a run of sessions at a time.
pub(super) struct Source {
    pub(super) codebook: Codebook,
    /// Who has decided anything, in the order in which they are shown.
    pub(super) coders: Vec<Coder>,
    /// What there was to find in each session.
    pub(super) extents: BTreeMap<String, Extent>,
    /// Whether the units have names of their own.
    pub(super) names_its_units: bool,
    labels: Labels,
}

/// Where the labels are.
enum Labels {
    /// In memory, run by run, until they are taken.
    Held(Vec<Mutex<Vec<Coded>>>),
    /// In a study, from which each run is read when it is wanted: a large one is never in memory as a whole.
    Stored(Stored),
}

struct Stored {
    path: PathBuf,
    runs: Vec<SessionRun>,
    /// Openings of the study that no thread reads from.
    idle: Mutex<Vec<Study>>,
}

/// How many sessions are a run: few enough that their labels stay in the processor's cache while they are counted.
const SESSIONS_OF_RUN: usize = 100;

const MERGE: &str =
    "`pushback merge A.db B.db --into M.db` settles it; then `pushback agreement M.db`";

/// Gathers the labels; `names` says whose, and in which order.
pub(super) fn gather(studies: &[PathBuf], names: &[String]) -> Result<Source, Failure> {
    if let [path] = studies {
        return of_one(path, names);
    }
    let mut gathered: Option<Gathered> = None;
    for path in studies {
        let study = Study::open_untrusted(path, &std::env::temp_dir())?;
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

fn of_one(path: &Path, names: &[String]) -> Result<Source, Failure> {
    let study = Study::open_to_read(path)?;
    let mut coders = Vec::new();
    for coder in study.coders()? {
        if study.has_decided(coder.id)? {
            coders.push(coder);
        }
    }
    let extents = extents(&study)?;
    let mut from = String::new();
    let mut runs: Vec<SessionRun> = starts(extents.keys().map(String::as_str))
        .map(|next| SessionRun {
            from: std::mem::replace(&mut from, next.clone()),
            before: Some(next),
        })
        .collect();
    runs.push(SessionRun { from, before: None });
    Ok(Source {
        codebook: study.codebook().clone(),
        coders: chosen(coders, names, |own| &own.name)?,
        extents,
        names_its_units: false,
        labels: Labels::Stored(Stored {
            path: path.to_owned(),
            runs,
            idle: Mutex::new(vec![study]),
        }),
    })
}

/// Takes the coders of these names in their order; all of them by name where none is given.
pub(super) fn in_order(gathered: Gathered, names: &[String]) -> Result<Source, Failure> {
    let mut coded = chosen(gathered.coded, names, |own| &own.coder.name)?;
    let coders = coded.iter().map(|own| own.coder.clone()).collect();
    let units = coded.iter().flat_map(|own| own.decisions.keys());
    let sessions: BTreeSet<&str> = units.map(|unit| unit.session.as_str()).collect();
    let starts: Vec<String> = starts(sessions.into_iter()).collect();
    // From the end, so that each cut leaves what stands before it.
    let mut runs: Vec<_> = starts
        .iter()
        .rev()
        .map(|start| cut(&mut coded, start))
        .collect();
    runs.push(Mutex::new(coded));
    runs.reverse();
    Ok(Source {
        codebook: gathered.codebook,
        coders,
        extents: gathered.extents,
        names_its_units: gathered.names_its_units,
        labels: Labels::Held(runs),
    })
}

/// Takes away the labels from a session on.
fn cut(coded: &mut [Coded], start: &str) -> Mutex<Vec<Coded>> {
    let start = Unit {
        session: start.to_owned(),
        turn: 0,
        hash: String::new(),
    };
    let of = |own: &mut Coded| Coded {
        coder: own.coder.clone(),
        decisions: own.decisions.split_off(&start),
    };
    Mutex::new(coded.iter_mut().map(of).collect())
}

/// Gives the keys at which the second run of sessions begins, and each further one.
fn starts<'a>(sessions: impl Iterator<Item = &'a str>) -> impl Iterator<Item = String> {
    sessions.step_by(SESSIONS_OF_RUN).skip(1).map(str::to_owned)
}

impl Source {
    /// Gives the number of runs.
    pub(super) fn runs(&self) -> usize {
        match &self.labels {
            Labels::Held(runs) => runs.len(),
            Labels::Stored(stored) => stored.runs.len(),
        }
    }

    /// Takes a run: the labels of all coders, in their order. What is held in memory can be taken once.
    pub(super) fn take(&self, run: usize) -> Result<Vec<Coded>, Failure> {
        match &self.labels {
            Labels::Held(runs) => Ok(std::mem::take(&mut lock(&runs[run]))),
            Labels::Stored(stored) => stored.read(&self.coders, &stored.runs[run]),
        }
    }
}

impl Stored {
    fn read(&self, coders: &[Coder], run: &SessionRun) -> Result<Vec<Coded>, Failure> {
        let idle = lock(&self.idle).pop();
        let study = match idle {
            Some(study) => study,
            None => Study::open_to_read(&self.path)?,
        };
        let of = |coder: &Coder| {
            Ok(Coded {
                coder: coder.clone(),
                decisions: study.decisions_in(coder.id, run)?,
            })
        };
        let coded = coders.iter().map(of).collect();
        lock(&self.idle).push(study);
        coded
    }
}

/// Locks what a thread that panicked may have left: it was taken as a whole or not at all.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn extents(study: &Study) -> Result<BTreeMap<String, Extent>, Failure> {
    let mut proposed = study.proposed()?;
    let rows = study.sessions(None)?.into_iter();
    let extents = rows.map(|row| {
        let extent = Extent {
            turns: row.developer_turns,
            proposed: proposed.remove(&row.key).unwrap_or_default(),
        };
        (row.key, extent)
    });
    Ok(extents.collect())
}

fn of_study(study: &Study) -> Result<Gathered, Failure> {
    let mut coded = Vec::new();
    for coder in study.coders()? {
        let decisions = study.decisions(coder.id)?;
        if decisions.values().any(|own| own.verdict.is_some()) {
            coded.push(Coded { coder, decisions });
        }
    }
    Ok(Gathered {
        codebook: study.codebook().clone(),
        coded,
        extents: extents(study)?,
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
    for (session, extent) in next.extents {
        let own = before.extents.entry(session).or_default();
        // The fuller recording has all that the other has.
        if extent.turns > own.turns {
            *own = extent;
        }
    }
    Ok(before)
}

/// Gives those who were named, in that order; all of them by name where nobody was.
fn chosen<T>(
    mut left: Vec<T>,
    names: &[String],
    name: impl Fn(&T) -> &String,
) -> Result<Vec<T>, Failure> {
    if names.is_empty() {
        left.sort_by(|one, other| name(one).cmp(name(other)));
        return Ok(left);
    }
    let mut chosen = Vec::new();
    for wanted in names {
        let Some(at) = left.iter().position(|own| name(own) == wanted) else {
            let known: Vec<&str> = left.iter().map(|own| name(own).as_str()).collect();
            let hint = format!("with labels, and not named yet: {}", known.join(", "));
            return Err(Failure::usage(
                format!("no labels of a coder called {wanted}"),
                hint,
            ));
        };
        chosen.push(left.remove(at));
    }
    Ok(chosen)
}
