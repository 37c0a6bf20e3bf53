//! Values that are a million levels deep, shared, or inside themselves, on a small native stack.
mod fixture;

use fixture::{Fixture, types};
use lyra_bytecode::{Builtin, DefBody, Field, Type, TypeId, Types, Variant};
use lyra_runtime::immediate::encode_variant;
use lyra_runtime::{Elements, Heap, Ref, Slot, Stress};
use std::sync::OnceLock;

/// Runs on a thread whose stack is so small that recursion by depth would overflow it.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(512 << 10).spawn(work).unwrap().join().unwrap();
}

/// The array type that holds itself.
fn node() -> TypeId {
    static NODE: OnceLock<TypeId> = OnceLock::new();
    *NODE.get_or_init(|| types().1)
}

/// An array of arrays, of which each but the last holds the one before; the last is held by the fixture.
fn chain(fixture: &mut Fixture, depth: usize) -> Ref {
    let place = fixture.held.len();
    let mut last = fixture.lend(|env| env.new_array(node(), 0)).unwrap();
    fixture.held.push(last);
    for _ in 1..depth {
        let next = fixture.lend(|env| env.new_array(node(), 1)).unwrap();
        fixture.lend(|env| env.set_element(next, 0, last.into())).unwrap();
        last = next;
        fixture.held[place] = last;
    }
    last
}

fn shown(fixture: &mut Fixture, value: Ref) -> String {
    let text = fixture.run(Builtin::ToText, node(), &[value.into()]).unwrap();
    fixture.heap.text(text.as_ref()).unwrap().text.to_owned()
}

fn equal(fixture: &mut Fixture, a: Ref, b: Ref) -> bool {
    fixture.run(Builtin::Equal, node(), &[a.into(), b.into()]).unwrap() == Slot::from_bool(true)
}

#[test]
fn a_million_levels_are_marked_shown_compared_copied_and_dropped() {
    on_small_stack(|| {
        const DEPTH: usize = 1_000_000;
        let mut fixture = Fixture::new(|settings| settings.limit = 1 << 30);
        let first = chain(&mut fixture, DEPTH);
        let second = chain(&mut fixture, DEPTH);
        fixture.lend(|env| env.collect());
        assert_eq!(fixture.heap.statistics().objects, 2 * DEPTH as u64);
        assert!(equal(&mut fixture, first, second));
        let text = shown(&mut fixture, first);
        assert_eq!(text, "[".repeat(DEPTH) + &"]".repeat(DEPTH));
        let copy = fixture.run(Builtin::DeepCopy, node(), &[first.into()]).unwrap().as_ref();
        fixture.held.push(copy);
        assert_ne!(copy, first);
        fixture.held.clear();
        fixture.lend(|env| env.collect());
        assert_eq!(fixture.heap.statistics().objects, 0);
        chain(&mut fixture, DEPTH);
    });
}

#[test]
fn values_inside_themselves_are_shown_compared_and_copied() {
    let mut fixture = Fixture::new(|settings| settings.stress = Stress::Collections);
    let mut ring = |length: usize| {
        let first = fixture.lend(|env| env.new_array(node(), 1)).unwrap();
        fixture.held.push(first);
        let mut last = first;
        for _ in 1..length {
            let next = fixture.lend(|env| env.new_array(node(), 1)).unwrap();
            fixture.held.push(next);
            fixture.lend(|env| env.set_element(last, 0, next.into())).unwrap();
            last = next;
        }
        fixture.lend(|env| env.set_element(last, 0, first.into())).unwrap();
        first
    };
    let (one, two, three) = (ring(1), ring(2), ring(3));
    assert_eq!(shown(&mut fixture, one), "[…]");
    assert_eq!(shown(&mut fixture, three), "[[[…]]]");
    // Every way into any of them finds arrays of one element without end: they are equal as graphs.
    assert!(equal(&mut fixture, one, two) && equal(&mut fixture, two, three));
    let line = chain(&mut fixture, 5);
    assert!(!equal(&mut fixture, one, line) && !equal(&mut fixture, line, three));
    let copy = fixture.run(Builtin::DeepCopy, node(), &[three.into()]).unwrap().as_ref();
    fixture.held.push(copy);
    assert_eq!(shown(&mut fixture, copy), "[[[…]]]");
}

#[test]
fn what_is_shared_costs_once_and_stays_shared_in_a_copy() {
    let mut fixture = Fixture::new(|_| {});
    let place = fixture.held.len();
    let mut last = fixture.lend(|env| env.new_array(node(), 0)).unwrap();
    fixture.held.push(last);
    // Walked as a tree this has 2^40 parts.
    for _ in 0..40 {
        let next = fixture.lend(|env| env.new_array(node(), 2)).unwrap();
        fixture.lend(|env| env.set_element(next, 0, last.into())).unwrap();
        fixture.lend(|env| env.set_element(next, 1, last.into())).unwrap();
        last = next;
        fixture.held[place] = last;
    }
    let before = fixture.heap.statistics().allocations;
    let copy = fixture.run(Builtin::DeepCopy, node(), &[last.into()]).unwrap().as_ref();
    fixture.held.push(copy);
    assert_eq!(fixture.heap.statistics().allocations - before, 41);
    let Elements::Refs(parts) = fixture.heap.elements(copy).unwrap() else { panic!("references") };
    assert_eq!(parts[0], parts[1]);
    assert!(equal(&mut fixture, last, copy));
}

/// Two levels whose parts are met in every combination: as pairs they would be a million.
#[test]
fn comparing_takes_no_more_steps_than_there_are_objects() {
    const PARTS: usize = 1_000;
    let mut fixture = Fixture::new(|_| {});
    let mut side = |turn: bool| {
        let leaves: Vec<Ref> = (0..PARTS)
            .map(|_| {
                let leaf = fixture.lend(|env| env.new_array(node(), 1)).unwrap();
                fixture.held.push(leaf);
                let end = fixture.lend(|env| env.new_array(node(), 0)).unwrap();
                fixture.lend(|env| env.set_element(leaf, 0, end.into())).unwrap();
                leaf
            })
            .collect();
        let top = fixture.lend(|env| env.new_array(node(), PARTS * PARTS)).unwrap();
        fixture.held.push(top);
        for at in 0..PARTS * PARTS {
            let leaf = leaves[if turn { at / PARTS } else { at % PARTS }];
            fixture.lend(|env| env.set_element(top, at, leaf.into())).unwrap();
        }
        top
    };
    let (first, second) = (side(false), side(true));
    fixture.fuel.units = 0;
    assert!(equal(&mut fixture, first, second));
    let steps = fixture.fuel.units * 64;
    assert!(steps < (PARTS * PARTS + 20 * PARTS) as u64, "{steps} steps");
}

/// Types in which values can be nested without end: a structure, a variant, a map and an `any` in each other.
fn linked() -> (Types, [TypeId; 3]) {
    let mut types = Types::new();
    let node = types.declare("Node");
    let node_type = types.intern(Type::Struct(node));
    let list = types.declare("List");
    let list_type = types.intern(Type::Enum(list));
    let map_type = types.intern(Type::Map { key: TypeId::STR, value: TypeId::ANY });
    let field = |name: &str, ty| Field { name: name.to_owned(), ty };
    types.define(node, DefBody::Struct { fields: vec![field("next", TypeId::ANY)] });
    let variant = |name: &str, fields| Variant { name: name.to_owned(), fields };
    let variants = vec![variant("End", vec![]), variant("More", vec![field("rest", TypeId::ANY)])];
    types.define(list, DefBody::Enum { variants });
    (types, [node_type, list_type, map_type])
}

/// A value in which each kind holds the next, `depth` levels deep; held by the fixture.
fn tower(fixture: &mut Fixture, [node, list, map]: [TypeId; 3], depth: usize) -> Slot {
    let key = fixture.lend(|env| env.text_from("k")).unwrap();
    fixture.held.push(key);
    let place = fixture.held.len();
    let mut last = encode_variant(list, 0).unwrap();
    fixture.held.push(last.as_ref());
    for level in 0..depth {
        let next = match level % 3 {
            0 => fixture.lend(|env| env.new_record(node, 0, &[last])).unwrap(),
            1 => fixture.lend(|env| env.new_record(list, 1, &[last])).unwrap(),
            _ => {
                let next = fixture.lend(|env| env.new_map(map, 0)).unwrap();
                fixture.held.push(next);
                fixture.run(Builtin::MapSet, map, &[next.into(), key.into(), last]).unwrap();
                fixture.held.pop();
                next
            }
        };
        last = next.into();
        fixture.held[place] = next;
    }
    last
}

#[test]
fn values_of_every_kind_can_be_nested_without_end() {
    on_small_stack(|| {
        const DEPTH: usize = 300_001;
        let (types, kinds) = linked();
        let mut fixture = Fixture::over(types, |settings| settings.limit = 2 << 30);
        let first = tower(&mut fixture, kinds, DEPTH);
        let second = tower(&mut fixture, kinds, DEPTH);
        fixture.lend(|env| env.collect());
        let any = TypeId::ANY;
        let run = |fixture: &mut Fixture, builtin, args: &[Slot]| fixture.run(builtin, any, args).unwrap();
        assert_eq!(run(&mut fixture, Builtin::Equal, &[first, second]), Slot::from_bool(true));
        assert_eq!(run(&mut fixture, Builtin::Same, &[first, second]), Slot::from_bool(false));
        let copy = run(&mut fixture, Builtin::DeepCopy, &[first]);
        fixture.held.push(copy.as_ref());
        assert_ne!(copy, first);
        assert_eq!(run(&mut fixture, Builtin::Equal, &[first, copy]), Slot::from_bool(true));
        let text = run(&mut fixture, Builtin::ToText, &[second]).as_ref();
        let text = fixture.heap.text(text).unwrap().text;
        assert!(text.starts_with("Node(next: {\"k\": More(Node(next: {\"k\": "));
        assert_eq!(text.len(), "Node(next: {\"k\": More()})".len() * (DEPTH / 3) + "Node(next: End)".len());
        fixture.held.clear();
        fixture.lend(|env| env.collect());
        assert_eq!(fixture.heap.statistics().objects, 0);
    });
}
