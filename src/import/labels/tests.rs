//! What records are read as, in tables.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{LabelFile, read_labels};
use crate::model::{Codebook, LabelRecord, RecordUnit, RecordVerdict};

fn misalignment() -> Codebook {
    let text = include_str!("../../../codebook/misalignment.toml");
    Codebook::parse(text, "misalignment.toml").unwrap()
}

fn mast() -> Codebook {
    Codebook::parse(include_str!("../../../codebook/mast.toml"), "mast.toml").unwrap()
}

/// Writes a record in a short form.
fn outline(record: &LabelRecord) -> String {
    let mut out = match &record.unit {
        RecordUnit::Turn { session, turn } => format!("{session}#D{turn}"),
        RecordUnit::Named(name) => name.clone(),
    };
    let _ = match &record.verdict {
        RecordVerdict::Episodes => write!(out, " episodes"),
        RecordVerdict::NotEpisode { reason, text } => write!(out, " not {reason} {text:?}"),
        RecordVerdict::Deferred => write!(out, " deferred"),
        RecordVerdict::Undecided => write!(out, " undecided"),
    };
    if let Some(own) = &record.episode {
        let _ = write!(out, " {}:", own.number);
        for (field, choices) in &own.fields {
            let _ = write!(out, " {field}=");
            for choice in choices {
                let attribute = choice.attribute.iter().map(|own| format!("/{own}"));
                let text = choice.text.iter().map(|own| format!("({own})"));
                let more: String = attribute.chain(text).collect();
                let _ = write!(out, "{}{more},", choice.code);
            }
        }
        for (field, value) in &own.extras {
            let _ = write!(out, " {field}={value}");
        }
        for quote in &own.evidence {
            let turn = quote.turn.map(|turn| turn.to_string());
            let place = quote.span.map(|span| (span.start, span.end));
            let _ = write!(out, " {turn:?}{place:?}{:?}", quote.text);
        }
    }
    out
}

fn read(codebook: &Codebook, text: &str) -> LabelFile {
    read_labels(text.as_bytes(), codebook).unwrap()
}

fn check_with(codebook: &Codebook, record: &str, expected: &str) {
    let file = read(codebook, record);
    let records: Vec<String> = file.records.iter().map(outline).collect();
    let skipped = file.skipped.iter().map(|skip| skip.reason.clone());
    let said: Vec<String> = records.into_iter().chain(skipped).collect();
    assert_eq!(said, [expected], "{record}");
}

/// Reads a record about D2 of the session `loom` with some more keys.
fn check(more: &str, expected: &str) {
    let record = format!(r#"{{"session":"loom","turn":2,{more}}}"#);
    check_with(&misalignment(), &record, expected);
}

#[test]
fn codes_are_read_in_every_form() {
    check(r#""form":"S3""#, "loom#D2 episodes 1: form=S3,");
    check(
        r#""symptom":["S3","S7"]"#,
        "loom#D2 episodes 1: form=S3,S7,",
    );
    check(
        r#""form":[{"code":"S3"},"S1"]"#,
        "loom#D2 episodes 1: form=S3,S1,",
    );
    check(
        r#""cause":[{"code":"C6","tier":"direct"}]"#,
        "loom#D2 episodes 1: cause=C6/direct,",
    );
    check(
        r#""cause":{"label":"C6","evidence_tier":"Direct"}"#,
        "loom#D2 episodes 1: cause=C6/direct,",
    );
    check(
        r#""cause":["C6","C1"],"cause_tier":"direct""#,
        "loom#D2 episodes 1: cause=C6/direct,C1/direct,",
    );
    check(
        r#""cause":"C6","evidence_tier":"direct""#,
        "loom#D2 episodes 1: cause=C6/direct,",
    );
    check(
        r#""cause":{"label":"C7","evidence_tier":"not_applicable"}"#,
        "loom#D2 episodes 1: cause=C7,",
    );
    check(
        r#""form":"s3","cause":null,"locus":"","severity":[]"#,
        "loom#D2 episodes 1: form=S3,",
    );
    check(
        r#""form":"nothing known""#,
        "loom#D2 episodes 1: form=nothing known,",
    );
    check(
        r#""S3":true,"S1":false,"C6":"direct","C7":null"#,
        "loom#D2 episodes 1: cause=C6/direct, form=S3,",
    );
    check(r#""form":["S3"],"S3":true"#, "loom#D2 episodes 1: form=S3,");
}

#[test]
fn the_text_of_a_code_is_read_beside_it_or_with_it() {
    let expected = "loom#D2 episodes 1: form=S8(an odd new thing),";
    check(
        r#""form":[{"code":"S8","text":"an odd new thing"}]"#,
        expected,
    );
    check(r#""form":"S8","form_text":"an odd new thing""#, expected);
    check(
        r#""symptom":["S8"],"symptom_other_descriptor":"an odd new thing""#,
        expected,
    );
    check(
        r#""other_descriptor":"an odd new thing","symptom":"S8""#,
        expected,
    );
    check(
        r#""symptom":{"labels":["S8"],"other_descriptor":"an odd new thing"}"#,
        expected,
    );
    // What the turn says is no text of a code.
    check(
        r#""form":"S3","text":"stop that""#,
        "loom#D2 episodes 1: form=S3,",
    );
}

#[test]
fn groups_of_fields_are_read() {
    let judged = r#""symptom":{"reasoning":"a","labels":["S3"],"other_descriptor":null},
        "cause":{"reasoning":"b","labels":[{"label":"C6","evidence_tier":"contextual"}]},
        "outcome":{"reasoning":"c","damage_severity":"DS2","damage_locus":"DL1"},
        "resolution":{"status":"RS1","resolver":"RV2"}"#;
    check(
        judged,
        "loom#D2 episodes 1: cause=C6/contextual, form=S3, locus=DL1, resolver=RV2, severity=DS2, status=RS1,",
    );
    let record = format!(r#"{{"unit":"u","score":1,{judged}}}"#);
    let ignored = read(&misalignment(), &record).ignored;
    assert_eq!(
        ignored,
        [
            "cause.reasoning",
            "outcome.reasoning",
            "score",
            "symptom.reasoning"
        ]
    );
}

#[test]
fn the_verdict_is_given_or_follows() {
    check(r#""reason":"truncation""#, "loom#D2 not truncation None");
    check(
        r#""verdict":"Not_An_Episode","reason":"Text cut off""#,
        "loom#D2 not truncation None",
    );
    check(
        r#""reason":"other","reason_text":"unclear""#,
        r#"loom#D2 not other Some("unclear")"#,
    );
    check(r#""verdict":"deferred""#, "loom#D2 deferred");
    check(r#""deferred":true"#, "loom#D2 deferred");
    check(r#""memo":"look again""#, "loom#D2 undecided");
    check(
        r#""verdict":"undecided","form":"S3""#,
        "loom#D2 undecided 1: form=S3,",
    );
    check(
        r#""verdict":"undecided","episode":2"#,
        "loom#D2 undecided 2:",
    );
    check(r#""verdict":"episodes""#, "loom#D2 episodes 1:");
    check(
        r#""episode":"3","form":"S3","verdict":null"#,
        "loom#D2 episodes 3: form=S3,",
    );
    check(
        r#""title":"blue first","goal":"both""#,
        "loom#D2 episodes 1: goal=both title=blue first",
    );
}

#[test]
fn evidence_is_words_or_places() {
    check(
        r#""form":"S3","evidence":"no""#,
        r#"loom#D2 episodes 1: form=S3, NoneNone"no""#,
    );
    check(
        r#""form":"S3","evidence":["no",{"turn":"A1","start":0,"end":2,"text":"ok"},{"turn":2,"quote":"x"},null]"#,
        r#"loom#D2 episodes 1: form=S3, NoneNone"no" Some("A1")Some((0, 2))"ok" Some("D2")None"x""#,
    );
}

#[test]
fn a_record_says_what_it_is_about() {
    let codebook = misalignment();
    check_with(
        &codebook,
        r#"{"session":"loom","turn":"D7","form":"S1"}"#,
        "loom#D7 episodes 1: form=S1,",
    );
    check_with(
        &codebook,
        r#"{"session":12,"turn":7.0,"form":"S1"}"#,
        "12#D7 episodes 1: form=S1,",
    );
    check_with(
        &codebook,
        r#"{"unit":"s/e1","form":"S1"}"#,
        "s/e1 episodes 1: form=S1,",
    );
    check_with(
        &codebook,
        r#"{"session":"loom","form":"S1"}"#,
        "the record names a session and no turn",
    );
    check_with(
        &codebook,
        r#"{"form":"S1"}"#,
        "the record names neither session and turn nor a unit",
    );
    let turn = r#"turn is "A7", and must be a number from 1 to 4294967295"#;
    check_with(
        &codebook,
        r#"{"session":"loom","turn":"A7","form":"S1"}"#,
        turn,
    );
    let both = "session and unit are both given: one of them says what it is about";
    check_with(
        &codebook,
        r#"{"session":"loom","unit":"u","form":"S1"}"#,
        both,
    );
}

#[test]
fn what_cannot_be_meant_is_said_in_a_sentence() {
    check(
        r#""coder":"ada""#,
        "the record says nothing: no label, no reason, no verdict",
    );
    check(
        r#""verdict":"maybe""#,
        "verdict is \"maybe\", and must be episodes, not an episode, deferred or undecided",
    );
    check(
        r#""verdict":"not an episode""#,
        "not an episode needs a reason of the codebook",
    );
    check(
        r#""reason":"truncation","form":"S3""#,
        "the record has labels and says that the turn is not an episode",
    );
    check(
        r#""reason":"truncation","verdict":"deferred""#,
        "a reason goes with \"not an episode\", and the verdict is \"deferred\"",
    );
    check(r#""form":true"#, "form is not a text");
    check(
        r#""form":{"name":"S3"}"#,
        "form: an object names its code as \"code\"",
    );
    check(
        r#""form":"S1","symptom":"S2""#,
        "form is given twice, with other codes",
    );
    check(
        r#""form":"S1","episode":0"#,
        "episode is \"0\", and must be a number from 1 to 100",
    );
    check(
        r#""form":"S1","certainty":"very""#,
        "certainty is \"very\", and must be low, medium or high",
    );
    check(
        r#""form":"S1","marked":"yes""#,
        "marked is neither true nor false",
    );
    check(
        r#""form":"S1","evidence":[{"turn":"X"}]"#,
        "the evidence names the turn \"X\", and turns read D12 or A12",
    );
}

#[test]
fn another_codebook_brings_its_own_keys() {
    let codebook = mast();
    let field = codebook.fields().next().unwrap();
    let code = &field.codes[0].id;
    let record = format!(r#"{{"unit":"u","{}":["{code}"]}}"#, field.id);
    check_with(
        &codebook,
        &record,
        &format!("u episodes 1: {}={code},", field.id),
    );
    let ignored = read(
        &codebook,
        r#"{"unit":"u","verdict":"deferred","symptom":"S3"}"#,
    )
    .ignored;
    assert_eq!(ignored, ["symptom"]);
}

#[test]
fn a_field_may_have_a_name_that_the_form_has_for_itself() {
    let text = "id = 'x'\nname = 'X'\nversion = '1'\nunit = 'u'\n[[axis]]\nid = 'a'\nname = 'A'\nquestion = 'q'\n\
        [[axis.field]]\nid = 'memo'\nname = 'Memo'\nquestion = 'q'\n[[axis.field.code]]\nid = 'turn'\nname = 'T'\n\
        definition = 'd'\n[[reason]]\nid = 'r'\nname = 'R'\ndefinition = 'd'\n";
    let codebook = Codebook::parse(text, "x.toml").unwrap();
    let record = r#"{"unit":"u","field:memo":"turn","memo":"a note"}"#;
    check_with(&codebook, record, "u episodes 1: memo=turn,");
    assert_eq!(read(&codebook, record).records[0].memo, "a note");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_labels(bytes.as_slice(), &misalignment()).unwrap();
    }

    #[test]
    fn no_json_makes_the_reader_panic(pieces in prop::collection::vec(prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\n", "\"", "null", "true", "1e9", "-1", "\"session\":\"loom\"", "\"turn\":2",
        "\"form\":", "\"cause\":", "\"S8\"", "\"C6\"", "\"evidence\":", "\"labels\":", "\"code\":", "\"tier\":",
        "\"start\":18446744073709551615", "\"text\":\"\\ud800\"", "\"outcome\":", "\"verdict\":", "\u{feff}",
    ]), 0..60)) {
        read_labels(pieces.concat().as_bytes(), &misalignment()).unwrap();
    }
}
