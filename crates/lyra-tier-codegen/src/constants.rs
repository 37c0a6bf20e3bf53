//! Constants through the whole function: sparse conditional constant propagation (Wegman and Zadeck, 1991).
//!
//! Starts from the belief that nothing is reached and every value is still open, and takes back only what the code
//! forces it to: so it finds what is constant because a branch is never taken, and the other way round, in loops too.
//! What a scalar instruction makes of constants is computed by the function that every engine runs
//! ([`lyra_bytecode::Op::eval`]); one that would fail stays.
//!
//! The code of `mandelbrot` is a sixth shorter by it, that of its loops is not: it pays where calls with constants are
//! inlined, and for the passes that come after it.

use lyra_base::id::Id;
use lyra_bytecode::Types;
use lyra_ir::{Args, Block, Def, End, Func, Inst, InstKind, Pass, Place, Value};
use std::collections::VecDeque;

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Constants;

/// What is known of a value. Goes down only: open, one word, any.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Open,
    Word(u64),
    Any,
}

impl Known {
    fn meet(self, other: Self) -> Self {
        match (self, other) {
            (Self::Open, known) | (known, Self::Open) => known,
            (Self::Word(left), Self::Word(right)) if left == right => self,
            _ => Self::Any,
        }
    }
}

impl Pass for Constants {
    fn name(&self) -> &'static str {
        "constants"
    }

    fn run(&self, func: &mut Func, _: &Types) -> usize {
        let known = Search::run(func);
        put_constants(func, &known)
    }
}

/// Where a value is used.
#[derive(Clone, Copy)]
enum Use {
    Inst(Block, Inst),
    End(Block),
}

struct Search<'f> {
    func: &'f Func,
    known: Vec<Known>,
    reached: Vec<bool>,
    uses: Vec<Vec<Use>>,
    blocks: VecDeque<Block>,
    values: VecDeque<Value>,
}

impl<'f> Search<'f> {
    fn run(func: &'f Func) -> Vec<Known> {
        let mut uses: Vec<Vec<Use>> = vec![Vec::new(); func.values.len()];
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                for arg in &func.insts[inst].args {
                    uses[arg.index()].push(Use::Inst(block, inst));
                }
            }
            func.blocks[block].end.each_value(|value| uses[value.index()].push(Use::End(block)));
        }
        let mut search = Self {
            func,
            known: vec![Known::Open; func.values.len()],
            reached: vec![false; func.blocks.len()],
            uses,
            blocks: VecDeque::new(),
            values: VecDeque::new(),
        };
        search.reach(func.entry());
        for &param in &func.blocks[func.entry()].params {
            search.learn(param, Known::Any);
        }
        search.settle();
        search.known
    }

    fn settle(&mut self) {
        loop {
            if let Some(block) = self.blocks.pop_front() {
                for &inst in &self.func.blocks[block].insts {
                    self.visit(inst);
                }
                self.leave(block);
            } else if let Some(value) = self.values.pop_front() {
                for index in 0..self.uses[value.index()].len() {
                    match self.uses[value.index()][index] {
                        Use::Inst(block, inst) if self.reached[block.index()] => self.visit(inst),
                        Use::End(block) if self.reached[block.index()] => self.leave(block),
                        Use::Inst(..) | Use::End(_) => {}
                    }
                }
            } else {
                return;
            }
        }
    }

    fn reach(&mut self, block: Block) {
        if std::mem::replace(&mut self.reached[block.index()], true) {
            return;
        }
        self.blocks.push_back(block);
        let handler = self.func.blocks[block].handler.and_then(|id| self.func.handlers.get(id));
        if let Some(landing) = handler.map(|handler| handler.landing) {
            for &param in &self.func.blocks[landing].params {
                self.learn(param, Known::Any);
            }
            self.reach(landing);
        }
    }

    fn learn(&mut self, value: Value, known: Known) {
        let place = &mut self.known[value.index()];
        let met = place.meet(known);
        if met != *place {
            *place = met;
            self.values.push_back(value);
        }
    }

    fn visit(&mut self, inst: Inst) {
        let data = &self.func.insts[inst];
        let Some(result) = data.result else { return };
        let known = match data.kind {
            InstKind::Const(bits) => Known::Word(bits),
            InstKind::Op(op) if op.info().is_scalar => {
                let mut words = Vec::with_capacity(2);
                for arg in &data.args {
                    match self.known[arg.index()] {
                        Known::Open => return,
                        Known::Word(bits) => words.push(bits),
                        Known::Any => {}
                    }
                }
                if words.len() < data.args.len() {
                    Known::Any
                } else {
                    match op.eval(&words) {
                        Some(Ok(bits)) => Known::Word(bits),
                        Some(Err(_)) | None => Known::Any,
                    }
                }
            }
            _ => Known::Any,
        };
        self.learn(result, known);
    }

    fn leave(&mut self, block: Block) {
        let func = self.func;
        let end = &func.blocks[block].end;
        let only = match end {
            End::Branch { cond, .. } => match self.known[cond.index()] {
                Known::Open => return,
                Known::Word(bits) => Some(usize::from(bits & 1 == 0)),
                Known::Any => None,
            },
            _ => None,
        };
        for (number, edge) in end.edges().enumerate() {
            if only.is_none_or(|only| only == number) {
                for (&param, arg) in func.blocks[edge.to].params.iter().zip(&edge.args) {
                    let known = self.known[arg.index()];
                    self.learn(param, known);
                }
                self.reach(edge.to);
            }
        }
    }
}

/// Makes what is known visible: scalar instructions become constants, parameters are replaced by some.
fn put_constants(func: &mut Func, known: &[Known]) -> usize {
    let mut changes = 0;
    let mut replaced = crate::uses::Replaced::new(func);
    let values: Vec<(Value, u64)> = (0..known.len())
        .filter_map(|index| match known[index] {
            Known::Word(bits) => Some((Value::from_index(index), bits)),
            Known::Open | Known::Any => None,
        })
        .collect();
    for (value, bits) in values {
        match func.values[value].def {
            Def::Inst(inst) => {
                let data = &mut func.insts[inst];
                if !matches!(data.kind, InstKind::Const(_)) {
                    data.kind = InstKind::Const(bits);
                    data.args = Args::new();
                    changes += 1;
                }
            }
            Def::Param(block, _) => {
                let ty = func.ty(value);
                let made = func.make_inst(InstKind::Const(bits), Args::new(), Some(ty), Place::own(0));
                func.blocks[block].insts.insert(0, made);
                if let Some(constant) = func.insts[made].result {
                    replaced.replace(value, constant);
                    changes += 1;
                }
            }
        }
    }
    replaced.apply(func);
    // Parameters that nobody reads any more and branches that are decided now are left to other passes.
    changes
}
