//! Each row of the instruction table as a type, for engines that make a function of each.
//!
//! ```
//! use lyra_bytecode::rows::{self, Row};
//! assert_eq!(<rows::AddI32 as Row>::compute(2, 3), Ok(5));
//! assert_eq!(rows::AddI32::OPERANDS, 2);
//! assert_eq!(rows::Throw::OPERANDS, 0);
//! ```

use crate::scalar;
use crate::trap::Trap;

/// A row of the instruction table.
pub trait Row {
    /// Its opcode.
    const CODE: u8;
    /// How many words its scalar function takes: 1 or 2; 0 for a row that has none.
    const OPERANDS: usize;

    /// Applies the scalar function; the second word is not looked at where there is one operand.
    ///
    /// # Errors
    /// The function's trap; `tampered` for a row without a function.
    fn compute(a: u64, b: u64) -> Result<u64, Trap>;
}

macro_rules! function {
    ([$a:ident -> $r:ident], $f:ident) => {
        const OPERANDS: usize = 1;
        #[inline(always)]
        fn compute(a: u64, _: u64) -> Result<u64, Trap> {
            scalar::unary(scalar::$f, a)
        }
    };
    ([$a:ident, $b:ident -> $r:ident], $f:ident) => {
        const OPERANDS: usize = 2;
        #[inline(always)]
        fn compute(a: u64, b: u64) -> Result<u64, Trap> {
            scalar::binary(scalar::$f, a, b)
        }
    };
    ($rule:tt,) => {
        const OPERANDS: usize = 0;
        fn compute(_: u64, _: u64) -> Result<u64, Trap> {
            Err(Trap::Tampered)
        }
    };
}

macro_rules! derive_rows {
    ([] $(
        $(#[doc = $doc:literal])+
        $mnemonic:ident $Variant:ident $({ $($field:ident: $operand:ty),+ })? :
        $rule:tt ($($effect:ident)*) $(= $scalar:ident)?;
    )*) => {
        #[derive(Clone, Copy)]
        #[repr(u8)]
        enum Code { $($Variant),* }

        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug)]
            pub struct $Variant;

            impl Row for $Variant {
                const CODE: u8 = Code::$Variant as u8;
                function!($rule, $($scalar)?);
            }
        )*
    };
}

crate::for_each_op!([derive_rows]);

/// `for_each_row!([callback] state)` calls `callback! { [state] Names… }` with the names of the types of this module.
#[macro_export]
macro_rules! for_each_row {
    ([$($callback:tt)*] $($state:tt)*) => {
        $crate::for_each_op!([$crate::__rows] ([$($callback)*] [$($state)*]))
    };
}

/// The names behind [`for_each_row!`](crate::for_each_row).
#[doc(hidden)]
#[macro_export]
macro_rules! __rows {
    ([([$($callback:tt)*] [$($state:tt)*])] $(
        $(#[doc = $doc:literal])+
        $mnemonic:ident $Variant:ident $({ $($field:ident: $operand:ty),+ })? :
        $rule:tt ($($effect:ident)*) $(= $scalar:ident)?;
    )*) => {
        $($callback)*! { [$($state)*] $($Variant)* }
    };
}
