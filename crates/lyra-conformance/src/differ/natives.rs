//! The host of generated programs: natives over all kinds of types, and a note of every call.

use lyra::{Caller, IntoHostFunction};
use lyra_runtime::{HostError, HostFunction, Value};
use std::sync::LazyLock;

/// What the natives were called with, in order: host calls are results, too.
pub type Calls = Vec<String>;

/// A native: the module it is reached by, its name, itself.
pub type Native = (&'static str, &'static str, HostFunction);

fn native<M>(module: &'static str, name: &'static str, function: impl IntoHostFunction<Calls, M>) -> Native {
    (module, name, function.into_host_function())
}

/// Everything that generated programs call.
pub static NATIVES: LazyLock<Vec<Native>> = LazyLock::new(|| {
    vec![
        native("host", "mix", |a: i32, b: i64| b.rotate_left(7) ^ i64::from(a)),
        native("host", "total", |xs: Vec<i32>| xs.iter().map(|&x| i64::from(x)).sum::<i64>()),
        native("host", "word", |text: String, sign: char| format!("{sign}{text}{sign}")),
        native("host", "half", |x: f64| x / 2.0),
        native("host", "maybe", |x: Option<i32>| x.filter(|x| x % 2 == 0)),
        native("host", "echo", |mut caller: Caller<'_, Calls>, value: Value| {
            caller.data().push(format!("echo {value}"));
            value
        }),
        native("host", "note", |mut caller: Caller<'_, Calls>, text: String| {
            caller.charge(text.len() as u64 / 4);
            caller.data().push(text);
        }),
        native("", "even", |mut caller: Caller<'_, Calls>, n: i32| {
            caller.data().push(format!("even {n}"));
            // Now and then it fails.
            if n % 7 == 3 { Err(HostError::new("odd", format!("{n} is refused"))) } else { Ok(n & !1) }
        }),
    ]
});

/// The native of that name, or the one of a standard module.
#[must_use]
pub fn function(module: &str, name: &str) -> Option<HostFunction> {
    let own = NATIVES.iter().find(|native| (native.0, native.1) == (module, name));
    own.map(|native| native.2.clone()).or_else(|| lyra_std::function(module, name))
}
