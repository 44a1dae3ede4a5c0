//! Intervals; expected numbers from statsmodels 0.15.0 (`proportion_confint`) with scipy 1.17.1.

use proptest::prelude::*;
use pushback::agreement::{Confidence, Proportion, Undefined};

use super::is_close;

#[test]
fn intervals_are_those_of_statsmodels() {
    let check = |part, whole, level, wilson: (f64, f64), exact: (f64, f64)| {
        let proportion = Proportion::new(part, whole).unwrap();
        let level = Confidence::new(level).unwrap();
        let (found, found_exact) = (proportion.wilson(level), proportion.clopper_pearson(level));
        assert!(
            is_close(found.low, wilson.0) && is_close(found.high, wilson.1),
            "{part}/{whole}: {found:?}"
        );
        assert!(
            is_close(found_exact.low, exact.0) && is_close(found_exact.high, exact.1),
            "{part}/{whole}: {found_exact:?}"
        );
    };
    check(
        0,
        10,
        0.95,
        (0.0, 0.277_532_799_862_889_26),
        (0.0, 0.308_497_107_818_760_83),
    );
    check(
        10,
        10,
        0.95,
        (0.722_467_200_137_110_6, 1.0),
        (0.691_502_892_181_239_2, 1.0),
    );
    check(
        1,
        10,
        0.95,
        (0.017_876_213_095_072_924, 0.404_150_026_795_238_54),
        (0.002_528_578_544_461_784_8, 0.445_016_117_028_195_3),
    );
    check(
        7,
        10,
        0.95,
        (0.396_778_147_461_145_37, 0.892_208_732_593_698_9),
        (0.347_547_149_940_002_7, 0.933_260_488_822_265_5),
    );
    check(
        15,
        148,
        0.95,
        (0.062_386_399_530_736_28, 0.160_487_241_723_308_03),
        (0.057_844_010_083_448_57, 0.161_650_490_349_479),
    );
    check(
        45,
        50,
        0.90,
        (0.808_462_485_848_429_1, 0.950_470_965_522_555),
        (0.801_166_997_483_581_6, 0.959_763_409_597_885_4),
    );
    check(
        81,
        263,
        0.95,
        (0.255_288_519_878_274_2, 0.366_209_576_982_800_04),
        (0.252_736_745_585_271_26, 0.367_621_922_601_351_4),
    );
    check(1, 1, 0.95, (0.206_549_314_377_237_4, 1.0), (0.025, 1.0));
    check(
        99_999,
        100_000,
        0.95,
        (0.999_943_352_903_409_9, 0.999_998_234_752_269_8),
        (0.999_944_284_839_652_3, 0.999_999_746_821_952_3),
    );
    check(
        50_000,
        100_000,
        0.95,
        (0.496_901_084_359_689_66, 0.503_098_915_640_310_3),
        (0.496_896_062_491_800_4, 0.503_103_937_508_199_6),
    );
    check(
        3,
        1_000_000,
        0.99,
        (0.000_000_757_758_631_124_46, 0.000_011_877_054_139_220_45),
        (0.000_000_337_863_669_515_64, 0.000_010_977_433_709_098_37),
    );
    check(
        400_000,
        1_000_000,
        0.95,
        (0.399_040_203_576_537_24, 0.400_960_564_712_275_7),
        (0.399_039_608_432_534_66, 0.400_960_970_827_776_43),
    );
    check(
        999_990,
        10_000_000,
        0.95,
        (0.099_813_215_947_604_76, 0.100_185_091_369_751_18),
        (0.099_813_128_131_628_49, 0.100_185_103_496_052_47),
    );
}

#[test]
fn what_has_no_value_says_why() {
    assert_eq!(Proportion::new(0, 0), Err(Undefined::NoUnits));
    assert_eq!(Proportion::new(3, 2), Err(Undefined::PartExceedsWhole));
    for level in [0.0, 1.0, -0.5, f64::NAN, f64::INFINITY] {
        assert_eq!(Confidence::new(level), None, "{level}");
    }
}

proptest! {
    #[test]
    fn intervals_hold_the_estimate_and_stay_in_bounds(
        whole in prop_oneof![1_u64..60, 1_u64..5_000_000, Just(u64::MAX)], share in 0.0..=1.0_f64,
        level in prop_oneof![Just(0.95), 1e-9..1.0_f64, Just(1.0 - f64::EPSILON)],
    ) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count")]
        let part = ((whole as f64 * share) as u64).min(whole);
        let proportion = Proportion::new(part, whole).unwrap();
        let level = Confidence::new(level).unwrap();
        for interval in [proportion.wilson(level), proportion.clopper_pearson(level)] {
            prop_assert!(0.0 <= interval.low && interval.low <= proportion.estimate(), "{:?}", interval);
            prop_assert!(proportion.estimate() <= interval.high && interval.high <= 1.0, "{:?}", interval);
        }
    }

    #[test]
    fn the_other_side_has_the_mirrored_interval(whole in 1_u64..500, part in 0_u64..500) {
        let part = part.min(whole);
        let one = Proportion::new(part, whole).unwrap();
        let other = Proportion::new(whole - part, whole).unwrap();
        let level = Confidence::new(0.95).unwrap();
        for (one, other) in [
            (one.wilson(level), other.wilson(level)),
            (one.clopper_pearson(level), other.clopper_pearson(level)),
        ] {
            prop_assert!(is_close(one.low, 1.0 - other.high) && is_close(one.high, 1.0 - other.low));
        }
    }
}
