//! The operators that work on `any`: what `any_binary` and `any_unary` find out at run time.

/// What an operator gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    Any,
    Bool,
}

macro_rules! operators {
    ($($(#[$doc:meta])* $mnemonic:ident $Variant:ident $arity:literal $gives:ident,)*) => {
        /// An operator over `any`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum AnyOperator { $($(#[$doc])* $Variant,)* }

        impl AnyOperator {
            /// All of them, by number.
            pub const ALL: &[Self] = &[$(Self::$Variant),*];

            /// Its name in listings.
            #[must_use]
            pub const fn mnemonic(self) -> &'static str {
                match self { $(Self::$Variant => stringify!($mnemonic),)* }
            }

            /// How many operands it takes: 1 or 2.
            #[must_use]
            pub const fn arity(self) -> u8 {
                match self { $(Self::$Variant => $arity,)* }
            }

            const fn gives(self) -> Gives {
                match self { $(Self::$Variant => Gives::$gives,)* }
            }
        }
    };
}

operators! {
    /// `+`
    add Add 2 Any,
    /// `-` between two
    sub Sub 2 Any,
    /// `*`
    mul Mul 2 Any,
    /// `/`
    div Div 2 Any,
    /// `%`
    rem Rem 2 Any,
    /// `+`, where a wrap is the error `overflow`
    add_checked AddChecked 2 Any,
    /// `-` between two, where a wrap is the error `overflow`
    sub_checked SubChecked 2 Any,
    /// `*`, where a wrap is the error `overflow`
    mul_checked MulChecked 2 Any,
    /// `/`, where a wrap is the error `overflow`
    div_checked DivChecked 2 Any,
    /// `&`
    and And 2 Any,
    /// `|`
    or Or 2 Any,
    /// `^`
    xor Xor 2 Any,
    /// `<<`
    shl Shl 2 Any,
    /// `>>`
    shr Shr 2 Any,
    /// `>>>`
    ushr Ushr 2 Any,
    /// `==`
    eq Eq 2 Bool,
    /// `!=`
    ne Ne 2 Bool,
    /// `<`
    lt Lt 2 Bool,
    /// `<=`
    le Le 2 Bool,
    /// `>`
    gt Gt 2 Bool,
    /// `>=`
    ge Ge 2 Bool,
    /// `-` before one
    neg Neg 1 Any,
    /// `-` before one, where a wrap is the error `overflow`
    neg_checked NegChecked 1 Any,
    /// `~`
    complement Complement 1 Any,
    /// `!`
    not Not 1 Bool,
}

impl AnyOperator {
    /// Whether it gives a `bool`; the others give `any`.
    #[must_use]
    pub const fn gives_bool(self) -> bool {
        matches!(self.gives(), Gives::Bool)
    }

    /// The operator of that number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The operator of that mnemonic.
    #[must_use]
    pub fn find(mnemonic: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.mnemonic() == mnemonic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_lead_back() {
        for &operator in AnyOperator::ALL {
            assert_eq!(AnyOperator::from_number(operator as u8), Some(operator));
            assert_eq!(AnyOperator::find(operator.mnemonic()), Some(operator));
        }
        assert_eq!(AnyOperator::from_number(AnyOperator::ALL.len() as u8), None);
    }
}
