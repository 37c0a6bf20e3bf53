//! Procedures as values, and methods of interfaces: calls whose procedure is found at run time.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_bytecode::{Kind, ProcId, Trap, Type, TypeId};
use lyra_runtime::dynamic::dynamic;
use lyra_runtime::{Caches, Closure, Fault, Heap, Meter, Shape, SiteKey, Slot, Stack};

impl<P: Profile> Interp<'_, P> {
    #[inline(never)]
    pub(super) fn new_closure(&mut self, proc: ProcId, ty: TypeId) -> Step {
        let program = self.vm.program.clone();
        let code = self.vm.guard.code.proc(proc).ok_or_else(|| Fault::broken("a procedure is missing"))?;
        let Some(Shape::Closure { params, .. }) = program.shapes().get(ty) else {
            return Err(Fault::broken("a procedure is of an unknown type"));
        };
        // What the procedure takes beyond its type is what it captured; it stands on top of the stacks.
        let more = |all: u32, given: usize| (all as usize).checked_sub(given);
        let words = params.types.len().saturating_sub(params.refs.len());
        let captured = more(code.ref_params, params.refs.len()).zip(more(code.word_params, words));
        let (refs, words) = captured.ok_or_else(|| Fault::broken("a procedure takes too little"))?;
        let mut captures = Vec::with_capacity(refs + words);
        for depth in (0..refs).rev() {
            captures.push(self.peek_ref(depth)?);
        }
        for depth in (0..words).rev() {
            captures.push(self.peek_word(depth)?);
        }
        let closure = self.vm.lend(|env| env.new_closure(ty, Closure { proc, refs, captures: &captures }))?;
        self.drop_operands(refs, words);
        self.vm.refs.push(closure.into())
    }

    #[inline(never)]
    pub(super) fn call_closure(&mut self) -> Step {
        self.vm.guard.charge(1)?;
        let closure = self.vm.refs.pop()?;
        let proc = self.push_captures(closure)?;
        self.enter(proc)
    }

    /// Pushes what a closure captured behind the arguments, where they are further arguments.
    #[inline(never)]
    pub(super) fn push_captures(&mut self, closure: Slot) -> Result<ProcId, Fault> {
        // Not `self.closure`, which would borrow the stacks, too.
        let Closure { proc, refs, captures } = closure_of(&self.vm.heap, closure)?;
        for (number, &capture) in captures.iter().enumerate() {
            if number < refs {
                self.vm.refs.push(capture)?;
            } else {
                self.vm.words.push(capture)?;
            }
        }
        Ok(proc)
    }

    /// The closure in a slot.
    pub(crate) fn closure(&self, slot: Slot) -> Result<Closure<'_>, Fault> {
        closure_of(&self.vm.heap, slot)
    }

    #[inline(never)]
    pub(super) fn call_method(&mut self, interface: TypeId, method: u16) -> Step {
        self.vm.guard.charge(1)?;
        let shapes = self.vm.program.shapes();
        let missing = || Fault::broken("an interface has no such method");
        let signature =
            shapes.types().interface(interface).and_then(|methods| methods.get(usize::from(method)));
        let params = &signature.ok_or_else(missing)?.params;
        // The receiver is the first reference among the arguments.
        let depth = params.iter().filter(|&&param| shapes.kind(param) == Kind::Ref).count();
        let receiver = self.peek_ref(depth)?;
        let ty = self.receiver_type(receiver)?;
        let key = SiteKey { site: self.site(), ty: ty.0 };
        let number = match self.vm.caches.lookup(key) {
            Some(number) => number,
            None => {
                let ProcId(number) = self.method(interface, method, receiver)?;
                self.vm.caches.insert(key, number);
                number
            }
        };
        self.enter(ProcId(number))
    }

    /// The type of a value whose method is called.
    fn receiver_type(&self, receiver: Slot) -> Result<TypeId, Fault> {
        let receiver = dynamic(&self.vm.heap, self.vm.program.shapes(), receiver)?;
        receiver
            .ty()
            .ok_or_else(|| Fault::told(Trap::NoneValue, "the value whose method is called is not there"))
    }

    /// The procedure that is a method of an interface for a value.
    pub(crate) fn method(&self, interface: TypeId, method: u16, receiver: Slot) -> Result<ProcId, Fault> {
        let ty = self.receiver_type(receiver)?;
        let shapes = self.vm.program.shapes();
        let Some(&Type::Interface(def)) = shapes.types().get(interface) else {
            return Err(Fault::broken("an interface has no such method"));
        };
        self.vm.guard.code.dispatch.find(def, ty, method).ok_or_else(|| {
            let (found, expected) = (shapes.name(ty), shapes.name(interface));
            Fault::told(Trap::TypeMismatch, format!("{found} does not implement {expected}"))
        })
    }
}

/// The closure in a slot.
fn closure_of<H: Heap>(heap: &H, slot: Slot) -> Result<Closure<'_>, Fault> {
    if slot.is_none() {
        return Err(Fault::told(Trap::NoneValue, "the procedure has no value yet"));
    }
    heap.closure(slot.as_ref())
}
