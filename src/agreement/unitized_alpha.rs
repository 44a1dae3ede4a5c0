//! Krippendorff's coefficients for unitizing: alpha_U (1995, 2004) and u-alpha (2016).
//!
//! Both are given as sums by section, so that whoever resamples sections walks each only once. Sections are parts of
//! one continuum whose borders no span crosses; their order does not matter.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use super::Undefined;
use super::continuum::{CodedSection, CodedSpan, Stretch, by_code, meetings, partition};

/// How many spans or gaps there are of each length.
type Lengths = BTreeMap<u64, u64>;

/// What alpha_U needs to know of one code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct CodeSums {
    /// Sum of squared differences over unordered pairs of coders.
    differences: u128,
    units: Lengths,
    gaps: Lengths,
}

/// Sums for alpha_U over one or more sections; those of several sections add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitSums {
    coders: BTreeSet<usize>,
    turns: u64,
    codes: BTreeMap<usize, CodeSums>,
}

impl UnitSums {
    /// Counts one section.
    ///
    /// # Errors
    ///
    /// [`Undefined::TooFewCoders`] for fewer than two coders, [`Undefined::UnevenCoders`] where one of them did not open
    /// the section, [`Undefined::OverlappingSpans`] where spans of one coder and code lie over each other.
    pub fn of(section: &CodedSection) -> Result<Self, Undefined> {
        let opened = section.opened();
        if opened.len() < 2 {
            return Err(Undefined::TooFewCoders);
        }
        if opened.len() < section.coders.len() {
            return Err(Undefined::UnevenCoders);
        }
        let length = section.length();
        let own_spans: Vec<BTreeMap<usize, Vec<CodedSpan>>> =
            opened.iter().map(|spans| by_code(spans)).collect();
        let mut used: Vec<usize> = own_spans.iter().flat_map(BTreeMap::keys).copied().collect();
        used.sort_unstable();
        used.dedup();
        let mut codes = BTreeMap::new();
        for code in used {
            let spans = |own: &BTreeMap<usize, Vec<CodedSpan>>| {
                partition(own.get(&code).map_or(&[], Vec::as_slice), length)
            };
            let lists: Vec<Vec<Stretch>> = own_spans.iter().map(spans).collect::<Result<_, _>>()?;
            codes.insert(code, CodeSums::of(&lists));
        }
        Ok(Self {
            coders: [opened.len()].into(),
            turns: u64::from(length),
            codes,
        })
    }

    /// Gives alpha_U of one code: how far the coders cut out the same spans, beyond what random places would give.
    ///
    /// `1 - D_o / D_e`. For two coders' spans of the code that overlap, the squared distances of their starts and of
    /// their ends count; for a span that lies in a gap of the other, its squared length. It is at most 1, 0 is chance
    /// and it can lie far below -1. A gap ends with its section, since no span could lie across.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] without spans of the code, [`Undefined::UnevenCoders`] where sections with different
    /// numbers of coders were added up, [`Undefined::OneCategoryUsed`] where nothing could have been cut otherwise.
    ///
    /// Source: Krippendorff (1995), Sociological Methodology 25, 47-76; Krippendorff (2004), Content Analysis, 2nd
    /// edition, p. 251-256.
    pub fn alpha_u(&self, code: usize) -> Result<f64, Undefined> {
        self.quotient(self.codes.get(&code).into_iter())
    }

    /// Gives alpha_U over all codes: the disagreements of the codes are added up before they are divided.
    ///
    /// # Errors
    ///
    /// As for [`UnitSums::alpha_u`].
    pub fn alpha_u_pooled(&self) -> Result<f64, Undefined> {
        self.quotient(self.codes.values())
    }

    fn quotient<'a>(&self, codes: impl Iterator<Item = &'a CodeSums>) -> Result<f64, Undefined> {
        if self.coders.len() > 1 {
            return Err(Undefined::UnevenCoders);
        }
        let people = self.coders.first().map_or(0.0, |coders| *coders as f64);
        let turns = self.turns as f64;
        let (mut units, mut observed, mut expected) = (0, 0.0, 0.0);
        for code in codes {
            units += code.units.values().sum::<u64>();
            observed += 2.0 * code.differences as f64 / (people * (people - 1.0) * turns * turns);
            expected += code.expected(people * turns) * 2.0 / turns;
        }
        match () {
            () if units == 0 => Err(Undefined::NoUnits),
            // A sum of terms that are not negative is 0 only where each of them is, so that the test is exact.
            () if expected <= 0.0 => Err(Undefined::OneCategoryUsed),
            () => Ok(1.0 - observed / expected),
        }
    }
}

impl CodeSums {
    fn of(lists: &[Vec<Stretch>]) -> Self {
        let mut sums = Self::default();
        for stretch in lists.iter().flatten() {
            let lengths = if stretch.code.is_some() {
                &mut sums.units
            } else {
                &mut sums.gaps
            };
            *lengths.entry(stretch.span.turns()).or_default() += 1;
        }
        for (at, one) in lists.iter().enumerate() {
            for other in &lists[at + 1..] {
                sums.differences += meetings(one, other)
                    .map(|(one, other)| difference(one, other))
                    .sum::<u128>();
            }
        }
        sums
    }

    /// The numerator of the expected disagreement over its denominator, where the coders' continua are `all` turns
    /// long together.
    fn expected(&self, all: f64) -> f64 {
        let units = self.units.values().sum::<u64>() as f64;
        let (mut numerator, mut denominator) = (0.0, all * (all - 1.0));
        let mut gaps = self.gaps.iter().rev().peekable();
        // Of the gaps that hold a unit: how many there are, and their turns. Units come from the longest on.
        let (mut holding, mut held) = (0.0, 0.0);
        for (length, count) in self.units.iter().rev() {
            while let Some((gap, times)) = gaps.next_if(|(gap, _)| *gap >= length) {
                holding += *times as f64;
                held += *times as f64 * *gap as f64;
            }
            let (length, count) = (*length as f64, *count as f64);
            let among_units = (units - 1.0) / 3.0 * length * (length - 1.0) * (2.0 * length - 1.0);
            let in_gaps = length * length * (held - holding * (length - 1.0));
            numerator += count * (among_units + in_gaps);
            denominator -= count * length * (length - 1.0);
        }
        if denominator > 0.0 {
            numerator / denominator
        } else {
            0.0
        }
    }
}

impl AddAssign<&UnitSums> for UnitSums {
    fn add_assign(&mut self, other: &Self) {
        self.coders.extend(&other.coders);
        self.turns += other.turns;
        for (code, theirs) in &other.codes {
            let own = self.codes.entry(*code).or_default();
            own.differences += theirs.differences;
            add_lengths(&mut own.units, &theirs.units);
            add_lengths(&mut own.gaps, &theirs.gaps);
        }
    }
}

fn add_lengths(own: &mut Lengths, theirs: &Lengths) {
    for (length, count) in theirs {
        *own.entry(*length).or_default() += count;
    }
}

/// The squared difference of two stretches that share a turn.
fn difference(one: &Stretch, other: &Stretch) -> u128 {
    let squared = |from: u32, to: u32| u128::from(from.abs_diff(to)).pow(2);
    let lies_in = |inner: &Stretch, outer: &Stretch| {
        inner.span.start >= outer.span.start && inner.span.end <= outer.span.end
    };
    match (one.code, other.code) {
        (Some(_), Some(_)) => {
            squared(one.span.start, other.span.start) + squared(one.span.end, other.span.end)
        }
        (Some(_), None) if lies_in(one, other) => squared(one.span.start, one.span.end),
        (None, Some(_)) if lies_in(other, one) => squared(other.span.start, other.span.end),
        _ => 0,
    }
}

/// Sums for u-alpha over one or more sections; those of several sections add up.
///
/// A value is a code, or the gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueSums {
    /// Turns by value, over all coders.
    turns: BTreeMap<Option<usize>, u64>,
    /// Turns to which two coders give different values, over unordered pairs, by the number of coders.
    differing: BTreeMap<u64, u64>,
    /// What a coder's own stretches would contribute: the squared length of a unit, the length of a gap.
    own: u128,
}

impl ValueSums {
    /// Counts one section; coders who did not open it do not count.
    ///
    /// # Errors
    ///
    /// [`Undefined::TooFewCoders`] where fewer than two coders opened it, [`Undefined::OverlappingSpans`] where spans of
    /// one coder lie over each other, whatever their codes.
    pub fn of(section: &CodedSection) -> Result<Self, Undefined> {
        let (opened, length) = (section.opened(), section.length());
        if opened.len() < 2 {
            return Err(Undefined::TooFewCoders);
        }
        let lists: Vec<Vec<Stretch>> = opened
            .iter()
            .map(|spans| partition(spans, length))
            .collect::<Result<_, _>>()?;
        let mut sums = Self::default();
        for stretch in lists.iter().flatten() {
            let turns = stretch.span.turns();
            *sums.turns.entry(stretch.code).or_default() += turns;
            sums.own += u128::from(turns).pow(if stretch.code.is_some() { 2 } else { 1 });
        }
        let mut differing = 0;
        for (at, one) in lists.iter().enumerate() {
            for other in &lists[at + 1..] {
                let apart = meetings(one, other).filter(|(one, other)| one.code != other.code);
                differing += apart
                    .map(|(one, other)| one.span.shared(other.span))
                    .sum::<u64>();
            }
        }
        sums.differing.insert(opened.len() as u64, differing);
        Ok(sums)
    }

    /// Gives u-alpha: how far the coders give the same values to the same turns, beyond what shuffled units would
    /// give.
    ///
    /// With `l_c` the turns of value c over all coders, `l` their sum, `o` the turns on which two coders differ (over
    /// ordered pairs, divided by one less than the coders) and `D` the sum of squared lengths of units and of plain
    /// lengths of gaps: `1 - o (l² - D) / (l (l² - Σ l_c²))`. It is at most 1, and 0 is chance.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] without turns, [`Undefined::OneCategoryUsed`] where one value is all there is.
    ///
    /// Source: Krippendorff, Mathet, Bouvry and Widlöcher (2016), Quality & Quantity 50(6), 2347-2364.
    pub fn u_alpha(&self) -> Result<f64, Undefined> {
        let turns: u64 = self.turns.values().sum();
        let kinds = self.turns.values().filter(|own| **own > 0).count();
        match (turns, kinds) {
            (0, _) => return Err(Undefined::NoUnits),
            (_, 1) => return Err(Undefined::OneCategoryUsed),
            _ => (),
        }
        let by_coders = self.differing.iter();
        let observed: f64 = by_coders
            .map(|(coders, turns)| 2.0 * *turns as f64 / (*coders as f64 - 1.0))
            .sum();
        let all = u128::from(turns).pow(2);
        let same: u128 = self.turns.values().map(|own| u128::from(*own).pow(2)).sum();
        let chance = all.saturating_sub(self.own) as f64;
        Ok(1.0 - observed * chance / (turns as f64 * (all - same) as f64))
    }
}

impl AddAssign<&ValueSums> for ValueSums {
    fn add_assign(&mut self, other: &Self) {
        for (value, turns) in &other.turns {
            *self.turns.entry(*value).or_default() += turns;
        }
        add_lengths(&mut self.differing, &other.differing);
        self.own += other.own;
    }
}
