//! How many of a number of trials succeed, drawn without making the trials.

use super::Pcg64;

impl Pcg64 {
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
        }
    }

    fn covers(&self, draw: f64, edge: f64, v: f64) -> bool {
        let height = v * self.scale / (self.slope / (edge * edge) + self.width);
        // Most draws are taken before they come here, and these logarithms cost more than all the rest.
        let top = log_factorial(self.mode) + log_factorial(self.trials - self.mode);
        let mass = top - log_factorial(draw) - log_factorial(self.trials - draw)
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
