//! `startup`: how long a process takes that prints one line, and the most memory that it has, beside one that does
//! nothing and other languages.
//!
//! The candidates take turns, each round in another order, and the smallest time counts: what else the machine does
//! only ever adds to it. Time is the wall clock's, from before a process is started until it has ended, because most
//! of a start is the system's work, which CPU time of the process alone does not show.

mod memory;

use crate::context::Context;
use crate::failure::Result;
use crate::options::Scale;
use crate::result::{MicroResult, Unit};
use crate::statistics::{median, minimum};
use crate::table::Table;
use crate::view;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Its group among the micro benchmarks of the results.
pub const TIME: &str = "startup";
/// The group of the memory that it takes.
pub const MEMORY: &str = "startup memory";

/// What the mission allows beyond an empty process, and in all.
const CLAIM: &str = "Lyra: at most 2 ms more than an empty process, 5 MB at the peak";

/// A process to start.
#[derive(Clone, Debug)]
struct Candidate {
    name: &'static str,
    program: PathBuf,
    /// Before the file.
    arguments: &'static [&'static str],
    /// The file's ending, its line, and one that never ends, to look at the memory; `None` for a process that does
    /// nothing.
    hello: Option<(&'static str, &'static str, &'static str)>,
}

const LUA: (&str, &str, &str) = ("lua", "print(\"Hello, world!\")\n", "while true do end\n");

/// Those that are there, the empty process first.
fn candidates() -> Vec<Candidate> {
    let lyra = ("lyra", "print(\"Hello, world!\")\n", "while true { }\n");
    let node = ("js", "console.log(\"Hello, world!\")\n", "while (true) { }\n");
    let others: [(&str, &[&str], _); 6] = [
        ("true", &[], None),
        ("lua5.4", &[], Some(LUA)),
        ("lua", &[], Some(LUA)),
        ("luajit", &[], Some(LUA)),
        ("node", &[], Some(node)),
        ("lyra", &["run"], Some(lyra)),
    ];
    let found = others.into_iter().filter_map(|(name, arguments, hello)| {
        let program = if name == "lyra" { beside() } else { in_path(name) }?;
        Some(Candidate { name, program, arguments, hello })
    });
    let mut found: Vec<Candidate> = found.collect();
    // Where both names are there they are one.
    if found.iter().any(|candidate| candidate.name == "lua5.4") {
        found.retain(|candidate| candidate.name != "lua");
    }
    found
}

/// The command `lyra` that was built together with this program.
fn beside() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let program = own.with_file_name(format!("lyra{}", std::env::consts::EXE_SUFFIX));
    program.is_file().then_some(program)
}

fn in_path(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&paths).map(|path| path.join(&file)).find(|path| path.is_file())
}

/// Measures, and prints the table.
///
/// # Errors
/// When a process cannot be started or fails.
pub fn run(context: &mut Context) -> Result<()> {
    let candidates: Vec<Candidate> =
        candidates().into_iter().filter(|candidate| context.options.matches(candidate.name)).collect();
    if !candidates.iter().any(|candidate| candidate.name == "lyra") && context.options.filter.is_none() {
        context.note("`lyra` was not measured: it does not stand beside this program; `cargo xtask bench startup` builds it");
    }
    let rounds = match context.options.scale() {
        Scale::Check => 2,
        Scale::Quick => 100,
        Scale::Full => 1_000,
    };
    let directory = tempfile::tempdir().map_err(|error| format!("cannot make a directory: {error}"))?;
    let mut samples: Vec<Vec<f64>> = vec![Vec::new(); candidates.len()];
    let bar = context.progress.bar(TIME, rounds);
    for round in 0..rounds {
        for turn in 0..candidates.len() {
            let at = (round + turn) % candidates.len();
            if let (Some(candidate), Some(samples)) = (candidates.get(at), samples.get_mut(at)) {
                samples.push(once(context, candidate, directory.path())?);
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut results = Vec::new();
    for (candidate, samples) in candidates.iter().zip(samples) {
        results.push(result(TIME, candidate.name, Unit::Nanoseconds, samples));
        if let Some(peak) = memory::peak(context, candidate, directory.path())? {
            results.push(result(MEMORY, candidate.name, Unit::Bytes, vec![peak]));
        }
    }
    view::print(&format!("startup: a process that prints one line. {CLAIM}"), &table(&results));
    context.results.micro.extend(results);
    Ok(())
}

/// The nanoseconds of one process.
fn once(context: &Context, candidate: &Candidate, directory: &Path) -> Result<f64> {
    let mut command = candidate.command(directory, candidate.hello.map(|(_, line, _)| line))?;
    let failed = |error: std::io::Error| format!("cannot start {}: {error}", candidate.name);
    let started = Instant::now();
    let mut child = context.pin.on_core(|| command.spawn()).map_err(failed)?;
    let status = child.wait().map_err(failed)?;
    let took = started.elapsed();
    if status.success() {
        Ok(took.as_secs_f64() * 1e9)
    } else {
        Err(format!("{} ended with {status}", candidate.name).into())
    }
}

impl Candidate {
    /// The command that runs a program of that text.
    fn command(&self, directory: &Path, text: Option<&str>) -> Result<Command> {
        let mut command = Command::new(&self.program);
        command.args(self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let (Some(text), Some((ending, ..))) = (text, self.hello) {
            let file = directory.join(format!("hello.{ending}"));
            // Written only when it is another text: the file is in the system's cache, as a program's in use is.
            if std::fs::read_to_string(&file).ok().as_deref() != Some(text) {
                std::fs::write(&file, text)
                    .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
            }
            command.arg(file);
        }
        Ok(command)
    }
}

fn result(group: &str, name: &str, unit: Unit, samples: Vec<f64>) -> MicroResult {
    let (best, median) = (minimum(&samples), median(&samples));
    let spread = if best > 0.0 { (median - best) / best } else { 0.0 };
    let name = name.to_owned();
    MicroResult { group: group.to_owned(), name, unit, best, median, spread, samples, instructions: None }
}

/// A row a candidate.
fn table(results: &[MicroResult]) -> String {
    let best = |group: &str, name: &str| {
        results.iter().find(|result| result.group == group && result.name == name).map(|result| result.best)
    };
    let empty = best(TIME, "true");
    let mut table = Table::new(["process", "best ms", "more than empty", "median ms", "peak MB"]);
    for result in results.iter().filter(|result| result.group == TIME) {
        let ms = |time: f64| format!("{:.2}", time / 1e6);
        let more = empty.filter(|_| result.name != "true").map(|empty| result.best - empty);
        table.row([
            result.name.clone(),
            ms(result.best),
            more.map_or_else(String::new, ms),
            ms(result.median),
            best(MEMORY, &result.name).map_or_else(String::new, |bytes| format!("{:.1}", bytes / 1e6)),
        ]);
    }
    table.text()
}

#[cfg(test)]
mod tests;
