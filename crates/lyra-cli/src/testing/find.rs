//! The files that are looked through for blocks: those named, and the `.lyra` files below directories.
//!
//! A walk follows no symbolic links, so that it ends and stays where it was sent; it leaves out what is hidden and
//! what tools fill (`target`, `node_modules`), and is bounded in depth and in what it looks at.

use crate::input::{Unusable, name_of};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Directories deeper than this are an error.
const MAX_DEPTH: usize = 64;
/// More entries than this in all are an error: somebody is in the wrong directory.
const MAX_ENTRIES: usize = 200_000;

/// A file to look through.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// It was asked for by its name: its mistakes are told even when it has no blocks.
    pub(crate) named: bool,
    /// The directory that was walked: a file in it may import every other.
    pub(crate) root: Option<PathBuf>,
}

/// The files of some paths, in the order of the paths, those of a directory by name; each once.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Vec<Found>, Unusable> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut left = MAX_ENTRIES;
    for path in paths {
        // Whoever names a link means what it leads to.
        if path.is_dir() {
            let root = path;
            for path in below(root, &mut left)? {
                if seen.insert(path.clone()) {
                    found.push(Found { path, named: false, root: Some(root.clone()) });
                }
            }
        } else {
            let path = plain(path);
            if seen.insert(path.clone()) {
                found.push(Found { path, named: true, root: None });
            }
        }
    }
    Ok(found)
}

/// The `.lyra` files below a directory, by name.
fn below(root: &Path, left: &mut usize) -> Result<Vec<PathBuf>, Unusable> {
    let mut files = Vec::new();
    let mut todo = vec![(root.to_owned(), 0)];
    while let Some((directory, depth)) = todo.pop() {
        let unreadable = |error: std::io::Error| {
            Unusable::usage(format!("cannot read the directory {}: {error}", name_of(&directory)))
        };
        for entry in std::fs::read_dir(&directory).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            *left = left.checked_sub(1).ok_or_else(|| too_large(root))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // What `file_type` says of a link is that it is one.
            let kind = entry.file_type().map_err(unreadable)?;
            let path = entry.path();
            if name.starts_with('.') {
                continue;
            }
            if kind.is_file() && path.extension().is_some_and(|ending| ending == "lyra") {
                files.push(plain(&path));
            } else if kind.is_dir() && !matches!(name.as_ref(), "target" | "node_modules") {
                if depth == MAX_DEPTH {
                    return Err(too_large(root));
                }
                todo.push((path, depth + 1));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn too_large(root: &Path) -> Unusable {
    Unusable::usage(format!(
        "{} holds more than is searched ({MAX_ENTRIES} entries, {MAX_DEPTH} levels): name the files or directories",
        name_of(root)
    ))
}

/// Without `./` at the start.
fn plain(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_once_and_in_order() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for name in
            ["b.lyra", "a.lyra", "c.txt", ".hidden.lyra", "dir/z.lyra", "target/no.lyra", ".git/no.lyra"]
        {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root, root.join("dir/around")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.join("c.txt"), root.join("link.lyra")).unwrap();
        let names = |paths: &[PathBuf]| -> Vec<_> {
            let found = files(paths).unwrap();
            found
                .into_iter()
                .map(|found| (found.path.strip_prefix(root).unwrap().display().to_string(), found.named))
                .collect()
        };
        let all = ["a.lyra", "b.lyra", "dir/z.lyra"].map(|name| (name.to_owned(), false));
        assert_eq!(names(&[root.to_owned()]), all);
        let named = [root.join("b.lyra"), root.to_owned(), root.join("a.lyra")];
        let expected = [("b.lyra", true), ("a.lyra", false), ("dir/z.lyra", false)];
        assert_eq!(names(&named), expected.map(|(name, named)| (name.to_owned(), named)));
        // What is not there is the reader's to tell of.
        assert_eq!(names(&[root.join("missing.lyra")]).len(), 1);
    }
}
