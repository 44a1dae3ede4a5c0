//! Classification on the generated label files: folder `PUSHBACK_SHARED`, `agreement/fixtures`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pushback::agreement::{CodeCounts, Confusion, SetScores, Undefined, macro_f1, micro_f1};
use serde_json::Value;

use super::is_close;

/// Labels by unit and coder.
type Labels = BTreeMap<String, BTreeMap<String, Value>>;

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn labels(path: &Path) -> Labels {
    let mut labels = Labels::new();
    for record in json(path).as_array().unwrap() {
        let text = |key: &str| record[key].as_str().unwrap().to_owned();
        labels
            .entry(text("unit"))
            .or_default()
            .insert(text("coder"), record.clone());
    }
    labels
}

/// Gives the labels of gold and of a coder on a field, where both have one.
fn pairs<'a>(
    labels: &'a Labels,
    field: &str,
    gold: &str,
    coder: &str,
) -> Vec<(&'a Value, &'a Value)> {
    let both = labels
        .values()
        .filter_map(|own| Some((&own.get(gold)?[field], &own.get(coder)?[field])));
    both.filter(|(gold, coder)| !gold.is_null() && !coder.is_null())
        .collect()
}

/// Compares a figure with the expected one, which is null where it is undefined.
fn check(found: Result<f64, Undefined>, expected: &Value, what: &str) -> usize {
    let same = match (found, expected.as_f64()) {
        (Ok(found), Some(expected)) => is_close(found, expected),
        (found, expected) => found.is_err() && expected.is_none(),
    };
    assert!(same, "{what}: {found:?} {expected}");
    1
}

fn check_codes(codes: &[CodeCounts], names: &[String], expected: &Value, what: &str) -> usize {
    for (code, name) in codes.iter().zip(names) {
        let own = &expected[name];
        check(code.precision(), &own["precision"], what);
        check(code.recall(), &own["recall"], what);
        check(code.f1(), &own["f1"], what);
        assert_eq!(
            code.support(),
            own["support"].as_u64().unwrap(),
            "{what} {name}"
        );
    }
    4 * codes.len()
}

fn names(per_code: &Value) -> Vec<String> {
    per_code.as_object().unwrap().keys().cloned().collect()
}

fn place(names: &[String], label: &Value) -> usize {
    let label = if label.is_object() {
        &label["label"]
    } else {
        label
    };
    names.iter().position(|name| label == name).unwrap()
}

fn check_single(pairs: &[(&Value, &Value)], expected: &Value, what: &str) -> usize {
    let names = names(&expected["per_class"]);
    let places = pairs
        .iter()
        .map(|(gold, coder)| (place(&names, gold), place(&names, coder)));
    let table = Confusion::of(names.len(), places).unwrap();
    assert_eq!(table.units(), expected["n"].as_u64().unwrap(), "{what}");
    // The reference prints 0 where Matthews' coefficient has no value.
    let matthews = match table.matthews() {
        Err(Undefined::OneCategoryUsed) => Ok(0.0),
        other => other,
    };
    check(table.accuracy(), &expected["accuracy"], what)
        + check(
            table.balanced_accuracy().map(|mean| mean.value),
            &expected["balanced_accuracy"],
            what,
        )
        + check(matthews, &expected["mcc"], what)
        + check(
            macro_f1(&table.codes()).map(|mean| mean.value),
            &expected["macro_f1_present"],
            what,
        )
        + check_codes(&table.codes(), &names, &expected["per_class"], what)
}

fn check_sets(pairs: &[(&Value, &Value)], expected: &Value, what: &str) -> usize {
    let names = names(&expected["per_code"]);
    let places = |labels: &Value| -> Vec<usize> {
        labels
            .as_array()
            .unwrap()
            .iter()
            .map(|label| place(&names, label))
            .collect()
    };
    let mut scores = SetScores::new(names.len());
    for (gold, coder) in pairs {
        scores.count(&places(gold), &places(coder)).unwrap();
    }
    // The reference counts codes that nobody used as 0 in its mean.
    let with_zeros =
        macro_f1(scores.codes()).map(|mean| mean.value * mean.defined as f64 / mean.of as f64);
    check(scores.hamming_loss(), &expected["hamming_loss"], what)
        + check(micro_f1(scores.codes()), &expected["micro_f1"], what)
        + check(with_zeros, &expected["macro_f1_zero"], what)
        + check(scores.samples_f1(), &expected["samples_f1"], what)
        + check_codes(scores.codes(), &names, &expected["per_code"], what)
}

#[test]
#[ignore = "needs PUSHBACK_SHARED"]
fn figures_against_gold_are_those_of_the_reference() {
    let Some(folder) = crate::given::shared() else {
        return;
    };
    let folder = folder.join("agreement/fixtures");
    let mut checked = 0;
    for file in 1..=5 {
        let labels = labels(&folder.join(format!("f{file}.labels.json")));
        let expected = &json(&folder.join(format!("f{file}.reference.json")))["versus_gold"];
        let gold = expected["gold"].as_str().unwrap();
        for (field, coders) in expected["axes"].as_object().unwrap() {
            for (coder, expected) in coders.as_object().unwrap() {
                let what = format!("f{file} {field} {coder}");
                let pairs = pairs(&labels, field, gold, coder);
                checked += match expected.get("per_class") {
                    Some(_) => check_single(&pairs, expected, &what),
                    None => check_sets(&pairs, expected, &what),
                };
            }
        }
    }
    println!("{checked} figures");
    assert!(checked > 0);
}
