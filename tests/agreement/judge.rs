//! Compares figures with those of irrCAC, krippendorff, scikit-learn, statsmodels and nltk.

use pushback::agreement::{Coefficient, Estimate, Missing, Ratings, Tally, Undefined, Weights};
use serde_json::Value;

/// What was compared, and what came out otherwise.
#[derive(Default)]
pub(super) struct Judge {
    pub(super) at: String,
    pub(super) figures: usize,
    pub(super) undefined: usize,
    /// Leaves errors and intervals aside: those over sessions are known to no other program.
    pub(super) points_only: bool,
    pub(super) wrong: Vec<String>,
}

impl Judge {
    pub(super) fn categories(&mut self, ratings: &Ratings, axis: &str, reference: &Value) {
        let kept = ratings.tally(Missing::LikeGwet);
        let seen = kept.seen();
        assert_eq!(reference["units_any"], Value::from(seen.any), "{axis}");
        assert_eq!(
            reference["units_pairable"],
            Value::from(seen.pairable),
            "{axis}"
        );
        let complete = seen.single == 0 && seen.labels.iter().all(|labels| *labels == seen.any);
        for (scheme, of) in reference["overall"].as_object().unwrap() {
            let weights = weights(scheme, ratings.categories());
            for (key, coefficient) in [
                ("gwet", Coefficient::Gwet),
                ("fleiss", Coefficient::Fleiss),
                ("conger", Coefficient::Conger),
                ("brennan_prediger", Coefficient::BrennanPrediger),
                ("krippendorff_irrcac", Coefficient::Alpha),
            ] {
                let name = format!("{axis} {scheme} {key}");
                // irrCAC takes another agreement into the error of alpha where labels are missing.
                let with_error = key != "krippendorff_irrcac" || complete || ratings.coders() == 2;
                self.estimate(
                    &name,
                    &kept.estimate(coefficient, &weights),
                    &of[key],
                    with_error,
                );
            }
            let values: Vec<f64> = (0..ratings.categories()).map(|rank| rank as f64).collect();
            for (key, coefficient, weights) in [
                (
                    "kripp_alpha_nominal",
                    Coefficient::Alpha,
                    Weights::identity(values.len()),
                ),
                (
                    "kripp_alpha_ordinal",
                    Coefficient::OrdinalAlpha,
                    Weights::identity(values.len()),
                ),
                (
                    "kripp_alpha_interval",
                    Coefficient::Alpha,
                    Weights::interval(&values).unwrap(),
                ),
            ] {
                let found = kept.value(coefficient, &weights);
                self.figure(&format!("{axis} {key}"), found, &of[key]);
            }
        }
        let tally = ratings.tally(Missing::LeaveOut);
        self.pairs(&tally, ratings.coders(), axis, &reference["pairs"]);
    }

    pub(super) fn pairs(&mut self, tally: &Tally, coders: usize, axis: &str, reference: &Value) {
        let each =
            (0..coders).flat_map(|first| (first + 1..coders).map(move |second| [first, second]));
        for (of, pair) in each.zip(reference.as_array().unwrap()) {
            let two = tally.of(&of);
            let name = format!("{axis} {of:?}");
            if pair["n"] == 0 {
                continue;
            }
            let percent = two.value(Coefficient::Percent, &Weights::identity(tally.categories()));
            self.figure(&name, percent, &pair["percent_agreement"]);
            for scheme in ["identity", "linear", "quadratic"] {
                self.pair(
                    &two,
                    &format!("{name} {scheme}"),
                    &weights(scheme, tally.categories()),
                    &pair[format!("weights_{scheme}")],
                );
            }
            let most = two.table(0, 1).unwrap().kappa_max();
            self.figure(
                &format!("{name} max"),
                most,
                &pair["weights_identity"]["cohen_statsmodels"]["kappa_max"],
            );
            if tally.categories() == 2 {
                let binary = two.binary().unwrap();
                self.figure(
                    &name,
                    binary.prevalence_index(),
                    &pair["own_prevalence_index"],
                );
                self.figure(&name, binary.bias_index(), &pair["own_bias_index"]);
                self.figure(
                    &name,
                    binary.positive().map(|share| share.value),
                    &pair["own_pos_agreement"],
                );
                self.figure(
                    &name,
                    binary.negative().map(|share| share.value),
                    &pair["own_neg_agreement"],
                );
            }
        }
    }

    fn pair(&mut self, two: &Tally, name: &str, weights: &Weights, reference: &Value) {
        let Some(reference) = reference.as_object() else {
            return;
        };
        for (key, coefficient) in [
            ("cohen_irrcac_table", Coefficient::Cohen),
            ("cohen_statsmodels", Coefficient::Cohen),
            ("scott_irrcac_table", Coefficient::Scott),
            ("gwet_irrcac_table", Coefficient::Gwet),
            (
                "brennan_prediger_irrcac_table",
                Coefficient::BrennanPrediger,
            ),
            ("krippendorff_irrcac_table", Coefficient::Alpha),
        ] {
            let found = two.estimate(coefficient, weights);
            self.figure(
                &format!("{name} {key}"),
                found.as_ref().map(|found| found.value).map_err(|why| *why),
                &reference[key]["est"],
            );
            let error = found.map(|found| found.error.unwrap().table_form());
            self.error(&format!("{name} {key} se"), error, &reference[key]["se"]);
        }
        let kappa = two.value(Coefficient::Cohen, weights);
        self.figure(
            &format!("{name} sklearn"),
            kappa,
            &reference["cohen_sklearn"],
        );
    }

    fn estimate(
        &mut self,
        name: &str,
        found: &Result<Estimate, Undefined>,
        of: &Value,
        with_error: bool,
    ) {
        let value = found.as_ref().map(|found| found.value).map_err(|why| *why);
        self.figure(name, value, &of["est"]);
        if !with_error || self.points_only {
            return;
        }
        let error = found
            .as_ref()
            .map(|found| found.error.unwrap().value)
            .map_err(|why| *why);
        self.error(&format!("{name} se"), error, &of["se"]);
        if let Ok(Ok(interval)) = found.as_ref().map(|found| found.interval(0.95)) {
            let full = found.as_ref().unwrap().observed >= 1.0;
            if !full {
                self.end(&format!("{name} low"), interval.low, &of["ci95_t"][0]);
                self.end(&format!("{name} high"), interval.high, &of["ci95_t"][1]);
            }
        }
    }

    /// Errors of other programs may be rounding noise where there is no variation.
    fn error(&mut self, name: &str, found: Result<f64, Undefined>, expected: &Value) {
        if self.points_only {
            return;
        }
        let noise = found == Err(Undefined::OneCategoryUsed)
            || found == Ok(0.0) && expected.as_f64().is_some_and(|error| error < 1e-6);
        if !noise {
            self.figure(name, found, expected);
        }
    }

    /// Quantiles of Student's distribution differ between programs in the ninth digit.
    fn end(&mut self, name: &str, found: f64, expected: &Value) {
        self.figures += 1;
        let apart = expected.as_f64().map(|expected| (found - expected).abs());
        if apart.is_none_or(|apart| apart > 1e-7) {
            self.wrong
                .push(format!("{} {name}: {found}, not {expected}", self.at));
        }
    }

    pub(super) fn figure(&mut self, name: &str, found: Result<f64, Undefined>, expected: &Value) {
        match (found, expected.as_f64()) {
            // Other programs give an error or rounding noise here, which comes out as 1, or 0 for an error.
            (Err(Undefined::OneUnit | Undefined::NoPairableUnit), _) | (Err(_), None) => {
                self.undefined += 1;
            }
            (Err(Undefined::OneCategoryUsed), Some(noise))
                if noise.abs().min((noise - 1.0).abs()) < 1e-6 =>
            {
                self.undefined += 1;
            }
            (Err(why), Some(expected)) => {
                self.wrong
                    .push(format!("{} {name}: {why:?}, not {expected}", self.at));
            }
            (Ok(_), None) => (),
            (Ok(found), Some(expected)) => {
                self.figures += 1;
                if (found - expected).abs() > 1e-9 * expected.abs().max(1.0) {
                    self.wrong
                        .push(format!("{} {name}: {found}, not {expected}", self.at));
                }
            }
        }
    }
}

fn weights(scheme: &str, categories: usize) -> Weights {
    match scheme {
        "identity" => Weights::identity(categories),
        "linear" => Weights::linear(categories),
        _ => Weights::quadratic(categories),
    }
}
