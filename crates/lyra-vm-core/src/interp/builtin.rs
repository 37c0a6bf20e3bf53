//! Calls of built-ins, through the inline caches.
//!
//! What a built-in is for a type (its function, the kinds of its arguments) is worked out once and numbered; the
//! caches keep the number by instruction and type.

use super::{Interp, Step};
use crate::profile::Profile;
use crate::sites::SiteKind;
use lyra_bytecode::{Builtin, Kind, TypeId};
use lyra_runtime::builtins::{Run, resolve};
use lyra_runtime::{Caches, Fault, SiteKey};

/// A built-in over one type, ready to run.
pub(crate) struct Implementation<H> {
    builtin: Builtin,
    ty: TypeId,
    run: Run<H>,
    params: Box<[Kind]>,
    result: Option<Kind>,
}

impl<P: Profile> Interp<'_, P> {
    #[inline(never)]
    pub(super) fn call_builtin(&mut self, builtin: Builtin, ty: TypeId) -> Step {
        let key = SiteKey { site: self.site(), ty: ty.0 };
        let number = match self.vm.caches.lookup(key) {
            Some(number) => {
                self.vm.sites.hit(SiteKind::Builtin);
                number
            }
            None => {
                let number = self.implementation(builtin, ty)?;
                self.vm.sites.miss(SiteKind::Builtin, key.site, key.ty);
                self.vm.caches.insert(key, number);
                number
            }
        };
        let found = self.vm.implementations.get(number as usize);
        let found = found.ok_or_else(|| Fault::broken("an inline cache holds a wrong number"))?;
        let (run, result) = (found.run, found.result);
        let (args, refs, words) = self.arguments(&found.params)?;
        let value = self.vm.lend(|env| run(env, ty, &args))?;
        self.drop_operands(refs, words);
        result.map_or(Ok(()), |kind| self.push(kind, value))
    }

    /// The slow way: the number of a built-in over a type, made when it is new.
    fn implementation(&mut self, builtin: Builtin, ty: TypeId) -> Result<u32, Fault> {
        let known =
            self.vm.implementations.iter().position(|known| known.builtin == builtin && known.ty == ty);
        let number = known.unwrap_or(self.vm.implementations.len());
        if known.is_none() {
            let types = &self.vm.program.module().types;
            let missing = || Fault::broken("a built-in is called over a type that it is not for");
            let signature = builtin.signature(ty, types).ok_or_else(missing)?;
            let run = resolve(builtin, ty, self.vm.program.shapes()).ok_or_else(missing)?;
            let params = signature.params.iter().map(|&param| types.kind(param)).collect();
            let result = signature.result.map(|result| types.kind(result));
            self.vm.implementations.push(Implementation { builtin, ty, run, params, result });
        }
        u32::try_from(number).map_err(|_| Fault::broken("too many built-ins"))
    }
}
