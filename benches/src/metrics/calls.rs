//! How long a call from the host into a program takes, call by call.
//!
//! A mean hides what a host that draws sixty frames a second cares for: the one call in a thousand.

use super::by_scale;
use crate::options::Scale;
use crate::result::{Distribution, Unit};
use lyra::{Engine, Limits, Linker, Store};
use std::hint::black_box;
use std::time::Instant;

/// The program: as little as a call can do.
const SOURCE: &str = "proc next(x: i32) -> i32 { return x + 1 }";

/// Times single calls, in the usual clock: what a host waits includes what the machine does besides.
///
/// # Errors
/// When a call fails.
pub fn measure(scale: Scale) -> Result<Distribution, String> {
    let text = |error: lyra::Error| error.to_string();
    let engine = Engine::default();
    let module = engine.compile("next.lyra", SOURCE).map_err(text)?;
    let mut store = Store::new(&engine, ());
    store.set_limits(Limits::embedded().with_fuel(None));
    let instance = Linker::new(&engine).instantiate(&mut store, &module).map_err(text)?;
    let next = instance.get_typed_func::<(i32,), i32>(&store, "next").map_err(text)?;
    let calls = by_scale(scale, 200, 10_000, 20_000);
    for n in 0..calls / 10 {
        next.call(&mut store, (n,)).map_err(text)?;
    }
    let mut values = Vec::new();
    for n in 0..calls {
        let started = Instant::now();
        let found = next.call(&mut store, (black_box(n),));
        let took = started.elapsed();
        if found.map_err(text)? != n + 1 {
            return Err(format!("the call with {n} gave a wrong result"));
        }
        values.push(took.as_secs_f64() * 1e9);
    }
    Ok(Distribution { name: "call from the host".to_owned(), unit: Unit::Nanoseconds, values })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{median, minimum};

    #[test]
    fn calls_are_timed_one_by_one() {
        let found = measure(Scale::Check).unwrap();
        assert_eq!(found.values.len(), 200);
        assert!(minimum(&found.values) > 0.0 && median(&found.values) < 1e9);
    }
}
