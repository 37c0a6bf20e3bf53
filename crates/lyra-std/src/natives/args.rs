//! `std:args`: the arguments that the host gave the program.

use super::{Outcome, Services};
use lyra_runtime::HostCall;

/// `all() -> [str]`
pub(super) fn all(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let arguments = services.arguments()?;
    let mut build = call.build();
    build.array()?;
    for argument in arguments.iter() {
        build.call().work(argument.len())?;
        build.text(argument)?;
    }
    build.end()?;
    Ok(None)
}
