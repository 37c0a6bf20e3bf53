//! What happens after a fault: to the innermost handler that holds the place, or out of the run.
//!
//! The error object is made before anything is cut, while everything is still rooted and the trace is whole; and
//! only when there is a handler for it: an error that nobody catches is reported without allocating.

use super::Interp;
use crate::error::{Failure, RunError, TraceFrame};
use crate::frame::Frame;
use crate::profile::Profile;
use lyra_base::id::Id;
use lyra_bytecode::{Floor, Handler};
use lyra_runtime::{Fault, Heap, Ref, Stack, TracePoint};

/// Bytes of a message that leave the machine.
const LONGEST_MESSAGE: usize = 1 << 20;

/// Whether a handler may catch a fault.
pub(crate) fn can_catch(fault: &Fault) -> bool {
    fault.trap().is_catchable() || matches!(fault, Fault::Thrown(_) | Fault::Raised(_))
}

impl<P: Profile> Interp<'_, P> {
    /// Goes on at the handler of `fault`, or ends the run.
    pub(super) fn catch(&mut self, fault: Fault) -> Result<(), RunError> {
        if !can_catch(&fault) {
            return Err(self.run_error(&fault));
        }
        let Some((depth, handler, floor)) = self.find_handler() else { return Err(self.run_error(&fault)) };
        let entered = self.caught(&fault).and_then(|error| self.enter_handler(depth, handler, floor, error));
        // Even making the error can fail: then that is how the run ends.
        entered.map_err(|fault| self.run_error(&fault))
    }

    /// The error object that a handler of `fault` gets.
    pub(crate) fn caught(&mut self, fault: &Fault) -> Result<Ref, Fault> {
        match fault {
            Fault::Thrown(error) => Ok(*error),
            fault => self.make_error(fault.trap(), fault.kind(), fault.message()),
        }
    }

    /// The handler for the place where the run is: how many calls further out, and what it goes on with.
    fn find_handler(&self) -> Option<(usize, Handler, Floor)> {
        let inner_first = std::iter::once(&self.frame).chain(self.vm.frames.iter().rev());
        inner_first.enumerate().find_map(|(depth, frame)| {
            let proc = self.vm.guard.code.proc(frame.proc)?;
            proc.handlers.find(frame.ip).map(|(handler, floor)| (depth, handler, floor))
        })
    }

    fn enter_handler(
        &mut self,
        depth: usize,
        handler: Handler,
        floor: Floor,
        error: Ref,
    ) -> Result<(), Fault> {
        for _ in 0..depth {
            self.frame = self.vm.frames.pop().unwrap_or(Frame::HOST);
        }
        self.vm.refs.truncate(self.frame.ref_floor + floor.refs as usize);
        self.vm.words.truncate(self.frame.word_floor + floor.words as usize);
        self.frame.ip = handler.target;
        self.vm.refs.push(error.into())
    }

    pub(crate) fn run_error(&self, fault: &Fault) -> RunError {
        let (trap, kind, message, trace, omitted) = match fault {
            Fault::Thrown(error) => match self.vm.heap.error(*error) {
                Ok(error) => (
                    error.trap,
                    self.vm.copied_text(error.kind, LONGEST_MESSAGE),
                    self.vm.copied_text(error.message, LONGEST_MESSAGE),
                    error.trace.to_vec(),
                    error.omitted,
                ),
                Err(broken) => return self.run_error(&broken),
            },
            fault => {
                let (trace, omitted) = self.trace();
                (fault.trap(), fault.kind().to_owned(), fault.message().to_owned(), trace, omitted)
            }
        };
        let trace = trace.into_iter().map(|point| self.trace_frame(point)).collect();
        Failure { trap, kind, message, trace, omitted: omitted as usize }.into()
    }

    fn trace_frame(&self, point: TracePoint) -> TraceFrame {
        let module = self.vm.program.module();
        let debug = module.debug.as_ref().and_then(|debug| debug.procs.get(point.proc.index()));
        TraceFrame {
            proc: point.proc,
            name: self.vm.program.proc_name(point.proc).to_owned(),
            position: debug.and_then(|debug| debug.position(point.op)),
        }
    }
}
