//! Everything that goes to standard error: diagnostics, failures and reports, in the three formats.
//!
//! The JSON shapes are a contract with tools: fields are added, never renamed or removed. `docs` lists them.

use crate::args::{Color, MessageArgs, MessageFormat};
use crate::exit::Exit;
use crate::input::Unusable;
use lyra::diagnostics::{Diagnostic, Place};
use lyra::{Error, LogLevel, Module};
use serde::Serialize;
use std::io::{IsTerminal as _, Write as _};

/// Writes messages as the command line asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages {
    format: MessageFormat,
    color: bool,
    report_color: bool,
}

impl Messages {
    pub(crate) fn new(args: MessageArgs) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let wants = |is_terminal: bool| match args.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !no_color && !is_dumb && is_terminal,
        };
        let (color, report_color) =
            (wants(std::io::stderr().is_terminal()), wants(std::io::stdout().is_terminal()));
        Self { format: args.message_format, color, report_color }
    }

    /// How messages look.
    pub(crate) fn format(&self) -> MessageFormat {
        self.format
    }

    /// Whether what is written to standard output is in colour.
    pub(crate) fn report_color(&self) -> bool {
        self.report_color
    }

    /// Whether a tool reads them.
    pub(crate) fn is_json(&self) -> bool {
        self.format == MessageFormat::Json
    }

    /// Reports an error; the exit code is its family's.
    pub(crate) fn error(&self, error: &Error) -> Exit {
        match self.format {
            // An empty line sets one file's diagnostics off from the next one's.
            MessageFormat::Human if error.is_compile() => emit(&format!("{}\n", error.render(self.color))),
            MessageFormat::Human => emit(&error.render(self.color)),
            MessageFormat::Short if error.is_compile() => self.diagnostics(error.diagnostics()),
            MessageFormat::Short => emit(&short_failure(error)),
            MessageFormat::Json if error.is_compile() => self.diagnostics(error.diagnostics()),
            MessageFormat::Json => emit_json(&Failure::of(error)),
        }
        Exit::from(error)
    }

    /// Reports that a file was refused; its name is not in the error.
    pub(crate) fn refused(&self, file: &str, error: &Error) -> Exit {
        let (code, message) = (one_line(error.code()), error.message());
        match self.format {
            MessageFormat::Human => emit(&format!("{} {}: {message}", self.title("error:"), one_line(file))),
            MessageFormat::Short => {
                emit(&format!("{}: error[{code}]: {}", one_line(file), one_line(&message)))
            }
            MessageFormat::Json => {
                let mut failure = Failure::of(error);
                failure["file"] = file.into();
                emit_json(&failure);
            }
        }
        Exit::from(error)
    }

    /// A first word, in the colour of errors.
    fn title(&self, word: &str) -> String {
        if self.color { format!("\x1b[1m\x1b[91m{word}\x1b[0m") } else { word.to_owned() }
    }

    /// Reports a module's warnings.
    pub(crate) fn warnings(&self, module: &Module) {
        match self.format {
            _ if module.warnings().is_empty() => {}
            // An empty line sets them off from what the program prints.
            MessageFormat::Human => emit(&format!("{}\n", module.render_warnings(self.color))),
            _ => self.diagnostics(module.warnings()),
        }
    }

    /// Reports a file that cannot be used, or a wrong argument.
    pub(crate) fn unusable(&self, unusable: &Unusable) -> Exit {
        match self.format {
            MessageFormat::Json => emit_json(&Failure {
                kind: if unusable.exit == Exit::Compile { "compile" } else { "usage" },
                code: unusable.code,
                message: &unusable.message,
                ..Failure::default()
            }),
            _ => emit(&format!("{} {}", self.title("error:"), unusable.message)),
        }
        unusable.exit
    }

    /// Writes what the program logs, each line with its level.
    pub(crate) fn log(&self, level: LogLevel, text: &str) {
        if self.format == MessageFormat::Json {
            emit_json(&LogLine { r#type: "log", level: level.to_string(), message: text });
            return;
        }
        // A program must not forge another message, nor talk to the terminal.
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            let escape = |c: char| {
                if c.is_control() && c != '\t' { c.escape_default().to_string() } else { c.to_string() }
            };
            emit(&format!("[{level}] {}", line.chars().map(escape).collect::<String>()));
        }
    }

    fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            match self.format {
                MessageFormat::Json => emit_json(&DiagnosticLine::of(diagnostic)),
                _ => emit(&short_diagnostic(diagnostic)),
            }
        }
    }
}

/// Writes a JSON object and a newline.
pub(crate) fn emit_json(value: &impl Serialize) {
    // Plain structures of texts and numbers always serialize.
    emit(&serde_json::to_string(value).unwrap_or_default());
}

/// Writes a text and a newline. Whoever closed standard error does not want to know.
pub(crate) fn emit(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn short_diagnostic(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.spans.first().map_or(Place { line: 1, column: 1 }, |span| span.start);
    let (severity, code) = (diagnostic.severity.name(), diagnostic.code);
    format!("{}:{place}: {severity}[{code}]: {}", one_line(&diagnostic.file), one_line(&diagnostic.message))
}

fn short_failure(error: &Error) -> String {
    let message = format!("error{}", one_line_failure(error));
    match error.trace().iter().find_map(|frame| Some((frame, frame.place?))) {
        Some((frame, place)) => format!("{}:{place}: {message}", one_line(&frame.file)),
        None => message,
    }
}

/// `[code]: message`, with both sides of an assertion, on one line.
pub(crate) fn one_line_failure(error: &Error) -> String {
    let sides = error.sides().map_or_else(String::new, |(left, right)| {
        format!(" (left: {}, right: {})", one_line(left), one_line(right))
    });
    format!("[{}]: {}{sides}", one_line(error.code()), one_line(&error.message()))
}

/// A program's own text on one line, control characters escaped, cut off when long.
pub(crate) fn one_line(text: &str) -> String {
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    let mut line: String = text.chars().take(500).map(escape).collect();
    if text.chars().nth(500).is_some() {
        line.push('…');
    }
    line
}

/// A line of the log.
#[derive(Serialize)]
struct LogLine<'l> {
    r#type: &'static str,
    level: String,
    message: &'l str,
}

/// A diagnostic as a line of JSON.
#[derive(Serialize)]
struct DiagnosticLine<'d> {
    r#type: &'static str,
    severity: &'static str,
    code: &'d str,
    message: &'d str,
    file: &'d str,
    spans: Vec<SpanJson<'d>>,
    help: Option<&'d str>,
    fix: Option<FixJson<'d>>,
}

#[derive(Serialize)]
struct SpanJson<'d> {
    file: &'d str,
    start: PlaceJson,
    end: PlaceJson,
    label: &'d str,
    primary: bool,
}

#[derive(Serialize)]
struct FixJson<'d> {
    start: PlaceJson,
    end: PlaceJson,
    replacement: &'d str,
}

/// Lines and columns count from 1, columns in characters; bytes from 0.
#[derive(Serialize)]
struct PlaceJson {
    line: u32,
    column: u32,
    byte: usize,
}

impl PlaceJson {
    fn new(place: Place, byte: usize) -> Self {
        Self { line: place.line, column: place.column, byte }
    }
}

impl<'d> DiagnosticLine<'d> {
    fn of(diagnostic: &'d Diagnostic) -> Self {
        let spans = diagnostic.spans.iter().map(|span| SpanJson {
            file: &span.file,
            start: PlaceJson::new(span.start, span.bytes.start),
            end: PlaceJson::new(span.end, span.bytes.end),
            label: &span.label,
            primary: span.is_primary,
        });
        Self {
            r#type: "diagnostic",
            severity: diagnostic.severity.name(),
            code: diagnostic.code,
            message: &diagnostic.message,
            file: &diagnostic.file,
            spans: spans.collect(),
            help: diagnostic.help.as_deref(),
            fix: diagnostic.fix.as_ref().map(|fix| FixJson {
                start: PlaceJson::new(fix.start, fix.bytes.start),
                end: PlaceJson::new(fix.end, fix.bytes.end),
                replacement: &fix.replacement,
            }),
        }
    }
}

/// A failure of a run, a refused file or a wrong argument as a line of JSON.
#[derive(Default, Serialize)]
pub(crate) struct Failure<'e> {
    r#type: Type,
    kind: &'e str,
    code: &'e str,
    message: &'e str,
    /// The sides of a comparison that was asserted.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<&'e str>,
    /// The sealed file that was refused.
    file: Option<&'e str>,
    trace: Vec<FrameJson<'e>>,
    omitted: usize,
    /// The damaged bytes of a sealed file.
    range: Option<[usize; 2]>,
}

/// The constant text `failure`.
#[derive(Default, Serialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    #[default]
    Failure,
}

#[derive(Serialize)]
struct FrameJson<'e> {
    name: &'e str,
    file: &'e str,
    line: Option<u32>,
    column: Option<u32>,
}

impl Failure<'_> {
    pub(crate) fn of(error: &Error) -> serde_json::Value {
        let message = error.message();
        let trace = error.trace().iter().map(|frame| FrameJson {
            name: &frame.name,
            file: &frame.file,
            line: frame.place.map(|place| place.line),
            column: frame.place.map(|place| place.column),
        });
        let failure = Failure {
            r#type: Type::Failure,
            kind: error.kind().name(),
            code: error.code(),
            message: &message,
            left: error.sides().map(|(left, _)| left),
            right: error.sides().map(|(_, right)| right),
            file: None,
            trace: trace.collect(),
            omitted: error.omitted_frames(),
            range: error.file_range().map(|range| [range.start, range.end]),
        };
        serde_json::to_value(failure).unwrap_or_default()
    }
}
