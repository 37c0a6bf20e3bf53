//! Source lines beside code, for listings.

use super::escaped;
use super::operand::shortened;
use crate::module::{Debug, Module, ProcId};
use lyra_base::LineIndex;
use lyra_base::id::Id as _;

/// The source lines that a module knows: made once for a listing, since it reads each text from its beginning to its
/// end. A module that was stripped knows none, and that is no error.
///
/// ```
/// use lyra_bytecode::{Module, ProcId, SourceLines};
/// let module = Module::default();
/// assert_eq!(SourceLines::new(&module).line(ProcId(0), 3), None);
/// ```
#[derive(Debug)]
pub struct SourceLines<'m> {
    debug: Option<&'m Debug>,
    /// The text of each file, if that was kept.
    files: Vec<Option<(&'m str, LineIndex)>>,
}

impl<'m> SourceLines<'m> {
    /// Those of a module.
    #[must_use]
    pub fn new(module: &'m Module) -> Self {
        let debug = module.debug.as_ref();
        let files = debug.map(|debug| debug.files.as_slice()).unwrap_or_default();
        let indexed = files.iter().map(|file| file.text.as_deref().map(|text| (text, LineIndex::new(text))));
        Self { debug, files: indexed.collect() }
    }

    /// The line of an instruction, from 1; `None` where the module does not say.
    #[must_use]
    pub fn line(&self, proc: ProcId, op: u32) -> Option<u32> {
        Some(self.debug?.procs.get(proc.index())?.position(op)?.line)
    }

    /// The name of the file that a procedure comes from, unless that is the main file.
    #[must_use]
    pub fn other_file(&self, proc: ProcId) -> Option<&'m str> {
        let debug = self.debug?;
        let file = debug.procs.get(proc.index())?.file;
        debug.files.get(file as usize).filter(|_| file != 0).map(|file| file.name.as_str())
    }

    /// A line of a procedure's file with its number, in so many characters as stand beside code: `12: x += 1`, or
    /// `line 12` where the text is not known.
    #[must_use]
    pub fn shown(&self, proc: ProcId, line: u32) -> String {
        let debug = self.debug.and_then(|debug| debug.procs.get(proc.index()));
        let file = debug.and_then(|debug| self.files.get(debug.file as usize)).and_then(Option::as_ref);
        let text = file.map_or("", |(text, index)| index.line_text(text, line));
        // Lines may be as long as the source, and are shown once for each instruction at worst.
        let start: String = text.chars().take(200).collect();
        match start.trim() {
            "" => format!("line {line}"),
            text => format!("{line}: {}", escaped(&shortened(text, 60), '\n')),
        }
    }
}
