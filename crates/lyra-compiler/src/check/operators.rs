//! Which instruction an operator is, by the type of its operands.

use crate::options::Overflow;
use lyra_bytecode::{Op, TypeId};
use lyra_syntax::ast::{BinaryOp, UnaryOp};

/// The instruction of a prefix operator.
pub(super) fn unary(op: UnaryOp, ty: TypeId, overflow: Overflow) -> Option<Op> {
    let trap = overflow == Overflow::Trap;
    Some(match (op, ty) {
        (UnaryOp::Neg, TypeId::U8) => {
            if trap {
                Op::NegCheckedU8
            } else {
                Op::NegU8
            }
        }
        (UnaryOp::Neg, TypeId::I32) => {
            if trap {
                Op::NegCheckedI32
            } else {
                Op::NegI32
            }
        }
        (UnaryOp::Neg, TypeId::I64) => {
            if trap {
                Op::NegCheckedI64
            } else {
                Op::NegI64
            }
        }
        (UnaryOp::Neg, TypeId::F64) => Op::NegF64,
        (UnaryOp::BitNot, TypeId::U8) => Op::NotU8,
        (UnaryOp::BitNot, TypeId::I32) => Op::NotI32,
        (UnaryOp::BitNot, TypeId::I64) => Op::NotI64,
        (UnaryOp::Not, TypeId::BOOL) => Op::NotBool,
        _ => return None,
    })
}

/// The instruction of an operator whose operands are both of type `ty`; not for text, tuples and arrays.
pub(super) fn binary(op: BinaryOp, ty: TypeId, overflow: Overflow) -> Option<Op> {
    match ty {
        TypeId::U8 => u8(op, overflow),
        TypeId::I32 => i32(op, overflow),
        TypeId::I64 => i64(op, overflow),
        TypeId::F64 => f64(op),
        TypeId::CHAR => char(op),
        TypeId::BOOL => bool(op),
        _ => None,
    }
}

/// The instructions of one integer type, by a naming scheme that all three share.
macro_rules! integer {
    ($name:ident: $add:ident $sub:ident $mul:ident $div:ident $addc:ident $subc:ident $mulc:ident $divc:ident
     $rem:ident $shl:ident $shr:ident $ushr:ident $and:ident $xor:ident $or:ident
     $eq:ident $ne:ident $lt:ident $le:ident $gt:ident $ge:ident) => {
        fn $name(op: BinaryOp, overflow: Overflow) -> Option<Op> {
            let trap = overflow == Overflow::Trap;
            Some(match op {
                BinaryOp::Add if trap => Op::$addc,
                BinaryOp::Sub if trap => Op::$subc,
                BinaryOp::Mul if trap => Op::$mulc,
                BinaryOp::Div if trap => Op::$divc,
                BinaryOp::Add => Op::$add,
                BinaryOp::Sub => Op::$sub,
                BinaryOp::Mul => Op::$mul,
                BinaryOp::Div => Op::$div,
                BinaryOp::Rem => Op::$rem,
                BinaryOp::Shl => Op::$shl,
                BinaryOp::Shr => Op::$shr,
                BinaryOp::UShr => Op::$ushr,
                BinaryOp::BitAnd => Op::$and,
                BinaryOp::BitXor => Op::$xor,
                BinaryOp::BitOr => Op::$or,
                BinaryOp::Eq => Op::$eq,
                BinaryOp::Ne => Op::$ne,
                BinaryOp::Lt => Op::$lt,
                BinaryOp::Le => Op::$le,
                BinaryOp::Gt => Op::$gt,
                BinaryOp::Ge => Op::$ge,
                BinaryOp::Coalesce | BinaryOp::And | BinaryOp::Or => return None,
            })
        }
    };
}

integer!(u8: AddU8 SubU8 MulU8 DivU8 AddCheckedU8 SubCheckedU8 MulCheckedU8 DivU8
    RemU8 ShlU8 ShrU8 ShrU8 AndU8 XorU8 OrU8 EqU8 NeU8 LtU8 LeU8 GtU8 GeU8);
integer!(i32: AddI32 SubI32 MulI32 DivI32 AddCheckedI32 SubCheckedI32 MulCheckedI32 DivCheckedI32
    RemI32 ShlI32 ShrI32 UshrI32 AndI32 XorI32 OrI32 EqI32 NeI32 LtI32 LeI32 GtI32 GeI32);
integer!(i64: AddI64 SubI64 MulI64 DivI64 AddCheckedI64 SubCheckedI64 MulCheckedI64 DivCheckedI64
    RemI64 ShlI64 ShrI64 UshrI64 AndI64 XorI64 OrI64 EqI64 NeI64 LtI64 LeI64 GtI64 GeI64);

fn f64(op: BinaryOp) -> Option<Op> {
    Some(match op {
        BinaryOp::Add => Op::AddF64,
        BinaryOp::Sub => Op::SubF64,
        BinaryOp::Mul => Op::MulF64,
        BinaryOp::Div => Op::DivF64,
        BinaryOp::Rem => Op::RemF64,
        BinaryOp::Eq => Op::EqF64,
        BinaryOp::Ne => Op::NeF64,
        BinaryOp::Lt => Op::LtF64,
        BinaryOp::Le => Op::LeF64,
        BinaryOp::Gt => Op::GtF64,
        BinaryOp::Ge => Op::GeF64,
        _ => return None,
    })
}

fn char(op: BinaryOp) -> Option<Op> {
    Some(match op {
        BinaryOp::Sub => Op::SubChar,
        BinaryOp::Eq => Op::EqChar,
        BinaryOp::Ne => Op::NeChar,
        BinaryOp::Lt => Op::LtChar,
        BinaryOp::Le => Op::LeChar,
        BinaryOp::Gt => Op::GtChar,
        BinaryOp::Ge => Op::GeChar,
        _ => return None,
    })
}

fn bool(op: BinaryOp) -> Option<Op> {
    Some(match op {
        BinaryOp::Eq => Op::EqBool,
        BinaryOp::Ne => Op::NeBool,
        BinaryOp::Lt => Op::LtBool,
        BinaryOp::Le => Op::LeBool,
        BinaryOp::Gt => Op::GtBool,
        BinaryOp::Ge => Op::GeBool,
        _ => return None,
    })
}

pub(super) const fn is_comparison(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
}

pub(super) const fn is_shift(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Shl | BinaryOp::Shr | BinaryOp::UShr)
}

pub(super) const fn is_logical(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce)
}

/// The instruction that compares `i32` to 0 as `op` compares two values by their order.
pub(super) fn by_order(op: BinaryOp) -> Option<Op> {
    is_comparison(op).then(|| i32(op, Overflow::Wrap)).flatten()
}
