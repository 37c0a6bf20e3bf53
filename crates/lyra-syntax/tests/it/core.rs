//! Core programs parse without a word, and the tree is what was meant.

use bumpalo::Bump;
use lyra_base::Symbols;
use lyra_syntax::{Parsed, parse};

fn clean(text: &str) {
    let arena = Bump::new();
    let mut symbols = Symbols::new();
    let Parsed { file, diagnostics, .. } = parse(text, &arena, &mut symbols);
    assert!(diagnostics.is_empty(), "{text}\n{diagnostics:#?}");
    assert!(!file.stmts.is_empty());
}

#[test]
fn core_programs_are_read() {
    clean(
        r#"
proc count(words: [str]) -> {str: i32} {
    var seen: {str: i32}
    for word in words {
        seen[word] = (seen[word] ?? 0) + 1  // reading a missing key gives none
    }
    return seen
}

let text = "the quick fox and the lazy dog and the end"
for word, n in count(split(text, " ")) {
    if n < 2 continue
    print(f"{word}: {n}")
}
var (a, b) = (1, -2.5e3)
outer: while a < 10 && !done || x!.y == 'c' { a += 1; break outer }
if a == 1 { f() } else if b > 2 { g(1, x: 2)[3] } else { t.0.1 = t.0 }
for i in 0..=n step -1 { xs[i..] = [v; 3]; ... }
const LIMIT: i32 = 0xFF
proc f() { return }
"#,
    );
}
