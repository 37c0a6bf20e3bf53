//! The worker protocol: what a fresh process that is measured prints, and the worker for native Rust and Lyra.
//!
//! A worker is given a program's file, a size and a number of repeats. It prints `checksum TEXT`, then one line
//! `repeat NANOSECONDS` for each repeat: CPU time of the whole process, all threads. More lines `key value` may
//! follow: `fuel` and `peak` (bytes resident at most). Everything that is not the program's own call is outside
//! of the measured time: start-up, reading, compiling, linking.

use crate::candidate::{LYRA, NATIVE};
use crate::catalogue;
use crate::clock::cpu_time;
use crate::count::mark;
use crate::failure::{Failure, Result};
use crate::parts::{Machine, PART, Part};
use crate::peak::peak;
use clap::Args;
use lyra::{Config, Engine, Limits, Linker, Store, Tier, Translation};
use std::io::Write;
use std::path::PathBuf;

/// What the worker is given.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// `rust`, or `lyra:` and the name of a tier, or `part:` and that of a part
    #[arg(long)]
    candidate: String,
    /// The program
    file: PathBuf,
    /// The argument of its procedure `run`
    size: i32,
    /// How often it is called
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    repeats: u32,
}

/// What a worker found out.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The program's result.
    pub checksum: String,
    /// Nanoseconds of CPU time, one entry a repeat.
    pub repeats: Vec<f64>,
    /// Units of fuel of one repeat.
    pub fuel: Option<u64>,
    /// Most bytes that the process had resident.
    pub peak: Option<u64>,
}

impl Reply {
    /// Reads what a worker printed.
    ///
    /// # Errors
    /// When it does not follow the protocol.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut reply = Self { checksum: String::new(), repeats: Vec::new(), fuel: None, peak: None };
        let mut has_checksum = false;
        for line in text.lines() {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            match key {
                "checksum" if has_checksum => return Err("it printed two checksums".to_owned()),
                "checksum" => (reply.checksum, has_checksum) = (value.to_owned(), true),
                "repeat" => match value.parse::<f64>() {
                    // A clock that ticks slowly may see no time pass: half a microsecond keeps ratios finite.
                    Ok(time) if time.is_finite() && time >= 0.0 => reply.repeats.push(time.max(500.0)),
                    _ => return Err(format!("`{value}` is no time")),
                },
                "fuel" => reply.fuel = value.parse().ok(),
                "peak" => reply.peak = value.parse().ok(),
                // A newer worker may know more.
                _ => {}
            }
        }
        match (has_checksum, reply.repeats.is_empty()) {
            (true, false) => Ok(reply),
            _ => Err("it did not print a checksum and a time".to_owned()),
        }
    }
}

/// Runs a program and prints what was found out.
///
/// # Errors
/// When the program cannot be run, fails, or does not give the same result each time.
pub fn run(arguments: &Arguments) -> Result<()> {
    end_with_parent();
    let reply = if arguments.candidate == NATIVE {
        native(arguments)?
    } else if let Some(tier) = arguments.candidate.strip_prefix(LYRA) {
        lyra(arguments, tier.parse().map_err(|error: lyra::UnknownTier| error.to_string())?, None)?
    } else if let Some(part) = arguments.candidate.strip_prefix(PART).and_then(Part::find) {
        match part {
            Part::Translated { translation, .. } => lyra(arguments, Tier::default(), Some(translation))?,
            part => {
                let (name, text) = source(arguments)?;
                let mut machine = Machine::new(&part, limits(), &name, &text)?;
                repeat(arguments.repeats, || machine.call(arguments.size))?
            }
        }
    } else {
        return Err(format!("there is no candidate `{}`", arguments.candidate).into());
    };
    print(&reply).map_err(|error| Failure::Error(format!("cannot print: {error}")))
}

fn print(reply: &Reply) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "checksum {}", reply.checksum)?;
    for time in &reply.repeats {
        writeln!(out, "repeat {time:.0}")?;
    }
    for (key, value) in [("fuel", reply.fuel), ("peak", reply.peak)] {
        if let Some(value) = value {
            writeln!(out, "{key} {value}")?;
        }
    }
    out.flush()
}

/// The compiled-in twin of the file's name.
fn native(arguments: &Arguments) -> Result<Reply> {
    let name = arguments.file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let program = catalogue::find(name).ok_or_else(|| format!("there is no program `{name}`"))?;
    repeat(arguments.repeats, || Ok((program.native)(std::hint::black_box(arguments.size))))
}

/// The name and the text of the program.
fn source(arguments: &Arguments) -> Result<(String, String)> {
    let text = std::fs::read_to_string(&arguments.file)
        .map_err(|error| format!("cannot read {}: {error}", arguments.file.display()))?;
    Ok((arguments.file.display().to_string(), text))
}

fn lyra(arguments: &Arguments, tier: Tier, translation: Option<Translation>) -> Result<Reply> {
    let (name, text) = source(arguments)?;
    let mut program = Instance::translated(tier, translation.unwrap_or_default(), &name, &text)?;
    let mut reply = repeat(arguments.repeats, || program.call(arguments.size))?;
    reply.fuel = program.fuel_used()?.checked_div(u64::from(arguments.repeats));
    Ok(reply)
}

/// A Lyra program, ready to be called.
pub struct Instance {
    store: Store<()>,
    instance: lyra::Instance,
    run: lyra::TypedFunc<(i32,), String>,
}

/// Bytes that a measured program's values may take: more than any needs, so that no collection is forced by the
/// limit, and less than what would make a small machine swap.
const MEMORY: u64 = 2 << 30;

/// Embedded, as measured programs are; what ends a long run is lifted.
#[must_use]
pub fn limits() -> Limits {
    Limits::embedded().with_fuel(None).with_deadline(None).with_memory(MEMORY)
}

impl Instance {
    /// Compiles and links; runs nothing of `run`.
    ///
    /// # Errors
    /// When the program does not compile or has no fitting procedure `run`.
    pub fn new(tier: Tier, name: &str, text: &str) -> Result<Self> {
        Self::translated(tier, Translation::default(), name, text)
    }

    /// [`Instance::new`], for code that is made in another way.
    ///
    /// # Errors
    /// As [`Instance::new`].
    pub fn translated(tier: Tier, translation: Translation, name: &str, text: &str) -> Result<Self> {
        let engine = Engine::new(Config::new().tier(tier).translation(translation).limits(limits()));
        let module = engine.compile(name, text).map_err(|error| error.to_string())?;
        let mut store = Store::new(&engine, ());
        let linker = Linker::new(&engine);
        let instance = linker.instantiate(&mut store, &module).map_err(|error| error.to_string())?;
        let run = instance.get_typed_func(&store, "run").map_err(|error| error.to_string())?;
        Ok(Self { store, instance, run })
    }

    /// Calls `run`.
    ///
    /// # Errors
    /// When the program fails.
    pub fn call(&mut self, size: i32) -> Result<String> {
        Ok(self.run.call(&mut self.store, (size,)).map_err(|error| error.to_string())?)
    }

    /// Units of fuel used so far.
    ///
    /// # Errors
    /// When the store does not know the instance.
    pub fn fuel_used(&self) -> Result<u64> {
        Ok(self.store.report(&self.instance).map_err(|error| error.to_string())?.fuel_used)
    }
}

/// Calls `work` and takes its times.
fn repeat(times: u32, mut work: impl FnMut() -> Result<String>) -> Result<Reply> {
    let mut checksum: Option<String> = None;
    let mut repeats = Vec::new();
    for _ in 0..times {
        mark();
        let start = cpu_time();
        let found = work()?;
        let took = cpu_time().saturating_sub(start);
        mark();
        repeats.push(took.as_nanos() as f64);
        match &checksum {
            None => checksum = Some(found),
            Some(first) if *first == found => {}
            Some(first) => {
                return Err(format!("a repeat gave `{found}`, the first `{first}`").into());
            }
        }
    }
    let checksum = checksum.ok_or("it was to be called 0 times")?;
    Ok(Reply { checksum, repeats, fuel: None, peak: peak() })
}

/// A worker whose harness was killed ends too.
pub(crate) fn end_with_parent() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read() {
        let reply = Reply::parse("checksum a b\nrepeat 1500\nrepeat 0\nfuel 7\npeak x\nnew thing\n").unwrap();
        assert_eq!((reply.checksum.as_str(), reply.repeats.as_slice()), ("a b", [1500.0, 500.0].as_slice()));
        assert_eq!((reply.fuel, reply.peak), (Some(7), None));
        for bad in [
            "",
            "checksum 1",
            "repeat 1",
            "checksum 1\nrepeat x",
            "checksum 1\nrepeat -1",
            "checksum 1\nchecksum 1",
        ] {
            assert!(Reply::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn repeats_must_agree() {
        let mut results = ["1", "1", "2"].into_iter();
        let message =
            repeat(3, || Ok(results.next().unwrap_or_default().to_owned())).unwrap_err().to_string();
        assert!(message.contains("`2`") && message.contains("`1`"), "{message}");
    }
}
