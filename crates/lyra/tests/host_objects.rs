//! Objects of the host in programs: what a program can do with them, and when they are let go.

use lyra::{Config, Engine, Host, HostObject, Limits, Linker, OutputBuffer, Store, Tier, Value};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

struct Player {
    name: String,
}

struct Timer;

/// What a program prints on every tier, in which it must be the same.
fn printed(source: &str, register: impl Fn(&mut Linker<()>) -> Result<(), lyra::Error>) -> String {
    let runs = Tier::ALL.iter().map(|&tier| {
        let engine = Engine::new(Config::new().tier(tier));
        let mut linker = Linker::new(&engine);
        register(&mut linker).expect("names that are free");
        let module =
            linker.compile("a.lyra", source).unwrap_or_else(|error| panic!("{}", error.render(false)));
        let output = OutputBuffer::new();
        let mut store = Store::new(&engine, ());
        store.set_output(output.clone());
        if let Err(error) = linker.instantiate(&mut store, &module) {
            panic!("{tier}: {}", error.render(false));
        }
        (tier, output.take())
    });
    let runs: Vec<_> = runs.collect();
    for (tier, output) in &runs {
        assert_eq!(*output, runs[0].1, "{tier}");
    }
    runs[0].1.clone()
}

fn players(linker: &mut Linker<()>) -> Result<(), lyra::Error> {
    let team: Mutex<Vec<Host<Player>>> = Mutex::default();
    linker
        .func_wrap("players", "new", |name: String| Host::new(Player { name }))?
        .func_wrap("players", "name", |player: Host<Player>| player.name.clone())?
        .func_wrap("players", "first", |players: Vec<Host<Player>>| players.into_iter().next())?
        .func_wrap("players", "leader", move |player: Host<Player>| {
            let mut team = team.lock().expect("nothing panics here");
            team.push(player);
            team[0].clone()
        })?
        .func_wrap("players", "timer", || Host::new(Timer))?;
    Ok(())
}

#[test]
fn programs_hold_compare_print_and_hand_them_back() {
    let source = "import json
import players
struct Seat { who: any }
let ada = players.new(\"ada\")
let seat = Seat(ada)
let all: [any] = [ada, players.new(\"bob\"), 3]
let by_name: {str: any} = {\"ada\": ada}
print(ada, typeof(ada), all, seat, by_name)
print(players.name(seat.who), players.name(all[1]), players.name(by_name[\"ada\"]!))
print(ada == all[0], ada == all[1], ada != all[1], ada == players.timer(), ada == 3, equal(seat, Seat(ada)))
// An object that comes back from the host is the same, whichever way it came.
let first = players.leader(ada)
print(first == ada, players.leader(all[1]) == ada, equal([first], [ada]))
print(ada is str, ada is Seat, deep_copy(all)[0] == ada, copy(seat).who == ada)
print(players.name(players.first([ada, ada])), players.first([]))
let maybe: any? = ada
print(maybe! == ada, tostring(ada) + \"!\", f\"{ada}\")
for x in all { if x == ada { print(\"found\") } }";
    let expected = "<Player> Player [<Player>, <Player>, 3] Seat(who: <Player>) {\"ada\": <Player>}
ada bob ada
true false true false false true
true true true
false false true true
ada none
true <Player>! <Player>
found
";
    assert_eq!(printed(source, players), expected);
}

#[test]
fn what_they_cannot_do_is_an_error_with_names() {
    let source = "import json
import players
struct Seat { who: any }
let ada = players.new(\"ada\")
proc trial(work: proc()) { try { work() } catch e { print(e.kind + \": \" + e.message) } }
trial(|| { players.name(players.timer()) })
trial(|| { players.name(\"ada\") })
trial(|| { players.name(none) })
trial(|| { print(ada + 1) })
trial(|| { print(-ada) })
trial(|| { print(ada < ada) })
trial(|| { print(ada.name) })
trial(|| { ada.name = 1 })
trial(|| { print(ada[0]) })
trial(|| { ada.jump() })
trial(|| { ada() })
trial(|| { print(ada as str) })
let list: any = [1, 2]
trial(|| { print(list[ada]) })
trial(|| { print(ada as Seat) })
trial(|| { print(json.stringify([ada])) })";
    insta::assert_snapshot!(printed(source, players));
}

/// Counts how many of it there are.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(alive: &Arc<AtomicUsize>) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(alive))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

const MANY: &str = "import counted
let kept = counted.new(1000)
var most: i32 = 0
for i in 0..20000 {
    let dropped = counted.new(1000)
    most = max(most, counted.alive())
}
print(counted.alive() < 1100, most < 1100)";

#[test]
fn finalizers_run_while_the_program_does_and_at_the_latest_with_the_store() {
    for &tier in Tier::ALL {
        let limits = Limits::embedded().with_memory(1 << 20);
        let engine = Engine::new(Config::new().tier(tier).limits(limits));
        let alive = Arc::new(AtomicUsize::new(0));
        let (making, counting) = (Arc::clone(&alive), Arc::clone(&alive));
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap("counted", "new", move |bytes: i64| {
                Host::new(Counted::new(&making)).with_bytes(bytes.unsigned_abs())
            })
            .and_then(|linker| {
                linker.func_wrap("counted", "alive", move || counting.load(Ordering::Relaxed) as i32)
            })
            .expect("names that are free");
        let module = linker.compile("a.lyra", MANY).unwrap_or_else(|error| panic!("{}", error.render(false)));
        let output = OutputBuffer::new();
        let mut store = Store::new(&engine, ());
        store.set_output(output.clone());
        let instance = linker.instantiate(&mut store, &module).expect("what is gone makes room");
        assert_eq!(output.take(), "true true\n", "{tier}");
        // What the program reaches lives, also when the host lets go of what it got.
        let kept = instance.global(&store, "kept").expect("it crosses");
        let Some(Value::Host(kept)) = kept else { panic!("{kept:?}") };
        assert!(kept.downcast::<Counted>().is_some() && kept.downcast::<Player>().is_none());
        drop(kept);
        assert!(alive.load(Ordering::Relaxed) > 0);
        drop((instance, store));
        assert_eq!(alive.load(Ordering::Relaxed), 0, "{tier}");
    }
}

#[test]
fn what_they_count_for_is_limited() {
    for &tier in Tier::ALL {
        let engine = Engine::new(Config::new().tier(tier).limits(Limits::embedded().with_memory(1 << 20)));
        let alive = Arc::new(AtomicUsize::new(0));
        let making = Arc::clone(&alive);
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap("", "image", move |bytes: i64| {
                Host::new(Counted::new(&making)).with_bytes(bytes.unsigned_abs())
            })
            .expect("a name that is free");
        for (bytes, fits) in [(1 << 19, true), (1 << 20, false), (i64::MIN, false)] {
            let module = linker.compile("a.lyra", &format!("let x = image({bytes})"));
            let module = module.unwrap_or_else(|error| panic!("{}", error.render(false)));
            let mut store = Store::new(&engine, ());
            let ran = linker.instantiate(&mut store, &module);
            let code = ran.as_ref().err().map(|error| error.code().to_owned());
            assert_eq!(code.as_deref(), (!fits).then_some("out_of_memory"), "{tier}, {bytes}");
            assert!(store.last_report().expect("it ran").heap.live_bytes <= 1 << 20);
            drop(store);
            assert_eq!(alive.load(Ordering::Relaxed), 0);
        }
    }
}

/// Panics in its finalizer.
struct Bomb {
    _inside: Counted,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        // As `panic!`, but without a word on standard error.
        std::panic::resume_unwind(Box::new("a finalizer of the host is broken"));
    }
}

#[test]
fn panics_of_finalizers_end_there() {
    for &tier in Tier::ALL {
        let engine = Engine::new(Config::new().tier(tier).limits(Limits::embedded().with_memory(1 << 20)));
        let alive = Arc::new(AtomicUsize::new(0));
        let making = Arc::clone(&alive);
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap("", "bomb", move || {
                Host::new(Bomb { _inside: Counted::new(&making) }).with_bytes(1000)
            })
            .expect("a name that is free");
        let source = "var sum: i32 = 0\nfor i in 0..5000 { let b = bomb()\nsum += 1 }\nlet last = bomb()";
        let module = linker.compile("a.lyra", source).expect("a program");
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).expect("finalizers do not concern it");
        assert_eq!(instance.global(&store, "sum").expect("a number"), Some(Value::I32(5_000)), "{tier}");
        drop((instance, store));
        // What is in it is dropped all the same.
        assert_eq!(alive.load(Ordering::Relaxed), 0, "{tier}");
    }
}

#[test]
fn a_finalizer_finds_no_way_back() {
    // The object is gone from the heap before its finalizer runs; what it keeps of itself is another `Arc`, which does
    // not let it run at all. So the only way to an object that is being dropped is a weak one, which leads nowhere.
    struct Looks(Mutex<std::sync::Weak<Looks>>, Arc<AtomicUsize>);
    impl Drop for Looks {
        fn drop(&mut self) {
            let itself = self.0.lock().expect("nothing panics here").upgrade();
            self.1.fetch_add(if itself.is_some() { 1_000 } else { 1 }, Ordering::Relaxed);
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    let object = Host::new(Looks(Mutex::default(), Arc::clone(&dropped)));
    *object.0.lock().expect("nothing panics here") = Arc::downgrade(&object.share());
    let engine = Engine::default();
    let mut linker = Linker::<()>::new(&engine);
    linker.func_wrap("", "id", |value: Value| value).expect("a name that is free");
    let module = linker.compile("a.lyra", "proc keep(x: any) { let y = id(x) }").expect("a program");
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module).expect("nothing happens");
    let keep = instance.get_typed_func::<(Host<Looks>,), ()>(&store, "keep").expect("it is there");
    keep.call(&mut store, (object,)).expect("it returns");
    drop((instance, store));
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
}

#[test]
fn hosts_see_who_is_who() {
    let ada = HostObject::new(Player { name: "ada".to_owned() });
    assert_eq!(ada.clone(), ada);
    assert_ne!(HostObject::new(Player { name: "ada".to_owned() }), ada);
    let value = Value::Host(ada);
    assert_eq!((value.to_string(), value.type_name()), ("<Player>".to_owned(), "Player"));
    assert_eq!(format!("{value:?}"), "Host(HostObject(Player))");
}
