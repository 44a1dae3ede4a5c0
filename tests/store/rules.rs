//! Every rule that an act can break: it is refused with a sentence, and the file stays as it was.

use super::*;
use pushback::model::CharSpan;

/// A study with an episode on D2 and none on D3, and what its file says.
struct Refusals {
    desk: Desk,
    episode: Uuid,
    before: String,
}

impl Refusals {
    fn new() -> Refusals {
        let mut desk = Desk::new();
        let episode = desk.label(2);
        let none = Change::Verdict(Some(not_episode("truncation", None)));
        desk.act(&unit(3), &[none]).unwrap();
        let before = dump(&desk.path());
        Refusals {
            desk,
            episode,
            before,
        }
    }

    fn check(&mut self, turn: u32, changes: &[Change], expected: &str) {
        let error = self.desk.act(&unit(turn), changes).unwrap_err();
        assert!(matches!(error, Error::Rule(_)), "{error:?}");
        assert_eq!(error.to_string(), expected);
        assert_eq!(dump(&self.desk.path()), self.before);
    }

    /// Checks the codes of a field of the episode.
    fn check_codes(&mut self, name: &str, codes: &[&str], expected: &str) {
        let choices = codes.iter().map(|code| Choice::of(code)).collect();
        self.check(2, &[field(self.episode, name, choices)], expected);
    }

    /// Checks one code of a field of the episode, with its attribute and its text.
    fn check_choice(&mut self, name: &str, choice: Choice, expected: &str) {
        self.check(2, &[field(self.episode, name, vec![choice])], expected);
    }
}

#[test]
fn codes_that_the_codebook_does_not_allow() {
    let mut refusals = Refusals::new();
    let mut check =
        |name: &str, codes: &[&str], expected: &str| refusals.check_codes(name, codes, expected);
    check("mood", &["S1"], "the codebook has no field mood");
    check("form", &["C1"], "form has no code C1");
    check("form", &["S1", "S1"], "S1 is chosen twice");
    check("cause", &["C1", "C2", "C3"], "Cause takes at most 2");
    check("severity", &["DS1", "DS2"], "Severity takes at most 1");
    check(
        "form",
        &["S1", "S8"],
        "S8 stands alone: no other code goes with it",
    );
    check("locus", &["DL1"], "Locus applies only with DS2 or DS3");
    // The turn is decided, and would no longer be complete.
    check("cause", &["C1"], "C1 has no Evidence tier yet");
    check("status", &[], "Status is still open");
}

#[test]
fn attributes_and_words_that_do_not_go_with_a_code() {
    let mut refusals = Refusals::new();
    let mut attribute = |code: &str, attribute: &str, expected: &str| {
        let attribute = Some(attribute.to_owned());
        let choice = Choice {
            attribute,
            ..Choice::of(code)
        };
        refusals.check_choice("cause", choice, expected);
    };
    attribute("C1", "firm", "Evidence tier has no value firm");
    attribute("C7", "direct", "C7 takes no attribute");
    let mut words = |code: &str, text: &str, expected: &str| {
        let text = Some(text.to_owned());
        let choice = Choice {
            text,
            ..Choice::of(code)
        };
        refusals.check_choice("form", choice, expected);
    };
    words("S1", "a b c", "S1 takes no text");
    words("S8", "too short", "S8 needs 3 to 8 words, and this has 2");
    words("S8", "", "S8 needs 3 to 8 words, and this has 0");
}

#[test]
fn optional_fields_that_the_codebook_has_not() {
    let mut refusals = Refusals::new();
    let episode = refusals.episode;
    let mut check = |field: &str, value: &str, expected: &str| {
        let (field, value) = (field.to_owned(), value.to_owned());
        refusals.check(
            2,
            &[Change::Extra {
                episode,
                field,
                value,
            }],
            expected,
        );
    };
    check("mood", "high", "the codebook has no field mood");
    check("confidence", "firm", "Confidence has no value firm");
}

#[test]
fn quotations_that_quote_nothing() {
    let mut refusals = Refusals::new();
    let episode = refusals.episode;
    let mut check = |id: Uuid, start: usize, text: &str, expected: &str| {
        let quote = Quote {
            id: Uuid::nil(),
            span: CharSpan { start, end: 4 },
            text: text.to_owned(),
            ..quote(2, "what")
        };
        let quote = Some(quote);
        refusals.check(2, &[Change::Evidence { episode, id, quote }], expected);
    };
    check(Uuid::nil(), 4, "", "the quotation is empty");
    check(Uuid::nil(), 9, "", "the quotation is empty");
    check(Uuid::nil(), 0, "wha", "the quotation is empty");
    check(
        Uuid::max(),
        0,
        "what",
        "the quotation has another identity than its change",
    );
}

#[test]
fn verdicts_that_are_not_true() {
    let mut refusals = Refusals::new();
    let mut check = |turn: u32, verdict: Verdict, expected: &str| {
        refusals.check(turn, &[Change::Verdict(Some(verdict))], expected);
    };
    let episodes = "there are episodes on this turn: remove them first";
    check(4, Verdict::Episodes, "there is no episode yet");
    check(2, not_episode("truncation", None), episodes);
    check(
        4,
        not_episode("boredom", None),
        "the codebook has no reason boredom",
    );
    check(
        4,
        not_episode("truncation", Some("cut")),
        "truncation takes no text",
    );
    check(4, not_episode("other", None), "other has no text yet");
    check(
        4,
        not_episode("other", Some("")),
        "other needs 1 to 8 words, and this has 0",
    );
}

#[test]
fn episodes_that_come_or_go_behind_a_verdict() {
    let mut refusals = Refusals::new();
    let known = refusals.episode;
    let exists = |episode: Uuid, exists: bool| Change::Episode { episode, exists };
    refusals.check(2, &[exists(known, false)], "there is no episode yet");
    refusals.check(2, &[exists(Uuid::now_v7(), true)], "Form is still open");
    let episodes = "there are episodes on this turn: remove them first";
    refusals.check(3, &[exists(Uuid::now_v7(), true)], episodes);
    let elsewhere = field(known, "form", vec![Choice::of("S1")]);
    refusals.check(4, &[elsewhere], "the episode does not exist here");
}

#[test]
fn what_stands_before_the_bad_change_is_not_stored_either() {
    let mut refusals = Refusals::new();
    let bad = field(refusals.episode, "form", vec![Choice::of("C1")]);
    refusals.check(2, &[Change::Deferred(true), bad], "form has no code C1");
}

#[test]
fn of_many_acts_those_that_break_a_rule_are_left_out() {
    let mut desk = Desk::new();
    let memo = |text: &str| vec![Change::Memo(text.to_owned())];
    let acts = [
        (unit(2), memo("first")),
        (unit(3), vec![Change::Verdict(Some(Verdict::Episodes))]),
        (unit(2), memo("second")),
    ];
    let broken = desk.study.act_all(desk.ada.id, &acts, NOON).unwrap();
    let broken: Vec<bool> = broken.iter().map(Option::is_some).collect();
    assert_eq!(broken, [false, true, false]);
    let now = |desk: &Desk| desk.study.decision(desk.ada.id, &unit(2)).unwrap().memo;
    assert_eq!(now(&desk), "second");
    // Each is an act of its own, and later than the one before.
    desk.study.undo(desk.ada.id, NOON).unwrap();
    assert_eq!(now(&desk), "first");
    assert_eq!(findings(&desk.study), Vec::<String>::new());
}
