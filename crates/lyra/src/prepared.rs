//! [`Prepared`]: a module that is linked once and started often.

use crate::error::Error;
use crate::instance::Instance;
use crate::linker::Linker;
use crate::module::Module;
use crate::store::Store;
use lyra_vm_core::Program;
use std::marker::PhantomData;

/// A module with its host functions found, to be started in any number of stores: linking takes time in proportion to the
/// module, starting does not. Cheap to clone; `Send` and `Sync`.
///
/// ```
/// use lyra::{Engine, Linker, Prepared, Store};
/// let engine = Engine::default();
/// let module = engine.compile("a.lyra", "var n = 0\nproc next() -> i32 { n += 1\n return n }")?;
/// let prepared: Prepared<()> = Linker::new(&engine).prepare(&module)?;
/// for _ in 0..3 {
///     let mut store = Store::new(&engine, ());
///     let instance = prepared.instantiate(&mut store)?;
///     assert_eq!(instance.get_typed_func::<(), i32>(&store, "next")?.call(&mut store, ())?, 1);
/// }
/// # Ok::<(), lyra::Error>(())
/// ```
pub struct Prepared<T> {
    program: Program,
    module: Module,
    data: PhantomData<fn(T)>,
}

impl<T: 'static> Linker<T> {
    /// Links a module without starting it.
    ///
    /// # Errors
    /// When a host function is missing or of another type.
    ///
    /// ```
    /// let engine = lyra::Engine::default();
    /// let mut beeping = lyra::Linker::<()>::new(&engine);
    /// beeping.func_wrap("", "beep", || ())?;
    /// let module = beeping.compile("a.lyra", "beep()")?;
    /// assert!(beeping.prepare(&module).is_ok());
    /// assert!(lyra::Linker::<()>::new(&engine).prepare(&module).is_err());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn prepare(&self, module: &Module) -> Result<Prepared<T>, Error> {
        Ok(Prepared { program: self.link(module)?, module: module.clone(), data: PhantomData })
    }
}

impl<T: 'static> Prepared<T> {
    /// Runs the module's top-level statements in `store`, and gives the instance.
    ///
    /// # Errors
    /// When the statements fail or reach a limit.
    ///
    /// ```
    /// let engine = lyra::Engine::default();
    /// let prepared = lyra::Linker::new(&engine).prepare(&engine.compile("a.lyra", "1 / length(\"\")")?)?;
    /// let error = prepared.instantiate(&mut lyra::Store::new(&engine, ())).unwrap_err();
    /// assert_eq!(error.code(), "division_by_zero");
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn instantiate(&self, store: &mut Store<T>) -> Result<Instance, Error> {
        store.start(self.program.clone(), &self.module).map(|(instance, _)| instance)
    }
}

impl<T> Clone for Prepared<T> {
    fn clone(&self) -> Self {
        Self { program: self.program.clone(), module: self.module.clone(), data: PhantomData }
    }
}

impl<T> std::fmt::Debug for Prepared<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("module", &self.module).finish_non_exhaustive()
    }
}
