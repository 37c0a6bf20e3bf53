//! Functions that pay for nothing: what counting costs is the difference to those that do.

use lyra_bytecode::{Op, Verified};
use lyra_ir::{Func, InstKind};
use lyra_tier_stack::Passes;
use lyra_vm_core::Translation;

/// The passes of the fastest tier, and then nothing is paid for. A call pays in its own instruction, which is left as it
/// is: two machine instructions that are not measured.
pub(super) struct Uncounted;

impl Passes for Uncounted {
    fn run(func: &mut Func, module: &Verified, translation: &Translation) {
        lyra_tier_codegen::optimize_without(func, module, |pass| translation.skips(pass));
        without_payments(func);
    }
}

/// Removes every payment but the unit before each call, which the translator wants to see.
fn without_payments(func: &mut Func) {
    let blocks: Vec<_> = func.layout.clone();
    for block in blocks {
        let insts = std::mem::take(&mut func.blocks[block].insts);
        let mut kept = Vec::with_capacity(insts.len());
        // From the end, so that the payment before a call is met after the call.
        let (mut poll, mut charge) = (false, false);
        for inst in insts.into_iter().rev() {
            let keep = match func.insts[inst].kind {
                InstKind::Op(Op::Call { .. }) => {
                    (poll, charge) = (true, true);
                    true
                }
                InstKind::Poll => std::mem::take(&mut poll),
                InstKind::Charge(_) if std::mem::take(&mut charge) => {
                    func.insts[inst].kind = InstKind::Charge(1);
                    true
                }
                InstKind::Charge(_) => false,
                _ => true,
            };
            if keep {
                kept.push(inst);
            }
        }
        kept.reverse();
        func.blocks[block].insts = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_pay() {
        let mut func = lyra_ir::parse(
            "func \"f\" -> i32 {\nblock0(v0: i32):\n  charge 1\n  poll\n  jump block1\nblock1:\n  charge 3\n  poll\n  v1: i32 = call proc0, v0\n  charge 1\n  poll\n  jump block1\n}",
        )
        .expect("it is a function");
        without_payments(&mut func);
        let text = func.to_string();
        assert_eq!((text.matches("charge").count(), text.matches("poll").count()), (1, 1), "{text}");
        // A place stands at the end of each line.
        let lines: Vec<&str> =
            text.lines().map(|line| line.split('@').next().unwrap_or(line).trim()).collect();
        let call = ["charge 1", "poll", "v1: i32 = call proc0, v0"];
        assert!(lines.windows(3).any(|found| found == call), "{text}");
    }
}
