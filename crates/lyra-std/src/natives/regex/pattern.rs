//! Patterns: compiled once, kept for a while, and how much work each makes.

use super::{Services, invalid};
use lyra_runtime::{HostCall, HostError};
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};
use std::collections::VecDeque;
use std::sync::Arc;

/// Most bytes of a pattern.
const LONGEST: usize = 10_000;

/// Most levels of groups and repetitions inside each other.
const DEEPEST: u32 = 100;

/// Most bytes of a compiled pattern, and of what a search remembers of it.
const LARGEST: usize = 1 << 20;

/// Most places of a pattern.
const MOST_PLACES: u64 = 50_000;

/// Most places times bytes of a text in one search, which cannot be stopped: some seconds, at the worst.
const MOST_WORK: u64 = 1 << 32;

/// Patterns that are kept, those used last first. Together they take some tens of megabytes at most, besides the
/// program's memory.
const KEPT: usize = 16;

/// A compiled pattern. Clones share it.
#[derive(Clone)]
pub(super) struct Pattern {
    inner: Arc<Inner>,
}

struct Inner {
    regex: Regex,
    places: u64,
}

/// The patterns of a store.
#[derive(Default)]
pub(crate) struct Patterns(VecDeque<Pattern>);

impl Patterns {
    fn find(&mut self, text: &str) -> Option<Pattern> {
        let at = self.0.iter().position(|pattern| pattern.regex().as_str() == text)?;
        let found = self.0.remove(at)?;
        self.0.push_front(found.clone());
        Some(found)
    }

    fn keep(&mut self, pattern: Pattern) {
        self.0.truncate(KEPT - 1);
        self.0.push_front(pattern);
    }
}

/// The pattern that is argument 0, compiled now or before: it costs the same, so that what ran earlier in a store shows
/// nowhere.
pub(super) fn compiled(services: &Services, call: &mut HostCall<'_>) -> Result<Pattern, HostError> {
    let length = call.str(0)?.len();
    if length > LONGEST {
        return Err(invalid(format!("a pattern has at most {LONGEST} bytes, not {length}")));
    }
    call.pay(length as u64)?;
    let text = call.str(0)?;
    let known = services.state().patterns.find(text);
    if let Some(pattern) = known {
        return Ok(pattern);
    }
    let pattern = compile(text)?;
    services.state().patterns.keep(pattern.clone());
    // Compiling may have taken long.
    call.look_soon();
    Ok(pattern)
}

fn compile(text: &str) -> Result<Pattern, HostError> {
    let parsed = regex_syntax::ParserBuilder::new().nest_limit(DEEPEST).build().parse(text);
    let hir = parsed.map_err(|error| not_valid(&error))?;
    let places = places(&hir);
    if places > MOST_PLACES {
        return Err(invalid("the pattern is too large: its repetitions multiply"));
    }
    let built =
        RegexBuilder::new(text).nest_limit(DEEPEST).size_limit(LARGEST).dfa_size_limit(LARGEST).build();
    match built {
        Ok(regex) => Ok(Pattern { inner: Arc::new(Inner { regex, places }) }),
        Err(regex::Error::CompiledTooBig(_)) => {
            Err(invalid(format!("the pattern is too large: compiled it takes more than {LARGEST} bytes")))
        }
        Err(error) => Err(not_valid(&error)),
    }
}

/// The last line of the library's report says what is wrong; those before it draw the place.
fn not_valid(error: &dyn std::error::Error) -> HostError {
    let report = error.to_string();
    let what = report.lines().last().unwrap_or("").trim();
    let what = what.strip_prefix("error: ").unwrap_or(what);
    invalid(format!("the pattern is not valid: {what}"))
}

/// The characters and classes of a pattern, repeated ones as often as they are: at least 1. Nesting is bounded by the
/// parser, so this may go down by calling itself.
fn places(hir: &Hir) -> u64 {
    let sum = |parts: &[Hir]| parts.iter().map(places).fold(0, u64::saturating_add);
    let count = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(_) => 1,
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or_else(|| repeated.min.max(1)).max(1);
            places(&repeated.sub).saturating_mul(times.into())
        }
        HirKind::Capture(group) => places(&group.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(parts),
    };
    count.max(1)
}

impl Pattern {
    pub(super) fn regex(&self) -> &Regex {
        &self.inner.regex
    }

    /// Pays for a search through argument `index`.
    pub(super) fn pay_for(&self, call: &mut HostCall<'_>, index: usize) -> Result<(), HostError> {
        let bytes = call.str(index)?.len() as u64;
        let work = bytes.saturating_mul(self.inner.places);
        if work > MOST_WORK {
            let places = self.inner.places;
            return Err(invalid(format!(
                "a text of {bytes} bytes is too long for a pattern of {places} places: at most {} bytes",
                MOST_WORK / places
            )));
        }
        call.pay(work / 64)?;
        call.look_soon();
        Ok(())
    }
}
