//! Numbers as people write them on a command line: `100M`, `1s`, `1_000_000`.

use std::time::Duration;

/// A count: digits with `_` or `,` between.
pub(crate) fn count(text: &str) -> Result<u64, String> {
    let digits: String = text.chars().filter(|&c| c != '_' && c != ',').collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("expected a whole number, like 1000000 or 1_000_000".to_owned());
    }
    digits.parse().map_err(|_| "the number is too large".to_owned())
}

/// Bytes: a count with an optional `K`, `M` or `G` (powers of 1024; `KiB`, `KB` and so on are the same).
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return Err(format!("no unit is called `{unit}`; use K, M or G, like 100M")),
    };
    let number = count(number.trim_end()).map_err(|_| "expected a size, like 100M or 1G".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "the size is too large".to_owned())
}

/// A time: a number, also with decimals, and `ms`, `s`, `m` or `h`; seconds when there is none.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let seconds = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("no unit of time is called `{unit}`; use ms, s, m or h, like 500ms")),
    };
    let number = number.trim_end();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 =
        if is_number { number.parse().ok() } else { None }.ok_or("expected a time, like 1s or 500ms")?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| "the time is too long".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!(count("1_000_000"), Ok(1_000_000));
        assert_eq!(count("1,000"), Ok(1_000));
        assert_eq!(size("100M"), Ok(100 << 20));
        assert_eq!(size("64 KiB"), Ok(64 << 10));
        assert_eq!(size("7"), Ok(7));
        assert_eq!(duration("1s"), Ok(Duration::from_secs(1)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2"), Ok(Duration::from_secs(2)));
    }

    #[test]
    fn what_is_no_number_is_explained() {
        for bad in ["", "x", "-1", "1.5", "99999999999999999999", "1e6", "_", "١"] {
            assert!(count(bad).is_err(), "{bad}");
        }
        for bad in ["", "M", "1T", "-1M", "1.5M", "99999999999G", "M1"] {
            assert!(size(bad).is_err(), "{bad}");
        }
        for bad in ["", "s", "1d", "-1s", "1..5s", "inf", "nan", "1e30h", "99999999999999999999999h"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
