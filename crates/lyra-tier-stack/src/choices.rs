//! [`Choices`]: how functions become register code.

/// What may be chosen where a function becomes register code; none of it changes what the code does.
///
/// ```
/// use lyra_bytecode::Types;
/// use lyra_tier_stack::{Choices, translate_with};
/// let func = lyra_ir::parse(
///     "func \"least\" -> f64 {\nblock0(v0: f64, v1: f64):\n  v2: bool = lt_f64 v0, v1\n  branch v2, block1, block2\nblock1:\n  return v0\nblock2:\n  return v1\n}",
/// )?;
/// let text = |choices| translate_with(&func, &Types::default(), choices).expect("it is small").to_string();
/// assert!(text(Choices::default()).contains("unless lt_f64 w0, w1 -> 2\n"));
/// assert!(text(Choices { fuse: false, ..Choices::default() }).contains("lt_f64 w2, w0, w1\n1  unless w2 -> 3\n"));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Whether a word may do the work of several instructions: a branch make the test that it decides by, a jump back
    /// pay, a product be added, moves be made together. Operands beside the row are no instructions. Default: yes.
    pub fuse: bool,
    /// Whether words that cannot fail have places, too, for listings. Default: no.
    pub all_places: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self { fuse: true, all_places: false }
    }
}
