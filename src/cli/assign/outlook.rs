//! How wide an interval for agreement an overlap can give, told before anybody has coded.

use serde::Serialize;

use super::columns;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::stats;

/// How alike two turns of one session are taken to be in whether coders agree on them.
const CORRELATION: f64 = 0.1;
/// Overlaps to compare with the one that was asked for.
const ALTERNATIVES: [f64; 4] = [0.05, 0.1, 0.2, 0.3];
/// Below this many sessions the formula promises too much.
const FEW: usize = 20;
/// How often a code is used that is in balance.
const BALANCED: f64 = 0.5;
/// Coefficient, its value, and how often the code is used.
const CASES: [(Coefficient, f64, f64); 5] = [
    (Coefficient::Kappa, 0.6, BALANCED),
    (Coefficient::Kappa, 0.8, BALANCED),
    (Coefficient::Kappa, 0.6, 0.1),
    (Coefficient::Kappa, 0.8, 0.1),
    (Coefficient::Ac1, 0.8, 0.1),
];

#[derive(Clone, Copy)]
enum Coefficient {
    Kappa,
    Ac1,
}

impl Coefficient {
    fn name(self) -> &'static str {
        match self {
            Coefficient::Kappa => "kappa",
            Coefficient::Ac1 => "AC1",
        }
    }

    fn variance(self, value: f64, prevalence: f64) -> Option<f64> {
        match self {
            Coefficient::Kappa => stats::kappa_variance(value, prevalence),
            Coefficient::Ac1 => stats::ac1_variance(value, prevalence),
        }
    }
}

/// What some sizes of the overlap would give.
#[derive(Serialize)]
pub(super) struct Outlook {
    intra_session_correlation: f64,
    design_effect: Option<f64>,
    /// Assumptions and formula, in sentences.
    method: Vec<String>,
    overlaps: Vec<Size>,
}

/// What one size of the overlap would give.
#[derive(Serialize)]
struct Size {
    overlap: f64,
    chosen: bool,
    /// Sessions with pushback turns that all coders code.
    sessions: usize,
    /// How many of their pushback turns can be expected.
    pushback_turns: f64,
    /// As many turns from as many sessions would tell as much.
    effective_turns: Option<f64>,
    /// Pushback turns that each coder can expect to code.
    turns_each: f64,
    intervals: Vec<Interval>,
}

#[derive(Serialize)]
struct Interval {
    coefficient: &'static str,
    value: f64,
    prevalence: f64,
    half_width: Option<f64>,
}

impl Outlook {
    /// Foresees what an overlap gives and what others would; `sizes` counts the pushback turns of each session that
    /// has any.
    pub(super) fn of(sizes: &[u32], coders: usize, chosen: f64) -> Outlook {
        let effect = stats::design_effect(sizes, CORRELATION);
        let is_chosen = |overlap: f64| (overlap - chosen).abs() < 1e-9;
        let mut overlaps = ALTERNATIVES.to_vec();
        if !overlaps.iter().copied().any(is_chosen) {
            overlaps.push(chosen);
        }
        overlaps.sort_by(f64::total_cmp);
        let size = |overlap| Size {
            chosen: is_chosen(overlap),
            ..Size::of(sizes, coders, overlap, effect)
        };
        Outlook {
            intra_session_correlation: CORRELATION,
            design_effect: effect,
            method: method(effect),
            overlaps: overlaps.into_iter().map(size).collect(),
        }
    }

    pub(super) fn print(&self, console: &mut Console) -> Result<(), Failure> {
        let title = "Half the width of the 95 % interval for two coders, by the overlap and by what they reach:";
        console.line("")?;
        console.line(title)?;
        let heading = ["overlap", "sessions", "turns", "turns each"].map(str::to_owned);
        let cases = CASES.map(|(coefficient, value, prevalence)| {
            let rare = if prevalence < BALANCED { "*" } else { "" };
            format!("{} {}{rare}", coefficient.name(), decimals(value, 1))
        });
        let mut rows = vec![heading.into_iter().chain(cases).collect()];
        rows.extend(self.overlaps.iter().map(Size::cells));
        columns::print(&rows, 0, console)?;
        self.method
            .iter()
            .try_for_each(|text| columns::print_text(text, console))
    }
}

impl Size {
    fn of(sizes: &[u32], coders: usize, overlap: f64, effect: Option<f64>) -> Size {
        let sessions = stats::overlap_size(sizes.len(), overlap);
        let all: u64 = sizes.iter().copied().map(u64::from).sum();
        let mean = all as f64 / sizes.len().max(1) as f64;
        let turns = sessions as f64 * mean;
        let rest = (sizes.len() - sessions) as f64 * mean;
        let interval = |(coefficient, value, prevalence): (Coefficient, f64, f64)| Interval {
            coefficient: coefficient.name(),
            value,
            prevalence,
            half_width: coefficient
                .variance(value, prevalence)
                .zip(effect)
                .and_then(|(variance, effect)| stats::half_width(variance, turns, effect)),
        };
        Size {
            overlap,
            chosen: false,
            sessions,
            pushback_turns: turns,
            effective_turns: effect.map(|effect| turns / effect),
            turns_each: turns + rest / coders.max(1) as f64,
            intervals: CASES.map(interval).into(),
        }
    }

    fn cells(&self) -> Vec<String> {
        let mark = if self.chosen { "> " } else { "" };
        let few = if self.sessions < FEW { "!" } else { "" };
        let mut cells = vec![
            format!("{mark}{} %", (self.overlap * 1000.0).round() / 10.0),
            format!("{}{few}", self.sessions),
            format!("{:.0}", self.pushback_turns),
            format!("{:.0}", self.turns_each),
        ];
        cells.extend(self.intervals.iter().map(|own| match own.half_width {
            None => "none".to_owned(),
            // As wide as the coefficient itself can be.
            Some(half) if half >= 0.995 => "over 1".to_owned(),
            Some(half) => format!("\u{b1}{}", decimals(half, 2)),
        }));
        cells
    }
}

/// Writes a number below 1 without its zero, as coefficients are written.
fn decimals(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    text.strip_prefix("0.")
        .map_or(text.clone(), |rest| format!(".{rest}"))
}

/// Says what was computed, and what was taken for granted.
fn method(effect: Option<f64>) -> Vec<String> {
    let mut said = vec![
        "> asked for; ! under 20 sessions, where the true interval is wider; * for a code on one turn in ten, the others on half (where AC1 is as kappa).".to_owned(),
        "Half width = 1.96 * sqrt(V * d / n): n is the expected number of double-coded pushback turns, and V the large-sample variance of one yes or no on a code by two coders who use it equally often (kappa, and alpha with it: Bloch & Kraemer 1989; AC1: Gwet 2008).".to_owned(),
    ];
    if let Some(effect) = effect {
        said.push(format!(
            "d = 1 + (b - 1) * {CORRELATION} = {effect:.2} is the design effect of coding whole sessions: b = {:.1} pushback turns are in the session of a typical one, and their agreement is assumed to correlate by {CORRELATION}.",
            1.0 + (effect - 1.0) / CORRELATION
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_compared_by_turns_and_widths() {
        // 200 sessions of 8 turns: a tenth are 20 sessions, 160 turns, worth 160 / 1.7.
        let outlook = Outlook::of(&[8; 200], 2, 0.1);
        let cells: Vec<Vec<String>> = outlook.overlaps.iter().map(Size::cells).collect();
        assert_eq!(
            cells[1],
            [
                "> 10 %", "20", "160", "880", "±.16", "±.12", "±.27", "±.21", "±.11"
            ]
        );
        assert_eq!(cells[0][..4], ["5 %", "10!", "80", "840"]);
        assert_eq!(cells.len(), 4);
    }

    #[test]
    fn another_size_stands_among_the_others() {
        let cells = |chosen| -> Vec<String> {
            let outlook = Outlook::of(&[3, 1, 2], 2, chosen);
            outlook
                .overlaps
                .iter()
                .map(|own| own.cells().remove(0))
                .collect()
        };
        assert_eq!(cells(0.15), ["5 %", "10 %", "> 15 %", "20 %", "30 %"]);
        assert_eq!(cells(0.0)[0], "> 0 %");
    }

    #[test]
    fn nothing_coded_twice_gives_no_interval() {
        let row =
            |sizes: &[u32], overlap| Outlook::of(sizes, 2, overlap).overlaps[0].cells()[4].clone();
        assert_eq!(row(&[4, 4], 0.0), "none");
        assert_eq!(row(&[], 0.1), "none");
        assert_eq!(row(&[1], 0.1), "over 1");
    }
}
