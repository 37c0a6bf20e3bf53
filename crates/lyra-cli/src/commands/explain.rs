//! `lyra explain`: what an error code means.

use super::Stop;
use crate::args::ExplainArgs;
use crate::exit::Exit;
use crate::input::Unusable;
use crate::stdout;
use lyra::diagnostics;

pub(super) fn explain(args: &ExplainArgs) -> Result<Exit, Stop> {
    let text = match &args.code {
        None => diagnostics::codes().map(|(code, title)| format!("{code}  {title}\n")).collect(),
        Some(code) => diagnostics::explain(code).ok_or_else(|| {
            let shown: String = code.chars().take(20).flat_map(char::escape_debug).collect();
            Unusable::usage(format!("no error has the code `{shown}`; `lyra explain` lists them all"))
        })?,
    };
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    Ok(stdout::print(format!("{text}{newline}").as_bytes()))
}
