//! Merging, on real files with small invented sessions.

mod coders;
mod laws;
mod recoding;
mod refusals;
mod sessions;

use std::path::{Path, PathBuf};

use pushback::merge::{Findings, Input, Options, Plan, WrongCall, plan};
use pushback::model::{
    Change, Codebook, CoderKind, Session, Timestamp, TurnRef, Unit, Verdict, text_hash,
};
use pushback::store::{Error, Study, Texts, Whole};
use tempfile::TempDir;
use uuid::Uuid;

use crate::store::{NOON, OWNER, TURNS, add, codebook, complete, dump, findings, session};

/// A folder with studies.
struct Desk {
    folder: TempDir,
}

/// A coder at work in one study.
struct Coder {
    study: Study,
    id: Uuid,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        Desk { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a study with some sessions, and a coder of this id.
    fn coder(&self, name: &str, coder: (&str, u128), sessions: &[Session]) -> Coder {
        self.coder_with(&codebook(), name, coder, sessions)
    }

    fn coder_with(
        &self,
        codebook: &Codebook,
        name: &str,
        (coder, id): (&str, u128),
        sessions: &[Session],
    ) -> Coder {
        let mut study = Study::create(&self.path(name), codebook, OWNER).unwrap();
        for session in sessions {
            add(&mut study, session);
        }
        let id = Uuid::from_u128(id);
        let coder = study.coder(coder, CoderKind::Human, id).unwrap();
        Coder {
            study,
            id: coder.id,
        }
    }

    /// Plans a merge and writes it, as the verb does.
    fn merge_with(&self, names: &[&str], into: &str, options: &Options) -> Result<Plan, WrongCall> {
        let room = tempfile::tempdir().unwrap();
        let open = |name: &&str| Study::open_untrusted(&self.path(name), room.path()).unwrap();
        let studies: Vec<Study> = names.iter().map(open).collect();
        let inputs = names
            .iter()
            .zip(&studies)
            .map(|(name, own)| input(name, own));
        let plan = plan(inputs.collect(), options)?;
        if plan.refusals.is_empty() {
            write(&plan, &studies, &self.path(into)).unwrap();
        }
        Ok(plan)
    }

    /// Merges studies that fit together, and gives what the new one holds.
    fn merge(&self, names: &[&str], into: &str) -> (Findings, String) {
        let plan = self.merge_with(names, into, &Options::default()).unwrap();
        assert_eq!(plan.refusals, []);
        (plan.findings, dump(&self.path(into)))
    }

    /// Gives what stands in the way of a merge, and what to do about it.
    fn refused(&self, names: &[&str], options: &Options) -> Vec<(String, String)> {
        let plan = self.merge_with(names, "never.db", options).unwrap();
        assert!(!self.path("never.db").exists());
        let refusals = plan.refusals.into_iter();
        refusals.map(|own| (own.what, own.hint)).collect()
    }

    fn read(&self, name: &str) -> Study {
        Study::open_to_read(&self.path(name)).unwrap()
    }
}

impl Coder {
    fn act(&mut self, unit: &Unit, changes: &[Change]) {
        let saved = self.study.act(self.id, unit, changes, None, NOON);
        saved.unwrap();
    }

    /// Writes a complete episode and its verdict.
    fn label(&mut self, unit: &Unit) -> Uuid {
        let episode = Uuid::now_v7();
        let mut changes = complete(episode);
        changes.push(Change::Verdict(Some(Verdict::Episodes)));
        self.act(unit, &changes);
        episode
    }
}

fn input(name: &str, study: &Study) -> Input {
    Input {
        name: name.to_owned(),
        codebook: study.codebook().clone(),
        codebooks: study.codebooks().unwrap(),
        coders: study.coders().unwrap(),
        recordings: study.recordings().unwrap(),
        history: study.whole_history().unwrap(),
    }
}

fn write(plan: &Plan, studies: &[Study], into: &Path) -> Result<(), Error> {
    let sessions = plan.union.sessions.iter();
    let whole = Whole {
        codebooks: plan.union.codebooks.iter().collect(),
        coders: &plan.union.coders,
        sessions: sessions
            .map(|(input, key)| (&studies[*input], key.as_str()))
            .collect(),
        history: &plan.union.history,
        audit: None,
        texts: Texts::Kept,
    };
    Study::write_whole(into, &whole)
}

/// Gives the unit of a turn of a session made of some texts.
fn unit(session: &str, texts: &[&str], turn: u32) -> Unit {
    Unit {
        session: session.to_owned(),
        turn,
        hash: text_hash(texts[turn as usize - 1]),
    }
}

fn same(values: &[&str]) -> Options {
    Options {
        same: values.iter().map(|own| (*own).to_owned()).collect(),
        recode: Vec::new(),
    }
}

fn recode(values: &[&str]) -> Options {
    Options {
        same: Vec::new(),
        recode: values.iter().map(|own| (*own).to_owned()).collect(),
    }
}
