//! The page of the book that lists every instruction and every built-in, made from the two tables.

use crate::builtin::{BUILTINS, Bound, Pattern};
use crate::op::{OPS, OpInfo, OperandKind};
use crate::types::{TypeId, Types};
use std::fmt::Write;

const HEAD: &str = "\
# Instructions

<!-- Made by `cargo xtask docs` from the tables in crates/lyra-bytecode/src: change those. -->

Every instruction of the stack bytecode, by opcode. There are two operand stacks, *words* (numbers, `bool`, `char`,
enumerations without payloads) and *references* (all other types). *Stack* names what is popped and what is pushed, in the order in which it was
pushed; each value is on the stack of its kind. Where the rule depends on the operands or on the module, the text says
it.

Effects: *traps* may end in an error; *allocates* may charge memory and collect; *jumps* may go elsewhere; *ends* never
goes on to the next instruction; *calls* runs other code; *reads* and *writes* depend on or change what other
instructions see. Without any, an instruction is pure.

";

const BUILTIN_HEAD: &str = "
## Built-ins

What `call_builtin` can call. `T` is the type that stands in the instruction (`bool` for a built-in over no type);
of a map, `K` and `V` are the types of keys and values. `T?` of an optional or `any` is that itself.

| number | name | over | takes and gives | does |
|---|---|---|---|---|
";

/// Every instruction and built-in as a page of Markdown: `docs/src/instructions.md`.
///
/// ```
/// let page = lyra_bytecode::instructions_markdown();
/// assert!(page.contains("`add_i32`"));
/// ```
#[must_use]
pub fn instructions_markdown() -> String {
    let types = Types::new();
    let mut page = String::from(HEAD);
    page.push_str("| opcode | instruction | stack | effects | does |\n|---|---|---|---|---|\n");
    for (opcode, info) in OPS.iter().enumerate() {
        let operands: String =
            info.operands.iter().map(|(name, kind)| format!(" *{name}: {}*", operand_name(*kind))).collect();
        // Writing to a `String` does not fail.
        let _ = writeln!(
            page,
            "| {opcode} | `{}`{operands} | {} | {} | {} |",
            info.mnemonic,
            rule(info, &types),
            info.effects.join(" "),
            cell(info.doc),
        );
    }
    page.push_str(BUILTIN_HEAD);
    for (number, (_, info)) in BUILTINS.iter().enumerate() {
        let params: Vec<&str> = info.params.iter().map(pattern_name).collect();
        let result =
            info.result.as_ref().map_or(String::new(), |pattern| format!(" -> {}", pattern_name(pattern)));
        let _ = writeln!(
            page,
            "| {number} | `{}` | {} | `({}){result}` | {} |",
            info.mnemonic,
            bound_name(info.bound),
            params.join(", "),
            cell(info.doc),
        );
    }
    page
}

/// The stack column.
fn rule(info: &OpInfo, types: &Types) -> String {
    let Some((popped, pushed)) = info.rule else { return String::new() };
    let names = |ids: &[TypeId]| ids.iter().map(|&id| types.name(id)).collect::<Vec<_>>().join(" ");
    format!("`{}`", format!("{} -> {}", names(popped), names(pushed)).trim())
}

/// Text of a documentation comment inside a table.
fn cell(doc: &str) -> String {
    let mut text = doc.trim().replace('|', "\\|");
    // Links of rustdoc lead nowhere in a book.
    while let Some(start) = text.find("](") {
        let Some(end) = text.get(start..).and_then(|rest| rest.find(')')) else { break };
        text.replace_range(start..=start + end, "]");
    }
    text.replace("[`", "`").replace("`]", "`")
}

const fn operand_name(kind: OperandKind) -> &'static str {
    match kind {
        OperandKind::Bool => "bool",
        OperandKind::U8 => "u8",
        OperandKind::U16 => "u16",
        OperandKind::I32 => "i32",
        OperandKind::Char => "char",
        OperandKind::Const => "constant",
        OperandKind::Local => "local",
        OperandKind::Global => "global",
        OperandKind::Label => "label",
        OperandKind::Proc => "procedure",
        OperandKind::Type => "type",
        OperandKind::Operator => "operator",
        OperandKind::Builtin => "built-in",
        OperandKind::Import => "import",
    }
}

const fn pattern_name(pattern: &Pattern) -> &'static str {
    match pattern {
        Pattern::T => "T",
        Pattern::ArrayT => "[T]",
        Pattern::OptT => "T?",
        Pattern::K => "K",
        Pattern::V => "V",
        Pattern::OptV => "V?",
        Pattern::ArrayK => "[K]",
        Pattern::ArrayV => "[V]",
        Pattern::OptI32 => "i32?",
        Pattern::OptI64 => "i64?",
        Pattern::OptF64 => "f64?",
        Pattern::Bool => "bool",
        Pattern::I32 => "i32",
        Pattern::Char => "char",
        Pattern::Str => "str",
        Pattern::ArrayStr => "[str]",
        Pattern::ArrayChar => "[char]",
        Pattern::ArrayU8 => "[u8]",
    }
}

const fn bound_name(bound: Bound) -> &'static str {
    match bound {
        Bound::None => "no type",
        Bound::Any => "any type",
        Bound::Ordered => "ordered types",
        Bound::Number => "numbers",
        Bound::Integer => "integers",
        Bound::Map => "maps",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_bars_do_not_break_a_row() {
        assert_eq!(cell(" A [`Spec`](crate::Spec) or a | b. "), "A `Spec` or a \\| b.");
    }

    #[test]
    fn every_row_has_its_columns() {
        let page = instructions_markdown();
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ")).collect();
        assert_eq!(rows.len(), OPS.len() + BUILTINS.len() + 2);
        for row in rows {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 6, "{row}");
        }
    }
}
