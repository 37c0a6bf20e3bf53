//! What the heap and the built-ins must know of a type: which of its parts are references, and how wide elements are.
//!
//! One table for each program, made at link from the module's types and shared by all its instances.

use hashbrown::HashMap;
use lyra_bytecode::types::Kind;
use lyra_bytecode::{Type, TypeId, Types};

/// How an array keeps its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// 1 byte: `bool`, `u8`.
    Byte,
    /// 4 bytes: `i32`, `char`.
    Half,
    /// 8 bytes: `i64`, `f64`.
    Word,
    /// 8 bytes, a reference.
    Ref,
}

impl Width {
    /// How elements of type `ty` are kept.
    #[must_use]
    pub const fn of(ty: TypeId) -> Self {
        match ty {
            TypeId::BOOL | TypeId::U8 => Self::Byte,
            TypeId::I32 | TypeId::CHAR => Self::Half,
            TypeId::I64 | TypeId::F64 => Self::Word,
            _ => Self::Ref,
        }
    }

    /// Bytes of one element.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        match self {
            Self::Byte => 1,
            Self::Half => 4,
            Self::Word | Self::Ref => 8,
        }
    }
}

/// What a type looks like in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A word.
    Scalar,
    /// `str`
    Str,
    /// `error`
    Error,
    /// An array.
    Array {
        /// Type of the elements.
        element: TypeId,
        /// How they are kept.
        width: Width,
    },
    /// A tuple.
    Tuple {
        /// Types of the parts, in order.
        parts: Box<[TypeId]>,
        /// Which parts are references.
        refs: Box<[u8]>,
    },
    /// A type that no value of the heap has.
    Other,
}

/// The shape of every type of a program.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    list: Vec<Shape>,
    types: Types,
    arrays: HashMap<TypeId, TypeId>,
}

impl Shapes {
    /// The shapes of `types`.
    #[must_use]
    pub fn new(types: &Types) -> Self {
        let mut shapes = Self { types: types.clone(), ..Self::default() };
        for (id, ty) in types.iter() {
            let shape = match ty {
                Type::Bool
                | Type::U8
                | Type::I32
                | Type::I64
                | Type::F64
                | Type::Char
                | Type::PlainEnum(_) => Shape::Scalar,
                Type::Str => Shape::Str,
                Type::Error => Shape::Error,
                &Type::Array(element) => {
                    shapes.arrays.insert(element, id);
                    Shape::Array { element, width: Width::of(element) }
                }
                Type::Tuple(parts) => {
                    let refs = (0u8..=u8::MAX).zip(parts).filter(|&(_, &part)| types.kind(part) == Kind::Ref);
                    Shape::Tuple { refs: refs.map(|(at, _)| at).collect(), parts: parts.clone() }
                }
                Type::Any
                | Type::Optional(_)
                | Type::Map { .. }
                | Type::Proc { .. }
                | Type::Cell(_)
                | Type::Struct(_)
                | Type::Enum(_)
                | Type::Interface(_) => Shape::Other,
            };
            shapes.push(shape);
        }
        shapes
    }

    /// Adds the shape of the next type.
    pub(crate) fn push(&mut self, shape: Shape) {
        self.list.push(shape);
    }

    /// The shape of `ty`.
    #[must_use]
    pub fn get(&self, ty: TypeId) -> Option<&Shape> {
        self.list.get(ty.0 as usize)
    }

    /// The type of arrays of `element`, if the program has it.
    #[must_use]
    pub fn array_of(&self, element: TypeId) -> Option<TypeId> {
        self.arrays.get(&element).copied()
    }

    /// The name of `ty`, as a program writes it.
    #[must_use]
    pub fn name(&self, ty: TypeId) -> String {
        self.types.name(ty)
    }

    /// How many types there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
