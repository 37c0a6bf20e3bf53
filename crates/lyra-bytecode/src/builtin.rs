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
    /// Numbers, `char`, `bool`, `str`, enumerations without payloads, tuples of these.
    Ordered,
    /// `i32 i64 u8 f64`.
    Number,
    /// `i32 i64 u8`.
    Integer,
    /// Maps.
    Map,
}

/// A parameter or result in a row: a fixed type, the row's own type, or what is made of it or it is made of. `Opt`
/// is an optional; of an optional or `any`, that itself. `K` and `V` are key and value of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they read as they are")]
pub enum Pattern {
    T,
    ArrayT,
    OptT,
    K,
    V,
    OptV,
    ArrayK,
    ArrayV,
    Bool,
    I32,
    Char,
    Str,
    ArrayStr,
    ArrayChar,
    ArrayU8,
    OptI32,
    OptI64,
    OptF64,
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
        pub static BUILTINS: &[(Builtin, BuiltinInfo)] = &[$((Builtin::$Variant, BuiltinInfo {
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
    /// Sum; `none` where it wraps.
    checked_add CheckedAdd Integer (T, T) -> OptT;
    /// Difference; `none` where it wraps.
    checked_sub CheckedSub Integer (T, T) -> OptT;
    /// Product; `none` where it wraps.
    checked_mul CheckedMul Integer (T, T) -> OptT;
    /// Quotient towards zero; `none` where it wraps, or by zero.
    checked_div CheckedDiv Integer (T, T) -> OptT;
    /// A new array with the same elements; any other value is its own copy.
    copy Copy Any (T) -> T;
    /// A copy of everything reachable, inner sharing kept.
    deep_copy DeepCopy Any (T) -> T;
    /// Fails with `invalid_argument` when negative, else gives it back: the count of `[v; n]`.
    check_count CheckCount None (I32) -> I32;
    /// The message of a failed assertion: the text, then both sides as literals, a line each, cut off around where they
    /// begin to differ.
    show_sides ShowSides Any (T, T, Str) -> Str;

    /// Insert before an index, up to the length.
    array_insert ArrayInsert Any (ArrayT, I32, T);
    /// Append every element of the second to the first.
    array_extend ArrayExtend Any (ArrayT, ArrayT);
    /// Append a value so many times; fails with `invalid_argument` when negative.
    array_fill ArrayFill Any (ArrayT, I32, T);
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

    /// Take out the last element; `none` when there is none.
    array_pop ArrayPop Any (ArrayT) -> OptT;
    /// The first element.
    array_first ArrayFirst Any (ArrayT) -> OptT;
    /// The last element.
    array_last ArrayLast Any (ArrayT) -> OptT;
    /// The index of the first element that is equal, by `==`.
    array_find ArrayFind Any (ArrayT, T) -> OptI32;
    /// The index of the last element that is equal, by `==`.
    array_rfind ArrayRfind Any (ArrayT, T) -> OptI32;

    /// How many keys there are.
    map_length MapLength Map (T) -> I32;
    /// The value of a key; `none` when it is absent.
    map_get MapGet Map (T, K) -> OptV;
    /// The value of a key, or `key_not_found`.
    map_at MapAt Map (T, K) -> V;
    /// The value of a key, or the third when it is absent.
    map_get_or MapGetOr Map (T, K, V) -> V;
    /// Set the value of a key; a new key comes last.
    map_set MapSet Map (T, K, V);
    /// Set the value of a key that is there, or `key_not_found`.
    map_update MapUpdate Map (T, K, V);
    /// Take out a key; its value, or `none` when it is absent.
    map_remove MapRemove Map (T, K) -> OptV;
    /// Whether a key is there.
    map_contains MapContains Map (T, K) -> Bool;
    /// Take out every key.
    map_clear MapClear Map (T);
    /// The keys, in order.
    map_keys MapKeys Map (T) -> ArrayK;
    /// The values, in the order of their keys.
    map_values MapValues Map (T) -> ArrayV;
    /// The first position from the second on where there is a key; -1 past the last. A walk begins at 0.
    map_next MapNext Map (T, I32) -> I32;
    /// The key at a position that `map_next` gave.
    map_key_at MapKeyAt Map (T, I32) -> K;
    /// The value at a position that `map_next` gave.
    map_value_at MapValueAt Map (T, I32) -> V;
    /// A number that changes when keys come or go.
    map_version MapVersion Map (T) -> I32;
    /// Fails with `invalid_argument` when `map_version` gives another number by now.
    map_check MapCheck Map (T, I32);

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
    /// The index in characters of the first occurrence of the second at or after an index, which is from 0 to the
    /// length.
    str_find StrFind None (Str, Str, I32) -> OptI32;
    /// The index in characters of the last occurrence of the second.
    str_rfind StrRfind None (Str, Str) -> OptI32;
    /// The number that the text is: optional sign, ASCII digits; `none` when it is no such, or does not fit.
    str_parse_int StrParseInt None (Str) -> OptI64;
    /// The number that the text is, in decimal, with `.` and `e` or without; `none` when it is none.
    str_parse_float StrParseFloat None (Str) -> OptF64;
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
            Bound::Any => !matches!(types.get(ty), None | Some(Type::Cell(_))),
            Bound::Ordered => is_ordered(ty),
            Bound::Number => matches!(ty, TypeId::U8 | TypeId::I32 | TypeId::I64 | TypeId::F64),
            Bound::Integer => matches!(ty, TypeId::U8 | TypeId::I32 | TypeId::I64),
            Bound::Map => types.entry(ty).is_some(),
        };
        if !fits {
            return None;
        }
        let key = || types.entry(ty).map(|(key, _)| key);
        let value = || types.entry(ty).map(|(_, value)| value);
        let array = |element| types.find(&Type::Array(element));
        let resolve = |pattern: &Pattern| match pattern {
            Pattern::T => Some(ty),
            Pattern::OptT => types.find_optional(ty),
            Pattern::K => key(),
            Pattern::V => value(),
            Pattern::OptV => types.find_optional(value()?),
            Pattern::ArrayK => array(key()?),
            Pattern::ArrayV => array(value()?),
            Pattern::ArrayT => array(ty),
            Pattern::Bool => Some(TypeId::BOOL),
            Pattern::I32 => Some(TypeId::I32),
            Pattern::Char => Some(TypeId::CHAR),
            Pattern::Str => Some(TypeId::STR),
            Pattern::ArrayStr => array(TypeId::STR),
            Pattern::ArrayChar => array(TypeId::CHAR),
            Pattern::ArrayU8 => array(TypeId::U8),
            Pattern::OptI32 => types.find_optional(TypeId::I32),
            Pattern::OptI64 => types.find_optional(TypeId::I64),
            Pattern::OptF64 => types.find_optional(TypeId::F64),
        };
        let params = info.params.iter().map(resolve).collect::<Option<_>>()?;
        let result = match &info.result {
            Some(pattern) => Some(resolve(pattern)?),
            None => None,
        };
        Some(Signature { params, result })
    }
}
