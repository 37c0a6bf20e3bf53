//! Walks a whole tree without recursion and checks what every tree promises: places lie inside the text and
//! inside the node above, and only the left spine of a chain is deeper than the language allows.

use bumpalo::Bump;
use lyra_base::{Span, Symbols};
use lyra_syntax::ast::*;
use lyra_syntax::{Diagnostic, MAX_DIAGNOSTICS, MAX_NESTING, Parsed, parse};

#[derive(Clone, Copy)]
enum Node<'t, 'a> {
    Stmt(&'t Stmt<'a>),
    Block(&'t Block<'a>),
    Expr(&'t Expr<'a>),
    Pattern(&'t Pattern<'a>),
    Type(&'t Type<'a>),
}

/// What [`check`] counted.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) nodes: usize,
    pub(crate) errors: usize,
    pub(crate) depth: u32,
}

/// Parses `text`, checks the result, and gives back the diagnostics and the counts.
pub(crate) fn parsed(text: &str) -> (Vec<Diagnostic>, Counts) {
    let arena = Bump::new();
    let mut symbols = Symbols::new();
    let Parsed { file, diagnostics, trivia } = parse(text, &arena, &mut symbols);
    let fits = |span: Span| {
        span.start <= span.end
            && text.is_char_boundary(span.start as usize)
            && text.is_char_boundary(span.end as usize)
            && span.end as usize <= text.len()
    };
    assert!(diagnostics.len() <= MAX_DIAGNOSTICS);
    for diagnostic in &diagnostics {
        assert!(fits(diagnostic.span), "{diagnostic:?} in {text:?}");
        assert!(
            diagnostic.message.len() < 500 && !diagnostic.message.chars().any(char::is_control),
            "{diagnostic:?}"
        );
        assert!(diagnostic.secondary.iter().all(|(span, _)| fits(*span)), "{diagnostic:?}");
        assert!(diagnostic.fix.as_ref().is_none_or(|fix| fits(fix.span)), "{diagnostic:?}");
    }
    assert!(diagnostics.is_sorted_by_key(|diagnostic| diagnostic.span.start));
    assert!(trivia.iter().all(|piece| fits(piece.span)));
    assert!(trivia.is_sorted_by_key(|piece| piece.span.start));
    let counts = check(&file, text);
    // An error node never comes without a word.
    assert!(counts.errors == 0 || !diagnostics.is_empty(), "{text:?}");
    (diagnostics, counts)
}

fn check(file: &File<'_>, text: &str) -> Counts {
    let mut counts = Counts::default();
    let all = Span::new(0, u32::try_from(text.len()).unwrap());
    let mut work: Vec<(Node<'_, '_>, Span, u32)> =
        file.stmts.iter().map(|stmt| (Node::Stmt(stmt), all, 0)).collect();
    let mut next = Vec::new();
    while let Some((node, outer, depth)) = work.pop() {
        counts.nodes += 1;
        counts.depth = counts.depth.max(depth);
        let span = match node {
            Node::Stmt(stmt) => stmt.span,
            Node::Block(block) => block.span,
            Node::Expr(expr) => expr.span,
            Node::Pattern(pattern) => pattern.span,
            Node::Type(ty) => ty.span,
        };
        assert!(outer.start <= span.start && span.end <= outer.end, "{span:?} leaves {outer:?} in {text:?}");
        assert!(text.get(span.range()).is_some());
        let spine = left(node);
        children(node, &mut next, &mut counts.errors);
        for child in next.drain(..) {
            let on_spine = match (spine, child) {
                (Some(left), Node::Expr(expr)) => std::ptr::eq(left, expr),
                _ => false,
            };
            work.push((child, span, depth + u32::from(!on_spine)));
        }
    }
    // A counted level may hold one operator of each precedence, and a statement with its block.
    assert!(counts.depth <= 16 * MAX_NESTING, "{} deep", counts.depth);
    counts
}

fn left<'a>(node: Node<'_, 'a>) -> Option<&'a Expr<'a>> {
    let Node::Expr(expr) = node else { return None };
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

fn cond<'t, 'a>(cond: &'t Cond<'a>, out: &mut Vec<Node<'t, 'a>>) {
    match cond {
        Cond::Expr(expr) => out.push(Node::Expr(expr)),
        Cond::Bind { pattern, value, .. } => out.extend([Node::Pattern(pattern), Node::Expr(value)]),
    }
}

fn assign<'t, 'a>(assign: &'t Assign<'a>, out: &mut Vec<Node<'t, 'a>>) {
    out.extend([Node::Expr(assign.place), Node::Expr(assign.value)]);
}

fn proc<'t, 'a>(proc: &'t Proc<'a>, out: &mut Vec<Node<'t, 'a>>) {
    out.extend(proc.generics.iter().flat_map(|generic| generic.bounds).map(Node::Type));
    out.extend(proc.params.iter().filter_map(|param| param.ty.as_ref()).map(Node::Type));
    out.extend(proc.result.as_ref().map(Node::Type));
    out.extend(proc.body.as_ref().map(Node::Block));
}

fn children<'t, 'a>(node: Node<'t, 'a>, out: &mut Vec<Node<'t, 'a>>, errors: &mut usize) {
    match node {
        Node::Block(block) => out.extend(block.stmts.iter().map(Node::Stmt)),
        Node::Stmt(stmt) => match &stmt.kind {
            StmtKind::Item(item) => children_of_item(item, out),
            StmtKind::Var(var) => {
                out.push(Node::Pattern(&var.pattern));
                out.extend(var.ty.as_ref().map(Node::Type));
                out.extend(var.value.map(Node::Expr));
            }
            StmtKind::Expr(expr) => out.push(Node::Expr(expr)),
            StmtKind::Assign(node) => assign(node, out),
            StmtKind::While(node) => {
                cond(&node.cond, out);
                out.push(Node::Block(&node.body));
            }
            StmtKind::For(node) => {
                out.push(Node::Pattern(&node.first));
                out.extend(node.second.as_ref().map(Node::Pattern));
                out.push(Node::Expr(node.iter));
                out.extend(node.step.map(Node::Expr));
                out.push(Node::Block(&node.body));
            }
            StmtKind::Try(node) => out.extend([Node::Block(&node.body), Node::Block(&node.handler)]),
            StmtKind::Defer(inner) => out.push(Node::Stmt(inner)),
            StmtKind::Hole => {}
            StmtKind::Error => *errors += 1,
        },
        Node::Expr(expr) => children_of_expr(expr, out, errors),
        Node::Pattern(pattern) => match &pattern.kind {
            PatternKind::Literal(expr) => out.push(Node::Expr(expr)),
            PatternKind::Range { start, end, .. } => {
                out.extend([*start, *end].into_iter().flatten().map(Node::Expr))
            }
            PatternKind::Or(parts) | PatternKind::Tuple(parts) => out.extend(parts.iter().map(Node::Pattern)),
            PatternKind::Variant { fields, .. } => {
                out.extend(fields.iter().copied().flatten().map(Node::Pattern))
            }
            PatternKind::Wild | PatternKind::Name(_) | PatternKind::None => {}
            PatternKind::Error => *errors += 1,
        },
        Node::Type(ty) => match &ty.kind {
            TypeKind::Name { args, .. } => out.extend(args.iter().map(Node::Type)),
            TypeKind::Array(inner) | TypeKind::Optional(inner) => out.push(Node::Type(inner)),
            TypeKind::Map(key, value) => out.extend([Node::Type(key), Node::Type(value)]),
            TypeKind::Tuple(parts) => out.extend(parts.iter().map(Node::Type)),
            TypeKind::Proc { params, result } => {
                out.extend(params.iter().map(Node::Type));
                out.extend(result.map(Node::Type));
            }
            TypeKind::Error => *errors += 1,
        },
    }
}

fn children_of_expr<'t, 'a>(expr: &'t Expr<'a>, out: &mut Vec<Node<'t, 'a>>, errors: &mut usize) {
    match &expr.kind {
        ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Char(_) | ExprKind::Str(_) => {}
        ExprKind::None
        | ExprKind::Name(_)
        | ExprKind::Break(_)
        | ExprKind::Continue(_)
        | ExprKind::Return(None) => {}
        ExprKind::FString(parts) => out.extend(parts.iter().filter_map(|part| match part {
            FPart::Hole { value, .. } => Some(Node::Expr(value)),
            FPart::Text(_) => None,
        })),
        ExprKind::Array(parts) | ExprKind::Tuple(parts) => out.extend(parts.iter().map(Node::Expr)),
        ExprKind::Repeat { value, count } => out.extend([Node::Expr(value), Node::Expr(count)]),
        ExprKind::Map(entries) => {
            out.extend(entries.iter().flat_map(|(key, value)| [Node::Expr(key), Node::Expr(value)]));
        }
        ExprKind::Paren(inner)
        | ExprKind::Unary { operand: inner, .. }
        | ExprKind::Unwrap(inner)
        | ExprKind::Field { base: inner, .. }
        | ExprKind::OptionalField { base: inner, .. }
        | ExprKind::TupleField { base: inner, .. }
        | ExprKind::Spawn(inner)
        | ExprKind::Return(Some(inner))
        | ExprKind::Throw(inner) => out.push(Node::Expr(inner)),
        ExprKind::Binary { left, right, .. } => out.extend([Node::Expr(left), Node::Expr(right)]),
        ExprKind::Index { base, index } => out.extend([Node::Expr(base), Node::Expr(index)]),
        ExprKind::Range { start, end, .. } => {
            out.extend([*start, *end].into_iter().flatten().map(Node::Expr))
        }
        ExprKind::TypeArgs { base, args } => {
            out.push(Node::Expr(base));
            out.extend(args.iter().map(Node::Type));
        }
        ExprKind::Call { callee, args, .. } => {
            out.push(Node::Expr(callee));
            out.extend(args.iter().map(|arg| Node::Expr(&arg.value)));
        }
        ExprKind::Is { value, ty } | ExprKind::As { value, ty } => {
            out.extend([Node::Expr(value), Node::Type(ty)])
        }
        ExprKind::If(node) => {
            for (head, body) in node.branches {
                cond(head, out);
                out.push(Node::Block(body));
            }
            out.extend(node.otherwise.as_ref().map(Node::Block));
        }
        ExprKind::Match(node) => {
            out.push(Node::Expr(node.value));
            for arm in node.arms {
                out.push(Node::Pattern(&arm.pattern));
                out.extend(arm.guard.map(Node::Expr));
                out.push(Node::Expr(arm.body));
            }
        }
        ExprKind::Block(block) => out.push(Node::Block(block)),
        ExprKind::Assign(node) => assign(node, out),
        ExprKind::Closure(node) => {
            out.extend(node.params.iter().filter_map(|param| param.ty.as_ref()).map(Node::Type));
            out.extend(node.result.as_ref().map(Node::Type));
            out.push(Node::Expr(node.body));
        }
        ExprKind::Error => *errors += 1,
    }
}

fn children_of_item<'t, 'a>(item: &'t Item<'a>, out: &mut Vec<Node<'t, 'a>>) {
    match &item.kind {
        ItemKind::Proc(node) => proc(node, out),
        ItemKind::Const { ty, value, .. } => {
            out.extend(ty.as_ref().map(Node::Type));
            out.push(Node::Expr(value));
        }
        ItemKind::Struct { fields, .. } => {
            out.extend(fields.iter().map(|field| Node::Type(&field.ty)));
            out.extend(fields.iter().filter_map(|field| field.default).map(Node::Expr));
        }
        ItemKind::Enum { variants, .. } => {
            out.extend(variants.iter().flat_map(|variant| variant.fields).map(|field| Node::Type(&field.ty)));
        }
        ItemKind::Interface { methods, .. } => methods.iter().for_each(|method| proc(&method.proc, out)),
        ItemKind::Impl { interface, target, methods, .. } => {
            out.extend(interface.as_ref().map(Node::Type));
            out.push(Node::Type(target));
            methods.iter().for_each(|method| proc(&method.proc, out));
        }
        ItemKind::TypeAlias { ty, .. } => out.push(Node::Type(ty)),
        ItemKind::Import { .. } => {}
        ItemKind::Test { body, .. } | ItemKind::Bench { body, .. } => out.push(Node::Block(body)),
    }
}
