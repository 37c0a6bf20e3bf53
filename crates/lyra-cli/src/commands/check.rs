//! `lyra check`: mistakes in several files, nothing run.

use super::{compile, engine};
use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::input;
use crate::messages::Messages;

/// The worst of all files decides the exit code.
pub(super) fn check(args: &CheckArgs, messages: Messages) -> Exit {
    let engine = engine(&args.compile);
    let mut exit = Exit::Ok;
    for file in &args.files {
        let of_file = match input::read_source(file) {
            Err(unusable) => messages.unusable(&unusable),
            Ok(text) => match compile(&engine, file, args.compile.root.as_deref(), &text) {
                Err(stop) => stop.tell(messages),
                Ok(module) => {
                    messages.warnings(&module);
                    let denied = args.deny_warnings && !module.warnings().is_empty();
                    if denied { Exit::Compile } else { Exit::Ok }
                }
            },
        };
        exit = exit.max(of_file);
    }
    exit
}
