//! Replacing matches, and texts that are to match themselves.

use super::{Matches, TEXT, invalid};
use crate::natives::{Outcome, Services};
use lyra_runtime::{HostCall, HostError, TextBuffer};
use regex::Regex;
use std::ops::Range;

/// Argument 2 of `replace`.
const BY: usize = 2;

/// Bytes of a piece of a replacement in memory.
const PIECE: usize = size_of::<Piece>();

/// A piece of a replacement.
enum Piece {
    /// These bytes of it, as they are.
    Text(Range<usize>),
    /// What this group matched.
    Group(usize),
}

/// `replace(pattern, text, by) -> str`: every match replaced; in `by`, `$1`, `$name` and `${name}` are groups, `$$` is a
/// dollar.
pub(in crate::natives) fn replace(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let mut matches = Matches::new(services, call)?;
    let pieces = read(call, matches.pattern.regex())?;
    let mut out = TextBuffer::new();
    let mut end = 0;
    while let Some(groups) = matches.next_groups(call)? {
        let whole = groups.first().cloned().flatten().unwrap_or(end..end);
        push(call, &mut out, TEXT, end..whole.start)?;
        end = whole.end;
        for piece in &pieces {
            match piece {
                Piece::Text(range) => push(call, &mut out, BY, range.clone())?,
                Piece::Group(group) => {
                    if let Some(Some(range)) = groups.get(*group) {
                        push(call, &mut out, TEXT, range.clone())?;
                    }
                }
            }
        }
    }
    let length = call.str(TEXT)?.len();
    push(call, &mut out, TEXT, end..length)?;
    out.finish(call)?;
    Ok(None)
}

/// Appends bytes of an argument, paid for; a piece counts even when it is empty.
fn push(
    call: &mut HostCall<'_>,
    out: &mut TextBuffer,
    argument: usize,
    range: Range<usize>,
) -> Result<(), HostError> {
    call.work(range.len().max(1))?;
    out.grow(call, range.len())?;
    out.text().push_str(call.str(argument)?.get(range).unwrap_or(""));
    Ok(())
}

/// The pieces of the replacement.
fn read(call: &mut HostCall<'_>, regex: &Regex) -> Result<Vec<Piece>, HostError> {
    let by = call.str(BY)?;
    // Each dollar makes at most two pieces.
    let most = by.bytes().filter(|&byte| byte == b'$').count().saturating_mul(2).saturating_add(1);
    let bytes = by.len();
    call.work(bytes)?;
    call.reserve(most.saturating_mul(PIECE))?;
    let by = call.str(BY)?;
    let mut pieces = Vec::with_capacity(most);
    let mut start = 0;
    while let Some(found) = by.get(start..).and_then(|rest| rest.find('$')) {
        let dollar = start + found;
        let after = by.get(dollar + 1..).unwrap_or("");
        pieces.push(Piece::Text(start..dollar));
        if after.starts_with('$') {
            // The second dollar begins the text that comes next, and is not looked at again.
            pieces.push(Piece::Text(dollar + 1..dollar + 2));
            start = dollar + 2;
            continue;
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (name, length) = match after.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            Some((name, _)) => (name, name.len() + 2),
            None => {
                let length = after.find(|c| !is_name(c)).unwrap_or(after.len());
                (after.get(..length).unwrap_or(""), length)
            }
        };
        if name.is_empty() {
            return Err(invalid("a `$` in the replacement names no group: write `$$` for a dollar"));
        }
        pieces.push(Piece::Group(group(regex, name)?));
        start = dollar + 1 + length;
    }
    pieces.push(Piece::Text(start..bytes));
    Ok(pieces)
}

/// The group of a number or name.
fn group(regex: &Regex, name: &str) -> Result<usize, HostError> {
    let by_number = name.parse::<usize>().ok().filter(|&number| number < regex.captures_len());
    let by_name = || regex.capture_names().position(|known| known == Some(name));
    by_number.or_else(by_name).ok_or_else(|| {
        let shown: String = name.chars().take(40).collect();
        let brace = if name.starts_with(|c: char| c.is_ascii_digit()) && name.parse::<usize>().is_err() {
            ": write `${1}` where letters follow a number"
        } else {
            ""
        };
        invalid(format!("the pattern has no group `{}`{brace}", shown.escape_debug()))
    })
}

/// `escape(str) -> str`: a pattern that matches the text and nothing else.
pub(in crate::natives) fn escape(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    let text = call.str(0)?;
    let special = text.chars().filter(|&c| regex_syntax::is_meta_character(c)).count();
    let bytes = text.len();
    call.work(bytes)?;
    let mut out = TextBuffer::new();
    out.grow(call, bytes.saturating_add(special))?;
    for c in call.str(0)?.chars() {
        if regex_syntax::is_meta_character(c) {
            out.text().push('\\');
        }
        out.text().push(c);
    }
    out.finish(call)?;
    Ok(None)
}
