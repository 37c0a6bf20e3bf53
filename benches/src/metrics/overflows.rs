//! Buffer overflows: what there is that could overflow, and what the campaign found.
//!
//! Safe Rust checks every access, so an overflow needs `unsafe` code. What is counted is therefore where that
//! stands in the workspace's own crates; with none, there is no place where a buffer of ours could overflow.

use super::violations::Campaign;
use super::{SAFETY, judged, pending};
use crate::result::{MetricResult, Unit};
use std::path::{Path, PathBuf};

const NAME: &str = "Buffer overflows";
const HOW: &str = "Safe Rust checks every access, so an overflow needs `unsafe` code: measured is the number of `unsafe` \
                   blocks, functions and implementations in the sources of the workspace's crates, comments and texts left out.";

/// Files read at most; a workspace has some hundreds.
const MOST_FILES: usize = 20_000;

/// Counts in the sources that this program was built from.
#[must_use]
pub fn measure(campaign: &Campaign) -> MetricResult {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = here.parent().unwrap_or(here).join("crates");
    match count(&crates) {
        Ok(found) => judge(&found, campaign),
        Err(reason) => pending(NAME, SAFETY, "0", Unit::Count, reason, HOW),
    }
}

/// What the sources hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    files: usize,
    places: usize,
    /// Files with such places.
    holders: Vec<PathBuf>,
}

fn judge(found: &Found, campaign: &Campaign) -> MetricResult {
    let how = format!(
        "{HOW} {} places in {} files. In the security campaign {} runs ended at an index outside of its array or text, each \
         with the error that the language says. What it does not show: the standard library and the crates that Lyra \
         depends on.",
        found.places, found.files, campaign.outside
    );
    if found.places > 0 {
        // A number of places says nothing of overflows in them; a sanitizer's or interpreter's verdict would.
        let holders: Vec<String> = found.holders.iter().map(|path| path.display().to_string()).collect();
        let reason = format!(
            "{} places could overflow and are not watched here: {}",
            found.places,
            holders.join(", ")
        );
        return pending(NAME, SAFETY, "0", Unit::Count, reason, how);
    }
    judged(NAME, SAFETY, "0", (0.0, Unit::Count), campaign.violations == 0, how)
}

fn count(crates: &Path) -> Result<Found, String> {
    let mut found = Found::default();
    let mut todo = vec![crates.to_path_buf()];
    while let Some(directory) = todo.pop() {
        let failed = |error: std::io::Error| {
            format!("the sources are not where this was built: {}: {error}", directory.display())
        };
        for entry in std::fs::read_dir(&directory).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
            if kind.is_dir() {
                todo.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|end| end == "rs") {
                if found.files >= MOST_FILES {
                    return Err(format!("there are more than {MOST_FILES} files in {}", crates.display()));
                }
                let text = std::fs::read_to_string(&path).map_err(failed)?;
                let places = places(&text);
                found.files += 1;
                if places > 0 {
                    found.places += places;
                    found.holders.push(path.strip_prefix(crates).unwrap_or(&path).to_path_buf());
                }
            }
        }
    }
    found.holders.sort();
    Ok(found)
}

/// How often the word stands in code: followed by a block, a function, an implementation or a trait, and not in a
/// comment or a text. An `unsafe` attribute (`#[unsafe(…)]`) counts too.
fn places(text: &str) -> usize {
    let word = concat!("uns", "afe");
    let code = code_of(text);
    code.match_indices(word)
        .filter(|&(at, _)| {
            let before = code.get(..at).and_then(|text| text.chars().next_back());
            let after = code.get(at + word.len()..).unwrap_or("").trim_start();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
                && ["{", "fn ", "impl ", "impl<", "trait ", "extern ", "("]
                    .iter()
                    .any(|next| after.starts_with(next))
        })
        .count()
}

/// The text without comments and without what stands in quotes.
fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => quoted(rest),
            'r' | 'b' if !code.ends_with(|c: char| c.is_alphanumeric() || c == '_') => raw(rest).unwrap_or(0),
            // A quotation mark as a character, not as the beginning of a text.
            '\'' if rest.starts_with("'\"'") => 3,
            '\'' if rest.starts_with("'\\\"'") => 4,
            _ => 0,
        };
        if skipped > 0 {
            code.push(' ');
            rest = rest.get(skipped..).unwrap_or("");
        } else {
            code.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or("");
        }
    }
    code
}

/// Bytes of the block comment at the beginning; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Bytes of the text in quotation marks at the beginning.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Bytes of the raw text at the beginning: `r"…"`, `r#"…"#`, `br"…"`; `None` when there is none.
fn raw(text: &str) -> Option<usize> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = text.len() - body.len();
    Some(body.find(&end).map_or(text.len(), |at| start + at + end.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::Verdict;

    #[test]
    fn the_word_counts_in_code_only() {
        let word = concat!("uns", "afe");
        let count = |text: &str| places(&text.replace("WORD", word));
        assert_eq!(count("fn f() { WORD { g() } }"), 1);
        assert_eq!(
            count("WORD impl<T> Send for A<T> {}\npub WORD fn f() {}\n#[WORD(no_mangle)] fn g() {}"),
            3
        );
        assert_eq!(count("// WORD { }\n/* WORD { /* } */ WORD fn f */ fn f() {}"), 0);
        assert_eq!(
            count("let a = \"WORD { \\\" WORD {\"; let b = r#\"WORD {\" WORD {\"#; let c = '\"'; f()"),
            0
        );
        assert_eq!(count("let c = '\"'; WORD { f(\"x\") }"), 1);
        assert_eq!(count("#![forbid(WORD_code)]\nlet WORD_files = 1; un_WORD {}"), 0);
    }

    #[test]
    fn a_place_is_found_with_its_file() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("src")).unwrap();
        std::fs::write(directory.path().join("src/safe.rs"), "fn f() {}\n").unwrap();
        let text = concat!("fn f() { uns", "afe { g() } }\n");
        std::fs::write(directory.path().join("src/fast.rs"), text).unwrap();
        let found = count(directory.path()).unwrap();
        assert_eq!((found.files, found.places), (2, 1));
        let metric = judge(&found, &Campaign::default());
        assert!(
            matches!(&metric.verdict, Verdict::Pending(reason) if reason.contains("fast.rs")),
            "{metric:?}"
        );
        assert!(count(&directory.path().join("nowhere")).is_err());
    }

    #[test]
    fn the_workspace_is_counted() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        let found = count(&crates).unwrap();
        assert!(found.files > 100, "{found:?}");
        let metric = measure(&Campaign::default());
        assert_eq!(metric.verdict == Verdict::Met, found.places == 0, "{metric:?}");
    }
}
