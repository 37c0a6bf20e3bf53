//! Operators on `any`: those of the instructions on the operands' types, numbers of different types widened.

use super::{dynamic, dynamic_name, mismatch};
use crate::builtins::{equal_values, order_values};
use crate::content::Content;
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::number;
use crate::shape::Shapes;
use crate::slot::{Ref, Slot};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{AnyOperator, Op, OperandValue, TypeId};
use std::cmp::Ordering;

/// What an operator is for the types of its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorRule {
    /// A scalar instruction over words of those types.
    Scalar {
        /// The instruction.
        op: Op,
        /// What each operand is widened to.
        operands: (TypeId, TypeId),
        /// What it gives.
        result: TypeId,
    },
    /// Whether two values of any types are equal, or are not.
    Equal {
        /// Whether the question is if they differ.
        negated: bool,
    },
    /// The order of two texts or tuples of one type.
    Order {
        /// Their type.
        ty: TypeId,
    },
    /// Texts and characters, joined.
    Join,
}

/// The instruction of an operator over type `ty`.
fn instruction(operator: AnyOperator, ty: TypeId, shapes: &Shapes) -> Option<Op> {
    let unchecked = |name: &str| name.strip_suffix("_checked").map(str::to_owned);
    let name = match operator {
        AnyOperator::Complement => "not".to_owned(),
        _ => operator.mnemonic().to_owned(),
    };
    let ty_name = shapes.types().get(ty)?.basic_name()?;
    // Doubles and `u8` quotients never wrap; a `u8` is shifted to the right in one way only.
    let also = match operator {
        AnyOperator::Ushr => Some("shr".to_owned()),
        _ => unchecked(&name),
    };
    let names = [Some(name), also].into_iter().flatten();
    let code = names.map(|name| format!("{name}_{ty_name}")).find_map(|name| Op::find(&name))?;
    let none = |_| Err::<OperandValue, ()>(());
    let op = Op::build(code, none).ok()??;
    // `add_char` is named after its result: it takes an `i32`.
    let (operands, _) = op.info().rule?;
    if operands.iter().all(|&operand| operand == ty) { Some(op) } else { None }
}

/// What a binary operator is for operands of types `a` and `b`; `None` stands for `none`.
///
/// # Errors
/// `type_mismatch` when it is nothing.
pub fn resolve_binary(
    operator: AnyOperator,
    a: Option<TypeId>,
    b: Option<TypeId>,
    shapes: &Shapes,
) -> Result<OperatorRule, Fault> {
    if let AnyOperator::Eq | AnyOperator::Ne = operator {
        return Ok(OperatorRule::Equal { negated: operator == AnyOperator::Ne });
    }
    a.zip(b).and_then(|(a, b)| binary_rule(operator, a, b, shapes)).ok_or_else(|| {
        let name = |ty: Option<TypeId>| ty.map_or_else(|| "none".to_owned(), |ty| shapes.name(ty));
        mismatch(format!("`{}` is not for {} and {}", symbol(operator), name(a), name(b)))
    })
}

fn binary_rule(operator: AnyOperator, a: TypeId, b: TypeId, shapes: &Shapes) -> Option<OperatorRule> {
    let scalar = |op: Op, operands, result| Some(OperatorRule::Scalar { op, operands, result });
    let is_text = |ty| ty == TypeId::STR || ty == TypeId::CHAR;
    let is_small = |ty| ty == TypeId::I32 || ty == TypeId::U8;
    match operator {
        AnyOperator::Add | AnyOperator::AddChecked
            if is_text(a) && is_text(b) && (a == TypeId::STR || b == TypeId::STR) =>
        {
            return Some(OperatorRule::Join);
        }
        AnyOperator::Add | AnyOperator::AddChecked if a == TypeId::CHAR && is_small(b) => {
            return scalar(Op::AddChar, (a, TypeId::I32), a);
        }
        AnyOperator::Sub | AnyOperator::SubChecked if a == TypeId::CHAR && b == TypeId::CHAR => {
            return scalar(Op::SubChar, (a, b), TypeId::I32);
        }
        AnyOperator::Sub | AnyOperator::SubChecked if a == TypeId::CHAR && is_small(b) => {
            // The code of the character, which is widened as it stands in its word.
            return scalar(Op::SubI32, (TypeId::I32, TypeId::I32), TypeId::I32);
        }
        _ => {}
    }
    let ty = number::wider(a, b).or(if a == b { Some(a) } else { None })?;
    let result = if operator.gives_bool() { TypeId::BOOL } else { ty };
    match instruction(operator, ty, shapes) {
        Some(op) => scalar(op, (ty, ty), result),
        None => ordered(operator, ty, shapes),
    }
}

/// The rule of a comparison of texts, plain enumerations and tuples.
fn ordered(operator: AnyOperator, ty: TypeId, shapes: &Shapes) -> Option<OperatorRule> {
    let compares = matches!(operator, AnyOperator::Lt | AnyOperator::Le | AnyOperator::Gt | AnyOperator::Ge);
    let has_order = compares && shapes.types().is_ordered(ty);
    if has_order { Some(OperatorRule::Order { ty }) } else { None }
}

/// What a unary operator is for an operand of type `a`; `None` stands for `none`.
///
/// # Errors
/// `type_mismatch` when it is nothing.
pub fn resolve_unary(
    operator: AnyOperator,
    a: Option<TypeId>,
    shapes: &Shapes,
) -> Result<OperatorRule, Fault> {
    let op = a.filter(|&ty| operator != AnyOperator::Complement || ty != TypeId::BOOL);
    let op = op.and_then(|ty| Some((instruction(operator, ty, shapes)?, ty)));
    let Some((op, ty)) = op.filter(|&(_, ty)| operator != AnyOperator::Not || ty == TypeId::BOOL) else {
        let name = a.map_or_else(|| "none".to_owned(), |ty| shapes.name(ty));
        return Err(mismatch(format!("`{}` is not for {name}", symbol(operator))));
    };
    Ok(OperatorRule::Scalar { op, operands: (ty, ty), result: ty })
}

/// Applies a binary operator: gives a word where the operator gives a `bool`, else an `any`.
///
/// # Errors
/// What the operator fails with.
pub fn apply_binary<H: Heap>(
    env: &mut Env<'_, H>,
    operator: AnyOperator,
    rule: OperatorRule,
    (a, b): (Slot, Slot),
) -> Result<Slot, Fault> {
    match rule {
        OperatorRule::Scalar { op, operands, result } => {
            let (a, b) = (word(env, a, operands.0)?, word(env, b, operands.1)?);
            let value = Slot::word(eval(op, &[a, b])?);
            if operator.gives_bool() { Ok(value) } else { env.upcast(result, value) }
        }
        OperatorRule::Equal { negated } => {
            let equal = equal_values(env, (TypeId::ANY, a, b))?;
            Ok(Slot::from_bool(equal != negated))
        }
        OperatorRule::Order { ty } => {
            let order = match (dynamic(env.heap, env.shapes, a)?, dynamic(env.heap, env.shapes, b)?) {
                (Content::Word(_, a), Content::Word(_, b)) => a.cmp(&b),
                _ => order_values(env, (ty, a, b))?,
            };
            Ok(Slot::from_bool(match operator {
                AnyOperator::Lt => order == Ordering::Less,
                AnyOperator::Le => order != Ordering::Greater,
                AnyOperator::Gt => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }))
        }
        OperatorRule::Join => {
            let texts = [text(env, a)?, text(env, b)?];
            let joined = env.join(&texts)?;
            env.temps.push(joined.text);
            env.work(usize::try_from(joined.copied).unwrap_or(usize::MAX))?;
            Ok(joined.text.into())
        }
    }
}

/// Applies a unary operator: gives a word where the operator gives a `bool`, else an `any`.
///
/// # Errors
/// What the operator fails with.
pub fn apply_unary<H: Heap>(
    env: &mut Env<'_, H>,
    operator: AnyOperator,
    rule: OperatorRule,
    a: Slot,
) -> Result<Slot, Fault> {
    let OperatorRule::Scalar { op, operands, result } = rule else {
        return Err(Fault::broken("a unary operator has a rule for two operands"));
    };
    let value = Slot::word(eval(op, &[word(env, a, operands.0)?])?);
    if operator.gives_bool() { Ok(value) } else { env.upcast(result, value) }
}

fn eval(op: Op, words: &[u64]) -> Result<u64, Fault> {
    match op.eval(words) {
        Some(outcome) => outcome.map_err(Fault::from),
        None => Err(Fault::broken("an operator is no scalar instruction")),
    }
}

/// The word of an operand, widened.
fn word<H: Heap>(env: &Env<'_, H>, slot: Slot, to: TypeId) -> Result<u64, Fault> {
    match dynamic(env.heap, env.shapes, slot)? {
        Content::Word(from, word) => Ok(number::widen(from, to, word)),
        other => {
            Err(mismatch(format!("expected a number, found {}", dynamic_name(env.heap, env.shapes, other))))
        }
    }
}

/// A text, or a character as one, rooted.
fn text<H: Heap>(env: &mut Env<'_, H>, slot: Slot) -> Result<Ref, Fault> {
    match dynamic(env.heap, env.shapes, slot)? {
        Content::Word(TypeId::CHAR, word) => {
            let text = env.text_from(char::from_word(word).encode_utf8(&mut [0; 4]))?;
            env.temps.push(text);
            Ok(text)
        }
        _ => Ok(slot.as_ref()),
    }
}

/// An operator as a program writes it.
const fn symbol(operator: AnyOperator) -> &'static str {
    match operator {
        AnyOperator::Add | AnyOperator::AddChecked => "+",
        AnyOperator::Sub | AnyOperator::SubChecked | AnyOperator::Neg | AnyOperator::NegChecked => "-",
        AnyOperator::Mul | AnyOperator::MulChecked => "*",
        AnyOperator::Div | AnyOperator::DivChecked => "/",
        AnyOperator::Rem => "%",
        AnyOperator::And => "&",
        AnyOperator::Or => "|",
        AnyOperator::Xor => "^",
        AnyOperator::Shl => "<<",
        AnyOperator::Shr => ">>",
        AnyOperator::Ushr => ">>>",
        AnyOperator::Eq => "==",
        AnyOperator::Ne => "!=",
        AnyOperator::Lt => "<",
        AnyOperator::Le => "<=",
        AnyOperator::Gt => ">",
        AnyOperator::Ge => ">=",
        AnyOperator::Complement => "~",
        AnyOperator::Not => "!",
    }
}
