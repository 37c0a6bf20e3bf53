//! The files of a program, the names each declares or imports, and where a name is looked up.
//!
//! A name is looked up in the locals of the procedure being checked, then in the items of the *current file*
//! ([`Context::file`]), then in the files that it imports without a name, then among what needs no declaration (host
//! functions, built-ins, named types). What is imported is not copied: it is looked for where it is declared, and
//! what that file imports itself is not found there.

use super::checker::Checker;
use super::nominal::TypeItemId;
use crate::load::{self, Target};
use hashbrown::HashMap;
use lyra_base::{IdVec, Span, Symbol};
use lyra_bytecode::{GlobalId, ProcId, TypeId};
use lyra_syntax::ast;
use std::rc::Rc;

lyra_base::define_id! {
    /// A file of the program: its place among the sources.
    pub(super) struct FileId, "file"
}

impl FileId {
    /// The file that is run.
    pub(super) const MAIN: Self = Self(0);
}

/// One file.
pub(super) struct File<'a> {
    /// What it consists of.
    pub(super) stmts: &'a [ast::Stmt<'a>],
    /// What messages call it.
    pub(super) name: &'a str,
    /// The name of a standard module.
    pub(super) standard: Option<&'static str>,
    /// What each of its imports means, by where it begins, ascending.
    pub(super) imports: &'a [(u32, Target)],
    /// What its names stand for.
    pub(super) items: HashMap<Symbol, Item<'a>>,
    /// The files whose items come in unqualified.
    pub(super) open: Vec<FileId>,
    /// Whether something is missing of what should come in unqualified; that was reported.
    pub(super) lacks_names: bool,
    /// The procedure that runs its top-level statements, if they do anything.
    pub(super) set_up: Option<ProcId>,
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
    /// Whether only its own file sees it.
    pub(super) private: bool,
}

#[derive(Clone, Copy)]
pub(super) enum ItemKind<'a> {
    Proc(ProcId),
    Global(GlobalId),
    /// An index into `consts`.
    Const(usize),
    /// A `struct`, `enum`, `interface` or `type`.
    Type(TypeItemId),
    /// A module of the host.
    Module(&'a str),
    /// A file that was imported under a name.
    File(FileId),
    /// Items of two files that are imported unqualified.
    Twice(FileId, FileId),
    /// Something that is not there; already reported.
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

impl<'a> File<'a> {
    /// A file without anything in it.
    pub(super) fn empty() -> Self {
        Self {
            stmts: &[],
            name: "",
            standard: None,
            imports: &[],
            items: HashMap::new(),
            open: Vec::new(),
            lacks_names: false,
            set_up: None,
        }
    }

    /// What an import of this file means.
    pub(super) fn target(&self, import: Span) -> Target {
        let place = self.imports.binary_search_by_key(&import.start, |&(start, _)| start);
        place.ok().and_then(|place| self.imports.get(place)).map_or(Target::Failed, |&(_, target)| target)
    }

    /// What a name of its own stands for to those who import it: what it imports itself is not passed on.
    fn shared(&self, symbol: Symbol) -> Option<&Item<'a>> {
        self.items.get(&symbol).filter(|item| !matches!(item.kind, ItemKind::Module(_) | ItemKind::File(_)))
    }
}

impl<'a> Checker<'a> {
    /// The current file.
    pub(super) fn file(&self) -> &File<'a> {
        &self.files[self.context.file]
    }

    /// Whether the current file is the one that is run.
    pub(super) fn is_main_file(&self) -> bool {
        self.context.file == FileId::MAIN
    }

    /// What a name stands for in the current file.
    pub(super) fn find_item(&self, symbol: Symbol) -> Option<ItemKind<'a>> {
        let file = self.file();
        if let Some(item) = file.items.get(&symbol) {
            return Some(item.kind);
        }
        let mut found = None;
        for &id in &file.open {
            let Some(item) = self.files[id].shared(symbol).filter(|item| !item.private) else { continue };
            match found {
                None => found = Some((id, item.kind)),
                Some((first, _)) => return Some(ItemKind::Twice(first, id)),
            }
        }
        found.map(|(_, kind)| kind)
    }

    /// The name by which a file declares what others call `symbol`: a standard file has `match_` for `match`, because a
    /// reserved word is a name only after a dot.
    fn declared_as(&self, file: FileId, symbol: Symbol) -> Symbol {
        let text = self.text(symbol);
        if self.files[file].standard.is_none() || !lyra_syntax::is_reserved(text) {
            return symbol;
        }
        self.symbols.find(&format!("{text}_")).unwrap_or(symbol)
    }

    /// What a name of another file stands for, if it is there and not private.
    pub(super) fn find_member(&self, file: FileId, symbol: Symbol) -> Option<ItemKind<'a>> {
        let symbol = self.declared_as(file, symbol);
        let item = self.files[file].shared(symbol)?;
        (!item.private || file == self.context.file).then_some(item.kind)
    }

    /// What `name` or `file.name` stands for, outside of procedures; nothing is reported.
    pub(super) fn find_path(&self, path: &[ast::Name]) -> Option<ItemKind<'a>> {
        match path {
            [name] => self.find_item(name.symbol),
            [file, name] => match self.find_item(file.symbol)? {
                ItemKind::File(file) => self.find_member(file, name.symbol),
                _ => None,
            },
            _ => None,
        }
    }

    /// The names by which the items of the current file and of what it imports unqualified are found.
    pub(super) fn items_in_scope(&self) -> impl Iterator<Item = (&'a str, &Item<'a>)> {
        let file = self.file();
        let imported = file.open.iter().flat_map(|&id| &self.files[id].items);
        let imported = imported.filter(|(_, item)| {
            !item.private && !matches!(item.kind, ItemKind::Module(_) | ItemKind::File(_))
        });
        file.items.iter().chain(imported).map(|(&symbol, item)| (self.text(symbol), item))
    }

    /// Gives a name of the current file its meaning.
    pub(super) fn add_item(&mut self, name: ast::Name, kind: ItemKind<'a>) {
        let item = Item { kind, span: name.span, private: self.adds_private };
        let file = self.context.file;
        let earlier = self.files[file].items.insert(name.symbol, item);
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
    pub(super) fn files_of(
        files: &'a [load::File<'a>],
        sources: &'a crate::Sources,
    ) -> IdVec<FileId, File<'a>> {
        let of = |(index, file): (usize, &'a load::File<'a>)| File {
            stmts: file.stmts,
            name: sources.name(index),
            standard: file.standard,
            imports: &file.imports,
            ..File::empty()
        };
        files.iter().enumerate().map(of).collect()
    }
}
