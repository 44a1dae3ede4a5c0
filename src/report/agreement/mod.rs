//! Agreement: how far coders agree, with its uncertainty, for everything that the codebook asks.
//!
//! [`Labels`] go in, as numbers; [`measure`] gives an [`Agreement`], the values that JSON shows; [`page()`] makes of
//! it what a person reads. The codebook alone decides which questions there are and which figure is named in advance.

mod difference;
mod figures;
mod finding;
mod kinds;
mod labels;
mod methods;
mod question;
mod scales;
mod score;
mod summary;
mod tables;
mod tidy;
mod topic;
mod values;
mod words;

pub use labels::{Answers, Conditional, FieldLabels, Found, Labels, Matching, Reached};
pub use summary::summary;
pub use tables::{Style, page};
pub use tidy::{counts, figures};
pub use values::{
    Agreement, Category, CodeRow, CodebookName, CoderCoverage, Convention, Difference, FORM,
    Figure, Finding, FindingPair, Group, Matrix, MeanOver, Model, Note, PairCoverage, PairFigure,
    PairTable, Resampled, Scheme, Score, ScoreRow, Spread, Topic, Unit, Without,
};

use crate::agreement::{Missing, Resampling, side_by_side};
use crate::model::Codebook;

/// How to compute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Seed, resamples and level of the intervals.
    pub resampling: Resampling,
    /// How many threads; the figures do not depend on it.
    pub threads: usize,
}

/// The labels of a study, by who is compared with whom.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// People with each other; `None` with fewer than two.
    pub people: Option<Labels>,
    /// Each model.
    pub models: Vec<ComparedModel>,
}

/// The labels of a model, by whom it is compared with.
#[derive(Debug, Clone)]
pub struct ComparedModel {
    /// Its name.
    pub coder: String,
    /// The model with each person, the person first.
    pub with_people: Vec<Labels>,
    /// People with each other on the units that the model decided.
    pub people_on_same_units: Option<Labels>,
    /// People and the model, which stands last, on the units that the model decided; `None` with fewer than two people.
    pub with_all: Option<Labels>,
    /// Gold, first, and the model.
    pub with_gold: Option<Labels>,
}

/// Computes everything.
pub fn measure(codebook: &Codebook, compared: &Compared, options: &Options) -> Agreement {
    let of = |labels: &Labels| group(codebook, labels, options);
    let model = |own: &ComparedModel| {
        let with_gold = own.with_gold.as_ref();
        let with_all = own.with_all.as_ref();
        Model {
            coder: own.coder.clone(),
            differences: with_all.map_or_else(Vec::new, |all| differences(codebook, all, options)),
            with_people: own.with_people.iter().map(of).collect(),
            people_on_same_units: own.people_on_same_units.as_ref().map(of),
            against_gold: with_gold.map(|labels| scores(codebook, labels, options)),
        }
    };
    let mut agreement = Agreement {
        form: FORM,
        codebook: CodebookName {
            id: codebook.id.clone(),
            name: codebook.name.clone(),
            version: codebook.version.clone(),
            hash: codebook.hash.clone(),
        },
        resampling: Resampled {
            generator: crate::random::GENERATOR,
            seed: options.resampling.seed,
            resamples: options.resampling.replicates,
            level: options.resampling.level,
        },
        people: compared.people.as_ref().map(of),
        models: compared.models.iter().map(model).collect(),
        methods: String::new(),
    };
    agreement.methods = methods::sentences(&agreement);
    agreement
}

/// One analysis; the longest stand first, so that no thread waits for another at the end.
enum Job<'a> {
    Topic(usize, question::Question<'a>),
    Finding,
}

enum Done {
    Topic(usize, Box<Topic>),
    Finding(Finding),
}

fn group(codebook: &Codebook, labels: &Labels, options: &Options) -> Group {
    let how = &options.resampling;
    let mut jobs: Vec<Job> = question::questions(codebook, labels)
        .into_iter()
        .enumerate()
        .map(|(at, question)| Job::Topic(at, question))
        .collect();
    if !labels.names_its_units {
        jobs.push(Job::Finding);
    }
    jobs.sort_by_key(|job| match job {
        Job::Topic(at, question) if question.scheme == Scheme::Set => (0, *at),
        Job::Finding => (1, 0),
        Job::Topic(at, _) => (2, *at),
    });
    let done = side_by_side(&jobs, options.threads, |job| match job {
        Job::Topic(at, question) => {
            Done::Topic(*at, Box::new(topic::topic(question, &labels.coders, how)))
        }
        Job::Finding => Done::Finding(finding::finding(labels, how)),
    });
    let mut topics = Vec::new();
    let mut finding = None;
    for done in done {
        match done {
            Done::Topic(at, topic) => topics.push((at, *topic)),
            Done::Finding(found) => finding = Some(found),
        }
    }
    topics.sort_by_key(|(at, _)| *at);
    let questions = topics.into_iter().map(|(_, topic)| topic).collect();
    coverage(labels, finding, questions)
}

/// Adds who decided how much.
fn coverage(labels: &Labels, finding: Option<Finding>, questions: Vec<Topic>) -> Group {
    let tally = labels.verdicts.tally(Missing::LeaveOut);
    let seen = tally.seen();
    let coders = labels.coders.iter().enumerate();
    let of_coder = |(at, coder): (usize, &String)| {
        let own = labels.reached.get(at).copied().unwrap_or_default();
        CoderCoverage {
            coder: coder.clone(),
            sessions: own.sessions,
            decided: own.turns,
            episodes: own.episodes,
            double_coded: seen.labels.get(at).copied().unwrap_or(0),
        }
    };
    let found = labels.found.iter();
    Group {
        coders: coders.map(of_coder).collect(),
        units: seen.any,
        double_coded: seen.pairable,
        single_coded: seen.single,
        pairs: found.map(|found| pair(labels, &tally, found)).collect(),
        matching: labels.matching,
        finding,
        questions,
    }
}

fn pair(labels: &Labels, tally: &crate::agreement::Tally, found: &Found) -> PairCoverage {
    let name = |at: usize| labels.coders.get(at).cloned().unwrap_or_default();
    let opened = |coder: usize| {
        move |section: &&crate::agreement::Section| {
            section.coders.get(coder).is_some_and(Option::is_some)
        }
    };
    let sections = found.sections.iter();
    let both = sections.clone().filter(opened(0)).filter(opened(1)).count() as u64;
    let first = sections.clone().filter(opened(0)).count() as u64;
    let second = sections.filter(opened(1)).count() as u64;
    PairCoverage {
        first: name(found.first),
        second: name(found.second),
        both: tally.of(&[found.first, found.second]).pairable(),
        sessions_both: both,
        sessions_first_only: first - both,
        sessions_second_only: second - both,
        passed_over: found.passed_over,
    }
}

fn scores(codebook: &Codebook, labels: &Labels, options: &Options) -> Vec<Score> {
    let how = &options.resampling;
    let questions = question::questions(codebook, labels);
    let scores = side_by_side(&questions, options.threads, |question| {
        score::score(question, &labels.coders, how)
    });
    scores.into_iter().flatten().collect()
}

fn differences(codebook: &Codebook, labels: &Labels, options: &Options) -> Vec<Difference> {
    let how = &options.resampling;
    let questions = question::questions(codebook, labels);
    let differences = side_by_side(&questions, options.threads, |question| {
        difference::difference(question, labels.coders.len(), how)
    });
    differences.into_iter().flatten().collect()
}
