//! What stands between the tokens: comments and blank lines, kept for the formatter and for documentation.

use lyra_base::Span;

/// One piece of text that the grammar does not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trivia {
    /// What it is.
    pub kind: TriviaKind,
    /// All of it: a comment with its slashes but without its line end, blank lines with theirs.
    pub span: Span,
}

/// The kinds of trivia.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TriviaKind {
    /// The `#!` line.
    Shebang,
    /// `// …`
    Line,
    /// `/// …`
    Doc,
    /// `/* … */`
    Block,
    /// One or more lines with nothing on them.
    BlankLines,
}

/// The `///` lines that stand right above `start`, in order: only white space, blank lines and other comments
/// may lie between them and what they document.
pub(crate) fn doc_lines<'t>(text: &str, trivia: &'t [Trivia], start: u32) -> &'t [Trivia] {
    let end = trivia.partition_point(|piece| piece.span.end <= start);
    let mut first = end;
    let mut next = start;
    while let Some(piece) = first.checked_sub(1).and_then(|before| trivia.get(before)) {
        let between = text.as_bytes().get(piece.span.end as usize..next as usize).unwrap_or(b"x");
        // A comment behind code on its line belongs to that code.
        let before = text.as_bytes().get(..piece.span.start as usize).unwrap_or(b"");
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let alone = before.get(line_start..).is_some_and(|line| line.iter().all(u8::is_ascii_whitespace));
        let on_its_line = piece.kind == TriviaKind::BlankLines || alone;
        if !on_its_line || !between.iter().all(u8::is_ascii_whitespace) {
            break;
        }
        next = piece.span.start;
        first -= 1;
    }
    trivia.get(first..end).unwrap_or(&[])
}
