//! Running passes in order: what each changed, how long it took, and whether what it left is sound.

use crate::check::check;
use crate::func::Func;
use lyra_bytecode::Types;
use std::fmt;
use std::time::{Duration, Instant};

/// A change of a function that keeps what it means.
pub trait Pass {
    /// Its name, for listings.
    fn name(&self) -> &'static str;

    /// Changes the function; gives the number of things it did, 0 if it left it as it was.
    fn run(&self, func: &mut Func, types: &Types) -> usize;
}

/// Passes, in order.
///
/// ```
/// use lyra_bytecode::Types;
/// use lyra_ir::{Func, Pass, Pipeline, parse};
/// struct Nothing;
/// impl Pass for Nothing {
///     fn name(&self) -> &'static str {
///         "nothing"
///     }
///     fn run(&self, _: &mut Func, _: &Types) -> usize {
///         0
///     }
/// }
/// let mut func = parse("func \"f\" {\nblock0:\n  return\n}")?;
/// let report = Pipeline::new().with(Nothing).run(&mut func, &Types::default());
/// assert_eq!(report.steps[0].name, "nothing");
/// # Ok::<(), String>(())
/// ```
#[derive(Default)]
pub struct Pipeline {
    passes: Vec<Box<dyn Pass + Send + Sync>>,
}

/// What the passes of a pipeline did to one function.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One for each pass that ran, in order.
    pub steps: Vec<Step>,
}

/// What one pass did.
#[derive(Clone, Debug)]
pub struct Step {
    /// The pass.
    pub name: &'static str,
    /// How many things it did.
    pub changes: usize,
    /// Instructions in use before and after.
    pub before: usize,
    /// Instructions in use afterwards.
    pub after: usize,
    /// How long it took.
    pub time: Duration,
}

impl Pipeline {
    /// Without passes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more pass, which runs after the others.
    #[must_use]
    pub fn with(mut self, pass: impl Pass + Send + Sync + 'static) -> Self {
        self.passes.push(Box::new(pass));
        self
    }

    /// Without the passes whose names are `unwanted`.
    #[must_use]
    pub fn without(mut self, unwanted: impl Fn(&str) -> bool) -> Self {
        self.passes.retain(|pass| !unwanted(pass.name()));
        self
    }

    /// The names of the passes, in order; one that runs twice stands there twice.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.passes.iter().map(|pass| pass.name())
    }

    /// Runs all passes.
    ///
    /// # Panics
    /// In builds with debug assertions, when a pass leaves a function that is not sound: a bug of the pass.
    pub fn run(&self, func: &mut Func, types: &Types) -> Report {
        let mut report = Report::default();
        for pass in &self.passes {
            let (before, start) = (func.size(), Instant::now());
            let changes = pass.run(func, types);
            let time = start.elapsed();
            report.steps.push(Step { name: pass.name(), changes, before, after: func.size(), time });
            if cfg!(debug_assertions)
                && let Err(what) = check(func, types)
            {
                panic!("after `{}`: {what}\n{}", pass.name(), func.shown(types));
            }
        }
        report
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl fmt::Display for Report {
    /// A table: pass, changes, instructions before and after, microseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Step { name, changes, before, after, time } in &self.steps {
            let micros = time.as_secs_f64() * 1e6;
            writeln!(f, "{name:<24} {changes:>6} changes  {before:>6} -> {after:<6} {micros:>9.1} µs")?;
        }
        Ok(())
    }
}
