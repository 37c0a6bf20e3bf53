//! What a person asks for on the command line: the same for every command of `cargo xtask bench`.

use clap::Args;
use std::path::PathBuf;

/// Choices that every command understands.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// Measure less: smaller programs, fewer rounds. Everything together stays below three minutes
    #[arg(long, global = true)]
    pub quick: bool,

    /// Only programs and micro benchmarks whose name holds TEXT; with `*` or `?` the whole name must fit, several
    /// are separated by commas
    #[arg(long, global = true, value_name = "TEXT")]
    pub filter: Option<String>,

    /// Where results and reports are written
    #[arg(long, global = true, value_name = "DIR", default_value = "target/bench")]
    pub out: PathBuf,

    /// Processes for each program and candidate
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rounds: Option<u32>,

    /// The core that measured processes are pinned to [default: the last one allowed]
    #[arg(long, global = true, value_name = "N")]
    pub core: Option<usize>,

    /// Keep the results, and this program itself, as a baseline of this name for `compare`
    #[arg(long, global = true, value_name = "NAME")]
    pub save: Option<String>,

    /// Run everything at the smallest sizes once, to see that it works. The figures mean nothing
    #[arg(long, global = true, hide = true)]
    pub smoke: bool,
}

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Sizes whose results are known, for tests: hardly any work.
    Check,
    /// `--quick`.
    Quick,
    /// As much as a figure needs that is quoted.
    Full,
}

impl Options {
    /// How much to measure.
    #[must_use]
    pub fn scale(&self) -> Scale {
        match (self.smoke, self.quick) {
            (true, _) => Scale::Check,
            (false, true) => Scale::Quick,
            (false, false) => Scale::Full,
        }
    }

    /// Whether `--filter` lets `name` through.
    ///
    /// ```
    /// use lyra_benches::options::Options;
    /// let only = |filter: &str| Options { filter: Some(filter.to_owned()), ..Options::default() };
    /// assert!(only("sort").matches("quicksort") && only("FIB,q*").matches("queens"));
    /// assert!(!only("sort*").matches("quicksort") && Options::default().matches("anything"));
    /// ```
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let Some(filter) = &self.filter else { return true };
        let name = name.to_lowercase();
        filter.split(',').map(|pattern| pattern.trim().to_lowercase()).any(|pattern| {
            let pattern: Vec<char> = pattern.chars().collect();
            if pattern.iter().any(|c| matches!(c, '*' | '?')) {
                fits(&pattern, &name.chars().collect::<Vec<_>>())
            } else {
                !pattern.is_empty() && name.contains(&pattern.iter().collect::<String>())
            }
        })
    }
}

/// Whether a pattern with `*` (any text) and `?` (any character) fits all of `text`. On a mismatch only the last
/// star is lengthened, so it takes no more steps than the product of the lengths.
fn fits(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || text.get(t) == Some(&c) => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    (p, t) = (at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|&c| c == '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let fits = |pattern: &str, text: &str| {
            fits(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>())
        };
        assert!(fits("*", "") && fits("a*b*c", "aXbYbZc") && fits("?ib", "fib") && fits("fib", "fib"));
        assert!(!fits("a*b", "abc") && !fits("?", "") && !fits("fib", "fibs") && !fits("", "x"));
    }

    #[test]
    fn an_empty_filter_lets_nothing_through() {
        let options = Options { filter: Some(" ,".to_owned()), ..Options::default() };
        assert!(!options.matches("fib"));
    }
}
