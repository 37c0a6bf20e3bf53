//! `lyra explain`: every wrong program in an explanation makes its own mistake, every right one makes none.

use lyra::MemoryLoader;
use lyra_compiler::{CompileOptions, Source, compile_with};
use lyra_conformance::program::split_files;
use lyra_syntax::code::Code;

/// What the compiler says of a program: codes, with `!` behind those of errors.
fn found(text: &str) -> Vec<String> {
    let (main, files) = split_files(text);
    let files: MemoryLoader = files.into_iter().collect();
    let source = Source { name: "explain.lyra", text: &main };
    let compiled = compile_with(source, &files, &CompileOptions::default());
    let shown = compiled.diagnostics.iter().map(|diagnostic| {
        let mark = if diagnostic.is_error() { "!" } else { "" };
        format!("{}{mark}", diagnostic.code.id())
    });
    shown.collect()
}

/// The programs under a label (`Wrong:`, `Right:`) of an explanation.
fn programs<'t>(explanation: &'t str, label: &str) -> Vec<&'t str> {
    let mut programs = Vec::new();
    let mut rest = explanation;
    while let Some((_, after)) = rest.split_once(label) {
        let block = after.trim_start().strip_prefix("```lyra\n").and_then(|block| block.split_once("```"));
        programs.extend(block.map(|(program, _)| program));
        rest = after;
    }
    programs
}

#[test]
fn explanations_show_their_own_mistake_and_how_to_do_right() {
    let mut faults = Vec::new();
    for code in Code::all() {
        let wrong = programs(code.explanation(), "Wrong:");
        let right = programs(code.explanation(), "Right:");
        for program in &wrong {
            let found = found(program);
            if !found.iter().any(|shown| shown.trim_end_matches('!') == code.id()) {
                faults.push(format!("{code}: the wrong program gives {found:?}:\n{program}"));
            }
        }
        for program in &right {
            // The grammar is larger than what this version compiles: E0901 says so, and is no mistake of the program.
            let found: Vec<_> = found(program).into_iter().filter(|shown| shown != "E0901!").collect();
            if found.iter().any(|shown| shown.ends_with('!') || shown == code.id()) {
                faults.push(format!("{code}: the right program gives {found:?}:\n{program}"));
            }
        }
        if wrong.is_empty() != right.is_empty() {
            faults.push(format!("{code}: a wrong program without a right one, or the other way round"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn codes_are_given_once_and_in_form() {
    let mut ids: Vec<&str> = Code::all().map(Code::id).collect();
    assert!(ids.iter().all(|id| id.len() == 5 && id.starts_with(['E', 'W'])), "{ids:?}");
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "a code is given twice");
}

#[test]
fn the_page_of_the_book_is_what_is_said() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src/reference/diagnostics.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    assert!(
        page == lyra::diagnostics::catalogue(),
        "the page is stale: run `cargo xtask docs` and commit it"
    );
}
