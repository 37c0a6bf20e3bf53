//! The house: which crate may use which. The table below is the drawing of ARCHITECTURE.md as data.
//!
//! - A crate uses, in its code and its build script, only what its row names.
//! - Its tests may use anything that does not come back to it: no loops, also not through tests.
//! - Tiers never use each other, not even in tests: each must stand alone beside the plain version.

use super::finding::Finding;
use super::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};

/// What a row allows.
enum Uses {
    /// These crates.
    Only(&'static [&'static str]),
    /// Every crate: nobody uses this one.
    All,
}
use Uses::{All, Only};

/// Each crate and what it may use.
const HOUSE: &[(&str, Uses)] = &[
    ("lyra-base", Only(&[])),
    ("lyra-security", Only(&[])),
    ("lyra-syntax", Only(&["lyra-base"])),
    ("lyra-bytecode", Only(&["lyra-base"])),
    ("lyra-compiler", Only(&["lyra-syntax", "lyra-bytecode", "lyra-base"])),
    ("lyra-runtime", Only(&["lyra-bytecode", "lyra-security", "lyra-base"])),
    ("lyra-ir", Only(&["lyra-bytecode", "lyra-base"])),
    ("lyra-vm-core", Only(&["lyra-runtime", "lyra-bytecode", "lyra-security", "lyra-base"])),
    ("lyra-tier-stack", Only(ENGINE)),
    ("lyra-tier-cache", Only(POLICY)),
    ("lyra-tier-memory", Only(POLICY)),
    ("lyra-tier-codegen", Only(&["lyra-ir", "lyra-bytecode", "lyra-base"])),
    ("lyra-tier-security", Only(&["lyra-ir", "lyra-security", "lyra-bytecode", "lyra-base"])),
    ("lyra-jit", Only(ENGINE)),
    ("lyra-std", Only(&["lyra-runtime", "lyra-bytecode", "lyra-base"])),
    (
        "lyra",
        Only(&[
            "lyra-compiler",
            "lyra-std",
            "lyra-tier-stack",
            "lyra-tier-cache",
            "lyra-tier-memory",
            "lyra-tier-codegen",
            "lyra-tier-security",
            "lyra-jit",
            "lyra-syntax",
            "lyra-ir",
            "lyra-vm-core",
            "lyra-bytecode",
            "lyra-runtime",
            "lyra-security",
            "lyra-base",
        ]),
    ),
    ("lyra-cli", All),
    ("lyra-conformance", All),
    ("lyra-benches", All),
    ("xtask", All),
];

const ENGINE: &[&str] =
    &["lyra-ir", "lyra-vm-core", "lyra-runtime", "lyra-bytecode", "lyra-security", "lyra-base"];
const POLICY: &[&str] = &["lyra-runtime", "lyra-bytecode", "lyra-security", "lyra-base"];

fn row(name: &str) -> Option<&'static Uses> {
    HOUSE.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, uses)| uses)
}

fn is_tier(name: &str) -> bool {
    name.starts_with("lyra-tier-") || name == "lyra-jit"
}

/// An arrow from a crate of the workspace to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arrow {
    /// The crate that is used.
    pub(crate) to: String,
    /// Whether only the user's tests use it.
    pub(crate) in_tests: bool,
}

/// The crates of the workspace and their arrows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    /// The arrows of each crate, with the directory of its manifest.
    pub(crate) crates: BTreeMap<String, (String, Vec<Arrow>)>,
}

impl Graph {
    /// What cargo says of the workspace.
    pub(crate) fn from_metadata(metadata: &cargo_metadata::Metadata) -> Self {
        let members = metadata.workspace_packages();
        let names: BTreeSet<&str> = members.iter().map(|package| package.name.as_str()).collect();
        let mut crates = BTreeMap::new();
        for package in &members {
            let within = |dependency: &&cargo_metadata::Dependency| names.contains(dependency.name.as_str());
            let arrow = |dependency: &cargo_metadata::Dependency| Arrow {
                to: dependency.name.clone(),
                in_tests: dependency.kind == cargo_metadata::DependencyKind::Development,
            };
            let manifest = package.manifest_path.as_path();
            let path = manifest.strip_prefix(&metadata.workspace_root).unwrap_or(manifest);
            let arrows = package.dependencies.iter().filter(within).map(arrow).collect();
            crates.insert(package.name.to_string(), (path.to_string(), arrows));
        }
        Self { crates }
    }

    fn arrows(&self, name: &str) -> &[Arrow] {
        self.crates.get(name).map_or(&[], |(_, arrows)| arrows)
    }

    /// A way from `from` to `to` by any arrows, ends included.
    fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut came_from: BTreeMap<String, String> = BTreeMap::new();
        let mut todo = vec![from.to_owned()];
        while let Some(name) = todo.pop() {
            if name == to {
                let mut way = vec![name];
                while let Some(before) =
                    way.last().filter(|last| *last != from).and_then(|last| came_from.get(last))
                {
                    way.push(before.clone());
                }
                way.reverse();
                return Some(way);
            }
            for arrow in self.arrows(&name) {
                if arrow.to != from && !came_from.contains_key(&arrow.to) {
                    came_from.insert(arrow.to.clone(), name.clone());
                    todo.push(arrow.to.clone());
                }
            }
        }
        None
    }
}

/// Compares the graph with the house.
pub(crate) fn check(graph: &Graph, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, (manifest, arrows)) in &graph.crates {
        let Some(uses) = row(name) else {
            findings.push(Finding::of_file(
                manifest,
                format!("crate {name} is not in the house: add its row to xtask/src/tidy/arrows.rs and ARCHITECTURE.md"),
            ));
            continue;
        };
        for arrow in arrows {
            let line = line_of(tree, manifest, &arrow.to);
            let mut report = |what: String| findings.push(Finding::new(manifest, line, what));
            if is_tier(name) && is_tier(&arrow.to) {
                report(format!(
                    "{name} uses {}: tiers never use each other; share by lyra-ir or lyra-runtime",
                    arrow.to
                ));
            } else if arrow.in_tests {
                if let Some(way) = graph.way(&arrow.to, name) {
                    let way = way.join(" -> ");
                    report(format!(
                        "tests of {name} use {}, which comes back ({way}): move the test to lyra-conformance",
                        arrow.to
                    ));
                }
            } else {
                match uses {
                    All => {}
                    Only([]) => {
                        report(format!("{name} uses {}: it stands at the bottom and uses none", arrow.to))
                    }
                    Only(allowed) if allowed.contains(&arrow.to.as_str()) => {}
                    Only(allowed) => report(format!(
                        "{name} uses {}, which is no arrow of the house: it may use {}",
                        arrow.to,
                        allowed.join(", ")
                    )),
                }
            }
            if matches!(row(&arrow.to), Some(All)) {
                findings.push(Finding::new(
                    manifest,
                    line,
                    format!("{name} uses {}, which stands at the top: nobody uses it", arrow.to),
                ));
            }
        }
    }
    findings
}

/// The line of a manifest that names `dependency`; 0 when it cannot be found.
fn line_of(tree: &Tree, manifest: &str, dependency: &str) -> usize {
    let names = |line: &str| {
        line.trim_start().strip_prefix(dependency).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    tree.find(manifest)
        .and_then(|file| file.lines().find(|(_, line)| names(line)))
        .map_or(0, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `"lyra-syntax: lyra-base, ?lyra-bytecode"`: uses the first, its tests the second.
    fn graph(rows: &[&str]) -> Graph {
        let mut crates = BTreeMap::new();
        for row in rows {
            let (name, arrows) = row.split_once(':').expect("a colon");
            let arrow =
                |to: &str| Arrow { to: to.trim_start_matches('?').to_owned(), in_tests: to.starts_with('?') };
            let arrows = arrows.split(',').map(str::trim).filter(|to| !to.is_empty()).map(arrow).collect();
            crates.insert(name.to_owned(), (format!("crates/{name}/Cargo.toml"), arrows));
        }
        Graph { crates }
    }

    fn findings(rows: &[&str]) -> Vec<String> {
        check(&graph(rows), &Tree::default()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_house_as_drawn_is_accepted() {
        let rows = [
            "lyra-base:",
            "lyra-security:",
            "lyra-syntax: lyra-base",
            "lyra-bytecode: lyra-base",
            "lyra-compiler: lyra-syntax, lyra-bytecode, lyra-base",
            "lyra-runtime: lyra-bytecode, lyra-security, lyra-base, ?lyra-compiler",
            "lyra: lyra-compiler, lyra-runtime",
            "lyra-conformance: ?lyra, ?lyra-syntax",
        ];
        assert_eq!(findings(&rows), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_upwards_is_found() {
        let found = findings(&["lyra-base:", "lyra-syntax:", "lyra-bytecode: lyra-base, lyra-syntax"]);
        assert_eq!(
            found,
            [
                "crates/lyra-bytecode/Cargo.toml:1: lyra-bytecode uses lyra-syntax, which is no arrow of the house: it may use lyra-base"
            ]
        );
    }

    #[test]
    fn the_bottom_uses_nothing() {
        let found = findings(&["lyra-base:", "lyra-security: lyra-base"]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("stands at the bottom"), "{found:?}");
    }

    #[test]
    fn tiers_stay_apart_even_in_tests() {
        let found =
            findings(&["lyra-tier-stack:", "lyra-tier-cache: ?lyra-tier-stack", "lyra-jit: lyra-tier-stack"]);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|line| line.contains("tiers never use each other")), "{found:?}");
    }

    #[test]
    fn a_loop_through_tests_is_found_with_its_way() {
        let found = findings(&[
            "lyra-base:",
            "lyra-syntax: lyra-base",
            "lyra-bytecode: lyra-base, ?lyra-compiler",
            "lyra-compiler: lyra-syntax, lyra-bytecode",
        ]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("(lyra-compiler -> lyra-bytecode)"), "{found:?}");
    }

    #[test]
    fn a_crate_without_a_row_and_a_use_of_the_top_are_found() {
        let found = findings(&["lyra-magic:", "lyra: lyra-cli", "lyra-cli:"]);
        assert!(found.iter().any(|line| line.contains("lyra-magic is not in the house")), "{found:?}");
        assert!(found.iter().any(|line| line.contains("nobody uses it")), "{found:?}");
    }

    #[test]
    fn the_line_of_an_arrow_is_the_manifest_s() {
        let tree = Tree::of(&[(
            "crates/lyra-syntax/Cargo.toml",
            "[dependencies]\nlyra-base.workspace = true\nlyra-bytecode.workspace = true\n",
        )]);
        let found =
            check(&graph(&["lyra-base:", "lyra-bytecode:", "lyra-syntax: lyra-base, lyra-bytecode"]), &tree);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 3);
    }
}
