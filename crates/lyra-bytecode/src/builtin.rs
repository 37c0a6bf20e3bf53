//! The built-in procedures that work on run-time values: one row each, with its whole signature.
//!
//! A built-in is generic over at most one type, which the instruction `call_builtin` names; the verifier works
//! out parameters and result from the row, so a call is as strictly typed as any other instruction. What a
//! built-in *does* stands in `lyra-runtime`.

use crate::module::Signature;
use crate::types::{Type, TypeId, Types};

/// What the type of a built-in must be able to do (language reference, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// The built-in is over no type; `call_builtin` carries `bool` there.
    None,
    /// Any type.
    Any,
    /// Numbers, `char`, `bool`, `str`, tuples of these.
    Ordered,
    /// `i32 i64 u8 f64`.
    Number,
}

/// A parameter or result in a row: a fixed type, the row's own type, or an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they read as they are")]
pub enum Pattern {
    T,
    ArrayT,
    Bool,
    I32,
    Char,
    Str,
    ArrayStr,
    ArrayChar,
    ArrayU8,
}

/// What the table says of one built-in.
#[derive(Clone, Copy, Debug)]
pub struct BuiltinInfo {
    /// Its unique name in listings.
    pub mnemonic: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// What its type must be able to do.
    pub bound: Bound,
    /// Its parameters.
    pub params: &'static [Pattern],
    /// Its result.
    pub result: Option<Pattern>,
}

macro_rules! builtins {
    ($($(#[doc = $doc:literal])+ $mnemonic:ident $Variant:ident $bound:ident ($($param:ident),*) $(-> $result:ident)?;)*) => {
        /// A built-in procedure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Builtin { $($(#[doc = $doc])+ $Variant,)* }

        /// The table, by number.
        pub const BUILTINS: &[(Builtin, BuiltinInfo)] = &[$((Builtin::$Variant, BuiltinInfo {
            mnemonic: stringify!($mnemonic),
            doc: concat!($($doc),+),
            bound: Bound::$bound,
            params: &[$(Pattern::$param),*],
            result: [$(Some(Pattern::$result),)? None][0],
        })),*];
    };
}

builtins! {
    /// Write the text to the output.
    write Write None (Str);
    /// The text of a value, as a program writes it; a `str` or `char` by itself stands without quotes.
    to_text ToText Any (T) -> Str;
    /// The text of a value by a format: value, then the packed [`FormatSpec`](crate::FormatSpec).
    format Format Any (T, I32, I32, I32, Char) -> Str;
    /// `equal(a, b)`: deep, arrays by content; cycles are compared as graphs.
    equal Equal Any (T, T) -> Bool;
    /// `==` of tuples: by value, arrays inside by identity.
    same Same Any (T, T) -> Bool;
    /// -1, 0 or 1.
    compare Compare Ordered (T, T) -> I32;
    /// The lesser of two; the first when equal. For `f64`, NaN only when both are.
    min Min Ordered (T, T) -> T;
    /// The greater of two; the first when equal. For `f64`, NaN only when both are.
    max Max Ordered (T, T) -> T;
    /// A new array with the same elements; any other value is its own copy.
    copy Copy Any (T) -> T;
    /// A copy of everything reachable, inner sharing kept.
    deep_copy DeepCopy Any (T) -> T;
    /// Fails with `invalid_argument` when negative, else gives it back: the count of `[v; n]`.
    check_count CheckCount None (I32) -> I32;

    /// Insert before an index, up to the length.
    array_insert ArrayInsert Any (ArrayT, I32, T);
    /// Append every element of the second to the first.
    array_extend ArrayExtend Any (ArrayT, ArrayT);
    /// Take out the element at an index.
    array_remove ArrayRemove Any (ArrayT, I32) -> T;
    /// Take out every element.
    array_clear ArrayClear Any (ArrayT);
    /// Turn the order round, in place.
    array_reverse ArrayReverse Any (ArrayT);
    /// Sort in place; stable; NaN after every number.
    array_sort ArraySort Ordered (ArrayT);
    /// A sorted copy.
    array_sorted ArraySorted Ordered (ArrayT) -> ArrayT;
    /// Whether some element is equal, by `==`.
    array_contains ArrayContains Any (ArrayT, T) -> Bool;
    /// The sum; integers wrap; 0 for none.
    array_sum ArraySum Number (ArrayT) -> T;
    /// The sum, or `overflow`.
    array_sum_checked ArraySumChecked Number (ArrayT) -> T;
    /// The texts of the elements with a text between.
    array_join ArrayJoin Any (ArrayT, Str) -> Str;
    /// A copy of the elements `a..b`.
    array_slice ArraySlice Any (ArrayT, I32, I32) -> ArrayT;
    /// A copy of the elements `a..=b`.
    array_slice_inclusive ArraySliceInclusive Any (ArrayT, I32, I32) -> ArrayT;

    /// The characters `a..b`.
    str_slice StrSlice None (Str, I32, I32) -> Str;
    /// The characters `a..=b`.
    str_slice_inclusive StrSliceInclusive None (Str, I32, I32) -> Str;
    /// Whether the second stands in the first.
    str_contains StrContains None (Str, Str) -> Bool;
    /// Whether the first begins with the second.
    str_starts_with StrStartsWith None (Str, Str) -> Bool;
    /// Whether the first ends with the second.
    str_ends_with StrEndsWith None (Str, Str) -> Bool;
    /// The parts between separators; the separator is not empty.
    str_split StrSplit None (Str, Str) -> ArrayStr;
    /// The parts between runs of white space; none is empty.
    str_split_whitespace StrSplitWhitespace None (Str) -> ArrayStr;
    /// The lines, without their ends.
    str_lines StrLines None (Str) -> ArrayStr;
    /// The characters.
    str_chars StrChars None (Str) -> ArrayChar;
    /// The bytes of its UTF-8.
    str_bytes StrBytes None (Str) -> ArrayU8;
    /// Without white space at both ends.
    str_trim StrTrim None (Str) -> Str;
    /// Without white space at the start.
    str_trim_start StrTrimStart None (Str) -> Str;
    /// Without white space at the end.
    str_trim_end StrTrimEnd None (Str) -> Str;
    /// Every occurrence of the second, which is not empty, replaced by the third.
    str_replace StrReplace None (Str, Str, Str) -> Str;
    /// Upper case, by Unicode.
    str_upper StrUpper None (Str) -> Str;
    /// Lower case, by Unicode.
    str_lower StrLower None (Str) -> Str;
    /// Repeated; `invalid_argument` when negative.
    str_repeat StrRepeat None (Str, I32) -> Str;
    /// Filled up at the start to a width in characters.
    str_pad_start StrPadStart None (Str, I32, Char) -> Str;
    /// Filled up at the end to a width in characters.
    str_pad_end StrPadEnd None (Str, I32, Char) -> Str;
    /// The number that the text is: optional sign, ASCII digits; else `invalid_number`.
    str_to_i32 StrToI32 None (Str) -> I32;
}

impl Builtin {
    /// What the table says of it.
    #[must_use]
    pub fn info(self) -> &'static BuiltinInfo {
        &BUILTINS[self as usize].1
    }

    /// The built-in of a number in the table.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        BUILTINS.get(usize::from(number)).map(|&(builtin, _)| builtin)
    }

    /// The built-in of a mnemonic.
    #[must_use]
    pub fn find(mnemonic: &str) -> Option<Self> {
        BUILTINS.iter().find(|(_, info)| info.mnemonic == mnemonic).map(|&(builtin, _)| builtin)
    }

    /// Parameters and result over the type `ty` (`bool` when over none); `None` when `ty` does not meet the
    /// bound, or when `types` lacks an array type that the signature speaks of, so that no such value exists.
    #[must_use]
    pub fn signature(self, ty: TypeId, types: &Types) -> Option<Signature> {
        self.signature_if(ty, types, |ty| types.is_ordered(ty))
    }

    /// [`Self::signature`] for a caller that knows which types have an order.
    pub(crate) fn signature_if(
        self,
        ty: TypeId,
        types: &Types,
        is_ordered: impl FnOnce(TypeId) -> bool,
    ) -> Option<Signature> {
        let info = self.info();
        let fits = match info.bound {
            Bound::None => ty == TypeId::BOOL,
            Bound::Any => types.get(ty).is_some(),
            Bound::Ordered => is_ordered(ty),
            Bound::Number => matches!(ty, TypeId::U8 | TypeId::I32 | TypeId::I64 | TypeId::F64),
        };
        if !fits {
            return None;
        }
        let resolve = |pattern: &Pattern| match pattern {
            Pattern::T => Some(ty),
            Pattern::ArrayT => types.find(&Type::Array(ty)),
            Pattern::Bool => Some(TypeId::BOOL),
            Pattern::I32 => Some(TypeId::I32),
            Pattern::Char => Some(TypeId::CHAR),
            Pattern::Str => Some(TypeId::STR),
            Pattern::ArrayStr => types.find(&Type::Array(TypeId::STR)),
            Pattern::ArrayChar => types.find(&Type::Array(TypeId::CHAR)),
            Pattern::ArrayU8 => types.find(&Type::Array(TypeId::U8)),
        };
        let params = info.params.iter().map(resolve).collect::<Option<_>>()?;
        let result = match &info.result {
            Some(pattern) => Some(resolve(pattern)?),
            None => None,
        };
        Some(Signature { params, result })
    }
}
