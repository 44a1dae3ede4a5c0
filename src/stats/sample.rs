//! A stratified overlap for everybody, and the rest dealt out: from sizes and places to places.

use crate::random::Pcg64;

/// Which sessions everybody gets, and which each coder has alone; sessions are known by their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The overlap, one list for each stratum.
    pub overlap: Vec<Vec<usize>>,
    /// What each coder has alone, for each stratum: `own[stratum][coder]`.
    pub own: Vec<Vec<Vec<usize>>>,
}

impl Sample {
    /// Gives everything that a coder gets: the overlap and the coder's own share.
    pub fn of(&self, coder: usize) -> Vec<usize> {
        let own = self.own.iter().filter_map(|stratum| stratum.get(coder));
        let all = self.overlap.iter().chain(own);
        all.flatten().copied().collect()
    }
}

/// Gives how many of `sessions` a share of them is, rounded; at least one where the share is more than nothing.
pub fn overlap_size(sessions: usize, share: f64) -> usize {
    if sessions == 0 || share.is_nan() || share <= 0.0 {
        return 0;
    }
    // Found by counting and not by a cast, so that no share leads past what is there.
    let wanted = (sessions as f64 * share.min(1.0)).round().max(1.0);
    let (mut low, mut high) = (1, sessions);
    while low < high {
        let middle = low + (high - low) / 2;
        if (middle as f64) < wanted {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Shares `total` out among strata in proportion to their sizes, by the largest remainder.
///
/// No stratum gets more than it has, and each within one of its exact proportion. Of equal remainders the one of the
/// larger stratum goes first, then that of the earlier one.
pub fn allocate(strata: &[usize], total: usize) -> Vec<usize> {
    let all: u128 = strata.iter().map(|&size| size as u128).sum();
    if all == 0 {
        return vec![0; strata.len()];
    }
    let wanted = (total as u128).min(all);
    let mut given = Vec::with_capacity(strata.len());
    let mut remainders = Vec::with_capacity(strata.len());
    let mut missing = wanted;
    for (at, &size) in strata.iter().enumerate() {
        let exact = wanted * size as u128;
        missing -= exact / all;
        given.push(usize::try_from(exact / all).unwrap_or(size));
        remainders.push((exact % all, size, at));
    }
    remainders.sort_by(|one, other| {
        let key = |own: &(u128, usize, usize)| (own.0, own.1);
        key(other).cmp(&key(one)).then(one.2.cmp(&other.2))
    });
    let missing = usize::try_from(missing).unwrap_or(0);
    for &(_, _, at) in remainders.iter().take(missing) {
        given[at] += 1;
    }
    given
}

/// Draws the overlap out of each stratum, and deals the rest to the coders.
///
/// `strata[h]` are the sessions of a stratum, and `overlap[h]` of them go to everybody. The rest of all strata is dealt
/// as one pack, stratum after stratum: shares differ by at most one session in each stratum, and by at most one in
/// all. The same strata and the same seed give the same sample.
pub fn sample(strata: &[Vec<usize>], overlap: &[usize], coders: usize, seed: u64) -> Sample {
    let mut drawn = Sample {
        overlap: Vec::with_capacity(strata.len()),
        own: Vec::with_capacity(strata.len()),
    };
    // Whoever comes first is at times one session ahead: a draw decides, and not the order of the names.
    let turns = order((0..coders).collect(), seed, "turns", 0);
    let mut takers = turns.iter().cycle();
    for (number, sessions) in (0..).zip(strata) {
        let mut pack = order(sessions.clone(), seed, "stratum", number);
        let size = overlap.get(drawn.overlap.len()).copied().unwrap_or(0);
        let rest = pack.split_off(size.min(pack.len()));
        let mut shares = vec![Vec::new(); coders];
        for (session, &taker) in rest.into_iter().zip(&mut takers) {
            shares[taker].push(session);
        }
        drawn.overlap.push(pack);
        drawn.own.push(shares);
    }
    drawn
}

/// Puts items into the order that a seed gives for one purpose.
pub fn order<T>(mut items: Vec<T>, seed: u64, purpose: &str, number: u64) -> Vec<T> {
    Pcg64::stream(seed, purpose, number).shuffle(&mut items);
    items
}

/// Gives the lot of a thing, from a seed and the thing's name and number alone: those of the lowest lots are a random
/// sample, in whatever order the things are listed, and a larger sample holds the smaller one.
pub fn lot(seed: u64, purpose: &str, name: &str, number: u64) -> u64 {
    Pcg64::stream(seed, &format!("{purpose} {name}"), number).bits()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_share_is_rounded_and_is_never_nothing() {
        let check = |sessions: usize, share: f64, expected: usize| {
            assert_eq!(
                overlap_size(sessions, share),
                expected,
                "{sessions} {share}"
            );
        };
        check(120, 0.1, 12);
        check(14, 0.1, 1);
        check(15, 0.1, 2);
        check(3, 0.1, 1);
        check(3, 1.0, 3);
        check(3, 7.0, 3);
        check(3, 0.0, 0);
        check(3, -1.0, 0);
        check(3, f64::NAN, 0);
        check(0, 0.5, 0);
    }

    #[test]
    fn the_largest_remainders_get_what_is_left() {
        let check = |strata: &[usize], total: usize, expected: &[usize]| {
            assert_eq!(allocate(strata, total), expected, "{strata:?} {total}");
        };
        check(&[50, 30, 20], 10, &[5, 3, 2]);
        check(&[47, 16, 15, 14, 8], 10, &[5, 2, 1, 1, 1]);
        // 3.33 and twice 1.67; then equal remainders, where the larger and then the earlier one goes first.
        check(&[2, 1, 1], 2, &[1, 1, 0]);
        check(&[3, 1], 2, &[2, 0]);
        check(&[1, 1, 1], 2, &[1, 1, 0]);
        check(&[4, 0, 4], 9, &[4, 0, 4]);
        check(&[0, 0], 3, &[0, 0]);
        check(&[], 3, &[]);
        check(
            &[usize::MAX, usize::MAX],
            usize::MAX,
            &[usize::MAX / 2 + 1, usize::MAX / 2],
        );
    }

    /// Numbers the sessions of strata of some sizes.
    fn strata_of(sizes: &[usize]) -> Vec<Vec<usize>> {
        let mut next = 0..;
        sizes
            .iter()
            .map(|&size| next.by_ref().take(size).collect())
            .collect()
    }

    fn sorted(mut places: Vec<usize>) -> Vec<usize> {
        places.sort_unstable();
        places
    }

    #[test]
    fn every_thing_is_as_likely_to_have_one_of_the_lowest_lots() {
        let mut counts = [0_u32; 12];
        for seed in 0..6000 {
            // Two sessions of six turns, of which three are drawn.
            let name = |thing: u64| if thing < 6 { "one" } else { "other" };
            let mut lots: Vec<(u64, u64)> = (0..12)
                .map(|thing| (lot(seed, "audit", name(thing), thing % 6 + 1), thing))
                .collect();
            lots.sort_unstable();
            for (_, thing) in &lots[..3] {
                counts[usize::try_from(*thing).unwrap()] += 1;
            }
        }
        // Five standard deviations.
        assert!(
            counts.iter().all(|count| count.abs_diff(1500) < 168),
            "{counts:?}"
        );
        assert_eq!(lot(1, "audit", "one", 2), lot(1, "audit", "one", 2));
    }

    #[test]
    fn another_seed_is_another_sample() {
        let strata = strata_of(&[40, 30]);
        let drawn = |seed| sample(&strata, &[4, 3], 2, seed);
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        assert_ne!(drawn(7).overlap, drawn(8).overlap);
    }

    #[test]
    fn each_session_is_as_likely_in_the_overlap_as_any_other() {
        let strata = strata_of(&[10]);
        let mut counts = [0_u32; 10];
        for seed in 0..5000 {
            for &session in &sample(&strata, &[3], 2, seed).overlap[0] {
                counts[session] += 1;
            }
        }
        assert!(
            counts.iter().all(|count| count.abs_diff(1500) < 165),
            "{counts:?}"
        );
    }

    proptest! {
        #[test]
        fn an_allocation_is_within_one_of_its_proportion(
            sizes in prop::collection::vec(0_usize..500, 0..12),
            total in 0_usize..3000,
        ) {
            let all: usize = sizes.iter().sum();
            let given = allocate(&sizes, total);
            prop_assert_eq!(given.iter().sum::<usize>(), total.min(all));
            for (&size, &given) in sizes.iter().zip(&given) {
                let exact = (total.min(all) * size) as f64 / all.max(1) as f64;
                prop_assert!(given <= size && (given as f64 - exact).abs() < 1.0);
            }
        }

        #[test]
        fn the_overlap_goes_to_all_and_everything_else_to_exactly_one(
            sizes in prop::collection::vec(0_usize..40, 0..6),
            share in 0.0..=1.0_f64,
            coders in 1_usize..6,
            seed in any::<u64>(),
        ) {
            let strata = strata_of(&sizes);
            let all: usize = sizes.iter().sum();
            let overlap = allocate(&sizes, overlap_size(all, share));
            let drawn = sample(&strata, &overlap, coders, seed);
            let of_all: Vec<usize> = drawn.overlap.iter().flatten().copied().collect();
            let mut seen = of_all.clone();
            for coder in 0..coders {
                let own = drawn.of(coder);
                prop_assert!(of_all.iter().all(|place| own.contains(place)));
                seen.extend(own.into_iter().filter(|place| !of_all.contains(place)));
            }
            prop_assert_eq!(sorted(seen), (0..all).collect::<Vec<_>>());
            for (stratum, (drawn, wanted)) in drawn.overlap.iter().zip(&overlap).enumerate() {
                prop_assert_eq!(drawn.len(), *wanted);
                prop_assert!(drawn.iter().all(|place| strata[stratum].contains(place)));
            }
        }

        #[test]
        fn shares_differ_by_one_session_at_most(
            sizes in prop::collection::vec(0_usize..40, 1..6),
            coders in 1_usize..6,
            seed in any::<u64>(),
        ) {
            let drawn = sample(&strata_of(&sizes), &allocate(&sizes, 5), coders, seed);
            let apart = |counts: Vec<usize>| {
                counts.iter().max().unwrap_or(&0) - counts.iter().min().unwrap_or(&0)
            };
            for stratum in &drawn.own {
                prop_assert!(apart(stratum.iter().map(Vec::len).collect()) <= 1);
            }
            prop_assert!(apart((0..coders).map(|coder| drawn.of(coder).len()).collect()) <= 1);
        }
    }
}
