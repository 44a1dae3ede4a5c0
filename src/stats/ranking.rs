//! How well scores put the positive before the negative, and how far they can be taken for chances.

/// A score and whether what was scored is positive.
pub type Scored = (f64, bool);

/// Where a threshold is set and what is found from it on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// The score from which on a row is taken.
    pub threshold: f64,
    /// Share of the taken that are positive, in `[0, 1]`.
    pub precision: f64,
    /// Share of the positive that are taken, in `[0, 1]`.
    pub recall: f64,
}

impl Cut {
    /// Gives the harmonic mean of precision and recall, in `[0, 1]`.
    pub fn f1(&self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall).max(f64::MIN_POSITIVE)
    }
}

/// Gives a cut for each different score, the highest first; rows of one score are taken together. Empty where no row
/// is positive.
pub fn cuts(rows: &[Scored]) -> Vec<Cut> {
    let mut rows = rows.to_vec();
    rows.sort_by(|one, other| other.0.total_cmp(&one.0));
    let all = rows.iter().filter(|row| row.1).count();
    let (mut taken, mut found) = (0_usize, 0_usize);
    let mut cuts = Vec::new();
    if all == 0 {
        return cuts;
    }
    for same in rows.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        taken += same.len();
        found += same.iter().filter(|row| row.1).count();
        cuts.push(Cut {
            threshold: same[0].0,
            precision: found as f64 / taken as f64,
            recall: found as f64 / all as f64,
        });
    }
    cuts
}

/// Gives the average precision: the sum over the cuts of precision times the gain in recall, in `[0, 1]` (the area under
/// the stepwise precision-recall curve, without interpolation). `None` where no row is positive.
pub fn average_precision(rows: &[Scored]) -> Option<f64> {
    let cuts = cuts(rows);
    let before = std::iter::once(0.0).chain(cuts.iter().map(|cut| cut.recall));
    let areas = cuts.iter().zip(before);
    let sum = areas
        .map(|(cut, before)| cut.precision * (cut.recall - before))
        .sum();
    (!cuts.is_empty()).then_some(sum)
}

/// Gives the cut with the highest threshold that finds at least this share of the positive. `None` where no row is
/// positive.
pub fn at_recall(rows: &[Scored], recall: f64) -> Option<Cut> {
    cuts(rows)
        .into_iter()
        .find(|cut| cut.recall >= recall - 1e-12)
}

/// Gives the cut with the best F1, the highest threshold of several. `None` where no row is positive.
pub fn best_f1(rows: &[Scored]) -> Option<Cut> {
    let better = |best: Cut, cut: Cut| if cut.f1() > best.f1() { cut } else { best };
    cuts(rows).into_iter().reduce(better)
}

/// Gives the expected calibration error, in `[0, 1]`: the mean distance between score and share of positives in so many
/// bins of equal width, each weighted by its rows (Naeini, Cooper and Hauskrecht 2015). `None` without rows.
pub fn calibration_error(rows: &[Scored], bins: u8) -> Option<f64> {
    let mut sums = vec![(0.0, 0.0); usize::from(bins.max(1))];
    for (score, positive) in rows {
        let at = (0..bins.max(1))
            .rev()
            .find(|bin| *score >= f64::from(*bin) / f64::from(bins.max(1)));
        let bin = &mut sums[usize::from(at.unwrap_or(0))];
        bin.0 += score;
        bin.1 += f64::from(u8::from(*positive));
    }
    let far: f64 = sums
        .iter()
        .map(|(scores, found)| (scores - found).abs())
        .sum();
    (!rows.is_empty()).then(|| far / rows.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [Scored; 5] = [
        (0.9, true),
        (0.8, false),
        (0.7, true),
        (0.7, false),
        (0.1, true),
    ];

    #[test]
    fn the_figures_are_those_of_scikit_learn() {
        // What average_precision_score of scikit-learn 1.7 gives.
        let average = average_precision(&ROWS).unwrap();
        assert!((average - 0.7).abs() < 1e-12, "{average}");
        let cut = at_recall(&ROWS, 0.6).unwrap();
        assert!((cut.threshold - 0.7).abs() < 1e-12 && (cut.precision - 0.5).abs() < 1e-12);
        assert!((best_f1(&ROWS).unwrap().f1() - 0.75).abs() < 1e-12);
    }

    #[test]
    fn without_positives_there_is_no_figure() {
        assert_eq!(average_precision(&[(0.5, false)]), None);
        assert_eq!(at_recall(&[], 0.5), None);
        assert_eq!(calibration_error(&[], 10), None);
    }

    #[test]
    fn calibration_is_the_distance_of_score_and_share() {
        let rows = [
            (0.8, true),
            (0.8, true),
            (0.8, true),
            (0.8, true),
            (0.8, false),
        ];
        assert!(calibration_error(&rows, 10).unwrap() < 1e-12);
        assert!((calibration_error(&[(1.0, false)], 10).unwrap() - 1.0).abs() < 1e-12);
    }
}
