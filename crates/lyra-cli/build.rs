//! Links the command so that it starts quickly.
//!
//! A position-independent program has some ten thousand addresses that the loader must set. In the packed form they
//! take a hundredth of the room, and the pages with the usual form are not even read: that is about 0.8 MB and a fifth
//! of a millisecond of each start. Loaders know the packed form since glibc 2.36, so it is used only where the system
//! that builds has that, and builds for itself.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if is_for_itself() && glibc().is_some_and(|version| version >= (2, 36)) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Whether the command will run on a system like this one, with glibc.
fn is_for_itself() -> bool {
    let of = |name: &str| std::env::var(name).unwrap_or_default();
    of("HOST") == of("TARGET") && of("CARGO_CFG_TARGET_OS") == "linux" && of("CARGO_CFG_TARGET_ENV") == "gnu"
}

/// The version of the C library; `None` where it does not tell.
fn glibc() -> Option<(u32, u32)> {
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, rest) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    let minor = rest.split('.').next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
