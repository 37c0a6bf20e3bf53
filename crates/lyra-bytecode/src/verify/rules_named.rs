//! The rules of instructions over records, enumerations, optionals, interfaces, procedures as values, and `any`.

use super::rules::Ruling;
use super::walk::Walk;
use crate::module::ProcId;
use crate::op::AnyOperator;
use crate::types::{Field, Kind, Type, TypeId};

/// Records and enumerations.
impl Walk<'_> {
    pub(super) fn new_record(&mut self, ty: TypeId) -> Ruling {
        let module = self.module;
        let types = &module.types;
        match types.get(ty) {
            Some(Type::Tuple(parts)) => self.exchange(parts, [ty]),
            Some(&Type::Cell(part)) => self.exchange(&[part], [ty]),
            _ => match types.fields(ty) {
                Some(fields) => self.build(fields, ty),
                None => Err(format!("expected a tuple, a structure or a cell, found {}", self.name(ty))),
            },
        }
    }

    pub(super) fn get_part(&mut self, index: u8, kind: Kind) -> Ruling {
        let record = self.top(Kind::Ref)?;
        let part = self.part(record, index, kind)?;
        self.exchange(&[record], [part])
    }

    pub(super) fn set_part(&mut self, index: u8, kind: Kind) -> Ruling {
        let value = self.pop_any(kind)?;
        let record = self.top(Kind::Ref)?;
        if self.module.types.parts(record).is_some() {
            return Err(format!(
                "expected a structure or a cell, found {}: tuples do not change",
                self.name(record)
            ));
        }
        let part = self.part(record, index, kind)?;
        if part != value {
            let (record, part, value) = (self.name(record), self.name(part), self.name(value));
            return Err(format!("part {index} of {record} is {part}, not {value}"));
        }
        self.pop(record)
    }

    /// The type of part `index` of a record.
    fn part(&self, record: TypeId, index: u8, kind: Kind) -> Result<TypeId, String> {
        let types = &self.module.types;
        let Some(part) = types.record_part(record, usize::from(index)) else {
            return Err(match types.record_length(record) {
                Some(_) => format!("{} has no part {index}", self.name(record)),
                None => self.mismatch("a tuple, a structure or a cell", Kind::Ref),
            });
        };
        self.of_kind(part, kind, || format!("part {index} of {}", self.name(record)))
    }

    pub(super) fn same_ref(&mut self) -> Ruling {
        let ty = self.top(Kind::Ref)?;
        match self.module.types.get(ty) {
            Some(Type::Array(_) | Type::Map { .. } | Type::Struct(_) | Type::Proc { .. } | Type::Error) => {
                self.exchange(&[ty, ty], [TypeId::BOOL])
            }
            _ => Err(self.mismatch("an array, a map, a structure, a procedure or an error", Kind::Ref)),
        }
    }

    pub(super) fn const_enum(&mut self, ty: TypeId, variant: u16) -> Ruling {
        if !matches!(self.module.types.get(ty), Some(Type::PlainEnum(_))) {
            return Err(format!("expected an enumeration without payloads, found {}", self.name(ty)));
        }
        self.payload(ty, variant)?;
        self.push(ty);
        Ok(())
    }

    pub(super) fn enum_index(&mut self) -> Ruling {
        let ty = self.top(Kind::Word)?;
        match self.module.types.get(ty) {
            Some(Type::PlainEnum(_)) => self.exchange(&[ty], [TypeId::I32]),
            _ => Err(self.mismatch("an enumeration without payloads", Kind::Word)),
        }
    }

    pub(super) fn new_variant(&mut self, ty: TypeId, variant: u16) -> Ruling {
        if !matches!(self.module.types.get(ty), Some(Type::Enum(_))) {
            return Err(format!("expected an enumeration with payloads, found {}", self.name(ty)));
        }
        let fields = self.payload(ty, variant)?;
        self.build(fields, ty)
    }

    pub(super) fn variant_index(&mut self) -> Ruling {
        let ty = self.top_enum()?;
        self.exchange(&[ty], [TypeId::I32])
    }

    pub(super) fn get_payload(&mut self, variant: u16, index: u8, kind: Kind) -> Ruling {
        let ty = self.top_enum()?;
        let payload = self.payload(ty, variant)?;
        let Some(field) = payload.get(usize::from(index)) else {
            return Err(format!("variant {variant} of {} has no part {index}", self.name(ty)));
        };
        let part = field.ty;
        self.of_kind(part, kind, || format!("part {index} of variant {variant} of {}", self.name(ty)))?;
        self.exchange(&[ty], [part])
    }

    /// The type on top, if it is an enumeration with payloads.
    fn top_enum(&self) -> Result<TypeId, String> {
        let ty = self.top(Kind::Ref)?;
        match self.module.types.get(ty) {
            Some(Type::Enum(_)) => Ok(ty),
            _ => Err(self.mismatch("an enumeration with payloads", Kind::Ref)),
        }
    }

    /// Takes the values of `fields`, gives a value of type `ty`.
    fn build(&mut self, fields: &[Field], ty: TypeId) -> Ruling {
        for field in fields.iter().rev() {
            self.pop(field.ty)?;
        }
        self.push(ty);
        Ok(())
    }
}

impl<'m> Walk<'m> {
    /// What a variant carries.
    fn payload(&self, ty: TypeId, variant: u16) -> Result<&'m [Field], String> {
        let module = self.module;
        let variants = module.types.variants(ty).unwrap_or_default();
        match variants.get(usize::from(variant)) {
            Some(variant) => Ok(&variant.fields),
            None => Err(format!("{} has no variant {variant}", self.name(ty))),
        }
    }
}

/// Optionals, `any` and interfaces.
impl Walk<'_> {
    pub(super) fn const_none(&mut self, ty: TypeId) -> Ruling {
        match self.module.types.get(ty) {
            Some(Type::Optional(_) | Type::Any) => {
                self.push(ty);
                Ok(())
            }
            _ => Err(format!("expected an optional or any, found {}", self.name(ty))),
        }
    }

    pub(super) fn is_none(&mut self) -> Ruling {
        let ty = self.top(Kind::Ref)?;
        match self.module.types.get(ty) {
            Some(Type::Optional(_) | Type::Any) => self.exchange(&[ty], [TypeId::BOOL]),
            _ => Err(self.mismatch("an optional or any", Kind::Ref)),
        }
    }

    pub(super) fn unwrap(&mut self, kind: Kind) -> Ruling {
        let ty = self.top(Kind::Ref)?;
        let inner = match self.module.types.get(ty) {
            Some(&Type::Optional(inner)) => inner,
            Some(Type::Any) => ty,
            _ => return Err(self.mismatch("an optional or any", Kind::Ref)),
        };
        self.of_kind(inner, kind, || self.name(ty))?;
        self.exchange(&[ty], [inner])
    }

    pub(super) fn upcast(&mut self, from: TypeId, to: TypeId, kind: Kind) -> Ruling {
        self.check_kind(from, kind)?;
        let converts = match self.module.types.get(to) {
            Some(Type::Any) => !matches!(self.module.types.get(from), Some(Type::Any | Type::Cell(_)) | None),
            Some(&Type::Optional(inner)) => inner == from,
            Some(&Type::Interface(interface)) => {
                let impls = &self.module.impls;
                impls.binary_search_by_key(&(interface, from), |found| (found.interface, found.ty)).is_ok()
            }
            _ => false,
        };
        if !converts {
            return Err(format!("{} does not convert to {}", self.name(from), self.name(to)));
        }
        self.exchange(&[from], [to])
    }

    /// The instruction is the one for values like these.
    fn check_kind(&self, ty: TypeId, kind: Kind) -> Ruling {
        match (self.module.types.kind(ty), kind) {
            (Kind::Word, Kind::Ref) => Err(format!("{} is no reference", self.name(ty))),
            (Kind::Ref, Kind::Word) => Err(format!("{} is no word", self.name(ty))),
            _ => Ok(()),
        }
    }

    pub(super) fn is_type(&mut self, ty: TypeId) -> Ruling {
        let value = self.dynamic(ty)?;
        self.exchange(&[value], [TypeId::BOOL])
    }

    pub(super) fn downcast(&mut self, ty: TypeId, kind: Kind) -> Ruling {
        let value = self.dynamic(ty)?;
        self.check_kind(ty, kind)?;
        self.exchange(&[value], [ty])
    }

    /// The type on top, whose values know their type at run time; `ty` is a type that they can have.
    fn dynamic(&self, ty: TypeId) -> Result<TypeId, String> {
        let types = &self.module.types;
        if matches!(types.get(ty), Some(Type::Any | Type::Optional(_) | Type::Cell(_)) | None) {
            return Err(format!("no value is {} at run time", self.name(ty)));
        }
        let value = self.top(Kind::Ref)?;
        match types.get(value) {
            Some(Type::Any | Type::Interface(_)) => Ok(value),
            _ => Err(self.mismatch("any or an interface", Kind::Ref)),
        }
    }

    pub(super) fn call_method(&mut self, interface: TypeId, method: u16) -> Ruling {
        let module = self.module;
        let Some(methods) = module.types.interface(interface) else {
            return Err(format!("expected an interface, found {}", self.name(interface)));
        };
        let Some(method) = methods.get(usize::from(method)) else {
            return Err(format!("{} has no method {method}", self.name(interface)));
        };
        self.exchange(&method.params, [])?;
        self.exchange(&[interface], method.result)
    }
}

/// Procedures as values, `any`, maps.
impl Walk<'_> {
    pub(super) fn new_closure(&mut self, proc: ProcId, ty: TypeId) -> Ruling {
        let module = self.module;
        let Some((params, result)) = module.types.procedure(ty) else {
            return Err(format!("expected a procedure type, found {}", self.name(ty)));
        };
        let Some(callee) = module.procs.get(proc) else {
            return Err(format!("there is no proc {}", proc.0));
        };
        let signature = &callee.signature;
        match signature.params.strip_prefix(params) {
            Some(captures) if signature.result == result => self.exchange(captures, [ty]),
            _ => Err(format!("proc {} does not take and give what {} does", proc.0, self.name(ty))),
        }
    }

    pub(super) fn call_closure(&mut self) -> Ruling {
        let module = self.module;
        let ty = self.top(Kind::Ref)?;
        let Some((params, result)) = module.types.procedure(ty) else {
            return Err(self.mismatch("a procedure", Kind::Ref));
        };
        self.pop(ty)?;
        self.exchange(params, result)
    }

    pub(super) fn any_operator(&mut self, operator: AnyOperator, arity: u8) -> Ruling {
        if operator.arity() != arity {
            return Err(format!("`{}` does not take {arity} operands", operator.mnemonic()));
        }
        let result = if operator.gives_bool() { TypeId::BOOL } else { TypeId::ANY };
        for _ in 0..arity {
            self.pop(TypeId::ANY)?;
        }
        self.push(result);
        Ok(())
    }

    /// A call with `count` arguments and what is called.
    pub(super) fn any_call(&mut self, count: u8) -> Ruling {
        for _ in 0..=count {
            self.pop(TypeId::ANY)?;
        }
        self.push(TypeId::ANY);
        Ok(())
    }

    pub(super) fn new_map(&mut self, ty: TypeId) -> Ruling {
        if self.module.types.entry(ty).is_none() {
            return Err(format!("expected a map type, found {}", self.name(ty)));
        }
        self.push(ty);
        Ok(())
    }
}
