//! The sides of a failed comparison, line by line, when they are texts of several lines.

use similar::{ChangeTag, TextDiff};
use std::fmt::Write as _;

/// Lines that are the same are shown this far around those that are not.
const AROUND: usize = 3;

/// The difference of two literals as lines, `-` for the left and `+` for the right; `None` when they are no whole texts,
/// or of one line each.
pub(crate) fn of_texts(left: &str, right: &str, color: bool) -> Option<String> {
    let (left, right) = (text_of(left)?, text_of(right)?);
    if !left.contains('\n') && !right.contains('\n') {
        return None;
    }
    let difference = TextDiff::from_lines(&left, &right);
    let mut shown = String::new();
    for (index, group) in difference.grouped_ops(AROUND).iter().enumerate() {
        if index > 0 {
            shown.push_str("  …\n");
        }
        for change in group.iter().flat_map(|op| difference.iter_changes(op)) {
            let (sign, code) = match change.tag() {
                ChangeTag::Delete => ('-', "\x1b[31m"),
                ChangeTag::Insert => ('+', "\x1b[32m"),
                ChangeTag::Equal => (' ', ""),
            };
            let line = super::visible(change.value().trim_end_matches('\n'));
            let (start, end) = if color && !code.is_empty() { (code, "\x1b[0m") } else { ("", "") };
            // Where only one side ends with a newline, that is the difference.
            let is_short = change.missing_newline() && left.ends_with('\n') != right.ends_with('\n');
            let note = if is_short { "  (no newline at the end)" } else { "" };
            // Writing to a text does not fail.
            let _ = writeln!(shown, "{start}{sign} {line}{end}{note}");
        }
    }
    Some(shown)
}

/// The text that a literal stands for; `None` for another value, and for a literal that was cut.
fn text_of(literal: &str) -> Option<String> {
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        text.push(match chars.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'u' => {
                let digits: String = chars.by_ref().skip(1).take_while(|&c| c != '}').collect();
                char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
            }
            other => other,
        });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_back() {
        assert_eq!(text_of(r#""a\n\"b\"\\\u{7F}""#).as_deref(), Some("a\n\"b\"\\\u{7f}"));
        for other in ["5", "…abc\"", "\"abc…", "\"", "\"\\", "\"\\u{110000}\"", "[\"a\"]"] {
            assert_eq!(text_of(other), None, "{other}");
        }
    }

    #[test]
    fn lines_are_compared() {
        let shown = of_texts(r#""one\ntwo\nthree\n""#, r#""one\n2\nthree\n""#, false).unwrap();
        assert_eq!(shown, "  one\n- two\n+ 2\n  three\n");
        assert_eq!(of_texts("\"one\"", "\"two\"", false), None);
        assert_eq!(of_texts("\"one\\n\"", "5", false), None);
        assert!(of_texts("\"a\\nb\"", "\"a\\nb\\n\"", true).unwrap().contains("no newline"));
    }
}
