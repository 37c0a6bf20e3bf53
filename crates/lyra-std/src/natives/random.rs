//! `std:random`: numbers that look random, by PCG XSL RR 128/64 (`Lcg128Xsl64` of `rand_pcg`), one generator for each
//! store. The algorithm, and how a seed starts it, are part of what is promised: a seed gives the same numbers in every
//! version, on every platform.

use super::{Outcome, Services, invalid};
use lyra_runtime::{HostCall, HostError, Value};
use rand_core::Rng as _;
use rand_pcg::Lcg128Xsl64;

/// The stream of every generator: the one that PCG's authors use where nobody chooses.
const STREAM: u128 = 0x0a02_bdbf_7bb3_c0a7_ac28_fa16_a64a_bf96;

/// The generator of a store, once it has begun.
#[derive(Default)]
pub(crate) struct Random(Option<Lcg128Xsl64>);

/// The next 64 bits. Without a seed before, the system gives one, when that is granted.
fn bits(services: &Services) -> Result<u64, HostError> {
    if let Some(generator) = &mut services.state().random.0 {
        return Ok(generator.next_u64());
    }
    services.randomness()?;
    let mut seed = [0; 16];
    getrandom::fill(&mut seed)
        .map_err(|error| HostError::new("io", format!("the system gives no randomness: {error}")))?;
    let mut generator = Lcg128Xsl64::new(u128::from_le_bytes(seed), STREAM);
    let bits = generator.next_u64();
    services.state().random.0 = Some(generator);
    Ok(bits)
}

/// `seed(i64)`
pub(super) fn seed(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let seed = call.i64(0)?.cast_unsigned();
    services.state().random.0 = Some(Lcg128Xsl64::new(seed.into(), STREAM));
    Ok(None)
}

/// `next() -> i64`: 64 bits.
pub(super) fn next(services: &Services, _: &mut HostCall<'_>) -> Outcome {
    Ok(Some(Value::I64(bits(services)?.cast_signed())))
}

/// `float() -> f64`: one of the 2^53 multiples of 2^-53 from 0 up to, but not, 1.
#[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
pub(super) fn float(services: &Services, _: &mut HostCall<'_>) -> Outcome {
    let steps = bits(services)? >> 11;
    Ok(Some(Value::F64(steps as f64 / (1u64 << 53) as f64)))
}

/// `below(count: i64) -> i64`: from 0 up to, but not, `count`, which is read as unsigned, 0 as 2^64: each as often as
/// any other (Lemire's method).
pub(super) fn below(services: &Services, call: &mut HostCall<'_>) -> Outcome {
    let count = call.i64(0)?.cast_unsigned();
    if count == 0 {
        return next(services, call);
    }
    // Of the 2^64 products' low halves, those below this number are one too many.
    let surplus = count.wrapping_neg() % count;
    // Each round succeeds with at least one half; a thousand that do not are a broken generator.
    for _ in 0..1_000 {
        let product = u128::from(bits(services)?) * u128::from(count);
        let (high, low) = ((product >> 64) as u64, product as u64);
        if low >= surplus {
            return Ok(Some(Value::I64(high.cast_signed())));
        }
    }
    Err(invalid("the generator gives no number"))
}
