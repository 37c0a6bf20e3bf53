//! What the heap and the built-ins must know of a type: which of its parts are references, and how wide elements are.
//!
//! Objects carry their type, so a shape is found for every object; for slots of `any`, of optionals and of
//! interfaces the type says nothing ([`Shape::Dynamic`]), the slot itself does.
//!
//! One table for each program, made at link from the module's types and shared by all its instances.

use hashbrown::HashMap;
use lyra_bytecode::types::Kind;
use lyra_bytecode::{DefId, Field, Type, TypeId, Types};
use lyra_security::Hasher;
use std::ops::Range;

/// The type that objects of the host have: no type of a module has this number ([`lyra_bytecode::VerifyLimits`]), so no
/// value of a static type is such an object.
pub const HOST_OBJECT: TypeId = TypeId(65_535);

/// How an array keeps its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// 1 byte: `bool`, `u8`.
    Byte,
    /// 4 bytes: `i32`, `char`, plain enumerations.
    Half,
    /// 8 bytes: `i64`, `f64`.
    Word,
    /// 8 bytes, a slot of the reference stack.
    Ref,
}

impl Width {
    /// How elements of type `ty` are kept.
    #[must_use]
    pub fn of(ty: TypeId, types: &Types) -> Self {
        match ty {
            TypeId::BOOL | TypeId::U8 => Self::Byte,
            TypeId::I32 | TypeId::CHAR => Self::Half,
            TypeId::I64 | TypeId::F64 => Self::Word,
            _ if types.kind(ty) == Kind::Word => Self::Half,
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
    /// A word of a basic type.
    Scalar,
    /// A word: the number of a variant of a plain enumeration.
    Plain,
    /// `str`
    Str,
    /// `error`
    Error,
    /// Whatever the slot says: `any`, an optional, an interface.
    Dynamic,
    /// An array.
    Array {
        /// Type of the elements.
        element: TypeId,
        /// How they are kept.
        width: Width,
    },
    /// A fixed number of parts.
    Record {
        /// What it is to a program.
        role: Role,
        /// Its parts.
        parts: Parts,
    },
    /// An enumeration with payloads.
    Enum {
        /// The payload of each variant.
        variants: Box<[Parts]>,
    },
    /// A map.
    Map {
        /// Type of the keys.
        key: TypeId,
        /// Type of the values.
        value: TypeId,
        /// Which of the two are references.
        refs: (bool, bool),
    },
    /// A procedure with what it captured.
    Closure {
        /// What it takes, without what it captured.
        params: Parts,
        /// What it gives.
        result: Option<TypeId>,
    },
    /// An object of the host.
    Host,
}

/// What a record is to a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A value, compared by its parts.
    Tuple,
    /// A reference with named parts.
    Struct,
    /// A variable that closures share.
    Cell,
}

/// The parts of a record or of a variant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Their types, in order.
    pub types: Box<[TypeId]>,
    /// Which are references.
    pub refs: Box<[u8]>,
}

impl Parts {
    fn new(list: impl Iterator<Item = TypeId>, types: &Types) -> Self {
        let list: Box<[TypeId]> = list.collect();
        let refs = (0..=u8::MAX).zip(&list).filter(|&(_, &part)| types.kind(part) == Kind::Ref);
        Self { refs: refs.map(|(at, _)| at).collect(), types: list }
    }

    fn of_fields(fields: Option<&[Field]>, types: &Types) -> Self {
        Self::new(fields.unwrap_or(&[]).iter().map(|field| field.ty), types)
    }

    /// The kinds of the parts, in order.
    pub fn kinds<'p>(&'p self, shapes: &'p Shapes) -> impl Iterator<Item = Kind> + 'p {
        self.types.iter().map(|&part| shapes.kind(part))
    }
}

/// The shape of every type of a program.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    list: Vec<Shape>,
    types: Types,
    arrays: HashMap<TypeId, TypeId>,
    /// Which types implement which interfaces, ascending.
    impls: Vec<(DefId, TypeId)>,
}

impl Shapes {
    /// The shapes of `types`.
    #[must_use]
    pub fn new(types: &Types) -> Self {
        let mut shapes = Self { types: types.clone(), ..Self::default() };
        for (id, ty) in types.iter() {
            let shape = match ty {
                Type::Bool | Type::U8 | Type::I32 | Type::I64 | Type::F64 | Type::Char => Shape::Scalar,
                Type::PlainEnum(_) => Shape::Plain,
                Type::Str => Shape::Str,
                Type::Error => Shape::Error,
                Type::Any | Type::Optional(_) | Type::Interface(_) => Shape::Dynamic,
                &Type::Array(element) => {
                    shapes.arrays.insert(element, id);
                    Shape::Array { element, width: Width::of(element, types) }
                }
                Type::Tuple(parts) => {
                    let parts = Parts::new(parts.iter().copied(), types);
                    Shape::Record { role: Role::Tuple, parts }
                }
                Type::Struct(_) => {
                    let parts = Parts::of_fields(types.fields(id), types);
                    Shape::Record { role: Role::Struct, parts }
                }
                &Type::Cell(content) => {
                    let parts = Parts::new(std::iter::once(content), types);
                    Shape::Record { role: Role::Cell, parts }
                }
                Type::Enum(_) => {
                    let variants = types.variants(id).unwrap_or(&[]).iter();
                    let parts = variants.map(|variant| Parts::of_fields(Some(&variant.fields), types));
                    Shape::Enum { variants: parts.collect() }
                }
                &Type::Map { key, value } => {
                    let is_ref = |ty| types.kind(ty) == Kind::Ref;
                    Shape::Map { key, value, refs: (is_ref(key), is_ref(value)) }
                }
                Type::Proc { params, result } => {
                    let params = Parts::new(params.iter().copied(), types);
                    Shape::Closure { params, result: *result }
                }
            };
            shapes.list.push(shape);
        }
        shapes
    }

    /// The same, knowing also which types implement which interfaces.
    #[must_use]
    pub fn with_impls(mut self, impls: impl Iterator<Item = (DefId, TypeId)>) -> Self {
        self.impls = impls.collect();
        self.impls.sort_unstable();
        self
    }

    /// Whether a value whose type at run time is `found` (`None` for `none`) is one of type `ty`.
    #[must_use]
    pub fn fits(&self, ty: TypeId, found: Option<TypeId>) -> bool {
        match (self.types.get(ty), found) {
            (Some(Type::Any), _) | (Some(Type::Optional(_)), None) => true,
            (_, None) => false,
            (Some(&Type::Optional(inner)), _) => self.fits(inner, found),
            (Some(&Type::Interface(interface)), Some(found)) => {
                self.impls.binary_search(&(interface, found)).is_ok()
            }
            (_, Some(found)) => found == ty,
        }
    }

    /// The shape of `ty`.
    #[must_use]
    pub fn get(&self, ty: TypeId) -> Option<&Shape> {
        let shape = self.list.get(ty.0 as usize);
        shape.or_else(|| (ty == HOST_OBJECT).then_some(&Shape::Host))
    }

    /// Which stack values of `ty` travel on.
    #[must_use]
    pub fn kind(&self, ty: TypeId) -> Kind {
        match self.get(ty) {
            Some(Shape::Scalar | Shape::Plain) => Kind::Word,
            _ => Kind::Ref,
        }
    }

    /// The payload of a variant.
    #[must_use]
    pub fn payload(&self, ty: TypeId, variant: u16) -> Option<&Parts> {
        match self.get(ty)? {
            Shape::Enum { variants } => variants.get(usize::from(variant)),
            _ => None,
        }
    }

    /// The name of a variant.
    #[must_use]
    pub fn variant_name(&self, ty: TypeId, variant: u64) -> Option<&str> {
        let variant = self.types.variants(ty)?.get(usize::try_from(variant).ok()?)?;
        Some(&variant.name)
    }

    /// The types themselves, with their definitions.
    #[must_use]
    pub fn types(&self) -> &Types {
        &self.types
    }

    /// The type of arrays of `element`, if the program has it.
    #[must_use]
    pub fn array_of(&self, element: TypeId) -> Option<TypeId> {
        self.arrays.get(&element).copied()
    }

    /// The name of `ty`, as a program writes it.
    #[must_use]
    pub fn name(&self, ty: TypeId) -> String {
        if ty == HOST_OBJECT { "an object of the host".to_owned() } else { self.types.name(ty) }
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

    /// How many rows guide a run: the implementations of interfaces, then the types.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.impls.len() + self.list.len()
    }

    /// Gives rows of what guides a run to `hasher`; those that are not there give nothing.
    pub fn feed(&self, rows: Range<usize>, hasher: &mut Hasher) {
        for row in rows.start..rows.end.min(self.rows()) {
            if let Some((interface, ty)) = self.impls.get(row) {
                hasher.write_u32(interface.0);
                hasher.write_u32(ty.0);
            } else if let Some(shape) = self.list.get(row - self.impls.len()) {
                shape.feed(hasher);
            }
        }
    }
}

impl Shape {
    fn feed(&self, hasher: &mut Hasher) {
        match self {
            Self::Scalar => hasher.write_u8(0),
            Self::Plain => hasher.write_u8(1),
            Self::Str => hasher.write_u8(2),
            Self::Error => hasher.write_u8(3),
            Self::Dynamic => hasher.write_u8(4),
            Self::Closure { params, result } => {
                hasher.write_u8(5);
                params.feed(hasher);
                hasher.write_u32(result.map_or(u32::MAX, |ty| ty.0));
            }
            Self::Array { element, width } => {
                hasher.write_u8(6);
                hasher.write_u32(element.0);
                hasher.write_u8(*width as u8);
            }
            Self::Record { role, parts } => {
                hasher.write_u8(7);
                hasher.write_u8(*role as u8);
                parts.feed(hasher);
            }
            Self::Enum { variants } => {
                hasher.write_u8(8);
                hasher.write_u64(variants.len() as u64);
                variants.iter().for_each(|parts| parts.feed(hasher));
            }
            Self::Host => hasher.write_u8(10),
            Self::Map { key, value, refs } => {
                hasher.write_u8(9);
                hasher.write_u32(key.0);
                hasher.write_u32(value.0);
                hasher.write_u8(u8::from(refs.0) | u8::from(refs.1) << 1);
            }
        }
    }
}

impl Parts {
    fn feed(&self, hasher: &mut Hasher) {
        hasher.write_u64(self.types.len() as u64);
        self.types.iter().for_each(|part| hasher.write_u32(part.0));
        hasher.write(&self.refs);
    }
}
