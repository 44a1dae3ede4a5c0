//! Worked examples of the literature and of other programs, figure by figure.

use std::collections::BTreeMap;

use pushback::agreement::{
    Coefficient, Estimate, LANDIS_KOCH, Missing, SetDistance, SetMeasure, Tally, Undefined,
    Weights, benchmark,
};
use serde::Deserialize;

use crate::agreement::{set, sets_of, tally_of};

#[derive(Deserialize)]
struct Vector {
    name: String,
    kind: String,
    tolerance: f64,
    #[serde(default)]
    categories: usize,
    #[serde(default)]
    coders: usize,
    values: Option<Vec<f64>>,
    #[serde(default)]
    rows: serde_json::Value,
    coefficient: Option<f64>,
    error: Option<f64>,
    expected: BTreeMap<String, Option<f64>>,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../fixtures/agreement/vectors.json")).unwrap()
}

#[test]
fn every_figure_of_every_vector_is_reproduced() {
    let (mut figures, mut wrong) = (0, Vec::new());
    for vector in vectors() {
        for (key, expected) in &vector.expected {
            let found = match vector.kind.as_str() {
                "categories" => of_categories(&vector, key),
                "set" => of_sets(&vector, key),
                _ => Ok(of_benchmark(&vector, key)),
            };
            figures += 1;
            let right = match (found, expected) {
                (Ok(found), Some(expected)) => (found - expected).abs() <= vector.tolerance,
                (Err(_), None) => true,
                _ => false,
            };
            if !right {
                wrong.push(format!(
                    "{} {key}: {found:?}, not {expected:?}",
                    vector.name
                ));
            }
        }
    }
    assert_eq!(figures, 374);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn of_categories(vector: &Vector, key: &str) -> Result<f64, Undefined> {
    let rows: Vec<(Vec<Option<usize>>, u64)> = serde_json::from_value(vector.rows.clone()).unwrap();
    let count = |missing| tally_of(vector.categories, vector.coders, missing, &rows);
    // The programs that the figures of these names come from keep singly coded units.
    let like_gwet = ["gwet", "fleiss", "conger", "brennan", "scott_pi"];
    let missing = if like_gwet.iter().any(|start| key.starts_with(start)) {
        Missing::LikeGwet
    } else {
        Missing::LeaveOut
    };
    let tally = count(missing);
    match key {
        "kappa_max" => tally.table(0, 1).unwrap().kappa_max(),
        "prevalence_index" => tally.binary()?.prevalence_index(),
        "bias_index" => tally.binary()?.bias_index(),
        "pos_agreement" => Ok(tally.binary()?.positive()?.value),
        "neg_agreement" => Ok(tally.binary()?.negative()?.value),
        _ => figure(&tally, vector, key),
    }
}

/// Reads the name of a figure: a coefficient, its weights, and which part of the estimate is meant.
fn figure(tally: &Tally, vector: &Vector, key: &str) -> Result<f64, Undefined> {
    let (rest, part) = match key.rsplit_once('_') {
        Some((rest, part @ ("se" | "pe"))) => (rest, part),
        _ => (key, "value"),
    };
    let (rest, form) = match rest.strip_suffix("_table") {
        Some(rest) => (rest, "table"),
        None if rest.starts_with("cohen") || rest.starts_with("scott") => (rest, "table"),
        None => (rest, "raw"),
    };
    let ranks: Vec<f64> = (1..=vector.categories).map(|rank| rank as f64).collect();
    let values = vector.values.as_ref().unwrap_or(&ranks);
    let (name, weights) = if let Some(name) = rest.strip_suffix("_linear") {
        (name, Weights::linear(vector.categories))
    } else if let Some(name) = rest.strip_suffix("_quadratic") {
        (name, Weights::quadratic(vector.categories))
    } else if let Some(name) = rest.strip_suffix("_interval") {
        (name, Weights::interval(values)?)
    } else if let Some(name) = rest.strip_suffix("_ratio") {
        (name, Weights::ratio(values)?)
    } else {
        (rest, Weights::identity(vector.categories))
    };
    let coefficient = match name {
        "percent_agreement" => Coefficient::Percent,
        "cohen_kappa" => Coefficient::Cohen,
        "conger_kappa" => Coefficient::Conger,
        "scott_pi" => Coefficient::Scott,
        "fleiss_kappa" => Coefficient::Fleiss,
        "gwet_ac1" | "gwet_ac2" => Coefficient::Gwet,
        "brennan_prediger" | "randolph_kappa" => Coefficient::BrennanPrediger,
        "pabak" => Coefficient::Pabak,
        "kripp_alpha" | "kripp_alpha_nominal" | "kripp_alpha_weighted" => Coefficient::Alpha,
        "kripp_alpha_ordinal" => Coefficient::OrdinalAlpha,
        _ => panic!("no coefficient is called {name}"),
    };
    let estimate = tally.estimate(coefficient, &weights)?;
    Ok(part_of(&estimate, part, form))
}

fn part_of(estimate: &Estimate, part: &str, form: &str) -> f64 {
    match (part, form) {
        ("pe", _) => estimate.expected.unwrap(),
        ("se", "table") => estimate.error.unwrap().table_form(),
        ("se", _) => estimate.error.unwrap().value,
        _ => estimate.value,
    }
}

fn of_sets(vector: &Vector, key: &str) -> Result<f64, Undefined> {
    let rows: Vec<(Vec<Option<Vec<usize>>>, u64)> =
        serde_json::from_value(vector.rows.clone()).unwrap();
    let read = |sets: &Vec<Option<Vec<usize>>>| {
        let sets = sets.iter();
        sets.map(|codes| codes.as_ref().and_then(|codes| set(codes)))
            .collect()
    };
    let repeated = rows
        .iter()
        .flat_map(|(sets, times)| (0..*times).map(move |_| read(sets)));
    let rows: Vec<Vec<_>> = repeated.collect();
    let tally = sets_of(vector.categories, vector.coders, &rows).tally(Missing::LeaveOut);
    let (key, part) = match key.strip_suffix("_se") {
        Some(key) => (key, "se"),
        None => (key, "value"),
    };
    let measure = match key {
        "kripp_alpha_masi" => SetMeasure::Alpha(SetDistance::Masi),
        "kripp_alpha_jaccard" => SetMeasure::Alpha(SetDistance::Jaccard),
        "kripp_alpha_exact" => SetMeasure::Alpha(SetDistance::Exact),
        "mean_masi_similarity" => SetMeasure::Similarity(SetDistance::Masi),
        "mean_jaccard_similarity" => SetMeasure::Similarity(SetDistance::Jaccard),
        "exact_match" => SetMeasure::Similarity(SetDistance::Exact),
        _ => panic!("no measure is called {key}"),
    };
    Ok(part_of(&tally.estimate(measure)?, part, "raw"))
}

/// The lower ends of the levels of Altman (1991).
const ALTMAN: [f64; 5] = [0.8, 0.6, 0.4, 0.2, -1.0];

/// The lower ends of the levels of Fleiss (1981).
const FLEISS: [f64; 3] = [0.75, 0.4, -1.0];

fn of_benchmark(vector: &Vector, key: &str) -> f64 {
    let (scale, end) = key.split_once(">=").unwrap();
    let ends: &[f64] = match scale {
        "landis_koch" => &LANDIS_KOCH,
        "altman" => &ALTMAN,
        _ => &FLEISS,
    };
    let end: f64 = end.parse().unwrap();
    let place = ends
        .iter()
        .position(|found| (found - end).abs() < 1e-9)
        .unwrap();
    let reached = benchmark(vector.coefficient.unwrap(), vector.error.unwrap(), ends).unwrap();
    reached[place]
}
