//! The figures of one question, each with its interval.

use super::kinds::{How, Kind};
use super::values::{Figure, MeanOver};
use super::words;
use crate::agreement::{
    Apart, Coefficient, Estimate, Index, Interval, MOST_DROPPED, Mean, Measure, Method, NoInterval,
    Resampled, Resampling, SetMeasure, SetTally, Tally, Undefined, Weights,
};

/// Labels, counted.
pub(super) enum Counted {
    Plain(Tally),
    Sets(SetTally),
}

impl Counted {
    pub(super) fn tally(&self) -> &Tally {
        match self {
            Counted::Plain(tally) => tally,
            Counted::Sets(sets) => sets.tally(),
        }
    }

    pub(super) fn of(&self, coders: &[usize]) -> Counted {
        match self {
            Counted::Plain(tally) => Counted::Plain(tally.of(coders)),
            Counted::Sets(sets) => Counted::Sets(sets.of(coders)),
        }
    }

    /// Gives the value of one figure.
    pub(super) fn value(&self, kind: Kind) -> Result<f64, Undefined> {
        match (self, kind.how) {
            (Counted::Plain(tally), How::Plain(coefficient, scale)) => {
                tally.value(coefficient, &scale.weights(tally.categories())?)
            }
            (Counted::Sets(sets), How::Sets(measure)) => {
                sets.estimate(measure).map(|found| found.value)
            }
            _ => Err(Undefined::OtherCategories),
        }
    }

    /// Gives the standard error of a figure over units or sessions, and over the choice of the coders; `None` for sets
    /// and below three coders.
    pub(super) fn errors(&self, kind: Kind) -> Option<(f64, f64)> {
        let (Counted::Plain(tally), How::Plain(coefficient, scale)) = (self, kind.how) else {
            return None;
        };
        let weights = scale.weights(tally.categories()).ok()?;
        let of_coders = tally.coder_error(coefficient, &weights).ok()?;
        let of_units = tally.estimate(coefficient, &weights).ok()?.error?;
        Some((of_units.value, of_coders))
    }

    /// Compares a coder's agreement with the others to that among the others.
    pub(super) fn apart(
        &self,
        coder: usize,
        kind: Kind,
        name: &str,
        how: &Resampling,
    ) -> Result<Apart, Undefined> {
        match (self, kind.how) {
            (Counted::Plain(tally), How::Plain(coefficient, scale)) => {
                let weights = scale.weights(tally.categories())?;
                let measure = Measure {
                    coefficient,
                    weights: &weights,
                };
                tally.apart(coder, measure, name, how)
            }
            (Counted::Sets(sets), How::Sets(measure)) => sets.apart(coder, measure, name, how),
            _ => Err(Undefined::OtherCategories),
        }
    }

    /// Gives figures with their intervals, in the order of `kinds`; `name` gives the resamples a stream of their own.
    pub(super) fn figures(&self, kinds: &[Kind], name: &str, how: &Resampling) -> Vec<Figure> {
        match self {
            Counted::Plain(tally) => plain_figures(tally, kinds, name, how),
            Counted::Sets(sets) => set_figures(sets, kinds, name, how),
        }
    }
}

fn plain_figures(tally: &Tally, kinds: &[Kind], name: &str, how: &Resampling) -> Vec<Figure> {
    let parts = kinds.iter().filter_map(|kind| match kind.how {
        How::Plain(coefficient, scale) => {
            let weights = scale.weights(tally.categories()).ok()?;
            Some((kind, coefficient, weights))
        }
        How::Sets(_) => None,
    });
    let parts: Vec<(&Kind, Coefficient, Weights)> = parts.collect();
    let measures = parts.iter().map(|(_, coefficient, weights)| Measure {
        coefficient: *coefficient,
        weights,
    });
    let measures: Vec<Measure> = measures.collect();
    let drawn = tally.bootstrap(&measures, name, how);
    let found = measures
        .iter()
        .map(|own| tally.estimate(own.coefficient, own.weights));
    let figures = parts.iter().zip(found.zip(drawn));
    figures
        .map(|((kind, ..), (found, drawn))| figure(**kind, tally, found, drawn, how))
        .collect()
}

fn set_figures(sets: &SetTally, kinds: &[Kind], name: &str, how: &Resampling) -> Vec<Figure> {
    let parts = kinds.iter().filter_map(|kind| match kind.how {
        How::Sets(measure) => Some((kind, measure)),
        How::Plain(..) => None,
    });
    let parts: Vec<(&Kind, SetMeasure)> = parts.collect();
    let measures: Vec<SetMeasure> = parts.iter().map(|(_, measure)| *measure).collect();
    let drawn = sets.bootstrap(&measures, name, how);
    let found = measures.iter().map(|measure| sets.estimate(*measure));
    let figures = parts.iter().zip(found.zip(drawn));
    figures
        .map(|((kind, _), (found, drawn))| figure(**kind, sets.tally(), found, drawn, how))
        .collect()
}

/// Puts a value and its interval together.
fn figure(
    kind: Kind,
    tally: &Tally,
    found: Result<Estimate, Undefined>,
    drawn: Result<Resampled, Undefined>,
    how: &Resampling,
) -> Figure {
    let name = kind.name_among(tally.coders());
    let mut figure = empty(kind.id, name, tally.pairable());
    let found = match found {
        Ok(found) => found,
        Err(why) => {
            figure.undefined = Some(words::reason(why));
            return figure;
        }
    };
    figure.value = Some(found.value);
    figure.standard_error = found.error.map(|error| error.value);
    if is_share(kind.id) || follows_from_share(kind.id) {
        share_interval(&mut figure, &found, tally, how.level);
        return figure;
    }
    if let Ok(drawn) = drawn {
        resampled(&mut figure, &drawn, basis(tally), how);
        if figure.low.is_none() && tally.sessions().is_some_and(|sessions| sessions < 2) {
            figure.no_interval = Some(words::ONE_SESSION);
        }
    }
    figure
}

/// Tells whether a figure is a share of units, read in per cent.
pub(super) fn is_share(id: &str) -> bool {
    matches!(
        id,
        "percent" | "exact_match" | "any_overlap" | "within_one_step" | "accuracy"
    ) || matches!(id, "precision" | "recall")
}

/// Tells whether a figure is a straight line of the share of agreement.
fn follows_from_share(id: &str) -> bool {
    matches!(id, "pabak" | "brennan_prediger")
}

fn basis(tally: &Tally) -> &'static str {
    if tally.sessions().is_some() {
        "sessions"
    } else {
        "units"
    }
}

/// Gives a share, or what follows from one, its interval.
pub(super) fn share_interval(figure: &mut Figure, found: &Estimate, tally: &Tally, level: f64) {
    let is_whole = found.observed >= 1.0 || found.observed <= 0.0;
    let how = if is_whole {
        "clopper_pearson"
    } else {
        "wilson"
    };
    let interval = found.share_interval(level).transpose();
    let interval = interval.unwrap_or(Err(NoInterval::NoVariation));
    ends(figure, interval, how, basis(tally));
    if figure.low.is_none() && tally.sessions().is_some_and(|sessions| sessions < 2) {
        figure.no_interval = Some(words::ONE_SESSION);
    }
}

/// Gives a figure the ends of its interval, or the reason why it has none.
fn ends(
    figure: &mut Figure,
    interval: Result<Interval, NoInterval>,
    how: &'static str,
    basis: &'static str,
) {
    match interval {
        Ok(interval) => {
            (figure.low, figure.high) = (Some(interval.low), Some(interval.high));
            (figure.interval, figure.basis) = (Some(how), Some(basis));
        }
        Err(why) => figure.no_interval = Some(words::no_interval(why)),
    }
}

/// Gives a figure the interval that its resamples show, or the reason why they show none.
pub(super) fn resampled(
    figure: &mut Figure,
    drawn: &Resampled,
    basis: &'static str,
    how: &Resampling,
) {
    figure.undefined_resamples = drawn.undefined;
    let lost = f64::from(drawn.undefined) > MOST_DROPPED * f64::from(how.replicates);
    let method = match drawn.method {
        Method::BiasCorrected => "bootstrap_bca",
        Method::Percentile => "bootstrap_percentile",
    };
    ends(
        figure,
        drawn.interval.ok_or(NoInterval::NoVariation),
        method,
        basis,
    );
    if lost {
        figure.no_interval = Some("too many resamples had no value");
    }
}

/// Gives a share of a tally by a name of its own, such as accuracy.
pub(super) fn share(id: &'static str, name: &'static str, tally: &Tally, level: f64) -> Figure {
    let mut figure = empty(id, name, tally.pairable());
    match tally.estimate(Coefficient::Percent, &Weights::identity(tally.categories())) {
        Ok(found) => {
            figure.value = Some(found.value);
            figure.standard_error = found.error.map(|error| error.value);
            share_interval(&mut figure, &found, tally, level);
        }
        Err(why) => figure.undefined = Some(words::reason(why)),
    }
    figure
}

/// Gives the prevalence and the bias index of two coders.
pub(super) fn indices(tally: &Tally, level: f64) -> [Figure; 2] {
    [
        index(
            "prevalence_index",
            "prevalence index",
            tally,
            tally.prevalence_index(),
            level,
        ),
        index("bias_index", "bias index", tally, tally.bias_index(), level),
    ]
}

fn index(
    id: &'static str,
    name: &'static str,
    tally: &Tally,
    found: Result<Index, Undefined>,
    level: f64,
) -> Figure {
    let mut figure = bare(id, name, tally.pairable(), found.map(|found| found.value));
    if let Ok(found) = found {
        figure.standard_error = found.error.map(|error| error.value);
        ends(&mut figure, found.interval(level), "student", basis(tally));
    }
    figure
}

/// Makes a figure without a value yet.
pub(super) fn empty(id: &'static str, name: &'static str, n: u64) -> Figure {
    Figure {
        figure: id,
        name,
        primary: false,
        n,
        value: None,
        undefined: None,
        low: None,
        high: None,
        interval: None,
        basis: None,
        no_interval: None,
        standard_error: None,
        undefined_resamples: 0,
        mean_over: None,
    }
}

/// Makes a figure that has no interval of its own.
pub(super) fn bare(
    id: &'static str,
    name: &'static str,
    n: u64,
    value: Result<f64, Undefined>,
) -> Figure {
    Figure {
        value: value.ok(),
        undefined: value.err().map(words::reason),
        ..empty(id, name, n)
    }
}

/// Makes a figure that is a mean over codes or pairs, of which some may have no value.
pub(super) fn mean(
    id: &'static str,
    name: &'static str,
    n: u64,
    found: Result<Mean, Undefined>,
) -> Figure {
    let over = found.ok().map(|mean| MeanOver {
        defined: mean.defined,
        of: mean.of,
    });
    Figure {
        mean_over: over,
        ..bare(id, name, n, found.map(|mean| mean.value))
    }
}
