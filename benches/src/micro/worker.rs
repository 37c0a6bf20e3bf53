//! The process that measures kernels, and what it prints.
//!
//! ```text
//! lyra-bench worker-micro KERNEL SAMPLES [--also KERNEL]…      kernel stack/push, pop
//!                                                              sample 1.83
//!                                                              sample 1.79 …
//! lyra-bench worker-micro KERNEL --iterations N                kernel stack/push, pop
//! lyra-bench worker-micro --list                               kernel stack/push, pop
//!                                                              kernel stack/push, push, pop, pop …
//! ```
//!
//! With `--iterations` each kernel does exactly so many iterations and nothing is timed: for a tool that counts
//! instructions between the marks of [`crate::count`].

use super::{Kernel, Sampling, all, calibrate, sample};
use crate::count::mark;
use crate::failure::Result;
use clap::Args;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What the worker is given.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// `group/name` of a kernel, or a whole group
    #[arg(required_unless_present = "list", default_value = "", hide_default_value = true)]
    kernel: String,
    /// How many samples
    #[arg(default_value_t = Sampling::default().samples)]
    samples: u32,
    /// More kernels or groups
    #[arg(long, value_name = "KERNEL")]
    also: Vec<String>,
    /// Microseconds that a sample takes at least
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(..=10_000_000))]
    least: u32,
    /// Do exactly N iterations and measure nothing; once for all kernels, or once for each in their order
    #[arg(long, value_name = "N", conflicts_with = "samples")]
    iterations: Vec<u64>,
    /// Name the kernels and do nothing
    #[arg(long)]
    list: bool,
}

/// What a worker found out about one kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The kernel: `group/name`.
    pub id: String,
    /// One figure a sample, in the kernel's unit.
    pub samples: Vec<f64>,
}

impl Reply {
    /// Reads what a worker printed.
    ///
    /// # Errors
    /// When it does not follow the protocol.
    pub fn parse(text: &str) -> std::result::Result<Vec<Self>, String> {
        let mut replies: Vec<Self> = Vec::new();
        for line in text.lines() {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            let last = replies.last_mut();
            match (key, last) {
                ("kernel", _) => {
                    replies.push(Self { id: value.to_owned(), samples: Vec::new() });
                }
                ("sample", None) => return Err(format!("`{line}` is of no kernel")),
                ("sample", Some(reply)) => match value.parse::<f64>() {
                    Ok(figure) if figure.is_finite() && figure > 0.0 => reply.samples.push(figure),
                    _ => return Err(format!("`{value}` is no figure")),
                },
                // A newer worker may know more.
                _ => {}
            }
        }
        Ok(replies)
    }
}

/// The command that samples kernels: `binary` is a `lyra-bench`, perhaps an older one.
#[must_use]
pub fn command(binary: &Path, kernels: &[&str], sampling: Sampling) -> Command {
    let mut command = Command::new(binary);
    let (first, others) = kernels.split_first().unwrap_or((&"", &[]));
    let least = sampling.least.as_micros().to_string();
    command.args(["worker-micro", "--least", &least]);
    for other in others {
        command.args(["--also", other]);
    }
    command.args(["--", first, &sampling.samples.to_string()]);
    command
}

/// The command that does so many iterations of each kernel, for counting.
#[must_use]
pub fn counting(binary: &Path, kernels: &[(&str, u64)]) -> Command {
    let mut command = Command::new(binary);
    command.arg("worker-micro");
    for (_, iterations) in kernels {
        command.args(["--iterations", &iterations.to_string()]);
    }
    let (first, others) = kernels.split_first().unwrap_or((&("", 0), &[]));
    for (other, _) in others {
        command.args(["--also", other]);
    }
    command.args(["--", first.0]);
    command
}

/// The command that names the kernels which `binary`, a `lyra-bench`, knows.
#[must_use]
pub fn listing(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    command.args(["worker-micro", "--list"]);
    command
}

/// How many iterations of a kernel are worth counting: some hundred microseconds of them, so that a tool that is fifty
/// times slower still ends soon. Measured here and now; both programs that are compared do this many.
///
/// # Errors
/// What the kernel fails with.
pub fn worth_counting(kernel: &Kernel) -> std::result::Result<u64, String> {
    calibrate(&mut (kernel.prepare)()?, Duration::from_micros(300))
}

/// Measures kernels and prints what was found out.
///
/// # Errors
/// When there is no such kernel, or one fails.
pub fn run(arguments: &Arguments) -> Result<()> {
    crate::worker::end_with_parent();
    let mut out = std::io::stdout().lock();
    let failed = |error: std::io::Error| format!("cannot print: {error}");
    if arguments.list {
        for kernel in all() {
            writeln!(out, "kernel {}", kernel.id()).map_err(failed)?;
        }
        return Ok(out.flush().map_err(failed)?);
    }
    let kernels = all();
    let several = arguments.iterations.len() > 1;
    if several && arguments.iterations.len() != arguments.also.len() + 1 {
        return Err("--iterations is given once, or once for each kernel".into());
    }
    for (place, asked) in std::iter::once(&arguments.kernel).chain(&arguments.also).enumerate() {
        let iterations = arguments.iterations.get(if several { place } else { 0 }).copied();
        let mut found = false;
        for kernel in kernels.iter().filter(|kernel| kernel.is(asked)) {
            found = true;
            let id = kernel.id();
            one(kernel, arguments, iterations, &mut out).map_err(|error| format!("{id}: {error}"))?;
        }
        if !found {
            return Err(format!("there is no kernel `{asked}`").into());
        }
    }
    Ok(out.flush().map_err(failed)?)
}

fn one(
    kernel: &Kernel,
    arguments: &Arguments,
    iterations: Option<u64>,
    out: &mut impl Write,
) -> std::result::Result<(), String> {
    let mut lines = format!("kernel {}\n", kernel.id());
    match iterations {
        Some(iterations) => {
            let mut run = (kernel.prepare)()?;
            mark();
            run(iterations)?;
            mark();
        }
        None => {
            let least = Duration::from_micros(arguments.least.into());
            for figure in sample(kernel, Sampling { samples: arguments.samples, least })? {
                lines += &format!("sample {figure}\n");
            }
        }
    }
    out.write_all(lines.as_bytes()).map_err(|error| format!("cannot print: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read() {
        let replies = Reply::parse("kernel a/b, c\nsample 1.5\nsample 2\nnew thing\nkernel d/e\n").unwrap();
        let reply = |id: &str, samples: &[f64]| Reply { id: id.to_owned(), samples: samples.to_vec() };
        assert_eq!(replies, [reply("a/b, c", &[1.5, 2.0]), reply("d/e", &[])]);
        for bad in ["sample 1", "kernel a\nsample x", "kernel a\nsample -1"] {
            assert!(Reply::parse(bad).is_err(), "{bad}");
        }
    }
}
