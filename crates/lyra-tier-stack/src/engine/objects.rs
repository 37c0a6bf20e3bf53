//! Instructions on objects: what depends on the heap. Where one cannot do its work it is carried out once more, slowly,
//! for the error.

use super::context::{context, element_fault, heap};
use super::stack::FrameStack;
use super::state::{Body, Regs, State, a, b, c, wide};
use lyra_base::id::Id;
use lyra_bytecode::{GlobalId, Trap};
use lyra_runtime::immediate::{Immediate, decode};
use lyra_runtime::{Element, Fault, Heap, Ref, Slot};
use lyra_vm_core::Profile;
use std::marker::PhantomData;

/// An element as the 64 bits of a slot.
pub(super) trait Bits: Element {
    fn bits(self) -> u64;
    fn of_bits(bits: u64) -> Self;
}

macro_rules! bits {
    ($($ty:ty),*) => {
        $(impl Bits for $ty {
            #[inline(always)]
            fn bits(self) -> u64 {
                self.into()
            }
            #[inline(always)]
            fn of_bits(bits: u64) -> Self {
                bits as Self
            }
        })*
    };
}
bits!(u8, u32, u64);

impl Bits for Slot {
    #[inline(always)]
    fn bits(self) -> u64 {
        self.as_word()
    }
    #[inline(always)]
    fn of_bits(bits: u64) -> Self {
        Self::word(bits)
    }
}

/// Where an operand stands: a slot of the words or the references.
pub(super) trait Window {
    /// Whether slots are references.
    const REFS: bool;
    unsafe fn get(r: &Regs, slot: usize) -> u64;
    unsafe fn set(r: &mut Regs, slot: usize, value: u64);
}

pub(super) struct Words;
pub(super) struct Refs;

impl Window for Words {
    const REFS: bool = false;

    #[inline(always)]
    unsafe fn get(r: &Regs, slot: usize) -> u64 {
        // SAFETY: sound code.
        unsafe { r.w(slot) }
    }
    #[inline(always)]
    unsafe fn set(r: &mut Regs, slot: usize, value: u64) {
        // SAFETY: sound code.
        unsafe { r.set_w(slot, value) }
    }
}

impl Window for Refs {
    const REFS: bool = true;

    #[inline(always)]
    unsafe fn get(r: &Regs, slot: usize) -> u64 {
        // SAFETY: sound code.
        unsafe { r.r(slot) }
    }
    #[inline(always)]
    unsafe fn set(r: &mut Regs, slot: usize, value: u64) {
        // SAFETY: sound code.
        unsafe { r.set_r(slot, value) }
    }
}

/// The way out with a fault.
pub(super) unsafe fn fail<P: Profile<Stack = FrameStack>>(r: &Regs, fault: Fault) -> bool {
    // SAFETY: the caller's; nothing else borrows the run.
    unsafe {
        r.save();
        context::<P>(r.state).fail(fault)
    }
}

/// A word that is an index: what is below zero is beyond every length.
#[inline(always)]
pub(super) const fn index_of(word: u64) -> usize {
    word as u32 as usize
}

macro_rules! over_heap {
    ($($(#[doc = $doc:literal])+ $name:ident<$($param:ident: $bound:ident),* $(; const $flag:ident: $kind:ty)?>($r:ident, $word:ident) $body:block slow $slow:block)*) => {
        $(
            $(#[doc = $doc])+
            pub(super) struct $name<P, $($param,)* $(const $flag: $kind)?>(PhantomData<(P, $($param),*)>);

            impl<P: Profile<Stack = FrameStack>, $($param: $bound,)* $(const $flag: $kind)?> Body for $name<P, $($param,)* $($flag)?> {
                #[inline(always)]
                unsafe fn run($r: &mut Regs) -> bool {
                    // SAFETY: see the trait.
                    unsafe {
                        let $word = $r.word();
                        $body
                    }
                }

                unsafe fn slow($r: &mut Regs) -> bool {
                    // SAFETY: see the trait.
                    unsafe {
                        let $word = $r.word();
                        $slow
                    }
                }
            }
        )*
    };
}

/// Why an element cannot be reached.
pub(super) unsafe fn no_element<P: Profile<Stack = FrameStack>, T: Element>(
    r: &Regs,
    array: u64,
    index: u64,
) -> bool {
    // SAFETY: the caller's.
    unsafe {
        let fault = element_fault::<P, T>(heap::<P>(r.state), Ref::known(array), index);
        fail::<P>(r, fault)
    }
}

/// Has the run do something on its own, which changes its state.
pub(super) unsafe fn on_its_own<P: Profile<Stack = FrameStack>>(
    r: &mut Regs,
    work: impl FnOnce(&mut super::context::Context<P>) -> bool,
) -> bool {
    // SAFETY: the caller's; nothing else borrows the run.
    unsafe {
        r.save();
        let goes_on = work(context::<P>(r.state));
        r.load();
        goes_on
    }
}

/// Where the index of an element is: in a slot,
pub(super) const IN_SLOT: u8 = 0;
/// beside the word,
pub(super) const BESIDE: u8 = 1;
/// in the accumulator.
pub(super) const HELD: u8 = 2;

over_heap! {
    /// `a = r[b][w[c]]`; or `r[b][c]`, or the index is held.
    Get<T: Bits, W: Window; const INDEX: u8>(r, word) {
        let array = r.r(b(word));
        let index = match INDEX {
            IN_SLOT => r.w(c(word)),
            BESIDE => c(word) as u64,
            _ => r.acc,
        };
        match heap::<P>(r.state).list::<T>(Ref::known(array)) {
            Some(elements) if index_of(index) < elements.len() => {
                let value = elements.get_unchecked(index_of(index)).bits();
                // The next word may take it from the accumulator, where it is no `f64` and no reference.
                r.acc = value;
                W::set(r, a(word), value);
                r.step(1)
            }
            _ => false,
        }
    } slow {
        // What was held stands in its slot, too.
        let index = if INDEX == BESIDE { c(word) as u64 } else { r.w(c(word)) };
        no_element::<P, T>(r, r.r(b(word)), index)
    }
    /// `r[a][w[b]] = w[c]`, or with `AT` `r[a][b] = w[c]`.
    Set<T: Bits; const AT: bool>(r, word) {
        let (array, index) = (r.r(a(word)), if AT { b(word) as u64 } else { r.w(b(word)) });
        let value = r.w(c(word));
        match heap::<P>(r.state).list_mut::<T>(Ref::known(array)) {
            Some(elements) if index_of(index) < elements.len() => {
                *elements.get_unchecked_mut(index_of(index)) = T::of_bits(value);
                r.step(1)
            }
            _ => false,
        }
    } slow {
        let (array, index) = (r.r(a(word)), if AT { b(word) as u64 } else { r.w(b(word)) });
        no_element::<P, T>(r, array, index)
    }
    /// `r[a][w[b]] = r[c]`, or with `AT` `r[a][b] = r[c]`.
    SetRef<; const AT: bool>(r, word) {
        let (array, index) = (r.r(a(word)), if AT { b(word) as u64 } else { r.w(b(word)) });
        let value = Slot::word(r.r(c(word)));
        heap::<P>(r.state).put_ref(Ref::known(array), index_of(index), value) && r.step(1)
    } slow {
        let (array, index) = (r.r(a(word)), if AT { b(word) as u64 } else { r.w(b(word)) });
        no_element::<P, Slot>(r, array, index)
    }
    /// `w[a] =` the length of `r[b]`.
    Length<>(r, word) {
        match heap::<P>(r.state).list_length(Ref::known(r.r(b(word)))) {
            Some(length) => {
                r.set_w(a(word), length as u64);
                r.step(1)
            }
            None => false,
        }
    } slow {
        let fault = heap::<P>(r.state).elements(Ref::known(r.r(b(word)))).err();
        fail::<P>(r, fault.unwrap_or_else(|| Fault::broken("an array changed while it was looked at")))
    }
    /// `a =` part `c` of `r[b]`.
    Part<W: Window>(r, word) {
        match heap::<P>(r.state).fields(Ref::known(r.r(b(word)))) {
            Some(parts) if c(word) < parts.len() => {
                let part = *parts.get_unchecked(c(word));
                W::set(r, a(word), part.as_word());
                r.step(1)
            }
            _ => false,
        }
    } slow {
        let fault = heap::<P>(r.state).parts(Ref::known(r.r(b(word)))).err();
        fail::<P>(r, fault.unwrap_or_else(|| Fault::broken("a record has too few parts")))
    }
    /// Part `b` of `r[a]` = `c`.
    SetPart<W: Window>(r, word) {
        let value = Slot::word(W::get(r, c(word)));
        let (heap, record) = (heap::<P>(r.state), Ref::known(r.r(a(word))));
        let done = if W::REFS {
            heap.put_part(record, b(word), value)
        } else {
            heap.put_word(record, b(word), value)
        };
        done && r.step(1)
    } slow {
        let value = Slot::word(W::get(r, c(word)));
        match heap::<P>(r.state).set_part(Ref::known(r.r(a(word))), b(word), value) {
            Ok(()) => r.step(1),
            Err(fault) => fail::<P>(r, fault),
        }
    }
    /// `a =` part `c` of the payload of `r[b]`, which is the variant that the second word says.
    Payload<W: Window>(r, word) {
        let value = Slot::word(r.r(b(word)));
        let variant = r.second() as u16;
        let heap = heap::<P>(r.state);
        if !value.is_object() || heap.variant_number(value.as_ref()) != Some(variant) {
            return false;
        }
        match heap.fields(value.as_ref()) {
            Some(parts) if c(word) < parts.len() => {
                let part = *parts.get_unchecked(c(word));
                W::set(r, a(word), part.as_word());
                r.step(2)
            }
            _ => false,
        }
    } slow {
        let _ = word;
        fail::<P>(r, Fault::told(Trap::TypeMismatch, "the value is another variant"))
    }
    /// `w[a] =` the variant of `r[b]`.
    Variant<>(r, word) {
        let value = Slot::word(r.r(b(word)));
        let variant = match decode(value) {
            Some(Immediate::Variant(_, variant)) => Some(variant),
            Some(Immediate::Word(..)) => None,
            None => heap::<P>(r.state).variant_number(value.as_ref()),
        };
        match variant {
            Some(variant) => {
                r.set_w(a(word), variant.into());
                r.step(1)
            }
            None => false,
        }
    } slow {
        match lyra_runtime::variant_of(heap::<P>(r.state), Slot::word(r.r(b(word)))) {
            Ok(variant) => {
                r.set_w(a(word), variant.into());
                r.step(1)
            }
            Err(fault) => fail::<P>(r, fault),
        }
    }
    /// `w[a] =` the word of the optional `r[b]`.
    UnwrapWord<>(r, word) {
        let value = Slot::word(r.r(b(word)));
        match decode(value) {
            Some(Immediate::Word(_, found)) => {
                r.set_w(a(word), found);
                r.step(1)
            }
            _ => false,
        }
    } slow {
        let value = Slot::word(r.r(b(word)));
        if value.is_none() {
            return r.trap(Trap::NoneValue);
        }
        match lyra_runtime::word_of(heap::<P>(r.state), value) {
            Ok(found) => {
                r.set_w(a(word), found.as_word());
                r.step(1)
            }
            Err(fault) => fail::<P>(r, fault),
        }
    }
    /// `b` at the end of `r[a]`.
    Append<T: Bits, W: Globals>(r, word) {
        let (array, value) = (r.r(a(word)), W::get(r, b(word)));
        heap::<P>(r.state).push(Ref::known(array), T::of_bits(value)) && r.step(1)
    } slow {
        let (array, value) = (r.r(a(word)), W::get(r, b(word)));
        on_its_own::<P>(r, |run| run.append(array, value))
    }
    /// The first call of a procedure, whose number is the wide one.
    First<>(r, word) {
        let _ = (word, &r);
        false
    } slow {
        let proc = lyra_bytecode::ProcId::from_index(wide(word) as usize);
        on_its_own::<P>(r, |run| run.first_call(proc))
    }
    /// `a =` global `b`, `c`.
    Global<W: Globals>(r, word) {
        let value = W::load(r, wide(word) as usize);
        if value == W::UNSET {
            return false;
        }
        W::set(r, a(word), value);
        r.step(1)
    } slow {
        let global = GlobalId::from_index(wide(word) as usize);
        r.save();
        if let Err(fault) = context::<P>(r.state).unset_global(W::KIND, global) {
            return fail::<P>(r, fault);
        }
        r.load();
        W::set(r, a(word), W::UNSET);
        r.step(1)
    }
}

/// Globals of a kind.
pub(super) trait Globals: Window {
    const KIND: lyra_bytecode::Kind;
    /// What stands where nothing was stored.
    const UNSET: u64;
    unsafe fn load(r: &Regs, global: usize) -> u64;
    unsafe fn store(r: &Regs, global: usize, value: u64);
}

impl Globals for Words {
    const KIND: lyra_bytecode::Kind = lyra_bytecode::Kind::Word;
    const UNSET: u64 = u64::MAX;
    #[inline(always)]
    unsafe fn load(r: &Regs, global: usize) -> u64 {
        // SAFETY: sound code names globals of the program.
        unsafe { *(*r.state).word_globals.add(global) }
    }
    #[inline(always)]
    unsafe fn store(r: &Regs, global: usize, value: u64) {
        // SAFETY: as for `load`.
        unsafe { *(*r.state).word_globals.add(global) = value }
    }
}

impl Globals for Refs {
    const KIND: lyra_bytecode::Kind = lyra_bytecode::Kind::Ref;
    const UNSET: u64 = 0;
    #[inline(always)]
    unsafe fn load(r: &Regs, global: usize) -> u64 {
        // SAFETY: sound code names globals of the program.
        unsafe { *(*r.state).ref_globals.add(global) }
    }
    #[inline(always)]
    unsafe fn store(r: &Regs, global: usize, value: u64) {
        // SAFETY: as for `load`.
        unsafe { *(*r.state).ref_globals.add(global) = value }
    }
}

/// Global `b`, `c` = `a`.
pub(super) struct SetGlobal<W>(PhantomData<W>);

impl<W: Globals> Body for SetGlobal<W> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let value = W::get(r, a(word));
            W::store(r, wide(word) as usize, value);
            r.step(1)
        }
    }
}

/// What stands in the table of slow instructions.
pub(super) struct SlowOp;

impl Body for SlowOp {
    #[inline(always)]
    unsafe fn run(_: &mut Regs) -> bool {
        false
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            r.save();
            let goes_on = super::direct::enter(r.state, wide(r.word()) as usize);
            r.load();
            goes_on
        }
    }

    #[inline(always)]
    unsafe fn slow_in_memory(state: *mut State, ip: *const u64, words: *mut u64, refs: *mut u64) -> bool {
        // SAFETY: see the trait.
        unsafe {
            Regs { state, ip, words, refs, acc: 0, acc_f64: 0.0 }.save();
            super::direct::enter(state, wide(*ip) as usize)
        }
    }
}

super::flow::bodies! {
    /// `r[a] =` the text of constant `b`, `c`.
    Text(r, word) {
        let text = *(*r.state).texts.add(wide(word) as usize);
        r.set_r(a(word), text);
        r.step(1)
    }
    /// `w[a] =` whether `r[b]` and `r[c]` are the same.
    SameRef(r, word) {
        let same = r.r(b(word)) == r.r(c(word));
        r.set_w(a(word), same.into());
        r.step(1)
    }
    /// `r[a] =` the value of the optional `r[b]`.
    UnwrapRef(r, word) {
        let value = r.r(b(word));
        r.set_r(a(word), value);
        value != 0 && r.step(1)
    } slow {
        let _ = word;
        r.trap(Trap::NoneValue)
    }
}
