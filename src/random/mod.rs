//! Random numbers that are the same on every machine: a named generator, a stream for each purpose, and draws without
//! bias.

mod binomial;

/// The name of the generator, as it is printed beside each seed.
pub const GENERATOR: &str = "PCG64 seeded by BLAKE3";

/// PCG64, the setseq XSL RR 128/64 member of the family: a stream of random numbers.
///
/// Source: O'Neill (2014), PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
/// Number Generation, Harvey Mudd College HMC-CS-2014-0905.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pcg64 {
    state: u128,
    increment: u128,
}

const MULTIPLIER: u128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645;

impl Pcg64 {
    /// The generator of a stream, started at a state.
    pub fn new(state: u128, stream: u128) -> Self {
        let mut generator = Self {
            state: 0,
            increment: (stream << 1) | 1,
        };
        generator.step();
        generator.state = generator.state.wrapping_add(state);
        generator.step();
        generator
    }

    /// The generator of one purpose, such as an analysis by its name, or a stratum by its number.
    ///
    /// Streams do not depend on each other: another draw in one moves no figure that comes from the others.
    pub fn stream(seed: u64, purpose: &str, number: u64) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(&number.to_le_bytes());
        hasher.update(purpose.as_bytes());
        let (mut state, mut stream) = ([0; 16], [0; 16]);
        let mut bytes = hasher.finalize_xof();
        bytes.fill(&mut state);
        bytes.fill(&mut stream);
        Self::new(u128::from_le_bytes(state), u128::from_le_bytes(stream))
    }

    fn step(&mut self) {
        let product = self.state.wrapping_mul(MULTIPLIER);
        self.state = product.wrapping_add(self.increment);
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.step();
        folded(self.state)
    }

    /// Fills a row with the next random bits, as so many calls of [`bits`](Pcg64::bits) would.
    ///
    /// Four states follow each other, and each goes four steps at a time, so that no product waits for the one before.
    ///
    /// Source: Brown (1994), Random Number Generation with Arbitrary Strides.
    pub fn fill(&mut self, row: &mut [u64]) {
        let (fours, rest) = row.as_chunks_mut::<4>();
        let (multiplier, increment) = self.four_steps();
        let mut states = [0; 4];
        let mut ahead = self.clone();
        for state in &mut states {
            ahead.step();
            *state = ahead.state;
        }
        for four in fours {
            self.state = states[3];
            for (bits, state) in four.iter_mut().zip(&mut states) {
                *bits = folded(*state);
                *state = state.wrapping_mul(multiplier).wrapping_add(increment);
            }
        }
        for bits in rest {
            *bits = self.bits();
        }
    }

    /// Gives the multiplier and the increment of four steps at once.
    fn four_steps(&self) -> (u128, u128) {
        let twice = |(multiplier, increment): (u128, u128)| {
            let carried = increment.wrapping_mul(multiplier).wrapping_add(increment);
            (multiplier.wrapping_mul(multiplier), carried)
        };
        twice(twice((MULTIPLIER, self.increment)))
    }

    /// A number in [0, 1), a multiple of 2⁻⁵³.
    pub fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A whole number below `bound`, each with the same probability; 0 where the bound is 0 or 1.
    ///
    /// Source: Lemire (2019), Fast Random Integer Generation in an Interval.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound < 2 {
            return 0;
        }
        let mut product = u128::from(self.bits()) * u128::from(bound);
        if low(product) < bound {
            let least = bound.wrapping_neg() % bound;
            while low(product) < least {
                product = u128::from(self.bits()) * u128::from(bound);
            }
        }
        high(product)
    }

    /// Fills a row with whole numbers below `bound`: those that so many calls of [`below`](Pcg64::below) would give,
    /// in whatever order.
    pub fn fill_below(&mut self, bound: u64, row: &mut [u64]) {
        if bound < 2 {
            return row.fill(0);
        }
        self.fill(row);
        let least = bound.wrapping_neg() % bound;
        for drawn in row {
            let product = u128::from(*drawn) * u128::from(bound);
            *drawn = if low(product) < least {
                self.below(bound)
            } else {
                high(product)
            };
        }
    }

    /// Puts items into a random order, each order with the same probability.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1);
            items.swap(last, usize::try_from(other).unwrap_or(last));
        }
    }
}

/// The output of a state: its halves folded, and turned by its highest bits.
fn folded(state: u128) -> u64 {
    (high(state) ^ low(state)).rotate_right((high(state) >> 58) as u32)
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is wanted")]
fn low(whole: u128) -> u64 {
    whole as u64
}

fn high(whole: u128) -> u64 {
    (whole >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // The first numbers of `pcg64_random_r` after `pcg64_srandom_r(42, 54)`, from the author's own check.
        let mut draws = Pcg64::new(42, 54);
        let expected = [
            0x86b1_da1d_7206_2b68,
            0x1304_aa46_c985_3d39,
            0xa367_0e9e_0dd5_0358,
            0xf909_0e52_9a7d_ae00,
            0xc85b_9fd8_3799_6f2c,
            0x6061_21f8_e391_9196,
        ];
        assert_eq!(expected.map(|_| draws.bits()), expected);
    }

    #[test]
    fn bounded_draws_stay_below_the_bound_and_favour_none() {
        let mut draws = Pcg64::stream(1, "a test", 0);
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
        let mut draws = Pcg64::stream(2, "a test", 0);
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
    fn a_row_holds_what_single_draws_give() {
        for length in 0..11 {
            let mut one = Pcg64::stream(1, "row", length);
            let mut other = one.clone();
            let mut row = vec![0; usize::try_from(length).unwrap()];
            one.fill(&mut row);
            let single: Vec<u64> = row.iter().map(|_| other.bits()).collect();
            assert_eq!((row, one), (single, other));
        }
    }

    #[test]
    fn a_row_below_a_bound_holds_what_single_draws_give() {
        // Nearly every second draw is made again below the second bound.
        for bound in [12_500, (1 << 63) + 1, 1, 0] {
            let mut one = Pcg64::stream(1, "row", bound);
            let mut other = one.clone();
            let mut row = [0; 37];
            one.fill_below(bound, &mut row);
            let mut single = row.map(|_| other.below(bound));
            row.sort_unstable();
            single.sort_unstable();
            assert_eq!((row, one), (single, other));
        }
    }

    #[test]
    fn seed_purpose_and_number_each_make_another_stream() {
        let first = |seed, purpose, number| Pcg64::stream(seed, purpose, number).bits();
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
