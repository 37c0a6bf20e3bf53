//! Values inside themselves, by each kind that can hold another: every walk through them ends, and they are freed.

use super::{all_print, all_sizes, limits, run_under};
use lyra::Tier;

/// A ring of each kind; what each operation makes of it.
#[test]
fn every_walk_ends() {
    let source = r#"
struct Node { name: str, next: Node? = none, any_next: any = none }
enum Link { To(node: Holder), Nothing }
struct Holder { link: Link = Link.Nothing }
proc holder() -> Holder { let h = Holder(); h.link = Link.To(h); return h }
proc node(name: str) -> Node { let n = Node(name); n.next = n; n.any_next = [n]; return n }
let list: [any] = [1]
list.push(list)
let map: {str: any} = {}
map["me"] = map
let (a, b) = (node("n"), node("n"))
let (h, i) = (holder(), holder())
print(list)
print(map)
print(a)
print(h)
print(equal(a, b), equal(h, i), h.link == i.link, equal(list, list), equal(map, map))
let c = deep_copy(a)
print(c.next! == c, c == a, equal(a, c))
let d = deep_copy(list)
print(d[1] == d, length(d))
let e = deep_copy(map)
print(length(e), equal(e, map))
var f: proc() -> i32 = || 0
f = || if length(list) > 100 { f() } else { length(list) }
print(f(), equal(f, f))
"#;
    let shown = "[1, …]\n{\"me\": …}\nNode(name: \"n\", next: …, any_next: […])\nHolder(link: To(…))\n";
    let found = "true true false true true\ntrue false true\ntrue 2\n1 true\n2 true\n";
    all_print(source, &format!("{shown}{found}"));
}

/// A ring of a million: as deep as a chain, and without an end.
#[test]
fn a_ring_of_a_million() {
    let source = |size: usize| {
        let text = r#"
struct Node { next: Node? = none }
proc ring(length: i32) -> Node {
    let first = Node()
    var last = first
    for i in 1..length { last = Node(last) }
    first.next = last
    return first
}
var a = ring(SIZE)
var b = ring(SIZE)
print(equal(a, b))
var c = deep_copy(a)
b = ring(1)
print(equal(a, c), equal(a, b), length(tostring(a)) > 10 * SIZE)
"#;
        text.replace("SIZE", &size.to_string())
    };
    all_sizes([if cfg!(debug_assertions) { 200_000 } else { 1_000_000 }, 50_000], source, |_| {
        "true\ntrue true true\n".to_owned()
    });
}

/// Rings that nobody reaches are freed: under a limit that holds a few of them, many can be made.
#[test]
fn rings_are_freed() {
    let source = r#"
struct Node { next: Node? = none, links: [any], map: {str: any}, call: (proc() -> bool)? = none }
for round in 0..1000 {
    let first = Node(links: [], map: {})
    var last = first
    for i in 1..20 { last = Node(last, [last], {"last": last}) }
    first.next = last
    first.links.push(first.links)
    first.map["me"] = first.map
    first.call = || first.next == last
}
print("done")
"#;
    for &tier in Tier::ALL {
        let limits = limits().with_memory(200_000);
        let ran = run_under(tier, limits, source);
        assert_eq!(ran.output.as_deref(), Ok("done\n"), "{tier}: {:?}", ran.heap);
        assert!(ran.heap.peak_bytes <= 200_000 && ran.heap.freed > 50_000, "{tier}: {:?}", ran.heap);
    }
}
