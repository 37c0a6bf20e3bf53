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
        if !between.iter().all(u8::is_ascii_whitespace) {
            break;
        }
        // A comment behind code on its line belongs to that code. (One that goes to the end of its line is the
        // last of it, so no line is looked at twice.)
        if matches!(piece.kind, TriviaKind::Doc | TriviaKind::Line) {
            let before = text.as_bytes().get(..piece.span.start as usize).unwrap_or(b"");
            let code = before
                .iter()
                .rev()
                .take_while(|&&byte| byte != b'\n')
                .any(|byte| !byte.is_ascii_whitespace());
            if code {
                break;
            }
        }
        next = piece.span.start;
        first -= 1;
    }
    trivia.get(first..end).unwrap_or(&[])
}
