//! What each tier is made of. The only place where policies are chosen.

use crate::tiers::Tier;
use lyra_vm_core::{AnyVm, Plain, Program, RunError, Settings, Vm};

/// A machine of a tier.
pub(crate) fn machine(tier: Tier, program: &Program, settings: Settings) -> Result<Box<dyn AnyVm>, RunError> {
    Ok(match tier {
        Tier::Reference => Box::new(Vm::<Plain>::new(program, settings)?),
        #[cfg(feature = "tier-stack")]
        Tier::Stack => Box::new(Vm::<registers::Stack>::new(program, settings)?),
        #[cfg(feature = "tier-cache")]
        Tier::Cache => Box::new(Vm::<Cache>::new(program, settings)?),
        #[cfg(feature = "tier-memory")]
        Tier::Memory => Box::new(Vm::<Memory>::new(program, settings)?),
        #[cfg(all(feature = "tier-stack", feature = "tier-codegen"))]
        Tier::Codegen => Box::new(Vm::<registers::Codegen>::new(program, settings)?),
        #[cfg(feature = "tier-security")]
        Tier::Security => Box::new(Vm::<sampled::Sampled>::new(program, settings)?),
    })
}

/// Where objects live in tiers that have what those before them have.
#[cfg(feature = "tier-memory")]
type BestHeap = lyra_tier_memory::BlockHeap;
#[cfg(all(
    not(feature = "tier-memory"),
    any(all(feature = "tier-stack", feature = "tier-codegen"), feature = "tier-security")
))]
type BestHeap = lyra_runtime::PlainHeap;

/// How inline caches and interned texts are kept in tiers that have what those before them have.
#[cfg(any(
    feature = "tier-cache",
    feature = "tier-memory",
    all(feature = "tier-stack", feature = "tier-codegen"),
    feature = "tier-security"
))]
mod caches {
    #[cfg(not(feature = "tier-cache"))]
    pub(super) use lyra_runtime::{LinearCaches as BestCaches, LinearInterner as BestInterner};
    #[cfg(feature = "tier-cache")]
    pub(super) use lyra_tier_cache::{HashCaches as BestCaches, HashInterner as BestInterner};
}

/// The caches of tier 2, over the plain heap, under the best engine without passes.
#[cfg(feature = "tier-cache")]
struct Cache;

#[cfg(feature = "tier-cache")]
impl lyra_vm_core::Profile for Cache {
    type Heap = lyra_runtime::PlainHeap;
    #[cfg(feature = "tier-stack")]
    type Stack = lyra_tier_stack::FrameStack;
    #[cfg(not(feature = "tier-stack"))]
    type Stack = lyra_runtime::GrowableStack;
    type Caches = caches::BestCaches;
    type Interner = caches::BestInterner;
    type Integrity = lyra_security::FullMonitor;
    #[cfg(feature = "tier-stack")]
    type Engine = lyra_tier_stack::Registers<lyra_tier_stack::NoPasses, Self>;
    #[cfg(not(feature = "tier-stack"))]
    type Engine = lyra_vm_core::engine::Stepper;
}

/// The heap of tier 3, under the best engine without passes.
#[cfg(feature = "tier-memory")]
struct Memory;

#[cfg(feature = "tier-memory")]
impl lyra_vm_core::Profile for Memory {
    type Heap = BestHeap;
    #[cfg(feature = "tier-stack")]
    type Stack = lyra_tier_stack::FrameStack;
    #[cfg(not(feature = "tier-stack"))]
    type Stack = lyra_runtime::GrowableStack;
    type Caches = caches::BestCaches;
    type Interner = caches::BestInterner;
    type Integrity = lyra_security::FullMonitor;
    #[cfg(feature = "tier-stack")]
    type Engine = lyra_tier_stack::Registers<lyra_tier_stack::NoPasses, Self>;
    #[cfg(not(feature = "tier-stack"))]
    type Engine = lyra_vm_core::engine::Stepper;
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
        type Engine = Registers<NoPasses, Self>;
    }

    /// Register code of functions that the passes went over.
    #[cfg(feature = "tier-codegen")]
    pub(super) struct Codegen;

    #[cfg(feature = "tier-codegen")]
    impl Profile for Codegen {
        type Heap = super::BestHeap;
        type Stack = FrameStack;
        type Caches = super::caches::BestCaches;
        type Interner = super::caches::BestInterner;
        type Integrity = FullMonitor;
        type Engine = Registers<Standard, Self>;
    }

    /// The passes of the feature `tier-codegen`.
    #[cfg(feature = "tier-codegen")]
    pub(super) struct Standard;

    #[cfg(feature = "tier-codegen")]
    impl lyra_tier_stack::Passes for Standard {
        fn run(
            func: &mut lyra_ir::Func,
            module: &lyra_bytecode::Verified,
            translation: &lyra_vm_core::Translation,
        ) {
            lyra_tier_codegen::optimize_without(func, module, |pass| translation.skips(pass));
        }
    }
}

/// The fastest profile of those above, watched by samples.
#[cfg(feature = "tier-security")]
mod sampled {
    #[cfg(not(feature = "tier-stack"))]
    use lyra_runtime::GrowableStack as Stack;
    use lyra_tier_security::SampledMonitor;
    #[cfg(feature = "tier-stack")]
    use lyra_tier_stack::FrameStack as Stack;
    use lyra_vm_core::Profile;
    #[cfg(not(feature = "tier-stack"))]
    use lyra_vm_core::engine::Stepper as Engine;

    #[cfg(all(feature = "tier-stack", feature = "tier-codegen"))]
    type Engine = lyra_tier_stack::Registers<super::registers::Standard, Sampled>;
    #[cfg(all(feature = "tier-stack", not(feature = "tier-codegen")))]
    type Engine = lyra_tier_stack::Registers<lyra_tier_stack::NoPasses, Sampled>;

    pub(super) struct Sampled;

    impl Profile for Sampled {
        type Heap = super::BestHeap;
        type Stack = Stack;
        type Caches = super::caches::BestCaches;
        type Interner = super::caches::BestInterner;
        type Integrity = SampledMonitor;
        type Engine = Engine;
    }
}
