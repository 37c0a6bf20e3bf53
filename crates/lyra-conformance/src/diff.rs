//! How a broken promise is shown: the lines that differ, with some around them.

use crate::program::{At, Program, comparable};
use crate::run::Outcome;
use std::fmt::Write;

/// What is wrong with `outcome` by the promises of `program`; `None` when nothing is.
#[must_use]
pub fn complaint(program: &Program, outcome: &Outcome) -> Option<String> {
    let mut text = String::new();
    let expected = &program.expected;
    if let Some(lines) = &expected.output {
        let found = comparable(&outcome.output);
        if *lines != found {
            text.push_str(&of_lines(lines, &found));
        }
    }
    match (&expected.error, &outcome.error) {
        (None, None) => {}
        (None, Some(found)) => {
            let _ = writeln!(text, "  unexpected error {found}");
        }
        (Some(wanted), None) => {
            let _ = writeln!(text, "  expected error {} at {}, found none", wanted.kind, wanted.at);
        }
        (Some(wanted), Some(found)) => {
            let at = if wanted.at == At::Anywhere { true } else { wanted.at.matches(found.place) };
            let message = wanted.message.as_ref().is_none_or(|message| *message == found.message);
            if wanted.kind != found.kind || !at || !message {
                let pinned = wanted.message.as_deref().unwrap_or("any message");
                let _ = writeln!(
                    text,
                    "  expected error {} at {} ({pinned}), found {found}",
                    wanted.kind, wanted.at
                );
            }
        }
    }
    if let Some(fuel) = expected.fuel
        && fuel != outcome.fuel
    {
        let _ = writeln!(text, "  expected to use {fuel} fuel, used {}", outcome.fuel);
    }
    (!text.is_empty()).then(|| format!("{}:\n{text}", program.name))
}

/// Two lists of lines side by side, from the first difference on.
#[must_use]
pub fn of_lines(expected: &[String], found: &[String]) -> String {
    const SHOWN: usize = 8;
    let same = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
    let mut text = format!("  output differs from line {} on\n", same + 1);
    for index in same..expected.len().max(found.len()).min(same + SHOWN) {
        match (expected.get(index), found.get(index)) {
            (Some(a), Some(b)) if a == b => {
                let _ = writeln!(text, "      {}", shortened(a));
            }
            (a, b) => {
                for (mark, line) in [('-', a), ('+', b)] {
                    if let Some(line) = line {
                        let _ = writeln!(text, "    {mark} {}", shortened(line));
                    }
                }
            }
        }
    }
    text
}

/// At most 200 characters of a line.
fn shortened(line: &str) -> String {
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
