//! Which parts of an object a collection follows, by type and variant: a bit for each part.

use lyra_bytecode::TypeId;
use lyra_runtime::{Parts, Shape, Shapes};

/// Set in a plan whose parts are too many for its bits: the rest is a place in `long`.
const LONG: u64 = 1 << 63;

/// The plans of a program's types.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    /// By type: the place of the plan of its first variant, and how many variants there are.
    starts: Vec<(u32, u32)>,
    plans: Vec<u64>,
    long: Vec<Box<[u8]>>,
}

/// What to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan<'p> {
    /// Parts by the bits that are set.
    Bits(u64),
    /// Parts by number.
    List(&'p [u8]),
}

impl Plans {
    pub(crate) fn new(shapes: &Shapes) -> Self {
        let mut plans = Self::default();
        for number in 0..u32::try_from(shapes.len()).unwrap_or(u32::MAX) {
            let start = u32::try_from(plans.plans.len()).unwrap_or(u32::MAX);
            match shapes.get(TypeId(number)) {
                Some(Shape::Record { parts, .. }) => plans.push(parts),
                Some(Shape::Enum { variants }) => variants.iter().for_each(|parts| plans.push(parts)),
                Some(&Shape::Map { refs: (keys, values), .. }) => {
                    plans.plans.push(u64::from(keys) | u64::from(values) << 1);
                }
                _ => {}
            }
            let count = u32::try_from(plans.plans.len()).unwrap_or(u32::MAX) - start;
            plans.starts.push((start, count));
        }
        plans
    }

    fn push(&mut self, parts: &Parts) {
        let bits = parts.refs.iter().try_fold(0u64, |bits, &part| (part < 63).then(|| bits | 1 << part));
        self.plans.push(bits.unwrap_or_else(|| {
            self.long.push(parts.refs.clone());
            LONG | (self.long.len() - 1) as u64
        }));
    }

    /// What to follow in an object; nothing where there is no such type or variant.
    #[inline]
    pub(crate) fn get(&self, ty: u16, variant: u16) -> Plan<'_> {
        let Some(&(start, count)) = self.starts.get(usize::from(ty)) else { return Plan::Bits(0) };
        if u32::from(variant) >= count {
            return Plan::Bits(0);
        }
        let plan = self.plans.get(start as usize + usize::from(variant)).copied().unwrap_or(0);
        if plan & LONG == 0 {
            return Plan::Bits(plan);
        }
        let place = usize::try_from(plan & !LONG).ok();
        Plan::List(place.and_then(|place| self.long.get(place)).map_or(&[], |list| list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lyra_bytecode::{Type, Types};

    #[test]
    fn plans_name_the_parts_that_are_references() {
        let mut types = Types::new();
        let pair = types.intern(Type::Tuple(Box::new([TypeId::I32, TypeId::STR, TypeId::STR])));
        let map = types.intern(Type::Map { key: TypeId::I32, value: TypeId::STR });
        let mut many = vec![TypeId::I32; 70];
        many[63] = TypeId::STR;
        many[69] = TypeId::STR;
        let long = types.intern(Type::Tuple(many.into()));
        let plans = Plans::new(&Shapes::new(&types));
        let get = |ty: TypeId, variant| plans.get(u16::try_from(ty.0).unwrap(), variant);
        assert_eq!(get(pair, 0), Plan::Bits(0b110));
        assert_eq!(get(pair, 1), Plan::Bits(0));
        assert_eq!(get(map, 0), Plan::Bits(0b10));
        assert_eq!(get(long, 0), Plan::List(&[63, 69]));
        assert_eq!(get(TypeId::STR, 0), Plan::Bits(0));
        assert_eq!(plans.get(u16::MAX, 0), Plan::Bits(0));
    }
}
