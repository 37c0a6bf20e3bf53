//! The command line of `lyra test` and `lyra bench`.

use super::{CompileArgs, TranslationArgs};
use crate::units;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    #[command(flatten)]
    pub(crate) chosen: ChosenArgs,
    /// Show what tests that pass have printed, too.
    #[arg(long)]
    pub(crate) show_output: bool,
    /// Stop at the first test that fails.
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// How many tests run at the same time [default: one for each processor, at most 8]
    #[arg(short, long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: Option<u16>,
    #[command(flatten)]
    pub(crate) limits: EachArgs,
    /// Units of work (calls and loop rounds), its set-up included [default: no bound]
    #[arg(long, value_name = "UNITS", value_parser = units::count, help_heading = "Limits for each")]
    pub(crate) fuel: Option<u64>,
    /// Bytes that it may print, like 1M
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = units::size,
        default_value = "16M",
        help_heading = "Limits for each"
    )]
    pub(crate) max_output: u64,
    #[command(flatten)]
    pub(crate) translation: TranslationArgs,
    #[command(flatten)]
    pub(crate) compile: CompileArgs,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    #[command(flatten)]
    pub(crate) chosen: ChosenArgs,
    /// How long each benchmark is measured, like 200ms; warming up comes before
    #[arg(long, value_name = "TIME", value_parser = units::duration, default_value = "1s")]
    pub(crate) time: Duration,
    /// Write the results to a file, one JSON object a line, for a later `--compare`.
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
    /// Show how the results differ from those that `--save` wrote.
    #[arg(long, value_name = "FILE")]
    pub(crate) compare: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: EachArgs,
    #[command(flatten)]
    pub(crate) translation: TranslationArgs,
    #[command(flatten)]
    pub(crate) compile: CompileArgs,
}

/// Which blocks of which files.
#[derive(Debug, Args)]
pub(crate) struct ChosenArgs {
    /// Source files, and directories to search for `.lyra` files [default: the current directory]
    ///
    /// Of a directory, hidden files and directories, symbolic links, and directories named `target` or
    /// `node_modules` are left out. Imported files are not searched: name them to run theirs.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Only those whose name contains this text; given several times: one of these texts.
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Vec<String>,
    /// Name them and run nothing.
    #[arg(long)]
    pub(crate) list: bool,
}

/// What each test or benchmark may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits for each")]
pub(crate) struct EachArgs {
    /// Time, its set-up included, like 500ms; of a benchmark, for each of its samples
    #[arg(long, value_name = "TIME", value_parser = units::duration, default_value = "60s")]
    pub(crate) timeout: Duration,
    /// Memory of its values, like 16M or 1G [default: 100M]
    #[arg(long, value_name = "SIZE", value_parser = units::size)]
    pub(crate) max_memory: Option<u64>,
    /// Entries on its stack: waiting operands plus active calls [default: 10000]
    #[arg(long, value_name = "ENTRIES", value_parser = super::stack)]
    pub(crate) max_stack: Option<u32>,
    /// What it may touch, separated by commas: fs, net, env, clock, random, process, all.
    #[arg(long, value_name = "LIST", default_value = "print")]
    pub(crate) allow: lyra::Capabilities,
    /// Which engine runs it; all give the same results. The error for a wrong name lists those built in.
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(crate) tier: lyra::Tier,
}
