//! What the hunt for harmful inputs (`tests/bench/fuzz.rs`) found stays mended, and the hunt itself works.

use std::path::Path;

use crate::fuzz::{Ground, Seed, TARGETS, below, fixtures};

/// Gives the files of a case: one that was changed, in its place among the others.
fn case(folder: &Path) -> Vec<Seed> {
    let files = below(folder).into_iter();
    let seeds = files.map(|name| Seed {
        bytes: std::fs::read(folder.join(&name)).unwrap(),
        name,
    });
    seeds.collect()
}

#[test]
fn what_was_found_stays_mended() {
    for target in TARGETS {
        let Ok(cases) = std::fs::read_dir(fixtures().join("found").join(target.name)) else {
            continue;
        };
        let folder = tempfile::tempdir().unwrap();
        let ground = Ground::new(folder.path(), target);
        for entry in cases {
            for input in case(&entry.unwrap().path()) {
                ground.run(target, &input);
            }
        }
    }
}

#[test]
fn changed_seeds_do_no_harm_and_come_again() {
    for target in TARGETS {
        let folder = tempfile::tempdir().unwrap();
        let ground = Ground::new(folder.path(), target);
        for number in 0..150 {
            let input = ground.input(target, 7, number);
            let again = ground.input(target, 7, number);
            assert_eq!(input.bytes, again.bytes, "{number}: {}", input.name);
            ground.run(target, &input);
        }
    }
}
