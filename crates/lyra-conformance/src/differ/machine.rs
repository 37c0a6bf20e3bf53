//! From the text of a program to its runs.

use super::natives::{self, NATIVES};
use super::outcome::Outcome;
use lyra::Tier;
use lyra_bytecode::{Import, SectionRef, Verified, VerifyLimits, decode, encode, verify};
use lyra_compiler::{CompileOptions, HostFunction, Overflow, Source, StandardModule};
use lyra_runtime::{SharedOutput, Stress};
use lyra_security::{Limits, Section, open, seal};
use lyra_vm_core::{AnyVm, Program, RunError, Settings, Translation};
use std::sync::{Arc, LazyLock};

/// What a run may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Under {
    /// Units of work.
    pub fuel: u64,
    /// Entries of the stack.
    pub stack: u32,
    /// Bytes of values.
    pub memory: u64,
    /// Bytes of output.
    pub output: u64,
    /// What the heap does at every charge.
    pub stress: Stress,
    /// The number of the charge that is refused, from 0.
    pub refuse: Option<u64>,
}

impl Under {
    /// Enough for most programs, and an end for the others.
    pub const AMPLE: Self = Self {
        fuel: 4_000,
        stack: 10_000,
        memory: 8 << 20,
        output: 200_000,
        stress: Stress::None,
        refuse: None,
    };

    /// As limits. No deadline: a slow machine must not change a result.
    #[must_use]
    pub fn limits(self) -> Limits {
        Limits::embedded()
            .with_fuel(self.fuel)
            .with_stack(self.stack)
            .with_memory(self.memory)
            .with_output(self.output)
            .with_deadline(None)
    }

    /// As the settings of a machine that prints to `output`.
    #[must_use]
    pub fn settings(self, output: &SharedOutput) -> Settings {
        Settings {
            limits: self.limits(),
            output: Box::new(output.clone()),
            stress: self.stress,
            refuse_charge: self.refuse,
            services: Arc::new(lyra_std::Services::new()),
            ..Settings::default()
        }
    }
}

static STANDARD: LazyLock<Vec<StandardModule>> = LazyLock::new(|| {
    let module =
        |module: &lyra_std::StandardModule| StandardModule { name: module.name, source: module.source };
    lyra_std::MODULES.iter().map(module).collect()
});

static HOST: LazyLock<Vec<HostFunction>> = LazyLock::new(|| {
    let own = NATIVES.iter().map(|(module, name, function)| HostFunction {
        module: (*module).to_owned(),
        name: (*name).to_owned(),
        signature: function.signature.clone(),
    });
    let standard = lyra_std::MODULES.iter().flat_map(|module| lyra_std::declarations(module.name));
    let standard = standard.map(|native| HostFunction {
        module: native.module.to_owned(),
        name: native.name.to_owned(),
        signature: native.signature,
    });
    own.chain(standard).collect()
});

/// Compiles a program and passes it through the verifier.
///
/// # Errors
/// The first mistake that the compiler or the verifier finds.
pub fn compile(text: &str, trap_overflow: bool, fold: bool) -> Result<Verified, String> {
    let options = CompileOptions {
        overflow: if trap_overflow { Overflow::Trap } else { Overflow::Wrap },
        fold,
        host: HOST.clone(),
        standard: &STANDARD,
        ..CompileOptions::default()
    };
    let compiled = lyra_compiler::compile(Source { name: "generated.lyra", text }, &options);
    match compiled.module {
        Some(module) => verify(module, &VerifyLimits::default()).map_err(|error| error.to_string()),
        None => {
            let first = compiled.diagnostics.iter().find(|found| found.is_error());
            Err(first.map_or_else(String::new, |found| {
                let line = text.get(..found.span.start as usize).map_or(0, |text| text.lines().count());
                format!("line {line}: {} ({})", found.message, found.code)
            }))
        }
    }
}

/// A module as it comes out of a sealed file; must be the same as before.
///
/// # Errors
/// When it cannot be opened, or is another one.
pub fn sealed_and_opened(verified: &Verified) -> Result<(), String> {
    let sections = encode(verified.module());
    let parts: Vec<Section<'_>> =
        sections.iter().map(|section| Section { name: section.name, bytes: &section.bytes }).collect();
    let file = seal(&parts, None);
    let opened = open(&file, None).map_err(|error| error.to_string())?;
    let parts: Vec<SectionRef<'_>> =
        opened.iter().map(|section| SectionRef { name: section.name, bytes: section.bytes }).collect();
    let again = decode(&parts).map_err(|error| error.to_string())?;
    if again == *verified.module() { Ok(()) } else { Err("another module comes out".to_owned()) }
}

/// Links a program with the natives.
///
/// # Errors
/// When one is missing.
pub fn linked(verified: Verified) -> Result<Program, String> {
    linked_with(verified, Translation::default())
}

/// [`linked`] for engines that make their code in a way of their own.
///
/// # Errors
/// As [`linked`].
pub fn linked_with(verified: Verified, translation: Translation) -> Result<Program, String> {
    let mut resolve = |import: &Import| natives::function(&import.module, &import.name);
    lyra_vm_core::link_with(verified, &mut resolve, translation).map_err(|error| format!("{error:?}"))
}

/// Runs a program on a tier.
#[must_use]
pub fn run(tier: Tier, program: &Program, under: Under) -> Outcome {
    run_on(program, under, |program, settings| tier.machine(program, settings))
}

/// Runs a program on a machine that `make` makes.
pub fn run_on(
    program: &Program,
    under: Under,
    make: impl FnOnce(&Program, Settings) -> Result<Box<dyn AnyVm>, RunError>,
) -> Outcome {
    let output = SharedOutput::default();
    match make(program, under.settings(&output)) {
        Ok(mut vm) => Outcome::of(program, vm.as_mut(), &output),
        Err(error) => Outcome::refused(&error),
    }
}
