//! Numbers as people read them: three digits that count, and the unit that keeps them short.

use crate::result::{Unit, Verdict};

/// Three significant digits, without an exponent where a reader does not need one.
///
/// ```
/// use lyra_benches::report::format::digits;
/// assert_eq!(digits(0.012345), "0.0123");
/// assert_eq!(digits(12.345), "12.3");
/// assert_eq!(digits(12_345.6), "12,346");
/// ```
#[must_use]
pub fn digits(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    if size >= 1e15 || size > 0.0 && size < 1e-4 {
        return format!("{value:.2e}");
    }
    if size >= 999.5 {
        return thousands(value.round());
    }
    let places = if size >= 99.95 || size == 0.0 {
        0
    } else if size >= 9.995 {
        1
    } else if size >= 0.9995 {
        2
    } else {
        // 0.0123 has its first digit at the second place: two more follow.
        (-size.log10().floor()) as usize + 2
    };
    format!("{value:.places$}")
}

/// A whole number in groups of three.
fn thousands(value: f64) -> String {
    let plain = format!("{:.0}", value.abs());
    let mut text = if value < 0.0 { "-".to_owned() } else { String::new() };
    for (place, digit) in plain.chars().enumerate() {
        if place > 0 && (plain.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time given in nanoseconds.
///
/// ```
/// assert_eq!(lyra_benches::report::format::time(1_234_567.0), "1.23 ms");
/// ```
#[must_use]
pub fn time(nanoseconds: f64) -> String {
    scaled(nanoseconds, &[(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")])
}

/// A number of bytes, in units of 1024.
#[must_use]
pub fn bytes(value: f64) -> String {
    scaled(value, &[(1024.0 * 1024.0 * 1024.0, "GiB"), (1024.0 * 1024.0, "MiB"), (1024.0, "KiB"), (1.0, "B")])
}

/// A number of things: exact while short, in powers of ten when long.
#[must_use]
pub fn count(value: f64) -> String {
    if value.abs() < 1e6 {
        return if value.fract() == 0.0 { thousands(value) } else { digits(value) };
    }
    scaled(value, &[(1e12, "T"), (1e9, "G"), (1e6, "M")])
}

fn scaled(value: f64, units: &[(f64, &str)]) -> String {
    // 999.7 µs is written 1.00 ms: the choice looks at what will be printed.
    let unit = units.iter().find(|(size, _)| value.abs() >= size * 0.9995).or(units.last());
    unit.map_or_else(|| digits(value), |(size, name)| format!("{} {name}", digits(value / size)))
}

/// How many times as long: `31.2×`.
#[must_use]
pub fn factor(value: f64) -> String {
    format!("{}×", digits(value))
}

/// A share of 1 as a percentage; small ones keep a digit after the point.
#[must_use]
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "–".to_owned();
    }
    let value = share * 100.0;
    if value.abs() < 9.95 { format!("{value:.1} %") } else { format!("{value:.0} %") }
}

/// A change by a ratio of times: `+3.2 %`, `-10 %`.
#[must_use]
pub fn change(ratio: f64) -> String {
    let text = percent(ratio - 1.0);
    if ratio >= 1.0 { format!("+{text}") } else { text }
}

/// A figure in its unit.
#[must_use]
pub fn figure(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Nanoseconds => time(value),
        Unit::MegabytesPerSecond => format!("{} MB/s", digits(value)),
        Unit::LinesPerSecond => format!("{} lines/s", count(value)),
        Unit::Bytes => bytes(value),
        Unit::Share => percent(value),
        Unit::Count => count(value),
    }
}

/// A verdict in a word.
#[must_use]
pub fn verdict(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Pending(_) => "pending",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count() {
        let shown: Vec<_> = [0.0, 0.5, 0.99951, 1.0, 9.996, 99.96, 999.4, 999.6, 1e15, 1e-9, -2.5, f64::NAN]
            .map(digits)
            .into();
        assert_eq!(
            shown,
            ["0", "0.500", "1.00", "1.00", "10.0", "100", "999", "1,000", "1.00e15", "1.00e-9", "-2.50", "–"]
        );
    }

    #[test]
    fn units_change_where_the_text_does() {
        assert_eq!(time(999.4), "999 ns");
        assert_eq!(time(999.7), "1.00 µs");
        assert_eq!(time(0.35), "0.350 ns");
        assert_eq!(time(2.5e10), "25.0 s");
        assert_eq!(bytes(0.0), "0 B");
        assert_eq!(bytes(1536.0), "1.50 KiB");
        assert_eq!(count(3.0), "3");
        assert_eq!(count(1_234_567.0), "1.23 M");
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!(change(1.1), "+10 %");
        assert_eq!(change(0.98), "-2.0 %");
        assert_eq!(change(1.0), "+0.0 %");
        assert_eq!(percent(f64::NAN), "–");
    }
}
