//! How wide an interval for agreement will be, before anybody has coded: large-sample variances of two coders' yes or
//! no on one code, and what it costs that turns of one session are alike.

/// The quantile of the normal distribution for 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Gives by how much the variance grows because turns come in sessions: 1 where none shares a session.
///
/// `sizes` counts the turns of each session, and `correlation` is that of two turns of one session. Sessions of
/// different sizes count by the session that a turn meets on average, Σ size² / Σ size, which is the mean size where
/// all are equal. `None` where there are no turns.
///
/// Source: Kish (1965), Survey Sampling; the variance of a mean over clusters of unequal sizes and equal correlation.
pub fn design_effect(sizes: &[u32], correlation: f64) -> Option<f64> {
    let turns: f64 = sizes.iter().map(|&size| f64::from(size)).sum();
    let squares: f64 = sizes.iter().map(|&size| f64::from(size).powi(2)).sum();
    (turns > 0.0).then(|| 1.0 + (squares / turns - 1.0) * correlation)
}

/// Gives the variance that one turn brings to Cohen's kappa of two coders who use a code equally often; alpha and
/// Scott's pi have the same in large samples.
///
/// `prevalence` is how often the code is used, in (0, 1). Divided by the number of turns it is the variance of the
/// estimate. `None` where two such coders cannot agree so little.
///
/// Source: Bloch & Kraemer (1989), Biometrics 45(1), 269-287; Donner & Eliasziw (1992), Statistics in Medicine 11,
/// 1511-1519.
pub fn kappa_variance(kappa: f64, prevalence: f64) -> Option<f64> {
    let table = Table::with(kappa, prevalence, chance_of_kappa(prevalence))?;
    Some(table.variance(kappa, chance_of_kappa(prevalence), |used| used))
}

/// Gives the variance that one turn brings to Gwet's AC1 of two coders who use a code equally often.
///
/// As [`kappa_variance`] otherwise.
///
/// Source: Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48.
pub fn ac1_variance(ac1: f64, prevalence: f64) -> Option<f64> {
    let chance = 2.0 * prevalence * (1.0 - prevalence);
    let table = Table::with(ac1, prevalence, chance)?;
    Some(table.variance(ac1, chance, |used| 1.0 - used))
}

/// Gives half the width of the 95 % interval that a variance per turn leaves after `turns` turns.
///
/// `None` where there are no turns.
pub fn half_width(variance: f64, turns: f64, design_effect: f64) -> Option<f64> {
    (turns > 0.0).then(|| Z * (variance * design_effect / turns).sqrt())
}

fn chance_of_kappa(prevalence: f64) -> f64 {
    prevalence.powi(2) + (1.0 - prevalence).powi(2)
}

/// What two coders say of a turn: the chances of yes by both, of no by both, and of one of each.
struct Table {
    both: f64,
    neither: f64,
    apart: f64,
    prevalence: f64,
}

impl Table {
    /// Gives the table in which a coefficient has a value; `None` where no table has it.
    fn with(coefficient: f64, prevalence: f64, chance: f64) -> Option<Table> {
        let apart = (1.0 - coefficient) * (1.0 - chance);
        let table = Table {
            both: prevalence - apart / 2.0,
            neither: 1.0 - prevalence - apart / 2.0,
            apart,
            prevalence,
        };
        let possible = table.both >= 0.0 && table.neither >= 0.0 && apart >= 0.0;
        (possible && chance < 1.0).then_some(table)
    }

    /// Gives the variance of a chance-corrected coefficient by its linearised value at each cell. `weight` gives what
    /// a code that is used this often adds to the agreement that is put down to chance.
    fn variance(&self, coefficient: f64, chance: f64, weight: impl Fn(f64) -> f64) -> f64 {
        let (yes, no) = (weight(self.prevalence), weight(1.0 - self.prevalence));
        let cells = [
            (self.both, 1.0, 2.0 * yes),
            (self.neither, 1.0, 2.0 * no),
            (self.apart, 0.0, yes + no),
        ];
        let agreed = self.both + self.neither;
        let squares = cells.map(|(part, agree, expected)| {
            let own = agree - agreed - (1.0 - coefficient) * (expected - 2.0 * chance);
            part * (own / (1.0 - chance)).powi(2)
        });
        squares.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_near(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    /// The closed form of Donner and Eliasziw.
    fn closed(kappa: f64, prevalence: f64) -> f64 {
        let both = 2.0 * prevalence * (1.0 - prevalence);
        (1.0 - kappa) * ((1.0 - kappa) * (1.0 - 2.0 * kappa) + kappa * (2.0 - kappa) / both)
    }

    #[test]
    fn a_code_in_balance_gives_the_variance_of_the_percentage() {
        // Kappa is then twice the agreement less one, and so is AC1: 4 p (1 - p).
        is_near(kappa_variance(0.6, 0.5), 0.64);
        is_near(kappa_variance(0.8, 0.5), 0.36);
        is_near(ac1_variance(0.8, 0.5), 0.36);
        is_near(kappa_variance(1.0, 0.3), 0.0);
    }

    #[test]
    fn a_rare_code_widens_the_interval_of_kappa_and_narrows_that_of_ac1() {
        assert!(kappa_variance(0.6, 0.1) > kappa_variance(0.6, 0.5));
        assert!(ac1_variance(0.8, 0.1) < ac1_variance(0.8, 0.5));
    }

    #[test]
    fn the_variance_of_ac1_is_the_one_worked_out_by_hand() {
        // Cells .018, .818, .164; linearised values -.124, .196, -.964 over .82.
        let squares =
            0.018 * 0.124_f64.powi(2) + 0.818 * 0.196_f64.powi(2) + 0.164 * 0.964_f64.powi(2);
        is_near(ac1_variance(0.8, 0.1), squares / 0.82_f64.powi(2));
    }

    #[test]
    fn what_no_table_has_is_no_variance() {
        assert_eq!(kappa_variance(-0.9, 0.1), None);
        assert_eq!(kappa_variance(0.6, 0.0), None);
        assert_eq!(kappa_variance(1.1, 0.5), None);
    }

    #[test]
    fn sessions_of_one_turn_cost_nothing_and_long_ones_much() {
        let check = |sizes: &[u32], expected: f64| is_near(design_effect(sizes, 0.1), expected);
        check(&[1, 1, 1], 1.0);
        check(&[8; 25], 1.7);
        // A turn meets 82 / 10 turns on average.
        check(&[1, 9], 1.72);
        assert_eq!(design_effect(&[], 0.1), None);
        assert_eq!(design_effect(&[0], 0.1), None);
    }

    #[test]
    fn four_times_the_turns_halve_the_interval() {
        let narrow = half_width(0.64, 400.0, 1.7).unwrap();
        is_near(half_width(0.64, 100.0, 1.7), narrow * 2.0);
        is_near(half_width(0.64, 64.0, 1.0), Z * 0.1);
        assert_eq!(half_width(0.64, 0.0, 1.0), None);
    }

    proptest! {
        #[test]
        fn the_linearised_variance_is_the_closed_form(
            kappa in 0.0..1.0_f64,
            prevalence in 0.02..0.98_f64,
        ) {
            let found = kappa_variance(kappa, prevalence).unwrap();
            let expected = closed(kappa, prevalence);
            prop_assert!((found - expected).abs() < 1e-9 * expected.max(1.0), "{found} {expected}");
        }
    }
}
