//! What people decided in a study, as examples to fit to.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::failure::Failure;
use crate::detect::{Detector, Example};
use crate::model::{CoderKind, Decision, Role, Session, Verdict, text_hash};
use crate::store::{Study, Uncut};

/// The developer turns of a study on which people decided.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) examples: Vec<Example>,
    /// Who decided.
    pub(super) people: BTreeSet<String>,
    /// Turns that are put off, and decided by nobody.
    pub(super) deferred: usize,
    /// Turns on which people differ, and which nobody has settled.
    pub(super) disputed: usize,
    /// Turns whose words are not there any more.
    pub(super) lost: usize,
    /// What holds turns together: `repository` or `session`.
    pub(super) group: &'static str,
}

/// What was said of a turn.
#[derive(Default)]
struct Said {
    hash: String,
    yes: bool,
    no: bool,
    deferred: bool,
    settled: Option<bool>,
}

/// Which turn of which session.
type Turns = BTreeMap<String, BTreeMap<u32, Said>>;

/// Gives what people decided: an episode pushes back, and what is not an episode does not. Where they differ, what was
/// settled counts.
pub(super) fn read(study: &Study, detector: &Detector) -> Result<Decided, Failure> {
    let mut decided = Decided::default();
    let said = said(study, &mut decided)?;
    let mut repositories = Vec::new();
    for (key, turns) in &said {
        let judged = judge(turns, &mut decided);
        let Some(session) = study.uncut(key)? else {
            decided.lost += judged.len();
            continue;
        };
        let repository = session.repository.clone();
        let before = decided.examples.len();
        add(session, &judged, detector, &mut decided);
        repositories.resize(decided.examples.len(), repository);
        decided.lost += judged.len() - (decided.examples.len() - before);
    }
    group(&mut decided, repositories);
    Ok(decided)
}

fn said(study: &Study, decided: &mut Decided) -> Result<Turns, Failure> {
    let mut said = Turns::new();
    for coder in study.coders()? {
        if coder.kind == CoderKind::Model {
            continue;
        }
        for (unit, decision) in study.decisions(coder.id)? {
            let own = said.entry(unit.session).or_default();
            let own = own.entry(unit.turn).or_default();
            own.hash = unit.hash;
            let verdict = pushes_back(&decision);
            match (coder.kind, verdict) {
                (CoderKind::Gold, verdict) => own.settled = verdict,
                (_, Some(true)) => own.yes = true,
                (_, Some(false)) => own.no = true,
                (_, None) => own.deferred |= decision.deferred,
            }
            if coder.kind == CoderKind::Human && verdict.is_some() {
                decided.people.insert(coder.name.clone());
            }
        }
    }
    Ok(said)
}

fn pushes_back(decision: &Decision) -> Option<bool> {
    decision
        .verdict
        .as_ref()
        .map(|verdict| *verdict == Verdict::Episodes)
}

/// Gives the turns of a session on which there is one opinion, each with the hash of its words.
fn judge<'a>(
    turns: &'a BTreeMap<u32, Said>,
    decided: &mut Decided,
) -> BTreeMap<u32, (&'a str, bool)> {
    let mut judged = BTreeMap::new();
    for (turn, own) in turns {
        let opinion = match (own.yes, own.no) {
            (true, true) => own.settled,
            (false, false) => None,
            (yes, _) => Some(yes),
        };
        match opinion {
            Some(opinion) => {
                judged.insert(*turn, (own.hash.as_str(), opinion));
            }
            None if own.yes => decided.disputed += 1,
            None => decided.deferred += usize::from(own.deferred),
        }
    }
    judged
}

/// Adds the judged turns of a session, but for those that have other words now.
fn add(
    session: Uncut,
    judged: &BTreeMap<u32, (&str, bool)>,
    detector: &Detector,
    decided: &mut Decided,
) {
    let developer = session
        .turns
        .iter()
        .filter(|turn| turn.role == Role::Developer);
    let standing: BTreeMap<u32, bool> = (1..)
        .zip(developer)
        .filter_map(|(turn, words): (u32, _)| {
            let (hash, opinion) = judged.get(&turn.checked_sub(session.left_out)?)?;
            (text_hash(&words.text) == *hash).then_some((turn, *opinion))
        })
        .collect();
    let turns = Session::of("decided", session.turns);
    let examples = detector.examples(&turns, &session.key, |turn| standing.get(&turn).copied());
    let examples = examples.into_iter().map(|(_, example)| example);
    decided.examples.extend(examples);
}

/// Groups the turns by repository where there are several; what has none is a group for each session.
fn group(decided: &mut Decided, repositories: Vec<Option<String>>) {
    let known: BTreeSet<&String> = repositories.iter().flatten().collect();
    decided.group = if known.len() < 2 {
        "session"
    } else {
        "repository"
    };
    if decided.group == "repository" {
        for (example, repository) in decided.examples.iter_mut().zip(repositories) {
            example.group = repository.unwrap_or_else(|| std::mem::take(&mut example.group));
        }
    }
}
