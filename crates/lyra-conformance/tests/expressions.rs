//! Generated expressions against an oracle: what the language reference says of each operator, worked out in Rust
//! beside the generator, and compared with what Lyra prints, folded and not.
//!
//! Expressions are written with only the parentheses that precedence asks for, so precedence and grouping are
//! under test as much as arithmetic is. Everything comes from one seed; `LYRA_SEED` sets another.

use lyra::Tier;
use lyra_conformance::Options;
use lyra_conformance::run::{Way, run};
use std::fmt::Write;

/// Programs, and expressions in each.
const PROGRAMS: u64 = 60;
const EXPRESSIONS: usize = 150;

/// The variables that expressions use, with values at the edges.
const I32S: [i32; 6] = [0, 1, -1, 7, i32::MAX, i32::MIN];
const I64S: [i64; 6] = [0, 1, -1, 1_000_000_007, i64::MAX, i64::MIN];
const U8S: [u8; 4] = [0, 1, 128, 255];

/// A type of expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ty {
    I32,
    I64,
    U8,
    Bool,
}

/// A value: integers by their mathematical value, truth as 0 and 1.
type Value = i64;

/// An expression: its text, how tightly its outermost operator binds, and its value.
struct Expr {
    text: String,
    level: u8,
    value: Value,
}

/// Binding levels of the reference, section 3, loosest first.
const OR: u8 = 1;
const AND: u8 = 2;
const COMPARE: u8 = 3;
const BIT_OR: u8 = 4;
const BIT_XOR: u8 = 5;
const BIT_AND: u8 = 6;
const SHIFT: u8 = 7;
const SUM: u8 = 8;
const PRODUCT: u8 = 9;
const UNARY: u8 = 10;
const ATOM: u8 = 11;

impl Expr {
    fn atom(text: impl Into<String>, value: Value) -> Self {
        Self { text: text.into(), level: ATOM, value }
    }

    /// The text where something at least as tight as `level` is needed.
    fn at(&self, level: u8) -> String {
        if self.level >= level { self.text.clone() } else { format!("({})", self.text) }
    }
}

/// What an integer type makes of a mathematical result: it wraps.
fn wrap(ty: Ty, value: i128) -> Value {
    match ty {
        Ty::I32 => Value::from(value as i32),
        Ty::I64 => value as i64,
        Ty::U8 => Value::from(value as u8),
        Ty::Bool => Value::from(value != 0),
    }
}

fn width(ty: Ty) -> u32 {
    match ty {
        Ty::I64 => 64,
        Ty::U8 => 8,
        _ => 32,
    }
}

/// `a op b` by the reference; `None` where it throws.
fn apply(op: &str, ty: Ty, a: Value, b: Value) -> Option<Value> {
    let (x, y) = (i128::from(a), i128::from(b));
    // Counts are masked to the width: the low bits of the two's complement form.
    let count = (b as u64 & u64::from(width(ty) - 1)) as u32;
    let exact = match op {
        "+" => x + y,
        "-" => x - y,
        "*" => x * y,
        "/" if y == 0 => return None,
        "/" => x / y,
        "%" if y == 0 => return None,
        "%" => x % y,
        "&" => x & y,
        "|" => x | y,
        "^" => x ^ y,
        "<<" => x << count,
        ">>" => x >> count,
        ">>>" => (x & ((1 << width(ty)) - 1)) >> count,
        "==" => i128::from(x == y),
        "!=" => i128::from(x != y),
        "<" => i128::from(x < y),
        "<=" => i128::from(x <= y),
        ">" => i128::from(x > y),
        ">=" => i128::from(x >= y),
        _ => unreachable!("the generator knows its operators"),
    };
    Some(wrap(ty, exact))
}

struct Generator {
    rng: fastrand::Rng,
}

impl Generator {
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.rng.usize(..from.len())]
    }

    fn expr(&mut self, ty: Ty, depth: u32) -> Expr {
        if depth == 0 || self.rng.u8(..6) == 0 {
            return self.leaf(ty);
        }
        match (ty, self.rng.u8(..12)) {
            (Ty::Bool, 0..6) => self.comparison(depth),
            (Ty::Bool, 6..10) => self.logic(depth),
            (Ty::Bool, _) => self.unary("!", ty, depth),
            (_, 0..2) => {
                let op = self.pick(&["-", "~"]);
                self.unary(op, ty, depth)
            }
            (_, 2) => self.choice(ty, depth),
            (_, 3) => self.conversion(ty, depth),
            _ => self.binary(ty, depth),
        }
    }

    fn leaf(&mut self, ty: Ty) -> Expr {
        match ty {
            Ty::I32 => {
                let at = self.rng.usize(..I32S.len());
                let literal = self.rng.i32(0..100);
                if self.rng.bool() {
                    Expr::atom(format!("a{at}"), I32S[at].into())
                } else {
                    Expr::atom(literal.to_string(), literal.into())
                }
            }
            Ty::I64 => {
                let at = self.rng.usize(..I64S.len());
                Expr::atom(format!("b{at}"), I64S[at])
            }
            Ty::U8 => {
                let at = self.rng.usize(..U8S.len());
                Expr::atom(format!("c{at}"), U8S[at].into())
            }
            Ty::Bool => {
                let value = self.rng.bool();
                Expr::atom(if value { "yes" } else { "no" }, value.into())
            }
        }
    }

    fn unary(&mut self, op: &str, ty: Ty, depth: u32) -> Expr {
        let operand = self.expr(ty, depth - 1);
        let value = match op {
            "-" => -i128::from(operand.value),
            "~" => !i128::from(operand.value),
            _ => 1 - i128::from(operand.value),
        };
        // `-5` of a literal is the literal's own sign; the value is the same.
        let text = format!("{op}{}", operand.at(UNARY));
        let text = text.replace("--", "- -");
        Expr { text, level: UNARY, value: wrap(ty, value) }
    }

    fn binary(&mut self, ty: Ty, depth: u32) -> Expr {
        let (op, level) = self.pick(&[
            ("+", SUM),
            ("-", SUM),
            ("*", PRODUCT),
            ("/", PRODUCT),
            ("%", PRODUCT),
            ("&", BIT_AND),
            ("|", BIT_OR),
            ("^", BIT_XOR),
            ("<<", SHIFT),
            (">>", SHIFT),
            (">>>", SHIFT),
        ]);
        let left = self.expr(ty, depth - 1);
        let right = self.expr(ty, depth - 1);
        match apply(op, ty, left.value, right.value) {
            // Operators group from the left: the right operand must bind tighter.
            Some(value) => {
                Expr { text: format!("{} {op} {}", left.at(level), right.at(level + 1)), level, value }
            }
            None => left,
        }
    }

    fn comparison(&mut self, depth: u32) -> Expr {
        let ty = self.pick(&[Ty::I32, Ty::I64, Ty::U8]);
        let op = self.pick(&["==", "!=", "<", "<=", ">", ">="]);
        let (left, right) = (self.expr(ty, depth - 1), self.expr(ty, depth - 1));
        let value = apply(op, ty, left.value, right.value).unwrap_or_default();
        // Comparisons do not chain: both operands must bind tighter.
        Expr {
            text: format!("{} {op} {}", left.at(COMPARE + 1), right.at(COMPARE + 1)),
            level: COMPARE,
            value,
        }
    }

    fn logic(&mut self, depth: u32) -> Expr {
        let (op, level) = self.pick(&[("&&", AND), ("||", OR)]);
        let (left, right) = (self.expr(Ty::Bool, depth - 1), self.expr(Ty::Bool, depth - 1));
        let value = if op == "&&" { left.value & right.value } else { left.value | right.value };
        Expr { text: format!("{} {op} {}", left.at(level), right.at(level + 1)), level, value }
    }

    fn choice(&mut self, ty: Ty, depth: u32) -> Expr {
        let cond = self.expr(Ty::Bool, depth - 1);
        let (yes, no) = (self.expr(ty, depth - 1), self.expr(ty, depth - 1));
        let value = if cond.value != 0 { yes.value } else { no.value };
        Expr::atom(format!("if {} {{ {} }} else {{ {} }}", cond.text, yes.text, no.text), value)
    }

    fn conversion(&mut self, ty: Ty, depth: u32) -> Expr {
        let (name, from) = match ty {
            Ty::I32 => ("i32", self.pick(&[Ty::I64, Ty::U8, Ty::Bool])),
            Ty::I64 => ("i64", self.pick(&[Ty::I32, Ty::U8])),
            _ => ("u8", self.pick(&[Ty::I32, Ty::I64])),
        };
        let inner = self.expr(from, depth - 1);
        Expr::atom(format!("{name}({})", inner.text), wrap(ty, inner.value.into()))
    }
}

/// A program that prints many expressions, and what it must print.
fn program(seed: u64) -> (String, String) {
    let mut generator = Generator { rng: fastrand::Rng::with_seed(seed) };
    let mut text = String::from("var yes = true\nvar no = false\n");
    for (at, value) in I32S.iter().enumerate() {
        let _ = writeln!(text, "var a{at}: i32 = {value}");
    }
    for (at, value) in I64S.iter().enumerate() {
        let _ = writeln!(text, "var b{at}: i64 = {value}");
    }
    for (at, value) in U8S.iter().enumerate() {
        let _ = writeln!(text, "var c{at}: u8 = {value}");
    }
    // Half of the programs have constants in the variables' place, so that most of each expression is folded.
    if seed % 2 == 1 {
        text = text.replace("var ", "const ");
    }
    let mut output = String::new();
    for _ in 0..EXPRESSIONS {
        let ty = generator.pick(&[Ty::I32, Ty::I64, Ty::U8, Ty::Bool]);
        let expr = generator.expr(ty, 4);
        // A literal alone would take the expectation of its place; the type is fixed by naming it.
        let name = match ty {
            Ty::I32 => "i32",
            Ty::I64 => "i64",
            Ty::U8 => "u8",
            Ty::Bool => "bool",
        };
        let _ = writeln!(text, "if true {{ let x: {name} = {}; print(x) }}", expr.text);
        if ty == Ty::Bool {
            let _ = writeln!(output, "{}", expr.value != 0);
        } else {
            let _ = writeln!(output, "{}", expr.value);
        }
    }
    (text, output)
}

#[test]
fn generated_expressions_have_the_value_that_the_reference_gives_them() {
    let first = std::env::var("LYRA_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    for seed in first..first + PROGRAMS {
        let (source, expected) = program(seed);
        for way in [Way::Direct, Way::Unfolded] {
            let outcome = run(Tier::Reference, way, "expressions", &source, &Options::default());
            assert!(outcome.error.is_none(), "seed {seed}, {way:?}: {}", outcome.error.unwrap());
            if outcome.output != expected {
                let differs =
                    outcome.output.lines().zip(expected.lines()).position(|(a, b)| a != b).unwrap_or(0);
                let line =
                    source.lines().filter(|line| line.starts_with("if true")).nth(differs).unwrap_or("");
                panic!(
                    "seed {seed}, {way:?}: {line}\ngives {:?}, expected {:?}",
                    outcome.output.lines().nth(differs),
                    expected.lines().nth(differs)
                );
            }
        }
    }
}
