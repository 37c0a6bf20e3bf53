//! The disassembler.

use super::operand::{Words, constant_text, import_name, name, shortened};
use super::source::SourceLines;
use super::types::{braced, definition_text};
use super::{escaped, quoted};
use crate::module::{Debug, Module, Position, Proc, ProcDebug, ProcId, Signature};
use crate::op::{Label, Op, OperandValue};
use crate::types::BASIC;
use lyra_base::id::Id as _;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What a listing shows.
///
/// The default shows everything, so that [`assemble`](super::assemble) gives back the same module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Debug information as directives. Without, the listing reads back as a module without any.
    pub debug: bool,
    /// Comments: names of locals, source lines, texts of long constants.
    pub comments: bool,
    /// The number of each instruction, as a comment.
    pub numbers: bool,
}

impl Default for Listing {
    fn default() -> Self {
        Self { debug: true, comments: true, numbers: false }
    }
}

impl Listing {
    /// For snapshots: what the code is, with names and source lines beside it, without positions.
    #[must_use]
    pub fn snapshot() -> Self {
        Self { debug: false, ..Self::default() }
    }
}

/// Lists a module. Any module can be listed; one that verifies reads back exactly.
///
/// ```
/// use lyra_bytecode::{Listing, Module, assemble, disassemble};
/// let mut module = Module { name: "empty".into(), ..Module::default() };
/// assert_eq!(disassemble(&module, &Listing::default()), "module \"empty\"\n");
/// assert_eq!(assemble("module \"empty\"")?, module);
/// # Ok::<(), lyra_bytecode::AssembleError>(())
/// ```
#[must_use]
pub fn disassemble(module: &Module, options: &Listing) -> String {
    Printer { module, options, words: Words::new(module), out: String::new() }.print()
}

struct Printer<'m> {
    module: &'m Module,
    options: &'m Listing,
    words: Words,
    out: String,
}

impl Printer<'_> {
    fn print(mut self) -> String {
        let module = self.module;
        self.line(format_args!("module {}", quoted(&module.name)));
        if let Some(debug) = module.debug.as_ref().filter(|_| self.options.debug) {
            self.debug(debug);
        }
        for (id, ty) in module.types.iter().skip(BASIC.len()) {
            let text = self.words.type_declared(ty, &module.types, id);
            self.line(format_args!("type {text}"));
        }
        for (id, def) in module.types.defs().enumerate() {
            let text = definition_text(id, def, &module.types, |ty| self.words.ty(ty));
            self.line(format_args!("{text}"));
        }
        for constant in &module.constants {
            self.line(format_args!("const {}", constant_text(constant)));
        }
        for import in &module.imports {
            let signature = self.signature(&import.signature);
            self.line(format_args!("import {}{signature}", import_name(import)));
        }
        for global in &module.globals {
            let public = if global.public { " public" } else { "" };
            let ty = self.words.ty(global.ty);
            self.line(format_args!("global {} {ty}{public}", name(&global.name)));
        }
        for found in &module.impls {
            let procs: Vec<_> = found.methods.iter().map(|&proc| self.words.proc(proc)).collect();
            let (interface, ty) = (self.words.def(found.interface), self.words.ty(found.ty));
            let procs = braced(&procs.join(", "));
            self.line(format_args!("impl {interface} for {ty} {procs}"));
        }
        for method in &module.methods {
            let (ty, proc) = (self.words.ty(method.ty), self.words.proc(method.proc));
            self.line(format_args!("method {ty} {} {proc}", name(&method.name)));
        }
        if let Some(entry) = module.entry {
            let entry = self.words.proc(entry);
            self.line(format_args!("entry {entry}"));
        }
        for test in &module.tests {
            let (word, proc) = (test.kind.word(), self.words.proc(test.proc));
            self.line(format_args!("{word} {} {proc} {}", quoted(&test.name), test.line));
        }
        let lines = SourceLines::new(module);
        for (id, proc) in module.procs.enumerate() {
            let debug = module.debug.as_ref().and_then(|debug| debug.procs.get(id.index()));
            self.proc((id, proc), debug, &lines);
        }
        self.out
    }

    fn debug(&mut self, debug: &Debug) {
        for file in &debug.files {
            self.line(format_args!("debug {}", quoted(&file.name)));
            let Some(source) = &file.text else { continue };
            if source.is_empty() {
                self.line(format_args!("source \"\""));
            }
            for line in source.split_inclusive('\n') {
                self.line(format_args!("source {}", quoted(line)));
            }
        }
    }

    fn proc(&mut self, (id, proc): (ProcId, &Proc), debug: Option<&ProcDebug>, lines: &SourceLines<'_>) {
        let public = if proc.public { " public" } else { "" };
        let signature = self.signature(&proc.signature);
        let declared = debug.filter(|_| self.options.debug);
        // Listed with debug information, a directive says it.
        let file = lines.other_file(id).filter(|_| declared.is_none());
        let file = file.map(|file| format!("from {}", remark_name(file))).unwrap_or_default();
        self.line(format_args!(""));
        self.commented(format!("proc {}{signature}{public} {{", name(&proc.name)), file);
        if let Some(debug) = declared.filter(|debug| debug.file != 0) {
            self.line(format_args!("  file {}", debug.file));
        }
        let (names, positions) =
            declared.map_or((false, false), |debug| (has_clean_names(proc, debug), is_clean(proc, debug)));
        for (index, &ty) in proc.locals.iter().enumerate() {
            let ty = self.words.ty(ty);
            match local_name(debug, index) {
                Some(local) if names => self.line(format_args!("  local {index} {ty} {}", name(local))),
                local => {
                    let comment = local.map(remark_name).unwrap_or_default();
                    self.commented(format!("  local {index} {ty}"), comment);
                }
            }
        }
        let places = Places::new(proc);
        for handler in &proc.handlers {
            let [start, end, target] =
                [handler.start, handler.end, handler.target].map(|op| places.text(Label(op)));
            self.line(format_args!("  handler {start}..{end} -> {target}"));
        }
        let mut line_shown = 0;
        for (index, &op) in (0u32..).zip(&proc.code) {
            self.label(&places, index);
            let position = debug.and_then(|debug| starts_at(debug, index));
            if let Some(position) = position.filter(|_| positions) {
                let Position { line, column, length, .. } = position;
                self.line(format_args!("  at {line}:{column}:{length}"));
            }
            let mut comments = Vec::new();
            if self.options.numbers {
                comments.push(index.to_string());
            }
            comments.extend(self.remark(op, debug));
            if let Some(position) = position.filter(|position| position.line != line_shown) {
                line_shown = position.line;
                comments.push(lines.shown(id, position.line));
            }
            let mut text = format!("  {}", op.info().mnemonic);
            op.each_operand(|operand| {
                text.push(' ');
                text.push_str(&self.words.operand(operand, |label| places.text(label)));
            });
            self.commented(text, comments.join("  "));
        }
        self.label(&places, u32::try_from(proc.code.len()).unwrap_or(u32::MAX));
        self.odd_debug(declared, names, positions);
        self.line(format_args!("}}"));
    }

    /// Debug information that is not in order has no place beside the code; it is listed as it is.
    fn odd_debug(&mut self, debug: Option<&ProcDebug>, names: bool, positions: bool) {
        let Some(debug) = debug else { return };
        for (local, text) in debug.locals.iter().filter(|_| !names) {
            self.line(format_args!("  name {local} {}", name(text)));
        }
        for position in debug.positions.iter().filter(|_| !positions) {
            let Position { op, line, column, length } = position;
            self.line(format_args!("  at {line}:{column}:{length} @{op}"));
        }
    }

    fn label(&mut self, places: &Places, op: u32) {
        if let Some(number) = places.number(op) {
            self.line(format_args!("L{number}:"));
        }
    }

    /// Names and texts that an instruction's operands do not show.
    fn remark(&self, op: Op, debug: Option<&ProcDebug>) -> Option<String> {
        let mut remark = None;
        op.each_operand(|operand| match operand {
            OperandValue::Local(local) => {
                remark = local_name(debug, usize::from(local.0)).map(remark_name);
            }
            OperandValue::Const(id) => remark = self.words.long_constant(self.module, id),
            _ => {}
        });
        remark
    }

    fn signature(&self, signature: &Signature) -> String {
        let params: Vec<_> = signature.params.iter().map(|&ty| self.words.ty(ty)).collect();
        let result = signature.result.map(|ty| format!(" -> {}", self.words.ty(ty))).unwrap_or_default();
        format!("({}){result}", params.join(", "))
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = writeln!(self.out, "{line}");
    }

    fn commented(&mut self, text: String, comment: String) {
        if comment.is_empty() || !self.options.comments {
            self.line(format_args!("{text}"));
        } else {
            self.line(format_args!("{text:<36} ; {comment}"));
        }
    }
}

/// The instructions that something goes to, numbered in order: places keep their number when code is added
/// before them, as long as no place is.
struct Places {
    ops: Vec<u32>,
    code: u32,
}

impl Places {
    fn new(proc: &Proc) -> Self {
        let code = u32::try_from(proc.code.len()).unwrap_or(u32::MAX);
        let mut ops = BTreeSet::new();
        for op in &proc.code {
            op.each_operand(|operand| {
                if let OperandValue::Label(to) = operand {
                    ops.insert(to.0);
                }
            });
        }
        ops.extend(proc.handlers.iter().flat_map(|handler| [handler.start, handler.end, handler.target]));
        Self { ops: ops.into_iter().filter(|&op| op <= code).collect(), code }
    }

    fn number(&self, op: u32) -> Option<usize> {
        self.ops.binary_search(&op).ok()
    }

    fn text(&self, to: Label) -> String {
        match self.number(to.0) {
            Some(number) if to.0 <= self.code => format!("L{number}"),
            _ => format!("@{}", to.0),
        }
    }
}

fn local_name(debug: Option<&ProcDebug>, local: usize) -> Option<&str> {
    let locals = &debug?.locals;
    let place = locals.binary_search_by_key(&local, |(local, _)| usize::from(*local)).ok()?;
    locals.get(place).map(|(_, name)| name.as_str())
}

/// The entry that begins at an instruction.
fn starts_at(debug: &ProcDebug, op: u32) -> Option<Position> {
    debug.position(op).filter(|position| position.op == op)
}

/// Whether positions can stand beside the code.
fn is_clean(proc: &Proc, debug: &ProcDebug) -> bool {
    debug.positions.is_sorted_by(|a, b| a.op < b.op)
        && debug.positions.last().is_none_or(|last| (last.op as usize) < proc.code.len())
}

/// Whether names can stand beside the locals.
fn has_clean_names(proc: &Proc, debug: &ProcDebug) -> bool {
    debug.locals.is_sorted_by(|a, b| a.0 < b.0)
        && debug.locals.last().is_none_or(|last| usize::from(last.0) < proc.locals.len())
}

fn remark_name(name: &str) -> String {
    escaped(&shortened(name, 40), '\n')
}
