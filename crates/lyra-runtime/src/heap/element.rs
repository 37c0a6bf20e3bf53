//! What arrays keep their elements as: the four types behind [`Width`], for code that knows statically which it is.

use super::{Elements, ElementsMut};
use crate::shape::Width;
use crate::slot::Slot;

mod sealed {
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for u32 {}
    impl Sealed for u64 {}
    impl Sealed for super::Slot {}
}

/// A type that arrays keep their elements as: `u8`, `u32`, `u64` and [`Slot`], one for each [`Width`].
///
/// Sealed: a heap may rely on there being no others.
pub trait Element: sealed::Sealed + Copy + Default + Send + 'static {
    /// The width that it stands for.
    const WIDTH: Width;

    /// The elements, when they are of this type.
    fn of(elements: Elements<'_>) -> Option<&[Self]>;

    /// The elements to change, when they are of this type.
    fn of_mut(elements: ElementsMut<'_>) -> Option<&mut [Self]>;
}

macro_rules! element {
    ($($ty:ty, $variant:ident, $width:ident;)*) => {
        $(impl Element for $ty {
            const WIDTH: Width = Width::$width;

            #[inline]
            fn of(elements: Elements<'_>) -> Option<&[Self]> {
                if let Elements::$variant(list) = elements { Some(list) } else { None }
            }

            #[inline]
            fn of_mut(elements: ElementsMut<'_>) -> Option<&mut [Self]> {
                if let ElementsMut::$variant(list) = elements { Some(list) } else { None }
            }
        })*
    };
}

element! {
    u8, Bytes, Byte;
    u32, Halves, Half;
    u64, Words, Word;
    Slot, Refs, Ref;
}
