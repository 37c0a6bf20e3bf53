//! CPU cache misses, as valgrind's cachegrind simulates them.
//!
//! Hardware counters are closed to most containers and virtual machines; a simulation gives the same numbers
//! everywhere and every time. Each program runs in two processes, with one repeat and with two: the difference is
//! one repeat alone, without start-up and compiling, in caches that are warm.

use super::memory::worker;
use super::{RESOURCE, Surroundings, judged, pending, share};
use crate::options::Scale;
use crate::result::{MetricResult, Unit};
use std::process::Command;
use std::time::Duration;

const NAME: &str = "CPU cache misses";
const TARGET: &str = "< 5 %";
const HOW: &str = "Data accesses that miss the first-level cache, as cachegrind simulates it: the second repeat of each benchmark \
                   program at its check size, without start-up. Judged is the program that misses most.";

/// Programs of a quick look: an array, objects, text.
const QUICK: [&str; 3] = ["sieve", "trees", "text"];

/// What cachegrind counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    /// Data accesses.
    data: u64,
    /// Those that miss the first level.
    first: u64,
    /// Those that miss the last level.
    last: u64,
}

impl Counts {
    /// What `self` counts beyond `other`.
    fn beyond(self, other: Self) -> Self {
        Self {
            data: self.data.saturating_sub(other.data),
            first: self.first.saturating_sub(other.first),
            last: self.last.saturating_sub(other.last),
        }
    }
}

/// Measures, where valgrind is installed.
pub fn measure(around: &mut Surroundings<'_>) -> MetricResult {
    if around.scale == Scale::Check {
        // Even one program takes seconds there in a debug build.
        return pending(
            NAME,
            RESOURCE,
            TARGET,
            Unit::Share,
            "left out of a run that only shows that all works",
            HOW,
        );
    }
    let probe = (around.run)(Command::new("valgrind").arg("--version"), Duration::from_secs(20));
    if let Err(error) = probe {
        let reason = format!("valgrind is needed for it, and is not installed here ({error})");
        return pending(NAME, RESOURCE, TARGET, Unit::Share, reason, HOW);
    }
    let mut found = Vec::new();
    for subject in around.programs {
        if around.scale == Scale::Quick && !QUICK.contains(&subject.name.as_str()) {
            continue;
        }
        let mut counts = |repeats| {
            let work = worker(&around.binary, &subject.path, subject.small, repeats);
            let (_, text) = (around.run)(&mut under_valgrind(&work), Duration::from_secs(300))?;
            read(&text).ok_or_else(|| "cachegrind printed no counts".to_owned())
        };
        match counts(2).and_then(|two| Ok(two.beyond(counts(1)?))) {
            Ok(counts) => found.push((subject.name.clone(), counts)),
            Err(error) => {
                let reason = format!("`{}` under cachegrind: {error}", subject.name);
                return pending(NAME, RESOURCE, TARGET, Unit::Share, reason, HOW);
            }
        }
    }
    judge(&found)
}

fn under_valgrind(work: &Command) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--tool=cachegrind", "--cache-sim=yes", "--cachegrind-out-file=/dev/null"]);
    command.arg(work.get_program()).args(work.get_args());
    command
}

/// Reads the summary: `==123== D   refs:   1,234  (…)`.
fn read(text: &str) -> Option<Counts> {
    let count = |name: &[&str]| {
        text.lines().find_map(|line| {
            let (_, line) = line.strip_prefix("==")?.split_once("== ")?;
            let (key, values) = line.split_once(':')?;
            if !key.split_whitespace().eq(name.iter().copied()) {
                return None;
            }
            let digits = values.split_whitespace().next()?.replace(',', "");
            digits.parse::<u64>().ok()
        })
    };
    Some(Counts {
        data: count(&["D", "refs"])?,
        first: count(&["D1", "misses"])?,
        last: count(&["LLd", "misses"])?,
    })
}

fn judge(found: &[(String, Counts)]) -> MetricResult {
    let rate = |counts: &Counts| share(counts.first, counts.data);
    let worst = found.iter().max_by(|(_, a), (_, b)| rate(a).total_cmp(&rate(b)));
    let Some((worst, most)) = worst else {
        return pending(NAME, RESOURCE, TARGET, Unit::Share, "there is no program to run", HOW);
    };
    let sum = |part: fn(&Counts) -> u64| found.iter().map(|(_, counts)| part(counts)).sum::<u64>();
    let data = sum(|counts| counts.data);
    let list: Vec<String> =
        found.iter().map(|(name, counts)| format!("{name} {:.2} %", rate(counts) * 100.0)).collect();
    let how = format!(
        "{HOW} That is {worst}; each: {}; all together {:.2} %, and {:.3} % miss the last level as well. What it does not \
         show: prefetching, other processes, and larger sizes.",
        list.join(", "),
        share(sum(|counts| counts.first), data) * 100.0,
        share(sum(|counts| counts.last), data) * 100.0,
    );
    judged(NAME, RESOURCE, TARGET, (rate(most), Unit::Share), rate(most) < 0.05, how)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::Verdict;
    use std::path::PathBuf;

    const PRINTED: &str = "==77== Cachegrind, a cache and branch-prediction profiler\n==77== \n\
        ==77== I   refs:      1,234,567\n==77== I1  misses:          1,000\n\
        ==77== D   refs:        500,000  (300,000 rd   + 200,000 wr)\n\
        ==77== D1  misses:        6,000  (  4,000 rd   +   2,000 wr)\n\
        ==77== LLd misses:        1,500  (  1,000 rd   +     500 wr)\n\
        ==77== D1  miss rate:       1.2% (    1.3%     +     1.0%  )\n";

    #[test]
    fn the_summary_is_read() {
        let counts = Counts { data: 500_000, first: 6_000, last: 1_500 };
        assert_eq!(read(PRINTED), Some(counts));
        assert_eq!(read("==77== D   refs:  many\n"), None);
        assert_eq!(counts.beyond(Counts { data: 1, ..counts }), Counts { data: 499_999, first: 0, last: 0 });
    }

    #[test]
    fn the_worst_program_is_judged() {
        let counts = |first| Counts { data: 1_000, first, last: 1 };
        let metric = judge(&[("a".into(), counts(10)), ("b".into(), counts(60))]);
        assert_eq!((metric.verdict, metric.measured), (Verdict::Missed, Some(0.06)));
        assert!(
            metric.how.contains("That is b; each: a 1.00 %, b 6.00 %; all together 3.50 %"),
            "{}",
            metric.how
        );
        assert_eq!(judge(&[("a".into(), counts(10))]).verdict, Verdict::Met);
    }

    #[test]
    fn without_valgrind_it_is_pending() {
        let mut run = |_: &mut Command, _: Duration| Err("cannot start valgrind".to_owned());
        let mut around = Surroundings {
            scale: Scale::Full,
            programs: &[],
            peaks: Vec::new(),
            micro: Vec::new(),
            binary: PathBuf::new(),
            run: &mut run,
            progress: &mut |_| {},
        };
        let metric = measure(&mut around);
        assert!(
            matches!(&metric.verdict, Verdict::Pending(reason) if reason.contains("valgrind is needed")),
            "{metric:?}"
        );
    }
}
