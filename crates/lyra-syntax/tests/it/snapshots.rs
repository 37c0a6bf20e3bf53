//! Tokens, trees and diagnostics of the programs in `tests/data`, as they were read and accepted once.

use bumpalo::Bump;
use lyra_base::{LineIndex, Symbols};
use lyra_syntax::dump::dump;
use lyra_syntax::{Diagnostic, parse, tokens};
use std::fmt::Write;

/// Diagnostics as plain lines: place, code, message, then what belongs to it.
fn render(text: &str, diagnostics: &[Diagnostic]) -> String {
    let lines = LineIndex::new(text);
    let mut out = String::new();
    let place = |start, end| {
        let (from, to) = (lines.line_column(text, start), lines.line_column(text, end));
        if from.line == to.line {
            format!("{}:{}-{}", from.line, from.column, to.column)
        } else {
            format!("{}:{}-{}:{}", from.line, from.column, to.line, to.column)
        }
    };
    for diagnostic in diagnostics {
        let span = diagnostic.span;
        let _ = writeln!(out, "{} {} {}", place(span.start, span.end), diagnostic.code, diagnostic.message);
        let line = lines.line_text(text, lines.line_column(text, span.start).line);
        let _ = writeln!(out, "      | {line}");
        if !diagnostic.label.is_empty() {
            let _ = writeln!(out, "      label: {}", diagnostic.label);
        }
        for (span, label) in &diagnostic.secondary {
            let _ = writeln!(out, "      {}: {label}", place(span.start, span.end));
        }
        if let Some(help) = &diagnostic.help {
            let _ = writeln!(out, "      help: {help}");
        }
        if let Some(fix) = &diagnostic.fix {
            let _ = writeln!(
                out,
                "      fix: {} becomes {:?}",
                place(fix.span.start, fix.span.end),
                fix.replacement
            );
        }
    }
    out
}

#[test]
fn trees() {
    insta::glob!("../data/trees", "*.lyra", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let (arena, mut symbols) = (Bump::new(), Symbols::new());
        let parsed = parse(&text, &arena, &mut symbols);
        assert_eq!(render(&text, &parsed.diagnostics), "");
        insta::assert_snapshot!(dump(&parsed.file, &symbols));
    });
}

#[test]
fn token_lists() {
    insta::glob!("../data/tokens", "*.lyra", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let mut out = String::new();
        let mut line = 0;
        let lines = LineIndex::new(&text);
        for token in tokens(&text) {
            let at = lines.line_column(&text, token.start).line;
            if at != line {
                let _ = write!(out, "{}{at}:", if line == 0 { "" } else { "\n" });
                line = at;
            }
            let body = token.text(&text);
            let spelled = if body == token.kind.text() { String::new() } else { format!("{body:?}") };
            let _ = write!(out, " {:?}{spelled}", token.kind);
        }
        insta::assert_snapshot!(out);
    });
}

#[test]
fn trivia() {
    let text = "#!/bin/lyra\n\n\n// one\nf() // two\n  \n/// three\n/* four /* five */\n*/ x\n\n";
    let (arena, mut symbols) = (Bump::new(), Symbols::new());
    let parsed = parse(text, &arena, &mut symbols);
    let pieces: Vec<_> = parsed
        .trivia
        .iter()
        .map(|piece| format!("{:?} {:?}", piece.kind, &text[piece.span.range()]))
        .collect();
    insta::assert_snapshot!(pieces.join("\n"));
}

#[test]
fn errors() {
    insta::glob!("../data/errors", "*.lyra", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let (arena, mut symbols) = (Bump::new(), Symbols::new());
        let parsed = parse(&text, &arena, &mut symbols);
        assert!(!parsed.diagnostics.is_empty());
        insta::assert_snapshot!(render(&text, &parsed.diagnostics) + "\n" + &dump(&parsed.file, &symbols));
    });
}
