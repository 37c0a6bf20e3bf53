//! Operations on `any`: what each is for the value it meets is decided when the program runs.
//!
//! Fields and elements are found by the machine alone. Methods are found in the module's table, which gets, for
//! every name that is asked of an `any` somewhere, the methods of that name: of types' own, of the interfaces they
//! implement, and of the built-ins that fit a type.

use super::checker::Checker;
use super::files::FileId;
use super::procs::{ProcHead, ProcSource};
use crate::hir::{self, Action, Block, Expr, Ty};
use crate::options::Overflow;
use hashbrown::{HashMap, HashSet};
use lyra_base::{Span, Symbol};
use lyra_bytecode::{AnyOperator, Op, Type, TypeId, VerifyLimits};
use lyra_syntax::ast::{BinaryOp, UnaryOp};
use lyra_syntax::{ast, code};

/// The methods that are asked of values of `any`.
#[derive(Default)]
pub(super) struct Asked {
    /// With how many arguments first, by name.
    counts: HashMap<Symbol, usize>,
    /// In the order in which they were asked for, and where.
    order: Vec<(Symbol, Span)>,
    /// In which files each was asked for.
    files: HashSet<(Symbol, FileId)>,
}

impl Asked {
    /// Whether a private method of a file is found by its name: not when another file asks for that, too.
    fn may_find(&self, name: Symbol, private_in: Option<FileId>) -> bool {
        private_in.is_none_or(|own| self.files.iter().all(|&(asked, file)| asked != name || file == own))
    }
}

impl Asked {
    /// The names that are asked for.
    pub(super) fn names(&self) -> Vec<Symbol> {
        self.order.iter().map(|&(name, _)| name).collect()
    }

    /// Whether a name is asked for.
    pub(super) fn has(&self, name: Symbol) -> bool {
        self.counts.contains_key(&name)
    }
}

impl<'a> Checker<'a> {
    /// An operator with an `any` on one side at least.
    pub(super) fn any_binary(
        &mut self,
        op: BinaryOp,
        left: Expr<'a>,
        right: Expr<'a>,
        span: Span,
    ) -> Expr<'a> {
        let operator = binary(op, self.options.overflow);
        let left = self.fit(left, TypeId::ANY, left.span);
        let right = self.fit(right, TypeId::ANY, right.span);
        self.apply(Op::AnyBinary { operator }, &[left, right], result(operator), span)
    }

    /// A prefix operator before an `any`.
    pub(super) fn any_unary(&mut self, op: UnaryOp, value: Expr<'a>, span: Span) -> Expr<'a> {
        let operator = match op {
            UnaryOp::Neg if self.options.overflow == Overflow::Trap => AnyOperator::NegChecked,
            UnaryOp::Neg => AnyOperator::Neg,
            UnaryOp::BitNot => AnyOperator::Complement,
            UnaryOp::Not => AnyOperator::Not,
        };
        self.apply(Op::AnyUnary { operator }, &[value], result(operator), span)
    }

    /// `callee(args)` of an `any`.
    pub(super) fn call_any(&mut self, callee: Expr<'a>, args: &'a [ast::Arg<'a>], span: Span) -> Expr<'a> {
        self.note_any();
        // It stands on top of its arguments, and is evaluated before them.
        let mut stmts = Vec::new();
        let callee = self.keep_in(callee, &mut stmts);
        let Some((count, mut values)) = self.any_arguments(args, span) else { return Expr::error(span) };
        values.push(callee);
        let call = self.apply(Op::AnyCall { count }, &values, TypeId::ANY, span);
        self.block_of(&stmts, call, span)
    }

    /// `receiver.name(args)` of an `any`.
    pub(super) fn any_method(
        &mut self,
        receiver: Expr<'a>,
        name: Symbol,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        self.note_any();
        self.asked.files.insert((name, self.context.file));
        if !self.asked.counts.contains_key(&name) {
            self.asked.counts.insert(name, args.len());
            self.asked.order.push((name, span));
        }
        let Some((count, values)) = self.any_arguments(args, span) else { return Expr::error(span) };
        let values = [&[receiver], values.as_slice()].concat();
        self.act(Action::CallAnyMethod { name, count }, &values, TypeId::ANY, span)
    }

    /// Arguments whose types are looked at when the call is made.
    fn any_arguments(&mut self, args: &'a [ast::Arg<'a>], span: Span) -> Option<(u8, Vec<Expr<'a>>)> {
        self.no_names(args);
        let most = VerifyLimits::default().params - 1;
        let count = u8::try_from(args.len()).ok().filter(|&count| usize::from(count) <= most);
        let Some(count) = count else {
            self.error(code::ARGUMENT_COUNT, span, format!("a call has at most {most} arguments"));
            self.give_up(args, span);
            return None;
        };
        let values: Vec<_> = args.iter().map(|arg| self.expect_expr(&arg.value, TypeId::ANY)).collect();
        values.iter().all(|value| value.ty != Ty::Error).then_some((count, values))
    }

    // ---- the table of methods ----

    /// The methods that are found by name, once it is known which names are asked for.
    pub(super) fn dynamic_methods(&mut self) -> Vec<hir::Method> {
        let asked = std::mem::take(&mut self.asked);
        if asked.order.is_empty() {
            return Vec::new();
        }
        let mut list = self.generic_methods();
        let mut known: HashSet<_> = list.iter().map(|method| (method.ty, method.name)).collect();
        for (_, nominal) in self.nominals.iter() {
            let methods = nominal.methods.iter().filter(|(name, _)| asked.counts.contains_key(*name));
            for (&name, method) in methods.filter(|(_, method)| method.has_self) {
                known.insert((nominal.ty, name));
                let private_in = self.private_methods.get(&method.proc).map(|&(file, _)| file);
                if !asked.may_find(name, private_in) {
                    continue;
                }
                list.push(hir::Method { ty: nominal.ty, name, proc: method.proc });
            }
        }
        for (ty, name, proc) in self.interfaces.methods() {
            if asked.counts.contains_key(&name)
                && self.form_methods(ty, name).is_empty()
                && known.insert((ty, name))
            {
                list.push(hir::Method { ty, name, proc });
            }
        }
        list.retain(|method| self.is_at_run_time(method.ty));
        let types: Vec<TypeId> = self.types.iter().map(|(ty, _)| ty).collect();
        for &(name, span) in &asked.order {
            if !super::builtins::names().any(|builtin| builtin == self.text(name)) {
                continue;
            }
            let count = asked.counts.get(&name).copied().unwrap_or_default();
            for &ty in &types {
                if self.is_at_run_time(ty) && !known.contains(&(ty, name)) {
                    list.extend(self.built_in_method(name, ty, count, span));
                }
            }
        }
        list
    }

    /// Whether a value can be of a type when the program runs: not a type parameter or what is made of one.
    pub(super) fn is_at_run_time(&self, ty: TypeId) -> bool {
        let has_no_values = matches!(
            self.types.get(ty),
            Some(Type::Any | Type::Optional(_) | Type::Interface(_) | Type::Cell(_)) | None
        );
        !has_no_values && !self.is_opaque(ty) && !self.is_hole(ty)
    }

    /// A built-in as a method of a type, if it is one.
    fn built_in_method(&mut self, name: Symbol, ty: TypeId, count: usize, span: Span) -> Option<hir::Method> {
        let text = self.text(name);
        let (params, result) = self.built_in_signature(text, ty, count, span)?;
        if self.procs.len() + 1 >= VerifyLimits::default().procs {
            if self.log.is_new("procedures past the limit") {
                self.error(code::TOO_MANY, span, "there are too many types that have this method");
            }
            return None;
        }
        let name_of = self.arena.alloc_str(&format!("{}.{text}", self.types.name(ty)));
        let proc = self.add_proc(ProcHead {
            name: name_of,
            span,
            source: ProcSource::BuiltIn(name),
            public: false,
            params: params.into_iter().map(Ty::Value).collect(),
            result,
            context: self.context.clone(),
        });
        Some(hir::Method { ty, name, proc })
    }

    /// The body of a built-in as a method.
    pub(super) fn built_in_body(&mut self, name: Symbol, params: &[Ty], span: Span) -> Block<'a> {
        let values = self.parameters(params, span);
        let text = self.text(name);
        let call = self.built_in_on(text, values, span);
        self.block_around(call)
    }
}

fn result(operator: AnyOperator) -> TypeId {
    if operator.gives_bool() { TypeId::BOOL } else { TypeId::ANY }
}

fn binary(op: BinaryOp, overflow: Overflow) -> AnyOperator {
    let trap = overflow == Overflow::Trap;
    match op {
        BinaryOp::Add if trap => AnyOperator::AddChecked,
        BinaryOp::Sub if trap => AnyOperator::SubChecked,
        BinaryOp::Mul if trap => AnyOperator::MulChecked,
        BinaryOp::Div if trap => AnyOperator::DivChecked,
        BinaryOp::Add => AnyOperator::Add,
        BinaryOp::Sub => AnyOperator::Sub,
        BinaryOp::Mul => AnyOperator::Mul,
        BinaryOp::Div => AnyOperator::Div,
        BinaryOp::Rem => AnyOperator::Rem,
        BinaryOp::Shl => AnyOperator::Shl,
        BinaryOp::Shr => AnyOperator::Shr,
        BinaryOp::UShr => AnyOperator::Ushr,
        BinaryOp::BitAnd => AnyOperator::And,
        BinaryOp::BitXor => AnyOperator::Xor,
        BinaryOp::BitOr => AnyOperator::Or,
        BinaryOp::Eq => AnyOperator::Eq,
        BinaryOp::Ne => AnyOperator::Ne,
        BinaryOp::Lt => AnyOperator::Lt,
        BinaryOp::Le => AnyOperator::Le,
        BinaryOp::Gt => AnyOperator::Gt,
        // The logical ones are no operations of values.
        BinaryOp::Ge | BinaryOp::Coalesce | BinaryOp::And | BinaryOp::Or => AnyOperator::Ge,
    }
}
