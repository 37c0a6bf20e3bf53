//! Standard output: buffered, in order with standard error, and quiet when its reader has gone (`| head`).

use crate::exit::Exit;
use std::io::{BufWriter, Error, ErrorKind, Stdout, Write};
use std::sync::{Arc, Mutex, PoisonError};

const BUFFER: usize = 64 << 10;

/// What became of the output.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fate(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    error: Option<Error>,
    run: Option<lyra::InterruptHandle>,
}

impl Fate {
    /// The run that has no purpose once its output cannot be written.
    pub(crate) fn ends(&self, run: lyra::InterruptHandle) {
        self.lock().run = Some(run);
    }

    /// The first error of writing, if there was one.
    pub(crate) fn error(&self) -> Option<Error> {
        self.lock().error.take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note<R>(&self, result: std::io::Result<R>) -> std::io::Result<R> {
        result.inspect_err(|error| {
            let mut state = self.lock();
            if let Some(run) = &state.run {
                // The program could catch the error of one `print` and go on for ever.
                run.interrupt();
            }
            if state.error.is_none() {
                state.error = Some(Error::new(error.kind(), error.to_string()));
            }
        })
    }
}

/// A program's standard output.
pub(crate) struct ProgramOutput {
    writer: BufWriter<Stdout>,
    fate: Fate,
}

impl ProgramOutput {
    pub(crate) fn new(fate: Fate) -> Self {
        Self { writer: BufWriter::with_capacity(BUFFER, std::io::stdout()), fate }
    }
}

impl Write for ProgramOutput {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let result = self.writer.write(bytes);
        self.fate.note(result)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        let result = self.writer.flush();
        self.fate.note(result)
    }
}

/// Writes what a command was asked for.
pub(crate) fn print(bytes: &[u8]) -> Exit {
    let mut output = std::io::stdout().lock();
    let result = output.write_all(bytes).and_then(|()| output.flush());
    result.map_or_else(|error| report(&error), |()| Exit::Ok)
}

/// A reader that left has seen what it wanted; anything else is worth a word.
pub(crate) fn report(error: &Error) -> Exit {
    if error.kind() == ErrorKind::BrokenPipe {
        return Exit::Ok;
    }
    let _ = writeln!(std::io::stderr(), "lyra: cannot write to standard output: {error}");
    Exit::Usage
}
