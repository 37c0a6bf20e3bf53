//! Maps of words or texts: a key that is there is found without the environment of built-ins; for everything else, and
//! for every failure, the built-in is called.

use super::builtins::Call;
use super::site::{Site, Work};
use crate::engine::stack::FrameStack;
use lyra_runtime::{Fault, Heap, Ref, Slot, maps};
use lyra_vm_core::Profile;

// What is done with the entry of a key.
/// `map_get`
pub(super) const GET: u8 = 0;
/// `map_at`
pub(super) const AT: u8 = 1;
/// `map_get_or`
pub(super) const GET_OR: u8 = 2;
/// `map_contains`
pub(super) const CONTAINS: u8 = 3;
/// `map_set` and `map_update`
pub(super) const SET: u8 = 4;

/// A built-in over a map whose keys are texts, with `TEXTS`, or words.
pub(super) struct Entry<const DEED: u8, const TEXTS: bool>;

impl<P: Profile<Stack = FrameStack>, const DEED: u8, const TEXTS: bool> Work<P> for Entry<DEED, TEXTS> {
    #[inline(always)]
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let map = site.reference(0)?;
        let found = if TEXTS {
            let key = site.reference(1)?;
            maps::find_text(site.heap(), map, key)
        } else {
            let key = site.word(1)?;
            maps::find_word(site.heap(), map, key)
        };
        let value = match found {
            Some(Some(position)) if DEED == SET => {
                let value = site.operands().nth(2);
                value.filter(|&value| set(site.heap(), map, position, value)).map(|_| Slot::ZERO)
            }
            Some(found) if DEED == CONTAINS => Some(Slot::from_bool(found.is_some())),
            Some(None) if DEED == GET => Some(Slot::ZERO),
            Some(None) if DEED == GET_OR => site.operands().nth(2),
            Some(Some(position)) => maps::value_at(site.heap(), map, position)
                .and_then(|value| if DEED == GET { some(site, value) } else { Some(value) }),
            Some(None) | None => None,
        };
        match value {
            Some(value) => {
                site.give(value);
                Ok(())
            }
            None => Call::work(site),
        }
    }
}

fn set<H: Heap>(heap: &mut H, map: Ref, position: usize, value: Slot) -> bool {
    heap.set_value(map, position, value) == Ok(true)
}

/// A value of the map as an optional.
#[inline]
fn some<P: Profile<Stack = FrameStack>>(site: &mut Site<'_, P>, value: Slot) -> Option<Slot> {
    let (_, ty) = site.built_in()?;
    let shapes = site.run().machine.program().shapes();
    let (_, values) = maps::entry_types(shapes, ty)?;
    maps::some(shapes, values, value)
}
