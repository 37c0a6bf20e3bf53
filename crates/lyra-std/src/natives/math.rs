//! `std:math`: what no single instruction does. By `libm`, whose results are the same on every platform, to the bit.

use super::{Outcome, Services};
use lyra_runtime::{HostCall, Value};

macro_rules! functions {
    ($($name:ident($($place:literal),+);)*) => {
        $(pub(super) fn $name(_: &Services, call: &mut HostCall<'_>) -> Outcome {
            Ok(Some(Value::F64(libm::$name($(call.f64($place)?),+))))
        })*
    };
}

functions! {
    pow(0, 1);
    atan2(0, 1);
    hypot(0, 1);
    cbrt(0);
    exp(0);
    expm1(0);
    log(0);
    log1p(0);
    log2(0);
    log10(0);
    sin(0);
    cos(0);
    tan(0);
    asin(0);
    acos(0);
    atan(0);
    sinh(0);
    cosh(0);
    tanh(0);
}
