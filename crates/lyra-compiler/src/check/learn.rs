//! What impls and bounds say of parameters that are still to be found: `<T, S: Source<T>>` given a `Counter`, which
//! implements `Source<i32>`.

use super::checker::Checker;
use super::unify::Bindings;
use lyra_base::Span;
use lyra_bytecode::TypeId;

impl<'a> Checker<'a> {
    /// As [`Checker::unify`]; a type that is behind an interface of the pattern's gives what its `impl` says.
    pub(super) fn learn(&mut self, pattern: TypeId, ty: TypeId, bindings: &mut Bindings, span: Span) {
        let inner = self.types.optional_of(pattern).unwrap_or(pattern);
        if self.is_opaque(inner)
            && let Some(item) = self.interface_item(inner)
            && self.interface_item(ty) != Some(item)
            && self.types.optional_of(ty).is_none()
        {
            if let [interface] = self.interfaces_of(ty, item, span)[..] {
                self.unify(inner, interface, bindings);
            }
            return;
        }
        self.unify(pattern, ty, bindings);
    }

    /// What is known of a parameter says something of others that its bounds name: `<T, S: Source<T>>`.
    pub(super) fn learn_from_bounds(&mut self, bindings: &mut Bindings, span: Span) {
        // Each round but the last makes one more parameter known.
        for _ in 0..=bindings.len() {
            let before = bindings.unknown().count();
            if before == 0 {
                return;
            }
            let known: Vec<_> = bindings.pairs().collect();
            for (param, arg) in known {
                let interfaces = self.bounds_of(param).map(|bounds| bounds.interfaces.clone());
                for pattern in interfaces.unwrap_or_default() {
                    let open = bindings.unknown().any(|param| self.mentions(pattern, param));
                    if !open {
                        continue;
                    }
                    let Some(item) = self.interface_item(pattern) else { continue };
                    if let [interface] = self.interfaces_of(arg, item, span)[..] {
                        self.unify(pattern, interface, bindings);
                    }
                }
            }
            if bindings.unknown().count() == before {
                return;
            }
        }
    }

    /// What the place of a value says of it, where an interface is expected of a type that implements it.
    pub(super) fn learn_from_interface(
        &mut self,
        made: TypeId,
        interface: TypeId,
        bindings: &mut Bindings,
        span: Span,
    ) {
        let Some(form) = self.only_form_impl(interface, self.form_of(made)) else { return };
        let (target, of, mut args) = (form.target, form.interface, Bindings::new(&form.params));
        if self.unify(of, interface, &mut args)
            && let Some(target) = self.substitute(target, &args, span)
            && !args.unknown().any(|param| self.mentions(target, param))
        {
            self.unify(made, target, bindings);
        }
    }
}
