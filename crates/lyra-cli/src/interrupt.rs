//! Ctrl-C: the first ends what runs cleanly with `cancelled`, the second ends the process.

use lyra::InterruptHandle;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The runs that Ctrl-C ends, by number; `None` while nothing runs, when the process has not begun or was stopped.
static RUNNING: Mutex<Option<Runs>> = Mutex::new(None);
/// Whether Ctrl-C has come.
static STOPPED: AtomicBool = AtomicBool::new(false);

#[derive(Default)]
struct Runs {
    next: u64,
    handles: Vec<(u64, InterruptHandle)>,
}

/// What a shell expects of a process ended by Ctrl-C.
const EXIT_BY_CTRL_C: i32 = 130;

/// From now on Ctrl-C (and a request to terminate) ends the run of `handle`.
pub(crate) fn watch(handle: InterruptHandle) {
    begin();
    // For as long as the process lives.
    std::mem::forget(enter(handle));
}

/// From now on Ctrl-C ends the runs that [`enter`], and those that would.
pub(crate) fn begin() {
    runs().get_or_insert_default();
    // A system without signals, or a second call, leaves the default: the process ends.
    let _ = ctrlc::set_handler(|| {
        if !stop() {
            std::process::exit(EXIT_BY_CTRL_C);
        }
    });
}

/// Ends all runs, as Ctrl-C does; false when there is nothing to end.
pub(crate) fn stop() -> bool {
    let Some(runs) = runs().take() else { return false };
    STOPPED.store(true, Ordering::Relaxed);
    runs.handles.iter().for_each(|(_, handle)| handle.interrupt());
    true
}

/// Whether everything is to end.
pub(crate) fn is_stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// A run that Ctrl-C ends until this is dropped.
pub(crate) struct Entered(u64);

/// Adds a run to those that Ctrl-C ends.
pub(crate) fn enter(handle: InterruptHandle) -> Entered {
    match runs().as_mut() {
        Some(runs) => {
            runs.next += 1;
            runs.handles.push((runs.next, handle));
            Entered(runs.next)
        }
        None => {
            if is_stopped() {
                // It was stopped between looking and coming here.
                handle.interrupt();
            }
            Entered(0)
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        if let Some(runs) = runs().as_mut() {
            runs.handles.retain(|(number, _)| *number != self.0);
        }
    }
}

fn runs() -> MutexGuard<'static, Option<Runs>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
