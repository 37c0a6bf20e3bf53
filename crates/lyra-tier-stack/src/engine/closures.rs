//! Calls of procedures that only values name: closures, and methods of interfaces. Their words make the frame of the
//! callee as those of other calls do ([`Site`]), once they know which procedure it is.

use super::any::type_of;
use super::calls::Site;
use super::context::{context, heap};
use super::objects::fail;
use super::sites::site_of;
use super::stack::FrameStack;
use super::state::{Body, Regs, b};
use lyra_bytecode::{ProcId, TypeId};
use lyra_runtime::{Closure, Heap, Slot};
use lyra_vm_core::Profile;
use std::marker::PhantomData;

/// Calls the closure behind the arguments.
pub(super) struct CallClosure<P>(PhantomData<P>);

/// The closure that a call names.
#[inline(always)]
unsafe fn closure_slot(r: &Regs) -> Slot {
    // SAFETY: sound code, an instruction of two words.
    Slot::word(unsafe { r.r(r.second() as u16 as usize) })
}

/// Goes on in `closure`, whose procedure was translated, with what it captured behind the arguments.
#[inline(always)]
unsafe fn go_through(r: &mut Regs, closure: Closure<'_>) -> bool {
    // SAFETY: sound code. The frame of a procedure that was translated has room for all of its arguments, of which what
    // is captured is a part. The closure lies in the heap, not in the slots that are written.
    unsafe {
        let second = r.second();
        let site = Site::of(r.word(), closure.proc.0);
        let given_refs = second as u16 as usize - site.above.refs();
        let given_words = (second >> 16) as u16 as usize;
        if (*site.entry(r)).code.is_null() || !site.go(r) {
            return false;
        }
        let mut number = 0;
        while number < closure.captures.len() {
            let capture = closure.captures.get_unchecked(number).as_word();
            if number < closure.refs {
                r.set_r(given_refs + number, capture);
            } else {
                r.set_w(given_words + number - closure.refs, capture);
            }
            number += 1;
        }
        true
    }
}

impl<P: Profile<Stack = FrameStack>> Body for CallClosure<P> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            match heap::<P>(r.state).procedure(closure_slot(r).as_ref()) {
                Some(closure) => go_through(r, closure),
                None => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait. What makes way moves no object.
        unsafe {
            if !r.pay_slowly(1) {
                return false;
            }
            let run = context::<P>(r.state);
            let proc = match run.machine.closure(closure_slot(r)) {
                Ok(closure) => closure.proc,
                Err(fault) => return fail::<P>(r, fault),
            };
            let site = Site::of(r.word(), proc.0);
            if !site.make_way(r) {
                return false;
            }
            if (*site.entry(r)).code.is_null() {
                if let Err(fault) = context::<P>(r.state).translate(proc) {
                    return fail::<P>(r, fault);
                }
                r.save();
                ((*r.state).grow)(r.state, site.proc, site.above);
                r.load();
            }
            match heap::<P>(r.state).closure(closure_slot(r).as_ref()) {
                Ok(closure) => go_through(r, closure),
                Err(fault) => fail::<P>(r, fault),
            }
        }
    }
}

/// Calls a method for the type of the first reference among the arguments.
pub(super) struct CallMethod<P>(PhantomData<P>);

impl<P: Profile<Stack = FrameStack>> Body for CallMethod<P> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait; the table of methods is the program's, and that of sites has all that the code names.
        unsafe {
            let word = r.word();
            let receiver = Slot::word(r.r(b(word)));
            let Some(ty) = type_of(heap::<P>(r.state), receiver) else { return false };
            let (state, second) = (r.state, r.second());
            match (*(*state).sites.add(site_of(second))).method(&*(*state).methods, second, ty) {
                Some(proc) => Site::of(word, proc).go(r),
                None => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            if !r.pay_slowly(1) {
                return false;
            }
            let (interface, method) = (TypeId(r.second() as u32), (r.second() >> 32) as u16);
            let receiver = Slot::word(r.r(b(word)));
            match context::<P>(r.state).machine.method(interface, method, receiver) {
                Ok(ProcId(proc)) => {
                    let site = Site::of(word, proc);
                    site.make_way(r) && site.go(r)
                }
                Err(fault) => fail::<P>(r, fault),
            }
        }
    }
}
