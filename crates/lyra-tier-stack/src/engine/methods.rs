//! Which procedure is a method of an interface for a type: a table of the program, found by one multiplication.
//!
//! The key of a row is what the words of a call say of the method, and the type. Rows stand where their key's hash says
//! or behind it, and at least every other place is free, so that most are found at once.

use lyra_bytecode::{Module, Type};

/// A row; `key` 0 where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    key: u64,
    proc: u32,
}

/// The methods of a program.
#[derive(Debug)]
pub(super) struct Methods {
    /// A power of two of them.
    rows: Box<[Row]>,
    /// Bits of a hash that are too many.
    shift: u32,
}

/// The key of a method, as the second word of a call says it, for a type. Types have 16 bits, and so have methods.
#[inline(always)]
const fn key(method: u64, ty: u16) -> u64 {
    // Set, so that no key is zero.
    1 << 63 | method << 16 | ty as u64
}

/// Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4).
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

impl Methods {
    /// Of a module.
    pub(super) fn new(module: &Module) -> Self {
        let interfaces: Vec<_> = module
            .types
            .iter()
            .filter_map(|(id, ty)| match ty {
                &Type::Interface(interface) => Some((interface, id)),
                _ => None,
            })
            .collect();
        let mut rows = Vec::new();
        for found in &module.impls {
            let Ok(ty) = u16::try_from(found.ty.0) else { continue };
            let same = interfaces.partition_point(|&(interface, _)| interface < found.interface);
            let types = interfaces.get(same..).unwrap_or_default();
            for (_, id) in types.iter().take_while(|&&(interface, _)| interface == found.interface) {
                for (method, proc) in (0u64..).zip(&found.methods) {
                    rows.push(Row { key: key(method << 32 | u64::from(id.0), ty), proc: proc.0 });
                }
            }
        }
        Self::of(&rows)
    }

    fn of(rows: &[Row]) -> Self {
        let places = (rows.len() * 2).next_power_of_two().max(2);
        let mut table =
            Self { rows: vec![Row::default(); places].into(), shift: 64 - places.trailing_zeros() };
        for &row in rows {
            let mut place = table.place(row.key);
            while table.rows[place].key != 0 {
                place = (place + 1) & (places - 1);
            }
            table.rows[place] = row;
        }
        table
    }

    #[inline(always)]
    const fn place(&self, key: u64) -> usize {
        (key.wrapping_mul(MULTIPLIER) >> self.shift) as usize
    }

    /// The number of the procedure, if there is one.
    #[inline(always)]
    pub(super) fn find(&self, method: u64, ty: u16) -> Option<u32> {
        let key = key(method, ty);
        let mut place = self.place(key);
        loop {
            // There is always a free place, at which this ends.
            let row = self.rows.get(place & (self.rows.len() - 1))?;
            if row.key == key {
                return Some(row.proc);
            }
            if row.key == 0 {
                return None;
            }
            place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_and_no_other() {
        for count in [0u64, 1, 2, 3, 100, 5_000] {
            let method = |number: u64| ((number % 7) << 32) | (number % 13);
            let ty = |number: u64| (number * 17) as u16;
            let rows: Vec<Row> =
                (0..count).map(|n| Row { key: key(method(n), ty(n)), proc: n as u32 }).collect();
            let table = Methods::of(&rows);
            for n in 0..count {
                assert_eq!(table.find(method(n), ty(n)), Some(n as u32));
                assert_eq!(table.find(method(n) + 13, ty(n)), None);
            }
            assert_eq!(table.find(0, 60_000), None);
        }
    }
}
