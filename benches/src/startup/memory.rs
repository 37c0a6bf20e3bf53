//! The most memory that a process has resident while it starts.
//!
//! A process that has ended tells nothing any more. So this one goes on in a loop that takes no memory, until what it
//! had at most stays the same.

use super::Candidate;
use crate::context::Context;
use crate::failure::Result;
use crate::metrics::process::peak_resident_of;
use std::time::{Duration, Instant};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);
/// So many looks with one answer are believed.
const ALIKE: u32 = 5;
/// A process that grows for longer does not only start.
const PATIENCE: Duration = Duration::from_secs(10);

/// Most bytes that were resident; `None` for a process that ends at once, and where the system does not tell.
pub(super) fn peak(
    context: &Context,
    candidate: &Candidate,
    directory: &std::path::Path,
) -> Result<Option<f64>> {
    let Some((_, line, endless)) = candidate.hello else { return Ok(None) };
    let mut command = candidate.command(directory, Some(&format!("{line}{endless}")))?;
    let failed = |error: std::io::Error| format!("cannot start {}: {error}", candidate.name);
    let mut child = context.pin.on_core(|| command.spawn()).map_err(failed)?;
    let started = Instant::now();
    let (mut most, mut alike) = (None, 0);
    while alike < ALIKE && started.elapsed() < PATIENCE {
        std::thread::sleep(PAUSE);
        let now = peak_resident_of(child.id());
        alike = if now.is_some() && now == most { alike + 1 } else { 0 };
        most = now.or(most);
        if child.try_wait().map_err(failed)?.is_some() || (now.is_none() && started.elapsed() > PAUSE * ALIKE)
        {
            break;
        }
    }
    // It may have ended by itself; then there is nothing to kill.
    let _ = child.kill();
    child.wait().map_err(failed)?;
    Ok(most.map(|bytes| bytes as f64))
}
