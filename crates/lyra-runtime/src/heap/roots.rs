//! Roots: what keeps objects alive, given to whatever may collect.

use crate::slot::Ref;

/// Where references live that keep objects alive.
pub trait Roots {
    /// Gives every reference to `visit`; nulls are welcome.
    fn visit(&self, visit: &mut dyn FnMut(Ref));
}

/// Nothing is alive.
pub struct NoRoots;

impl Roots for NoRoots {
    fn visit(&self, _: &mut dyn FnMut(Ref)) {}
}

impl Roots for [Ref] {
    fn visit(&self, visit: &mut dyn FnMut(Ref)) {
        self.iter().copied().for_each(visit);
    }
}

impl Roots for Vec<Ref> {
    fn visit(&self, visit: &mut dyn FnMut(Ref)) {
        self.as_slice().visit(visit);
    }
}
