//! The table of the parts.

use super::{PART, Part};
use crate::result::ProgramResult;
use crate::statistics::Ratio;
use crate::table::{Table, percent, times};
use crate::view::{mean_ratio, of};

/// Of counting, what the project allows itself: tiers may take so much longer than a machine that cannot count.
const MOST: f64 = 0.05;

/// A row a part: the geometric mean over the programs, on how many it is clearly slower or faster, and the programs at
/// both ends.
#[must_use]
pub fn table(programs: &[ProgramResult], parts: &[Part]) -> String {
    let mut table = Table::new(["part", "beside", "time", "slower", "faster", "least", "most"]).with_words(5);
    for part in parts {
        let (name, beside) = (format!("{PART}{}", part.name()), part.beside());
        let ratios = programs.iter().filter_map(|program| {
            let ratio = Ratio::of(&of(program, &name)?.rounds, &of(program, &beside)?.rounds)?;
            Some((program.name.as_str(), ratio))
        });
        let mut ratios: Vec<(&str, Ratio)> = ratios.collect();
        ratios.sort_by(|a, b| a.1.value.total_cmp(&b.1.value));
        let clearly = |slower: bool| {
            let clear = ratios.iter().filter(|(_, ratio)| !ratio.is_noise() && (ratio.value > 1.0) == slower);
            clear.count().to_string()
        };
        let end = |found: Option<&(&str, Ratio)>| {
            found.map_or_else(String::new, |(program, ratio)| format!("{program} {}", times(ratio.value)))
        };
        let mean = times(mean_ratio(programs, &name, &beside));
        let (slower, faster) = (clearly(true), clearly(false));
        let (least, most) = (end(ratios.first()), end(ratios.last()));
        table.row([part.name().to_owned(), beside, mean, slower, faster, least, most]);
    }
    let mut text = table.text();
    let free = format!("{PART}{}", Part::Uncounted.name());
    let cost = mean_ratio(programs, &Part::Uncounted.beside(), &free) - 1.0;
    if cost.is_finite() {
        let verdict = if cost <= MOST { "within" } else { "above" };
        text.push_str(&format!(
            "\ncounting fuel takes {} of the time of a machine that cannot (geometric mean; {verdict} the {} aimed at)\n",
            percent(cost),
            percent(MOST)
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::summary;

    #[test]
    fn the_cost_of_counting_is_told() {
        let rounds = |time: f64| vec![vec![time * 1e6], vec![time * 1.01e6], vec![time * 1e6]];
        let fast = Part::Uncounted.beside();
        let candidates =
            vec![summary(&fast, rounds(10.4), None), summary("part:uncounted", rounds(10.0), None)];
        let (name, title) = ("fib".to_owned(), String::new());
        let programs = [ProgramResult { name, title, size: 1, pending: None, candidates }];
        let text = table(&programs, &Part::all());
        assert!(text.contains("counting fuel takes") && text.contains("within"), "{text}");
        assert!(text.lines().any(|line| line.starts_with("uncounted") && line.contains("fib")), "{text}");
        for part in Part::all() {
            assert_eq!(Part::find(part.name()).as_ref(), Some(&part));
            assert!(text.lines().any(|line| line.starts_with(part.name())), "{text}");
        }
    }
}
