//! Fuel, memory and time: paid for before it is used.

use super::{Ran, run_with};
use lyra_std::Services;
use std::time::{Duration, Instant};

fn limited(source: &str, change: impl FnOnce(lyra_security::Limits) -> lyra_security::Limits) -> Ran {
    run_with(source, &Services::new(), |settings| settings.limits = change(settings.limits.clone()))
}

/// Programs whose natives make much out of little, or work long.
const HUNGRY: &[&str] = &[
    "import json\nlet s = \"[\" + repeat(\"[],\", 5000000) + \"1]\"\nlet v = json.parse(s, none, none)",
    "import json\nlet s = \"{\\\"a\\\":\" + repeat(\"[{},\", 250) + \"1\" + repeat(\"]\", 250) + \"}\"\nvar keep: [any]\nwhile true { keep.push(json.parse(s, none, none)) }",
    "import json\nvar x: any = \"0123456789\"\nfor _ in 0..60 { x = [x, x] }\nlet s = json.stringify(x, -1)",
    "import json\nlet s = json.stringify(repeat(\"\\n\", 40000000), -1)",
    "import json\nlet s = json.stringify(json.parse(\"[\" + repeat(\"[],\", 400000) + \"1]\", none, none), 16)\nlet t = json.stringify(json.parse(repeat(\"[\", 250) + repeat(\"0,\", 30000) + \"0\" + repeat(\"]\", 250), none, none), 16)",
    "import regex\nlet xs = regex.find_all(\"\", repeat(\"a\", 5000000))",
    "import regex\nlet xs = regex.split(\"a\", repeat(\"a\", 5000000))",
    "import regex\nlet xs = regex.captures_all(\"(a)(b)?(c)?(d)?\", repeat(\"a\", 5000000))",
    "import regex\nlet s = regex.replace(\"a\", repeat(\"a\", 1000000), repeat(\"$0\", 1000))",
    "import regex\nlet s = regex.replace(\"a+\", repeat(\"a\", 10000000), repeat(\"$0\", 10000000))",
    "import regex\nlet s = regex.escape(repeat(\".\", 45000000))",
    "import base64\nlet s = base64.encode(repeat(\"a\", 60000000).bytes(), false)",
];

#[test]
fn memory_is_paid_for_before_it_is_taken() {
    for source in HUNGRY {
        let ran = limited(source, |limits| limits.with_fuel(None));
        let peak = ran.report.heap.peak_bytes;
        assert!(peak <= 100 << 20, "{peak} {source}");
        let kind = ran.result.expect_err(source).into_failure().kind;
        assert_eq!(kind, "out_of_memory", "{source}");
    }
}

#[test]
fn work_is_paid_for() {
    for source in HUNGRY {
        let ran =
            limited(source, |limits| limits.with_fuel(30_000).with_memory(1 << 40).with_string(1 << 31));
        assert_eq!(ran.report.fuel_left, Some(0), "{source}");
        let kind = ran.result.expect_err(source).into_failure().kind;
        assert_eq!(kind, "out_of_fuel", "{source}");
    }
}

#[test]
fn the_deadline_ends_long_natives() {
    let long = [
        "import json\nvar x: any = \"0123456789\"\nfor _ in 0..60 { x = [x, x] }\njson.stringify(x, -1)",
        "import json\nlet s = \"[\" + repeat(\"1,\", 20000000) + \"1]\"\nwhile true { json.parse(s, none, none) }",
        "import hash\nlet s = repeat(\"a\", 30000000)\nwhile true { hash.sha256(s) }",
        "import regex\nlet s = repeat(\"A\", 1000000)\nregex.find_all(\".*[^A-Z]|[A-Z]\", s)",
    ];
    for source in long {
        let start = Instant::now();
        let ran = limited(source, |limits| {
            let limits = limits.with_fuel(None).with_deadline(Duration::from_millis(200));
            limits.with_memory(1 << 40).with_string(1 << 31)
        });
        let kind = ran.result.expect_err(source).into_failure().kind;
        assert_eq!(kind, "deadline_exceeded", "{source}");
        assert!(start.elapsed() < Duration::from_secs(20), "{:?} {source}", start.elapsed());
    }
}

#[test]
fn one_search_is_bounded() {
    let source = "import regex\nregex.is_match(\"[ab]*a[ab]{9000}c\", repeat(\"ab\", 300000))";
    let (kind, message) = limited(source, |limits| limits.with_fuel(None)).failed();
    assert_eq!(kind, "invalid_argument");
    assert_eq!(
        message,
        "a text of 600000 bytes is too long for a pattern of 9003 places: at most 477059 bytes"
    );
}

#[test]
fn a_refused_allocation_leaves_everything_whole() {
    let source = "import json
import regex
let v = json.parse(\"{\\\"a\\\": [1, 2.5, \\\"x\\\", null], \\\"b\\\": {}}\", none, none)
print(json.stringify(v, 2))
print(regex.replace(\"(a)\", \"banana\", \"<$1>\"), regex.captures(\"(a)(x)?\", \"a\"))";
    let usual = run_with(source, &Services::new(), |_| {});
    let charges = usual.report.heap.charges;
    let expected = usual.printed();
    let mut failed = 0;
    for number in 0..charges {
        let ran = run_with(source, &Services::new(), |settings| settings.refuse_charge = Some(number));
        match ran.result {
            Err(error) => {
                assert_eq!(error.kind, "out_of_memory", "charge {number}");
                failed += 1;
            }
            // An array that finds no room to double takes what it needs.
            Ok(()) => assert_eq!(ran.output, expected, "charge {number}"),
        }
    }
    assert!(failed * 2 > charges, "{failed} of {charges}");
}
