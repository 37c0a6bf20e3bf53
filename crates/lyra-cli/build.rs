//! Links the command so that it starts quickly.
//!
//! *Addresses.* A position-independent program has some ten thousand addresses that the loader must set. In the packed
//! form they take a hundredth of the room, and the pages with the usual form are not even read: that is about 0.8 MB and
//! a fifth of a millisecond of each start. Loaders know the packed form since glibc 2.36, so it is used only where the
//! system that builds has that, and builds for itself.
//!
//! *The unwinder.* The standard library takes it from `libgcc_s.so`, of which a start that does not panic uses nothing.
//! Where its archive is there, it is linked from that, which comes before the library, and then nothing needs the library:
//! a file less to find, to map and to bind.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if !is_for_itself() {
        return;
    }
    if glibc().is_some_and(|version| version >= (2, 36)) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    if has_unwinder() {
        // As a library of the command's own it stands before those of the standard library.
        println!("cargo::rustc-link-lib=dylib=gcc_eh");
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

/// Whether what links knows where the archive of the unwinder is: one that does not gives back the bare name.
fn has_unwinder() -> bool {
    let linker = std::env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    let output = Command::new(linker).arg("-print-file-name=libgcc_eh.a").output();
    output.is_ok_and(|output| {
        let path = String::from_utf8_lossy(&output.stdout);
        let path = Path::new(path.trim());
        path.is_absolute() && path.is_file()
    })
}
