//! The state of one procedure being emitted: instructions, places, what waits on the stacks.

use super::constants::Constants;
use super::deferred::OpenDeferred;
use super::label::Target;
use super::slots::{Kept, Layout, Place};
use super::types::TypeMap;
use crate::hir::{self, Captured, CellId, LocalId, LoopId};
use crate::options::{CompileOptions, DebugLevel};
use crate::positions::AllPositions;
use lyra_base::{IdVec, Span, Symbols};
use lyra_bytecode::{
    Handler, Import, ImportId, Kind, Local, Op, Position, Proc, ProcDebug, Signature, TypeId, Types,
    VerifyLimits,
};
use lyra_syntax::code::Code;
use lyra_syntax::{Diagnostic, code};

/// What the procedures of one module share.
pub(super) struct Shared<'p> {
    /// The checker's types.
    pub(super) types: &'p Types,
    /// The texts of names.
    pub(super) symbols: &'p Symbols,
    /// The module's.
    pub(super) module_types: TypeMap<'p>,
    pub(super) options: &'p CompileOptions,
    pub(super) constants: Constants,
    /// The import of each host function that is called.
    pub(super) imports: Vec<Option<ImportId>>,
    pub(super) import_list: Vec<Import>,
    pub(super) program_imports: &'p [Import],
    pub(super) positions: AllPositions<'p>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What the verifier accepts: a program that needs more is told so here.
    pub(super) limits: VerifyLimits,
}

/// Emits one procedure.
pub(super) struct Emitter<'e, 'p, 'a> {
    pub(super) shared: &'e mut Shared<'p>,
    pub(super) layout: Layout<'a>,
    /// Whether what is emitted comes from the program's text.
    has_text: bool,
    /// The file that it stands in.
    file: u32,
    /// Instructions; which slots they name the layout says in the end, jumps go to labels.
    pub(super) code: Vec<Op>,
    pub(super) places: Vec<Position>,
    /// Where what is emitted next comes from.
    pub(super) span: Span,
    pub(super) last_span: Option<Span>,
    /// Where jumps of the condition being emitted come from, if not from the condition: that of a loop's test
    /// comes from the loop, as its bare jump does when folding has removed the test.
    pub(super) jumps_from: Option<Span>,
    /// Whether control can be here.
    pub(super) reachable: bool,
    pub(super) labels: Vec<Option<u32>>,
    pub(super) loops: Vec<OpenLoop>,
    pub(super) handlers: Vec<Handler>,
    /// What is deferred around here, innermost last.
    pub(super) deferred: Vec<OpenDeferred>,
    /// Operands of this procedure that wait here, by kind.
    pub(super) waiting: Waiting,
    /// The most that ever waited.
    pub(super) most_waiting: usize,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Waiting {
    pub(super) refs: usize,
    pub(super) words: usize,
}

pub(super) struct OpenLoop {
    pub(super) id: LoopId,
    pub(super) again: Target,
    pub(super) exit: Target,
    /// What waits around the loop.
    pub(super) waiting: Waiting,
}

impl<'e, 'p, 'a> Emitter<'e, 'p, 'a> {
    pub(super) fn proc(
        shared: &'e mut Shared<'p>,
        proc: &'e hir::Proc<'a>,
        cells: &IdVec<CellId, Captured>,
    ) -> (Proc, ProcDebug) {
        let mut emitter = Self {
            shared,
            layout: Layout::of(proc, cells),
            has_text: proc.has_text,
            file: proc.file,
            code: Vec::new(),
            places: Vec::new(),
            span: proc.span,
            last_span: None,
            jumps_from: None,
            reachable: true,
            labels: Vec::new(),
            loops: Vec::new(),
            handlers: Vec::new(),
            deferred: Vec::new(),
            waiting: Waiting::default(),
            most_waiting: 0,
        };
        emitter.too_many_params(proc);
        if emitter.shared.diagnostics.is_empty() {
            emitter.body(proc);
        }
        emitter.finish(proc)
    }

    /// The limit that shows before anything is emitted.
    fn too_many_params(&mut self, proc: &hir::Proc<'a>) {
        let params = self.shared.limits.params;
        if self.layout.params > params {
            let message = format!("`{}` has {} parameters", proc.name, self.layout.params);
            self.report(code::TOO_MANY, proc, message, &format!("{params} are the most"));
        }
    }

    fn report(&mut self, code: Code, proc: &hir::Proc<'a>, message: String, label: &str) {
        let diagnostic = Diagnostic::error(code, proc.span, message)
            .with_label(label)
            .with_help("split it into smaller procedures, or keep the values in an array");
        self.shared.diagnostics.push(diagnostic);
    }

    pub(super) fn body(&mut self, proc: &hir::Proc<'a>) {
        for param in std::mem::take(&mut self.layout.moved) {
            let at = u16::try_from(param.0).unwrap_or(u16::MAX);
            self.get_place(Place::Param(at), self.local_type(param));
            self.set_local(param);
        }
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

    /// Gives locals their slots, resolves labels, and packs it all up.
    pub(super) fn finish(mut self, proc: &hir::Proc<'a>) -> (Proc, ProcDebug) {
        let types = self.shared.types;
        let limits = &self.shared.limits;
        let (code, handlers, operands, locals) =
            (limits.proc_code, limits.handlers, limits.operands, limits.locals);
        if self.code.len() > code || self.handlers.len() > handlers {
            let message = format!("`{}` is too large", proc.name);
            self.report(code::TOO_MANY, proc, message, &format!("{code} instructions are the most"));
        }
        // What an instruction itself pushes on top of what waits is less than ten.
        if self.most_waiting + 10 > operands as usize {
            let message = format!("an expression in `{}` is too large", proc.name);
            self.report(code::TOO_MANY, proc, message, &format!("{operands} values can wait at a time"));
        }
        self.layout.assign(proc, |at, slot| {
            if let Some(
                Op::GetWord { local } | Op::SetWord { local } | Op::GetRef { local } | Op::SetRef { local },
            ) = self.code.get_mut(at as usize)
            {
                *local = Local(u16::try_from(slot).unwrap_or(u16::MAX));
            }
        });
        let count = self.layout.slots.len();
        if count > locals {
            let message = format!("`{}` needs {count} locals", proc.name);
            self.report(code::TOO_MANY_LOCALS, proc, message, &format!("{locals} are the most"));
        }
        // A frame holds references first.
        let kept = &self.layout.slots;
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&index| types.kind(kept[index].ty));
        let mut slots = vec![0u16; count];
        for (slot, &index) in order.iter().enumerate() {
            slots[index] = u16::try_from(slot).unwrap_or(u16::MAX);
        }
        for op in &mut self.code {
            match op {
                Op::GetWord { local }
                | Op::SetWord { local }
                | Op::GetRef { local }
                | Op::SetRef { local } => {
                    *local = Local(slots.get(usize::from(local.0)).copied().unwrap_or(local.0));
                }
                Op::Jump { to } | Op::JumpIf { to } | Op::JumpUnless { to } => {
                    to.0 = self.labels.get(to.0 as usize).copied().flatten().unwrap_or(u32::MAX);
                }
                _ => {}
            }
        }
        let mut names = Vec::new();
        for &index in &order {
            if let Some(name) = kept[index].name {
                names.push((slots[index], name.chars().take(200).collect()));
            }
        }
        let keep = self.shared.options.debug > DebugLevel::None;
        let debug = if keep {
            ProcDebug {
                file: if self.has_text { self.file } else { 0 },
                positions: self.places,
                locals: names,
            }
        } else {
            ProcDebug::default()
        };
        let params = kept.iter().take(self.layout.params).map(|slot| slot.ty);
        let signature = Signature { params: params.collect(), result: proc.signature.result };
        let made = Proc {
            name: proc.name.chars().take(200).collect(),
            signature: self.shared.module_types.signature(&signature),
            locals: order.iter().map(|&index| self.shared.module_types.id(kept[index].ty)).collect(),
            code: self.code,
            handlers: self.handlers,
            public: proc.public,
        };
        (made, debug)
    }

    // ---- instructions ----

    /// Appends an instruction, unless control cannot be here.
    pub(super) fn op(&mut self, op: Op) {
        if !self.reachable || self.code.len() > self.shared.limits.proc_code {
            return;
        }
        if self.last_span != Some(self.span) {
            let at = u32::try_from(self.code.len()).unwrap_or(u32::MAX);
            if self.shared.options.debug > DebugLevel::None && self.has_text {
                // What stands in another file (the default of a field, written out here) has no place in this one.
                self.places.extend(self.shared.positions.position(self.file, at, self.span));
            }
            self.last_span = Some(self.span);
        }
        self.code.push(op);
        if op.info().ends() {
            self.reachable = false;
        }
    }

    pub(super) fn op_at(&mut self, op: Op, span: Span) {
        self.span = span;
        self.op(op);
    }

    pub(super) fn kind(&self, ty: TypeId) -> Kind {
        self.shared.types.kind(ty)
    }

    pub(super) fn local_type(&self, local: LocalId) -> TypeId {
        self.kept(local).ty
    }

    /// How a local is kept.
    fn kept(&self, local: LocalId) -> Kept {
        self.layout.kept(local)
    }

    fn get_place(&mut self, place: Place, ty: TypeId) {
        let local = Local(0);
        self.op_on(
            match self.kind(ty) {
                Kind::Ref => Op::GetRef { local },
                Kind::Word => Op::GetWord { local },
            },
            place,
        );
    }

    /// Appends an instruction that names the slot of a place.
    fn op_on(&mut self, op: Op, place: Place) {
        let (before, at) = (self.code.len(), self.here());
        self.op(op);
        if self.code.len() > before {
            self.layout.use_at(at, place);
        }
    }

    /// Pushes what a local holds.
    pub(super) fn get_local(&mut self, id: LocalId) {
        let kept = self.kept(id);
        self.get_place(Place::Local(id), kept.held());
        if kept.cell.is_some() {
            self.op(match self.kind(kept.ty) {
                Kind::Ref => Op::GetPartRef { index: 0 },
                Kind::Word => Op::GetPartWord { index: 0 },
            });
        }
    }

    /// Pushes a local as closures capture it: its cell, if it is in one.
    pub(super) fn get_captured(&mut self, id: LocalId) -> Kind {
        let ty = self.kept(id).held();
        self.get_place(Place::Local(id), ty);
        self.kind(ty)
    }

    /// Pops the first value of a variable, which gets its cell now if it needs one.
    pub(super) fn set_local(&mut self, id: LocalId) {
        let kept = self.kept(id);
        if let Some(cell) = kept.cell {
            let ty = self.type_id(cell);
            self.op(Op::NewRecord { ty });
        }
        let local = Local(0);
        self.op_on(
            match self.kind(kept.held()) {
                Kind::Ref => Op::SetRef { local },
                Kind::Word => Op::SetWord { local },
            },
            Place::Local(id),
        );
    }

    /// Whether a local is in a cell.
    pub(super) fn is_in_cell(&self, id: LocalId) -> bool {
        self.kept(id).cell.is_some()
    }

    pub(super) fn drop(&mut self, kind: Kind) {
        match kind {
            Kind::Ref => self.op(Op::DropRef),
            Kind::Word => self.op(Op::DropWord),
        }
    }

    /// The host function's import in this module.
    pub(super) fn import(&mut self, function: ImportId) -> ImportId {
        let index = function.0 as usize;
        if let Some(Some(import)) = self.shared.imports.get(index) {
            return *import;
        }
        let import = ImportId(u32::try_from(self.shared.import_list.len()).unwrap_or(u32::MAX));
        if let (Some(slot), Some(function)) =
            (self.shared.imports.get_mut(index), self.shared.program_imports.get(index))
        {
            *slot = Some(import);
            let signature = self.shared.module_types.signature(&function.signature);
            self.shared.import_list.push(Import { signature, ..function.clone() });
        }
        import
    }

    // ---- what waits ----

    pub(super) fn hold(&mut self, kind: Kind) {
        match kind {
            Kind::Ref => self.waiting.refs += 1,
            Kind::Word => self.waiting.words += 1,
        }
        self.most_waiting = self.most_waiting.max(self.waiting.refs + self.waiting.words);
    }

    /// Drops what waits beyond `keep`, before a jump that leaves the expressions it waits for.
    pub(super) fn drop_to(&mut self, keep: Waiting) {
        for _ in keep.refs..self.waiting.refs {
            self.op(Op::DropRef);
        }
        for _ in keep.words..self.waiting.words {
            self.op(Op::DropWord);
        }
    }
}
