//! Operations on `any`, for the types that the quick forms do not know: by the rules that the machine's inline caches
//! keep.

use super::site::{Site, Work};
use super::texts::concat;
use super::words::part_of;
use crate::engine::stack::FrameStack;
use lyra_bytecode::{AnyOperator, Op, TypeId};
use lyra_runtime::dynamic::{
    FieldRule, OperatorRule, apply_binary, apply_unary, dynamic, get_field, get_index, set_field, set_index,
};
use lyra_runtime::{Fault, Heap, Slot};
use lyra_vm_core::Profile;

#[cold]
fn another() -> Fault {
    Fault::broken("a way is that of another instruction")
}

/// The type of a value; `None` for `none`.
fn type_of<P: Profile<Stack = FrameStack>>(
    site: &mut Site<'_, P>,
    value: Slot,
) -> Result<Option<TypeId>, Fault> {
    let machine = site.machine();
    Ok(dynamic(machine.heap(), machine.program().shapes(), value)?.ty())
}

/// Whether a value is a text.
#[inline]
fn is_text<H: Heap>(heap: &H, value: Slot) -> bool {
    value.is_object() && heap.type_number(value.as_ref()).map(u32::from) == Some(TypeId::STR.0)
}

/// `any_binary`
pub(super) struct Binary;

impl<P: Profile<Stack = FrameStack>> Work<P> for Binary {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let Op::AnyBinary { operator } = site.slow().op else { return Err(another()) };
        let (a, b) = (site.slot(0)?, site.slot(1)?);
        if let AnyOperator::Add | AnyOperator::AddChecked = operator
            && is_text(site.heap(), a)
            && is_text(site.heap(), b)
        {
            return concat(site, &[a.as_ref(), b.as_ref()]);
        }
        let types = (type_of(site, a)?, type_of(site, b)?);
        let rule = match (operator, types) {
            (AnyOperator::Eq | AnyOperator::Ne, _) => {
                OperatorRule::Equal { negated: operator == AnyOperator::Ne }
            }
            _ => {
                let place = site.place();
                site.machine().binary_rule(place, operator, types)?
            }
        };
        let value = site.lend(|env| apply_binary(env, operator, rule, (a, b)))?;
        site.give(value);
        Ok(())
    }
}

/// `any_unary`
pub(super) struct Unary;

impl<P: Profile<Stack = FrameStack>> Work<P> for Unary {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let Op::AnyUnary { operator } = site.slow().op else { return Err(another()) };
        let a = site.slot(0)?;
        let (ty, place) = (type_of(site, a)?, site.place());
        let rule = site.machine().unary_rule(place, operator, ty)?;
        let value = site.lend(|env| apply_unary(env, operator, rule, a))?;
        site.give(value);
        Ok(())
    }
}

/// `any_get_index`
pub(super) struct GetIndex;

impl<P: Profile<Stack = FrameStack>> Work<P> for GetIndex {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let (value, index) = (site.slot(0)?, site.slot(1)?);
        let (ty, place) = (type_of(site, value)?, site.place());
        let rule = site.machine().index_rule(place, ty)?;
        let found = site.lend(|env| get_index(env, rule, (value, index)))?;
        site.give(found);
        Ok(())
    }
}

/// `any_set_index`
pub(super) struct SetIndex;

impl<P: Profile<Stack = FrameStack>> Work<P> for SetIndex {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let (value, index, new) = (site.slot(0)?, site.slot(1)?, site.slot(2)?);
        let (ty, place) = (type_of(site, value)?, site.place());
        let rule = site.machine().index_rule(place, ty)?;
        site.lend(|env| set_index(env, rule, (value, index, new)))
    }
}

/// `any_get_field`, of a field that is no `trace`: such a one the machine has to write out.
pub(super) struct GetField;

impl<P: Profile<Stack = FrameStack>> Work<P> for GetField {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let Op::AnyGetField { name } = site.slow().op else { return Err(another()) };
        let value = site.slot(0)?;
        let (ty, place) = (type_of(site, value)?, site.place());
        let rule = site.machine().field_rule(place, ty, name)?;
        let found = site.lend(|env| get_field(env, rule, value.as_ref()))?;
        if let (Some(owner), FieldRule::Part { index, ty, .. }) = (ty, rule) {
            let kind = site.machine().program().shapes().kind(ty);
            site.keep_field(owner, part_of(index, ty, kind));
        }
        site.give(found);
        Ok(())
    }
}

/// `any_set_field`
pub(super) struct SetField;

impl<P: Profile<Stack = FrameStack>> Work<P> for SetField {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let Op::AnySetField { name } = site.slow().op else { return Err(another()) };
        let (value, new) = (site.slot(0)?, site.slot(1)?);
        let (ty, place) = (type_of(site, value)?, site.place());
        let rule = site.machine().field_rule(place, ty, name)?;
        site.lend(|env| set_field(env, rule, value.as_ref(), new))
    }
}
