//! A value of the program seen piece by piece, by functions of the host: whatever its type and depth, without a
//! copy and without native recursion.
//!
//! ```text
//! {"a": [1, none]}        Map   Key Text("a")   Value List   Element Int(1)   Element None   End   End
//! ```

use super::call::HostCall;
use super::function::HostError;
use super::object::HostObject;
use crate::builtins::Child;
use crate::content::Content;
use crate::fault::Fault;
use crate::shape::{Role, Shape};
use crate::slot::{Ref, Slot};
use lyra_bytecode::TypeId;
use lyra_bytecode::scalar::Scalar;

/// A piece of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Piece<'p> {
    /// `none`
    None,
    /// `bool`
    Bool(bool),
    /// `u8`, `i32`, `i64`
    Int(i64),
    /// `f64`
    Float(f64),
    /// `char`
    Char(char),
    /// `str`
    Text(&'p str),
    /// A variant without payload, by its name.
    Unit(&'p str),
    /// An error: its kind and message.
    Error(&'p str, &'p str),
    /// A procedure.
    Procedure,
    /// An object of the host.
    Host(&'p HostObject),
    /// An array or tuple begins.
    List,
    /// A map begins.
    Map,
    /// A structure begins.
    Struct,
    /// A variant with a payload begins, by its name.
    Variant(&'p str),
    /// Something begins that is not ended yet: the value contains itself. It is not gone into.
    Cycle,
    /// What began last ends.
    End,
}

/// What a piece is to that in which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceRole<'p> {
    /// The value itself, or an end.
    Whole,
    /// An element of an array or tuple.
    Element,
    /// A key of a map.
    Key,
    /// The value of the key before it.
    Value,
    /// A field of a structure, or of a payload, by its name.
    Field(&'p str),
}

/// Where a walk through a value is. Made by [`HostCall::walk`].
pub struct ValueWalk {
    /// What began and is not ended, from the outside in.
    open: Vec<Open>,
    now: Now,
}

struct Open {
    ty: TypeId,
    object: Ref,
    /// Of the part looked for next.
    index: usize,
}

#[derive(Clone, Copy)]
struct Now {
    /// What it holds; `None` at an end.
    content: Option<Content>,
    /// Type of what it is in, and its place there.
    inside: Option<(TypeId, Ref, usize)>,
    /// Whether nothing comes before it in what it is in.
    is_first: bool,
}

fn broken(what: &'static str) -> Fault {
    Fault::broken(what)
}

impl ValueWalk {
    pub(super) fn new(call: &HostCall<'_>, ty: TypeId, slot: Slot) -> Result<Self, Fault> {
        let content = Some(call.machine.content(ty, slot)?);
        Ok(Self { open: Vec::new(), now: Now { content, inside: None, is_first: true } })
    }

    /// How many pieces around this one began and are not ended.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether this is the first piece in what it is in.
    #[must_use]
    pub const fn is_first(&self) -> bool {
        self.now.is_first
    }

    /// The piece where the walk is, and what it is to that in which it is.
    ///
    /// # Errors
    /// When the machine is broken.
    pub fn piece<'p>(&self, call: &'p HostCall<'_>) -> Result<(PieceRole<'p>, Piece<'p>), HostError> {
        let told = |fault: Fault| HostError::new(fault.trap().kind(), fault.message());
        Ok((self.role(call).map_err(told)?, self.found(call).map_err(told)?))
    }

    fn role<'p>(&self, call: &'p HostCall<'_>) -> Result<PieceRole<'p>, Fault> {
        let shapes = call.machine.shapes();
        let Some((ty, object, index)) = self.now.inside else { return Ok(PieceRole::Whole) };
        let field = |field: Option<&'p lyra_bytecode::Field>| {
            field.map(|field| PieceRole::Field(&field.name)).ok_or_else(|| broken("a field has no name"))
        };
        match shapes.get(ty) {
            Some(Shape::Map { .. }) if index.is_multiple_of(2) => Ok(PieceRole::Key),
            Some(Shape::Map { .. }) => Ok(PieceRole::Value),
            Some(Shape::Record { role: Role::Struct, .. }) => {
                field(shapes.types().fields(ty).and_then(|fields| fields.get(index)))
            }
            Some(Shape::Enum { .. }) => {
                let variant = usize::from(call.machine.variant(object)?);
                let variant = shapes.types().variants(ty).and_then(|variants| variants.get(variant));
                field(variant.and_then(|variant| variant.fields.get(index)))
            }
            _ => Ok(PieceRole::Element),
        }
    }

    fn found<'p>(&self, call: &'p HostCall<'_>) -> Result<Piece<'p>, Fault> {
        let (machine, shapes) = (&call.machine, call.machine.shapes());
        let name = |ty: TypeId, variant: u64| {
            shapes.variant_name(ty, variant).ok_or_else(|| broken("a variant has no name"))
        };
        let (ty, object) = match self.now.content {
            None => return Ok(Piece::End),
            Some(Content::None) => return Ok(Piece::None),
            Some(Content::Word(ty, word)) => {
                return Ok(match ty {
                    TypeId::BOOL => Piece::Bool(bool::from_word(word)),
                    TypeId::U8 => Piece::Int(u8::from_word(word).into()),
                    TypeId::I32 => Piece::Int(i32::from_word(word).into()),
                    TypeId::I64 => Piece::Int(i64::from_word(word)),
                    TypeId::F64 => Piece::Float(f64::from_word(word)),
                    TypeId::CHAR => Piece::Char(char::from_word(word)),
                    _ => Piece::Unit(name(ty, word)?),
                });
            }
            Some(Content::Variant(ty, variant)) => return Ok(Piece::Unit(name(ty, variant.into())?)),
            Some(Content::Object(ty, object)) => (ty, object),
        };
        if self.open.iter().any(|open| open.object == object) {
            return Ok(Piece::Cycle);
        }
        Ok(match shapes.get(ty) {
            Some(Shape::Str) => Piece::Text(machine.text(object)?),
            Some(Shape::Error) => {
                let error = machine.error(object)?;
                Piece::Error(machine.text(error.kind)?, machine.text(error.message)?)
            }
            Some(Shape::Closure { .. }) => Piece::Procedure,
            Some(Shape::Host) => Piece::Host(machine.host_object(object)?),
            Some(Shape::Array { .. }) => Piece::List,
            Some(Shape::Map { .. }) => Piece::Map,
            Some(Shape::Record { role: Role::Struct, .. }) => Piece::Struct,
            Some(Shape::Record { .. }) => Piece::List,
            Some(Shape::Enum { .. }) => Piece::Variant(name(ty, machine.variant(object)?.into())?),
            _ => return Err(broken("an object is of a type that has none")),
        })
    }

    /// Goes on to the next piece; `false` past the last.
    ///
    /// # Errors
    /// When the machine is broken.
    pub fn advance(&mut self, call: &HostCall<'_>) -> Result<bool, HostError> {
        self.step(call).map_err(|fault| HostError::new(fault.trap().kind(), fault.message()))
    }

    fn step(&mut self, call: &HostCall<'_>) -> Result<bool, Fault> {
        let begins =
            matches!(self.found(call)?, Piece::List | Piece::Map | Piece::Struct | Piece::Variant(_));
        match self.now.content {
            Some(Content::Object(ty, object)) if begins => {
                self.open.push(Open { ty, object, index: 0 });
            }
            // An end: that which ended is over.
            None => drop(self.open.pop()),
            _ => {}
        }
        let Some(open) = self.open.last_mut() else { return Ok(false) };
        let Some(Child { ty, slot, index }) = call.machine.child(open.object, open.index)? else {
            self.now = Now { content: None, inside: None, is_first: open.index == 0 };
            return Ok(true);
        };
        // Where the first keys of a map are gone, its first part is not at 0, but it was looked for there.
        let is_first = open.index == 0;
        open.index = index.saturating_add(1);
        let inside = Some((open.ty, open.object, index));
        self.now = Now { content: Some(call.machine.content(ty, slot)?), inside, is_first };
        Ok(true)
    }
}
