//! What a report says of the sites of inline caches: how many types each met, by kind.

use lyra::{Config, Engine, Linker, RunReport, SiteKind, SiteStatistics, Store, Tier};

/// Types with a method, a field and a place in an interface.
const TYPES: usize = 12;

/// A program whose sites meet 1, 3 and 12 types, each of them in every round.
fn program() -> String {
    let mut source = "interface Named { proc name(self) -> i32 }\n".to_owned();
    for number in 0..TYPES {
        source.push_str(&format!(
            "struct T{number} {{ n: i32 }}
impl T{number} {{ proc twice(self) -> i32 {{ return self.n * 2 }} }}
impl Named for T{number} {{ proc name(self) -> i32 {{ return self.n }} }}\n"
        ));
    }
    let list = |count: usize| -> String {
        (0..count).map(|number| format!("T{number}({number})")).collect::<Vec<_>>().join(", ")
    };
    source.push_str("var sum = 0\nfor _ in 0..ROUNDS {\n".replace("ROUNDS", &ROUNDS.to_string()).as_str());
    for (name, count) in [("one", 1), ("some", 3), ("all", TYPES)] {
        source.push_str(&format!(
            "    let {name}: [Named] = [{0}]
    for value in {name} {{ sum = sum + value.name() }}
    let {name}_any: [any] = [{0}]
    for value in {name}_any {{
        sum = sum + value.n as i32
        sum = sum + value.twice() as i32
    }}\n",
            list(count)
        ));
    }
    source.push_str("}\nsum\n");
    source
}

const ROUNDS: u64 = 50;

fn run(tier: Tier) -> (String, RunReport) {
    let engine = Engine::new(Config::new().tier(tier));
    let module = engine.compile_expression("a.lyra", &program()).expect("it compiles");
    let mut store = Store::new(&engine, ());
    let value = Linker::new(&engine).evaluate(&mut store, &module).expect("it runs");
    (format!("{value:?}"), store.last_report().expect("it ran"))
}

#[test]
fn sites_are_counted_by_kind_and_by_how_many_types_they_met() {
    let (value, _) = run(Tier::Reference);
    let registers = Tier::ALL.iter().any(|tier| tier.name() == "stack");
    for &tier in Tier::ALL {
        let (same, report) = run(tier);
        assert_eq!(same, value, "{tier}");
        let lookups = ROUNDS * (1 + 3 + TYPES as u64);
        for kind in [SiteKind::Field, SiteKind::Method] {
            let SiteStatistics { hits, misses, .. } = report.sites.of(kind);
            assert_eq!(
                (hits, misses),
                (lookups - 16, 16),
                "{tier}: {kind:?}, each type of a site missed once"
            );
        }
        let mut kinds = vec![SiteKind::Field, SiteKind::Method];
        let interfaces = report.sites.of(SiteKind::Interface);
        if tier == Tier::Reference {
            assert_eq!(interfaces, SiteStatistics::default(), "that machine keeps nothing there");
        } else if registers {
            // What a site finds past its eight types it does not keep.
            let misses = 1 + 3 + 8 + ROUNDS * (TYPES as u64 - 8);
            assert_eq!((interfaces.hits, interfaces.misses), (lookups - misses, misses), "{tier}");
            kinds.push(SiteKind::Interface);
        }
        for kind in kinds {
            let SiteStatistics { monomorphic, polymorphic, megamorphic, .. } = report.sites.of(kind);
            assert_eq!((monomorphic, polymorphic, megamorphic), (1, 1, 1), "{tier}: {kind:?}");
        }
        let text = report.to_string();
        assert!(text.contains("1 of one type, 1 of up to 8, 1 of more"), "{text}");
    }
}
