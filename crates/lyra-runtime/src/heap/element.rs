//! What arrays keep their elements as: the four types behind [`Width`], for code that knows statically which it is.

use super::{Elements, ElementsMut};
use crate::shape::Width;
use crate::slot::{Ref, Slot};

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

    /// The object that an element refers to; null for words.
    fn reference(self) -> Ref;
}

macro_rules! element {
    ($($ty:ty, $variant:ident, $width:ident, $element:ident => $reference:expr;)*) => {
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

            #[inline(always)]
            fn reference(self) -> Ref {
                let $element = self;
                $reference
            }
        })*
    };
}

element! {
    u8, Bytes, Byte, _word => Ref::NULL;
    u32, Halves, Half, _word => Ref::NULL;
    u64, Words, Word, _word => Ref::NULL;
    Slot, Refs, Ref, slot => slot.as_ref();
}
