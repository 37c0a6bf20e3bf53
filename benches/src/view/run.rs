//! `run`: one program, once, for a person who wants to see that it works or to look at it with other tools.

use crate::candidate;
use crate::catalogue::{self, PROGRAMS, Support};
use crate::context::Context;
use crate::failure::Result;
use crate::measure::Job;
use crate::table::milliseconds;
use clap::Args;

/// What is run.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The program's name
    name: String,
    /// The argument of its procedure `run` [default: the size of the run: --quick or full]
    size: Option<i32>,
    /// By whom: `rust`, `lyra:reference`, `luajit` and so on [default: all]
    #[arg(long)]
    candidate: Option<String>,
    /// How often in one process
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    repeats: u32,
}

/// Runs it and prints its checksum and its time.
///
/// # Errors
/// When there is no such program or candidate, or it fails.
pub fn run(context: &mut Context, arguments: &Arguments) -> Result<()> {
    let Some(program) = catalogue::find(&arguments.name) else {
        let names: Vec<_> = PROGRAMS.iter().map(|program| program.name).collect();
        return Err(
            format!("there is no program `{}`; there are: {}", arguments.name, names.join(", ")).into()
        );
    };
    let size = arguments.size.unwrap_or_else(|| program.size(context.options.scale()));
    let mut candidates = candidate::all(context)?;
    candidates.retain(|candidate| candidate.has(program.name));
    if let Some(wanted) = &arguments.candidate {
        let names: Vec<_> = candidates.iter().map(|candidate| candidate.name.clone()).collect();
        candidates.retain(|candidate| candidate.name == *wanted);
        if candidates.is_empty() {
            return Err(format!("there is no candidate `{wanted}`; there are: {}", names.join(", ")).into());
        }
    }
    let source = catalogue::source(&context.directory, program.name)?;
    if let Support::Pending(missing) = catalogue::support(program.name, &source) {
        let tiers = candidates.iter().filter(|candidate| candidate.is_lyra()).count();
        candidates.retain(|candidate| !candidate.is_lyra());
        if tiers > 0 {
            super::say(&format!("{:<14} pending: Lyra has no {} yet", "lyra", missing.join(", ")));
        }
    }
    let (directory, pin) = (context.directory.as_path(), &context.pin);
    let job = Job { directory, program: program.name, size, candidates: &candidates, pin };
    for candidate in &candidates {
        let reply = job.run(candidate, arguments.repeats)?;
        let repeats: Vec<String> = reply.repeats.iter().map(|&time| milliseconds(time)).collect();
        let fuel = reply.fuel.map_or(String::new(), |fuel| format!(", fuel {fuel}"));
        super::say(&format!("{:<14} {} in {} ms{fuel}", candidate.name, reply.checksum, repeats.join(", ")));
    }
    Ok(())
}
