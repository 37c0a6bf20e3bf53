//! `cargo xtask`: the chores of the workspace, in Rust so that they need nothing but the toolchain.
//!
//! - `tidy` holds the house to its rules ([`tidy`]);
//! - `ci` runs everything that a change must pass ([`ci`]);
//! - `bench` measures ([`bench`]);
//! - `fuzz` compares generated programs on all tiers ([`fuzz`]);
//! - `seeded` shows that the tests find bugs that are put in on purpose ([`seeded`]);
//! - `features` builds the facade with each of its features alone ([`features`]);
//! - `docs` writes the pages that are made from code ([`docs`]);
//! - `threads` looks at the machine code of the register engine ([`threads`]);
//! - `outside` tries the how-to for a crate outside the workspace ([`outside`]).
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this program owns its terminal")]

mod bench;
mod ci;
mod docs;
mod features;
mod fuzz;
mod outside;
mod seeded;
mod threads;
mod tidy;

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Chores of the Lyra workspace")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check crate arrows, file rules, licences and generated pages
    Tidy,
    /// Run formatting, lints, tests, documentation and tidy; stop at the first that fails
    Ci {
        /// Leave out the tests, for a caller that runs `cargo test --workspace` itself
        #[arg(long)]
        no_test: bool,
    },
    /// Build the facade without its features and with each alone, and run the spec on each: some minutes
    Features {
        /// Run the spec without features only
        #[arg(long)]
        smoke: bool,
    },
    /// Write the pages of the book that are made from code
    Docs,
    /// Measure: programs, tiers, peers, single operations, metrics, comparison with a baseline
    #[command(disable_help_flag = true)]
    Bench {
        /// What to measure; `--help` tells
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
        arguments: Vec<OsString>,
    },
    /// Compare generated programs on all tiers with the reference machine
    #[command(disable_help_flag = true)]
    Fuzz {
        /// How many and from which seed; `--help` tells
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
        arguments: Vec<OsString>,
    },
    /// Put bugs in on purpose, one after the other, in a copy, and show that generated programs find each: a build of
    /// half a minute for each, ten minutes on two cores for all
    Seeded {
        /// Only those whose name contains this
        #[arg(long, default_value = "")]
        only: String,
        /// How many programs each is looked for with
        #[arg(long, default_value_t = 2_000)]
        programs: u64,
        /// Only see whether each still fits the code
        #[arg(long)]
        check: bool,
    },
    /// Check that the functions of the register engine end in jumps
    Threads,
    /// Make the crate of the snapshot how-to outside the workspace and run its tests
    Outside,
}

fn main() -> ExitCode {
    let root = root();
    let outcome = match Arguments::parse().chore {
        Chore::Tidy => tidy::run(&root),
        Chore::Ci { no_test } => ci::run(&root, !no_test),
        Chore::Docs => docs::write(&root),
        Chore::Features { smoke } => features::run(&root, smoke),
        Chore::Seeded { only, programs, check } => seeded::run(&root, &only, programs, check),
        Chore::Threads => threads::run(&root),
        Chore::Outside => outside::run(&root),
        Chore::Bench { arguments } => match bench::run(&root, &arguments) {
            Ok(code) => return code,
            Err(message) => Err(message),
        },
        Chore::Fuzz { arguments } => match fuzz::run(&root, &arguments) {
            Ok(code) => return code,
            Err(message) => Err(message),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's directory: the parent of this crate's.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
