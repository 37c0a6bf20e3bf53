//! What instructions that keep something in inline caches did, by kind, and how many types each of them met.
//!
//! ```text
//! types met   1             2 to 8        more
//! the site is monomorphic → polymorphic → megamorphic
//! ```
//!
//! A lookup that hits adds one to a number; everything else happens at misses, which are rare. What the engine does
//! without a lookup, operators on numbers before all, is not counted.

use std::collections::HashMap;
use std::fmt;

/// What kind of instruction a site is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteKind {
    /// Calls of built-ins.
    Builtin,
    /// Operators on `any`.
    Operator,
    /// Elements of an `any`.
    Index,
    /// Fields of an `any`.
    Field,
    /// Calls of methods of an `any`.
    Method,
    /// Calls of methods of interfaces, where an engine keeps what they found.
    Interface,
}

/// Numbers of all sites of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteStatistics {
    /// Lookups that found what was kept.
    pub hits: u64,
    /// Lookups that found nothing.
    pub misses: u64,
    /// Sites that met one type, or one pair of types.
    pub monomorphic: u64,
    /// Sites that met from two to eight.
    pub polymorphic: u64,
    /// Sites that met more.
    pub megamorphic: u64,
}

impl SiteStatistics {
    /// Part of the lookups that hit, between 0 and 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    pub fn hit_rate(&self) -> f64 {
        let lookups = self.hits.saturating_add(self.misses);
        if lookups == 0 { 0.0 } else { self.hits as f64 / lookups as f64 }
    }
}

/// Numbers of all sites, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteReport {
    kinds: [SiteStatistics; SiteKind::ALL.len()],
}

impl SiteKind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 6] =
        [Self::Interface, Self::Field, Self::Index, Self::Method, Self::Operator, Self::Builtin];

    /// Its name in reports: that of many sites.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Builtin => "builtins",
            Self::Operator => "operators",
            Self::Index => "indexes",
            Self::Field => "fields",
            Self::Method => "methods",
            Self::Interface => "interfaces",
        }
    }
}

impl SiteReport {
    /// Numbers of one kind.
    #[must_use]
    pub fn of(&self, kind: SiteKind) -> SiteStatistics {
        self.kinds.get(kind as usize).copied().unwrap_or_default()
    }

    /// Numbers of one kind, for an engine to add to.
    #[inline]
    pub fn of_mut(&mut self, kind: SiteKind) -> &mut SiteStatistics {
        &mut self.kinds[kind as usize]
    }
}

impl fmt::Display for SiteReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for kind in SiteKind::ALL {
            let SiteStatistics { hits, misses, monomorphic, polymorphic, megamorphic } = self.of(kind);
            if hits + misses > 0 {
                let rate = self.of(kind).hit_rate() * 100.0;
                writeln!(
                    f,
                    "  {:<11}{hits} hits, {misses} misses ({rate:.1} %), sites: {monomorphic} of one type, \
                     {polymorphic} of up to {}, {megamorphic} of more",
                    kind.name(),
                    Seen::MOST
                )?;
            }
        }
        Ok(())
    }
}

/// The types that a site met, as the inline caches have them.
#[derive(Clone, Copy)]
struct Seen {
    kind: SiteKind,
    types: [u32; Seen::MOST],
    count: usize,
}

impl Seen {
    /// Types of a site that is polymorphic.
    const MOST: usize = 8;

    fn meet(&mut self, ty: u32) {
        if self.types.get(..self.count).is_some_and(|types| !types.contains(&ty)) {
            if let Some(place) = self.types.get_mut(self.count) {
                *place = ty;
            }
            self.count += 1;
        }
    }
}

/// The sites of a machine. There are at most as many as the program has instructions.
#[derive(Default)]
pub(crate) struct Sites {
    report: SiteReport,
    seen: HashMap<u32, Seen>,
}

impl Sites {
    /// A lookup found what was kept.
    #[inline]
    pub(crate) fn hit(&mut self, kind: SiteKind) {
        self.report.of_mut(kind).hits += 1;
    }

    /// A lookup of site `site` for type `ty` found nothing.
    #[cold]
    pub(crate) fn miss(&mut self, kind: SiteKind, site: u32, ty: u32) {
        self.report.of_mut(kind).misses += 1;
        let seen = self.seen.entry(site).or_insert(Seen { kind, types: [0; Seen::MOST], count: 0 });
        seen.meet(ty);
    }

    /// What is known of all, without what an engine keeps.
    pub(crate) fn report(&self) -> SiteReport {
        let mut report = self.report;
        for seen in self.seen.values() {
            let of_kind = report.of_mut(seen.kind);
            match seen.count {
                0 | 1 => of_kind.monomorphic += 1,
                2..=Seen::MOST => of_kind.polymorphic += 1,
                _ => of_kind.megamorphic += 1,
            }
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_told_apart_by_how_many_types_they_met() {
        let mut sites = Sites::default();
        for (site, types) in [(1, 1), (2, 2), (3, 8), (4, 9), (5, 40)] {
            for round in 0..3 {
                for ty in 0..types {
                    if round < 2 {
                        // Replaced in between, and met again: not another type.
                        sites.miss(SiteKind::Field, site, ty);
                    } else {
                        sites.hit(SiteKind::Field);
                    }
                }
            }
        }
        sites.miss(SiteKind::Builtin, 6, 17);
        let fields = sites.report().of(SiteKind::Field);
        assert_eq!((fields.monomorphic, fields.polymorphic, fields.megamorphic), (1, 2, 2));
        assert_eq!((fields.hits, fields.misses), (60, 120));
        assert_eq!(sites.report().of(SiteKind::Builtin).monomorphic, 1);
        assert_eq!(sites.report().of(SiteKind::Method), SiteStatistics::default());
        assert_eq!(sites.report().to_string().lines().count(), 2, "kinds without a lookup are left out");
    }
}
