//! What a literal's text means: numbers, characters, texts without their escapes and indentation.
//!
//! A mistake is reported with its place inside the literal, and the literal gets a value all the same, so
//! that the rest of the program is read as it was meant.

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::report::{Reports, describe_char, quote};
use bumpalo::Bump;
use lyra_base::Span;

/// Offsets fit: the size of a source is checked before it is read.
fn at(base: u32, offset: usize) -> u32 {
    base.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX))
}

// ---- numbers -----------------------------------------------------------------------------------------

/// `10`, `1_000`, `0xFF`, `0b1010`, `0o17`, and `1e9`, which is a float.
pub(crate) enum Number {
    Int(u64),
    Float(f64),
}

/// The value of a number that logos took for an integer.
pub(crate) fn integer(text: &str, span: Span, reports: &mut Reports) -> Number {
    let (radix, digits, name) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, text.get(2..).unwrap_or(""), "hexadecimal"),
        [b'0', b'b' | b'B', ..] => (2, text.get(2..).unwrap_or(""), "binary"),
        [b'0', b'o' | b'O', ..] => (8, text.get(2..).unwrap_or(""), "octal"),
        _ => (10, text, "decimal"),
    };
    let prefix = text.len() - digits.len();
    if text.as_bytes().get(1).is_some_and(|byte| matches!(byte, b'X' | b'B' | b'O')) {
        let lower = text.get(..2).unwrap_or("").to_ascii_lowercase();
        let head = Span::new(span.start, span.start + 2);
        reports.push(
            Diagnostic::error(code::BAD_NUMBER, head, "the letter after the 0 is a small one")
                .with_help(format!("write `{lower}…`"))
                .with_fix(head, lower),
        );
    }
    if radix == 10 && digits.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'e' | b'E' | b'_'));
        if plain {
            return Number::Float(float(text, span, reports));
        }
    }
    let mut value: Option<u64> = Some(0);
    let mut any = false;
    for (offset, c) in digits.char_indices() {
        if c == '_' {
            continue;
        }
        let Some(digit) = c.to_digit(radix) else {
            let place =
                Span::new(at(span.start, prefix + offset), at(span.start, prefix + offset + c.len_utf8()));
            bad_digit(text, c, name, any, place, Span::new(place.start, span.end), reports);
            return Number::Int(value.unwrap_or(0));
        };
        any = true;
        value = value.and_then(|value| value.checked_mul(u64::from(radix))?.checked_add(u64::from(digit)));
    }
    if !any {
        reports.push(
            Diagnostic::error(code::BAD_NUMBER, span, format!("this {name} number has no digits"))
                .with_help(format!("write at least one after `{}`", quote(text))),
        );
    }
    Number::Int(value.unwrap_or_else(|| {
        reports.push(
            Diagnostic::error(code::BAD_NUMBER, span, "no integer type is as large as this number")
                .with_help(
                    "`i64` ends at 9_223_372_036_854_775_807; a float is written with a point: `1e20`, `1.0`",
                ),
        );
        0
    }))
}

fn bad_digit(text: &str, c: char, name: &str, any: bool, place: Span, rest: Span, reports: &mut Reports) {
    let skip = (rest.start - place.start) as usize + text.len() - (rest.end - place.start) as usize;
    let suffix = text.get(skip..).unwrap_or("");
    if let Some(ty @ ("i32" | "i64" | "u8" | "f64")) = Some(suffix).filter(|_| any) {
        let number = text.get(..skip).unwrap_or("");
        reports.push(
            Diagnostic::error(code::BAD_NUMBER, rest, format!("a number has no type `{ty}` behind it"))
                .with_help(format!(
                    "it takes the type its place expects; else write `{ty}({})`",
                    quote(number)
                )),
        );
        return;
    }
    let message = if c.is_ascii_digit() {
        format!("`{c}` is no {name} digit")
    } else {
        format!("{} cannot stand in a number", describe_char(c))
    };
    reports.push(Diagnostic::error(code::BAD_NUMBER, place, message).with_help(match name {
        "binary" => "binary digits are 0 and 1",
        "octal" => "octal digits are 0 to 7",
        "hexadecimal" => "hexadecimal digits are 0 to 9 and a to f",
        _ => "put a space or an operator between the number and the name; a name does not begin with a digit",
    }));
}

/// The value of a number with a point or an exponent.
pub(crate) fn float(text: &str, span: Span, reports: &mut Reports) -> f64 {
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    match plain.parse::<f64>() {
        Ok(value) if value.is_finite() => value,
        Ok(_) => {
            reports.push(
                Diagnostic::error(code::BAD_NUMBER, span, "no `f64` is as large as this number")
                    .with_help("the largest is about 1.8e308"),
            );
            0.0
        }
        Err(_) => {
            let digits =
                text.find(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E')).unwrap_or(text.len());
            let help = match text.get(digits..) {
                Some("f64") => {
                    format!("a number with a point is an `f64` anyway: `{}`", quote(&text[..digits]))
                }
                _ => "floats are written `1.5`, `1e9`, `2.5e-3`".to_string(),
            };
            reports.push(
                Diagnostic::error(code::BAD_NUMBER, span, format!("`{}` is no number", quote(text)))
                    .with_help(help),
            );
            0.0
        }
    }
}

// ---- characters and texts ----------------------------------------------------------------------------

/// What is between the quotes of `'…'`: exactly one character or escape.
pub(crate) fn character(text: &str, span: Span, reports: &mut Reports) -> Option<char> {
    let body = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or("");
    let mut chars = body.chars();
    let (Some(first), rest) = (chars.next(), chars.as_str()) else {
        reports.push(
            Diagnostic::error(
                code::BAD_CHARACTER_LITERAL,
                span,
                "there is no character between these quotes",
            )
            .with_help("an empty text is written `\"\"`"),
        );
        return Some('\0');
    };
    if first == '\\' {
        let (value, length) = escape(body, at(span.start, 1), reports);
        if length == body.len() {
            return Some(value.unwrap_or('\0'));
        }
    } else if rest.is_empty() {
        return Some(first);
    }
    let text = quote(body);
    let mut diagnostic =
        Diagnostic::error(code::BAD_CHARACTER_LITERAL, span, "more than one character between single quotes")
            .with_help(format!("a text stands between double quotes: `\"{text}\"`"));
    if text == body && !body.contains(['"', '\\']) {
        diagnostic = diagnostic.with_fix(span, format!("\"{body}\""));
    }
    reports.push(diagnostic);
    None
}

/// The escape that `text` begins with: its value and its length in bytes. At least the `\` is taken.
fn escape(text: &str, base: u32, reports: &mut Reports) -> (Option<char>, usize) {
    let mut chars = text.char_indices().skip(1);
    let Some((_, c)) = chars.next() else {
        let span = Span::new(base, at(base, text.len()));
        reports
            .push(Diagnostic::error(code::BAD_ESCAPE, span, "nothing follows this `\\`").with_help(ESCAPES));
        return (None, text.len().min(1));
    };
    let value = match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        '\\' | '"' | '\'' => c,
        'u' => return unicode_escape(text, base, reports),
        _ => {
            let length = 1 + c.len_utf8();
            let span = Span::new(base, at(base, length));
            let help = match c {
                'x' => "write the character by its number: `\\u{41}`",
                '{' | '}' => "a brace is written twice in an f-string: `{{`, `}}`",
                _ => ESCAPES,
            };
            let message = format!("`\\{}` is no escape", quote(&c.to_string()));
            reports.push(Diagnostic::error(code::BAD_ESCAPE, span, message).with_help(help));
            return (None, length);
        }
    };
    (Some(value), 2)
}

const ESCAPES: &str = "escapes are `\\n \\t \\r \\0 \\\\ \\\" \\' \\u{…}`; a raw text `r\"…\"` has none";

/// `\u{1F600}`: one to six hexadecimal digits that name a scalar value.
fn unicode_escape(text: &str, base: u32, reports: &mut Reports) -> (Option<char>, usize) {
    let rest = text.get(2..).unwrap_or("");
    let digits = rest.strip_prefix('{').map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
        (rest.get(..end).unwrap_or(""), rest.get(end..).is_some_and(|rest| rest.starts_with('}')))
    });
    let (length, message) = match digits {
        Some((digits, true)) => {
            let length = 4 + digits.len();
            if (1..=6).contains(&digits.len())
                && let Some(value) = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
            {
                return (Some(value), length);
            }
            (length, "no character has this number")
        }
        Some((digits, false)) => (3 + digits.len(), "this escape has no `}`"),
        None => (2, "the number of the character is missing"),
    };
    let span = Span::new(base, at(base, length));
    reports.push(
        Diagnostic::error(code::BAD_ESCAPE, span, message).with_help(
            "write `\\u{1F600}`: 1 to 6 hexadecimal digits, not `d800` to `dfff`, at most `10ffff`",
        ),
    );
    (None, length)
}

/// How the inside of a text is written.
#[derive(Clone, Copy, Default)]
pub(crate) struct Style {
    /// `\n` and the like mean something.
    pub(crate) escapes: bool,
    /// `{{` and `}}` are braces.
    pub(crate) braces: bool,
    /// Of a text of several lines: how much white space each line has in front.
    pub(crate) indent: Option<usize>,
    /// It is the first piece of such a text.
    pub(crate) first: bool,
}

/// The text that `body` stands for.
pub(crate) fn text<'a>(
    body: &str,
    base: u32,
    style: Style,
    arena: &'a Bump,
    reports: &mut Reports,
) -> &'a str {
    let plain = style.indent.is_none()
        && !body.bytes().any(|byte| {
            matches!(byte, b'\\' if style.escapes) || matches!(byte, b'{' | b'}' if style.braces)
        });
    if plain {
        return arena.alloc_str(body);
    }
    let mut out = bumpalo::collections::String::with_capacity_in(body.len(), arena);
    let mut rest = body;
    if let (Some(indent), true) = (style.indent, style.first)
        && let Some(line) = rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n"))
    {
        rest = skip_indent(line, indent);
    }
    while let Some(c) = rest.chars().next() {
        match c {
            '\\' if style.escapes => {
                let offset = body.len() - rest.len();
                let (value, length) = escape(rest, at(base, offset), reports);
                out.extend(value);
                rest = rest.get(length..).unwrap_or("");
                continue;
            }
            // A single `}` was reported by the lexer; here it stands for itself.
            '{' | '}' if style.braces && rest.get(1..).is_some_and(|next| next.starts_with(c)) => {
                out.push(c);
                rest = rest.get(2..).unwrap_or("");
                continue;
            }
            _ => {}
        }
        if let Some(indent) = style.indent
            && let Some(line) = rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n"))
        {
            out.push('\n');
            rest = skip_indent(line, indent);
            continue;
        }
        out.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or("");
    }
    out.into_bump_str()
}

fn skip_indent(line: &str, indent: usize) -> &str {
    let width = line.bytes().take(indent).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    line.get(width..).unwrap_or("")
}

/// How many bytes of white space all lines of `body` after its first begin with. Blank lines do not count;
/// the last one, with the closing quotes, does.
pub(crate) fn common_indent(body: &str) -> usize {
    let mut common: Option<&str> = None;
    let mut lines = body.split('\n').skip(1).peekable();
    while let Some(line) = lines.next() {
        let width = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let (own, rest) = line.split_at(width);
        if lines.peek().is_some() && (rest.is_empty() || rest == "\r") {
            continue;
        }
        common = Some(match common {
            None => own,
            Some(known) => {
                let same = known.bytes().zip(own.bytes()).take_while(|(a, b)| a == b).count();
                known.get(..same).unwrap_or("")
            }
        });
    }
    common.map_or(0, str::len)
}
