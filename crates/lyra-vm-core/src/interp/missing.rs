//! Instructions that this machine does not carry out: meeting one is the trap `tampered`, as for any broken code.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_bytecode::{AnyOperator, ConstId, ProcId, TypeId};
use lyra_runtime::Fault;

macro_rules! missing {
    ($($mnemonic:ident($($operand:ty),*);)*) => {
        impl<P: Profile> Interp<'_, P> {
            $(pub(super) fn $mnemonic(&mut self $(, _: $operand)*) -> Step {
                Err(Fault::broken(concat!("this machine does not carry out `", stringify!($mnemonic), "`")))
            })*
        }
    };
}

missing! {
    set_part_word(u8);
    set_part_ref(u8);
    const_enum(TypeId, u16);
    enum_index();
    new_variant(TypeId, u16);
    variant_index();
    get_payload_word(u16, u8);
    get_payload_ref(u16, u8);
    const_none(TypeId);
    is_none();
    unwrap_word();
    unwrap_ref();
    upcast_word(TypeId, TypeId);
    upcast_ref(TypeId, TypeId);
    is_type(TypeId);
    downcast_word(TypeId);
    downcast_ref(TypeId);
    type_name();
    call_method(TypeId, u16);
    new_closure(ProcId, TypeId);
    call_closure();
    any_binary(AnyOperator);
    any_unary(AnyOperator);
    any_get_index();
    any_set_index();
    any_get_field(ConstId);
    any_set_field(ConstId);
    any_call(u8);
    any_call_method(ConstId, u8);
    new_map(TypeId);
}
