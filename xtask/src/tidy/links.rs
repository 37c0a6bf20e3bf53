//! Links of Markdown pages: each leads to a file of the tree, and the book's table of contents has every page.

use super::finding::Finding;
use super::tree::{File, Tree};
use std::collections::BTreeSet;

const SUMMARY: &str = "docs/src/SUMMARY.md";

/// Checks every Markdown page.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let files: BTreeSet<&str> = tree.files.iter().map(|file| file.path.as_str()).collect();
    let mut directories = BTreeSet::new();
    for path in &files {
        directories.extend(path.match_indices('/').filter_map(|(at, _)| path.get(..at)));
    }
    let exists = |path: &str| path.is_empty() || files.contains(path) || directories.contains(path);

    let mut findings = Vec::new();
    let pages = tree.files.iter().filter(|file| file.path.ends_with(".md") && !file.is_test());
    let mut in_summary = BTreeSet::new();
    for page in pages.clone() {
        for (line, target) in links(page) {
            let path = resolve(&page.path, target);
            if page.path == SUMMARY {
                in_summary.insert(path.clone());
            }
            if !exists(&path) {
                let what = format!("the link to `{target}` leads nowhere: there is no {path}");
                findings.push(Finding::new(&page.path, line, what));
            }
        }
    }
    for page in pages {
        let is_page = page.path.starts_with("docs/src/") && page.path != SUMMARY;
        if is_page && !in_summary.contains(&page.path) {
            findings.push(Finding::of_file(
                &page.path,
                format!("is not in {SUMMARY}: add it, or nobody finds it"),
            ));
        }
    }
    findings
}

/// Where the links of a page lead, as written, without those to other sites and to places in the page itself.
/// Blocks of code are left out.
fn links(page: &File) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (number, line) in page.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (at, mark) in line.match_indices("](") {
            let rest = line.get(at + mark.len()..).unwrap_or("");
            let target = rest.split(')').next().unwrap_or("");
            let path = target.split('#').next().unwrap_or("");
            if !path.is_empty() && !path.contains("://") && !path.starts_with("mailto:") {
                found.push((number, path));
            }
        }
    }
    found
}

/// The path of `target` as seen from `page`, from the workspace's directory.
fn resolve(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed() {
        let tree = Tree::of(&[
            ("README.md", "[a](docs/src/a.md#part) [b](crates) [c](https://example.org/x) [d](#here)\n"),
            ("crates/lyra/src/lib.rs", ""),
            ("docs/src/SUMMARY.md", "- [A](a.md)\n"),
            ("docs/src/a.md", "[up](../../README.md)\n```text\n[not](a link)\n```\n"),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn what_leads_nowhere_and_what_nobody_finds_is_found() {
        let tree = Tree::of(&[
            ("docs/src/SUMMARY.md", "- [A](a.md)\n- [B](b.md)\n"),
            ("docs/src/a.md", ""),
            ("docs/src/lost.md", ""),
        ]);
        let found: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("docs/src/SUMMARY.md:2: the link to `b.md`"), "{found:?}");
        assert!(found[1].starts_with("docs/src/lost.md:1: is not in"), "{found:?}");
    }
}
