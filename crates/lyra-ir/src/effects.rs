//! What an instruction can do besides giving its value: what passes must keep in order.
//!
//! Read off the effects column of the instruction table, so that a new row has its effects everywhere at once.

use crate::func::InstKind;
use lyra_bytecode::OPS;

/// What an instruction can do.
///
/// ```
/// use lyra_bytecode::Op;
/// use lyra_ir::InstKind;
/// assert!(InstKind::Op(Op::AddI32).effects().is_pure());
/// assert!(InstKind::Op(Op::DivI32).effects().fails);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// It can fail: control goes to the handler or out of the function.
    pub fails: bool,
    /// It depends on variables, globals or objects.
    pub reads: bool,
    /// It changes some.
    pub writes: bool,
    /// It makes an object: each time another one, and memory can run out.
    pub allocates: bool,
    /// It runs other code.
    pub calls: bool,
    /// It pays fuel, or looks at what hangs on it.
    pub fuel: bool,
}

const PURE: Effects =
    Effects { fails: false, reads: false, writes: false, allocates: false, calls: false, fuel: false };

impl Effects {
    /// Whether nothing but its value comes of it.
    #[must_use]
    pub fn is_pure(self) -> bool {
        self == PURE
    }

    /// Whether it may be left out when nobody uses its value.
    #[must_use]
    pub fn is_idle(self) -> bool {
        !(self.fails || self.writes || self.calls || self.fuel)
    }
}

impl InstKind {
    /// What it can do.
    #[must_use]
    pub fn effects(self) -> Effects {
        match self {
            Self::Const(_) => PURE,
            Self::Op(op) => TABLE.get(usize::from(op.code())).copied().unwrap_or(PURE),
            Self::Charge(_) => Effects { fuel: true, ..PURE },
            Self::Poll => Effects { fuel: true, fails: true, ..PURE },
            Self::Enter(_) => Effects { fails: true, ..PURE },
            Self::GetVar(_) => Effects { reads: true, ..PURE },
            Self::SetVar(_) => Effects { writes: true, ..PURE },
        }
    }
}

/// The effects of every row of the instruction table.
static TABLE: [Effects; OPS.len()] = {
    let mut table = [PURE; OPS.len()];
    let mut code = 0;
    while code < OPS.len() {
        let words = OPS[code].effects;
        let mut index = 0;
        while index < words.len() {
            let (word, effects) = (words[index].as_bytes(), &mut table[code]);
            if same(word, b"traps") {
                effects.fails = true;
            } else if same(word, b"allocates") {
                effects.allocates = true;
                effects.fails = true;
            } else if same(word, b"reads") {
                effects.reads = true;
            } else if same(word, b"writes") {
                effects.writes = true;
            } else if same(word, b"calls") {
                effects.calls = true;
                effects.fails = true;
                effects.fuel = true;
            } else {
                // Where control goes is the block's business.
                assert!(same(word, b"jumps") || same(word, b"ends"), "an effect that nobody reads");
            }
            index += 1;
        }
        code += 1;
    }
    table
};

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}
