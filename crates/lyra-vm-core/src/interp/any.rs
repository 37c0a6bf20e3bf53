//! Operations on `any`, through the inline caches: what an operation is for the types that it met is worked out
//! once and numbered; the caches keep the number by instruction and types.

use super::{Interp, Step};
use crate::dispatch::DynamicCall;
use crate::frame::Gives;
use crate::profile::Profile;
use crate::sites::SiteKind;
use lyra_bytecode::{AnyOperator, ConstId, Constant, Kind, Trap, TypeId};
use lyra_runtime::dynamic::{
    FieldRule, IndexRule, OperatorRule, apply_binary, apply_unary, downcast, dynamic, dynamic_name,
    get_field, get_index, resolve_binary, resolve_field, resolve_index, resolve_unary, set_field, set_index,
};
use lyra_runtime::{Caches, Content, Fault, Meter, Shape, SiteKey, Slot, Stack};
use smallvec::SmallVec;

/// What an operation on `any` is for the types it met.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnyRule {
    Operator(OperatorRule),
    Index(IndexRule),
    Field(FieldRule),
}

fn other_rule() -> Fault {
    Fault::broken("an inline cache holds the rule of another operation")
}

impl<P: Profile> Interp<'_, P> {
    /// The type of an operand; `None` for `none`.
    fn type_of(&self, slot: Slot) -> Result<Option<TypeId>, Fault> {
        Ok(dynamic(&self.vm.heap, self.vm.program.shapes(), slot)?.ty())
    }

    /// The rule of this instruction for types that `key` stands for; the caches keep none for `none`.
    fn rule(
        &mut self,
        kind: SiteKind,
        key: Option<u32>,
        resolve: impl FnOnce(&Self) -> Result<AnyRule, Fault>,
    ) -> Result<AnyRule, Fault> {
        let Some(ty) = key else { return resolve(self) };
        let key = SiteKey { site: self.site(), ty };
        if let Some(number) = self.vm.caches.lookup(key) {
            self.vm.sites.hit(kind);
            return self.vm.any_rules.get(number as usize).copied().ok_or_else(other_rule);
        }
        let rule = resolve(self)?;
        let known = self.vm.any_rules.iter().position(|&known| known == rule);
        let number = known.unwrap_or_else(|| {
            self.vm.any_rules.push(rule);
            self.vm.any_rules.len() - 1
        });
        let number = u32::try_from(number).map_err(|_| Fault::broken("too many rules"))?;
        self.vm.sites.miss(kind, key.site, key.ty);
        self.vm.caches.insert(key, number);
        Ok(rule)
    }

    /// Gives back what an operator made.
    fn finish(&mut self, operator: AnyOperator, operands: usize, value: Slot) -> Step {
        self.drop_operands(operands, 0);
        let kind = if operator.gives_bool() { Kind::Word } else { Kind::Ref };
        self.push(kind, value)
    }

    /// The rule of a binary operator for the types of its operands.
    pub(crate) fn binary_rule(
        &mut self,
        operator: AnyOperator,
        types: (Option<TypeId>, Option<TypeId>),
    ) -> Result<OperatorRule, Fault> {
        // A module has at most 65,536 types.
        let key = types.0.zip(types.1).map(|(a, b)| a.0 << 16 | b.0 & 0xFFFF);
        let rule = self.rule(SiteKind::Operator, key, |interp| {
            let shapes = interp.vm.program.shapes();
            resolve_binary(operator, types.0, types.1, shapes).map(AnyRule::Operator)
        })?;
        if let AnyRule::Operator(rule) = rule { Ok(rule) } else { Err(other_rule()) }
    }

    /// The rule of a unary operator for the type of its operand.
    pub(crate) fn unary_rule(
        &mut self,
        operator: AnyOperator,
        ty: Option<TypeId>,
    ) -> Result<OperatorRule, Fault> {
        let rule = self.rule(SiteKind::Operator, ty.map(|ty| ty.0), |interp| {
            resolve_unary(operator, ty, interp.vm.program.shapes()).map(AnyRule::Operator)
        })?;
        if let AnyRule::Operator(rule) = rule { Ok(rule) } else { Err(other_rule()) }
    }

    #[inline(never)]
    pub(super) fn any_binary(&mut self, operator: AnyOperator) -> Step {
        let (a, b) = (self.peek_ref(1)?, self.peek_ref(0)?);
        let types = (self.type_of(a)?, self.type_of(b)?);
        let rule = self.binary_rule(operator, types)?;
        let value = self.vm.lend(|env| apply_binary(env, operator, rule, (a, b)))?;
        self.finish(operator, 2, value)
    }

    #[inline(never)]
    pub(super) fn any_unary(&mut self, operator: AnyOperator) -> Step {
        let a = self.peek_ref(0)?;
        let ty = self.type_of(a)?;
        let rule = self.unary_rule(operator, ty)?;
        let value = self.vm.lend(|env| apply_unary(env, operator, rule, a))?;
        self.finish(operator, 1, value)
    }

    /// What an index is for the type of what has it.
    pub(crate) fn index_rule(&mut self, ty: Option<TypeId>) -> Result<IndexRule, Fault> {
        let rule = self.rule(SiteKind::Index, ty.map(|ty| ty.0), |interp| {
            resolve_index(ty, interp.vm.program.shapes()).map(AnyRule::Index)
        })?;
        if let AnyRule::Index(rule) = rule { Ok(rule) } else { Err(other_rule()) }
    }

    #[inline(never)]
    pub(super) fn any_get_index(&mut self) -> Step {
        let (value, index) = (self.peek_ref(1)?, self.peek_ref(0)?);
        let ty = self.type_of(value)?;
        let rule = self.index_rule(ty)?;
        let found = self.vm.lend(|env| get_index(env, rule, (value, index)))?;
        self.drop_operands(2, 0);
        self.vm.refs.push(found)
    }

    #[inline(never)]
    pub(super) fn any_set_index(&mut self) -> Step {
        let (value, index, new) = (self.peek_ref(2)?, self.peek_ref(1)?, self.peek_ref(0)?);
        let ty = self.type_of(value)?;
        let rule = self.index_rule(ty)?;
        self.vm.lend(|env| set_index(env, rule, (value, index, new)))?;
        self.drop_operands(3, 0);
        Ok(())
    }

    /// What a field of that name is for the type of what has it.
    pub(crate) fn field_rule(&mut self, ty: Option<TypeId>, name: ConstId) -> Result<FieldRule, Fault> {
        let rule = self.rule(SiteKind::Field, ty.map(|ty| ty.0), |interp| {
            let name = interp.name(name)?;
            resolve_field(ty, name, interp.vm.program.shapes()).map(AnyRule::Field)
        })?;
        if let AnyRule::Field(rule) = rule { Ok(rule) } else { Err(other_rule()) }
    }

    fn name(&self, name: ConstId) -> Result<&str, Fault> {
        match self.vm.guard.code.constant(name) {
            Some(Constant::Str(name)) => Ok(name),
            _ => Err(Fault::broken("a constant is missing or of another type")),
        }
    }

    #[inline(never)]
    pub(super) fn any_get_field(&mut self, name: ConstId) -> Step {
        let value = self.peek_ref(0)?;
        let ty = self.type_of(value)?;
        let rule = self.field_rule(ty, name)?;
        if rule == FieldRule::ErrorTrace {
            return self.error_trace();
        }
        let found = self.vm.lend(|env| get_field(env, rule, value.as_ref()))?;
        self.vm.refs.pop()?;
        self.vm.refs.push(found)
    }

    #[inline(never)]
    pub(super) fn any_set_field(&mut self, name: ConstId) -> Step {
        let (value, new) = (self.peek_ref(1)?, self.peek_ref(0)?);
        let ty = self.type_of(value)?;
        let rule = self.field_rule(ty, name)?;
        self.vm.lend(|env| set_field(env, rule, value.as_ref(), new))?;
        self.drop_operands(2, 0);
        Ok(())
    }

    #[inline(never)]
    pub(super) fn any_call(&mut self, count: u8) -> Step {
        self.vm.guard.charge(1)?;
        let callee = self.vm.refs.pop()?;
        let program = self.vm.program.clone();
        let shapes = program.shapes();
        let found = dynamic(&self.vm.heap, shapes, callee)?;
        let shape = found.ty().and_then(|ty| shapes.get(ty));
        let (Content::Object(..), Some(Shape::Closure { params, result })) = (found, shape) else {
            let message = format!("{} cannot be called", dynamic_name(&self.vm.heap, shapes, found));
            return Err(Fault::told(Trap::TypeMismatch, message));
        };
        self.spread(usize::from(count), &params.types)?;
        let proc = self.push_captures(callee)?;
        self.enter_giving(proc, Gives::Any(*result))
    }

    #[inline(never)]
    pub(super) fn any_call_method(&mut self, name: ConstId, count: u8) -> Step {
        self.vm.guard.charge(1)?;
        let receiver = self.peek_ref(count.into())?;
        let ty = self.type_of(receiver)?;
        let key = ty.map(|ty| SiteKey { site: self.site(), ty: ty.0 });
        let number = match key.and_then(|key| self.vm.caches.lookup(key)) {
            Some(number) => {
                self.vm.sites.hit(SiteKind::Method);
                number as usize
            }
            None => {
                let (name, shapes) = (self.name(name)?, self.vm.program.shapes());
                let found = ty.and_then(|ty| self.vm.guard.code.dispatch.find_method(ty, name));
                let found = found.ok_or_else(|| {
                    let owner = ty.map_or_else(|| "none".to_owned(), |ty| shapes.name(ty));
                    let message = format!("{owner} has no method `{}`", name.escape_debug());
                    Fault::told(Trap::TypeMismatch, message)
                })?;
                if let Some((key, number)) = key.zip(u32::try_from(found).ok()) {
                    self.vm.sites.miss(SiteKind::Method, key.site, key.ty);
                    self.vm.caches.insert(key, number);
                }
                found
            }
        };
        let method = self.vm.guard.code.dispatch.methods.get(number);
        let DynamicCall { proc, params, result } = &method.ok_or_else(other_rule)?.call;
        let (proc, result) = (*proc, *result);
        let params: SmallVec<[TypeId; 8]> = SmallVec::from_slice(params);
        self.spread(usize::from(count) + 1, &params)?;
        self.enter_giving(proc, Gives::Any(result))
    }

    /// Turns the `count` values of `any` on top into arguments of types `params`, each on the stack of its kind.
    fn spread(&mut self, count: usize, params: &[TypeId]) -> Step {
        if count != params.len() {
            let message = format!("{} arguments are taken, {count} were given", params.len());
            return Err(Fault::told(Trap::TypeMismatch, message));
        }
        let mut args: SmallVec<[Slot; 8]> = SmallVec::with_capacity(count);
        for (depth, &ty) in (0..count).rev().zip(params) {
            let value = self.peek_ref(depth)?;
            args.push(downcast(&self.vm.heap, self.vm.program.shapes(), ty, value)?);
        }
        self.drop_operands(count, 0);
        for (&ty, arg) in params.iter().zip(args) {
            let kind = self.vm.program.shapes().kind(ty);
            self.push(kind, arg)?;
        }
        Ok(())
    }
}
