//! Generated label files through the bridge that the program uses, against what other programs say of them.

use std::collections::BTreeMap;

use pushback::agreement::{Missing, Ratings, SetDistance, SetMeasure, Undefined};
use pushback::merge::{Applying, Coded, Comparison, Rated};
use pushback::model::{
    Choice, Codebook, Coder, CoderKind, Decision, Episode, Field, Unit, Verdict,
};
use serde_json::Value;
use uuid::Uuid;

use crate::agreement::judge::Judge;

#[test]
#[ignore = "needs the folder of shared test data in PUSHBACK_SHARED"]
fn generated_labels_give_the_same_figures_through_the_bridge() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let text = include_str!("../../codebook/misalignment.toml");
    let codebook = Codebook::parse(text, "misalignment.toml").unwrap();
    for number in 1..=5 {
        let read = |kind: &str| -> Value {
            let path = shared.join(format!("agreement/fixtures/f{number}.{kind}.json"));
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
        };
        let comparison = comparison(&codebook, &read("labels"));
        let order: Vec<usize> = (0..comparison.coders.len()).collect();
        let bridge = Bridge {
            codebook: &codebook,
            rated: Rated::new(&codebook, &comparison, &order),
        };
        let mut judge = Judge {
            at: format!("f{number}"),
            points_only: true,
            ..Judge::default()
        };
        for (axis, reference) in read("reference")["axes"].as_object().unwrap() {
            bridge.axis(&mut judge, axis, reference);
        }
        println!(
            "f{number}: {} figures, {} undefined here",
            judge.figures, judge.undefined
        );
        assert!(judge.figures > 100);
        assert!(judge.wrong.is_empty(), "{}", judge.wrong.join("\n"));
    }
}

struct Bridge<'a> {
    codebook: &'a Codebook,
    rated: Rated<'a>,
}

impl Bridge<'_> {
    /// Finds a field by its id or by a name that labels from elsewhere use.
    fn field(&self, name: &str) -> &Field {
        let is_it =
            |field: &&Field| field.id == name || field.aliases.iter().any(|alias| alias == name);
        self.codebook.fields().find(is_it).unwrap()
    }

    fn axis(&self, judge: &mut Judge, axis: &str, reference: &Value) {
        let severity = self.field("severity");
        let codes = |field: &Field, applying| self.rated.codes(field, applying).unwrap();
        let ratings = match axis {
            "symptom" | "cause" => return self.sets(judge, axis, reference),
            // The bridge pools the tiers of all codes, which no other program does.
            "cause_tier_given_same_cause" => return self.tiers(reference),
            "severity_nominal" => codes(severity, Applying::ForBoth),
            "severity_ladder" => self.rated.scale(severity).unwrap(),
            "severity_observability" => {
                let off = severity
                    .codes
                    .iter()
                    .map(|code| severity.on_scale(&code.id));
                let to: Vec<Option<usize>> = off.map(|on| Some(usize::from(on))).collect();
                codes(severity, Applying::ForBoth).recoded(2, &to)
            }
            "locus_gate" => self.rated.gate(self.field("locus")).unwrap(),
            "status" => status(
                self.field("status"),
                &codes(self.field("status"), Applying::ForBoth),
            ),
            _ => {
                let (field, reading) = axis.split_once('_').unwrap();
                let applying = match reading {
                    "conditional" => Applying::ForBoth,
                    "either" => Applying::ForEither,
                    _ => Applying::Everywhere,
                };
                codes(self.field(field), applying)
            }
        };
        judge.categories(&ratings, axis, reference);
    }

    fn tiers(&self, reference: &Value) {
        let tally = self.rated.attributes(self.field("cause")).unwrap();
        let pairable = tally.tally(Missing::LeaveOut).pairable();
        let of_codes = reference.as_object().unwrap().values();
        let expected: u64 = of_codes
            .map(|of| of["units_pairable"].as_u64().unwrap())
            .sum();
        assert_eq!(pairable, expected);
    }

    fn sets(&self, judge: &mut Judge, axis: &str, reference: &Value) {
        let field = self.field(axis);
        let tally = self
            .rated
            .sets(field, Applying::ForBoth)
            .unwrap()
            .tally(Missing::LeaveOut);
        let value = |measure| -> Result<f64, Undefined> {
            tally.estimate(measure).map(|found| found.value)
        };
        for (name, distance) in [
            ("masi", SetDistance::Masi),
            ("jaccard", SetDistance::Jaccard),
            ("exact", SetDistance::Exact),
        ] {
            let found = value(SetMeasure::Alpha(distance));
            judge.figure(
                &format!("{axis} {name}"),
                found,
                &reference["alpha"][name]["nltk"],
            );
        }
        let coders = tally.tally().coders();
        let each = (0..coders).flat_map(|one| (one + 1..coders).map(move |two| [one, two]));
        for (of, pair) in each.zip(reference["pairs"].as_array().unwrap()) {
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
                judge.figure(&format!("{axis} {of:?} {key}"), found, &pair[key]);
            }
        }
        for (at, code) in field.codes.iter().enumerate() {
            let of = &reference["per_code"][&code.id];
            judge.pairs(&tally.code(at), coders, &code.id, &of["pairs"]);
        }
    }
}

/// The reference declares no code for *unknown*; its codes stand in the order of their ids.
fn status(field: &Field, ratings: &Ratings) -> Ratings {
    let place = |id: &str| ["RS1", "RS2"].iter().position(|own| *own == id);
    let to: Vec<Option<usize>> = field.codes.iter().map(|code| place(&code.id)).collect();
    ratings.recoded(2, &to)
}

/// Puts the records of a file beside each other, each an episode on a turn of its own.
fn comparison(codebook: &Codebook, file: &Value) -> Comparison {
    let mut coded: BTreeMap<String, Coded> = BTreeMap::new();
    for record in file.as_array().unwrap() {
        let name = record["coder"].as_str().unwrap();
        let own = coded.entry(name.to_owned()).or_insert_with(|| Coded {
            coder: Coder {
                id: Uuid::nil(),
                name: name.to_owned(),
                kind: CoderKind::Human,
            },
            decisions: BTreeMap::new(),
        });
        let (session, episode) = record["unit"].as_str().unwrap().split_once('/').unwrap();
        let unit = Unit {
            session: session.to_owned(),
            turn: episode[1..].parse::<u32>().unwrap() + 1,
            hash: String::new(),
        };
        own.decisions.insert(unit, decision(codebook, record));
    }
    // Ids in the order of the names, so that the comparison keeps it.
    let numbered = coded.into_values().zip(0..).map(|(own, id)| Coded {
        coder: Coder {
            id: Uuid::from_u128(id),
            ..own.coder
        },
        ..own
    });
    Comparison::new(codebook, numbered.collect())
}

fn decision(codebook: &Codebook, record: &Value) -> Decision {
    let mut episode = Episode::new(Uuid::nil());
    for field in codebook.fields() {
        let names = field.aliases.iter().chain([&field.id]);
        let found = names
            .map(|name| &record[name.as_str()])
            .find(|value| !value.is_null());
        let items = match found {
            None => continue,
            Some(Value::Array(items)) => items.clone(),
            Some(item) => vec![item.clone()],
        };
        let choice = |item: &Value| {
            let code = item.as_str().or(item["label"].as_str()).unwrap();
            Choice {
                attribute: item["evidence_tier"].as_str().map(str::to_owned),
                ..Choice::of(code)
            }
        };
        let choices = items.iter().map(choice).collect();
        episode.fields.insert(field.id.clone(), choices);
    }
    Decision {
        verdict: Some(Verdict::Episodes),
        episodes: vec![episode],
        ..Decision::default()
    }
}
