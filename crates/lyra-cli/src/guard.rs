//! The last net: a panic in Lyra itself becomes a short note that can be sent in, and exit code 101.

use crate::exit::Exit;
use std::io::Write as _;

/// Runs `work` on a thread with `stack` bytes of stack.
pub(crate) fn run(stack: usize, work: impl FnOnce() -> Exit + Send + 'static) -> Exit {
    std::panic::set_hook(Box::new(|panic| {
        let place =
            panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let what = panic.payload_as_str().unwrap_or("no message");
        // Whoever closed standard error does not want to know.
        let _ = writeln!(
            std::io::stderr(),
            "lyra: this is a bug in Lyra, not in your program\n  {what}{place}\n  lyra {} on {} {}\n\
             Please report it with the program and the command that led here.",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::ARCH,
            std::env::consts::OS,
        );
    }));
    let thread = std::thread::Builder::new().name("lyra".to_owned()).stack_size(stack).spawn(work);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit,
        Ok(Err(_)) => Exit::Bug,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "lyra: cannot start a thread: {error}");
            Exit::Usage
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_exit_101_and_nothing_worse() {
        assert_eq!(run(512 << 10, || panic!("a test of the last net")), Exit::Bug);
        assert_eq!(run(512 << 10, || Exit::Failure), Exit::Failure);
    }
}
