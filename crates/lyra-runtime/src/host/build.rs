//! Results made in the machine itself, piece by piece: every piece is paid for before it is there, and nothing of
//! the result is in the host's memory.
//!
//! ```text
//! array()  text("a")  text("b")  end()              ["a", "b"]
//! map()  key("n")  i64(1)  key("xs")  array() … end()  end()
//! ```
//!
//! The static type of the place decides what a piece becomes: into `[str?]` goes a text or none; into `any` an array
//! as `[any]` and a map as `{str: any}`, types that the program must have.

use super::call::HostCall;
use super::function::HostError;
use crate::fault::Fault;
use crate::slot::{Ref, Slot};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Kind, Trap, Type, TypeId};
use std::ops::Range;

/// Makes the result of a host function that has one. Gotten from [`HostCall::build`].
///
/// Every method fails when the result's type has no place for such a piece, and when fuel or memory end; then the
/// run ends with that error, whatever the function returns.
pub struct Builder<'b, 'c> {
    call: &'b mut HostCall<'c>,
    /// Arrays and maps that are not ended, from the outside in.
    open: Vec<Open>,
}

/// An array or map that is not ended. Each is in the one before it; the first is among the rooted.
struct Open {
    object: Ref,
    /// Type of the elements or values.
    inner: TypeId,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    Element,
    /// A map's; the key that was given and has no value yet, rooted.
    Value(Option<Ref>),
}

#[expect(clippy::missing_errors_doc, reason = "the type's text says how methods fail")]
impl<'b, 'c> Builder<'b, 'c> {
    pub(super) fn new(call: &'b mut HostCall<'c>) -> Self {
        Self { call, open: Vec::new() }
    }

    /// The call, to read its arguments and to pay.
    pub fn call(&mut self) -> &mut HostCall<'c> {
        self.call
    }

    /// How many arrays and maps are not ended.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// `none`.
    pub fn none(&mut self) -> Result<(), HostError> {
        let want = self.want()?;
        match self.call.machine.shapes().types().get(want) {
            Some(Type::Any | Type::Optional(_)) => self.put(Slot::ZERO),
            _ => Err(self.mismatch("none")),
        }
    }

    /// A `bool`.
    pub fn bool(&mut self, value: bool) -> Result<(), HostError> {
        self.word(TypeId::BOOL, value.to_word())
    }

    /// An `i32`.
    pub fn i32(&mut self, value: i32) -> Result<(), HostError> {
        self.word(TypeId::I32, value.to_word())
    }

    /// An `i64`.
    pub fn i64(&mut self, value: i64) -> Result<(), HostError> {
        self.word(TypeId::I64, value.to_word())
    }

    /// An `f64`.
    pub fn f64(&mut self, value: f64) -> Result<(), HostError> {
        self.word(TypeId::F64, value.to_word())
    }

    /// A text.
    pub fn text(&mut self, text: &str) -> Result<(), HostError> {
        self.wanted(TypeId::STR)?;
        let made = self.call.machine.new_text(text).map_err(|fault| self.call.fail(fault))?;
        self.put_object(made)
    }

    /// A text: bytes `range` of argument `index`, a `str`.
    pub fn part(&mut self, index: usize, range: Range<usize>) -> Result<(), HostError> {
        self.wanted(TypeId::STR)?;
        let whole = self.call.argument(index, TypeId::STR)?.as_ref();
        let made = self.call.machine.part_of(whole, range).map_err(|fault| self.call.fail(fault))?;
        self.put_object(made)
    }

    /// An array of `length` bytes, written by `write`.
    pub fn bytes(&mut self, length: usize, write: impl FnOnce(&mut [u8])) -> Result<(), HostError> {
        let (ty, inner) = self.array_type()?;
        if inner != TypeId::U8 {
            return Err(self.mismatch("[u8]"));
        }
        let made = self.call.machine.new_array(ty, length).map_err(|fault| self.call.fail(fault))?;
        match self.call.machine.bytes_mut(made) {
            Ok(bytes) => write(bytes),
            Err(fault) => return Err(self.call.fail(fault)),
        }
        self.put_object(made)
    }

    /// Begins an array.
    pub fn array(&mut self) -> Result<(), HostError> {
        let (ty, inner) = self.array_type()?;
        let object = self.call.machine.new_array(ty, 0).map_err(|fault| self.call.fail(fault))?;
        self.put_object(object)?;
        self.open.push(Open { object, inner, place: Place::Element });
        Ok(())
    }

    /// Begins a map with texts as keys.
    pub fn map(&mut self) -> Result<(), HostError> {
        let want = self.want()?;
        let types = self.call.machine.shapes().types();
        let wanted = match types.get(want) {
            Some(Type::Any) => types.find(&Type::Map { key: TypeId::STR, value: TypeId::ANY }),
            Some(&Type::Optional(inner)) => Some(inner),
            _ => Some(want),
        };
        let found = wanted.and_then(|ty| Some((ty, types.entry(ty)?)));
        let Some((ty, (TypeId::STR, inner))) = found else { return Err(self.mismatch("{str: any}")) };
        let object = self.call.machine.new_map(ty).map_err(|fault| self.call.fail(fault))?;
        self.put_object(object)?;
        self.open.push(Open { object, inner, place: Place::Value(None) });
        Ok(())
    }

    /// The key of what comes next in the innermost map. Of equal keys the last wins, at the place of the first.
    pub fn key(&mut self, key: &str) -> Result<(), HostError> {
        if !matches!(self.open.last(), Some(Open { place: Place::Value(None), .. })) {
            return Err(self.out_of_order());
        }
        let key = self.call.machine.new_text(key).map_err(|fault| self.call.fail(fault))?;
        self.call.machine.temps().push(key);
        if let Some(open) = self.open.last_mut() {
            open.place = Place::Value(Some(key));
        }
        Ok(())
    }

    /// Ends the innermost array or map.
    pub fn end(&mut self) -> Result<(), HostError> {
        match self.open.pop() {
            Some(Open { place: Place::Element | Place::Value(None), .. }) => Ok(()),
            _ => Err(self.out_of_order()),
        }
    }

    fn out_of_order(&mut self) -> HostError {
        self.call.fail(Fault::told(Trap::InvalidArgument, "a host function made its result out of order"))
    }

    /// The type of the place where the next piece goes.
    fn want(&mut self) -> Result<TypeId, HostError> {
        let want = match self.open.last() {
            Some(Open { place: Place::Value(None), .. }) => None,
            Some(open) => Some(open.inner),
            None => self.call.result.filter(|_| self.call.made.is_none()),
        };
        want.ok_or_else(|| self.out_of_order())
    }

    fn mismatch(&mut self, found: &str) -> HostError {
        let want = match self.open.last() {
            Some(open) => Some(open.inner),
            None => self.call.result,
        };
        let want = want.map_or_else(|| "nothing".to_owned(), |ty| self.call.machine.shapes().name(ty));
        self.call.fail(Fault::told(Trap::TypeMismatch, format!("expected {want}, found {found}")))
    }

    /// Checks that the next place takes a value of type `found`.
    fn wanted(&mut self, found: TypeId) -> Result<TypeId, HostError> {
        let want = self.want()?;
        let types = self.call.machine.shapes().types();
        let fits = want == found
            || match types.get(want) {
                Some(Type::Any) => true,
                Some(&Type::Optional(inner)) => inner == found,
                _ => false,
            };
        if fits {
            return Ok(want);
        }
        let found = types.name(found);
        Err(self.mismatch(&found))
    }

    /// The array type that the next place takes, and the type of its elements.
    fn array_type(&mut self) -> Result<(TypeId, TypeId), HostError> {
        let want = self.want()?;
        let shapes = self.call.machine.shapes();
        let wanted = match shapes.types().get(want) {
            Some(Type::Any) => shapes.array_of(TypeId::ANY),
            Some(&Type::Optional(inner)) => Some(inner),
            _ => Some(want),
        };
        let found = wanted.and_then(|ty| Some((ty, shapes.types().element(ty)?)));
        found.ok_or_else(|| self.mismatch("[any]"))
    }

    fn word(&mut self, found: TypeId, word: u64) -> Result<(), HostError> {
        let want = self.wanted(found)?;
        let slot = Slot::word(word);
        if self.call.machine.shapes().kind(want) == Kind::Word {
            return self.put(slot);
        }
        let slot = self.call.machine.upcast(found, slot).map_err(|fault| self.call.fail(fault))?;
        self.put_new(slot)
    }

    fn put_object(&mut self, object: Ref) -> Result<(), HostError> {
        self.put_new(object.into())
    }

    /// [`Self::put`] for a new object, or a word in the place of one.
    fn put_new(&mut self, value: Slot) -> Result<(), HostError> {
        self.call.machine.temps().push(value.as_ref());
        self.put(value)?;
        if !self.open.is_empty() {
            // What it is in keeps it alive from here on. The result itself stays among the rooted.
            self.call.machine.temps().pop();
        }
        Ok(())
    }

    /// Puts a value, which is rooted, where the next piece goes.
    fn put(&mut self, value: Slot) -> Result<(), HostError> {
        let done = match self.open.last_mut() {
            None => {
                self.call.made = Some(value);
                Ok(())
            }
            Some(Open { object, place: Place::Element, .. }) => self.call.machine.append(*object, value),
            Some(Open { object, place: Place::Value(key), .. }) => match key.take() {
                Some(key) => {
                    let done = self.call.machine.set_key(*object, key.into(), value);
                    let temps = self.call.machine.temps();
                    if let Some(at) = temps.iter().rposition(|&rooted| rooted == key) {
                        temps.remove(at);
                    }
                    done
                }
                None => return Err(self.out_of_order()),
            },
        };
        done.map_err(|fault| self.call.fail(fault))
    }
}
