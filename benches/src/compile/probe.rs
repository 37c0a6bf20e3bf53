//! The process in which one program is compiled: nothing else is in it that would take time or memory.

use super::Input;
use crate::metrics::process;
use lyra::{Config, Engine, Limits};
use std::hint::black_box;
use std::time::Duration;

/// Resident bytes at which the process gives up, so that a program that takes everything does not take the machine.
const GIVE_UP: u64 = 4 << 30;

/// Compiles the input that `arguments` name, as a host does: to a sealed file, or to the text of its errors. Gives the lines to
/// print.
///
/// # Errors
/// When the arguments name no input.
pub fn probe(arguments: &[String]) -> Result<String, String> {
    let source = source(arguments)?;
    std::thread::spawn(watch);
    forget_peak();
    let before = process::resident();
    let begun = cpu_time();
    let engine = Engine::new(Config::new().limits(Limits::embedded()));
    let (result, length) = match engine.compile("input.lyra", black_box(&source)) {
        Ok(module) => ("sealed".to_owned(), black_box(module.serialize(None)).len()),
        Err(error) => (error.code().to_owned(), black_box(error.render(false)).len()),
    };
    let time = cpu_time().zip(begun).map(|(after, before)| after.saturating_sub(before));
    let peak = process::peak_resident().zip(before).map(|(peak, before)| peak.saturating_sub(before));
    let mut text = format!("bytes {}\nlength {length}\nresult {result}\n", source.len());
    if let Some(time) = time {
        text.push_str(&format!("nanoseconds {}\n", time.as_nanos()));
    }
    if let Some(peak) = peak {
        text.push_str(&format!("peak {peak}\n"));
    }
    Ok(text)
}

/// The text of the input that `arguments` name, to be looked at.
///
/// # Errors
/// When they name none.
pub fn source(arguments: &[String]) -> Result<String, String> {
    let [name, size] = arguments else { return Err("which program, and how much of it?".to_owned()) };
    let size = size.parse().map_err(|_| format!("`{size}` is no size"))?;
    let input = Input::find(name, size).ok_or_else(|| format!("there is no program `{name}`"))?;
    Ok(input.source())
}

/// Makes the system count the most that is resident from now on, where it can; else it counts what making the
/// program took, too, which is less than compiling it.
fn forget_peak() {
    // Fails where there is no such file: see above.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// CPU time of all threads of this process, where the system tells.
#[cfg(target_os = "linux")]
fn cpu_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).ok()?))
}

/// CPU time of all threads of this process, where the system tells.
#[cfg(not(target_os = "linux"))]
fn cpu_time() -> Option<Duration> {
    None
}

/// Ends the process when it has grown too large.
fn watch() {
    loop {
        std::thread::sleep(Duration::from_millis(20));
        if process::resident_roughly().is_some_and(|bytes| bytes > GIVE_UP) {
            give_up();
        }
    }
}

#[expect(clippy::print_stderr, reason = "the parent shows what its child says at its end")]
fn give_up() -> ! {
    eprintln!("took more than {} GiB", GIVE_UP >> 30);
    std::process::exit(3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::value_of;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn what_was_compiled_is_told() {
        let found = probe(&texts(&["realistic", "200"])).unwrap();
        assert!(found.contains("result sealed"), "{found}");
        assert!(value_of(&found, "bytes").is_some_and(|bytes| bytes > 5_000), "{found}");
        let found = probe(&texts(&["names: unknown", "500"])).unwrap();
        assert!(found.contains("result E0201"), "{found}");
    }

    #[test]
    fn what_is_no_program_is_refused() {
        assert!(probe(&texts(&["nothing: like this", "1"])).unwrap_err().contains("nothing: like this"));
        assert!(probe(&texts(&["realistic", "many"])).is_err() && probe(&[]).is_err());
    }
}
