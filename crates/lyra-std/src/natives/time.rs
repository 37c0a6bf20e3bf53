//! `std:time`: the clock, when it is granted, and dates in UTC. A time is seconds since 1970 as an `f64`, which is exact
//! to a microsecond.

use super::{Outcome, Services, invalid};
use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::Offset;
use lyra_runtime::{HostCall, HostError, Value};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Most bytes of a format: what it makes is at most some hundred times as long.
const LONGEST_FORMAT: usize = 1_000;

/// `now() -> f64`
pub(super) fn now(services: &Services, _: &mut HostCall<'_>) -> Outcome {
    services.clock()?;
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    };
    Ok(Some(Value::F64(seconds)))
}

/// `monotonic() -> f64`
pub(super) fn monotonic(services: &Services, _: &mut HostCall<'_>) -> Outcome {
    let start = services.clock()?;
    Ok(Some(Value::F64(Instant::now().saturating_duration_since(start).as_secs_f64())))
}

/// The time of an argument, to the microsecond.
fn timestamp(call: &HostCall<'_>) -> Result<Timestamp, HostError> {
    let seconds = call.f64(0)?;
    let outside =
        || invalid(format!("{seconds:?} seconds since 1970 lie outside of the years -9999 to 9999"));
    if !seconds.is_finite() {
        return Err(outside());
    }
    // The conversion saturates, and the largest numbers are no time.
    #[expect(clippy::cast_possible_truncation, reason = "it saturates")]
    let micros = (seconds * 1e6).round() as i64;
    Timestamp::from_microsecond(micros).map_err(|_| outside())
}

/// `parts(f64) -> (i32, …)`: year, month, day, hour, minute, second, microsecond, day of the week (Monday is 1), day of
/// the year.
pub(super) fn parts(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    let time = Offset::UTC.to_datetime(timestamp(call)?);
    let parts = [
        i32::from(time.year()),
        time.month().into(),
        time.day().into(),
        time.hour().into(),
        time.minute().into(),
        time.second().into(),
        time.subsec_nanosecond() / 1_000,
        time.weekday().to_monday_one_offset().into(),
        time.day_of_year().into(),
    ];
    Ok(Some(Value::Tuple(parts.into_iter().map(Value::I32).collect())))
}

/// `to_text(f64) -> str`: `2024-02-29T12:30:00Z`.
pub(super) fn to_text(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    Ok(Some(Value::Str(timestamp(call)?.to_string())))
}

/// `format(f64, format: str) -> str`, as `strftime` does.
pub(super) fn format(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    let time = timestamp(call)?;
    let format = call.str(1)?;
    if format.len() > LONGEST_FORMAT {
        return Err(invalid(format!("a format has at most {LONGEST_FORMAT} bytes")));
    }
    match strtime::format(format, time) {
        Ok(text) => {
            call.work(text.len())?;
            Ok(Some(Value::Str(text)))
        }
        Err(error) => Err(invalid(format!("the format is not valid: {error}"))),
    }
}

/// `parse(str) -> f64`: RFC 3339.
pub(super) fn parse(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    let text = call.str(0)?;
    // No time is written longer than this.
    let parsed = if text.len() > 100 { None } else { text.parse::<Timestamp>().ok() };
    let Some(time) = parsed else {
        return Err(invalid("the text is no time like 2024-02-29T12:30:00Z"));
    };
    #[expect(clippy::cast_precision_loss, reason = "every microsecond of these years is near enough")]
    let seconds = time.as_microsecond() as f64 / 1e6;
    Ok(Some(Value::F64(seconds)))
}
