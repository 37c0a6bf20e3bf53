//! Where the files of a program come from: what its host answers to an import.

use std::fmt;

/// Finds and reads the files that a program imports.
///
/// The compiler asks [`resolve`](Self::resolve) once for each path that a file imports, and [`read`](Self::read) once
/// for each file. It believes nothing: whatever a loader answers, compiling ends, within the limits on the number and
/// the size of files. `Sync`, because programs are compiled on a thread of their own.
///
/// ```
/// use lyra_compiler::{CompileOptions, LoadError, ModuleLoader, Source, compile_with};
///
/// struct Greetings;
///
/// impl ModuleLoader for Greetings {
///     fn resolve(&self, _importer: &str, path: &str) -> Result<String, LoadError> {
///         if path == "greet.lyra" { Ok(path.to_owned()) } else { Err(LoadError::NotFound) }
///     }
///     fn read(&self, _file: &str) -> Result<String, LoadError> {
///         Ok("proc greet() -> str { return \"hello\" }".to_owned())
///     }
/// }
///
/// let source = Source { name: "main.lyra", text: "import \"greet.lyra\"\nprint(greet())" };
/// assert!(compile_with(source, &Greetings, &CompileOptions::default()).module.is_some());
/// ```
pub trait ModuleLoader: Sync {
    /// Which file an import means: `path` as it is written in the file `importer`.
    ///
    /// The answer is the file's identity. Two imports with one answer share one module, so a file that can be reached
    /// by several paths has one identity. The main file's is the name that it was compiled under.
    ///
    /// # Errors
    /// Why the file cannot be imported.
    fn resolve(&self, importer: &str, path: &str) -> Result<String, LoadError>;

    /// The text of a file that [`resolve`](Self::resolve) has named.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, file: &str) -> Result<String, LoadError>;

    /// What messages and traces call a file. Default: its identity.
    fn name(&self, file: &str) -> String {
        file.to_owned()
    }
}

/// Why a file cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no such file.
    NotFound,
    /// It lies where the program may not reach.
    Outside,
    /// Something else, in a few words: they follow "cannot import `x.lyra`: ".
    Other(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such file"),
            Self::Outside => f.write_str("it lies outside the program's folder"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for LoadError {}
