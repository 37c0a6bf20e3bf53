//! Items and their parts.

use super::{Cx, Deep, E, deepest};
use crate::ast::{
    Block, Field, Generic, ImportSource, Item, ItemKind, Method, Name, Param, Proc, Stmt, StmtKind, Type,
    TypeKind, Variant,
};
use crate::code;
use crate::diagnostic::Diagnostic;
use lyra_base::Span;

type Types<'a> = Vec<Deep<'a, Type<'a>>>;
type Generics<'a> = Vec<Deep<'a, Generic<'a>>>;

impl<'a> Cx<'a, '_> {
    fn item(&self, kind: ItemKind<'a>, span: Span, private: Option<Span>, depth: u32) -> Deep<'a, Stmt<'a>> {
        let item = Item { doc: self.doc(span.start), private, kind, span };
        self.stmt(StmtKind::Item(self.arena.alloc(item)), span, depth)
    }

    // ---- procedures ----

    pub(crate) fn param(&self, name: Name, ty: Option<Deep<'a, Type<'a>>>) -> Deep<'a, Param<'a>> {
        self.deep(Param { name, ty: ty.map(|ty| *ty.node) }, ty.map_or(0, |ty| ty.depth))
    }

    /// Parameters of a `proc`: each has its type, and `self` is not among them.
    pub(super) fn typed_params(&self, params: Vec<Deep<'a, Param<'a>>>) -> Vec<Deep<'a, Param<'a>>> {
        for param in &params {
            let Param { name, ty } = *param.node;
            if name.symbol == self.self_symbol {
                self.report(
                    Diagnostic::error(
                        code::BAD_PARAMETER,
                        name.span,
                        "`self` stands first, and in a method only",
                    )
                    .with_help("move it to the front: `proc area(self, …)`"),
                );
            } else if ty.is_none() {
                self.report(
                    Diagnostic::error(code::BAD_PARAMETER, name.span, "this parameter has no type")
                        .with_help("write `name: type`; only a short closure `|x| …` may leave it out"),
                );
            }
        }
        params
    }

    pub(crate) fn proc_def(
        &self,
        head_span: Span,
        name: Name,
        generics: Generics<'a>,
        mut params: Vec<Deep<'a, Param<'a>>>,
        result: Option<Deep<'a, Type<'a>>>,
        body: Option<Deep<'a, Block<'a>>>,
    ) -> Deep<'a, Proc<'a>> {
        let mut self_param = None;
        if let Some(first) = params.first()
            && first.node.name.symbol == self.self_symbol
        {
            let first = first.node;
            self_param = Some(first.name.span);
            if let Some(ty) = first.ty {
                self.report(
                    Diagnostic::error(code::BAD_PARAMETER, ty.span, "`self` has no type of its own")
                        .with_help("write `self` alone: it is what the `impl` is for"),
                );
            }
            params.remove(0);
        }
        let params = self.typed_params(params);
        let depth = deepest(&generics)
            .max(deepest(&params))
            .max(result.map_or(0, |ty| ty.depth))
            .max(body.map_or(0, |body| body.depth));
        let node = Proc {
            name,
            generics: self.slice(&generics),
            self_param,
            params: self.slice(&params),
            result: result.map(|ty| *ty.node),
            body: body.map(|body| *body.node),
            head_span,
        };
        self.deep(node, depth)
    }

    fn require_body(&self, proc: &Proc<'a>) {
        if proc.body.is_none() {
            self.report(
                Diagnostic::error(code::MISSING_BODY, proc.head_span, "this proc has no body")
                    .with_help("add `{ … }` on the same line; `{ ... }` leaves it open for now"),
            );
        }
    }

    pub(crate) fn proc_item(
        &self,
        span: Span,
        private: Option<Span>,
        proc: Deep<'a, Proc<'a>>,
    ) -> Deep<'a, Stmt<'a>> {
        self.require_body(proc.node);
        if let Some(span) = proc.node.self_param {
            self.report(
                Diagnostic::error(code::BAD_PARAMETER, span, "`self` stands in a method only")
                    .with_help("give the parameter a name and a type; `x.f()` works for every proc"),
            );
        }
        self.item(ItemKind::Proc(proc.node), span, private, proc.depth)
    }

    pub(crate) fn method(
        &self,
        start: u32,
        private: Option<Span>,
        proc: Deep<'a, Proc<'a>>,
    ) -> Deep<'a, Method<'a>> {
        self.deep(Method { doc: self.doc(start), private, proc: *proc.node }, proc.depth)
    }

    // ---- types ----

    pub(crate) fn generic(&self, name: Name, bounds: Types<'a>) -> Deep<'a, Generic<'a>> {
        self.deep(Generic { name, bounds: self.slice(&bounds) }, deepest(&bounds) + 1)
    }

    pub(crate) fn struct_field(
        &self,
        name: Name,
        ty: Deep<'a, Type<'a>>,
        default: Option<E<'a>>,
    ) -> Deep<'a, Field<'a>> {
        let depth = ty.depth.max(default.map_or(0, |e| e.depth));
        let doc = self.doc(name.span.start);
        self.deep(Field { doc, name, ty: *ty.node, default: default.map(|e| e.node) }, depth)
    }

    pub(crate) fn bad_field(&self, start: u32, end: u32) -> Deep<'a, Field<'a>> {
        let span = Span::new(start, end);
        let name = Name { symbol: self.underscore, span };
        self.deep(Field { doc: None, name, ty: Type { kind: TypeKind::Error, span }, default: None }, 0)
    }

    pub(crate) fn variant(&self, name: Name, fields: Vec<Deep<'a, Field<'a>>>) -> Deep<'a, Variant<'a>> {
        let doc = self.doc(name.span.start);
        self.deep(Variant { doc, name, fields: self.slice(&fields) }, deepest(&fields) + 1)
    }

    pub(crate) fn bad_variant(&self, start: u32, end: u32) -> Deep<'a, Variant<'a>> {
        let name = Name { symbol: self.underscore, span: Span::new(start, end) };
        self.deep(Variant { doc: None, name, fields: &[] }, 0)
    }

    pub(crate) fn struct_item(
        &self,
        span: Span,
        private: Option<Span>,
        name: Name,
        generics: Generics<'a>,
        fields: Vec<Deep<'a, Field<'a>>>,
    ) -> Deep<'a, Stmt<'a>> {
        let depth = deepest(&generics).max(deepest(&fields) + 1);
        let (generics, fields) = (self.slice(&generics), self.slice(&fields));
        self.item(ItemKind::Struct { name, generics, fields }, span, private, depth)
    }

    pub(crate) fn enum_item(
        &self,
        span: Span,
        private: Option<Span>,
        name: Name,
        generics: Generics<'a>,
        variants: Vec<Deep<'a, Variant<'a>>>,
    ) -> Deep<'a, Stmt<'a>> {
        let depth = deepest(&generics).max(deepest(&variants) + 1);
        let (generics, variants) = (self.slice(&generics), self.slice(&variants));
        self.item(ItemKind::Enum { name, generics, variants }, span, private, depth)
    }

    pub(crate) fn type_item(
        &self,
        start: u32,
        private: Option<Span>,
        name: Name,
        generics: Generics<'a>,
        ty: Deep<'a, Type<'a>>,
    ) -> Deep<'a, Stmt<'a>> {
        let depth = deepest(&generics).max(ty.depth);
        let kind = ItemKind::TypeAlias { name, generics: self.slice(&generics), ty: *ty.node };
        self.item(kind, Span::new(start, ty.node.span.end), private, depth)
    }

    /// The members of an interface or an `impl`; unreadable ones are left out.
    fn methods(&self, members: Vec<Option<Deep<'a, Method<'a>>>>) -> (&'a [Method<'a>], u32) {
        let members: Vec<_> = members.into_iter().flatten().collect();
        (self.slice(&members), deepest(&members) + 1)
    }

    pub(crate) fn interface_item(
        &self,
        span: Span,
        private: Option<Span>,
        name: Name,
        generics: Generics<'a>,
        members: Vec<Option<Deep<'a, Method<'a>>>>,
    ) -> Deep<'a, Stmt<'a>> {
        let (methods, depth) = self.methods(members);
        let depth = depth.max(deepest(&generics));
        let generics = self.slice(&generics);
        self.item(ItemKind::Interface { name, generics, methods }, span, private, depth)
    }

    /// `impl target { }`, or `impl interface for target { }` when there is a second type.
    pub(crate) fn impl_item(
        &self,
        span: Span,
        generics: Generics<'a>,
        first: Deep<'a, Type<'a>>,
        second: Option<Deep<'a, Type<'a>>>,
        members: Vec<Option<Deep<'a, Method<'a>>>>,
    ) -> Deep<'a, Stmt<'a>> {
        let (methods, depth) = self.methods(members);
        for method in methods {
            self.require_body(&method.proc);
        }
        let depth = depth.max(deepest(&generics)).max(first.depth).max(second.map_or(0, |ty| ty.depth));
        let (interface, target) = match second {
            Some(second) => (Some(*first.node), *second.node),
            None => (None, *first.node),
        };
        let generics = self.slice(&generics);
        self.item(ItemKind::Impl { generics, interface, target, methods }, span, None, depth)
    }

    // ---- the others ----

    pub(crate) fn const_item(
        &self,
        start: u32,
        private: Option<Span>,
        name: Name,
        ty: Option<Deep<'a, Type<'a>>>,
        value: E<'a>,
    ) -> Deep<'a, Stmt<'a>> {
        let depth = ty.map_or(0, |ty| ty.depth).max(value.depth);
        let kind = ItemKind::Const { name, ty: ty.map(|ty| *ty.node), value: value.node };
        self.item(kind, Span::new(start, value.node.span.end), private, depth)
    }

    pub(crate) fn import_module(&self, span: Span, name: Name, alias: Option<Name>) -> Deep<'a, Stmt<'a>> {
        self.item(ItemKind::Import { source: ImportSource::Module(name), alias }, span, None, 0)
    }

    pub(crate) fn import_file(
        &self,
        span: Span,
        path: &'a str,
        path_span: Span,
        alias: Option<Name>,
    ) -> Deep<'a, Stmt<'a>> {
        let source = ImportSource::File { path, span: path_span };
        self.item(ItemKind::Import { source, alias }, span, None, 0)
    }

    pub(crate) fn test_item(
        &self,
        start: u32,
        name: &'a str,
        name_span: Span,
        body: Deep<'a, Block<'a>>,
        test: bool,
    ) -> Deep<'a, Stmt<'a>> {
        let span = Span::new(start, body.node.span.end);
        let kind = if test {
            ItemKind::Test { name, name_span, body: *body.node }
        } else {
            ItemKind::Bench { name, name_span, body: *body.node }
        };
        self.item(kind, span, None, body.depth)
    }
}
