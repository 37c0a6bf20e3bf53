//! Single rules of the language, each with the smallest program that shows it.

use crate::parsing::parsed;
use bumpalo::Bump;
use lyra_base::Symbols;
use lyra_syntax::ast::{ExprKind, ItemKind, StmtKind};
use lyra_syntax::dump::dump;
use lyra_syntax::token::Kind;
use lyra_syntax::{parse, tokens};

fn tree(text: &str) -> String {
    let (arena, mut symbols) = (Bump::new(), Symbols::new());
    let parsed = parse(text, &arena, &mut symbols);
    assert!(parsed.diagnostics.is_empty(), "{text:?}: {:#?}", parsed.diagnostics);
    dump(&parsed.file, &symbols)
}

fn codes(text: &str) -> Vec<&'static str> {
    parsed(text).0.iter().map(|diagnostic| diagnostic.code.id()).collect()
}

#[test]
fn line_ends_and_marks_do_not_matter() {
    let text = "var s = \"\"\"\n  a\n  b\n  \"\"\"\nif a\n  && b { f() }\n\nelse { g(1,\n2) }\n";
    assert_eq!(tree(text), tree(&text.replace('\n', "\r\n")));
    assert_eq!(tree(text), tree(&format!("\u{FEFF}{text}")));
    assert_eq!(tree(text), tree(&format!("\u{FEFF}#!/usr/bin/lyra\n{text}")));
    assert_eq!(tree(text), tree(&format!("#! x\r\n{text}")));
}

#[test]
fn names_are_compared_after_nfc() {
    let (arena, mut symbols) = (Bump::new(), Symbols::new());
    let composed = "caf\u{E9}";
    let decomposed = "cafe\u{301}";
    let text = format!("{composed}\n{decomposed}");
    let parsed = parse(&text, &arena, &mut symbols);
    assert!(parsed.diagnostics.is_empty());
    let names: Vec<_> = parsed
        .file
        .stmts
        .iter()
        .filter_map(|stmt| match stmt.kind {
            StmtKind::Expr(expr) => Some(expr.kind),
            _ => None,
        })
        .map(|kind| match kind {
            ExprKind::Name(symbol) => symbol,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names[0], names[1]);
    assert_eq!(symbols.text(names[0]), composed);
}

#[test]
fn a_block_comment_with_a_newline_ends_a_statement() {
    assert_eq!(tree("a /* x\ny */ b"), "a\nb\n");
    assert_eq!(codes("a /* x */ b"), ["E0119"]);
    assert_eq!(tree("f(a, /* \n */ b)"), "(chain f (call a b))\n");
}

#[test]
fn contextual_words_are_names_elsewhere() {
    assert_eq!(
        tree("impl = type + test(bench, private, step)"),
        "(assign = impl (chain type (+ (chain test (call bench private step)))))\n"
    );
    assert_eq!(
        tree("proc f(impl: str, type: i32) { test(\"x\") }"),
        "(proc f (impl: str) (type: i32) (block (chain test (call \"x\"))))\n"
    );
    assert_eq!(tree("private\ntype\ntest\n\"x\""), "private\ntype\ntest\n\"x\"\n");
    assert_eq!(tree("for i in 0..step step step { }"), "(for i in (.. 0 step) step step (block _))\n");
    assert_eq!(tree("x[..step]"), "(chain x (index (.. _ step)))\n");
}

#[test]
fn braces_open_maps_where_a_value_is_expected() {
    assert_eq!(tree("x = {}"), "(assign = x (map _))\n");
    assert_eq!(tree("return {}"), "(return (map _))\n");
    assert_eq!(tree("if m == {} { }"), "(if (when (chain m (== (map _))) (block _)))\n");
    assert_eq!(tree("if {} == m { }"), "(if (when (chain (map _) (== m)) (block _)))\n");
    assert_eq!(tree("f(|x| { })"), "(chain f (call (closure x (block _))))\n");
    assert_eq!(tree("f(|| { })"), "(chain f (call (closure (block _))))\n");
    assert_eq!(tree("{ { } }"), "(block (block _))\n");
    assert_eq!(
        tree("x = { {1: 2}: 3\n{}: 4 }"),
        "(assign = x (map (entry (map (entry 1 2)) 3) (entry (map _) 4)))\n"
    );
}

#[test]
fn exclamation_marks_are_prefix_or_postfix() {
    assert_eq!(tree("x! = 1; y!.z = !w"), "(assign = (chain x !) 1)\n(assign = (chain y ! .z) (! w))\n");
    assert_eq!(tree("a\n!b"), "a\n(! b)\n");
    assert_eq!(tree("return !b"), "(return (! b))\n");
    assert_eq!(tree("a!!.b!"), "(chain a ! ! .b !)\n");
}

#[test]
fn closures_stand_where_they_may() {
    assert_eq!(tree("a || b"), "(chain a (|| b))\n");
    assert_eq!(tree("return || a"), "(return (closure a))\n");
    assert_eq!(tree("a\n|| b"), "(chain a (|| b))\n");
    assert_eq!(
        tree("if xs.any_of(|x| x > 1) { }"),
        "(if\n  (when (chain xs .any_of (call (closure x (chain x (> 1))))) (block _)))\n"
    );
    assert_eq!(tree("a ?? |x| x || y"), "(chain a (?? (closure x (chain x (|| y)))))\n");
    assert_eq!(codes("if |x| x { }"), ["E0126"]);
    assert_eq!(codes("x = 1 + return"), ["E0126"]);
}

#[test]
fn documentation_belongs_to_what_follows() {
    let text =
        "/// one\n// plain\n\n/// two\nproc f() { }\nvar x = 1 /// not y\nvar y = 2\n//// rule\nvar z = 3\n";
    let (arena, mut symbols) = (Bump::new(), Symbols::new());
    let parsed = parse(text, &arena, &mut symbols);
    let docs: Vec<_> = parsed
        .file
        .stmts
        .iter()
        .map(|stmt| match stmt.kind {
            StmtKind::Item(item) => item.doc,
            StmtKind::Var(var) => var.doc,
            _ => None,
        })
        .collect();
    assert_eq!(docs, [Some("one\ntwo"), None, None, None]);
}

#[test]
fn every_byte_is_in_one_token_or_in_trivia() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/trees");
    for entry in std::fs::read_dir(data).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let (arena, mut symbols) = (Bump::new(), Symbols::new());
        let trivia = parse(&text, &arena, &mut symbols).trivia;
        let mut pieces: Vec<_> = tokens(&text)
            .iter()
            .filter(|token| !matches!(token.kind, Kind::Newline))
            .map(|token| token.span())
            .chain(trivia.iter().map(|piece| piece.span))
            .collect();
        pieces.sort_unstable();
        let mut end = 0;
        for piece in pieces {
            // `:` before a format, and `;` at the end of a line, are the only signs no token keeps.
            let gap = &text[end as usize..piece.start as usize];
            assert!(gap.chars().all(|c| c.is_whitespace() || matches!(c, ':' | ';')), "{gap:?}");
            end = piece.end;
        }
    }
}

#[test]
fn five_mistakes_give_five_messages_and_the_rest_is_read() {
    let text = "\
proc first(a i32) -> i32 {
    var x = a +
    var y = (1 + 2
    if x = y { return 1 }
    return x
}

struct Point { x: f64; y f64 }

proc second() {
    print(\"no end)
    third(1 2)
}
proc third(a: i32, b: i32) { }
";
    let (arena, mut symbols) = (Bump::new(), Symbols::new());
    let parsed = parse(text, &arena, &mut symbols);
    let lines: Vec<_> =
        parsed.diagnostics.iter().map(|d| 1 + text[..d.span.start as usize].matches('\n').count()).collect();
    assert_eq!(lines, [1, 2, 3, 4, 8, 11, 12], "{:#?}", parsed.diagnostics);
    let items: Vec<_> = parsed
        .file
        .stmts
        .iter()
        .filter_map(|stmt| match stmt.kind {
            StmtKind::Item(item) => Some(item.kind),
            _ => None,
        })
        .collect();
    assert!(matches!(
        items.as_slice(),
        [ItemKind::Proc(_), ItemKind::Struct { .. }, ItemKind::Proc(_), ItemKind::Proc(_)]
    ));
}

#[test]
fn a_missing_brace_is_found_where_it_was_opened() {
    let text = "proc a() {\n    if x {\n        b()\n}\n\nproc c() {\n    d()\n}\n";
    let (diagnostics, _) = parsed(text);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    assert_eq!(&text[diagnostics[0].span.range()], "{");
    assert_eq!(diagnostics[0].span.start, 20);
    let (diagnostics, _) = parsed("proc a() {\n    b(\n    c()\n");
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
}

#[test]
fn messages_quote_safely() {
    let name = "x".repeat(5_000);
    let (diagnostics, _) = parsed(&format!("var {name} {name}"));
    assert!(diagnostics[0].message.len() < 500 && diagnostics[0].help.as_ref().unwrap().len() < 500);
    let (diagnostics, _) = parsed("var x = '\u{202E}ab'");
    assert!(diagnostics[0].help.as_ref().unwrap().contains("\\u{202e}"));
    let (diagnostics, _) = parsed("x \u{202E} y");
    assert!(diagnostics[0].message.contains("U+202E"));
    // In texts and comments it may stand.
    assert!(parsed("x = \"\u{202E}\" // \u{202E}").0.is_empty());
}

#[test]
fn a_fix_mends_what_it_is_about() {
    let mut fixes = 0;
    for file in ["habits", "rules", "lexical"] {
        let path = format!("{}/tests/data/errors/{file}.lyra", env!("CARGO_MANIFEST_DIR"));
        for line in std::fs::read_to_string(path).unwrap().lines() {
            for diagnostic in parsed(line).0 {
                let Some(fix) = diagnostic.fix else { continue };
                let mut mended = line.to_string();
                mended.replace_range(fix.span.range(), &fix.replacement);
                let again = parsed(&mended).0;
                let still = again
                    .iter()
                    .any(|next| next.span == diagnostic.span && next.message == diagnostic.message);
                assert!(!still, "{line:?} became {mended:?}: {again:#?}");
                fixes += 1;
            }
        }
    }
    assert!(fixes > 20, "{fixes}");
}
