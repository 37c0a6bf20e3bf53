//! What keeps a run inside its bounds and a file honest. Knows bytes and numbers only.
//!
//! - [`Limits`]: how much a program may use; [`Budget`]: the one counter that runs down while it runs;
//!   [`Interrupt`]: a flag that another thread can raise; [`Tick`]: whether much time has passed.
//! - [`mod@seal`]: the sealed file, whose every bit is covered by a digest.
//! - [`Monitor`]: finds out whether what is executed has changed since it was loaded; [`TamperLog`] keeps what
//!   was found in a chain that shows edits.
//! - [`Capabilities`]: what of the outside world a program may touch.
#![forbid(unsafe_code)]

mod budget;
mod capability;
mod digest;
mod interrupt;
mod limits;
mod monitor;
pub mod seal;
mod tamper_log;
mod tick;

pub use budget::{Budget, OutOfFuel, SLICE};
pub use capability::{Capabilities, UnknownCapability};
pub use digest::{Digest, Hasher};
pub use interrupt::Interrupt;
pub use limits::Limits;
pub use monitor::{Detection, FullMonitor, Known, Monitor, Regions};
pub use seal::{SealError, Section, open, seal};
pub use tamper_log::{ChainBroken, TamperEntry, TamperLog};
pub use tick::Tick;
