//! `lyra verify`: a sealed file through the whole gate, and what it would need to run.

use super::Stop;
use crate::args::VerifyArgs;
use crate::exit::Exit;
use crate::messages::Messages;
use crate::{input, stdout};
use lyra::{Engine, Module};
use std::fmt::Write as _;

/// The worst of all files decides the exit code.
pub(super) fn verify(args: &VerifyArgs, messages: Messages) -> Result<Exit, Stop> {
    let engine = Engine::default();
    let key = input::read_key(args.seal.key.as_deref())?;
    let mut exit = Exit::Ok;
    for file in &args.files {
        let name = input::name_of(file);
        let of_file = match input::read_bytes(file) {
            Err(unusable) => messages.unusable(&unusable),
            Ok(bytes) => match Module::deserialize(&engine, &bytes, key.as_ref()) {
                Err(error) => messages.refused(&name, &error),
                Ok(module) => stdout::print(summary(&name, &module, key.is_some()).as_bytes()),
            },
        };
        exit = exit.max(of_file);
    }
    Ok(exit)
}

fn summary(file: &str, module: &Module, keyed: bool) -> String {
    let bytecode = module.bytecode();
    let instructions: usize = bytecode.procs.iter().map(|proc| proc.code.len()).sum();
    let debug = if bytecode.debug.is_some() { "with" } else { "without" };
    let mut text = format!(
        "{file}: ok, {} procedures, {instructions} instructions, {debug} debug information{}\n",
        bytecode.procs.len(),
        if keyed { ", sealed with this key" } else { "" },
    );
    for import in module.imports() {
        let dot = if import.module.is_empty() { "" } else { "." };
        // Writing to a text does not fail.
        let _ = writeln!(text, "  needs {}{dot}{}: {}", import.module, import.name, import.signature);
    }
    text
}
