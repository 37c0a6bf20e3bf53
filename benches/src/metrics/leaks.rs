//! Memory leaks: what stays when nothing needs it.
//!
//! Three looks. In the *heap*: a program is run twice in one machine; after a full collection the second run
//! must leave no byte more than the first. In the *process*: programs are compiled, run and dropped a hundred
//! times; between the fiftieth time and the hundredth the process must not keep growing. And the heap must count the
//! bytes of reachable objects exactly, which the fragmentation stress asserts.

use super::process::resident;
use super::subject::{call_run, started, unhurried};
use super::{
    Measured, RunChild, SAFETY, Subject, Surroundings, by_scale, judged, pending, probe_command, value_of,
};
use crate::clock::cpu_time;
use crate::options::Scale;
use crate::result::{MetricResult, Unit};
use std::path::Path;
use std::time::Duration;

const NAME: &str = "Memory leaks";
const HOW: &str = "Bytes that leak. In the heap: each program runs twice in one machine, and after a full collection the \
                   second run has left no more than the first. In the process: programs are compiled, linked, run at \
                   their check size and dropped, round after round.";

/// Growth up to this counts as none: some pages come and go.
const RESOLUTION: u64 = 64 << 10;

/// Rounds; growth counts from the middle on, when everything that is made once has been made.
const ROUNDS: u64 = 100;

/// Stretches that the second half is divided into. The system's allocator takes memory now and then for good, so
/// what counts is the stretch in which the process grows least: a leak grows in all of them.
const STRETCHES: u64 = 5;

/// Measures, the rounds in a child process.
pub fn measure(around: &mut Surroundings<'_>) -> MetricResult {
    let unreached = around
        .programs
        .iter()
        .try_fold(0, |sum: u64, subject| Ok::<_, String>(sum + left_by(subject)?))
        .and_then(|left| Ok((left, grown(around)?)));
    match unreached {
        _ if around.programs.is_empty() => {
            pending(NAME, SAFETY, "0", Unit::Bytes, "there is no program to run", HOW)
        }
        Ok((left, growth)) => judge(left, growth, around.scale),
        Err(reason) => pending(NAME, SAFETY, "0", Unit::Bytes, reason, HOW),
    }
}

fn judge(left: u64, (programs, growth): (usize, u64), scale: Scale) -> MetricResult {
    let leaked = left + if growth > RESOLUTION { growth } else { 0 };
    let rounds = rounds(scale);
    let how = format!(
        "{HOW} Heaps kept {left} bytes; between round {} and round {rounds} of {programs} programs the process grew by {} KiB, \
         judged by that of {STRETCHES} stretches in which it grew least: a leak grows in all, the system's allocator takes \
         pieces for good now and then. Growth up to {} KiB counts as none. What it does not show: a leak of less than {} bytes a \
         round.",
        rounds / 2,
        growth >> 10,
        RESOLUTION >> 10,
        RESOLUTION / (rounds / 2).max(1),
    );
    judged(NAME, SAFETY, "0", (leaked as f64, Unit::Bytes), leaked == 0, how)
}

fn rounds(scale: Scale) -> u64 {
    by_scale(scale, 4, ROUNDS, ROUNDS)
}

/// Bytes that the second run of a program leaves in its machine and the first did not.
fn left_by(subject: &Subject) -> Result<u64, String> {
    let failed = |error: lyra_vm_core::RunError| format!("`{}`: {error}", subject.name);
    let mut vm = started::<Measured>(&subject.program()?, unhurried()).map_err(failed)?;
    let mut left = || -> Result<u64, lyra_vm_core::RunError> {
        call_run(&mut vm, subject.small)?;
        vm.collect();
        Ok(vm.report().heap.live_bytes)
    };
    let first = left().map_err(failed)?;
    Ok(left().map_err(failed)?.saturating_sub(first))
}

/// How many programs took part, and by how many bytes the process grew.
fn grown(around: &mut Surroundings<'_>) -> Result<(usize, u64), String> {
    let rounds = rounds(around.scale).to_string();
    let mut arguments = vec!["growth".to_owned(), rounds];
    // A quick look takes the programs that take least, as many as fit.
    let most = by_scale(around.scale, Duration::ZERO, Duration::from_millis(50), Duration::MAX);
    let mut timed = Vec::new();
    for subject in around.programs {
        let started = cpu_time();
        cycle(subject)?;
        timed.push((cpu_time().saturating_sub(started), subject));
    }
    timed.sort_by_key(|(took, _)| *took);
    let mut sum = Duration::ZERO;
    for (place, (took, subject)) in timed.into_iter().enumerate() {
        sum = sum.saturating_add(took);
        if place == 0 || sum <= most {
            arguments.push(format!("{}={}", subject.small, subject.path.display()));
        }
    }
    let programs = arguments.len() - 2;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let command = &mut probe_command(&around.binary, &arguments);
    let run: &mut RunChild<'_> = &mut around.run;
    let (text, _) = run(command, Duration::from_secs(600))?;
    let growth = value_of(&text, "growth").ok_or("the measurement did not print `growth`")?;
    Ok((programs, growth))
}

/// One life of a program: linked, run, dropped.
fn cycle(subject: &Subject) -> Result<(), String> {
    let failed = |error: lyra_vm_core::RunError| format!("`{}`: {error}", subject.name);
    let mut vm = started::<Measured>(&subject.program()?, unhurried()).map_err(failed)?;
    call_run(&mut vm, subject.small).map(|_| ()).map_err(failed)
}

/// The child's side: `ROUNDS SIZE=FILE …`.
///
/// # Errors
/// When a program cannot be read or fails.
pub fn probe(arguments: &[String]) -> Result<String, String> {
    let (rounds, files) = arguments.split_first().ok_or("how many rounds?")?;
    let rounds: u64 = rounds.parse().map_err(|_| format!("`{rounds}` is no number of rounds"))?;
    let programs: Vec<(i32, &Path)> = files
        .iter()
        .map(|file| {
            let (size, path) = file.split_once('=').ok_or_else(|| format!("`{file}` is not SIZE=FILE"))?;
            let size = size.parse().map_err(|_| format!("`{size}` is no size"))?;
            Ok::<_, String>((size, Path::new(path)))
        })
        .collect::<Result<_, _>>()?;
    let growth = growth(rounds, &mut resident, &mut || {
        for &(size, path) in &programs {
            let source = std::fs::read_to_string(path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            cycle(&Subject::new("program", path, &source, size, size)?)?;
        }
        Ok(())
    })?;
    Ok(format!("growth {growth}\n"))
}

/// By how many bytes `held` grows in the second half of the rounds, if every stretch of it is like the one in which
/// it grows least.
fn growth(
    rounds: u64,
    held: &mut dyn FnMut() -> Option<u64>,
    round: &mut dyn FnMut() -> Result<(), String>,
) -> Result<u64, String> {
    let mut held = || held().ok_or("the system does not tell how much memory a process has");
    for _ in 0..rounds / 2 {
        round()?;
    }
    let mut least = u64::MAX;
    for _ in 0..STRETCHES {
        let before = held()?;
        for _ in 0..(rounds / 2).div_ceil(STRETCHES) {
            round()?;
        }
        least = least.min(held()?.saturating_sub(before));
    }
    Ok(least.saturating_mul(STRETCHES))
}

#[cfg(test)]
mod tests {
    use super::super::subject::tests::subject;
    use super::*;
    use crate::result::Verdict;

    #[test]
    fn a_program_that_keeps_what_it_made_is_found() {
        let keeps = "let kept: [str] = []\nproc run(n: i32) -> str {\n for i in 0..n { kept.push(f\"number {i}\") }\n return \"\"\n}";
        let left = left_by(&subject("keeps", keeps, 1_000)).unwrap();
        assert!(left > 50_000, "{left}");
        let drops = "proc run(n: i32) -> str {\n let made: [str] = []\n for i in 0..n { made.push(f\"number {i}\") }\n return made[n - 1]\n}";
        assert_eq!(left_by(&subject("drops", drops, 1_000)).unwrap(), 0);
        assert_eq!(judge(left, (1, 0), Scale::Quick).verdict, Verdict::Missed);
    }

    #[test]
    fn a_process_that_grows_is_found() {
        // Not what is really resident: other tests of this process give memory back meanwhile.
        let held = std::cell::Cell::new(0);
        let growing = growth(10, &mut || Some(held.get()), &mut || {
            held.set(held.get() + (1 << 20));
            Ok(())
        });
        // Five of the ten megabytes come in the second half.
        assert!(growing.unwrap() > 4 << 20);
        let mut round = 0_u64;
        let mut step = || {
            round += 1;
            Some(if round > 4 { 5 << 20 } else { 0 })
        };
        assert_eq!(growth(10, &mut step, &mut || Ok(())), Ok(0), "one step is no leak");
        let metric = judge(0, (1, 5 << 20), Scale::Full);
        assert_eq!((metric.verdict, metric.measured), (Verdict::Missed, Some(5_242_880.0)));
    }

    #[test]
    fn little_growth_is_none() {
        assert_eq!(judge(0, (1, RESOLUTION), Scale::Full).verdict, Verdict::Met);
        assert_eq!(growth(9, &mut || Some(5), &mut || Ok(())), Ok(0));
        assert!(growth(9, &mut || None, &mut || Ok(())).is_err());
    }

    #[test]
    fn the_child_runs_what_it_is_given() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.lyra");
        std::fs::write(&path, "proc run(n: i32) -> str { return f\"{n}\" }").unwrap();
        let text = probe(&["4".to_owned(), format!("3={}", path.display())]).unwrap();
        assert!(value_of(&text, "growth").is_some(), "{text}");
        assert!(probe(&["4".to_owned(), "a.lyra".to_owned()]).unwrap_err().contains("SIZE=FILE"));
    }
}
