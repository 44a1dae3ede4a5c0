//! Laws of a draw, seen in the files that it writes.

use std::collections::BTreeMap;

use super::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_session_is_with_all_coders_or_with_exactly_one(
        sizes in prop::collection::vec(0_usize..4, 2..30),
        percent in 0..=100,
        coders in 2_usize..5,
        seed in any::<u64>(),
    ) {
        let desk = Desk::of(sizes.iter().copied().chain([1]));
        let names = &["anna", "ben", "cleo", "dan"][..coders];
        let words = format!("--coders {} --overlap {percent}% --seed {seed} --stratify surface --into d", names.join(","));
        desk.assign(&words).done();
        let mut holders: BTreeMap<String, usize> = BTreeMap::new();
        for name in names {
            for key in desk.keys(&format!("d/{name}.db")) {
                *holders.entry(key).or_default() += 1;
            }
        }
        let record = desk.record("d");
        let overlap: Vec<&str> = record["overlap_sessions"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
        let dealt: Vec<String> = desk.read("s.db").sessions(None).unwrap().into_iter()
            .filter(|row| row.candidates > 0).map(|row| row.key).collect();
        prop_assert_eq!(holders.len(), dealt.len());
        for key in &dealt {
            let expected = if overlap.contains(&key.as_str()) { coders } else { 1 };
            prop_assert_eq!(holders[key], expected, "{}", key);
        }
        let exact = dealt.len() as f64 * f64::from(percent) / 100.0;
        prop_assert!((overlap.len() as f64 - exact).abs() <= 0.5 || overlap.len() == 1);
        for stratum in record["strata"].as_array().unwrap() {
            let own: Vec<u64> = stratum["own"].as_array().unwrap().iter().map(|own| own.as_u64().unwrap()).collect();
            prop_assert!(own.iter().max().unwrap() - own.iter().min().unwrap() <= 1);
            let (size, drawn) = (stratum["sessions"].as_u64().unwrap(), stratum["overlap"].as_u64().unwrap());
            let share = size as f64 * overlap.len() as f64 / dealt.len() as f64;
            prop_assert!((drawn as f64 - share).abs() < 1.0);
            prop_assert_eq!(size, drawn + own.iter().sum::<u64>());
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_files_to_the_byte() {
    let desk = Desk::of((0..30).map(|number| number % 4));
    desk.assign("--coders anna,ben --seed 5 --into one").done();
    desk.assign("--coders anna,ben --seed 5 --into two").done();
    for name in ["anna.db", "ben.db", "assignment.json"] {
        let bytes = |folder| fs::read(desk.path(folder).join(name)).unwrap();
        assert!(bytes("one") == bytes("two"), "{name}");
    }
}

#[test]
fn the_order_of_the_import_does_not_matter() {
    let desk = Desk::of([1; 20]);
    let other = Desk::of([]);
    let mut study = Study::open_to_write(&other.path("s.db"), OWNER).unwrap();
    for number in (0..20).rev() {
        study.import(&[marked((number, 1))], "test 1").unwrap();
    }
    drop(study);
    for desk in [&desk, &other] {
        desk.assign("--coders anna,ben --seed 5 --into d").done();
    }
    assert_eq!(desk.keys("d/anna.db"), other.keys("d/anna.db"));
}

#[test]
fn another_seed_gives_another_draw() {
    let desk = Desk::of([1; 40]);
    desk.assign("--coders anna,ben --seed 5 --into one").done();
    desk.assign("--coders anna,ben --seed 6 --into two").done();
    let overlap = |folder| desk.record(folder)["overlap_sessions"].clone();
    assert_ne!(overlap("one"), overlap("two"));
    assert_ne!(desk.keys("one/anna.db"), desk.keys("two/anna.db"));
}

#[test]
fn the_overlap_is_mixed_among_the_others_and_stands_in_another_order_for_each() {
    let desk = Desk::of([1; 60]);
    desk.assign("--coders anna,ben --overlap 0.3 --seed 9 --into d")
        .done();
    let record = desk.record("d");
    let overlap = record["overlap_sessions"].as_array().unwrap();
    let places = |name: &str| -> Vec<usize> {
        let keys = desk.keys(name);
        let place =
            |key: &serde_json::Value| keys.iter().position(|own| own == key.as_str().unwrap());
        overlap.iter().map(|key| place(key).unwrap()).collect()
    };
    let (anna, ben) = (places("d/anna.db"), places("d/ben.db"));
    assert_ne!(anna, ben);
    for mut places in [anna, ben] {
        assert!(!places.is_sorted());
        places.sort_unstable();
        // 18 of 39 or so: neither all at the front nor all at the end.
        assert!(places[0] < 10 && places[17] > 28, "{places:?}");
    }
}
