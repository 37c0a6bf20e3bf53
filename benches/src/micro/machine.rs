//! What the machine of a tier takes for what programs do most: operands, arithmetic, a loop's round, calls.
//!
//! Programs are listings, where single instructions are measured, or Lyra. Each has a procedure `run` that does
//! as many rounds as it is told to, so that one call from the host makes a whole sample.

use super::{Kernel, Run, text_of};
use lyra::{Config, Engine, Instance, Limits, Linker, Module, Store, Tier, TypedFunc};
use std::hint::black_box;

/// How often the measured instructions stand in a round: the eight instructions of the round itself count little
/// beside them.
pub(super) const UNROLLED: u32 = 64;

/// How often a measured statement stands in a round of a Lyra program.
pub(super) const STATEMENTS: u32 = 16;

pub(super) fn kernels(tier: Tier) -> Vec<Kernel> {
    let mut kernels = Vec::new();
    for (name, pushed, about) in [
        ("const_i32, drop_word", "const_i32 7\ndrop_word", "a number pushed and popped by two instructions"),
        (
            "const_str, drop_ref",
            "const_str \"text\"\ndrop_ref",
            "a text pushed and popped by two instructions",
        ),
    ] {
        let code = Listing { body: pushed.to_owned(), ..Listing::default() };
        let kernel = Kernel::time("stack", name, UNROLLED, move || rounds(tier, &code.text()));
        kernels.push(kernel.about(about).claim("~100 ns, tier 1: ~10 ns"));
    }
    // A factor or divisor of -1 keeps every chain away from 0 and from infinity, however long it gets.
    kernels.extend(chains::<i32>(tier, "i32", [3, 3, -1]));
    kernels.extend(chains::<i64>(tier, "i64", [3, 3, -1]));
    kernels.extend(chains::<f64>(tier, "f64", [0.125, -1.0, -1.0]));
    let source = "proc run(n: i32) -> i32 {
        var x = 1
        for i in 0..n { x = x * 31 + (i ^ (x >> 3)) }
        return x
    }";
    kernels.push(
        Kernel::time("loop", "for, 4 operators", 1, move || source_rounds(tier, source.to_owned()))
            .about("a round of `for i in 0..n { x = x * 31 + (i ^ (x >> 3)) }`"),
    );
    for (name, callee, statement) in [
        ("proc()", "proc callee() { }", "callee()"),
        ("proc(i32) -> i32", "proc callee(x: i32) -> i32 { return x }", "x = callee(x)"),
        (
            "proc(i32, str, f64) -> str",
            "proc callee(a: i32, b: str, c: f64) -> str { return b }",
            "t = callee(x, t, 0.5)",
        ),
    ] {
        let source = repeated(callee, statement);
        kernels.push(
            Kernel::time("call", name, STATEMENTS, move || source_rounds(tier, source.clone())).about(
                format!(
                    "`{statement}`, from Lyra: the call, the callee's `return`, and moving what is passed"
                ),
            ),
        );
    }
    for (types, name, about) in [
        (0, "method, direct", "a method of a known type"),
        (1, "method of an interface, 1 type", "a method of an interface for values of one type"),
        (4, "method of an interface, 4 types", "the same for values of four types in turn"),
        (16, "method of an interface, 16 types", "the same for values of sixteen types in turn"),
    ] {
        let prepare = move || source_rounds(tier, methods(types));
        kernels.push(Kernel::time("call", name, METHODS, prepare).about(format!(
            "`x = s.step(x)` in a loop over {METHODS} values, {about}; the loop's round counted in"
        )));
    }
    kernels
}

/// Values that a round calls a method of.
const METHODS: u32 = 16;

/// A program that calls a method of each of some values in each of `n` rounds: of so many types behind an interface, or
/// with 0 of one type that is known.
fn methods(types: u32) -> String {
    let mut source = "interface Step { proc step(self, x: i32) -> i32 }\n".to_owned();
    for number in 0..types.max(1) {
        // Too much to be worth inlining where the type is known: a call is what is measured.
        source.push_str(&format!(
            "struct S{number} {{ by: i32 }}
impl Step for S{number} {{
    proc step(self, x: i32) -> i32 {{
        if x < 0 {{ return if x < -9 {{ self.step(x + 1) }} else {{ 0 - self.step(0 - x) }} }}
        return x + self.by
    }}
}}\n"
        ));
    }
    let values: Vec<String> = (0..METHODS).map(|at| format!("S{}(1)", at % types.max(1))).collect();
    let of = if types == 0 { "S0" } else { "Step" };
    source.push_str(&format!(
        "proc run(n: i32) -> i32 {{
    let all: [{of}] = [{}]
    var x = 0
    for i in 0..n {{
        x = i & 1
        for s in all {{ x = s.step(x) }}
    }}
    return x
}}\n",
        values.join(", ")
    ));
    source
}

/// A Lyra program whose `run(n)` carries out `statement` [`STATEMENTS`] times in each of `n` rounds.
pub(super) fn repeated(declared: &str, statement: &str) -> String {
    let statements = format!("{statement}\n").repeat(STATEMENTS as usize);
    format!(
        "{declared}
proc run(n: i32) -> i32 {{
    var x = n
    var t = \"text\"
    for i in 0..n {{
{statements}    }}
    return x + length(t)
}}"
    )
}

/// `x = x + c`, `x = x * c` and `x = x / c`, the numbers coming from the host.
fn chains<T>(tier: Tier, ty: &'static str, operands: [T; 3]) -> Vec<Kernel>
where
    T: lyra::IntoLyra + lyra::FromLyra + lyra::LyraType + Copy + 'static,
    (i32, T, T): lyra::Args,
    T: lyra::CallResult,
{
    let mut kernels = Vec::new();
    for (operation, operand) in ["add", "mul", "div"].into_iter().zip(operands) {
        let code = Listing {
            signature: format!("i32, {ty}, {ty}) -> {ty}"),
            locals: vec!["i32".to_owned(), ty.to_owned(), ty.to_owned()],
            setup: "get_word 1".to_owned(),
            body: format!("get_word 2\n{operation}_{ty}"),
            ..Listing::default()
        };
        let prepare = move || {
            let (mut store, instance) = instance(tier, &code.text())?;
            let run: TypedFunc<(i32, T, T), T> = instance.get_typed_func(&store, "run").map_err(text_of)?;
            let mut x = operand;
            Ok(in_pieces(move |n| {
                x = run.call(&mut store, (n, black_box(x), black_box(operand))).map_err(text_of)?;
                black_box(x);
                Ok(())
            }))
        };
        let kernel =
            Kernel::time("arithmetic", format!("{ty} {operation}"), UNROLLED, prepare).about(format!(
                "`get_word; {operation}_{ty}`: the second operand pushed, the first is the result before"
            ));
        kernels.push(if ty == "f64" { kernel } else { kernel.claim("~50 ns") });
    }
    kernels
}

/// A procedure `run` that repeats some instructions, for the assembler.
pub(super) struct Listing {
    /// Types, constants, imports, globals, other procedures.
    pub(super) tables: String,
    /// What follows `proc run(`: parameters, the number of rounds among them, and the result.
    pub(super) signature: String,
    /// Types of all locals.
    pub(super) locals: Vec<String>,
    /// Handlers; `@` stands for the number of the repetition.
    pub(super) handlers: String,
    /// What stands before the rounds.
    pub(super) setup: String,
    /// What begins a round.
    pub(super) before: String,
    /// What ends a round.
    pub(super) after: String,
    /// What is measured; leaves the stacks as they were. `@` stands for the number of the repetition.
    pub(super) body: String,
    /// The local that holds the number of rounds.
    pub(super) counter: usize,
    /// How often `body` stands in a round.
    pub(super) unrolled: u32,
}

impl Default for Listing {
    fn default() -> Self {
        Self {
            tables: String::new(),
            signature: "i32)".to_owned(),
            locals: vec!["i32".to_owned()],
            handlers: String::new(),
            setup: String::new(),
            before: String::new(),
            after: String::new(),
            body: String::new(),
            counter: 0,
            unrolled: UNROLLED,
        }
    }
}

impl Listing {
    pub(super) fn text(&self) -> String {
        let locals = self.locals.iter().enumerate().map(|(number, ty)| format!("local {number} {ty}\n"));
        let locals: String = locals.collect();
        let numbered = |text: &str| -> String {
            (0..self.unrolled).map(|number| format!("{}\n", text.replace('@', &number.to_string()))).collect()
        };
        let (handlers, body) = (numbered(&self.handlers), numbered(&self.body));
        let Self { tables, signature, setup, before, after, counter, .. } = self;
        format!(
            "{tables}
proc run({signature} public {{
{locals}{handlers}{setup}
again:
{before}
{body}
{after}
get_word {counter}
const_i32 1
sub_i32
dup_word
set_word {counter}
const_i32 0
gt_i32
jump_if again
return
}}
"
        )
    }
}

/// An engine for programs of this tier, without bounds on work.
pub(super) fn engine(tier: Tier) -> Engine {
    Engine::new(Config::new().tier(tier).limits(Limits::command_line()))
}

/// Bytes that a listing's values may take: so few that collections come often, and equally often in each sample.
const MEMORY: u64 = 256 << 10;

/// An instance of a listing, which may import `bench.nothing()`.
fn instance(tier: Tier, listing: &str) -> Result<(Store<()>, Instance), String> {
    let engine = engine(tier);
    let module = lyra_bytecode::assemble(listing).map_err(text_of)?;
    let module = Module::from_bytecode(&engine, module).map_err(text_of)?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap("bench", "nothing", || ()).map_err(text_of)?;
    let mut store = Store::new(&engine, ());
    store.set_limits(Limits::command_line().with_memory(MEMORY));
    let instance = linker.instantiate(&mut store, &module).map_err(text_of)?;
    Ok((store, instance))
}

/// The rounds of a listing's `run(i32)`.
pub(super) fn rounds(tier: Tier, listing: &str) -> Result<Run, String> {
    let (mut store, instance) = instance(tier, listing)?;
    let run: TypedFunc<(i32,), ()> = instance.get_typed_func(&store, "run").map_err(text_of)?;
    Ok(in_pieces(move |n| run.call(&mut store, (black_box(n),)).map_err(text_of)))
}

/// The rounds of a Lyra program's `run(i32) -> i32`.
fn source_rounds(tier: Tier, source: String) -> Result<Run, String> {
    let engine = engine(tier);
    let module = engine.compile("bench.lyra", &source).map_err(text_of)?;
    source_instance(&engine, &Linker::new(&engine), &module)
}

/// The rounds of a compiled program's `run(i32) -> i32`.
pub(super) fn source_instance(engine: &Engine, linker: &Linker<()>, module: &Module) -> Result<Run, String> {
    let mut store = Store::new(engine, ());
    let instance = linker.instantiate(&mut store, module).map_err(text_of)?;
    let run: TypedFunc<(i32,), i32> = instance.get_typed_func(&store, "run").map_err(text_of)?;
    Ok(in_pieces(move |n| {
        black_box(run.call(&mut store, (black_box(n),)).map_err(text_of)?);
        Ok(())
    }))
}

/// Calls `rounds` with pieces of the number of iterations that fit an `i32`; never with 0.
fn in_pieces(mut rounds: impl FnMut(i32) -> Result<(), String> + 'static) -> Run {
    Box::new(move |iterations| {
        let mut left = iterations;
        while left > 0 {
            let piece = i32::try_from(left).unwrap_or(i32::MAX);
            rounds(piece)?;
            left = left.saturating_sub(u64::from(piece.unsigned_abs()));
        }
        Ok(())
    })
}
