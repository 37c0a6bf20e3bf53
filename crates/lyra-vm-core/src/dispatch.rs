//! The tables behind calls that find their procedure by a type at run time: implementations of interfaces, and
//! methods by name. Both are part of what is executed, and watched like it.

use crate::regions::cut;
use lyra_base::id::Id;
use lyra_bytecode::{DefId, Module, ProcId, TypeId};
use lyra_security::Hasher;
use std::ops::Range;

/// How types implement interfaces, and the methods of types.
#[derive(Clone)]
pub(crate) struct Dispatch {
    /// Ascending by interface, then type.
    pub(crate) impls: Vec<(DefId, TypeId, Box<[ProcId]>)>,
    /// Ascending by type, then name.
    pub(crate) methods: Vec<MethodCode>,
}

/// A method, as it is called with values of `any`.
#[derive(Clone)]
pub(crate) struct MethodCode {
    ty: TypeId,
    name: String,
    pub(crate) call: DynamicCall,
}

/// A procedure with the types that values of `any` must have to be its arguments.
#[derive(Clone)]
pub(crate) struct DynamicCall {
    pub(crate) proc: ProcId,
    /// The parameters, `self` first.
    pub(crate) params: Box<[TypeId]>,
    pub(crate) result: Option<TypeId>,
}

impl Dispatch {
    pub(crate) fn new(module: &Module) -> Self {
        let impls = module.impls.iter();
        let mut impls: Vec<_> = impls
            .map(|found| (found.interface, found.ty, found.methods.clone().into_boxed_slice()))
            .collect();
        impls.sort_by_key(|&(interface, ty, _)| (interface, ty));
        let mut methods: Vec<MethodCode> = module
            .methods
            .iter()
            .filter_map(|method| {
                let signature = &module.procs.get(method.proc)?.signature;
                let params = signature.params.clone().into();
                let call = DynamicCall { proc: method.proc, params, result: signature.result };
                Some(MethodCode { ty: method.ty, name: method.name.clone(), call })
            })
            .collect();
        methods.sort_by(|a, b| (a.ty, &a.name).cmp(&(b.ty, &b.name)));
        Self { impls, methods }
    }

    /// The procedure that is method `method` of an interface for values of type `ty`.
    pub(crate) fn find(&self, interface: DefId, ty: TypeId, method: u16) -> Option<ProcId> {
        let at =
            self.impls.binary_search_by_key(&(interface, ty), |&(interface, ty, _)| (interface, ty)).ok()?;
        self.impls.get(at)?.2.get(usize::from(method)).copied()
    }

    /// The number of the method of type `ty` of that name.
    pub(crate) fn find_method(&self, ty: TypeId, name: &str) -> Option<usize> {
        self.methods.binary_search_by(|method| (method.ty, method.name.as_str()).cmp(&(ty, name))).ok()
    }

    /// How many rows the tables have together.
    pub(crate) fn rows(&self) -> usize {
        self.impls.len() + self.methods.len()
    }

    /// Gives rows of the tables to `hasher`.
    pub(crate) fn feed(&self, rows: Range<usize>, hasher: &mut Hasher) {
        for row in cut(rows, self.rows()) {
            if let Some((interface, ty, methods)) = self.impls.get(row) {
                hasher.write_u32(interface.0);
                hasher.write_u32(ty.0);
                hasher.write_u64(methods.len() as u64);
                methods.iter().for_each(|method| hasher.write_u32(method.0));
            } else if let Some(method) = self.methods.get(row - self.impls.len()) {
                hasher.write_u32(method.ty.0);
                hasher.write_u64(method.name.len() as u64);
                hasher.write(method.name.as_bytes());
                hasher.write_u32(u32::try_from(method.call.proc.index()).unwrap_or(u32::MAX));
                hasher.write_u64(method.call.params.len() as u64);
                method.call.params.iter().for_each(|param| hasher.write_u32(param.0));
                hasher.write_u32(method.call.result.map_or(u32::MAX, |ty| ty.0));
            }
        }
    }
}
