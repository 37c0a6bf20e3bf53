//! [`Translation`]: what may be chosen of how engines make their code.

/// How engines make code of a program. Changes no result, no error and no unit of fuel, only the speed: for looking at
/// what engines do, and for measuring what each part of it pays.
///
/// ```
/// use lyra_vm_core::Translation;
/// let plain = Translation::default().fuse(false).skip("inlining");
/// assert!(!plain.fuses() && plain.skips("inlining"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    fuse: bool,
    skip: Vec<String>,
}

impl Default for Translation {
    fn default() -> Self {
        Self { fuse: true, skip: Vec::new() }
    }
}

impl Translation {
    /// Whether an instruction of register code may do the work of several. Default: yes.
    #[must_use]
    pub fn fuse(mut self, fuse: bool) -> Self {
        self.fuse = fuse;
        self
    }

    /// Without the optimizing pass of this name; a name that no pass has changes nothing. Default: with all of them.
    #[must_use]
    pub fn skip(mut self, pass: impl Into<String>) -> Self {
        self.skip.push(pass.into());
        self
    }

    /// Whether instructions are fused.
    #[must_use]
    pub fn fuses(&self) -> bool {
        self.fuse
    }

    /// Whether a pass is left out.
    #[must_use]
    pub fn skips(&self, pass: &str) -> bool {
        self.skip.iter().any(|name| name == pass)
    }
}
