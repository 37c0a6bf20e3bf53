//! Peak memory: most bytes that the process of a benchmark program had resident, the machine itself included.

use super::{RESOURCE, Surroundings, judged, megabytes, pending, value_of};
use crate::result::{MetricResult, Unit};
use std::process::Command;
use std::time::Duration;

const NAME: &str = "Peak memory usage";
const TARGET: &str = "< 100 MB";
const HOW: &str = "Most bytes resident (VmHWM) of the process that runs a benchmark program at the size that is measured: \
                   program, compiler, machine and heap together. Judged is the program that takes most.";

/// Takes the peaks that were measured with the programs, or runs them once.
pub fn measure(around: &mut Surroundings<'_>) -> MetricResult {
    let mut peaks = std::mem::take(&mut around.peaks);
    if peaks.is_empty() {
        match run_all(around) {
            Ok(found) => peaks = found,
            Err(reason) => return pending(NAME, RESOURCE, TARGET, Unit::Bytes, reason, HOW),
        }
    }
    judge(peaks)
}

fn run_all(around: &mut Surroundings<'_>) -> Result<Vec<(String, u64)>, String> {
    let mut peaks = Vec::new();
    for subject in around.programs {
        let command = &mut worker(&around.binary, &subject.path, subject.size, 1);
        let (text, _) = (around.run)(command, Duration::from_secs(120))?;
        let peak = value_of(&text, "peak").ok_or("the system does not tell the most that was resident")?;
        peaks.push((subject.name.clone(), peak));
    }
    Ok(peaks)
}

/// The worker that runs a Lyra program, on the tier that has everything.
pub(super) fn worker(program: &std::path::Path, file: &std::path::Path, size: i32, repeats: u32) -> Command {
    let mut command = Command::new(program);
    let tier = lyra::Tier::ALL.last().copied().unwrap_or_default();
    let candidate = format!("lyra:{tier}");
    command.args(["worker", "--candidate", &candidate]).arg(file);
    command.args([size.to_string(), repeats.to_string()]);
    command
}

fn judge(mut peaks: Vec<(String, u64)>) -> MetricResult {
    peaks.sort_by_key(|(_, peak)| std::cmp::Reverse(*peak));
    let Some((_, most)) = peaks.first() else {
        return pending(NAME, RESOURCE, TARGET, Unit::Bytes, "there is no program to run", HOW);
    };
    let most = *most;
    let list: Vec<String> =
        peaks.iter().take(4).map(|(name, peak)| format!("{name} {:.1} MB", megabytes(*peak))).collect();
    let how = format!(
        "{HOW} Of {} programs these took most: {}. What it does not show: what a program would take under a smaller limit.",
        peaks.len(),
        list.join(", ")
    );
    judged(NAME, RESOURCE, TARGET, (most as f64, Unit::Bytes), most < 100_000_000, how)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::Verdict;

    #[test]
    fn the_largest_is_judged() {
        let metric = judge(vec![("fib".into(), 8_000_000), ("trees".into(), 120_000_000)]);
        assert_eq!((metric.verdict, metric.measured), (Verdict::Missed, Some(120e6)));
        assert!(metric.how.contains("trees 120.0 MB, fib 8.0 MB"), "{}", metric.how);
        assert_eq!(judge(vec![("fib".into(), 99_999_999)]).verdict, Verdict::Met);
        assert!(matches!(judge(Vec::new()).verdict, Verdict::Pending(_)));
    }
}
