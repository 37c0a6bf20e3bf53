//! Memory fragmentation: how much of what the process holds for the heap can hold no object when the heap is full.
//!
//! The mission's stress, through the [`Heap`] trait: rounds of mixed sizes, each round with another range of
//! sizes, so that what one round leaves must serve the next. Then the heap is *filled*: objects without any
//! garbage, until as many bytes are alive as were ever charged. With perfect reuse the process then holds
//! those bytes and no more; what it holds beyond them is memory that other sizes left and nobody can use.
//!
//! ```text
//!  charged   ╭─╮ ╭─╮ ╭─╮ ╭─╮            ╭──  full: peak bytes alive   ──> fragmentation = 1 - alive / held
//!           ╱  ╰─╯ ╰─╯ ╰─╯ ╰─╮         ╱
//!          ╱  rounds, garbage ╰───────╯      collected: 1 - alive / held is mostly room for the next garbage
//! ```
//!
//! Right after a collection the same quotient says little: a collector that waits until the heap has doubled
//! leaves half of it empty, ready to be used. That figure is told too, but not judged.

use super::load::{ALL_SIZES, Load};
use super::process::resident;
use super::{
    MeasuredHeap, PERFORMANCE, Surroundings, by_scale, judged, megabytes, pending, probe_command, value_of,
};
use crate::result::{MetricResult, Unit};
use lyra_runtime::Heap;
use std::fmt::Write;
use std::ops::Range;
use std::time::Duration;

const NAME: &str = "Memory fragmentation";
const TARGET: &str = "< 5 %";
const HOW: &str = "In a process of its own: rounds of objects from 32 to 2,048 bytes, each round another range of sizes, 3 \
                   of 10 dropped and all others replaced at random; then the heap is filled until as many bytes are \
                   alive as were ever charged. Measured is 1 - bytes alive / bytes by which the process grew \
                   (resident, pages of 4 KiB).";

/// What each round makes: powers of two.
const ROUNDS: [Range<f64>; 4] = [5.0..7.0, 7.0..9.0, 9.0..11.0, ALL_SIZES];

/// Bytes held and bytes alive, at two moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    collected: (u64, u64),
    full: (u64, u64),
}

/// The part of `held` bytes that holds nothing alive. What is counted for an object is a rule, not what the
/// system gives: a process may grow by less, and then nothing is lost.
fn lost((held, live): (u64, u64)) -> f64 {
    (1.0 - super::share(live, held)).max(0.0)
}

/// Measures in a child process.
pub fn measure(around: &mut Surroundings<'_>) -> MetricResult {
    let bytes: u64 = by_scale(around.scale, 2 << 20, 32 << 20, 64 << 20);
    let rounds: usize = by_scale(around.scale, 4, 8, 16);
    let arguments = ["fragmentation", &bytes.to_string(), &rounds.to_string()];
    let command = &mut probe_command(&around.binary, &arguments);
    let outcome = (around.run)(command, Duration::from_secs(300)).and_then(|(text, _)| read(&text));
    match outcome {
        Ok(found) => judge(found),
        Err(reason) => pending(NAME, PERFORMANCE, TARGET, Unit::Share, reason, HOW),
    }
}

fn judge(found: Found) -> MetricResult {
    let measured = lost(found.full);
    let how = format!(
        "{HOW} Full: {:.1} MB alive in {:.1} MB; right after the last collection: {:.1} MB alive in {:.1} MB ({:.1} % \
         empty, most of it room for the next garbage). What it does not show: a heap that shrinks, since what the \
         system's allocator keeps of it is not told apart from what the heap keeps.",
        megabytes(found.full.1),
        megabytes(found.full.0),
        megabytes(found.collected.1),
        megabytes(found.collected.0),
        lost(found.collected) * 100.0,
    );
    judged(NAME, PERFORMANCE, TARGET, (measured, Unit::Share), measured < 0.05, how)
}

/// The child's side.
///
/// # Errors
/// When the sizes are not given, the heap refuses or the system does not tell what it holds.
pub fn probe(arguments: &[String]) -> Result<String, String> {
    let [bytes, rounds] = arguments else { return Err("how many bytes, and how many rounds?".to_owned()) };
    let bytes = bytes.parse().map_err(|_| format!("`{bytes}` is no number of bytes"))?;
    let rounds = rounds.parse().map_err(|_| format!("`{rounds}` is no number of rounds"))?;
    let found = stress::<MeasuredHeap>(bytes, rounds, &mut |_| resident())?;
    let mut text = String::new();
    let values = [("collected", found.collected), ("full", found.full)];
    for (moment, (held, live)) in values {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{moment}_held {held}\n{moment}_live {live}");
    }
    Ok(text)
}

fn read(text: &str) -> Result<Found, String> {
    let value = |key| value_of(text, key).ok_or_else(|| format!("the measurement did not print `{key}`"));
    Ok(Found {
        collected: (value("collected_held")?, value("collected_live")?),
        full: (value("full_held")?, value("full_live")?),
    })
}

/// The stress. `held` tells how many bytes are held, for whatever purpose; only what comes on top counts.
fn stress<H: Heap>(
    target: u64,
    rounds: usize,
    held: &mut dyn FnMut(&H) -> Option<u64>,
) -> Result<Found, String> {
    let mut load = Load::<H>::new(target.saturating_mul(8), 0x0F1A);
    let mut held = |heap: &H| held(heap).ok_or("the system does not tell how much memory a process has");
    let fault = |fault: lyra_runtime::Fault| format!("the heap refuses: {}", fault.message());
    let before = held(&load.heap)?;
    for sizes in ROUNDS.iter().cycle().take(rounds) {
        load.drop_share(0.3).map_err(fault)?;
        load.fill(target, sizes).map_err(fault)?;
        load.churn(target, sizes).map_err(fault)?;
    }
    load.collect();
    let counted = load.heap.statistics();
    if counted.live_bytes != load.live() {
        return Err(format!("the heap counts {} bytes alive, not {}", counted.live_bytes, load.live()));
    }
    let collected = (held(&load.heap)?.saturating_sub(before), load.live());
    load.fill(counted.peak_bytes, &ALL_SIZES).map_err(fault)?;
    Ok(Found { collected, full: (held(&load.heap)?.saturating_sub(before), load.live()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::Verdict;
    use lyra_runtime::PlainHeap;

    /// A heap of which it is known what it holds.
    fn known(held: impl Fn(u64) -> u64) -> MetricResult {
        let held = &mut |heap: &PlainHeap| Some(1_000 + held(heap.statistics().live_bytes));
        judge(stress::<PlainHeap>(1 << 20, 4, held).unwrap())
    }

    #[test]
    fn a_known_fragmentation_is_found() {
        let metric = known(|live| live / 3 * 4);
        assert!((metric.measured.unwrap() - 0.25).abs() < 1e-3, "{metric:?}");
        assert_eq!(metric.verdict, Verdict::Missed);
        let metric = known(|live| live + live / 50);
        assert!((metric.measured.unwrap() - 0.0196).abs() < 1e-3, "{metric:?}");
        assert_eq!(metric.verdict, Verdict::Met);
        assert_eq!(known(|live| live / 2).measured, Some(0.0));
    }

    #[test]
    fn a_system_that_tells_nothing_is_an_error() {
        let message = stress::<PlainHeap>(1 << 20, 1, &mut |_| None).unwrap_err();
        assert!(message.contains("does not tell"), "{message}");
    }

    #[test]
    fn what_the_child_prints_is_read() {
        let text = probe(&["2097152".to_owned(), "4".to_owned()]).unwrap();
        let found = read(&text).unwrap();
        assert!(found.full.1 >= 2 << 20 && found.full.1 >= found.collected.1, "{text}");
        assert!(read("full_held 1\n").is_err());
    }
}
