//! When something got worse: the rule, apart from all measuring.
//!
//! Two witnesses are heard. The *clock* sees everything, but also the machine's moods; it is heard twice, in rounds
//! that lie apart, and believed only where both agree. The *count* of instructions is exact, but blind for what an
//! instruction costs. So:
//!
//! - more instructions (1 % or more) are a regression, unless the clock says twice that it became faster;
//! - the same instructions (within 1 %) are a regression only when the clock says twice that it became slower by 10 %
//!   or more: less than that is where code and data happen to lie;
//! - fewer instructions are one when the clock says twice that it became slower, by its own threshold;
//! - where nothing is counted, the clock decides alone, with twice its threshold.

use crate::statistics::Ratio;

/// Counts that differ by less are the same: hash tables with random seeds take a few instructions more or less.
pub const COUNT: f64 = 0.01;

/// What the clock must see at least where instructions say the same.
pub const UNSEEN: f64 = 0.10;

/// What is known of one row. Ratios are new by old: above 1 is slower, or more.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence {
    /// The clock's first word.
    pub first: Option<Ratio>,
    /// Its second, in rounds of their own. Asked for where the first was conspicuous.
    pub second: Option<Ratio>,
    /// Instructions.
    pub count: Option<f64>,
    /// From what share on the clock's word is conspicuous: 0.03 for programs, 0.05 for single operations.
    pub threshold: f64,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing that could be told from nothing.
    Same,
    /// The clock says something, but not reliably.
    Noise,
    /// Better than before.
    Better,
    /// A regression.
    Worse,
}

impl Verdict {
    /// As tables print it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Noise => "noise",
            Self::Better => "better",
            Self::Worse => "WORSE",
        }
    }
}

/// Whether every way of looking at the rounds says slower by `share`.
fn is_slower(ratio: &Ratio, share: f64) -> bool {
    ratio.value >= 1.0 + share && ratio.low >= 1.0 + share / 2.0
}

/// Whether every way of looking at the rounds says faster by `share`.
fn is_faster(ratio: &Ratio, share: f64) -> bool {
    ratio.value <= 1.0 / (1.0 + share) && ratio.high <= 1.0 / (1.0 + share / 2.0)
}

impl Evidence {
    /// Whether the clock should be heard again before a verdict.
    #[must_use]
    pub fn is_conspicuous(&self) -> bool {
        let clock = self
            .first
            .is_some_and(|ratio| is_slower(&ratio, self.threshold) || is_faster(&ratio, self.threshold));
        clock || self.count.is_some_and(|count| (count - 1.0).abs() >= COUNT)
    }

    /// Whether the clock agrees twice. A word that was not asked for a second time is no agreement.
    fn twice(&self, says: impl Fn(&Ratio) -> bool) -> bool {
        self.first.as_ref().is_some_and(&says) && self.second.as_ref().is_some_and(&says)
    }

    /// The verdict by the rule of this module.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let slower = |share: f64| self.twice(|ratio| is_slower(ratio, share));
        let faster = |share: f64| self.twice(|ratio| is_faster(ratio, share));
        match self.count {
            Some(count) if count >= 1.0 + COUNT => {
                if faster(self.threshold) {
                    Verdict::Better
                } else {
                    Verdict::Worse
                }
            }
            Some(count) if count <= 1.0 - COUNT => {
                if slower(self.threshold) {
                    Verdict::Worse
                } else {
                    Verdict::Better
                }
            }
            Some(_) if slower(UNSEEN) => Verdict::Worse,
            Some(_) if faster(UNSEEN) => Verdict::Better,
            None if slower(2.0 * self.threshold) => Verdict::Worse,
            None if faster(2.0 * self.threshold) => Verdict::Better,
            _ if self.is_conspicuous() => Verdict::Noise,
            _ => Verdict::Same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(value: f64) -> Option<Ratio> {
        Some(Ratio { value, low: value - 0.01, high: value + 0.01 })
    }

    fn verdict(first: f64, second: f64, count: Option<f64>) -> Verdict {
        let evidence = Evidence { first: ratio(first), second: ratio(second), count, threshold: 0.05 };
        evidence.verdict()
    }

    #[test]
    fn the_rule() {
        use Verdict::{Better, Noise, Same, Worse};
        for (first, second, count, expected) in [
            (1.00, 1.00, Some(1.000), Same),
            // Ten percent more work in a handler that is a third of its row.
            (1.02, 1.01, Some(1.033), Worse),
            (0.90, 0.90, Some(1.033), Better),
            (0.90, 1.00, Some(1.033), Worse),
            // A busy neighbour, once.
            (1.30, 1.01, Some(1.000), Noise),
            (1.30, 1.01, None, Noise),
            // Where code happens to lie.
            (1.07, 1.07, Some(1.000), Noise),
            // What counts do not see: memory, predictions.
            (1.15, 1.12, Some(1.000), Worse),
            (0.85, 0.85, Some(1.000), Better),
            (1.10, 1.08, Some(0.950), Worse),
            (1.00, 1.00, Some(0.950), Better),
            (1.12, 1.13, None, Worse),
            (1.07, 1.07, None, Noise),
            (0.85, 0.85, None, Better),
        ] {
            assert_eq!(verdict(first, second, count), expected, "{first} {second} {count:?}");
        }
    }

    #[test]
    fn one_word_of_the_clock_is_not_enough() {
        let evidence = Evidence { first: ratio(2.0), threshold: 0.05, ..Evidence::default() };
        assert!(evidence.is_conspicuous());
        assert_eq!(evidence.verdict(), Verdict::Noise);
        assert_eq!(Evidence::default().verdict(), Verdict::Same);
    }
}
