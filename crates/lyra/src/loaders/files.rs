//! [`FileLoader`]: files of a folder, and of no other.

use super::{LoadError, ModuleLoader, from_root};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Larger files are not read: no program may have as much source.
const MAX_BYTES: u64 = lyra_syntax::MAX_SOURCE_BYTES as u64;

/// Files of a folder, the program's root. Nothing outside it can be imported: not through `..`, an absolute path, a
/// symbolic link, or a name that some system gives another meaning. Only regular files are read, at most 64 MiB of
/// one.
///
/// The folder is trusted to hold still while a program is compiled.
///
/// ```
/// use lyra::{Engine, FileLoader};
/// # let folder = std::env::temp_dir().join(format!("lyra-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// std::fs::write(folder.join("shapes.lyra"), "proc area(side: f64) -> f64 { return side * side }")?;
/// let loader = FileLoader::new(&folder)?;
/// let module = Engine::default().compile_with("main.lyra", "import \"shapes.lyra\"\nprint(area(2.0))", &loader)?;
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileLoader {
    /// The folder without links on the way to it.
    root: PathBuf,
    /// The folder as it was given, for messages.
    shown: PathBuf,
    main: Option<Main>,
    /// Further folders, without links.
    also: Vec<PathBuf>,
}

#[derive(Clone, Debug)]
struct Main {
    /// Without links on the way to it.
    file: PathBuf,
    /// As it was given.
    name: String,
    /// Its folder, from the root on.
    below: PathBuf,
}

impl FileLoader {
    /// The files of a folder, which the main file is taken to lie in.
    ///
    /// # Errors
    /// When there is no such folder.
    ///
    /// ```
    /// assert!(lyra::FileLoader::new("/there/is/no/such/folder").is_err());
    /// ```
    pub fn new(folder: impl AsRef<Path>) -> io::Result<Self> {
        let shown = folder.as_ref();
        let folder = if shown.as_os_str().is_empty() { Path::new(".") } else { shown };
        let root = folder.canonicalize()?;
        if !root.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { root, shown: shown.to_owned(), main: None, also: Vec::new() })
    }

    /// The files beside a program's main file, and below its folder. The main file is compiled under the name
    /// `main.display().to_string()`; so a file that imports it is told that it does.
    ///
    /// # Errors
    /// When there is no such file.
    ///
    /// ```
    /// assert!(lyra::FileLoader::beside("/there/is/no/main.lyra").is_err());
    /// ```
    pub fn beside(main: impl AsRef<Path>) -> io::Result<Self> {
        let main = main.as_ref();
        let file = main.canonicalize()?;
        // The folder that the path names, not that of a file behind a link: there the user sees the others.
        let mut loader = Self::new(main.parent().unwrap_or(Path::new("")))?;
        loader.main = Some(Main { file, name: main.display().to_string(), below: PathBuf::new() });
        Ok(loader)
    }

    /// Another root: a folder around the main file's, whose files `..` may reach. For a program whose main file does
    /// not lie at its top, and for single files of a library.
    ///
    /// # Errors
    /// When there is no such folder, or the main file does not lie below it.
    ///
    /// ```
    /// use lyra::{Engine, FileLoader};
    /// # let folder = std::env::temp_dir().join(format!("lyra-doc-root-{}", std::process::id()));
    /// # std::fs::create_dir_all(folder.join("bin"))?;
    /// std::fs::write(folder.join("shapes.lyra"), "const SIDES = 4")?;
    /// let (main, text) = (folder.join("bin/main.lyra"), "import \"../shapes.lyra\"\nprint(SIDES)");
    /// std::fs::write(&main, text)?;
    /// let loader = FileLoader::beside(&main)?.with_root(&folder)?;
    /// assert!(Engine::default().compile_with(&main.display().to_string(), text, &loader).is_ok());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_root(self, folder: impl AsRef<Path>) -> io::Result<Self> {
        let mut loader = Self::new(folder)?;
        loader.also = self.also;
        if let Some(main) = self.main {
            let Ok(below) = self.root.join(&main.below).strip_prefix(&loader.root).map(Path::to_owned) else {
                let why = format!("{} does not lie below {}", main.name, loader.shown.display());
                return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
            };
            loader.main = Some(Main { below, ..main });
        }
        Ok(loader)
    }

    /// Also the files of another folder. A program reaches them by an absolute path, or by a link in its own folder.
    ///
    /// # Errors
    /// When there is no such folder.
    ///
    /// ```no_run
    /// let loader = lyra::FileLoader::beside("game/main.lyra")?.also("/usr/share/lyra")?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn also(mut self, folder: impl AsRef<Path>) -> io::Result<Self> {
        self.also.push(folder.as_ref().canonicalize()?);
        Ok(self)
    }

    /// The text of the main file.
    pub(crate) fn read_main(&self) -> Result<String, LoadError> {
        self.main.as_ref().map_or(Err(LoadError::NotFound), |main| text_of(&main.file))
    }

    /// Where the importing file lies: a folder that may be read, and what is below it.
    fn folder_of(&self, importer: &str) -> (&Path, PathBuf) {
        let file = Path::new(importer);
        if let Some(main) = self.main.as_ref().filter(|main| main.name == importer) {
            return (&self.root, main.below.clone());
        }
        if file.is_absolute() {
            for root in std::iter::once(&self.root).chain(&self.also) {
                if let Some(below) = file.parent().and_then(|folder| folder.strip_prefix(root).ok()) {
                    return (root, below.to_owned());
                }
            }
        }
        (&self.root, PathBuf::new())
    }

    /// The path that an import means, as it is written: links are not followed yet.
    fn written(&self, importer: &str, path: &str) -> Result<PathBuf, LoadError> {
        if Path::new(path).is_absolute() && !self.also.is_empty() {
            return Ok(PathBuf::from(path));
        }
        let (root, below) = self.folder_of(importer);
        let folder: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        let folder = folder.ok_or_else(no_text)?;
        let mut file = root.to_owned();
        file.extend(from_root(folder.into_iter(), path)?);
        Ok(file)
    }

    /// Whether a path without links may be read.
    fn is_allowed(&self, file: &Path) -> bool {
        std::iter::once(&self.root).chain(&self.also).any(|root| file.starts_with(root))
    }
}

impl ModuleLoader for FileLoader {
    fn resolve(&self, importer: &str, path: &str) -> Result<String, LoadError> {
        let written = self.written(importer, path)?;
        let file = written.canonicalize().map_err(|error| unreadable(&error))?;
        if let Some(main) = self.main.as_ref().filter(|main| main.file == file) {
            return Ok(main.name.clone());
        }
        if !self.is_allowed(&file) {
            return Err(LoadError::Outside);
        }
        let text = file.to_str().ok_or_else(no_text)?;
        // Where small and capital letters are alike, one file would have two names, and the program would not run
        // where they are not.
        if written != file
            && written.to_str().is_some_and(|written| written.to_lowercase() == text.to_lowercase())
        {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            return Err(LoadError::Other(format!("small and capital letters count: it is called `{name}`")));
        }
        regular(&file)?;
        Ok(text.to_owned())
    }

    fn read(&self, file: &str) -> Result<String, LoadError> {
        let path = Path::new(file);
        // It was found within the folder; what lies there now is looked at again.
        let now = path.canonicalize().map_err(|error| unreadable(&error))?;
        if now != path || !self.is_allowed(path) {
            return Err(LoadError::Outside);
        }
        text_of(path)
    }

    fn name(&self, file: &str) -> String {
        let path = Path::new(file);
        match path.strip_prefix(&self.root) {
            // As a program writes it, on every system.
            Ok(below) => {
                let shown = self.shown.join(below);
                shown.strip_prefix(".").unwrap_or(&shown).display().to_string().replace('\\', "/")
            }
            Err(_) => file.to_owned(),
        }
    }
}

/// The text of a regular file.
fn text_of(path: &Path) -> Result<String, LoadError> {
    // Before it is opened: opening a pipe would wait for someone to write to it.
    regular(path)?;
    let mut bytes = Vec::new();
    let opened = File::open(path).map_err(|error| unreadable(&error))?;
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(LoadError::Other(format!("it has more than {} MiB", MAX_BYTES >> 20)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..at).unwrap_or_default();
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        LoadError::Other(format!(
            "it is not UTF-8: the byte at offset {at}, line {line}, begins no character"
        ))
    })
}

fn regular(file: &Path) -> Result<(), LoadError> {
    let kind = file.metadata().map_err(|error| unreadable(&error))?;
    if kind.is_file() {
        Ok(())
    } else {
        let what = if kind.is_dir() { "it is a folder" } else { "it is no regular file" };
        Err(LoadError::Other(what.to_owned()))
    }
}

fn no_text() -> LoadError {
    LoadError::Other("its path is no Unicode text".to_owned())
}

fn unreadable(error: &io::Error) -> LoadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => LoadError::NotFound,
        io::ErrorKind::PermissionDenied => LoadError::Other("permission denied".to_owned()),
        _ => LoadError::Other(error.to_string()),
    }
}
