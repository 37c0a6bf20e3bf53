//! `std:log`: lines for the host, never for the output.

use super::{Outcome, Services, invalid};
use crate::services::LogLevel;
use lyra_runtime::HostCall;

/// `write(level: i32, text: str)`
pub(super) fn write(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let level = match call.i32(0)? {
        0 => LogLevel::Debug,
        1 => LogLevel::Info,
        2 => LogLevel::Warn,
        3 => LogLevel::Error,
        other => return Err(invalid(format!("there is no level {other}"))),
    };
    let bytes = call.str(1)?.len();
    call.work(bytes)?;
    if services.is_logging() {
        // What reaches the host counts like what is printed, so that a program cannot fill a disk by logging.
        call.count_output(bytes)?;
        services.log(level, call.str(1)?);
    }
    Ok(None)
}
