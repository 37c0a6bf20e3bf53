//! The instruction of each action, its operands on the stacks.

use super::emitter::Emitter;
use crate::hir::{Action, Expr, Ty};
use lyra_base::Symbol;
use lyra_bytecode::{ConstId, Constant, Kind, Op, TypeId};

impl<'a> Emitter<'_, '_, 'a> {
    /// Emits what is done with the operands that were emitted; `ty` is what comes of it.
    pub(super) fn action(&mut self, action: Action, args: &[Expr<'a>], ty: Ty) {
        let is_word = ty.kind(self.shared.types) == Some(Kind::Word);
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
            Action::GetPart(index) if is_word => self.op(Op::GetPartWord { index }),
            Action::GetPart(index) => self.op(Op::GetPartRef { index }),
            Action::Same => self.op(Op::SameRef),
            Action::NewVariant(variant) => {
                let ty = self.result_type(ty);
                self.op(Op::NewVariant { ty, variant });
            }
            Action::VariantIndex => self.op(Op::VariantIndex),
            Action::EnumIndex => self.op(Op::EnumIndex),
            Action::GetPayload { variant, index } if is_word => {
                self.op(Op::GetPayloadWord { variant, index })
            }
            Action::GetPayload { variant, index } => self.op(Op::GetPayloadRef { variant, index }),
            Action::None => {
                let ty = self.result_type(ty);
                self.op(Op::ConstNone { ty });
            }
            Action::IsNone => self.op(Op::IsNone),
            Action::Unwrap if is_word => self.op(Op::UnwrapWord),
            Action::Unwrap => self.op(Op::UnwrapRef),
            Action::Upcast => {
                let from = args.first().map_or(Ty::Error, |arg| arg.ty);
                let is_word = from.kind(self.shared.types) == Some(Kind::Word);
                let (from, to) = (self.result_type(from), self.result_type(ty));
                self.op(if is_word { Op::UpcastWord { from, to } } else { Op::UpcastRef { from, to } });
            }
            Action::Downcast => {
                let ty = self.result_type(ty);
                self.op(if is_word { Op::DowncastWord { ty } } else { Op::DowncastRef { ty } });
            }
            Action::IsType(ty) => {
                let ty = self.type_id(ty);
                self.op(Op::IsType { ty });
            }
            Action::CallClosure(_) => self.op(Op::CallClosure),
            Action::CallMethod { interface, method } => {
                let interface = self.type_id(interface);
                self.op(Op::CallMethod { interface, method });
            }
            Action::GetAnyField(name) => {
                // An error may be in there, whose trace is a `[str]`.
                if self.shared.symbols.text(name) == "trace" {
                    self.shared.module_types.array_of(TypeId::STR);
                }
                let name = self.name(name);
                self.op(Op::AnyGetField { name });
            }
            Action::SetAnyField(name) => {
                let name = self.name(name);
                self.op(Op::AnySetField { name });
            }
            Action::CallAnyMethod { name, count } => {
                let name = self.name(name);
                self.op(Op::AnyCallMethod { name, count });
            }
        }
        // A built-in may give a type that no instruction names: the verifier looks it up.
        self.result_type(ty);
    }

    /// A variant of an enum without payloads.
    pub(super) fn const_enum(&mut self, variant: u64, ty: TypeId) {
        let (ty, variant) = (self.type_id(ty), u16::try_from(variant).unwrap_or(u16::MAX));
        self.op(Op::ConstEnum { ty, variant });
    }

    /// Stores a value into a part of the struct below it.
    pub(super) fn set_part_of(&mut self, index: u8, value: Ty) {
        self.op(match value.kind(self.shared.types) {
            Some(Kind::Word) => Op::SetPartWord { index },
            _ => Op::SetPartRef { index },
        });
    }

    /// A name that is looked up at run time.
    fn name(&mut self, name: Symbol) -> ConstId {
        self.shared.constants.id(Constant::Str(self.shared.symbols.text(name).into()))
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
