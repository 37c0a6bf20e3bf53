//! `std:hash`: digests in hexadecimal.

use super::{Outcome, Services};
use lyra_runtime::{HostCall, HostError, Value};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// Bytes hashed before time is looked at again.
const BLOCK: usize = 64 << 10;

/// Hands the bytes of argument 0 to `update`, paid for on the way.
fn each_block(
    call: &mut HostCall<'_>,
    is_text: bool,
    mut update: impl FnMut(&[u8]),
) -> Result<(), HostError> {
    let mut at = 0;
    loop {
        let bytes = if is_text { call.str(0)?.as_bytes() } else { call.bytes(0)? };
        let rest = bytes.get(at..).unwrap_or(&[]);
        let block = rest.get(..BLOCK).unwrap_or(rest);
        if block.is_empty() {
            return Ok(());
        }
        update(block);
        let done = block.len();
        at += done;
        call.work(done)?;
    }
}

fn hexadecimal(digest: &[u8]) -> Outcome {
    let mut text = String::with_capacity(digest.len() * 2);
    for byte in digest {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(Some(Value::Str(text)))
}

fn sha256(call: &mut HostCall<'_>, is_text: bool) -> Outcome {
    let mut hasher = Sha256::new();
    each_block(call, is_text, |block| hasher.update(block))?;
    hexadecimal(&hasher.finalize())
}

fn blake3(call: &mut HostCall<'_>, is_text: bool) -> Outcome {
    let mut hasher = blake3::Hasher::new();
    each_block(call, is_text, |block| {
        hasher.update(block);
    })?;
    hexadecimal(hasher.finalize().as_bytes())
}

/// `sha256(str) -> str`
pub(super) fn sha256_text(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    sha256(call, true)
}

/// `sha256_bytes([u8]) -> str`
pub(super) fn sha256_bytes(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    sha256(call, false)
}

/// `blake3(str) -> str`
pub(super) fn blake3_text(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    blake3(call, true)
}

/// `blake3_bytes([u8]) -> str`
pub(super) fn blake3_bytes(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    blake3(call, false)
}
