//! Modules as bytes: [`encode`] writes sections, [`decode`] reads them back and trusts nothing.
//!
//! ```text
//! info     version, fingerprint of the instruction table, name, entry
//! types    the compound types: 0 array | 1 tuple | 2 optional | 3 map | 4 proc | 5 cell, each with its parts |
//!          6 struct | 7 enum | 8 plain enum | 9 interface, each with the number of its definition
//! defs     the definitions: name, 0 nothing | 1 fields | 2 variants, with fields | 3 methods, with signatures
//! consts   0 i64 (zigzag) | 1 f64 (8 bytes) | 2 text
//! imports  module, name, signature
//! globals  name, type, public
//! procs    name, signature, public, locals, handlers, number of instructions
//! impls    impls: definition of the interface, type, procs; methods by name: type, name, proc
//! code     the instructions of all procs: opcode, operands
//! tests    0 test | 1 bench, name, proc, line; missing when there are none
//! debug    names and texts of files; file, names and positions by proc; may be missing
//! ```
//!
//! Numbers are LEB128 (7 bits a byte, low first), signed ones zigzag; texts are a length and UTF-8; an opcode is
//! the instruction's row in the table. Every module has exactly one encoding and every encoding is of one
//! module: over-long numbers, flags other than 0 and 1, and bytes that are left over are errors. A number that
//! claims a size allocates nothing by itself: memory is taken as contents are read (INV-7).
//!
//! Digests, and the file around the sections, are not known here.

mod bytes;
mod decode;
mod encode;

pub use decode::{DecodeError, decode};
pub use encode::encode;

use crate::builtin::BUILTINS;
use crate::op::{AnyOperator, OPS};

/// The version of this format and of what the instructions mean.
pub const VERSION: u32 = 3;

/// A part of an encoded module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name: up to 8 characters of ASCII.
    pub name: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A part of an encoded module that came from somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionRef<'a> {
    /// Its name.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

impl<'a> From<&'a Section> for SectionRef<'a> {
    fn from(section: &'a Section) -> Self {
        Self { name: section.name, bytes: &section.bytes }
    }
}

/// The sections, in the order in which they stand.
const INFO: &str = "info";
const TYPES: &str = "types";
const DEFS: &str = "defs";
const CONSTS: &str = "consts";
const IMPORTS: &str = "imports";
const GLOBALS: &str = "globals";
const PROCS: &str = "procs";
const IMPLS: &str = "impls";
const CODE: &str = "code";
const TESTS: &str = "tests";
const DEBUG: &str = "debug";

/// A number that changes when opcodes, built-ins or operators do: a file from a Lyra whose table was another would decode
/// to a different program, and is refused instead. 64-bit FNV-1a of names and kinds of operands.
fn fingerprint() -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |text: &str| {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    for info in OPS {
        add(info.mnemonic);
        for (name, _) in info.operands {
            add(name);
        }
    }
    for (_, info) in BUILTINS {
        add(info.mnemonic);
    }
    for operator in AnyOperator::ALL {
        add(operator.mnemonic());
    }
    hash
}
