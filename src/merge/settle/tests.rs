use std::collections::BTreeMap;
use std::slice;

use uuid::Uuid;

use super::{Take, settle};
use crate::merge::{Coded, Comparison, Item, Side, What, queue};
use crate::model::{
    CharSpan, Choice, Codebook, Coder, CoderKind, Decision, Episode, Quote, TurnRef, Unit, Verdict,
    apply, check_change, violations,
};

fn codebook() -> Codebook {
    let text = include_str!("../../../codebook/misalignment.toml");
    Codebook::parse(text, "misalignment").unwrap()
}

fn unit() -> Unit {
    Unit {
        session: "loom".to_owned(),
        turn: 2,
        hash: String::new(),
    }
}

/// An episode of this form and severity, the rest as simple as it can be.
fn episode(id: u128, form: &str, severity: &str) -> Episode {
    // As of time: what makes an id gold's own is in its last byte and leaves the order as it is.
    let mut episode = Episode::new(Uuid::from_u128(id << 16));
    let codes = [
        ("form", form),
        ("cause", "C7"),
        ("severity", severity),
        ("status", "RS2"),
    ];
    for (field, code) in codes {
        episode
            .fields
            .insert(field.to_owned(), vec![Choice::of(code)]);
    }
    episode
}

fn quoting(mut episode: Episode, id: u128) -> Episode {
    episode.evidence.push(Quote {
        id: Uuid::from_u128(id),
        turn: TurnRef::developer(2),
        span: CharSpan { start: 0, end: 2 },
        text: "No".to_owned(),
    });
    episode
}

/// A coder who has these episodes in the unit, or says that there is none.
fn coder(id: u128, episodes: &[Episode]) -> Coded {
    let verdict = if episodes.is_empty() {
        Verdict::NotEpisode {
            reason: codebook().reasons[0].id.clone(),
            text: None,
        }
    } else {
        Verdict::Episodes
    };
    let decision = Decision {
        verdict: Some(verdict),
        episodes: episodes.to_vec(),
        ..Decision::default()
    };
    Coded {
        coder: Coder {
            id: Uuid::from_u128(id),
            name: format!("coder {id}"),
            kind: CoderKind::Human,
        },
        decisions: BTreeMap::from([(unit(), decision)]),
    }
}

/// The unit as an adjudicator meets it.
struct Desk {
    codebook: Codebook,
    comparison: Comparison,
    gold: Decision,
}

impl Desk {
    fn of(coders: &[Coded]) -> Desk {
        let codebook = codebook();
        let comparison = Comparison::new(&codebook, coders.to_vec());
        Desk {
            codebook,
            comparison,
            gold: Decision::default(),
        }
    }

    /// The same gold before other coders: another file has come in.
    fn before(self, coders: &[Coded]) -> Desk {
        Desk {
            gold: self.gold,
            ..Desk::of(coders)
        }
    }

    fn item(&self) -> Item {
        let [item] = queue(&self.codebook, &self.comparison).try_into().unwrap();
        item
    }

    /// Gives what is asked now, and the sides.
    fn asked(&self) -> Option<(What, Vec<Side>)> {
        let item = self.item();
        let open = item.open(&self.codebook, &self.comparison, &self.gold)?;
        let dispute = item.disputes[open].clone();
        Some((dispute.what, dispute.sides))
    }

    fn field(&self) -> Option<String> {
        match self.asked()?.0 {
            What::Field(_, field) => Some(field),
            _ => None,
        }
    }

    /// Answers what is asked with the side that says this.
    fn take(&mut self, answer: &str) {
        let (_, sides) = self.asked().unwrap();
        let side = sides.iter().position(|side| side.answer == answer);
        let side = side.unwrap_or_else(|| panic!("nobody says {answer}: {sides:?}"));
        self.answer(&Take::Side(side));
    }

    fn answer(&mut self, take: &Take) {
        let item = self.item();
        let open = item.open(&self.codebook, &self.comparison, &self.gold);
        let dispute = &item.disputes[open.unwrap()];
        let changes = settle(
            &self.codebook,
            &self.comparison,
            &item,
            &self.gold,
            (dispute, take, None),
            Uuid::from_u128(99),
        );
        for change in changes {
            check_change(&self.codebook, &self.gold, &change).unwrap();
            self.gold = apply(&self.gold, &[change]);
        }
        assert_eq!(violations(&self.codebook, &self.gold), []);
    }

    fn codes(&self, field: &str) -> Vec<&str> {
        let episodes = self.gold.episodes.iter();
        let choices = episodes.flat_map(|own| own.choices(field));
        choices.map(|own| own.code.as_str()).collect()
    }
}

#[test]
fn what_is_half_settled_goes_on_when_a_third_coder_joins() {
    let (anna, bea) = (episode(21, "S3", "DS0"), episode(31, "S1", "DS1"));
    let two = [coder(2, &[anna]), coder(3, &[bea])];
    let mut desk = Desk::of(&two);
    desk.take("S3");
    // Of all ids, the new coder's is the least.
    let [anna, bea] = two;
    let cyd = coder(1, &[episode(11, "S5", "DS4")]);
    let mut desk = desk.before(&[anna, bea, cyd]);
    assert_eq!(desk.field().as_deref(), Some("severity"));
    desk.take("DS4");
    assert_eq!(desk.asked(), None);
    assert_eq!(desk.gold.episodes.len(), 1);
    assert_eq!(
        (desk.codes("form"), desk.codes("severity")),
        (vec!["S3"], vec!["DS4"])
    );
}

#[test]
fn what_was_agreed_is_asked_when_a_third_coder_differs() {
    let (anna, bea) = (episode(21, "S3", "DS0"), episode(31, "S3", "DS1"));
    let two = [coder(2, &[anna]), coder(3, &[bea])];
    let mut desk = Desk::of(&two);
    desk.take("DS1");
    let [anna, bea] = two;
    let cyd = coder(1, &[episode(11, "S5", "DS1")]);
    let mut desk = desk.before(&[anna, bea, cyd]);
    assert_eq!(desk.field().as_deref(), Some("form"));
    desk.take("S5");
    assert_eq!(desk.asked(), None);
    assert_eq!(
        (desk.codes("form"), desk.codes("severity")),
        (vec!["S5"], vec!["DS1"])
    );
}

#[test]
fn two_adjudicators_of_one_file_make_the_same_gold() {
    let anna = quoting(episode(21, "S3", "DS0"), 41);
    let bea = quoting(episode(31, "S3", "DS1"), 51);
    let desk = || {
        Desk::of(&[
            coder(2, slice::from_ref(&anna)),
            coder(3, slice::from_ref(&bea)),
        ])
    };
    let (mut one, mut other) = (desk(), desk());
    one.take("DS0");
    other.take("DS0");
    assert_eq!(one.gold, other.gold);
    // One place that both quote is one quotation, and nobody else's.
    let [quote] = one.gold.episodes[0].evidence.as_slice() else {
        panic!("{:?}", one.gold)
    };
    assert!(![41, 51].map(Uuid::from_u128).contains(&quote.id));
}

#[test]
fn optional_fields_come_along_where_all_say_the_same() {
    let with = |mut own: Episode, title: &str| {
        own.extras.insert("title".to_owned(), title.to_owned());
        own.extras.insert("goal".to_owned(), "both".to_owned());
        own
    };
    let anna = with(episode(21, "S3", "DS0"), "cards moved");
    let bea = with(episode(31, "S3", "DS1"), "photos moved");
    let mut desk = Desk::of(&[coder(2, slice::from_ref(&anna)), coder(3, &[bea])]);
    desk.take("DS0");
    let goal = [("goal".to_owned(), "both".to_owned())];
    assert_eq!(desk.gold.episodes[0].extras, BTreeMap::from(goal));
    // The side that has the episode at all says everything of it.
    let mut desk = Desk::of(&[coder(2, slice::from_ref(&anna)), coder(3, &[])]);
    desk.take("episode: S3 C7 DS0 RS2");
    assert_eq!(desk.gold.episodes[0].extras, anna.extras);
}

/// One who says S3/DS1, one who says S1/DS0, and one who says that there is no episode.
fn three() -> Desk {
    Desk::of(&[
        coder(1, &[quoting(episode(11, "S3", "DS1"), 41)]),
        coder(2, &[episode(21, "S1", "DS0")]),
        coder(3, &[]),
    ])
}

#[test]
fn those_who_say_episode_are_asked_what_they_differ_on() {
    let mut desk = three();
    desk.take("episode: S3 C7 DS1 RS2 or S1 C7 DS0 RS2");
    let none: [&str; 0] = [];
    assert_eq!(
        (desk.codes("form"), desk.codes("severity")),
        (none.to_vec(), none.to_vec())
    );
    assert_eq!(
        (desk.codes("cause"), desk.codes("status")),
        (vec!["C7"], vec!["RS2"])
    );
    assert_eq!(desk.gold.episodes[0].evidence.len(), 1);
    desk.take("S1");
    desk.take("DS1");
    assert_eq!(desk.asked(), None);
    assert_eq!(
        (desk.codes("form"), desk.codes("severity")),
        (vec!["S1"], vec!["DS1"])
    );
}

#[test]
fn nothing_more_is_asked_after_no_episode() {
    let mut desk = three();
    let (_, sides) = desk.asked().unwrap();
    let none = sides
        .iter()
        .find(|own| own.answer.starts_with("not an episode"));
    desk.take(&none.unwrap().answer);
    assert_eq!(desk.asked(), None);
    assert_eq!(desk.gold.episodes, []);
    assert!(matches!(
        desk.gold.verdict,
        Some(Verdict::NotEpisode { .. })
    ));
}

#[test]
fn an_episode_that_some_have_is_asked_before_what_they_say_of_it() {
    let anna = [episode(11, "S3", "DS1"), episode(12, "S5", "DS2")];
    let bea = [episode(21, "S3", "DS1"), episode(22, "S5", "DS0")];
    let cyd = [episode(31, "S3", "DS1")];
    let desk = || Desk::of(&[coder(1, &anna), coder(2, &bea), coder(3, &cyd)]);
    let mut there = desk();
    assert!(matches!(there.asked(), Some((What::Episode(1), sides)) if sides.len() == 2));
    there.take("S5 C7 DS2 RS2 or S5 C7 DS0 RS2");
    assert_eq!(there.field().as_deref(), Some("severity"));
    there.take("DS0");
    assert_eq!(there.asked(), None);
    assert_eq!(there.codes("severity"), ["DS1", "DS0"]);
    let mut gone = desk();
    gone.take("no such episode");
    assert_eq!(gone.asked(), None);
    assert_eq!(gone.codes("form"), ["S3"]);
}

#[test]
fn an_episode_that_a_newcomer_does_not_have_can_go_again() {
    let anna = [episode(21, "S3", "DS1"), episode(22, "S5", "DS0")];
    let bea = [episode(31, "S3", "DS0"), episode(32, "S5", "DS0")];
    let two = [coder(2, &anna), coder(3, &bea)];
    let mut desk = Desk::of(&two);
    desk.take("DS1");
    assert_eq!(desk.codes("form"), ["S3", "S5"]);
    let [anna, bea] = two;
    let mut desk = desk.before(&[anna, bea, coder(1, &[episode(11, "S3", "DS1")])]);
    desk.take("no such episode");
    assert_eq!(desk.asked(), None);
    assert_eq!(
        (desk.codes("form"), desk.codes("severity")),
        (vec!["S3"], vec!["DS1"])
    );
}
