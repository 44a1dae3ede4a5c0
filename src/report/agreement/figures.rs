//! The figures of one question: which there are for which kind of answers, and each with its interval.

use super::values::{Figure, Scheme};
use super::words;
use crate::agreement::{
    Coefficient, Confidence, Estimate, Measure, Method, Proportion, Resampling, SetDistance,
    SetMeasure, SetTally, Tally, Undefined, Weights,
};

/// A figure that is resampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Plain(Coefficient, Scale),
    Sets(SetMeasure),
}

/// The weights of a coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Identity,
    Linear,
    Quadratic,
    OneStep,
}

const fn plain(
    id: &'static str,
    name: &'static str,
    coefficient: Coefficient,
    scale: Scale,
) -> Kind {
    let how = How::Plain(coefficient, scale);
    Kind { id, name, how }
}

const fn sets(id: &'static str, name: &'static str, measure: SetMeasure) -> Kind {
    let how = How::Sets(measure);
    Kind { id, name, how }
}

const PERCENT: Kind = plain("percent", "agree", Coefficient::Percent, Scale::Identity);
const KAPPA: Kind = plain("kappa", "kappa", Coefficient::Conger, Scale::Identity);
const ALPHA: Kind = plain("alpha", "alpha", Coefficient::Alpha, Scale::Identity);
const AC1: Kind = plain("ac1", "AC1", Coefficient::Gwet, Scale::Identity);
const PI: Kind = plain("pi", "pi", Coefficient::Fleiss, Scale::Identity);
const POSITIVE: Kind = plain(
    "positive_agreement",
    "agreement on yes",
    Coefficient::Specific(0),
    Scale::Identity,
);
const NEGATIVE: Kind = plain(
    "negative_agreement",
    "agreement on no",
    Coefficient::Specific(1),
    Scale::Identity,
);

const BINARY: &[Kind] = &[
    PERCENT,
    AC1,
    POSITIVE,
    NEGATIVE,
    KAPPA,
    ALPHA,
    PI,
    plain("pabak", "PABAK", Coefficient::Pabak, Scale::Identity),
];

const NOMINAL: &[Kind] = &[
    PERCENT,
    ALPHA,
    AC1,
    KAPPA,
    PI,
    plain(
        "brennan_prediger",
        "Brennan-Prediger",
        Coefficient::BrennanPrediger,
        Scale::Identity,
    ),
];

const ORDINAL: &[Kind] = &[
    plain(
        "alpha_ordinal",
        "alpha (ordinal)",
        Coefficient::OrdinalAlpha,
        Scale::Identity,
    ),
    plain(
        "alpha_interval",
        "alpha (interval)",
        Coefficient::Alpha,
        Scale::Quadratic,
    ),
    plain(
        "kappa_linear",
        "kappa (linear)",
        Coefficient::Conger,
        Scale::Linear,
    ),
    plain(
        "kappa_quadratic",
        "kappa (quadratic)",
        Coefficient::Conger,
        Scale::Quadratic,
    ),
    plain(
        "ac2_linear",
        "AC2 (linear)",
        Coefficient::Gwet,
        Scale::Linear,
    ),
    plain(
        "ac2_quadratic",
        "AC2 (quadratic)",
        Coefficient::Gwet,
        Scale::Quadratic,
    ),
    PERCENT,
    plain(
        "within_one_step",
        "within one step",
        Coefficient::Percent,
        Scale::OneStep,
    ),
];

const SETS: &[Kind] = &[
    sets(
        "alpha_masi",
        "alpha (MASI)",
        SetMeasure::Alpha(SetDistance::Masi),
    ),
    sets(
        "alpha_jaccard",
        "alpha (Jaccard)",
        SetMeasure::Alpha(SetDistance::Jaccard),
    ),
    sets(
        "alpha_exact",
        "alpha (exact)",
        SetMeasure::Alpha(SetDistance::Exact),
    ),
    sets("pooled_pi", "pooled pi", SetMeasure::PooledPi),
    sets(
        "exact_match",
        "exact match",
        SetMeasure::Similarity(SetDistance::Exact),
    ),
    sets(
        "any_overlap",
        "a code in common",
        SetMeasure::Similarity(SetDistance::Disjoint),
    ),
    sets(
        "mean_jaccard",
        "mean Jaccard",
        SetMeasure::Similarity(SetDistance::Jaccard),
    ),
    sets(
        "mean_masi",
        "mean MASI",
        SetMeasure::Similarity(SetDistance::Masi),
    ),
];

/// The figures of one code, given or not.
pub(super) const OF_CODE: &[Kind] = &[KAPPA, AC1, POSITIVE, NEGATIVE];

/// Gives the figures for a kind of answers.
pub(super) fn kinds(scheme: Scheme) -> &'static [Kind] {
    match scheme {
        Scheme::Binary => BINARY,
        Scheme::Nominal => NOMINAL,
        Scheme::Ordinal => ORDINAL,
        Scheme::Set => SETS,
    }
}

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

    /// Gives figures with their intervals, in the order of `kinds`; `name` gives the resamples a stream of their own.
    pub(super) fn figures(&self, kinds: &[Kind], name: &str, how: &Resampling) -> Vec<Figure> {
        match self {
            Counted::Plain(tally) => plain_figures(tally, kinds, name, how),
            Counted::Sets(sets) => set_figures(sets, kinds, name, how),
        }
    }
}

impl Scale {
    fn weights(self, categories: usize) -> Result<Weights, Undefined> {
        Ok(match self {
            Scale::Identity => Weights::identity(categories),
            Scale::Linear => Weights::linear(categories),
            Scale::Quadratic => Weights::quadratic(categories),
            Scale::OneStep => {
                let apart = |low: usize, high: usize| f64::from(u8::from(low.abs_diff(high) > 1));
                Weights::from_distance(categories, apart)?
            }
        })
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
    drawn: Result<crate::agreement::Resampled, Undefined>,
    how: &Resampling,
) -> Figure {
    let mut figure = empty(kind.id, kind.name, tally.pairable());
    let found = match found {
        Ok(found) => found,
        Err(why) => {
            figure.undefined = Some(words::reason(why));
            return figure;
        }
    };
    figure.value = Some(found.value);
    figure.standard_error = found.error.map(|error| error.value);
    if matches!(kind.id, "percent" | "exact_match") && tally.coders() == 2 {
        wilson(&mut figure, tally.unanimous(), tally.pairable(), how.level);
        return figure;
    }
    let basis = if tally.sessions().is_some() {
        "sessions"
    } else {
        "units"
    };
    if let Ok(drawn) = drawn {
        figure.undefined_resamples = drawn.undefined;
        if let Some(interval) = drawn.interval {
            (figure.low, figure.high) = (Some(interval.low), Some(interval.high));
            figure.basis = Some(basis);
            figure.interval = Some(match drawn.method {
                Method::BiasCorrected => "bootstrap_bca",
                Method::Percentile => "bootstrap_percentile",
            });
            return figure;
        }
    }
    // Where all agree the resamples are alike, and some figures still have an exact lower end.
    let exact = (found.observed >= 1.0).then(|| found.interval(how.level));
    match exact {
        Some(Ok(interval)) => {
            (figure.low, figure.high) = (Some(interval.low), Some(interval.high));
            figure.interval = Some("clopper_pearson");
            figure.basis = Some(basis);
        }
        _ => figure.no_interval = Some(why_none(tally, &figure, how)),
    }
    figure
}

fn why_none(tally: &Tally, figure: &Figure, how: &Resampling) -> &'static str {
    if tally.sessions().is_some_and(|sessions| sessions < 2) {
        "all labels are from one session"
    } else if f64::from(figure.undefined_resamples)
        > crate::agreement::MOST_DROPPED * f64::from(how.replicates)
    {
        "too many resamples had no value"
    } else {
        words::no_interval(crate::agreement::NoInterval::NoVariation)
    }
}

/// Gives a share its interval.
pub(super) fn wilson(figure: &mut Figure, part: u64, whole: u64, level: f64) {
    let share = Proportion::new(part, whole);
    let (Ok(share), Some(level)) = (share, Confidence::new(level)) else {
        figure.no_interval = Some("there is nothing to count");
        return;
    };
    let interval = share.wilson(level);
    (figure.low, figure.high) = (Some(interval.low), Some(interval.high));
    figure.interval = Some("wilson");
    figure.basis = Some("units");
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

impl Kind {
    /// Alpha over developer turns, in an episode or not.
    pub(super) const fn turn_alpha() -> Kind {
        plain(
            "turn_alpha",
            "alpha of turns",
            Coefficient::Alpha,
            Scale::Identity,
        )
    }
}
