//! The generator behind every draw: named, seeded, and the same on every machine.

/// The name of the generator, as it is printed beside each seed.
pub const GENERATOR: &str = "PCG64 (XSL-RR 128/64), one stream for each purpose, seeded by BLAKE3";

/// The multiplier of the 128-bit generator.
const MULTIPLIER: u128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645;

/// A stream of random numbers.
///
/// Source: O'Neill (2014), PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
/// Number Generation, Harvey Mudd College HMC-CS-2014-0905.
#[derive(Debug, Clone)]
pub struct Draws {
    state: u128,
    increment: u128,
}

impl Draws {
    /// Gives the stream of one purpose. Streams do not depend on each other: another draw in one moves nothing in
    /// the others.
    pub fn new(seed: u64, purpose: &str, number: u64) -> Draws {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(&number.to_le_bytes());
        hasher.update(purpose.as_bytes());
        let (mut state, mut stream) = ([0; 16], [0; 16]);
        let mut bytes = hasher.finalize_xof();
        bytes.fill(&mut state);
        bytes.fill(&mut stream);
        Draws::of(u128::from_le_bytes(state), u128::from_le_bytes(stream))
    }

    fn of(state: u128, stream: u128) -> Draws {
        let mut draws = Draws {
            state: 0,
            increment: (stream << 1) | 1,
        };
        draws.step();
        draws.state = draws.state.wrapping_add(state);
        draws.step();
        draws
    }

    fn step(&mut self) {
        self.state = self
            .state
            .wrapping_mul(MULTIPLIER)
            .wrapping_add(self.increment);
    }

    fn next(&mut self) -> u64 {
        self.step();
        let (high, low) = halves(self.state);
        let turn = u32::try_from(self.state >> 122).unwrap_or(0);
        (high ^ low).rotate_right(turn)
    }

    /// Draws a number below `bound`, each with the same chance; 0 where the bound is 0 or 1.
    ///
    /// Source: Lemire (2019), Fast Random Integer Generation in an Interval, ACM TOMACS 29(1), 3, with rejection.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound < 2 {
            return 0;
        }
        // As many of the lowest numbers are refused as the range of the generator has left over.
        let left_over = bound.wrapping_neg() % bound;
        loop {
            let (high, low) = halves(u128::from(self.next()) * u128::from(bound));
            if low >= left_over {
                return high;
            }
        }
    }

    /// Puts items into a random order, each order with the same chance.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let bound = u64::try_from(last + 1).unwrap_or(u64::MAX);
            let other = usize::try_from(self.below(bound)).unwrap_or(last);
            items.swap(last, other);
        }
    }
}

/// Gives the upper and the lower half of a number.
fn halves(number: u128) -> (u64, u64) {
    let part = |half: u128| u64::try_from(half & u128::from(u64::MAX)).unwrap_or(0);
    (part(number >> 64), part(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // The first numbers of `pcg64_random_r` after `pcg64_srandom_r(42, 54)`, from the author's own check.
        let mut draws = Draws::of(42, 54);
        let expected = [
            0x86b1_da1d_7206_2b68,
            0x1304_aa46_c985_3d39,
            0xa367_0e9e_0dd5_0358,
            0xf909_0e52_9a7d_ae00,
            0xc85b_9fd8_3799_6f2c,
            0x6061_21f8_e391_9196,
        ];
        assert_eq!(expected.map(|_| draws.next()), expected);
    }

    #[test]
    fn bounded_draws_stay_below_the_bound_and_favour_none() {
        let mut draws = Draws::new(1, "a test", 0);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[usize::try_from(draws.below(6)).unwrap()] += 1;
        }
        // Five standard deviations of a fair die.
        assert!(
            counts.iter().all(|&count| count.abs_diff(10_000) < 460),
            "{counts:?}"
        );
        assert_eq!([draws.below(0), draws.below(1)], [0, 0]);
        let huge = u64::MAX / 2 + 2;
        assert!((0..100).all(|_| draws.below(huge) < huge));
    }

    #[test]
    fn every_order_of_a_shuffle_has_the_same_chance() {
        let mut draws = Draws::new(2, "a test", 0);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            draws.shuffle(&mut items);
            *counts.entry(items).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        assert!(
            counts.values().all(|count| count.abs_diff(1000) < 160),
            "{counts:?}"
        );
    }

    #[test]
    fn seed_purpose_and_number_each_make_another_stream() {
        let first = |seed, purpose, number| Draws::new(seed, purpose, number).next();
        let streams = [
            first(1, "overlap", 0),
            first(2, "overlap", 0),
            first(1, "order", 0),
            first(1, "overlap", 1),
        ];
        for (at, one) in streams.iter().enumerate() {
            assert!(!streams[at + 1..].contains(one));
        }
        assert_eq!(first(1, "order", 0), streams[2]);
    }
}
