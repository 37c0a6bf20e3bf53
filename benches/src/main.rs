//! `lyra-bench`: what `cargo xtask bench` runs.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this program owns its terminal")]

use clap::{Parser, Subcommand};
use lyra_benches::context::Context;
use lyra_benches::failure::Result;
use lyra_benches::options::Options;
use lyra_benches::{child, compare, compile, measure, metrics, micro, parts, report, startup, view, worker};
use std::process::ExitCode;

/// Measures Lyra: whole programs against native Rust and other languages, single operations, the mission's metrics.
///
/// Without a command everything is measured and a report is written. Figures are for comparing two things of one
/// run; the method, and what it cannot show, is in docs/src/benchmarks.md.
#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    /// Whole programs: every tier of Lyra beside native Rust
    Programs,
    /// What each tier gains over the reference machine, beside what the mission claims
    Tiers,
    /// What single parts of the tiers pay or cost: counting fuel, fusing, each optimizing pass, pre-allocated stacks
    Parts(parts::Arguments),
    /// Lyra against native Rust, LuaJIT, Lua and Node, as far as they are installed
    Peers,
    /// Single operations: stack, caches, allocation, calls, compiling, start-up
    Micro,
    /// The mission's metrics with their targets
    Metrics,
    /// Time and memory of compiling, of usual programs and of hostile ones; exit code 1 when a promise is missed
    Compile,
    /// A process that prints one line: its time and its memory, beside an empty one and other languages
    Startup,
    /// What got worse since a baseline that was kept with --save; exit code 1 when something did
    Compare(compare::Arguments),
    /// Write the pages again from results that are there
    Report(report::Arguments),
    /// Run one program and print its checksum and its time
    Run(view::run::Arguments),
    /// The process that is measured
    #[command(hide = true)]
    Worker(worker::Arguments),
    /// A measurement that needs a process of its own
    #[command(hide = true)]
    Probe {
        /// Which, and what it is given
        arguments: Vec<String>,
    },
    /// The process that measures micro benchmarks
    #[command(hide = true)]
    WorkerMicro(micro::worker::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    match &arguments.command {
        Some(Command::Worker(arguments)) => return worker::run(arguments),
        Some(Command::WorkerMicro(arguments)) => return micro::worker::run(arguments),
        Some(Command::Probe { arguments }) => {
            print!("{}", metrics::probe(arguments)?);
            return Ok(());
        }
        _ => {}
    }
    child::end_on_interrupt();
    let mut context = Context::new(arguments.options, typed())?;
    let context = &mut context;
    match &arguments.command {
        None => everything(context)?,
        Some(Command::Programs) => view::programs::run(context)?,
        Some(Command::Tiers) => view::tiers::run(context)?,
        Some(Command::Parts(arguments)) => parts::run(context, arguments)?,
        Some(Command::Peers) => view::peers::run(context)?,
        Some(Command::Micro) => micro::run(context)?,
        Some(Command::Metrics) => metrics::run(context)?,
        Some(Command::Startup) => startup::run(context)?,
        Some(Command::Compile) => return compile::run(context),
        Some(Command::Compare(arguments)) => return compare::run(context, arguments),
        Some(Command::Report(arguments)) => return report::run(context, arguments),
        Some(Command::Run(arguments)) => return view::run::run(context, arguments),
        // Done above: what is measured needs no context.
        Some(Command::Worker(_) | Command::WorkerMicro(_) | Command::Probe { .. }) => return Ok(()),
    }
    let path = context.finish()?;
    view::finish(context);
    view::say(&format!("results: {}", path.display()));
    if arguments.command.is_none() {
        report::write(&context.results, &context.options.out)?;
    }
    Ok(())
}

/// Every part; a filter that names only programs, or only single operations, leaves the others out.
fn everything(context: &mut Context) -> Result<()> {
    let has_operations = micro::selected(context).is_ok();
    if has_operations {
        micro::run(context)?;
    }
    match measure::selected(context) {
        Err(_) if has_operations => return Ok(()),
        chosen => chosen?,
    };
    view::programs::run(context)?;
    view::tiers::run(context)?;
    view::peers::run(context)?;
    metrics::run(context)
}

/// The command as a person types it.
fn typed() -> String {
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once("cargo xtask bench".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}
