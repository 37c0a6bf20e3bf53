//! `lyra disasm`: a program's code as a listing.

use super::{Stop, engine, load};
use crate::args::{Code, DisasmArgs};
use crate::exit::Exit;
use crate::messages::Messages;
use crate::stdout;
use lyra::bytecode::Listing;

pub(super) fn disasm(args: &DisasmArgs, messages: Messages) -> Result<Exit, Stop> {
    let module = load(&engine(&args.compile), &args.compile, &args.file, args.seal.key.as_deref(), messages)?;
    let translation = args.translation.translation();
    let listing = match args.emit {
        Code::Bytecode => module.disassemble(&Listing::snapshot()),
        Code::Ir => module.ir(&translation),
        Code::Regcode => module.regcode(&translation),
    };
    Ok(stdout::print(listing.as_bytes()))
}
