//! What only follows from a mistake of spelling is not said.
//!
//! A tree with holes is still checked, so that mistakes of meaning come in one go with those of spelling. But a
//! line that could not be read has lost some of what it says: a name declared there is unknown further down, and
//! whatever is said of the rest of the line is guesswork. So where the parser complained, the checker is silent,
//! and so it is about unknown names and types that stand in such a line.

use hashbrown::HashSet;
use lyra_base::Span;
use lyra_syntax::{Diagnostic, ast, code};

/// Drops from `found` what follows from the mistakes of spelling among `reported`, and from the statements that
/// could not be read, in files with this text.
pub(crate) fn drop_follow_ups<'a>(
    text: &str,
    stmts: impl Iterator<Item = &'a ast::Stmt<'a>>,
    reported: &[Diagnostic],
    found: &mut Vec<Diagnostic>,
) {
    // `E01xx` are the codes of the parser.
    let spelt = reported.iter().filter(|diagnostic| diagnostic.code.id().starts_with("E01"));
    let lines = spelt.map(|diagnostic| line_of(text, diagnostic.span.start));
    let unread = stmts.filter(|stmt| matches!(stmt.kind, ast::StmtKind::Error));
    let unread: Vec<Span> = lines.chain(unread.map(|stmt| stmt.span)).collect();
    if unread.is_empty() || found.is_empty() {
        return;
    }
    let (mut words, mut procs) = (HashSet::new(), HashSet::new());
    for part in unread.iter().filter_map(|span| text.get(span.range())) {
        let mut before = "";
        for word in part.split(is_between_words).filter(|word| !word.is_empty()) {
            words.insert(word);
            if matches!(before, "proc" | "fn" | "func" | "function" | "def" | "fun") {
                procs.insert(word);
            }
            before = word;
        }
    }
    let mut ranges: Vec<(u32, u32)> = unread.iter().map(|span| (span.start, span.end)).collect();
    ranges.sort_unstable();
    found.retain(|diagnostic| {
        let start = diagnostic.span.start;
        let before = ranges.partition_point(|&(from, _)| from <= start);
        // Statements and lines overlap little: a few ranges back are enough to find the one around a place.
        let inside = ranges.iter().take(before).rev().take(8).any(|&(_, end)| start <= end);
        let written = text.get(diagnostic.span.range()).unwrap_or("");
        let word = written.split(is_between_words).next().unwrap_or("");
        let follows = match diagnostic.code {
            code::UNKNOWN_NAME | code::UNKNOWN_TYPE => words.contains(word),
            // `f(1)`, where the head of `f` could not be read, gives no value, or takes other arguments.
            code::NO_VALUE | code::ARGUMENT_COUNT => procs.contains(word),
            _ => false,
        };
        !inside && !follows
    });
}

fn is_between_words(c: char) -> bool {
    !(c.is_alphanumeric() || c == '_')
}

/// The line around a place, without its end.
fn line_of(text: &str, place: u32) -> Span {
    let place = (place as usize).min(text.len());
    let bytes = text.as_bytes();
    let before = bytes.get(..place).unwrap_or(b"");
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let after = bytes.get(place..).unwrap_or(b"");
    let end = place + after.iter().position(|&byte| byte == b'\n').unwrap_or(after.len());
    let offset = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    Span::new(offset(start), offset(end))
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn a_line_is_found_from_any_place_in_it() {
        let text = "one\ntwo\n\nthree";
        for (place, line) in
            [(0, "one"), (3, "one"), (4, "two"), (8, ""), (9, "three"), (14, "three"), (99, "three")]
        {
            assert_eq!(text.get(line_of(text, place).range()), Some(line), "{place}");
        }
    }
}
