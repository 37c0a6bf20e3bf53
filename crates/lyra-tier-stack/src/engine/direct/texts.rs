//! Instructions on texts.

use super::site::{Site, Work};
use crate::engine::stack::FrameStack;
use lyra_bytecode::scalar::Scalar;
use lyra_runtime::{Fault, Heap, Ref, Slot, texts};
use lyra_vm_core::Profile;
use smallvec::SmallVec;

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

/// `str_concat`
pub(super) struct Concat;

impl<P: Profile<Stack = FrameStack>> Work<P> for Concat {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        if site.slow().args.len() == 2 {
            let pair = [site.reference(0)?, site.reference(1)?];
            return concat(site, &pair);
        }
        let parts: SmallVec<[Ref; 8]> = site.operands().map(Slot::as_ref).collect();
        concat(site, &parts)
    }
}

/// Joins texts, which stand in slots.
#[inline]
pub(super) fn concat<P: Profile<Stack = FrameStack>>(
    site: &mut Site<'_, P>,
    parts: &[Ref],
) -> Result<(), Fault> {
    let joined = match site.heap().join_at_once(parts) {
        Some(joined) => joined.into(),
        None => site.lend(|env| texts::concat(env, parts))?,
    };
    site.give(joined);
    Ok(())
}

/// `str_from_char`
pub(super) struct FromChar;

impl<P: Profile<Stack = FrameStack>> Work<P> for FromChar {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let c = site.word(0)?.as_char();
        let text = match site.heap().text_at_once(c.encode_utf8(&mut [0; 4])) {
            Some(text) => text.into(),
            None => site.lend(|env| texts::from_char(env, c))?,
        };
        site.give(text);
        Ok(())
    }
}
