//! The `lyra` command: run, check, test, build, verify and inspect Lyra programs.
//!
//! Streams: what a program prints and what a command was asked for go to standard output; everything that is
//! *about* it (diagnostics, failures, reports) goes to standard error. Exit codes are those of [`exit`].
#![forbid(unsafe_code)]

mod args;
mod commands;
mod exit;
mod guard;
mod input;
mod interrupt;
mod messages;
mod report;
mod stdout;
mod testing;
mod units;

use clap::Parser as _;
use exit::Exit;

/// The programs' thread: plenty for every walk over a program, and the same on every system.
const STACK: usize = 16 << 20;

fn main() -> std::process::ExitCode {
    let arguments = args::with_run(std::env::args_os());
    let cli = match args::plain(&arguments).map_or_else(|| args::Cli::try_parse_from(arguments), Ok) {
        Ok(cli) => cli,
        // Clap prints help and version to standard output and gives 0, everything else to standard error and 2.
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Ok }.into();
        }
    };
    guard::run(STACK, move || commands::execute(cli)).into()
}
