//! What a function means, one instruction at a time: slow, without `unsafe`, and the judge of every pass.
//!
//! Control, constants, scalar instructions and variables are evaluated here. All else is asked of a [`World`]: a
//! test's model ([`crate::Model`]) or a machine.

use crate::func::{Block, Edge, End, Func, Inst, InstKind, Place, Value};
use lyra_base::IdVec;
use lyra_base::id::Id;
use lyra_bytecode::{Op, Trap};

/// Whatever a function works on.
pub trait World {
    /// Carries out an instruction that is not scalar; calls other functions where it is a call. `gives` says whether
    /// it gives a value.
    ///
    /// # Errors
    /// How it fails.
    fn op(&mut self, op: Op, args: &[u64], gives: bool, place: Place) -> Result<Option<u64>, Failure>;

    /// Pays `units` of fuel. What hangs on it waits for the next [`poll`](Self::poll).
    fn charge(&mut self, units: u32);

    /// Looks at what hangs on fuel.
    ///
    /// # Errors
    /// The trap that ends the run.
    fn poll(&mut self) -> Result<(), Trap>;

    /// Makes sure that so many entries more than the frame's own fit. Where there is no limit they do.
    ///
    /// # Errors
    /// `stack_overflow`.
    fn enter(&mut self, entries: u32) -> Result<(), Trap> {
        let _ = entries;
        Ok(())
    }

    /// The error for a handler; `None` when it cannot be caught.
    fn error(&mut self, failure: &Failure) -> Option<u64>;
}

/// How an instruction fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it is.
    pub cause: Cause,
    /// Where.
    pub place: Place,
}

/// What a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An error of the machine's own.
    Trap(Trap),
    /// An error that was thrown, by its bits.
    Thrown(u64),
}

/// How an evaluation ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It returned.
    Returned(Option<u64>),
    /// An error left it.
    Failed(Failure),
    /// It took too many steps: it may never end.
    TooLong,
}

/// Evaluates `func` with these arguments, for at most `steps` instructions and jumps.
///
/// # Errors
/// What is wrong with the function, when it is not sound (see [`crate::check`](fn@crate::check)).
///
/// ```
/// use lyra_ir::{Ended, Model, evaluate, parse};
/// let func = parse("func \"inc\" -> i32 {\nblock0(v0: i32):\n  v1: i32 = const 1 @0\n  v2: i32 = add_i32 v0, v1 @1\n  return v2 @2\n}")?;
/// assert_eq!(evaluate(&func, &[41], &mut Model::new(1_000), 100)?, Ended::Returned(Some(42)));
/// # Ok::<(), String>(())
/// ```
pub fn evaluate(func: &Func, args: &[u64], world: &mut dyn World, steps: u64) -> Result<Ended, String> {
    let mut frame = Frame {
        func,
        values: vec![None; func.values.len()].into(),
        vars: vec![0; func.vars.len()],
        block: func.entry(),
    };
    frame.enter(func.entry(), args)?;
    frame.run(world, steps)
}

struct Frame<'f> {
    func: &'f Func,
    values: IdVec<Value, Option<u64>>,
    vars: Vec<u64>,
    block: Block,
}

/// What comes after an instruction.
enum Next {
    Goes,
    Fails(Failure),
}

impl Frame<'_> {
    fn run(&mut self, world: &mut dyn World, steps: u64) -> Result<Ended, String> {
        let mut left = steps;
        'blocks: loop {
            let data = self.func.blocks.get(self.block).ok_or("control went to no block")?;
            for &inst in &data.insts {
                let Some(rest) = left.checked_sub(1) else { return Ok(Ended::TooLong) };
                left = rest;
                let Next::Fails(failure) = self.step(inst, world)? else { continue };
                let landing =
                    data.handler.and_then(|id| self.func.handlers.get(id)).map(|found| found.landing);
                let caught = landing.and_then(|landing| Some((landing, world.error(&failure)?)));
                let Some((landing, error)) = caught else { return Ok(Ended::Failed(failure)) };
                self.enter(landing, &[error])?;
                continue 'blocks;
            }
            let Some(rest) = left.checked_sub(1) else { return Ok(Ended::TooLong) };
            left = rest;
            match &data.end {
                End::Stop => return Err(format!("{:?} goes on after it stopped", self.block)),
                End::Jump(edge) => self.follow(edge)?,
                End::Branch { cond, then, otherwise, .. } => {
                    let edge = if self.value(*cond)? & 1 != 0 { then } else { otherwise };
                    self.follow(edge)?;
                }
                End::Return(value, _) => {
                    let value = value.map(|value| self.value(value)).transpose()?;
                    return Ok(Ended::Returned(value));
                }
            }
        }
    }

    fn follow(&mut self, edge: &Edge) -> Result<(), String> {
        let args = edge.args.iter().map(|&arg| self.value(arg)).collect::<Result<Vec<_>, _>>()?;
        self.enter(edge.to, &args)
    }

    fn enter(&mut self, block: Block, args: &[u64]) -> Result<(), String> {
        let data = self.func.blocks.get(block).ok_or("control went to no block")?;
        if data.params.len() != args.len() {
            return Err(format!("{block:?} takes {} values and was given {}", data.params.len(), args.len()));
        }
        for (&param, &arg) in data.params.iter().zip(args) {
            self.values[param] = Some(arg);
        }
        self.block = block;
        Ok(())
    }

    fn value(&self, value: Value) -> Result<u64, String> {
        self.values.get(value).copied().flatten().ok_or_else(|| format!("{value:?} is not there yet"))
    }

    fn step(&mut self, inst: Inst, world: &mut dyn World) -> Result<Next, String> {
        let data = self.func.insts.get(inst).ok_or("there is no such instruction")?;
        let args = data.args.iter().map(|&arg| self.value(arg)).collect::<Result<Vec<_>, _>>()?;
        let no_var = || "there is no such variable".to_owned();
        let given = match data.kind {
            InstKind::Const(bits) => Ok(Some(bits)),
            InstKind::GetVar(var) => Ok(Some(*self.vars.get(var.index()).ok_or_else(no_var)?)),
            InstKind::SetVar(var) => {
                let value = args.first().ok_or("a variable is set to nothing")?;
                *self.vars.get_mut(var.index()).ok_or_else(no_var)? = *value;
                Ok(None)
            }
            InstKind::Charge(units) => {
                world.charge(units);
                Ok(None)
            }
            InstKind::Poll => world.poll().map(|()| None).map_err(|trap| fail(trap, data.place)),
            InstKind::Enter(entries) => {
                world.enter(entries).map(|()| None).map_err(|trap| fail(trap, data.place))
            }
            InstKind::Op(op) if op.info().is_scalar => {
                let made = op.eval(&args).ok_or("a scalar instruction has the wrong arguments")?;
                made.map(Some).map_err(|trap| fail(trap, data.place))
            }
            InstKind::Op(op) => world.op(op, &args, data.result.is_some(), data.place),
        };
        match (given, data.result) {
            (Ok(Some(bits)), Some(result)) => self.values[result] = Some(bits),
            (Ok(None), None) => {}
            (Ok(_), _) => return Err(format!("{inst:?} gives what it should not, or gives nothing")),
            (Err(failure), _) => return Ok(Next::Fails(failure)),
        }
        Ok(Next::Goes)
    }
}

fn fail(trap: Trap, place: Place) -> Failure {
    Failure { cause: Cause::Trap(trap), place }
}
