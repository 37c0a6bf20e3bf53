//! The table of rules in the book (`docs/src/reference/rules.md`) names a test for every rule of the language, and
//! a rule for every program.
//!
//! A row is `| 4.2 | the rule | `05-text/slices` `ui/types_*` |`. A test is a program of `spec/` by its name, one of
//! `tests/ui` behind `ui/`, or a Rust test by its path from the workspace; a `*` at the end stands for any rest.

use lyra_conformance::corpus;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A row of the table.
struct Rule {
    /// Chapter and place in it.
    number: (u32, u32),
    /// The names that stand in its last column.
    tests: Vec<String>,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The rows of the page; everything else in it is words.
fn rules() -> Vec<Rule> {
    let page =
        fs::read_to_string(workspace().join("docs/src/reference/rules.md")).expect("the page is there");
    page.lines().filter_map(rule).collect()
}

fn rule(line: &str) -> Option<Rule> {
    let mut cells = line.strip_prefix("| ")?.trim_end().strip_suffix('|')?.splitn(2, " | ");
    let (chapter, place) = cells.next()?.trim().split_once('.')?;
    let number = (chapter.parse().ok()?, place.parse().ok()?);
    // The rule itself may hold a `|`; the tests stand behind the last one.
    let (_, tests) = cells.next()?.rsplit_once(" | ")?;
    let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some(Rule { number, tests })
}

/// Every program, by the name that the table has for it.
fn programs() -> BTreeSet<String> {
    let (spec, ui) = (corpus::spec_dir(), corpus::ui_dir());
    let spec_names = corpus::files(&spec).into_iter().map(|file| corpus::name_of(&spec, &file));
    let ui_names = corpus::files(&ui).into_iter().map(|file| format!("ui/{}", corpus::name_of(&ui, &file)));
    spec_names.chain(ui_names).collect()
}

/// Whether the table's name `test` stands for `program`.
fn means(test: &str, program: &str) -> bool {
    match test.strip_suffix('*') {
        Some(start) => program.starts_with(start),
        None => test == program,
    }
}

#[test]
fn every_rule_has_a_test_that_is_there() {
    let programs = programs();
    let mut faults = Vec::new();
    for rule in rules() {
        let (chapter, place) = rule.number;
        if rule.tests.is_empty() {
            faults.push(format!("{chapter}.{place} has no test"));
        }
        for test in rule.tests {
            let is_there = if test.ends_with(".rs") {
                workspace().join(&test).is_file()
            } else {
                programs.iter().any(|program| means(&test, program))
            };
            if !is_there {
                faults.push(format!("{chapter}.{place} names `{test}`, which is not there"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_program_tests_a_rule() {
    let tests: Vec<String> = rules().into_iter().flat_map(|rule| rule.tests).collect();
    let programs = programs();
    let unnamed: Vec<_> =
        programs.iter().filter(|program| !tests.iter().any(|test| means(test, program))).collect();
    assert!(unnamed.is_empty(), "docs/src/reference/rules.md does not name {unnamed:#?}");
}

#[test]
fn rules_are_numbered_in_order() {
    let numbers: Vec<_> = rules().into_iter().map(|rule| rule.number).collect();
    assert!(numbers.len() >= 150, "only {} rules were found", numbers.len());
    let mut expected = (0, 0);
    for number in numbers {
        let follows = number == (expected.0, expected.1 + 1) || number == (expected.0 + 1, 1);
        // Section 6 is not there yet: its number is left out.
        assert!(follows || number == (7, 1), "{number:?} follows {expected:?}");
        expected = number;
    }
}
