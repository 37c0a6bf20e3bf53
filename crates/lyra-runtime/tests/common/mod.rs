//! A heap with everything around it that a built-in needs.

use lyra_bytecode::{Builtin, Type, TypeId, Types};
use lyra_runtime::builtins::resolve;
use lyra_runtime::host::{from_value, to_value};
use lyra_runtime::{
    ArrayValue, Env, Fault, Heap, HeapSettings, Meter, OutputGate, PlainHeap, Ref, Shapes, SharedOutput,
    Slot, Value,
};
use std::sync::Arc;

/// Counts fuel and never refuses.
#[derive(Default)]
pub(crate) struct Counter {
    pub(crate) units: u64,
}

impl Meter for Counter {
    fn charge(&mut self, units: u64) -> Result<(), Fault> {
        self.units += units;
        Ok(())
    }
    fn look_soon(&mut self) {}
}

/// A heap, its types, and the references that keep things alive.
pub(crate) struct Fixture {
    pub(crate) types: Types,
    pub(crate) shapes: Arc<Shapes>,
    pub(crate) heap: PlainHeap,
    pub(crate) held: Vec<Ref>,
    pub(crate) fuel: Counter,
    #[allow(dead_code, reason = "not every test file uses everything here")]
    pub(crate) printed: SharedOutput,
    output: OutputGate,
}

/// Types of the tests: `[T]` over the basic types, `[[i32]]`, `(i32, str)`, `[(i32, str)]`, and an array type
/// that holds itself, which no program can have but every walker must stand.
pub(crate) fn types() -> (Types, TypeId) {
    let mut types = Types::new();
    for element in 0..8 {
        types.intern(Type::Array(TypeId(element)));
    }
    let ints = types.intern(Type::Array(TypeId::I32));
    types.intern(Type::Array(ints));
    let pair = types.intern(Type::Tuple(Box::new([TypeId::I32, TypeId::STR])));
    types.intern(Type::Array(pair));
    let next = TypeId(u32::try_from(types.len()).unwrap());
    assert_eq!(types.intern(Type::Array(next)), next);
    (types, next)
}

impl Fixture {
    pub(crate) fn new(change: impl FnOnce(&mut HeapSettings)) -> Self {
        let (types, _) = types();
        let shapes = Arc::new(Shapes::new(&types));
        let mut settings = HeapSettings {
            shapes: Arc::clone(&shapes),
            limit: 100 << 20,
            text_limit: 64 << 20,
            collect_always: false,
            refuse_charge: None,
        };
        change(&mut settings);
        let printed = SharedOutput::default();
        Self {
            types,
            shapes,
            heap: PlainHeap::new(settings),
            held: Vec::new(),
            fuel: Counter::default(),
            output: OutputGate::new(Box::new(printed.clone()), Some(1_000)),
            printed,
        }
    }

    /// The type of arrays of `element`.
    #[allow(dead_code, reason = "not every test file uses everything here")]
    pub(crate) fn array_of(&self, element: TypeId) -> TypeId {
        self.types.find(&Type::Array(element)).expect("the tests have every array type that they use")
    }

    /// Lends everything to `work`; only what is in `held` is rooted.
    pub(crate) fn lend<R>(&mut self, work: impl FnOnce(&mut Env<'_, PlainHeap>) -> R) -> R {
        let mut temps = Vec::new();
        work(&mut Env {
            heap: &mut self.heap,
            roots: &self.held,
            temps: &mut temps,
            meter: &mut self.fuel,
            output: &mut self.output,
            shapes: &self.shapes,
        })
    }

    /// Puts a value into the heap and holds it.
    pub(crate) fn put(&mut self, ty: TypeId, value: &Value) -> Result<Slot, Fault> {
        let slot = self.lend(|env| from_value(env, ty, value))?;
        if ty.0 > TypeId::CHAR.0 {
            self.held.push(slot.as_ref());
        }
        Ok(slot)
    }

    /// Runs a built-in over slots.
    pub(crate) fn run(&mut self, builtin: Builtin, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
        let shapes = Arc::clone(&self.shapes);
        let run = resolve::<PlainHeap>(builtin, ty, &shapes).expect("the built-in is over this type");
        self.lend(|env| run(env, ty, args))
    }

    /// Runs a built-in over values; gives its result, or its first argument where it has none.
    #[allow(dead_code, reason = "not every test file uses everything here")]
    pub(crate) fn call(&mut self, builtin: Builtin, ty: TypeId, args: &[Value]) -> Result<Value, Fault> {
        let signature = builtin.signature(ty, &self.types).expect("the built-in is over this type");
        let held = self.held.len();
        let slots: Vec<Slot> = signature
            .params
            .iter()
            .zip(args)
            .map(|(&ty, value)| self.put(ty, value))
            .collect::<Result<_, _>>()?;
        assert_eq!(slots.len(), signature.params.len());
        let outcome = self.run(builtin, ty, &slots);
        let outcome = outcome.and_then(|slot| match signature.result {
            Some(ty) => to_value(&self.heap, &self.shapes, ty, slot),
            None => to_value(&self.heap, &self.shapes, signature.params[0], slots[0]),
        });
        self.held.truncate(held);
        outcome
    }
}

#[allow(dead_code, reason = "not every test file uses everything here")]
pub(crate) fn text(text: &str) -> Value {
    Value::Str(text.to_owned())
}

#[allow(dead_code, reason = "not every test file uses everything here")]
pub(crate) fn texts(list: &[&str]) -> Value {
    Value::Array(ArrayValue::Str(list.iter().map(|&text| text.to_owned()).collect()))
}

#[allow(dead_code, reason = "not every test file uses everything here")]
pub(crate) fn ints(list: &[i32]) -> Value {
    Value::Array(ArrayValue::I32(list.to_vec()))
}
