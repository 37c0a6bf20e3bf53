//! What calls of methods of interfaces found, kept by call.
//!
//! ```text
//! second word of the call:  | site | method | interface |
//!                              │
//!        table of the machine: │ type + 1 | procedure │ × 8    the first eight types that the call met
//! ```
//!
//! A call compares the type of its receiver with the first, then with the others; a call that met more types looks for
//! all of those in the table of [`methods`](super::methods). What is kept is never replaced: which procedure a method is
//! for a type does not change, and the types that come first are mostly those that come often.
//!
//! The code is shared by all machines of a program, the table belongs to one: code says the number of the site alone.

use super::methods::Methods;
use crate::{Form, RegCode};
use lyra_vm_core::SiteStatistics;
use std::sync::atomic::{AtomicU32, Ordering};

/// Types that a site keeps.
const MOST: usize = 8;

/// Where the number of the site stands in the second word of a call.
const SHIFT: u32 = 48;

/// A call, as the machine knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct MethodSite {
    /// Types, plus one, in the upper halves, procedures in the lower; zero where there is none.
    kept: [u64; MOST],
    /// How many types it met; [`MOST`] + 1 stands for all numbers beyond.
    met: u32,
    hits: u64,
    misses: u64,
}

impl MethodSite {
    const NEW: Self = Self { kept: [0; MOST], met: 0, hits: 0, misses: 0 };

    /// The site of all calls that have none: it keeps nothing.
    const NONE: Self = Self { met: MOST as u32 + 1, ..Self::NEW };

    /// The procedure of a call whose second word is `second`, for a receiver of type `ty`.
    #[inline(always)]
    pub(super) fn find(&mut self, methods: &Methods, second: u64, ty: u16) -> Option<u32> {
        let wanted = u64::from(ty) + 1;
        let mut at = 0;
        while at < MOST {
            let kept = self.kept[at];
            if kept >> 32 == wanted {
                self.hits += 1;
                return Some(kept as u32);
            }
            if kept == 0 {
                break;
            }
            at += 1;
        }
        let proc = methods.find(second & ((1 << SHIFT) - 1), ty)?;
        self.misses += 1;
        if self.met <= MOST as u32 {
            if let Some(place) = self.kept.get_mut(self.met as usize) {
                *place = wanted << 32 | u64::from(proc);
            }
            self.met += 1;
        }
        Some(proc)
    }
}

/// The number of the site in the second word of a call.
#[inline(always)]
pub(super) const fn site_of(second: u64) -> usize {
    (second >> SHIFT) as usize
}

/// Numbers the calls of methods in `words`, which `code` became, from `next` on; those that come when numbers are used up
/// have number 0, which stands for no site.
pub(super) fn number_sites(code: &RegCode, words: &mut [u64], next: &AtomicU32) {
    let mut at = 0;
    while let Some(instr) = code.words.get(at).and_then(|word| word.unpack()) {
        if instr.form == Form::CallMethod
            && let Some(second) = words.get_mut(at + 1)
        {
            let number = next.fetch_add(1, Ordering::Relaxed);
            *second |= u64::from(u16::try_from(number).unwrap_or(0)) << SHIFT;
        }
        at += instr.length();
    }
}

/// The sites of a machine, by number.
#[derive(Debug)]
pub(super) struct MethodSites(Vec<MethodSite>);

impl MethodSites {
    pub(super) fn new() -> Self {
        Self(vec![MethodSite::NONE])
    }

    /// The first number that a program gives.
    pub(super) const FIRST: u32 = 1;

    /// Makes sure that all sites are there that have numbers below `end`.
    pub(super) fn grow(&mut self, end: u32) {
        let end = (end as usize).min(usize::from(u16::MAX) + 1);
        if end > self.0.len() {
            self.0.resize(end, MethodSite::NEW);
        }
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut MethodSite {
        self.0.as_mut_ptr()
    }

    /// How they served.
    pub(super) fn statistics(&self) -> SiteStatistics {
        let mut all = SiteStatistics::default();
        for (number, site) in self.0.iter().enumerate() {
            all.hits += site.hits;
            all.misses += site.misses;
            match site.met as usize {
                0 => {}
                // What the calls without a site met is not known.
                _ if number == 0 => {}
                1 => all.monomorphic += 1,
                2..=MOST => all.polymorphic += 1,
                _ => all.megamorphic += 1,
            }
        }
        all
    }
}
