//! Scalar instructions at the edges, against a second opinion: integers against exact arithmetic in `i128`,
//! floats, characters and conversions against values written out.

use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{OPS, Op, OperandValue, Trap, TypeId};

type Outcome = Result<u64, Trap>;

fn op(mnemonic: &str) -> Op {
    let code = Op::find(mnemonic).unwrap_or_else(|| panic!("there is no {mnemonic}"));
    Op::build(code, |_| Ok::<_, ()>(OperandValue::Bool(true))).unwrap().unwrap()
}

fn eval(mnemonic: &str, words: &[u64]) -> Outcome {
    op(mnemonic)
        .eval(words)
        .unwrap_or_else(|| panic!("{mnemonic} is no scalar instruction of {} words", words.len()))
}

/// An integer type: its name, range and edge values.
struct Integer {
    name: &'static str,
    bits: u32,
    least: i128,
    greatest: i128,
}

const INTEGERS: [Integer; 3] = [
    Integer { name: "i32", bits: 32, least: i32::MIN as i128, greatest: i32::MAX as i128 },
    Integer { name: "i64", bits: 64, least: i64::MIN as i128, greatest: i64::MAX as i128 },
    Integer { name: "u8", bits: 8, least: 0, greatest: 255 },
];

impl Integer {
    fn edges(&self) -> Vec<i128> {
        let around = [0, self.least, self.greatest, 1 << (self.bits - 2), i128::from(self.bits), 300];
        let all = around.iter().flat_map(|&edge| (-2..=2).map(move |step| edge + step));
        let mut all: Vec<_> = all.map(|value| self.wrap(value)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn wrap(&self, value: i128) -> i128 {
        let low = value & self.mask();
        if low > self.greatest { low - self.mask() - 1 } else { low }
    }

    fn mask(&self) -> i128 {
        (1 << self.bits) - 1
    }

    fn fits(&self, value: i128) -> bool {
        (self.least..=self.greatest).contains(&value)
    }

    fn word(&self, value: i128) -> u64 {
        u64::try_from(value & self.mask()).unwrap()
    }

    /// What an instruction named `action` must give, by exact arithmetic; `None` when there is no such one.
    fn expected(&self, action: &str, a: i128, b: i128) -> Option<Outcome> {
        let count = u32::try_from(b & i128::from(self.bits - 1)).unwrap();
        let (kind, name) = match action.split_once('_') {
            Some((name, kind)) => (kind, name),
            None => ("", action),
        };
        let exact = match name {
            "add" => a + b,
            "sub" => a - b,
            "mul" => a * b,
            "div" | "rem" if b == 0 => return Some(Err(Trap::DivisionByZero)),
            "div" => a / b,
            "rem" => a % b,
            "neg" => -a,
            "abs" => a.abs(),
            "and" => a & b,
            "or" => a | b,
            "xor" => a ^ b,
            "not" => !a,
            "shl" => a << count,
            "shr" => a >> count,
            "ushr" => (a & self.mask()) >> count,
            _ => {
                let holds = match name {
                    "eq" => a == b,
                    "ne" => a != b,
                    "lt" => a < b,
                    "le" => a <= b,
                    "gt" => a > b,
                    "ge" => a >= b,
                    _ => return None,
                };
                return Some(Ok(u64::from(holds)));
            }
        };
        Some(match kind {
            "checked" if !self.fits(exact) => Err(Trap::Overflow),
            "saturating" => Ok(self.word(exact.clamp(self.least, self.greatest))),
            _ => Ok(self.word(self.wrap(exact))),
        })
    }
}

#[test]
fn integers_agree_with_exact_arithmetic() {
    let mut seen = 0;
    for info in OPS.iter().filter(|info| info.is_scalar) {
        let Some((action, name)) = info.mnemonic.rsplit_once('_') else { continue };
        let Some(integer) = INTEGERS.iter().find(|integer| integer.name == name) else { continue };
        if action.contains("_from") {
            continue;
        }
        seen += 1;
        let (operands, _) = info.rule.unwrap();
        for a in integer.edges() {
            for b in integer.edges() {
                let expected = integer.expected(action, a, b).unwrap_or_else(|| panic!("{}", info.mnemonic));
                let words = [integer.word(a), integer.word(b)];
                let found = eval(info.mnemonic, &words[..operands.len()]);
                assert_eq!(found, expected, "{} {a} {b}", info.mnemonic);
            }
        }
    }
    assert_eq!(seen, 30 + 30 + 25, "every integer instruction has a second opinion");
}

#[test]
fn the_famous_edges_by_name() {
    let i32s = |mnemonic: &str, words: &[i32]| {
        let words: Vec<_> = words.iter().map(|&word| Scalar::to_word(word)).collect();
        eval(mnemonic, &words).map(i32::from_word)
    };
    assert_eq!(i32s("div_i32", &[i32::MIN, -1]), Ok(i32::MIN));
    assert_eq!(i32s("rem_i32", &[i32::MIN, -1]), Ok(0));
    assert_eq!(i32s("div_checked_i32", &[i32::MIN, -1]), Err(Trap::Overflow));
    assert_eq!(i32s("div_saturating_i32", &[i32::MIN, -1]), Ok(i32::MAX));
    assert_eq!(i32s("div_i32", &[-7, 2]), Ok(-3));
    assert_eq!(i32s("rem_i32", &[-7, 2]), Ok(-1));
    assert_eq!(i32s("abs_i32", &[i32::MIN]), Ok(i32::MIN));
    assert_eq!(i32s("shl_i32", &[1, 32]), Ok(1));
    assert_eq!(i32s("shl_i32", &[1, -1]), Ok(i32::MIN));
    assert_eq!(i32s("shr_i32", &[-1, 31]), Ok(-1));
    assert_eq!(i32s("ushr_i32", &[-1, 31]), Ok(1));
    assert_eq!(eval("shl_i64", &[1, 64]), Ok(1));
    assert_eq!(eval("shl_i64", &[1, 256]), Ok(1));
    assert_eq!(eval("shl_u8", &[1, 9]), Ok(2));
    assert_eq!(eval("shr_u8", &[0x80, 8]), Ok(0x80));
}

#[test]
fn floats_are_ieee() {
    let nan = f64::NAN;
    let inf = f64::INFINITY;
    let of =
        |mnemonic: &str, a: f64, b: f64| f64::from_bits(eval(mnemonic, &[a.to_bits(), b.to_bits()]).unwrap());
    assert_eq!(of("div_f64", 1.0, 0.0), inf);
    assert_eq!(of("div_f64", 1.0, -0.0), -inf);
    assert!(of("div_f64", 0.0, 0.0).is_nan());
    assert!(of("sub_f64", inf, inf).is_nan());
    assert_eq!(of("add_f64", f64::MAX, f64::MAX), inf);
    assert_eq!(of("add_f64", -0.0, -0.0).to_bits(), (-0.0f64).to_bits());
    assert_eq!(of("mul_f64", 5e-324, 0.5), 0.0);
    assert_eq!(of("rem_f64", -7.5, 2.0), -1.5);
    assert_eq!(of("rem_f64", 7.5, -2.0), 1.5);
    assert_eq!(of("rem_f64", 1.0, inf), 1.0);
    assert!(of("rem_f64", 1.0, 0.0).is_nan() && of("rem_f64", inf, 1.0).is_nan());
    let one = |mnemonic: &str, a: f64| eval(mnemonic, &[a.to_bits()]).unwrap();
    assert_eq!(one("neg_f64", 0.0), (-0.0f64).to_bits());
    assert_eq!(one("neg_f64", nan), nan.to_bits() ^ 1 << 63);
    assert_eq!(one("abs_f64", -0.0), 0);
    assert_eq!(one("abs_f64", -inf), inf.to_bits());
    let holds = |mnemonic: &str, a: f64, b: f64| eval(mnemonic, &[a.to_bits(), b.to_bits()]) == Ok(1);
    for (a, b) in [(nan, nan), (nan, 1.0), (1.0, nan), (nan, inf)] {
        assert!(holds("ne_f64", a, b));
        for never in ["eq_f64", "lt_f64", "le_f64", "gt_f64", "ge_f64"] {
            assert!(!holds(never, a, b), "{never}");
        }
    }
    assert!(holds("eq_f64", 0.0, -0.0) && !holds("lt_f64", -0.0, 0.0) && holds("ge_f64", -0.0, 0.0));
    assert!(holds("lt_f64", -inf, f64::MIN) && holds("gt_f64", inf, f64::MAX) && holds("le_f64", 1.0, 1.0));
}

#[test]
fn conversions_of_floats_saturate() {
    let two_63 = 9_223_372_036_854_775_808.0;
    let cases = [
        (f64::NAN, 0, 0, 0),
        (f64::INFINITY, i32::MAX, i64::MAX, 255),
        (f64::NEG_INFINITY, i32::MIN, i64::MIN, 0),
        (two_63, i32::MAX, i64::MAX, 255),
        (-two_63, i32::MIN, i64::MIN, 0),
        (-two_63 * 1.5, i32::MIN, i64::MIN, 0),
        (9_223_372_036_854_774_784.0, i32::MAX, 9_223_372_036_854_774_784, 255),
        (2_147_483_647.9, i32::MAX, 2_147_483_647, 255),
        (2_147_483_648.0, i32::MAX, 2_147_483_648, 255),
        (-2_147_483_648.9, i32::MIN, -2_147_483_648, 0),
        (-2_147_483_649.0, i32::MIN, -2_147_483_649, 0),
        (255.9, 255, 255, 255),
        (256.0, 256, 256, 255),
        (-0.9, 0, 0, 0),
        (-1.0, -1, -1, 0),
        (0.999_999_999, 0, 0, 0),
        (5e-324, 0, 0, 0),
    ];
    for (from, i32, i64, u8) in cases {
        let word = from.to_bits();
        assert_eq!(eval("i32_from_f64", &[word]).map(i32::from_word), Ok(i32), "{from}");
        assert_eq!(eval("i64_from_f64", &[word]).map(i64::from_word), Ok(i64), "{from}");
        assert_eq!(eval("u8_from_f64", &[word]).map(u8::from_word), Ok(u8), "{from}");
    }
    let float = |mnemonic: &str, word: u64| f64::from_bits(eval(mnemonic, &[word]).unwrap());
    assert_eq!(float("f64_from_i64", i64::MAX.cast_unsigned()), two_63);
    assert_eq!(float("f64_from_i64", 9_007_199_254_740_993), 9_007_199_254_740_992.0, "ties go to even");
    assert_eq!(float("f64_from_i64", 9_007_199_254_740_995), 9_007_199_254_740_996.0, "ties go to even");
    assert_eq!(float("f64_from_i32", Scalar::to_word(i32::MIN)), -2_147_483_648.0);
    assert_eq!(float("f64_from_u8", 255), 255.0);
}

#[test]
fn conversions_of_integers_wrap() {
    let cases: [(&str, u64, u64); 12] = [
        ("i32_from_i64", u64::MAX, 0xffff_ffff),
        ("i32_from_i64", 1 << 32, 0),
        ("i32_from_i64", 0x8000_0000, 0x8000_0000),
        ("i32_from_u8", 255, 255),
        ("i32_from_bool", 1, 1),
        ("i64_from_i32", 0x8000_0000, 0xffff_ffff_8000_0000),
        ("i64_from_i32", 0x7fff_ffff, 0x7fff_ffff),
        ("i64_from_u8", 255, 255),
        ("u8_from_i32", 0xffff_ff2c, 44),
        ("u8_from_i64", u64::MAX, 255),
        ("u8_from_i64", 256, 0),
        ("not_bool", 1, 0),
    ];
    for (mnemonic, from, to) in cases {
        assert_eq!(eval(mnemonic, &[from]), Ok(to), "{mnemonic} {from}");
    }
}

#[test]
fn characters_are_scalar_values() {
    let word = |c: char| u64::from(u32::from(c));
    let add = |c: char, n: i32| eval("add_char", &[word(c), Scalar::to_word(n)]).map(char::from_word);
    assert_eq!(add('a', 1), Ok('b'));
    assert_eq!(add('\0', -1), Err(Trap::InvalidArgument));
    assert_eq!(add(char::MAX, 1), Err(Trap::InvalidArgument));
    assert_eq!(add('\u{d7ff}', 1), Err(Trap::InvalidArgument), "surrogates are no characters");
    assert_eq!(add('\u{d7ff}', 0x801), Ok('\u{e000}'));
    assert_eq!(add('a', i32::MAX), Err(Trap::InvalidArgument));
    assert_eq!(add('a', i32::MIN), Err(Trap::InvalidArgument));
    let sub = |a: char, b: char| eval("sub_char", &[word(a), word(b)]).map(i32::from_word);
    assert_eq!(sub('\0', char::MAX), Ok(-0x10_ffff));
    for (mnemonic, bad) in
        [("char_from_i32", 0xffff_ffff), ("char_from_i64", u64::MAX), ("char_from_i64", 1 << 32)]
    {
        assert_eq!(eval(mnemonic, &[bad]), Err(Trap::InvalidArgument), "{mnemonic}");
    }
    for code in [0xd800, 0xdfff, 0x11_0000] {
        assert_eq!(eval("char_from_i32", &[code]), Err(Trap::InvalidArgument), "{code:x}");
        assert_eq!(eval("char_from_i64", &[code]), Err(Trap::InvalidArgument), "{code:x}");
    }
    for code in [0, 0xd7ff, 0xe000, 0x10_ffff] {
        assert_eq!(eval("char_from_i32", &[code]), Ok(code));
        assert_eq!(eval("char_from_i64", &[code]), Ok(code));
        assert_eq!(eval("i32_from_char", &[code]), Ok(code));
    }
    assert_eq!(eval("char_from_u8", &[255]), Ok(255));
    for c in ['\0', '\u{7f}', '\u{80}', '\u{7ff}', '\u{800}', '\u{ffff}', '\u{10000}', char::MAX] {
        assert_eq!(eval("char_utf8_length", &[word(c)]), Ok(c.len_utf8() as u64));
    }
    let is = |mnemonic: &str, c: char| eval(mnemonic, &[word(c)]) == Ok(1);
    assert!(is("char_is_digit", '0') && is("char_is_digit", '9') && !is("char_is_digit", '٣'));
    assert!(is("char_is_letter", 'ß') && !is("char_is_letter", '1'));
    assert!(is("char_is_space", '\u{a0}') && !is("char_is_space", '\u{200b}'));
}

/// Orders of `bool` and `char` are those of their codes.
#[test]
fn small_orders() {
    for (ty, values) in [("bool", &[0u64, 1][..]), ("char", &[0, 0x61, 0xd7ff, 0xe000, 0x10_ffff][..])] {
        for &a in values {
            for &b in values {
                let expected = [a == b, a != b, a < b, a <= b, a > b, a >= b];
                for (action, holds) in ["eq", "ne", "lt", "le", "gt", "ge"].into_iter().zip(expected) {
                    assert_eq!(
                        eval(&format!("{action}_{ty}"), &[a, b]),
                        Ok(u64::from(holds)),
                        "{action} {a} {b}"
                    );
                }
            }
        }
    }
}

/// Results are words as the table types them: nothing is left in the upper bits for another instruction to see.
#[test]
fn results_fit_their_type() {
    let mut rng = fastrand::Rng::with_seed(7);
    for info in OPS.iter().filter(|info| info.is_scalar) {
        let (operands, results) = info.rule.unwrap();
        assert_eq!(results.len(), 1, "{}", info.mnemonic);
        for _ in 0..200 {
            // Any bits at all, also above the width of their type: these are not looked at.
            let words: Vec<_> = operands.iter().map(|_| rng.u64(..) >> rng.u32(..64)).collect();
            let Ok(result) = eval(info.mnemonic, &words) else { continue };
            let fits = match results[0] {
                TypeId::BOOL => result <= 1,
                TypeId::U8 => result <= 0xff,
                TypeId::I32 => u32::try_from(result).is_ok(),
                TypeId::CHAR => u32::try_from(result).is_ok_and(|code| char::from_u32(code).is_some()),
                _ => true,
            };
            assert!(fits, "{} {words:?} gives {result:#x}", info.mnemonic);
        }
        assert_eq!(op(info.mnemonic).eval(&[]), None, "{}", info.mnemonic);
        assert_eq!(op(info.mnemonic).eval(&[0; 3]), None, "{}", info.mnemonic);
    }
    assert_eq!(Op::Return.eval(&[]), None);
}
