//! Programs written to hurt: each ends in its own error, in bounded time and memory, and the engine works on.
//!
//! Every case runs in a process of its own on a thread with 512 KiB of stack; the parent watches the clock and the
//! child reports its highest memory use. The table is in [`cases`]; its ids are those of the threat list (S source,
//! R resources) with a letter where one row has several programs.

mod cases;

use cases::{CASES, Case, Expect};
use lyra::{Config, Engine, Limits, Linker, OutputBuffer, Store};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Names the case that the child is to run.
const CASE: &str = "LYRA_ADVERSARIAL_CASE";
/// What begins the child's line of results.
const RESULT: &str = "result:";
const STACK: usize = 512 << 10;
/// A case that takes longer hangs.
const WALL: Duration = Duration::from_secs(60);
/// Resident memory that no case may pass: the program's 100 MiB, the source, and what compiling it takes.
const RESIDENT_KIB: u64 = 1_500_000;

#[test]
#[expect(clippy::print_stdout, reason = "the times of slow cases are wanted when the suite is slow")]
fn every_case_ends_as_it_should() {
    let filter = std::env::var("LYRA_SPEC").unwrap_or_default();
    let cases: Vec<&Case> = CASES.iter().filter(|case| case.id.contains(&filter)).collect();
    let next = AtomicUsize::new(0);
    let problems = Mutex::new(Vec::new());
    let worker = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let problem = match run_child(case) {
                Err(problem) => Some(problem),
                Ok(result) => {
                    if result.millis > 2_000 {
                        println!("{}: {} ms, {} MiB", case.id, result.millis, result.resident_kib / 1024);
                    }
                    judge(case, &result)
                }
            };
            if let Some(problem) = problem {
                problems.lock().expect("no worker panics").push(format!("{}: {problem}", case.id));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(worker);
        }
    });
    let problems = problems.into_inner().expect("no worker panics");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// What the child reports.
struct ChildResult {
    code: String,
    diagnostics: usize,
    report_bytes: usize,
    millis: u64,
    resident_kib: u64,
    message: String,
}

fn judge(case: &Case, result: &ChildResult) -> Option<String> {
    let fits = match case.expect {
        Expect::Code(code) => result.code == code,
        Expect::Output(text) => result.code == "ok" && result.message == text,
    };
    if !fits {
        return Some(format!("expected {:?}, found {} ({})", case.expect, result.code, result.message));
    }
    if result.resident_kib > RESIDENT_KIB {
        return Some(format!("took {} MiB of memory", result.resident_kib / 1024));
    }
    if result.diagnostics > 101 || result.report_bytes > 1 << 20 {
        return Some(format!(
            "{} diagnostics, a report of {} bytes",
            result.diagnostics, result.report_bytes
        ));
    }
    let limit = u64::try_from(WALL.as_millis()).unwrap_or(u64::MAX) / 2;
    (result.millis > limit).then(|| format!("took {} ms", result.millis))
}

fn run_child(case: &Case) -> Result<ChildResult, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .args(["one_case", "--exact", "--nocapture"])
        .env(CASE, case.id)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let started = Instant::now();
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if started.elapsed() > WALL {
            let _ = child.kill();
            let _ = child.wait();
            return Err("hangs".to_owned());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.split_once(RESULT)).map(|(_, rest)| rest);
    let Some(line) = line else {
        let errors = String::from_utf8_lossy(&output.stderr);
        let first: String = errors.lines().take(3).collect::<Vec<_>>().join(" | ");
        return Err(format!("died with {}: {first}", output.status));
    };
    let mut parts = line.splitn(6, '\t');
    let mut next = || parts.next().unwrap_or_default();
    Ok(ChildResult {
        code: next().trim().to_owned(),
        diagnostics: next().parse().unwrap_or(0),
        report_bytes: next().parse().unwrap_or(0),
        millis: next().parse().unwrap_or(0),
        resident_kib: next().parse().unwrap_or(0),
        message: next().to_owned(),
    })
}

/// The child's side. Without the variable there is nothing to do: the parent above calls it.
#[test]
#[expect(clippy::print_stdout, reason = "standard output is how the child answers its parent")]
fn one_case() {
    let Ok(id) = std::env::var(CASE) else { return };
    let case = CASES.iter().find(|case| case.id == id).expect("the parent named a case of the table");
    let work = std::thread::Builder::new().stack_size(STACK).spawn(|| run(case)).expect("a thread");
    let (code, diagnostics, report, message, millis) = work.join().expect("the case does not panic");
    let message: String = message.chars().take(300).collect::<String>().replace(['\n', '\t'], " ");
    println!("{RESULT}{code}\t{diagnostics}\t{report}\t{millis}\t{}\t{message}", resident_kib());
}

fn run(case: &Case) -> (String, usize, usize, String, u128) {
    let source = (case.source)();
    let limits = (case.limits)(Limits::embedded().with_fuel(20_000_000));
    let engine = Engine::new(Config::new().limits(limits));
    let started = Instant::now();
    let output = OutputBuffer::new();
    let result = engine.compile("case.lyra", &source).and_then(|module| {
        let mut store = Store::new(&engine, ());
        store.set_output(output.clone());
        Linker::new(&engine).instantiate(&mut store, &module).map(drop)
    });
    let found = match result {
        Ok(()) => ("ok".to_owned(), 0, 0, output.take().trim_end().to_owned()),
        Err(error) => {
            let diagnostics = error.diagnostics().len();
            (error.code().to_owned(), diagnostics, error.render(false).len(), error.message())
        }
    };
    let millis = started.elapsed().as_millis();
    // With the usual limits: some cases leave nothing to work with.
    assert_eq!(Engine::default().eval::<i32>("6 * 7").expect("engines work on"), 42);
    (found.0, found.1, found.2, found.3, millis)
}

/// The most memory that this process has held, where the system tells it; else 0.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
