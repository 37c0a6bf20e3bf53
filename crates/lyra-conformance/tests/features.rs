//! The table of `spec/programs/FEATURES.md` is true: the programs that it names contain what they are named for, and
//! it names every program.
//!
//! A row is `| part | `text` | program program |`; `\|` in a text is a `|`.

use lyra_conformance::corpus;
use std::collections::BTreeSet;
use std::fs;

/// A row of the table.
struct Row {
    part: String,
    text: String,
    programs: Vec<String>,
}

fn row(line: &str) -> Option<Row> {
    // A `|` in the text is written with a backslash, as Markdown has it; no row holds this other character.
    let line = line.replace("\\|", "\u{1}");
    let [part, text, programs] =
        line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect::<Vec<_>>().try_into().ok()?;
    let text = text.strip_prefix('`')?.strip_suffix('`')?;
    Some(Row {
        part: part.to_owned(),
        text: text.replace('\u{1}', "|"),
        programs: programs.split(' ').map(str::to_owned).collect(),
    })
}

#[test]
fn programs_use_what_the_table_says() {
    let page = corpus::spec_dir().join("programs/FEATURES.md");
    let rows: Vec<Row> =
        fs::read_to_string(page).expect("the table is there").lines().filter_map(row).collect();
    assert!(rows.len() >= 50, "only {} rows were found", rows.len());
    let dir = corpus::spec_dir().join("programs");
    let programs = corpus::programs_below(&dir);
    let mut faults = Vec::new();
    for row in &rows {
        for name in &row.programs {
            match programs.iter().find(|program| program.name == *name) {
                None => faults.push(format!("{}: there is no program {name}", row.part)),
                Some(program) => {
                    let mut texts =
                        std::iter::once(&program.source).chain(program.files.iter().map(|(_, text)| text));
                    if !texts.any(|text| text.contains(&row.text)) {
                        faults.push(format!("{}: {name} does not contain `{}`", row.part, row.text));
                    }
                }
            }
        }
    }
    let named: BTreeSet<&str> = rows.iter().flat_map(|row| row.programs.iter().map(String::as_str)).collect();
    // The ledger is older than the table and uses the core of the language only.
    let unnamed = programs
        .iter()
        .map(|program| program.name.as_str())
        .filter(|name| *name != "ledger" && !named.contains(name));
    faults.extend(unnamed.map(|name| format!("no row names {name}")));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
