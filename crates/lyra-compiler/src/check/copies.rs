//! What is written once and made many times: bodies of generic items, the members of their types, defaults, the
//! methods that an interface asks of each type.
//!
//! A text of a megabyte can ask for a thousand copies of itself. So copies count, by the memory that they take while
//! the program is compiled, all kinds together; past [`MOST`] nothing more is copied, which is said once. What is
//! written out does not count: it is as long as the text.

use super::checker::Checker;
use lyra_base::Span;
use lyra_syntax::{Diagnostic, code};

/// Bytes that all copies may take together.
const MOST: usize = 64 << 20;

/// Roughly, what one of these takes beside the tree: an expression, a member of a type, a method of an `impl`.
pub(super) const EXPR: usize = 64;
pub(super) const MEMBER: usize = 128;
pub(super) const METHOD: usize = 32;

/// How much was copied.
#[derive(Default)]
pub(super) struct Copies {
    bytes: usize,
}

impl Checker<'_> {
    /// Whether `count` more pieces of `each` bytes may be copied, for what stands at `span`; says so, once, when not.
    pub(super) fn may_copy(&mut self, count: usize, each: usize, span: Span) -> bool {
        self.copies.bytes = self.copies.bytes.saturating_add(count.saturating_mul(each));
        if self.copies.bytes <= MOST {
            return true;
        }
        if self.log.is_new("copies past the limit") {
            self.report(
                Diagnostic::error(
                    code::TOO_MANY,
                    span,
                    "what is written once and made for each use is too much in this program",
                )
                .with_label("there is no room for this one")
                .with_help(
                    "bodies and types with type parameters count once for each of their types, defaults for each value: let fewer or smaller ones repeat",
                ),
            );
        } else {
            self.unsaid();
        }
        false
    }

    /// How much the tree takes.
    pub(super) fn tree_bytes(&self) -> usize {
        self.arena.allocated_bytes().saturating_sub(self.arena.chunk_capacity())
    }
}
