//! Child processes: run to their end within a time limit, with everything they print; none outlives this program
//! when it is interrupted.

use crate::pin::Pin;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What a process printed before it ended well.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// A process in reach of the interrupt handler.
type Shared = Arc<Mutex<Child>>;

/// What runs now, and whether anything more may be started.
struct Running {
    children: Vec<Shared>,
    stopped: bool,
}

static RUNNING: Mutex<Running> = Mutex::new(Running { children: Vec::new(), stopped: false });

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Most that is kept of what a process prints: a program gone wild must not fill our memory.
const MAX_OUTPUT: u64 = 16 << 20;

/// From now on an interrupt (Ctrl-C, a request to terminate) ends the running process and then this program,
/// with exit code 130.
pub fn end_on_interrupt() {
    // Fails when a handler is set already: then somebody else cares for it.
    let _ = ctrlc::set_handler(|| {
        let mut running = lock(&RUNNING);
        running.stopped = true;
        for child in running.children.drain(..) {
            let mut child = lock(&child);
            let _ = child.kill();
            let _ = child.wait();
        }
        // The lock is held to the end, so nothing new is started.
        std::process::exit(130);
    });
}

/// Runs `command` to its end, on the core of `pin`, and gives what it printed. It reads nothing.
///
/// # Errors
/// When it cannot be started, takes longer than `limit`, or ends with another exit code than 0; with what it
/// printed on standard error.
pub fn run(command: &mut Command, limit: Duration, pin: Option<&Pin>) -> Result<Output, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let running = start(command, pin).map_err(|error| format!("cannot start {name}: {error}"))?;
    let (stdout, stderr) = {
        let mut child = lock(&running);
        (child.stdout.take(), child.stderr.take())
    };
    let (stdout, stderr) = (read(stdout), read(stderr));
    let left = || limit.saturating_sub(started.elapsed());
    let finished = (|| {
        // Waiting for the end of the output costs nothing while the process is measured.
        let output = Output { stdout: wait(&stdout, left())?, stderr: wait(&stderr, left())? };
        Some((output, exit(&running, left())?))
    })();
    let Some((output, status)) = finished else {
        let mut child = lock(&running);
        let _ = child.kill();
        let _ = child.wait();
        drop(child);
        forget(&running);
        let said = stderr.try_recv().map(|text| said(&text)).unwrap_or_default();
        return Err(format!("{name} was stopped after {:.0} s{said}", limit.as_secs_f64()));
    };
    forget(&running);
    if status.success() {
        Ok(output)
    } else {
        let text = if output.stderr.trim().is_empty() { &output.stdout } else { &output.stderr };
        Err(format!("{name} ended with {status}{}", said(text)))
    }
}

fn start(command: &mut Command, pin: Option<&Pin>) -> std::io::Result<Shared> {
    let mut running = lock(&RUNNING);
    if running.stopped {
        return Err(std::io::ErrorKind::Interrupted.into());
    }
    let child = match pin {
        Some(pin) => pin.on_core(|| command.spawn())?,
        None => command.spawn()?,
    };
    let child = Arc::new(Mutex::new(child));
    running.children.push(Arc::clone(&child));
    Ok(child)
}

fn forget(child: &Shared) {
    lock(&RUNNING).children.retain(|other| !Arc::ptr_eq(other, child));
}

/// Reads a pipe to its end on a thread of its own: a process that fills one while we read the other would hang.
fn read(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // An error ends the text; the exit code tells what is to be thought of it.
            let _ = pipe.by_ref().take(MAX_OUTPUT).read_to_end(&mut bytes);
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

fn wait(text: &mpsc::Receiver<String>, limit: Duration) -> Option<String> {
    match text.recv_timeout(limit) {
        Ok(text) => Some(text),
        Err(RecvTimeoutError::Timeout) => None,
        // The reading thread is gone without a word: there is no text.
        Err(RecvTimeoutError::Disconnected) => Some(String::new()),
    }
}

/// A process that has closed its output ends soon; `None` when it does not.
fn exit(child: &Shared, limit: Duration) -> Option<ExitStatus> {
    let started = Instant::now();
    loop {
        if let Ok(Some(status)) = lock(child).try_wait() {
            return Some(status);
        }
        if started.elapsed() >= limit {
            return None;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// The end of what a process said, for an error message.
fn said(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    if lines.is_empty() {
        return String::new();
    }
    let from = lines.len().saturating_sub(20);
    let shown: Vec<String> = lines
        .iter()
        .skip(from)
        .map(|line| format!("    {}", line.chars().take(300).collect::<String>()))
        .collect();
    format!(":\n{}", shown.join("\n"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> Result<Output, String> {
        run(Command::new("sh").args(["-c", script]), limit, None)
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn processes_end() {
        let output = shell("echo out; echo err >&2", LONG).unwrap();
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("out\n", "err\n"));

        let message = shell("echo why >&2; exit 3", LONG).unwrap_err();
        assert!(message.contains("exit status: 3") && message.contains("    why"), "{message}");

        let started = Instant::now();
        let message = shell("exec sleep 60", Duration::from_millis(50)).unwrap_err();
        assert!(message.contains("was stopped after"), "{message}");
        // Also one that has closed what it prints to.
        shell("exec >&- 2>&-; exec sleep 60", Duration::from_millis(50)).unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(30));

        // More than fits in a pipe, on both.
        let output = shell("head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero", LONG).unwrap();
        assert_eq!((output.stdout.len(), output.stderr.len()), (300_000, 300_000));
    }
}
