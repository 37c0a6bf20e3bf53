//! What follows from the instruction table: the [`Op`] enum, its descriptions, folding, and [`dispatch!`](crate::dispatch).
//!
//! This is the only file that knows how a row looks.

use super::operand::{Label, Local, Operand, OperandKind, OperandValue};
use super::operator::AnyOperator;
use crate::builtin::Builtin;
use crate::module::{ConstId, GlobalId, ImportId, ProcId};
use crate::scalar;
use crate::trap::Trap;
use crate::types::TypeId;

/// What the table says of one instruction.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    /// Its name in listings.
    pub mnemonic: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Its operands: name and kind.
    pub operands: &'static [(&'static str, OperandKind)],
    /// Popped and pushed types, in the order of pushing; `None` where the rule is written by hand.
    pub rule: Option<(&'static [TypeId], &'static [TypeId])>,
    /// The words of the effects column.
    pub effects: &'static [&'static str],
    /// Whether it computes by a function of `scalar`.
    pub is_scalar: bool,
}

impl OpInfo {
    /// Whether control never goes on to the next instruction.
    #[must_use]
    pub fn ends(&self) -> bool {
        self.effects.contains(&"ends")
    }
}

macro_rules! basic {
    (Bool) => {
        TypeId::BOOL
    };
    (U8) => {
        TypeId::U8
    };
    (I32) => {
        TypeId::I32
    };
    (I64) => {
        TypeId::I64
    };
    (F64) => {
        TypeId::F64
    };
    (Char) => {
        TypeId::CHAR
    };
    (Str) => {
        TypeId::STR
    };
    (Error) => {
        TypeId::ERROR
    };
    (Any) => {
        TypeId::ANY
    };
}

macro_rules! rule {
    ([hand]) => { None };
    ([$($pop:ident),* -> $($push:ident),*]) => {
        Some((&[$(basic!($pop)),*], &[$(basic!($push)),*]))
    };
}

/// Applies the scalar function of a row to words in the order of pushing.
macro_rules! eval {
    ($words:ident, [$a:ident -> $r:ident], $f:ident) => {
        match *$words {
            [a] => Some(scalar::unary(scalar::$f, a)),
            _ => None,
        }
    };
    ($words:ident, [$a:ident, $b:ident -> $r:ident], $f:ident) => {
        match *$words {
            [a, b] => Some(scalar::binary(scalar::$f, a, b)),
            _ => None,
        }
    };
    ($words:ident, $rule:tt,) => {
        None
    };
}

macro_rules! derive_ops {
    ([] $(
        $(#[doc = $doc:literal])+
        $mnemonic:ident $Variant:ident $({ $($field:ident: $operand:ty),+ })? :
        $rule:tt ($($effect:ident)*) $(= $scalar:ident)?;
    )*) => {
        /// One instruction. `docs/src/instructions.md` lists them all.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "an operand is named by its type and by the row's text")]
        pub enum Op {
            $($(#[doc = $doc])+ $Variant $({ $($field: $operand),+ })?,)*
        }

        /// The table, by opcode.
        pub static OPS: &[OpInfo] = &[$(OpInfo {
            mnemonic: stringify!($mnemonic),
            doc: concat!($($doc),+),
            operands: &[$($((stringify!($field), <$operand as Operand>::KIND)),+)?],
            rule: rule!($rule),
            effects: &[$(stringify!($effect)),*],
            is_scalar: [$(stringify!($scalar),)? ""].len() > 1,
        }),*];

        /// Opcodes as numbers: the order of the table.
        #[derive(Clone, Copy)]
        #[repr(u8)]
        enum Code { $($Variant),* }

        impl Op {
            /// Its opcode: its row in [`OPS`].
            #[must_use]
            pub const fn code(self) -> u8 {
                match self { $(Self::$Variant { .. } => Code::$Variant as u8,)* }
            }

            /// Calls `each` with its operands, in the order of the table.
            pub fn each_operand(self, mut each: impl FnMut(OperandValue)) {
                match self {
                    $(Self::$Variant $({ $($field),+ })? => { $($(each($field.to_value());)+)? })*
                }
            }

            /// The instruction of opcode `code` with the operands that `next` gives for each kind in turn.
            ///
            /// # Errors
            /// What `next` fails with. `Ok(None)` when there is no such opcode or `next` gave an operand of another kind.
            pub fn build<E>(
                code: u8,
                mut next: impl FnMut(OperandKind) -> Result<OperandValue, E>,
            ) -> Result<Option<Self>, E> {
                $(if code == Code::$Variant as u8 {
                    $($(let Some($field) = <$operand>::from_value(next(<$operand as Operand>::KIND)?) else {
                        return Ok(None);
                    };)+)?
                    return Ok(Some(Self::$Variant $({ $($field),+ })?));
                })*
                let _ = &mut next;
                Ok(None)
            }

            /// What a scalar instruction makes of `words` (its operands in the order of pushing); `None` when it
            /// is no scalar instruction or their number is wrong.
            #[must_use]
            pub fn eval(self, words: &[u64]) -> Option<Result<u64, Trap>> {
                match self { $(Self::$Variant { .. } => eval!(words, $rule, $($scalar)?),)* }
            }
        }
    };
}

crate::for_each_op!([derive_ops]);

impl Op {
    /// What the table says of it.
    #[must_use]
    pub fn info(self) -> &'static OpInfo {
        &OPS[usize::from(self.code())]
    }

    /// The opcode of a mnemonic.
    #[must_use]
    pub fn find(mnemonic: &str) -> Option<u8> {
        OPS.iter().position(|info| info.mnemonic == mnemonic).and_then(|code| u8::try_from(code).ok())
    }
}

// An instruction stays small: interpreters copy it at every step.
const _: () = assert!(size_of::<Op>() <= 12);
const _: () = assert!(OPS.len() <= 256);

/// Runs the method that carries out an instruction: `dispatch!(op, machine)`.
///
/// An instruction with a scalar function calls `machine.unary(f)` or `machine.binary(f)`; every other calls the
/// method named like its mnemonic (`return_` for `return`) with its operands. An instruction without a method does not compile.
#[macro_export]
macro_rules! dispatch {
    ($op:expr, $machine:expr) => {
        $crate::for_each_op!([$crate::__dispatch] $op, $machine)
    };
}

/// The match behind [`dispatch!`](crate::dispatch).
#[doc(hidden)]
#[macro_export]
macro_rules! __dispatch {
    ([$op:expr, $machine:expr] $(
        $(#[doc = $doc:literal])+
        $mnemonic:ident $Variant:ident $({ $($field:ident: $operand:ty),+ })? :
        $rule:tt ($($effect:ident)*) $(= $scalar:ident)?;
    )*) => {
        match $op {
            $($crate::Op::$Variant $({ $($field),+ })? => {
                $crate::__handler!($machine, $mnemonic, $rule, ($($($field),+)?), $($scalar)?)
            })*
        }
    };
}

/// The call of one arm of [`dispatch!`](crate::dispatch).
#[doc(hidden)]
#[macro_export]
macro_rules! __handler {
    // The one mnemonic that is no name in Rust.
    ($machine:expr, return, $rule:tt, (),) => { $machine.return_() };
    ($machine:expr, $mnemonic:ident, $rule:tt, ($($field:ident),*),) => { $machine.$mnemonic($($field),*) };
    ($machine:expr, $mnemonic:ident, [$a:ident -> $r:ident], (), $scalar:ident) => {
        $machine.unary($crate::scalar::$scalar)
    };
    ($machine:expr, $mnemonic:ident, [$a:ident, $b:ident -> $r:ident], (), $scalar:ident) => {
        $machine.binary($crate::scalar::$scalar)
    };
}
