//! From source to the first result: how much a second each stage takes in, and how long a start takes.
//!
//! Sources are made by [`crate::source`], in two sizes. Compiling one of more than some lines works on a thread of its own,
//! as in every program; its CPU time counts.

use super::{Amount, Kernel, Run, each, text_of};
use crate::result::Unit;
use bumpalo::Bump;
use lyra::{Engine, Linker, Module, Store};
use lyra_base::Symbols;
use lyra_bytecode::{SectionRef, VerifyLimits, decode, encode, verify};
use lyra_compiler::{CompileOptions, Source, compile};
use lyra_security::seal::{self, Section};
use std::hint::black_box;

/// Procedures of the small and of the large source.
const SIZES: [usize; 2] = [10, 300];

const HELLO: &str = "print(\"hello, world\")";

/// A small program with what programs have: a procedure, a loop, an array, a text.
const SMALL: &str = "proc squares(n: i32) -> [i32] {
    let list: [i32] = []
    for i in 1..=n { list.push(i * i) }
    return list
}

var total = 0
for x in squares(10) { total += x }
print(f\"the sum is {total}\")
";

pub(super) fn kernels() -> Vec<Kernel> {
    let mut kernels = Vec::new();
    for procs in SIZES {
        let source = crate::source(procs);
        let (bytes, lines) = (source.len(), source.lines().count());
        for (group, name, unit, make, about) in [
            ("compile", "parse", Unit::MegabytesPerSecond, parsing as Make, "text to syntax tree; of source"),
            ("compile", "compile", Unit::MegabytesPerSecond, compiling, "text to module; of source"),
            ("compile", "parse", Unit::LinesPerSecond, parsing, "text to syntax tree; of source"),
            ("compile", "compile", Unit::LinesPerSecond, compiling, "text to module; of source"),
            ("verify", "verify", Unit::MegabytesPerSecond, verifying, "a decoded module; of its sealed file"),
            ("verify", "verify", Unit::LinesPerSecond, verifying, "a decoded module; of its source"),
            ("encode", "encode and seal", Unit::MegabytesPerSecond, encoding, "of the sealed file"),
            ("encode", "encode and seal", Unit::LinesPerSecond, encoding, "of the source"),
            ("encode", "open and decode", Unit::MegabytesPerSecond, decoding, "of the sealed file"),
            ("encode", "open and decode", Unit::LinesPerSecond, decoding, "of the source"),
        ] {
            let per = if unit == Unit::LinesPerSecond { "lines" } else { "bytes" };
            let name = format!("{name}, {lines} lines ({per})");
            let amount = match (unit, group) {
                (Unit::LinesPerSecond, _) => Amount::Known(lines as f64),
                (_, "compile") => Amount::Known(bytes as f64),
                _ => {
                    let source = source.clone();
                    // What cannot be compiled has no size; the kernel says why when it is prepared.
                    Amount::Found(Box::new(move || {
                        sealed(&source).map_or(f64::NAN, |file| file.len() as f64)
                    }))
                }
            };
            let source = source.clone();
            kernels.push(Kernel::rate(group, name, unit, amount, move || make(&source)).about(about));
        }
    }
    kernels.push(
        Kernel::time("start", "hello world, from source", 1, || from_source(HELLO))
            .about("an engine, compiling, verifying, linking, running: all but the process"),
    );
    kernels.push(
        Kernel::time("start", "9 lines, from source", 1, || from_source(SMALL))
            .about("the same for a program with a loop, an array and a text"),
    );
    kernels.push(
        Kernel::time("start", "hello world, from a sealed file", 1, || from_file(HELLO))
            .about("an engine, opening, decoding, verifying, linking, running"),
    );
    kernels.push(
        Kernel::time("start", "9 lines, from a sealed file", 1, || from_file(SMALL))
            .about("the same for a program with a loop, an array and a text"),
    );
    kernels
}

/// Makes the iterations of one stage for a source.
type Make = fn(&str) -> Result<Run, String>;

fn parsing(source: &str) -> Result<Run, String> {
    let source = source.to_owned();
    Ok(each(move || {
        let (arena, mut symbols) = (Bump::new(), Symbols::new());
        let parsed = lyra_syntax::parse(black_box(&source), &arena, &mut symbols);
        match black_box(parsed.diagnostics.is_empty() && !parsed.file.stmts.is_empty()) {
            true => Ok(()),
            false => Err("the source has mistakes".to_owned()),
        }
    }))
}

fn compiled(source: &str) -> Result<lyra_bytecode::Module, String> {
    let compiled = compile(Source { name: "bench.lyra", text: source }, &CompileOptions::default());
    let first = compiled.diagnostics.first().map_or("no reason given", |diagnostic| &diagnostic.message);
    compiled.module.ok_or_else(|| format!("the source does not compile: {first}"))
}

fn compiling(source: &str) -> Result<Run, String> {
    let source = source.to_owned();
    Ok(each(move || compiled(black_box(&source)).map(|module| drop(black_box(module)))))
}

fn verifying(source: &str) -> Result<Run, String> {
    let limits = VerifyLimits::default();
    let mut module = Some(compiled(source)?);
    Ok(each(move || {
        let verified = verify(module.take().unwrap_or_default(), &limits).map_err(text_of)?;
        module = Some(black_box(verified).into_module());
        Ok(())
    }))
}

fn file_of(module: &lyra_bytecode::Module) -> Vec<u8> {
    let sections = encode(module);
    let sections: Vec<Section<'_>> =
        sections.iter().map(|section| Section { name: section.name, bytes: &section.bytes }).collect();
    seal::seal(&sections, None)
}

fn sealed(source: &str) -> Result<Vec<u8>, String> {
    compiled(source).map(|module| file_of(&module))
}

fn encoding(source: &str) -> Result<Run, String> {
    let module = compiled(source)?;
    let length = file_of(&module).len();
    Ok(each(move || match black_box(file_of(black_box(&module))).len() == length {
        true => Ok(()),
        false => Err("two files of one module differ".to_owned()),
    }))
}

fn decoding(source: &str) -> Result<Run, String> {
    let file = sealed(source)?;
    Ok(each(move || {
        let sections = seal::open(black_box(&file), None).map_err(text_of)?;
        let sections: Vec<SectionRef<'_>> =
            sections.iter().map(|section| SectionRef { name: section.name, bytes: section.bytes }).collect();
        black_box(decode(&sections).map_err(text_of)?);
        Ok(())
    }))
}

fn run(engine: &Engine, module: &Module) -> Result<(), String> {
    let mut store = Store::new(engine, ());
    let instance = Linker::new(engine).instantiate(&mut store, module).map_err(text_of)?;
    black_box(instance);
    Ok(())
}

fn from_source(source: &'static str) -> Result<Run, String> {
    Ok(each(move || {
        let engine = Engine::default();
        let module = engine.compile("bench.lyra", black_box(source)).map_err(text_of)?;
        run(&engine, &module)
    }))
}

fn from_file(source: &'static str) -> Result<Run, String> {
    let file = Engine::default().compile("bench.lyra", source).map_err(text_of)?.serialize(None);
    Ok(each(move || {
        let engine = Engine::default();
        let module = Module::deserialize(&engine, black_box(&file), None).map_err(text_of)?;
        run(&engine, &module)
    }))
}
