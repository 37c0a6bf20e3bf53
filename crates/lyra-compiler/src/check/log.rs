//! What the checker has to say: diagnostics, counted and kept within bounds.

use super::checker::Checker;
use hashbrown::HashSet;
use lyra_base::Span;
use lyra_syntax::code::Code;
use lyra_syntax::{Diagnostic, MAX_DIAGNOSTICS};

/// The diagnostics so far.
#[derive(Default)]
pub(super) struct Log {
    diagnostics: Vec<Diagnostic>,
    /// Errors found, also those no longer kept.
    errors: usize,
    /// Warnings found, likewise.
    warnings: usize,
    /// What is said only once: each feature refused, and a limit on items.
    said: HashSet<&'static str>,
}

/// How much had been said at some time.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    kept: usize,
    errors: usize,
    warnings: usize,
}

impl Mark {
    /// Errors found until then.
    pub(super) const fn errors(self) -> usize {
        self.errors
    }
}

impl Log {
    /// How much has been said so far.
    pub(super) const fn mark(&self) -> Mark {
        Mark { kept: self.diagnostics.len(), errors: self.errors, warnings: self.warnings }
    }

    /// Of what was said since then, keeps the first error, with a note; nothing when `all_known`. Whether there
    /// was an error.
    ///
    /// An instance repeats the warnings of its definition, and may repeat an error as often as it is used.
    pub(super) fn settle(&mut self, since: Mark, all_known: bool, note: Option<(Span, String)>) -> bool {
        let failed = self.errors > since.errors;
        let said = self.diagnostics.split_off(since.kept.min(self.diagnostics.len()));
        self.warnings = since.warnings;
        if all_known {
            self.errors = since.errors;
            return failed;
        }
        if let Some(first) = said.into_iter().find(Diagnostic::is_error) {
            self.errors = since.errors + 1;
            self.diagnostics.push(match note {
                Some((span, text)) if span != first.span => first.with_secondary(span, text),
                _ => first,
            });
        }
        failed
    }

    /// Errors found so far.
    pub(super) const fn errors(&self) -> usize {
        self.errors
    }

    /// Whether `what` has not been said before; from now on it has.
    pub(super) fn is_new(&mut self, what: &'static str) -> bool {
        self.said.insert(what)
    }

    /// The diagnostics. Warnings about what is unused mean little while the program does not compile.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        if self.errors > 0 {
            self.diagnostics.retain(Diagnostic::is_error);
        }
        self.diagnostics
    }
}

impl Checker<'_> {
    /// Keeps a diagnostic. Errors and warnings are counted apart: warnings never crowd out an error, by which
    /// alone the program is refused.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let log = &mut self.log;
        let count = if diagnostic.is_error() { &mut log.errors } else { &mut log.warnings };
        *count += 1;
        if *count <= 2 * MAX_DIAGNOSTICS {
            log.diagnostics.push(diagnostic);
        }
    }

    pub(super) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// Whether a further error would still be shown: what is costly to say is not made for nothing. An error
    /// that is not made is counted with [`Self::unsaid`].
    pub(super) fn is_listening(&self) -> bool {
        self.log.errors < MAX_DIAGNOSTICS
    }

    /// Counts an error that nobody would be shown.
    pub(super) fn unsaid(&mut self) {
        self.log.errors += 1;
    }
}
