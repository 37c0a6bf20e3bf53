//! `lyra build`: source text to a sealed file, or to another form of the program.

use super::{Stop, compile, engine};
use crate::args::{BuildArgs, Emit};
use crate::exit::Exit;
use crate::input::{self, Unusable};
use crate::messages::Messages;
use crate::stdout;
use lyra::bytecode::Listing;
use lyra_security::seal;
use std::path::{Path, PathBuf};

pub(super) fn build(args: &BuildArgs, messages: Messages) -> Result<Exit, Stop> {
    let text = input::read_source(&args.file)?;
    let key = input::read_key(args.seal.key.as_deref())?;
    let bytes = if args.emit == Some(Emit::Ast) {
        engine(&args.compile).syntax_tree(&input::name_of(&args.file), &text)?.into_bytes()
    } else {
        let mut module = compile(&engine(&args.compile), &args.file, args.compile.root.as_deref(), &text)?;
        messages.warnings(&module);
        if args.strip {
            module = module.strip()?;
        }
        match args.emit {
            Some(Emit::Ir) => module.ir(&args.translation.translation()).into_bytes(),
            Some(Emit::Regcode) => module.regcode(&args.translation.translation()).into_bytes(),
            Some(Emit::Ast | Emit::Bytecode) => module.disassemble(&Listing::snapshot()).into_bytes(),
            None => module.serialize(key.as_ref()),
        }
    };
    match output(args)? {
        None => Ok(stdout::print(&bytes)),
        Some(path) => {
            std::fs::write(&path, bytes)
                .map_err(|error| Unusable::usage(format!("cannot write {}: {error}", path.display())))?;
            Ok(Exit::Ok)
        }
    }
}

/// Where to write; `None` is standard output.
fn output(args: &BuildArgs) -> Result<Option<PathBuf>, Unusable> {
    match &args.output {
        Some(path) if path.as_os_str() == "-" => Ok(None),
        Some(path) if is_same_file(path, &args.file) => {
            Err(Unusable::usage(format!("{} would overwrite its own source", path.display())))
        }
        Some(path) => Ok(Some(path.clone())),
        None if args.emit.is_some() => Ok(None),
        None if args.file.as_os_str() == "-" => {
            Err(Unusable::usage("a program from standard input needs `-o FILE` (or `-o -`)".to_owned()))
        }
        None => Ok(Some(args.file.with_extension(seal::EXTENSION))),
    }
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
