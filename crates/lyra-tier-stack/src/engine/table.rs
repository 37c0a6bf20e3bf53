//! The two forms of the loop, made from the same instructions.
//!
//! *Threaded*: each instruction is a function that ends in a call of the next one's, in tail position, with the
//! registers as arguments: an indirect jump, when the compiler sees to it. Stable Rust does not promise that, so
//! there is the other form, and [`check`](super::check) looks whether it happens.
//!
//! *Looped*: each instruction is a function that returns to a loop.

use super::accumulator::{
    BOTH, FIRST_OTHER, HeldProduct, LAST, SECOND, THIRD, TWINS, compares, for_each_other, twin_of_row,
};
use super::alloc::{Array, Record, Unit, Value};
use super::any::{
    Arithmetic, DowncastRef, DowncastWord, Equal, GetIndex, IsType, OfType, Order, Remainder, Rows, Upcast,
};
use super::calls::{Call, CallFar, Return, ReturnRef, ReturnSmall, ReturnWord};
use super::closures::{CallClosure, CallMethod};
use super::compute::{Branch, Right, Slots};
use super::direct::words::{
    self, AnyField, CharAtByte, Equal as TextEqual, Length as TextLength, for_each_short,
};
use super::flow::{
    BackJump, Enter, IfNone, IfSome, Invalid, IsNone, Jump, Large, MoveRef, MoveWord, Null, Pay, Small, Test,
};
use super::fused::{
    ABOVE, ADD, AddPart, BELOW, CountBack, DOWN, Element, FROM, MovePair, MoveRefs, Product, SUB, StepBack,
    StepBy, UP,
};
use super::merged::{self, If, NextElement, Then, Unless, for_each_merged};
use super::objects::{
    Append, BESIDE, First, Get, Global, HELD, IN_SLOT, Length, Part, Payload, Refs, SameRef, Set, SetGlobal,
    SetPart, SetRef, SlowOp, Text, UnwrapRef, UnwrapWord, Variant, Words,
};
use super::stack::FrameStack;
use super::state::{Body, Regs, State};
use crate::Form;
use crate::word::{Instr, Word};
use lyra_bytecode::rows::{self, Row};
use lyra_bytecode::{OPS, TypeId};
use lyra_runtime::Slot;
use lyra_vm_core::Profile;
use std::marker::PhantomData;

/// Where the functions of the threaded form are, by number of the word.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Threads(*const Thread);

macro_rules! thread_type {
    ($abi:literal) => {
        /// An instruction of the threaded form.
        pub(super) type Thread =
            unsafe extern $abi fn(*mut State, *const u64, *mut u64, *mut u64, Threads, u64, f64);

        /// # Safety
        /// *Sound code*, the word at `ip` is of this kind, and `table` is that of the run's profile.
        unsafe extern $abi fn threaded<B: Body>(
            state: *mut State,
            ip: *const u64,
            words: *mut u64,
            refs: *mut u64,
            table: Threads,
            acc: u64,
            acc_f64: f64,
        ) {
            let mut r = Regs { state, ip, words, refs, acc, acc_f64 };
            // SAFETY: the caller's; the number of every word of sound code is below that of the table's entries.
            unsafe {
                if B::run(&mut r) {
                    let next = *table.0.add(number_of(*r.ip));
                    next(r.state, r.ip, r.words, r.refs, table, r.acc, r.acc_f64);
                } else {
                    threaded_slow::<B>(state, ip, words, refs, table, acc, acc_f64);
                }
            }
        }

        /// The second half.
        ///
        /// # Safety
        /// As for the first.
        #[cold]
        #[inline(never)]
        unsafe extern $abi fn threaded_slow<B: Body>(
            state: *mut State,
            ip: *const u64,
            words: *mut u64,
            refs: *mut u64,
            table: Threads,
            _: u64,
            _: f64,
        ) {
            // SAFETY: as for the first. No local of this function is lent: it would have to outlive the call at the end.
            unsafe {
                if B::slow_in_memory(state, ip, words, refs) {
                    let (ip, words, refs) = ((*state).ip, (*state).words, (*state).refs);
                    let next = *table.0.add(number_of(*ip));
                    next(state, ip, words, refs, table, 0, 0.0);
                }
            }
        }
    };
}

// Six arguments travel in registers in this convention; in Windows' own only four do.
#[cfg(target_arch = "x86_64")]
thread_type!("sysv64");
#[cfg(not(target_arch = "x86_64"))]
thread_type!("C");

/// An instruction of the looped form.
type Looped = unsafe fn(&mut Regs) -> bool;

/// # Safety
/// As [`Body::run`].
unsafe fn looped<B: Body>(r: &mut Regs) -> bool {
    // SAFETY: the caller's; the first half changed nothing where it gives `false`.
    unsafe { B::run(r) || B::slow(r) }
}

/// The number of a word, by which tables are indexed.
#[inline(always)]
const fn number_of(word: u64) -> usize {
    word as u16 as usize
}

/// The number of the words of a form.
pub(super) const fn number(form: Form, row: u8) -> usize {
    number_of(Instr { form, row, a: 0, b: 0, c: 0 }.pack().0)
}

/// The number of the word that translates a procedure at its first call: past those of register code.
pub(super) const FIRST: usize = Word::NUMBERS;
/// The numbers of twins that use the accumulator come last.
pub(super) const FIRST_TWIN: usize = FIRST + 1;
/// The numbers of words that slow instructions became follow those.
pub(super) const FIRST_SHORT: usize = FIRST_TWIN + TWINS;
/// And those of merged words follow these.
pub(super) const FIRST_MERGED: usize = FIRST_SHORT + words::COUNT;
const ENTRIES: usize = FIRST_MERGED + merged::COUNT;

/// Runs from `state` until something leaves the loop, in the threaded form.
///
/// # Safety
/// *Sound code*, on a machine of profile `P`.
pub(super) unsafe fn run_threaded<P: Profile<Stack = FrameStack>>(state: *mut State) {
    let here = 0u8;
    // SAFETY: the caller's.
    unsafe {
        (*state).native = std::ptr::addr_of!(here) as usize;
        let table = Threads(Tables::<P>::THREADED.as_ptr());
        let first = *table.0.add(number_of(*(*state).ip));
        first(state, (*state).ip, (*state).words, (*state).refs, table, 0, 0.0);
    }
}

/// Runs from `state` until something leaves the loop, in the looped form.
///
/// # Safety
/// As [`run_threaded`].
pub(super) unsafe fn run_looped<P: Profile<Stack = FrameStack>>(state: *mut State) {
    let here = 0u8;
    // SAFETY: the caller's; the number of every word of sound code is below that of the table's entries.
    unsafe {
        (*state).native = std::ptr::addr_of!(here) as usize;
        let mut r = Regs::of(state);
        while (Tables::<P>::LOOPED.get_unchecked(number_of(*r.ip)))(&mut r) {}
    }
}

/// The tables of a profile.
struct Tables<P>(PhantomData<P>);

/// Whether a row takes integers or the like on the right, for which there are immediates.
const fn takes_immediate(code: u8) -> bool {
    match OPS[code as usize].rule {
        Some((&[_, right], _)) => {
            right.0 == TypeId::I32.0
                || right.0 == TypeId::I64.0
                || right.0 == TypeId::U8.0
                || right.0 == TypeId::CHAR.0
                || right.0 == TypeId::BOOL.0
        }
        _ => false,
    }
}

/// The number of a form of a row, or of its twin that takes something from the accumulator.
const fn number_of_row(form: Form, row: u8, takes: u8) -> usize {
    match twin_of_row(form, row, takes) {
        Some(twin) => FIRST_TWIN + twin,
        None => number(form, row),
    }
}

macro_rules! computing {
    ([$table:ident, $make:ident] $($row:ident)*) => {
        $(computing! { ($table, $make, rows::$row) 0 SECOND THIRD BOTH })*
    };
    (($table:ident, $make:ident, $row:ty) $($takes:tt)*) => {
        $(computing! { @$takes $table, $make, $row })*
    };
    (@$takes:tt $table:ident, $make:ident, $row:ty) => {
        if let (operands @ 1.., code) = (<$row as Row>::OPERANDS, <$row as Row>::CODE) {
            // What has one operand takes no other; an immediate stands on the right.
            let both = operands == 2;
            let right = both && takes_immediate(code);
            if $takes & THIRD == 0 || both {
                $table[number_of_row(Form::Slots, code, $takes)] = $make::<Slots<$row, { $takes }>>;
            }
            if right && $takes & THIRD == 0 {
                $table[number_of_row(Form::Right, code, $takes)] = $make::<Right<$row, { $takes }>>;
            }
            if both && compares(code) && $takes != BOTH {
                $table[number_of_row(Form::If, code, $takes)] = $make::<Branch<$row, false, true, false, { $takes }>>;
                $table[number_of_row(Form::Unless, code, $takes)] = $make::<Branch<$row, false, false, false, { $takes }>>;
                $table[number_of_row(Form::BackIf, code, $takes)] = $make::<Branch<$row, false, true, true, { $takes }>>;
                $table[number_of_row(Form::BackUnless, code, $takes)] = $make::<Branch<$row, false, false, true, { $takes }>>;
                if right && $takes & THIRD == 0 {
                    $table[number_of_row(Form::IfRight, code, $takes)] = $make::<Branch<$row, true, true, false, { $takes }>>;
                    $table[number_of_row(Form::UnlessRight, code, $takes)] = $make::<Branch<$row, true, false, false, { $takes }>>;
                    $table[number_of_row(Form::BackIfRight, code, $takes)] = $make::<Branch<$row, true, true, true, { $takes }>>;
                    $table[number_of_row(Form::BackUnlessRight, code, $takes)] = $make::<Branch<$row, true, false, true, { $takes }>>;
                }
            }
        }
    };
}

macro_rules! others {
    ($table:ident, $make:ident, $($form:ident = $body:ty;)*) => {
        $($table[number(Form::$form, 0)] = $make::<$body>;)*
    };
}

macro_rules! twins {
    ($table:ident, $make:ident, $(($number:expr, $takes:ident, $body:ty))*) => {
        let mut number = FIRST_TWIN + FIRST_OTHER;
        $(
            $table[number] = $make::<$body>;
            number += 1;
        )*
        assert!(number == FIRST_SHORT);
    };
}

macro_rules! shorts {
    ($table:ident, $make:ident, $(($body:ty))*) => {
        let mut number = FIRST_SHORT;
        $(
            $table[number] = $make::<$body>;
            number += 1;
        )*
        assert!(number == FIRST_MERGED);
    };
}

macro_rules! merged {
    ($table:ident, $make:ident, $(([$($part:expr),*] $body:ty))*) => {
        let mut number = FIRST_MERGED;
        $(
            $table[number] = $make::<$body>;
            number += 1;
        )*
        assert!(number == ENTRIES);
    };
}

macro_rules! table {
    ($name:ident, $ty:ty, $make:ident) => {
        const $name: [$ty; ENTRIES] = {
            let mut table: [$ty; ENTRIES] = [$make::<Invalid>; ENTRIES];
    lyra_bytecode::for_each_row!([computing] table, $make);
            others! { table, $make,
                Small = Small;
                Large = Large;
                MoveWord = MoveWord;
                MoveRef = MoveRef;
                Null = Null;
                Jump = Jump;
                BackJump = BackJump;
                IfTrue = Test<true, false>;
                IfFalse = Test<false, false>;
                BackIfTrue = Test<true, true>;
                BackIfFalse = Test<false, true>;
                IfNone = IfNone;
                IfSome = IfSome;
                Pay = Pay;
                Enter = Enter;
                Return = Return;
                ReturnWord = ReturnWord;
                ReturnRef = ReturnRef;
                ReturnSmall = ReturnSmall;
                MovePair = MovePair;
                MoveRefs = MoveRefs;
                CountBack = CountBack<false>;
                CountBackRight = CountBack<true>;
                StepBack = StepBack<false>;
                StepBackRight = StepBack<true>;
                StepUp = StepBy<UP, false>;
                StepUpRight = StepBy<UP, true>;
                StepDown = StepBy<DOWN, false>;
                StepDownRight = StepBy<DOWN, true>;
                StepBelow = StepBy<BELOW, false>;
                StepBelowRight = StepBy<BELOW, true>;
                StepAbove = StepBy<ABOVE, false>;
                StepAboveRight = StepBy<ABOVE, true>;
                IfElement = Element<P, true>;
                UnlessElement = Element<P, false>;
                MulAddF64 = Product<ADD>;
                MulSubF64 = Product<SUB>;
                SubMulF64 = Product<FROM>;
                AddPart = AddPart<P>;
                Call = Call;
                CallFar = CallFar;
                CallClosure = CallClosure<P>;
                CallMethod = CallMethod<P>;
                Slow = SlowOp;
                GetByte = Get<P, u8, Words, IN_SLOT>;
                GetHalf = Get<P, u32, Words, IN_SLOT>;
                GetWord = Get<P, u64, Words, IN_SLOT>;
                GetRef = Get<P, Slot, Refs, IN_SLOT>;
                GetByteAt = Get<P, u8, Words, BESIDE>;
                GetHalfAt = Get<P, u32, Words, BESIDE>;
                GetWordAt = Get<P, u64, Words, BESIDE>;
                GetRefAt = Get<P, Slot, Refs, BESIDE>;
                SetByte = Set<P, u8, false>;
                SetHalf = Set<P, u32, false>;
                SetWord = Set<P, u64, false>;
                SetRef = SetRef<P, false>;
                SetByteAt = Set<P, u8, true>;
                SetHalfAt = Set<P, u32, true>;
                SetWordAt = Set<P, u64, true>;
                SetRefAt = SetRef<P, true>;
                Length = Length<P>;
                AppendByte = Append<P, u8, Words>;
                AppendHalf = Append<P, u32, Words>;
                AppendWord = Append<P, u64, Words>;
                AppendRef = Append<P, Slot, Refs>;
                PartWord = Part<P, Words>;
                PartRef = Part<P, Refs>;
                SetPartWord = SetPart<P, Words>;
                SetPartRef = SetPart<P, Refs>;
                PayloadWord = Payload<P, Words>;
                PayloadRef = Payload<P, Refs>;
                Record1 = Record<P, 1>;
                Record2 = Record<P, 2>;
                Record3 = Record<P, 3>;
                Record4 = Record<P, 4>;
                Record5 = Record<P, 5>;
                Record6 = Record<P, 6>;
                Record7 = Record<P, 7>;
                Record8 = Record<P, 8>;
                ArrayByte = Array<P, u8>;
                ArrayHalf = Array<P, u32>;
                ArrayWord = Array<P, u64>;
                ArrayRef = Array<P, Slot>;
                Unit = Unit;
                Value = Value;
                UpcastBool = Upcast<P, { TypeId::BOOL.0 }>;
                UpcastU8 = Upcast<P, { TypeId::U8.0 }>;
                UpcastI32 = Upcast<P, { TypeId::I32.0 }>;
                UpcastI64 = Upcast<P, { TypeId::I64.0 }>;
                UpcastF64 = Upcast<P, { TypeId::F64.0 }>;
                UpcastChar = Upcast<P, { TypeId::CHAR.0 }>;
                IsType = IsType<P>;
                IfType = OfType<P, true>;
                UnlessType = OfType<P, false>;
                DowncastWord = DowncastWord<P>;
                DowncastRef = DowncastRef<P>;
                AnyAdd = Arithmetic<P, Rows<rows::AddI32, rows::AddF64>>;
                AnySub = Arithmetic<P, Rows<rows::SubI32, rows::SubF64>>;
                AnyMul = Arithmetic<P, Rows<rows::MulI32, rows::MulF64>>;
                AnyDiv = Arithmetic<P, Rows<rows::DivI32, rows::DivF64>>;
                AnyRem = Arithmetic<P, Remainder>;
                AnyAddChecked = Arithmetic<P, Rows<rows::AddCheckedI32, rows::AddF64>>;
                AnySubChecked = Arithmetic<P, Rows<rows::SubCheckedI32, rows::SubF64>>;
                AnyMulChecked = Arithmetic<P, Rows<rows::MulCheckedI32, rows::MulF64>>;
                AnyLt = Order<P, Rows<rows::LtI32, rows::LtF64>>;
                AnyLe = Order<P, Rows<rows::LeI32, rows::LeF64>>;
                AnyGt = Order<P, Rows<rows::GtI32, rows::GtF64>>;
                AnyGe = Order<P, Rows<rows::GeI32, rows::GeF64>>;
                AnyEq = Equal<P, true>;
                AnyNe = Equal<P, false>;
                AnyIndex = GetIndex<P>;
                Variant = Variant<P>;
                SameRef = SameRef;
                GlobalWord = Global<P, Words>;
                GlobalRef = Global<P, Refs>;
                SetGlobalWord = SetGlobal<Words>;
                SetGlobalRef = SetGlobal<Refs>;
                Text = Text;
                IsNone = IsNone;
                UnwrapWord = UnwrapWord<P>;
                UnwrapRef = UnwrapRef;
            }
            table[FIRST] = $make::<First<P>>;
    for_each_other!(twins! table, $make,);
    for_each_short!(shorts! table, $make,);
    for_each_merged!(merged! table, $make,);
            table
        };
    };
}

impl<P: Profile<Stack = FrameStack>> Tables<P> {
    table!(THREADED, Thread, threaded);
    table!(LOOPED, Looped, looped);
}
