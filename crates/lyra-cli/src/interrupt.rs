//! Ctrl-C: the first ends the run cleanly with `cancelled`, the second ends the process.

use std::sync::{Mutex, PoisonError};

/// The run that Ctrl-C ends; none while nothing runs.
static RUNNING: Mutex<Option<lyra::InterruptHandle>> = Mutex::new(None);

/// What a shell expects of a process ended by Ctrl-C.
const EXIT_BY_CTRL_C: i32 = 130;

/// From now on Ctrl-C (and a request to terminate) ends the run of `handle`.
pub(crate) fn watch(handle: lyra::InterruptHandle) {
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
    // A system without signals, or a second call, leaves the default: the process ends.
    let _ = ctrlc::set_handler(|| match RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(handle) => handle.interrupt(),
        None => std::process::exit(EXIT_BY_CTRL_C),
    });
}
