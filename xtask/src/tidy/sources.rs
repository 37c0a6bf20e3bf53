//! What every file must and must not hold.
//!
//! Words that are forbidden are spelled in two halves here, or this file would be its own first finding.

use super::finding::Finding;
use super::tree::{File, Tree};

/// Files that may hold `unsafe`, each small, with a safe face and its reasons (INV-11).
const UNSAFE_FILES: &[&str] = &[
    "crates/lyra-conformance/tests/leaks/counting.rs",
    "crates/lyra-tier-memory/src/nodes.rs",
    "crates/lyra-tier-memory/src/object.rs",
    "crates/lyra-tier-memory/src/space.rs",
    "crates/lyra-tier-memory/src/storage.rs",
    "crates/lyra-tier-stack/src/engine/accumulator.rs",
    "crates/lyra-tier-stack/src/engine/alloc.rs",
    "crates/lyra-tier-stack/src/engine/any.rs",
    "crates/lyra-tier-stack/src/engine/calls.rs",
    "crates/lyra-tier-stack/src/engine/check.rs",
    "crates/lyra-tier-stack/src/engine/closures.rs",
    "crates/lyra-tier-stack/src/engine/compute.rs",
    "crates/lyra-tier-stack/src/engine/context.rs",
    "crates/lyra-tier-stack/src/engine/direct/reference.rs",
    "crates/lyra-tier-stack/src/engine/direct/site.rs",
    "crates/lyra-tier-stack/src/engine/direct/words.rs",
    "crates/lyra-tier-stack/src/engine/flow.rs",
    "crates/lyra-tier-stack/src/engine/fused.rs",
    "crates/lyra-tier-stack/src/engine/merged.rs",
    "crates/lyra-tier-stack/src/engine/objects.rs",
    "crates/lyra-tier-stack/src/engine/run.rs",
    "crates/lyra-tier-stack/src/engine/state.rs",
    "crates/lyra-tier-stack/src/engine/table.rs",
];

/// Files that choose tiers, or show what the chosen ones make.
const TIER_SWITCHES: &[&str] =
    &["crates/lyra/src/profile.rs", "crates/lyra/src/tiers.rs", "crates/lyra/src/inside.rs"];

/// Crates whose code is written over a profile; everywhere else it is chosen already.
const OVER_A_PROFILE: &[&str] = &["lyra-vm-core", "lyra-tier-stack", "lyra-jit", "lyra-conformance"];

/// Marks of work left open.
const OPEN_ENDS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("HA", "CK"),
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
    concat!("d", "bg!"),
];

/// Beginnings of paths that exist on one machine only.
const MACHINE_PATHS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/t", "mp/"),
    concat!("/Us", "ers/"),
];

/// Checks the text of every file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.files.iter().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    // The lock file is cargo's; snapshots and test data are as their test makes them.
    let is_prose = !file.is_test() && file.path != "Cargo.lock";
    if file.is_rust() || is_prose {
        findings.extend(layout_of_lines(file));
    }
    if is_prose || file.is_rust() {
        findings.extend(open_ends(file));
    }
    if is_prose {
        findings.extend(machine_paths(file));
    }
    if file.is_rust() {
        findings.extend(opening(file));
        findings.extend(unsafe_code(file));
        findings.extend(switches(file));
    }
    findings
}

fn layout_of_lines(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        if line.contains('\t') {
            findings.push(Finding::new(&file.path, number, "a tab: indent by spaces, write \\t in a text"));
        }
        if line.ends_with(char::is_whitespace) {
            findings.push(Finding::new(&file.path, number, "white space at the end of the line: remove it"));
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        findings.push(Finding::of_file(&file.path, "does not end with a newline: add one"));
    }
    findings
}

fn open_ends(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        if let Some(word) = OPEN_ENDS.iter().find(|word| contains_word(line, word)) {
            findings.push(Finding::new(&file.path, number, format!("`{word}`: finish it, or leave it out")));
        }
        if line.trim_start().starts_with(concat!("#[ig", "nore")) {
            findings.push(Finding::new(&file.path, number, "an ignored test: make it pass, or remove it"));
        }
    }
    findings
}

fn machine_paths(file: &File) -> Vec<Finding> {
    let path_of = |line: &str| MACHINE_PATHS.iter().find(|path| starts_a_path(line, path)).copied();
    let lines = file.lines_before_tests().filter_map(|(number, line)| Some((number, path_of(line)?)));
    lines
        .map(|(number, path)| {
            Finding::new(
                &file.path,
                number,
                format!("`{path}…` is a place on one machine: write a relative path"),
            )
        })
        .collect()
}

/// Whether an absolute path that begins with `path` stands in `line`: not in the middle of a longer path or address.
fn starts_a_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '/' | '-' | '_' | '}' | '~'))
    })
}

/// The first lines: what the file is; in a crate root, that it holds no `unsafe`.
fn opening(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let first = file.lines().find(|(_, line)| !line.trim().is_empty());
    let says = first.and_then(|(_, line)| line.strip_prefix("//!")).unwrap_or("").trim();
    if says.is_empty() {
        findings.push(Finding::new(
            &file.path,
            1,
            "does not open with `//!`: say in one sentence what the file is, and why",
        ));
    } else if says.eq_ignore_ascii_case("placeholder.") {
        findings.push(Finding::new(&file.path, 1, "an empty file: fill it, or remove it"));
    }
    let is_root = ["/src/lib.rs", "/src/main.rs"].iter().any(|end| file.path.ends_with(end));
    let crate_directory = file.path.strip_suffix("lib.rs").or_else(|| file.path.strip_suffix("main.rs"));
    let holds_unsafe =
        crate_directory.is_some_and(|directory| UNSAFE_FILES.iter().any(|path| path.starts_with(directory)));
    if is_root && !holds_unsafe && !file.lines().any(|(_, line)| line == "#![forbid(unsafe_code)]") {
        findings.push(Finding::of_file(&file.path, "a crate root without `#![forbid(unsafe_code)]`: add it"));
    }
    findings
}

fn unsafe_code(file: &File) -> Vec<Finding> {
    if UNSAFE_FILES.contains(&file.path.as_str()) {
        return Vec::new();
    }
    let lines = file.lines().filter(|(_, line)| {
        let code = line.split("//").next().unwrap_or(line);
        let word = concat!("uns", "afe");
        code.match_indices(word).any(|(at, _)| {
            let before = code.get(..at).and_then(|text| text.chars().next_back());
            let after = code.get(at + word.len()..).unwrap_or("").trim_start();
            before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '{' | '=' | ';' | ','))
                && ["{", "fn ", "impl ", "impl<", "trait ", "extern "]
                    .iter()
                    .any(|next| after.starts_with(next))
        })
    });
    lines
        .map(|(number, _)| {
            let what = "unsafe code outside the list in xtask/src/tidy/sources.rs: find a safe way, or argue for the list";
            Finding::new(&file.path, number, what)
        })
        .collect()
}

/// Tier switches and profiles stay where they belong.
fn switches(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let chooses_tiers = TIER_SWITCHES.contains(&file.path.as_str());
    let owner = file.path.strip_prefix("crates/").and_then(|path| path.split('/').next());
    let over_a_profile = owner.is_none_or(|name| OVER_A_PROFILE.contains(&name));
    for (number, line) in file.lines() {
        let code = line.split("//").next().unwrap_or(line);
        let is_switch = [concat!("feature = \"ti", "er-"), concat!("feature = \"j", "it\"")];
        if !chooses_tiers && is_switch.iter().any(|switch| code.contains(switch)) {
            let what = "a tier is chosen here: only lyra/src/{profile,tiers,inside}.rs do that";
            findings.push(Finding::new(&file.path, number, what));
        }
        let bound = concat!(": Pro", "file");
        let is_bound = code.match_indices(bound).any(|(at, _)| {
            let after = code.get(at + bound.len()..).and_then(|text| text.chars().next());
            after.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
        });
        if !over_a_profile && is_bound {
            let what =
                "written over a profile: only lyra-vm-core and the engines are; use the facade's chosen one";
            findings.push(Finding::new(&file.path, number, what));
        }
    }
    findings
}

/// Whether `word` stands in `line` on its own; a word that ends in `!` may be followed by anything.
fn contains_word(line: &str, word: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(joins) && (word.ends_with('!') || !after.is_some_and(joins))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a file that begins as it should.
    fn found(path: &str, text: &str) -> Vec<String> {
        let text = if path.ends_with(".rs") { format!("//! What it is.\n{text}") } else { text.to_owned() };
        check(&Tree::of(&[(path, &text)])).iter().map(ToString::to_string).collect()
    }

    fn count(path: &str, text: &str) -> usize {
        found(path, text).len()
    }

    #[test]
    fn a_clean_file_is_accepted() {
        assert_eq!(found("crates/lyra/src/engine.rs", "fn f() {}\n"), Vec::<String>::new());
        assert_eq!(found("crates/lyra/src/lib.rs", "#![forbid(unsafe_code)]\n"), Vec::<String>::new());
    }

    #[test]
    fn a_file_says_what_it_is() {
        let of = |text: &str| check(&Tree::of(&[("crates/lyra/src/engine.rs", text)])).len();
        assert_eq!(of("fn f() {}\n"), 1);
        assert_eq!(of("//!\nfn f() {}\n"), 1);
        assert_eq!(of("//! Placeholder.\n"), 1);
        assert_eq!(count("crates/lyra/src/lib.rs", "fn f() {}\n"), 1);
    }

    #[test]
    fn open_ends_are_found_as_words() {
        let path = "crates/lyra/src/engine.rs";
        assert_eq!(count(path, concat!("// TO", "DO: later\n")), 1);
        assert_eq!(count(path, concat!("fn f() { to", "do!() }\n")), 1);
        assert_eq!(count(path, "let todo = todos.pop(); enum Todo {}\n"), 0);
        assert_eq!(count("crates/lyra/tests/a.rs", concat!("#[ig", "nore]\n")), 1);
        assert_eq!(
            found("README.md", concat!("one\ntwo FIX", "ME\n"))[0].split(": ").next(),
            Some("README.md:2")
        );
    }

    #[test]
    fn lines_are_laid_out_well() {
        let path = "crates/lyra/src/engine.rs";
        assert_eq!(count(path, "fn f() {} \n"), 1);
        assert_eq!(count(path, "\tfn f() {}\n"), 1);
        assert_eq!(count(path, "fn f() {}"), 1);
        assert_eq!(count("crates/lyra/tests/ui/tabs.lyra", "\tx \n"), 0);
    }

    #[test]
    fn machine_paths_are_found_outside_tests() {
        let line = concat!("see /ho", "me/ada/notes\n");
        assert_eq!(count("README.md", line), 1);
        assert_eq!(count("crates/lyra/tests/a.rs", &format!("// {line}")), 0);
        assert_eq!(count("crates/lyra/src/a.rs", &format!("#[cfg(test)]\nmod tests {{\n// {line}}}\n")), 0);
        assert_eq!(
            count("README.md", concat!("https://example.org/ho", "me/page and target/t", "mp/x\n")),
            0
        );
    }

    #[test]
    fn unsafe_code_is_found_in_code_only() {
        let path = "crates/lyra/src/engine.rs";
        let word = concat!("uns", "afe");
        assert_eq!(count(path, &format!("fn f() {{ {word} {{ g() }} }}\n")), 1);
        assert_eq!(count(path, &format!("pub {word} fn f() {{}}\n")), 1);
        assert_eq!(count(path, &format!("// {word} {{ is not used\n#![deny({word}_code)]\n")), 0);
    }

    #[test]
    fn tiers_are_chosen_in_two_files() {
        let line = concat!("#[cfg(feature = \"ti", "er-stack\")]\nuse x;\n");
        assert_eq!(count("crates/lyra/src/profile.rs", line), 0);
        assert_eq!(count("crates/lyra/src/engine.rs", line), 1);
        assert_eq!(count("crates/lyra/src/engine.rs", concat!("#[cfg(feature = \"j", "it\")]\nuse x;\n")), 1);
    }

    #[test]
    fn profiles_stay_in_the_engines() {
        let line = concat!("fn run<P: Pro", "file>(vm: &mut Vm<P>) {}\n");
        assert_eq!(count("crates/lyra-vm-core/src/vm.rs", line), 0);
        assert_eq!(count("crates/lyra/src/store.rs", line), 1);
        assert_eq!(count("crates/lyra/src/store.rs", "struct S { profile: ProfileKind }\n"), 0);
    }
}
