//! The files of a program, the names each declares, and where a name is looked up.
//!
//! A name is looked up in the locals of the procedure being checked, then in the items of the *current file*
//! ([`Context::file`]), then among what needs no declaration (host functions, built-ins, named types).

use super::checker::Checker;
use super::nominal::TypeItemId;
use hashbrown::HashMap;
use lyra_base::{IdVec, Span, Symbol};
use lyra_bytecode::{GlobalId, ProcId, TypeId};
use lyra_syntax::ast;
use std::rc::Rc;

lyra_base::define_id! {
    /// A file of the program.
    pub(super) struct FileId, "file"
}

/// One file.
pub(super) struct File<'a> {
    /// What it consists of.
    pub(super) stmts: &'a [ast::Stmt<'a>],
    /// What its names stand for.
    pub(super) items: HashMap<Symbol, Item<'a>>,
}

/// Where code stands: what decides the meaning of its names, besides its locals.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) file: FileId,
    /// What `Self` is, inside `impl`.
    pub(super) self_type: Option<TypeId>,
    /// What type parameters stand for, inside generic items.
    pub(super) bound: Rc<[(Symbol, TypeId)]>,
}

/// What a name of a file stands for, and where it was given.
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
    /// A `struct`, `enum` or `type`.
    Type(TypeItemId),
    /// A module of the host.
    Module(&'a str),
    /// Something this version does not have; already reported.
    Refused,
}

impl Context {
    /// At the top level of a file.
    pub(super) fn of(file: FileId) -> Self {
        Self { file, self_type: None, bound: Rc::default() }
    }

    /// What a type parameter stands for here.
    pub(super) fn param(&self, symbol: Symbol) -> Option<TypeId> {
        self.bound.iter().rev().find(|(name, _)| *name == symbol).map(|&(_, ty)| ty)
    }
}

impl<'a> Checker<'a> {
    /// The current file.
    pub(super) fn file(&self) -> &File<'a> {
        &self.files[self.context.file]
    }

    /// What a name of the current file stands for.
    pub(super) fn find_item(&self, symbol: Symbol) -> Option<ItemKind<'a>> {
        self.file().items.get(&symbol).map(|item| item.kind)
    }

    /// Gives a name of the current file its meaning.
    pub(super) fn add_item(&mut self, name: ast::Name, kind: ItemKind<'a>) {
        let file = self.context.file;
        let earlier = self.files[file].items.insert(name.symbol, Item { kind, span: name.span });
        if let Some(earlier) = earlier {
            let text = self.text(name.symbol);
            self.report_twice(text, name.span, earlier.span);
        }
    }

    /// Does something at the top level of every file, in order.
    pub(super) fn each_file(&mut self, mut work: impl FnMut(&mut Self, &'a [ast::Stmt<'a>])) {
        let files: Vec<_> = self.files.enumerate().map(|(id, file)| (id, file.stmts)).collect();
        for (id, stmts) in files {
            self.context = Context::of(id);
            work(self, stmts);
        }
    }

    /// Every file of the program.
    pub(super) fn files_of(stmts: &'a [ast::Stmt<'a>]) -> IdVec<FileId, File<'a>> {
        let mut files = IdVec::new();
        files.push(File { stmts, items: HashMap::new() });
        files
    }
}
