//! Register code as text, one word a line.

use crate::code::{RegCode, SlotRef};
use crate::word::{Form, Instr};
use lyra_bytecode::{Kind, OPS};
use std::fmt;

impl fmt::Display for SlotRef {
    /// `w3` or `r3`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Ref => write!(f, "r{}", self.number),
            Kind::Word => write!(f, "w{}", self.number),
        }
    }
}

impl fmt::Display for RegCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.words.len().saturating_sub(1).to_string().len();
        for (at, word) in self.words.iter().enumerate() {
            match word.unpack() {
                Some(instr) => writeln!(f, "{at:<width$}  {}", self.shown(at, instr))?,
                None => writeln!(f, "{at:<width$}  ?{:#018x}", word.0)?,
            }
        }
        Ok(())
    }
}

impl RegCode {
    fn shown(&self, at: usize, instr: Instr) -> String {
        let Instr { form, a, b, c, .. } = instr;
        let name = OPS.get(usize::from(instr.row)).map_or("?", |info| info.mnemonic);
        let unary =
            OPS.get(usize::from(instr.row)).and_then(|info| info.rule).is_some_and(|rule| rule.0.len() == 1);
        let near = || at as i64 + i64::from(c.cast_signed());
        let far = || at as i64 + i64::from(instr.number().cast_signed());
        let right = b.cast_signed();
        match form {
            Form::Slots if unary => format!("{name} w{a}, w{b}"),
            Form::Slots => format!("{name} w{a}, w{b}, w{c}"),
            Form::Right => format!("{name} w{a}, w{b}, {}", c.cast_signed()),
            Form::If => format!("if {name} w{a}, w{b} -> {}", near()),
            Form::Unless => format!("unless {name} w{a}, w{b} -> {}", near()),
            Form::IfRight => format!("if {name} w{a}, {right} -> {}", near()),
            Form::UnlessRight => format!("unless {name} w{a}, {right} -> {}", near()),
            Form::BackIf => format!("back_if {name} w{a}, w{b} -> {}", near()),
            Form::BackUnless => format!("back_unless {name} w{a}, w{b} -> {}", near()),
            Form::BackIfRight => format!("back_if {name} w{a}, {right} -> {}", near()),
            Form::BackUnlessRight => format!("back_unless {name} w{a}, {right} -> {}", near()),
            Form::Small => format!("small w{a}, {}", instr.number()),
            Form::Large => {
                let bits = self.constants.get(instr.number() as usize).copied().unwrap_or(0);
                format!("large w{a}, {bits:#x}")
            }
            Form::MoveWord => format!("move w{a}, w{b}"),
            Form::MoveRef => format!("move r{a}, r{b}"),
            Form::Null => format!("null r{a}"),
            Form::Jump => format!("jump -> {}", far()),
            Form::BackJump => format!("back_jump -> {}", far()),
            Form::IfTrue => format!("if w{a} -> {}", near()),
            Form::IfFalse => format!("unless w{a} -> {}", near()),
            Form::BackIfTrue => format!("back_if w{a} -> {}", near()),
            Form::BackIfFalse => format!("back_unless w{a} -> {}", near()),
            Form::Pay => format!("pay {}", instr.number()),
            Form::Return => "return".to_owned(),
            Form::ReturnWord => format!("return w{a}"),
            Form::ReturnRef => format!("return r{a}"),
            Form::Slow => self.shown_slow(instr.number()),
        }
    }

    fn shown_slow(&self, entry: u32) -> String {
        let Some(slow) = self.slow.get(entry as usize) else { return "slow ?".to_owned() };
        let result = slow.result.map_or_else(String::new, |slot| format!("{slot} = "));
        let args: Vec<String> = slow.args.iter().map(|slot| format!(" {slot}")).collect();
        format!("{result}{}{}", slow.op.info().mnemonic, args.join(","))
    }
}
