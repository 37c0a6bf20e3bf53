//! The one core on which measured processes run, one after the other: what a process does not share with others
//! at that moment it does not lose to them, and its caches stay warm.
//!
//! The kernel gives a new process the cores of the thread that starts it. So this thread goes to the core, starts
//! the process, and goes back: the harness itself stays off the core where there is more than one.

use crate::failure::Result;

/// Where measured processes run.
#[derive(Clone, Debug, Default)]
pub struct Pin {
    core: Option<usize>,
    /// Why not on one core.
    note: Option<String>,
}

impl Pin {
    /// The core that was asked for, or the last that this process may use: interrupts and whatever else runs
    /// gather on the first ones.
    ///
    /// # Errors
    /// When this process may not use the core that was asked for.
    pub fn choose(asked: Option<usize>) -> Result<Self> {
        let allowed = match system::allowed() {
            Ok(allowed) => allowed,
            Err(why) => match asked {
                Some(core) => return Err(format!("cannot pin processes to core {core}: {why}").into()),
                None => {
                    let note = format!("processes were not pinned to a core: {why}");
                    return Ok(Self { core: None, note: Some(note) });
                }
            },
        };
        let core = match asked {
            Some(core) if allowed.contains(&core) => Some(core),
            Some(core) => {
                let list: Vec<String> = allowed.iter().map(usize::to_string).collect();
                return Err(format!("core {core} is not allowed here; allowed: {}", list.join(", ")).into());
            }
            None => allowed.last().copied(),
        };
        let note = (allowed.len() == 1).then(|| {
            "only one core is allowed: whatever else runs shares it with what was measured".to_owned()
        });
        Ok(Self { core, note })
    }

    /// The core; `None` where processes cannot be pinned.
    #[must_use]
    pub fn core(&self) -> Option<usize> {
        self.core
    }

    /// What a reader of the results should know of it.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        self.note.clone()
    }

    /// Runs `start` so that a process it starts is on the core.
    pub fn on_core<R>(&self, start: impl FnOnce() -> R) -> R {
        match self.core {
            Some(core) => system::on_core(core, start),
            None => start(),
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    pub(super) fn allowed() -> Result<Vec<usize>, String> {
        let set = sched_getaffinity(None).map_err(|error| error.to_string())?;
        let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|&core| set.is_set(core)).collect();
        if cores.is_empty() { Err("the system names no core".to_owned()) } else { Ok(cores) }
    }

    pub(super) fn on_core<R>(core: usize, start: impl FnOnce() -> R) -> R {
        let before = sched_getaffinity(None);
        let mut set = CpuSet::new();
        set.set(core);
        // It was allowed when it was chosen. Should that have changed, the process still runs, only less steadily.
        let moved = sched_setaffinity(None, &set);
        let result = start();
        if let (Ok(before), Ok(())) = (before, moved) {
            let _ = sched_setaffinity(None, &before);
        }
        result
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub(super) fn allowed() -> Result<Vec<usize>, String> {
        Err(format!("not supported on {}", std::env::consts::OS))
    }

    pub(super) fn on_core<R>(_: usize, start: impl FnOnce() -> R) -> R {
        start()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_that_is_not_there_is_refused_with_a_reason() {
        let message = Pin::choose(Some(1_000_000)).unwrap_err().to_string();
        assert!(message.contains("core 1000000"), "{message}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_thread_comes_back_from_the_core() {
        let pin = Pin::choose(None).unwrap();
        let before = system::allowed().unwrap();
        let inside = pin.on_core(|| system::allowed().unwrap());
        assert_eq!(inside, [pin.core().unwrap()]);
        assert_eq!(system::allowed().unwrap(), before);
    }
}
