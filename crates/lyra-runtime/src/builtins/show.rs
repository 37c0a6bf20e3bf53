//! The text of any value, as a program would write it: `[(1, "a")]`, `{"a": 1}`, `Point(x: 1.0, y: 2.0)`, `Circle(2.0)`,
//! `none`; a closure shows as its type, an object of the host as `<Name>`.
//!
//! A walker with a stack of its own writes pieces to any `fmt::Write`: once to measure, once into the text that
//! was charged for. An object that is inside itself shows as `…`.

use super::arg;
use super::line::{Digits, Line};
use super::walk::{child, shape_of};
use crate::content::{Content, content};
use crate::env::{Env, Meter, WORK_UNIT};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::{Role, Shape, Shapes};
use crate::slot::{Ref, Slot};
use hashbrown::HashSet;
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Trap, TypeId};
use std::fmt::{self, Write};

/// Writing stopped before the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The value could not be read.
    Fault(Fault),
    /// The writer takes no more.
    Full,
}

impl From<Fault> for Shown {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<fmt::Error> for Shown {
    fn from(_: fmt::Error) -> Self {
        Self::Full
    }
}

/// Counts bytes up to a limit and pays for them on the way: shared parts are written once for each way to them,
/// so that a few objects can make a text without end.
struct Measure<'m> {
    bytes: usize,
    limit: usize,
    paid: usize,
    meter: &'m mut dyn Meter,
    /// Why it takes no more, when that is not the limit.
    fault: Option<Fault>,
}

impl Write for Measure<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > self.limit {
            return Err(fmt::Error);
        }
        let units = self.bytes / WORK_UNIT;
        if units > self.paid {
            let due = units - self.paid;
            self.paid = units;
            self.meter.charge(due as u64).map_err(|fault| {
                self.fault = Some(fault);
                fmt::Error
            })?;
        }
        Ok(())
    }
}

/// What is still to be written of a compound value: the part at `index` and those after it.
struct Open {
    ty: TypeId,
    object: Ref,
    index: usize,
    close: &'static str,
}

/// Writes the text of `value`, whose static type is `ty`. A text or character by itself stands as it is, one
/// inside another value as a literal.
///
/// # Errors
/// [`Shown::Full`] as soon as the writer takes no more; a fault when a value is broken.
pub fn show<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    ty: TypeId,
    value: Slot,
    out: &mut dyn Write,
) -> Result<(), Shown> {
    if ty == TypeId::STR && value.is_object() {
        out.write_str(heap.text(value.as_ref())?.text)?;
        return Ok(());
    }
    let mut todo: Vec<Open> = Vec::new();
    let mut open: HashSet<Ref> = HashSet::new();
    let mut next = Some((ty, value));
    loop {
        let (ty, value) = match next.take() {
            Some(value) => value,
            None => {
                let Some(Open { ty, object, index, close }) = todo.pop() else { return Ok(()) };
                let Some(part) = child(heap, shapes, object, index)? else {
                    open.remove(&object);
                    out.write_str(close)?;
                    continue;
                };
                show_before(shapes, ty, index, part.index, out)?;
                todo.push(Open { ty, object, index: part.index + 1, close });
                (part.ty, part.slot)
            }
        };
        let inside = !todo.is_empty();
        let (ty, object) = match content(heap, shapes, ty, value)? {
            Content::None => {
                out.write_str("none")?;
                continue;
            }
            Content::Word(ty, word) => {
                show_word(shapes, ty, word, inside, out)?;
                continue;
            }
            Content::Variant(ty, variant) => {
                out.write_str(shapes.variant_name(ty, variant.into()).unwrap_or("unknown variant"))?;
                continue;
            }
            Content::Object(ty, object) => (ty, object),
        };
        if open.contains(&object) {
            out.write_str("…")?;
        } else if let Some(close) = show_start(heap, shapes, ty, object, inside, out)? {
            open.insert(object);
            todo.push(Open { ty, object, index: 0, close });
        }
    }
}

/// Writes how an object begins, or all of it; gives how it ends, when it has parts.
fn show_start<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    ty: TypeId,
    object: Ref,
    inside: bool,
    out: &mut dyn Write,
) -> Result<Option<&'static str>, Shown> {
    match shape_of(shapes, ty)? {
        Shape::Str => {
            let text = heap.text(object)?.text;
            if inside {
                text_literal(text, out)?;
            } else {
                out.write_str(text)?;
            }
            return Ok(None);
        }
        Shape::Error => {
            let error = heap.error(object)?;
            out.write_str("error(")?;
            text_literal(heap.text(error.kind)?.text, out)?;
            out.write_str(", ")?;
            text_literal(heap.text(error.message)?.text, out)?;
            out.write_str(")")?;
            return Ok(None);
        }
        Shape::Closure { .. } => {
            out.write_str(&shapes.name(ty))?;
            return Ok(None);
        }
        Shape::Host => {
            write!(out, "{}", heap.host_object(object)?)?;
            return Ok(None);
        }
        Shape::Array { .. } => {
            out.write_str("[")?;
            return Ok(Some("]"));
        }
        Shape::Map { .. } => {
            out.write_str("{")?;
            return Ok(Some("}"));
        }
        Shape::Record { role: Role::Struct, .. } => out.write_str(&shapes.name(ty))?,
        Shape::Enum { .. } => {
            let variant = heap.variant(object)?.into();
            out.write_str(shapes.variant_name(ty, variant).unwrap_or("unknown variant"))?;
        }
        Shape::Record { .. } => {}
        Shape::Scalar | Shape::Plain | Shape::Dynamic => {
            return Err(Fault::broken("an object is of a type that has none").into());
        }
    }
    out.write_str("(")?;
    Ok(Some(")"))
}

/// Writes what stands before the part at `index` of an object of type `ty`; `wanted` is where it was looked for.
fn show_before(shapes: &Shapes, ty: TypeId, wanted: usize, index: usize, out: &mut dyn Write) -> fmt::Result {
    let is_map = matches!(shapes.get(ty), Some(Shape::Map { .. }));
    if is_map && !index.is_multiple_of(2) {
        return out.write_str(": ");
    }
    // Where the first keys of a map are gone, its first part is not at 0, but it was looked for there.
    if wanted > 0 {
        out.write_str(", ")?;
    }
    if let Some(field) = shapes.types().fields(ty).and_then(|fields| fields.get(index)) {
        out.write_str(&field.name)?;
        out.write_str(": ")?;
    }
    Ok(())
}

/// Writes a word of type `ty`.
fn show_word(shapes: &Shapes, ty: TypeId, word: u64, inside: bool, out: &mut dyn Write) -> fmt::Result {
    match ty {
        _ if matches!(shapes.get(ty), Some(Shape::Plain)) => {
            out.write_str(shapes.variant_name(ty, word).unwrap_or("unknown variant"))
        }
        TypeId::BOOL => out.write_str(if bool::from_word(word) { "true" } else { "false" }),
        TypeId::U8 => write!(out, "{}", u8::from_word(word)),
        TypeId::I32 => write!(out, "{}", i32::from_word(word)),
        TypeId::I64 => write!(out, "{}", i64::from_word(word)),
        // Rust's debug form is the shortest that reads back, with `.` or `e`.
        TypeId::F64 => write!(out, "{:?}", f64::from_word(word)),
        _ if inside => char_literal(char::from_word(word), out),
        _ => out.write_char(char::from_word(word)),
    }
}

/// Writes a character as a literal.
pub(crate) fn char_literal(c: char, out: &mut dyn Write) -> fmt::Result {
    out.write_char('\'')?;
    escaped(c, '\'', out)?;
    out.write_char('\'')
}

/// Bytes of a text that are written as a literal at once.
const PIECE: usize = 4 << 10;

/// Writes a text as a literal.
pub(crate) fn text_literal(text: &str, out: &mut dyn Write) -> fmt::Result {
    out.write_char('"')?;
    let mut left = text;
    // In pieces: a writer that has enough need not wait for the end of a long text.
    while !left.is_empty() {
        let (piece, after) = left.split_at(left.floor_char_boundary(PIECE));
        let mut rest = piece;
        // What needs no escape is written in one go.
        while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c.is_control()) {
            let (plain, special) = rest.split_at(at);
            out.write_str(plain)?;
            let mut chars = special.chars();
            if let Some(c) = chars.next() {
                escaped(c, '"', out)?;
            }
            rest = chars.as_str();
        }
        out.write_str(rest)?;
        left = after;
    }
    out.write_char('"')
}

fn escaped(c: char, quote: char, out: &mut dyn Write) -> fmt::Result {
    match c {
        '\n' => out.write_str("\\n"),
        '\t' => out.write_str("\\t"),
        '\r' => out.write_str("\\r"),
        '\0' => out.write_str("\\0"),
        '\\' => out.write_str("\\\\"),
        _ if c == quote => {
            out.write_char('\\')?;
            out.write_char(c)
        }
        _ if c.is_control() => write!(out, "\\u{{{:X}}}", u32::from(c)),
        _ => out.write_char(c),
    }
}

/// Takes so many bytes and no more.
struct Brief(String);

impl Write for Brief {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.0.len() >= 60 {
                self.0.push('…');
                return Err(fmt::Error);
            }
            self.0.push(c);
        }
        Ok(())
    }
}

/// The text of `value` for a message, as a literal, cut off where it gets long.
pub(super) fn brief<H: Heap>(heap: &H, shapes: &Shapes, ty: TypeId, value: Slot) -> Result<String, Fault> {
    let mut out = Brief(String::new());
    match literal(heap, shapes, ty, value, &mut out) {
        Ok(()) | Err(Shown::Full) => Ok(out.0),
        Err(Shown::Fault(fault)) => Err(fault),
    }
}

/// Writes the text of `value` as a literal: a text or character by itself stands in quotes.
pub(super) fn literal<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    ty: TypeId,
    value: Slot,
    out: &mut dyn Write,
) -> Result<(), Shown> {
    match content(heap, shapes, ty, value)? {
        Content::Object(TypeId::STR, text) => text_literal(heap.text(text)?.text, out).map_err(Shown::from),
        Content::Word(ty, word) => show_word(shapes, ty, word, true, out).map_err(Shown::from),
        _ => show(heap, shapes, ty, value, out),
    }
}

/// Bytes of the text of `value`, paid for.
pub(super) fn measure<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, value: Slot) -> Result<usize, Fault> {
    let limit = env.heap.text_limit();
    let mut measure = Measure { bytes: 0, limit, paid: 0, meter: env.meter, fault: None };
    match show(env.heap, env.shapes, ty, value, &mut measure) {
        Ok(()) => Ok(measure.bytes),
        Err(Shown::Full) => Err(measure
            .fault
            .unwrap_or_else(|| Fault::told(Trap::OutOfMemory, "the text of the value is too long"))),
        Err(Shown::Fault(fault)) => Err(fault),
    }
}

/// Writes the text of `value` to a text that was measured with [`measure`].
pub(super) fn write_shown<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    ty: TypeId,
    value: Slot,
    out: &mut String,
) -> Result<(), Fault> {
    match show(heap, shapes, ty, value, out) {
        Ok(()) => Ok(()),
        Err(Shown::Full) => Err(Fault::broken("a text takes no more")),
        Err(Shown::Fault(fault)) => Err(fault),
    }
}

/// `to_text`
pub(super) fn to_text<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let value = arg(args, 0)?;
    if ty == TypeId::STR {
        return Ok(value);
    }
    if let Some(line) = short_word(env.shapes, ty, value)
        && line.as_str().len() <= env.heap.text_limit()
    {
        return env.text_from(line.as_str()).map(Slot::from);
    }
    let bytes = measure(env, ty, value)?;
    let shapes = env.shapes;
    env.new_text(bytes, |heap, out| write_shown(heap, shapes, ty, value, out)).map(Slot::from)
}

/// The text of a value of a type that is a word, if it is short.
fn short_word(shapes: &Shapes, ty: TypeId, value: Slot) -> Option<Line> {
    let mut line = Line::new();
    let integer = match ty {
        TypeId::U8 => i64::from(u8::from_word(value.as_word())),
        TypeId::I32 => i64::from(i32::from_word(value.as_word())),
        TypeId::I64 => i64::from_word(value.as_word()),
        _ if matches!(shapes.get(ty), Some(Shape::Scalar | Shape::Plain)) => {
            show_word(shapes, ty, value.as_word(), false, &mut line).ok()?;
            return Some(line);
        }
        _ => return None,
    };
    if integer < 0 {
        line.write_str("-").ok()?;
    }
    line.write_str(Digits::of::<10>(integer.unsigned_abs()).as_str()).ok()?;
    Some(line)
}
