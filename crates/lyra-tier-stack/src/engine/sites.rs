//! What instructions found out for the types that they met, kept by instruction: the procedure of a method of an
//! interface, where a field of an `any` is.
//!
//! ```text
//! second word of a call:    | site | method | interface |
//!                              │
//!        table of the machine: │ type + 1 | procedure, or part │ × 8    the first eight types that the site met
//! ```
//!
//! A site compares the type of its value with the first, then with the others; where more types come, all of those are
//! looked for where the first eight were found, in the table of [`methods`](super::methods) or the machine's inline caches.
//! What is kept is never replaced: it does not change, and the types that come first are mostly those that come often.
//!
//! The code is shared by all machines of a program, the table belongs to one: code says the number of the site alone.

use super::methods::Methods;
use crate::{Form, RegCode};
use lyra_vm_core::{SiteKind, SiteReport};
use std::sync::atomic::{AtomicU32, Ordering};

/// Types that a site keeps.
const MOST: usize = 8;

/// Where the number of the site stands in the second word of a call.
const SHIFT: u32 = 48;

/// A site, as the machine knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// Types, plus one, in the upper halves, what is kept in the lower; zero where there is none.
    kept: [u64; MOST],
    /// How many types it met; [`MOST`] + 1 stands for all numbers beyond.
    met: u32,
    is_field: bool,
    pub(super) hits: u64,
    misses: u64,
}

impl Kept {
    const NEW: Self = Self { kept: [0; MOST], met: 0, is_field: false, hits: 0, misses: 0 };

    /// The site of all that have none: it keeps nothing.
    const NONE: Self = Self { met: MOST as u32 + 1, ..Self::NEW };

    /// What is kept for a type.
    #[inline(always)]
    pub(super) fn known(&self, ty: u16) -> Option<u32> {
        let wanted = u64::from(ty) + 1;
        let mut at = 0;
        while at < MOST {
            let kept = self.kept[at];
            if kept >> 32 == wanted {
                return Some(kept as u32);
            }
            if kept == 0 {
                break;
            }
            at += 1;
        }
        None
    }

    /// Keeps something for a type for which nothing is kept, if there is a place.
    #[inline(always)]
    fn keep(&mut self, ty: u16, found: u32) {
        self.misses += 1;
        if self.met <= MOST as u32 {
            if let Some(place) = self.kept.get_mut(self.met as usize) {
                *place = (u64::from(ty) + 1) << 32 | u64::from(found);
            }
            self.met += 1;
        }
    }

    /// Keeps where a field is.
    pub(super) fn keep_field(&mut self, ty: u16, found: u32) {
        self.is_field = true;
        if self.known(ty).is_none() {
            self.keep(ty, found);
        }
    }

    /// The procedure of a call whose second word is `second`, for a receiver of type `ty`.
    #[inline(always)]
    pub(super) fn method(&mut self, methods: &Methods, second: u64, ty: u16) -> Option<u32> {
        if let Some(proc) = self.known(ty) {
            self.hits += 1;
            return Some(proc);
        }
        let proc = methods.find(second & ((1 << SHIFT) - 1), ty)?;
        self.keep(ty, proc);
        Some(proc)
    }
}

/// The number of the site in the second word of a call.
#[inline(always)]
pub(super) const fn site_of(second: u64) -> usize {
    (second >> SHIFT) as usize
}

/// The number of a site: 0, which stands for none, when numbers are used up.
pub(super) fn next_number(next: &AtomicU32) -> u16 {
    u16::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap_or(0)
}

/// Numbers the calls of methods in `words`, which `code` became, from `next` on.
pub(super) fn number_sites(code: &RegCode, words: &mut [u64], next: &AtomicU32) {
    let mut at = 0;
    while let Some(instr) = code.words.get(at).and_then(|word| word.unpack()) {
        if instr.form == Form::CallMethod
            && let Some(second) = words.get_mut(at + 1)
        {
            *second |= u64::from(next_number(next)) << SHIFT;
        }
        at += instr.length();
    }
}

/// The sites of a machine, by number.
#[derive(Debug)]
pub(super) struct Sites(Vec<Kept>);

impl Sites {
    pub(super) fn new() -> Self {
        Self(vec![Kept::NONE])
    }

    /// The first number that a program gives.
    pub(super) const FIRST: u32 = 1;

    /// Makes sure that all sites are there that have numbers below `end`.
    pub(super) fn grow(&mut self, end: u32) {
        let end = (end as usize).min(usize::from(u16::MAX) + 1);
        if end > self.0.len() {
            self.0.resize(end, Kept::NEW);
        }
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut Kept {
        self.0.as_mut_ptr()
    }

    /// Tells how they served. What fields missed the machine's inline caches tell, with the types that they met.
    pub(super) fn report(&self, report: &mut SiteReport) {
        for (number, site) in self.0.iter().enumerate() {
            if site.is_field {
                report.of_mut(SiteKind::Field).hits += site.hits;
                continue;
            }
            let all = report.of_mut(SiteKind::Interface);
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
    }
}
