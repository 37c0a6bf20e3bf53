//! What natives have of their host: grants, the log, and what lasts from call to call.

use crate::natives::{Patterns, Random};
use lyra_runtime::HostError;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// How urgent a line of the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LogLevel {
    /// Of use to who looks for a mistake.
    Debug,
    /// What happens.
    Info,
    /// What may be wrong.
    Warn,
    /// What went wrong.
    Error,
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        })
    }
}

/// Takes lines of the log.
type Sink = Box<dyn FnMut(LogLevel, &str) + Send>;

/// What the natives of one store share: what its host has granted, and their state. Clones share it. A machine gets it
/// among its settings, and hands it to every native that it calls.
///
/// Nothing is granted at first: no clock, no randomness, no arguments, and what is logged goes nowhere.
///
/// ```
/// let services = lyra_std::Services::new();
/// services.set_arguments(vec!["--verbose".to_owned()]);
/// services.allow_clock(true);
/// ```
#[derive(Clone)]
pub struct Services {
    shared: Arc<Shared>,
}

struct Shared {
    /// What `time.monotonic` counts from.
    start: Instant,
    state: Mutex<State>,
}

/// What changes.
#[derive(Default)]
pub(crate) struct State {
    clock: bool,
    randomness: bool,
    arguments: Option<Arc<[String]>>,
    pub(crate) random: Random,
    pub(crate) patterns: Patterns,
    sink: Option<Sink>,
}

impl Default for Services {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Services")
            .field("clock", &state.clock)
            .field("randomness", &state.randomness)
            .field("arguments", &state.arguments)
            .field("logs", &state.sink.is_some())
            .finish_non_exhaustive()
    }
}

impl Services {
    /// Without any grant.
    #[must_use]
    pub fn new() -> Self {
        Self { shared: Arc::new(Shared { start: Instant::now(), state: Mutex::default() }) }
    }

    /// Whether `time.now` and `time.monotonic` may be asked. Default: not.
    pub fn allow_clock(&self, allowed: bool) {
        self.state().clock = allowed;
    }

    /// Whether `random` may begin without a seed. Default: not.
    pub fn allow_randomness(&self, allowed: bool) {
        self.state().randomness = allowed;
    }

    /// What `args.all` gives; before this it is refused.
    pub fn set_arguments(&self, arguments: Vec<String>) {
        self.state().arguments = Some(arguments.into());
    }

    /// Where `log` goes. Default: nowhere.
    pub fn set_log(&self, sink: impl FnMut(LogLevel, &str) + Send + 'static) {
        self.state().sink = Some(Box::new(sink));
    }

    /// The state, for a moment: a native holds it no longer than it needs, and never while it calls the machine.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A sink that panicked is used on: what it did with its lines is its own affair.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds since the start, when the clock is granted.
    pub(crate) fn clock(&self) -> Result<Instant, HostError> {
        if self.state().clock { Ok(self.shared.start) } else { Err(denied("the clock", "clock")) }
    }

    /// Whether there may be random numbers without a seed.
    pub(crate) fn randomness(&self) -> Result<(), HostError> {
        if self.state().randomness { Ok(()) } else { Err(denied("randomness without a seed", "random")) }
    }

    /// The arguments, when the host gave some.
    pub(crate) fn arguments(&self) -> Result<Arc<[String]>, HostError> {
        let given = self.state().arguments.clone();
        given.ok_or_else(|| {
            let message = "the host has given the program no arguments (an embedding host grants them)";
            HostError::new("permission_denied", message)
        })
    }

    /// Whether anybody takes the log.
    pub(crate) fn is_logging(&self) -> bool {
        self.state().sink.is_some()
    }

    /// Hands a line to the log.
    pub(crate) fn log(&self, level: LogLevel, text: &str) {
        // The sink is not called under the lock: it may use a clone of these services.
        let sink = self.state().sink.take();
        if let Some(mut sink) = sink {
            sink(level, text);
            self.state().sink.get_or_insert(sink);
        }
    }
}

fn denied(what: &str, grant: &str) -> HostError {
    let message = format!("{what} is not granted (`lyra run --allow {grant}`; an embedding host grants it)");
    HostError::new("permission_denied", message)
}
