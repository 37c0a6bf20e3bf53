//! Diagnostics as plain data: everything that a tool needs, with places both as bytes and as line and column.
//!
//! [`crate::Error::render`] makes text of them; these are for editors, JSON and tests.

use crate::render::{SourceText, Texts};
use lyra_base::{LineColumn, Span as Bytes};
use lyra_compiler::Sources;
use std::collections::{BTreeMap, HashMap};

/// How bad a diagnostic is.
///
/// ```
/// assert!(lyra::diagnostics::Severity::Error > lyra::diagnostics::Severity::Warning);
/// assert_eq!(lyra::diagnostics::Severity::Warning.name(), "warning");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The program is compiled nevertheless.
    Warning,
    /// It is not.
    Error,
}

impl Severity {
    /// `warning` or `error`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One message of the compiler to the person who wrote the program.
///
/// ```
/// let error = lyra::Engine::default().compile("a.lyra", "print(1 + )").unwrap_err();
/// let first = &error.diagnostics()[0];
/// assert_eq!(first.file, "a.lyra");
/// assert_eq!(first.spans[0].start.line, 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The stable code, as in `lyra explain E0301`.
    pub code: &'static str,
    /// One sentence without a full stop.
    pub message: String,
    /// What the file of the main place is called.
    pub file: String,
    /// Where: the main place first, then others that matter, perhaps in other files.
    pub spans: Vec<Span>,
    /// What to do about it.
    pub help: Option<String>,
    /// A change that mends it, when there is exactly one.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Whether it keeps the program from being compiled.
    ///
    /// ```
    /// let module = lyra::Engine::default().compile("a.lyra", "proc f() { var unused = 1 }").unwrap();
    /// assert!(module.warnings().iter().all(|warning| !warning.is_error()));
    /// ```
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A place in the source.
///
/// ```
/// let error = lyra::Engine::default().compile("a.lyra", "var x: i32 = \"text\"").unwrap_err();
/// let span = &error.diagnostics()[0].spans[0];
/// assert!(span.is_primary && span.bytes.end <= 19);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// What the file is called.
    pub file: String,
    /// Bytes of the file.
    pub bytes: std::ops::Range<usize>,
    /// First character.
    pub start: Place,
    /// One past the last character.
    pub end: Place,
    /// A few words beside it; may be empty.
    pub label: String,
    /// Whether it is the main place.
    pub is_primary: bool,
    /// Which of the texts of its error or module it is in: names of files are for people, and may be alike.
    pub(crate) text: usize,
}

/// Line and column, both from 1; columns count Unicode scalar values.
///
/// ```
/// let place = lyra::diagnostics::Place { line: 3, column: 14 };
/// assert_eq!(place.to_string(), "3:14");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl From<LineColumn> for Place {
    fn from(place: LineColumn) -> Self {
        Self { line: place.line, column: place.column }
    }
}

/// Replace these bytes of the source by this text.
///
/// ```
/// fn apply(fix: &lyra::diagnostics::Fix, source: &mut String) {
///     source.replace_range(fix.bytes.clone(), &fix.replacement);
/// }
/// # let _ = apply;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix {
    /// What goes.
    pub bytes: std::ops::Range<usize>,
    /// Where that is.
    pub start: Place,
    /// Where that ends.
    pub end: Place,
    /// What comes.
    pub replacement: String,
}

/// The code of a source that is not UTF-8. Sources are given as `&str`, so whoever reads one reports this.
///
/// ```
/// assert!(lyra::diagnostics::explain(lyra::diagnostics::INVALID_UTF8).is_some());
/// ```
pub const INVALID_UTF8: &str = lyra_syntax::code::INVALID_UTF8.id();

/// What a code means, in Markdown, with a wrong program, the report that it gets, and a right program; `None` when
/// there is no such code.
///
/// ```
/// let text = lyra::diagnostics::explain("e0101").unwrap();
/// assert!(text.starts_with("# E0101") && text.contains("error[E0101]"));
/// assert!(lyra::diagnostics::explain("E9999").is_none());
/// ```
#[must_use]
pub fn explain(code: &str) -> Option<String> {
    let code = lyra_syntax::code::Code::find(code.trim())?;
    Some(format!("# {}: {}\n\n{}", code.id(), code.title(), crate::catalogue::explanation(code)))
}

/// The page of the book with every code and its [explanation](explain), in Markdown.
///
/// ```
/// assert!(lyra::diagnostics::catalogue().contains("## E0101"));
/// ```
#[must_use]
pub fn catalogue() -> String {
    crate::catalogue::page()
}

/// Every code with its title, in order.
///
/// ```
/// assert!(lyra::diagnostics::codes().any(|(code, _)| code == "E0101"));
/// ```
pub fn codes() -> impl Iterator<Item = (&'static str, &'static str)> {
    lyra_syntax::code::Code::all().map(|code| (code.id(), code.title()))
}

/// Makes data of what the compiler reported, with the texts of the files that it speaks of.
pub(crate) fn from_compiler(
    sources: &Sources,
    found: &[lyra_syntax::Diagnostic],
) -> (Vec<Diagnostic>, Texts) {
    let mut files = BTreeMap::<usize, Vec<u32>>::new();
    for span in found.iter().flat_map(spans_of) {
        let (file, span) = sources.within(span);
        files.entry(file).or_default().extend([span.start, span.end]);
    }
    let mut texts = Vec::with_capacity(files.len());
    let mut mentioned = HashMap::with_capacity(files.len());
    for (file, offsets) in files {
        let (name, text) = (sources.name(file), sources.text(file));
        mentioned.insert(file, Mentioned { name, text: texts.len(), places: Places::of(text, offsets) });
        texts.push(SourceText::new(name, text));
    }
    let list = found.iter().map(|diagnostic| convert(sources, &mentioned, diagnostic)).collect();
    (list, texts.into())
}

/// A file that diagnostics speak of.
struct Mentioned<'s> {
    name: &'s str,
    /// Its place among the texts.
    text: usize,
    places: Places,
}

fn spans_of(diagnostic: &lyra_syntax::Diagnostic) -> impl Iterator<Item = Bytes> {
    let fix = diagnostic.fix.iter().map(|fix| fix.span);
    let others = diagnostic.secondary.iter().map(|&(span, _)| span);
    std::iter::once(diagnostic.span).chain(others).chain(fix)
}

fn convert(
    sources: &Sources,
    mentioned: &HashMap<usize, Mentioned<'_>>,
    diagnostic: &lyra_syntax::Diagnostic,
) -> Diagnostic {
    let nowhere = Place { line: 1, column: 1 };
    let span = |bytes: Bytes, label: &str, is_primary| {
        let (file, bytes) = sources.within(bytes);
        let file = mentioned.get(&file);
        let at = |offset| file.map_or(nowhere, |file| file.places.at(offset));
        Span {
            file: file.map_or("", |file| file.name).to_owned(),
            bytes: bytes.range(),
            start: at(bytes.start),
            end: at(bytes.end),
            label: label.to_owned(),
            is_primary,
            text: file.map_or(0, |file| file.text),
        }
    };
    let main = span(diagnostic.span, &diagnostic.label, true);
    let others = diagnostic.secondary.iter().map(|(bytes, label)| span(*bytes, label, false));
    // A change is one of the file that the message is about.
    let fix = diagnostic.fix.as_ref().and_then(|fix| {
        let place = span(fix.span, "", false);
        let replacement = fix.replacement.clone();
        (place.text == main.text).then_some(Fix {
            bytes: place.bytes,
            start: place.start,
            end: place.end,
            replacement,
        })
    });
    Diagnostic {
        severity: if diagnostic.is_error() { Severity::Error } else { Severity::Warning },
        code: diagnostic.code.id(),
        message: diagnostic.message.clone(),
        file: main.file.clone(),
        spans: std::iter::once(main).chain(others).collect(),
        help: diagnostic.help.clone(),
        fix,
    }
}

/// Line and column of every offset that some diagnostics speak of, found in one walk over the text: a hundred
/// messages about one line of ten megabytes cost no more than one.
struct Places(HashMap<u32, Place>);

impl Places {
    fn of(text: &str, mut offsets: Vec<u32>) -> Self {
        offsets.sort_unstable();
        offsets.dedup();
        let mut places = HashMap::with_capacity(offsets.len());
        let mut offsets = offsets.into_iter().peekable();
        let mut place = Place { line: 1, column: 1 };
        for (at, character) in text.char_indices() {
            // An offset inside a character belongs to the character.
            while let Some(offset) = offsets.next_if(|&offset| (offset as usize) < at + character.len_utf8())
            {
                places.insert(offset, place);
            }
            if offsets.peek().is_none() {
                break;
            }
            if character == '\n' {
                place = Place { line: place.line.saturating_add(1), column: 1 };
            } else {
                place.column = place.column.saturating_add(1);
            }
        }
        places.extend(offsets.map(|offset| (offset, place)));
        Self(places)
    }

    fn at(&self, offset: u32) -> Place {
        self.0.get(&offset).copied().unwrap_or(Place { line: 1, column: 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lyra_base::LineIndex;

    #[test]
    fn places_agree_with_the_line_index() {
        let text = "a\r\nß→x\n\nend";
        let lines = LineIndex::new(text);
        for start in 0..text.len() as u32 + 3 {
            let places = Places::of(text, vec![start, start + 1]);
            assert_eq!(places.at(start), Place::from(lines.line_column(text, start)), "{start}");
        }
    }
}
