//! Errors as people read them: message, the line with a caret, notes, and for a failed run the call trace.
//!
//! The only file that knows `annotate-snippets`. It hands over the few lines that are needed, never a whole
//! source: a message about one line of ten megabytes shows the part around the place.

use crate::diagnostics::{Diagnostic, Place, Severity, Span};
use crate::error::Frame;
use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet, normalize_untrusted_str,
};
use lyra_base::LineIndex;
use lyra_runtime::TracePoint;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

/// More bytes of source than this are not shown in one message.
const MAX_EXCERPT: usize = 8 * 1024;
/// How much of an overlong line is shown on each side of the place.
const MARGIN: usize = 50;
/// A message is cut off after this many bytes: a program may throw a text of 64 MiB.
const MAX_MESSAGE: usize = 2 * 1024;

/// A source text, what to call it, and where its lines are.
#[derive(Debug)]
pub(crate) struct SourceText {
    pub(crate) name: String,
    pub(crate) text: String,
    lines: LineIndex,
}

/// The files that diagnostics speak of.
pub(crate) type Texts = Arc<[SourceText]>;

impl SourceText {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), text: text.to_owned(), lines: LineIndex::new(text) }
    }

    /// The bytes of `length` characters from `place` on, on its line.
    fn bytes_at(&self, place: Place, length: u32) -> Range<usize> {
        let line = self.lines.line_span(&self.text, place.line).range();
        let text = self.text.get(line.clone()).unwrap_or("");
        let offset = |characters: u32| {
            text.char_indices().nth(characters as usize).map_or(text.len(), |(at, _)| at) + line.start
        };
        let first = place.column.saturating_sub(1);
        offset(first)..offset(first.saturating_add(length))
    }
}

/// One diagnostic, without a newline at the end.
pub(crate) fn diagnostic(texts: &[SourceText], diagnostic: &Diagnostic, color: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = shown(&diagnostic.message);
    let mut group =
        level.primary_title(message).id(diagnostic.code).elements(excerpts(texts, &diagnostic.spans));
    let source = diagnostic.spans.first().and_then(|span| texts.get(span.text));
    let help = diagnostic.help.as_deref().map(shown);
    let mut report = Vec::new();
    match (&diagnostic.fix, help) {
        (Some(fix), help) => {
            report.push(group);
            report.extend(source.and_then(|source| suggestion(source, &fix.bytes, &fix.replacement, help)));
        }
        (None, Some(help)) => {
            group = group.element(Level::HELP.message(help));
            report.push(group);
        }
        (None, None) => report.push(group),
    }
    renderer(color).render(&report)
}

/// What is told when two sides that are not equal look the same.
const BY_IDENTITY: &str = "`==` asks whether two arrays, maps or structs are one and the same; `equal(a, b)` compares what \
                           is in them";

/// Whether a literal is that of a value that is compared by identity: an array, a map, a struct with fields.
fn is_shared(literal: &str) -> bool {
    let is_struct =
        || literal.ends_with(')') && literal.contains(": ") && literal.starts_with(char::is_alphabetic);
    literal.starts_with(['[', '{']) || is_struct()
}

/// What is known of a failed run.
#[derive(Clone, Copy)]
pub(crate) struct Failed<'e> {
    pub(crate) kind: &'e str,
    pub(crate) message: &'e str,
    /// Of the comparison that was asserted.
    pub(crate) sides: Option<(&'e str, &'e str)>,
    pub(crate) frames: &'e [Frame],
    pub(crate) omitted: usize,
}

/// A run-time error: title, the place it happened at, and the calls that led there, innermost first.
pub(crate) fn failed_run(source: Option<&SourceText>, failed: &Failed<'_>, color: bool) -> String {
    let Failed { kind, message, sides, frames, omitted } = *failed;
    let mut title =
        Level::ERROR.primary_title(shown(message)).id(shown(kind)).elements(Vec::<Element<'_>>::new());
    let place = frames.iter().find_map(|frame| Some((frame, frame.place?)));
    if let Some((frame, place)) = place {
        title = match source {
            Some(source) => {
                let bytes = source.bytes_at(place, frame.length);
                title.elements(excerpt(source, place, &[Mark { bytes, label: "", is_primary: true }]))
            }
            None => title.element(origin(&frame.file, place)),
        };
    }
    if let Some((left, right)) = sides {
        let both = format!(" left: {}\nright: {}", shown(left), shown(right));
        title = title.element(Level::NOTE.message(both));
        if left == right && is_shared(left) {
            title = title.element(Level::HELP.message(BY_IDENTITY));
        }
    }
    // What has no place (a standard module) is worth telling, too.
    if frames.len() > 1 || place.is_none() && !frames.is_empty() {
        title = title.element(Level::NOTE.message(trace(frames, omitted)));
    }
    renderer(color).render(&[title])
}

/// One line: an error that is about no place in a source.
pub(crate) fn plain(message: &str, color: bool) -> String {
    renderer(color).render(&[Group::with_title(Level::ERROR.primary_title(shown(message)))])
}

/// The calls, one a line, equal neighbours once; the machine has left `omitted` of them out of the middle.
fn trace(frames: &[Frame], omitted: usize) -> String {
    let mut text = String::from("call trace, innermost first");
    let width = frames.iter().map(|frame| frame.name.chars().count()).max().unwrap_or(0).min(24);
    let (head, tail) = frames.split_at(TracePoint::HEAD.min(frames.len()));
    for (part, more) in [(head, omitted), (tail, 0)] {
        for same in part.chunk_by(|a, b| (&a.name, a.place) == (&b.name, b.place)) {
            let [frame, rest @ ..] = same else { continue };
            let name = shown(&frame.name);
            // Writing to a text does not fail.
            let _ = match frame.place {
                Some(place) => write!(text, "\n  {name:width$}  {}:{place}", shown(&frame.file)),
                None => write!(text, "\n  {name}"),
            };
            if !rest.is_empty() {
                let _ = write!(text, "\n  … the same, {} more times", rest.len());
            }
        }
        if more > 0 {
            let _ = write!(text, "\n  … {more} more calls");
        }
    }
    text
}

fn renderer(color: bool) -> Renderer {
    if color { Renderer::styled() } else { Renderer::plain() }
}

fn origin(file: &str, place: Place) -> Origin<'static> {
    Origin::path(shown(file)).line(place.line as usize).char_column(place.column as usize)
}

struct Mark<'m> {
    bytes: Range<usize>,
    label: &'m str,
    is_primary: bool,
}

/// What is shown of each file that has a mark, the main one first.
fn excerpts<'s>(texts: &'s [SourceText], spans: &[Span]) -> Vec<Element<'s>> {
    let mut files: Vec<usize> = Vec::new();
    for span in spans {
        if !files.contains(&span.text) {
            files.push(span.text);
        }
    }
    let mut elements = Vec::new();
    for file in files {
        let here = spans.iter().filter(|span| span.text == file);
        let marks: Vec<Mark<'_>> = here
            .clone()
            .map(|span| Mark { bytes: span.bytes.clone(), label: &span.label, is_primary: span.is_primary })
            .collect();
        let place = here.map(|span| span.start).next();
        if let (Some(source), Some(place)) = (texts.get(file), place) {
            elements.extend(excerpt(source, place, &marks));
        }
    }
    elements
}

/// The lines of all marks; where that is too much, those of the first; where even that is too much, a piece of
/// its line.
fn excerpt<'s>(source: &'s SourceText, place: Place, marks: &[Mark<'_>]) -> Vec<Element<'s>> {
    let Some(first) = marks.first() else { return Vec::new() };
    let all = marks
        .iter()
        .fold(first.bytes.clone(), |sum, mark| sum.start.min(mark.bytes.start)..sum.end.max(mark.bytes.end));
    let wide = lines_around(source, &all);
    let lines = if wide.len() <= MAX_EXCERPT { wide } else { lines_around(source, &first.bytes) };
    if lines.len() <= MAX_EXCERPT {
        let from = line_of(source, lines.start);
        return vec![snippet(source, lines, from, marks).path(shown(&source.name)).into()];
    }
    let line = source.lines.line_span(&source.text, place.line).range();
    let start = boundary(&source.text, first.bytes.start.saturating_sub(MARGIN)).max(line.start);
    let end = boundary(&source.text, first.bytes.end.min(first.bytes.start + MARGIN) + MARGIN).min(line.end);
    let piece = start..end.max(start);
    vec![snippet(source, piece, place.line as usize, marks).into(), origin(&source.name, place).into()]
}

fn snippet<'s>(
    source: &'s SourceText,
    piece: Range<usize>,
    line: usize,
    marks: &[Mark<'_>],
) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
    let text = source.text.get(piece.clone()).unwrap_or("");
    let annotations =
        marks.iter().filter(|mark| mark.is_primary || overlaps(&mark.bytes, &piece)).map(|mark| {
            let inside = |at: usize| boundary(text, at.clamp(piece.start, piece.end) - piece.start);
            let kind = if mark.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let label = (!mark.label.is_empty()).then(|| shown(mark.label));
            kind.span(inside(mark.bytes.start)..inside(mark.bytes.end)).label(label)
        });
    Snippet::source(text).line_start(line).annotations(annotations)
}

/// The change that would mend it, when it fits into an excerpt; else only its help line.
fn suggestion<'s>(
    source: &'s SourceText,
    bytes: &Range<usize>,
    replacement: &str,
    help: Option<String>,
) -> Option<Group<'s>> {
    let title = Level::HELP.secondary_title(help.unwrap_or_else(|| "try this".to_owned()));
    let lines = lines_around(source, bytes);
    let text = source.text.get(lines.clone()).filter(|text| text.len() <= MAX_EXCERPT);
    let Some(text) = text else { return Some(Group::with_title(title)) };
    let inside = |at: usize| boundary(text, at.clamp(lines.start, lines.end) - lines.start);
    let patch = Patch::new(inside(bytes.start)..inside(bytes.end), replacement.to_owned());
    let from = line_of(source, lines.start);
    Some(title.element(Snippet::source(text).line_start(from).patch(patch)))
}

fn overlaps(mark: &Range<usize>, piece: &Range<usize>) -> bool {
    mark.start <= piece.end && piece.start <= mark.end
}

fn line_of(source: &SourceText, at: usize) -> usize {
    source.lines.line_column(&source.text, u32::try_from(at).unwrap_or(u32::MAX)).line as usize
}

/// The bytes of all lines that a range touches, without the last line's end.
fn lines_around(source: &SourceText, bytes: &Range<usize>) -> Range<usize> {
    let line_span = |at: usize| source.lines.line_span(&source.text, line_of(source, at) as u32).range();
    // A range that ends just after a newline does not touch the line there.
    let last = if bytes.end > bytes.start { bytes.end - 1 } else { bytes.end };
    let end = line_span(last).end;
    line_span(bytes.start).start..end
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A text of the program's, made fit for a terminal: control and bidirectional characters visible, cut off when
/// it is long.
pub(crate) fn shown(text: &str) -> String {
    let cut = boundary(text, MAX_MESSAGE);
    let head = text.get(..cut).unwrap_or("");
    let mut visible: String = head
        .chars()
        .map(|character| match character {
            // The rest of the control characters are taken care of below.
            '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => char::REPLACEMENT_CHARACTER,
            other => other,
        })
        .collect();
    if cut < text.len() {
        let _ = write!(visible, "… ({} bytes in all)", text.len());
    }
    normalize_untrusted_str(&visible)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Fix;

    /// Any text, any place, any fix: a report is made, and what is shown is fit for a terminal.
    #[test]
    fn every_place_of_every_text_can_be_shown() {
        let mut random = fastrand::Rng::with_seed(0x5407);
        let pieces = [
            "a",
            "ß",
            "→",
            "\u{1F600}",
            "\t",
            "\n",
            "\r\n",
            "\r",
            " ",
            "e\u{301}",
            "\u{1b}",
            "\u{202e}",
            "\0",
        ];
        for round in 0..2_000 {
            let count = if round % 50 == 0 { 20_000 } else { random.usize(0..30) };
            let text: String = (0..count).map(|_| pieces[random.usize(0..pieces.len())]).collect();
            let texts = [SourceText::new("name", &text)];
            let source = &texts[0];
            let mut range = || {
                // Also past the end, and inside characters.
                let start = random.usize(0..text.len() + 3);
                start
                    ..start + if random.bool() { random.usize(0..5) } else { random.usize(0..text.len() + 3) }
            };
            let place = |at: usize| {
                let at = source.lines.line_column(&text, u32::try_from(at).unwrap_or(u32::MAX));
                Place { line: at.line, column: at.column }
            };
            let mut span = |label: &str, is_primary| {
                let bytes = range();
                Span {
                    file: "name".to_owned(),
                    text: 0,
                    start: place(bytes.start),
                    end: place(bytes.end),
                    bytes,
                    label: label.to_owned(),
                    is_primary,
                }
            };
            let spans = vec![span("here\u{7}", true), span("", false), span("there", false)];
            let bytes = spans[1].bytes.clone();
            let fix = Fix {
                start: place(bytes.start),
                end: place(bytes.end),
                bytes,
                replacement: "new\u{1b}".to_owned(),
            };
            let found = Diagnostic {
                severity: if round % 2 == 0 { Severity::Error } else { Severity::Warning },
                code: "E0101",
                message: "what \u{9b} is wrong".to_owned(),
                file: "name".to_owned(),
                spans,
                help: (round % 3 == 0).then(|| "help\u{202e}".to_owned()),
                fix: (round % 4 == 0).then_some(fix),
            };
            for shown in [diagnostic(&texts, &found, false), shown_run(source, &found)] {
                assert!(shown.len() < 60_000, "{} bytes", shown.len());
                assert!(!shown.contains(['\u{1b}', '\u{9b}', '\u{7}', '\0', '\u{202e}']), "{shown:?}");
            }
        }
    }

    fn shown_run(source: &SourceText, found: &Diagnostic) -> String {
        let frame = |place| Frame { name: "f\0".to_owned(), file: "name".to_owned(), place, length: 7 };
        let frames: Vec<Frame> =
            found.spans.iter().map(|span| frame(Some(span.start))).chain([frame(None)]).collect();
        let sides = Some(("\"a\u{1b}\"", "…\u{202e}"));
        let kind = "user\u{1b}";
        let failed = Failed { kind, message: &found.message, sides, frames: &frames, omitted: 3 };
        failed_run(Some(source), &failed, false)
    }
}
