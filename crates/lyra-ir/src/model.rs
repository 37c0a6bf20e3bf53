//! A small world for functions to be evaluated in: arrays, records, globals, and a journal of all that can be
//! observed from outside.
//!
//! Two functions mean the same if, given the same arguments, they end alike and leave equal journals. What the model
//! does not know (text, maps, calls …) gives a value that follows from the instruction, its arguments and how many
//! such there were before, or it fails: so leaving one out, adding one, or changing their order shows.

use crate::eval::{Cause, Failure, World};
use crate::func::{InstKind, Place};
use lyra_bytecode::{Op, Trap};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// References of the model begin here, so that none is a small number by accident.
const FIRST: u64 = 0x1000;

/// A world of a test.
#[derive(Clone, Debug)]
pub struct Model {
    objects: Vec<Vec<u64>>,
    globals: HashMap<u32, u64>,
    fuel: i64,
    unknown: u64,
    journal: Vec<Entry>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What.
    pub what: String,
    /// Fuel left then.
    pub fuel: i64,
}

impl Model {
    /// With that much fuel and nothing else.
    #[must_use]
    pub fn new(fuel: i64) -> Self {
        Self { objects: Vec::new(), globals: HashMap::new(), fuel, unknown: 0, journal: Vec::new() }
    }

    /// A new array; the bits of its reference.
    pub fn array(&mut self, elements: &[u64]) -> u64 {
        self.objects.push(elements.to_vec());
        FIRST + self.objects.len() as u64 - 1
    }

    /// What happened that can be observed, in order, the state that is left last.
    #[must_use]
    pub fn journal(&self) -> Vec<Entry> {
        let mut globals: Vec<_> = self.globals.iter().collect();
        globals.sort();
        let what = format!("left: {:?}, {globals:?}", self.objects);
        let mut journal = self.journal.clone();
        journal.push(Entry { what, fuel: self.fuel });
        journal
    }

    fn note(&mut self, what: String) {
        self.journal.push(Entry { what, fuel: self.fuel });
    }

    fn object(&mut self, reference: u64) -> Option<&mut Vec<u64>> {
        let number = reference.checked_sub(FIRST).and_then(|number| usize::try_from(number).ok())?;
        self.objects.get_mut(number)
    }

    fn element(&mut self, array: u64, index: u64) -> Result<&mut u64, Trap> {
        let index = usize::try_from((index as u32).cast_signed()).ok();
        let element = self.object(array).and_then(|elements| elements.get_mut(index?));
        element.ok_or(Trap::IndexOutOfBounds)
    }

    fn known(&mut self, op: Op, args: &[u64]) -> Option<Result<Option<u64>, Trap>> {
        Some(match (op, args) {
            (Op::NewArray { .. }, []) => Ok(Some(self.array(&[]))),
            (Op::NewRecord { .. }, parts) => Ok(Some(self.array(parts))),
            (Op::AppendWord | Op::AppendRef, &[array, value]) => {
                self.object(array)?.push(value);
                Ok(None)
            }
            (Op::ArrayLength, &[array]) => Ok(Some(self.object(array)?.len() as u64)),
            (Op::ArrayGetWord | Op::ArrayGetRef, &[array, index]) => {
                self.element(array, index).map(|element| Some(*element))
            }
            (Op::ArraySetWord | Op::ArraySetRef, &[array, index, value]) => {
                self.element(array, index).map(|element| {
                    *element = value;
                    None
                })
            }
            (Op::GetPartWord { index } | Op::GetPartRef { index }, &[record]) => {
                Ok(Some(*self.object(record)?.get(usize::from(index))?))
            }
            (Op::SetPartWord { index } | Op::SetPartRef { index }, &[record, value]) => {
                *self.object(record)?.get_mut(usize::from(index))? = value;
                Ok(None)
            }
            (Op::GetGlobalWord { global } | Op::GetGlobalRef { global }, []) => {
                Ok(Some(self.globals.get(&global.0).copied().unwrap_or(0)))
            }
            (Op::SetGlobalWord { global } | Op::SetGlobalRef { global }, &[value]) => {
                self.globals.insert(global.0, value);
                Ok(None)
            }
            (Op::ConstNone { .. }, []) => Ok(Some(0)),
            (Op::ConstStr { value }, []) => Ok(Some(u64::from(value.0) << 32)),
            (Op::IsNone, &[value]) => Ok(Some(u64::from(value == 0))),
            (Op::UnwrapRef, &[0]) => Err(Trap::NoneValue),
            (Op::UpcastRef { .. } | Op::UnwrapRef | Op::EnumIndex, &[value]) => Ok(Some(value)),
            (Op::SameRef, &[left, right]) => Ok(Some(u64::from(left == right))),
            _ => return None,
        })
    }
}

impl World for Model {
    fn op(&mut self, op: Op, args: &[u64], gives: bool, place: Place) -> Result<Option<u64>, Failure> {
        if let Op::Throw | Op::Panic | Op::FailAssert = op {
            self.note(format!("{} {args:x?}", op.info().mnemonic));
            let error = args.first().copied().unwrap_or(0);
            return Err(Failure { cause: Cause::Thrown(error), place });
        }
        if let Some(outcome) = self.known(op, args) {
            return outcome.map_err(|trap| Failure { cause: Cause::Trap(trap), place });
        }
        let effects = InstKind::Op(op).effects();
        if effects.is_idle() {
            // It may be left out, moved, or done once for several: what it gives follows from its arguments alone.
            return Ok(gives.then(|| made_up(&(op.code(), args))));
        }
        self.unknown += 1;
        self.note(format!("{op:?} {args:x?}"));
        let made = made_up(&(op.code(), args, self.unknown));
        // Now and then what can fail does.
        if effects.fails && made.is_multiple_of(16) {
            return Err(Failure { cause: Cause::Thrown(made), place });
        }
        Ok(gives.then_some(made))
    }

    fn charge(&mut self, units: u32) {
        self.fuel -= i64::from(units);
    }

    fn poll(&mut self) -> Result<(), Trap> {
        if self.fuel < 0 { Err(Trap::OutOfFuel) } else { Ok(()) }
    }

    fn error(&mut self, failure: &Failure) -> Option<u64> {
        self.note(format!("caught {failure:?}"));
        match failure.cause {
            Cause::Thrown(error) => Some(error),
            Cause::Trap(trap) => trap.is_catchable().then(|| 0xE000 + u64::from(trap as u8)),
        }
    }
}

/// A number that follows from `what` and looks like any other.
fn made_up(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish() & 0xFFFF
}
