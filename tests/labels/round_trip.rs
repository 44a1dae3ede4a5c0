//! What is written and read back is the same, whatever a coder has decided.

use proptest::prelude::*;
use pushback::model::{
    Certainty, Change, Choice, Code, Codebook, CoderKind, Episode, ExtraKind, Field, Quote, Role,
    Timestamp, TurnRef, Unit, Verdict, byte_range,
};
use pushback::model::{CharSpan, Coder};
use uuid::Uuid;

use super::*;

/// Numbers that decide what a coder does.
struct Dice(std::vec::IntoIter<u32>);

impl Dice {
    /// Gives a number below `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        self.0.next().unwrap_or(0) as usize % sides.max(1)
    }

    fn words(&mut self, count: usize) -> String {
        let words = [
            "blue",
            "\"red\"",
            "näh",
            "\\n",
            "a\u{1b}[2J",
            "\u{202e}x",
            "😀",
            "{}",
        ];
        let words: Vec<&str> = (0..count).map(|_| words[self.roll(words.len())]).collect();
        words.join(if self.roll(2) == 0 { " " } else { "\n" })
    }

    fn text(&mut self, needs: Option<&pushback::model::ShortText>) -> Option<String> {
        needs.map(|needs| self.words(needs.min_words.max(1)))
    }
}

fn choice(dice: &mut Dice, field: &Field, code: &Code) -> Choice {
    let values = field.attribute.iter().flat_map(|own| &own.values);
    let values: Vec<&str> = values.map(|value| value.id.as_str()).collect();
    let attribute = code
        .takes_attribute
        .then(|| values[dice.roll(values.len())].to_owned());
    Choice {
        attribute,
        text: dice.text(code.needs_text.as_ref()),
        ..Choice::of(&code.id)
    }
}

fn choices(dice: &mut Dice, field: &Field) -> Vec<Choice> {
    let first = &field.codes[dice.roll(field.codes.len())];
    let mut choices = vec![choice(dice, field, first)];
    let second = &field.codes[dice.roll(field.codes.len())];
    let alone = first.exclusive || second.exclusive || first.id == second.id;
    if !alone && field.select.limit() > 1 {
        choices.push(choice(dice, field, second));
    }
    choices
}

fn quote(dice: &mut Dice) -> Quote {
    let (role, ordinal) = (
        [Role::Developer, Role::Agent][dice.roll(2)],
        1 + dice.roll(6),
    );
    let text = match role {
        Role::Developer => TURNS[ordinal - 1].to_owned(),
        Role::Agent => format!("What I did about  it: step {ordinal}, ünd done."),
    };
    let length = text.chars().count();
    let start = dice.roll(length);
    let span = CharSpan {
        start,
        end: start + 1 + dice.roll(length - start),
    };
    Quote {
        id: Uuid::now_v7(),
        turn: TurnRef {
            role,
            ordinal: u32::try_from(ordinal).unwrap(),
        },
        span,
        text: text[byte_range(&text, span).unwrap()].to_owned(),
    }
}

/// Gives an act that makes an episode, complete or begun.
fn episode(dice: &mut Dice, codebook: &Codebook, is_complete: bool) -> Vec<Change> {
    let mut own = Episode::new(Uuid::now_v7());
    let id = own.id;
    let mut changes = vec![Change::Episode {
        episode: id,
        exists: true,
    }];
    for field in codebook.fields() {
        if !field.applies_to(&own) || (!is_complete && dice.roll(2) == 0) {
            continue;
        }
        let chosen = choices(dice, field);
        own.fields.insert(field.id.clone(), chosen.clone());
        changes.push(Change::Field {
            episode: id,
            field: field.id.clone(),
            choices: chosen,
        });
    }
    for extra in &codebook.extras {
        let value = match &extra.kind {
            ExtraKind::Text => dice.words(2),
            ExtraKind::One(values) => values[dice.roll(values.len())].0.clone(),
        };
        if dice.roll(2) == 0 {
            changes.push(Change::Extra {
                episode: id,
                field: extra.id.clone(),
                value,
            });
        }
    }
    for _ in 0..dice.roll(3) {
        let quote = quote(dice);
        changes.push(Change::Evidence {
            episode: id,
            id: quote.id,
            quote: Some(quote),
        });
    }
    changes
}

fn decide(dice: &mut Dice, codebook: &Codebook) -> Vec<Change> {
    let mut changes = Vec::new();
    match dice.roll(6) {
        0 | 1 => {
            for _ in 0..=dice.roll(3) {
                changes.extend(episode(dice, codebook, true));
            }
            changes.push(Change::Verdict(Some(Verdict::Episodes)));
        }
        2 if !codebook.reasons.is_empty() => {
            let reason = &codebook.reasons[dice.roll(codebook.reasons.len())];
            let text = dice.text(reason.needs_text.as_ref());
            let reason = reason.id.clone();
            changes.push(Change::Verdict(Some(Verdict::NotEpisode { reason, text })));
        }
        3 => changes.extend(episode(dice, codebook, false)),
        4 => {
            changes.extend(episode(dice, codebook, false));
            changes.push(Change::Deferred(true));
        }
        _ => changes.push(Change::Deferred(dice.roll(2) == 0)),
    }
    match dice.roll(8) {
        0 => changes.push(Change::Memo(dice.words(3))),
        1 => changes.push(Change::Certainty(Some(Certainty::ALL[dice.roll(3)]))),
        2 => changes.push(Change::Marked(Some(dice.roll(2) == 0))),
        3 => changes.push(Change::Deferred(true)),
        _ => (),
    }
    changes
}

/// Lets a coder decide on some turns at random, and gives how often the rules let that be.
fn code(study: &mut Study, coder: &Coder, dice: &mut Dice) -> usize {
    let codebook = study.codebook().clone();
    let mut written = 0;
    for (session, turn) in KEYS
        .iter()
        .flat_map(|key| (1..=6).map(move |turn| (*key, turn)))
    {
        let unit = Unit {
            session: session.to_owned(),
            turn,
            hash: text_hash(TURNS[turn as usize - 1]),
        };
        let changes = decide(dice, &codebook);
        written += usize::from(
            study
                .act(coder.id, &unit, &changes, None, Timestamp(0))
                .is_ok(),
        );
    }
    written
}

fn round_trip(codebook: &str, rolls: Vec<u32>) {
    let desk = Desk::new();
    let mut study = desk.study("a.db", codebook);
    let ada = study
        .coder("ada", CoderKind::Human, Uuid::now_v7())
        .unwrap();
    assert!(code(&mut study, &ada, &mut Dice(rolls.into_iter())) > 9);
    drop(study);
    drop(desk.study("b.db", codebook));
    let first = desk.export("a.db", "ada");
    fs::write(desk.path("first.jsonl"), &first).unwrap();
    let call = "import-labels b.db first.jsonl --coder ben";
    let said = desk.run(call).done();
    assert!(
        !said.contains("refused") && !said.contains("ignored") && !said.contains("not found\n"),
        "{said}"
    );
    assert_eq!(desk.export("b.db", "ben"), first);
    let rows = desk.rows("b.db");
    desk.run(call).done();
    assert_eq!(desk.rows("b.db"), rows);
    assert_eq!(desk.run("check b.db").done(), "b.db: nothing is wrong\n");
    // Over what another coder has there, too.
    desk.run("import-labels a.db first.jsonl --coder ben")
        .done();
    assert_eq!(desk.export("a.db", "ben"), first);
}

fn rolls() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(any::<u32>(), 700..800)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn labels_come_back_as_they_were_written(rolls in rolls()) {
        round_trip(MISALIGNMENT, rolls);
    }

    #[test]
    fn labels_of_another_codebook_come_back_as_well(rolls in rolls()) {
        round_trip(MAST, rolls);
    }

    #[test]
    fn one_coders_labels_become_anothers(one in rolls(), other in rolls()) {
        let desk = Desk::new();
        let mut study = desk.study("a.db", MISALIGNMENT);
        for (name, rolls) in [("ada", one), ("ben", other)] {
            let coder = study.coder(name, CoderKind::Human, Uuid::now_v7()).unwrap();
            code(&mut study, &coder, &mut Dice(rolls.into_iter()));
        }
        drop(study);
        // Only what the lines of ada say: where she has no note, his stays.
        let labels = |coder: &str| {
            let lines = desk.export("a.db", coder);
            let line = |line: &str| {
                let mut value: Value = serde_json::from_str(line).unwrap();
                for note in ["memo", "certainty", "marked"] {
                    value.as_object_mut().unwrap().remove(note);
                }
                value.to_string()
            };
            lines.lines().map(line).collect::<Vec<_>>()
        };
        let hers = labels("ada");
        fs::write(desk.path("ada.jsonl"), desk.export("a.db", "ada")).unwrap();
        desk.run("import-labels a.db ada.jsonl --coder ben").done();
        let his = labels("ben");
        prop_assert!(hers.iter().all(|line| his.contains(line)));
        prop_assert_eq!(desk.run("check a.db").done(), "a.db: nothing is wrong\n");
    }
}
