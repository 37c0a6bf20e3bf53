//! From verified stack code to SSA form.
//!
//! One pass in the order of the code, over what the verifier shows of it. Locals and operands become values; where
//! ways meet, the locals that matter from there on ([`liveness`]) and the operands become parameters of the block,
//! and those that turn out to be the same on every way are taken out again.
//!
//! Locals that a handler reads live in the frame: see [`crate::Var`]. Code that would make far more parameters than
//! it has instructions, which no compiler makes, is built with every local and waiting operand in the frame.
//!
//! Fuel becomes visible: a jump that goes back and a call of a procedure pay one unit each, then look at the budget,
//! before control goes on. What other instructions pay (calls through closures, interfaces and `any`; built-ins for
//! their work) is part of what they do.

mod builder;
mod graph;
mod liveness;
mod params;
mod stack;

use crate::func::Func;
use builder::Builder;
use graph::Graph;
use liveness::Liveness;
use lyra_bytecode::{Kind, ProcId, Retrace, Verified};

/// Where a function begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the start of the procedure: its parameters are the function's.
    Call,
    /// In the middle, at an instruction that a jump goes back to: [`Built::sources`] are the parameters.
    Loop(u32),
}

/// Where the value of a parameter is found in the frame of the stack code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A local.
    Local(u16),
    /// An operand, counted from the bottom of the stack of its kind.
    Operand(Kind, u32),
}

/// A function, and where its parameters come from.
#[derive(Clone, Debug)]
pub struct Built {
    /// The function.
    pub func: Func,
    /// One for each parameter of its entry. Of a call: the locals that the arguments are in.
    pub sources: Vec<Source>,
}

/// Builds functions of one module.
///
/// ```
/// use lyra_bytecode::{ProcId, VerifyLimits, assemble, verify};
/// use lyra_ir::{FuncBuilder, Start};
/// let module = assemble(
///     "proc twice(i32) -> i32 {\n  local 0 i32\n  get_word 0\n  get_word 0\n  add_i32\n  return\n}",
/// )?;
/// let verified = verify(module, &VerifyLimits::default()).expect("it is sound");
/// let built = FuncBuilder::new(&verified).build(ProcId(0), Start::Call).expect("a call can always be built");
/// assert!(built.func.to_string().contains("add_i32 v0, v0"));
/// # Ok::<(), lyra_bytecode::AssembleError>(())
/// ```
pub struct FuncBuilder<'v> {
    verified: &'v Verified,
    retrace: Retrace<'v>,
    in_frame: bool,
}

impl<'v> FuncBuilder<'v> {
    /// For the procedures of `verified`.
    #[must_use]
    pub fn new(verified: &'v Verified) -> Self {
        Self { verified, retrace: Retrace::new(verified), in_frame: false }
    }

    /// Builds everything as code is built that would make too many parameters: with all locals and waiting operands
    /// in the frame. For tests.
    #[must_use]
    pub fn in_frame(mut self) -> Self {
        self.in_frame = true;
        self
    }

    /// The function of a procedure. `None` where `start` is a loop that control cannot be brought into: there is no
    /// such instruction, operands that wait for a handler around it would have to come along, or the code is not
    /// such as compilers make.
    ///
    /// # Panics
    /// When `proc` is no procedure of the module.
    pub fn build(&mut self, proc: ProcId, start: Start) -> Option<Built> {
        let body = &self.verified.module().procs[proc];
        let first = match start {
            Start::Call => 0,
            Start::Loop(op) => op,
        };
        let graph = Graph::new(body, first);
        let number = graph.at(first)?;
        if start != Start::Call && self.waits_around(proc, &graph, number) {
            return None;
        }
        let liveness = if self.in_frame { None } else { Liveness::find(body, &graph) };
        if let Some(liveness) = liveness {
            let mut builder = Builder::new(self.verified, proc, start, &graph, Some(&liveness));
            self.retrace.go(proc, &mut builder);
            if let Some(mut built) = builder.finish() {
                params::remove_needless(&mut built.func);
                return Some(built);
            }
        }
        if start != Start::Call {
            return None;
        }
        let mut builder = Builder::new(self.verified, proc, start, &graph, None);
        self.retrace.go(proc, &mut builder);
        builder.finish()
    }

    /// Whether a handler around a block goes on with operands that wait below it.
    fn waits_around(&self, proc: ProcId, graph: &Graph, number: u32) -> bool {
        let start = graph.blocks.get(number as usize).map_or(0, |block| block.start);
        let handlers = &self.verified.module().procs[proc].handlers;
        let floors = &self.verified.facts(proc).floors;
        handlers.iter().zip(floors).any(|(handler, floor)| {
            (handler.start..handler.end).contains(&start) && floor.refs + floor.words > 0
        })
    }
}
