//! What tiers make of a program can be looked at, and be made in other ways: with other code and the same outcome.

use lyra::{Config, Engine, Linker, RunReport, Store, Tier, Translation};

/// Something of everything that is fused: tests, counting loops, products, parts, moves, a call.
const PROGRAM: &str = "
struct Point { x: f64, y: f64, n: i32 }
proc step(p: Point, by: f64) -> f64 {
    p.n += 1
    p.x = p.x * by + p.y
    return p.x
}
proc work(count: i32) -> f64 {
    let point = Point(x: 1.0, y: 0.5, n: 0)
    let seen: [bool] = [true, false, true]
    var sum = 0.0
    for i in 0..count {
        if seen[i % 3] && i != 7 { sum = sum + step(point, 0.25) * 2.0 }
    }
    for i in 0..=3 { sum -= sum * 0.125 }
    return sum
}
work(40)
";

/// How a run ends, and what it used.
fn outcome(tier: Tier, translation: Translation) -> (String, RunReport) {
    let engine = Engine::new(Config::new().tier(tier).translation(translation));
    let module = engine.compile_expression("a.lyra", PROGRAM).expect("it compiles");
    let mut store = Store::new(&engine, ());
    let value = Linker::new(&engine).evaluate(&mut store, &module).expect("it runs");
    (format!("{value:?}"), store.last_report().expect("it ran"))
}

fn listing(translation: &Translation) -> String {
    let module = Engine::default().compile_expression("a.lyra", PROGRAM).expect("it compiles");
    module.regcode(translation)
}

#[test]
fn unfused_code_is_other_code_with_the_same_outcome() {
    let (value, report) = outcome(Tier::Reference, Translation::default());
    assert!(value.contains("F64"), "{value}");
    for &tier in Tier::ALL {
        for translation in [Translation::default(), Translation::default().fuse(false)] {
            let (same, found) = outcome(tier, translation.clone());
            let used = |report: &RunReport| (report.fuel_used, report.deepest_stack);
            assert_eq!((&same, used(&found)), (&value, used(&report)), "{tier} {translation:?}");
        }
    }
    let fused = ["count_back", "step_back", "back_", "mul_add_f64", "sub_mul_f64", "add_part"];
    let (with, without) = (listing(&Translation::default()), listing(&Translation::default().fuse(false)));
    for name in fused {
        assert!(!without.contains(name), "{name}\n{without}");
    }
    assert!(fused.iter().filter(|name| with.contains(**name)).count() > 3, "{with}");
    assert!(without.lines().count() > with.lines().count() + 5, "{with}\n{without}");
}

#[test]
fn each_pass_can_be_left_out() {
    let (value, _) = outcome(Tier::Reference, Translation::default());
    let all = listing(&Translation::default());
    let mut others = 0;
    for pass in lyra::pass_names() {
        let translation = Translation::default().skip(pass);
        others += usize::from(listing(&translation) != all);
        assert_eq!(outcome(Tier::Codegen, translation).0, value, "without {pass}");
    }
    assert!(others >= 4, "{others}");
    let without = listing(&Translation::default().skip("inlining"));
    assert!(!all.contains(" call proc") && without.contains(" call proc"), "{all}\n{without}");
}
