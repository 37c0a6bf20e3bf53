//! A small world for functions to be evaluated in: arrays, records, globals, and a journal of all that can be
//! observed from outside.
//!
//! Two functions mean the same if, given the same arguments, they end alike and leave equal journals. What the model
//! does not know (text, maps, calls …) gives a value that follows from the instruction, its arguments and how many
//! such there were before, or it fails: so leaving one out, adding one, or changing their order shows. What runs other
//! code or writes somewhere changes all memory: so what was read before does not hold behind it.

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
    /// How often all memory changed.
    changed: u64,
    /// How many instructions were unknown.
    unknown: u64,
    /// What was stored in parts and elements of objects that were made up, since memory changed as a whole.
    stored: HashMap<Cell, u64>,
    journal: Vec<Entry>,
}

/// A part (`true`) or an element of an object that was made up.
type Cell = (bool, u64, u64);

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
        Self {
            objects: Vec::new(),
            globals: HashMap::new(),
            fuel,
            changed: 0,
            unknown: 0,
            stored: HashMap::new(),
            journal: Vec::new(),
        }
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
        let what = format!("left: {:?}, {globals:?}, {:?}", self.objects, self.shown());
        let mut journal = self.journal.clone();
        journal.push(Entry { what, fuel: self.fuel });
        journal
    }

    fn note(&mut self, what: String) {
        self.journal.push(Entry { what, fuel: self.fuel });
    }

    /// What was stored in objects that were made up, in order.
    fn shown(&self) -> Vec<(Cell, u64)> {
        let mut stored: Vec<_> = self.stored.iter().map(|(&cell, &bits)| (cell, bits)).collect();
        stored.retain(|&(cell, bits)| bits != self.default(cell));
        stored.sort_unstable();
        stored
    }

    fn default(&self, cell: Cell) -> u64 {
        made_up(&(cell, self.changed))
    }

    /// Other code ran: nothing is what it was.
    fn change_all(&mut self) {
        let shown = self.shown();
        if !shown.is_empty() {
            self.note(format!("stored {shown:x?}"));
        }
        self.stored.clear();
        for object in &mut self.objects {
            if let Some(first) = object.first_mut() {
                *first ^= 1;
            }
        }
        self.globals.values_mut().for_each(|bits| *bits ^= 1);
        self.changed += 1;
    }

    /// Elements of arrays that were made up are there or not.
    fn is_there(&self, array: u64, index: u64) -> Result<(), Trap> {
        if made_up(&(array, index as u32)).is_multiple_of(16) { Err(Trap::IndexOutOfBounds) } else { Ok(()) }
    }

    /// What is done with an object that was made up.
    fn dreamt(&mut self, op: Op, args: &[u64]) -> Option<Result<Option<u64>, Trap>> {
        let (cell, value) = match (op, args) {
            (Op::GetPartWord { index } | Op::GetPartRef { index }, &[object]) => {
                ((true, object, index.into()), None)
            }
            (Op::SetPartWord { index } | Op::SetPartRef { index }, &[object, value]) => {
                ((true, object, index.into()), Some(value))
            }
            (Op::ArrayGetWord | Op::ArrayGetRef, &[array, index]) if self.object(array).is_none() => {
                ((false, array, index & 0xFFFF_FFFF), None)
            }
            (Op::ArraySetWord | Op::ArraySetRef, &[array, index, value]) if self.object(array).is_none() => {
                ((false, array, index & 0xFFFF_FFFF), Some(value))
            }
            _ => return None,
        };
        if let (false, Err(trap)) = (cell.0, self.is_there(cell.1, cell.2)) {
            return Some(Err(trap));
        }
        Some(Ok(match value {
            Some(value) => {
                self.stored.insert(cell, value);
                None
            }
            None => Some(self.stored.get(&cell).copied().unwrap_or_else(|| self.default(cell))),
        }))
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
                self.object(array)?;
                self.element(array, index).map(|element| Some(*element))
            }
            (Op::ArraySetWord | Op::ArraySetRef, &[array, index, value]) => {
                self.object(array)?;
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
                // One that was read is there, as one that was given what it holds anyway.
                Ok(Some(*self.globals.entry(global.0).or_insert(0)))
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
        if let Some(outcome) = self.known(op, args).or_else(|| self.dreamt(op, args)) {
            return outcome.map_err(|trap| Failure { cause: Cause::Trap(trap), place });
        }
        let effects = InstKind::Op(op).effects();
        if effects.is_idle() {
            // It may be left out, moved, or done once for several: what it gives follows from its arguments alone.
            return Ok(gives.then(|| made_up(&(op.code(), args))));
        }
        self.note(format!("{op:?} {args:x?}"));
        // An array that was made up has no length that could grow.
        if (effects.writes || effects.calls) && !matches!(op, Op::AppendWord | Op::AppendRef) {
            self.change_all();
        }
        self.unknown += 1;
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
