//! Samples of one kernel in this process: how many iterations make a sample, and the time of each.
//!
//! Time is CPU time of the whole process, because the compiler works on a thread of its own. Reading that clock
//! costs some hundred nanoseconds, so a sample lasts a millisecond or more.

use super::{Kernel, Run};
use crate::clock::cpu_time;
use std::time::Duration;

/// How a kernel is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// How many samples.
    pub samples: u32,
    /// How long each lasts at least.
    pub least: Duration,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { samples: 10, least: Duration::from_millis(2) }
    }
}

/// The time of `iterations` iterations.
///
/// # Errors
/// What the kernel fails with.
pub(super) fn time(run: &mut Run, iterations: u64) -> Result<Duration, String> {
    let start = cpu_time();
    run(iterations)?;
    Ok(cpu_time().saturating_sub(start))
}

/// How many iterations last at least as long as `least`. What it runs on the way there warms up.
///
/// # Errors
/// What the kernel fails with.
pub fn calibrate(run: &mut Run, least: Duration) -> Result<u64, String> {
    let mut iterations = 1u64;
    // The first call of all may translate a whole program: by its time one iteration would be a sample.
    run(iterations)?;
    loop {
        let took = time(run, iterations)?;
        if took >= least {
            return Ok(iterations);
        }
        // Towards a little more than asked for, but not past 16 times at once: short times are not exact.
        let factor = least.as_secs_f64() * 1.1 / took.as_secs_f64().max(1e-9);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 2 and 16")]
        let factor = factor.clamp(1.1, 16.0).mul_add(16.0, 0.0) as u64;
        iterations = (iterations.saturating_mul(factor) / 16).max(iterations + 1);
    }
}

/// Measures `kernel`: one figure a sample, in the kernel's unit.
///
/// # Errors
/// What the kernel fails with.
pub fn sample(kernel: &Kernel, sampling: Sampling) -> Result<Vec<f64>, String> {
    let mut run = (kernel.prepare)()?;
    let iterations = calibrate(&mut run, sampling.least)?;
    let mut times = Vec::new();
    for _ in 0..sampling.samples {
        #[expect(clippy::cast_precision_loss, reason = "numbers of iterations are far below 2⁵²")]
        times.push(time(&mut run, iterations)?.as_secs_f64() * 1e9 / iterations as f64);
    }
    Ok(kernel.figures(&times))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    #[test]
    fn the_first_call_makes_no_sample() {
        let calls = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&calls);
        let mut run: Run = Box::new(move |iterations| {
            seen.borrow_mut().push(iterations);
            Ok(())
        });
        // Any time is long enough, so the first call that is timed is the last.
        assert_eq!(calibrate(&mut run, Duration::ZERO), Ok(1));
        assert_eq!(*calls.borrow(), [1, 1]);
    }
}
