//! Making, reading and throwing errors.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_base::id::Id;
use lyra_bytecode::{Trap, TypeId};
use lyra_runtime::{ErrorObject, Fault, Heap, Ref, Stack, TracePoint};

impl<P: Profile> Interp<'_, P> {
    #[inline(never)]
    pub(super) fn panic(&mut self) -> Step {
        self.fail_with(Trap::Panic)
    }

    #[inline(never)]
    pub(super) fn fail_assert(&mut self) -> Step {
        self.fail_with(Trap::AssertionFailed)
    }

    /// Throws an error of a trap's kind whose message is the text on top.
    fn fail_with(&mut self, trap: Trap) -> Step {
        let kind = self.vm.shared_text(trap.kind())?;
        let message = self.peek_ref(0)?.as_ref();
        let error = self.error_of(trap, kind, message)?;
        self.vm.refs.pop()?;
        Err(Fault::Thrown(error))
    }

    #[inline(never)]
    pub(super) fn throw(&mut self) -> Step {
        let error = self.vm.refs.pop()?.as_ref();
        self.present(error)?;
        Err(Fault::Thrown(error))
    }

    #[inline(never)]
    pub(super) fn new_error(&mut self) -> Step {
        let (kind, message) = (self.peek_ref(1)?.as_ref(), self.peek_ref(0)?.as_ref());
        let error = self.error_of(Trap::Thrown, kind, message)?;
        self.drop_operands(2, 0);
        self.vm.refs.push(error.into())
    }

    #[inline(never)]
    pub(super) fn error_kind(&mut self) -> Step {
        let error = self.vm.refs.pop()?.as_ref();
        let kind = self.present(error)?.kind;
        self.vm.refs.push(kind.into())
    }

    #[inline(never)]
    pub(super) fn error_message(&mut self) -> Step {
        let error = self.vm.refs.pop()?.as_ref();
        let message = self.present(error)?.message;
        self.vm.refs.push(message.into())
    }

    #[inline(never)]
    pub(super) fn error_trace(&mut self) -> Step {
        let error = self.peek_ref(0)?.as_ref();
        let (trace, omitted) = {
            let error = self.present(error)?;
            (error.trace.clone(), error.omitted)
        };
        let mut lines: Vec<String> = trace.iter().map(|&point| self.line_of(point)).collect();
        if omitted > 0 {
            lines.insert(TracePoint::HEAD.min(lines.len()), format!("… {omitted} more calls …"));
        }
        let ty = self.vm.program.shapes().array_of(TypeId::STR);
        let ty = ty.ok_or_else(|| Fault::broken("the program has no `[str]`"))?;
        let array = self.vm.lend(|env| {
            let array = env.new_array(ty, lines.len())?;
            env.temps.push(array);
            for (index, line) in lines.iter().enumerate() {
                let line = env.text_from(line)?;
                env.set_element(array, index, line.into())?;
            }
            Ok::<Ref, Fault>(array)
        })?;
        self.vm.refs.pop()?;
        self.vm.refs.push(array.into())
    }

    /// `divide (main.lyra:3:12)`
    fn line_of(&self, point: TracePoint) -> String {
        let module = self.vm.program.module();
        let name = self.vm.program.proc_name(point.proc);
        let debug = module.debug.as_ref();
        let place = debug.and_then(|debug| {
            let position = debug.procs.get(point.proc.index())?.position(point.op)?;
            let file = debug.file_of(point.proc)?;
            Some(format!("{name} ({}:{}:{})", file.name, position.line, position.column))
        });
        place.unwrap_or_else(|| name.to_owned())
    }

    /// An error object, or the error that there is none: a variable of type `error` that was never set.
    fn present(&self, error: Ref) -> Result<&ErrorObject, Fault> {
        if error.is_null() {
            return Err(Fault::told(Trap::NoneValue, "the error has no value yet"));
        }
        self.vm.heap.error(error)
    }

    /// An error with the trace of here. Kind and message must be rooted.
    #[inline(never)]
    pub(super) fn error_of(&mut self, trap: Trap, kind: Ref, message: Ref) -> Result<Ref, Fault> {
        let (trace, omitted) = self.trace();
        self.vm.lend(|env| {
            // A kind that found no place among the interned texts is held by nothing else.
            env.temps.extend([kind, message]);
            env.new_error(ErrorObject { trap, kind, message, trace: trace.into(), omitted })
        })
    }

    /// An error of a kind and message of our own, with the trace of here.
    #[inline(never)]
    pub(super) fn make_error(&mut self, trap: Trap, kind: &str, message: &str) -> Result<Ref, Fault> {
        // Kinds of the machine's own are few and shared; a host's could be without number.
        let kind = match trap {
            Trap::Thrown => self.vm.lend(|env| env.text_from(kind))?,
            _ => self.vm.shared_text(kind)?,
        };
        let (trace, omitted) = self.trace();
        self.vm.lend(|env| {
            env.temps.push(kind);
            let message = env.text_from(message)?;
            env.temps.push(message);
            env.new_error(ErrorObject { trap, kind, message, trace: trace.into(), omitted })
        })
    }

    /// The active calls, the innermost first, and how many were left out of the middle.
    #[inline(never)]
    pub(super) fn trace(&self) -> (Vec<TracePoint>, u32) {
        let calls = self.vm.frames.len() + 1;
        let inner_first = std::iter::once(&self.frame).chain(self.vm.frames.iter().rev());
        let points = inner_first.map(|frame| TracePoint { proc: frame.proc, op: frame.ip });
        let most = TracePoint::HEAD + TracePoint::TAIL;
        if calls <= most {
            return (points.collect(), 0);
        }
        let kept = points
            .enumerate()
            .filter(|&(index, _)| index < TracePoint::HEAD || index >= calls - TracePoint::TAIL)
            .map(|(_, point)| point);
        (kept.collect(), u32::try_from(calls - most).unwrap_or(u32::MAX))
    }
}
