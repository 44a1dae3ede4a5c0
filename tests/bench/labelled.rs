//! Labels of two coders who agree on four fields of five, with codes that grow rarer along the codebook.

use std::path::Path;

use pushback::model::{
    Change, Choice, Code, Codebook, CoderKind, Episode, Field, Role, Session, Source, Timestamp,
    Turn, TurnKind, Unit, Verdict, text_hash,
};
use pushback::random::Pcg64;
use pushback::store::Study;
use serde_json::{Value, json};
use uuid::Uuid;

/// How many units a session has.
const UNITS_OF_SESSION: usize = 8;
/// How often the second coder says of a field what the first one says.
const AGREEING: f64 = 0.8;
/// How often a field that takes several codes gets two.
const TWO_CODES: f64 = 0.2;
/// What the reference calls the fields.
const KEYS: [&str; 6] = [
    "symptom", "cause", "severity", "locus", "status", "resolver",
];

/// One episode for each unit, by each of the two coders.
pub(crate) struct Coders {
    codebook: Codebook,
    of: [Vec<Episode>; 2],
}

/// Draws the labels; the same number of units always gives the same.
pub(crate) fn coders(units: usize) -> Coders {
    let text = include_str!("../../codebook/misalignment.toml");
    let codebook = Codebook::parse(text, "misalignment.toml").unwrap();
    let mut random = Pcg64::stream(1, "benchmark", 0);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..units {
        let one = episode(&codebook, None, &mut random);
        second.push(episode(&codebook, Some(&one), &mut random));
        first.push(one);
    }
    Coders {
        codebook,
        of: [first, second],
    }
}

fn episode(codebook: &Codebook, other: Option<&Episode>, random: &mut Pcg64) -> Episode {
    let mut episode = Episode::new(Uuid::nil());
    for field in codebook.fields() {
        if !field.applies_to(&episode) {
            continue;
        }
        let same = other.map_or(&[][..], |other| other.choices(&field.id));
        let choices = if !same.is_empty() && random.share() < AGREEING {
            same.to_vec()
        } else {
            choices(field, random)
        };
        episode.fields.insert(field.id.clone(), choices);
    }
    episode
}

fn choices(field: &Field, random: &mut Pcg64) -> Vec<Choice> {
    // A code that needs words is left out, and one that stands alone is no second one.
    let codes = field.codes.iter().filter(|code| code.needs_text.is_none());
    let codes: Vec<&Code> = codes.collect();
    let one = rarer(&codes, random);
    let other = rarer(&codes, random);
    let two = field.select.limit() > 1
        && one.id != other.id
        && !one.exclusive
        && !other.exclusive
        && random.share() < TWO_CODES;
    let chosen = if two { vec![one, other] } else { vec![one] };
    let mut choice = |code: &Code| Choice {
        attribute: attribute(field, code, random),
        ..Choice::of(&code.id)
    };
    chosen.into_iter().map(&mut choice).collect()
}

/// Draws one of some things, of which each is rarer than the one before.
fn rarer<'a, T>(of: &[&'a T], random: &mut Pcg64) -> &'a T {
    let many = of.len() as u64;
    let at = random.below(many).min(random.below(many));
    of[usize::try_from(at).unwrap()]
}

fn attribute(field: &Field, code: &Code, random: &mut Pcg64) -> Option<String> {
    let attribute = field.attribute.as_ref().filter(|_| code.takes_attribute)?;
    let values: Vec<_> = attribute.values.iter().collect();
    Some(rarer(&values, random).id.clone())
}

/// Gives the labels as the records of a label file, in the form that the reference reads as well.
pub(crate) fn records(coders: &Coders) -> Vec<Value> {
    let mut records = Vec::new();
    for unit in 0..coders.of[0].len() {
        for (name, episodes) in ["coder1", "coder2"].iter().zip(&coders.of) {
            let name_of_unit = format!(
                "s{:06}/e{:04}",
                unit / UNITS_OF_SESSION,
                unit % UNITS_OF_SESSION
            );
            let mut record = json!({ "unit": name_of_unit, "coder": name });
            for field in coders.codebook.fields() {
                record[key(field)] = value(field, episodes[unit].choices(&field.id));
            }
            records.push(record);
        }
    }
    records
}

fn key(field: &Field) -> &str {
    let names = field.aliases.iter().chain([&field.id]);
    let mut known = names.filter(|name| KEYS.contains(&name.as_str()));
    known.next().unwrap()
}

fn value(field: &Field, choices: &[Choice]) -> Value {
    let code = |choice: &Choice| match &choice.attribute {
        Some(value) => json!({ "label": choice.code, "evidence_tier": value }),
        None => json!(choice.code),
    };
    if field.select.limit() > 1 {
        choices.iter().map(code).collect()
    } else {
        choices.first().map_or(Value::Null, code)
    }
}

/// Writes the labels as a study, with sessions of short turns.
pub(crate) fn write_study(path: &Path, coders: &Coders) {
    let sessions = coders.of[0].len().div_ceil(UNITS_OF_SESSION);
    let mut study = Study::create(path, &coders.codebook, "benchmark").unwrap();
    let sessions: Vec<_> = (0..sessions).map(|at| (session(at), Vec::new())).collect();
    study.import(&sessions, "none").unwrap();
    for (name, episodes) in ["coder1", "coder2"].iter().zip(&coders.of) {
        let id = Uuid::now_v7();
        let coder = study.coder(name, CoderKind::Human, id).unwrap();
        let act = |(at, episode): (usize, &Episode)| act(&coders.codebook, at, episode);
        let acts: Vec<(Unit, Vec<Change>)> = episodes.iter().enumerate().map(act).collect();
        let broken = study.act_all(coder.id, &acts, Timestamp(0)).unwrap();
        assert!(broken.iter().all(Option::is_none), "{:?}", broken[0]);
    }
}

fn session(at: usize) -> Session {
    let turn = |turn| Turn {
        role: Role::Developer,
        kind: TurnKind::Prompt,
        text: words(at * UNITS_OF_SESSION + turn),
        parts: Vec::new(),
        events: Vec::new(),
        time: None,
        native_id: None,
        place: None,
    };
    Session {
        key: key_of_session(at),
        source: Source {
            path: format!("{at}.jsonl"),
            format: "invented".to_owned(),
        },
        agent: "Shuttle".to_owned(),
        agent_version: None,
        models: Vec::new(),
        surface: None,
        repository: None,
        folder: None,
        branch: None,
        started: None,
        ended: None,
        title: None,
        parent: None,
        turns: (0..UNITS_OF_SESSION).map(turn).collect(),
    }
}

fn key_of_session(at: usize) -> String {
    format!("{at:08x}-0000-4000-8000-000000000000")
}

fn words(unit: usize) -> String {
    format!("no, that is wrong again: step {unit}")
}

fn act(codebook: &Codebook, at: usize, episode: &Episode) -> (Unit, Vec<Change>) {
    let unit = Unit {
        session: key_of_session(at / UNITS_OF_SESSION),
        turn: u32::try_from(at % UNITS_OF_SESSION + 1).unwrap(),
        hash: text_hash(&words(at)),
    };
    let id = Uuid::now_v7();
    let mut changes = vec![Change::Episode {
        episode: id,
        exists: true,
    }];
    // In the order of the codebook, so that a field stands before those that depend on it.
    let fields = codebook.fields();
    let given = fields.filter(|field| !episode.choices(&field.id).is_empty());
    changes.extend(given.map(|field| Change::Field {
        episode: id,
        field: field.id.clone(),
        choices: episode.choices(&field.id).to_vec(),
    }));
    changes.push(Change::Verdict(Some(Verdict::Episodes)));
    (unit, changes)
}
