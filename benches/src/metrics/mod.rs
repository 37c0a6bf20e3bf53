//! The mission's metrics: for each its target, what was measured, the verdict, how it was measured and what that
//! does not show.
//!
//! One file for one metric; what several share is [`load`] (allocation of mixed sizes), [`observe`] (a heap that is
//! timed from outside), [`process`] (what the system says of this process) and [`subject`] (the programs). A
//! metric that cannot be measured is *pending* with its reason, never left out.
//!
//! Two measurements need a process with nothing else in it. They run as children by the hidden command
//! `lyra-bench probe NAME …`, see [`probe`](probe()).

pub mod cachegrind;
pub mod calls;
pub mod fragmentation;
pub mod hit_rate;
pub mod leaks;
pub mod load;
mod maps;
pub mod memory;
pub mod observe;
pub mod operations;
pub mod overflows;
pub mod pauses;
mod probe;
pub mod process;
mod run;
pub mod subject;
mod table;
pub mod tampering;
mod verdict;
pub mod violations;

pub use probe::{COUNTS, probe};
pub use run::{Report, RunChild, Surroundings, all, run};
pub use subject::Subject;

use probe::probe_command;
pub(crate) use probe::value_of;
use run::by_scale;
use verdict::{PERFORMANCE, RESOURCE, SAFETY, judged, megabytes, pending, share};

/// The policies whose metrics are measured: those of the machine that is built in.
pub type Measured = lyra_vm_core::Plain;

/// The heap whose pauses and fragmentation are measured: that of the tiers from `memory` on.
pub type MeasuredHeap = lyra_tier_memory::BlockHeap;
