//! The whole file: heads of items, then consts, top-level statements, and bodies.

use super::checker::{Checker, ConstItem, GlobalVar};
use super::files::{Context, FileId, ItemKind};
use super::frame::{Frame, FrameRole};
use super::methods::Impl;
use super::nominal::TypeDecl;
use super::procs::{ProcHead, ProcSource};
use crate::hir::{self, Program, Stmt, Ty};
use crate::options::Evaluate;
use lyra_base::Span;
use lyra_bytecode::{Signature, TestKind, TypeId, VerifyLimits};
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    pub(super) fn program(&mut self) -> Program<'a> {
        self.add_host_functions();
        self.each_file(|checker, stmts| stmts.iter().for_each(|stmt| checker.head(stmt)));
        self.resolve_types();
        self.resolve_impls();
        self.resolve_bounds();
        self.resolve_heads();
        self.check_impls();
        self.check_waiting_bounds();
        self.evaluate_consts();
        self.check_defaults();
        self.set_up_files();
        let entry = self.entry();
        self.found_at_run_time();
        let methods = self.dynamic_methods();
        let mut procs = self.bodies();
        procs.push(entry);
        Program {
            types: std::mem::take(&mut self.types),
            imports: std::mem::take(&mut self.host.imports),
            globals: self.global_list(),
            procs,
            cells: std::mem::take(&mut self.cells),
            impls: self.interfaces.table(),
            methods,
            tests: std::mem::take(&mut self.tests.compiled),
            symbols: self.symbols,
        }
    }

    /// Gives the names of an item or of top-level variables.
    fn head(&mut self, stmt: &ast::Stmt<'a>) {
        match stmt.kind {
            ast::StmtKind::Item(item) => self.item_head(item),
            ast::StmtKind::Var(var) => {
                self.adds_private = var.private.is_some();
                let public = var.private.is_none() && self.is_main_file();
                self.global_names(&var.pattern, var.mutable, public);
            }
            _ => {}
        }
    }

    fn item_head(&mut self, item: &ast::Item<'a>) {
        self.adds_private = item.private.is_some();
        // What the files of a program have to say to each other is none of the host's business.
        let public = item.private.is_none() && self.is_main_file();
        match item.kind {
            ast::ItemKind::Proc(proc) => self.proc_head(proc, public),
            ast::ItemKind::Const { name, ty, value } => {
                self.consts.push(ConstItem { name, file: self.context.file, ty, value, result: None });
                self.add_item(name, ItemKind::Const(self.consts.len() - 1));
            }
            ast::ItemKind::Struct { name, generics, fields } => {
                self.type_head(name, generics, TypeDecl::Struct(fields));
            }
            ast::ItemKind::Enum { name, generics, variants } => {
                self.type_head(name, generics, TypeDecl::Enum(variants));
            }
            ast::ItemKind::Interface { name, generics, methods } => {
                self.type_head(name, generics, TypeDecl::Interface(methods));
            }
            ast::ItemKind::TypeAlias { name, generics, ty } => {
                self.type_head(name, generics, TypeDecl::Alias(ty));
            }
            ast::ItemKind::Impl { generics, interface, target, methods } => {
                let outer = self.context.clone();
                let params = self.make_params(generics);
                let context = std::mem::replace(&mut self.context, outer);
                let word = impl_word(item.span);
                self.impls.push(Impl { context, word, params, interface, target, methods });
            }
            ast::ItemKind::Test { name, name_span, body } => {
                self.test_head(TestKind::Test, name, name_span, body);
            }
            ast::ItemKind::Bench { name, name_span, body } => {
                self.test_head(TestKind::Bench, name, name_span, body);
            }
            ast::ItemKind::Import { source, alias } => self.import(source, alias, item.span),
        }
    }

    fn proc_head(&mut self, proc: &'a ast::Proc<'a>, public: bool) {
        if let Some(span) = proc.self_param {
            self.report(
                Diagnostic::error(code::SELF_OUTSIDE, span, "`self` outside `impl`")
                    .with_help("name the parameter and give it a type: `x.f()` calls `proc f(x: T)` too"),
            );
            self.add_item(proc.name, ItemKind::Refused);
            return;
        }
        if !self.has_room_for_proc(proc.name) {
            return;
        }
        if !proc.generics.is_empty() {
            let id = self.generic_proc(proc, self.text(proc.name.symbol), &[], None);
            self.add_item(proc.name, ItemKind::Proc(id));
            return;
        }
        let id = self.add_proc(ProcHead {
            name: self.text(proc.name.symbol),
            span: proc.head_span,
            source: ProcSource::Written(proc),
            public,
            params: Vec::new(),
            result: Ty::Unit,
            context: self.context.clone(),
        });
        self.add_item(proc.name, ItemKind::Proc(id));
    }

    fn global_names(&mut self, pattern: &ast::Pattern<'a>, mutable: bool, public: bool) {
        match pattern.kind {
            ast::PatternKind::Name(symbol) => {
                let name = self.text(symbol);
                let written = ast::Name { symbol, span: pattern.span };
                if !self.has_room(
                    written,
                    self.globals.len(),
                    VerifyLimits::default().globals,
                    "module variables",
                ) {
                    return;
                }
                let id = self.globals.push(GlobalVar { name, ty: None, mutable, public, span: pattern.span });
                self.add_item(ast::Name { symbol, span: pattern.span }, ItemKind::Global(id));
            }
            ast::PatternKind::Tuple(parts) => {
                for part in parts {
                    self.global_names(part, mutable, public);
                }
            }
            _ => {}
        }
    }

    /// Whether one more of `what` finds room, and its name too; says so, once, when not.
    pub(super) fn has_room(&mut self, name: ast::Name, count: usize, most: usize, what: &str) -> bool {
        let bytes = VerifyLimits::default().name_bytes;
        if self.text(name.symbol).len() > bytes {
            self.error(code::TOO_MANY, name.span, format!("a name has at most {bytes} bytes"));
            return false;
        }
        if count >= most && self.log.is_new("items past the limit") {
            self.error(code::TOO_MANY, name.span, format!("a program has at most {most} {what}"));
        }
        count < most
    }

    /// Types of parameters and results, and of the globals that say theirs.
    fn resolve_heads(&mut self) {
        for id in self.procs.ids().chain(self.procs.ghost_ids()) {
            let head = self.procs.get(id);
            let ProcSource::Written(proc) = head.source else { continue };
            self.context = head.context.clone();
            let errors = self.log.errors();
            let head_self = self.context.self_type.map_or(Ty::Error, Ty::Value);
            let params = proc.params.iter().map(|param| match param.ty {
                Some(ty) => self.resolve_type(&ty),
                None => Ty::Error,
            });
            let of_self = proc.self_param.map(|_| head_self);
            let params = of_self.into_iter().chain(params).collect();
            let result = proc.result.map_or(Ty::Unit, |ty| self.resolve_type(&ty));
            if let Some(&key) = self.generics.keys.get(&id)
                && self.log.errors() > errors
            {
                self.generics.failed.insert(key);
            }
            let head = self.procs.get_mut(id);
            head.params = params;
            head.result = result;
        }
    }

    /// The top-level statements as one procedure.
    fn entry(&mut self) -> hir::Proc<'a> {
        self.frame = Frame::new(FrameRole::Entry, Ty::Unit);
        self.frame.name = "top-level";
        self.context = Context::of(FileId::MAIN);
        let stmts = self.file().stmts;
        let calls = self.set_up_calls(FileId::MAIN);
        let want = match &self.options.evaluate {
            Evaluate::Typed(ty) => Some(ty.intern(&mut self.types)),
            Evaluate::No | Evaluate::Last => None,
        };
        let (value, stmts) = match stmts.split_last() {
            Some((ast::Stmt { kind: ast::StmtKind::Expr(value), .. }, rest)) if self.evaluates() => {
                (Some(*value), rest)
            }
            _ => (None, stmts),
        };
        self.enter();
        let mut body = self.stmts(stmts);
        if !calls.is_empty() {
            body.stmts = self.list(&[&calls, body.stmts].concat());
        }
        let mut result = None;
        if let Some(value) = value {
            let value = match want {
                Some(want) => self.expect_expr(value, want),
                None => self.expr(value, None),
            };
            result = value.type_id();
            if result.is_some() {
                body.value = Some(self.alloc(value));
            } else {
                let last = Stmt { kind: hir::StmtKind::Expr(self.alloc(value)), span: value.span };
                body.stmts = self.list(&[body.stmts, &[last]].concat());
            }
        } else if let Some(want) = want {
            let end = stmts.last().map_or(Span::at(0), |stmt| Span::at(stmt.span.end));
            self.mismatch(Ty::Value(want), Ty::Unit, end);
        }
        let body = self.close_block(0, body);
        self.leave();
        let signature = Signature { params: Vec::new(), result };
        self.close_frame("top-level", false, signature, body, Span::at(0))
    }

    fn global_list(&self) -> Vec<hir::Global<'a>> {
        let list = self.globals.iter().map(|global| hir::Global {
            name: global.name,
            ty: global.ty.and_then(Ty::type_id).unwrap_or(TypeId::BOOL),
            public: global.public,
        });
        list.collect()
    }
}

/// The word `impl` at the start of an item.
fn impl_word(span: Span) -> Span {
    Span::new(span.start, span.start + 4)
}
