//! The stacks, the inline caches and the interned strings of a profile, each by itself.
//!
//! Orders of access are made beforehand, from a fixed seed: at random, because a program does not ask in the
//! order of a list, and the same in every run.

use super::{Kernel, each, heap, text_of};
use lyra_runtime::{Caches, Heap, Interner, NoRoots, Ref, SiteKey, Slot, Stack};
use std::hint::black_box;

/// How many accesses are planned; a power of two.
const PLAN: usize = 4_096;

/// Slots that a stack of the command's default limits holds for a procedure with few locals.
const SLOTS: usize = 20_000;

/// Random numbers below `below`, each time the same.
fn plan(below: u32) -> Vec<u32> {
    let mut random = fastrand::Rng::with_seed(u64::from(below));
    (0..PLAN).map(|_| random.u32(0..below)).collect()
}

/// The next entry of a plan, round and round.
fn next(plan: &[u32], at: &mut usize) -> u32 {
    *at = at.wrapping_add(1);
    plan.get(*at % PLAN).copied().unwrap_or(0)
}

/// The operand stacks.
pub(super) fn stack<S: Stack + 'static>() -> Vec<Kernel> {
    let pairs = |_: &()| {
        let mut words = S::new(SLOTS);
        words.push_zeros(16).map_err(fault)?;
        let mut value = 0;
        Ok(each(move || {
            // The machine finds its stacks behind a reference each time, too.
            let words = black_box(&mut words);
            for _ in 0..8 {
                words.push(Slot::word(value)).map_err(fault)?;
                value = black_box(words.pop().map_err(fault)?.as_word()) + 1;
            }
            Ok(())
        }))
    };
    let both = || {
        let (mut refs, mut words) = (S::new(SLOTS), S::new(SLOTS));
        refs.push_zeros(16).map_err(fault)?;
        words.push_zeros(16).map_err(fault)?;
        let mut bits = 1;
        Ok(each(move || {
            let (refs, words) = (black_box(&mut refs), black_box(&mut words));
            for _ in 0..8 {
                refs.push(Ref::from_bits(bits).into()).map_err(fault)?;
                words.push(Slot::word(bits)).map_err(fault)?;
            }
            for _ in 0..8 {
                bits = (bits + words.pop().map_err(fault)?.as_word()) & 0xFFFF;
                bits ^= black_box(refs.pop().map_err(fault)?).as_ref().bits() & 1;
            }
            Ok(())
        }))
    };
    let frames = || {
        let mut words = S::new(SLOTS);
        Ok(each(move || {
            let words = black_box(&mut words);
            for depth in 0..8 {
                words.push_zeros(8).map_err(fault)?;
                words.set(depth * 8, Slot::word(7)).map_err(fault)?;
            }
            for depth in (0..8).rev() {
                black_box(words.get(depth * 8).map_err(fault)?);
                words.truncate(depth * 8);
            }
            Ok(())
        }))
    };
    let fresh = || {
        Ok(each(|| {
            let mut words = S::new(SLOTS);
            for value in 0..10_000 {
                words.push(Slot::word(value)).map_err(fault)?;
            }
            black_box(words.slots().len());
            Ok(())
        }))
    };
    const CLAIM: &str = "~100 ns, tier 1: ~10 ns";
    vec![
        Kernel::time("stack", "push, pop", 8, move || pairs(&()))
            .about("a word pushed and popped again, next to the top of a stack of 16")
            .claim(CLAIM),
        Kernel::time("stack", "push, pop: both stacks, 8 deep", 16, both)
            .about("a push and its pop; 8 words and 8 references pushed by turns, then popped"),
        Kernel::time("stack", "frame of 8 locals", 8, frames)
            .about("8 zeros pushed, one set, one read, all cut off; 8 frames deep"),
        Kernel::time("stack", "10,000 pushes on a new stack", 10_000, fresh)
            .about("one push; making the stack and its growing counted in"),
    ]
}

/// The inline caches.
pub(super) fn caches<C: Caches + 'static>() -> Vec<Kernel> {
    let key = |site| SiteKey { site, ty: 7 };
    let filled = move |entries: u32| {
        let mut caches = C::new();
        for site in 0..entries {
            caches.lookup(key(site));
            caches.insert(key(site), site);
        }
        caches
    };
    let mut kernels = Vec::new();
    for entries in [10, 100, 1_000] {
        let hits = move || {
            let (mut caches, plan, mut at) = (filled(entries), plan(entries), 0);
            Ok(each(move || {
                let site = next(&plan, &mut at);
                let found = caches.lookup(black_box(key(site)));
                if black_box(found) == Some(site) { Ok(()) } else { Err(format!("site {site} was lost")) }
            }))
        };
        let kernel = Kernel::time("inline cache", format!("hit, {entries} entries"), 1, hits)
            .about("a lookup that finds its entry, entries at random");
        kernels.push(if entries == 1_000 { kernel.claim("~10 µs, tier 2: ~100 ns") } else { kernel });
    }
    let crowded = move || {
        let (mut caches, plan, mut at) = (filled(4_000), plan(4_000), 0);
        Ok(each(move || {
            let site = next(&plan, &mut at);
            let found = caches.lookup(black_box(key(site)));
            if black_box(found).is_none() {
                caches.insert(key(site), site);
            }
            Ok(())
        }))
    };
    let misses = move || {
        let (mut caches, plan, mut at) = (filled(1_000), plan(4_000), 0);
        Ok(each(move || {
            let found = caches.lookup(black_box(key(10_000 + next(&plan, &mut at))));
            if black_box(found).is_none() {
                Ok(())
            } else {
                Err("a site was found that is not there".to_owned())
            }
        }))
    };
    let evictions = move || {
        let (mut caches, mut site) = (filled(1_000), 1_000);
        Ok(each(move || {
            // Twice as many sites as entries, in turn: each was replaced before it comes again.
            site = (site + 1) % 2_000;
            if black_box(caches.lookup(black_box(key(site)))).is_none() {
                caches.insert(key(site), site);
            }
            Ok(())
        }))
    };
    kernels.push(Kernel::time("inline cache", "4,000 sites in use", 1, crowded).about(
        "a lookup, sites at random, and an insertion where it misses; caches of 1,000 entries miss 3 of 4",
    ));
    kernels.push(
        Kernel::time("inline cache", "miss, 1,000 entries", 1, misses)
            .about("a lookup of a site that is not there, without an insertion"),
    );
    kernels.push(
        Kernel::time("inline cache", "2,000 sites in turn", 1, evictions)
            .about("a lookup and what a miss costs; caches of 1,000 entries miss and replace each time"),
    );
    kernels
}

/// The interned strings.
pub(super) fn interner<I: Interner + 'static, H: Heap + 'static>() -> Vec<Kernel> {
    let name = |number: u32| format!("name_{number}");
    let mut kernels = Vec::new();
    for entries in [10, 1_000, 5_000] {
        for (what, first) in [("hit", 0), ("miss", 1_000_000)] {
            let prepare = move || {
                let (mut heap, _) = heap::new::<H>();
                let mut interner = I::new();
                for number in 0..entries {
                    let object = heap::text(&mut heap, &name(number), &NoRoots)?;
                    interner.insert(object, &heap);
                }
                let asked: Vec<String> =
                    plan(entries).into_iter().map(|number| name(first + number)).collect();
                let mut at = 0;
                Ok(each(move || {
                    at = (at + 1) % PLAN;
                    let asked = asked.get(at).map_or("", String::as_str);
                    let found = interner.find(black_box(asked), &heap);
                    match black_box(found).is_some() == (first == 0) {
                        true => Ok(()),
                        false => Err(format!("`{asked}` is not where it should be")),
                    }
                }))
            };
            kernels.push(
                Kernel::time("intern", format!("{what}, {entries} texts"), 1, prepare)
                    .about("a text looked for among short names, at random"),
            );
        }
    }
    kernels
}

/// What a policy fails with, as text.
fn fault(fault: lyra_runtime::Fault) -> String {
    text_of(fault.message())
}
