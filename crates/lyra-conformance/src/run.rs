//! One program under one profile, to an [`Outcome`].
//!
//! A program can be taken several ways from its text to its result ([`Way`]). All ways must agree: on the output,
//! on the error's kind, message and place, on the fuel. Where a way cannot know something (a stripped module has
//! no places) the caller compares without it.

use crate::program::{Options, Program, compile_files};
use lyra::{Config, Engine, Error, Limits, Linker, Module, OutputBuffer, Overflow, Store, Tier};
use lyra_bytecode::{Trap, VerifyLimits};
use lyra_runtime::Stress;
use lyra_vm_core::{RunError, Settings};
use std::fmt;

/// How a program gets from its text to the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Compiled and run.
    Direct,
    /// Compiled, sealed, opened again, run.
    Sealed,
    /// Compiled without folding and without removing dead code.
    Unfolded,
    /// Without debug information.
    Stripped,
    /// With a collection at every allocation.
    Collecting,
    /// With a step of a collection at every allocation.
    Stepping,
}

impl Way {
    /// All of them, the one that the others are compared with first.
    pub const ALL: [Self; 6] =
        [Self::Direct, Self::Sealed, Self::Unfolded, Self::Stripped, Self::Collecting, Self::Stepping];
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What it printed.
    pub output: String,
    /// How it failed.
    pub error: Option<Failure>,
    /// Units of fuel that it used.
    pub fuel: u64,
}

/// How a run failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The error's kind; of a program that does not compile the first error's code.
    pub kind: String,
    /// Its message.
    pub message: String,
    /// Line and column.
    pub place: Option<(u32, u32)>,
    /// How many calls were active, those included that the trace leaves out.
    pub calls: usize,
    /// Whether the program waits for a part of the language: the compiler says [`NOT_YET`].
    pub is_pending: bool,
}

/// The code of an error about a part of the language that this version does not compile.
pub const NOT_YET: &str = "E0901";

/// Whether an error says that the program uses a part of the language that this version does not compile. Other
/// errors beside it count for nothing: they may follow from it.
#[must_use]
pub fn is_pending(error: &Error) -> bool {
    error.diagnostics().iter().any(|found| found.code == NOT_YET)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let is_pending = is_pending(&error);
        let report = if error.is_compile() { error.render(false) } else { error.message() };
        Self {
            kind: error.code().to_owned(),
            message: report,
            place: error.place().map(|place| (place.line, place.column)),
            calls: error.trace().len() + error.omitted_frames(),
            is_pending,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.place.unwrap_or_default();
        write!(f, "{} at {line}:{column} ({})", self.kind, self.message)
    }
}

/// Fuel that a spec program gets unless it says otherwise: enough for the heaviest, an end for a mistake.
const FUEL: u64 = 50_000_000;

/// The limits of a spec program. No deadline: a slow machine must not change a result.
#[must_use]
pub fn limits(options: &Options) -> Limits {
    let mut limits = Limits::embedded().with_fuel(options.fuel.unwrap_or(FUEL)).with_deadline(None);
    if let Some(memory) = options.memory {
        limits = limits.with_memory(memory);
    }
    if let Some(output) = options.output {
        limits = limits.with_output(output);
    }
    limits
}

/// An engine for a program with these options.
#[must_use]
pub fn engine(tier: Tier, options: &Options, fold: bool) -> Engine {
    let overflow = if options.trap_overflow { Overflow::Trap } else { Overflow::Wrap };
    Engine::new(Config::new().tier(tier).limits(limits(options)).overflow(overflow).fold(fold))
}

/// Compiles and runs `source` to its end, `main` included.
#[must_use]
pub fn run(tier: Tier, way: Way, name: &str, source: &str, options: &Options) -> Outcome {
    run_files(tier, way, name, (source, &[]), options)
}

/// As [`run`], a program of the corpus with all its files.
#[must_use]
pub fn run_program(tier: Tier, way: Way, program: &Program) -> Outcome {
    let files = (program.source.as_str(), program.files.as_slice());
    run_files(tier, way, &program.name, files, &program.expected.options)
}

fn run_files(
    tier: Tier,
    way: Way,
    name: &str,
    (source, files): (&str, &[(String, String)]),
    options: &Options,
) -> Outcome {
    let engine = engine(tier, options, way != Way::Unfolded);
    let module = compile_files(&engine, &format!("{name}.lyra"), source, files);
    let module = module.and_then(|module| match way {
        Way::Sealed => Module::deserialize(&engine, &module.serialize(None), None),
        Way::Stripped => module.strip(),
        Way::Direct | Way::Unfolded | Way::Collecting | Way::Stepping => Ok(module),
    });
    match module {
        Err(error) => Outcome { output: String::new(), error: Some(error.into()), fuel: 0 },
        Ok(module) if way == Way::Collecting => run_stressed(tier, &module, options, Stress::Collections),
        Ok(module) if way == Way::Stepping => run_stressed(tier, &module, options, Stress::Steps),
        Ok(module) => run_module(&engine, &module),
    }
}

/// Runs a module through the facade.
#[must_use]
pub fn run_module(engine: &Engine, module: &Module) -> Outcome {
    let output = OutputBuffer::new();
    let mut store = Store::new(engine, ());
    store.set_output(output.clone());
    let result = Linker::new(engine)
        .instantiate(&mut store, module)
        .and_then(|instance| instance.call_main(&mut store).map(drop));
    Outcome { output: output.take(), error: result.err().map(Failure::from), fuel: store.fuel_used() }
}

/// Runs a module on the machine itself, with a collection or a step of one at every allocation: a root that the
/// machine forgets is freed at once or soon, and the result shows it.
fn run_stressed(tier: Tier, module: &Module, options: &Options, stress: Stress) -> Outcome {
    let output = lyra_runtime::SharedOutput::default();
    let settings = Settings {
        limits: limits(options),
        output: Box::new(output.clone()),
        stress,
        services: std::sync::Arc::new(lyra_std::Services::new()),
        ..Settings::default()
    };
    let verified = lyra_bytecode::verify(module.bytecode().clone(), &VerifyLimits::default())
        .expect("the facade has verified it already");
    let program =
        lyra_vm_core::link(verified, &mut |import| lyra_std::function(&import.module, &import.name))
            .expect("spec programs import standard modules only");
    let mut vm = tier.machine(&program, settings).expect("globals have room");
    let result = vm.start(&mut ()).and_then(|_| match program.find("main") {
        Some(main) => vm.call(main, &[], &mut ()).map(drop),
        None => Ok(()),
    });
    let error = result.err().map(|error| Failure {
        place: error.trace.iter().find_map(|frame| frame.position).map(|at| (at.line, at.column)),
        calls: error.trace.len() + error.omitted,
        is_pending: false,
        message: one_message(&error),
        kind: error.kind.clone(),
    });
    Outcome { output: output.take(), error, fuel: vm.report().fuel_used }
}

/// The message as the facade gives it: of an assertion without its sides.
fn one_message(error: &RunError) -> String {
    let message = error.message.as_str();
    if error.trap != Trap::AssertionFailed {
        return message.to_owned();
    }
    let text =
        if message.starts_with("left: ") { "" } else { message.split("\nleft: ").next().unwrap_or("") };
    if text.is_empty() { "assertion failed".to_owned() } else { text.to_owned() }
}
