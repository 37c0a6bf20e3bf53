//! Compiling the files that have blocks, and choosing among the blocks.

use crate::args::ChosenArgs;
use crate::commands::compile;
use crate::exit::Exit;
use crate::input;
use crate::messages::Messages;
use crate::testing::find::{self, Found};
use lyra::{Engine, Module, Test};
use std::path::Path;

/// Which blocks a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Test,
    Bench,
}

/// A program with the chosen ones of its blocks.
pub(crate) struct Suite {
    /// What messages call the file.
    pub(crate) file: String,
    pub(crate) module: Module,
    pub(crate) blocks: Vec<Test>,
}

/// Everything that was found.
pub(crate) struct Suites {
    pub(crate) suites: Vec<Suite>,
    /// Blocks that the filter left out.
    pub(crate) filtered_out: usize,
    /// Files that were looked through.
    pub(crate) files: usize,
    /// Files that could not be read or do not compile; told of already.
    pub(crate) broken: usize,
    /// The worst of these.
    pub(crate) exit: Exit,
}

impl Suites {
    /// How many blocks were chosen.
    pub(crate) fn blocks(&self) -> usize {
        self.suites.iter().map(|suite| suite.blocks.len()).sum()
    }
}

/// Finds and compiles what the command line chooses, and tells of what does not compile.
pub(crate) fn collect(
    engine: &Engine,
    kind: Kind,
    chosen: &ChosenArgs,
    root: Option<&Path>,
    messages: Messages,
) -> Result<Suites, input::Unusable> {
    let files = find::files(&chosen.paths)?;
    let count = files.len();
    let mut found = Suites { suites: Vec::new(), filtered_out: 0, files: count, broken: 0, exit: Exit::Ok };
    for file in files {
        match suite(engine, kind, &file, root, messages) {
            Err(exit) => {
                found.broken += 1;
                found.exit = found.exit.max(exit);
            }
            Ok(None) => {}
            Ok(Some(mut suite)) => {
                let before = suite.blocks.len();
                let is_wanted = |name: &str| chosen.filter.iter().any(|part| name.contains(part.as_str()));
                suite.blocks.retain(|block| chosen.filter.is_empty() || is_wanted(&block.name));
                found.filtered_out += before - suite.blocks.len();
                if !suite.blocks.is_empty() {
                    found.suites.push(suite);
                }
            }
        }
    }
    Ok(found)
}

/// A file's program; `None` when it has no blocks of the kind and nobody asked for it by name: a directory may hold
/// programs for another host, which do not compile here.
fn suite(
    engine: &Engine,
    kind: Kind,
    file: &Found,
    root: Option<&Path>,
    messages: Messages,
) -> Result<Option<Suite>, Exit> {
    let text = input::read_source(&file.path).map_err(|unusable| messages.unusable(&unusable))?;
    let (tests, benches) = engine.has_tests(&text);
    let has_some = if kind == Kind::Test { tests } else { benches };
    if !has_some && !file.named {
        return Ok(None);
    }
    let name = input::name_of(&file.path);
    let root = root.or(file.root.as_deref());
    let module = compile(engine, &file.path, root, &text).map_err(|stop| stop.tell(messages))?;
    messages.warnings(&module);
    let blocks = if kind == Kind::Test { module.tests().collect() } else { module.benches().collect() };
    Ok(Some(Suite { file: name, module, blocks }))
}
