//! Instructions that compute a word from words: all of them, by the functions of `lyra_bytecode::scalar`.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_bytecode::scalar::{self, Outcome, Scalar};
use lyra_runtime::Stack;

impl<P: Profile> Interp<'_, P> {
    #[inline]
    pub(super) fn unary<A: Scalar, R: Outcome>(&mut self, function: impl Fn(A) -> R) -> Step {
        let a = self.vm.words.pop()?;
        self.push_word(scalar::unary(function, a.as_word())?)
    }

    #[inline]
    pub(super) fn binary<A: Scalar, B: Scalar, R: Outcome>(&mut self, function: impl Fn(A, B) -> R) -> Step {
        let b = self.vm.words.pop()?;
        let a = self.vm.words.pop()?;
        self.push_word(scalar::binary(function, a.as_word(), b.as_word())?)
    }
}
