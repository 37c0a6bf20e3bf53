//! Instructions on texts.

use super::site::{Site, Work};
use crate::engine::stack::FrameStack;
use lyra_bytecode::scalar::Scalar;
use lyra_runtime::{Fault, Ref, Slot, texts};
use lyra_vm_core::Profile;
use smallvec::SmallVec;

/// `str_length`
pub(super) struct Length;

impl<P: Profile<Stack = FrameStack>> Work<P> for Length {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let text = site.reference(0)?;
        let length = texts::length(site.heap(), text)?;
        site.give(Slot::word(length.to_word()));
        Ok(())
    }
}

/// `str_byte_length`
pub(super) struct ByteLength;

impl<P: Profile<Stack = FrameStack>> Work<P> for ByteLength {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let text = site.reference(0)?;
        let length = texts::byte_length(site.heap(), text)?;
        site.give(Slot::word(length.to_word()));
        Ok(())
    }
}

/// `str_get`
pub(super) struct CharAt;

impl<P: Profile<Stack = FrameStack>> Work<P> for CharAt {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let (text, index) = (site.reference(0)?, site.word(1)?.as_i32());
        let found = texts::char_at(site.heap(), text, index)?;
        site.give(Slot::word(found.to_word()));
        Ok(())
    }
}

/// `str_char_at_byte`
pub(super) struct CharAtByte;

impl<P: Profile<Stack = FrameStack>> Work<P> for CharAtByte {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let (text, offset) = (site.reference(0)?, site.word(1)?.as_i32());
        let found = texts::char_at_byte(site.heap(), text, offset)?;
        site.give(Slot::word(found.to_word()));
        Ok(())
    }
}

/// `str_concat`
pub(super) struct Concat;

impl<P: Profile<Stack = FrameStack>> Work<P> for Concat {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let parts: SmallVec<[Ref; 8]> = site.operands().map(Slot::as_ref).collect();
        let joined = site.lend(|env| texts::concat(env, &parts))?;
        site.give(joined);
        Ok(())
    }
}

/// `str_eq`, or `str_ne` where equal texts give `false`.
pub(super) struct Equal<const GIVES: bool>;

impl<P: Profile<Stack = FrameStack>, const GIVES: bool> Work<P> for Equal<GIVES> {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let (first, second) = (site.reference(0)?, site.reference(1)?);
        let (equal, bytes) = texts::equal(site.heap(), first, second)?;
        site.pay(bytes)?;
        site.give(Slot::word((equal == GIVES).to_word()));
        Ok(())
    }
}

/// `str_from_char`
pub(super) struct FromChar;

impl<P: Profile<Stack = FrameStack>> Work<P> for FromChar {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let c = site.word(0)?.as_char();
        let text = site.lend(|env| texts::from_char(env, c))?;
        site.give(text);
        Ok(())
    }
}
