//! The second mode: what two coders differ on is settled by one key and a reason.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use pushback::merge::{Coded, Comparison, Item, adopt, queue};
use pushback::model::{Coder, CoderKind, Decision, Difference, How, Timestamp, Verdict};
use pushback::store::Study;
use pushback::tui::{self, KeyMap, Settling};
use ratatui::Terminal;
use uuid::Uuid;

use super::keys::script;
use super::labels::outline;
use super::shown::{Glass, Shown};
use super::{CODER, Desk, OWNER};

/// Labels as another coder.
fn label_as(desk: &Desk, name: &str, keys: &str) {
    join_as(desk, name, Uuid::now_v7(), keys);
}

/// Labels as another coder with this identity.
fn join_as(desk: &Desk, name: &str, id: Uuid, keys: &str) {
    let mut study = Study::open_to_write(&desk.path, OWNER).unwrap();
    let coder = study.coder(name, CoderKind::Human, id).unwrap();
    let mut terminal = Terminal::new(Glass::new(desk.size)).unwrap();
    let mut steps = script(keys).into_iter();
    let next = |_| steps.next().map(|step| Ok(step.input()));
    tui::run(&mut study, &coder, None, &desk.looks, &mut terminal, next).unwrap();
}

/// Two coders' labels of the kitchen, to be settled: keys of the one, keys of the other.
pub(super) fn coded(anna: &str, ben: &str) -> Desk {
    let desk = Desk::kitchen();
    label_as(&desk, CODER, anna);
    label_as(&desk, "ben", ben);
    Desk {
        settles: true,
        ..desk
    }
}

/// Labels that differ in a cause, in a verdict and in an episode that only one has; the last turn is agreed on.
pub(super) fn differing() -> Desk {
    static STUDY: OnceLock<Vec<u8>> = OnceLock::new();
    let make = || {
        coded(
            "36110<Enter>361210<Enter>x1x2",
            "35110<Enter>x13712i5710<Enter>x2",
        )
    };
    let desk = Desk::copy_of(&STUDY, make).sized(80, 24);
    Desk {
        settles: true,
        ..desk
    }
}

/// The name of the one who settles.
const CEM: &str = "cem";

/// Settles with some keys, and gives the screen after them.
fn settle(desk: &Desk, keys: &str) -> Shown {
    desk.press(keys)
}

/// Runs the second mode of the program.
pub(super) fn run(
    desk: &Desk,
    study: &mut Study,
    terminal: &mut Terminal<Glass>,
    next: impl FnMut(Option<tui::Pause>) -> Option<std::io::Result<tui::Input>>,
) {
    let people = study
        .coders()
        .unwrap()
        .into_iter()
        .filter(|coder| coder.kind == CoderKind::Human && coder.name != CEM);
    let coded: Vec<Coded> = people
        .map(|coder| Coded {
            decisions: study.decisions(coder.id).unwrap(),
            coder,
        })
        .collect();
    let comparison = Comparison::new(study.codebook(), coded);
    let queue = queue(study.codebook(), &comparison);
    let by = study.coder(CEM, CoderKind::Human, Uuid::now_v7()).unwrap();
    let gold = study
        .coder("gold", CoderKind::Gold, Uuid::now_v7())
        .unwrap();
    adopt_agreed(study, &comparison, &queue, &gold, &by);
    let settling = Settling {
        by,
        comparison,
        queue,
    };
    let why = desk.read_only.clone();
    tui::adjudicate(study, &gold, settling, why, &desk.looks, terminal, next).unwrap();
}

/// Gives gold what all agree on, as the verb does before it opens the screen.
fn adopt_agreed(
    study: &mut Study,
    comparison: &Comparison,
    queue: &[Item],
    gold: &Coder,
    by: &Coder,
) {
    let book = study.codebook().clone();
    let known = study.decisions(gold.id).unwrap();
    for (at, unit) in comparison.units.iter().enumerate() {
        let differs = queue.iter().any(|item| item.at == at);
        if differs || unit.coders().count() < 2 || known.contains_key(&unit.unit) {
            continue;
        }
        let changes = adopt(&book, comparison, at, &Decision::default(), by.id);
        let now = Timestamp(1_767_225_600_000);
        study.act(gold.id, &unit.unit, &changes, None, now).unwrap();
    }
}

/// Gives the key that takes the side of a coder in the first open dispute.
fn key_of(desk: &Desk, keys: &str, name: &str) -> char {
    let shown = settle(desk, &format!("{keys}h"));
    let text = shown.text();
    let line = text.lines().find(|line| line.trim_end().ends_with(name));
    let line = line.unwrap_or_else(|| panic!("nobody is {name} in\n{text}"));
    line.trim_start().chars().next().unwrap()
}

fn decisions(desk: &Desk, name: &str) -> BTreeMap<u32, Decision> {
    let study = desk.study();
    let coder = study.known_coder(name).unwrap().unwrap();
    study
        .decisions(coder.id)
        .unwrap()
        .into_iter()
        .map(|(unit, own)| (unit.turn, own))
        .collect()
}

/// Gives what is stored as gold of the only unit that was settled.
fn gold(desk: &Desk) -> String {
    let book = desk.study().codebook().clone();
    let decisions = decisions(desk, "gold");
    assert_eq!(decisions.len(), 1, "{decisions:?}");
    outline(&book, decisions.values().next().unwrap())
}

/// The ways in which the fields of gold's only episode were settled.
fn ways(desk: &Desk) -> BTreeMap<String, (How, Option<Difference>)> {
    let decision = decisions(desk, "gold").into_values().next().unwrap();
    decision
        .settled
        .into_iter()
        .map(|(what, own)| (what.field, (own.how, own.reason)))
        .collect()
}

#[test]
fn two_keys_settle_a_field_and_the_turn_with_it() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let key = key_of(&desk, "", "ben");
    settle(&desk, &format!("{key}3"));
    assert_eq!(gold(&desk), "S3 C5:direct DS1 RS2; committed");
    let ben = desk.study().known_coder("ben").unwrap().unwrap().id;
    let ways = ways(&desk);
    assert_eq!(ways["cause"], (How::Took(ben), Some(Difference::Judgement)));
    assert_eq!(ways["form"], (How::Agreed, None));
}

#[test]
fn the_coders_own_labels_stay_as_they_are() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let before = (decisions(&desk, CODER), decisions(&desk, "ben"));
    settle(&desk, "a1");
    assert_eq!((decisions(&desk, CODER), decisions(&desk, "ben")), before);
}

#[test]
fn what_all_agree_on_is_shown_and_only_the_rest_is_asked() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let shown = settle(&desk, "");
    let text = shown.text();
    assert!(
        text.contains("Form S3") && text.contains("Severity DS1"),
        "{text}"
    );
    assert!(text.contains("Cause of episode 1: who is right?"), "{text}");
    assert!(text.contains("difference 1 of 1"), "{text}");
}

#[test]
fn nobody_is_named_until_the_names_are_asked_for() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let hidden = settle(&desk, "").text();
    assert!(
        !hidden.contains("anna") && !hidden.contains("ben"),
        "{hidden}"
    );
    let named = settle(&desk, "h").text();
    assert!(named.contains("anna") && named.contains("ben"), "{named}");
}

#[test]
fn the_union_keeps_the_codes_of_both() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    settle(&desk, "+2");
    let ways = ways(&desk);
    assert_eq!(ways["cause"], (How::Union, Some(Difference::Codebook)));
    let label = gold(&desk);
    assert!(
        label.contains("C5:direct") && label.contains("C6:direct"),
        "{label}"
    );
}

#[test]
fn a_digit_gives_a_code_that_neither_has() {
    let desk = coded("3710<Enter>", "36110<Enter>");
    // C4, no reason, then the tier that it needs.
    settle(&desk, "4<Enter>2");
    assert_eq!(gold(&desk), "S3 C4:contextual DS1 RS2; committed");
    assert_eq!(ways(&desk)["cause"].0, How::Edited);
}

#[test]
fn a_locus_comes_along_with_the_severity_that_opens_it() {
    let desk = coded("361210<Enter>", "36110<Enter>");
    let key = key_of(&desk, "", CODER);
    settle(&desk, &format!("{key}1"));
    assert_eq!(gold(&desk), "S3 C6:direct DS2 DL1 RS2; committed");
    let desk = coded("361210<Enter>", "36110<Enter>");
    let key = key_of(&desk, "", "ben");
    settle(&desk, &format!("{key}1"));
    assert_eq!(gold(&desk), "S3 C6:direct DS1 RS2; committed");
}

#[test]
fn a_verdict_is_taken_with_all_that_hangs_on_it() {
    let desk = coded("36110<Enter>", "x1");
    let key = key_of(&desk, "", CODER);
    settle(&desk, &format!("{key}4"));
    assert_eq!(gold(&desk), "S3 C6:direct DS1 RS2; committed");
    let desk = coded("36110<Enter>", "x1");
    let key = key_of(&desk, "", "ben");
    settle(&desk, &format!("{key}4"));
    let verdict = decisions(&desk, "gold")
        .into_values()
        .next()
        .unwrap()
        .verdict;
    assert!(
        matches!(verdict, Some(Verdict::NotEpisode { .. })),
        "{verdict:?}"
    );
}

#[test]
fn it_can_be_no_episode_after_all() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    settle(&desk, "x23");
    let decision = decisions(&desk, "gold").into_values().next().unwrap();
    assert!(
        matches!(decision.verdict, Some(Verdict::NotEpisode { .. })),
        "{decision:?}"
    );
    assert!(decision.episodes.is_empty());
}

#[test]
fn an_answer_is_taken_back_by_undo_also_after_a_restart() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    settle(&desk, "a1");
    let shown = settle(&desk, "u").text();
    assert!(shown.contains("who is right?"), "{shown}");
    assert!(
        decisions(&desk, "gold")
            .values()
            .all(|own| *own == Decision::default())
    );
    settle(&desk, "U");
    assert!(gold(&desk).ends_with("committed"));
}

#[test]
fn the_queue_goes_from_the_worst_difference_to_the_next() {
    // The second turn differs in its verdict, the first in one field only.
    let desk = coded("36110<Enter>36110<Enter>", "35110<Enter>x1");
    let shown = settle(&desk, "").text();
    assert!(shown.contains("Is there an episode here?"), "{shown}");
    let shown = settle(&desk, "a1").text();
    assert!(
        shown.contains("Cause of episode 1: who is right?"),
        "{shown}"
    );
    let shown = settle(&desk, "a1").text();
    assert!(shown.contains("every difference is settled"), "{shown}");
}

#[test]
fn keys_that_settle_nothing_say_why() {
    let check = |anna: &str, ben: &str, keys: &str, why: &str| {
        let desk = coded(anna, ben);
        let shown = settle(&desk, keys).text();
        assert!(shown.contains(why), "{keys}: {shown}");
    };
    check("36110<Enter>", "361210<Enter>", "c", "no such side");
    check(
        "36110<Enter>",
        "36100<Enter>",
        "+",
        "Severity takes one code",
    );
    check("36110<Enter>", "x1", "3", "first say which side is right");
    check("36110<Enter>", "36100<Enter>", "a7", "there is no reason 7");
}

#[test]
fn a_field_that_does_not_apply_any_more_is_not_asked() {
    // DS2 and DS3, each with a locus of its own; gold takes neither.
    let desk = coded("361210<Enter>", "361320<Enter>");
    let shown = settle(&desk, "0<Enter>").text();
    assert!(shown.contains("every difference is settled"), "{shown}");
    assert_eq!(gold(&desk), "S3 C6:direct DS0 RS2; committed");
    let shown = settle(&desk, "u").text();
    assert!(
        shown.contains("Severity of episode 1: who is right?"),
        "{shown}"
    );
    // With a severity that opens it, the locus is a question again.
    let shown = settle(&desk, "2<Enter>").text();
    assert!(
        shown.contains("Locus of episode 1: who is right?"),
        "{shown}"
    );
    settle(&desk, "a<Enter>");
    assert!(gold(&desk).ends_with("committed"));
}

#[test]
fn what_is_half_settled_goes_on_when_another_coder_joins() {
    let desk = coded("36110<Enter>", "35100<Enter>");
    let key = key_of(&desk, "", CODER);
    let shown = settle(&desk, &format!("{key}1")).text();
    assert!(shown.contains("Severity of episode 1: who"), "{shown}");
    // The new coder comes before the others in every order of ids, and differs in what was agreed, too.
    join_as(&desk, "dee", Uuid::from_u128(1), "47140<Enter>");
    let shown = settle(&desk, "").text();
    assert!(shown.contains("Form of episode 1: who"), "{shown}");
    settle(&desk, "3<Enter>4<Enter>");
    assert_eq!(gold(&desk), "S3 C6:direct DS4 RS2; committed");
}

#[test]
fn a_settled_turn_is_open_again_when_another_coder_differs() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    settle(&desk, "a1");
    join_as(&desk, "dee", Uuid::from_u128(1), "x1");
    let shown = settle(&desk, "").text();
    assert!(shown.contains("0 of 1 differences settled"), "{shown}");
    assert!(shown.contains("Is there an episode here?"), "{shown}");
    let key = key_of(&desk, "", "dee");
    settle(&desk, &format!("{key}1"));
    let decision = decisions(&desk, "gold").into_values().next().unwrap();
    assert!(
        matches!(decision.verdict, Some(Verdict::NotEpisode { .. })),
        "{decision:?}"
    );
}

#[test]
fn a_side_of_two_coders_is_asked_what_they_differ_on() {
    let desk = coded("36110<Enter>", "1700<Enter>");
    label_as(&desk, "dee", "x1");
    let shown = settle(&desk, "").text();
    assert!(
        shown.contains("episode: S3 C6 direct DS1 RS2 or S1 C7 DS0 RS2"),
        "{shown}"
    );
    let key = key_of(&desk, "", "anna, ben");
    let shown = settle(&desk, &format!("{key}1")).text();
    assert!(
        shown.contains("Form of episode 1: who is right?"),
        "{shown}"
    );
    assert!(shown.contains("0 of 1 differences settled"), "{shown}");
    settle(&desk, "1<Enter>7<Enter>1<Enter>");
    assert_eq!(gold(&desk), "S1 C7 DS1 RS2; committed");
}

#[test]
fn a_fourth_answer_has_a_key_of_its_own() {
    let desk = coded("36110<Enter>", "36100<Enter>");
    label_as(&desk, "dee", "36140<Enter>");
    label_as(&desk, "eve", "361210<Enter>");
    let shown = settle(&desk, "").text();
    assert!(shown.contains(" d DS"), "{shown}");
    let key = key_of(&desk, "", "eve");
    settle(&desk, &format!("{key}1"));
    assert_eq!(gold(&desk), "S3 C6:direct DS2 DL1 RS2; committed");
}

#[test]
fn a_settled_turn_says_how_it_was_settled_and_opens_again() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    settle(&desk, "a3");
    let shown = settle(&desk, "").text();
    assert!(
        shown.contains("Cause: one side's answer, judgement"),
        "{shown}"
    );
    assert!(settle(&desk, "a").text().contains("o opens it again"));
    assert!(settle(&desk, "4").text().contains("o opens it again"));
    let shown = settle(&desk, "o").text();
    assert!(
        shown.contains("Cause of episode 1: who is right?"),
        "{shown}"
    );
    settle(&desk, "7<Enter>");
    assert_eq!(gold(&desk), "S3 C7 DS1 RS2; committed");
    assert!(
        settle(&desk, "oo")
            .text()
            .contains("nothing is settled here yet")
    );
    settle(&desk, "u");
    // What was opened by mistake is settled by undo as it was.
    settle(&desk, "ou");
    assert_eq!(gold(&desk), "S3 C7 DS1 RS2; committed");
}

#[test]
fn the_footer_offers_what_settles_first() {
    let desk = coded("36110<Enter>36110<Enter>", "35110<Enter>x1");
    let shown = settle(&desk, "").text();
    assert!(
        shown.contains("a/b is right  x no episode  h names"),
        "{shown}"
    );
    // Without a question about a field no field is marked as the one that is asked.
    assert!(!shown.contains("❯Form"), "{shown}");
    let shown = settle(&desk, "a1").text();
    assert!(shown.contains("a/b is right  1-7 cause  + both"), "{shown}");
    let shown = settle(&desk, "N").text();
    assert!(shown.contains("Enter next open  o open again"), "{shown}");
}

#[test]
fn the_answer_stays_in_sight_while_its_reason_is_asked() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let key = key_of(&desk, "", "ben");
    let check = |keys: &str, answer: &str| {
        let shown = settle(&desk, keys).text();
        let asked = "Why do they differ? Enter: no reason. Taking ";
        let line = shown.lines().find(|line| line.contains(asked)).unwrap();
        assert!(line.contains(answer), "{shown}");
    };
    check(&key.to_string(), "C5 direct");
    check("+", "direct + C");
    check("7", "C7");
    check("x1", "no episode, unrequested action");
}

#[test]
fn undo_says_in_a_word_what_it_did() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    assert!(
        settle(&desk, "a1u")
            .text()
            .contains("D2: answer taken back")
    );
    assert!(settle(&desk, "U").text().contains("D2: done again"));
}

#[test]
fn a_code_that_is_looked_at_is_explained_where_the_codebook_has_no_pane() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let shown = settle(&desk, "<Down>").text();
    assert!(
        shown.contains("C1: The request left a point open"),
        "{shown}"
    );
}

#[test]
fn the_help_begins_with_settling() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let shown = settle(&desk, "?").text();
    let first = shown.lines().nth(2).map(str::trim);
    assert_eq!(first, Some("Settling differences"), "{shown}");
}

#[test]
fn a_digit_that_sets_two_fields_settles_both() {
    // Unknown; resolved after pushback. Gold says: resolved, by the developer.
    let desk = coded("36110<Enter>", "36112<Enter>");
    let shown = settle(&desk, "3").text();
    assert!(shown.contains("no reason. Taking RS1 RV3"), "{shown}");
    let shown = settle(&desk, "3<Enter>").text();
    assert!(shown.contains("every difference is settled"), "{shown}");
    assert_eq!(gold(&desk), "S3 C6:direct DS1 RS1 RV3; committed");
}

#[test]
fn an_answer_that_breaks_a_rule_is_refused_before_its_reason_is_asked() {
    // C7 stands alone, so that both together are none of the codebook's answers.
    let desk = coded("36110<Enter>", "3710<Enter>");
    let shown = settle(&desk, "+").text();
    assert!(shown.contains("C7 stands alone"), "{shown}");
    assert!(
        shown.contains("Cause of episode 1: who is right?"),
        "{shown}"
    );
}

#[test]
fn a_memo_on_a_turn_outside_the_queue_is_stored_and_taken_back() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let memo = || decisions(&desk, "gold").get(&3).map(|own| own.memo.clone());
    let shown = settle(&desk, "]mto be asked<Enter>");
    assert_eq!(shown.status(), "✓ memo stored");
    shown.says("D3 is none of the 1 differences");
    assert_eq!(memo().as_deref(), Some("to be asked"));
    assert_eq!(settle(&desk, "u").status(), "✓ D3: memo");
    assert_eq!(memo(), None);
    assert_eq!(settle(&desk, "U").status(), "✓ D3: memo");
    assert_eq!(memo().as_deref(), Some("to be asked"));
}

#[test]
fn a_turn_outside_the_queue_is_not_settled_and_asks_nothing() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let shown = settle(&desk, "]x");
    let why = "✗ this turn is none of the differences: Enter goes to the next";
    assert_eq!(shown.status(), why);
    shown.lacks("Why?");
    // The next keys are those of the transcript again.
    settle(&desk, "]x1<Enter>").says("difference 1 of 1");
    assert_eq!(decisions(&desk, "gold"), BTreeMap::new());
}

#[test]
fn a_study_that_is_only_read_says_so_before_it_asks_why() {
    let mut desk = coded("36110<Enter>", "35110<Enter>");
    desk.read_only = Some("held by ben".to_owned());
    for key in ["x", "a", "+", "4"] {
        let shown = settle(&desk, key);
        assert_eq!(shown.status(), "✗ read only: held by ben", "{key}");
        shown.lacks("Why?");
    }
}

#[test]
fn a_turn_outside_the_queue_names_only_keys_that_work_there() {
    let desk = coded("36110<Enter>x1", "35110<Enter>x1");
    let shown = settle(&desk, "]");
    shown.says("This turn is none of the differences: Enter goes to the next.");
    assert_eq!(
        shown.footer(),
        "Enter next open  z unfold  B codebook  ? keys  q quit"
    );
    let check = |keys: &str, why: &str| {
        assert_eq!(settle(&desk, keys).status(), format!("✗ {why}"), "{keys}");
    };
    for key in ["3", "a", "+", "x"] {
        let why = "this turn is none of the differences: Enter goes to the next";
        check(&format!("]{key}"), why);
    }
}

#[test]
fn a_settled_turn_says_so_and_names_the_keys_that_lead_on() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let shown = settle(&desk, "a1");
    shown.says("Settled. Enter goes to the next open one, o opens it again.");
    shown.lacks("commits").lacks("Tab");
    for key in ["3", "a", "+"] {
        let shown = settle(&desk, key);
        let why = "✗ this difference is settled: Enter goes to the next";
        assert!(shown.status().starts_with(why), "{key}: {}", shown.status());
    }
}

#[test]
fn what_all_agree_on_is_not_taken_back_but_a_memo_on_it_is() {
    // D4 is agreed on, D2 is not.
    let desk = coded("36110<Enter>x1", "35110<Enter>x1");
    let agreed = || decisions(&desk, "gold").remove(&4).unwrap();
    settle(&desk, "]]").says("All agree on this turn: Enter goes to the next.");
    assert_eq!(
        settle(&desk, "u").status(),
        "✗ there is nothing more to take back"
    );
    assert!(agreed().verdict.is_some());
    settle(&desk, "]]ma note<Enter>").says("✓ memo stored");
    assert_eq!(agreed().memo, "a note");
    settle(&desk, "u");
    assert_eq!(
        (agreed().memo.as_str(), agreed().verdict.is_some()),
        ("", true)
    );
}

#[test]
fn the_answer_that_is_taken_is_shown_while_the_reason_is_asked() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let key = key_of(&desk, "", "ben");
    let side = key.to_uppercase();
    let check = |keys: &str, words: &str| {
        let row = settle(&desk, keys).line("Why do they differ?");
        assert_eq!(
            row,
            format!("Why do they differ? Enter: no reason. Taking {words}")
        );
    };
    check(&key.to_string(), &format!("{side}: C5 direct"));
    check("+", "C6 direct + C5 direct");
    check("4", "C4");
    check("x4", "no episode, words say otherwise");
}

#[test]
fn a_settled_difference_is_opened_again_answered_anew_and_undone() {
    let desk = coded("361210<Enter>", "35110<Enter>");
    let key = key_of(&desk, "", "ben");
    let other = if key == 'a' { 'b' } else { 'a' };
    settle(&desk, &format!("{key}1{other}1"));
    assert_eq!(gold(&desk), "S3 C5:direct DS2 DL1 RS2; committed");
    let shown = settle(&desk, "o");
    assert_eq!(shown.status(), "✓ open again: u settles it as it was");
    shown.says("Cause of episode 1: who is right?").says("open");
    assert_eq!(decisions(&desk, "gold"), BTreeMap::new());
    settle(&desk, "u");
    assert_eq!(gold(&desk), "S3 C5:direct DS2 DL1 RS2; committed");
    // The locus that came along before is not asked for any more.
    settle(&desk, &format!("o{key}1{key}2"));
    assert_eq!(gold(&desk), "S3 C5:direct DS1 RS2; committed");
    assert_eq!(ways(&desk)["severity"].1, Some(Difference::Codebook));
}

#[test]
fn nothing_is_opened_again_where_nothing_is_settled() {
    let desk = coded("36110<Enter>", "35110<Enter>");
    let check = |keys: &str, why: &str| {
        assert!(settle(&desk, keys).status().contains(why), "{keys}");
    };
    check("o", "✗ nothing is settled here yet");
    check("]o", "✗ this turn is none of the differences");
}

#[test]
fn settled_differences_are_listed_and_gone_to() {
    let desk = coded("36110<Enter>36110<Enter>x1", "35110<Enter>x1x1");
    assert_eq!(settle(&desk, "r").status(), "✗ nothing is settled yet");
    settle(&desk, "x41").says("Cause of episode 1");
    let shown = settle(&desk, "r");
    // What all agree on is not among them.
    shown
        .says("differences with an answer: 1")
        .says("no episode: Words");
    settle(&desk, "r<Enter>").says("D4 · difference 1 of 2 · settled");
}

#[test]
fn the_screen_names_the_keys_of_the_configuration() {
    let mut desk = coded("36110<Enter>", "35110<Enter>");
    let changes = [
        ("take-a", "y"),
        ("take-b", "Y"),
        ("take-all", "*"),
        ("not-an-episode", "w"),
        ("next-difference", "Tab"),
        ("no-reason", "Tab"),
        ("reopen", "t"),
    ];
    let changes = changes.map(|(action, key)| (action.to_owned(), vec![key.to_owned()]));
    desk.looks.keys = KeyMap::changed(&BTreeMap::from(changes)).unwrap();
    let shown = settle(&desk, "");
    shown
        .says(" y C")
        .says(" Y C")
        .says("* all together; or another: 1 C1");
    settle(&desk, "]3").says("Tab goes to the next");
    settle(&desk, "y").says("Why do they differ? Tab: no reason.");
    settle(&desk, "y<Tab>").says("Tab goes to the next open one, t opens it again.");
    let mut desk = coded("36110<Enter>", "x1");
    desk.looks.keys = KeyMap::changed(&BTreeMap::from([(
        "not-an-episode".to_owned(),
        vec!["w".to_owned()],
    )]))
    .unwrap();
    settle(&desk, "").says("w no episode, for a reason that you choose");
    settle(&desk, "3").says("first say which side is right: w says that there is no episode");
}

#[test]
fn the_names_are_hidden_again_at_the_next_difference() {
    let desk = coded("36110<Enter>36110<Enter>", "35110<Enter>x1");
    settle(&desk, "h").says("anna");
    settle(&desk, "hn").lacks("anna");
    settle(&desk, "hnN").lacks("anna");
    settle(&desk, "ha<Enter>").lacks("anna");
    // Another turn looked at, and undo, are no other difference.
    settle(&desk, "h.").says("anna");
}
