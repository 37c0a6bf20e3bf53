//! Every built-in, on ordinary and on odd arguments, with a collection at every allocation.
mod fixture;

use fixture::{Fixture, ints, text, texts};
use lyra_bytecode::builtin::{BUILTINS, Builtin};
use lyra_bytecode::{Align, FormatSpec, Radix, Trap, TypeId};
use lyra_runtime::{ArrayValue, ErrorValue, Fault, Slot, Stress, Value};

const NONE: TypeId = TypeId::BOOL;
const INTS: TypeId = TypeId(11);
const PAIR: TypeId = TypeId(18);
const POINT: TypeId = TypeId(20);

fn stressed() -> Fixture {
    Fixture::new(|settings| settings.stress = Stress::Collections)
}

/// The value of a built-in that does not fail.
fn value(builtin: Builtin, ty: TypeId, args: &[Value]) -> Value {
    stressed().call(builtin, ty, args).unwrap_or_else(|fault| panic!("{builtin:?} of {args:?}: {fault:?}"))
}

/// The trap and message of one that does.
fn failure(builtin: Builtin, ty: TypeId, args: &[Value]) -> (Trap, String) {
    let fault = stressed().call(builtin, ty, args).expect_err("it fails");
    (fault.trap(), fault.message().to_owned())
}

fn pair(number: i32, name: &str) -> Value {
    Value::Tuple(vec![Value::I32(number), text(name)])
}

fn other(list: Vec<Value>) -> Value {
    Value::Array(ArrayValue::Other(list))
}

#[test]
fn every_built_in_resolves_for_the_types_of_its_bound() {
    let fixture = stressed();
    for &(builtin, _) in BUILTINS {
        for ty in 0..fixture.types.len() {
            let ty = TypeId(u32::try_from(ty).unwrap());
            if builtin.signature(ty, &fixture.types).is_some() {
                let run =
                    lyra_runtime::builtins::resolve::<lyra_runtime::PlainHeap>(builtin, ty, &fixture.shapes);
                assert!(run.is_some(), "{builtin:?} over {}", fixture.types.name(ty));
            }
        }
    }
}

#[test]
fn values_show_as_a_program_writes_them() {
    let shows = |ty: TypeId, given: Value, expected: &str| {
        assert_eq!(given.to_string(), expected);
        assert_eq!(value(Builtin::ToText, ty, &[given]), text(expected));
    };
    shows(TypeId::BOOL, Value::Bool(true), "true");
    shows(TypeId::U8, Value::U8(200), "200");
    shows(TypeId::I32, Value::I32(i32::MIN), "-2147483648");
    shows(TypeId::I64, Value::I64(i64::MIN), "-9223372036854775808");
    shows(TypeId::CHAR, Value::Char('\n'), "\n");
    shows(TypeId::STR, text("a\"b"), "a\"b");
    for (float, expected) in [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.1, "0.1"),
        (1e16, "1e16"),
        (123_456_789.0, "123456789.0"),
        (5e-324, "5e-324"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (f64::MAX, "1.7976931348623157e308"),
    ] {
        shows(TypeId::F64, Value::F64(float), expected);
    }
    assert_eq!(value(Builtin::ToText, TypeId::F64, &[Value::F64(f64::NAN)]), text("NaN"));
    shows(INTS, ints(&[]), "[]");
    shows(INTS, ints(&[1, -2]), "[1, -2]");
    shows(PAIR, pair(1, "a\"\\\n\u{1}ß"), "(1, \"a\\\"\\\\\\n\\u{1}ß\")");
    let fixture = stressed();
    let chars = Value::Array(ArrayValue::Char(vec!['a', '\'', '"', '\0']));
    shows(fixture.array_of(TypeId::CHAR), chars, "['a', '\\'', '\"', '\\0']");
    shows(fixture.array_of(INTS), other(vec![ints(&[1]), ints(&[])]), "[[1], []]");
    let error = Value::Error(ErrorValue { kind: "user".to_owned(), message: "no \"way\"".to_owned() });
    shows(TypeId::ERROR, error, "error(\"user\", \"no \\\"way\\\"\")");
}

#[test]
fn formats_agree_with_rust_where_it_has_the_same() {
    let plain = FormatSpec {
        fill: ' ',
        align: None,
        plus: false,
        alternate: false,
        zero: false,
        width: None,
        precision: None,
        radix: None,
    };
    let formatted = |ty: TypeId, given: Value, spec: FormatSpec| {
        let (flags, width, precision, fill) = spec.pack();
        let args = [given, Value::I32(flags), Value::I32(width), Value::I32(precision), Value::Char(fill)];
        match value(Builtin::Format, ty, &args) {
            Value::Str(text) => text,
            other => panic!("{other:?} is no text"),
        }
    };
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..300 {
        let (number, width, precision) = (random.i32(..), random.usize(0..14), random.usize(0..20));
        let spec = FormatSpec { width: Some(width as u32), ..plain };
        let int = |spec| formatted(TypeId::I32, Value::I32(number), spec);
        assert_eq!(int(spec), format!("{number:width$}"));
        assert_eq!(int(FormatSpec { plus: true, zero: true, ..spec }), format!("{number:+0width$}"));
        assert_eq!(
            int(FormatSpec { align: Some(Align::Center), fill: '→', ..spec }),
            format!("{number:→^width$}")
        );
        let hex = FormatSpec { radix: Some(Radix::LowerHex), alternate: true, ..spec };
        assert_eq!(int(hex), format!("{number:#width$x}"));
        assert_eq!(int(FormatSpec { zero: true, ..hex }), format!("{number:#0width$x}"));
        assert_eq!(int(FormatSpec { radix: Some(Radix::UpperHex), ..spec }), format!("{number:width$X}"));
        assert_eq!(int(FormatSpec { radix: Some(Radix::Binary), ..hex }), format!("{number:#width$b}"));
        assert_eq!(int(FormatSpec { radix: Some(Radix::Octal), ..hex }), format!("{number:#width$o}"));
        assert_eq!(int(FormatSpec { radix: Some(Radix::Exponent), ..spec }), format!("{number:width$e}"));
        let float = f64::from(number) / 1_000.0;
        let spec = FormatSpec { precision: Some(precision as u32), ..spec };
        let real = |spec| formatted(TypeId::F64, Value::F64(float), spec);
        assert_eq!(real(spec), format!("{float:width$.precision$}"));
        assert_eq!(real(FormatSpec { zero: true, ..spec }), format!("{float:0width$.precision$}"));
        let exponent = FormatSpec { radix: Some(Radix::Exponent), ..spec };
        assert_eq!(real(exponent), format!("{float:width$.precision$e}"));
        let word: String =
            (0..random.usize(0..9)).map(|_| random.choice(['a', 'é', '😀']).unwrap()).collect();
        assert_eq!(formatted(TypeId::STR, text(&word), spec), format!("{word:width$.precision$}"));
        let spec = FormatSpec { align: Some(Align::Right), fill: '*', ..spec };
        assert_eq!(formatted(TypeId::STR, text(&word), spec), format!("{word:*>width$.precision$}"));
    }
    let wide = FormatSpec { width: Some(6), ..plain };
    assert_eq!(
        formatted(TypeId::U8, Value::U8(255), FormatSpec { radix: Some(Radix::Binary), ..wide }),
        "11111111"
    );
    assert_eq!(
        formatted(TypeId::I64, Value::I64(-1), FormatSpec { radix: Some(Radix::LowerHex), ..plain }),
        "f".repeat(16)
    );
    assert_eq!(
        formatted(TypeId::F64, Value::F64(f64::INFINITY), FormatSpec { zero: true, plus: true, ..wide }),
        "  +inf"
    );
    assert_eq!(formatted(TypeId::F64, Value::F64(f64::NAN), FormatSpec { plus: true, ..wide }), "   NaN");
    assert_eq!(formatted(TypeId::BOOL, Value::Bool(true), wide), "true  ");
    assert_eq!(formatted(TypeId::CHAR, Value::Char('x'), wide), "x     ");
    assert_eq!(formatted(INTS, ints(&[1, 2]), FormatSpec { width: Some(8), ..plain }), "[1, 2]  ");
    // More digits than a double has are zeros, without limit but that of memory.
    let long = formatted(TypeId::F64, Value::F64(0.5), FormatSpec { precision: Some(5_000), ..plain });
    assert_eq!(long.len(), 5_002);
    assert!(long.starts_with("0.5000") && long.ends_with("000"));
    let long = FormatSpec { precision: Some(2_000), radix: Some(Radix::Exponent), ..plain };
    let long = formatted(TypeId::F64, Value::F64(1.5), long);
    assert_eq!((long.len(), long.ends_with("0e0")), (2_004, true));
    let (flags, _, _, fill) = plain.pack();
    let endless = [text("x"), Value::I32(flags), Value::I32(i32::MAX), Value::I32(-1), Value::Char(fill)];
    assert_eq!(failure(Builtin::Format, TypeId::STR, &endless).0, Trap::OutOfMemory);
    let endless =
        [Value::F64(1.0), Value::I32(flags), Value::I32(-1), Value::I32(i32::MAX), Value::Char(fill)];
    assert_eq!(failure(Builtin::Format, TypeId::F64, &endless).0, Trap::OutOfMemory);
}

#[test]
fn equality_and_order() {
    let fixture = stressed();
    let floats = fixture.array_of(TypeId::F64);
    let float_array = |list: &[f64]| Value::Array(ArrayValue::F64(list.to_vec()));
    let equal =
        |ty, a: &Value, b: &Value| value(Builtin::Equal, ty, &[a.clone(), b.clone()]) == Value::Bool(true);
    let same =
        |ty, a: &Value, b: &Value| value(Builtin::Same, ty, &[a.clone(), b.clone()]) == Value::Bool(true);
    assert!(equal(INTS, &ints(&[1, 2]), &ints(&[1, 2])) && !equal(INTS, &ints(&[1, 2]), &ints(&[1, 3])));
    assert!(!equal(INTS, &ints(&[1]), &ints(&[1, 1])));
    assert!(!same(INTS, &ints(&[1]), &ints(&[1])), "two arrays are not the same");
    assert!(equal(floats, &float_array(&[0.0]), &float_array(&[-0.0])));
    assert!(!equal(floats, &float_array(&[f64::NAN]), &float_array(&[f64::NAN])));
    assert!(!equal(TypeId::F64, &Value::F64(f64::NAN), &Value::F64(f64::NAN)));
    assert!(same(PAIR, &pair(1, "a"), &pair(1, "a")) && !same(PAIR, &pair(1, "a"), &pair(1, "b")));
    let mut shared = stressed();
    let floats_alone = shared.put(floats, &float_array(&[f64::NAN])).unwrap();
    let point = shared.put(POINT, &Value::Tuple(vec![Value::F64(f64::NAN), Value::F64(1.0)])).unwrap();
    for builtin in [Builtin::Equal, Builtin::Same] {
        let itself = shared.run(builtin, floats, &[floats_alone, floats_alone]);
        assert_eq!(itself, Ok(Slot::from_bool(true)), "an array is equal to itself");
        let itself = shared.run(builtin, POINT, &[point, point]);
        assert_eq!(itself, Ok(Slot::from_bool(false)), "a tuple with a NaN is not");
    }
    let pairs = fixture.array_of(PAIR);
    assert!(equal(pairs, &other(vec![pair(1, "a")]), &other(vec![pair(1, "a")])));
    assert!(!equal(pairs, &other(vec![pair(1, "a")]), &other(vec![pair(2, "a")])));
    let compare = |ty, a: Value, b: Value| value(Builtin::Compare, ty, &[a, b]);
    assert_eq!(compare(TypeId::STR, text("é"), text("z")), Value::I32(1));
    assert_eq!(compare(TypeId::STR, text("\u{FFFF}"), text("😀")), Value::I32(-1), "by scalar values");
    assert_eq!(compare(PAIR, pair(1, "b"), pair(1, "a")), Value::I32(1));
    assert_eq!(compare(PAIR, pair(0, "b"), pair(1, "a")), Value::I32(-1));
    assert_eq!(compare(TypeId::I32, Value::I32(-1), Value::I32(1)), Value::I32(-1));
    assert_eq!(compare(TypeId::F64, Value::F64(f64::NAN), Value::F64(f64::INFINITY)), Value::I32(1));
    assert_eq!(compare(TypeId::F64, Value::F64(-f64::NAN), Value::F64(f64::NAN)), Value::I32(0));
    for (a, b, min, max) in [(1.0, 2.0, 1.0, 2.0), (f64::NAN, 2.0, 2.0, 2.0), (2.0, f64::NAN, 2.0, 2.0)] {
        let args = [Value::F64(a), Value::F64(b)];
        assert_eq!(value(Builtin::Min, TypeId::F64, &args), Value::F64(min));
        assert_eq!(value(Builtin::Max, TypeId::F64, &args), Value::F64(max));
    }
    let Value::F64(nan) = value(Builtin::Max, TypeId::F64, &[Value::F64(f64::NAN), Value::F64(f64::NAN)])
    else {
        panic!("a double");
    };
    assert!(nan.is_nan());
    let zeros = [Value::F64(-0.0), Value::F64(0.0)];
    for builtin in [Builtin::Min, Builtin::Max] {
        let Value::F64(first) = value(builtin, TypeId::F64, &zeros) else { panic!("a double") };
        assert!(first.is_sign_negative(), "the first when equal");
    }
    assert_eq!(value(Builtin::Min, TypeId::STR, &[text("b"), text("a")]), text("a"));
    assert_eq!(value(Builtin::Max, PAIR, &[pair(1, "b"), pair(1, "c")]), pair(1, "c"));
    assert_eq!(value(Builtin::Max, TypeId::CHAR, &[Value::Char('a'), Value::Char('b')]), Value::Char('b'));
}

#[test]
fn arrays_change_in_place() {
    let call = |builtin, args: &[Value]| value(builtin, TypeId::I32, args);
    assert_eq!(call(Builtin::ArrayInsert, &[ints(&[1, 3]), Value::I32(1), Value::I32(2)]), ints(&[1, 2, 3]));
    assert_eq!(call(Builtin::ArrayInsert, &[ints(&[1]), Value::I32(1), Value::I32(2)]), ints(&[1, 2]));
    assert_eq!(
        failure(Builtin::ArrayInsert, TypeId::I32, &[ints(&[1]), Value::I32(2), Value::I32(2)]),
        (Trap::IndexOutOfBounds, "index 2 is out of bounds for length 1".to_owned())
    );
    assert_eq!(call(Builtin::ArrayExtend, &[ints(&[1]), ints(&[2, 3])]), ints(&[1, 2, 3]));
    let filled = [ints(&[1]), Value::I32(2), Value::I32(-7)];
    assert_eq!(call(Builtin::ArrayFill, &filled), ints(&[1, -7, -7]));
    assert_eq!(call(Builtin::ArrayFill, &[ints(&[1]), Value::I32(0), Value::I32(5)]), ints(&[1]));
    assert_eq!(
        value(Builtin::ArrayFill, TypeId::STR, &[texts(&["a"]), Value::I32(2), text("b")]),
        texts(&["a", "b", "b"])
    );
    assert_eq!(
        failure(Builtin::ArrayFill, TypeId::I32, &[ints(&[]), Value::I32(-3), Value::I32(5)]),
        (Trap::InvalidArgument, "-3 is no count of elements".to_owned())
    );
    assert_eq!(call(Builtin::ArrayRemove, &[ints(&[1, 2, 3]), Value::I32(1)]), Value::I32(2));
    assert_eq!(
        failure(Builtin::ArrayRemove, TypeId::I32, &[ints(&[]), Value::I32(-1)]),
        (Trap::IndexOutOfBounds, "index -1 is out of bounds for length 0".to_owned())
    );
    assert_eq!(call(Builtin::ArrayClear, &[ints(&[1, 2])]), ints(&[]));
    assert_eq!(call(Builtin::ArrayReverse, &[ints(&[1, 2, 3])]), ints(&[3, 2, 1]));
    assert_eq!(call(Builtin::ArraySlice, &[ints(&[1, 2, 3]), Value::I32(1), Value::I32(3)]), ints(&[2, 3]));
    assert_eq!(call(Builtin::ArraySlice, &[ints(&[1, 2, 3]), Value::I32(3), Value::I32(3)]), ints(&[]));
    assert_eq!(
        call(Builtin::ArraySliceInclusive, &[ints(&[1, 2, 3]), Value::I32(0), Value::I32(1)]),
        ints(&[1, 2])
    );
    for (builtin, start, end, message) in [
        (Builtin::ArraySlice, 2, 4, "range 2..4 is out of bounds for length 3"),
        (Builtin::ArraySlice, 2, 1, "range 2..1 is out of bounds for length 3"),
        (Builtin::ArraySlice, -1, 1, "range -1..1 is out of bounds for length 3"),
        (Builtin::ArraySliceInclusive, 0, i32::MAX, "range 0..=2147483647 is out of bounds for length 3"),
    ] {
        let args = [ints(&[1, 2, 3]), Value::I32(start), Value::I32(end)];
        assert_eq!(failure(builtin, TypeId::I32, &args), (Trap::IndexOutOfBounds, message.to_owned()));
    }
    assert_eq!(call(Builtin::ArrayContains, &[ints(&[1, 2]), Value::I32(2)]), Value::Bool(true));
    assert_eq!(
        value(Builtin::ArrayContains, TypeId::STR, &[texts(&["a", "b"]), text("c")]),
        Value::Bool(false)
    );
    let pairs = other(vec![pair(1, "a"), pair(2, "b")]);
    assert_eq!(value(Builtin::ArrayContains, PAIR, &[pairs, pair(2, "b")]), Value::Bool(true));
    assert_eq!(call(Builtin::ArraySum, &[ints(&[i32::MAX, 1])]), Value::I32(i32::MIN));
    assert_eq!(failure(Builtin::ArraySumChecked, TypeId::I32, &[ints(&[i32::MAX, 1])]).0, Trap::Overflow);
    let bytes = Value::Array(ArrayValue::U8(vec![200, 100]));
    assert_eq!(value(Builtin::ArraySum, TypeId::U8, std::slice::from_ref(&bytes)), Value::U8(44));
    assert_eq!(failure(Builtin::ArraySumChecked, TypeId::U8, &[bytes]).0, Trap::Overflow);
    let floats = Value::Array(ArrayValue::F64(vec![0.5, 0.25]));
    assert_eq!(value(Builtin::ArraySumChecked, TypeId::F64, &[floats]), Value::F64(0.75));
    assert_eq!(
        value(Builtin::ArraySum, TypeId::I64, &[Value::Array(ArrayValue::I64(vec![]))]),
        Value::I64(0)
    );
    assert_eq!(call(Builtin::ArrayJoin, &[ints(&[1, 2, 3]), text(", ")]), text("1, 2, 3"));
    assert_eq!(value(Builtin::ArrayJoin, TypeId::STR, &[texts(&["a", "b"]), text("")]), text("ab"));
    assert_eq!(value(Builtin::ArrayJoin, PAIR, &[other(vec![pair(1, "a")]), text("-")]), text("(1, \"a\")"));
    assert_eq!(value(Builtin::ArrayJoin, TypeId::STR, &[texts(&[]), text("-")]), text(""));
    assert_eq!(call(Builtin::Copy, &[Value::I32(4)]), Value::I32(4));
    assert_eq!(value(Builtin::Copy, INTS, &[ints(&[1, 2])]), ints(&[1, 2]));
    assert_eq!(value(Builtin::CheckCount, NONE, &[Value::I32(0)]), Value::I32(0));
    assert_eq!(
        failure(Builtin::CheckCount, NONE, &[Value::I32(-3)]),
        (Trap::InvalidArgument, "-3 is no count of elements".to_owned())
    );
}

#[test]
fn an_array_can_be_appended_to_itself() {
    let mut fixture = stressed();
    let slot = fixture.put(INTS, &ints(&[1, 2, 3])).unwrap();
    fixture.run(Builtin::ArrayExtend, TypeId::I32, &[slot, slot]).unwrap();
    let value = lyra_runtime::host::to_value(&fixture.heap, &fixture.shapes, INTS, slot).unwrap();
    assert_eq!(value, ints(&[1, 2, 3, 1, 2, 3]));
}

#[test]
fn sorting_agrees_with_rust() {
    let mut random = fastrand::Rng::with_seed(2);
    for length in [0, 1, 2, 3, 10, 100] {
        let numbers: Vec<i32> = (0..length).map(|_| random.i32(-20..20)).collect();
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        assert_eq!(value(Builtin::ArraySort, TypeId::I32, &[ints(&numbers)]), ints(&sorted));
        assert_eq!(value(Builtin::ArraySorted, TypeId::I32, &[ints(&numbers)]), ints(&sorted));
        let words: Vec<String> = numbers.iter().map(|number| format!("w{number}")).collect();
        let mut sorted = words.clone();
        sorted.sort();
        let (given, expected) = (Value::Array(ArrayValue::Str(words)), Value::Array(ArrayValue::Str(sorted)));
        assert_eq!(value(Builtin::ArraySort, TypeId::STR, std::slice::from_ref(&given)), expected);
        assert_eq!(value(Builtin::ArraySorted, TypeId::STR, &[given]), expected);
        let pairs: Vec<Value> =
            numbers.iter().map(|&number| pair(number / 4, &format!("{}", number % 3))).collect();
        let mut sorted = pairs.clone();
        sorted.sort_by_key(|pair| match pair {
            Value::Tuple(parts) => match &parts[..] {
                [Value::I32(number), Value::Str(name)] => (*number, name.clone()),
                _ => panic!("a pair"),
            },
            _ => panic!("a pair"),
        });
        assert_eq!(value(Builtin::ArraySort, PAIR, &[other(pairs)]), other(sorted));
    }
    let floats = Value::Array(ArrayValue::F64(vec![f64::NAN, 1.0, -0.0, f64::INFINITY, 0.0, -1.0]));
    let Value::Array(ArrayValue::F64(sorted)) = value(Builtin::ArraySort, TypeId::F64, &[floats]) else {
        panic!("doubles");
    };
    assert_eq!(format!("{sorted:?}"), "[-1.0, -0.0, 0.0, 1.0, inf, NaN]");
    let truths = Value::Array(ArrayValue::Bool(vec![true, false, true]));
    let expected = Value::Array(ArrayValue::Bool(vec![false, true, true]));
    assert_eq!(value(Builtin::ArraySort, TypeId::BOOL, &[truths]), expected);
}

#[test]
fn text_built_ins_agree_with_rust() {
    let mut random = fastrand::Rng::with_seed(4);
    let letters = ['a', 'b', ' ', '\n', '\r', 'ß', 'Σ', 'σ', 'İ', '😀', '\u{2003}', '1'];
    for _ in 0..400 {
        let mut word = |most: usize| -> String {
            (0..random.usize(0..most)).map(|_| letters[random.usize(0..letters.len())]).collect()
        };
        let (given, part, by) = (word(20), word(3), word(4));
        let call = |builtin, args: &[&str]| {
            let args: Vec<Value> = args.iter().map(|&arg| text(arg)).collect();
            value(builtin, NONE, &args)
        };
        assert_eq!(call(Builtin::StrUpper, &[&given]), text(&given.to_uppercase()));
        assert_eq!(call(Builtin::StrLower, &[&given]), text(&given.to_lowercase()));
        assert_eq!(call(Builtin::StrTrim, &[&given]), text(given.trim()));
        assert_eq!(call(Builtin::StrTrimStart, &[&given]), text(given.trim_start()));
        assert_eq!(call(Builtin::StrTrimEnd, &[&given]), text(given.trim_end()));
        assert_eq!(call(Builtin::StrContains, &[&given, &part]), Value::Bool(given.contains(&part)));
        assert_eq!(call(Builtin::StrStartsWith, &[&given, &part]), Value::Bool(given.starts_with(&part)));
        assert_eq!(call(Builtin::StrEndsWith, &[&given, &part]), Value::Bool(given.ends_with(&part)));
        assert_eq!(
            call(Builtin::StrSplitWhitespace, &[&given]),
            texts(&given.split_whitespace().collect::<Vec<_>>())
        );
        assert_eq!(
            call(Builtin::StrLines, &[&given]),
            texts(&given.lines().collect::<Vec<_>>()),
            "{given:?}"
        );
        if part.is_empty() {
            continue;
        }
        assert_eq!(call(Builtin::StrSplit, &[&given, &part]), texts(&given.split(&part).collect::<Vec<_>>()));
        assert_eq!(call(Builtin::StrReplace, &[&given, &part, &by]), text(&given.replace(&part, &by)));
    }
    let empty = (Trap::InvalidArgument, "the separator is empty".to_owned());
    assert_eq!(failure(Builtin::StrSplit, NONE, &[text("ab"), text("")]), empty);
    let empty = (Trap::InvalidArgument, "the text to replace is empty".to_owned());
    assert_eq!(failure(Builtin::StrReplace, NONE, &[text("ab"), text(""), text("c")]), empty);
}

#[test]
fn text_is_cut_filled_and_repeated_by_characters() {
    let cut = |builtin, given: &str, start, end| {
        value(builtin, NONE, &[text(given), Value::I32(start), Value::I32(end)])
    };
    assert_eq!(cut(Builtin::StrSlice, "aß→😀", 1, 3), text("ß→"));
    assert_eq!(cut(Builtin::StrSliceInclusive, "aß→😀", 3, 3), text("😀"));
    assert_eq!(cut(Builtin::StrSlice, "", 0, 0), text(""));
    assert_eq!(
        failure(Builtin::StrSlice, NONE, &[text("ß"), Value::I32(0), Value::I32(2)]),
        (Trap::IndexOutOfBounds, "range 0..2 is out of bounds for length 1".to_owned())
    );
    let pad = |builtin, width| value(builtin, NONE, &[text("ß"), Value::I32(width), Value::Char('→')]);
    assert_eq!(pad(Builtin::StrPadStart, 3), text("→→ß"));
    assert_eq!(pad(Builtin::StrPadEnd, 3), text("ß→→"));
    assert_eq!(pad(Builtin::StrPadEnd, -3), text("ß"));
    assert_eq!(value(Builtin::StrRepeat, NONE, &[text("ab"), Value::I32(3)]), text("ababab"));
    assert_eq!(value(Builtin::StrRepeat, NONE, &[text(""), Value::I32(i32::MAX)]), text(""));
    assert_eq!(failure(Builtin::StrRepeat, NONE, &[text("ab"), Value::I32(i32::MAX)]).0, Trap::OutOfMemory);
    assert_eq!(
        failure(Builtin::StrRepeat, NONE, &[text("ab"), Value::I32(-1)]),
        (Trap::InvalidArgument, "a text cannot be repeated -1 times".to_owned())
    );
    assert_eq!(
        failure(Builtin::StrPadEnd, NONE, &[text(""), Value::I32(i32::MAX), Value::Char('😀')]).0,
        Trap::OutOfMemory
    );
    let long = "é😀".repeat(3_000);
    let chars = Value::Array(ArrayValue::Char(long.chars().collect()));
    assert_eq!(value(Builtin::StrChars, NONE, &[text(&long)]), chars);
    let bytes = Value::Array(ArrayValue::U8(long.bytes().collect()));
    assert_eq!(value(Builtin::StrBytes, NONE, &[text(&long)]), bytes);
    for (given, number) in [("0", 0), ("+7", 7), ("-2147483648", i32::MIN), ("007", 7)] {
        assert_eq!(value(Builtin::StrToI32, NONE, &[text(given)]), Value::I32(number));
    }
    for given in ["", "+", "-", "1 ", " 1", "1_0", "2147483648", "٣", "1.0", "0x1"] {
        assert_eq!(
            failure(Builtin::StrToI32, NONE, &[text(given)]),
            (Trap::InvalidNumber, format!("\"{given}\" is no i32"))
        );
    }
}

#[test]
fn printing_stops_at_the_limit() {
    let mut fixture = stressed();
    let line = text(&"x".repeat(600));
    assert!(fixture.call(Builtin::Write, NONE, std::slice::from_ref(&line)).is_ok());
    let fault = fixture.call(Builtin::Write, NONE, &[line]).unwrap_err();
    assert_eq!(fault, Fault::Trap(Trap::OutputLimit));
    assert_eq!(fixture.printed.take().len(), 600);
}

#[test]
fn work_is_charged_in_proportion() {
    let fuel = |builtin, ty, args: &[Value]| {
        let mut fixture = Fixture::new(|_| {});
        fixture.call(builtin, ty, args).unwrap();
        fixture.fuel.units
    };
    let long = text(&"x".repeat(6_400));
    assert_eq!(fuel(Builtin::StrUpper, NONE, std::slice::from_ref(&long)), 100);
    assert_eq!(fuel(Builtin::StrRepeat, NONE, &[text("x"), Value::I32(6_400)]), 100);
    assert_eq!(fuel(Builtin::ArraySum, TypeId::I32, &[ints(&[1; 640])]), 10);
    assert_eq!(fuel(Builtin::ArrayInsert, TypeId::I32, &[ints(&[1; 640]), Value::I32(0), Value::I32(1)]), 10);
    assert_eq!(fuel(Builtin::ArraySum, TypeId::I32, &[ints(&[1; 63])]), 0);
    assert_eq!(fuel(Builtin::ArraySort, TypeId::I32, &[ints(&[1; 1_024])]), 16 * 11);
    assert_eq!(fuel(Builtin::Equal, INTS, &[ints(&[1; 640]), ints(&[1; 640])]), 10);
    assert_eq!(fuel(Builtin::Compare, TypeId::STR, &[long.clone(), long.clone()]), 100);
    assert!(fuel(Builtin::DeepCopy, INTS, &[ints(&[1; 640])]) >= 10);
}
