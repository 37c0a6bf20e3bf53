//! What the checker knows while it works, and the small tools that all its parts use.

use crate::fold::{self, Folded};
use crate::hir::{self, Expr, ExprKind, LocalId, LoopId, Ty};
use crate::options::{CompileOptions, Evaluate};
use bumpalo::Bump;
use hashbrown::{HashMap, HashSet};
use lyra_base::{IdVec, Span, Symbol, Symbols};
use lyra_bytecode::{GlobalId, Import, ImportId, Op, ProcId, TypeId, Types};
use lyra_syntax::code::Code;
use lyra_syntax::{Diagnostic, MAX_DIAGNOSTICS, ast, code};

/// All that is known while one file is checked.
pub(super) struct Checker<'a> {
    pub(super) arena: &'a Bump,
    pub(super) symbols: &'a Symbols,
    pub(super) options: &'a CompileOptions,
    pub(super) types: Types,
    /// How large each compound type is.
    pub(super) shapes: HashMap<TypeId, super::types::Shape>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether constants are folded: as the options say, and always in consts.
    pub(super) folding: bool,
    /// Errors found, also those no longer kept.
    pub(super) errors: usize,
    /// Warnings found, likewise.
    pub(super) warnings: usize,
    /// What was said once and is not said again: each feature refused, and a limit on items.
    pub(super) refused: HashSet<&'static str>,
    /// The names of the module.
    pub(super) items: HashMap<Symbol, Item<'a>>,
    pub(super) procs: IdVec<ProcId, ProcHead<'a>>,
    pub(super) globals: IdVec<GlobalId, GlobalVar<'a>>,
    pub(super) consts: Vec<ConstItem<'a>>,
    pub(super) imports: Vec<Import>,
    /// The host's functions by module and name.
    pub(super) host_names: HashMap<(&'a str, &'a str), ImportId>,
    /// The procedure being checked.
    pub(super) frame: Frame<'a>,
}

/// What a name of the module stands for, and where it was given.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) kind: ItemKind<'a>,
    pub(super) span: Span,
}

#[derive(Clone, Copy)]
pub(super) enum ItemKind<'a> {
    Proc(ProcId),
    Global(GlobalId),
    /// An index into `consts`.
    Const(usize),
    /// A module of the host.
    Module(&'a str),
    /// Something this version does not have; already reported.
    Refused,
}

pub(super) struct ProcHead<'a> {
    pub(super) ast: &'a ast::Proc<'a>,
    pub(super) public: bool,
    pub(super) params: Vec<Ty>,
    pub(super) result: Ty,
}

pub(super) struct GlobalVar<'a> {
    pub(super) name: &'a str,
    /// `None` until its declaration has been checked.
    pub(super) ty: Option<Ty>,
    pub(super) mutable: bool,
    pub(super) public: bool,
    pub(super) span: Span,
}

pub(super) struct ConstItem<'a> {
    pub(super) name: ast::Name,
    pub(super) ty: Option<ast::Type<'a>>,
    pub(super) value: &'a ast::Expr<'a>,
    /// `None` until evaluated.
    pub(super) result: Option<Expr<'a>>,
}

/// The procedure being checked.
pub(super) struct Frame<'a> {
    /// Every variable that was declared.
    pub(super) vars: IdVec<VarId, LocalVar<'a>>,
    /// Where variables and temporaries are kept; of those whose scope has ended, the next of their type take over.
    pub(super) slots: IdVec<LocalId, hir::Local<'a>>,
    pub(super) free: HashMap<TypeId, Vec<LocalId>>,
    pub(super) scopes: Vec<Scope>,
    /// Names already reported as unknown.
    pub(super) unknown: HashSet<Symbol>,
    pub(super) loops: Vec<LoopScope>,
    pub(super) next_loop: u32,
    /// What `return` gives.
    pub(super) result: Ty,
    /// The top-level statements.
    pub(super) is_entry: bool,
    /// The value of a const.
    pub(super) is_const: bool,
}

impl Default for Frame<'_> {
    fn default() -> Self {
        Self {
            vars: IdVec::new(),
            slots: IdVec::new(),
            free: HashMap::new(),
            scopes: Vec::new(),
            unknown: HashSet::new(),
            loops: Vec::new(),
            next_loop: 0,
            result: Ty::Unit,
            is_entry: false,
            is_const: false,
        }
    }
}

lyra_base::define_id! {
    /// A variable of the procedure being checked.
    pub(super) struct VarId, "var"
}

/// What was declared since a `{`.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) names: HashMap<Symbol, VarId>,
    pub(super) slots: Vec<LocalId>,
}

pub(super) struct LocalVar<'a> {
    pub(super) name: &'a str,
    pub(super) slot: LocalId,
    pub(super) ty: Ty,
    pub(super) span: Span,
    pub(super) role: Role,
    /// Read somewhere.
    pub(super) read: bool,
    /// Assigned after its declaration.
    pub(super) assigned: bool,
    /// Declared with a value.
    pub(super) given: bool,
}

/// What a local is to the program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Param,
    Var,
    Let,
    /// The name of a `for`.
    Loop,
    /// The name of a `catch`.
    Catch,
}

pub(super) struct LoopScope {
    pub(super) label: Option<ast::Name>,
    pub(super) id: LoopId,
    /// Some `break` leaves it.
    pub(super) left: bool,
}

impl<'a> Checker<'a> {
    pub(super) fn text(&self, symbol: Symbol) -> &'a str {
        self.symbols.text(symbol)
    }

    // ---- reporting ----

    /// Keeps a diagnostic. Errors and warnings are counted apart: warnings never crowd out an error, by which
    /// alone the program is refused.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let count = if diagnostic.is_error() { &mut self.errors } else { &mut self.warnings };
        *count += 1;
        if *count <= 2 * MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    pub(super) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// Whether a further message would still be shown: what is costly to make is not made for nothing.
    pub(super) fn is_listening(&self) -> bool {
        self.errors < MAX_DIAGNOSTICS
    }

    /// The diagnostics. Warnings about what is unused mean little while the program does not compile.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        if self.errors > 0 {
            self.diagnostics.retain(Diagnostic::is_error);
        }
        self.diagnostics
    }

    // ---- building ----

    pub(super) fn list<T: Copy>(&self, items: &[T]) -> &'a [T] {
        self.arena.alloc_slice_copy(items)
    }

    pub(super) fn alloc<T: Copy>(&self, item: T) -> &'a T {
        self.arena.alloc(item)
    }

    /// An instruction on operands, computed now if it can be.
    pub(super) fn apply(&mut self, op: Op, args: &[Expr<'a>], ty: TypeId, span: Span) -> Expr<'a> {
        if self.folding {
            match fold::fold(op, args, self.arena) {
                Folded::Constant(kind) => return Expr::new(kind, Ty::Value(ty), span),
                Folded::Traps(trap) => self.report(
                    Diagnostic::warning(code::ALWAYS_FAILS, span, format!("this always fails with `{trap}`"))
                        .with_label("both sides are constants"),
                ),
                Folded::No => {}
            }
        }
        Expr::new(ExprKind::Apply(op, self.list(args)), Ty::Value(ty), span)
    }

    /// An instruction that pushes nothing.
    pub(super) fn apply_unit(&self, op: Op, args: &[Expr<'a>], span: Span) -> Expr<'a> {
        let ty = if op.info().ends() { Ty::Never } else { Ty::Unit };
        Expr::new(ExprKind::Apply(op, self.list(args)), ty, span)
    }

    pub(super) fn builtin(
        &self,
        builtin: lyra_bytecode::Builtin,
        over: TypeId,
        args: &[Expr<'a>],
        ty: Ty,
        span: Span,
    ) -> Expr<'a> {
        Expr::new(ExprKind::CallBuiltin(builtin, over, self.list(args)), ty, span)
    }

    /// A place for a value until the innermost scope ends.
    pub(super) fn slot(&mut self, ty: TypeId, name: Option<&'a str>) -> LocalId {
        let free = self.frame.free.get_mut(&ty).and_then(Vec::pop);
        let slot = match free {
            Some(slot) => {
                let local = &mut self.frame.slots[slot];
                // One slot has one name: that of all the variables that were ever kept in it, or none.
                if local.name != name && name.is_some() {
                    local.name = if local.name.is_none() { name } else { None };
                }
                slot
            }
            None => self.frame.slots.push(hir::Local { name, ty }),
        };
        if let Some(scope) = self.frame.scopes.last_mut() {
            scope.slots.push(slot);
        }
        slot
    }

    /// A temporary of the procedure.
    pub(super) fn temporary(&mut self, ty: TypeId) -> LocalId {
        self.slot(ty, None)
    }

    pub(super) fn local(&self, local: LocalId, ty: TypeId, span: Span) -> Expr<'a> {
        Expr::new(ExprKind::Local(local), Ty::Value(ty), span)
    }

    pub(super) fn set_local(&self, local: LocalId, value: Expr<'a>, span: Span) -> hir::Stmt<'a> {
        hir::Stmt { kind: hir::StmtKind::SetLocal(local, self.alloc(value)), span }
    }

    /// A type as a program writes it.
    pub(super) fn name_of(&self, ty: Ty) -> String {
        match ty {
            Ty::Value(ty) => self.types.name(ty),
            Ty::Unit => "nothing".to_owned(),
            Ty::Never => "never".to_owned(),
            Ty::Error => "unknown".to_owned(),
        }
    }

    /// Reports unless `found` fits where a value of type `want` is needed.
    pub(super) fn must_fit(&mut self, found: &Expr<'a>, want: TypeId, span: Span) -> bool {
        match found.ty {
            Ty::Value(ty) if ty == want => true,
            Ty::Never | Ty::Error => true,
            Ty::Value(_) | Ty::Unit => {
                self.mismatch(Ty::Value(want), found.ty, span);
                false
            }
        }
    }

    pub(super) fn mismatch(&mut self, want: Ty, found: Ty, span: Span) {
        if !self.is_listening() {
            self.errors += 1;
            return;
        }
        let (want_name, found_name) = (self.name_of(want), self.name_of(found));
        let mut diagnostic =
            Diagnostic::error(code::MISMATCH, span, format!("expected {want_name}, found {found_name}"))
                .with_label(format!("this is {found_name}"));
        if let (Ty::Value(want), Ty::Value(found)) = (want, found)
            && let Some(help) = self.conversion_help(want, found)
        {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
    }

    /// Whether the program's result is wanted, and of which type.
    pub(super) fn evaluates(&self) -> bool {
        self.options.evaluate != Evaluate::No
    }
}
