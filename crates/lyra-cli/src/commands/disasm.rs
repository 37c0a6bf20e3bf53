//! `lyra disasm`: a program's bytecode as a listing.

use super::{Stop, engine, load};
use crate::args::DisasmArgs;
use crate::exit::Exit;
use crate::messages::Messages;
use crate::stdout;
use lyra::bytecode::Listing;

pub(super) fn disasm(args: &DisasmArgs, messages: Messages) -> Result<Exit, Stop> {
    let module = load(&engine(&args.compile), &args.compile, &args.file, args.seal.key.as_deref(), messages)?;
    Ok(stdout::print(module.disassemble(&Listing::snapshot()).as_bytes()))
}
