//! `cargo xtask threads`: whether the functions of the register engine's threaded form end in jumps.
//!
//! Stable Rust does not promise that a call in tail position is one. The engine tests it before its first run, with a few
//! instructions; this looks at the machine code of all of them.

use crate::bench::program;
use std::path::Path;
use std::process::Command;

/// The functions: their names in the symbol table hold this.
const FUNCTIONS: &str = "engine::table::threaded";
/// Fewer than this would mean that the wrong program was looked at.
const FEWEST: usize = 300;

/// Disassembles a build of the profile `quick`.
///
/// # Errors
/// The functions that call through a table and come back; no program. Where this cannot be found out (no `objdump`,
/// another processor), that is said and is no error: the engine tests itself, too.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let not_run = |why: &str| {
        eprintln!("==================== NOT RUN: threads: {why} ====================");
        Ok(())
    };
    if !cfg!(target_arch = "x86_64") {
        return not_run("this reads the machine code of x86-64 only");
    }
    if Command::new("objdump").arg("--version").output().is_err() {
        return not_run("there is no objdump (package binutils)");
    }
    // The program that `cargo xtask fuzz` needs as well.
    let program = program(root, "quick", "lyra-conformance", "lyra-fuzz")
        .map_err(|message| format!("FAILED: threads: {message}"))?;
    let listing = Command::new("objdump")
        .args(["--disassemble", "--no-show-raw-insn", "--demangle"])
        .arg(&program)
        .output()
        .map_err(|error| format!("NOT RUN: threads: objdump (of binutils): {error}"))?;
    if !listing.status.success() {
        return Err(format!("FAILED: threads: objdump: {}", String::from_utf8_lossy(&listing.stderr)));
    }
    let (functions, wrong) = judge(&String::from_utf8_lossy(&listing.stdout));
    if functions < FEWEST {
        return Err(format!("FAILED: threads: {functions} functions named `{FUNCTIONS}`, which is too few"));
    }
    if let Some(first) = wrong.first() {
        let count = wrong.len();
        return Err(format!(
            "FAILED: threads: {count} of {functions} come back from the next; the first:\n{first}"
        ));
    }
    println!("threads: {functions} functions, all of them end in a jump");
    Ok(())
}

/// How many of the functions a listing has, and the text of those that call the next one instead of jumping to it.
fn judge(listing: &str) -> (usize, Vec<String>) {
    let mut functions = 0;
    let mut wrong = Vec::new();
    for text in listing.split("\n\n") {
        let Some(name) = text.lines().next() else { continue };
        if !name.contains(FUNCTIONS) || !name.ends_with(">:") {
            continue;
        }
        functions += 1;
        let code = |line: &str| line.split('\t').next_back().unwrap_or("").trim().to_owned();
        // Through a register or the table. What is called by the address of the program's own table of imports
        // (`*0x…(%rip)`) is another crate's function.
        let goes_on = |code: &str| {
            let through_the_table = code.contains('*') && !code.contains("(%rip)");
            through_the_table || code.contains(FUNCTIONS)
        };
        let is = |how: &str, line: &str| code(line).starts_with(how) && goes_on(&code(line));
        // The ways of slow instructions are called through a table, too: then the next is gone to after that.
        if text.lines().any(|line| is("call", line)) && !text.lines().any(|line| is("jmp", line)) {
            wrong.push(text.to_owned());
        }
    }
    (functions, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_from_jumps() {
        let jumps =
            "1 <lyra_tier_stack::engine::table::threaded>:\n 1:\tmov    (%rsi),%rax\n 2:\tjmp    *%rax";
        let calls = jumps.replace("jmp ", "call");
        let other = "3 <other>:\n 3:\tcall   *%rax";
        let way = "4 <lyra_tier_stack::engine::table::threaded_slow>:\n 4:\tcall   *(%rcx,%rax,8)\n 5:\tjmp    *%rax";
        let (functions, wrong) = judge(&[jumps, other, &calls, way].join("\n\n"));
        assert_eq!((functions, wrong), (3, vec![calls]));
    }
}
