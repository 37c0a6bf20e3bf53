//! A value to JSON text, compact or indented.
//!
//! | value | JSON |
//! |---|---|
//! | `none`, `bool`, integers, `f64`, `str` | as they are; a `f64` always with `.` or `e` |
//! | `char` | a text |
//! | arrays, tuples | an array |
//! | maps | an object; keys that are integers, `bool`, `char` or plain enumerations become texts |
//! | structures | an object of its fields |
//! | enumerations | the variant's name; with a payload an object `{"Circle":{"radius":2.0}}` |
//! | errors | `{"kind":"…","message":"…"}` |
//!
//! A value without such a form (NaN, infinities, procedures, a value that contains itself, other keys) is refused, and so
//! is one that is nested deeper than a text may be to be read again.

use super::{DEEPEST, Outcome, Services, invalid};
use lyra_runtime::{HostCall, HostError, Piece, PieceRole, TextBuffer};
use std::fmt::Write as _;

/// Most spaces for each level.
const WIDEST: i32 = 16;

/// Bytes enough for a number, a word, brackets and commas.
const SMALL: usize = 32;

/// `stringify(any, indent: i32) -> str`: a negative indent is compact.
pub(in crate::natives) fn stringify(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    let indent = call.i32(1)?;
    if indent > WIDEST {
        return Err(invalid(format!("the indentation is at most {WIDEST} spaces")));
    }
    let mut writer =
        Writer { out: TextBuffer::new(), indent: usize::try_from(indent).ok(), open: Vec::new() };
    let mut walk = call.walk(0)?;
    loop {
        // A first look says how much room the piece takes, so that it is paid for; the second writes it.
        let (role, piece) = walk.piece(call)?;
        let most = writer.room_for(role, piece)?;
        writer.out.grow(call, most)?;
        let before = writer.out.as_str().len();
        let (role, piece) = walk.piece(call)?;
        writer.write(role, piece, walk.is_first());
        let written = writer.out.as_str().len() - before;
        call.work(written)?;
        if !walk.advance(call)? {
            break;
        }
    }
    writer.out.finish(call)?;
    Ok(None)
}

struct Writer {
    out: TextBuffer,
    /// Spaces for each level; `None` is compact.
    indent: Option<usize>,
    /// What began and is not ended, from the outside in.
    open: Vec<Bracket>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    List,
    Object,
    /// The object of a payload: it ends together with the one around it, which has the variant's name.
    Payload,
}

fn too_deep() -> HostError {
    invalid(format!("a value nested deeper than {DEEPEST} levels has no form in JSON"))
}

impl Writer {
    /// At least the bytes that a piece takes with what stands around it.
    fn room_for(&self, role: PieceRole<'_>, piece: Piece<'_>) -> Result<usize, HostError> {
        let levels = match piece {
            Piece::List | Piece::Map | Piece::Struct => 1,
            Piece::Variant(_) => 2,
            _ => 0,
        };
        if self.open.len() + levels > DEEPEST {
            return Err(too_deep());
        }
        let own = match piece {
            Piece::Text(text) | Piece::Unit(text) | Piece::Variant(text) => quoted(text),
            Piece::Error(kind, message) => quoted(kind).saturating_add(quoted(message)).saturating_add(SMALL),
            Piece::Float(number) if !number.is_finite() => {
                return Err(invalid(format!("JSON has no number {number:?}")));
            }
            Piece::Procedure => return Err(invalid("a procedure has no form in JSON")),
            Piece::Host(_) => return Err(invalid("an object of the host has no form in JSON")),
            Piece::Cycle => return Err(invalid("a value that contains itself has no form in JSON")),
            _ => SMALL,
        };
        if role == PieceRole::Key && levels > 0 {
            return Err(invalid("a key of parts has no form in JSON"));
        }
        let field = if let PieceRole::Field(name) = role { quoted(name) } else { 0 };
        // A payload begins and ends two lines, and an error has four.
        let lines = self.indent.map_or(0, |indent| (self.open.len() + 2) * indent + 2) * 4;
        Ok(own.saturating_add(field).saturating_add(lines).saturating_add(SMALL))
    }

    /// Writes a piece, for which there is room.
    fn write(&mut self, role: PieceRole<'_>, piece: Piece<'_>, is_first: bool) {
        if piece == Piece::End {
            return self.end(is_first);
        }
        self.begin(role, is_first);
        let is_key = role == PieceRole::Key;
        let out = self.out.text();
        match piece {
            Piece::None => out.push_str("null"),
            Piece::Bool(value) if is_key => quote(if value { "true" } else { "false" }, out),
            Piece::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Piece::Int(value) if is_key => quote(&value.to_string(), out),
            // Writing to a text does not fail.
            Piece::Int(value) => {
                let _ = write!(out, "{value}");
            }
            // Rust's debug form is the shortest that reads back, with `.` or `e`.
            Piece::Float(value) => {
                let _ = write!(out, "{value:?}");
            }
            Piece::Char(c) => quote(c.encode_utf8(&mut [0; 4]), out),
            Piece::Text(text) | Piece::Unit(text) => quote(text, out),
            Piece::List => self.open(Bracket::List),
            Piece::Map | Piece::Struct => self.open(Bracket::Object),
            Piece::Variant(name) => {
                self.open(Bracket::Object);
                self.begin(PieceRole::Field(name), true);
                self.open(Bracket::Payload);
            }
            Piece::Error(kind, message) => {
                self.open(Bracket::Object);
                self.begin(PieceRole::Field("kind"), true);
                quote(kind, self.out.text());
                self.begin(PieceRole::Field("message"), false);
                quote(message, self.out.text());
                self.end(false);
            }
            // These were refused.
            Piece::Procedure | Piece::Host(_) | Piece::Cycle | Piece::End => {}
        }
    }

    /// What stands before a value.
    fn begin(&mut self, role: PieceRole<'_>, is_first: bool) {
        if matches!(role, PieceRole::Element | PieceRole::Key | PieceRole::Field(_)) {
            if !is_first {
                self.out.text().push(',');
            }
            self.new_line();
        }
        if let PieceRole::Field(name) = role {
            quote(name, self.out.text());
        }
        if matches!(role, PieceRole::Value | PieceRole::Field(_)) {
            self.out.text().push_str(if self.indent.is_some() { ": " } else { ":" });
        }
    }

    fn open(&mut self, bracket: Bracket) {
        self.out.text().push(if bracket == Bracket::List { '[' } else { '{' });
        self.open.push(bracket);
    }

    /// Ends what began last; nothing in it stays on its line.
    fn end(&mut self, is_empty: bool) {
        while let Some(bracket) = self.open.pop() {
            if !is_empty {
                self.new_line();
            }
            self.out.text().push(if bracket == Bracket::List { ']' } else { '}' });
            if bracket != Bracket::Payload {
                return;
            }
        }
    }

    fn new_line(&mut self) {
        if let Some(indent) = self.indent {
            let spaces = self.open.len() * indent;
            let out = self.out.text();
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', spaces));
        }
    }
}

/// The letter after the backslash of a byte that is escaped; after `u` come four digits.
const fn escape(byte: u8) -> Option<u8> {
    match byte {
        b'"' | b'\\' => Some(byte),
        b'\n' => Some(b'n'),
        b'\r' => Some(b'r'),
        b'\t' => Some(b't'),
        0x08 => Some(b'b'),
        0x0C => Some(b'f'),
        0..0x20 => Some(b'u'),
        _ => None,
    }
}

/// Bytes of a text as JSON.
fn quoted(text: &str) -> usize {
    let more = text.bytes().map(|byte| match escape(byte) {
        None => 0,
        Some(b'u') => 5,
        Some(_) => 1,
    });
    text.len().saturating_add(more.sum::<usize>()).saturating_add(2)
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    // What needs no escape is written in one piece; what does is ASCII.
    while let Some(at) = rest.bytes().position(|byte| escape(byte).is_some()) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut bytes = special.bytes();
        if let Some(byte) = bytes.next()
            && let Some(letter) = escape(byte)
        {
            out.push('\\');
            out.push(char::from(letter));
            if letter == b'u' {
                let _ = write!(out, "{byte:04x}");
            }
        }
        rest = special.get(1..).unwrap_or("");
    }
    out.push_str(rest);
    out.push('"');
}
