use proptest::prelude::*;

use super::*;
use crate::model::{Decision, apply, check_change, violations};
use uuid::Uuid;

fn misalignment() -> Codebook {
    let text = include_str!("../../../codebook/misalignment.toml");
    Codebook::parse(text, "misalignment.toml").unwrap()
}

fn mast() -> Codebook {
    Codebook::parse(include_str!("../../../codebook/mast.toml"), "mast.toml").unwrap()
}

/// A form that is filled in by keys.
struct Form {
    codebook: Codebook,
    episode: Episode,
    ladder: Ladder,
}

impl Form {
    fn new(codebook: Codebook) -> Form {
        let episode = Episode::new(Uuid::nil());
        let ladder = Ladder::start(&codebook, &episode);
        Form {
            codebook,
            episode,
            ladder,
        }
    }

    /// Presses digits; `+` adds a code, `.` passes on, `<` and `>` walk.
    fn press(&mut self, keys: &str) -> Result<Option<String>, Refusal> {
        let mut notice = None;
        for key in keys.chars() {
            notice = self.key(key)?;
        }
        Ok(notice)
    }

    fn key(&mut self, key: char) -> Result<Option<String>, Refusal> {
        let (codebook, episode) = (&self.codebook, &self.episode);
        self.ladder = match key {
            '+' => self.ladder.add(codebook, episode)?,
            '.' => self.ladder.pass(codebook, episode)?,
            '<' | '>' => self.ladder.walk(codebook, episode, key == '>'),
            digit => {
                let answer = self.ladder.press(codebook, episode, digit)?;
                return Ok(self.take(answer));
            }
        };
        Ok(None)
    }

    fn write(&mut self, text: &str) -> Result<(), Refusal> {
        let answer = self.ladder.write(&self.codebook, &self.episode, text)?;
        self.take(answer);
        Ok(())
    }

    /// Makes the changes of an answer, each of which passes the rules.
    fn take(&mut self, answer: Answer) -> Option<String> {
        let mut decision = Decision {
            episodes: vec![self.episode.clone()],
            ..Decision::default()
        };
        for change in &answer.changes {
            check_change(&self.codebook, &decision, change).unwrap();
            decision = apply(&decision, std::slice::from_ref(change));
        }
        assert_eq!(violations(&self.codebook, &decision), []);
        self.episode = decision.episodes.remove(0);
        self.ladder = answer.ladder;
        answer.notice
    }

    fn codes(&self) -> String {
        let of = |(_, choices): (&String, &Vec<Choice>)| {
            let codes = choices.iter().map(|choice| match &choice.attribute {
                Some(attribute) => format!("{} {attribute}", choice.code),
                None => choice.code.clone(),
            });
            codes.collect::<Vec<_>>().join("+")
        };
        let mut fields: Vec<String> = self.episode.fields.iter().map(of).collect();
        fields.sort();
        fields.join(", ")
    }
}

#[test]
fn keys_fill_the_form_in_the_order_of_the_codebook() {
    let check = |keys: &str, codes: &str, step: Step| {
        let mut form = Form::new(misalignment());
        form.press(keys).unwrap();
        assert_eq!(
            (form.codes().as_str(), &form.ladder.step),
            (codes, &step),
            "{keys}"
        );
    };
    let at = |field: &str| Step::Field(field.to_owned());
    let tier = |code: &str| Step::Attribute {
        field: "cause".to_owned(),
        code: code.to_owned(),
    };
    check("", "", at("form"));
    check("3", "S3", at("cause"));
    check("31", "C1, S3", tier("C1"));
    check("311", "C1 direct, S3", at("severity"));
    check("3111", "C1 direct, DS1, S3", at("status"));
    check("31110", "C1 direct, DS1, RS2, S3", Step::Review);
    check("3112", "C1 direct, DS2, S3", at("locus"));
    check("31122", "C1 direct, DL2, DS2, S3", at("status"));
    check("3+5", "S3+S5", at("cause"));
    check("3+5+5", "S3", at("cause"));
    check("371", "C7, DS1, S3", at("status"));
    check("311+22", "C1 direct+C2 contextual, S3", at("severity"));
}

#[test]
fn a_resolver_says_that_it_was_resolved() {
    let mut form = Form::new(misalignment());
    form.press("31112").unwrap();
    assert_eq!(form.codes(), "C1 direct, DS1, RS1, RV2, S3");
    assert_eq!(form.ladder.step, Step::Review);
    form.press("<").unwrap();
    let notice = form.press("0").unwrap();
    assert_eq!(form.codes(), "C1 direct, DS1, RS2, S3");
    assert_eq!(
        notice.as_deref(),
        Some("Resolver cleared: it applies only with RS1")
    );
}

#[test]
fn what_no_longer_applies_is_cleared_with_a_notice() {
    let mut form = Form::new(misalignment());
    form.press("3112200").unwrap_err();
    form.press("<<").unwrap();
    assert_eq!(form.ladder.step, Step::Field("locus".to_owned()));
    let notice = form.press("<1").unwrap();
    assert_eq!(
        notice.as_deref(),
        Some("Locus cleared: it applies only with DS2 or DS3")
    );
    assert_eq!(form.codes(), "C1 direct, DS1, RS2, S3");
}

#[test]
fn what_means_nothing_is_refused_with_a_sentence() {
    let check = |keys: &str, expected: &str| {
        let mut form = Form::new(misalignment());
        let refusal = form.press(keys).unwrap_err();
        assert_eq!(refusal.to_string(), expected, "{keys}");
    };
    check("9", "Form has no 9; it takes 1 2 3 4 5 6 7 8");
    check("319", "Evidence tier has no 9; it takes 1 2 3");
    check("311+22+", "Cause takes at most 2");
    check("+", "choose a first code before adding another");
    check(".", "Form is still open");
    check("31.", "C1 has no Evidence tier yet");
    check("31+", "C1 has no Evidence tier yet");
    check("3+8", "S8 stands alone: no other code goes with it");
    check("37+", "C7 stands alone: no other code goes with it");
    check("311101", "the form is complete");
    check("81", "S8 needs words");
}

#[test]
fn words_are_taken_where_they_are_asked_for() {
    let mut form = Form::new(misalignment());
    assert_eq!(form.write("three good words"), Err(Refusal::Complete));
    form.press("8").unwrap();
    let refusal = form.write("two words").unwrap_err();
    assert_eq!(refusal.to_string(), "S8 needs 3 to 8 words, and this has 2");
    form.write("  three good\twords ").unwrap();
    assert_eq!(
        form.episode.choices("form")[0].text.as_deref(),
        Some("three good words")
    );
    form.press("<8").unwrap();
    assert_eq!(
        form.ladder.step,
        Step::Field("cause".to_owned()),
        "the words are kept"
    );
}

#[test]
fn optional_fields_are_passed_over() {
    let mut form = Form::new(mast());
    form.press(".").unwrap();
    assert_eq!(
        form.ladder.step,
        Step::Field("inter_agent_misalignment".to_owned())
    );
    form.press("1").unwrap();
    assert_eq!(form.codes(), "FM-2.1");
    form.press(".").unwrap();
    assert_eq!(form.ladder.step, Step::Review);
}

#[test]
fn a_key_shows_what_is_chosen() {
    let mut form = Form::new(misalignment());
    form.press("3112").unwrap();
    form.press("<<").unwrap();
    let offers = form.ladder.offers(&form.codebook, &form.episode);
    let chosen: Vec<_> = offers
        .iter()
        .filter(|offer| offer.chosen)
        .map(|own| own.id.as_str())
        .collect();
    assert_eq!(chosen, ["C1"]);
}

proptest! {
    #[test]
    fn any_keys_lead_through_the_form(
        mast_too in any::<bool>(),
        keys in prop::collection::vec(prop::sample::select("0123456789+.<>w".chars().collect::<Vec<_>>()), 0..40),
    ) {
        let mut form = Form::new(if mast_too { mast() } else { misalignment() });
        for key in keys {
            // A refused key changes nothing, and whatever passes keeps the rules: see `take`.
            let _ = if key == 'w' { form.write("a few good words") } else { form.press(&key.to_string()).map(drop) };
        }
        // From everywhere, answering what is asked ends at a complete form.
        form.ladder = Ladder::start(&form.codebook, &form.episode);
        for _ in 0..40 {
            match &form.ladder.step {
                Step::Review => break,
                Step::Text { .. } => form.write("a few good words").unwrap(),
                _ => {
                    let key = form.ladder.offers(&form.codebook, &form.episode)[0].key;
                    form.press(&key.to_string()).unwrap();
                }
            }
        }
        prop_assert_eq!(&form.ladder.step, &Step::Review);
        prop_assert_eq!(missing(&form.codebook, &form.episode), []);
    }
}
