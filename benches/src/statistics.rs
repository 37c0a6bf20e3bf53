//! Figures from samples. On a shared machine noise only ever adds time, so the minimum says most; the median and
//! the spread say how far to trust it.

/// The smallest value; infinity when there is none.
#[must_use]
pub fn minimum(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The largest value; minus infinity when there is none.
#[must_use]
pub fn maximum(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// The value that a share `q` (0 to 1) of all values does not exceed, between neighbours in proportion; NaN when
/// there is none.
///
/// ```
/// use lyra_benches::statistics::quantile;
/// assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.5), 2.5);
/// ```
#[must_use]
pub fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = q.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * place.fract()
}

/// The value in the middle; NaN when there is none.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The geometric mean: the one mean of ratios that does not depend on which side is the base. NaN when there is
/// none.
///
/// ```
/// use lyra_benches::statistics::geometric_mean;
/// assert_eq!(geometric_mean(&[0.5, 2.0]), 1.0);
/// ```
#[must_use]
pub fn geometric_mean(ratios: &[f64]) -> f64 {
    let sum: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    (sum / ratios.len() as f64).exp()
}

/// How two candidates that ran in the same rounds compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The first's smallest time by the second's.
    pub value: f64,
    /// The lower quartile of the rounds' own ratios.
    pub low: f64,
    /// Their upper quartile.
    pub high: f64,
}

impl Ratio {
    /// Compares by rounds: entry `i` of both ran one after the other. A round that is missing on one side is left
    /// out. `None` when no round has both.
    #[must_use]
    pub fn of(first: &[Vec<f64>], second: &[Vec<f64>]) -> Option<Self> {
        let best = |rounds: &[Vec<f64>]| -> Vec<f64> { rounds.iter().map(|round| minimum(round)).collect() };
        let (first, second) = (best(first), best(second));
        let pairs: Vec<f64> = first
            .iter()
            .zip(&second)
            .map(|(a, b)| a / b)
            .filter(|ratio| ratio.is_finite() && *ratio > 0.0)
            .collect();
        if pairs.is_empty() {
            return None;
        }
        Some(Self {
            value: minimum(&first) / minimum(&second),
            low: quantile(&pairs, 0.25),
            high: quantile(&pairs, 0.75),
        })
    }

    /// Whether the rounds do not agree which of the two is faster: the difference is noise.
    #[must_use]
    pub fn is_noise(&self) -> bool {
        self.low <= 1.0 && self.high >= 1.0 || (self.low > 1.0) != (self.value > 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gives_no_figure() {
        assert!(median(&[]).is_nan() && geometric_mean(&[]).is_nan());
        assert_eq!(Ratio::of(&[], &[]), None);
        assert_eq!(Ratio::of(&[vec![]], &[vec![1.0]]), None);
    }

    #[test]
    fn ratios_are_taken_by_round() {
        // The machine was twice as slow in the second round: the ratio is not.
        let slower = Ratio::of(&[vec![11.0, 12.0], vec![22.0]], &[vec![10.0], vec![20.0]]).unwrap();
        assert!((slower.value - 1.1).abs() < 1e-9 && (slower.low - 1.1).abs() < 1e-9 && !slower.is_noise());
        let unclear = Ratio::of(&[vec![9.0], vec![11.0], vec![9.0]], &[vec![10.0], vec![10.0], vec![10.0]]);
        assert!(unclear.unwrap().is_noise());
    }
}
