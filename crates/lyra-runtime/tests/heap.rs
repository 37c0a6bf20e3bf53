//! The plain heap: what is charged, what is freed, what is found out.
mod fixture;

use fixture::{Fixture, text, types};
use lyra_bytecode::{Trap, TypeId};
use lyra_runtime::{
    Elements, ElementsMut, Fault, Heap, HeapSettings, Interner, LinearInterner, NoRoots, PlainHeap, Ref,
    Shapes, Slot, Stress, cost,
};
use std::sync::Arc;

fn heap(limit: u64) -> (PlainHeap, TypeId) {
    let (types, node) = types();
    let settings = HeapSettings {
        shapes: Arc::new(Shapes::new(&types)),
        limit,
        text_limit: 1 << 20,
        warm: 0,
        stress: Stress::None,
        refuse_charge: None,
    };
    (PlainHeap::new(settings), node)
}

fn put(heap: &mut PlainHeap, content: &str, roots: &[Ref]) -> Result<Ref, Fault> {
    heap.new_text(content.len(), &roots.to_vec(), &mut |_, out| {
        out.push_str(content);
        Ok(())
    })
}

#[test]
fn every_object_costs_what_the_rule_says_and_gives_it_back() {
    let (mut heap, node) = heap(1 << 30);
    let bytes = lyra_bytecode::Type::Array(TypeId::U8);
    let (types, _) = types();
    let bytes = types.find(&bytes).unwrap();
    let mut expected = 0;
    put(&mut heap, "abc", &[]).unwrap();
    expected += cost::OBJECT + 3;
    assert_eq!(heap.statistics().live_bytes, expected);
    put(&mut heap, &"é".repeat(130), &[]).unwrap();
    // 130 characters: three entries of the table that finds characters.
    expected += cost::OBJECT + 260 + 3 * 4;
    assert_eq!(heap.statistics().live_bytes, expected);
    let array = heap.new_array(bytes, 0, &NoRoots).unwrap();
    expected += cost::OBJECT;
    assert_eq!(heap.statistics().live_bytes, expected);
    for (length, capacity) in [(1, 4), (4, 4), (5, 8), (20, 20), (3, 20), (21, 40)] {
        heap.resize(array, length, &vec![array]).unwrap();
        assert_eq!(heap.statistics().live_bytes, expected + capacity, "for {length}");
    }
    heap.new_record(TypeId(17), 0, &[Slot::ZERO; 3], &NoRoots).unwrap();
    heap.new_array(node, 7, &NoRoots).unwrap();
    assert_eq!(heap.statistics().live_bytes, expected + 40 + cost::record(3) + cost::OBJECT + 56);
    heap.collect(&NoRoots);
    assert_eq!(heap.statistics().live_bytes, 0);
    assert_eq!(heap.statistics().objects, 0);
}

#[test]
fn cycles_are_freed_and_what_is_rooted_stays() {
    let (mut heap, node) = heap(1 << 30);
    let mut rings = Vec::new();
    for _ in 0..100 {
        let first = heap.new_array(node, 1, &rings).unwrap();
        rings.push(first);
        let second = heap.new_array(node, 2, &rings).unwrap();
        let ElementsMut::Refs(list) = heap.elements_mut(first).unwrap() else { panic!("references") };
        list[0] = second.into();
        let ElementsMut::Refs(list) = heap.elements_mut(second).unwrap() else { panic!("references") };
        list.copy_from_slice(&[first.into(), second.into()]);
    }
    heap.collect(&rings);
    assert_eq!(heap.statistics().objects, 200);
    rings.truncate(3);
    heap.collect(&rings);
    assert_eq!((heap.statistics().objects, heap.statistics().freed), (6, 194));
    for &first in &rings {
        let Elements::Refs(list) = heap.elements(first).unwrap() else { panic!("references") };
        assert_eq!(heap.elements(list[0].as_ref()).unwrap().len(), 2);
    }
    heap.collect(&NoRoots);
    assert_eq!((heap.statistics().objects, heap.statistics().live_bytes), (0, 0));
}

#[test]
fn arrays_are_read_as_what_they_are_kept_as_and_as_nothing_else() {
    let (mut heap, node) = heap(1 << 20);
    let (types, _) = types();
    let bytes = types.find(&lyra_bytecode::Type::Array(TypeId::U8)).unwrap();
    let bytes = heap.new_array(bytes, 3, &NoRoots).unwrap();
    heap.array_mut::<u8>(bytes).unwrap()[1] = 7;
    assert_eq!(heap.array::<u8>(bytes).unwrap(), [0, 7, 0]);
    assert_eq!(heap.elements(bytes), Ok(Elements::Bytes(&[0, 7, 0])));
    assert_eq!(heap.array::<u32>(bytes).unwrap_err().trap(), Trap::Tampered);
    assert_eq!(heap.array_mut::<Slot>(bytes).unwrap_err().trap(), Trap::Tampered);
    assert_eq!(heap.array::<u8>(Ref::NULL).unwrap_err(), heap.elements(Ref::NULL).unwrap_err());
    let refs = heap.new_array(node, 2, &vec![bytes]).unwrap();
    assert_eq!(heap.set_element(refs, 1, refs.into()), Ok(true));
    assert_eq!(heap.set_element(refs, 2, refs.into()), Ok(false));
    assert_eq!(heap.array::<Slot>(refs).unwrap(), [Slot::ZERO, refs.into()]);
}

#[test]
fn a_dead_reference_is_found_out_also_when_its_cell_lives_again() {
    let (mut heap, _) = heap(1 << 30);
    let dead = put(&mut heap, "dead", &[]).unwrap();
    heap.collect(&NoRoots);
    assert_eq!(heap.text(dead).unwrap_err().trap(), Trap::Tampered);
    let living = put(&mut heap, "living", &[]).unwrap();
    assert_ne!(dead, living);
    assert_eq!(dead.bits() & 0xFFFF_FFFF, living.bits() & 0xFFFF_FFFF, "the cell is used again");
    assert_eq!(heap.text(dead).unwrap_err().trap(), Trap::Tampered);
    assert_eq!(heap.text(living).unwrap().text, "living");
    assert!(heap.elements(living).is_err() && heap.parts(living).is_err() && heap.error(living).is_err());
    assert!(heap.text(Ref::NULL).is_err() && heap.text(Ref::from_bits(0xFFFF_FFFF_FFFF)).is_err());
    // A dead root is ignored.
    heap.collect(&vec![dead]);
    assert_eq!(heap.statistics().objects, 0);
}

#[test]
fn at_the_limit_everything_is_collected_before_memory_is_out() {
    let (mut heap, _) = heap(10_000);
    for _ in 0..1_000 {
        put(&mut heap, &"x".repeat(944), &[]).unwrap();
    }
    assert!(heap.statistics().collections >= 99);
    assert!(heap.statistics().peak_bytes <= 10_000);
    let mut kept = Vec::new();
    for _ in 0..10 {
        kept.push(put(&mut heap, &"x".repeat(944), &kept).unwrap());
    }
    // 10 × (944 + 56) is the limit exactly.
    assert_eq!(heap.statistics().live_bytes, 10_000);
    assert_eq!(put(&mut heap, "", &kept).unwrap_err().trap(), Trap::OutOfMemory);
    kept.pop();
    assert!(put(&mut heap, &"x".repeat(944), &kept).is_ok());
    assert_eq!(put(&mut heap, &"x".repeat(2 << 20), &[]).unwrap_err().trap(), Trap::OutOfMemory, "too long");
}

#[test]
fn the_pool_gives_buffers_out_again_empty() {
    let (mut heap, node) = heap(1 << 30);
    for round in 0..5 {
        let old = heap.new_array(node, 10, &NoRoots).unwrap();
        let Elements::Refs(list) = heap.elements(old).unwrap() else { panic!("references") };
        assert!(list.iter().all(|slot| slot.is_none()), "round {round}");
        let ElementsMut::Refs(list) = heap.elements_mut(old).unwrap() else { panic!("references") };
        list.fill(old.into());
        heap.collect(&NoRoots);
    }
    let pool = heap.statistics().pool;
    assert_eq!((pool.reused, pool.missed, pool.returned, pool.dropped), (4, 1, 5, 0));
    let many: Vec<Ref> = (0..150).map(|_| heap.new_array(node, 10, &NoRoots).unwrap()).collect();
    assert_eq!(many.len(), 150);
    heap.collect(&NoRoots);
    assert_eq!(heap.statistics().pool.dropped, 50, "the pool holds 100");
    // Much too large a buffer is not given out, and a very large one is not taken in.
    heap.new_array(node, 1, &NoRoots).unwrap();
    assert_eq!(heap.statistics().pool.missed, 1 + 150);
    heap.new_array(node, 10_000, &NoRoots).unwrap();
    heap.collect(&NoRoots);
    assert_eq!(heap.statistics().pool.dropped, 52, "the small one found the pool full");
}

#[test]
fn appending_in_a_loop_copies_what_is_added() {
    let (mut heap, _) = heap(1 << 30);
    let piece = put(&mut heap, "0123456789", &[]).unwrap();
    let mut text = put(&mut heap, "", &[piece]).unwrap();
    let mut expected = String::new();
    let mut copied = 0;
    for _ in 0..10_000 {
        let joined = heap.join(&[text, piece], &vec![piece, text]).unwrap();
        text = joined.text;
        copied += joined.copied;
        expected.push_str("0123456789");
    }
    assert_eq!(heap.text(text).unwrap().text, expected);
    assert!(copied < 4 * expected.len() as u64, "{copied} bytes copied for {}", expected.len());
}

#[test]
fn texts_that_share_a_buffer_do_not_see_each_other() {
    let (mut heap, _) = heap(1 << 30);
    let piece = put(&mut heap, &"é".repeat(40), &[]).unwrap();
    let a = put(&mut heap, "a", &[piece]).unwrap();
    let b = put(&mut heap, "b", &[piece, a]).unwrap();
    let mut roots = vec![piece, a, b];
    let mut join = |heap: &mut PlainHeap, texts: &[Ref]| {
        let joined = heap.join(texts, &roots).unwrap().text;
        roots.push(joined);
        joined
    };
    let once = join(&mut heap, &[piece, piece]);
    let tip = join(&mut heap, &[once, a]);
    let left = join(&mut heap, &[tip, a]);
    // `tip` is no tip any more: what is appended to it now goes elsewhere.
    let right = join(&mut heap, &[tip, b]);
    let itself = join(&mut heap, &[left, left, tip]);
    let base = "é".repeat(80);
    let read = |text: Ref| heap.text(text).unwrap().text.to_owned();
    assert_eq!(read(tip), format!("{base}a"));
    assert_eq!(read(left), format!("{base}aa"));
    assert_eq!(read(right), format!("{base}ab"));
    assert_eq!(read(itself), format!("{base}aa{base}aa{base}a"));
    heap.collect(&vec![itself, right]);
    assert_eq!(heap.text(right).unwrap().text, format!("{base}ab"));
    assert_eq!(heap.text(itself).unwrap().chars, 245);
    // Two texts and the two buffers that they lie in.
    assert_eq!(heap.statistics().objects, 4);
}

#[test]
fn characters_are_found_in_any_text() {
    let mut random = fastrand::Rng::with_seed(5);
    let (mut heap, _) = heap(1 << 30);
    for _ in 0..200 {
        let length = random.usize(0..400);
        let letters = ['a', 'ß', '→', '😀'];
        let content: String = (0..length).map(|_| letters[random.usize(0..letters.len())]).collect();
        let text = put(&mut heap, &content, &[]).unwrap();
        let offsets: Vec<usize> = content.char_indices().map(|(at, _)| at).chain([content.len()]).collect();
        for _ in 0..50 {
            let index = random.usize(0..=length);
            assert_eq!(heap.byte_offset(text, index), Ok(offsets[index]));
        }
        assert!(heap.byte_offset(text, length + 1).is_err());
    }
}

#[test]
fn interning_finds_equal_texts() {
    let (mut heap, _) = heap(1 << 30);
    let mut interner = LinearInterner::new();
    let mut all = Vec::new();
    for index in 0..1_000 {
        let content = format!("text {index}");
        assert_eq!(interner.find(&content, &heap), None);
        let text = put(&mut heap, &content, &all).unwrap();
        all.push(text);
        interner.insert(text, &heap);
    }
    assert_eq!(interner.find("text 7", &heap), Some(all[7]));
    assert_eq!(interner.find("text 999", &heap), Some(all[999]));
    assert_eq!(interner.find("text 1000", &heap), None);
    let statistics = interner.statistics();
    assert_eq!((statistics.entries, statistics.misses, statistics.hits), (1_000, 1_001, 2));
}

#[test]
fn values_cross_the_border_unchanged() {
    let mut fixture = Fixture::new(|settings| settings.stress = Stress::Collections);
    let pair = TypeId(18);
    let value = lyra_runtime::Value::Tuple(vec![lyra_runtime::Value::I32(-5), text("é\n")]);
    let slot = fixture.put(pair, &value).unwrap();
    let back = lyra_runtime::host::to_value(&fixture.heap, &fixture.shapes, pair, slot).unwrap();
    assert_eq!(back, value);
    assert_eq!(back.to_string(), "(-5, \"é\\n\")");
    let wrong = fixture.put(pair, &text("no pair")).unwrap_err();
    assert_eq!(wrong, Fault::told(Trap::TypeMismatch, "expected (i32, str), found str"));
}

/// Near the limit an array grows in few steps, each of which copies it and collects, and to the last byte.
#[test]
fn an_array_that_nears_the_limit_takes_few_steps() {
    const LIMIT: u64 = 1_000_000;
    let (mut heap, _) = heap(LIMIT);
    let (types, _) = types();
    let bytes = types.find(&lyra_bytecode::Type::Array(TypeId::U8)).unwrap();
    let array = heap.new_array(bytes, 0, &NoRoots).unwrap();
    let roots = vec![array];
    let most = (1..).find(|&length| heap.resize(array, length, &roots).is_err()).unwrap() - 1;
    assert_eq!(most as u64, LIMIT - cost::OBJECT);
    assert!(heap.statistics().collections < 64, "{} collections", heap.statistics().collections);
}
