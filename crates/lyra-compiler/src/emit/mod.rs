//! The typed tree to stack bytecode.
//!
//! The verifier wants every instruction reachable, so nothing is emitted where control cannot be: dead code
//! disappears here. Operands that wait while a jump leaves an expression are dropped before it, so that stacks
//! agree wherever ways meet.

mod constants;
mod expr;
mod label;
mod stmt;

use crate::hir::{self, LocalId, LoopId};
use crate::options::{CompileOptions, DebugLevel};
use crate::positions::Positions;
use crate::{Source, hir::Program};
use constants::Constants;
use label::Target;
use lyra_base::{IdVec, Span};
use lyra_bytecode::{
    Debug, Global, Handler, Import, ImportId, Kind, Local, Module, Op, Position, Proc, ProcDebug, TypeId,
    Types,
};
use lyra_syntax::{Diagnostic, code};

/// The most locals of a procedure (language reference, section 8).
const MAX_LOCALS: usize = 1_000;
/// The most instructions of a procedure and of a module: what the verifier accepts by default.
const MAX_CODE: usize = 1_000_000;
const MAX_TOTAL_CODE: usize = 4_000_000;

/// Emits a program that was checked without errors.
pub(crate) fn emit(
    program: Program<'_>,
    source: Source<'_>,
    options: &CompileOptions,
) -> Result<Module, Vec<Diagnostic>> {
    let mut shared = Shared {
        types: &program.types,
        options,
        constants: Constants::default(),
        imports: program.imports.iter().map(|_| None).collect(),
        import_list: Vec::new(),
        program_imports: &program.imports,
        positions: Positions::new(source.text),
        diagnostics: Vec::new(),
    };
    let mut procs = IdVec::new();
    let mut debug = Vec::new();
    let mut total = 0;
    let mut entry = None;
    for proc in &program.procs {
        let (proc, proc_debug) = Emitter::proc(&mut shared, proc);
        total += proc.code.len();
        debug.push(proc_debug);
        entry = Some(procs.push(proc));
        if total > MAX_TOTAL_CODE {
            shared.diagnostics.push(Diagnostic::error(
                code::TOO_MANY,
                Span::at(0),
                "the program is too large",
            ));
            break;
        }
    }
    if !shared.diagnostics.is_empty() {
        return Err(shared.diagnostics);
    }
    let debug = (options.debug > DebugLevel::None).then(|| Debug {
        source_name: source.name.to_owned(),
        source: (options.debug == DebugLevel::Full).then(|| source.text.to_owned()),
        procs: debug,
    });
    let globals = program.globals.iter();
    let globals = globals
        .map(|global| Global { name: global.name.to_owned(), ty: global.ty, public: global.public })
        .collect();
    let name = source.name.rsplit(['/', '\\']).next().unwrap_or("program");
    Ok(Module {
        name: if name.is_empty() { "program" } else { name }.chars().take(200).collect(),
        constants: shared.constants.list,
        imports: shared.import_list.into(),
        globals,
        procs,
        entry,
        debug,
        types: program.types,
    })
}

/// What the procedures of one module share.
struct Shared<'p, 'a> {
    types: &'p Types,
    options: &'p CompileOptions,
    constants: Constants,
    /// The import of each host function that is called.
    imports: Vec<Option<ImportId>>,
    import_list: Vec<Import>,
    program_imports: &'p [Import],
    positions: Positions<'a>,
    diagnostics: Vec<Diagnostic>,
}

/// Emits one procedure.
struct Emitter<'e, 'p, 'a> {
    shared: &'e mut Shared<'p, 'a>,
    locals: &'e [hir::Local<'a>],
    /// Instructions; locals are still numbered as in the typed tree, jumps go to labels.
    code: Vec<Op>,
    places: Vec<Position>,
    /// Where what is emitted next comes from.
    span: Span,
    last_span: Option<Span>,
    /// Whether control can be here.
    reachable: bool,
    labels: Vec<Option<u32>>,
    loops: Vec<OpenLoop>,
    handlers: Vec<Handler>,
    /// Operands of this procedure that wait here, by kind.
    waiting: Waiting,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Waiting {
    refs: usize,
    words: usize,
}

struct OpenLoop {
    id: LoopId,
    again: Target,
    exit: Target,
    /// What waits around the loop.
    waiting: Waiting,
}

impl<'e, 'p, 'a> Emitter<'e, 'p, 'a> {
    fn proc(shared: &'e mut Shared<'p, 'a>, proc: &'e hir::Proc<'a>) -> (Proc, ProcDebug) {
        let mut emitter = Self {
            shared,
            locals: &proc.locals,
            code: Vec::new(),
            places: Vec::new(),
            span: proc.span,
            last_span: None,
            reachable: true,
            labels: Vec::new(),
            loops: Vec::new(),
            handlers: Vec::new(),
            waiting: Waiting::default(),
        };
        emitter.too_many(proc);
        if emitter.shared.diagnostics.is_empty() {
            emitter.body(proc);
        }
        emitter.finish(proc)
    }

    fn too_many(&mut self, proc: &hir::Proc<'a>) {
        if proc.signature.params.len() > 255 {
            let message =
                format!("`{}` has {} parameters; 255 are the most", proc.name, proc.signature.params.len());
            self.shared.diagnostics.push(Diagnostic::error(code::TOO_MANY, proc.span, message));
        }
        if proc.locals.len() > MAX_LOCALS {
            let message =
                format!("`{}` needs {} locals; {MAX_LOCALS} are the most", proc.name, proc.locals.len());
            let diagnostic = Diagnostic::error(code::TOO_MANY_LOCALS, proc.span, message)
                .with_help("split it into smaller procedures, or keep the values in an array");
            self.shared.diagnostics.push(diagnostic);
        }
    }

    fn body(&mut self, proc: &hir::Proc<'a>) {
        match proc.signature.result {
            Some(_) => {
                self.block_value(&proc.body);
                self.op(Op::Return);
            }
            None => {
                self.block(&proc.body);
                self.op(Op::Return);
            }
        }
    }

    /// Numbers locals references first, resolves labels, and packs it all up.
    fn finish(mut self, proc: &hir::Proc<'a>) -> (Proc, ProcDebug) {
        let types = self.shared.types;
        if self.code.len() > MAX_CODE {
            let message = format!("`{}` is too large: {MAX_CODE} instructions are the most", proc.name);
            self.shared.diagnostics.push(Diagnostic::error(code::TOO_MANY, proc.span, message));
        }
        let mut order: Vec<usize> = (0..self.locals.len()).collect();
        order.sort_by_key(|&index| types.kind(self.locals[index].ty));
        let mut slots = vec![0u16; self.locals.len()];
        for (slot, &index) in order.iter().enumerate() {
            slots[index] = u16::try_from(slot).unwrap_or(u16::MAX);
        }
        let slot = |local: Local| Local(slots.get(usize::from(local.0)).copied().unwrap_or(local.0));
        for op in &mut self.code {
            match op {
                Op::GetWord { local }
                | Op::SetWord { local }
                | Op::GetRef { local }
                | Op::SetRef { local } => {
                    *local = slot(*local);
                }
                Op::Jump { to } | Op::JumpIf { to } | Op::JumpUnless { to } => {
                    to.0 = self.labels.get(to.0 as usize).copied().flatten().unwrap_or(u32::MAX);
                }
                _ => {}
            }
        }
        let mut names = Vec::new();
        for &index in &order {
            if let Some(name) = self.locals[index].name {
                names.push((slots[index], name.chars().take(200).collect()));
            }
        }
        let keep = self.shared.options.debug > DebugLevel::None;
        let debug =
            if keep { ProcDebug { positions: self.places, locals: names } } else { ProcDebug::default() };
        let made = Proc {
            name: proc.name.chars().take(200).collect(),
            signature: proc.signature.clone(),
            locals: order.iter().map(|&index| self.locals[index].ty).collect(),
            code: self.code,
            handlers: self.handlers,
            public: proc.public,
        };
        (made, debug)
    }

    // ---- instructions ----

    /// Appends an instruction, unless control cannot be here.
    fn op(&mut self, op: Op) {
        if !self.reachable || self.code.len() > MAX_CODE {
            return;
        }
        if self.last_span != Some(self.span) {
            let at = u32::try_from(self.code.len()).unwrap_or(u32::MAX);
            if self.shared.options.debug > DebugLevel::None {
                self.places.push(self.shared.positions.position(at, self.span));
            }
            self.last_span = Some(self.span);
        }
        self.code.push(op);
        if op.info().ends() {
            self.reachable = false;
        }
    }

    fn op_at(&mut self, op: Op, span: Span) {
        self.span = span;
        self.op(op);
    }

    fn kind(&self, ty: TypeId) -> Kind {
        self.shared.types.kind(ty)
    }

    fn local_type(&self, local: LocalId) -> TypeId {
        self.locals.get(local.0 as usize).map_or(TypeId::BOOL, |local| local.ty)
    }

    fn get_local(&mut self, id: LocalId) {
        let local = Local(u16::try_from(id.0).unwrap_or(u16::MAX));
        match self.kind(self.local_type(id)) {
            Kind::Ref => self.op(Op::GetRef { local }),
            Kind::Word => self.op(Op::GetWord { local }),
        }
    }

    fn set_local(&mut self, id: LocalId) {
        let local = Local(u16::try_from(id.0).unwrap_or(u16::MAX));
        match self.kind(self.local_type(id)) {
            Kind::Ref => self.op(Op::SetRef { local }),
            Kind::Word => self.op(Op::SetWord { local }),
        }
    }

    fn drop(&mut self, kind: Kind) {
        match kind {
            Kind::Ref => self.op(Op::DropRef),
            Kind::Word => self.op(Op::DropWord),
        }
    }

    /// The host function's import in this module.
    fn import(&mut self, function: ImportId) -> ImportId {
        let index = function.0 as usize;
        if let Some(Some(import)) = self.shared.imports.get(index) {
            return *import;
        }
        let import = ImportId(u32::try_from(self.shared.import_list.len()).unwrap_or(u32::MAX));
        if let (Some(slot), Some(function)) =
            (self.shared.imports.get_mut(index), self.shared.program_imports.get(index))
        {
            *slot = Some(import);
            self.shared.import_list.push(function.clone());
        }
        import
    }

    // ---- what waits ----

    fn hold(&mut self, kind: Kind) {
        match kind {
            Kind::Ref => self.waiting.refs += 1,
            Kind::Word => self.waiting.words += 1,
        }
    }

    /// Drops what waits beyond `keep`, before a jump that leaves the expressions it waits for.
    fn drop_to(&mut self, keep: Waiting) {
        for _ in keep.refs..self.waiting.refs {
            self.op(Op::DropRef);
        }
        for _ in keep.words..self.waiting.words {
            self.op(Op::DropWord);
        }
    }
}
