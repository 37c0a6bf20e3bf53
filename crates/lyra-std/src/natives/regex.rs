//! `std:regex`: regular expressions by the `regex` crate, which takes time in proportion to pattern times text, whatever
//! the pattern.
//!
//! What a search costs is that product, counted in *places* of the pattern: characters and classes, each as often as a
//! repetition with numbers repeats it. It is paid for before the search, which cannot be stopped, so there is also a
//! bound on it. Positions in texts are counted in characters, as everywhere in Lyra.

mod pattern;
mod replace;

pub(crate) use pattern::Patterns;
pub(super) use replace::{escape, replace};

use super::{Outcome, Services, invalid};
use lyra_runtime::{Builder, HostCall, HostError, Value};
use pattern::{Pattern, compiled};
use std::ops::Range;

/// Argument 1 of all functions here.
const TEXT: usize = 1;

/// `check(str)`: fails when the pattern is not valid.
pub(super) fn check(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    compiled(services, call)?;
    Ok(None)
}

/// `is_match(pattern, text) -> bool`
pub(super) fn is_match(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let pattern = compiled(services, call)?;
    pattern.pay_for(call, TEXT)?;
    Ok(Some(Value::Bool(pattern.regex().is_match(call.str(TEXT)?))))
}

/// `find(pattern, text) -> str?`
pub(super) fn find(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let mut matches = Matches::new(services, call)?;
    match matches.next(call)? {
        Some(range) => call.build().part(TEXT, range)?,
        None => call.build().none()?,
    }
    Ok(None)
}

/// `span(pattern, text) -> (i32, i32)?`: the first character of the first match, and the one after its last.
pub(super) fn span(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let mut matches = Matches::new(services, call)?;
    let Some(Range { start, end }) = matches.next(call)? else { return Ok(Some(Value::None)) };
    call.work(end)?;
    let text = call.str(TEXT)?;
    let count = |range: Range<usize>| text.get(range).map_or(0, |part| part.chars().count());
    let (before, inside) = (count(0..start), count(start..end));
    let place = |place: usize| Value::I32(i32::try_from(place).unwrap_or(i32::MAX));
    Ok(Some(Value::Tuple(vec![place(before), place(before + inside)])))
}

/// `find_all(pattern, text) -> [str]`
pub(super) fn find_all(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let mut matches = Matches::new(services, call)?;
    let mut build = call.build();
    build.array()?;
    while let Some(range) = matches.next(build.call())? {
        build.part(TEXT, range)?;
    }
    build.end()?;
    Ok(None)
}

/// `split(pattern, text) -> [str]`
pub(super) fn split(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let mut matches = Matches::new(services, call)?;
    let length = call.str(TEXT)?.len();
    let mut build = call.build();
    build.array()?;
    let mut start = 0;
    while let Some(found) = matches.next(build.call())? {
        build.part(TEXT, start..found.start)?;
        start = found.end;
    }
    build.part(TEXT, start..length)?;
    build.end()?;
    Ok(None)
}

/// `captures(pattern, text) -> [str?]?`
pub(super) fn captures(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let mut matches = Matches::new(services, call)?;
    match matches.next_groups(call)? {
        Some(groups) => make_groups(&mut call.build(), &groups)?,
        None => call.build().none()?,
    }
    Ok(None)
}

/// `captures_all(pattern, text) -> [[str?]]`
pub(super) fn captures_all(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let mut matches = Matches::new(services, call)?;
    let mut build = call.build();
    build.array()?;
    while let Some(groups) = matches.next_groups(build.call())? {
        make_groups(&mut build, &groups)?;
    }
    build.end()?;
    Ok(None)
}

/// `groups(pattern, text) -> {str: str}?`: the named groups that took part in the first match.
pub(super) fn groups(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let mut matches = Matches::new(services, call)?;
    let Some(groups) = matches.next_groups(call)? else {
        call.build().none()?;
        return Ok(None);
    };
    let mut build = call.build();
    build.map()?;
    for (name, group) in matches.pattern.regex().capture_names().zip(groups) {
        if let (Some(name), Some(range)) = (name, group) {
            build.key(name)?;
            build.part(TEXT, range)?;
        }
    }
    build.end()?;
    Ok(None)
}

fn make_groups(build: &mut Builder<'_, '_>, groups: &[Option<Range<usize>>]) -> Result<(), HostError> {
    build.array()?;
    for group in groups {
        match group {
            Some(range) => build.part(TEXT, range.clone())?,
            None => build.none()?,
        }
    }
    build.end()
}

/// The matches in the text, from the first to the last, none in another. An empty match does not stand right behind the
/// match before it.
struct Matches {
    pattern: Pattern,
    /// Where the next search begins; past the end when there is none.
    from: usize,
    /// Where the last match ended.
    last: Option<usize>,
}

impl Matches {
    /// Before the first match: argument 0 is the pattern. The text is paid for once.
    fn new(services: &Services, call: &mut HostCall<'_>) -> Result<Self, HostError> {
        let pattern = compiled(services, call)?;
        pattern.pay_for(call, TEXT)?;
        Ok(Self { pattern, from: 0, last: None })
    }

    fn next(&mut self, call: &mut HostCall<'_>) -> Result<Option<Range<usize>>, HostError> {
        self.search(
            call,
            |pattern, text, from| pattern.regex().find_at(text, from).map(|found| found.range()),
            Range::clone,
        )
    }

    fn next_groups(
        &mut self,
        call: &mut HostCall<'_>,
    ) -> Result<Option<Vec<Option<Range<usize>>>>, HostError> {
        let groups = |pattern: &Pattern, text: &str, from| {
            let found = pattern.regex().captures_at(text, from)?;
            Some(found.iter().map(|group| group.map(|group| group.range())).collect::<Vec<_>>())
        };
        let found = self.search(call, groups, |groups| groups.first().cloned().flatten().unwrap_or(0..0))?;
        if let Some(groups) = &found {
            call.pay(groups.len() as u64 / 8)?;
        }
        Ok(found)
    }

    /// The next match, found by `find`; `range` says where it is.
    fn search<F>(
        &mut self,
        call: &mut HostCall<'_>,
        find: impl Fn(&Pattern, &str, usize) -> Option<F>,
        range: impl Fn(&F) -> Range<usize>,
    ) -> Result<Option<F>, HostError> {
        // Each match is a unit of work. A search may have taken long, so the clock is looked at.
        call.look_soon();
        call.pay(1)?;
        let text = call.str(TEXT)?;
        loop {
            if self.from > text.len() {
                return Ok(None);
            }
            let Some(found) = find(&self.pattern, text, self.from) else {
                self.from = text.len().saturating_add(1);
                return Ok(None);
            };
            let Range { start, end } = range(&found);
            let is_behind = start == end && self.last == Some(end);
            // An empty match is not looked for again where it was.
            self.from = if start == end { next_character(text, end) } else { end };
            if !is_behind {
                self.last = Some(end);
                return Ok(Some(found));
            }
        }
    }
}

/// Where the character after that at `at` begins; past the end behind the last.
fn next_character(text: &str, at: usize) -> usize {
    let width = text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    at.saturating_add(width)
}
