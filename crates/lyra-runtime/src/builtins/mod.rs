//! What the built-ins do: for each row of `lyra_bytecode::builtin` and each type, one function.
//!
//! [`resolve`] picks the function for a type: `min` over `i32` is another function than `min` over tuples. The
//! machine keeps what it picked in the inline caches, by instruction and type.
//!
//! Every built-in pays for its work before or right after doing it (1 unit of fuel for 64 elements or bytes),
//! works out how large its result is before making it, and uses no native recursion.

mod arrays;
mod copies;
mod equal;
mod format;
pub(crate) mod keys;
mod line;
mod maps;
mod optionals;
mod order;
mod show;
mod sides;
mod sort;
mod text;
mod text_lists;
mod walk;

pub(crate) use equal::equal_values;
pub(crate) use order::order_values;
pub use show::{Shown, show};
pub(crate) use show::{char_literal, text_literal};
pub(crate) use walk::{Child, child};

use crate::env::Env;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::Shapes;
use crate::slot::Slot;
use lyra_bytecode::{Builtin, TypeId};

/// A built-in over one type: takes the type and the arguments in order; what it gives is not looked at when the
/// built-in has no result.
pub type Run<H> = fn(&mut Env<'_, H>, TypeId, &[Slot]) -> Result<Slot, Fault>;

/// Argument `index`; verified code has given it.
fn arg(args: &[Slot], index: usize) -> Result<Slot, Fault> {
    args.get(index).copied().ok_or_else(|| Fault::broken("a built-in got too few arguments"))
}

/// The function of a built-in over `ty`; `None` when its bound is not met.
#[must_use]
pub fn resolve<H: Heap>(builtin: Builtin, ty: TypeId, shapes: &Shapes) -> Option<Run<H>> {
    shapes.get(ty)?;
    match builtin {
        Builtin::Write => Some(text::write),
        Builtin::ToText => Some(show::to_text),
        Builtin::Format => Some(format::format),
        Builtin::Equal => Some(equal::equal(ty, shapes)),
        Builtin::Same => Some(equal::same(ty, shapes)),
        Builtin::Compare => order::compare(ty, shapes),
        Builtin::Min => order::min(ty, shapes),
        Builtin::Max => order::max(ty, shapes),
        Builtin::Copy => Some(copies::copy),
        Builtin::DeepCopy => Some(copies::deep_copy),
        Builtin::CheckCount => Some(arrays::check_count),
        Builtin::ShowSides => Some(sides::show_sides),
        Builtin::ArrayInsert => Some(arrays::insert),
        Builtin::ArrayExtend => Some(arrays::extend),
        Builtin::ArrayFill => Some(arrays::fill),
        Builtin::ArrayRemove => Some(arrays::remove),
        Builtin::ArrayClear => Some(arrays::clear),
        Builtin::ArrayReverse => Some(arrays::reverse),
        Builtin::ArraySort => Some(sort::sort(ty, shapes)),
        Builtin::ArraySorted => Some(sort::sorted(ty, shapes)),
        Builtin::ArrayContains => Some(arrays::contains),
        Builtin::ArraySum => arrays::sum(ty),
        Builtin::ArraySumChecked => arrays::sum_checked(ty),
        Builtin::ArrayJoin => Some(text_lists::join),
        Builtin::ArraySlice => Some(arrays::slice),
        Builtin::ArraySliceInclusive => Some(arrays::slice_inclusive),
        Builtin::StrSlice => Some(text::slice),
        Builtin::StrSliceInclusive => Some(text::slice_inclusive),
        Builtin::StrContains => Some(text::contains),
        Builtin::StrStartsWith => Some(text::starts_with),
        Builtin::StrEndsWith => Some(text::ends_with),
        Builtin::StrSplit => Some(text_lists::split),
        Builtin::StrSplitWhitespace => Some(text_lists::split_whitespace),
        Builtin::StrLines => Some(text_lists::lines),
        Builtin::StrChars => Some(text_lists::chars),
        Builtin::StrBytes => Some(text_lists::bytes),
        Builtin::StrTrim => Some(text::trim),
        Builtin::StrTrimStart => Some(text::trim_start),
        Builtin::StrTrimEnd => Some(text::trim_end),
        Builtin::StrReplace => Some(text::replace),
        Builtin::StrUpper => Some(text::upper),
        Builtin::StrLower => Some(text::lower),
        Builtin::StrRepeat => Some(text::repeat),
        Builtin::StrPadStart => Some(text::pad_start),
        Builtin::StrPadEnd => Some(text::pad_end),
        Builtin::StrToI32 => Some(text::to_i32),
        Builtin::CheckedAdd => optionals::checked_add(ty),
        Builtin::CheckedSub => optionals::checked_sub(ty),
        Builtin::CheckedMul => optionals::checked_mul(ty),
        Builtin::CheckedDiv => optionals::checked_div(ty),
        Builtin::ArrayPop => Some(optionals::pop),
        Builtin::ArrayFirst => Some(optionals::first),
        Builtin::ArrayLast => Some(optionals::last),
        Builtin::ArrayFind => Some(optionals::find),
        Builtin::ArrayRfind => Some(optionals::rfind),
        Builtin::StrFind => Some(optionals::find_text),
        Builtin::StrRfind => Some(optionals::rfind_text),
        Builtin::StrParseInt => Some(optionals::parse_int),
        Builtin::StrParseFloat => Some(optionals::parse_float),
        Builtin::MapLength
        | Builtin::MapGet
        | Builtin::MapAt
        | Builtin::MapGetOr
        | Builtin::MapSet
        | Builtin::MapUpdate
        | Builtin::MapRemove
        | Builtin::MapContains
        | Builtin::MapClear
        | Builtin::MapKeys
        | Builtin::MapValues
        | Builtin::MapNext
        | Builtin::MapKeyAt
        | Builtin::MapValueAt
        | Builtin::MapVersion
        | Builtin::MapCheck => maps::resolve(builtin),
    }
}

/// What of a range `start..end` or `start..=end` lies in `length`.
fn checked_range(
    start: Slot,
    end: Slot,
    inclusive: bool,
    length: usize,
) -> Result<std::ops::Range<usize>, Fault> {
    let (from, to) = (i64::from(start.as_i32()), i64::from(end.as_i32()));
    let past = to + i64::from(inclusive);
    let outside = || Fault::range(from, to, inclusive, length);
    let start = usize::try_from(from).map_err(|_| outside())?;
    let end = usize::try_from(past).map_err(|_| outside())?;
    if start <= end && end <= length { Ok(start..end) } else { Err(outside()) }
}
