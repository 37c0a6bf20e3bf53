//! Which micro benchmarks there are. A tier that is built in joins here, and nowhere else.

use super::{Kernel, border, handlers, heap, machine, pipeline, policies};
use lyra::Tier;
use lyra_tier_cache::{HashCaches, HashInterner};
use lyra_tier_memory::BlockHeap;
use lyra_tier_stack::FrameStack;
use lyra_vm_core::{Plain, Profile};

/// The group that has a row for every instruction of the interpreter.
pub const HANDLERS: &str = "handlers";

/// Every micro benchmark, in the order of the tables.
#[must_use]
pub fn all() -> Vec<Kernel> {
    let mut kernels = Vec::new();
    for &tier in Tier::ALL {
        // A tier whose machine is made of the same policies as another one's has none of its own to measure.
        if tier == Tier::Reference {
            kernels.extend(profile::<Plain>(tier));
            kernels.extend(of("preallocated", policies::stack::<FrameStack>()));
            kernels.extend(of("blocks", heap::kernels::<BlockHeap>()));
            kernels.extend(of("hashed", policies::caches::<HashCaches>()));
            kernels.extend(of("hashed", policies::interner::<HashInterner, lyra_runtime::PlainHeap>()));
        }
        kernels.extend(named(machine::kernels(tier), tier));
        kernels.extend(named(border::kernels(tier), tier));
    }
    kernels.extend(pipeline::kernels());
    // The interpreter's own: a tier that translates bytecode would leave out what has no effect.
    kernels.extend(handlers::kernels());
    // Families stand together, in the order in which they first came, whatever the number of tiers.
    let order: Vec<&str> = kernels.iter().map(|kernel| kernel.group).collect();
    kernels.sort_by_key(|kernel| order.iter().position(|group| *group == kernel.group));
    kernels
}

/// The systems of one profile by themselves.
fn profile<P: Profile>(tier: Tier) -> impl Iterator<Item = Kernel> {
    let mut kernels = policies::stack::<P::Stack>();
    kernels.extend(policies::caches::<P::Caches>());
    kernels.extend(heap::kernels::<P::Heap>());
    kernels.extend(policies::interner::<P::Interner, P::Heap>());
    named(kernels, tier)
}

/// Kernels of a tier other than the first carry its name.
fn named(kernels: Vec<Kernel>, tier: Tier) -> impl Iterator<Item = Kernel> {
    let first = tier == Tier::Reference;
    kernels.into_iter().map(move |kernel| if first { kernel } else { marked(tier.name(), kernel) })
}

/// Kernels of a policy that stands beside that of the reference machine.
fn of(policy: &'static str, kernels: Vec<Kernel>) -> impl Iterator<Item = Kernel> {
    kernels.into_iter().map(move |kernel| marked(policy, kernel))
}

fn marked(whose: &str, mut kernel: Kernel) -> Kernel {
    kernel.name = format!("{} [{whose}]", kernel.name);
    kernel
}
