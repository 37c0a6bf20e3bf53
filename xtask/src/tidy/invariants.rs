//! Invariants by number: each that code cites is one of ARCHITECTURE.md, and each of those is cited where it is kept.

use super::finding::Finding;
use super::tree::Tree;
use std::collections::BTreeMap;

const PAGE: &str = "ARCHITECTURE.md";

/// Compares the page with the citations.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(page) = tree.find(PAGE) else { return findings };
    let mut defined = BTreeMap::new();
    for (line, text) in page.lines() {
        if let Some(rest) = text.strip_prefix("- **")
            && let Some(number) = numbers(rest).next()
        {
            defined.insert(number, (line, false));
        }
    }
    for file in tree.files.iter().filter(|file| file.is_rust() && !file.path.ends_with("tidy/invariants.rs"))
    {
        for (line, text) in file.lines() {
            for number in numbers(text) {
                match defined.get_mut(&number) {
                    Some((_, cited)) => *cited = true,
                    None => {
                        let what = format!("INV-{number} is not in {PAGE}: define it there, or cite another");
                        findings.push(Finding::new(&file.path, line, what));
                    }
                }
            }
        }
    }
    for (number, (line, cited)) in defined {
        if !cited {
            let what = format!("INV-{number} is cited nowhere: name it in the file that keeps it");
            findings.push(Finding::new(PAGE, line, what));
        }
    }
    findings
}

/// The numbers behind each `INV-` of a line.
fn numbers(line: &str) -> impl Iterator<Item = u32> + '_ {
    line.split("INV-").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..end)?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_and_definitions_meet() {
        let page =
            ("ARCHITECTURE.md", "- **INV-1, one gate.** Only …\n- **INV-2, two stacks.** See INV-1.\n");
        let good = [page, ("a.rs", "//! Keeps INV-1 and\n//! INV-2.\n")];
        assert_eq!(check(&Tree::of(&good)), []);

        let found = check(&Tree::of(&[page, ("a.rs", "//! INV-1, INV-30\n")]));
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("a.rs:1: INV-30 is not in"), "{found:?}");
        assert!(found[1].starts_with("ARCHITECTURE.md:2: INV-2 is cited nowhere"), "{found:?}");
    }
}
