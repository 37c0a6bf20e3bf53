//! Register code as text, one word a line.

use crate::code::{RegCode, SlotRef};
use crate::form::Form;
use crate::word::Instr;
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
        self.list(f, |_| None)
    }
}

impl RegCode {
    /// Lists the words, one instruction a line, with what `remark` says of each beside it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn list(
        &self,
        out: &mut impl fmt::Write,
        mut remark: impl FnMut(u32) -> Option<String>,
    ) -> fmt::Result {
        let width = self.words.len().saturating_sub(1).to_string().len();
        let mut at = 0;
        while let Some(word) = self.words.get(at) {
            let (text, length) = match word.unpack() {
                Some(instr) => (self.shown(at, instr), instr.length()),
                None => (format!("?{:#018x}", word.0), 1),
            };
            match u32::try_from(at).ok().and_then(&mut remark) {
                Some(remark) => writeln!(out, "{at:<width$}  {text:<34} ; {remark}")?,
                None => writeln!(out, "{at:<width$}  {text}")?,
            }
            at += length;
        }
        Ok(())
    }

    fn shown(&self, at: usize, instr: Instr) -> String {
        let Instr { form, a, b, c, .. } = instr;
        let name = OPS.get(usize::from(instr.row)).map_or("?", |info| info.mnemonic);
        let unary =
            OPS.get(usize::from(instr.row)).and_then(|info| info.rule).is_some_and(|rule| rule.0.len() == 1);
        let near = || at as i64 + i64::from(c.cast_signed());
        let far = || at as i64 + i64::from(instr.number().cast_signed());
        let right = b.cast_signed();
        let second = self.words.get(at + 1).map_or(0, |word| word.0);
        let wide = instr.number();
        let get = |name: &str, to: &str, index: &str| format!("{name} {to}{a}, r{b}[{index}{c}]");
        let set = |name: &str, index: &str, from: &str| format!("{name} r{a}[{index}{b}], {from}{c}");
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
            Form::Large => format!("large w{a}, {second:#x}"),
            Form::MoveWord => format!("move w{a}, w{b}"),
            Form::MoveRef => format!("move r{a}, r{b}"),
            Form::MovePair => format!("move w{a}, w{}, w{b}, w{c}", a + 1),
            Form::MoveRefs => format!("move r{a}.., r{b}.., {c}"),
            Form::CountBack => format!("count_back w{a} < w{b} -> {}", near()),
            Form::CountBackRight => format!("count_back w{a} < {right} -> {}", near()),
            Form::StepBack => format!("step_back w{a} != w{b} -> {}", near()),
            Form::StepBackRight => format!("step_back w{a} != {right} -> {}", near()),
            Form::StepUp => format!("step_up w{a}, w{second} to w{b} -> {}", near()),
            Form::StepUpRight => format!("step_up w{a}, {} to w{b} -> {}", second as i32, near()),
            Form::StepDown => format!("step_down w{a}, w{second} to w{b} -> {}", near()),
            Form::StepDownRight => format!("step_down w{a}, {} to w{b} -> {}", second as i32, near()),
            Form::StepBelow => format!("step_below w{a}, w{second} if less than w{b} -> {}", near()),
            Form::StepBelowRight => {
                format!("step_below w{a}, {} if less than w{b} -> {}", second as i32, near())
            }
            Form::StepAbove => format!("step_above w{a}, w{second} if more than w{b} -> {}", near()),
            Form::StepAboveRight => {
                format!("step_above w{a}, {} if more than w{b} -> {}", second as i32, near())
            }
            Form::IfType => format!("if r{a} is type{b} -> {}", near()),
            Form::UnlessType => format!("unless r{a} is type{b} -> {}", near()),
            Form::IfElement => format!("if r{a}[w{b}] -> {}", near()),
            Form::UnlessElement => format!("unless r{a}[w{b}] -> {}", near()),
            Form::ReturnSmall => format!("return {wide}"),
            Form::MulAddF64 => format!("mul_add_f64 w{a}, w{b}, w{c}, w{second}"),
            Form::MulSubF64 => format!("mul_sub_f64 w{a}, w{b}, w{c}, w{second}"),
            Form::SubMulF64 => format!("sub_mul_f64 w{a}, w{second}, w{b}, w{c}"),
            Form::AddPart => format!("add_part r{a}.{b}, {}", c.cast_signed()),
            Form::Null => format!("null r{a}"),
            Form::Jump => format!("jump -> {}", far()),
            Form::BackJump => format!("back_jump -> {}", far()),
            Form::IfTrue => format!("if w{a} -> {}", near()),
            Form::IfFalse => format!("unless w{a} -> {}", near()),
            Form::BackIfTrue => format!("back_if w{a} -> {}", near()),
            Form::BackIfFalse => format!("back_unless w{a} -> {}", near()),
            Form::Pay => format!("pay {}", instr.number()),
            Form::Enter => format!("enter {}, paying {a}", instr.number()),
            Form::Return => "return".to_owned(),
            Form::ReturnWord => format!("return w{a}"),
            Form::ReturnRef => format!("return r{a}"),
            Form::Slow => self.shown_slow(instr.number()),
            Form::Text => format!("text r{a}, const{wide}"),
            Form::IfNone => format!("if none r{a} -> {}", near()),
            Form::IfSome => format!("unless none r{a} -> {}", near()),
            Form::Call => shown_call(a, b, u64::from(c), second),
            Form::CallFar => shown_call(a, b, second >> 32, second),
            Form::CallClosure => {
                let closure = second as u16;
                format!("call closure r{closure} at w{a}, r{b}{}", shown_waits(c.into()))
            }
            Form::CallMethod => {
                let (interface, method) = (second as u32, second >> 32);
                format!("call type{interface}.{method} at w{a}, r{b}{}", shown_waits(c.into()))
            }
            Form::GetByte => get("get_byte", "w", "w"),
            Form::GetHalf => get("get_half", "w", "w"),
            Form::GetWord => get("get_word", "w", "w"),
            Form::GetRef => get("get_ref", "r", "w"),
            Form::GetByteAt => get("get_byte", "w", ""),
            Form::GetHalfAt => get("get_half", "w", ""),
            Form::GetWordAt => get("get_word", "w", ""),
            Form::GetRefAt => get("get_ref", "r", ""),
            Form::SetByte => set("set_byte", "w", "w"),
            Form::SetHalf => set("set_half", "w", "w"),
            Form::SetWord => set("set_word", "w", "w"),
            Form::SetRef => set("set_ref", "w", "r"),
            Form::SetByteAt => set("set_byte", "", "w"),
            Form::SetHalfAt => set("set_half", "", "w"),
            Form::SetWordAt => set("set_word", "", "w"),
            Form::SetRefAt => set("set_ref", "", "r"),
            Form::Length => format!("length w{a}, r{b}"),
            Form::AppendByte => format!("append_byte r{a}, w{b}"),
            Form::AppendHalf => format!("append_half r{a}, w{b}"),
            Form::AppendWord => format!("append_word r{a}, w{b}"),
            Form::AppendRef => format!("append_ref r{a}, r{b}"),
            Form::Record1
            | Form::Record2
            | Form::Record3
            | Form::Record4
            | Form::Record5
            | Form::Record6
            | Form::Record7
            | Form::Record8 => self.shown_record(at, instr),
            Form::ArrayByte
            | Form::ArrayHalf
            | Form::ArrayWord
            | Form::ArrayRef
            | Form::UpcastBool
            | Form::UpcastU8
            | Form::UpcastI32
            | Form::UpcastI64
            | Form::UpcastF64
            | Form::UpcastChar
            | Form::IsType
            | Form::DowncastWord
            | Form::DowncastRef
            | Form::AnyAdd
            | Form::AnySub
            | Form::AnyMul
            | Form::AnyDiv
            | Form::AnyRem
            | Form::AnyAddChecked
            | Form::AnySubChecked
            | Form::AnyMulChecked
            | Form::AnyLt
            | Form::AnyLe
            | Form::AnyGt
            | Form::AnyGe
            | Form::AnyEq
            | Form::AnyNe
            | Form::AnyIndex => {
                format!("quick {}", self.shown_slow(second as u32))
            }
            Form::Value => format!("value r{a}, {second:#x}"),
            Form::Unit => format!("unit r{a}, type{b}.{c}"),
            Form::PartWord => format!("part w{a}, r{b}.{c}"),
            Form::PartRef => format!("part r{a}, r{b}.{c}"),
            Form::SetPartWord => format!("set_part r{a}.{b}, w{c}"),
            Form::SetPartRef => format!("set_part r{a}.{b}, r{c}"),
            Form::PayloadWord => format!("payload w{a}, r{b}.{second}.{c}"),
            Form::PayloadRef => format!("payload r{a}, r{b}.{second}.{c}"),
            Form::Variant => format!("variant w{a}, r{b}"),
            Form::SameRef => format!("same_ref w{a}, r{b}, r{c}"),
            Form::IsNone => format!("is_none w{a}, r{b}"),
            Form::UnwrapWord => format!("unwrap w{a}, r{b}"),
            Form::UnwrapRef => format!("unwrap r{a}, r{b}"),
            Form::GlobalWord => format!("global w{a}, global{wide}"),
            Form::GlobalRef => format!("global r{a}, global{wide}"),
            Form::SetGlobalWord => format!("set_global global{wide}, w{a}"),
            Form::SetGlobalRef => format!("set_global global{wide}, r{a}"),
        }
    }

    /// `record r1, type9.0(w2, none, r0)`
    fn shown_record(&self, at: usize, Instr { a, b, c, .. }: Instr) -> String {
        let shown = |part: Option<SlotRef>| part.map_or_else(|| "none".to_owned(), |slot| slot.to_string());
        let parts: Vec<String> = self.parts(at).into_iter().flatten().map(shown).collect();
        format!("record r{a}, type{b}.{c}({})", parts.join(", "))
    }

    fn shown_slow(&self, entry: u32) -> String {
        let Some(slow) = self.slow.get(entry as usize) else { return "slow ?".to_owned() };
        let result = slow.result.map_or_else(String::new, |slot| format!("{slot} = "));
        let args: Vec<String> = slow.args.iter().map(|slot| format!(" {slot}")).collect();
        format!("{result}{}{}{}", slow.op.info().mnemonic, args.join(","), shown_waits(slow.waits.into()))
    }
}

/// `call proc3 at w2, r0`: the windows begin there.
fn shown_call(word: u16, reference: u16, waits: u64, second: u64) -> String {
    format!("call proc{} at w{word}, r{reference}{}", second as u32, shown_waits(waits))
}

fn shown_waits(waits: u64) -> String {
    if waits == 0 { String::new() } else { format!(" waits {waits}") }
}
