//! `import`: what names of files and modules stand for, and what is said of a member that is not there.

use super::checker::Checker;
use super::files::{FileId, ItemKind};
use super::names::{Found, nearest};
use crate::hir::Expr;
use crate::load::Target;
use lyra_base::{Span, Symbol};
use lyra_bytecode::{ProcId, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// Names looked at for a suggestion.
const MAX_CANDIDATES: usize = 5_000;

impl<'a> Checker<'a> {
    /// Gives the name of an import its meaning, or lets the items of a file in.
    pub(super) fn import(&mut self, source: ast::ImportSource<'a>, alias: Option<ast::Name>, span: Span) {
        let target = self.file().target(span);
        match (source, target) {
            (ast::ImportSource::Module(name), target) => {
                let kind = self.module(name, target, span);
                self.add_item(alias.unwrap_or(name), kind);
            }
            (ast::ImportSource::File { .. }, Target::File { file, .. }) => {
                let file = FileId(u32::try_from(file).unwrap_or(0));
                match alias {
                    Some(alias) => self.add_item(alias, ItemKind::File(file)),
                    None => self.open_file(file, span),
                }
            }
            (ast::ImportSource::File { .. }, _) => match alias {
                Some(alias) => self.add_item(alias, ItemKind::Refused),
                None => {
                    let current = self.context.file;
                    self.files[current].lacks_names = true;
                }
            },
        }
    }

    fn open_file(&mut self, file: FileId, span: Span) {
        let current = self.context.file;
        let open = &mut self.files[current].open;
        if open.contains(&file) {
            let name = self.files[file].name;
            self.report(
                Diagnostic::error(code::DEFINED_TWICE, span, format!("{name} is imported twice"))
                    .with_help("remove one of the imports, or give it a name with `as`"),
            );
        } else {
            open.push(file);
        }
    }

    /// A standard module that this compiler was not given.
    fn left_out(&mut self, module: &str, span: Span) -> ItemKind<'a> {
        self.report(
            Diagnostic::error(code::UNKNOWN_MODULE, span, format!("there is no module `{module}` here"))
                .with_help("it is a standard module, but whoever runs this program has left these out"),
        );
        ItemKind::Refused
    }

    /// `import name`
    fn module(&mut self, name: ast::Name, target: Target, span: Span) -> ItemKind<'a> {
        let text = self.text(name.symbol);
        match target {
            Target::Host => ItemKind::Module(text),
            Target::Native => {
                let standard = self.file().standard.unwrap_or_default();
                ItemKind::Module(self.arena.alloc_str(&format!("std:{standard}")))
            }
            Target::File { file, .. } => ItemKind::File(FileId(u32::try_from(file).unwrap_or(0))),
            Target::Failed => ItemKind::Refused,
            Target::Unknown if super::host::PLANNED.contains(&text) => {
                self.refuse(
                    match text {
                        "fs" => "module `fs`",
                        "env" => "module `env`",
                        "io" => "module `io`",
                        // Whoever compiles can leave the others out.
                        _ => return self.left_out(text, name.span),
                    },
                    name.span,
                );
                ItemKind::Refused
            }
            Target::Unknown => {
                let options = self.options;
                let of_host = options.host.iter().map(|function| function.module.as_str());
                let of_host = of_host.filter(|module| !module.is_empty() && !module.contains(':'));
                let standard = options.standard.iter().map(|module| module.name);
                let known = super::host::PLANNED.into_iter().chain(standard).chain(of_host);
                let near = nearest(text, known.take(MAX_CANDIDATES));
                let mut diagnostic =
                    Diagnostic::error(code::UNKNOWN_MODULE, span, format!("unknown module `{text}`"));
                if let Some(near) = near {
                    diagnostic =
                        diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name.span, near);
                }
                self.report(diagnostic);
                ItemKind::Refused
            }
        }
    }

    // ---- names with a file before them ----

    /// The file that an expression names.
    pub(super) fn file_named(&self, expr: &ast::Expr<'a>) -> Option<FileId> {
        let ast::ExprKind::Name(symbol) = expr.kind else { return None };
        match self.find(symbol) {
            Some(Found::Item(ItemKind::File(file))) => Some(file),
            _ => None,
        }
    }

    /// Whether an expression names something that has members and is no value: a module, a file, a type.
    pub(super) fn is_namespace(&self, expr: &ast::Expr<'a>) -> bool {
        self.module_name(expr).is_some() || self.file_named(expr).is_some() || self.is_type_path(expr)
    }

    /// What `name` or `file.name` stands for; nothing is reported.
    pub(super) fn find_named(&self, expr: &ast::Expr<'a>) -> Option<Found<'a>> {
        match expr.kind {
            ast::ExprKind::Name(symbol) => self.find(symbol),
            ast::ExprKind::Field { base, name } => {
                let file = self.file_named(base)?;
                self.find_member(file, name.symbol).map(Found::Item)
            }
            _ => None,
        }
    }

    /// What `file.name` stands for; says why it is nothing.
    pub(super) fn member(&mut self, file: FileId, name: ast::Name, what: &str) -> Option<ItemKind<'a>> {
        let found = self.find_member(file, name.symbol);
        if found.is_none() {
            self.unknown_member_of(file, name, what);
        }
        found
    }

    /// `file.name` where a value stands.
    pub(super) fn member_value(
        &mut self,
        file: FileId,
        name: ast::Name,
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        match self.member(file, name, "") {
            Some(kind) => self.item_value(kind, name.symbol, want, span),
            None => Expr::error(span),
        }
    }

    fn unknown_member_of(&mut self, file: FileId, name: ast::Name, what: &str) {
        let text = self.text(name.symbol);
        let own = self.files[file].items.get(&name.symbol);
        if let Some(item) = own.filter(|item| item.private) {
            let declared = item.span;
            self.report_private("", text, file, name.span, declared);
            return;
        }
        if !self.is_listening() {
            self.unsaid();
            return;
        }
        let found = &self.files[file];
        let message = format!("{} has no {what}`{text}`", found.name);
        let mut diagnostic = Diagnostic::error(code_of(what.trim_end()), name.span, message);
        let known = found.items.iter().filter(|(_, item)| !item.private).take(MAX_CANDIDATES);
        if own.is_some() {
            diagnostic = diagnostic.with_help("it imports that, and imports do not pass on");
        } else if let Some(near) = nearest(text, known.map(|(&symbol, _)| self.text(symbol))) {
            diagnostic = diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name.span, near);
        }
        self.report(diagnostic);
    }

    fn report_private(&mut self, what: &str, text: &str, file: FileId, span: Span, declared: Span) {
        let mut diagnostic = Diagnostic::error(
            code::PRIVATE,
            span,
            format!("{what}`{text}` is private in {}", self.files[file].name),
        )
        .with_label("not visible here");
        if self.files[file].standard.is_none() {
            diagnostic = diagnostic.with_secondary(declared, "declared `private` here");
        }
        self.report(diagnostic);
    }

    // ---- names that are nearly there ----

    /// A name of two files that are imported unqualified.
    pub(super) fn report_two_files(&mut self, symbol: Symbol, files: [FileId; 2], span: Span) {
        if !self.is_listening() {
            self.unsaid();
            return;
        }
        let text = self.text(symbol);
        let [first, second] = files.map(|file| self.files[file].name);
        let mut diagnostic =
            Diagnostic::error(code::AMBIGUOUS, span, format!("`{text}` is in {first} and in {second}"))
                .with_help(format!("import one of them with a name: `import \"{first}\" as …`"));
        for file in files.into_iter().filter(|&file| self.files[file].standard.is_none()) {
            if let Some(item) = self.files[file].items.get(&symbol) {
                diagnostic = diagnostic.with_secondary(item.span, format!("in {}", self.files[file].name));
            }
        }
        self.report(diagnostic);
    }

    /// Says of an unknown name what the imports of the file have to do with it. Whether that was said, or there is
    /// nothing to say because names are missing that should have come in.
    pub(super) fn explain_imports(&mut self, symbol: Symbol, span: Span, what: &str) -> bool {
        // Every item of the file is looked at below: not for what nobody would be shown.
        if self.file().lacks_names || !self.is_listening() {
            self.unsaid();
            return true;
        }
        let text = self.text(symbol);
        let open = self.file().open.clone();
        let hidden = open.iter().find_map(|&file| {
            let item = self.files[file].items.get(&symbol).filter(|item| item.private)?;
            Some((file, item.span))
        });
        if let Some((file, declared)) = hidden {
            self.report_private("", text, file, span, declared);
            return true;
        }
        // Where a type stands only a type is meant.
        let is_meant = |file: FileId| match self.find_member(file, symbol) {
            Some(ItemKind::Type(_)) => true,
            found => found.is_some() && what != "type",
        };
        let passed =
            open.iter().flat_map(|&file| self.files[file].open.iter().map(move |&inner| (file, inner)));
        let beyond = passed.take(MAX_CANDIDATES).find(|&(_, inner)| is_meant(inner));
        let aliases = self.file().items.iter().filter_map(|(&alias, item)| match item.kind {
            ItemKind::File(file) => Some((alias, file)),
            _ => None,
        });
        let named = aliases.take(MAX_CANDIDATES).filter(|&(_, file)| is_meant(file));
        // The first in the order of the text: a map has none.
        let named = named.min_by_key(|&(alias, _)| self.file().items.get(&alias).map(|item| item.span));
        let message = format!("unknown {what} `{text}`");
        let diagnostic =
            Diagnostic::error(code_of(what), span, message).with_label("not found in this scope");
        if let Some((alias, _)) = named {
            let alias = self.text(alias);
            self.report(
                diagnostic
                    .with_help(format!("it is in `{alias}`: write `{alias}.{text}`"))
                    .with_fix(span, format!("{alias}.{text}")),
            );
            true
        } else if self.is_module(text) {
            let help = format!("import it first: `import {text}`");
            self.report(diagnostic.with_help(help));
            true
        } else if let Some((file, inner)) = beyond {
            let (file, inner) = (self.files[file].name, self.files[inner].name);
            self.report(diagnostic.with_help(format!(
                "it is in {inner}, which {file} imports; imports do not pass on: import it here too"
            )));
            true
        } else {
            false
        }
    }

    /// Whether there is a module of the name, of the host or of the language.
    fn is_module(&self, text: &str) -> bool {
        super::host::PLANNED.contains(&text)
            || self.options.standard.iter().any(|module| module.name == text)
            || self.options.host.iter().any(|function| function.module == text)
    }

    // ---- privacy of methods ----

    /// Whether a method may be called here; says so when not.
    pub(super) fn may_call(&mut self, method: ProcId, name: ast::Name) -> bool {
        let Some(&(file, declared)) = self.private_methods.get(&method) else { return true };
        if file == self.context.file {
            return true;
        }
        let text = self.text(name.symbol);
        self.report_private("the method ", text, file, name.span, declared);
        false
    }

    // ---- where an `impl` may stand ----

    /// Whether the type was declared in the current file.
    pub(super) fn is_of_this_file(&self, ty: TypeId) -> bool {
        self.nominal(ty).is_some_and(|nominal| nominal.context.file == self.context.file)
    }

    /// Whether an `impl` for the type may stand in the current file: where the type or the interface was declared.
    /// So there is one place to look for it, and two files never disagree. Says so when not.
    pub(super) fn may_implement(&mut self, interface: Option<TypeId>, ty: TypeId, span: Span) -> bool {
        if self.is_of_this_file(ty) || interface.is_some_and(|interface| self.is_of_this_file(interface)) {
            return true;
        }
        let name = self.types.name(ty);
        let diagnostic = match interface {
            None => Diagnostic::error(code::FOREIGN_IMPL, span, format!("{name} is not of this file"))
                .with_help("methods stand in the file of their type; a free procedure is called like one: `x.f()` is `f(x)`"),
            Some(interface) => {
                let interface = self.types.name(interface);
                let message = format!("neither {interface} nor {name} is of this file");
                Diagnostic::error(code::FOREIGN_IMPL, span, message)
                    .with_help("an `impl` stands in the file of its interface or of its type")
            }
        };
        self.report(diagnostic);
        false
    }
}

/// The code of what is not known: a `type`, or another kind of name.
fn code_of(what: &str) -> code::Code {
    if what == "type" { code::UNKNOWN_TYPE } else { code::UNKNOWN_NAME }
}
