//! Puts the numbers of one run of sessions after those of the runs before.

use crate::report::agreement::{
    Answers, Compared, ComparedModel, Conditional, FieldLabels, Labels,
};

/// Puts a run after those before; the first one stands for itself.
pub(super) fn compared(all: &mut Compared, next: Compared) {
    maybe(&mut all.people, next.people, labels);
    if all.models.is_empty() {
        all.models = next.models;
    } else {
        for (all, next) in all.models.iter_mut().zip(next.models) {
            model(all, next);
        }
    }
}

fn model(all: &mut ComparedModel, next: ComparedModel) {
    for (all, next) in all.with_people.iter_mut().zip(next.with_people) {
        labels(all, next);
    }
    maybe(
        &mut all.people_on_same_units,
        next.people_on_same_units,
        labels,
    );
    maybe(&mut all.with_all, next.with_all, labels);
    maybe(&mut all.with_gold, next.with_gold, labels);
}

fn maybe<T>(all: &mut Option<T>, next: Option<T>, append: impl Fn(&mut T, T)) {
    match (all, next) {
        (Some(all), Some(next)) => append(all, next),
        (all @ None, next) => *all = next,
        (Some(_), None) => (),
    }
}

fn labels(all: &mut Labels, next: Labels) {
    // Every pair has a section for each session.
    let sessions = all.found.first().map_or(0, |own| own.sections.len() as u64);
    for (all, next) in all.reached.iter_mut().zip(next.reached) {
        all.sessions += next.sessions;
        all.turns += next.turns;
        all.episodes += next.episodes;
    }
    all.verdicts.append(&next.verdicts, sessions);
    all.reasons.append(&next.reasons, sessions);
    for (all, next) in all.found.iter_mut().zip(next.found) {
        all.sections.extend(next.sections);
        all.passed_over += next.passed_over;
    }
    all.turns.append(&next.turns, sessions);
    all.without_length += next.without_length;
    all.matching.matched += next.matching.matched;
    all.matching.verdict_differs += next.matching.verdict_differs;
    all.matching.unmatched += next.matching.unmatched;
    for (all, next) in all.fields.iter_mut().zip(next.fields) {
        field(all, next, sessions);
    }
}

fn field(all: &mut FieldLabels, next: FieldLabels, sessions: u64) {
    answers(&mut all.codes, next.codes, sessions);
    maybe(&mut all.scale, next.scale, |all, next| {
        all.append(&next, sessions);
    });
    maybe(&mut all.conditional, next.conditional, |all, next| {
        conditional(all, next, sessions);
    });
    maybe(&mut all.attribute, next.attribute, |all, next| {
        all.append(&next, sessions);
    });
}

fn conditional(all: &mut Conditional, next: Conditional, sessions: u64) {
    all.gate.append(&next.gate, sessions);
    answers(&mut all.either, next.either, sessions);
    answers(&mut all.everywhere, next.everywhere, sessions);
}

fn answers(all: &mut Answers, next: Answers, sessions: u64) {
    match (all, next) {
        (Answers::One(all), Answers::One(next)) => all.append(&next, sessions),
        (Answers::Many(all), Answers::Many(next)) => all.append(&next, sessions),
        // A field takes one code or several in every run.
        (Answers::One(_), Answers::Many(_)) | (Answers::Many(_), Answers::One(_)) => (),
    }
}
