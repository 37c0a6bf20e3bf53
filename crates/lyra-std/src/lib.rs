//! The standard modules of Lyra: `math json time random regex hash base64 log args`.
//!
//! A module is a Lyra file, kept here as text ([`MODULES`]) and compiled with the program that imports it. What
//! cannot be written in Lyra, or would be slow, it calls as *natives*: functions of a host module whose name no
//! program can write (`std:json`), so that only a standard file reaches them.
//!
//! ```text
//! program       import json    json.parse(text)
//! json.lyra     import native  native.parse(text, none, none)        documented, typed, compiled
//! natives       std:json       parse(str, [any]?, {str: any}?) -> any     this crate
//! ```
//!
//! Invariants:
//! - A native trusts nobody: bytecode of a stranger may call it without the file in between. It checks arguments and
//!   grants itself.
//! - What grows with the arguments is paid for while it is done, memory before it is taken; depth costs no native
//!   stack.
//! - The same arguments give the same result and cost the same fuel, on every platform and however often they were
//!   seen before. What depends on anything else (clock, randomness, arguments of the program) is granted by the host.
//!
//! ```
//! let parse = lyra_std::function("std:json", "parse").unwrap();
//! assert_eq!(parse.signature.to_string(), "proc(str, [any]?, {str: any}?) -> any");
//! ```
#![forbid(unsafe_code)]

mod modules;
mod natives;
mod services;

pub use modules::{MODULES, StandardModule};
pub use natives::{Declaration, declarations, function};
pub use services::{LogLevel, Services};
