//! Labels as numbers: the one bridge from what coders said to what the room [`agreement`](crate::agreement) computes
//! with.
//!
//! Categories and their order come from the codebook, never from the labels, and each session is a cluster. What a
//! coder has not decided, or not given yet, is missing; a field that does not apply is no missing label but a value of
//! the question whether it applies.

mod finding;

pub use finding::{Extent, Finding, FoundBy};

use super::compare::{Compared, Comparison};
use crate::agreement::{CodeSet, Ratings, SetRatings, Unfit};
use crate::model::{Codebook, Decision, Episode, Field, Verdict};

/// Some coders of a comparison, in an order of the caller's, ready to be counted.
#[derive(Debug)]
pub struct Rated<'a> {
    codebook: &'a Codebook,
    comparison: &'a Comparison,
    coders: Vec<usize>,
    /// For each unit the number of its session.
    sessions: Vec<u64>,
    /// Every episode that one of the coders has.
    episodes: Episodes<'a>,
}

/// Episodes as each coder has them. All stand in a few long rows: so many short ones would take longer to make than
/// to read.
#[derive(Debug, Default)]
struct Episodes<'a> {
    /// For each episode the number of its session.
    sessions: Vec<u64>,
    /// For each episode, one after the other, what each coder has.
    own: Vec<Option<Own<'a>>>,
    /// For each of those an answer to each field of the codebook.
    answers: Vec<Answer>,
}

/// One coder's episode.
#[derive(Debug, Clone, Copy)]
struct Own<'a> {
    episode: &'a Episode,
    /// Where its answers begin.
    answers: usize,
}

/// What an episode says of a field, as numbers: read once, since a field is asked in several ways.
#[derive(Debug)]
struct Answer {
    /// Whether the field applies; `None` while what decides it is not given.
    applies: Option<bool>,
    /// The place of the only code; `None` where there is not exactly one.
    one: Option<usize>,
    /// All codes; `None` where there are none, or one is not in the codebook.
    all: Option<CodeSet>,
}

/// Which episodes count for a field that applies only sometimes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applying {
    /// Those of which the field holds for a coder who gave it; where it does not apply there is no label.
    ForBoth,
    /// Those to which it applies for one coder at least; *does not apply* is a category after the codes.
    ForEither,
    /// All; *does not apply* is a category after the codes.
    Everywhere,
}

/// What became of the episodes of units that two coders or more decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MatchCounts {
    /// Episodes that two coders or more have: those whose labels can be compared.
    pub matched: u64,
    /// Episodes of one coder where every other who decided the turn says that there is none.
    pub verdict_differs: u64,
    /// Episodes of one coder where another has episodes too, but not this one.
    pub unmatched: u64,
}

/// What a coder did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reached {
    /// Sessions with a decided unit.
    pub sessions: u64,
    /// Decided units.
    pub turns: u64,
    /// Episodes.
    pub episodes: u64,
}

impl<'a> Rated<'a> {
    /// Takes some coders, by their places in the comparison; places that do not exist are left out.
    pub fn new(codebook: &'a Codebook, comparison: &'a Comparison, coders: &[usize]) -> Rated<'a> {
        let mut sessions: Vec<u64> = Vec::with_capacity(comparison.units.len());
        for (at, unit) in comparison.units.iter().enumerate() {
            let same = at > 0 && comparison.units[at - 1].unit.session == unit.unit.session;
            let before = sessions.last().copied();
            sessions.push(before.map_or(0, |before| before + u64::from(!same)));
        }
        let exists = |coder: &usize| *coder < comparison.coders.len();
        let coders: Vec<usize> = coders.iter().copied().filter(exists).collect();
        let episodes = Episodes::new(codebook, comparison, &coders, &sessions);
        Rated {
            codebook,
            comparison,
            coders,
            sessions,
            episodes,
        }
    }

    /// Gives the verdicts by unit: 0 an episode, 1 not an episode.
    ///
    /// # Errors
    ///
    /// [`Unfit`] only where there are more categories than can be counted, here and below.
    pub fn verdicts(&self) -> Result<Ratings, Unfit> {
        let verdict =
            |own: &Decision| Some(usize::from(*own.verdict.as_ref()? != Verdict::Episodes));
        self.of_units(2, verdict)
    }

    /// Gives the reasons of those who say that a unit is not an episode, in the order of the codebook.
    pub fn reasons(&self) -> Result<Ratings, Unfit> {
        let place = |own: &Decision| match own.verdict.as_ref()? {
            Verdict::Episodes => None,
            Verdict::NotEpisode { reason, .. } => {
                let reasons = &mut self.codebook.reasons.iter();
                reasons.position(|other| other.id == *reason)
            }
        };
        self.of_units(self.codebook.reasons.len(), place)
    }

    fn of_units(
        &self,
        categories: usize,
        read: impl Fn(&Decision) -> Option<usize>,
    ) -> Result<Ratings, Unfit> {
        let mut ratings = Ratings::new(categories, self.coders.len());
        let mut row = Vec::new();
        for (unit, session) in self.units() {
            row.clear();
            row.extend(self.decisions(unit).map(|own| own.and_then(&read)));
            ratings.add(&row, Some(session))?;
        }
        Ok(ratings)
    }

    /// Gives the code of each matched episode in a field that takes one; its number of codes is the category
    /// *does not apply*, where that is one.
    pub fn codes(&self, field: &Field, applying: Applying) -> Result<Ratings, Unfit> {
        let extra = usize::from(applying != Applying::ForBoth);
        let mut ratings = Ratings::new(field.codes.len() + extra, self.coders.len());
        let none = field.codes.len();
        let add = |row: &[Option<usize>], session| ratings.add(row, Some(session));
        self.each_row(field, applying, (|own| own.one, none), add)?;
        Ok(ratings)
    }

    /// Gives the set of codes of each matched episode in a field that takes several; a code after the last stands
    /// for *does not apply*, where that is a value.
    pub fn sets(&self, field: &Field, applying: Applying) -> Result<SetRatings, Unfit> {
        let extra = usize::from(applying != Applying::ForBoth);
        let mut ratings = SetRatings::new(field.codes.len() + extra, self.coders.len());
        let none = CodeSet::new([field.codes.len()]).unwrap_or_default();
        let add = |row: &[Option<CodeSet>], session| ratings.add(row, Some(session));
        self.each_row(field, applying, (|own| own.all, none), add)?;
        Ok(ratings)
    }

    /// Gives the places on a field's declared scale; a code outside the scale is no label here.
    pub fn scale(&self, field: &Field) -> Result<Ratings, Unfit> {
        let place = |code: &str| field.scale.iter().position(|own| own == code);
        let to: Vec<Option<usize>> = field.codes.iter().map(|code| place(&code.id)).collect();
        let codes = self.codes(field, Applying::ForBoth)?;
        Ok(codes.recoded(field.scale.len(), &to))
    }

    /// Gives whether a conditional field applies to each matched episode: 0 yes, 1 no.
    pub fn gate(&self, field: &Field) -> Result<Ratings, Unfit> {
        let mut ratings = Ratings::new(2, self.coders.len());
        let place = self.place(field);
        let no = |own: &Option<Own>| {
            let applies = self.episodes.answer((*own)?, place)?.applies?;
            Some(usize::from(!applies))
        };
        let mut answers = Vec::new();
        for (row, session) in self.rows() {
            answers.clear();
            answers.extend(row.iter().map(no));
            ratings.add(&answers, Some(session))?;
        }
        Ok(ratings)
    }

    /// Gives the values of a field's attribute, one unit for each code that an episode has; a coder who did not
    /// choose the code gives no label to it.
    pub fn attributes(&self, field: &Field) -> Result<Ratings, Unfit> {
        let values = field.attribute.as_ref().map_or(&[][..], |own| &own.values);
        let mut ratings = Ratings::new(values.len(), self.coders.len());
        let mut answers = Vec::new();
        for (row, session) in self.rows() {
            for code in field.codes.iter().filter(|code| code.takes_attribute) {
                let value = |own: &Option<Own>| {
                    let choices = own.as_ref()?.episode.choices(&field.id);
                    let choice = choices.iter().find(|own| own.code == code.id)?;
                    let given = choice.attribute.as_ref()?;
                    values.iter().position(|value| value.id == *given)
                };
                answers.clear();
                answers.extend(row.iter().map(value));
                if answers.iter().any(Option::is_some) {
                    ratings.add(&answers, Some(session))?;
                }
            }
        }
        Ok(ratings)
    }

    /// Counts what became of the episodes of units that two of the coders or more decided.
    pub fn matching(&self) -> MatchCounts {
        let mut counts = MatchCounts::default();
        for (unit, _) in self.units() {
            if self.decisions(unit).flatten().count() < 2 {
                continue;
            }
            let with_episodes = self.decisions(unit).flatten();
            let with_episodes = with_episodes
                .filter(|own| own.verdict == Some(Verdict::Episodes))
                .count();
            for group in &unit.episodes {
                let has = |coder: &&usize| unit.episode(group, **coder).is_some();
                match self.coders.iter().filter(has).count() {
                    0 => (),
                    1 if with_episodes < 2 => counts.verdict_differs += 1,
                    1 => counts.unmatched += 1,
                    _ => counts.matched += 1,
                }
            }
        }
        counts
    }

    /// Counts what each coder did.
    pub fn reached(&self) -> Vec<Reached> {
        let mut all = vec![Reached::default(); self.coders.len()];
        let mut last: Vec<Option<u64>> = vec![None; self.coders.len()];
        for (unit, session) in self.units() {
            for (at, own) in self.decisions(unit).enumerate() {
                let Some(own) = own else { continue };
                all[at].turns += 1;
                all[at].sessions += u64::from(last[at] != Some(session));
                last[at] = Some(session);
                if own.verdict == Some(Verdict::Episodes) {
                    all[at].episodes += own.episodes.len() as u64;
                }
            }
        }
        all
    }

    fn units(&self) -> impl Iterator<Item = (&'a Compared, u64)> + '_ {
        self.comparison
            .units
            .iter()
            .zip(self.sessions.iter().copied())
    }

    /// Gives each coder's decision on a unit, in the order of the coders.
    fn decisions(&self, unit: &'a Compared) -> impl Iterator<Item = Option<&'a Decision>> + '_ {
        let of = |coder: &usize| unit.decisions[*coder].as_ref();
        self.coders.iter().map(of)
    }

    /// Gives every episode that one of the coders has, as each of them has it, with its session.
    fn rows(&self) -> impl Iterator<Item = (&[Option<Own<'a>>], u64)> {
        let rows = self.episodes.own.chunks(self.coders.len().max(1));
        rows.zip(self.episodes.sessions.iter().copied())
    }

    /// Gives the place of a field in the codebook.
    fn place(&self, field: &Field) -> usize {
        let mut fields = self.codebook.fields();
        fields
            .position(|own| own.id == field.id)
            .unwrap_or(usize::MAX)
    }

    /// Visits what the coders say of a field, episode by episode, with the session: `read` takes it from an answer, and
    /// `none` stands for *does not apply*. Episodes that do not count are passed over.
    fn each_row<T: Copy>(
        &self,
        field: &Field,
        applying: Applying,
        (read, none): (impl Fn(&Answer) -> Option<T>, T),
        mut visit: impl FnMut(&[Option<T>], u64) -> Result<(), Unfit>,
    ) -> Result<(), Unfit> {
        let place = self.place(field);
        let mut labels = Vec::new();
        for (row, session) in self.rows() {
            let mut applies_to_one = false;
            let answer = |own: &Option<Own>| {
                let answer = self.episodes.answer((*own)?, place)?;
                if answer.applies? {
                    read(answer).inspect(|_| applies_to_one = true)
                } else {
                    (applying != Applying::ForBoth).then_some(none)
                }
            };
            labels.clear();
            labels.extend(row.iter().map(answer));
            if applies_to_one || applying != Applying::ForEither {
                visit(&labels, session)?;
            }
        }
        Ok(())
    }
}

impl<'a> Episodes<'a> {
    fn new(
        codebook: &Codebook,
        comparison: &'a Comparison,
        coders: &[usize],
        sessions: &[u64],
    ) -> Episodes<'a> {
        let mut all = Episodes::default();
        for (unit, session) in comparison.units.iter().zip(sessions) {
            for group in &unit.episodes {
                let own = coders.iter().map(|coder| unit.episode(group, *coder));
                if own.clone().any(|own| own.is_some()) {
                    all.sessions.push(*session);
                    for own in own {
                        all.push(codebook, own);
                    }
                }
            }
        }
        all
    }

    fn push(&mut self, codebook: &Codebook, own: Option<&'a Episode>) {
        let answers = self.answers.len();
        self.own.push(own.map(|episode| Own { episode, answers }));
        if let Some(own) = own {
            let of = |field| answer(codebook, field, own);
            self.answers.extend(codebook.fields().map(of));
        }
    }

    /// Gives what a coder's episode says of the field at a place of the codebook.
    fn answer(&self, own: Own, field: usize) -> Option<&Answer> {
        self.answers.get(own.answers..)?.get(field)
    }
}

fn answer(codebook: &Codebook, field: &Field, episode: &Episode) -> Answer {
    let choices = episode.choices(&field.id);
    let place = |code: &str| field.codes.iter().position(|own| own.id == code);
    // A code that is not in the codebook lies beyond every set.
    let places = choices
        .iter()
        .map(|own| place(&own.code).unwrap_or(usize::MAX));
    Answer {
        applies: applies(codebook, field, episode),
        one: match choices {
            [only] => place(&only.code),
            _ => None,
        },
        all: CodeSet::new(places).filter(|set| !set.is_empty()),
    }
}

/// Tells whether a field applies to an episode; `None` while what decides it is not given.
fn applies(codebook: &Codebook, field: &Field, episode: &Episode) -> Option<bool> {
    let mut field = field;
    let mut is_asked_for = true;
    // Each step goes to a field that stands before, so that there are no more steps than fields.
    for _ in codebook.fields() {
        let Some(applies) = &field.applies else {
            return is_asked_for.then_some(true);
        };
        if applies
            .codes
            .iter()
            .any(|code| episode.has(&applies.field, code))
        {
            return is_asked_for.then_some(true);
        }
        if !episode.choices(&applies.field).is_empty() {
            return Some(false);
        }
        // The other field is empty: because it does not apply either, or because it is not given yet.
        field = codebook.field(&applies.field)?;
        is_asked_for = false;
    }
    None
}

#[cfg(test)]
mod tests;
