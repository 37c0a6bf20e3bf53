//! Where a run took place: processor, memory, system, load, and the versions of what was measured.
//!
//! Everything is asked in ways that may fail anywhere; what a machine does not tell is left empty.

use crate::child;
use crate::pin::Pin;
use crate::result::Machine;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A tool that says its version says it at once.
pub const PROBE_LIMIT: Duration = Duration::from_secs(10);

/// The machine, with the load before the run in both places of [`Machine::load`].
#[must_use]
pub fn describe(pin: &Pin) -> Machine {
    Machine {
        processor: processor(),
        cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        memory: memory(),
        system: system(),
        pinned: pin.core(),
        load: load().map(|now| (now, now)),
    }
}

/// Adds the load after the run.
pub fn note_load(machine: &mut Machine) {
    if let (Some((_, after)), Some(now)) = (machine.load.as_mut(), load()) {
        *after = now;
    }
}

/// What a reader should know of a machine that had other work: measured processes lose no time to others, but
/// caches, memory and the clock rate are shared.
#[must_use]
pub fn busy(machine: &Machine) -> Option<String> {
    let (before, _) = machine.load?;
    let is_busy = before > 0.5 * machine.cores as f64;
    is_busy
        .then(|| format!("the machine was busy: load {before:.1} on {} cores when this began", machine.cores))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(path)).unwrap_or_default()
}

/// The value of the first `key : value` line of a file of the kernel.
fn field<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim())
    })
}

fn processor() -> String {
    let text = read("/proc/cpuinfo");
    field(&text, "model name").map_or_else(|| std::env::consts::ARCH.to_owned(), str::to_owned)
}

fn memory() -> u64 {
    let text = read("/proc/meminfo");
    let kibibytes = field(&text, "MemTotal").and_then(|value| value.split(' ').next()?.parse::<u64>().ok());
    kibibytes.map_or(0, |kibibytes| kibibytes.saturating_mul(1024))
}

fn system() -> String {
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{} {} {}", std::env::consts::OS, std::env::consts::ARCH, kernel.trim()).trim_end().to_owned()
}

fn load() -> Option<f64> {
    read("/proc/loadavg").split(' ').next()?.parse().ok()
}

/// Versions of Lyra, with the commit, and of the Rust compiler. Those of the peers come with the peers.
#[must_use]
pub fn versions() -> BTreeMap<String, String> {
    let mut versions = BTreeMap::new();
    let commit = first_line(Command::new("git").args([
        "describe",
        "--always",
        "--dirty",
        "--abbrev=12",
        "--exclude=*",
    ]));
    let commit = commit.unwrap_or_else(|_| "commit unknown".to_owned());
    let build = if cfg!(debug_assertions) { ", debug build" } else { "" };
    versions.insert("lyra".to_owned(), format!("{} ({commit}{build})", env!("CARGO_PKG_VERSION")));
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let rust = first_line(Command::new(compiler).arg("--version")).unwrap_or_else(|_| "unknown".to_owned());
    versions.insert("rust".to_owned(), rust);
    versions
}

/// The first line that a tool prints when asked for its version.
///
/// # Errors
/// When it cannot be started, fails, takes too long or prints nothing.
pub fn first_line(command: &mut Command) -> Result<String, String> {
    let output = child::run(command, PROBE_LIMIT, None)?;
    let line = [&output.stdout, &output.stderr]
        .into_iter()
        .find_map(|text| text.lines().map(str::trim).find(|line| !line.is_empty()))
        .ok_or("it printed nothing")?;
    // Whatever a tool prints ends up in tables and files: one line of sensible length.
    Ok(line.chars().filter(|c| !c.is_control()).take(120).collect())
}

/// Now, as RFC 3339 in UTC.
#[must_use]
pub fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    let clock = seconds % 86_400;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", clock / 3600, clock / 60 % 60, clock % 60)
}

/// Year, month and day of a day since 1 January 1970. Years begin in March here, so that the leap day comes last.
fn civil(days: u64) -> (u64, u64, u64) {
    const DAYS_OF_400_YEARS: u64 = 146_097;
    // Day 0 becomes 1 March of the year 0.
    let days = days + 719_468;
    let (era, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1_460 + day / 36_524 - day / (DAYS_OF_400_YEARS - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let first = (153 * month + 2) / 5;
    let (year, month) = (era * 400 + year, month + 3);
    if month > 12 { (year + 1, month - 12, day - first + 1) } else { (year, month, day - first + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(59), (1970, 3, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(11_017), (2000, 3, 1));
        assert_eq!(civil(20_779), (2026, 11, 22));
        assert_eq!(civil(20_818), (2026, 12, 31));
        assert_eq!(civil(20_819), (2027, 1, 1));
    }

    #[test]
    fn lines_of_the_kernel() {
        let text = "processor\t: 0\nmodel name\t: Some: chip\n";
        assert_eq!(field(text, "model name"), Some("Some: chip"));
        assert_eq!(field(text, "flags"), None);
    }

    #[test]
    fn a_tool_that_is_not_there_is_an_error() {
        assert!(first_line(&mut Command::new("no-such-tool-as-this")).unwrap_err().contains("no-such-tool"));
    }
}
