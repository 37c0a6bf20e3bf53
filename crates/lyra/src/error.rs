//! The one error type of the facade: opaque, with predicates, and with everything that a report needs.

use crate::diagnostics::{Diagnostic, Place};
use crate::module::Module;
use crate::render::{self, SourceText, Texts};
use lyra_bytecode::{DecodeError, Trap, VerifyError};
use lyra_security::SealError;
use lyra_vm_core::{LinkError, RunError, TraceFrame};
use std::fmt;

/// What went wrong, as one of a few families.
///
/// ```
/// let error = lyra::Engine::default().eval::<i32>("1 / 0").unwrap_err();
/// assert_eq!(error.kind(), lyra::ErrorKind::Runtime);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The source does not compile.
    Compile,
    /// The program failed while it ran.
    Runtime,
    /// The program reached a limit of its host's: fuel, memory, stack, time, output, or it was cancelled.
    Limit,
    /// A sealed file or a module was refused, or running code was found changed.
    Verify,
    /// The host asked for something that is not there or does not fit: a procedure, a type, a store.
    Usage,
}

impl ErrorKind {
    /// One word for reports: `compile`, `runtime`, `limit`, `verify`, `usage`.
    ///
    /// ```
    /// assert_eq!(lyra::ErrorKind::Limit.name(), "limit");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compile => "compile",
            Self::Runtime => "runtime",
            Self::Limit => "limit",
            Self::Verify => "verify",
            Self::Usage => "usage",
        }
    }
}

/// Anything that can go wrong, from source text to result.
///
/// `Display` is the report as plain text, several lines with the source where there is one;
/// [`render`](Self::render) is the same with colour.
///
/// ```
/// let error = lyra::Engine::default().eval::<i32>("1 +").unwrap_err();
/// assert!(error.is_compile());
/// assert!(error.to_string().starts_with("error[E"));
/// ```
pub struct Error(Box<Inner>);

/// A call that was active when a run failed.
///
/// ```
/// # let engine = lyra::Engine::default();
/// let error = engine.eval::<i32>("proc f(d: i32) -> i32 { return 1 / d }\nf(0)").unwrap_err();
/// assert_eq!(error.trace()[0].name, "f");
/// assert_eq!(error.trace()[0].place.unwrap().line, 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame {
    /// The procedure.
    pub name: String,
    /// What its file is called; empty when the module has no debug information.
    pub file: String,
    /// The place of the call or of the failure.
    pub place: Option<Place>,
    /// Characters of the line that it takes.
    pub length: u32,
}

enum Inner {
    Compile { diagnostics: Vec<Diagnostic>, texts: Texts },
    Run { error: RunError, frames: Vec<Frame>, module: Module },
    Seal(SealError),
    Verify(VerifyError),
    Link(LinkError),
    Decode(DecodeError),
    Usage(String),
}

impl Error {
    pub(crate) fn compile((diagnostics, texts): (Vec<Diagnostic>, Texts)) -> Self {
        Self(Box::new(Inner::Compile { diagnostics, texts }))
    }

    /// `module` is kept for its source, which is looked at only when a report is made.
    pub(crate) fn run(error: RunError, module: &Module) -> Self {
        let debug = module.bytecode().debug.as_ref();
        let file = |proc| debug.and_then(|debug| debug.file_of(proc)).map_or("", |file| file.name.as_str());
        let frame = |frame: &TraceFrame| Frame {
            name: frame.name.clone(),
            file: file(frame.proc).to_owned(),
            place: frame.position.map(|at| Place { line: at.line, column: at.column }),
            length: frame.position.map_or(1, |at| at.length),
        };
        let frames = error.trace.iter().map(frame).collect();
        Self(Box::new(Inner::Run { error, frames, module: module.clone() }))
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self(Box::new(Inner::Usage(message.into())))
    }

    /// Which family it belongs to.
    ///
    /// ```
    /// let error = lyra::Engine::default().compile("a.lyra", "var = ").unwrap_err();
    /// assert_eq!(error.kind(), lyra::ErrorKind::Compile);
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &*self.0 {
            Inner::Compile { .. } => ErrorKind::Compile,
            Inner::Run { error, .. } if error.trap == Trap::Tampered => ErrorKind::Verify,
            Inner::Run { error, .. } if error.trap.is_limit() => ErrorKind::Limit,
            Inner::Run { .. } => ErrorKind::Runtime,
            Inner::Seal(_) | Inner::Verify(_) | Inner::Link(_) | Inner::Decode(_) => ErrorKind::Verify,
            Inner::Usage(_) => ErrorKind::Usage,
        }
    }

    /// Whether the source does not compile; [`diagnostics`](Self::diagnostics) say why.
    ///
    /// ```
    /// assert!(lyra::Engine::default().eval::<i32>("\"text\"").unwrap_err().is_compile());
    /// ```
    #[must_use]
    pub fn is_compile(&self) -> bool {
        self.kind() == ErrorKind::Compile
    }

    /// Whether the program failed while it ran, other than by a limit.
    ///
    /// ```
    /// assert!(lyra::Engine::default().eval::<i32>("[1, 2][2]").unwrap_err().is_runtime());
    /// ```
    #[must_use]
    pub fn is_runtime(&self) -> bool {
        self.kind() == ErrorKind::Runtime
    }

    /// Whether the program reached a limit of its host's; [`code`](Self::code) names it.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "while true { }").unwrap();
    /// let mut store = lyra::Store::new(&engine, ());
    /// store.set_fuel(1_000);
    /// let error = lyra::Linker::new(&engine).instantiate(&mut store, &module).unwrap_err();
    /// assert!(error.is_limit());
    /// assert_eq!(error.code(), "out_of_fuel");
    /// ```
    #[must_use]
    pub fn is_limit(&self) -> bool {
        self.kind() == ErrorKind::Limit
    }

    /// Whether a sealed file or a module was refused, or running code was found changed.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// assert!(lyra::Module::deserialize(&engine, b"\x7fLYR", None).unwrap_err().is_verify());
    /// ```
    #[must_use]
    pub fn is_verify(&self) -> bool {
        self.kind() == ErrorKind::Verify
    }

    /// Whether the host asked for something that is not there or does not fit.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "").unwrap();
    /// let mut store = lyra::Store::new(&engine, ());
    /// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module).unwrap();
    /// assert!(instance.get_typed_func::<(), ()>(&store, "missing").unwrap_err().is_usage());
    /// ```
    #[must_use]
    pub fn is_usage(&self) -> bool {
        self.kind() == ErrorKind::Usage
    }

    /// Whether a handle ended the run; see [`crate::InterruptHandle`].
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "while true { }").unwrap();
    /// let mut store = lyra::Store::new(&engine, ());
    /// store.interrupt_handle().interrupt();
    /// assert!(lyra::Linker::new(&engine).instantiate(&mut store, &module).unwrap_err().is_cancelled());
    /// ```
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.code() == Trap::Cancelled.kind() && self.is_limit()
    }

    /// The precise kind, stable: for a run the error kind of the language (`index_out_of_bounds`, `out_of_fuel`,
    /// a program's own), for a source its first error's code (`E0301`), else `seal`, `format`, `verify`, `link`, `usage`.
    ///
    /// ```
    /// assert_eq!(lyra::Engine::default().eval::<i32>("1 / 0").unwrap_err().code(), "division_by_zero");
    /// ```
    #[must_use]
    pub fn code(&self) -> &str {
        match &*self.0 {
            Inner::Compile { diagnostics, .. } => diagnostics
                .iter()
                .find(|diagnostic| diagnostic.is_error())
                .map_or("compile", |first| first.code),
            Inner::Run { error, .. } => &error.kind,
            Inner::Seal(_) => "seal",
            Inner::Decode(_) => "format",
            Inner::Verify(_) => "verify",
            Inner::Link(_) => "link",
            Inner::Usage(_) => "usage",
        }
    }

    /// What is wrong in one sentence, without place or trace; of an assertion without its [sides](Self::sides).
    ///
    /// ```
    /// let error = lyra::Engine::default().eval::<i32>("throw \"no luck\"\n1").unwrap_err();
    /// assert_eq!(error.message(), "no luck");
    /// ```
    #[must_use]
    pub fn message(&self) -> String {
        match &*self.0 {
            Inner::Compile { diagnostics, .. } => {
                let first = diagnostics.iter().find(|diagnostic| diagnostic.is_error());
                first.map_or_else(|| "the program does not compile".to_owned(), |first| first.message.clone())
            }
            Inner::Run { error, .. } => assertion(error).0.to_owned(),
            Inner::Seal(error) => error.to_string(),
            Inner::Verify(error) => error.to_string(),
            Inner::Link(error) => error.to_string(),
            Inner::Decode(error) => error.to_string(),
            Inner::Usage(message) => message.clone(),
        }
    }

    /// Both sides of the comparison in an `assert` that failed, as literals; long ones are cut to the part where they
    /// begin to differ. `None` for every other error.
    ///
    /// ```
    /// let error = lyra::Engine::default().eval::<()>("var n = 3\nassert(n + 1 == 5, \"n\")").unwrap_err();
    /// assert_eq!((error.message().as_str(), error.sides()), ("n", Some(("4", "5"))));
    /// ```
    #[must_use]
    pub fn sides(&self) -> Option<(&str, &str)> {
        match &*self.0 {
            Inner::Run { error, .. } => assertion(error).1,
            _ => None,
        }
    }

    /// What the compiler reported, warnings included; empty for other kinds.
    ///
    /// ```
    /// let error = lyra::Engine::default().compile("a.lyra", "one\ntwo").unwrap_err();
    /// assert_eq!(error.diagnostics().len(), 2);
    /// ```
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match &*self.0 {
            Inner::Compile { diagnostics, .. } => diagnostics,
            _ => &[],
        }
    }

    /// The calls that were active when the run failed, innermost first; empty for other kinds. Of a very deep
    /// trace the middle is [left out](Self::omitted_frames).
    ///
    /// ```
    /// let error = lyra::Engine::default().eval::<i32>("1 / 0").unwrap_err();
    /// assert_eq!(error.trace().len(), 1);
    /// ```
    #[must_use]
    pub fn trace(&self) -> &[Frame] {
        match &*self.0 {
            Inner::Run { frames, .. } => frames,
            _ => &[],
        }
    }

    /// How many calls were left out of the trace.
    ///
    /// ```
    /// let error = lyra::Engine::default().eval::<i32>("1 / 0").unwrap_err();
    /// assert_eq!(error.omitted_frames(), 0);
    /// ```
    #[must_use]
    pub fn omitted_frames(&self) -> usize {
        match &*self.0 {
            Inner::Run { error, .. } => error.omitted,
            _ => 0,
        }
    }

    /// Where it happened: of a run the innermost place of the program's own text, of a source the first error's.
    ///
    /// ```
    /// let error = lyra::Engine::default().eval::<i32>("var zero = 0\n7 / zero").unwrap_err();
    /// assert_eq!(error.place().unwrap().line, 2);
    /// ```
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match &*self.0 {
            Inner::Compile { diagnostics, .. } => {
                let first = diagnostics.iter().find(|diagnostic| diagnostic.is_error())?;
                first.spans.first().map(|span| span.start)
            }
            Inner::Run { frames, .. } => frames.iter().find_map(|frame| frame.place),
            _ => None,
        }
    }

    /// The bytes of a sealed file that are wrong, if that is what is wrong and they can be told.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut file = engine.compile("a.lyra", "print(1)").unwrap().serialize(None);
    /// *file.last_mut().unwrap() ^= 1;
    /// let error = lyra::Module::deserialize(&engine, &file, None).unwrap_err();
    /// assert_eq!(error.file_range().unwrap().end, file.len());
    /// ```
    #[must_use]
    pub fn file_range(&self) -> Option<std::ops::Range<usize>> {
        match &*self.0 {
            Inner::Seal(error) => error.range(),
            _ => None,
        }
    }

    /// The report, several lines without a newline at the end; with `color`, in ANSI colours.
    ///
    /// ```
    /// let error = lyra::Engine::default().eval::<i32>("1 / 0").unwrap_err();
    /// assert!(error.render(true).contains("\x1b["));
    /// assert_eq!(error.render(false), error.to_string());
    /// ```
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        match &*self.0 {
            Inner::Compile { diagnostics, texts } => {
                let reports =
                    diagnostics.iter().map(|diagnostic| render::diagnostic(texts, diagnostic, color));
                reports.collect::<Vec<_>>().join("\n\n")
            }
            Inner::Run { error, frames, module } => {
                let debug = module.bytecode().debug.as_ref();
                let shown = frames.iter().zip(&error.trace).find(|(frame, _)| frame.place.is_some());
                let file = shown.and_then(|(_, frame)| debug?.file_of(frame.proc));
                let source = file.and_then(|file| Some(SourceText::new(&file.name, file.text.as_deref()?)));
                let (message, sides) = assertion(error);
                let failed =
                    render::Failed { kind: &error.kind, message, sides, frames, omitted: error.omitted };
                render::failed_run(source.as_ref(), &failed, color)
            }
            _ => render::plain(&self.message(), color),
        }
    }
}

/// The message of a failed run, and the sides that a failed assertion tells of behind its text.
fn assertion(error: &RunError) -> (&str, Option<(&str, &str)>) {
    let message = error.message.as_str();
    if error.trap != Trap::AssertionFailed {
        return (message, None);
    }
    let parts = message.rsplit_once("\nright: ").and_then(|(head, right)| {
        let (text, last) = head.rsplit_once('\n').unwrap_or(("", head));
        Some((text, (last.strip_prefix("left: ")?, right)))
    });
    match parts {
        Some((text, sides)) => (told(text), Some(sides)),
        None => (told(message), None),
    }
}

/// The text of an assertion, or what stands for it.
const fn told(text: &str) -> &str {
    if text.is_empty() { "assertion failed" } else { text }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("code", &self.code())
            .field("message", &self.message())
            .field("place", &self.place())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Inner::Run { error, .. } => Some(error),
            Inner::Seal(error) => Some(error),
            Inner::Decode(error) => Some(error),
            Inner::Verify(error) => Some(error),
            Inner::Link(error) => Some(error),
            _ => None,
        }
    }
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        Self(Box::new(Inner::Seal(error)))
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self(Box::new(Inner::Decode(error)))
    }
}

impl From<VerifyError> for Error {
    fn from(error: VerifyError) -> Self {
        Self(Box::new(Inner::Verify(error)))
    }
}

impl From<LinkError> for Error {
    fn from(error: LinkError) -> Self {
        Self(Box::new(Inner::Link(error)))
    }
}
