//! Prints a tree as indented text: for `lyra run --emit ast`, and for snapshots.
//!
//! A chain that leans left (operators, calls, fields …) is printed as its first operand and the steps that
//! follow it: `a.b(1) + 2` is `(chain a .b (call 1) (+ 2))`. So the text of a long chain is long, not deep, and
//! grouping is still plain to see: `1 + 2 * 3` is `(chain 1 (+ (chain 2 (* 3))))`. Work is kept on a list, not
//! on the native stack.

use crate::ast::{
    Align, Arg, Arm, Assign, Block, Cond, Expr, ExprKind, FPart, Field, File, Format, FormatRadix, Generic,
    ImportSource, Item, ItemKind, Method, Name, Param, Pattern, PatternKind, Proc, Stmt, StmtKind, Type,
    TypeKind, Variant,
};
use lyra_base::{Symbol, Symbols};
use std::fmt::Write;

/// The tree of `file` as text. `symbols` is the table it was parsed with.
///
/// ```
/// use bumpalo::Bump;
/// use lyra_base::Symbols;
/// let (arena, mut symbols) = (Bump::new(), Symbols::new());
/// let parsed = lyra_syntax::parse("x = -1 + y", &arena, &mut symbols);
/// let text = lyra_syntax::dump::dump(&parsed.file, &symbols);
/// assert_eq!(text, "(assign = x (chain (- 1) (+ y)))\n");
/// ```
#[must_use]
pub fn dump(file: &File<'_>, symbols: &Symbols) -> String {
    let printer = Printer { symbols };
    let mut out = String::new();
    for stmt in file.stmts {
        printer.print(Part::Stmt(stmt), &mut out);
        out.push('\n');
    }
    out
}

/// Something still to be printed.
#[derive(Clone, Copy)]
enum Part<'t, 'a> {
    Stmt(&'t Stmt<'a>),
    Block(&'t Block<'a>),
    Cond(&'t Cond<'a>),
    Expr(&'t Expr<'a>),
    Assign(&'t Assign<'a>),
    /// One step of a chain: the node without its left side.
    Step(&'t Expr<'a>),
    Arg(&'t Arg<'a>),
    Entry(&'t (Expr<'a>, Expr<'a>)),
    Piece(&'t FPart<'a>),
    Branch(&'t (Cond<'a>, Block<'a>)),
    Else(&'t Block<'a>),
    Guard(&'t Expr<'a>),
    Arm(&'t Arm<'a>),
    Pattern(&'t Pattern<'a>),
    Type(&'t Type<'a>),
    Result(&'t Type<'a>),
    Param(&'t Param<'a>),
    Generic(&'t Generic<'a>),
    Field(&'t Field<'a>),
    Variant(&'t Variant<'a>),
    Method(&'t Method<'a>),
    Doc(&'a str),
    Word(&'static str),
    /// A part that is not there, such as the missing start of a range.
    Nothing,
}

struct Printer<'s> {
    symbols: &'s Symbols,
}

/// What stands on the list: something to print at a depth, or the end of what was opened.
enum Task<'t, 'a> {
    Part(Part<'t, 'a>, usize),
    Close,
}

/// How long a part may be to stand on one line.
const LINE: usize = 72;

impl Printer<'_> {
    fn print<'t, 'a>(&self, part: Part<'t, 'a>, out: &mut String) {
        let mut tasks = vec![Task::Part(part, 0)];
        while let Some(task) = tasks.pop() {
            let Task::Part(part, depth) = task else {
                out.push(')');
                continue;
            };
            if depth > 0 {
                out.push('\n');
                out.extend(std::iter::repeat_n("  ", depth));
            }
            if let Some(line) = self.line(part) {
                out.push_str(&line);
                continue;
            }
            let (head, children) = self.parts(part);
            let _ = write!(out, "({head}");
            tasks.push(Task::Close);
            tasks.extend(children.iter().rev().map(|child| Task::Part(*child, depth + 1)));
        }
    }

    /// A part on one line, if it is short enough. Gives up early, so trying costs no more than a line does.
    fn line<'t, 'a>(&self, part: Part<'t, 'a>) -> Option<String> {
        let mut line = String::new();
        let mut tasks = vec![Task::Part(part, 0)];
        while let Some(task) = tasks.pop() {
            match task {
                Task::Close => line.push(')'),
                Task::Part(part, depth) => {
                    let (head, children) = self.parts(part);
                    if depth > 0 {
                        line.push(' ');
                    }
                    if !children.is_empty() {
                        line.push('(');
                        tasks.push(Task::Close);
                    }
                    line.push_str(&head);
                    tasks.extend(children.iter().rev().map(|child| Task::Part(*child, depth + 1)));
                }
            }
            if line.len() > LINE && !tasks.is_empty() {
                return None;
            }
        }
        Some(line)
    }

    fn name(&self, name: Name) -> &str {
        self.symbol(name.symbol)
    }

    fn symbol(&self, symbol: Symbol) -> &str {
        self.symbols.text(symbol)
    }

    fn path(&self, path: &[Name]) -> String {
        path.iter().map(|&name| self.name(name)).collect::<Vec<_>>().join(".")
    }

    /// What a part is called, and the parts inside it.
    fn parts<'t, 'a>(&self, part: Part<'t, 'a>) -> (String, Vec<Part<'t, 'a>>) {
        match part {
            Part::Stmt(stmt) => self.stmt(stmt),
            Part::Expr(expr) => self.expr(expr),
            Part::Step(expr) => self.step(expr),
            Part::Pattern(pattern) => self.pattern(pattern),
            Part::Type(ty) => self.ty(ty),
            Part::Block(block) => (
                if block.braced { "block" } else { "only" }.to_string(),
                // An empty block is told from a word by its parentheses.
                if block.stmts.is_empty() {
                    vec![Part::Nothing]
                } else {
                    block.stmts.iter().map(Part::Stmt).collect()
                },
            ),
            Part::Cond(Cond::Expr(expr)) => self.expr(expr),
            Part::Cond(Cond::Bind { mutable, pattern, value, .. }) => {
                (keyword(*mutable).to_string(), vec![Part::Pattern(pattern), Part::Expr(value)])
            }
            Part::Assign(assign) => {
                let op = assign.op.map_or("", |op| op.as_str());
                (format!("assign {op}="), vec![Part::Expr(assign.place), Part::Expr(assign.value)])
            }
            Part::Arg(Arg { name: Some(name), value }) => {
                (format!("{}:", self.name(*name)), vec![Part::Expr(value)])
            }
            Part::Arg(Arg { name: None, value }) => self.expr(value),
            Part::Entry((key, value)) => ("entry".to_string(), vec![Part::Expr(key), Part::Expr(value)]),
            Part::Piece(FPart::Text(text)) => (format!("{text:?}"), Vec::new()),
            Part::Piece(FPart::Hole { value, format, .. }) => (
                format.map_or("hole".to_string(), |format| format!("hole {}", spec(&format))),
                vec![Part::Expr(value)],
            ),
            Part::Branch((cond, body)) => ("when".to_string(), vec![Part::Cond(cond), Part::Block(body)]),
            Part::Else(block) => ("else".to_string(), vec![Part::Block(block)]),
            Part::Guard(guard) => ("guard".to_string(), vec![Part::Expr(guard)]),
            Part::Arm(arm) => {
                let mut parts = vec![Part::Pattern(&arm.pattern)];
                parts.extend(arm.guard.map(Part::Guard));
                parts.push(Part::Expr(arm.body));
                ("arm".to_string(), parts)
            }
            Part::Result(ty) => ("->".to_string(), vec![Part::Type(ty)]),
            Part::Param(Param { name, ty }) => match ty {
                Some(ty) => (format!("{}:", self.name(*name)), vec![Part::Type(ty)]),
                None => (self.name(*name).to_string(), Vec::new()),
            },
            Part::Generic(Generic { name, bounds }) => {
                (format!("generic {}", self.name(*name)), bounds.iter().map(Part::Type).collect())
            }
            Part::Field(field) => {
                let mut parts: Vec<_> = field.doc.map(Part::Doc).into_iter().collect();
                parts.push(Part::Type(&field.ty));
                parts.extend(field.default.map(Part::Expr));
                (format!("field {}", self.name(field.name)), parts)
            }
            Part::Variant(variant) => {
                let mut parts: Vec<_> = variant.doc.map(Part::Doc).into_iter().collect();
                parts.extend(variant.fields.iter().map(Part::Field));
                (format!("variant {}", self.name(variant.name)), parts)
            }
            Part::Method(method) => {
                let mut parts: Vec<_> = method.doc.map(Part::Doc).into_iter().collect();
                parts.extend(method.private.map(|_| Part::Word("private")));
                let (head, rest) = self.proc(&method.proc);
                parts.extend(rest);
                (head, parts)
            }
            Part::Doc(text) => (format!("doc {text:?}"), Vec::new()),
            Part::Word(word) => (word.to_string(), Vec::new()),
            Part::Nothing => ("_".to_string(), Vec::new()),
        }
    }

    fn stmt<'t, 'a>(&self, stmt: &'t Stmt<'a>) -> (String, Vec<Part<'t, 'a>>) {
        let label =
            |label: Option<Name>| label.map_or(String::new(), |label| format!(" {}:", self.name(label)));
        match stmt.kind {
            StmtKind::Item(item) => self.item(item),
            StmtKind::Var(var) => {
                let mut parts: Vec<_> = var.doc.map(Part::Doc).into_iter().collect();
                parts.extend(var.private.map(|_| Part::Word("private")));
                parts.push(Part::Pattern(&var.pattern));
                parts.extend(var.ty.as_ref().map(Part::Result));
                parts.extend(var.value.map(Part::Expr));
                (keyword(var.mutable).to_string(), parts)
            }
            StmtKind::Expr(expr) => self.expr(expr),
            StmtKind::Assign(assign) => self.parts(Part::Assign(assign)),
            StmtKind::While(node) => {
                (format!("while{}", label(node.label)), vec![Part::Cond(&node.cond), Part::Block(&node.body)])
            }
            StmtKind::For(node) => {
                let mut parts = vec![Part::Pattern(&node.first)];
                parts.extend(node.second.as_ref().map(Part::Pattern));
                parts.push(Part::Word("in"));
                parts.push(Part::Expr(node.iter));
                if let Some(step) = node.step {
                    parts.extend([Part::Word("step"), Part::Expr(step)]);
                }
                parts.push(Part::Block(&node.body));
                (format!("for{}", label(node.label)), parts)
            }
            StmtKind::Try(node) => {
                let name = node.name.map_or(String::new(), |name| format!(" {}", self.name(name)));
                (format!("try-catch{name}"), vec![Part::Block(&node.body), Part::Block(&node.handler)])
            }
            StmtKind::Defer(inner) => ("defer".to_string(), vec![Part::Stmt(inner)]),
            StmtKind::Hole => ("...".to_string(), Vec::new()),
            StmtKind::Error => ("ERROR".to_string(), Vec::new()),
        }
    }

    fn expr<'t, 'a>(&self, expr: &'t Expr<'a>) -> (String, Vec<Part<'t, 'a>>) {
        if left(expr).is_some() {
            let mut steps = Vec::new();
            let mut at = expr;
            while let Some(next) = left(at) {
                steps.push(Part::Step(at));
                at = next;
            }
            steps.push(Part::Expr(at));
            steps.reverse();
            return ("chain".to_string(), steps);
        }
        let one = |head: &str, part: &'t Expr<'a>| (head.to_string(), vec![Part::Expr(part)]);
        match expr.kind {
            ExprKind::Int(value) => (value.to_string(), Vec::new()),
            ExprKind::Float(value) => (format!("{value:?}"), Vec::new()),
            ExprKind::Bool(value) => (value.to_string(), Vec::new()),
            ExprKind::Char(value) => (format!("{value:?}"), Vec::new()),
            ExprKind::Str(value) => (format!("{value:?}"), Vec::new()),
            ExprKind::FString(parts) => ("fstring".to_string(), or_nothing(parts.iter().map(Part::Piece))),
            ExprKind::None => ("none".to_string(), Vec::new()),
            ExprKind::Name(symbol) => (self.symbol(symbol).to_string(), Vec::new()),
            ExprKind::Array(parts) => ("array".to_string(), or_nothing(parts.iter().map(Part::Expr))),
            ExprKind::Repeat { value, count } => {
                ("repeat".to_string(), vec![Part::Expr(value), Part::Expr(count)])
            }
            ExprKind::Map(entries) => ("map".to_string(), or_nothing(entries.iter().map(Part::Entry))),
            ExprKind::Tuple(parts) => ("tuple".to_string(), parts.iter().map(Part::Expr).collect()),
            ExprKind::Paren(inner) => one("paren", inner),
            ExprKind::Unary { op, operand } => one(op.as_str(), operand),
            ExprKind::Range { start, end, inclusive, .. } => (
                if inclusive { "..=" } else { ".." }.to_string(),
                [start, end].into_iter().map(|end| end.map_or(Part::Nothing, Part::Expr)).collect(),
            ),
            ExprKind::If(node) => {
                let mut parts: Vec<_> = node.branches.iter().map(Part::Branch).collect();
                parts.extend(node.otherwise.as_ref().map(Part::Else));
                ("if".to_string(), parts)
            }
            ExprKind::Match(node) => {
                let mut parts = vec![Part::Expr(node.value)];
                parts.extend(node.arms.iter().map(Part::Arm));
                ("match".to_string(), parts)
            }
            ExprKind::Block(block) => self.parts(Part::Block(block)),
            ExprKind::Assign(assign) => self.parts(Part::Assign(assign)),
            ExprKind::Closure(node) => {
                let mut parts: Vec<_> = node.params.iter().map(Part::Param).collect();
                parts.extend(node.result.as_ref().map(Part::Result));
                parts.push(Part::Expr(node.body));
                (if node.short { "closure" } else { "proc" }.to_string(), parts)
            }
            ExprKind::Spawn(call) => one("spawn", call),
            ExprKind::Return(Some(value)) => one("return", value),
            ExprKind::Return(None) => ("return".to_string(), Vec::new()),
            ExprKind::Break(label) => (self.jump("break", label), Vec::new()),
            ExprKind::Continue(label) => (self.jump("continue", label), Vec::new()),
            ExprKind::Throw(value) => one("throw", value),
            _ => ("ERROR".to_string(), Vec::new()),
        }
    }

    fn jump(&self, word: &str, label: Option<Name>) -> String {
        label.map_or(word.to_string(), |label| format!("{word} {}", self.name(label)))
    }

    /// A node that has a left side, without it.
    fn step<'t, 'a>(&self, expr: &'t Expr<'a>) -> (String, Vec<Part<'t, 'a>>) {
        match &expr.kind {
            ExprKind::Binary { op, right, .. } => (op.as_str().to_string(), vec![Part::Expr(right)]),
            ExprKind::Unwrap(_) => ("!".to_string(), Vec::new()),
            ExprKind::Field { name, .. } => (format!(".{}", self.name(*name)), Vec::new()),
            ExprKind::OptionalField { name, .. } => (format!("?.{}", self.name(*name)), Vec::new()),
            ExprKind::TupleField { index, optional, .. } => {
                (format!("{}.{index}", if *optional { "?" } else { "" }), Vec::new())
            }
            ExprKind::Index { index, .. } => ("index".to_string(), vec![Part::Expr(index)]),
            ExprKind::TypeArgs { args, .. } => ("<>".to_string(), args.iter().map(Part::Type).collect()),
            ExprKind::Call { args, .. } => ("call".to_string(), or_nothing(args.iter().map(Part::Arg))),
            ExprKind::Is { ty, .. } => ("is".to_string(), vec![Part::Type(ty)]),
            ExprKind::As { ty, .. } => ("as".to_string(), vec![Part::Type(ty)]),
            _ => ("ERROR".to_string(), Vec::new()),
        }
    }

    fn pattern<'t, 'a>(&self, pattern: &'t Pattern<'a>) -> (String, Vec<Part<'t, 'a>>) {
        match pattern.kind {
            PatternKind::Wild => ("_".to_string(), Vec::new()),
            PatternKind::Name(symbol) => (self.symbol(symbol).to_string(), Vec::new()),
            PatternKind::Literal(literal) => self.expr(literal),
            PatternKind::Range { start, end, inclusive } => (
                if inclusive { "..=" } else { ".." }.to_string(),
                [start, end].into_iter().map(|end| end.map_or(Part::Nothing, Part::Expr)).collect(),
            ),
            PatternKind::None => ("none".to_string(), Vec::new()),
            PatternKind::Or(parts) => ("or".to_string(), parts.iter().map(Part::Pattern).collect()),
            PatternKind::Tuple(parts) => ("tuple".to_string(), parts.iter().map(Part::Pattern).collect()),
            PatternKind::Variant { path, fields } => {
                let fields = fields.map(|fields| or_nothing(fields.iter().map(Part::Pattern)));
                (self.path(path), fields.unwrap_or_default())
            }
            PatternKind::Error => ("ERROR".to_string(), Vec::new()),
        }
    }

    fn ty<'t, 'a>(&self, ty: &'t Type<'a>) -> (String, Vec<Part<'t, 'a>>) {
        match ty.kind {
            TypeKind::Name { path, args } => (self.path(path), args.iter().map(Part::Type).collect()),
            TypeKind::Array(element) => ("[]".to_string(), vec![Part::Type(element)]),
            TypeKind::Map(key, value) => ("{}".to_string(), vec![Part::Type(key), Part::Type(value)]),
            TypeKind::Tuple(parts) => ("tuple".to_string(), parts.iter().map(Part::Type).collect()),
            TypeKind::Optional(inner) => ("?".to_string(), vec![Part::Type(inner)]),
            TypeKind::Proc { params, result } => {
                let params = params.iter().map(Part::Type);
                ("proc".to_string(), or_nothing(params.chain(result.map(Part::Result))))
            }
            TypeKind::Error => ("ERROR".to_string(), Vec::new()),
        }
    }

    fn proc<'t, 'a>(&self, proc: &'t Proc<'a>) -> (String, Vec<Part<'t, 'a>>) {
        let mut parts: Vec<_> = proc.generics.iter().map(Part::Generic).collect();
        parts.extend(proc.self_param.map(|_| Part::Word("self")));
        parts.extend(proc.params.iter().map(Part::Param));
        parts.extend(proc.result.as_ref().map(Part::Result));
        parts.extend(proc.body.as_ref().map(Part::Block));
        (format!("proc {}", self.name(proc.name)), parts)
    }

    fn item<'t, 'a>(&self, item: &'t Item<'a>) -> (String, Vec<Part<'t, 'a>>) {
        let mut parts: Vec<_> = item.doc.map(Part::Doc).into_iter().collect();
        parts.extend(item.private.map(|_| Part::Word("private")));
        let head = match &item.kind {
            ItemKind::Proc(proc) => {
                let (head, rest) = self.proc(proc);
                parts.extend(rest);
                head
            }
            ItemKind::Const { name, ty, value } => {
                parts.extend(ty.as_ref().map(Part::Result));
                parts.push(Part::Expr(value));
                format!("const {}", self.name(*name))
            }
            ItemKind::Struct { name, generics, fields } => {
                parts.extend(generics.iter().map(Part::Generic).chain(fields.iter().map(Part::Field)));
                format!("struct {}", self.name(*name))
            }
            ItemKind::Enum { name, generics, variants } => {
                parts.extend(generics.iter().map(Part::Generic).chain(variants.iter().map(Part::Variant)));
                format!("enum {}", self.name(*name))
            }
            ItemKind::Interface { name, generics, methods } => {
                parts.extend(generics.iter().map(Part::Generic).chain(methods.iter().map(Part::Method)));
                format!("interface {}", self.name(*name))
            }
            ItemKind::Impl { generics, interface, target, methods } => {
                parts.extend(generics.iter().map(Part::Generic));
                if let Some(interface) = interface {
                    parts.extend([Part::Type(interface), Part::Word("for")]);
                }
                parts.push(Part::Type(target));
                parts.extend(methods.iter().map(Part::Method));
                "impl".to_string()
            }
            ItemKind::TypeAlias { name, generics, ty } => {
                parts.extend(generics.iter().map(Part::Generic));
                parts.push(Part::Type(ty));
                format!("type {}", self.name(*name))
            }
            ItemKind::Import { source, alias } => {
                let source = match source {
                    ImportSource::Module(name) => self.name(*name).to_string(),
                    ImportSource::File { path, .. } => format!("{path:?}"),
                };
                let alias = alias.map_or(String::new(), |alias| format!(" as {}", self.name(alias)));
                format!("import {source}{alias}")
            }
            ItemKind::Test { name, body, .. } => {
                parts.push(Part::Block(body));
                format!("test {name:?}")
            }
            ItemKind::Bench { name, body, .. } => {
                parts.push(Part::Block(body));
                format!("bench {name:?}")
            }
        };
        (head, parts)
    }
}

fn or_nothing<'t, 'a>(parts: impl Iterator<Item = Part<'t, 'a>>) -> Vec<Part<'t, 'a>> {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { vec![Part::Nothing] } else { parts }
}

fn keyword(mutable: bool) -> &'static str {
    if mutable { "var" } else { "let" }
}

/// The left side of a node that can be a link of a chain.
fn left<'a>(expr: &Expr<'a>) -> Option<&'a Expr<'a>> {
    match expr.kind {
        ExprKind::Binary { left, .. } => Some(left),
        ExprKind::Unwrap(base)
        | ExprKind::Field { base, .. }
        | ExprKind::OptionalField { base, .. }
        | ExprKind::TupleField { base, .. }
        | ExprKind::TypeArgs { base, .. }
        | ExprKind::Index { base, .. } => Some(base),
        ExprKind::Call { callee, .. } => Some(callee),
        ExprKind::Is { value, .. } | ExprKind::As { value, .. } => Some(value),
        _ => None,
    }
}

/// A format as it is written.
fn spec(format: &Format) -> String {
    let mut text = String::from(":");
    if let Some(align) = format.align {
        if format.fill != ' ' {
            text.push(format.fill);
        }
        text.push(match align {
            Align::Left => '<',
            Align::Center => '^',
            Align::Right => '>',
        });
    }
    for (set, sign) in [(format.plus, '+'), (format.alternate, '#'), (format.zero, '0')] {
        if set {
            text.push(sign);
        }
    }
    if let Some(width) = format.width {
        let _ = write!(text, "{width}");
    }
    if let Some(precision) = format.precision {
        let _ = write!(text, ".{precision}");
    }
    text.extend(format.radix.map(|radix| match radix {
        FormatRadix::LowerHex => 'x',
        FormatRadix::UpperHex => 'X',
        FormatRadix::Binary => 'b',
        FormatRadix::Octal => 'o',
        FormatRadix::Exponent => 'e',
    }));
    text
}
