//! Names of figures, and what each says, for somebody who has no textbook at hand.

use super::values::Figure;
use crate::agreement::{Flag, NoInterval, Undefined};
use crate::model::count;

/// Says why a number does not exist.
pub(super) fn reason(undefined: Undefined) -> &'static str {
    match undefined {
        Undefined::NoPairableUnit | Undefined::NoUnits => {
            "there is nothing that two coders labelled"
        }
        Undefined::OneUnit => "there is only one unit",
        Undefined::OneCategoryUsed => {
            "only one category was used, so that agreement cannot be told from chance"
        }
        Undefined::OneCategoryDeclared => "the codebook has only one category here",
        Undefined::NoDistance => "nothing counts as disagreement",
        Undefined::NotADistance => "a distance is not between 0 and 1",
        Undefined::OtherCategories => "the weights belong to other categories",
        Undefined::NotTwoCoders => "the figure belongs to two coders",
        Undefined::TooFewCoders => "too few coders have labels",
        Undefined::NotTwoCategories => "the figure belongs to two categories",
        Undefined::CodeUnused => "nobody used it",
        Undefined::TooManySets => "too many different sets of codes occur",
        Undefined::Empty => "there is nothing to compare",
        Undefined::OverlappingSpans => "episodes of one coder overlap",
        Undefined::UnevenCoders => "not all coders opened all sessions",
        Undefined::UnknownCode => "a code is not in the codebook",
        Undefined::PartExceedsWhole => "the counts contradict each other",
    }
}

/// Why nothing can be resampled.
pub(super) const ONE_SESSION: &str = "all labels are from one session";

/// Says why there is no interval.
pub(super) fn no_interval(reason: NoInterval) -> &'static str {
    match reason {
        NoInterval::TooFew => "fewer than two sessions or units",
        NoInterval::NoVariation => "the resamples are all alike, which is no certainty",
        NoInterval::NotALevel => "the level is not between 0 and 1",
    }
}

/// Says what to beware of; `categories` and `coders` are the names.
pub(super) fn flag(flag: Flag, categories: &[&str], coders: &[String]) -> (&'static str, String) {
    match flag {
        Flag::FewUnits(units) => (
            "few_units",
            format!("n = {units}: below 20 every figure here is unsteady"),
        ),
        Flag::RareCode { category, units } => {
            let name = categories.get(category).copied().unwrap_or_default();
            let used = count(units, "unit");
            let what = format!("{name}: used in {used}; below 5 its interval is unreliable");
            ("rare_code", what)
        }
        Flag::ConstantCoder(coder) => {
            let name = coders.get(coder).map_or("a coder", String::as_str);
            let what = format!(
                "{name} gave one answer throughout: kappa is then 0 or undefined, however often they agree"
            );
            ("constant_coder", what)
        }
        Flag::NoInterval => (
            "no_interval",
            "no interval: an error of 0 is no certainty".to_owned(),
        ),
        Flag::DroppedReplicates {
            undefined,
            replicates,
        } => (
            "dropped_resamples",
            format!("no interval: {undefined} of {replicates} resamples had no value"),
        ),
    }
}

/// Says in a plain sentence what a figure is.
pub(super) fn explanation(figure: &Figure) -> &'static str {
    match figure.figure {
        "percent" => "How often two coders gave the same answer, chance included.",
        "exact_match" => "How often two coders gave an episode exactly the same codes.",
        "any_overlap" => "How often two coders have at least one code in common.",
        "mean_jaccard" => {
            "On average, the share of the codes that either gave which were given by both."
        }
        "mean_masi" => {
            "As mean Jaccard, with sets that contain each other counted better than sets that only overlap."
        }
        "within_one_step" => "How often two coders are at most one step of the scale apart.",
        "kappa" => {
            "Agreement beyond chance, where chance follows from how often each coder gives each answer; low where one answer dominates."
        }
        "kappa_linear" => {
            "Kappa on the scale: a difference of two steps counts twice as much as one of one step."
        }
        "kappa_quadratic" => {
            "Kappa on the scale: a difference of two steps counts four times as much as one of one step."
        }
        "pi" => {
            "Agreement beyond chance, where chance follows from how often all coders together give each answer."
        }
        "alpha" => {
            "Agreement beyond chance for any number of coders, with missing labels; 1 is full agreement, 0 is chance."
        }
        "alpha_ordinal" => {
            "Alpha on the scale: the more labels lie between two answers, the further they are apart."
        }
        "alpha_interval" => "Alpha with all steps of the scale equally wide.",
        "alpha_masi" => {
            "Agreement beyond chance on sets of codes; sets that share codes count as partly agreeing."
        }
        "alpha_jaccard" => {
            "Agreement beyond chance on sets of codes, by the share of codes in common."
        }
        "alpha_exact" => {
            "Agreement beyond chance on sets of codes, with only equal sets counted as agreeing."
        }
        "pooled_pi" => {
            "Agreement beyond chance over all single codes together, each either given or not."
        }
        "ac1" => "Agreement beyond chance that stays steady where one answer dominates.",
        "ac2_linear" => {
            "AC1 on the scale: a difference of two steps counts twice as much as one of one step."
        }
        "ac2_quadratic" => {
            "AC1 on the scale: a difference of two steps counts four times as much as one of one step."
        }
        "brennan_prediger" => "Agreement beyond what equally frequent answers would give.",
        "pabak" => "Twice the share of agreement minus one: agreement beyond the toss of a coin.",
        "positive_agreement" => "Where one coder says yes, how often the other says yes too.",
        "negative_agreement" => "Where one coder says no, how often the other says no too.",
        "prevalence_index" => "How one-sided the answers are: +1 all yes, 0 balanced, -1 all no.",
        "bias_index" => {
            "How much more often the first coder says yes than the second: 0 means equally often."
        }
        "f1_half" => {
            "Of the episodes of both, the share that the other found too, when half of the turns must be shared."
        }
        "f1_any" => {
            "Of the episodes of both, the share that the other found too, when any shared turn is enough."
        }
        "f1_exact" => {
            "Of the episodes of both, the share that the other found too, when the turns must be exactly the same."
        }
        "mean_iou" => {
            "Of the episodes that were found by both (half of the turns shared), how much of their turns is shared."
        }
        "turn_alpha" => {
            "Alpha over developer turns: is the turn in any episode? Borders between episodes are not seen."
        }
        "accuracy" => "The share of units with gold's answer.",
        "macro_f1" => {
            "The mean of F1 over the codes that occur; a rare code weighs as much as a common one."
        }
        "micro_f1" => "F1 over all labels together; a common code weighs more.",
        "balanced_accuracy" => "The mean of recall over the codes that occur in gold.",
        "matthews" => {
            "The correlation between the model's answers and gold's: 1 the same, 0 unrelated."
        }
        "samples_f1" => "F1 of each unit's codes, averaged over units.",
        "hamming_loss" => {
            "The share of single yes-or-no decisions about a code that differ from gold."
        }
        "ladder_shift" => {
            "How many steps the model rates higher (above 0) or lower than gold on average."
        }
        "precision" => {
            "Of the units to which the model gave the code, the share that have it in gold."
        }
        "recall" => {
            "Of the units that have the code in gold, the share to which the model gave it."
        }
        "f1" => "The balance of precision and recall.",
        _ => "",
    }
}
