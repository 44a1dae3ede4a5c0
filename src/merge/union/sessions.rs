//! Which recording of each session is taken, and how the recordings differ.

use std::collections::{BTreeMap, HashMap};

use crate::model::Recording;

/// How many sessions the inputs have in common, and where they differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionFindings {
    /// How many sessions there are in all.
    pub total: usize,
    /// How many are in every input with the same words of the developer.
    pub same: usize,
    /// Those that only one input has; inputs without any session are left out of the comparison.
    pub only: Vec<Elsewhere>,
    /// Those that several inputs have, and not all.
    pub partly: Vec<Partly>,
    /// Those of which one recording goes on where another ends.
    pub longer: Vec<Longer>,
    /// Those whose recordings have other words.
    pub differs: Vec<TextDiffers>,
    /// Those with the same words in which the detector marks other turns.
    pub marks_differ: Vec<String>,
    /// Those that have labels and that no input holds.
    pub without_text: Vec<String>,
}

/// The sessions that only one input has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The input.
    pub input: usize,
    /// Keys of the sessions.
    pub sessions: Vec<String>,
}

/// A session that several inputs have, and not all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partly {
    /// Key of the session.
    pub session: String,
    /// The inputs that have it.
    pub inputs: Vec<usize>,
}

/// A session of which one recording goes on where another ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Longer {
    /// Key of the session.
    pub session: String,
    /// The input whose recording is taken.
    pub taken: usize,
    /// The other input.
    pub other: usize,
    /// How many developer turns the taken recording has.
    pub developer_turns: usize,
    /// How many developer turns the other one has.
    pub others: usize,
}

/// A session whose recordings have other words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextDiffers {
    /// Key of the session.
    pub session: String,
    /// The first developer turn with other words.
    pub from: usize,
    /// The input whose recording is taken.
    pub taken: usize,
    /// The other input.
    pub other: usize,
}

/// The hashes of the developer turns of each session, in the recordings that are taken.
pub(super) type Turns = HashMap<String, Vec<String>>;

/// Says where each session is taken from, in the order of the union, and what its turns are.
pub(super) fn unite(
    inputs: &[&[Recording]],
    findings: &mut SessionFindings,
) -> (Vec<(usize, String)>, Turns) {
    let mut found: BTreeMap<&str, Vec<(usize, &Recording)>> = BTreeMap::new();
    for (at, recordings) in inputs.iter().enumerate() {
        for recording in *recordings {
            let of_session = found.entry(&recording.session).or_default();
            of_session.push((at, recording));
        }
    }
    let with_sessions: Vec<usize> = (0..)
        .zip(inputs)
        .filter(|(_, recordings)| !recordings.is_empty())
        .map(|(at, _)| at)
        .collect();
    findings.total = found.len();
    let mut taken = Vec::new();
    for (session, recordings) in &found {
        let fullest = recordings.iter().max_by(|a, b| a.1.fuller(b.1));
        if let Some(&fullest) = fullest {
            compare(session, fullest, recordings, &with_sessions, findings);
            taken.push(fullest);
        }
    }
    // An order of their own: in an input the sessions stand as that coder was to see them.
    taken.sort_by(|(_, a), (_, b)| {
        let key = |own: &Recording| (own.started.is_none(), own.started);
        key(a).cmp(&key(b)).then_with(|| a.session.cmp(&b.session))
    });
    let turns = taken
        .iter()
        .map(|(_, own)| (own.session.clone(), own.turns.clone()));
    let turns = turns.collect();
    let sessions = taken
        .into_iter()
        .map(|(at, own)| (at, own.session.clone()))
        .collect();
    (sessions, turns)
}

fn compare(
    session: &str,
    (taken, fullest): (usize, &Recording),
    recordings: &[(usize, &Recording)],
    with_sessions: &[usize],
    findings: &mut SessionFindings,
) {
    place(session, recordings, with_sessions, findings);
    let mut alike = recordings.len() == with_sessions.len();
    for &(other, recording) in recordings {
        let common = fullest.common(recording);
        let (own, others) = (fullest.turns.len(), recording.turns.len());
        let name = || session.to_owned();
        if common < own.min(others) {
            findings.differs.push(TextDiffers {
                session: name(),
                from: common + 1,
                taken,
                other,
            });
        } else if own != others {
            findings.longer.push(Longer {
                session: name(),
                taken,
                other,
                developer_turns: own,
                others,
            });
        } else {
            continue;
        }
        alike = false;
    }
    findings.same += usize::from(alike);
    let differs =
        |own: &&(usize, &Recording)| own.1.turns == fullest.turns && own.1.marked != fullest.marked;
    if recordings.iter().any(|own| differs(&own)) {
        findings.marks_differ.push(session.to_owned());
    }
}

/// Notes which inputs have a session, where not all of them do.
fn place(
    session: &str,
    recordings: &[(usize, &Recording)],
    with_sessions: &[usize],
    findings: &mut SessionFindings,
) {
    if recordings.len() == with_sessions.len() {
        return;
    }
    if let [(input, _)] = recordings {
        let known = findings.only.iter_mut().find(|own| own.input == *input);
        match known {
            Some(known) => known.sessions.push(session.to_owned()),
            None => findings.only.push(Elsewhere {
                input: *input,
                sessions: vec![session.to_owned()],
            }),
        }
        return;
    }
    findings.partly.push(Partly {
        session: session.to_owned(),
        inputs: recordings.iter().map(|(input, _)| *input).collect(),
    });
}
