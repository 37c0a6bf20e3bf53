//! What the compiler says to mistakes: each program of `tests/ui` beside the report that a person reads.
//!
//! After a deliberate change of a message: `LYRA_BLESS=1 cargo test -p lyra-conformance --test ui`, then read the
//! difference before it is accepted.
//!
//! A line that ends in `// error: WHAT` is one where an error is expected, and WHAT says which: the lines of all
//! errors together are exactly those. It is what a report that was never read yet is judged by, and what keeps
//! places from moving unnoticed. A program of several files is written as in `spec/` (see [`split_files`]).
//!
//! A program may be there before the part of the language that it misuses: without a report beside it, and as long
//! as the compiler says "this version has no …" (E0901), it is *pending*, counted on standard error. The names that
//! begin with `refused_` are about just that message. `LYRA_PENDING=list` names the pending programs,
//! `LYRA_PENDING=0` makes them failures.

use lyra::diagnostics::Diagnostic;
use lyra::{Engine, Error};
use lyra_conformance::corpus;
use lyra_conformance::program::{compile_files, split_files};
use lyra_conformance::run::{NOT_YET, is_pending};
use lyra_syntax::code::Code;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

/// The variable that makes the reports of today the expected ones.
const BLESS: &str = "LYRA_BLESS";

/// A program of `tests/ui` and what the compiler said to it.
struct Case {
    name: String,
    report: String,
    diagnostics: Vec<Diagnostic>,
    compiles: bool,
    /// File and line of each place that is marked with [`MARK`].
    marked: BTreeSet<(String, u32)>,
    is_pending: bool,
}

/// What marks a line where an error is expected.
const MARK: &str = "// error: ";

/// The programs that are not pending.
fn cases() -> Vec<Case> {
    let mut cases = all_cases();
    cases.retain(|case| !case.is_pending);
    cases
}

/// The lines of a file that are marked.
fn marks<'t>(file: &'t str, text: &'t str) -> impl Iterator<Item = (String, u32)> + 't {
    (1..).zip(text.lines()).filter(|(_, line)| line.contains(MARK)).map(|(line, _)| (file.to_owned(), line))
}

fn all_cases() -> Vec<Case> {
    let dir = corpus::ui_dir();
    let engine = Engine::default();
    corpus::files(&dir)
        .into_iter()
        .map(|file| {
            let name = corpus::name_of(&dir, &file);
            let source = fs::read_to_string(&file).expect("programs are UTF-8");
            let read = file.with_extension("stderr").exists();
            let main = format!("{name}.lyra");
            let (source, files) = split_files(&source);
            let marked = marks(&main, &source)
                .chain(files.iter().flat_map(|(name, text)| marks(name, text)))
                .collect();
            match compile_files(&engine, &main, &source, &files) {
                Ok(module) => Case {
                    report: module.render_warnings(false),
                    diagnostics: module.warnings().to_vec(),
                    compiles: true,
                    marked,
                    is_pending: false,
                    name,
                },
                Err(error) => Case {
                    report: error.render(false),
                    diagnostics: Error::diagnostics(&error).to_vec(),
                    compiles: false,
                    marked,
                    is_pending: !read && !name.starts_with("refused_") && is_pending(&error),
                    name,
                },
            }
        })
        .collect()
}

#[test]
fn reports_are_as_they_were_read() {
    let bless = std::env::var_os(BLESS).is_some();
    let mut problems = String::new();
    for case in cases() {
        let file = corpus::ui_dir().join(&case.name).with_extension("stderr");
        let report = format!("{}\n", case.report);
        if bless {
            fs::write(&file, report).expect("the report can be written");
            continue;
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if expected != report {
            let _ = writeln!(problems, "==== {}: expected\n{expected}==== found\n{report}", case.name);
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn pending_programs_are_counted() {
    let cases = all_cases();
    let pending: Vec<&str> =
        cases.iter().filter(|case| case.is_pending).map(|case| case.name.as_str()).collect();
    corpus::report_pending("tests/ui", &pending, cases.len());
}

#[test]
fn errors_are_where_the_programs_say() {
    let mut problems = String::new();
    for case in cases().into_iter().filter(|case| !case.marked.is_empty()) {
        let errors = case.diagnostics.iter().filter(|found| found.is_error());
        let found: BTreeSet<_> =
            errors.filter_map(|error| Some((error.file.clone(), error.spans.first()?.start.line))).collect();
        if found != case.marked {
            let _ = writeln!(
                problems,
                "{}: errors are expected on {:?}, and found on {found:?}\n{}",
                case.name, case.marked, case.report
            );
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn five_mistakes_give_five_errors() {
    let case = cases().into_iter().find(|case| case.name == "five_mistakes").expect("the case is there");
    let errors: Vec<_> = case.diagnostics.iter().filter(|found| found.is_error()).collect();
    assert_eq!(errors.len(), 5, "{}", case.report);
    let codes: BTreeSet<_> = errors.iter().map(|found| found.code).collect();
    assert_eq!(codes.len(), 5, "each is of its own kind:\n{}", case.report);
}

#[test]
fn what_is_not_there_yet_is_refused_once_and_by_name() {
    for case in cases().into_iter().filter(|case| case.name.starts_with("refused_")) {
        let errors: Vec<_> = case.diagnostics.iter().filter(|found| found.is_error()).collect();
        assert!(!errors.is_empty(), "{} compiles", case.name);
        for error in errors {
            assert_eq!(error.code, NOT_YET, "{}:\n{}", case.name, case.report);
        }
    }
}

#[test]
fn mistakes_do_not_compile_and_warnings_do() {
    for case in cases() {
        assert_eq!(case.compiles, case.name.starts_with("warn_"), "{}:\n{}", case.name, case.report);
        assert!(!case.diagnostics.is_empty(), "{} says nothing", case.name);
    }
}

#[test]
fn every_code_has_a_program() {
    let seen: BTreeSet<String> =
        cases().iter().flat_map(|case| case.diagnostics.iter().map(|found| found.code.to_string())).collect();
    // A source of 64 MiB, and one that is no UTF-8, are no files of this directory.
    let elsewhere = ["E0117", "E0118"];
    let missing: Vec<_> =
        Code::all().map(Code::id).filter(|id| !seen.contains(*id) && !elsewhere.contains(id)).collect();
    assert!(missing.is_empty(), "no program in tests/ui gives {missing:?}");
}

#[test]
fn diagnostics_are_well_made() {
    for case in cases() {
        for found in &case.diagnostics {
            let name = &case.name;
            assert!(
                !found.message.is_empty() && !found.message.ends_with('.'),
                "{name}: {:?}",
                found.message
            );
            assert!(!found.spans.is_empty(), "{name}: no place for {:?}", found.message);
            assert!(Code::find(found.code).is_some(), "{name}: unknown code {}", found.code);
        }
    }
}
