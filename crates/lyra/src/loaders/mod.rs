//! Where the files of a program come from: [`MemoryLoader`] and [`FileLoader`], both within one folder.
//!
//! A path in an import is written with `/` on every system, so that a program means the same everywhere; what other
//! systems would read into it (drives, streams, `\`) is refused. `..` is taken from the written path before any file
//! is looked at: a program cannot find out what lies outside its folder.

mod files;
mod memory;

pub use files::FileLoader;
pub use lyra_compiler::{LoadError, ModuleLoader};
pub use memory::MemoryLoader;

use crate::error::Error;
use crate::module::Module;
use std::path::Path;

/// Reads a main file and hands it to `compile` with the files around it.
pub(crate) fn compile_file(
    path: &Path,
    compile: impl FnOnce(&str, &str, &dyn ModuleLoader) -> Result<Module, Error>,
) -> Result<Module, Error> {
    let cannot = |why: &dyn std::fmt::Display| Error::usage(format!("cannot read {}: {why}", path.display()));
    let loader = FileLoader::beside(path).map_err(|error| cannot(&error))?;
    let text = loader.read_main().map_err(|error| cannot(&error))?;
    compile(&path.display().to_string(), &text, &loader)
}

/// More characters are no path.
const MAX_PATH: usize = 4_096;

/// The parts of `path`, which is written in a file of `folder`, from the root on.
fn from_root<'p>(folder: impl Iterator<Item = &'p str>, path: &'p str) -> Result<Vec<&'p str>, LoadError> {
    let complain = |why: &str| Err(LoadError::Other(why.to_owned()));
    if path.is_empty() || path.ends_with('/') {
        return complain("the path names no file");
    }
    if path.len() > MAX_PATH {
        return complain("the path is too long");
    }
    if path.starts_with('/') {
        return Err(LoadError::Outside);
    }
    if path.contains('\\') {
        return complain("folders are written with `/`, on every system");
    }
    if path.contains(|c: char| c.is_control() || c == ':') {
        return complain("a `:` or a control character cannot stand in a path");
    }
    let mut parts: Vec<&str> = folder.collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(LoadError::Outside)?;
            }
            part => parts.push(part),
        }
    }
    if matches!(path.rsplit('/').next(), Some("." | "..")) {
        return complain("the path names no file");
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_root() {
        let from = |folder: &'static str, path: &'static str| {
            from_root(folder.split('/').filter(|part| !part.is_empty()), path).map(|parts| parts.join("/"))
        };
        assert_eq!(from("", "a.lyra").unwrap(), "a.lyra");
        assert_eq!(from("lib/deep", "../a.lyra").unwrap(), "lib/a.lyra");
        assert_eq!(from("lib", "./x//y/../a.lyra").unwrap(), "lib/x/a.lyra");
        for path in ["../a", "x/../../a", "/a", "//server/a", "x/../../x/a"] {
            assert_eq!(from("", path), Err(LoadError::Outside), "{path}");
        }
        assert_eq!(from("lib", "../../lib/a.lyra"), Err(LoadError::Outside), "even when it comes back");
        for path in ["", ".", "..", "a/", "a/..", "a\\b", "C:a", "C:/a", "a.lyra:x", "a\0b", "\\\\server\\a"]
        {
            assert!(matches!(from("lib", path), Err(LoadError::Other(_))), "{path:?}");
        }
        assert!(from_root(std::iter::empty(), &"a".repeat(MAX_PATH + 1)).is_err());
    }
}
