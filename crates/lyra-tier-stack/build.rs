//! Chooses the form of the register engine: the threaded one where the compiler turns calls in tail position into
//! jumps, which it does when it optimizes and nothing stands between (no debug assertions).

use std::env;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(lyra_threaded)");
    println!("cargo::rustc-check-cfg=cfg(lyra_uncounted)");
    println!("cargo::rerun-if-changed=build.rs");
    let optimizes = env::var("OPT_LEVEL").is_ok_and(|level| matches!(level.as_str(), "2" | "3" | "s"));
    let asserts = env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_some();
    let target = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    if optimizes && !asserts && matches!(target.as_str(), "x86_64" | "aarch64") {
        println!("cargo::rustc-cfg=lyra_threaded");
    }
}
