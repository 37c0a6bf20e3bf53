//! The checker: gives every name its meaning, every expression its type, and builds the typed tree.
//!
//! Order: heads of all items, consts (in the order of their needs), top-level statements (they give globals
//! their types), bodies. Types flow down as *expectations* (a literal takes the type its place expects) and up
//! as results; there is no inference across statements.
//!
//! One mistake is reported once: what is wrong has the type [`Ty::Error`], which fits everywhere.

mod arrays;
mod assign;
mod binary;
mod block;
mod builtins;
mod calls;
mod consts;
mod conversions;
mod expr;
mod flow;
mod format;
mod host;
mod items;
mod jumps;
mod loops;
mod names;
mod operators;
mod postfix;
mod refuse;
mod types;
mod vars;

use crate::fold::{self, Folded};
use crate::hir::{self, Expr, ExprKind, LocalId, LoopId, Program, Ty};
use crate::options::{CompileOptions, Evaluate};
use bumpalo::Bump;
use hashbrown::{HashMap, HashSet};
use lyra_base::{IdVec, Span, Symbol, Symbols};
use lyra_bytecode::{GlobalId, Import, Op, ProcId, TypeId, Types};
use lyra_syntax::code::Code;
use lyra_syntax::{Diagnostic, MAX_DIAGNOSTICS, ast, code};

/// Checks one file. The program is whole only when no diagnostic is an error.
pub(crate) fn check<'a>(
    file: &ast::File<'a>,
    arena: &'a Bump,
    symbols: &'a Symbols,
    options: &'a CompileOptions,
) -> (Program<'a>, Vec<Diagnostic>) {
    let mut checker = Checker {
        arena,
        symbols,
        options,
        types: Types::new(),
        shapes: HashMap::new(),
        diagnostics: Vec::new(),
        folding: options.fold,
        errors: 0,
        refused: HashSet::new(),
        items: HashMap::new(),
        procs: IdVec::new(),
        globals: IdVec::new(),
        consts: Vec::new(),
        imports: Vec::new(),
        frame: Frame::default(),
    };
    let program = checker.program(file);
    (program, checker.finish())
}

/// All that is known while one file is checked.
struct Checker<'a> {
    arena: &'a Bump,
    symbols: &'a Symbols,
    options: &'a CompileOptions,
    types: Types,
    /// How large each compound type is.
    shapes: HashMap<TypeId, types::Shape>,
    diagnostics: Vec<Diagnostic>,
    /// Whether constants are folded: as the options say, and always in consts.
    folding: bool,
    /// Errors found, also those no longer kept.
    errors: usize,
    /// Features already refused: each is named once.
    refused: HashSet<&'static str>,
    /// The names of the module.
    items: HashMap<Symbol, Item<'a>>,
    procs: IdVec<ProcId, ProcHead<'a>>,
    globals: IdVec<GlobalId, GlobalVar<'a>>,
    consts: Vec<ConstItem<'a>>,
    imports: Vec<Import>,
    /// The procedure being checked.
    frame: Frame<'a>,
}

/// What a name of the module stands for, and where it was given.
#[derive(Clone, Copy)]
struct Item<'a> {
    kind: ItemKind<'a>,
    span: Span,
}

#[derive(Clone, Copy)]
enum ItemKind<'a> {
    Proc(ProcId),
    Global(GlobalId),
    /// An index into `consts`.
    Const(usize),
    /// A module of the host.
    Module(&'a str),
    /// Something this version does not have; already reported.
    Refused,
}

struct ProcHead<'a> {
    ast: &'a ast::Proc<'a>,
    public: bool,
    params: Vec<Ty>,
    result: Ty,
}

struct GlobalVar<'a> {
    name: &'a str,
    /// `None` until its declaration has been checked.
    ty: Option<Ty>,
    mutable: bool,
    public: bool,
    span: Span,
}

struct ConstItem<'a> {
    name: ast::Name,
    ty: Option<ast::Type<'a>>,
    value: &'a ast::Expr<'a>,
    /// `None` until evaluated.
    result: Option<Expr<'a>>,
}

/// The procedure being checked.
struct Frame<'a> {
    /// Every variable that was declared.
    vars: IdVec<VarId, LocalVar<'a>>,
    /// Where variables and temporaries are kept; of those whose scope has ended, the next of their type take over.
    slots: IdVec<LocalId, hir::Local<'a>>,
    free: HashMap<TypeId, Vec<LocalId>>,
    scopes: Vec<Scope>,
    /// Names already reported as unknown.
    unknown: HashSet<Symbol>,
    loops: Vec<LoopScope>,
    next_loop: u32,
    /// What `return` gives.
    result: Ty,
    /// The top-level statements.
    is_entry: bool,
    /// The value of a const.
    is_const: bool,
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
    struct VarId, "var"
}

/// What was declared since a `{`.
#[derive(Default)]
struct Scope {
    names: HashMap<Symbol, VarId>,
    slots: Vec<LocalId>,
}

struct LocalVar<'a> {
    name: &'a str,
    slot: LocalId,
    ty: Ty,
    span: Span,
    role: Role,
    /// Read somewhere.
    read: bool,
    /// Assigned after its declaration.
    assigned: bool,
    /// Declared with a value.
    given: bool,
}

/// What a local is to the program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Param,
    Var,
    Let,
    /// The name of a `for`.
    Loop,
    /// The name of a `catch`.
    Catch,
}

struct LoopScope {
    label: Option<ast::Name>,
    id: LoopId,
    /// Some `break` leaves it.
    left: bool,
}

impl<'a> Checker<'a> {
    fn text(&self, symbol: Symbol) -> &'a str {
        self.symbols.text(symbol)
    }

    // ---- reporting ----

    fn report(&mut self, diagnostic: Diagnostic) {
        if diagnostic.is_error() {
            self.errors += 1;
        }
        if self.diagnostics.len() < 4 * MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// Whether a further message would still be shown: what is costly to make is not made for nothing.
    fn is_listening(&self) -> bool {
        self.errors < MAX_DIAGNOSTICS
    }

    /// The diagnostics. Warnings about what is unused mean little while the program does not compile.
    fn finish(mut self) -> Vec<Diagnostic> {
        if self.errors > 0 {
            self.diagnostics.retain(Diagnostic::is_error);
        }
        self.diagnostics
    }

    // ---- building ----

    fn list<T: Copy>(&self, items: &[T]) -> &'a [T] {
        self.arena.alloc_slice_copy(items)
    }

    fn alloc<T: Copy>(&self, item: T) -> &'a T {
        self.arena.alloc(item)
    }

    /// An instruction on operands, computed now if it can be.
    fn apply(&mut self, op: Op, args: &[Expr<'a>], ty: TypeId, span: Span) -> Expr<'a> {
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
    fn apply_unit(&self, op: Op, args: &[Expr<'a>], span: Span) -> Expr<'a> {
        let ty = if op.info().ends() { Ty::Never } else { Ty::Unit };
        Expr::new(ExprKind::Apply(op, self.list(args)), ty, span)
    }

    fn builtin(
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
    fn slot(&mut self, ty: TypeId, name: Option<&'a str>) -> LocalId {
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
    fn temporary(&mut self, ty: TypeId) -> LocalId {
        self.slot(ty, None)
    }

    fn local(&self, local: LocalId, ty: TypeId, span: Span) -> Expr<'a> {
        Expr::new(ExprKind::Local(local), Ty::Value(ty), span)
    }

    fn set_local(&self, local: LocalId, value: Expr<'a>, span: Span) -> hir::Stmt<'a> {
        hir::Stmt { kind: hir::StmtKind::SetLocal(local, self.alloc(value)), span }
    }

    /// A type as a program writes it.
    fn name_of(&self, ty: Ty) -> String {
        match ty {
            Ty::Value(ty) => self.types.name(ty),
            Ty::Unit => "nothing".to_owned(),
            Ty::Never => "never".to_owned(),
            Ty::Error => "unknown".to_owned(),
        }
    }

    /// Reports unless `found` fits where a value of type `want` is needed.
    fn must_fit(&mut self, found: &Expr<'a>, want: TypeId, span: Span) -> bool {
        match found.ty {
            Ty::Value(ty) if ty == want => true,
            Ty::Never | Ty::Error => true,
            Ty::Value(_) | Ty::Unit => {
                self.mismatch(Ty::Value(want), found.ty, span);
                false
            }
        }
    }

    fn mismatch(&mut self, want: Ty, found: Ty, span: Span) {
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
    fn evaluates(&self) -> bool {
        self.options.evaluate != Evaluate::No
    }
}
