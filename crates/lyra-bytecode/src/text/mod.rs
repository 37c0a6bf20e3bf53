//! Modules as text: [`disassemble`] lists one, [`assemble`] reads the listing back to an equal module.
//!
//! A listing shows what a program became and nothing that changes without it: things go by name or value, not
//! by number, wherever that says which one is meant, so that one more constant does not change every line.
//!
//! ```text
//! module "count.lyra"
//! debug "count.lyra"                      ; a file; with it come names of locals and positions
//! type [str]                              ; types 9, 10, …; the nine basic ones are always there
//! struct Point { x: f64, y: f64 }         ; definitions; types refer to them by name
//! const "hello"                           ; constants: text, i64, f64 (`nan:0x…` by its bits)
//! import host.log(str) -> i32
//! global count i32 public
//! impl Area for Point { area }            ; the procs of the interface's methods
//! method Point norm norm                  ; type, name, proc
//! entry main
//! test "sums" "test sums" 12             ; name, proc, line; `bench` likewise
//!
//! proc main() {
//!   file 1                                ; of the second file; without the line, of the first
//!   local 0 error e                       ; number, type, name
//!   local 1 i32 i
//!   handler L0..L1 -> L2                  ; range, end not in it, and where it goes
//! L0:
//!   at 1:1:5                              ; line, column, length: from the next instruction on
//!   const_i32 1
//!   set_word 1                            ; i
//!   …
//! }
//! ```
//!
//! What stands for a thing: a name (in quotes if it is no plain word), a value, a type; `#7` for number 7 of its
//! table where that would not tell or there is no such thing; `@7` for instruction 7. Constants and types that are
//! not declared are added at their first use.

mod lex;
mod operand;
mod print;
mod read;
mod read_types;
mod source;
mod types;

pub use print::{Listing, disassemble};
pub use read::{AssembleError, assemble};
pub use source::SourceLines;

/// A text in quotes, so that one line shows all of it: control and direction characters are escaped.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text, '"'))
}

/// `text` with everything escaped that could break or disturb a line, and `quote`.
fn escaped(text: &str, quote: char) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            '\\' => shown.push_str("\\\\"),
            _ if c == quote => shown.extend(['\\', c]),
            // A fixed list instead of Rust's notion of "printable", which changes with each Unicode.
            _ if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}') =>
            {
                shown.extend(c.escape_unicode());
            }
            _ => shown.push(c),
        }
    }
    shown
}
