//! What each instruction takes and gives. Most rules stand in the table; here are the `[hand]` rows, whose types
//! depend on an operand, on a local, or on what is on the stack. Those of named and dynamic types: `rules_named.rs`.

use super::abilities::Abilities;
use super::error::quoted;
use super::walk::Walk;
use crate::builtin::Builtin;
use crate::module::{ConstId, Constant, GlobalId, ImportId, ProcId, Signature};
use crate::op::{Local, Op};
use crate::types::{Kind, Type, TypeId, Types};
use hashbrown::HashMap;
use std::rc::Rc;

/// Signatures of built-ins, each worked out once.
pub(super) struct BuiltinSignatures {
    known: HashMap<(Builtin, TypeId), Option<Rc<Signature>>>,
    abilities: Abilities,
}

impl BuiltinSignatures {
    pub(super) fn new(types: &Types) -> Self {
        Self { known: HashMap::new(), abilities: Abilities::new(types) }
    }

    fn get(&mut self, builtin: Builtin, ty: TypeId, types: &Types) -> Option<Rc<Signature>> {
        let Self { known, abilities } = self;
        known
            .entry((builtin, ty))
            .or_insert_with(|| builtin.signature_if(ty, types, |ty| abilities.is_ordered(ty)).map(Rc::new))
            .clone()
    }
}

pub(super) type Ruling = Result<(), String>;

impl Walk<'_> {
    /// Lets `op` take its operands and give its results.
    pub(super) fn apply(&mut self, op: Op) -> Ruling {
        if let Some((popped, pushed)) = op.info().rule {
            return self.exchange(popped, pushed.iter().copied());
        }
        match op {
            Op::ConstI64 { value } => self.constant(value, TypeId::I64),
            Op::ConstF64 { value } => self.constant(value, TypeId::F64),
            Op::ConstStr { value } => self.constant(value, TypeId::STR),

            Op::GetWord { local } => self.get_local(local, Kind::Word),
            Op::GetRef { local } => self.get_local(local, Kind::Ref),
            Op::SetWord { local } => self.set_local(local, Kind::Word),
            Op::SetRef { local } => self.set_local(local, Kind::Ref),
            Op::GetGlobalWord { global } => self.global(global, Kind::Word).map(|ty| self.push(ty)),
            Op::GetGlobalRef { global } => self.global(global, Kind::Ref).map(|ty| self.push(ty)),
            Op::SetGlobalWord { global } => self.global(global, Kind::Word).and_then(|ty| self.pop(ty)),
            Op::SetGlobalRef { global } => self.global(global, Kind::Ref).and_then(|ty| self.pop(ty)),
            Op::DropWord => self.pop_any(Kind::Word).map(drop),
            Op::DropRef => self.pop_any(Kind::Ref).map(drop),
            Op::DupWord => self.top(Kind::Word).map(|ty| self.push(ty)),
            Op::DupRef => self.top(Kind::Ref).map(|ty| self.push(ty)),

            Op::Jump { to: _ } => Ok(()),
            Op::JumpIf { to: _ } | Op::JumpUnless { to: _ } => self.pop(TypeId::BOOL),
            Op::Call { proc } => self.call(proc),
            Op::CallBuiltin { builtin, ty } => self.call_builtin(builtin, ty),
            Op::CallHost { import } => self.call_host(import),
            Op::Return => self.give_back(),

            Op::ErrorTrace => {
                let lines = self.array_of(TypeId::STR)?;
                self.exchange(&[TypeId::ERROR], [lines])
            }

            Op::NewArray { ty } => self.element(ty).map(|_| self.push(ty)),
            Op::AppendWord => self.append(Kind::Word),
            Op::AppendRef => self.append(Kind::Ref),
            Op::ArrayLength => self.pop_array().map(|_| self.push(TypeId::I32)),
            Op::ArrayGetWord => self.array_get(Kind::Word),
            Op::ArrayGetRef => self.array_get(Kind::Ref),
            Op::ArraySetWord => self.array_set(Kind::Word),
            Op::ArraySetRef => self.array_set(Kind::Ref),

            Op::NewRecord { ty } => self.new_record(ty),
            Op::GetPartWord { index } => self.get_part(index, Kind::Word),
            Op::GetPartRef { index } => self.get_part(index, Kind::Ref),
            Op::SetPartWord { index } => self.set_part(index, Kind::Word),
            Op::SetPartRef { index } => self.set_part(index, Kind::Ref),
            Op::SameRef => self.same_ref(),

            Op::ConstEnum { ty, variant } => self.const_enum(ty, variant),
            Op::EnumIndex => self.enum_index(),
            Op::NewVariant { ty, variant } => self.new_variant(ty, variant),
            Op::VariantIndex => self.variant_index(),
            Op::GetPayloadWord { variant, index } => self.get_payload(variant, index, Kind::Word),
            Op::GetPayloadRef { variant, index } => self.get_payload(variant, index, Kind::Ref),

            Op::ConstNone { ty } => self.const_none(ty),
            Op::IsNone => self.is_none(),
            Op::UnwrapWord => self.unwrap(Kind::Word),
            Op::UnwrapRef => self.unwrap(Kind::Ref),
            Op::UpcastWord { from, to } => self.upcast(from, to, Kind::Word),
            Op::UpcastRef { from, to } => self.upcast(from, to, Kind::Ref),
            Op::IsType { ty } => self.is_type(ty),
            Op::DowncastWord { ty } => self.downcast(ty, Kind::Word),
            Op::DowncastRef { ty } => self.downcast(ty, Kind::Ref),

            Op::NewClosure { proc, ty } => self.new_closure(proc, ty),
            Op::CallClosure => self.call_closure(),
            Op::CallMethod { interface, method } => self.call_method(interface, method),

            Op::AnyBinary { operator } => self.any_operator(operator, 2),
            Op::AnyUnary { operator } => self.any_operator(operator, 1),
            Op::AnyGetField { name } => {
                self.text_constant(name)?;
                self.exchange(&[TypeId::ANY], [TypeId::ANY])
            }
            Op::AnySetField { name } => {
                self.text_constant(name)?;
                self.exchange(&[TypeId::ANY; 2], [])
            }
            Op::AnyCall { count } => self.any_call(count),
            Op::AnyCallMethod { name, count } => {
                self.text_constant(name)?;
                self.any_call(count)
            }
            Op::NewMap { ty } => self.new_map(ty),

            Op::StrConcat { count } => self.str_concat(count),

            // A row that says `[hand]` and has no rule here is accepted nowhere.
            _ => Err("the verifier has no rule for it".to_owned()),
        }
    }

    /// Pops what was pushed in the order of `popped`, then pushes.
    pub(super) fn exchange(&mut self, popped: &[TypeId], pushed: impl IntoIterator<Item = TypeId>) -> Ruling {
        for &ty in popped.iter().rev() {
            self.pop(ty)?;
        }
        for ty in pushed {
            self.push(ty);
        }
        Ok(())
    }

    fn constant(&mut self, id: ConstId, expected: TypeId) -> Ruling {
        self.check_constant(id, expected)?;
        self.push(expected);
        Ok(())
    }

    /// The name of a field or method.
    fn text_constant(&self, id: ConstId) -> Ruling {
        self.check_constant(id, TypeId::STR)
    }

    fn check_constant(&self, id: ConstId, expected: TypeId) -> Ruling {
        let found = match self.module.constants.get(id) {
            Some(Constant::I64(_)) => TypeId::I64,
            Some(Constant::F64(_)) => TypeId::F64,
            Some(Constant::Str(_)) => TypeId::STR,
            None => return Err(format!("there is no constant {}", id.0)),
        };
        if found == expected {
            return Ok(());
        }
        let (expected, found) = (self.name(expected), self.name(found));
        Err(format!("expected constant {} to hold {expected}, it holds {found}", id.0))
    }

    fn get_local(&mut self, local: Local, kind: Kind) -> Ruling {
        let ty = self.local(local, kind)?;
        if kind == Kind::Ref && !self.is_set(usize::from(local.0)) {
            return Err(format!("local {} is not set on every way here", local.0));
        }
        self.push(ty);
        Ok(())
    }

    fn set_local(&mut self, local: Local, kind: Kind) -> Ruling {
        let ty = self.local(local, kind)?;
        self.pop(ty)?;
        if kind == Kind::Ref {
            self.mark_set(usize::from(local.0));
        }
        Ok(())
    }

    fn local(&self, local: Local, kind: Kind) -> Result<TypeId, String> {
        match self.proc.locals.get(usize::from(local.0)) {
            Some(&ty) => self.of_kind(ty, kind, || format!("local {}", local.0)),
            None => Err(format!("there is no local {}", local.0)),
        }
    }

    fn global(&self, id: GlobalId, kind: Kind) -> Result<TypeId, String> {
        match self.module.globals.get(id) {
            Some(global) => self.of_kind(global.ty, kind, || format!("global {}", quoted(&global.name))),
            None => Err(format!("there is no global {}", id.0)),
        }
    }

    /// `ty`, if values of it travel on the stack of `kind`.
    pub(super) fn of_kind(
        &self,
        ty: TypeId,
        kind: Kind,
        what: impl Fn() -> String,
    ) -> Result<TypeId, String> {
        if self.module.types.kind(ty) == kind {
            return Ok(ty);
        }
        let expected = match kind {
            Kind::Ref => "a reference",
            Kind::Word => "a word",
        };
        Err(format!("expected {expected}, {} holds {}", what(), self.name(ty)))
    }

    pub(super) fn call(&mut self, proc: ProcId) -> Ruling {
        let module = self.module;
        match module.procs.get(proc) {
            Some(callee) => self.exchange(&callee.signature.params, callee.signature.result),
            None => Err(format!("there is no proc {}", proc.0)),
        }
    }

    fn call_host(&mut self, id: ImportId) -> Ruling {
        let module = self.module;
        match module.imports.get(id) {
            Some(import) => self.exchange(&import.signature.params, import.signature.result),
            None => Err(format!("there is no import {}", id.0)),
        }
    }

    fn call_builtin(&mut self, builtin: Builtin, ty: TypeId) -> Ruling {
        match self.scratch.builtins.get(builtin, ty, &self.module.types) {
            Some(signature) => self.exchange(&signature.params, signature.result),
            None => Err(format!(
                "`{}` is not for {}, or the module lacks a type that it speaks of",
                builtin.info().mnemonic,
                self.name(ty)
            )),
        }
    }

    /// The result must be on top; what is below it is dropped with the frame, so floors do not matter.
    fn give_back(&self) -> Ruling {
        let Some(result) = self.proc.signature.result else { return Ok(()) };
        let kind = self.module.types.kind(result);
        match self.top(kind) {
            Ok(found) if found == result => Ok(()),
            _ => Err(self.mismatch(&self.name(result), kind)),
        }
    }

    fn append(&mut self, kind: Kind) -> Ruling {
        let value = self.pop_any(kind)?;
        let array = self.top(Kind::Ref)?;
        if self.module.types.element(array) == Some(value) {
            return Ok(());
        }
        Err(self.mismatch(&format!("an array of {}", self.name(value)), Kind::Ref))
    }

    fn array_get(&mut self, kind: Kind) -> Ruling {
        self.pop(TypeId::I32)?;
        let (array, element) = self.pop_array()?;
        self.of_kind(element, kind, || self.name(array))?;
        self.push(element);
        Ok(())
    }

    fn array_set(&mut self, kind: Kind) -> Ruling {
        let value = self.pop_any(kind)?;
        self.pop(TypeId::I32)?;
        let (array, element) = self.pop_array()?;
        if element == value {
            return Ok(());
        }
        Err(format!("expected an array of {}, found {}", self.name(value), self.name(array)))
    }

    fn str_concat(&mut self, count: u8) -> Ruling {
        if count < 2 {
            return Err(format!("joins 2 to 255 texts, not {count}"));
        }
        for _ in 0..count {
            self.pop(TypeId::STR)?;
        }
        self.push(TypeId::STR);
        Ok(())
    }

    /// Takes an array; its type and its elements' type.
    fn pop_array(&mut self) -> Result<(TypeId, TypeId), String> {
        let array = self.top(Kind::Ref)?;
        let Some(element) = self.module.types.element(array) else {
            return Err(self.mismatch("an array", Kind::Ref));
        };
        self.pop(array)?;
        Ok((array, element))
    }

    fn element(&self, ty: TypeId) -> Result<TypeId, String> {
        self.module
            .types
            .element(ty)
            .ok_or_else(|| format!("expected an array type, found {}", self.name(ty)))
    }

    fn array_of(&self, element: TypeId) -> Result<TypeId, String> {
        let found = self.module.types.find(&Type::Array(element));
        found.ok_or_else(|| format!("the module has no type [{}]", self.name(element)))
    }

    pub(super) fn name(&self, ty: TypeId) -> String {
        self.module.types.name(ty)
    }
}
