//! What each tier is made of. The only place where policies are chosen.

use crate::tiers::Tier;
use lyra_vm_core::{AnyVm, Plain, Program, RunError, Settings, Vm};

/// A machine of a tier.
pub(crate) fn machine(tier: Tier, program: &Program, settings: Settings) -> Result<Box<dyn AnyVm>, RunError> {
    Ok(match tier {
        Tier::Reference => Box::new(Vm::<Plain>::new(program, settings)?),
        #[cfg(feature = "tier-stack")]
        Tier::Stack => Box::new(Vm::<registers::Stack>::new(program, settings)?),
        #[cfg(all(feature = "tier-stack", feature = "tier-codegen"))]
        Tier::Codegen => Box::new(Vm::<registers::Codegen>::new(program, settings)?),
    })
}

/// The profiles that run register code.
#[cfg(feature = "tier-stack")]
mod registers {
    use lyra_runtime::{LinearCaches, LinearInterner, PlainHeap};
    use lyra_security::FullMonitor;
    use lyra_tier_stack::{FrameStack, NoPasses, Registers};
    use lyra_vm_core::Profile;

    /// Register code as it is translated.
    pub(super) struct Stack;

    impl Profile for Stack {
        type Heap = PlainHeap;
        type Stack = FrameStack;
        type Caches = LinearCaches;
        type Interner = LinearInterner;
        type Integrity = FullMonitor;
        type Engine = Registers<NoPasses>;
    }

    /// Register code of functions that the passes went over.
    #[cfg(feature = "tier-codegen")]
    pub(super) struct Codegen;

    #[cfg(feature = "tier-codegen")]
    impl Profile for Codegen {
        type Heap = PlainHeap;
        type Stack = FrameStack;
        type Caches = LinearCaches;
        type Interner = LinearInterner;
        type Integrity = FullMonitor;
        type Engine = Registers<Standard>;
    }

    /// The passes of the feature `tier-codegen`.
    #[cfg(feature = "tier-codegen")]
    pub(super) struct Standard;

    #[cfg(feature = "tier-codegen")]
    impl lyra_tier_stack::Passes for Standard {
        fn run(func: &mut lyra_ir::Func, module: &lyra_bytecode::Verified) {
            lyra_tier_codegen::standard().run(func, &module.module().types);
        }
    }
}
