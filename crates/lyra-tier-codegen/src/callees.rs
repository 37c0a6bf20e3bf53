//! Where the bodies come from that may stand in place of calls.

use crate::inline::SMALL_IF_HOT;
use lyra_bytecode::{ProcId, Verified};
use lyra_ir::{Func, FuncBuilder, Start};
use std::collections::HashMap;

/// The procedures that a function calls.
pub trait Callees {
    /// The function of a procedure, if it is one that may be inlined.
    fn func(&mut self, proc: ProcId) -> Option<&Func>;

    /// The most operands that wait in it at once, as the stack rule counts it.
    fn need(&self, proc: ProcId) -> u32;

    /// Whether it is known to be called often, so that a larger body pays.
    fn is_hot(&self, proc: ProcId) -> bool {
        let _ = proc;
        false
    }
}

/// The procedures of a module, built as they are asked for.
///
/// ```
/// use lyra_bytecode::{ProcId, VerifyLimits, assemble, verify};
/// use lyra_ir::{FuncBuilder, Start};
/// use lyra_tier_codegen::{ModuleCallees, inline};
/// let module = assemble(
///     "proc twice(i32) -> i32 {\n  local 0 i32\n  get_word 0\n  get_word 0\n  add_i32\n  return\n}\n\
///      proc main() -> i32 {\n  const_i32 21\n  call twice\n  return\n}",
/// )?;
/// let verified = verify(module, &VerifyLimits::default()).expect("it is sound");
/// let mut func = FuncBuilder::new(&verified).build(ProcId(1), Start::Call).expect("it is a procedure").func;
/// let types = &verified.module().types;
/// assert_eq!(inline(&mut func, &mut ModuleCallees::new(&verified), types), 1);
/// # Ok::<(), lyra_bytecode::AssembleError>(())
/// ```
pub struct ModuleCallees<'v> {
    verified: &'v Verified,
    builder: FuncBuilder<'v>,
    built: HashMap<ProcId, Option<Func>>,
}

/// Instructions of stack code beyond which no body is small.
const MOST_CODE: usize = 4 * SMALL_IF_HOT;

/// Variables that live in the frame beyond which a body is not inlined: each is set to zero every time.
const MOST_VARS: usize = 4;

impl<'v> ModuleCallees<'v> {
    /// Of a module.
    #[must_use]
    pub fn new(verified: &'v Verified) -> Self {
        Self { verified, builder: FuncBuilder::new(verified), built: HashMap::new() }
    }
}

impl Callees for ModuleCallees<'_> {
    fn func(&mut self, proc: ProcId) -> Option<&Func> {
        let Self { verified, builder, built } = self;
        let made = built.entry(proc).or_insert_with(|| {
            let code = verified.module().procs.get(proc)?.code.len();
            if code > MOST_CODE {
                return None;
            }
            let func = builder.build(proc, Start::Call)?.func;
            (func.vars.len() <= MOST_VARS).then_some(func)
        });
        made.as_ref()
    }

    fn need(&self, proc: ProcId) -> u32 {
        self.verified.facts(proc).need
    }
}
