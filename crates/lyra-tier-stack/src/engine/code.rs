//! Procedures as they run, translated when they are called first, and shared by all instances of a program.

use super::accumulator;
use super::direct::words::shorten;
use super::direct::{Way, way};
use super::merged::merge;
use super::methods::Methods;
use super::sites::{Sites, next_number, number_sites};
use super::stack::FrameStack;
use crate::code::{Range, RegCode, SlotRef};
use crate::{Choices, Form, translate_with};
use lyra_base::id::Id;
use lyra_bytecode::{Module, Op, ProcId, Types, Verified};
use lyra_ir::{Func, FuncBuilder, Place, ScopeData, Start};
use lyra_vm_core::engine::makes_trace;
use lyra_vm_core::{Profile, Program, Translation};
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// What is done to functions before they become register code.
pub trait Passes: Send + Sync + 'static {
    /// Makes `func`, a procedure of `module`, faster without changing what it does; without the passes that
    /// `translation` leaves out.
    fn run(func: &mut Func, module: &Verified, translation: &Translation);
}

/// Nothing is done.
#[derive(Clone, Copy, Debug)]
pub struct NoPasses;

impl Passes for NoPasses {
    fn run(_: &mut Func, _: &Verified, _: &Translation) {}
}

/// A procedure as it runs.
pub(super) struct Code {
    pub(super) words: Box<[u64]>,
    pub(super) slow: Box<[SlowOp]>,
    ranges: Box<[Range]>,
    places: Box<[(u32, Place)]>,
    scopes: Box<[ScopeData]>,
    pub(super) ref_slots: u16,
    pub(super) word_slots: u16,
    /// The numbers of its sites are below this.
    pub(super) sites: u32,
}

/// An instruction that is no word of its own.
pub(super) struct SlowOp {
    pub(super) op: Op,
    /// How it is carried out.
    pub(super) way: Way,
    /// Where it stands.
    pub(super) proc: ProcId,
    pub(super) at: u32,
    pub(super) args: Box<[SlotRef]>,
    pub(super) result: Option<SlotRef>,
    /// The number of its site; 0: it has none.
    pub(super) site: u16,
    /// Whether it makes a trace.
    pub(super) traces: bool,
    /// Entries that wait below the arguments of a procedure that it goes on in.
    pub(super) waits: u32,
}

impl Code {
    /// `None` for code that is not sound, which the translator does not make.
    fn new<P: Profile<Stack = FrameStack>>(
        code: RegCode,
        func: &Func,
        program: &Program,
        (next_site, merges): (&AtomicU32, bool),
    ) -> Option<Self> {
        let sound = code.check();
        debug_assert_eq!(sound, Ok(()), "{}:\n{code}", func.name);
        sound.ok()?;
        let scopes: Box<[ScopeData]> = func.scopes.iter().copied().collect();
        let slow_places = slow_places(&code);
        let slow: Box<[SlowOp]> = code
            .slow
            .iter()
            .zip(slow_places)
            .map(|(slow, place)| SlowOp {
                op: slow.op,
                way: way::<P>(slow, program),
                proc: scopes.get(place.scope.index()).map_or(ProcId(0), |scope| scope.proc),
                at: place.op,
                args: slow.args.clone().into(),
                result: slow.result,
                site: if matches!(slow.op, Op::AnyGetField { .. }) { next_number(next_site) } else { 0 },
                traces: makes_trace(slow.op),
                waits: slow.waits,
            })
            .collect();
        let mut words: Box<[u64]> = code.words.iter().map(|word| word.0).collect();
        accumulator::hold(&code, &mut words);
        shorten(&code, &mut words);
        if merges {
            merge(&code, &mut words);
        }
        number_sites(&code, &mut words, next_site);
        Some(Self {
            slow,
            words,
            ranges: code.ranges.into(),
            places: code.places.into(),
            scopes,
            ref_slots: code.ref_slots,
            word_slots: code.word_slots,
            sites: next_site.load(Ordering::Relaxed),
        })
    }

    /// The number of a word of this code.
    pub(super) fn number(&self, ip: *const u64) -> u32 {
        let bytes = (ip as usize).wrapping_sub(self.words.as_ptr() as usize);
        u32::try_from(bytes / size_of::<u64>()).unwrap_or(u32::MAX)
    }

    /// Where errors of a word go.
    pub(super) fn range(&self, word: u32) -> Option<Range> {
        self.ranges.iter().copied().find(|range| (range.start..range.end).contains(&word))
    }

    /// The calls that stand at a word, the outermost first: more than one where calls were inlined.
    pub(super) fn calls_at(&self, word: u32, calls: &mut Vec<(ProcId, u32)>) {
        let first = calls.len();
        let after = self.places.partition_point(|&(at, _)| at <= word);
        let mut place = after.checked_sub(1).and_then(|index| self.places.get(index)).map(|found| found.1);
        while let Some(at) = place {
            let Some(scope) = self.scopes.get(at.scope.index()) else { break };
            calls.push((scope.proc, at.op));
            place = scope.call;
        }
        calls.get_mut(first..).unwrap_or_default().reverse();
    }
}

/// The place of each entry of the table of slow instructions.
fn slow_places(code: &RegCode) -> Vec<Place> {
    let mut places = vec![Place::own(0); code.slow.len()];
    let mut at = 0;
    while let Some(instr) = code.words.get(at).and_then(|word| word.unpack()) {
        let entry = match instr.form {
            Form::Slow => Some(instr.number() as usize),
            form if form.has_entry() => code.words.get(at + 1).map(|word| word.0 as usize),
            _ => None,
        };
        if let (Some(place), Ok(word)) = (entry.and_then(|entry| places.get_mut(entry)), u32::try_from(at))
            && let Some(found) = code.place(word)
        {
            *place = found;
        }
        at += instr.length();
    }
    places
}

/// The procedures of a program.
pub(super) struct Codes<T, P> {
    procs: Box<[OnceLock<Option<Box<Code>>>]>,
    methods: Methods,
    /// The next number of a site.
    next_site: AtomicU32,
    translation: Translation,
    /// Passes and profile: the ways of slow instructions are those of one profile's machines.
    made_for: PhantomData<fn() -> (T, P)>,
}

impl<T: Passes, P: Profile<Stack = FrameStack>> Codes<T, P> {
    pub(super) fn new(module: &Module, translation: &Translation) -> Self {
        let procs = std::iter::repeat_with(OnceLock::new).take(module.procs.len()).collect();
        let methods = Methods::new(module);
        Self {
            procs,
            methods,
            next_site: AtomicU32::new(Sites::FIRST),
            translation: translation.clone(),
            made_for: PhantomData,
        }
    }

    /// The methods of interfaces.
    pub(super) fn methods(&self) -> &Methods {
        &self.methods
    }

    /// The code of a procedure, made when nobody asked before; `None` when there is no such procedure.
    pub(super) fn get(&self, program: &Program, proc: ProcId) -> Option<&Code> {
        self.procs
            .get(proc.index())?
            .get_or_init(|| make::<T, P>(program, proc, &self.translation, &self.next_site).map(Box::new))
            .as_deref()
    }
}

fn make<T: Passes, P: Profile<Stack = FrameStack>>(
    program: &Program,
    proc: ProcId,
    translation: &Translation,
    next_site: &AtomicU32,
) -> Option<Code> {
    let module = program.verified();
    let types = &module.module().types;
    let choices = Choices { fuse: translation.fuses(), ..Choices::default() };
    let translated = |func: &Func, types: &Types| {
        translate_with(func, types, choices)
            .and_then(|code| Code::new::<P>(code, func, program, (next_site, choices.fuse)))
    };
    let size = module.module().procs.get(proc).map_or(0, |body| body.code.len());
    let mut builder = FuncBuilder::new(module);
    if size <= MOST_OPS
        && let Some(mut built) = builder.build(proc, Start::Call)
    {
        T::run(&mut built.func, module, translation);
        if let Some(code) = translated(&built.func, types) {
            return Some(code);
        }
    }
    // Too many values at once: with all of them in the frame there are no more than the stack code has.
    let built = FuncBuilder::new(module).in_frame().build(proc, Start::Call)?;
    translated(&built.func, types)
}

/// Instructions of a procedure that passes go over: beyond that the memory that they take is worth more than what they
/// gain.
const MOST_OPS: usize = 1_000_000;

/// Whether every procedure can be translated: a frame has at most 65,535 slots of a kind.
pub(super) fn fits(module: &Verified) -> bool {
    module.module().procs.enumerate().all(|(id, _)| {
        let facts = module.facts(id);
        let most = MOST_SLOTS;
        facts.ref_locals.saturating_add(facts.max_refs) < most
            && facts.word_locals.saturating_add(facts.max_words) < most
    })
}

/// Locals and operands of a procedure that runs on register code, of each kind: the rest of 65,536 is for what the
/// translator needs beside them.
const MOST_SLOTS: u32 = 60_000;
