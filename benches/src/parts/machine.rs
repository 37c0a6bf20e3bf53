//! Machines that no tier is made of.

use super::Part;
use crate::failure::Result;
use lyra::{Engine, Limits, Value};
use lyra_bytecode::{ProcId, VerifyLimits};
use lyra_runtime::{LinearCaches, LinearInterner, PlainHeap};
use lyra_security::FullMonitor;
use lyra_tier_stack::FrameStack;
use lyra_vm_core::engine::Stepper;
use lyra_vm_core::{AnyVm, Profile, Settings, Vm, link};

/// The reference machine, but for its stacks.
struct Preallocated;

impl Profile for Preallocated {
    type Heap = PlainHeap;
    type Stack = FrameStack;
    type Caches = LinearCaches;
    type Interner = LinearInterner;
    type Integrity = FullMonitor;
    type Engine = Stepper;
}

/// A program on such a machine, ready to be called.
pub struct Machine {
    vm: Box<dyn AnyVm>,
    run: ProcId,
}

impl Machine {
    /// Compiles and links; runs nothing of `run`.
    ///
    /// # Errors
    /// When the program does not compile, or has no procedure `run`, or the part is a matter of building or translation.
    pub fn new(part: &Part, limits: Limits, name: &str, text: &str) -> Result<Self> {
        let module = Engine::default().compile(name, text).map_err(|error| error.to_string())?;
        let verified = lyra_bytecode::verify(module.bytecode().clone(), &VerifyLimits::default());
        let verified = verified.map_err(|error| error.to_string())?;
        let program = link(verified, &mut |_| None).map_err(|error| error.to_string())?;
        let run = program.find("run").ok_or("it has no procedure `run`")?;
        let settings = Settings { limits, ..Settings::default() };
        let mut vm: Box<dyn AnyVm> = match part {
            Part::Preallocated => Box::new(Vm::<Preallocated>::new(&program, settings).map_err(text_of)?),
            Part::Uncounted | Part::Translated { .. } => return Err("that is no machine of its own".into()),
        };
        vm.start(&mut ()).map_err(text_of)?;
        Ok(Self { vm, run })
    }

    /// Calls `run`.
    ///
    /// # Errors
    /// When the program fails.
    pub fn call(&mut self, size: i32) -> Result<String> {
        let value = self.vm.call(self.run, &[Value::I32(size)], &mut ()).map_err(text_of)?;
        Ok(value.map_or_else(String::new, |value| value.to_string()))
    }
}

fn text_of(error: lyra_vm_core::RunError) -> String {
    format!("{error:?}")
}
