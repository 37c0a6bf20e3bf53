//! [`MemoryLoader`]: files that a host has as texts.

use super::{LoadError, ModuleLoader, from_root};
use std::collections::BTreeMap;

/// Files by name, as texts. For programs that come from a database, an archive or a test.
///
/// Names are paths from the program's folder, in which the main file lies: `lib/text.lyra` imports `../marks.lyra`
/// as `marks.lyra`. The main file need not be among them; a file that imports it is told so if it is, under the
/// name that it is compiled with.
///
/// ```
/// use lyra::{Engine, Linker, MemoryLoader, OutputBuffer, Store};
///
/// let files = MemoryLoader::new()
///     .with("lib/text.lyra", "import \"../marks.lyra\"\nproc shout(s: str) -> str { return upper(s) + MARK }")
///     .with("marks.lyra", "const MARK = \"!\"");
/// let engine = Engine::default();
/// let module = engine.compile_with("main.lyra", "import \"lib/text.lyra\" as text\nprint(text.shout(\"hi\"))", &files)?;
///
/// let output = OutputBuffer::new();
/// let mut store = Store::new(&engine, ());
/// store.set_output(output.clone());
/// Linker::new(&engine).instantiate(&mut store, &module)?;
/// assert_eq!(output.take(), "HI!\n");
/// # Ok::<(), lyra::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryLoader {
    files: BTreeMap<String, String>,
}

impl MemoryLoader {
    /// Without any file.
    ///
    /// ```
    /// let files = lyra::MemoryLoader::new();
    /// assert!(lyra::Engine::default().compile_with("a.lyra", "import \"b.lyra\"", &files).is_err());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more file, or another text for one that is there.
    ///
    /// ```
    /// let files = lyra::MemoryLoader::new().with("b.lyra", "const B = 2");
    /// assert!(lyra::Engine::default().compile_with("a.lyra", "import \"b.lyra\"", &files).is_ok());
    /// ```
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.insert(name.into(), text.into());
        self
    }
}

impl<N: Into<String>, T: Into<String>> FromIterator<(N, T)> for MemoryLoader {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(files: I) -> Self {
        Self { files: files.into_iter().map(|(name, text)| (name.into(), text.into())).collect() }
    }
}

impl ModuleLoader for MemoryLoader {
    fn resolve(&self, importer: &str, path: &str) -> Result<String, LoadError> {
        // What is not among the files is the main file, which lies at the root.
        let folder = match importer.rsplit_once('/') {
            Some((folder, _)) if self.files.contains_key(importer) => folder,
            _ => "",
        };
        let parts = from_root(folder.split('/').filter(|part| !part.is_empty()), path)?;
        let file = parts.join("/");
        if self.files.contains_key(&file) { Ok(file) } else { Err(LoadError::NotFound) }
    }

    fn read(&self, file: &str) -> Result<String, LoadError> {
        self.files.get(file).cloned().ok_or(LoadError::NotFound)
    }
}
