//! Manifests: a crate inherits from the workspace everything that must be the same everywhere.

use super::finding::Finding;
use super::tree::{File, Tree};

/// Keys that a crate takes from the workspace.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "authors"];

/// Manifests of workspaces of their own, with the reason: they can inherit nothing.
///
/// - `benches/wasmi`: what only one comparison needs, no build of Lyra should compile.
pub(crate) const ON_THEIR_OWN: &[&str] = &["benches/wasmi/Cargo.toml"];

/// Checks every manifest but the workspace's own and those [`ON_THEIR_OWN`].
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let manifests = tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    for file in manifests.filter(|file| !ON_THEIR_OWN.contains(&file.path.as_str())) {
        for key in INHERITED {
            let wanted = format!("{key}.workspace = true");
            if !file.lines().any(|(_, line)| line.trim() == wanted) {
                findings
                    .push(Finding::of_file(&file.path, format!("does not inherit {key}: write `{wanted}`")));
            }
        }
        if !file.text.contains("[lints]\nworkspace = true") {
            findings.push(Finding::of_file(
                &file.path,
                "does not inherit the lints: write `[lints]` and below it `workspace = true`",
            ));
        }
        findings.extend(versions_of_their_own(file));
    }
    findings
}

/// Dependencies whose version does not come from the workspace.
fn versions_of_their_own(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_dependencies = false;
    for (number, line) in file.lines() {
        let line = line.trim();
        if line.starts_with('[') {
            in_dependencies = line.trim_matches(['[', ']']).ends_with("dependencies");
        } else if in_dependencies && line.contains('=') && !line.starts_with('#') {
            let inherited = line.contains(".workspace = true")
                || line.contains("workspace = true,")
                || line.contains("workspace = true }");
            if !inherited {
                let name = line.split(['.', ' ', '=']).next().unwrap_or(line);
                findings.push(Finding::new(
                    &file.path,
                    number,
                    format!("{name} has a version of its own: put it into [workspace.dependencies] and write `{name}.workspace = true`"),
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"x\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\nauthors.workspace = true\n\n\
        [lints]\nworkspace = true\n\n[dependencies]\nblake3.workspace = true\n\
        serde = { workspace = true, optional = true }\n\n[features]\nextra = []\n";

    #[test]
    fn a_manifest_that_inherits_is_accepted() {
        assert_eq!(check(&Tree::of(&[("crates/x/Cargo.toml", GOOD)])), []);
    }

    #[test]
    fn what_is_not_inherited_is_found() {
        let text = GOOD
            .replace("version.workspace = true\nedition", "version = \"1.0.0\"\nedition")
            .replace("[lints]\nworkspace = true", "[lints]")
            .replace("blake3.workspace = true", "blake3 = \"1\"");
        let found = check(&Tree::of(&[("crates/x/Cargo.toml", &text)]));
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[2].contains("blake3 has a version of its own"), "{found:?}");
    }
}
