//! A model among people: does it agree with them as they agree with each other?

use super::figures::{Counted, empty, resampled};
use super::question::{Data, Question};
use super::topic::primary;
use super::values::{Convention, Difference};
use super::words;
use crate::agreement::{Missing, Resampling};

/// Compares the model, the last of the coders, with the people before it; `None` for the readings of a conditional
/// field in which *does not apply* is a code.
pub(super) fn difference(
    question: &Question,
    coders: usize,
    how: &Resampling,
) -> Option<Difference> {
    if matches!(
        question.convention,
        Some(Convention::Either | Convention::All)
    ) {
        return None;
    }
    let counted = match question.data {
        Data::Plain(ratings) => Counted::Plain(ratings.tally(Missing::LeaveOut)),
        Data::Sets(sets) => Counted::Sets(sets.tally(Missing::LeaveOut)),
    };
    let kind = primary(question)?;
    let stream = format!("difference/{}", question.id);
    let tally = counted.tally().complete();
    let mut difference = empty("difference", "model less people", tally.pairable());
    let found = counted.apart(coders.checked_sub(1)?, kind, &stream, how);
    let (mut with_people, mut among_people) = (None, None);
    match found {
        Ok(found) => {
            (with_people, among_people) = (Some(found.with_others), Some(found.among_others));
            difference.value = Some(found.with_others - found.among_others);
            difference.standard_error = Some(found.difference.deviation);
            let basis = if tally.sessions().is_some() {
                "sessions"
            } else {
                "units"
            };
            resampled(&mut difference, &found.difference, basis, how);
        }
        Err(why) => difference.undefined = Some(words::reason(why)),
    }
    Some(Difference {
        id: question.id.clone(),
        name: question.name.clone(),
        headline: question.headline,
        figure: kind.id,
        figure_name: kind.name,
        with_people,
        among_people,
        difference,
    })
}
