//! `lyra verify`: a sealed file through the whole gate, and what it would need to run.

use super::Stop;
use crate::args::VerifyArgs;
use crate::exit::Exit;
use crate::messages::Messages;
use crate::{input, stdout};
use lyra::{Engine, Module};
use serde::Serialize;
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
                Ok(module) => {
                    let verified = Verified::of(&name, &module, key.is_some());
                    let text = if messages.is_json() { verified.json() } else { verified.text() };
                    stdout::print(text.as_bytes())
                }
            },
        };
        exit = exit.max(of_file);
    }
    Ok(exit)
}

/// What is known of a file that was accepted.
#[derive(Serialize)]
struct Verified<'f> {
    r#type: &'static str,
    file: &'f str,
    procedures: usize,
    instructions: usize,
    debug: bool,
    keyed: bool,
    needs: Vec<Need>,
}

/// A host function that the file needs.
#[derive(Serialize)]
struct Need {
    module: String,
    name: String,
    signature: String,
}

impl<'f> Verified<'f> {
    fn of(file: &'f str, module: &Module, keyed: bool) -> Self {
        let bytecode = module.bytecode();
        let need = |import: lyra::Import| Need {
            module: import.module,
            name: import.name,
            signature: import.signature,
        };
        Self {
            r#type: "verified",
            file,
            procedures: bytecode.procs.len(),
            instructions: bytecode.procs.iter().map(|proc| proc.code.len()).sum(),
            debug: bytecode.debug.is_some(),
            keyed,
            needs: module.imports().map(need).collect(),
        }
    }

    fn json(&self) -> String {
        // Plain structures of texts and numbers always serialize.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    fn text(&self) -> String {
        let mut text = format!(
            "{}: ok, {} procedures, {} instructions, {} debug information{}\n",
            self.file,
            self.procedures,
            self.instructions,
            if self.debug { "with" } else { "without" },
            if self.keyed { ", sealed with this key" } else { "" },
        );
        for Need { module, name, signature } in &self.needs {
            let dot = if module.is_empty() { "" } else { "." };
            // Writing to a text does not fail.
            let _ = writeln!(text, "  needs {module}{dot}{name}: {signature}");
        }
        text
    }
}
