//! Linking: a verified module with its host functions becomes a [`Program`], which never changes and is shared.
//!
//! What the machine executes is kept apart from the module, as [`Code`]: instructions, constants and the tables
//! that guide a run. That, and no copy of it, is what integrity monitors watch.

use crate::dispatch::Dispatch;
use crate::handlers::Handlers;
use crate::regions::Pieces;
use crate::translation::Translation;
use lyra_base::IdVec;
use lyra_base::id::Id;
use lyra_bytecode::{
    Constant, Import, ImportId, Kind, Module, Op, ProcId, Signature, TypeId, Types, Verified,
};
use lyra_runtime::host::DirectBody;
use lyra_runtime::{HostFunction, HostSignature, Shapes};
use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A program that can be run: linked, immutable, cheap to clone.
#[derive(Clone)]
pub struct Program {
    inner: Arc<Inner>,
}

struct Inner {
    verified: Verified,
    code: Arc<Code>,
    hosts: IdVec<ImportId, LinkedHost>,
    /// Worked out when first asked for: a module may have very many procedures with very large types, of which
    /// the host calls a few.
    signatures: IdVec<ProcId, OnceLock<Option<HostSignature>>>,
    translation: Translation,
    /// What engines made of the program, one entry a kind.
    made: Mutex<Vec<Arc<dyn Any + Send + Sync>>>,
}

/// A host function at its place.
pub(crate) struct LinkedHost {
    pub(crate) function: HostFunction,
    pub(crate) params: Vec<TypeId>,
    /// Which stack each parameter is on.
    pub(crate) kinds: Vec<Kind>,
    pub(crate) result: Option<TypeId>,
    /// Its form without conversions, where it has one and all its parameters and its result are words.
    pub(crate) direct: Option<Arc<DirectBody>>,
}

/// What is executed.
#[derive(Clone)]
pub(crate) struct Code {
    pub(crate) procs: Vec<ProcCode>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) dispatch: Dispatch,
    pub(crate) shapes: Arc<Shapes>,
    /// How it is cut up for the monitors.
    pub(crate) pieces: Pieces,
}

/// One procedure, as it is executed.
#[derive(Clone)]
pub(crate) struct ProcCode {
    pub(crate) ops: Vec<Op>,
    pub(crate) handlers: Handlers,
    pub(crate) need: u32,
    pub(crate) ref_params: u32,
    pub(crate) word_params: u32,
    pub(crate) ref_locals: u32,
    pub(crate) word_locals: u32,
    pub(crate) result: Option<Kind>,
    /// Number of the first instruction, counted through the whole program.
    pub(crate) first_site: u32,
    pub(crate) name: String,
}

/// Why a module cannot be linked with the functions of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// The host has no such function.
    Missing {
        /// The module of the host; may be empty.
        module: String,
        /// The function.
        name: String,
    },
    /// The host's function is of another type.
    Signature {
        /// The module of the host; may be empty.
        module: String,
        /// The function.
        name: String,
        /// What the program calls it as.
        expected: String,
        /// What the host has.
        found: HostSignature,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (module, name) = match self {
            Self::Missing { module, name } | Self::Signature { module, name, .. } => (module, name),
        };
        let dot = if module.is_empty() { "" } else { "." };
        // Names come from a file: what could disturb a terminal is escaped.
        let (module, name) = (module.escape_debug(), name.escape_debug());
        match self {
            Self::Missing { .. } => write!(f, "the host has no function `{module}{dot}{name}`"),
            Self::Signature { expected, found, .. } => {
                write!(
                    f,
                    "the host's `{module}{dot}{name}` is {found}, but the program calls it as {expected}"
                )
            }
        }
    }
}

impl std::error::Error for LinkError {}

/// Links `module` with the functions that `resolve` finds for its imports.
///
/// # Errors
/// The first import that is missing or of another type.
pub fn link(
    module: Verified,
    resolve: &mut dyn FnMut(&Import) -> Option<HostFunction>,
) -> Result<Program, LinkError> {
    link_with(module, resolve, Translation::default())
}

/// [`link`] for engines that make their code as `translation` says.
///
/// # Errors
/// As [`link`].
pub fn link_with(
    module: Verified,
    resolve: &mut dyn FnMut(&Import) -> Option<HostFunction>,
    translation: Translation,
) -> Result<Program, LinkError> {
    let types = &module.module().types;
    let mut hosts = IdVec::new();
    for import in &module.module().imports {
        let Some(function) = resolve(import) else {
            return Err(LinkError::Missing { module: import.module.clone(), name: import.name.clone() });
        };
        let wanted = HostSignature::of(&import.signature, types);
        if wanted.as_ref() != Some(&function.signature) {
            return Err(LinkError::Signature {
                module: import.module.clone(),
                name: import.name.clone(),
                expected: shown(&import.signature, types),
                found: function.signature,
            });
        }
        let has_words = import.signature.params.iter().all(|&ty| is_scalar(ty))
            && import.signature.result.is_none_or(is_scalar);
        hosts.push(LinkedHost {
            direct: function.direct.clone().filter(|_| has_words),
            function,
            params: import.signature.params.clone(),
            kinds: import.signature.params.iter().map(|&ty| types.kind(ty)).collect(),
            result: import.signature.result,
        });
    }
    let signatures = module.module().procs.iter().map(|_| OnceLock::new()).collect();
    let code = Arc::new(Code::new(&module));
    Ok(Program {
        inner: Arc::new(Inner {
            verified: module,
            code,
            hosts,
            signatures,
            translation,
            made: Mutex::default(),
        }),
    })
}

/// Whether every word is a value of `ty`, in its low bits.
fn is_scalar(ty: TypeId) -> bool {
    matches!(ty, TypeId::BOOL | TypeId::U8 | TypeId::I32 | TypeId::I64 | TypeId::F64 | TypeId::CHAR)
}

/// A procedure that takes and gives nothing but numbers, `bool`s and `char`s, found by [`Program::word_proc`] for
/// calls that convert nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordProc {
    pub(crate) proc: ProcId,
    pub(crate) params: usize,
    pub(crate) has_result: bool,
}

/// A signature of a stranger's for a message: the name of each type is cut off where it gets long.
fn shown(signature: &Signature, types: &Types) -> String {
    let params: Vec<String> = signature.params.iter().map(|&ty| types.name(ty)).collect();
    let result = signature.result.map_or_else(String::new, |ty| format!(" -> {}", types.name(ty)));
    format!("proc({}){result}", params.join(", "))
}

impl Program {
    /// The module that it was made from.
    #[must_use]
    pub fn module(&self) -> &Module {
        self.inner.verified.module()
    }

    /// The module with what its verification showed.
    #[must_use]
    pub fn verified(&self) -> &Verified {
        &self.inner.verified
    }

    /// What an engine makes of the program for all of its instances together: one of each type, made when nobody asked
    /// before. It must not keep the program.
    pub fn shared<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let mut made = self.inner.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = made.iter().find_map(|one| Arc::clone(one).downcast::<T>().ok()) {
            return found;
        }
        let new = Arc::new(make());
        made.push(Arc::<T>::clone(&new));
        new
    }

    /// How engines make their code of it.
    #[must_use]
    pub fn translation(&self) -> &Translation {
        &self.inner.translation
    }

    /// The procedure that runs the top-level statements.
    #[must_use]
    pub fn entry(&self) -> Option<ProcId> {
        self.module().entry
    }

    /// The public procedure of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ProcId> {
        let mut procs = self.module().procs.enumerate();
        procs.find(|(_, proc)| proc.public && proc.name == name).map(|(id, _)| id)
    }

    /// What a procedure takes and gives; `None` when there is no such procedure or its values cannot cross.
    #[must_use]
    pub fn signature(&self, proc: ProcId) -> Option<&HostSignature> {
        let signature = &self.module().procs.get(proc)?.signature;
        let known = self.inner.signatures.get(proc)?;
        known.get_or_init(|| HostSignature::of(signature, &self.module().types)).as_ref()
    }

    /// The procedure for [`Vm::call_words`](crate::Vm::call_words); `None` when it takes or gives anything that is no
    /// scalar.
    #[must_use]
    pub fn word_proc(&self, proc: ProcId) -> Option<WordProc> {
        let signature = &self.module().procs.get(proc)?.signature;
        let fits = signature.params.iter().chain(&signature.result).all(|&ty| is_scalar(ty));
        let (params, has_result) = (signature.params.len(), signature.result.is_some());
        fits.then_some(WordProc { proc, params, has_result })
    }

    /// The name of a procedure; empty when there is no such procedure.
    #[must_use]
    pub fn proc_name(&self, proc: ProcId) -> &str {
        self.module().procs.get(proc).map_or("", |proc| &proc.name)
    }

    pub(crate) fn code(&self) -> &Arc<Code> {
        &self.inner.code
    }

    /// The types as the heap and built-ins see them.
    #[must_use]
    pub fn shapes(&self) -> &Arc<Shapes> {
        &self.inner.code.shapes
    }

    /// Whether an import is a host function over words alone, which engines call by
    /// [`Machine::call_direct`](crate::engine::Machine::call_direct).
    #[must_use]
    pub fn is_direct(&self, import: ImportId) -> bool {
        self.host(import).is_some_and(|host| host.direct.is_some())
    }

    pub(crate) fn host(&self, import: ImportId) -> Option<&LinkedHost> {
        self.inner.hosts.get(import)
    }

    /// The most locals that a procedure has.
    pub(crate) fn most_locals(&self) -> usize {
        let locals = self.code().procs.iter().map(|proc| proc.ref_locals.max(proc.word_locals));
        locals.max().unwrap_or(0) as usize
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Program({:?}, {} procs)", self.module().name, self.code().procs.len())
    }
}

impl Code {
    fn new(verified: &Verified) -> Self {
        let module = verified.module();
        let mut procs = Vec::with_capacity(module.procs.len());
        let mut first_site = 0u32;
        for (id, proc) in module.procs.enumerate() {
            let facts = verified.facts(id);
            procs.push(ProcCode {
                ops: proc.code.clone(),
                handlers: Handlers::new(
                    proc.handlers.iter().copied().zip(facts.floors.iter().copied()).collect(),
                ),
                need: facts.need,
                ref_params: facts.ref_params,
                word_params: facts.word_params,
                ref_locals: facts.ref_locals,
                word_locals: facts.word_locals,
                result: proc.signature.result.map(|ty| module.types.kind(ty)),
                first_site,
                name: proc.name.clone(),
            });
            first_site = first_site.saturating_add(u32::try_from(proc.code.len()).unwrap_or(u32::MAX));
        }
        let impls = module.impls.iter().map(|found| (found.interface, found.ty));
        let mut code = Self {
            procs,
            constants: module.constants.iter().cloned().collect(),
            dispatch: Dispatch::new(module),
            shapes: Arc::new(Shapes::new(&module.types).with_impls(impls)),
            pieces: Pieces::default(),
        };
        code.pieces = Pieces::of(&code);
        code
    }

    pub(crate) fn proc(&self, id: ProcId) -> Option<&ProcCode> {
        self.procs.get(id.index())
    }

    pub(crate) fn constant(&self, id: lyra_bytecode::ConstId) -> Option<&Constant> {
        self.constants.get(id.index())
    }
}
