//! Allocation under load: objects of mixed sizes in places that are filled and emptied at random, through the
//! [`Heap`] trait, so that every heap is measured by the same code.
//!
//! The places are elements of arrays in the heap, of a thousand each, as the data of a program are: the roots are few.
//! Sizes are spread evenly over their logarithm, so small objects are many and large ones hold half of the bytes;
//! a third of the objects point to two others, so that marking has edges to follow.

use lyra_bytecode::{Type, TypeId, Types};
use lyra_runtime::{Fault, Heap, HeapSettings, Ref, Roots, Shapes, Slot, Stress, cost};
use std::ops::Range;
use std::sync::Arc;

/// Sizes of objects, in bytes, as powers of two: the mission's size classes.
pub const ALL_SIZES: Range<f64> = 5.0..11.0;

/// Places of a page.
const PAGE: usize = 1_024;

/// What a page costs.
const PAGE_COST: u64 = cost::OBJECT + 8 * PAGE as u64;

/// What keeps the objects alive.
struct Places {
    /// Arrays of [`PAGE`] references.
    pages: Vec<Ref>,
    /// What is being made: the next object and its parts.
    made: [Ref; 3],
}

impl Roots for Places {
    fn visit(&self, visit: &mut dyn FnMut(Ref)) {
        self.pages.visit(visit);
        self.made.visit(visit);
    }
}

/// A heap and the objects that are alive in it.
pub struct Load<H> {
    /// The heap.
    pub heap: H,
    places: Places,
    /// By place, what its object and the objects behind it cost.
    costs: Vec<u32>,
    /// Places that hold an object: those before this one.
    filled: usize,
    live: u64,
    allocated: u64,
    random: fastrand::Rng,
    numbers: TypeId,
    pair: TypeId,
    page: TypeId,
}

impl<H: Heap> Load<H> {
    /// An empty heap of at most `limit` bytes.
    ///
    /// Everything that the load needs outside of the heap is taken, and written to, here: what the process grows by
    /// later is the heap's.
    #[must_use]
    pub fn new(limit: u64, seed: u64) -> Self {
        let mut types = Types::new();
        let numbers = types.intern(Type::Array(TypeId::I64));
        let pair = types.intern(Type::Tuple([TypeId::STR, numbers].into()));
        let page = types.intern(Type::Array(pair));
        let most = usize::try_from(limit / (cost::OBJECT + 32)).unwrap_or(0);
        // Zeroed memory would be taken from the system but not be resident until it is written.
        let mut costs = vec![1; most];
        costs.fill(0);
        Self {
            heap: H::new(HeapSettings {
                shapes: Arc::new(Shapes::new(&types)),
                limit,
                text_limit: limit,
                warm: 0,
                stress: Stress::None,
                refuse_charge: None,
            }),
            places: Places { pages: Vec::with_capacity(most.div_ceil(PAGE)), made: [Ref::NULL; 3] },
            costs,
            filled: 0,
            live: 0,
            allocated: 0,
            random: fastrand::Rng::with_seed(seed),
            numbers,
            pair,
            page,
        }
    }

    /// Bytes that the objects in places cost, and the places, by the rule that every heap keeps.
    #[must_use]
    pub fn live(&self) -> u64 {
        self.live + self.places.pages.len() as u64 * PAGE_COST
    }

    /// Bytes of all objects made so far.
    #[must_use]
    pub const fn allocated(&self) -> u64 {
        self.allocated
    }

    /// Makes objects of `sizes` in free places until `bytes` are alive.
    ///
    /// # Errors
    /// When the heap refuses.
    pub fn fill(&mut self, bytes: u64, sizes: &Range<f64>) -> Result<(), Fault> {
        while self.live() < bytes && self.filled < self.costs.len() {
            if self.filled == self.places.pages.len() * PAGE {
                let page = self.heap.new_array(self.page, PAGE, &self.places)?;
                self.places.pages.push(page);
            }
            let made = self.make(sizes)?;
            self.put(self.filled, made)?;
            self.filled += 1;
        }
        Ok(())
    }

    /// Puts new objects of `sizes` in place of randomly chosen ones until `bytes` were made.
    ///
    /// # Errors
    /// When the heap refuses.
    pub fn churn(&mut self, bytes: u64, sizes: &Range<f64>) -> Result<(), Fault> {
        let end = self.allocated.saturating_add(bytes);
        while self.allocated < end && self.filled > 0 {
            let made = self.make(sizes)?;
            let place = self.random.usize(..self.filled);
            self.put(place, made)?;
        }
        Ok(())
    }

    /// Empties about a share `share` of the places, chosen at random.
    ///
    /// # Errors
    /// When the heap refuses.
    pub fn drop_share(&mut self, share: f64) -> Result<(), Fault> {
        let mut place = 0;
        while place < self.filled {
            if self.random.f64() < share {
                // The last filled place moves here; it is decided upon next.
                self.filled -= 1;
                let last = self.at(self.filled)?;
                let cost = self.costs.get(self.filled).copied().unwrap_or(0);
                self.put(place, (last, cost))?;
                self.put(self.filled, (Ref::NULL, 0))?;
            } else {
                place += 1;
            }
        }
        Ok(())
    }

    /// Collects in full. The heap's own count is then that of [`Load::live`], or it lost or kept an object.
    pub fn collect(&mut self) {
        self.heap.collect(&self.places);
    }

    /// The object in a place.
    fn at(&self, place: usize) -> Result<Ref, Fault> {
        let page = self.places.pages.get(place / PAGE).copied().unwrap_or_default();
        Ok(self.heap.elements(page)?.get(place % PAGE).unwrap_or_default().as_ref())
    }

    fn put(&mut self, place: usize, (object, cost): (Ref, u32)) -> Result<(), Fault> {
        let page = self.places.pages.get(place / PAGE).copied().unwrap_or_default();
        self.heap.set_element(page, place % PAGE, object.into())?;
        if let Some(known) = self.costs.get_mut(place) {
            self.live = self.live + u64::from(cost) - u64::from(*known);
            *known = cost;
        }
        self.places.made = [Ref::NULL; 3];
        Ok(())
    }

    fn make(&mut self, sizes: &Range<f64>) -> Result<(Ref, u32), Fault> {
        let (object, cost) = match self.random.u8(..3) {
            0 => self.make_text(sizes)?,
            1 => self.make_numbers(sizes)?,
            _ => {
                let (text, text_cost) = self.make_text(sizes)?;
                self.places.made[1] = text;
                let (numbers, numbers_cost) = self.make_numbers(sizes)?;
                self.places.made[2] = numbers;
                let parts = [Slot::from(text), Slot::from(numbers)];
                let object = self.heap.new_record(self.pair, 0, &parts, &self.places)?;
                (object, text_cost + numbers_cost + cost::record(2))
            }
        };
        self.places.made = [object, Ref::NULL, Ref::NULL];
        self.allocated += cost;
        // Sizes are at most some kilobytes.
        Ok((object, u32::try_from(cost).unwrap_or(u32::MAX)))
    }

    fn size(&mut self, sizes: &Range<f64>) -> usize {
        (sizes.start + self.random.f64() * (sizes.end - sizes.start)).exp2() as usize
    }

    fn make_text(&mut self, sizes: &Range<f64>) -> Result<(Ref, u64), Fault> {
        let bytes = self.size(sizes);
        let text = self.heap.new_text(bytes, &self.places, &mut |_, out| {
            out.extend(std::iter::repeat_n('x', bytes));
            Ok(())
        })?;
        Ok((text, cost::text(bytes, bytes)))
    }

    fn make_numbers(&mut self, sizes: &Range<f64>) -> Result<(Ref, u64), Fault> {
        let length = self.size(sizes) / 8;
        let array = self.heap.new_array(self.numbers, length, &self.places)?;
        Ok((array, cost::OBJECT + 8 * length as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lyra_runtime::NoRoots;
    use lyra_tier_memory::BlockHeap;

    #[test]
    fn the_load_knows_what_is_alive_and_nothing_is_left_at_the_end() {
        let mut load = Load::<BlockHeap>::new(64 << 20, 3);
        load.fill(2 << 20, &ALL_SIZES).unwrap();
        // An object and a page at most come on top.
        assert!((2 << 20..(2 << 20) + 16_384).contains(&load.live()), "{}", load.live());
        load.churn(8 << 20, &ALL_SIZES).unwrap();
        load.collect();
        assert_eq!(load.heap.statistics().live_bytes, load.live());
        let before = load.live();
        load.drop_share(0.5).unwrap();
        load.collect();
        assert_eq!(load.heap.statistics().live_bytes, load.live());
        assert!(
            load.live() < before * 6 / 10 && load.live() > before * 4 / 10,
            "{} of {before}",
            load.live()
        );
        assert!(load.heap.statistics().freed > 10_000);
        load.heap.collect(&NoRoots);
        let left = load.heap.statistics();
        assert_eq!((left.live_bytes, left.objects), (0, 0));
    }
}
