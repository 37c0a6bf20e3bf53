//! The kinds of operand. Encoding, printing, reading and checking go by the kind, never by a field's name.

use super::operator::AnyOperator;
use crate::builtin::Builtin;
use crate::module::{ConstId, GlobalId, ImportId, ProcId};
use crate::types::TypeId;

/// A local of the procedure: references are numbered first, then words.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Local(pub u16);

/// An instruction of the procedure, by its place in the code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(pub u32);

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "local{}", self.0)
    }
}

impl std::fmt::Debug for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "@{}", self.0)
    }
}

/// A type that can stand in the operand column of the table.
pub trait Operand: Copy {
    /// Which kind it is.
    const KIND: OperandKind;
    /// As a value of any kind.
    fn to_value(self) -> OperandValue;
    /// Back; `None` when the value is of another kind.
    fn from_value(value: OperandValue) -> Option<Self>;
}

/// Makes the two enums and the `Operand` impls from one list.
macro_rules! operands {
    ($($(#[$doc:meta])* $kind:ident($ty:ty),)*) => {
        /// The kinds of operand.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum OperandKind { $($(#[$doc])* $kind,)* }

        /// An operand of any kind.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum OperandValue { $($(#[$doc])* $kind($ty),)* }

        impl OperandValue {
            /// Which kind it is.
            #[must_use]
            pub const fn kind(self) -> OperandKind {
                match self { $(Self::$kind(_) => OperandKind::$kind,)* }
            }
        }

        $(impl Operand for $ty {
            const KIND: OperandKind = OperandKind::$kind;
            fn to_value(self) -> OperandValue { OperandValue::$kind(self) }
            fn from_value(value: OperandValue) -> Option<Self> {
                if let OperandValue::$kind(value) = value { Some(value) } else { None }
            }
        })*
    };
}

operands! {
    /// A truth value.
    Bool(bool),
    /// A small number: a count, a part of a record, a `u8`.
    U8(u8),
    /// A variant of an enumeration, a method of an interface.
    U16(u16),
    /// An `i32`.
    I32(i32),
    /// A character.
    Char(char),
    /// A constant of the module.
    Const(ConstId),
    /// A local of the procedure.
    Local(Local),
    /// A global of the module.
    Global(GlobalId),
    /// An instruction of the procedure.
    Label(Label),
    /// A procedure of the module.
    Proc(ProcId),
    /// A type of the module.
    Type(TypeId),
    /// An operator over `any`.
    Operator(AnyOperator),
    /// A built-in.
    Builtin(Builtin),
    /// A host function that the module imports.
    Import(ImportId),
}
