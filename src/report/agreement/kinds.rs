//! Which figures there are for which kind of answers, and how each is computed.

use super::values::Scheme;
use crate::agreement::{Coefficient, SetDistance, SetMeasure, Undefined, Weights};

/// A figure that is resampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) how: How,
}

/// How a figure is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Plain(Coefficient, Scale),
    Sets(SetMeasure),
}

/// The weights of a coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
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

/// F1 of one code against gold, by its other name.
pub(super) const F1: &[Kind] = &[plain("f1", "F1", Coefficient::Specific(0), Scale::Identity)];

/// Agreement beyond chance of a model with gold.
pub(super) fn with_gold(scheme: Scheme) -> &'static [Kind] {
    const CODES: &[Kind] = &[KAPPA, AC1];
    const SCALE: &[Kind] = &[plain(
        "kappa_quadratic",
        "kappa (quadratic)",
        Coefficient::Conger,
        Scale::Quadratic,
    )];
    const SETS: &[Kind] = &[sets(
        "alpha_masi",
        "alpha (MASI)",
        SetMeasure::Alpha(SetDistance::Masi),
    )];
    match scheme {
        Scheme::Binary | Scheme::Nominal => CODES,
        Scheme::Ordinal => SCALE,
        Scheme::Set => SETS,
    }
}

/// Gives the figures for a kind of answers.
pub(super) fn kinds(scheme: Scheme) -> &'static [Kind] {
    match scheme {
        Scheme::Binary => BINARY,
        Scheme::Nominal => NOMINAL,
        Scheme::Ordinal => ORDINAL,
        Scheme::Set => SETS,
    }
}

impl Scale {
    /// Gives the weights for so many categories.
    pub(super) fn weights(self, categories: usize) -> Result<Weights, Undefined> {
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

impl Kind {
    /// Gives the name for people; with more than two coders kappa and pi are those of other authors.
    pub(super) fn name_among(self, coders: usize) -> &'static str {
        match self.id {
            _ if coders <= 2 => self.name,
            "kappa" => "kappa (Conger)",
            "kappa_linear" => "kappa (Conger, linear)",
            "kappa_quadratic" => "kappa (Conger, quadratic)",
            "pi" => "kappa (Fleiss)",
            _ => self.name,
        }
    }

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
