//! From a main file to all files: parses what is imported, depth first in the order of the imports.
//!
//! The walk keeps its own stack. A file is parsed once, whoever imports it; the import that came to it first is the
//! one that sets it up ([`Target::File`]). An import that cannot be followed has been reported, and stands for
//! nothing ([`Target::Failed`]).

use crate::Source;
use crate::loader::{LoadError, ModuleLoader};
use crate::options::CompileOptions;
use crate::sources::Sources;
use bumpalo::Bump;
use hashbrown::{HashMap, HashSet};
use lyra_base::{Span, Symbols};
use lyra_syntax::{Diagnostic, MAX_DIAGNOSTICS, ast, code};

/// Files of a program, standard modules included.
pub(crate) const MAX_FILES: usize = 1_000;
/// How many files deep imports may go.
pub(crate) const MAX_DEPTH: usize = 100;
/// Imports in all files together.
const MAX_IMPORTS: usize = 10_000;
/// Characters of a file's identity or name, and of a loader's complaint.
const MAX_NAME: usize = 4_096;
const MAX_SHOWN: usize = 200;

/// All files of a program.
pub(crate) struct Program<'a> {
    pub(crate) sources: Sources,
    /// As in `sources`.
    pub(crate) files: Vec<File<'a>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// One file.
pub(crate) struct File<'a> {
    pub(crate) stmts: &'a [ast::Stmt<'a>],
    /// The name of a standard module.
    pub(crate) standard: Option<&'static str>,
    /// What each of its imports means, by where the import begins.
    pub(crate) imports: Vec<(u32, Target)>,
}

/// What an import means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A file; `is_first` says that this import is the one that sets it up.
    File { file: usize, is_first: bool },
    /// A module of the host, by the name that is imported.
    Host,
    /// The host's functions that belong to the standard module in which this stands.
    Native,
    /// No module has this name.
    Unknown,
    /// It was reported why this is nothing.
    Failed,
}

/// Reads `main` and everything that it imports.
pub(crate) fn load<'a>(
    main: Source<'_>,
    loader: Option<&dyn ModuleLoader>,
    arena: &'a Bump,
    symbols: &mut Symbols,
    options: &CompileOptions,
) -> Program<'a> {
    let host = options.host.iter().map(|function| function.module.as_str());
    let mut reader = Reader {
        loader,
        arena,
        symbols,
        options,
        host: host.filter(|module| !module.is_empty()).collect(),
        sources: Sources::default(),
        files: Vec::new(),
        ids: Vec::new(),
        by_id: HashMap::new(),
        by_standard: HashMap::new(),
        answers: HashMap::new(),
        open: Vec::new(),
        imports: 0,
        diagnostics: Vec::new(),
    };
    reader.by_id.insert(main.name.to_owned(), 0);
    reader.add(main.name.to_owned(), main.name.to_owned(), main.text, None);
    reader.run();
    Program { sources: reader.sources, files: reader.files, diagnostics: reader.diagnostics }
}

struct Reader<'l, 'a> {
    loader: Option<&'l dyn ModuleLoader>,
    arena: &'a Bump,
    symbols: &'l mut Symbols,
    options: &'l CompileOptions,
    /// The modules of the host.
    host: HashSet<&'l str>,
    sources: Sources,
    files: Vec<File<'a>>,
    /// The loader's identity of each file; empty for a standard module.
    ids: Vec<String>,
    by_id: HashMap<String, usize>,
    by_standard: HashMap<&'static str, usize>,
    /// What was found for a path that a file imports.
    answers: HashMap<(usize, &'a str), Result<usize, ()>>,
    /// The files that lead to the one being looked at, and how many of its statements were.
    open: Vec<(usize, usize)>,
    imports: usize,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Reader<'_, 'a> {
    /// Parses a file and goes on with its imports.
    fn add(&mut self, id: String, name: String, text: &str, standard: Option<&'static str>) -> usize {
        let file = self.sources.push(name, text, standard.is_some());
        let start = self.sources.start(file);
        let parsed = lyra_syntax::parse_from(self.sources.up_to(file), start, self.arena, self.symbols);
        self.diagnostics.extend(parsed.diagnostics);
        self.files.push(File { stmts: parsed.file.stmts, standard, imports: Vec::new() });
        self.ids.push(id);
        self.open.push((file, 0));
        file
    }

    fn run(&mut self) {
        while let Some((file, at)) = self.open.last_mut() {
            let file = *file;
            let stmts = self.files.get(file).map_or(&[][..], |file| file.stmts);
            let Some(stmt) = stmts.get(*at) else {
                self.open.pop();
                continue;
            };
            *at += 1;
            if let ast::StmtKind::Item(ast::Item {
                kind: ast::ItemKind::Import { source, .. }, span, ..
            }) = stmt.kind
            {
                let target = self.import(file, *source, *span);
                if let Some(file) = self.files.get_mut(file) {
                    file.imports.push((span.start, target));
                }
            }
        }
    }

    fn import(&mut self, importer: usize, source: ast::ImportSource<'a>, span: Span) -> Target {
        self.imports += 1;
        if self.imports > MAX_IMPORTS {
            if self.imports == MAX_IMPORTS + 1 {
                let message = format!("a program has at most {MAX_IMPORTS} imports");
                self.report(Diagnostic::error(code::TOO_MANY, span, message));
            }
            return Target::Failed;
        }
        match source {
            ast::ImportSource::Module(name) => self.module(importer, name, span),
            ast::ImportSource::File { path, span } => self.file(importer, path, span),
        }
    }

    /// `import name`
    fn module(&mut self, importer: usize, name: ast::Name, span: Span) -> Target {
        let text = self.symbols.text(name.symbol);
        let in_standard = self.files.get(importer).is_some_and(|file| file.standard.is_some());
        if in_standard && text == "native" {
            return Target::Native;
        }
        // A standard module means the others, whatever the host has.
        if !in_standard && self.host.contains(text) {
            return Target::Host;
        }
        let Some(module) = self.options.standard.iter().find(|module| module.name == text) else {
            return Target::Unknown;
        };
        if let Some(&file) = self.by_standard.get(module.name) {
            return self.known(file, span);
        }
        if !self.has_room(module.source.len(), span) {
            return Target::Failed;
        }
        self.by_standard.insert(module.name, self.files.len());
        let file = self.add(String::new(), module.name.to_owned(), module.source, Some(module.name));
        Target::File { file, is_first: true }
    }

    /// `import "path"`
    fn file(&mut self, importer: usize, path: &'a str, span: Span) -> Target {
        match self.answers.get(&(importer, path)) {
            Some(&Ok(file)) => return self.known(file, span),
            Some(Err(())) => return Target::Failed,
            None => {}
        }
        let known = self.files.len();
        let found = self.find(importer, path, span);
        self.answers.insert((importer, path), found.ok_or(()));
        match found {
            // It was added just now.
            Some(file) if file == known => Target::File { file, is_first: true },
            Some(file) => self.known(file, span),
            None => Target::Failed,
        }
    }

    /// A file that was parsed before: fine, unless it leads to this import.
    fn known(&mut self, file: usize, span: Span) -> Target {
        let Some(from) = self.open.iter().position(|&(open, _)| open == file) else {
            return Target::File { file, is_first: false };
        };
        let circle: Vec<usize> = self.open.iter().skip(from).map(|&(open, _)| open).collect();
        let name = |file: usize| shown(self.sources.name(file));
        let message = if circle.len() == 1 {
            format!("{} imports itself", name(file))
        } else {
            let names: Vec<String> = circle.iter().chain([&file]).map(|&file| name(file)).collect();
            format!("imports in a circle: {}", names.join(", "))
        };
        self.report(
            Diagnostic::error(code::IMPORT_CYCLE, span, message)
                .with_label("this import leads back")
                .with_help("put what both need into a file of its own, which both import"),
        );
        Target::Failed
    }

    /// Asks the loader; `None` when it was reported why the answer is no use.
    fn find(&mut self, importer: usize, path: &'a str, span: Span) -> Option<usize> {
        // Nobody is shown more: a host's loader is not asked for nothing.
        if self.diagnostics.len() > 2 * MAX_DIAGNOSTICS {
            return None;
        }
        let Some(loader) = self.loader else {
            self.report(
                Diagnostic::error(code::UNKNOWN_FILE, span, format!("no file `{}`", shown(path)))
                    .with_label("this program has one file only")
                    .with_help("what runs it has to say where the files of a program are"),
            );
            return None;
        };
        let from = self.ids.get(importer).map_or("", String::as_str);
        let id = match loader.resolve(from, path) {
            Ok(id) if id.chars().nth(MAX_NAME).is_none() => id,
            Ok(_) => return self.refused(path, &LoadError::Other("its name is too long".to_owned()), span),
            Err(error) => return self.refused(path, &error, span),
        };
        if let Some(&file) = self.by_id.get(&id) {
            return Some(file);
        }
        if !self.has_room(0, span) {
            return None;
        }
        let text = match loader.read(&id) {
            Ok(text) => text,
            Err(error) => return self.refused(path, &error, span),
        };
        if !self.has_room(text.len(), span) {
            return None;
        }
        let name = loader.name(&id).chars().take(MAX_NAME).collect();
        self.by_id.insert(id.clone(), self.files.len());
        Some(self.add(id, name, &text, None))
    }

    fn refused(&mut self, path: &str, error: &LoadError, span: Span) -> Option<usize> {
        let path = shown(path);
        self.report(match error {
            LoadError::NotFound => Diagnostic::error(code::UNKNOWN_FILE, span, format!("no file `{path}`"))
                .with_help("a path is relative to the file that it stands in"),
            LoadError::Outside => {
                Diagnostic::error(code::OUTSIDE, span, format!("`{path}` lies outside the program's folder"))
                    .with_help("a program imports files beside its main file and below it")
            }
            LoadError::Other(why) => {
                Diagnostic::error(code::UNKNOWN_FILE, span, format!("cannot import `{path}`: {}", shown(why)))
            }
        });
        None
    }

    /// Whether one more file of so many bytes finds room; says so when not.
    fn has_room(&mut self, bytes: usize, span: Span) -> bool {
        let most = self.options.source_bytes;
        let diagnostic = if self.files.len() >= MAX_FILES {
            Diagnostic::error(code::TOO_MANY, span, format!("a program has at most {MAX_FILES} files"))
        } else if self.open.len() >= MAX_DEPTH {
            Diagnostic::error(code::TOO_MANY, span, format!("imports go at most {MAX_DEPTH} files deep"))
        } else if bytes > most.saturating_sub(self.sources.total()) {
            let message = format!("with this file the program has more than {most} bytes of source");
            Diagnostic::error(code::SOURCE_TOO_LARGE, span, message)
                .with_help("read data at run time instead of importing it")
        } else {
            return true;
        };
        self.report(diagnostic);
        false
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() <= 2 * MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }
}

/// A path or a complaint, cut to what fits a message.
fn shown(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
