//! Digests, base64, numbers, randomness, time, arguments and the log.

use super::{refused, run, run_with, value};
use lyra_std::{LogLevel, Services};
use std::sync::{Arc, Mutex};

#[test]
fn digests_are_those_of_the_standards() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(value("hash", "hash.sha256(\"abc\")"), abc);
    assert_eq!(value("hash", "hash.sha256_bytes(\"abc\".bytes())"), abc);
    let empty = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
    assert_eq!(value("hash", "hash.blake3(\"\")"), empty);
    assert_eq!(value("hash", "hash.blake3_bytes([])"), empty);
    let million = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    let million_of = |call: &str| {
        run_with(
            &format!("import hash\nlet a = repeat(\"a\", 1000000)\nprint({call})"),
            &Services::new(),
            |_| {},
        )
    };
    assert_eq!(million_of("hash.sha256(a)").printed(), format!("{million}\n"));
    // 1,000,000 bytes for repeat, for bytes, and for the digest, 64 a unit.
    let ran = million_of("hash.sha256_bytes(a.bytes())");
    assert!((46_800..47_000).contains(&ran.report.fuel_used), "{}", ran.report.fuel_used);
    assert_eq!(ran.printed(), format!("{million}\n"));
}

#[test]
fn base64_goes_there_and_back() {
    for (expression, shown) in [
        ("base64.encode(\"hello\".bytes(), false)", "aGVsbG8="),
        ("base64.encode([], false)", ""),
        ("base64.encode([255, 254], false)", "//4="),
        ("base64.encode([255, 254], true)", "__4"),
        ("base64.decode(\"aGVsbG8=\", false)", "[104, 101, 108, 108, 111]"),
        ("base64.decode(\"\", false)", "[]"),
        ("base64.decode(\"__4\", true)", "[255, 254]"),
        ("base64.decode(\"__4=\", true)", "[255, 254]"),
        ("base64.decode_text(\"w6k=\", false)", "é"),
    ] {
        assert_eq!(value("base64", expression), shown, "{expression}");
    }
    for text in ["a?", "a", "aGVsbG8", "aGVsbG8=x", "aGVs bG8=", "__4=", "aGVsbG9=", "é"] {
        let message = refused("base64", &format!("base64.decode(\"{text}\", false)"));
        assert!(message.starts_with("the text is no base64: "), "{text}: {message}");
    }
    let (kind, message) = run("import base64\nbase64.decode_text(\"Yf/+\", false)").failed();
    assert_eq!(
        (kind.as_str(), message.as_str()),
        ("invalid_utf8", "the bytes are no UTF-8: the one at 1 begins no character")
    );
    let source = "import base64
for n in [0, 1, 2, 3, 49151, 49152, 49153, 98304, 100000] {
    var bytes: [u8]
    for i in 0..n { bytes.push(u8(i * 7)) }
    for url in [true, false] { assert(equal(base64.decode(base64.encode(bytes, url), url), bytes), f\"{n}\") }
}
print(\"fine\")";
    assert_eq!(run_with(source, &Services::new(), |_| {}).printed(), "fine\n");
}

#[test]
fn numbers_are_those_of_every_platform() {
    for (expression, shown) in [
        ("math.pow(2.0, 0.5)", "1.4142135623730951"),
        ("math.pow(0.0, 0.0)", "1.0"),
        ("math.pow(-8.0, 1.0 / 3.0)", "NaN"),
        ("math.sin(1.0)", "0.8414709848078965"),
        ("math.cos(1e22)", "0.523214785395139"),
        ("math.tan(0.5)", "0.5463024898437905"),
        ("math.asin(2.0)", "NaN"),
        ("math.acos(-1.0)", "3.141592653589793"),
        ("math.atan2(1.0, -1.0)", "2.356194490192345"),
        ("math.atan(1.0 / 0.0)", "1.5707963267948966"),
        ("math.exp(0.0)", "1.0"),
        ("math.expm1(1e-10)", "1.00000000005e-10"),
        ("math.log(0.0)", "-inf"),
        ("math.log1p(1e-10)", "9.999999999500001e-11"),
        ("math.log2(8.0)", "3.0"),
        ("math.log10(1000.0)", "3.0"),
        ("math.hypot(1e200, 1e200)", "1.414213562373095e200"),
        ("math.cbrt(-27.0)", "-3.0"),
        ("math.sinh(0.0)", "0.0"),
        ("math.cosh(0.0)", "1.0"),
        ("math.tanh(100.0)", "1.0"),
    ] {
        assert_eq!(value("math", expression), shown, "{expression}");
    }
}

#[test]
fn a_seed_gives_the_same_numbers_for_ever() {
    let source = "import random
random.seed(42)
print(random.next(), random.next(), random.below(1000), random.below(1000), random.float())
random.seed(-1)
print(random.next())";
    let first = run(source).printed();
    assert_eq!(first, run(source).printed());
    assert_eq!(first, PROMISED);
}

/// What PCG XSL RR 128/64 gives; a change here breaks what programs rely on.
const PROMISED: &str =
    "9175663511918380246 -8204115420900952883 530 284 0.6666731944693047\n-5832118621742910653\n";

#[test]
fn ranges_are_fair_and_whole() {
    let source = "import random
random.seed(7)
var counts: [i32] = [0; 6]
for _ in 0..60000 { counts[i32(random.below(6))] += 1 }
for n in counts { assert(n > 9600 && n < 10400, f\"{n}\") }
for _ in 0..1000 {
    let f = random.float()
    assert(f >= 0.0 && f < 1.0)
    assert(random.below(1) == 0)
}
var high = false
for _ in 0..100 { if random.below(0) < 0 { high = true } }
assert(high)
var large = false
for _ in 0..100 { if random.below(-1) < 0 { large = true } }
assert(large)
print(\"fine\")";
    assert_eq!(run_with(source, &Services::new(), |_| {}).printed(), "fine\n");
}

#[test]
fn nothing_of_the_outside_is_there_without_a_grant() {
    for (call, what) in [
        (
            "random.next()",
            "randomness without a seed is not granted (`lyra run --allow random`; an embedding host grants it)",
        ),
        (
            "random.float()",
            "randomness without a seed is not granted (`lyra run --allow random`; an embedding host grants it)",
        ),
        (
            "random.below(6)",
            "randomness without a seed is not granted (`lyra run --allow random`; an embedding host grants it)",
        ),
        ("time.now()", "the clock is not granted (`lyra run --allow clock`; an embedding host grants it)"),
        (
            "time.monotonic()",
            "the clock is not granted (`lyra run --allow clock`; an embedding host grants it)",
        ),
        ("args.all()", "the host has given the program no arguments (an embedding host grants them)"),
    ] {
        let (kind, message) =
            run(&format!("import random\nimport time\nimport args\nprint({call})")).failed();
        assert_eq!((kind.as_str(), message.as_str()), ("permission_denied", what));
    }
}

#[test]
fn what_is_granted_is_there() {
    let services = Services::new();
    services.allow_clock(true);
    services.allow_randomness(true);
    services.set_arguments(vec!["a b".to_owned(), String::new(), "é".to_owned()]);
    let source = "import random
import time
import args
let first = time.monotonic()
assert(time.now() > 1.7e9 && first >= 0.0 && time.monotonic() >= first)
assert(random.next() != random.next())
print(args.all())";
    assert_eq!(run_with(source, &services, |_| {}).printed(), "[\"a b\", \"\", \"é\"]\n");
    let differs =
        |services: &Services| run_with("import random\nprint(random.next())", services, |_| {}).printed();
    let another = Services::new();
    another.allow_randomness(true);
    assert_ne!(differs(&services), differs(&another));
    services.allow_clock(false);
    assert_eq!(run_with("import time\ntime.now()", &services, |_| {}).failed().0, "permission_denied");
}

#[test]
fn times_are_written_and_read() {
    for (expression, shown) in [
        ("time.to_text(0.0)", "1970-01-01T00:00:00Z"),
        ("time.to_text(1709209800.5)", "2024-02-29T12:30:00.5Z"),
        ("time.to_text(-1.0)", "1969-12-31T23:59:59Z"),
        ("time.to_text(0.1)", "1970-01-01T00:00:00.1Z"),
        ("time.parts(1709209800.25)", "(2024, 2, 29, 12, 30, 0, 250000, 4, 60)"),
        ("time.parts(-62135596800.0)", "(1, 1, 1, 0, 0, 0, 0, 1, 1)"),
        ("time.format(1709209800.0, \"%Y/%m/%d %H:%M:%S %a %j %%\")", "2024/02/29 12:30:00 Thu 060 %"),
        ("time.format(0.0, \"\")", ""),
        ("time.parse(\"2024-02-29T12:30:00Z\")", "1709209800.0"),
        ("time.parse(\"2024-02-29T13:30:00.5+01:00\")", "1709209800.5"),
        ("time.parse(\"1969-12-31T23:59:59Z\")", "-1.0"),
    ] {
        assert_eq!(value("time", expression), shown, "{expression}");
    }
    for expression in [
        "time.to_text(1e300)",
        "time.to_text(-1e300)",
        "time.to_text(0.0 / 0.0)",
        "time.parts(1e12)",
        "time.format(1.0 / 0.0, \"%Y\")",
        "time.format(0.0, \"%!\")",
        "time.format(0.0, \"%\")",
        "time.format(0.0, repeat(\"%255d\", 1000))",
        "time.parse(\"\")",
        "time.parse(\"2024-02-30T00:00:00Z\")",
        "time.parse(\"2024-02-29\")",
        "time.parse(repeat(\"1\", 1000000))",
    ] {
        assert!(!refused("time", expression).is_empty());
    }
}

#[test]
fn the_log_reaches_its_host_and_nobody_else() {
    let lines: Arc<Mutex<Vec<(LogLevel, String)>>> = Arc::default();
    let services = Services::new();
    let sink = Arc::clone(&lines);
    services.set_log(move |level, text| sink.lock().unwrap().push((level, text.to_owned())));
    let source = "import log\nlog.write(0, \"d\")\nlog.write(3, \"e\\nf\")\nlog.write(1, \"\")\nlog.write(2, \"w\")\nprint(\"p\")";
    assert_eq!(run_with(source, &services, |_| {}).printed(), "p\n");
    let expected =
        [(LogLevel::Debug, "d"), (LogLevel::Error, "e\nf"), (LogLevel::Info, ""), (LogLevel::Warn, "w")];
    assert!(lines.lock().unwrap().iter().map(|(level, text)| (*level, text.as_str())).eq(expected));
    let (kind, _) = run_with("import log\nlog.write(4, \"\")", &services, |_| {}).failed();
    assert_eq!(kind, "invalid_argument");
    // It counts like output, as soon as anybody takes it.
    let endless = "import log\nwhile true { log.write(0, \"0123456789\") }";
    let limited = |services: &Services| {
        run_with(endless, services, |settings| {
            settings.limits = settings.limits.clone().with_output(1_000).with_fuel(5_000)
        })
    };
    assert_eq!(limited(&services).failed().0, "output_limit");
    assert_eq!(limited(&Services::new()).failed().0, "out_of_fuel");
    // A host that panics ends the run, and the log goes on to nobody.
    services.set_log(|_, _| panic!("no more"));
    assert_eq!(run_with("import log\nlog.write(0, \"x\")", &services, |_| {}).failed().0, "host_panic");
    assert_eq!(run_with("import log\nlog.write(0, \"x\")\nprint(1)", &services, |_| {}).printed(), "1\n");
}
