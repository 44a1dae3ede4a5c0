//! Krippendorff's coefficients for unitizing, on published examples.

use proptest::prelude::*;
use pushback::agreement::{CodedSection, CodedSpan, Undefined, UnitSums, ValueSums};

use super::{is_close, span};

type Given<'a> = &'a [(u32, u32, usize)];

fn section(turns: u32, coders: &[Given]) -> CodedSection {
    let coders = coders.iter().map(|spans| {
        let spans = spans.iter().map(|(start, end, code)| CodedSpan {
            span: span(*start, *end),
            code: *code,
        });
        Some(spans.collect())
    });
    CodedSection {
        turns,
        coders: coders.collect(),
    }
}

fn alpha_u(section: &CodedSection, code: usize) -> Result<f64, Undefined> {
    UnitSums::of(section)?.alpha_u(code)
}

fn u_alpha(section: &CodedSection) -> Result<f64, Undefined> {
    ValueSums::of(section)?.u_alpha()
}

const KEYPHRASES: &[Given] = &[
    &[(3, 15, 0), (22, 53, 0)],
    &[(3, 10, 0), (22, 53, 0)],
    &[(22, 46, 0)],
];

const THREE: &[Given] = &[
    &[(0, 4, 0), (6, 9, 1), (12, 15, 0)],
    &[(1, 4, 0), (6, 10, 0), (20, 22, 1)],
    &[(0, 5, 0), (7, 9, 1)],
];

/// Krippendorff (2004), p. 254, the continuum 150 to 450 moved to 0. Over both codes the book's rounded parts give
/// 1 - .0144/.1022 = .8591; unrounded it is .8587.
#[test]
fn alpha_u_is_that_of_krippendorff_2004() {
    let (c, k) = (0, 1);
    let pages = section(
        300,
        &[
            &[(75, 145, c), (220, 250, c), (30, 90, k), (150, 200, k)],
            &[
                (70, 150, c),
                (205, 225, c),
                (250, 270, c),
                (30, 90, k),
                (150, 200, k),
            ],
        ],
    );
    assert!(is_close(alpha_u(&pages, c).unwrap(), 0.728_598_996_805_389));
    assert!(is_close(alpha_u(&pages, k).unwrap(), 1.0));
    let pooled = UnitSums::of(&pages).unwrap().alpha_u_pooled().unwrap();
    assert!(is_close(pooled, 0.858_665_405_184_170_2));
}

/// Krippendorff (1995), p. 57, examples A, B and C; values from DKPro Statistics. The paper gives the limits .553,
/// -.926 and .679 for a continuum that is divided ever more finely.
#[test]
fn alpha_u_is_that_of_krippendorff_1995() {
    let (a, b, c) = (0, 1, 2);
    let one: Given = &[
        (2, 10, a),
        (14, 20, a),
        (0, 18, b),
        (2, 8, c),
        (10, 12, c),
        (14, 18, c),
        (20, 22, c),
    ];
    let other: Given = &[
        (4, 8, a),
        (15, 17, a),
        (0, 2, b),
        (2, 3, b),
        (3, 4, b),
        (4, 5, b),
        (5, 6, b),
        (6, 9, b),
        (9, 10, b),
        (0, 2, c),
        (4, 8, c),
        (10, 14, c),
        (16, 18, c),
        (20, 22, c),
    ];
    let check = |stretch: u32, expected: [f64; 4]| {
        let wide = |spans: Given| -> Vec<(u32, u32, usize)> {
            spans
                .iter()
                .map(|(start, end, code)| (start * stretch, end * stretch, *code))
                .collect()
        };
        let (one, other) = (wide(one), wide(other));
        let sums = UnitSums::of(&section(24 * stretch, &[&one, &other])).unwrap();
        for (code, expected) in expected.into_iter().enumerate().take(3) {
            assert!(
                is_close(sums.alpha_u(code).unwrap(), expected),
                "{stretch} {code}"
            );
        }
        assert!(is_close(sums.alpha_u_pooled().unwrap(), expected[3]));
    };
    check(
        1,
        [
            0.515_287_769_784_172_7,
            -1.081_078_508_599_186_5,
            0.603_347_889_374_090_2,
            -0.900_622_228_046_563_9,
        ],
    );
    check(
        50,
        [
            0.552_164_600_662_463_2,
            -0.931_276_919_932_105_2,
            0.691_508_039_303_861_7,
            -0.744_121_550_534_448_5,
        ],
    );
}

/// Value from KrippendorffUnitizedAlpha.
#[test]
fn u_alpha_is_that_of_the_keyphrases() {
    assert!(is_close(
        u_alpha(&section(56, KEYPHRASES)).unwrap(),
        0.564_544_865_565_273_7
    ));
}

/// Values from an independent program in Python 3 with numpy 2.4.6, which lays sections end to end.
#[test]
fn more_coders_and_more_sections_have_their_values() {
    let first = section(25, THREE);
    assert!(is_close(u_alpha(&first).unwrap(), 0.402_359_630_419_332));
    let sums = UnitSums::of(&first).unwrap();
    assert!(is_close(
        sums.alpha_u_pooled().unwrap(),
        0.396_237_231_278_253_2
    ));
    assert!(is_close(sums.alpha_u(0).unwrap(), 0.449_223_057_644_110_3));
    assert!(is_close(sums.alpha_u(1).unwrap(), 0.209_597_924_773_022));
    let second = section(10, &[&[(2, 5, 1)], &[(2, 6, 1)], &[(8, 10, 0)]]);
    let mut both = ValueSums::of(&first).unwrap();
    both += &ValueSums::of(&second).unwrap();
    assert!(is_close(both.u_alpha().unwrap(), 0.341_958_211_856_171_03));
}

#[test]
fn what_has_no_value_says_why() {
    let silent = section(8, &[&[], &[]]);
    assert_eq!(u_alpha(&silent), Err(Undefined::OneCategoryUsed));
    assert_eq!(alpha_u(&silent, 0), Err(Undefined::NoUnits));
    let full = section(8, &[&[(0, 8, 0)], &[(0, 8, 0)]]);
    assert_eq!(u_alpha(&full), Err(Undefined::OneCategoryUsed));
    assert_eq!(u_alpha(&section(0, &[&[], &[]])), Err(Undefined::NoUnits));
    assert_eq!(
        u_alpha(&section(8, &[&[(0, 3, 0)]])),
        Err(Undefined::TooFewCoders)
    );
    assert_eq!(
        alpha_u(&section(8, &[&[(0, 3, 0)]]), 0),
        Err(Undefined::TooFewCoders)
    );
    let atom = section(1, &[&[(0, 1, 0)], &[(0, 1, 0)]]);
    assert_eq!(alpha_u(&atom, 0), Err(Undefined::OneCategoryUsed));
    assert_eq!(
        UnitSums::default().alpha_u_pooled(),
        Err(Undefined::NoUnits)
    );
    assert_eq!(ValueSums::default().u_alpha(), Err(Undefined::NoUnits));
}

#[test]
fn overlapping_spans_of_one_coder_are_refused_where_they_do_harm() {
    let other_code = section(8, &[&[(0, 4, 0), (2, 6, 1)], &[(0, 4, 0)]]);
    assert_eq!(u_alpha(&other_code), Err(Undefined::OverlappingSpans));
    assert!(alpha_u(&other_code, 0).is_ok());
    let same_code = section(8, &[&[(0, 4, 0), (2, 6, 0)], &[(0, 4, 0)]]);
    assert_eq!(alpha_u(&same_code, 0), Err(Undefined::OverlappingSpans));
}

#[test]
fn a_coder_who_did_not_open_a_section_does_not_count_in_u_alpha() {
    let mut with_gap = section(25, &THREE[..2]);
    with_gap.coders.push(None);
    assert_eq!(u_alpha(&with_gap), u_alpha(&section(25, &THREE[..2])));
    assert_eq!(alpha_u(&with_gap, 0), Err(Undefined::UnevenCoders));
    let mut sums = UnitSums::of(&section(25, &THREE[..2])).unwrap();
    sums += &UnitSums::of(&section(25, THREE)).unwrap();
    assert_eq!(sums.alpha_u(0), Err(Undefined::UnevenCoders));
}

/// Gives a coder's spans as lengths of gap and unit by turns.
fn spans() -> impl Strategy<Value = Vec<(u32, u32, usize)>> {
    prop::collection::vec((0_u32..5, 1_u32..5, 0_usize..3), 0..5).prop_map(|steps| {
        let mut at = 0;
        let lay = |(gap, turns, code)| {
            at += gap + turns;
            (at - turns, at, code)
        };
        steps.into_iter().map(lay).collect()
    })
}

proptest! {
    #[test]
    fn alphas_are_never_above_one_and_blind_to_the_order_of_coders(
        one in spans(), two in spans(), three in spans(),
    ) {
        let forwards = section(50, &[&one, &two, &three]);
        let backwards = section(50, &[&three, &two, &one]);
        prop_assert_eq!(u_alpha(&forwards), u_alpha(&backwards));
        for code in 0..3 {
            prop_assert_eq!(alpha_u(&forwards, code), alpha_u(&backwards, code));
            prop_assert!(alpha_u(&forwards, code).map_or(true, |alpha| alpha <= 1.0));
        }
        prop_assert!(u_alpha(&forwards).map_or(true, |alpha| alpha <= 1.0));
    }

    #[test]
    fn coders_who_cut_the_same_agree_fully(one in spans()) {
        let same = section(50, &[&one, &one, &one]);
        prop_assert!(u_alpha(&same).map_or(one.is_empty(), |alpha| is_close(alpha, 1.0)));
        for code in 0..3 {
            prop_assert!(alpha_u(&same, code).map_or(true, |alpha| is_close(alpha, 1.0)));
        }
    }

    #[test]
    fn sections_add_up_in_any_order(one in spans(), two in spans(), three in spans()) {
        let all = [section(30, &[&one, &two]), section(60, &[&two, &three]), section(50, &[&three, &one])];
        let mut forwards = (UnitSums::default(), ValueSums::default());
        let mut backwards = forwards.clone();
        for at in 0..all.len() {
            for (sums, at) in [(&mut forwards, at), (&mut backwards, all.len() - 1 - at)] {
                sums.0 += &UnitSums::of(&all[at]).unwrap();
                sums.1 += &ValueSums::of(&all[at]).unwrap();
            }
        }
        prop_assert_eq!(forwards.0.alpha_u_pooled(), backwards.0.alpha_u_pooled());
        prop_assert_eq!(forwards.1.u_alpha(), backwards.1.u_alpha());
    }
}
