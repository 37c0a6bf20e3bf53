//! What came of a run: everything that a program or its host can see.

use super::natives::Calls;
use crate::generate::PROBE;
use lyra_runtime::{SharedOutput, Value};
use lyra_vm_core::{AnyVm, Program, RunError};
use std::fmt;

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How each call from the host ended: the top-level statements, `main`, and the procedure that the host calls.
    pub ends: Vec<End>,
    /// What it printed.
    pub output: String,
    /// How much of that was there when each call ended.
    pub printed: Vec<usize>,
    /// The host functions that it called.
    pub calls: Calls,
    /// Fuel that it used.
    pub fuel_used: u64,
    /// Fuel that is left.
    pub fuel_left: Option<u64>,
    /// The most entries of its stack.
    pub deepest: u32,
    /// The most bytes of its values: not compared, but where a limit is to be met.
    pub peak: Peak,
}

/// A number that does not count when outcomes are compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peak(pub u64);

impl PartialEq for Peak {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Peak {}

/// How a call from the host ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With a value, as it is shown; empty for none.
    Value(String),
    /// With an error.
    Failed {
        /// Its kind.
        kind: String,
        /// Its message.
        message: String,
        /// The calls that were active, with their places, the innermost first.
        trace: Vec<String>,
        /// How many are left out of the trace.
        omitted: usize,
    },
}

/// Kinds of errors that are limits.
const LIMITS: [&str; 4] = ["out_of_fuel", "out_of_memory", "output_limit", "stack_overflow"];

/// Arguments of the calls from the host.
const PROBED: [(i32, &str); 2] = [(3, "p"), (-1, "")];

impl Outcome {
    /// Runs what a host would: the top-level statements, `main`, then the procedure [`PROBE`], also after a failure.
    #[must_use]
    pub fn of(program: &Program, vm: &mut dyn AnyVm, output: &SharedOutput) -> Self {
        let mut outcome = Self::default();
        let mut calls = Calls::new();
        let started = vm.start(&mut calls);
        outcome.add(started, output);
        if let (Some(main), Some(End::Value(_))) = (program.find("main"), outcome.ends.first()) {
            let ended = vm.call(main, &[], &mut calls);
            outcome.add(ended, output);
        }
        if let Some(probe) = program.find(PROBE) {
            for (number, text) in PROBED {
                let args = [Value::I32(number), Value::Str(text.into())];
                let ended = vm.call(probe, &args, &mut calls);
                outcome.add(ended, output);
            }
        }
        let report = vm.report();
        Self {
            calls,
            fuel_used: report.fuel_used,
            fuel_left: report.fuel_left,
            deepest: report.deepest_stack,
            peak: Peak(report.heap.peak_bytes),
            ..outcome
        }
    }

    fn add(&mut self, ended: Result<Option<Value>, RunError>, output: &SharedOutput) {
        self.ends.push(End::of(ended));
        self.output.push_str(&output.take());
        self.printed.push(self.output.len());
    }

    /// Not even its constants had room.
    #[must_use]
    pub fn refused(error: &RunError) -> Self {
        Self { ends: vec![End::of(Err(error.clone()))], ..Self::default() }
    }

    /// Whether a call ended at a limit.
    #[must_use]
    pub fn met_limit(&self) -> bool {
        self.ends.iter().any(|end| match end {
            End::Value(_) => false,
            End::Failed { kind, .. } => LIMITS.contains(&kind.as_str()),
        })
    }

    /// How the top-level statements ended, in a word.
    #[must_use]
    pub fn word(&self) -> &str {
        self.ends.first().map_or("value", End::kind)
    }

    /// What is wrong with a run that had little memory, beside this one, which had enough.
    ///
    /// How much memory a program needs depends on how soon a machine forgets what is not needed any more, so that tiers
    /// may meet the limit at different places. But up to there all is as with enough of it, and there the run ends.
    #[must_use]
    pub fn difference_up_to_memory(&self, other: &Self) -> Option<(&'static str, String, String)> {
        for (at, (own, others)) in self.ends.iter().zip(&other.ends).enumerate() {
            let printed = |outcome: &Self| {
                let end = outcome.printed.get(at).copied().unwrap_or(0);
                outcome.output.get(..end).unwrap_or("").to_owned()
            };
            let (all, some) = (printed(self), printed(other));
            if own != others && others.kind() != "out_of_memory" {
                return Some(("end", format!("{own:?}"), format!("{others:?}")));
            }
            if (own == others && all != some) || !all.starts_with(&some) {
                return Some(("output", all, some));
            }
            if own != others {
                let begins = self.calls.starts_with(&other.calls) || at + 1 < other.ends.len();
                return (!begins)
                    .then(|| ("host calls", format!("{:?}", self.calls), format!("{:?}", other.calls)));
            }
        }
        None
    }

    /// The first thing in which another outcome differs, with both sides.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<(&'static str, String, String)> {
        let mut found = None;
        let mut look = |what, a: &dyn fmt::Debug, b: &dyn fmt::Debug| {
            let (a, b) = (format!("{a:?}"), format!("{b:?}"));
            if found.is_none() && a != b {
                found = Some((what, a, b));
            }
        };
        if self.ends != other.ends {
            let pair = self.ends.iter().zip(&other.ends).find(|(a, b)| a != b);
            match pair {
                Some((a, b)) => look("end", a, b),
                None => look("ends", &self.ends, &other.ends),
            }
        }
        if self.output != other.output {
            let line = self.output.lines().zip(other.output.lines()).find(|(a, b)| a != b);
            match line {
                Some((a, b)) => look("a line of output", &a, &b),
                None => look("output", &self.output, &other.output),
            }
        }
        look("host calls", &self.calls, &other.calls);
        look("fuel used", &self.fuel_used, &other.fuel_used);
        look("fuel left", &self.fuel_left, &other.fuel_left);
        look("deepest stack", &self.deepest, &other.deepest);
        found
    }
}

impl End {
    /// The kind of its error; `value` without one.
    fn kind(&self) -> &str {
        match self {
            Self::Value(_) => "value",
            Self::Failed { kind, .. } => kind,
        }
    }

    fn of(result: Result<Option<Value>, RunError>) -> Self {
        match result {
            Ok(value) => Self::Value(value.map_or_else(String::new, |value| value.to_string())),
            Err(error) => Self::Failed {
                kind: error.kind.clone(),
                message: error.message.clone(),
                trace: error
                    .trace
                    .iter()
                    .map(|frame| match frame.position {
                        Some(at) => format!("{} {}:{}", frame.name, at.line, at.column),
                        None => frame.name.clone(),
                    })
                    .collect(),
                omitted: error.omitted,
            },
        }
    }
}
