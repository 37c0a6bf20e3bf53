//! The format of a hole: `[[fill]<^>][+][#][0][width][.precision][x X b o e]`.

use crate::ast::{Align, Format, FormatRadix};
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::report::{Reports, quote};
use lyra_base::Span;

const SHAPE: &str = "a format is `[[fill]<^>][+][#][0][width][.precision][x X b o e]`, such as `:>8`, `:*^20`, `:.2`, `:#04x`";

/// Reads what stands between the `:` and the `}`.
pub(crate) fn parse(text: &str, span: Span, reports: &mut Reports) -> Format {
    let mut format = Format {
        fill: ' ',
        align: None,
        plus: false,
        alternate: false,
        zero: false,
        width: None,
        precision: None,
        radix: None,
        span,
    };
    let mut rest = text;
    let mut chars = rest.chars();
    if let (Some(first), second) = (chars.next(), chars.next()) {
        if let Some(align) = second.and_then(align) {
            format.fill = first;
            format.align = Some(align);
            rest = chars.as_str();
        } else if let Some(align) = align(first) {
            format.align = Some(align);
            rest = rest.get(1..).unwrap_or("");
        }
    }
    format.plus = take(&mut rest, '+');
    format.alternate = take(&mut rest, '#');
    format.zero = take(&mut rest, '0');
    let mut fits = true;
    format.width = number(&mut rest, &mut fits);
    if take(&mut rest, '.') {
        format.precision = number(&mut rest, &mut fits);
        if format.precision.is_none() && fits {
            return bad(format, "no number follows the `.`", SHAPE, reports);
        }
    }
    if !fits {
        return bad(format, "a width or precision is at most 4_294_967_295", "use a smaller number", reports);
    }
    format.radix = match rest.chars().next() {
        Some('x') => Some(FormatRadix::LowerHex),
        Some('X') => Some(FormatRadix::UpperHex),
        Some('b') => Some(FormatRadix::Binary),
        Some('o') => Some(FormatRadix::Octal),
        Some('e') => Some(FormatRadix::Exponent),
        _ => None,
    };
    if format.radix.is_some() {
        rest = rest.get(1..).unwrap_or("");
    }
    if text.is_empty() {
        return bad(format, "this format is empty", "remove the `:`, or write a format behind it", reports);
    }
    if !rest.is_empty() {
        let help = match rest {
            "?" => "every type prints with `{x}` alone",
            "d" | "i" | "s" | "f" => "numbers and texts need no letter: `{x}`, `{x:8}`, `{x:.2}`",
            _ => SHAPE,
        };
        let message = format!("`{}` cannot stand in a format", quote(rest));
        let start = span.end.saturating_sub(u32::try_from(rest.len()).unwrap_or(0));
        reports
            .push(Diagnostic::error(code::BAD_FORMAT, Span::new(start, span.end), message).with_help(help));
    }
    format
}

fn bad(format: Format, message: &str, help: &str, reports: &mut Reports) -> Format {
    reports.push(Diagnostic::error(code::BAD_FORMAT, format.span, message).with_help(help));
    format
}

fn align(c: char) -> Option<Align> {
    match c {
        '<' => Some(Align::Left),
        '^' => Some(Align::Center),
        '>' => Some(Align::Right),
        _ => None,
    }
}

fn take(rest: &mut &str, c: char) -> bool {
    rest.strip_prefix(c).map(|after| *rest = after).is_some()
}

/// The digits in front; `fits` becomes false when they are no `u32`.
fn number(rest: &mut &str, fits: &mut bool) -> Option<u32> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    *rest = after;
    if digits.is_empty() {
        return None;
    }
    let value = digits.parse().ok();
    *fits &= value.is_some();
    value
}
