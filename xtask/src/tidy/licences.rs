//! Licences of third parties: each must have a way to be used that fits `MIT OR Apache-2.0`.

use super::finding::Finding;

/// Licences that ask no more of a user of Lyra than MIT or Apache-2.0 do.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// A package of somebody else and what its manifest says of its licence.
#[derive(Clone, Debug)]
pub(crate) struct ThirdParty {
    /// Name and version.
    pub(crate) package: String,
    /// The SPDX expression, if there is one.
    pub(crate) licence: Option<String>,
}

/// Every package that is not the workspace's own.
pub(crate) fn third_parties(metadata: &cargo_metadata::Metadata) -> Vec<ThirdParty> {
    let others = metadata.packages.iter().filter(|package| package.source.is_some());
    let third_party = |package: &cargo_metadata::Package| ThirdParty {
        package: format!("{} {}", package.name, package.version),
        licence: package.license.clone(),
    };
    others.map(third_party).collect()
}

/// Finds packages without an acceptable licence.
pub(crate) fn check(packages: &[ThirdParty]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ThirdParty { package, licence } in packages {
        match licence {
            Some(expression) if fits(expression) => {}
            Some(expression) => findings.push(Finding::of_file(
                "Cargo.lock",
                format!(
                    "{package} is under {expression}, which does not fit MIT OR Apache-2.0: do without it"
                ),
            )),
            None => findings.push(Finding::of_file(
                "Cargo.lock",
                format!(
                    "{package} names no licence: do without it, or read its licence file and say why it fits"
                ),
            )),
        }
    }
    findings
}

/// Whether an SPDX expression can be met with accepted licences alone: one side of every `OR` (older manifests
/// write `/`), both sides of every `AND`. What cannot be read does not fit.
fn fits(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest).is_some_and(|fits| fits && rest.is_empty())
}

fn either(words: &mut &[&str]) -> Option<bool> {
    let mut fits = both(words)?;
    while take(words, "OR") {
        fits |= both(words)?;
    }
    Some(fits)
}

fn both(words: &mut &[&str]) -> Option<bool> {
    let mut fits = one(words)?;
    while take(words, "AND") {
        fits &= one(words)?;
    }
    Some(fits)
}

fn one(words: &mut &[&str]) -> Option<bool> {
    if take(words, "(") {
        let fits = either(words)?;
        return take(words, ")").then_some(fits);
    }
    let (name, rest) = words.split_first()?;
    *words = rest;
    if take(words, "WITH") {
        // An exception only ever allows more.
        *words = words.get(1..)?;
    }
    Some(ACCEPTED.contains(name))
}

fn take(words: &mut &[&str], word: &str) -> bool {
    match words.split_first() {
        Some((first, rest)) if *first == word => {
            *words = rest;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read() {
        for expression in [
            "MIT",
            "MIT/Apache-2.0",
            "Apache-2.0 / MIT",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "MIT OR Apache-2.0 OR LGPL-2.1-or-later",
            "GPL-3.0-only OR (MIT AND Zlib)",
        ] {
            assert!(fits(expression), "{expression}");
        }
        for expression in
            ["GPL-3.0-only", "MIT AND GPL-3.0-only", "(MIT", "MIT OR", "MIT Zlib", "", "MIT WITH"]
        {
            assert!(!fits(expression), "{expression}");
        }
    }

    #[test]
    fn a_package_without_a_licence_is_found() {
        let package = |licence: Option<&str>| ThirdParty {
            package: "left-pad 1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
        };
        assert_eq!(check(&[package(Some("MIT"))]), []);
        assert_eq!(check(&[package(None), package(Some("AGPL-3.0-only"))]).len(), 2);
    }
}
