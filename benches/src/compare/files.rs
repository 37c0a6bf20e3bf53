//! Two files of results, measured apart: all that their spreads allow to say.
//!
//! Nothing was interleaved here, so a difference is believed only where it is more than 10 % and more than twice what
//! both spreads make together.

use crate::result::{Results, Unit};
use crate::table::{Table, percent};

/// A difference below this is not believed.
const LEAST: f64 = 0.10;

/// One figure in both files.
struct Line {
    name: String,
    before: f64,
    after: f64,
    /// As times: above 1 is slower.
    ratio: f64,
    noise: f64,
}

/// The table of what is in both files, and the names of what got worse.
pub(super) fn compare(old: &Results, new: &Results) -> (String, Vec<String>) {
    let mut table = Table::new(["row", "before", "after", "change", "spreads", "verdict"]).with_words(5);
    let mut worse = Vec::new();
    for line in lines(old, new) {
        let limit = LEAST.max(2.0 * line.noise);
        let word = if line.ratio > 1.0 + limit {
            worse.push(line.name.clone());
            "WORSE"
        } else if line.ratio < 1.0 / (1.0 + limit) {
            "better"
        } else {
            "same"
        };
        let figure = super::figure;
        let change = format!("{:+.1} %", (line.ratio - 1.0) * 100.0);
        table.row([
            line.name,
            figure(line.before),
            figure(line.after),
            change,
            percent(line.noise),
            word.to_owned(),
        ]);
    }
    (table.text(), worse)
}

fn lines(old: &Results, new: &Results) -> Vec<Line> {
    let mut lines = Vec::new();
    for program in &new.programs {
        let before =
            old.programs.iter().find(|other| other.name == program.name && other.size == program.size);
        for after in
            program.candidates.iter().filter(|found| found.candidate.starts_with(crate::candidate::LYRA))
        {
            let found = before
                .and_then(|before| before.candidates.iter().find(|other| other.candidate == after.candidate));
            let Some(before) = found else { continue };
            lines.push(Line {
                name: format!("{} {}", program.name, after.candidate),
                before: before.minimum,
                after: after.minimum,
                ratio: after.minimum / before.minimum,
                noise: before.spread + after.spread,
            });
        }
    }
    for after in &new.micro {
        let same = |other: &&crate::result::MicroResult| {
            (&other.group, &other.name, other.unit) == (&after.group, &after.name, after.unit)
        };
        let Some(before) = old.micro.iter().find(same) else { continue };
        let ratio = match after.unit {
            Unit::MegabytesPerSecond | Unit::LinesPerSecond => before.best / after.best,
            _ => after.best / before.best,
        };
        lines.push(Line {
            name: format!("{}/{}", after.group, after.name),
            before: before.best,
            after: after.best,
            ratio,
            noise: before.spread + after.spread,
        });
    }
    lines.retain(|line| line.ratio.is_finite());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::summary;
    use crate::result::{Machine, ProgramResult, SCHEMA};

    fn results(time: f64) -> Results {
        let rounds = vec![vec![time], vec![time * 1.02], vec![time * 1.04]];
        let program = ProgramResult {
            name: "fib".to_owned(),
            title: String::new(),
            size: 20,
            pending: None,
            candidates: vec![summary("rust", rounds.clone(), None), summary("lyra:reference", rounds, None)],
        };
        Results {
            schema: SCHEMA,
            taken: String::new(),
            command: String::new(),
            quick: true,
            machine: Machine::default(),
            versions: std::collections::BTreeMap::new(),
            notes: Vec::new(),
            programs: vec![program],
            micro: Vec::new(),
            metrics: Vec::new(),
            distributions: Vec::new(),
        }
    }

    #[test]
    fn only_clear_differences_count() {
        let (table, worse) = compare(&results(100.0), &results(108.0));
        assert!(worse.is_empty() && table.contains("+8.0 %") && !table.contains("rust"), "{table}");
        let (_, worse) = compare(&results(100.0), &results(130.0));
        assert_eq!(worse, ["fib lyra:reference"]);
        assert!(compare(&results(130.0), &results(100.0)).0.contains("better"));
    }
}
