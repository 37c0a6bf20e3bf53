//! What a program does between two steps of a collection: at whichever step it comes, nothing alive is lost and nothing
//! is counted twice.
//!
//! Each case hides objects: what led to them before is gone, only the change leads to them. It is played at every moment
//! of a collection. Builds with debug assertions look for objects that were missed at the end of each; others find
//! poison where they were.

use lyra_bytecode::{Type, TypeId, Types};
use lyra_runtime::{Elements, Heap, HeapSettings, Ref, Shapes, Slot, Stress, cost};
use lyra_tier_memory::BlockHeap;
use std::sync::Arc;

/// A heap under stress and what is rooted in it: `long` always, at the first place.
struct Stage {
    heap: BlockHeap,
    roots: Vec<Ref>,
    list: TypeId,
    pair: TypeId,
    map: TypeId,
    texts: usize,
}

/// Elements of long arrays: more than are looked into at a time.
const LONG: usize = 2_000;

/// One in so many elements is a text, those at which pieces begin among them.
const EVERY: usize = 64;

impl Stage {
    fn new() -> Self {
        Self::under(Stress::Steps)
    }

    fn under(stress: Stress) -> Self {
        let mut types = Types::new();
        let list = types.intern(Type::Array(TypeId::STR));
        let pair = types.intern(Type::Tuple(Box::new([TypeId::I32, TypeId::STR])));
        let map = types.intern(Type::Map { key: TypeId::I32, value: TypeId::STR });
        let heap = BlockHeap::new(HeapSettings {
            shapes: Arc::new(Shapes::new(&types)),
            limit: 1 << 30,
            text_limit: 1 << 20,
            warm: 0,
            stress,
            refuse_charge: None,
        });
        Self { heap, roots: Vec::new(), list, pair, map, texts: 0 }
    }

    /// A new text, another one each time.
    fn text(&mut self) -> Ref {
        self.texts += 1;
        let content = format!("text {}", self.texts);
        let write = &mut |_: &BlockHeap, out: &mut String| {
            out.push_str(&content);
            Ok(())
        };
        self.heap.new_text(content.len(), &self.roots, write).unwrap()
    }

    /// A long array, rooted, with a text at every [`EVERY`]th place.
    fn long(&mut self) -> Ref {
        let long = self.heap.new_array(self.list, LONG, &self.roots).unwrap();
        self.roots.push(long);
        for at in (0..LONG).step_by(EVERY) {
            let text = self.text();
            assert_eq!(self.heap.set_element(long, at, text.into()), Ok(true));
        }
        long
    }

    /// Takes the last root away; from here on only the last element of an array leads to it, which collections look
    /// at late.
    fn hang(&mut self, array: Ref, object: Ref) {
        assert_eq!(self.heap.set_element(array, LONG - 1, object.into()), Ok(true));
        assert_eq!(self.roots.pop(), Some(object));
    }

    /// Steps, as many as are said. Each makes an object that dies.
    fn steps(&mut self, count: usize) {
        for _ in 0..count {
            self.heap.new_boxed(TypeId::I64, 1, &self.roots).unwrap();
        }
    }

    /// Steps until the collection that is on its way and another one are over.
    fn finish(&mut self) {
        let before = self.heap.collections();
        while self.heap.collections() < before + 3 {
            self.steps(1);
        }
    }

    /// The texts in an array, in order.
    fn texts_in(&self, array: Ref) -> Vec<&str> {
        let Elements::Refs(list) = self.heap.elements(array).unwrap() else { panic!("it holds words") };
        let texts = list.iter().filter(|slot| !slot.is_none());
        texts.map(|slot| self.heap.text(slot.as_ref()).unwrap().text).collect()
    }
}

/// Plays a case after every number of steps. `change` is given what `prepare` made; `look` what is left in the end.
fn at_every_step<T: Copy>(
    prepare: impl Fn(&mut Stage) -> T,
    change: impl Fn(&mut Stage, T),
    look: impl Fn(&Stage, T) -> usize,
) {
    let mut expected = None;
    for steps in 0..160 {
        let mut stage = Stage::new();
        let made = prepare(&mut stage);
        stage.steps(steps);
        change(&mut stage, made);
        stage.finish();
        let found = look(&stage, made);
        assert_eq!(*expected.get_or_insert(found), found, "after {steps} steps");
    }
    assert!(expected.is_some_and(|found| found > 0), "nothing was looked at");
}

#[test]
fn a_part_that_is_set_is_found() {
    for generic in [false, true] {
        at_every_step(
            |stage| {
                let record = stage.heap.new_record(stage.pair, 0, &[Slot::ZERO; 2], &stage.roots).unwrap();
                stage.roots.push(record);
                stage.long();
                let text = stage.text();
                stage.roots.push(text);
                (record, text)
            },
            |stage, (record, text)| {
                if generic {
                    // Bits that look like a reference are none in a part that is a word.
                    stage.heap.set_part(record, 0, Slot::word(0x1234_5678)).unwrap();
                    stage.heap.set_part(record, 1, text.into()).unwrap();
                } else {
                    assert!(stage.heap.put_word(record, 0, Slot::word(0x1234_5678)));
                    assert!(stage.heap.put_part(record, 1, text.into()));
                }
                stage.roots.pop();
            },
            |stage, (record, _)| {
                let parts = stage.heap.parts(record).unwrap();
                stage.heap.text(parts[1].as_ref()).unwrap().text.len()
            },
        );
    }
}

#[test]
fn elements_that_are_put_into_an_array_are_found() {
    type Put = fn(&mut Stage, Ref, Ref);
    let puts: [Put; 4] = [
        |stage, long, text| assert_eq!(stage.heap.set_element(long, 3, text.into()), Ok(true)),
        |stage, long, text| assert!(stage.heap.put_ref(long, 1_000, text.into())),
        |stage, long, text| {
            stage.heap.resize(long, LONG - 1, &stage.roots).unwrap();
            assert!(stage.heap.push(long, Slot::from(text)));
        },
        |stage, long, text| assert_eq!(stage.heap.fill(long, LONG - 5, text.into()), Ok(true)),
    ];
    for put in puts {
        at_every_step(
            |stage| {
                let long = stage.long();
                let text = stage.text();
                stage.roots.push(text);
                (long, text)
            },
            |stage, (long, text)| {
                put(stage, long, text);
                stage.roots.pop();
            },
            |stage, (long, _)| stage.texts_in(long).len(),
        );
    }
}

#[test]
fn elements_that_are_copied_are_found() {
    at_every_step(
        |stage| {
            let long = stage.long();
            let last = stage.long();
            let other = stage.long();
            stage.hang(last, other);
            (long, last, other)
        },
        |stage, (long, last, other)| {
            stage.heap.copy_elements(other, 1..1_900, long, 100).unwrap();
            assert_eq!(stage.heap.set_element(last, LONG - 1, Slot::ZERO), Ok(true));
        },
        |stage, (long, ..)| stage.texts_in(long).iter().map(|text| text.len()).sum(),
    );
}

#[test]
fn elements_that_change_their_places_are_found() {
    type Move = fn(&mut Stage, Ref);
    let moves: [Move; 4] = [
        |stage, long| {
            assert_eq!(stage.heap.move_elements(long, 1..LONG, 0), Ok(true));
            stage.heap.resize(long, LONG - 1, &stage.roots).unwrap();
        },
        |stage, long| assert_eq!(stage.heap.move_elements(long, 0..LONG - 1, 1), Ok(true)),
        |stage, long| stage.heap.elements_mut(long).unwrap().reverse(),
        |stage, long| stage.heap.array_mut::<Slot>(long).unwrap().rotate_left(700),
    ];
    for change in moves {
        at_every_step(Stage::long, change, |stage, long| stage.texts_in(long).len());
    }
}

#[test]
fn entries_that_come_into_a_map_are_found() {
    let prepare = |stage: &mut Stage| {
        let map = stage.heap.new_map(stage.map, cost::map_room(LONG), &stage.roots).unwrap();
        stage.roots.push(map);
        for key in 0..LONG as u64 {
            let value = if key % EVERY as u64 == 0 { stage.text().into() } else { Slot::ZERO };
            assert_eq!(stage.heap.add_key(map, hash(key), Slot::word(key), value), Ok(true));
        }
        let text = stage.text();
        stage.roots.push(text);
        (map, text)
    };
    let look = |stage: &Stage, (map, _)| texts_of(stage, map);
    at_every_step(
        prepare,
        |stage, (map, text)| {
            assert_eq!(stage.heap.set_value(map, 1, text.into()), Ok(true));
            stage.roots.pop();
        },
        look,
    );
    at_every_step(
        prepare,
        |stage, (map, text)| {
            stage.heap.grow_map(map, &stage.roots).unwrap();
            let key = LONG as u64;
            assert_eq!(stage.heap.add_key(map, hash(key), Slot::word(key), text.into()), Ok(true));
            stage.roots.pop();
        },
        look,
    );
    // What is gone is left out when a map grows: the others take earlier places.
    at_every_step(
        prepare,
        |stage, (map, _)| {
            for position in (0..700).filter(|position| position % EVERY != 0) {
                stage.heap.map_mut(map).unwrap().remove(position);
            }
            let mut key = LONG as u64;
            while stage.heap.map(map).unwrap().must_grow().is_none() {
                assert_eq!(stage.heap.add_key(map, hash(key), Slot::word(key), Slot::ZERO), Ok(true));
                key += 1;
            }
            stage.heap.grow_map(map, &stage.roots).unwrap();
        },
        look,
    );
    at_every_step(
        |stage| {
            let copy = stage.heap.new_map(stage.map, cost::map_room(LONG), &stage.roots).unwrap();
            stage.roots.push(copy);
            let last = stage.long();
            let (map, _) = prepare(stage);
            // The text.
            stage.roots.pop();
            stage.hang(last, map);
            (map, last, copy)
        },
        |stage, (map, last, copy)| {
            stage.heap.copy_map(map, copy).unwrap();
            assert_eq!(stage.heap.set_element(last, LONG - 1, Slot::ZERO), Ok(true));
        },
        |stage, (.., copy)| texts_of(stage, copy),
    );
}

/// Adds so many keys, the first of them `from`, with a step before every eighth. One in [`EVERY`] has a text.
fn add_keys(stage: &mut Stage, map: Ref, from: u64, count: u64) {
    for key in from..from + count {
        if key % 8 == 0 {
            stage.steps(1);
        }
        stage.heap.grow_map(map, &stage.roots).unwrap();
        let value = if key % EVERY as u64 == 0 { stage.text().into() } else { Slot::ZERO };
        assert_eq!(stage.heap.add_key(map, hash(key), Slot::word(key), value), Ok(true));
    }
}

fn remove_key(stage: &mut Stage, map: Ref, key: u64) {
    let content = stage.heap.map_mut(map).unwrap();
    let position = content.find(hash(key), |other| Ok(other.as_word() == key)).unwrap();
    assert!(position.is_some_and(|position| content.remove(position).is_some()));
}

/// A full map of that room, rooted, which is known to be of the kind that is made anew bit by bit, or not.
fn full_map(stage: &mut Stage, room: usize, is_large: bool) -> Ref {
    let map = stage.heap.new_map(stage.map, room, &stage.roots).unwrap();
    stage.roots.push(map);
    add_keys(stage, map, 0, room as u64);
    let content = stage.heap.map(map).unwrap();
    assert_eq!((content.is_large(), content.must_grow().is_some()), (is_large, true));
    map
}

#[test]
fn entries_of_a_map_that_becomes_large_are_found() {
    let room = cost::map_room(6_000);
    at_every_step(
        |stage| full_map(stage, room, false),
        |stage, map| {
            add_keys(stage, map, room as u64, 100);
            assert!(stage.heap.map(map).unwrap().is_large());
            (0..500).filter(|key| key % 3 != 0).for_each(|key| remove_key(stage, map, key));
            add_keys(stage, map, room as u64 + 100, 100);
        },
        texts_of,
    );
}

#[test]
fn entries_that_slide_while_a_large_map_is_looked_into_are_found() {
    let room = cost::map_room(12_000);
    let prepare = |stage: &mut Stage| {
        let map = full_map(stage, room, true);
        // Less than half of it is left, most of that further back.
        let gone = |key: &u64| !key.is_multiple_of(if *key < 4_000 { 3 } else { 2 });
        (0..room as u64).filter(gone).for_each(|key| remove_key(stage, map, key));
        map
    };
    // All slide, in a row of insertions and while others go.
    for goes in [false, true] {
        at_every_step(
            prepare,
            |stage, map| {
                let first = room as u64;
                add_keys(stage, map, first, 50);
                let sliding = stage.heap.map(map).unwrap().sliding();
                assert!(sliding.is_some_and(|sliding| sliding.start < sliding.end));
                for part in 0..10 {
                    if goes {
                        (0..20).for_each(|key| remove_key(stage, map, 4_000 + part * 300 + key * 6));
                        remove_key(stage, map, part * 3);
                    }
                    add_keys(stage, map, first + 50 + part * 50, 50);
                }
                assert_eq!(stage.heap.map(map).unwrap().sliding(), None);
                assert_eq!(stage.heap.map(map).unwrap().capacity(), room);
            },
            texts_of,
        );
    }
}

#[test]
fn a_large_map_that_died_is_freed_in_steps() {
    let mut stage = Stage::new();
    full_map(&mut stage, cost::map_room(12_000), true);
    let with_map = stage.heap.statistics().live_bytes;
    assert!(with_map > 200_000);
    stage.roots.clear();
    stage.finish();
    assert!(stage.heap.statistics().live_bytes < 20_000);
    // One that is not freed yet when everything is collected at once, or when the heap goes.
    for steps in [10, 40, 80, 120] {
        let mut stage = Stage::new();
        full_map(&mut stage, cost::map_room(12_000), true);
        stage.roots.clear();
        stage.steps(steps);
        stage.heap.collect(&stage.roots);
        assert_eq!(stage.heap.statistics().live_bytes, 0);
        full_map(&mut stage, cost::map_room(12_000), true);
        stage.roots.clear();
        stage.steps(steps);
    }
}

fn hash(key: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn texts_of(stage: &Stage, map: Ref) -> usize {
    let entries = stage.heap.map(map).unwrap().iter();
    let texts = entries.filter(|(_, value)| !value.is_none());
    texts.map(|(_, value)| stage.heap.text(value.as_ref()).unwrap().text.len()).sum()
}

#[test]
fn what_grows_meanwhile_is_counted_once() {
    let live_after = |stress, steps| {
        let mut stage = Stage::under(stress);
        stage.long();
        let array = stage.heap.new_array(stage.list, 3, &stage.roots).unwrap();
        stage.roots.push(array);
        let map = stage.heap.new_map(stage.map, 3, &stage.roots).unwrap();
        stage.roots.push(map);
        stage.long();
        stage.steps(steps);
        stage.heap.resize(array, 100, &stage.roots).unwrap();
        for key in 0..4 {
            stage.heap.grow_map(map, &stage.roots).unwrap();
            assert_eq!(stage.heap.add_key(map, hash(key), Slot::word(key), Slot::ZERO), Ok(true));
        }
        stage.steps(100);
        stage.heap.collect(&stage.roots);
        stage.heap.statistics().live_bytes
    };
    let expected = live_after(Stress::None, 0);
    for steps in 0..160 {
        assert_eq!(live_after(Stress::Steps, steps), expected, "after {steps} steps");
    }
}
