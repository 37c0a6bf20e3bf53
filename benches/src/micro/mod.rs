//! Micro benchmarks: one operation each, small enough to see what it costs alone. `cargo bench` and
//! `cargo xtask bench micro` measure the same ones, from [`all`].
//!
//! ```text
//! all() ──> Kernel ──prepare──> Run ──(n)──> n iterations ──sample──> ns an iteration ──figures─> ns, MB/s …
//!
//! run ──┬─ fresh process on the core: worker, kernel A ──┐
//!       ├─ … kernel B, C, and all again in other rounds ─┴──> MicroResult ──> tables
//! ```
//!
//! Two kinds stand side by side. Some call one system of the runtime by itself (a stack, the caches, the heap),
//! once for each profile that is built in; others run bytecode or Lyra through the facade, once for each
//! tier. A new tier joins in [`all`] and nowhere else.
//!
//! An iteration is as large as the kernel likes, often some dozens of operations in a row, so that the loop
//! around them does not count; [`Kernel::amount`] says how many. Every kernel gives its results to
//! [`std::hint::black_box`], and takes its inputs from there where they could be foreseen.

mod border;
mod handlers;
mod heap;
mod list;
mod machine;
mod measure;
mod pipeline;
mod policies;
mod run;
mod tables;
pub mod worker;

pub use list::{HANDLERS, all};
pub use measure::{Sampling, calibrate, sample};
pub use run::{run, selected};
pub use tables::table;
pub use worker::worth_counting;

use crate::result::Unit;

/// Does so many iterations; says what went wrong.
pub type Run = Box<dyn FnMut(u64) -> Result<(), String>>;

/// Makes what a kernel needs.
pub type Prepare = Box<dyn Fn() -> Result<Run, String>>;

/// How much an iteration does.
enum Amount {
    Known(f64),
    /// To be found out, with work that a process that measures another kernel is to be spared.
    Found(Box<dyn Fn() -> f64>),
}

/// One micro benchmark.
pub struct Kernel {
    /// The family: `stack`, `inline cache`, `compile` and so on.
    pub group: &'static str,
    /// What it does, with its size.
    pub name: String,
    /// What one operation is, and what is counted in.
    pub about: String,
    /// The unit of its figure.
    pub unit: Unit,
    /// See [`Kernel::amount`].
    amount: Amount,
    /// What the mission says of it, before and after.
    pub claim: Option<&'static str>,
    /// Makes what the iterations need and gives the procedure that does them.
    pub prepare: Prepare,
}

impl Kernel {
    /// A kernel that tells nanoseconds for one of the `operations` in each iteration.
    fn time(
        group: &'static str,
        name: impl Into<String>,
        operations: u32,
        prepare: impl Fn() -> Result<Run, String> + 'static,
    ) -> Self {
        Self {
            group,
            name: name.into(),
            about: String::new(),
            unit: Unit::Nanoseconds,
            amount: Amount::Known(operations.into()),
            claim: None,
            prepare: Box::new(prepare),
        }
    }

    /// A kernel that tells a rate: `amount` bytes or lines in each iteration.
    fn rate(
        group: &'static str,
        name: impl Into<String>,
        unit: Unit,
        amount: Amount,
        prepare: impl Fn() -> Result<Run, String> + 'static,
    ) -> Self {
        Self { unit, amount, ..Self::time(group, name, 1, prepare) }
    }

    /// How much one iteration does: operations for times, bytes or lines for rates.
    #[must_use]
    pub fn amount(&self) -> f64 {
        match &self.amount {
            Amount::Known(amount) => *amount,
            Amount::Found(find) => find(),
        }
    }

    fn about(mut self, about: impl Into<String>) -> Self {
        self.about = about.into();
        self
    }

    fn claim(mut self, claim: &'static str) -> Self {
        self.claim = Some(claim);
        self
    }

    /// By what it is asked for: `group/name`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.group, self.name)
    }

    /// The figures, in [`Self::unit`], when one iteration takes these numbers of nanoseconds.
    #[must_use]
    pub fn figures(&self, nanoseconds: &[f64]) -> Vec<f64> {
        let amount = self.amount();
        let figure = |&nanoseconds: &f64| match self.unit {
            // 10⁶ bytes a second are a thousandth of a byte a nanosecond.
            Unit::MegabytesPerSecond => amount / nanoseconds * 1e3,
            Unit::LinesPerSecond => amount / nanoseconds * 1e9,
            _ => nanoseconds / amount,
        };
        nanoseconds.iter().map(figure).collect()
    }

    /// Whether it is meant by `name`: its id, or its group.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.group == name
            || name.strip_prefix(self.group).and_then(|rest| rest.strip_prefix('/')) == Some(&self.name)
    }
}

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kernel({})", self.id())
    }
}

/// A [`Run`] that calls `once` for each iteration.
fn each(mut once: impl FnMut() -> Result<(), String> + 'static) -> Run {
    Box::new(move |iterations| {
        for _ in 0..iterations {
            once()?;
        }
        Ok(())
    })
}

/// What went wrong, as text.
fn text_of(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests;
