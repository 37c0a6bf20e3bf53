//! What this version reads but does not compile: each feature is named once in a program.

use super::checker::Checker;
use crate::hir::Expr;
use lyra_base::Span;
use lyra_syntax::{Diagnostic, code};

impl<'a> Checker<'a> {
    /// Reports that `feature` is not there yet; only the first time.
    pub(super) fn refuse(&mut self, feature: &'static str, span: Span) {
        if !self.log.is_new(feature) {
            self.unsaid();
            return;
        }
        self.report(
            Diagnostic::error(code::NOT_YET, span, format!("this version of Lyra has no {feature} yet"))
                .with_label("read, but not compiled"),
        );
    }

    /// As [`Self::refuse`], for an expression.
    pub(super) fn refuse_expr(&mut self, feature: &'static str, span: Span) -> Expr<'a> {
        self.refuse(feature, span);
        Expr::error(span)
    }
}
