//! A row for every instruction of the interpreter, so that a handler that became slower shows by its name.
//!
//! Rows with a whole type rule in the instruction table are generated from it: new instructions join by
//! themselves. Those whose rule is written by hand stand in [`BY_HAND`] with a group of instructions that needs them.
//! A figure is the time of one such group, nothing subtracted; the group is what the row is about. Where types
//! allow it, groups make a chain, each taking the result of the one before, so that the measured instruction
//! has a large part in them.

use super::machine::{Listing, UNROLLED, rounds};
use super::{HANDLERS, Kernel};
use lyra::Tier;
use lyra_bytecode::{Kind, OPS, Op, OpInfo, TypeId, Types};
use std::fmt::Write as _;

pub(super) fn kernels() -> Vec<Kernel> {
    generated().chain(by_hand()).map(Row::kernel).collect()
}

/// What is measured for one instruction.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) listing: Listing,
    /// The group: what stands once for each count.
    about: String,
}

impl Row {
    fn kernel(self) -> Kernel {
        let Self { name, listing, about } = self;
        let unrolled = listing.unrolled;
        let text = listing.text();
        Kernel::time(HANDLERS, name, unrolled, move || rounds(Tier::Reference, &text)).about(about)
    }
}

/// Instructions that cannot stand in a loop: each ends the run.
#[cfg(test)]
pub(super) const WITHOUT: [&str; 2] = ["panic", "fail_assert"];

/// Rows made from the table: those with a whole rule and no operands.
pub(super) fn generated() -> impl Iterator<Item = Row> {
    (0u8..).zip(OPS).filter_map(|(code, info)| {
        let (popped, pushed) = info.rule?;
        if info.ends() || !info.operands.is_empty() {
            return None;
        }
        let (name, about) = (info.mnemonic.to_owned(), |body: &str| body.trim().replace('\n', "; "));
        if let Some((first, body)) = chain(code, info, popped, pushed) {
            let about = about(&body);
            let listing =
                Listing { before: first, body, after: "drop_word".to_owned(), ..Listing::default() };
            return Some(Row { name, listing, about });
        }
        let body = apart(info, popped, pushed)?;
        Some(Row { name, about: about(&body), listing: Listing { body, ..Listing::default() } })
    })
}

/// The values that operands of a word type are taken from, best first: as listings write them, and as words.
fn values(ty: TypeId) -> &'static [(&'static str, u64)] {
    match ty {
        TypeId::BOOL => &[("const_bool true", 1)],
        TypeId::U8 => &[("const_u8 3", 3), ("const_u8 1", 1), ("const_u8 0", 0)],
        TypeId::I32 => &[("const_i32 3", 3), ("const_i32 1", 1), ("const_i32 0", 0)],
        TypeId::I64 => &[("const_i64 3", 3), ("const_i64 1", 1)],
        TypeId::F64 => &[("const_f64 1.5", 0x3ff8_0000_0000_0000), ("const_f64 1.0", 0x3ff0_0000_0000_0000)],
        TypeId::CHAR => &[("const_char 'k'", 'k' as u64)],
        _ => &[],
    }
}

/// Instructions that push a value of `ty`.
fn pushing(ty: TypeId) -> Option<&'static str> {
    match ty {
        TypeId::STR => Some("const_str \"some text\""),
        TypeId::ERROR => Some("const_str \"kind\"\nconst_str \"message\"\nnew_error"),
        _ => values(ty).first().map(|&(text, _)| text),
    }
}

fn dropping(ty: TypeId) -> &'static str {
    if Types::new().kind(ty) == Kind::Ref { "drop_ref" } else { "drop_word" }
}

/// What begins a chain, and its link, for a scalar instruction whose result has the type of its first operand: that
/// is pushed once a round, and each instruction takes it on. The second operand is one that lets the chain last for
/// a round: it does not trap and, where there is a choice, does not end up at zero.
fn chain(code: u8, info: &OpInfo, popped: &[TypeId], pushed: &[TypeId]) -> Option<(String, String)> {
    let (&first, &[result]) = (popped.first()?, pushed) else { return None };
    if !info.is_scalar || first != result {
        return None;
    }
    let op = Op::build(code, |_| Err::<_, ()>(())).ok().flatten()?;
    let end = |start: u64, second: Option<u64>| {
        (0..UNROLLED).try_fold(start, |x, _| match second {
            Some(second) => op.eval(&[x, second])?.ok(),
            None => op.eval(&[x])?.ok(),
        })
    };
    let mut fallback = None;
    for &(text, start) in values(first) {
        let Some(&ty) = popped.get(1) else {
            if end(start, None).is_some() {
                return Some((text.to_owned(), info.mnemonic.to_owned()));
            }
            continue;
        };
        for &(second_text, second) in values(ty) {
            let Some(last) = end(start, Some(second)) else { continue };
            let found = (text.to_owned(), format!("{second_text}\n{}", info.mnemonic));
            if last != 0 {
                return Some(found);
            }
            fallback.get_or_insert(found);
        }
    }
    fallback
}

/// The group where nothing is handed on: operands are pushed, results dropped.
fn apart(info: &OpInfo, popped: &[TypeId], pushed: &[TypeId]) -> Option<String> {
    let mut body = String::new();
    for &ty in popped {
        writeln!(body, "{}", pushing(ty)?).ok()?;
    }
    writeln!(body, "{}", info.mnemonic).ok()?;
    for &ty in pushed.iter().rev() {
        writeln!(body, "{}", dropping(ty)).ok()?;
    }
    Some(body)
}

/// Rows whose types the table leaves open: name and group. Locals and tables are those of [`by_hand`]; `@` is the
/// number of the repetition.
pub(super) const BY_HAND: &[(&str, &str)] = &[
    ("const_bool", "const_bool true; drop_word"),
    ("const_u8", "const_u8 7; drop_word"),
    ("const_i32", "const_i32 7; drop_word"),
    ("const_char", "const_char 'k'; drop_word"),
    ("const_i64", "const_i64 7; drop_word"),
    ("const_f64", "const_f64 7.5; drop_word"),
    ("const_str", "const_str \"some text\"; drop_ref"),
    ("get_word", "get_word 13; drop_word"),
    ("set_word", "const_i32 7; set_word 13"),
    ("get_ref", "get_ref 0; drop_ref"),
    ("set_ref", "get_ref 0; set_ref 0"),
    ("get_global_word", "get_global_word count; drop_word"),
    ("set_global_word", "const_i32 7; set_global_word count"),
    ("get_global_ref", "get_global_ref label; drop_ref"),
    ("set_global_ref", "get_ref 0; set_global_ref label"),
    ("dup_word", "dup_word; drop_word"),
    ("dup_ref", "dup_ref; drop_ref"),
    ("jump", "jump M@; M@:"),
    ("jump_if, taken", "const_bool true; jump_if M@; M@:"),
    ("jump_if, not taken", "const_bool false; jump_if M@; M@:"),
    ("jump_unless, taken", "const_bool false; jump_unless M@; M@:"),
    ("jump_unless, not taken", "const_bool true; jump_unless M@; M@:"),
    ("call, return", "call nothing"),
    ("call, return: a word", "const_i32 7; call same; drop_word"),
    ("call_builtin: min i32", "const_i32 7; const_i32 3; call_builtin min i32; drop_word"),
    ("call_builtin: equal str", "get_ref 0; get_ref 0; call_builtin equal str; drop_word"),
    ("call_builtin: to_text i32", "const_i32 7; call_builtin to_text i32; drop_ref"),
    ("call_host", "call_host bench.nothing"),
    ("throw", "T@:; get_ref 4; throw; H@:; drop_ref"),
    ("error_trace", "get_ref 4; error_trace; drop_ref"),
    ("new_array", "new_array [i32]; drop_ref"),
    ("append_word", "new_array [i32]; const_i32 7; append_word; const_i32 8; append_word; drop_ref"),
    ("append_ref", "new_array [str]; get_ref 0; append_ref; get_ref 0; append_ref; drop_ref"),
    ("array_length", "get_ref 1; array_length; drop_word"),
    ("array_get_word", "get_ref 1; const_i32 2; array_get_word; drop_word"),
    ("array_get_ref", "get_ref 2; const_i32 2; array_get_ref; drop_ref"),
    ("array_set_word", "get_ref 1; const_i32 2; const_i32 9; array_set_word"),
    ("array_set_ref", "get_ref 2; const_i32 2; get_ref 0; array_set_ref"),
    ("same_ref", "get_ref 1; get_ref 1; same_ref; drop_word"),
    ("new_record", "const_i32 7; get_ref 0; new_record (i32, str); drop_ref"),
    ("get_part_word", "get_ref 3; get_part_word 0; drop_word"),
    ("get_part_ref", "get_ref 3; get_part_ref 1; drop_ref"),
    ("set_part_word", "get_ref 5; const_i32 9; set_part_word 0"),
    ("set_part_ref", "get_ref 5; get_ref 0; set_part_ref 1"),
    ("const_enum", "const_enum Color 1; drop_word"),
    ("enum_index", "const_enum Color 1; enum_index; drop_word"),
    ("new_variant", "const_i32 7; new_variant Shape 0; drop_ref"),
    ("new_variant: no payload", "new_variant Shape 2; drop_ref"),
    ("variant_index", "get_ref 6; variant_index; drop_word"),
    ("get_payload_word", "get_ref 6; get_payload_word 0 0; drop_word"),
    ("get_payload_ref", "get_ref 7; get_payload_ref 1 0; drop_ref"),
    ("const_none", "const_none i32?; drop_ref"),
    ("is_none", "const_none i32?; is_none; drop_word"),
    ("unwrap_word", "const_i32 7; upcast_word i32 i32?; unwrap_word; drop_word"),
    ("unwrap_ref", "get_ref 0; upcast_ref str str?; unwrap_ref; drop_ref"),
    ("upcast_word", "const_i32 7; upcast_word i32 any; drop_ref"),
    ("upcast_ref", "get_ref 5; upcast_ref Point Area; drop_ref"),
    ("is_type", "get_ref 8; is_type Point; drop_word"),
    ("is_type: interface", "get_ref 10; is_type Area; drop_word"),
    ("downcast_word", "const_i32 7; upcast_word i32 any; downcast_word i32; drop_word"),
    ("downcast_ref", "get_ref 8; downcast_ref Point; drop_ref"),
    ("type_name", "get_ref 10; type_name; drop_ref"),
    ("call_method", "get_ref 8; call_method Area 0; drop_word"),
    ("new_closure", "const_i32 3; new_closure sum proc(i32) -> i32; drop_ref"),
    ("call_closure", "const_i32 7; get_ref 9; call_closure; drop_word"),
    (
        "any_binary: i32 add",
        "const_i32 7; upcast_word i32 any; const_i32 3; upcast_word i32 any; any_binary add; drop_ref",
    ),
    ("any_unary: i32 neg", "const_i32 7; upcast_word i32 any; any_unary neg; drop_ref"),
    ("any_get_index", "get_ref 10; const_i32 2; upcast_word i32 any; any_get_index; drop_ref"),
    (
        "any_set_index",
        "get_ref 10; const_i32 2; upcast_word i32 any; const_i32 9; upcast_word i32 any; any_set_index",
    ),
    ("any_get_field", "get_ref 5; upcast_ref Point any; any_get_field \"label\"; drop_ref"),
    (
        "any_set_field",
        "get_ref 5; upcast_ref Point any; get_ref 0; upcast_ref str any; any_set_field \"label\"",
    ),
    (
        "any_call",
        "const_i32 7; upcast_word i32 any; get_ref 9; upcast_ref proc(i32) -> i32 any; any_call 1; drop_ref",
    ),
    ("any_call_method", "get_ref 5; upcast_ref Point any; any_call_method \"size\" 0; drop_ref"),
    ("new_map", "new_map {str: i32}; drop_ref"),
    ("call_builtin: map_get", "get_ref 11; get_ref 0; call_builtin map_get {str: i32}; drop_ref"),
    ("call_builtin: map_set", "get_ref 11; get_ref 0; const_i32 9; call_builtin map_set {str: i32}"),
    ("str_concat", "get_ref 0; get_ref 0; str_concat 2; drop_ref"),
];

/// The locals of those rows: references, the counter, a word.
const LOCALS: [&str; 14] = [
    "str",
    "[i32]",
    "[str]",
    "(i32, str)",
    "error",
    "Point",
    "Shape",
    "Shape",
    "Area",
    "proc(i32) -> i32",
    "any",
    "{str: i32}",
    "i32",
    "i32",
];

/// What the groups of [`BY_HAND`] need. Words begin on the stack with a 7, references with a text.
fn by_hand() -> impl Iterator<Item = Row> {
    let tables = "type [i32]
type [str]
type (i32, str)
type proc(i32) -> i32
type str?
type i32?
type {str: i32}
struct Point { size: i32, label: str }
enum Color { Red, Green }
enum Shape { Circle(radius: i32), Label(text: str), Unit }
interface Area { size() -> i32 }
import bench.nothing()
global count i32
global label str
impl Area for Point { size }
method Point size size
proc size(Point) -> i32 {
  local 0 Point
  get_ref 0
  get_part_word 0
  return
}
proc sum(i32, i32) -> i32 {
  local 0 i32
  local 1 i32
  get_word 0
  get_word 1
  add_i32
  return
}
proc nothing() {
  return
}
proc same(i32) -> i32 {
  local 0 i32
  get_word 0
  return
}";
    let four = |ty: &str, element: &str, append: &str| {
        format!("new_array {ty}\n{}", format!("{element}\n{append}\n").repeat(4))
    };
    let setup = format!(
        "const_str \"some text\"
set_ref 0
{}set_ref 1
{}set_ref 2
const_i32 7
const_str \"part\"
new_record (i32, str)
set_ref 3
const_str \"kind\"
const_str \"message\"
new_error
set_ref 4
const_i32 7
get_ref 0
new_record Point
set_ref 5
const_i32 7
new_variant Shape 0
set_ref 6
get_ref 0
new_variant Shape 1
set_ref 7
get_ref 5
upcast_ref Point Area
set_ref 8
const_i32 3
new_closure sum proc(i32) -> i32
set_ref 9
get_ref 1
upcast_ref [i32] any
set_ref 10
new_map {{str: i32}}
set_ref 11
get_ref 11
get_ref 0
const_i32 7
call_builtin map_set {{str: i32}}
const_i32 7
get_ref 0",
        four("[i32]", "const_i32 7", "append_word"),
        four("[str]", "const_str \"element\"", "append_ref"),
    );
    BY_HAND.iter().map(move |(name, group)| Row {
        name: (*name).to_owned(),
        about: group.replace("@:;", ":").replace('@', ""),
        listing: Listing {
            tables: tables.to_owned(),
            locals: LOCALS.map(str::to_owned).to_vec(),
            handlers: if *name == "throw" { "handler T@..H@ -> H@".to_owned() } else { String::new() },
            setup: setup.clone(),
            body: group.replace("; ", "\n"),
            counter: 12,
            ..Listing::default()
        },
    })
}
