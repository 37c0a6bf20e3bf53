//! What a run of the benchmarks found, as data: written as JSON, read back for comparing and for reports.
//!
//! Times are nanoseconds of CPU time of the measured process. A reader refuses a file of another [`SCHEMA`].

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of this layout. It grows when a field changes its meaning or goes.
pub const SCHEMA: u32 = 1;

/// Everything that one run measured. A part that was not asked for is empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// [`SCHEMA`].
    pub schema: u32,
    /// When the run began, RFC 3339, UTC.
    pub taken: String,
    /// The command that was given.
    pub command: String,
    /// Whether it was a short run: sizes and numbers of samples are those of `--quick`.
    pub quick: bool,
    /// Where it ran.
    pub machine: Machine,
    /// Versions of Lyra (with commit), of the compiler and of every peer, by name.
    pub versions: BTreeMap<String, String>,
    /// What could not be measured, and why. Printed at every run.
    pub notes: Vec<String>,
    /// Programs, each with its candidates.
    pub programs: Vec<ProgramResult>,
    /// Micro benchmarks.
    pub micro: Vec<MicroResult>,
    /// The mission's metrics.
    pub metrics: Vec<MetricResult>,
    /// Latencies and pauses as distributions.
    pub distributions: Vec<Distribution>,
}

/// A machine, and how busy it was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's name.
    pub processor: String,
    /// Logical cores.
    pub cores: usize,
    /// Bytes of memory.
    pub memory: u64,
    /// Operating system with its version.
    pub system: String,
    /// The core that measured processes were pinned to; `None` where that is not possible.
    pub pinned: Option<usize>,
    /// Load average of one minute before the run and after it, where the system tells.
    pub load: Option<(f64, f64)>,
}

/// One program under every candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramResult {
    /// Its name: a file in `benches/programs`.
    pub name: String,
    /// What it measures, in some words.
    pub title: String,
    /// The size it was run at.
    pub size: i32,
    /// Why Lyra cannot run it yet; `None` when it can.
    pub pending: Option<String>,
    /// How each candidate did, in the order of the tables.
    pub candidates: Vec<Measurement>,
}

/// How one candidate did on one program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The candidate: `rust`, `lyra:reference`, `luajit` and so on.
    pub candidate: String,
    /// One entry a process, in the order of the rounds: the time of each repeat in it. Entries of the same
    /// index of all candidates ran one after the other.
    pub rounds: Vec<Vec<f64>>,
    /// The shortest repeat.
    pub minimum: f64,
    /// The median of the processes' shortest repeats.
    pub median: f64,
    /// `(median - minimum) / minimum`.
    pub spread: f64,
    /// Most memory that a process had resident, in bytes, where the system tells.
    pub peak_memory: Option<u64>,
    /// Instructions of a run at the check size, start-up included, where they were counted.
    pub instructions: Option<u64>,
}

/// One micro benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MicroResult {
    /// The family: `stack`, `inline cache`, `compile` and so on.
    pub group: String,
    /// What was measured.
    pub name: String,
    /// What the figures are: [`Unit::Nanoseconds`] per operation, or a rate.
    pub unit: Unit,
    /// The best of all samples: the smallest time, the largest rate.
    pub best: f64,
    /// The median of all samples.
    pub median: f64,
    /// `|median - best| / best`.
    pub spread: f64,
    /// One entry a sample.
    pub samples: Vec<f64>,
    /// Instructions per operation, where they were counted.
    pub instructions: Option<f64>,
}

/// A unit of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Nanoseconds for one operation.
    Nanoseconds,
    /// 10⁶ bytes in a second.
    MegabytesPerSecond,
    /// Lines in a second.
    LinesPerSecond,
    /// Bytes.
    Bytes,
    /// A share of 1.
    Share,
    /// A number of things.
    Count,
}

impl Unit {
    /// Whether less is better.
    #[must_use]
    pub fn less_is_better(self) -> bool {
        !matches!(self, Self::MegabytesPerSecond | Self::LinesPerSecond)
    }
}

/// A metric of the mission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricResult {
    /// Its name in the mission.
    pub name: String,
    /// The mission's family: `performance`, `safety`, `resource`.
    pub family: String,
    /// The target in the mission's words: `< 20 ns`.
    pub target: String,
    /// What was found, in `unit`.
    pub measured: Option<f64>,
    /// The unit of `measured`.
    pub unit: Unit,
    /// What the two say together.
    pub verdict: Verdict,
    /// How it was measured, and what that does not show.
    pub how: String,
}

/// Whether a target is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is.
    Met,
    /// It is not.
    Missed,
    /// It cannot be measured yet, for this reason.
    Pending(String),
}

/// Many values of one quantity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// What was measured: `collection pause, 100 MB live`.
    pub name: String,
    /// The unit of the values.
    pub unit: Unit,
    /// The values, in the order in which they came.
    pub values: Vec<f64>,
}
