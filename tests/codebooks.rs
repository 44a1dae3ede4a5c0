//! The codebooks that the program carries: whole, consistent, and faithful to their sources' ids and names.

use std::collections::HashSet;

use pushback::model::{Code, Codebook, ExtraKind, Field, Select};

/// The file's name and text of each codebook.
const CARRIED: &[(&str, &str)] = &[
    (
        "misalignment.toml",
        include_str!("../codebook/misalignment.toml"),
    ),
    ("mast.toml", include_str!("../codebook/mast.toml")),
];

/// A definition or a rule that is longer than this does not fit the pane beside its neighbours.
const MOST_LETTERS: usize = 220;

fn carried() -> Vec<Codebook> {
    CARRIED
        .iter()
        .map(|(name, text)| Codebook::parse(text, name).unwrap_or_else(|e| panic!("{e:#?}")))
        .collect()
}

fn misalignment() -> Codebook {
    carried().remove(0)
}

fn mast() -> Codebook {
    carried().remove(1)
}

fn codes(codebook: &Codebook) -> impl Iterator<Item = &Code> {
    codebook.fields().flat_map(|field| &field.codes)
}

fn field<'a>(codebook: &'a Codebook, id: &str) -> &'a Field {
    codebook
        .field(id)
        .unwrap_or_else(|| panic!("no field {id}"))
}

/// Gives id, key and name of each code of a field, in order.
fn listed(field: &Field) -> Vec<(&str, char, &str)> {
    let codes = field.codes.iter();
    codes
        .map(|code| (code.id.as_str(), code.key, code.name.as_str()))
        .collect()
}

fn ids(field: &Field) -> Vec<&str> {
    field.codes.iter().map(|code| code.id.as_str()).collect()
}

#[test]
fn every_code_says_when_to_use_it_and_when_not() {
    for codebook in carried() {
        for code in codes(&codebook) {
            let id = &code.id;
            assert!(!code.definition.is_empty(), "{id}");
            assert!(!code.use_when.is_empty(), "{id} has no use_when");
            assert!(!code.avoid_when.is_empty(), "{id} has no avoid_when");
            assert!(!code.examples.is_empty(), "{id} has no example");
            assert!(!code.near_misses.is_empty(), "{id} has no near miss");
        }
    }
}

#[test]
fn every_text_fits_a_narrow_pane() {
    for codebook in carried() {
        for code in codes(&codebook) {
            let tells = code.confused_with.iter().map(|own| &own.tell);
            let texts = [
                &code.use_when,
                &code.avoid_when,
                &code.examples,
                &code.near_misses,
            ];
            let all = texts.into_iter().flatten().chain(tells);
            for text in all.chain([&code.definition]) {
                assert!(text.chars().count() <= MOST_LETTERS, "{}: {text}", code.id);
                assert!(!text.contains('\n'), "{}: {text}", code.id);
            }
        }
    }
}

/// S8 names no neighbour: whatever fits one of the other forms, even in part, is not S8.
#[test]
fn whoever_is_confused_with_a_code_is_named_by_it_in_turn() {
    for codebook in carried() {
        for code in codes(&codebook) {
            let id = &code.id;
            assert!(!code.confused_with.is_empty() || id == "S8", "{id}");
            for neighbour in &code.confused_with {
                let (_, other) = codebook.code(&neighbour.code).unwrap();
                let back = other.confused_with.iter().any(|own| &own.code == id);
                assert!(back, "{} does not name {id}", other.id);
                let tell = &neighbour.tell;
                assert!(
                    tell.contains(id) && tell.contains(&other.id),
                    "{id}: {tell}"
                );
            }
        }
    }
}

#[test]
fn texts_name_no_code_that_does_not_exist() {
    for codebook in carried() {
        let known: HashSet<&str> = codes(&codebook).map(|code| code.id.as_str()).collect();
        let shapes: HashSet<&str> = known
            .iter()
            .map(|id| id.trim_end_matches(|c: char| c.is_ascii_digit()))
            .collect();
        let words = codebook
            .text
            .split(|c: char| !c.is_ascii_alphanumeric() && !"-.".contains(c));
        for word in words.map(|word| word.trim_end_matches('.')) {
            let shape = word.trim_end_matches(|c: char| c.is_ascii_digit());
            let named = shape.len() < word.len() && shapes.contains(shape);
            assert!(
                !named || known.contains(word),
                "{} names {word}",
                codebook.id
            );
        }
    }
}

#[test]
fn every_field_asks_and_every_reason_has_an_example() {
    for codebook in carried() {
        assert!(!codebook.unit.is_empty() && codebook.source.contains("arXiv"));
        assert!(codebook.axes.iter().all(|axis| !axis.question.is_empty()));
        assert!(codebook.fields().all(|field| !field.question.is_empty()));
        assert!(
            codebook
                .reasons
                .iter()
                .all(|reason| !reason.example.is_empty())
        );
        assert!(
            codebook
                .reason_groups
                .iter()
                .all(|group| !group.definition.is_empty())
        );
        assert!(codebook.extras.iter().all(|extra| !extra.prompt.is_empty()));
    }
}

#[test]
fn the_four_axes_have_the_published_codes_and_keys() {
    let codebook = misalignment();
    let axes: Vec<&str> = codebook.axes.iter().map(|axis| axis.id.as_str()).collect();
    assert_eq!(axes, ["form", "cause", "cost", "resolution"]);
    let check = |id: &str, expected: &[(&str, char, &str)]| {
        assert_eq!(listed(field(&codebook, id)), expected, "{id}");
    };
    check(
        "form",
        &[
            ("S1", '1', "Wrong Project Diagnosis"),
            ("S2", '2', "Misread Developer Intent"),
            ("S3", '3', "Developer Constraint Violation"),
            ("S4", '4', "Self-Initiated Overreach"),
            ("S5", '5', "Faulty Implementation"),
            ("S6", '6', "Operational Execution Error"),
            ("S7", '7', "Inaccurate Self-Reporting"),
            ("S8", '8', "Other / Emerging"),
        ],
    );
    check(
        "cause",
        &[
            ("C1", '1', "Underspecified Instruction"),
            ("C2", '2', "Scope Overreach"),
            ("C3", '3', "Premature Action"),
            ("C4", '4', "Context Loss"),
            ("C5", '5', "Default-Driven Override"),
            ("C6", '6', "Instruction-Following Failure"),
            ("C7", '7', "Cannot Determine"),
        ],
    );
    check(
        "severity",
        &[
            ("DS0", '0', "None"),
            ("DS1", '1', "Effort/trust cost only"),
            ("DS2", '2', "System damage, easily reversed"),
            ("DS3", '3', "System damage, hard to reverse"),
            ("DS4", '4', "Unobservable"),
        ],
    );
    check(
        "locus",
        &[
            ("DL1", '1', "Code/task state"),
            ("DL2", '2', "Project state"),
            ("DL3", '3', "Environment/configuration"),
            ("DL4", '4', "External state"),
        ],
    );
    check(
        "status",
        &[("RS2", '0', "Unknown"), ("RS1", '1', "Resolved")],
    );
    check(
        "resolver",
        &[
            ("RV1", '1', "Agent self-corrected"),
            ("RV2", '2', "Agent after pushback"),
            ("RV3", '3', "Developer took over"),
        ],
    );
    assert_eq!(codebook.fields().count(), 6);
}

#[test]
fn form_takes_many_and_the_other_form_stands_alone_with_its_words() {
    let codebook = misalignment();
    let form = field(&codebook, "form");
    assert_eq!(form.select, Select::Many);
    assert_eq!(form.aliases, ["symptom"]);
    let alone: Vec<&str> = form
        .codes
        .iter()
        .filter(|code| code.exclusive)
        .map(|code| code.id.as_str())
        .collect();
    assert_eq!(alone, ["S8"]);
    assert!(
        form.codes
            .iter()
            .all(|code| code.needs_text.is_some() == (code.id == "S8"))
    );
    let text = form.code("S8").unwrap().needs_text.as_ref().unwrap();
    assert!(!text.fits("two words") && text.fits("three short words"));
    assert!(text.fits("a b c d e f g h") && !text.fits("a b c d e f g h i"));
}

#[test]
fn two_causes_at_most_carry_a_tier_and_the_undetermined_one_stands_alone() {
    let codebook = misalignment();
    let cause = field(&codebook, "cause");
    assert_eq!(cause.select, Select::AtMost(2));
    let tier = cause.attribute.as_ref().unwrap();
    let values: Vec<&str> = tier.values.iter().map(|value| value.id.as_str()).collect();
    assert_eq!(
        (tier.id.as_str(), &tier.aliases[..]),
        ("tier", &["evidence_tier".to_owned()][..])
    );
    assert_eq!(values, ["direct", "contextual", "speculative"]);
    for code in &cause.codes {
        assert_eq!(code.exclusive, code.id == "C7", "{}", code.id);
        assert_eq!(code.takes_attribute, code.id != "C7", "{}", code.id);
    }
}

#[test]
fn the_locus_depends_on_damage_and_severity_is_a_scale_without_unobservable() {
    let codebook = misalignment();
    let (severity, locus) = (field(&codebook, "severity"), field(&codebook, "locus"));
    assert_eq!((severity.select, locus.select), (Select::One, Select::One));
    assert_eq!(severity.aliases, ["damage_severity"]);
    assert_eq!(locus.aliases, ["damage_locus"]);
    assert_eq!(severity.scale, ["DS0", "DS1", "DS2", "DS3"]);
    assert!(!severity.on_scale("DS4"));
    assert_eq!(locus.scale, ids(locus));
    let applies = locus.applies.as_ref().unwrap();
    assert_eq!(
        (applies.field.as_str(), &applies.codes[..]),
        ("severity", &["DS2".to_owned(), "DS3".to_owned()][..])
    );
    assert!(!locus.asked_with_parent && !locus.optional);
}

#[test]
fn one_key_answers_status_and_resolver() {
    let codebook = misalignment();
    let (status, resolver) = (field(&codebook, "status"), field(&codebook, "resolver"));
    assert_eq!(status.aliases, ["resolution_status"]);
    assert_eq!(codebook.asked_with(status), Some(resolver));
    let applies = resolver.applies.as_ref().unwrap();
    assert_eq!(applies.codes, ["RS1"]);
}

#[test]
fn the_eight_published_reasons_stand_in_two_groups_before_other() {
    let codebook = misalignment();
    let reasons: Vec<(&str, char, Option<&str>)> = codebook
        .reasons
        .iter()
        .map(|reason| (reason.id.as_str(), reason.key, reason.group.as_deref()))
        .collect();
    let (prior, blind) = (Some("normative_prior"), Some("observational_blind_spot"));
    assert_eq!(
        reasons,
        [
            ("unrequested_action_without_pushback", '1', prior),
            ("intention_claim_without_pushback", '2', prior),
            ("collaboration_style_without_pushback", '3', prior),
            ("evidence_contradicts_description", '4', prior),
            ("invisible_project_context", '5', blind),
            ("invisible_agent_action", '6', blind),
            ("session_terminated_before_completion", '7', blind),
            ("truncation", '8', blind),
            ("other", '9', None),
        ]
    );
    for reason in &codebook.reasons {
        assert_eq!(
            reason.needs_text.is_some(),
            reason.id == "other",
            "{}",
            reason.id
        );
    }
    assert!(
        codebook
            .reason("other")
            .unwrap()
            .needs_text
            .as_ref()
            .unwrap()
            .fits("ambiguous")
    );
}

#[test]
fn the_extras_take_what_the_released_records_hold() {
    let codebook = misalignment();
    let values = |id: &str| match &codebook.extra(id).unwrap().kind {
        ExtraKind::Text => Vec::new(),
        ExtraKind::One(values) => values.iter().map(|(id, _)| id.clone()).collect(),
    };
    assert_eq!(values("goal"), ["instruction", "intention", "both"]);
    assert_eq!(values("confidence"), ["high", "medium", "low"]);
    assert!(values("title").is_empty());
    assert_eq!(codebook.extra("goal").unwrap().aliases, ["alignment_goal"]);
}

#[test]
fn the_examples_of_short_texts_fit_their_own_rules() {
    for codebook in carried() {
        let of_codes = codes(&codebook).map(|code| (&code.needs_text, code.examples.join(" ")));
        let of_reasons = codebook
            .reasons
            .iter()
            .map(|own| (&own.needs_text, own.example.clone()));
        for (rule, example) in of_codes.chain(of_reasons) {
            let Some(rule) = rule else { continue };
            let quoted = example.rsplit('"').nth(1).unwrap();
            assert!(rule.fits(quoted), "{quoted}");
        }
    }
}

#[test]
fn mast_has_fourteen_modes_in_three_axes_that_may_stay_empty() {
    let codebook = mast();
    let expected: [&[&str]; 3] = [
        &[
            "Disobey task specification",
            "Disobey role specification",
            "Step repetition",
            "Loss of conversation history",
            "Unaware of termination conditions",
        ],
        &[
            "Conversation reset",
            "Fail to ask for clarification",
            "Task derailment",
            "Information withholding",
            "Ignored other agent's input",
            "Reasoning-action mismatch",
        ],
        &[
            "Premature termination",
            "No or incomplete verification",
            "Incorrect verification",
        ],
    ];
    assert_eq!(codebook.axes.len(), expected.len());
    for (category, (axis, names)) in codebook.axes.iter().zip(expected).enumerate() {
        let [field] = axis.fields.as_slice() else {
            panic!("{} has one field", axis.id)
        };
        assert!(field.optional && field.select == Select::Many);
        for (mode, (code, name)) in field.codes.iter().zip(names).enumerate() {
            assert_eq!(code.id, format!("FM-{}.{}", category + 1, mode + 1));
            assert_eq!(code.name, *name);
        }
        assert_eq!(field.codes.len(), names.len());
    }
    assert!(!codebook.reasons.is_empty());
}

#[test]
fn a_codebook_with_any_part_cut_out_is_read_or_refused_with_a_line_of_its_own() {
    for (name, text) in CARRIED {
        let lines: Vec<&str> = text.lines().collect();
        for at in (0..lines.len()).step_by(13) {
            let without = [&lines[..at], &lines[(at + 1)..]].concat().join("\n");
            let until = lines[..at].join("\n");
            for text in [without, until] {
                let errors = Codebook::parse(&text, name).err().unwrap_or_default();
                let last = text.matches('\n').count() + 1;
                assert!(
                    errors
                        .iter()
                        .all(|e| (1..=last).contains(&e.line) && !e.what.is_empty()),
                    "{errors:?}"
                );
            }
        }
    }
}
