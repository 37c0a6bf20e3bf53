//! Where a program prints to, and how much it may print.

use crate::fault::Fault;
use lyra_bytecode::Trap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// Takes what a program prints.
pub trait Output: Send {
    /// Takes `text`.
    ///
    /// # Errors
    /// What went wrong, in words: the program sees the error `io`.
    fn write(&mut self, text: &str) -> Result<(), String>;
}

/// Forgets everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Output for Silent {
    fn write(&mut self, _: &str) -> Result<(), String> {
        Ok(())
    }
}

/// Collects what is printed; clones share one text.
///
/// ```
/// use lyra_runtime::{Output, SharedOutput};
/// let shared = SharedOutput::default();
/// shared.clone().write("hello").unwrap();
/// assert_eq!(shared.take(), "hello");
/// ```
#[derive(Clone, Debug, Default)]
pub struct SharedOutput {
    text: Arc<Mutex<String>>,
}

impl SharedOutput {
    /// What has been printed since the last time.
    #[must_use]
    pub fn take(&self) -> String {
        std::mem::take(&mut *self.text.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Output for SharedOutput {
    fn write(&mut self, text: &str) -> Result<(), String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
        Ok(())
    }
}

/// An output with the limit in front of it.
pub struct OutputGate {
    output: Box<dyn Output>,
    limit: Option<u64>,
    written: u64,
}

impl OutputGate {
    /// Lets `limit` bytes through to `output`; `None` is no limit.
    #[must_use]
    pub fn new(output: Box<dyn Output>, limit: Option<u64>) -> Self {
        Self { output, limit, written: 0 }
    }

    /// Another output; what was written stays counted.
    pub fn set_output(&mut self, output: Box<dyn Output>) {
        self.output = output;
    }

    /// Another limit on the bytes since the start.
    pub fn set_limit(&mut self, limit: Option<u64>) {
        self.limit = limit;
    }

    /// Bytes let through since the start.
    #[must_use]
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// Counts `bytes` in that do not go to the output itself.
    ///
    /// # Errors
    /// `output_limit`, and nothing is counted.
    pub fn count(&mut self, bytes: usize) -> Result<(), Fault> {
        self.written = self.with(bytes)?;
        Ok(())
    }

    /// What is written in all after `bytes` more.
    fn with(&self, bytes: usize) -> Result<u64, Fault> {
        let written = self.written.saturating_add(bytes as u64);
        if self.limit.is_some_and(|limit| written > limit) {
            return Err(Trap::OutputLimit.into());
        }
        Ok(written)
    }

    /// Writes all of `text`, or nothing when it passes the limit.
    ///
    /// # Errors
    /// `output_limit`, `io` with what the output says, or `host_panic`.
    pub fn write(&mut self, text: &str) -> Result<(), Fault> {
        let written = self.with(text.len())?;
        let output = AssertUnwindSafe(&mut self.output);
        match catch_unwind(|| { output }.write(text)) {
            Ok(Ok(())) => {
                self.written = written;
                Ok(())
            }
            Ok(Err(what)) => Err(Fault::told(Trap::Io, what)),
            Err(_) => Err(Fault::told(Trap::HostPanic, "the output panicked")),
        }
    }
}
