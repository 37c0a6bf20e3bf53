//! Programs made from a seed: always well typed, always ending, using the whole core language at random.
//!
//! They have no expected output; they are run on every way under every profile, and all results must be equal.
//! Errors, and limits that are reached, are results like any other: nothing is thrown away. Loops have small fixed
//! bounds and procedures call only those before them, so a program ends by itself unless its fuel does first.

use fastrand::Rng;
use std::fmt::Write;

/// A type that generated programs use.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ty {
    Bool,
    U8,
    I32,
    I64,
    F64,
    Char,
    Str,
    Array(Box<Ty>),
    Tuple(Vec<Ty>),
}

impl Ty {
    fn name(&self) -> String {
        match self {
            Self::Bool => "bool".into(),
            Self::U8 => "u8".into(),
            Self::I32 => "i32".into(),
            Self::I64 => "i64".into(),
            Self::F64 => "f64".into(),
            Self::Char => "char".into(),
            Self::Str => "str".into(),
            Self::Array(element) => format!("[{}]", element.name()),
            Self::Tuple(parts) => {
                format!("({})", parts.iter().map(Self::name).collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn is_ordered(&self) -> bool {
        match self {
            Self::Array(_) => false,
            Self::Tuple(parts) => parts.iter().all(Self::is_ordered),
            _ => true,
        }
    }
}

struct Var {
    name: String,
    ty: Ty,
    /// Whether it may be assigned.
    open: bool,
}

struct Proc {
    name: String,
    params: Vec<Ty>,
    result: Ty,
}

/// A program from a seed.
#[must_use]
pub fn program(seed: u64) -> String {
    let mut generator = Generator {
        rng: Rng::with_seed(seed),
        text: String::new(),
        indent: 0,
        vars: Vec::new(),
        procs: Vec::new(),
        names: 0,
        loops: 0,
        in_proc: None,
    };
    generator.program();
    generator.text
}

struct Generator {
    rng: Rng,
    text: String,
    indent: usize,
    /// Everything in scope, innermost last.
    vars: Vec<Var>,
    /// Procedures that may be called here.
    procs: Vec<Proc>,
    names: usize,
    /// Loops around the statement.
    loops: u32,
    /// The result of the procedure around the statement.
    in_proc: Option<Ty>,
}

impl Generator {
    fn chance(&mut self, percent: u8) -> bool {
        self.rng.u8(..100) < percent
    }

    fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{:width$}{text}", "", width = self.indent * 4);
    }

    fn ty(&mut self, depth: u32) -> Ty {
        match self.rng.u8(..if depth == 0 { 9 } else { 13 }) {
            0 => Ty::Bool,
            1 => Ty::U8,
            2..4 => Ty::I32,
            4 => Ty::I64,
            5 => Ty::F64,
            6 => Ty::Char,
            7..9 => Ty::Str,
            9..12 => Ty::Array(Box::new(self.ty(depth - 1))),
            _ => Ty::Tuple((0..self.rng.usize(2..4)).map(|_| self.ty(depth - 1)).collect()),
        }
    }

    // ---- statements ----

    fn program(&mut self) {
        for _ in 0..self.rng.usize(2..6) {
            self.declaration("g", true);
        }
        let globals = self.vars.len();
        for _ in 0..self.rng.usize(1..5) {
            self.procedure();
            self.vars.truncate(globals);
        }
        self.statements(8, 3);
        let shown: Vec<String> = self.vars.iter().take(globals).map(|var| var.name.clone()).collect();
        self.line(&format!("print({})", shown.join(", ")));
    }

    fn procedure(&mut self) {
        let name = self.name("f");
        let params: Vec<Ty> = (0..self.rng.usize(..4)).map(|_| self.ty(1)).collect();
        let result = self.ty(1);
        let named: Vec<(String, Ty)> = params.iter().map(|ty| (self.name("p"), ty.clone())).collect();
        let list: Vec<String> = named.iter().map(|(name, ty)| format!("{name}: {}", ty.name())).collect();
        self.line(&format!("proc {name}({}) -> {} {{", list.join(", "), result.name()));
        self.vars.extend(named.into_iter().map(|(name, ty)| Var { name, ty, open: true }));
        self.indent += 1;
        self.in_proc = Some(result.clone());
        self.statements(4, 2);
        let value = self.expr(&result, 2);
        self.line(&format!("return {value}"));
        self.in_proc = None;
        self.indent -= 1;
        self.line("}");
        self.procs.push(Proc { name, params, result });
    }

    fn statements(&mut self, most: usize, depth: u32) {
        for _ in 0..self.rng.usize(1..=most) {
            self.statement(depth);
        }
    }

    /// Statements in braces, with a scope of their own.
    fn block(&mut self, most: usize, depth: u32) {
        let scope = self.vars.len();
        self.indent += 1;
        self.statements(most, depth);
        self.indent -= 1;
        self.vars.truncate(scope);
    }

    fn declaration(&mut self, prefix: &str, open: bool) {
        let ty = self.ty(2);
        let name = self.name(prefix);
        let word = if open { "var" } else { "let" };
        if open && self.chance(15) {
            self.line(&format!("var {name}: {}", ty.name()));
        } else {
            let value = self.expr(&ty, 2);
            self.line(&format!("{word} {name}: {} = {value}", ty.name()));
        }
        self.vars.push(Var { name, ty, open });
    }

    fn statement(&mut self, depth: u32) {
        match self.rng.u8(..if depth == 0 { 50 } else { 90 }) {
            0..12 => {
                let open = self.chance(70);
                self.declaration("v", open);
            }
            12..26 => self.assignment(),
            26..34 => {
                let count = self.rng.usize(1..4);
                let values: Vec<String> = (0..count).map(|_| self.any_expr(2)).collect();
                self.line(&format!("print({})", values.join(", ")));
            }
            34..42 => self.array_statement(),
            42..46 => self.call_statement(),
            46..48 if self.loops > 0 => {
                let word = if self.chance(50) { "break" } else { "continue" };
                let cond = self.expr(&Ty::Bool, 1);
                self.line(&format!("if {} {word}", head(&cond)));
            }
            48 if self.in_proc.is_some() => {
                let Some(result) = self.in_proc.clone() else { return };
                let (cond, value) = (self.expr(&Ty::Bool, 1), self.expr(&result, 1));
                self.line(&format!("if {} {{ return {value} }}", head(&cond)));
            }
            46..50 => {
                let value = self.expr(&Ty::Str, 1);
                self.line(&format!("write({value}, \";\")"));
            }
            50..62 => {
                let cond = self.expr(&Ty::Bool, 2);
                self.line(&format!("if {} {{", head(&cond)));
                self.block(3, depth - 1);
                if self.chance(50) {
                    self.line("} else {");
                    self.block(3, depth - 1);
                }
                self.line("}");
            }
            62..82 => self.loop_statement(depth),
            _ => {
                self.line("try {");
                self.block(3, depth - 1);
                self.line("} catch e {");
                self.indent += 1;
                self.line("print(e.kind, e.message)");
                self.indent -= 1;
                self.line("}");
            }
        }
    }

    fn loop_statement(&mut self, depth: u32) {
        let scope = self.vars.len();
        let name = self.name("k");
        let mut close = Vec::new();
        match self.rng.u8(..5) {
            0 => {
                let (from, to) = (self.rng.i32(-3..3), self.rng.i32(-3..6));
                let dots = if self.chance(50) { ".." } else { "..=" };
                self.line(&format!("for {name} in {from}{dots}{to} {{"));
                self.vars.push(Var { name, ty: Ty::I32, open: false });
            }
            1 => {
                let step = [-3, -2, 2, 3][self.rng.usize(..4)];
                let (from, to) = (self.rng.i32(-9..9), self.rng.i32(-9..9));
                self.line(&format!("for {name} in {from}..{to} step {step} {{"));
                self.vars.push(Var { name, ty: Ty::I32, open: false });
            }
            2 => {
                let element = self.ty(1);
                let list = self.expr(&Ty::Array(Box::new(element.clone())), 2);
                // Sliced: a loop over an array that its body appends to would not end.
                self.line(&format!("for {name} in ({list})[..] {{"));
                self.vars.push(Var { name, ty: element, open: false });
            }
            3 => {
                let text = self.expr(&Ty::Str, 1);
                self.line(&format!("for {name} in {} {{", head(&text)));
                self.vars.push(Var { name, ty: Ty::Char, open: false });
            }
            _ => {
                let bound = self.rng.u8(1..6);
                self.line(&format!("var {name} = 0"));
                let cond = self.expr(&Ty::Bool, 1);
                self.line(&format!("while {name} < {bound} && ({cond} || {name} < 2) {{"));
                close.push(format!("{name} += 1"));
                self.vars.push(Var { name, ty: Ty::I32, open: false });
            }
        }
        self.loops += 1;
        self.indent += 1;
        // First, so that no `continue` passes it by.
        for line in close {
            self.line(&line);
        }
        self.indent -= 1;
        self.block(4, depth - 1);
        self.loops -= 1;
        self.line("}");
        self.vars.truncate(scope);
    }

    /// A variable that may be assigned, by its place among all.
    fn open_var(&mut self) -> Option<usize> {
        let open: Vec<usize> = (0..self.vars.len()).filter(|&at| self.vars[at].open).collect();
        (!open.is_empty()).then(|| open[self.rng.usize(..open.len())])
    }

    fn assignment(&mut self) {
        let Some(at) = self.open_var() else { return self.declaration("v", true) };
        let (name, ty) = (self.vars[at].name.clone(), self.vars[at].ty.clone());
        let (place, ty) = match &ty {
            Ty::Array(element) if self.chance(60) => {
                (format!("{name}[{}]", self.index(&name)), (**element).clone())
            }
            Ty::Tuple(parts) if self.chance(60) => {
                let part = self.rng.usize(..parts.len());
                (format!("{name}.{part}"), parts[part].clone())
            }
            _ => (name, ty),
        };
        let operator = match ty {
            Ty::I32 | Ty::I64 | Ty::U8 if self.chance(60) => {
                ["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="][self.rng.usize(..10)]
            }
            Ty::F64 if self.chance(50) => ["+=", "-=", "*=", "/="][self.rng.usize(..4)],
            Ty::Str if self.chance(60) => "+=",
            _ => "=",
        };
        let value = self.expr(&ty, 2);
        self.line(&format!("{place} {operator} {value}"));
    }

    fn array_statement(&mut self) {
        let arrays: Vec<usize> =
            (0..self.vars.len()).filter(|&at| matches!(self.vars[at].ty, Ty::Array(_))).collect();
        if arrays.is_empty() {
            return self.declaration("v", true);
        }
        let at = arrays[self.rng.usize(..arrays.len())];
        let name = self.vars[at].name.clone();
        let Ty::Array(element) = self.vars[at].ty.clone() else { return };
        let line = match self.rng.u8(..8) {
            0..3 => format!("{name}.push({})", self.expr(&element, 1)),
            3 => format!("insert({name}, {}, {})", self.index(&name), self.expr(&element, 1)),
            4 => format!("{name}.remove({})", self.index(&name)),
            5 => format!("reverse({name})"),
            6 if element.is_ordered() => format!("{name}.sort()"),
            6 => format!("clear({name})"),
            _ => format!("extend({name}, ({})[..])", self.expr(&Ty::Array(element), 1)),
        };
        self.line(&line);
    }

    fn call_statement(&mut self) {
        if self.procs.is_empty() || self.loops > 1 {
            let value = self.expr(&Ty::Str, 1);
            return self.line(&format!("print({value})"));
        }
        let at = self.rng.usize(..self.procs.len());
        let call = self.call(at, 1);
        self.line(&call);
    }

    // ---- expressions ----

    fn any_expr(&mut self, depth: u32) -> String {
        let ty = self.ty(1);
        self.expr(&ty, depth)
    }

    /// An index that is mostly in range.
    fn index(&mut self, array: &str) -> String {
        match self.rng.u8(..10) {
            0 => self.rng.i32(-1..4).to_string(),
            1 => self.expr(&Ty::I32, 1),
            _ => format!("abs({}) % max(length({array}), 1)", self.rng.i32(0..9)),
        }
    }

    fn call(&mut self, at: usize, depth: u32) -> String {
        let (name, params) = (self.procs[at].name.clone(), self.procs[at].params.clone());
        let args: Vec<String> = params.iter().map(|ty| self.expr(ty, depth)).collect();
        format!("{name}({})", args.join(", "))
    }

    fn expr(&mut self, ty: &Ty, depth: u32) -> String {
        if depth == 0 || self.chance(20) {
            return self.simple(ty);
        }
        let next = depth - 1;
        match self.rng.u8(..20) {
            0 => {
                let cond = self.expr(&Ty::Bool, next);
                let (yes, no) = (self.expr(ty, next), self.expr(ty, next));
                return format!("(if {} {{ {yes} }} else {{ {no} }})", head(&cond));
            }
            1 | 2 if self.loops < 2 => {
                let fitting: Vec<usize> =
                    (0..self.procs.len()).filter(|&at| self.procs[at].result == *ty).collect();
                if !fitting.is_empty() {
                    let at = fitting[self.rng.usize(..fitting.len())];
                    return self.call(at, next);
                }
            }
            3 => {
                let holding = Ty::Array(Box::new(ty.clone()));
                if let Some(array) = self.var(&holding) {
                    let index = self.index(&array);
                    return format!("{array}[{index}]");
                }
            }
            4 => return format!("({}, {}).0", self.expr(ty, next), self.any_expr(next)),
            5 if ty.is_ordered() => {
                let name = if self.chance(50) { "min" } else { "max" };
                // A variable first: two bare literals would not know their type.
                if let Some(var) = self.var(ty) {
                    return format!("{name}({var}, {})", self.expr(ty, next));
                }
            }
            6 => return format!("copy({})", self.expr(ty, next)),
            _ => {}
        }
        self.operation(ty, next)
    }

    fn operation(&mut self, ty: &Ty, next: u32) -> String {
        match ty {
            Ty::Bool => self.truth(next),
            Ty::U8 | Ty::I32 | Ty::I64 => self.integer(ty, next),
            Ty::F64 => match self.rng.u8(..6) {
                0 => format!("f64({})", self.expr(&Ty::I32, next)),
                1 => format!("-({})", self.expr(ty, next)),
                _ => {
                    let op = ["+", "-", "*", "/", "%"][self.rng.usize(..5)];
                    format!("({} {op} {})", self.expr(ty, next), self.expr(ty, next))
                }
            },
            Ty::Char => match self.rng.u8(..3) {
                0 => format!("char({})", self.expr(&Ty::I32, next)),
                1 => format!("({} + {})", self.expr(ty, next), self.rng.i32(0..5)),
                _ => format!("({})[0]", self.expr(&Ty::Str, next)),
            },
            Ty::Str => self.text_value(next),
            Ty::Array(element) => match self.rng.u8(..6) {
                0 => format!("({})[..]", self.expr(ty, next)),
                1 => format!("[{}; {}]", self.expr(element, next), self.rng.u8(..4)),
                2 if element.is_ordered() => format!("sorted({})", self.expr(ty, next)),
                3 => format!("deep_copy({})", self.expr(ty, next)),
                _ => {
                    let count = self.rng.usize(1..4);
                    let values: Vec<String> = (0..count).map(|_| self.expr(element, next)).collect();
                    format!("[{}]", values.join(", "))
                }
            },
            Ty::Tuple(parts) => {
                let values: Vec<String> = parts.iter().map(|part| self.expr(part, next)).collect();
                format!("({})", values.join(", "))
            }
        }
    }

    fn truth(&mut self, next: u32) -> String {
        match self.rng.u8(..8) {
            0 => format!("!{}", operand(&self.expr(&Ty::Bool, next))),
            1 | 2 => {
                let op = if self.chance(50) { "&&" } else { "||" };
                format!("({} {op} {})", self.expr(&Ty::Bool, next), self.expr(&Ty::Bool, next))
            }
            3 => format!("({}).contains({})", self.expr(&Ty::Str, next), self.expr(&Ty::Str, next)),
            4 => {
                let ty = self.ty(1);
                format!("equal({}, {})", self.typed(&ty, next), self.expr(&ty, next))
            }
            _ => {
                let ty = self.ty(1);
                let ops: &[&str] =
                    if ty.is_ordered() { &["==", "!=", "<", "<=", ">", ">="] } else { &["==", "!="] };
                let op = ops[self.rng.usize(..ops.len())];
                format!("({} {op} {})", self.typed(&ty, next), self.expr(&ty, next))
            }
        }
    }

    fn integer(&mut self, ty: &Ty, next: u32) -> String {
        match (ty, self.rng.u8(..12)) {
            (Ty::I32, 0) => format!("length({})", self.expr(&Ty::Str, next)),
            (Ty::I32, 1) => {
                let element = self.ty(0);
                let array = Ty::Array(Box::new(element));
                format!("length({})", self.typed(&array, next))
            }
            (Ty::I32, 2) => format!("({} - {})", self.expr(&Ty::Char, next), self.expr(&Ty::Char, next)),
            (Ty::I32, 3) => format!("i32({})", self.typed(&Ty::F64, next)),
            (_, 4) => {
                let from = [Ty::U8, Ty::I32, Ty::I64, Ty::F64][self.rng.usize(..4)].clone();
                format!("{}({})", ty.name(), self.typed(&from, next))
            }
            (_, 5) => {
                let op = if self.chance(50) { "-" } else { "~" };
                format!("{op}{}", operand(&self.typed(ty, next)))
            }
            (_, 6) => format!("sum({})", self.typed(&Ty::Array(Box::new(ty.clone())), next)),
            (_, 7) => {
                let name = ["saturating_add", "saturating_sub", "wrapping_mul"][self.rng.usize(..3)];
                format!("{name}({}, {})", self.typed(ty, next), self.expr(ty, next))
            }
            _ => {
                let op = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>"][self.rng.usize(..11)];
                format!("({} {op} {})", self.typed(ty, next), self.typed(ty, next))
            }
        }
    }

    fn text_value(&mut self, next: u32) -> String {
        match self.rng.u8(..12) {
            0 => format!("tostring({})", self.any_expr(next)),
            1 => format!("({} + {})", self.expr(&Ty::Str, next), self.expr(&Ty::Char, next)),
            2 => format!("({}).upper()", self.expr(&Ty::Str, next)),
            3 => format!("repeat({}, {})", self.expr(&Ty::Str, next), self.rng.u8(..4)),
            4 => format!("({})[{}..]", self.expr(&Ty::Str, next), self.rng.u8(..2)),
            5 => format!("f\"<{{{}}}|{{{}:6}}>\"", self.any_expr(0), self.expr(&Ty::I32, 0)),
            6 => format!("join({}, \"-\")", self.typed(&Ty::Array(Box::new(Ty::Str)), next)),
            7 => format!("replace({}, \"a\", {})", self.expr(&Ty::Str, next), self.expr(&Ty::Str, next)),
            8 => format!(
                "pad_start({}, {}, {})",
                self.expr(&Ty::Str, next),
                self.rng.u8(..9),
                self.simple(&Ty::Char)
            ),
            _ => format!("({} + {})", self.expr(&Ty::Str, next), self.expr(&Ty::Str, next)),
        }
    }

    /// An expression whose type shows without an expectation.
    fn typed(&mut self, ty: &Ty, depth: u32) -> String {
        if let Some(var) = self.var(ty)
            && self.chance(50)
        {
            return var;
        }
        let value = self.expr(ty, depth);
        match ty {
            Ty::U8 | Ty::I64 | Ty::F64 => format!("{}({value})", ty.name()),
            // A block's declaration fixes the type of everything inside.
            Ty::Array(_) | Ty::Tuple(_) => {
                format!("(if true {{ let t: {} = {value}; t }} else {{ panic(\"\") }})", ty.name())
            }
            _ => value,
        }
    }

    fn var(&mut self, ty: &Ty) -> Option<String> {
        let fitting: Vec<usize> = (0..self.vars.len()).filter(|&at| self.vars[at].ty == *ty).collect();
        (!fitting.is_empty()).then(|| self.vars[fitting[self.rng.usize(..fitting.len())]].name.clone())
    }

    fn simple(&mut self, ty: &Ty) -> String {
        if self.chance(70)
            && let Some(var) = self.var(ty)
        {
            return var;
        }
        match ty {
            Ty::Bool => if self.rng.bool() { "true" } else { "false" }.into(),
            Ty::U8 => format!("u8({})", self.rng.u8(..)),
            Ty::I32 => match self.rng.u8(..8) {
                0 => "2147483647".into(),
                1 => "(-2147483648)".into(),
                _ => format!("({})", self.rng.i32(-9..20)),
            },
            Ty::I64 => match self.rng.u8(..8) {
                0 => "9223372036854775807".into(),
                1 => "(-9223372036854775808)".into(),
                _ => format!("i64({})", self.rng.i32(-9..2_000_000)),
            },
            Ty::F64 => ["0.0", "1.5", "-0.0", "1e300", "0.1", "-2.25", "3.0"][self.rng.usize(..7)].into(),
            Ty::Char => ["'a'", "'Z'", "'é'", "'日'", "'\\n'", "'0'"][self.rng.usize(..6)].into(),
            Ty::Str => {
                ["\"\"", "\"a\"", "\"text\"", "\"añb\"", "\"日本\"", "\"a b\""][self.rng.usize(..6)].into()
            }
            Ty::Array(element) => {
                let count = self.rng.usize(1..4);
                let values: Vec<String> = (0..count).map(|_| self.simple(element)).collect();
                format!("[{}]", values.join(", "))
            }
            Ty::Tuple(parts) => {
                let values: Vec<String> = parts.iter().map(|part| self.simple(part)).collect();
                format!("({})", values.join(", "))
            }
        }
    }
}

/// As the head of a statement, which ends at a `{`.
fn head(value: &str) -> String {
    format!("({value})")
}

/// As the operand of a prefix operator.
fn operand(value: &str) -> String {
    format!("({value})")
}
