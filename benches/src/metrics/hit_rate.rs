//! Hit rate of the inline caches, over the benchmark programs that look something up.
//!
//! What looks up today is a built-in over a type: which function serves it is found once for each instruction.

use super::subject::{call_run, started, unhurried};
use super::{Measured, PERFORMANCE, Subject, judged, pending, share};
use crate::result::{MetricResult, Unit};
use lyra_runtime::CacheStatistics;

const NAME: &str = "JIT cache hit rate";
const TARGET: &str = "> 95 %";
const HOW: &str = "Hits by lookups of the inline caches, summed over the benchmark programs that look anything up, \
                   each run once in a fresh machine at its check size: so every cache begins empty, and misses weigh \
                   more than at the sizes that are timed.";

/// Below this a rate is mostly first times.
const FEW: u64 = 100;

/// One program's lookups.
struct Lookups {
    program: String,
    found: CacheStatistics,
}

impl Lookups {
    fn total(&self) -> u64 {
        self.found.hits + self.found.misses
    }
}

/// Runs every program and judges the rate.
#[must_use]
pub fn measure(programs: &[Subject]) -> MetricResult {
    let outcomes: Result<Vec<Lookups>, String> = programs
        .iter()
        .map(|subject| lookups(subject).map_err(|error| format!("`{}`: {error}", subject.name)))
        .collect();
    match outcomes {
        Ok(found) => judge(&found),
        Err(reason) => pending(NAME, PERFORMANCE, TARGET, Unit::Share, reason, HOW),
    }
}

fn lookups(subject: &Subject) -> Result<Lookups, String> {
    let mut vm = started::<Measured>(&subject.program()?, unhurried()).map_err(|error| error.to_string())?;
    call_run(&mut vm, subject.small).map_err(|error| error.to_string())?;
    Ok(Lookups { program: subject.name.clone(), found: vm.report().caches })
}

fn judge(all: &[Lookups]) -> MetricResult {
    let users: Vec<&Lookups> = all.iter().filter(|lookups| lookups.total() > 0).collect();
    if users.is_empty() {
        let reason = format!("none of {} programs looks anything up", all.len());
        return pending(NAME, PERFORMANCE, TARGET, Unit::Share, reason, HOW);
    }
    let hits: u64 = users.iter().map(|lookups| lookups.found.hits).sum();
    let total: u64 = users.iter().map(|lookups| lookups.total()).sum();
    let evictions: u64 = users.iter().map(|lookups| lookups.found.evictions).sum();
    let (many, few): (Vec<&Lookups>, Vec<&Lookups>) =
        users.iter().partition(|lookups| lookups.total() >= FEW);
    let list: Vec<String> = many
        .iter()
        .map(|lookups| {
            let rate = lookups.found.hit_rate() * 100.0;
            format!("{} {rate:.2} % of {}", lookups.program, lookups.total())
        })
        .collect();
    let rate = share(hits, total);
    let how = format!(
        "{HOW} {} of {} programs look something up, {total} times in all, {evictions} entries were replaced: {}; and {} \
         programs with fewer than {FEW} lookups each, of which the first at a place always misses. What it does not \
         show: a program with more places than the caches have entries.",
        users.len(),
        all.len(),
        if list.is_empty() { "none often".to_owned() } else { list.join(", ") },
        few.len(),
    );
    judged(NAME, PERFORMANCE, TARGET, (rate, Unit::Share), rate > 0.95, how)
}

#[cfg(test)]
mod tests {
    use super::super::subject::tests::subject;
    use super::*;
    use crate::result::Verdict;

    #[test]
    fn programs_without_lookups_do_not_count() {
        let idle = subject("idle", "proc run(n: i32) -> str { return \"done\" }", 3);
        assert!(matches!(measure(std::slice::from_ref(&idle)).verdict, Verdict::Pending(_)));
        let busy = "proc run(n: i32) -> str {\n let xs: [i32] = []\n for i in 0..n { xs.push(i)\n xs.clear() }\n return \"x\"\n}";
        let metric = measure(&[idle, subject("busy", busy, 1_000)]);
        assert_eq!(metric.verdict, Verdict::Met, "{}", metric.how);
        assert!(metric.how.contains("1 of 2 programs look something up"), "{}", metric.how);
    }

    #[test]
    fn a_low_rate_is_missed() {
        let found = CacheStatistics { hits: 94, misses: 6, ..CacheStatistics::default() };
        let metric = judge(&[Lookups { program: "cold".to_owned(), found }]);
        assert_eq!((metric.measured, metric.verdict), (Some(0.94), Verdict::Missed));
    }
}
