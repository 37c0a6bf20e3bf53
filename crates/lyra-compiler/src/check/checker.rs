//! What the checker knows while it works, and how it builds the typed tree.
//!
//! Each group of knowledge stands in a file with what is done to it: [`Log`] what was said, [`File`] names,
//! [`Procs`] procedures, [`Nominals`] named types, [`Frame`] the procedure being checked.

use super::copies::Copies;
use super::dynamic::Asked;
use super::files::{Context, File, FileId};
use super::frame::Frame;
use super::host::Host;
use super::interfaces::Interfaces;
use super::log::Log;
use super::methods::Impl;
use super::nominal::Nominals;
use super::prelude::Prelude;
use super::procs::Procs;
use crate::fold::{self, Folded};
use crate::hir::{Action, Captured, CellId, Expr, ExprKind, Ty};
use crate::options::{CompileOptions, Evaluate};
use bumpalo::Bump;
use hashbrown::HashMap;
use lyra_base::{IdVec, Span, Symbol, Symbols};
use lyra_bytecode::{Builtin, GlobalId, Op, ProcId, TypeId, Types};
use lyra_syntax::{Diagnostic, ast, code};

/// All that is known while a program is checked.
pub(super) struct Checker<'a> {
    pub(super) arena: &'a Bump,
    pub(super) symbols: &'a Symbols,
    pub(super) options: &'a CompileOptions,
    pub(super) log: Log,
    /// Whether constants are folded: as the options say, and always in consts.
    pub(super) folding: bool,
    /// Every type that was looked at. The module gets those that are used.
    pub(super) types: Types,
    /// How large each compound type is.
    pub(super) shapes: HashMap<TypeId, super::types::Shape>,
    pub(super) files: IdVec<FileId, File<'a>>,
    /// Where the code being checked stands.
    pub(super) context: Context,
    /// Whether the item whose name is given now is private.
    pub(super) adds_private: bool,
    /// The private methods, with the file that sees them and where they are declared.
    pub(super) private_methods: HashMap<ProcId, (FileId, Span)>,
    pub(super) procs: Procs<'a>,
    pub(super) nominals: Nominals<'a>,
    /// Every `impl`, until types have their methods.
    pub(super) impls: Vec<Impl<'a>>,
    /// How much was made that is written once.
    pub(super) copies: Copies,
    pub(super) generics: super::generics::Generics<'a>,
    pub(super) interfaces: Interfaces,
    /// What was asked of impls with parameters for run time.
    pub(super) dispatch: super::dispatch::Dispatch,
    /// What is asked of values of `any` by name.
    pub(super) asked: Asked,
    pub(super) globals: IdVec<GlobalId, GlobalVar<'a>>,
    pub(super) consts: Vec<ConstItem<'a>>,
    pub(super) host: Host<'a>,
    /// The procedure being checked.
    pub(super) frame: Frame<'a>,
    /// Every variable that closures capture.
    pub(super) cells: IdVec<CellId, Captured>,
    /// How many variables were captured by how many closures.
    pub(super) captures: usize,
    pub(super) prelude: Prelude<'a>,
    /// The `test` and `bench` blocks.
    pub(super) tests: super::tests::Tests<'a>,
    /// The comparison whose operands an assertion is to show.
    pub(super) watched: Option<super::sides::Watched<'a>>,
    /// The global that keeps the value of a procedure that is used as one.
    pub(super) proc_values: HashMap<ProcId, GlobalId>,
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
    pub(super) file: FileId,
    pub(super) ty: Option<ast::Type<'a>>,
    pub(super) value: &'a ast::Expr<'a>,
    /// `None` until evaluated.
    pub(super) result: Option<Expr<'a>>,
}

impl<'a> Checker<'a> {
    pub(super) fn text(&self, symbol: Symbol) -> &'a str {
        self.symbols.text(symbol)
    }

    pub(super) fn list<T: Copy>(&self, items: &[T]) -> &'a [T] {
        self.arena.alloc_slice_copy(items)
    }

    pub(super) fn alloc<T: Copy>(&self, item: T) -> &'a T {
        self.arena.alloc(item)
    }

    /// An instruction on operands, computed now if it can be.
    pub(super) fn apply(&mut self, op: Op, args: &[Expr<'a>], ty: TypeId, span: Span) -> Expr<'a> {
        self.act(Action::Op(op), args, ty, span)
    }

    /// What is done with operands, computed now if it can be.
    pub(super) fn act(&mut self, action: Action, args: &[Expr<'a>], ty: TypeId, span: Span) -> Expr<'a> {
        if self.folding {
            match fold::fold(action, args, self.arena) {
                Folded::Constant(kind) => return Expr::new(kind, Ty::Value(ty), span),
                Folded::Traps(trap) => self.report(
                    Diagnostic::warning(code::ALWAYS_FAILS, span, format!("this always fails with `{trap}`"))
                        .with_label("both sides are constants"),
                ),
                Folded::No => {}
            }
        }
        Expr::new(ExprKind::Apply(action, self.list(args)), Ty::Value(ty), span)
    }

    /// An instruction that pushes nothing.
    pub(super) fn apply_unit(&self, op: Op, args: &[Expr<'a>], span: Span) -> Expr<'a> {
        let ty = if op.info().ends() { Ty::Never } else { Ty::Unit };
        Expr::new(ExprKind::Apply(Action::Op(op), self.list(args)), ty, span)
    }

    pub(super) fn builtin(
        &self,
        builtin: Builtin,
        over: TypeId,
        args: &[Expr<'a>],
        ty: Ty,
        span: Span,
    ) -> Expr<'a> {
        Expr::new(ExprKind::Apply(Action::Builtin(builtin, over), self.list(args)), ty, span)
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

    /// Whether the program's result is wanted, and of which type.
    pub(super) fn evaluates(&self) -> bool {
        self.options.evaluate != Evaluate::No
    }
}
