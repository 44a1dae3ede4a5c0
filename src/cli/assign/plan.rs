//! What is drawn for whom: sessions to strata, strata to shares.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::cli::failure::Failure;
use crate::model::Codebook;
use crate::stats;
use crate::store::{Drawable, Facet, Study};

/// What was asked for.
pub(super) struct Wish {
    pub(super) facets: Vec<Facet>,
    pub(super) overlap: f64,
    pub(super) all: bool,
    pub(super) seed: u64,
}

/// Sessions that are alike in every facet.
pub(super) struct Stratum {
    /// What they are in each facet; and, where sessions without pushback are dealt too, whether they have any.
    pub(super) values: Vec<String>,
    /// Their places among the sessions that are dealt.
    pub(super) sessions: Vec<usize>,
}

/// A draw: what it was made from, and what it gave.
pub(super) struct Plan {
    pub(super) wish: Wish,
    /// The sessions that are dealt, by key.
    pub(super) sessions: Vec<Drawable>,
    pub(super) left_out: usize,
    pub(super) strata: Vec<Stratum>,
    pub(super) sample: stats::Sample,
    /// The places of each coder's sessions, in the order of the coder's study.
    orders: Vec<Vec<usize>>,
}

/// What stands for a value that the transcript does not tell.
const UNKNOWN: &str = "unknown";

impl Plan {
    pub(super) fn draw(source: &Study, wish: Wish, coders: usize) -> Result<Plan, Failure> {
        let all = source.drawable(&wish.facets)?;
        let before = all.len();
        let is_dealt = |session: &Drawable| wish.all || session.pushback_turns > 0;
        let sessions: Vec<Drawable> = all.into_iter().filter(is_dealt).collect();
        if sessions.is_empty() {
            return Err(nothing(source, before));
        }
        let strata = strata(&sessions, wish.all);
        let sizes: Vec<usize> = strata.iter().map(|own| own.sessions.len()).collect();
        let size = stats::overlap_size(sessions.len(), wish.overlap);
        let places: Vec<Vec<usize>> = strata.iter().map(|own| own.sessions.clone()).collect();
        let overlap = stats::allocate(&sizes, size);
        let sample = stats::sample(&places, &overlap, coders, wish.seed);
        let orders = (0..coders)
            .zip(0..)
            .map(|(coder, number)| stats::order(sample.of(coder), wish.seed, "order", number))
            .collect();
        Ok(Plan {
            left_out: before - sessions.len(),
            wish,
            sessions,
            strata,
            sample,
            orders,
        })
    }

    /// Gives the keys of a coder's sessions in the order of the coder's study.
    pub(super) fn keys(&self, coder: usize) -> Vec<String> {
        let order = self.orders.get(coder).into_iter().flatten();
        order.map(|&at| self.sessions[at].key.clone()).collect()
    }

    /// Gives the keys of the sessions that everybody gets.
    pub(super) fn overlap_keys(&self) -> Vec<&str> {
        let mut places: Vec<usize> = self.sample.overlap.iter().flatten().copied().collect();
        places.sort_unstable();
        places
            .iter()
            .map(|&at| self.sessions[at].key.as_str())
            .collect()
    }

    /// Counts the turns that the detector marked in some sessions.
    pub(super) fn pushback_turns(&self, places: &[usize]) -> u64 {
        let turns = places.iter().map(|&at| self.sessions[at].pushback_turns);
        turns.map(u64::from).sum()
    }

    /// Gives the identity of a new coder, which nobody else has: it follows from name, seed, codebook and sessions.
    pub(super) fn identity(&self, codebook: &Codebook, name: &str) -> Uuid {
        let mut hasher = blake3::Hasher::new();
        let keys = self.sessions.iter().map(|session| session.key.as_str());
        for part in [name, codebook.hash.as_str()].into_iter().chain(keys) {
            hasher.update(&part.len().to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.update(&self.wish.seed.to_le_bytes());
        let mut bytes = [0; 16];
        hasher.finalize_xof().fill(&mut bytes);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

fn nothing(source: &Study, sessions: usize) -> Failure {
    let path = source.path().display();
    if sessions == 0 {
        return Failure::failed(
            format!("{path} holds no sessions yet"),
            "`pushback import STUDY PATH...` brings some in",
        );
    }
    Failure::failed(
        format!("no session in {path} has a pushback turn"),
        "--all deals sessions without one too",
    )
}

/// Puts sessions that are alike together, in the order of their values.
fn strata(sessions: &[Drawable], with_pushback: bool) -> Vec<Stratum> {
    let mut alike: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (at, session) in sessions.iter().enumerate() {
        let known = session.facets.iter().map(|value| value.as_deref());
        let mut values: Vec<String> = known
            .map(|value| value.filter(|own| !own.is_empty()).unwrap_or(UNKNOWN))
            .map(str::to_owned)
            .collect();
        if with_pushback {
            let has = if session.pushback_turns > 0 {
                "pushback"
            } else {
                "no pushback"
            };
            values.push(has.to_owned());
        }
        alike.entry(values).or_default().push(at);
    }
    let stratum = |(values, sessions)| Stratum { values, sessions };
    alike.into_iter().map(stratum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(key: &str, facet: Option<&str>, pushback_turns: u32) -> Drawable {
        Drawable {
            key: key.to_owned(),
            pushback_turns,
            facets: vec![facet.map(str::to_owned)],
        }
    }

    #[test]
    fn sessions_that_are_alike_are_one_stratum() {
        let sessions = [
            session("a", Some("ide"), 1),
            session("b", None, 0),
            session("c", Some("ide"), 0),
            session("d", Some(""), 2),
        ];
        let check = |with_pushback: bool, expected: &[(&[&str], &[usize])]| {
            let found = strata(&sessions, with_pushback);
            let found: Vec<_> = found
                .iter()
                .map(|own| (own.values.clone(), own.sessions.clone()))
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(values, places)| {
                    (
                        values.iter().map(|&own| own.to_owned()).collect(),
                        places.to_vec(),
                    )
                })
                .collect();
            assert_eq!(found, expected);
        };
        check(false, &[(&["ide"], &[0, 2]), (&["unknown"], &[1, 3])]);
        check(
            true,
            &[
                (&["ide", "no pushback"], &[2]),
                (&["ide", "pushback"], &[0]),
                (&["unknown", "no pushback"], &[1]),
                (&["unknown", "pushback"], &[3]),
            ],
        );
    }
}
