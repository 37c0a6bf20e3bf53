//! `parts`: what single parts of the tiers pay or cost, each switched by itself.
//!
//! ```text
//! part:uncounted         the fastest tier, in a build of this program that cannot count fuel
//! part:no-fuse           … of code without fused instructions
//! part:skip-PASS         … without one of the optimizing passes
//! part:preallocated      the reference machine on the operand stacks of tier 1
//! ```
//!
//! They are candidates like the tiers, in processes of their own and in the same rounds, and there for measuring only:
//! no host gets at a machine that cannot count.

mod machine;
mod table;

use crate::candidate::{Candidate, LYRA, own_binary};
use crate::context::Context;
use crate::failure::Result;
use crate::measure;
use crate::metrics;
use clap::Args;
use lyra::{Tier, Translation};
use std::path::{Path, PathBuf};
use std::process::Command;

pub use machine::Machine;
pub use table::table;

/// What the name of a part begins with.
pub const PART: &str = "part:";

/// What is measured.
#[derive(Args, Clone, Debug, Default)]
pub struct Arguments {
    /// A `lyra-bench` built with `--cfg lyra_uncounted`; `cargo xtask bench parts` makes one. Without, what counting fuel
    /// costs is not measured
    #[arg(long, value_name = "FILE")]
    pub uncounted: Option<PathBuf>,
}

/// A part that is switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The fastest tier of a build without what pays for work.
    Uncounted,
    /// The reference machine with the stacks of tier 1.
    Preallocated,
    /// The fastest tier as a translation makes it: without fused instructions, or without a pass.
    Translated {
        /// Its name.
        name: String,
        /// How its code is made.
        translation: Translation,
    },
}

impl Part {
    /// All of them, in the order of the table.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let translated = |name: String, translation| Self::Translated { name, translation };
        let mut parts = vec![
            Self::Preallocated,
            Self::Uncounted,
            translated("no-fuse".to_owned(), Translation::default().fuse(false)),
        ];
        let passes = lyra::pass_names().into_iter();
        parts
            .extend(passes.map(|pass| translated(format!("skip-{pass}"), Translation::default().skip(pass))));
        parts
    }

    /// The part of that name, without [`PART`].
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|part| part.name() == name)
    }

    /// Its name, without [`PART`].
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Uncounted => "uncounted",
            Self::Preallocated => "preallocated",
            Self::Translated { name, .. } => name,
        }
    }

    /// The candidate that it is compared with.
    #[must_use]
    pub fn beside(&self) -> String {
        let tier = match self {
            Self::Preallocated => Tier::Reference,
            _ => Tier::default(),
        };
        format!("{LYRA}{tier}")
    }
}

/// Measures the parts beside the tiers that they are parts of, and prints the table.
///
/// # Errors
/// When a program fails or gives a wrong result.
pub fn run(context: &mut Context, arguments: &Arguments) -> Result<()> {
    let binary = own_binary()?;
    let tiers = [Tier::Reference, Tier::default()].map(|tier| Candidate::lyra(&binary, tier.name()));
    let mut parts = Part::all();
    match &arguments.uncounted {
        Some(uncounted) => cannot_count(uncounted)?,
        None => {
            parts.retain(|part| *part != Part::Uncounted);
            context.note("NOT MEASURED: what counting fuel costs, which needs --uncounted FILE");
        }
    }
    let candidate = |part: &Part| match (part, &arguments.uncounted) {
        (Part::Uncounted, Some(uncounted)) => {
            Candidate::lyra(uncounted, Tier::default().name()).named(&format!("{PART}{}", part.name()))
        }
        _ => Candidate::part(&binary, part.name()),
    };
    let candidates: Vec<Candidate> = tiers.into_iter().chain(parts.iter().map(candidate)).collect();
    let programs = measure::programs_by(context, &candidates)?;
    let text = table(&programs, &parts);
    crate::view::print("parts: time with the part switched by that of the tier as it is", &text);
    context.results.programs = programs;
    Ok(())
}

/// Makes sure that `program` is a build that cannot count, so that the figure is what its name says.
fn cannot_count(program: &Path) -> Result<()> {
    let output = Command::new(program).args(["probe", metrics::COUNTS]).output();
    let output = output.map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    match String::from_utf8_lossy(&output.stdout).trim() {
        "false" => Ok(()),
        _ => Err(format!("{} is no build that cannot count fuel", program.display()).into()),
    }
}
