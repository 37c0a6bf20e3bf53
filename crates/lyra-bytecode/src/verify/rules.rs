//! What each instruction takes and gives. Most rules stand in the table; here are the `[hand]` rows, whose types
//! depend on an operand, on a local, or on what is on the stack.

use super::error::quoted;
use super::walk::Walk;
use crate::builtin::Builtin;
use crate::module::{ConstId, Constant, GlobalId, ImportId, ProcId, Signature};
use crate::op::{Local, Op};
use crate::types::{Kind, Type, TypeId, Types, is_ordered_alone};
use hashbrown::HashMap;
use std::rc::Rc;

/// Signatures of built-ins, each worked out once.
pub(super) struct BuiltinSignatures {
    known: HashMap<(Builtin, TypeId), Option<Rc<Signature>>>,
    /// Which types have an order, worked out for all in one go: types share parts, and one walk for each
    /// would see these again and again.
    ordered: Vec<bool>,
}

impl BuiltinSignatures {
    pub(super) fn new(types: &Types) -> Self {
        let mut ordered: Vec<bool> = Vec::with_capacity(types.len());
        for (_, ty) in types.iter() {
            let is_ordered = match ty {
                Type::Tuple(parts) => {
                    parts.iter().all(|part| ordered.get(part.0 as usize).copied().unwrap_or(false))
                }
                ty => is_ordered_alone(ty),
            };
            ordered.push(is_ordered);
        }
        Self { known: HashMap::new(), ordered }
    }

    fn get(&mut self, builtin: Builtin, ty: TypeId, types: &Types) -> Option<Rc<Signature>> {
        let Self { known, ordered } = self;
        let is_ordered = |ty: TypeId| ordered.get(ty.0 as usize).copied().unwrap_or(false);
        known
            .entry((builtin, ty))
            .or_insert_with(|| builtin.signature_if(ty, types, is_ordered).map(Rc::new))
            .clone()
    }
}

type Ruling = Result<(), String>;

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
            Op::ArraySame => {
                let (array, _) = self.pop_array()?;
                self.exchange(&[array], [TypeId::BOOL])
            }
            Op::NewTuple { ty } => self.new_tuple(ty),
            Op::TupleGetWord { index } => self.tuple_get(index, Kind::Word),
            Op::TupleGetRef { index } => self.tuple_get(index, Kind::Ref),

            Op::StrConcat { count } => self.str_concat(count),

            // A row that says `[hand]` and has no rule here is accepted nowhere.
            _ => Err("the verifier has no rule for it".to_owned()),
        }
    }

    /// Pops what was pushed in the order of `popped`, then pushes.
    fn exchange(&mut self, popped: &[TypeId], pushed: impl IntoIterator<Item = TypeId>) -> Ruling {
        for &ty in popped.iter().rev() {
            self.pop(ty)?;
        }
        for ty in pushed {
            self.push(ty);
        }
        Ok(())
    }

    fn constant(&mut self, id: ConstId, expected: TypeId) -> Ruling {
        let found = match self.module.constants.get(id) {
            Some(Constant::I64(_)) => TypeId::I64,
            Some(Constant::F64(_)) => TypeId::F64,
            Some(Constant::Str(_)) => TypeId::STR,
            None => return Err(format!("there is no constant {}", id.0)),
        };
        if found != expected {
            let (expected, found) = (self.name(expected), self.name(found));
            return Err(format!("expected constant {} to hold {expected}, it holds {found}", id.0));
        }
        self.push(expected);
        Ok(())
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
    fn of_kind(&self, ty: TypeId, kind: Kind, what: impl Fn() -> String) -> Result<TypeId, String> {
        if self.module.types.kind(ty) == kind {
            return Ok(ty);
        }
        let expected = match kind {
            Kind::Ref => "a reference",
            Kind::Word => "a word",
        };
        Err(format!("expected {expected}, {} holds {}", what(), self.name(ty)))
    }

    fn call(&mut self, proc: ProcId) -> Ruling {
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
                "`{}` is not for {}, or the module lacks an array type that it speaks of",
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

    fn new_tuple(&mut self, ty: TypeId) -> Ruling {
        let module = self.module;
        match module.types.parts(ty) {
            Some(parts) => self.exchange(parts, [ty]),
            None => Err(format!("expected a tuple type, found {}", self.name(ty))),
        }
    }

    fn tuple_get(&mut self, index: u8, kind: Kind) -> Ruling {
        let tuple = self.top(Kind::Ref)?;
        let Some(parts) = self.module.types.parts(tuple) else {
            return Err(self.mismatch("a tuple", Kind::Ref));
        };
        let Some(&part) = parts.get(usize::from(index)) else {
            return Err(format!("{} has no part {index}", self.name(tuple)));
        };
        self.of_kind(part, kind, || format!("part {index} of {}", self.name(tuple)))?;
        self.exchange(&[tuple], [part])
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

    fn name(&self, ty: TypeId) -> String {
        self.module.types.name(ty)
    }
}
