//! Random numbers that are the same everywhere: a named generator, and draws from it without bias.

/// PCG64 (the setseq XSL RR 128/64 member of the family), seeded by a number and a name.
///
/// Each analysis has a stream of its own, so that adding one moves no figure of another.
///
/// Source: O'Neill (2014), PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms.
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

    /// The generator of one analysis: the seed gives the state, the name the stream.
    pub fn for_analysis(seed: u64, name: &str) -> Self {
        Self::new(u128::from(seed), u128::from(fnv1a(name.as_bytes())))
    }

    fn step(&mut self) {
        let product = self.state.wrapping_mul(MULTIPLIER);
        self.state = product.wrapping_add(self.increment);
    }

    /// The next 64 random bits.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the two halves of the state are folded"
    )]
    pub fn bits(&mut self) -> u64 {
        self.step();
        let folded = (self.state >> 64) as u64 ^ self.state as u64;
        folded.rotate_right((self.state >> 122) as u32)
    }

    /// A number in [0, 1), a multiple of 2⁻⁵³.
    pub fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A whole number below `bound`, each with the same probability; 0 where the bound is 0.
    ///
    /// Source: Lemire (2019), Fast Random Integer Generation in an Interval.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the low half of the product is wanted"
    )]
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let mut product = u128::from(self.bits()) * u128::from(bound);
        if (product as u64) < bound {
            let least = bound.wrapping_neg() % bound;
            while (product as u64) < least {
                product = u128::from(self.bits()) * u128::from(bound);
            }
        }
        (product >> 64) as u64
    }

    /// The number of successes in `trials` independent trials, each with this probability.
    ///
    /// Source: Kachitvichyanukul & Schmeiser (1988) for few expected successes (inversion), Hörmann (1993) for many
    /// (transformed rejection).
    pub fn binomial(&mut self, trials: u64, probability: f64) -> u64 {
        if trials == 0 || probability <= 0.0 {
            0
        } else if probability >= 1.0 {
            trials
        } else if probability > 0.5 {
            trials - self.binomial(trials, 1.0 - probability)
        } else if (trials as f64) * probability < 10.0 {
            self.few_successes(trials, probability)
        } else {
            self.many_successes(trials, probability)
        }
    }

    /// Walks up the distribution from 0.
    fn few_successes(&mut self, trials: u64, probability: f64) -> u64 {
        let odds = probability / (1.0 - probability);
        let none = (trials as f64 * (-probability).ln_1p()).exp();
        loop {
            let (mut left, mut mass) = (self.share(), none);
            for successes in 0..=trials {
                if left <= mass {
                    return successes;
                }
                left -= mass;
                mass *= odds * (trials - successes) as f64 / (successes + 1) as f64;
                if mass == 0.0 {
                    break;
                }
            }
        }
    }

    /// Draws from a hat over the distribution until a draw lies under it.
    fn many_successes(&mut self, trials: u64, probability: f64) -> u64 {
        let hat = Hat::new(trials as f64, probability);
        loop {
            let (u, v) = (self.share() - 0.5, self.share());
            let edge = 0.5 - u.abs();
            let draw = ((2.0 * hat.slope / edge + hat.width) * u + hat.centre).floor();
            if draw < 0.0 || draw > hat.trials {
                continue;
            }
            let squeezed = edge >= 0.07 && v <= hat.squeeze;
            if squeezed || hat.covers(draw, edge, v) {
                return whole(draw);
            }
        }
    }
}

/// The constants of Hörmann's rejection for one binomial distribution.
struct Hat {
    trials: f64,
    odds: f64,
    slope: f64,
    width: f64,
    centre: f64,
    squeeze: f64,
    scale: f64,
    mode: f64,
    top: f64,
}

impl Hat {
    fn new(trials: f64, probability: f64) -> Self {
        let deviation = (trials * probability * (1.0 - probability)).sqrt();
        let width = 1.15 + 2.53 * deviation;
        let mode = ((trials + 1.0) * probability).floor();
        Self {
            trials,
            odds: probability / (1.0 - probability),
            slope: -0.0873 + 0.0248 * width + 0.01 * probability,
            width,
            centre: trials * probability + 0.5,
            squeeze: 0.92 - 4.2 / width,
            scale: (2.83 + 5.1 / width) * deviation,
            mode,
            top: log_factorial(mode) + log_factorial(trials - mode),
        }
    }

    fn covers(&self, draw: f64, edge: f64, v: f64) -> bool {
        let height = v * self.scale / (self.slope / (edge * edge) + self.width);
        let mass = self.top - log_factorial(draw) - log_factorial(self.trials - draw)
            + (draw - self.mode) * self.odds.ln();
        height.ln() <= mass
    }
}

/// The logarithm of n!, exact for small n and by Stirling's series above.
fn log_factorial(n: f64) -> f64 {
    if n < 16.0 {
        let mut product = 1.0;
        let mut factor = 2.0;
        while factor <= n {
            product *= factor;
            factor += 1.0;
        }
        return product.ln();
    }
    let inverse = 1.0 / n;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square / 1260.0));
    (n + 0.5) * n.ln() - n + 0.5 * std::f64::consts::TAU.ln() + series
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the draw is whole and between 0 and the number of trials"
)]
fn whole(draw: f64) -> u64 {
    draw as u64
}

/// A stable hash of a name (Fowler, Noll and Vo's 1a of 64 bits).
fn fnv1a(name: &[u8]) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
    name.iter().fold(0xCBF2_9CE4_8422_2325, fold)
}
