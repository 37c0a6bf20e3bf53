//! What the machine lends to instructions that work on objects: the parts of it that they may use, with
//! everything that keeps objects alive.
//!
//! Roots are: the reference stack (locals and operands of all frames), globals, constants, interned texts, and
//! what the instruction itself holds (`temps`). Nothing else in the machine keeps a reference across an
//! allocation. Values given to the host are copies, so the host holds no roots.

use crate::profile::Profile;
use crate::vm::Vm;
use lyra_runtime::{Env, Fault, Heap, Interner, Ref, Roots, Slot, Stack};
use std::cell::Cell;

struct MachineRoots<'r> {
    refs: &'r [Slot],
    globals: &'r [Slot],
    constants: &'r [Ref],
    interner: &'r dyn Roots,
    /// Whether anyone looked.
    visited: Cell<bool>,
}

impl Roots for MachineRoots<'_> {
    fn visit(&self, visit: &mut dyn FnMut(Ref)) {
        self.visited.set(true);
        self.refs.iter().for_each(|slot| visit(slot.as_ref()));
        self.globals.iter().for_each(|slot| visit(slot.as_ref()));
        self.constants.visit(visit);
        self.interner.visit(visit);
    }
}

impl<P: Profile> Vm<P> {
    /// Lends the machine to `work`. What `work` gives must be put where it is rooted before the next allocation.
    pub(crate) fn lend<R>(&mut self, work: impl FnOnce(&mut Env<'_, P::Heap>) -> R) -> R {
        let roots = MachineRoots {
            refs: self.refs.slots(),
            globals: &self.ref_globals,
            constants: &self.constants,
            interner: &self.interner,
            visited: Cell::new(false),
        };
        let mut env = Env {
            heap: &mut self.heap,
            roots: &roots,
            temps: &mut self.temps,
            meter: &mut self.guard,
            output: &mut self.output,
            shapes: self.program.shapes(),
        };
        let done = work(&mut env);
        if roots.visited.get() {
            self.refs.forget_above();
        }
        self.temps.clear();
        done
    }

    /// The shared object of `text`, made where there is none.
    pub(crate) fn shared_text(&mut self, text: &str) -> Result<Ref, Fault> {
        if let Some(found) = self.interner.find(text, &self.heap) {
            return Ok(found);
        }
        let made = self.lend(|env| env.text_from(text))?;
        self.interner.insert(made, &self.heap);
        Ok(made)
    }

    /// A copy of the text of `text`, cut off past `most` bytes.
    pub(crate) fn copied_text(&self, text: Ref, most: usize) -> String {
        let Ok(text) = self.heap.text(text) else { return String::new() };
        let mut end = text.text.len().min(most);
        while !text.text.is_char_boundary(end) {
            end -= 1;
        }
        text.text.get(..end).unwrap_or("").to_owned()
    }
}
