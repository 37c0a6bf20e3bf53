//! Whether the threaded form may be used: where the build script saw an optimizing build, and the calls in tail
//! position turn out to be jumps.
//!
//! Stable Rust does not promise the second, and a host chooses how this crate is compiled. So before the first run of a
//! process some procedures of no use run in the threaded form, and the native stack is looked at: had the calls
//! been calls, it would be deeper by a frame for each instruction.

use super::code::Code;
use super::stack::FrameStack;
use super::state::{Above, COUNTS, Entry, Exit, Frame, State};
use super::table::run_threaded;
use crate::Form;
use crate::word::Instr;
use lyra_bytecode::{Kind, Op, Trap};
use lyra_vm_core::Profile;
use std::ptr;
use std::sync::OnceLock;

/// Fuel of the test: some 2,000 instructions, which would take at most 128 KiB of native stack.
const UNITS: i64 = 600;
/// Bytes by which the native stack may have grown at the end of the test.
const DRIFT: usize = 4 << 10;

/// Whether machines run in the threaded form. The first profile that asks is tested: all are compiled alike.
pub(super) fn is_threaded<P: Profile<Stack = FrameStack>>() -> bool {
    static WORKS: OnceLock<bool> = OnceLock::new();
    // The test ends when its fuel does.
    cfg!(lyra_threaded) && (!COUNTS || *WORKS.get_or_init(works::<P>))
}

fn works<P: Profile<Stack = FrameStack>>() -> bool {
    let word = |instr: Instr| instr.pack().0;
    let caller = [
        word(Instr::wide(Form::Small, 0, 0)),
        word(Instr::new(Form::Call, 1, 0, 0)),
        1,
        word(Instr::of_row(Form::Right, Op::AddI32, 0, 0, 1)),
        word(Instr::of_row(Form::BackIfRight, Op::GeI32, 0, 0, (-3i16).cast_unsigned())),
    ];
    let callee = [word(Instr::new(Form::MoveWord, 1, 0, 0)), word(Instr::new(Form::ReturnWord, 1, 0, 0))];
    let entry = |words: &[u64]| Entry {
        start: words.as_ptr(),
        code: ptr::null::<Code>(),
        need: 0,
        words: 4,
        refs: 0,
        ref_args: 0,
    };
    let entries = [entry(&caller), entry(&callee)];
    let mut words = [0u64; 16];
    let mut refs = [0u64; 16];
    let mut frames = [Frame { left: 2, ..Frame::OUTERMOST }; 4];
    let mut state = State {
        ip: caller.as_ptr(),
        words: words.as_mut_ptr(),
        refs: refs.as_mut_ptr(),
        slice: UNITS,
        entries: entries.as_ptr(),
        frame: frames.as_mut_ptr(),
        lowest: 0,
        words_end: words.as_ptr_range().end,
        refs_end: refs.as_ptr_range().end,
        word_globals: ptr::null_mut(),
        ref_globals: ptr::null_mut(),
        texts: ptr::null(),
        methods: ptr::null(),
        sites: ptr::null_mut(),
        native: 0,
        refill: look,
        deepen: no_depth,
        grow: no_growth,
        give: no_giving,
        exit: Exit::Done,
        trap: Trap::Tampered,
    };
    // SAFETY: the code above is sound, its frames and windows have room, and none of its instructions asks the machine.
    unsafe { run_threaded::<P>(&raw mut state) };
    state.exit == Exit::Drift
}

/// The end of the test: [`Exit::Drift`] says here that the stack is where it was.
unsafe fn look(state: *mut State, _: u32) -> bool {
    let here = 0u8;
    // SAFETY: `state` is that of the test.
    unsafe {
        let is_level = ptr::addr_of!(here).addr().abs_diff((*state).native) < DRIFT;
        (*state).exit = if is_level { Exit::Drift } else { Exit::Trap };
    }
    false
}

// The test asks for none of these.
unsafe fn no_depth(_: *mut State, _: i64) -> bool {
    false
}
unsafe fn no_growth(_: *mut State, _: u32, _: Above) {}
unsafe fn no_giving(_: *mut State, _: Option<Kind>) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NoPasses, Registers};
    use lyra_runtime::{LinearCaches, LinearInterner, PlainHeap};
    use lyra_security::FullMonitor;

    struct Tested;

    impl Profile for Tested {
        type Heap = PlainHeap;
        type Stack = FrameStack;
        type Caches = LinearCaches;
        type Interner = LinearInterner;
        type Integrity = FullMonitor;
        type Engine = Registers<NoPasses, Self>;
    }

    #[test]
    fn the_form_is_the_one_that_the_build_is_for() {
        assert_eq!(is_threaded::<Tested>(), cfg!(lyra_threaded));
    }

    /// In a build without optimization each instruction takes native stack, and the test says so.
    #[test]
    fn calls_that_are_no_jumps_are_found() {
        if !cfg!(lyra_threaded) {
            assert!(!works::<Tested>());
        }
    }
}
