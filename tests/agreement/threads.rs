//! What is measured does not depend on how many threads measure it.

use pushback::agreement::{CodeSet, Ratings, Section, SetRatings, TurnSet};
use pushback::model::{Codebook, Field};
use pushback::random::Pcg64;
use pushback::report::agreement::{
    Answers, Compared, ComparedModel, Conditional, FieldLabels, Found, Labels, Matching, Options,
    Reached, measure,
};

const UNITS: u64 = 120;

/// Two or three coders who agree on most units; what they agree on is drawn.
struct Drawn {
    random: Pcg64,
    coders: usize,
}

impl Drawn {
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.random.below(limit as u64)).unwrap()
    }

    fn labels(&mut self, categories: usize) -> Vec<Option<usize>> {
        let truth = self.below(categories);
        let coders = 0..self.coders;
        let label = coders.map(|_| match self.below(5) {
            0 => self.below(categories),
            _ => truth,
        });
        label.map(Some).collect()
    }

    fn codes(&mut self, categories: usize) -> Ratings {
        let mut ratings = Ratings::new(categories, self.coders);
        for unit in 0..UNITS {
            let labels = self.labels(categories);
            ratings.add(&labels, Some(unit / 6)).unwrap();
        }
        ratings
    }

    fn sets(&mut self, declared: usize) -> SetRatings {
        let mut ratings = SetRatings::new(declared, self.coders);
        for unit in 0..UNITS {
            let (one, other) = (self.labels(declared), self.labels(declared));
            let pairs = one.into_iter().zip(other);
            let sets: Vec<Option<CodeSet>> = pairs
                .map(|(one, other)| CodeSet::new(one.into_iter().chain(other)))
                .collect();
            ratings.add(&sets, Some(unit / 6)).unwrap();
        }
        ratings
    }

    fn field(&mut self, field: &Field) -> FieldLabels {
        let one = field.select.limit() == 1;
        let mut answers = |extra: usize| {
            let codes = field.codes.len() + extra;
            if one {
                Answers::One(self.codes(codes))
            } else {
                Answers::Many(self.sets(codes))
            }
        };
        let (codes, either, everywhere) = (answers(0), answers(1), answers(1));
        let conditional = field.applies.is_some().then(|| Conditional {
            gate: self.codes(2),
            either,
            everywhere,
        });
        FieldLabels {
            field: field.id.clone(),
            codes,
            scale: (field.scale.len() > 1).then(|| self.codes(field.scale.len())),
            conditional,
            attribute: field
                .attribute
                .as_ref()
                .map(|own| self.codes(own.values.len())),
        }
    }

    fn found(&mut self, first: usize, second: usize) -> Found {
        let mut section = || {
            let mut side = || {
                let turns = (0..4)
                    .map(|_| u32::try_from(self.below(20)).unwrap())
                    .collect::<Vec<_>>();
                Some(
                    turns
                        .into_iter()
                        .map(|turn| TurnSet::from_turns([turn]))
                        .collect(),
                )
            };
            Section {
                coders: vec![side(), side()],
            }
        };
        Found {
            first,
            second,
            sections: (0..20).map(|_| section()).collect(),
            passed_over: 0,
        }
    }

    fn all(&mut self, codebook: &Codebook) -> Labels {
        let coders = 0..self.coders;
        let pairs = coders
            .clone()
            .flat_map(|one| (one + 1..3).map(move |two| (one, two)));
        let pairs: Vec<_> = pairs.filter(|(_, two)| *two < self.coders).collect();
        Labels {
            coders: coders.map(|coder| format!("coder{coder}")).collect(),
            reached: vec![Reached::default(); self.coders],
            verdicts: self.codes(2),
            reasons: self.codes(codebook.reasons.len()),
            found: pairs
                .into_iter()
                .map(|(one, two)| self.found(one, two))
                .collect(),
            names_its_units: false,
            turns: self.codes(2),
            without_length: 0,
            matching: Matching::default(),
            fields: codebook.fields().map(|field| self.field(field)).collect(),
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_figure() {
    let text = include_str!("../../codebook/misalignment.toml");
    let codebook = Codebook::parse(text, "misalignment.toml").unwrap();
    let labels = |coders| {
        let random = Pcg64::stream(3, "threads", coders as u64);
        Drawn { random, coders }.all(&codebook)
    };
    let compared = Compared {
        people: Some(labels(2)),
        models: vec![ComparedModel {
            coder: "model".to_owned(),
            with_people: vec![labels(2)],
            people_on_same_units: Some(labels(2)),
            with_all: Some(labels(3)),
            with_gold: Some(labels(2)),
        }],
    };
    let with = |threads| {
        let mut options = Options {
            resampling: pushback::agreement::Resampling::default(),
            threads,
        };
        options.resampling.replicates = 50;
        measure(&codebook, &compared, &options)
    };
    let one = with(1);
    assert!(one.people.as_ref().unwrap().questions.len() > 10);
    assert!(one.models[0].differences.len() > 5);
    assert_eq!(one, with(2));
    assert_eq!(one, with(7));
}
