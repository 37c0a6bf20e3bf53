//! THE instruction table: one row an instruction, and the row is all that any other file knows of it.
//!
//! ```text
//! /// What it does.
//! mnemonic Variant { operand: Type } : [popped types -> pushed types] (effects) = scalar function;
//! ```
//!
//! - Operands are typed ([`Operand`](super::Operand)): the type says how one is encoded, printed, read and checked.
//! - `[A, B -> R]` is the whole type rule, pushed left to right, so `B` was on top. `[hand]` in its place means
//!   that the rule depends on operands or on the module; those few stand in `verify/rules.rs`.
//! - Effects: `traps` may end in a trap; `allocates` may charge memory and collect; `jumps` may go elsewhere;
//!   `ends` never goes on to the next instruction; `calls` runs other code; `reads` / `writes` depend on or
//!   change what other instructions see (locals, globals, arrays). No effect: pure.
//! - With `= f`, the machine and constant folding both run `scalar::f`.
//!
//! There are two operand stacks: *words* (numbers, `bool`, `char`, enumerations without payloads) and *references*
//! (all the rest), and no row takes the bits of a word for a reference (INV-2). A type rule names values in the order in which they were
//! pushed; each is taken from the stack of its kind.
//!
//! Names: what it does, then the type it does it to; conversions are `target_from_source`.

/// `for_each_op!([callback] state)` calls `callback! { [state] rows… }`: the only way to the rows. Matched in `op/derive.rs` only.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_op {
    ([$($callback:tt)*] $($state:tt)*) => { $($callback)*! { [$($state)*]

// ---- constants ----
/// Push `true` or `false`.
const_bool ConstBool { value: bool } : [-> Bool] ();
/// Push a `u8`.
const_u8 ConstU8 { value: u8 } : [-> U8] ();
/// Push an `i32`.
const_i32 ConstI32 { value: i32 } : [-> I32] ();
/// Push a `char`.
const_char ConstChar { value: char } : [-> Char] ();
/// Push an `i64` of the constant table.
const_i64 ConstI64 { value: ConstId } : [hand] ();
/// Push an `f64` of the constant table.
const_f64 ConstF64 { value: ConstId } : [hand] ();
/// Push a `str` of the constant table.
const_str ConstStr { value: ConstId } : [hand] ();

// ---- locals, globals, stack ----
/// Push a word local.
get_word GetWord { local: Local } : [hand] (reads);
/// Pop into a word local.
set_word SetWord { local: Local } : [hand] (writes);
/// Push a reference local, which must have been set on every way here.
get_ref GetRef { local: Local } : [hand] (reads);
/// Pop into a reference local.
set_ref SetRef { local: Local } : [hand] (writes);
/// Push a global that holds a word; `none_value` where it was never set and its type has no default.
get_global_word GetGlobalWord { global: GlobalId } : [hand] (reads traps);
/// Pop into a global that holds a word.
set_global_word SetGlobalWord { global: GlobalId } : [hand] (writes);
/// Push a global that holds a reference; `none_value` where it was never set and its type has no default.
get_global_ref GetGlobalRef { global: GlobalId } : [hand] (reads traps);
/// Pop into a global that holds a reference.
set_global_ref SetGlobalRef { global: GlobalId } : [hand] (writes);
/// Pop a word and forget it.
drop_word DropWord : [hand] ();
/// Pop a reference and forget it.
drop_ref DropRef : [hand] ();
/// Push the top word again.
dup_word DupWord : [hand] ();
/// Push the top reference again.
dup_ref DupRef : [hand] ();

// ---- flow ----
/// Go to `to`. Going back costs one unit of fuel.
jump Jump { to: Label } : [hand] (jumps ends);
/// Pop a `bool`; go to `to` when it is true. Going back costs one unit of fuel.
jump_if JumpIf { to: Label } : [hand] (jumps);
/// Pop a `bool`; go to `to` when it is false. Going back costs one unit of fuel.
jump_unless JumpUnless { to: Label } : [hand] (jumps);
/// Call a procedure: pops its arguments, pushes its result if it has one. Costs one unit of fuel.
call Call { proc: ProcId } : [hand] (calls traps reads writes allocates);
/// Call a built-in over the type `ty` (`bool` where the built-in is over no type).
call_builtin CallBuiltin { builtin: Builtin, ty: TypeId } : [hand] (calls traps reads writes allocates);
/// Call a host function.
call_host CallHost { import: ImportId } : [hand] (calls traps reads writes allocates);
/// Return the value on top, or nothing where the procedure has no result.
return Return : [hand] (ends);
/// Pop the text and end in the trap `panic`.
panic Panic : [Str ->] (traps ends);
/// Pop the text and end in the trap `assertion_failed`.
fail_assert FailAssert : [Str ->] (traps ends);
/// Pop the error and throw it; it keeps its first trace.
throw Throw : [Error ->] (traps ends);

// ---- errors ----
/// Pop kind and message, push an error that carries them and the trace of here.
new_error NewError : [Str, Str -> Error] (allocates);
/// Pop an error, push its kind.
error_kind ErrorKind : [Error -> Str] (allocates);
/// Pop an error, push its message.
error_message ErrorMessage : [Error -> Str] (allocates);
/// Pop an error, push the lines of its trace: `[str]`.
error_trace ErrorTrace : [hand] (allocates);

// ---- arrays ----
/// Push a new empty array of type `ty`.
new_array NewArray { ty: TypeId } : [hand] (allocates);
/// Pop a word, append it to the array below, which stays.
append_word AppendWord : [hand] (allocates writes traps);
/// Pop a reference, append it to the array below, which stays.
append_ref AppendRef : [hand] (allocates writes traps);
/// Pop an array, push its length.
array_length ArrayLength : [hand] (reads);
/// Pop an array and an `i32` index, push the element, a word.
array_get_word ArrayGetWord : [hand] (reads traps);
/// Pop an array and an `i32` index, push the element, a reference.
array_get_ref ArrayGetRef : [hand] (reads traps);
/// Pop an array, an `i32` index and a word; store it.
array_set_word ArraySetWord : [hand] (writes traps);
/// Pop an array, an `i32` index and a reference; store it.
array_set_ref ArraySetRef : [hand] (writes traps);

// ---- records: tuples, structures, cells ----
/// Pop the parts, push a new record of type `ty`: a tuple, a structure, or a cell with its one part.
new_record NewRecord { ty: TypeId } : [hand] (allocates);
/// Pop a record, push part `index`, a word.
get_part_word GetPartWord { index: u8 } : [hand] (reads);
/// Pop a record, push part `index`, a reference.
get_part_ref GetPartRef { index: u8 } : [hand] (reads);
/// Pop a structure or cell and a word; store it as part `index`.
set_part_word SetPartWord { index: u8 } : [hand] (writes);
/// Pop a structure or cell and a reference; store it as part `index`.
set_part_ref SetPartRef { index: u8 } : [hand] (writes);
/// Pop two arrays, maps, structures, procedures or errors of one type, push whether they are the same object.
same_ref SameRef : [hand] ();

// ---- enumerations ----
/// Push a variant of an enumeration without payloads, a word.
const_enum ConstEnum { ty: TypeId, variant: u16 } : [hand] ();
/// Pop a value of an enumeration without payloads, push the number of its variant.
enum_index EnumIndex : [hand] ();
/// Pop the payload, push the variant of an enumeration with payloads. A variant without one allocates nothing.
new_variant NewVariant { ty: TypeId, variant: u16 } : [hand] (allocates);
/// Pop a value of an enumeration with payloads, push the number of its variant.
variant_index VariantIndex : [hand] ();
/// Pop a value of an enumeration, push part `index` of the payload, a word; `type_mismatch` when it is another variant.
get_payload_word GetPayloadWord { variant: u16, index: u8 } : [hand] (traps);
/// Pop a value of an enumeration, push part `index` of the payload, a reference; `type_mismatch` when it is another
/// variant.
get_payload_ref GetPayloadRef { variant: u16, index: u8 } : [hand] (traps);

// ---- optionals, any, interfaces ----
/// Push `none` of type `ty`: an optional or `any`.
const_none ConstNone { ty: TypeId } : [hand] ();
/// Pop an optional or `any`, push whether it is `none`.
is_none IsNone : [hand] ();
/// Pop an optional, push what it holds, a word, or end in `none_value`.
unwrap_word UnwrapWord : [hand] (traps);
/// Pop an optional or `any`, push what it holds, a reference, or end in `none_value`.
unwrap_ref UnwrapRef : [hand] (traps);
/// Pop a word of type `from`, push it as `to`: `from?`, `any`, or an interface that `from` implements.
upcast_word UpcastWord { from: TypeId, to: TypeId } : [hand] (allocates);
/// Pop a reference of type `from`, push it as `to`: `from?`, `any`, or an interface that `from` implements. It stays
/// what it is.
upcast_ref UpcastRef { from: TypeId, to: TypeId } : [hand] ();
/// Pop an `any` or an interface's value, push whether it is of type `ty`, or implements it.
is_type IsType { ty: TypeId } : [hand] ();
/// Pop an `any` or an interface's value, push it as the word of type `ty` that it is, or end in `type_mismatch`.
downcast_word DowncastWord { ty: TypeId } : [hand] (traps);
/// Pop an `any` or an interface's value, push it as the reference of type `ty` that it is, or end in `type_mismatch`.
downcast_ref DowncastRef { ty: TypeId } : [hand] (traps);
/// Pop an `any`, push the name of the type it has at run time; `none` for `none`.
type_name TypeName : [Any -> Str] (allocates);
/// Call a method of an interface, as the first argument's type at run time implements it. Like `call` otherwise.
call_method CallMethod { interface: TypeId, method: u16 } : [hand] (calls traps reads writes allocates);

// ---- procedures as values ----
/// Pop the captures, push a procedure of type `ty`: `proc` with these as its last arguments.
new_closure NewClosure { proc: ProcId, ty: TypeId } : [hand] (allocates);
/// Pop a procedure and the arguments below it, call it. Like `call` otherwise.
call_closure CallClosure : [hand] (calls traps reads writes allocates);

// ---- any: what types allow is found out at run time, else `type_mismatch` ----
/// Pop two operands, push what the operator makes of them: a `bool` where it compares, else `any`.
any_binary AnyBinary { operator: AnyOperator } : [hand] (traps reads allocates);
/// Pop an operand, push what the operator makes of it: a `bool` for `not`, else `any`.
any_unary AnyUnary { operator: AnyOperator } : [hand] (traps allocates);
/// Pop a value and an index or key, push the element, `none` for a missing key.
any_get_index AnyGetIndex : [Any, Any -> Any] (traps reads allocates);
/// Pop a value, an index or key, and an element; store it.
any_set_index AnySetIndex : [Any, Any, Any ->] (traps writes allocates);
/// Pop a structure, push its field of that name.
any_get_field AnyGetField { name: ConstId } : [hand] (traps reads allocates);
/// Pop a structure and a value; store it as the field of that name.
any_set_field AnySetField { name: ConstId } : [hand] (traps writes);
/// Pop a procedure and `count` arguments below it, call it, push its result, `none` where it has none.
any_call AnyCall { count: u8 } : [hand] (calls traps reads writes allocates);
/// Pop `count` arguments and the value below them, call its method of that name, push the result, `none` where it
/// has none.
any_call_method AnyCallMethod { name: ConstId, count: u8 } : [hand] (calls traps reads writes allocates);

// ---- maps: all else is built in ----
/// Push a new empty map of type `ty`.
new_map NewMap { ty: TypeId } : [hand] (allocates);

// ---- text ----
/// Pop a text, push how many characters it has.
str_length StrLength : [Str -> I32] ();
/// Pop a text and an index in characters, push the character.
str_get StrGet : [Str, I32 -> Char] (traps);
/// Pop `count` texts (2 to 255), push them joined in the order in which they were pushed.
str_concat StrConcat { count: u8 } : [hand] (allocates traps);
/// Pop two texts, push whether they are equal.
str_eq StrEq : [Str, Str -> Bool] ();
/// Pop two texts, push whether they differ.
str_ne StrNe : [Str, Str -> Bool] ();
/// Pop a character, push it as a text.
str_from_char StrFromChar : [Char -> Str] (allocates);
/// Pop a text, push how many bytes its UTF-8 has.
str_byte_length StrByteLength : [Str -> I32] ();
/// Pop a text and a byte offset at the start of a character, push that character.
str_char_at_byte StrCharAtByte : [Str, I32 -> Char] (traps);

// ---- i32 ----
/// Sum, wrapping.
add_i32 AddI32 : [I32, I32 -> I32] () = add_i32;
/// Difference, wrapping.
sub_i32 SubI32 : [I32, I32 -> I32] () = sub_i32;
/// Product, wrapping.
mul_i32 MulI32 : [I32, I32 -> I32] () = mul_i32;
/// Quotient towards zero; smallest / -1 wraps.
div_i32 DivI32 : [I32, I32 -> I32] (traps) = div_i32;
/// Remainder with the sign of the left side.
rem_i32 RemI32 : [I32, I32 -> I32] (traps) = rem_i32;
/// Negation, wrapping.
neg_i32 NegI32 : [I32 -> I32] () = neg_i32;
/// Sum, or `overflow`.
add_checked_i32 AddCheckedI32 : [I32, I32 -> I32] (traps) = add_checked_i32;
/// Difference, or `overflow`.
sub_checked_i32 SubCheckedI32 : [I32, I32 -> I32] (traps) = sub_checked_i32;
/// Product, or `overflow`.
mul_checked_i32 MulCheckedI32 : [I32, I32 -> I32] (traps) = mul_checked_i32;
/// Quotient, or `overflow`.
div_checked_i32 DivCheckedI32 : [I32, I32 -> I32] (traps) = div_checked_i32;
/// Negation, or `overflow`.
neg_checked_i32 NegCheckedI32 : [I32 -> I32] (traps) = neg_checked_i32;
/// Sum, held at the ends of the range.
add_saturating_i32 AddSaturatingI32 : [I32, I32 -> I32] () = add_saturating_i32;
/// Difference, held at the ends of the range.
sub_saturating_i32 SubSaturatingI32 : [I32, I32 -> I32] () = sub_saturating_i32;
/// Product, held at the ends of the range.
mul_saturating_i32 MulSaturatingI32 : [I32, I32 -> I32] () = mul_saturating_i32;
/// Quotient, held at the ends of the range.
div_saturating_i32 DivSaturatingI32 : [I32, I32 -> I32] (traps) = div_saturating_i32;
/// Bits set in both.
and_i32 AndI32 : [I32, I32 -> I32] () = and_i32;
/// Bits set in either.
or_i32 OrI32 : [I32, I32 -> I32] () = or_i32;
/// Bits set in one.
xor_i32 XorI32 : [I32, I32 -> I32] () = xor_i32;
/// All bits turned.
not_i32 NotI32 : [I32 -> I32] () = not_i32;
/// Shift left, the count masked to the width.
shl_i32 ShlI32 : [I32, I32 -> I32] () = shl_i32;
/// Arithmetic shift right, the count masked to the width.
shr_i32 ShrI32 : [I32, I32 -> I32] () = shr_i32;
/// Logical shift right, the count masked to the width.
ushr_i32 UshrI32 : [I32, I32 -> I32] () = ushr_i32;
/// Absolute value; the smallest wraps to itself.
abs_i32 AbsI32 : [I32 -> I32] () = abs_i32;
/// Absolute value, or `overflow`.
abs_checked_i32 AbsCheckedI32 : [I32 -> I32] (traps) = abs_checked_i32;
/// Equal.
eq_i32 EqI32 : [I32, I32 -> Bool] () = eq_i32;
/// Not equal.
ne_i32 NeI32 : [I32, I32 -> Bool] () = ne_i32;
/// Less.
lt_i32 LtI32 : [I32, I32 -> Bool] () = lt_i32;
/// Less or equal.
le_i32 LeI32 : [I32, I32 -> Bool] () = le_i32;
/// Greater.
gt_i32 GtI32 : [I32, I32 -> Bool] () = gt_i32;
/// Greater or equal.
ge_i32 GeI32 : [I32, I32 -> Bool] () = ge_i32;

// ---- i64 ----
/// Sum, wrapping.
add_i64 AddI64 : [I64, I64 -> I64] () = add_i64;
/// Difference, wrapping.
sub_i64 SubI64 : [I64, I64 -> I64] () = sub_i64;
/// Product, wrapping.
mul_i64 MulI64 : [I64, I64 -> I64] () = mul_i64;
/// Quotient towards zero; smallest / -1 wraps.
div_i64 DivI64 : [I64, I64 -> I64] (traps) = div_i64;
/// Remainder with the sign of the left side.
rem_i64 RemI64 : [I64, I64 -> I64] (traps) = rem_i64;
/// Negation, wrapping.
neg_i64 NegI64 : [I64 -> I64] () = neg_i64;
/// Sum, or `overflow`.
add_checked_i64 AddCheckedI64 : [I64, I64 -> I64] (traps) = add_checked_i64;
/// Difference, or `overflow`.
sub_checked_i64 SubCheckedI64 : [I64, I64 -> I64] (traps) = sub_checked_i64;
/// Product, or `overflow`.
mul_checked_i64 MulCheckedI64 : [I64, I64 -> I64] (traps) = mul_checked_i64;
/// Quotient, or `overflow`.
div_checked_i64 DivCheckedI64 : [I64, I64 -> I64] (traps) = div_checked_i64;
/// Negation, or `overflow`.
neg_checked_i64 NegCheckedI64 : [I64 -> I64] (traps) = neg_checked_i64;
/// Sum, held at the ends of the range.
add_saturating_i64 AddSaturatingI64 : [I64, I64 -> I64] () = add_saturating_i64;
/// Difference, held at the ends of the range.
sub_saturating_i64 SubSaturatingI64 : [I64, I64 -> I64] () = sub_saturating_i64;
/// Product, held at the ends of the range.
mul_saturating_i64 MulSaturatingI64 : [I64, I64 -> I64] () = mul_saturating_i64;
/// Quotient, held at the ends of the range.
div_saturating_i64 DivSaturatingI64 : [I64, I64 -> I64] (traps) = div_saturating_i64;
/// Bits set in both.
and_i64 AndI64 : [I64, I64 -> I64] () = and_i64;
/// Bits set in either.
or_i64 OrI64 : [I64, I64 -> I64] () = or_i64;
/// Bits set in one.
xor_i64 XorI64 : [I64, I64 -> I64] () = xor_i64;
/// All bits turned.
not_i64 NotI64 : [I64 -> I64] () = not_i64;
/// Shift left, the count masked to the width.
shl_i64 ShlI64 : [I64, I64 -> I64] () = shl_i64;
/// Arithmetic shift right, the count masked to the width.
shr_i64 ShrI64 : [I64, I64 -> I64] () = shr_i64;
/// Logical shift right, the count masked to the width.
ushr_i64 UshrI64 : [I64, I64 -> I64] () = ushr_i64;
/// Absolute value; the smallest wraps to itself.
abs_i64 AbsI64 : [I64 -> I64] () = abs_i64;
/// Absolute value, or `overflow`.
abs_checked_i64 AbsCheckedI64 : [I64 -> I64] (traps) = abs_checked_i64;
/// Equal.
eq_i64 EqI64 : [I64, I64 -> Bool] () = eq_i64;
/// Not equal.
ne_i64 NeI64 : [I64, I64 -> Bool] () = ne_i64;
/// Less.
lt_i64 LtI64 : [I64, I64 -> Bool] () = lt_i64;
/// Less or equal.
le_i64 LeI64 : [I64, I64 -> Bool] () = le_i64;
/// Greater.
gt_i64 GtI64 : [I64, I64 -> Bool] () = gt_i64;
/// Greater or equal.
ge_i64 GeI64 : [I64, I64 -> Bool] () = ge_i64;

// ---- u8 ----
/// Sum, wrapping.
add_u8 AddU8 : [U8, U8 -> U8] () = add_u8;
/// Difference, wrapping.
sub_u8 SubU8 : [U8, U8 -> U8] () = sub_u8;
/// Product, wrapping.
mul_u8 MulU8 : [U8, U8 -> U8] () = mul_u8;
/// Quotient.
div_u8 DivU8 : [U8, U8 -> U8] (traps) = div_u8;
/// Remainder.
rem_u8 RemU8 : [U8, U8 -> U8] (traps) = rem_u8;
/// Negation, wrapping.
neg_u8 NegU8 : [U8 -> U8] () = neg_u8;
/// Sum, or `overflow`.
add_checked_u8 AddCheckedU8 : [U8, U8 -> U8] (traps) = add_checked_u8;
/// Difference, or `overflow`.
sub_checked_u8 SubCheckedU8 : [U8, U8 -> U8] (traps) = sub_checked_u8;
/// Product, or `overflow`.
mul_checked_u8 MulCheckedU8 : [U8, U8 -> U8] (traps) = mul_checked_u8;
/// Negation, or `overflow`.
neg_checked_u8 NegCheckedU8 : [U8 -> U8] (traps) = neg_checked_u8;
/// Sum, held at the ends of the range.
add_saturating_u8 AddSaturatingU8 : [U8, U8 -> U8] () = add_saturating_u8;
/// Difference, held at the ends of the range.
sub_saturating_u8 SubSaturatingU8 : [U8, U8 -> U8] () = sub_saturating_u8;
/// Product, held at the ends of the range.
mul_saturating_u8 MulSaturatingU8 : [U8, U8 -> U8] () = mul_saturating_u8;
/// Bits set in both.
and_u8 AndU8 : [U8, U8 -> U8] () = and_u8;
/// Bits set in either.
or_u8 OrU8 : [U8, U8 -> U8] () = or_u8;
/// Bits set in one.
xor_u8 XorU8 : [U8, U8 -> U8] () = xor_u8;
/// All bits turned.
not_u8 NotU8 : [U8 -> U8] () = not_u8;
/// Shift left, the count masked to the width.
shl_u8 ShlU8 : [U8, U8 -> U8] () = shl_u8;
/// Shift right, the count masked to the width (`>>` and `>>>` alike).
shr_u8 ShrU8 : [U8, U8 -> U8] () = shr_u8;
/// Equal.
eq_u8 EqU8 : [U8, U8 -> Bool] () = eq_u8;
/// Not equal.
ne_u8 NeU8 : [U8, U8 -> Bool] () = ne_u8;
/// Less.
lt_u8 LtU8 : [U8, U8 -> Bool] () = lt_u8;
/// Less or equal.
le_u8 LeU8 : [U8, U8 -> Bool] () = le_u8;
/// Greater.
gt_u8 GtU8 : [U8, U8 -> Bool] () = gt_u8;
/// Greater or equal.
ge_u8 GeU8 : [U8, U8 -> Bool] () = ge_u8;

// ---- f64 ----
/// Sum.
add_f64 AddF64 : [F64, F64 -> F64] () = add_f64;
/// Difference.
sub_f64 SubF64 : [F64, F64 -> F64] () = sub_f64;
/// Product.
mul_f64 MulF64 : [F64, F64 -> F64] () = mul_f64;
/// Quotient.
div_f64 DivF64 : [F64, F64 -> F64] () = div_f64;
/// Remainder as C's `fmod`.
rem_f64 RemF64 : [F64, F64 -> F64] () = rem_f64;
/// Negation: the sign bit turned.
neg_f64 NegF64 : [F64 -> F64] () = neg_f64;
/// Absolute value.
abs_f64 AbsF64 : [F64 -> F64] () = abs_f64;
/// Square root, correctly rounded; NaN of a negative number.
sqrt_f64 SqrtF64 : [F64 -> F64] () = sqrt_f64;
/// The next whole number below, or the same.
floor_f64 FloorF64 : [F64 -> F64] () = floor_f64;
/// The next whole number above, or the same.
ceil_f64 CeilF64 : [F64 -> F64] () = ceil_f64;
/// Without the fraction.
trunc_f64 TruncF64 : [F64 -> F64] () = trunc_f64;
/// The nearest whole number; halves go away from zero.
round_f64 RoundF64 : [F64 -> F64] () = round_f64;
/// Equal; NaN equals nothing.
eq_f64 EqF64 : [F64, F64 -> Bool] () = eq_f64;
/// Not equal.
ne_f64 NeF64 : [F64, F64 -> Bool] () = ne_f64;
/// Less.
lt_f64 LtF64 : [F64, F64 -> Bool] () = lt_f64;
/// Less or equal.
le_f64 LeF64 : [F64, F64 -> Bool] () = le_f64;
/// Greater.
gt_f64 GtF64 : [F64, F64 -> Bool] () = gt_f64;
/// Greater or equal.
ge_f64 GeF64 : [F64, F64 -> Bool] () = ge_f64;

// ---- bool and char ----
/// The other truth value.
not_bool NotBool : [Bool -> Bool] () = not_bool;
/// Equal.
eq_bool EqBool : [Bool, Bool -> Bool] () = eq_bool;
/// Not equal.
ne_bool NeBool : [Bool, Bool -> Bool] () = ne_bool;
/// Less: `false` comes before `true`.
lt_bool LtBool : [Bool, Bool -> Bool] () = lt_bool;
/// Less or equal.
le_bool LeBool : [Bool, Bool -> Bool] () = le_bool;
/// Greater.
gt_bool GtBool : [Bool, Bool -> Bool] () = gt_bool;
/// Greater or equal.
ge_bool GeBool : [Bool, Bool -> Bool] () = ge_bool;
/// Equal.
eq_char EqChar : [Char, Char -> Bool] () = eq_char;
/// Not equal.
ne_char NeChar : [Char, Char -> Bool] () = ne_char;
/// Less.
lt_char LtChar : [Char, Char -> Bool] () = lt_char;
/// Less or equal.
le_char LeChar : [Char, Char -> Bool] () = le_char;
/// Greater.
gt_char GtChar : [Char, Char -> Bool] () = gt_char;
/// Greater or equal.
ge_char GeChar : [Char, Char -> Bool] () = ge_char;
/// The character `n` places on, or `invalid_argument` where there is none.
add_char AddChar : [Char, I32 -> Char] (traps) = add_char;
/// How far apart two characters' codes are.
sub_char SubChar : [Char, Char -> I32] () = sub_char;
/// How many bytes the character takes in UTF-8.
char_utf8_length CharUtf8Length : [Char -> I32] () = char_utf8_length;
/// Whether it is an ASCII digit.
char_is_digit CharIsDigit : [Char -> Bool] () = char_is_digit;
/// Whether Unicode calls it alphabetic.
char_is_letter CharIsLetter : [Char -> Bool] () = char_is_letter;
/// Whether Unicode calls it white space.
char_is_space CharIsSpace : [Char -> Bool] () = char_is_space;

// ---- conversions: integers wrap, floats saturate with NaN as 0 ----
/// The low 32 bits.
i32_from_i64 I32FromI64 : [I64 -> I32] () = i32_from_i64;
/// The same number.
i32_from_u8 I32FromU8 : [U8 -> I32] () = i32_from_u8;
/// Towards zero, saturating.
i32_from_f64 I32FromF64 : [F64 -> I32] () = i32_from_f64;
/// The code.
i32_from_char I32FromChar : [Char -> I32] () = i32_from_char;
/// 0 or 1.
i32_from_bool I32FromBool : [Bool -> I32] () = i32_from_bool;
/// The same number.
i64_from_i32 I64FromI32 : [I32 -> I64] () = i64_from_i32;
/// The same number.
i64_from_u8 I64FromU8 : [U8 -> I64] () = i64_from_u8;
/// Towards zero, saturating.
i64_from_f64 I64FromF64 : [F64 -> I64] () = i64_from_f64;
/// The low 8 bits.
u8_from_i32 U8FromI32 : [I32 -> U8] () = u8_from_i32;
/// The low 8 bits.
u8_from_i64 U8FromI64 : [I64 -> U8] () = u8_from_i64;
/// Towards zero, saturating.
u8_from_f64 U8FromF64 : [F64 -> U8] () = u8_from_f64;
/// The same number.
f64_from_i32 F64FromI32 : [I32 -> F64] () = f64_from_i32;
/// The nearest double, ties to even.
f64_from_i64 F64FromI64 : [I64 -> F64] () = f64_from_i64;
/// The same number.
f64_from_u8 F64FromU8 : [U8 -> F64] () = f64_from_u8;
/// The character of that code, or `invalid_argument`.
char_from_i32 CharFromI32 : [I32 -> Char] (traps) = char_from_i32;
/// The character of that code, or `invalid_argument`.
char_from_i64 CharFromI64 : [I64 -> Char] (traps) = char_from_i64;
/// The character of that code.
char_from_u8 CharFromU8 : [U8 -> Char] () = char_from_u8;
    } };
}
