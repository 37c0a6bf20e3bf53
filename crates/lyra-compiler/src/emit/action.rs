//! The instruction of each action, its operands on the stacks.

use super::emitter::Emitter;
use crate::hir::{Action, Ty};
use lyra_bytecode::{Kind, Op, TypeId};

impl Emitter<'_, '_, '_> {
    /// Emits what is done with the operands that were emitted; `ty` is what comes of it.
    pub(super) fn action(&mut self, action: Action, ty: Ty) {
        match action {
            Action::Op(op @ (Op::AppendWord | Op::AppendRef)) if ty == Ty::Unit => {
                self.op(op);
                self.op(Op::DropRef);
            }
            Action::Op(op) => self.op(op),
            Action::Call(proc) => self.op(Op::Call { proc }),
            Action::Builtin(builtin, over) => {
                let ty = self.type_id(over);
                self.op(Op::CallBuiltin { builtin, ty });
            }
            Action::Host(function) => {
                let import = self.import(function);
                self.op(Op::CallHost { import });
            }
            Action::NewRecord => {
                let ty = self.result_type(ty);
                self.op(Op::NewRecord { ty });
            }
            Action::GetPart(index) => self.op(match ty.kind(self.shared.types) {
                Some(Kind::Word) => Op::GetPartWord { index },
                _ => Op::GetPartRef { index },
            }),
            Action::Same => self.op(Op::SameRef),
        }
        // A built-in may give a type that no instruction names: the verifier looks it up.
        self.result_type(ty);
    }

    /// The module's id of a type.
    pub(super) fn type_id(&mut self, ty: TypeId) -> TypeId {
        self.shared.module_types.id(ty)
    }

    /// The module's id of an expression's type.
    pub(super) fn result_type(&mut self, ty: Ty) -> TypeId {
        ty.type_id().map_or(TypeId::BOOL, |ty| self.type_id(ty))
    }
}
