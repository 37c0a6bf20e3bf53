//! How long calls across the border take in wasmi: what `lyra-bench micro --filter calls` measures of Lyra, from
//! `i32` to `i32` both ways.

use crate::Result;
use crate::clock::cpu_time;
use std::fmt::Write;
use std::hint::black_box;
use wasmi::{Engine, Linker, Module, Store};

/// How often the call of the host stands in a round of the loop, as in Lyra's program.
const STATEMENTS: u32 = 16;

/// Calls in a sample, and samples, of which the fastest counts.
const CALLS: u32 = 100_000;
const SAMPLES: u32 = 50;

/// Nanoseconds a call, a line each way.
pub(crate) fn text() -> Result<String> {
    let engine = Engine::default();
    let module = Module::new(&engine, module())?;
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::<()>::new(&engine);
    linker.func_wrap("host", "next", |x: i32| black_box(x).wrapping_add(1))?;
    let instance = linker.instantiate_and_start(&mut store, &module)?;
    let same = instance.get_typed_func::<i32, i32>(&store, "same")?;
    let run = instance.get_typed_func::<i32, i32>(&store, "run")?;
    let inward = fastest(|| {
        for _ in 0..CALLS {
            black_box(same.call(&mut store, black_box(7))?);
        }
        Ok(())
    })?;
    let rounds = i32::try_from(CALLS / STATEMENTS)?;
    let outward = fastest(|| {
        black_box(run.call(&mut store, rounds)?);
        Ok(())
    })?;
    let mut text = String::new();
    writeln!(text, "host calls program, (i32) -> i32: {inward:.1} ns")?;
    writeln!(text, "program calls host, (i32) -> i32: {outward:.1} ns")?;
    Ok(text)
}

/// Nanoseconds of one of the [`CALLS`] that `work` makes.
fn fastest(mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..SAMPLES {
        let start = cpu_time();
        work()?;
        best = best.min(cpu_time().saturating_sub(start).as_secs_f64());
    }
    Ok(best * 1e9 / f64::from(CALLS))
}

/// `same` gives back what it gets; `run` calls the host [`STATEMENTS`] times in each of its rounds.
fn module() -> String {
    let calls = "(local.set $x (call $next (local.get $x)))\n".repeat(STATEMENTS as usize);
    format!(
        "(module
  (import \"host\" \"next\" (func $next (param i32) (result i32)))
  (func (export \"same\") (param i32) (result i32) (local.get 0))
  (func (export \"run\") (param $n i32) (result i32)
    (local $x i32)
    (loop $round
      {calls}
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $round (i32.gt_s (local.get $n) (i32.const 0))))
    (local.get $x)))"
    )
}
