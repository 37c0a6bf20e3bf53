//! The catalogue of the compiler's messages: each code with its meaning, a wrong program with the report that it
//! really gets, and a right one.
//!
//! The programs are those of the explanations, which tests compile. The reports are made here and now, so neither
//! `lyra explain` nor the page of the book can show what is no longer said.

use crate::{Engine, MemoryLoader};
use lyra_syntax::code::Code;
use std::fmt::Write;

/// What stands before a program that shows the mistake.
const WRONG: &str = "Wrong:\n```lyra\n";
/// What the files of these programs are called.
const NAME: &str = "program.lyra";

/// The explanation of a code, with the report of each wrong program below it.
pub(crate) fn explanation(code: Code) -> String {
    let engine = Engine::default();
    let mut text = String::new();
    let mut rest = code.explanation();
    while let Some((before, after)) = rest.split_once(WRONG) {
        let Some((program, behind)) = after.split_once("```\n") else { break };
        let _ = write!(
            text,
            "{before}{WRONG}{program}```\n```text\n{}\n```\n",
            report(&engine, program).trim_end()
        );
        rest = behind;
    }
    text + rest
}

/// The page of the book with all codes.
pub(crate) fn page() -> String {
    let mut page = String::from(
        "# The compiler's messages\n\n\
         <!-- made from the codes and their programs by `cargo xtask docs`: do not edit -->\n\n\
         Each message has a code that never changes its meaning. `lyra explain E0301` prints what stands here: what it\n\
         means, a program with the mistake and the report that it gets, and one that does it right. `E` is an error,\n\
         which keeps the program from being compiled; `W` is a warning, which does not.\n\n\
         | code | says |\n|---|---|\n",
    );
    for code in Code::all() {
        let anchor = format!("{}-{}", code.id(), code.title()).to_lowercase();
        let anchor: String = anchor.chars().filter_map(in_anchor).collect();
        let _ = writeln!(page, "| [{}](#{anchor}) | {} |", code.id(), code.title());
    }
    for code in Code::all() {
        // The wrong programs and the right ones are compiled by a test of their own.
        let text = explanation(code)
            .replace("Wrong:\n```lyra\n", "Wrong:\n\n```lyra,wrong\n")
            .replace("Right:\n```lyra\n", "\nRight:\n\n```lyra,right\n");
        let _ = write!(page, "\n## {}: {}\n\n{}", code.id(), code.title(), text.trim_start());
    }
    page
}

/// A character of a heading as it stands in the heading's address.
fn in_anchor(c: char) -> Option<char> {
    match c {
        ' ' => Some('-'),
        _ if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
        _ => None,
    }
}

/// What the compiler says to a program, which may be of several files.
fn report(engine: &Engine, program: &str) -> String {
    let mut parts = program.split("// file: ");
    let main = parts.next().unwrap_or("");
    let files: MemoryLoader = parts.filter_map(|part| part.split_once('\n')).collect();
    match engine.compile_with(NAME, main, &files) {
        Ok(module) => module.render_warnings(false),
        Err(error) => error.render(false),
    }
}
