//! What is executed, as integrity monitors see it: cut into pieces of a few kilobytes, so that a look at one takes
//! microseconds however large a program or a procedure is.

use crate::program::{Code, ProcCode};
use lyra_bytecode::{Constant, Kind, Op, OperandValue};
use lyra_security::{Hasher, Known, Regions};
use std::ops::Range;
use std::sync::Arc;

/// Instructions in a piece.
const OPS: usize = 512;
/// Handlers of a procedure, methods, implementations, types in a piece.
const ROWS: usize = 128;
/// Bytes of constants in a piece.
const BYTES: usize = 4_096;

/// The pieces of a program's code.
#[derive(Clone, Default)]
pub(crate) struct Pieces {
    list: Arc<[Piece]>,
    /// What monitors know of them.
    known: Known,
}

/// One piece. Numbers are of rows of the table it is of.
#[derive(Clone, Copy, Debug)]
enum Piece {
    /// What a procedure needs, and its first instructions.
    Proc(usize),
    /// Instructions of a procedure from that one on.
    Ops(usize, usize),
    /// Handlers of a procedure from that one on.
    Handlers(usize, usize),
    /// Constants from one to another.
    Constants(usize, usize),
    /// Bytes of a long text from that one on.
    Text(usize, usize),
    /// Rows of the tables of methods from that one on.
    Methods(usize),
    /// Types from that one on.
    Types(usize),
}

impl Pieces {
    /// Those of `code`.
    pub(crate) fn of(code: &Code) -> Self {
        let mut list = Vec::with_capacity(code.procs.len() + 3);
        for (number, proc) in code.procs.iter().enumerate() {
            list.push(Piece::Proc(number));
            list.extend((OPS..proc.ops.len()).step_by(OPS).map(|from| Piece::Ops(number, from)));
            list.extend((0..proc.handlers.rows()).step_by(ROWS).map(|from| Piece::Handlers(number, from)));
        }
        cut_constants(&code.constants, &mut list);
        list.extend((0..code.dispatch.rows().max(1)).step_by(ROWS).map(Piece::Methods));
        list.extend((0..code.shapes.rows().max(1)).step_by(ROWS).map(Piece::Types));
        Self { list: list.into(), known: Known::default() }
    }
}

/// Constants in their order: short ones together, long texts by themselves.
fn cut_constants(constants: &[Constant], list: &mut Vec<Piece>) {
    let (mut first, mut bytes) = (0, 0);
    for (number, constant) in constants.iter().enumerate() {
        let length = if let Constant::Str(text) = constant { text.len() } else { 0 };
        if length > BYTES {
            list.extend((0..length).step_by(BYTES).map(|from| Piece::Text(number, from)));
        }
        bytes += length.min(BYTES) + 9;
        if bytes >= BYTES {
            list.push(Piece::Constants(first, number + 1));
            (first, bytes) = (number + 1, 0);
        }
    }
    if first < constants.len() {
        list.push(Piece::Constants(first, constants.len()));
    }
}

impl Regions for Code {
    fn region_count(&self) -> usize {
        self.pieces.list.len()
    }

    fn feed(&self, region: usize, hasher: &mut Hasher) {
        let Some(&piece) = self.pieces.list.get(region) else { return };
        match piece {
            Piece::Proc(proc) => {
                if let Some(proc) = self.procs.get(proc) {
                    proc.feed(hasher);
                }
            }
            Piece::Ops(proc, from) => {
                let ops = self.procs.get(proc).map_or(&[][..], |proc| &proc.ops);
                feed_ops(rows(ops, from, OPS), hasher);
            }
            Piece::Handlers(proc, from) => {
                if let Some(proc) = self.procs.get(proc) {
                    proc.handlers.feed(from..from + ROWS, hasher);
                }
            }
            Piece::Constants(from, to) => feed_constants(rows(&self.constants, from, to - from), hasher),
            Piece::Text(constant, from) => {
                if let Some(Constant::Str(text)) = self.constants.get(constant) {
                    hasher.write(rows(text.as_bytes(), from, BYTES));
                }
            }
            Piece::Methods(from) => self.dispatch.feed(from..from + ROWS, hasher),
            Piece::Types(from) => self.shapes.feed(from..from + ROWS, hasher),
        }
    }

    fn region_name(&self, region: usize) -> String {
        match self.pieces.list.get(region) {
            Some(Piece::Proc(proc) | Piece::Ops(proc, _) | Piece::Handlers(proc, _)) => {
                let name = self.procs.get(*proc).map_or("", |proc| &proc.name);
                return format!("the code of `{}`", name.escape_debug());
            }
            Some(Piece::Constants(..) | Piece::Text(..)) => "the constants",
            Some(Piece::Methods(_)) => "the tables of methods",
            Some(Piece::Types(_)) | None => "the types",
        }
        .to_owned()
    }

    fn known(&self) -> Option<&Known> {
        Some(&self.pieces.known)
    }
}

/// At most `count` rows from `from` on.
fn rows<T>(list: &[T], from: usize, count: usize) -> &[T] {
    list.get(cut(from..from.saturating_add(count), list.len())).unwrap_or(&[])
}

/// The part of `range` that a list of `length` rows has.
pub(crate) fn cut(range: Range<usize>, length: usize) -> Range<usize> {
    let start = range.start.min(length);
    start..range.end.clamp(start, length)
}

impl ProcCode {
    /// Gives what the procedure needs, and its first instructions.
    fn feed(&self, hasher: &mut Hasher) {
        for number in [self.need, self.ref_params, self.word_params, self.ref_locals, self.word_locals] {
            hasher.write_u32(number);
        }
        hasher.write_u32(self.first_site);
        hasher.write_u8(match self.result {
            None => 0,
            Some(Kind::Ref) => 1,
            Some(Kind::Word) => 2,
        });
        hasher.write_u64(self.ops.len() as u64);
        hasher.write_u64(self.handlers.rows() as u64);
        feed_ops(rows(&self.ops, 0, OPS), hasher);
    }
}

/// Gathered before they go to the hasher, which is slow on small pieces.
fn feed_ops(ops: &[Op], hasher: &mut Hasher) {
    let mut block = Vec::with_capacity(ops.len() * 8);
    for op in ops {
        block.push(op.code());
        op.each_operand(|operand| push_operand(&mut block, operand));
    }
    hasher.write(&block);
}

fn push_operand(block: &mut Vec<u8>, operand: OperandValue) {
    let number = match operand {
        OperandValue::Bool(value) => value.into(),
        OperandValue::U8(value) => value.into(),
        OperandValue::I32(value) => value.cast_unsigned(),
        OperandValue::Char(value) => value.into(),
        OperandValue::Const(id) => id.0,
        OperandValue::Local(local) => local.0.into(),
        OperandValue::Global(id) => id.0,
        OperandValue::Label(label) => label.0,
        OperandValue::Proc(id) => id.0,
        OperandValue::Type(id) => id.0,
        OperandValue::U16(value) => value.into(),
        OperandValue::Operator(operator) => operator as u32,
        OperandValue::Builtin(builtin) => builtin as u32,
        OperandValue::Import(id) => id.0,
    };
    block.extend_from_slice(&number.to_le_bytes());
}

/// The bytes of texts longer than a piece are pieces of their own.
fn feed_constants(constants: &[Constant], hasher: &mut Hasher) {
    let mut block = Vec::with_capacity(BYTES);
    for constant in constants {
        match constant {
            Constant::I64(value) => {
                block.push(0);
                block.extend_from_slice(&value.to_le_bytes());
            }
            Constant::F64(bits) => {
                block.push(1);
                block.extend_from_slice(&bits.to_le_bytes());
            }
            Constant::Str(text) => {
                block.push(2);
                block.extend_from_slice(&(text.len() as u64).to_le_bytes());
                if text.len() <= BYTES {
                    block.extend_from_slice(text.as_bytes());
                }
            }
        }
    }
    hasher.write(&block);
}

#[cfg(test)]
mod tests {
    use super::*;
    use lyra_bytecode::{VerifyLimits, assemble, verify};
    use lyra_security::Digest;

    fn code(listing: &str) -> Code {
        let verified = verify(assemble(listing).unwrap(), &VerifyLimits::default()).unwrap();
        let program = crate::link(verified, &mut |_| None).unwrap();
        (**program.code()).clone()
    }

    /// The digest and the bytes of each piece.
    fn pieces(code: &Code) -> Vec<(Digest, u64)> {
        let fed = (0..code.region_count()).map(|piece| {
            let mut hasher = Hasher::new();
            code.feed(piece, &mut hasher);
            (hasher.finish(), hasher.written())
        });
        fed.collect()
    }

    /// A long procedure with many handlers, many constants, a long text.
    fn large() -> Code {
        let numbers: String =
            (0..1_000).map(|number| format!("const {}\n", number * 3_000_000_000i64)).collect();
        let texts: String =
            (0..40).map(|number| format!("const \"{number} {}\"\n", "x".repeat(500))).collect();
        let long = format!("const \"{}\"\n", "long text ".repeat(3_000));
        let rounds: String =
            (0..400).map(|round| format!("T{round}:\nconst_i32 {round}\ndrop_word\nE{round}:\n")).collect();
        let handlers: String = (0..400).map(|round| format!("handler T{round}..E{round} -> L\n")).collect();
        code(&format!(
            "module \"t\"\n{numbers}{texts}{long}entry main\nproc main() {{\nlocal 0 error\n{handlers}{rounds}return\nL:\n\
             set_ref 0\nreturn\n}}\n"
        ))
    }

    #[test]
    fn pieces_are_small() {
        let code = large();
        let sizes: Vec<u64> = pieces(&code).into_iter().map(|(_, bytes)| bytes).collect();
        assert!(sizes.len() > 20, "{sizes:?}");
        assert!(sizes.iter().all(|&bytes| bytes <= 2 * BYTES as u64), "{sizes:?}");
        assert!(sizes.iter().sum::<u64>() > 60_000);
    }

    #[test]
    fn each_row_is_in_one_piece() {
        let code = large();
        let before = pieces(&code);
        let changed = |change: &dyn Fn(&mut Code)| {
            let mut changed = code.clone();
            change(&mut changed);
            let after = pieces(&changed);
            before.iter().zip(&after).filter(|(before, after)| before.0 != after.0).count()
        };
        for op in 0..code.procs[0].ops.len() {
            assert_eq!(changed(&|code| code.procs[0].ops[op] = Op::Throw), 1, "instruction {op}");
        }
        for handler in [0, 1, 127, 128, 255, 256, 399] {
            assert_eq!(changed(&|code| code.procs[0].handlers.list[handler].0.target += 1), 1);
        }
        for constant in 0..code.constants.len() {
            let change: &dyn Fn(&mut Code) = &|code| match &mut code.constants[constant] {
                Constant::I64(value) => *value += 1,
                Constant::F64(bits) => *bits += 1,
                // As long as before.
                Constant::Str(text) => *text = text.replacen(['x', 'g'], "y", 1).into(),
            };
            assert_eq!(changed(change), 1, "constant {constant}");
        }
    }
}
