//! Every explanation shows a wrong program that really gets its code, and a right one that gets none.

use crate::parsing::parsed;
use lyra_syntax::code::Code;

/// Codes whose wrong program is too large or is no text.
const WITHOUT_PROGRAMS: [&str; 3] = ["E0111", "E0117", "E0118"];

/// The ```lyra blocks of an explanation.
fn programs(explanation: &str) -> Vec<&str> {
    explanation.split("```lyra\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn explanations_are_true() {
    for code in Code::all().filter(|code| code.id().starts_with("E01")) {
        assert!(code.explanation().len() > 80, "{code}");
        let programs = programs(code.explanation());
        if WITHOUT_PROGRAMS.contains(&code.id()) {
            continue;
        }
        let [wrong, right] = programs.as_slice() else { panic!("{code} has {} programs", programs.len()) };
        let (diagnostics, _) = parsed(wrong);
        assert!(diagnostics.iter().any(|diagnostic| diagnostic.code == code), "{code}: {diagnostics:#?}");
        assert!(diagnostics.iter().all(|diagnostic| diagnostic.help.is_some()), "{code}: {diagnostics:#?}");
        let (diagnostics, _) = parsed(right);
        assert!(diagnostics.is_empty(), "{code}: {diagnostics:#?}");
    }
}

#[test]
fn codes_are_unique_and_found() {
    let mut ids: Vec<_> = Code::all().map(Code::id).collect();
    for id in &ids {
        assert_eq!(Code::find(&id.to_ascii_lowercase()).map(Code::id), Some(*id));
    }
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
}
