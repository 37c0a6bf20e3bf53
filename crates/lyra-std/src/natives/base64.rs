//! `std:base64`: bytes as text of 64 characters (RFC 4648), with `+/` and padding, or with `-_` and none.

use super::{Outcome, Services, invalid};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use lyra_runtime::{HostCall, HostError, TextBuffer};

/// Padding is written and must be there.
const STANDARD: GeneralPurpose = base64::engine::general_purpose::STANDARD;

/// No padding is written; it may be there.
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn engine(url_safe: bool) -> &'static GeneralPurpose {
    if url_safe { &URL_SAFE } else { &STANDARD }
}

/// Bytes encoded at a time: a multiple of three, so that pieces stand side by side.
const BLOCK: usize = 48 << 10;

/// `encode([u8], url_safe: bool) -> str`
pub(super) fn encode(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    let engine = engine(call.bool(1)?);
    let mut out = TextBuffer::new();
    let bytes = call.bytes(0)?.len();
    // Four characters for every three bytes begun.
    out.grow(call, bytes.div_ceil(3).saturating_mul(4))?;
    let mut at = 0;
    while at < bytes {
        let end = bytes.min(at + BLOCK);
        call.work(end - at)?;
        let block = call.bytes(0)?.get(at..end).unwrap_or(&[]);
        engine.encode_string(block, out.text());
        at = end;
    }
    out.finish(call)?;
    Ok(None)
}

/// The bytes that argument 0 stands for, in memory that is paid for.
fn decoded(call: &mut HostCall<'_>) -> Result<Vec<u8>, HostError> {
    let engine = engine(call.bool(1)?);
    let length = call.str(0)?.len();
    call.work(length)?;
    call.reserve(base64::decoded_len_estimate(length))?;
    engine.decode(call.str(0)?).map_err(|error| invalid(format!("the text is no base64: {error}")))
}

/// `decode(str, url_safe: bool) -> [u8]`
pub(super) fn decode(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    let bytes = decoded(call)?;
    call.build().bytes(bytes.len(), |place| place.copy_from_slice(&bytes))?;
    Ok(None)
}

/// `decode_text(str, url_safe: bool) -> str`
pub(super) fn decode_text(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    let bytes = decoded(call)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => call.build().text(text)?,
        Err(error) => {
            let message =
                format!("the bytes are no UTF-8: the one at {} begins no character", error.valid_up_to());
            return Err(HostError::new("invalid_utf8", message));
        }
    }
    Ok(None)
}
