//! A host with data, a program that works on it through host functions, limits, and a saved module.
//!
//! `cargo run -p lyra --example plugin`
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use lyra::{Caller, Engine, HostError, Limits, Linker, Module, Store};
use std::collections::BTreeMap;
use std::time::Duration;

/// What the host lends to its plugins.
#[derive(Default)]
struct Shop {
    stock: BTreeMap<String, i32>,
    log: Vec<String>,
}

const PLUGIN: &str = r#"
import shop

var orders = 0

proc order(item: str, count: i32) -> bool {
    orders += 1
    try {
        shop.take(item, count)
        shop.log(f"order {orders}: {count} x {item}")
        return true
    } catch e {
        shop.log(f"order {orders} refused, {e.kind}: {e.message}")
        return false
    }
}
"#;

fn main() -> Result<(), lyra::Error> {
    let engine = Engine::default();
    let mut linker = Linker::<Shop>::new(&engine);
    linker.func_wrap("shop", "log", |mut caller: Caller<'_, Shop>, line: String| {
        caller.data().log.push(line)
    })?;
    linker.func_wrap(
        "shop",
        "take",
        |mut caller: Caller<'_, Shop>, item: String, count: i32| match caller.data().stock.get_mut(&item) {
            Some(left) if *left >= count => {
                *left -= count;
                Ok(())
            }
            Some(left) => Err(HostError::new("sold_out", format!("only {left} left"))),
            None => Err(HostError::new("unknown_item", item)),
        },
    )?;

    // Compiled once, sealed, and loaded again: loading is safe for any bytes.
    let key = [42; 32];
    let file = linker.compile("orders.lyra", PLUGIN)?.serialize(Some(&key));
    let module = Module::deserialize(&engine, &file, Some(&key))?;
    for import in module.imports() {
        println!("the plugin needs {}.{}: {}", import.module, import.name, import.signature);
    }

    let shop = Shop { stock: BTreeMap::from([("apple".to_owned(), 5)]), ..Shop::default() };
    let mut store = Store::new(&engine, shop);
    store.set_limits(Limits::embedded().with_memory(1 << 20).with_deadline(Duration::from_millis(100)));
    let plugin = linker.instantiate(&mut store, &module)?;
    let order = plugin.get_typed_func::<(&str, i32), bool>(&store, "order")?;

    store.set_fuel(1_000);
    for (item, count) in [("apple", 3), ("apple", 3), ("pear", 1)] {
        let done = order.call(&mut store, (item, count))?;
        println!("{count} x {item}: {}", if done { "done" } else { "refused" });
    }
    println!("{:?}\n{:#?}\nfuel used: {}", store.data().stock, store.data().log, store.fuel_used());
    Ok(())
}
