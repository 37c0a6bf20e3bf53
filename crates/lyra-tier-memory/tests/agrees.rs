//! The block heap does what the plain heap does: the same random operations on both give the same content, the same
//! failures, and the same books, under every limit.

use lyra_bytecode::{ProcId, Trap, Type, TypeId, Types};
use lyra_runtime::{
    Closure, Elements, ElementsMut, ErrorObject, Fault, Heap, HeapSettings, HeapStatistics, HostObject,
    PlainHeap, Ref, Shapes, Slot, Stress, TracePoint, Width,
};
use lyra_tier_memory::BlockHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the programs of this test are made of.
struct World {
    shapes: Arc<Shapes>,
    arrays: [(TypeId, Width); 4],
    /// (i32, str, [[i32]])
    record: TypeId,
    /// Seventy parts, two of them references.
    wide: TypeId,
    closure: TypeId,
    map: TypeId,
}

fn world() -> World {
    let mut types = Types::new();
    let mut array = |element| types.intern(Type::Array(element));
    let bytes = array(TypeId::U8);
    let halves = array(TypeId::I32);
    let words = array(TypeId::I64);
    let refs = array(halves);
    let record = types.intern(Type::Tuple(Box::new([TypeId::I32, TypeId::STR, refs])));
    let mut parts = vec![TypeId::I32; 70];
    (parts[0], parts[69]) = (record, TypeId::STR);
    let wide = types.intern(Type::Tuple(parts.into()));
    let closure = types.intern(Type::Proc { params: Box::new([]), result: None });
    let map = types.intern(Type::Map { key: TypeId::I32, value: record });
    let arrays = [(bytes, Width::Byte), (halves, Width::Half), (words, Width::Word), (refs, Width::Ref)];
    World { shapes: Arc::new(Shapes::new(&types)), arrays, record, wide, closure, map }
}

/// A heap and what it has made that is still rooted.
struct Side<H> {
    heap: H,
    held: Vec<Ref>,
    /// Objects of the host that were made, and that were dropped.
    hosts: (usize, Arc<AtomicUsize>),
}

/// An object of the host that counts when it is dropped.
struct Counted(u64, Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

impl<H: Heap> Side<H> {
    fn new(settings: &HeapSettings) -> Self {
        Self { heap: H::new(settings.clone()), held: Vec::new(), hosts: Default::default() }
    }

    /// What does not hang on when collections came: all of it after a full one, else what was made and charged.
    fn books(&self, is_collected: bool) -> (u64, u64, Option<(u64, u64)>) {
        let HeapStatistics { allocations, charges, live_bytes, objects, .. } = self.heap.statistics();
        (allocations, charges, is_collected.then_some((live_bytes, objects)))
    }

    /// Objects of the host that the heap has.
    fn hosts(&self) -> usize {
        self.hosts.0 - self.hosts.1.load(Ordering::Relaxed)
    }

    /// Where a reference that was read is held, so that references of different heaps can be compared.
    fn place(&self, slot: Slot) -> Option<usize> {
        self.held.iter().position(|&held| held == slot.as_ref())
    }
}

/// One step, by random numbers, of a heap; what can be seen of it.
#[derive(Clone, Debug)]
struct Step {
    what: u32,
    numbers: [usize; 4],
}

/// Does a step; gives what was seen, as text.
fn step<H: Heap>(side: &mut Side<H>, world: &World, kinds: &mut Vec<u8>, step: &Step) -> String {
    let [a, b, c, d] = step.numbers;
    let of = |kinds: &[u8], kind: u8, from: usize| -> Option<usize> {
        (0..kinds.len()).map(|at| (at + from) % kinds.len()).find(|&at| kinds[at] == kind)
    };
    let held = |side: &Side<H>, at: Option<usize>| at.map_or(Ref::NULL, |at| side.held[at]);
    let hold = |side: &mut Side<H>, kinds: &mut Vec<u8>, kind: u8, made: Result<Ref, Fault>| match made {
        Ok(made) => {
            side.held.push(made);
            kinds.push(kind);
            "made".to_owned()
        }
        Err(fault) => format!("{fault:?}"),
    };
    let text_at = of(kinds, 10, a);
    let record_at = of(kinds, 20, b);
    let refs_at = of(kinds, 3, c);
    match step.what {
        0..=14 => {
            let length = [c % 4, c % 40, c % most(300), c % most(5_000)][d % 4];
            let made = side.heap.new_array(world.arrays[b % 4].0, length, &side.held);
            hold(side, kinds, (b % 4) as u8, made)
        }
        15..=29 => {
            let letters = ["a", "b", "→", "ß"];
            let content = letters[b % 4].repeat([c % 5, c % 80, c % most(700)][d % 3]);
            let made = side.heap.new_text(content.len(), &side.held, &mut |_, out| {
                out.push_str(&content);
                Ok(())
            });
            hold(side, kinds, 10, made)
        }
        30..=44 => {
            let texts = [held(side, text_at), held(side, of(kinds, 10, b)), held(side, of(kinds, 10, c))];
            match side.heap.join(&texts, &side.held) {
                Ok(joined) => {
                    let copied = joined.copied;
                    hold(side, kinds, 10, Ok(joined.text)) + &format!(", {copied} copied")
                }
                Err(fault) => format!("{fault:?}"),
            }
        }
        45..=54 => {
            let parts = [Slot::word(a as u64), held(side, text_at).into(), held(side, refs_at).into()];
            let made = side.heap.new_record(world.record, 0, &parts, &side.held);
            hold(side, kinds, 20, made)
        }
        55..=57 => {
            let mut parts = vec![Slot::word(a as u64); 70];
            (parts[0], parts[69]) = (held(side, record_at).into(), held(side, text_at).into());
            let made = side.heap.new_record(world.wide, 0, &parts, &side.held);
            hold(side, kinds, 21, made)
        }
        58..=60 => {
            let mut captures = vec![held(side, record_at).into(); 2];
            captures.resize(2 + [d % 4, d % most(1_500)][c % 2], Slot::word(a as u64));
            let closure = Closure { proc: ProcId(a as u32), refs: 2, captures: &captures };
            let made = side.heap.new_closure(world.closure, closure, &side.held);
            hold(side, kinds, 30, made)
        }
        61..=63 => {
            let made = side.heap.new_map(world.map, [0, 3, 7, 14][c % 4], &side.held);
            hold(side, kinds, 40, made)
        }
        64..=66 => {
            let made = side.heap.new_boxed(TypeId::I64, a as u64, &side.held);
            hold(side, kinds, 50, made)
        }
        67..=68 => {
            let text = held(side, text_at);
            let trace = vec![TracePoint { proc: ProcId(1), op: 2 }; c % 30].into();
            let error = ErrorObject { trap: Trap::Thrown, kind: text, message: text, trace, omitted: 0 };
            let made = side.heap.new_error(error, &side.held);
            hold(side, kinds, 60, made)
        }
        69..=88 => {
            let array = held(side, of(kinds, (a % 4) as u8, b));
            let length = side.heap.elements(array).map_or(0, |list| list.len());
            let wanted = [length + 1, length + 1, c % most(600), c % most(9_000)][d % 4];
            let resized = side.heap.resize(array, wanted, &side.held);
            let target = held(side, of(kinds, 1, c));
            match side.heap.elements_mut(array) {
                Ok(ElementsMut::Bytes(list)) => {
                    list.iter_mut().for_each(|place| *place = place.wrapping_add(1))
                }
                Ok(ElementsMut::Halves(list)) => list.iter_mut().for_each(|place| *place ^= d as u32),
                Ok(ElementsMut::Words(list)) => list.iter_mut().for_each(|place| *place ^= d as u64),
                Ok(ElementsMut::Refs(list)) => {
                    list.reverse();
                    let count = list.len();
                    let last = side.heap.set_element(array, count.saturating_sub(1), target.into());
                    let set = side.heap.set_element(array, c % (count + 1), target.into());
                    let start = a % (count + 1);
                    let end = start + b % (count + 1 - start);
                    let moved = side.heap.move_elements(array, start..end, d % (count + 1));
                    let filled = side.heap.fill(array, count.saturating_sub(d % 5), target.into());
                    return format!("{resized:?} {last:?} {set:?} {moved:?} {filled:?}");
                }
                Err(fault) => return format!("{fault:?}"),
            }
            format!("{resized:?}")
        }
        89..=92 => {
            let (from, to) =
                (held(side, of(kinds, (a % 4) as u8, b)), held(side, of(kinds, (a % 4) as u8, c)));
            let length = side.heap.elements(from).map_or(0, |list| list.len());
            let start = c % (length + 1);
            let end = start + d % (length + 2 - start);
            format!("{:?}", side.heap.copy_elements(from, start..end, to, d % 7))
        }
        93..=97 => {
            let map = held(side, of(kinds, 40, a));
            if map.is_null() {
                return String::new();
            }
            let moved = side.heap.grow_map(map, &side.held);
            let value = held(side, record_at).into();
            let set = match d % 4 {
                0 => side.heap.map_mut(map).map(|map| map.remove(c % 9).is_some()),
                1 => side.heap.set_value(map, c % 9, value),
                _ => {
                    let hash = (b as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                    side.heap.add_key(map, hash, Slot::word(b as u64), value)
                }
            };
            let other = held(side, of(kinds, 40, b));
            let fits = side.heap.map(other).is_ok_and(|other| {
                other.capacity() >= side.heap.map(map).map_or(usize::MAX, lyra_runtime::heap::MapObject::len)
            });
            let copied =
                (fits && other != map && a.is_multiple_of(5)).then(|| side.heap.copy_map(map, other));
            format!("{moved:?} {set:?} {copied:?}")
        }
        98 => {
            let record = held(side, record_at);
            format!("{:?}", side.heap.set_part(record, 1, held(side, text_at).into()))
        }
        99..=102 => {
            let text = held(side, text_at);
            let chars = side.heap.text(text).map_or(0, |text| text.chars);
            format!("{:?}", side.heap.byte_offset(text, c % (chars + 2)))
        }
        103..=104 => {
            let charged = side.heap.charge(a as u64 % 3_000, &side.held);
            if charged.is_ok() {
                let kept = side.heap.new_boxed(TypeId::I64, 1, &side.held);
                side.heap.release(a as u64 % 3_000);
                return hold(side, kinds, 50, kept);
            }
            format!("{charged:?}")
        }
        107..=112 => {
            let (text, slices) = (held(side, text_at), ["none", "itself", "shared", "copied"]);
            let Ok(found) = side.heap.text(text) else { return slices[0].to_owned() };
            let (chars, content) = (found.chars, found.text.to_owned());
            // Long ones more often than short ones, and all of a text now and then.
            let start = b % [1, 10, chars / 4 + 1, chars + 1][d % 4];
            let start = start.min(chars);
            let end = chars - c % (chars - start + 1) / [1, 2, 10, chars + 1][a % 4];
            let offset = |heap: &mut H, at| heap.byte_offset(text, at).unwrap();
            let (from, to) = (offset(&mut side.heap, start), offset(&mut side.heap, end));
            let expected = content[from..to].to_owned();
            let (way, made) = match side.heap.share(text, from..to, start..end, &side.held) {
                Ok(Some(part)) => (1 + usize::from(part != text), Ok(part)),
                Ok(None) => {
                    let write = &mut |heap: &H, out: &mut String| {
                        out.push_str(&heap.text(text)?.text[from..to]);
                        Ok(())
                    };
                    (3, side.heap.new_text(to - from, &side.held, write))
                }
                Err(fault) => (2, Err(fault)),
            };
            if let Ok(made) = made {
                assert_eq!(side.heap.text(made).unwrap().text, expected);
                assert_eq!(side.heap.text(made).unwrap().chars, end - start);
                let index = a % (end - start + 1);
                let place = expected.char_indices().nth(index).map_or(expected.len(), |(place, _)| place);
                assert_eq!(side.heap.byte_offset(made, index), Ok(place));
            }
            format!("{} {}", slices[way], hold(side, kinds, 10, made))
        }
        113..=114 => {
            let value = Counted(a as u64, Arc::clone(&side.hosts.1));
            side.hosts.0 += 1;
            let object = HostObject::new(value).with_bytes([0, b as u64 % 900][c % 2]);
            let made = side.heap.new_host_object(object, &side.held);
            hold(side, kinds, 70, made)
        }
        105..=106 => {
            let failed = side.heap.new_text(c % 3_000, &side.held, &mut |_, _| Err(Fault::broken("no")));
            format!("{failed:?}")
        }
        _ => {
            // Most of what is held is let go now and then.
            if a.is_multiple_of(9) {
                let kept = b % (side.held.len() + 1);
                side.held.truncate(kept);
                kinds.truncate(kept);
            } else if a.is_multiple_of(7) {
                side.heap.collect(&side.held);
            }
            String::new()
        }
    }
}

/// Everything that can be read of what is held, as text; the references in it by their place.
fn content<H: Heap>(side: &Side<H>, kinds: &[u8]) -> Vec<String> {
    let mut seen = Vec::new();
    for (&held, &kind) in side.held.iter().zip(kinds) {
        let ty = side.heap.type_of(held);
        let what = match kind {
            0..=3 => match side.heap.elements(held).unwrap() {
                Elements::Refs(list) => {
                    let places: Vec<_> =
                        list.iter().map(|&slot| (slot.is_none(), side.place(slot))).collect();
                    format!("{places:?}")
                }
                list => {
                    let add = |sum: u64, at| {
                        let element = list.get(at).unwrap_or_default().as_word();
                        sum.wrapping_mul(31).wrapping_add(element)
                    };
                    format!("{:?} {} {}", list.width(), list.len(), (0..list.len()).fold(0, add))
                }
            },
            10 => format!("{:?}", side.heap.text(held)),
            20 | 21 => {
                let parts = side.heap.parts(held).unwrap();
                let refs: &[usize] = if kind == 20 { &[1, 2] } else { &[0, 69] };
                let words: Vec<_> =
                    (0..parts.len()).filter(|at| !refs.contains(at)).map(|at| parts[at]).collect();
                let places: Vec<_> = refs.iter().map(|&at| side.place(parts[at])).collect();
                format!("{words:?} {places:?} {:?}", side.heap.variant(held))
            }
            30 => {
                let closure = side.heap.closure(held).unwrap();
                format!("{:?} {} {}", closure.proc, closure.refs, closure.captures.len())
            }
            40 => {
                let keys: Vec<_> =
                    side.heap.map(held).unwrap().iter().map(|(key, _)| key.as_word()).collect();
                format!("{keys:?}")
            }
            50 => format!("{:?}", side.heap.boxed(held)),
            70 => {
                let object = side.heap.host_object(held).unwrap();
                format!("{} {}", object.downcast::<Counted>().unwrap().0, object.bytes())
            }
            _ => format!("{:?}", side.heap.error(held).map(|error| error.trace.len())),
        };
        seen.push(format!("{ty:?} {what}"));
    }
    seen
}

fn same_content(blocks: &Side<BlockHeap>, plain: &Side<PlainHeap>, kinds: &[u8]) {
    let (found, expected) = (content(blocks, kinds), content(plain, kinds));
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert!(found == expected, "{found:.300} instead of {expected:.300}");
    }
}

/// How often something was shared.
fn compare(seed: u64, steps: usize, settings: &HeapSettings, world: &World) -> usize {
    let mut shared = 0;
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut plain, mut blocks) = (Side::<PlainHeap>::new(settings), Side::<BlockHeap>::new(settings));
    let (mut plain_kinds, mut block_kinds) = (Vec::new(), Vec::new());
    for number in 0..steps {
        let next =
            Step { what: random.u32(0..126), numbers: std::array::from_fn(|_| random.usize(0..1 << 16)) };
        let expected = step(&mut plain, world, &mut plain_kinds, &next);
        let found = step(&mut blocks, world, &mut block_kinds, &next);
        assert_eq!(found, expected, "seed {seed}, step {number}: {next:?}");
        shared += usize::from(found == "shared made");
        // The block heap counts what died before a collection in steps was done with it.
        let is_collected = number % 64 == 0;
        if is_collected {
            blocks.heap.collect(&blocks.held);
            plain.heap.collect(&plain.held);
            assert_eq!(blocks.hosts(), plain.hosts(), "seed {seed}, step {number}: {next:?}");
        }
        assert_eq!(
            blocks.books(is_collected),
            plain.books(is_collected),
            "seed {seed}, step {number}: {next:?}"
        );
        assert_eq!(block_kinds, plain_kinds);
        if number % 128 == 0 {
            assert_eq!(
                content(&blocks, &block_kinds),
                content(&plain, &plain_kinds),
                "seed {seed}, step {number}"
            );
        }
    }
    same_content(&blocks, &plain, &block_kinds);
    blocks.heap.collect(&Vec::<Ref>::new());
    assert_eq!((blocks.heap.statistics().live_bytes, blocks.heap.statistics().objects), (0, 0));
    assert_eq!(blocks.hosts(), 0);
    shared
}

fn settings(world: &World, limit: u64) -> HeapSettings {
    let shapes = Arc::clone(&world.shapes);
    HeapSettings { shapes, limit, text_limit: limit / 4, warm: 0, stress: Stress::None, refuse_charge: None }
}

/// The largest size, where that is much smaller: the interpreter of Rust itself is slow.
fn most(native: usize) -> usize {
    if cfg!(miri) { 50 + native / 50 } else { native }
}

/// As many as there is time for: the interpreter of Rust itself is slow.
fn some(native: usize) -> usize {
    if cfg!(miri) { native.div_ceil(40).min(60) } else { native }
}

#[test]
fn it_agrees_with_room() {
    let world = world();
    let run = |seed| compare(seed, some(2_000), &settings(&world, 1 << 30), &world);
    let shared: usize = (0..some(6) as u64).map(run).sum();
    assert!(cfg!(miri) || shared > 100, "{shared} slices were shared");
}

#[test]
fn it_agrees_near_the_limit() {
    let world = world();
    for (seed, limit) in (100..).zip([1_000, 5_000, 20_000, 60_000, 200_000, 1_000_000].repeat(some(2))) {
        compare(seed, some(1_500), &settings(&world, limit), &world);
    }
}

#[test]
fn it_agrees_when_every_allocation_collects() {
    let world = world();
    for seed in 200..200 + some(6) as u64 {
        let settings = HeapSettings { stress: Stress::Collections, ..settings(&world, 1 << 20) };
        compare(seed, some(400), &settings, &world);
    }
}

#[test]
fn it_agrees_when_every_allocation_is_a_step() {
    let world = world();
    for seed in 400..400 + some(40) as u64 {
        let settings = HeapSettings { stress: Stress::Steps, ..settings(&world, 1 << 20) };
        compare(seed, some(1_500), &settings, &world);
    }
}

#[test]
fn it_agrees_whichever_charge_is_refused() {
    let world = world();
    for charge in 0..some(80) as u64 {
        let settings = HeapSettings { refuse_charge: Some(charge), ..settings(&world, 1 << 20) };
        compare(300, 200, &settings, &world);
    }
}
