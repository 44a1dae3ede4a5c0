//! Generated label files against what other programs say of them.

use std::collections::{BTreeMap, BTreeSet};

use pushback::agreement::{
    Coefficient, Estimate, Missing, Ratings, SetDistance, SetMeasure, SetRatings, Weights,
};
use serde_json::Value;

use crate::agreement::judge::Judge;
use crate::agreement::{set, tally_of_table};

/// What irrCAC, scikit-learn and statsmodels say of tables that occur in generated labels.
#[test]
fn tables_of_generated_labels_give_the_figures_of_other_programs() {
    let check = |table: [[u64; 2]; 2], figures: [f64; 8]| {
        let tally = tally_of_table(&[&table[0], &table[1]]);
        let weights = Weights::identity(2);
        let find = |coefficient| tally.estimate(coefficient, &weights).unwrap();
        let error = |found: &Estimate| found.error.unwrap().table_form();
        let (kappa, pi) = (find(Coefficient::Cohen), find(Coefficient::Scott));
        let (ac1, alpha) = (find(Coefficient::Gwet), find(Coefficient::Alpha));
        let found = [
            kappa.value,
            error(&kappa),
            pi.value,
            error(&pi),
            ac1.value,
            error(&ac1),
            alpha.value,
            tally.binary().unwrap().kappa_max().unwrap(),
        ];
        for (found, expected) in found.iter().zip(figures) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    };
    check(
        [[95, 21], [10, 58]],
        [
            0.650_147_203_140_333_7,
            0.056_717_914_793_453_72,
            0.648_844_153_045_83,
            0.057_338_962_360_12,
            0.676_139_105_748_76,
            0.054_491_996_315_41,
            0.649_798_380_890_817_9,
            0.875_858_684_985_279_6,
        ],
    );
    check(
        [[17, 14], [10, 143]],
        [
            0.509_224_272_060_457_7,
            0.086_991_595_107_346_68,
            0.508_787_541_713_01,
            0.087_205_656_570_96,
            0.822_408_107_455_96,
            0.037_699_904_485_24,
            0.510_122_358_175_750_8,
            0.918_204_045_343_409_7,
        ],
    );
}

#[test]
#[ignore = "needs the folder of shared test data in PUSHBACK_SHARED"]
fn generated_labels_give_the_figures_of_other_programs() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let folder = shared.join("agreement/fixtures");
    for number in 1..=5 {
        let read = |kind: &str| -> Value {
            let path = folder.join(format!("f{number}.{kind}.json"));
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
        };
        let labels = Labels::new(&read("labels"));
        let mut judge = Judge {
            at: format!("f{number}"),
            ..Judge::default()
        };
        for (axis, reference) in read("reference")["axes"].as_object().unwrap() {
            judge.axis(&labels, axis, reference);
        }
        println!(
            "f{number}: {} figures, {} undefined here",
            judge.figures, judge.undefined
        );
        assert!(judge.figures > 100);
        assert!(judge.wrong.is_empty(), "{}", judge.wrong.join("\n"));
    }
}

/// The labels of a file, by unit and coder.
struct Labels {
    units: Vec<String>,
    coders: Vec<String>,
    by_place: BTreeMap<(String, String), Value>,
}

type Read<'a> = Box<dyn Fn(&Value) -> Option<usize> + 'a>;
type Keep<'a> = &'a dyn Fn(&[Option<usize>]) -> bool;

impl Labels {
    fn new(file: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let records = file.as_array().unwrap();
        let names = |key: &str| -> Vec<String> {
            let names: BTreeSet<String> = records.iter().map(|record| text(&record[key])).collect();
            names.into_iter().collect()
        };
        let place = |record: &Value| {
            (
                (text(&record["unit"]), text(&record["coder"])),
                record.clone(),
            )
        };
        Self {
            units: names("unit"),
            coders: names("coder"),
            by_place: records.iter().map(place).collect(),
        }
    }

    fn row<T>(&self, unit: &str, read: impl Fn(&Value) -> Option<T>) -> Vec<Option<T>> {
        let of = |coder: &String| self.by_place.get(&(unit.to_owned(), coder.clone()));
        self.coders
            .iter()
            .map(|coder| of(coder).and_then(&read))
            .collect()
    }

    fn ratings(
        &self,
        categories: usize,
        read: &Read,
        keep: &dyn Fn(&[Option<usize>]) -> bool,
    ) -> Ratings {
        let mut ratings = Ratings::new(categories, self.coders.len());
        for unit in &self.units {
            let row = self.row(unit, read);
            if keep(&row) {
                ratings.add(&row, None).unwrap();
            }
        }
        ratings
    }
}

/// Gives the place of a field's value in a list of codes.
fn code(record: &Value, field: &str, codes: &[&str]) -> Option<usize> {
    let value = record[field].as_str()?;
    codes.iter().position(|code| *code == value)
}

const SEVERITY: &[&str] = &["DS0", "DS1", "DS2", "DS3", "DS4"];
const LOCUS: &[&str] = &["DL1", "DL2", "DL3", "DL4"];
const STATUS: &[&str] = &["RS1", "RS2"];
const RESOLVER: &[&str] = &["RV1", "RV2", "RV3"];
const TIERS: &[&str] = &["direct", "contextual", "speculative"];

impl Judge {
    fn axis(&mut self, labels: &Labels, axis: &str, reference: &Value) {
        if axis == "symptom" || axis == "cause" {
            return self.sets(labels, axis, reference);
        }
        if axis == "cause_tier_given_same_cause" {
            for (cause, reference) in reference.as_object().unwrap() {
                let read: Read = Box::new(move |record| {
                    let items = record["cause"].as_array()?;
                    let item = items.iter().find(|item| item["label"] == cause.as_str())?;
                    code(item, "evidence_tier", TIERS)
                });
                self.categories(
                    &labels.ratings(3, &read, &|_| true),
                    &format!("tier {cause}"),
                    reference,
                );
            }
            return;
        }
        let severity = |record: &Value| code(record, "severity", SEVERITY);
        let (field, codes, gate) = if axis.starts_with("locus") {
            ("locus", LOCUS, "severity")
        } else {
            ("resolver", RESOLVER, "status")
        };
        // A conditional field that was not filled, though its gate was labelled, is a category of its own.
        let with_none = move |record: &Value| {
            record[gate].as_str()?;
            Some(code(record, field, codes).unwrap_or(codes.len()))
        };
        let opened = |row: &[Option<usize>]| row.iter().flatten().any(|label| *label < codes.len());
        let all = |_: &[Option<usize>]| true;
        let (categories, read, keep): (usize, Read, Keep) = match axis {
            "severity_nominal" => (5, Box::new(severity), &all),
            "severity_ladder" => (
                4,
                Box::new(move |r| severity(r).filter(|step| *step < 4)),
                &all,
            ),
            "severity_observability" => (
                2,
                Box::new(move |r| severity(r).map(|step| usize::from(step < 4))),
                &all,
            ),
            "locus_gate" => (
                2,
                Box::new(move |r| severity(r).map(|step| usize::from(!(2..4).contains(&step)))),
                &all,
            ),
            "status" => (2, Box::new(|r| code(r, "status", STATUS)), &all),
            "locus_conditional" | "resolver_conditional" => {
                (codes.len(), Box::new(move |r| code(r, field, codes)), &all)
            }
            "locus_with_na" | "resolver_with_na" => (codes.len() + 1, Box::new(with_none), &all),
            "locus_either" | "resolver_either" => (codes.len() + 1, Box::new(with_none), &opened),
            _ => panic!("no axis is called {axis}"),
        };
        self.categories(&labels.ratings(categories, &read, keep), axis, reference);
    }

    fn sets(&mut self, labels: &Labels, axis: &str, reference: &Value) {
        let (start, count) = if axis == "symptom" {
            ("S", 8)
        } else {
            ("C", 7)
        };
        let number = |item: &Value| -> usize {
            let label = item.as_str().or(item["label"].as_str()).unwrap();
            label[1..].parse::<usize>().unwrap() - 1
        };
        let mut ratings = SetRatings::new(count, labels.coders.len());
        for unit in &labels.units {
            let row = labels.row(unit, |record| {
                let items = record[axis].as_array().filter(|items| !items.is_empty())?;
                set(&items.iter().map(number).collect::<Vec<_>>())
            });
            ratings.add(&row, None).unwrap();
        }
        let tally = ratings.tally(Missing::LeaveOut);
        for (name, distance) in [
            ("masi", SetDistance::Masi),
            ("jaccard", SetDistance::Jaccard),
            ("exact", SetDistance::Exact),
        ] {
            let found = tally.estimate(SetMeasure::Alpha(distance));
            let value = found.as_ref().map(|found| found.value).map_err(|why| *why);
            let of = &reference["alpha"][name];
            self.figure(&format!("{axis} alpha {name}"), value, &of["nltk"]);
            self.figure(
                &format!("{axis} alpha {name}"),
                value,
                &of["irrcac_custom_weights"]["est"],
            );
            if labels.coders.len() == 2 {
                let error = found.map(|found| found.error.unwrap().value);
                self.figure(
                    &format!("{axis} alpha {name} se"),
                    error,
                    &of["irrcac_custom_weights"]["se"],
                );
            }
        }
        for pair in reference["pairs"].as_array().unwrap() {
            let of = pair_of(labels, pair);
            let two = tally.of(&of);
            for (key, measure) in [
                ("exact_match", SetMeasure::Similarity(SetDistance::Exact)),
                ("any_overlap", SetMeasure::Similarity(SetDistance::Disjoint)),
                (
                    "mean_jaccard_similarity",
                    SetMeasure::Similarity(SetDistance::Jaccard),
                ),
                (
                    "mean_masi_similarity",
                    SetMeasure::Similarity(SetDistance::Masi),
                ),
                ("own_pooled_kappa", SetMeasure::PooledKappa),
            ] {
                let found = two.estimate(measure).map(|found| found.value);
                self.figure(&format!("{axis} {of:?} {key}"), found, &pair[key]);
            }
            for (mean, expected) in two
                .mean_codes()
                .iter()
                .zip(pair["mean_labels"].as_array().unwrap())
            {
                self.figure(&format!("{axis} codes"), Ok(mean.unwrap()), expected);
            }
        }
        for code in 0..count {
            let name = format!("{start}{}", code + 1);
            let of = &reference["per_code"][&name];
            self.pairs(&tally.code(code), labels.coders.len(), &name, &of["pairs"]);
        }
    }
}

fn pair_of(labels: &Labels, pair: &Value) -> [usize; 2] {
    ["a", "b"].map(|key| {
        let name = pair[key].as_str().unwrap();
        labels
            .coders
            .iter()
            .position(|coder| coder == name)
            .unwrap()
    })
}
