//! [`Linker`]: the host functions of one kind of store. One registration gives the checker's view of a function
//! and the code that is called.

use crate::engine::Engine;
use crate::error::Error;
use crate::host::IntoHostFunction;
use crate::instance::Instance;
use crate::module::Module;
use crate::standard;
use crate::store::Store;
use lyra_compiler::{Evaluate, ModuleLoader};
use lyra_runtime::{HostFunction, Value};
use std::collections::BTreeMap;

/// Host functions for programs whose store holds a `T`. Compiles programs against them and links them.
///
/// ```
/// use lyra::{Engine, Linker, Store};
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// linker.func_wrap("world", "height", |x: i32, y: i32| x * y)?;
/// let module = linker.compile("a.lyra", "import world\nproc top() -> i32 { return world.height(6, 7) }")?;
/// let mut store = Store::new(&engine, ());
/// let instance = linker.instantiate(&mut store, &module)?;
/// let top = instance.get_typed_func::<(), i32>(&store, "top")?;
/// assert_eq!(top.call(&mut store, ())?, 42);
/// # Ok::<(), lyra::Error>(())
/// ```
pub struct Linker<T> {
    engine: Engine,
    functions: BTreeMap<(String, String), HostFunction>,
    data: std::marker::PhantomData<fn(T)>,
}

impl<T: 'static> Linker<T> {
    /// Without any host function.
    ///
    /// ```
    /// let linker = lyra::Linker::<()>::new(&lyra::Engine::default());
    /// # let _ = linker;
    /// ```
    #[must_use]
    pub fn new(engine: &Engine) -> Self {
        Self { engine: engine.clone(), functions: BTreeMap::new(), data: std::marker::PhantomData }
    }

    /// Adds a closure as `module.name`, or as plain `name` when `module` is empty. See [`IntoHostFunction`] for
    /// what closures can be.
    ///
    /// A panic inside is caught and ends the run with `host_panic`.
    ///
    /// # Errors
    /// When the name is taken, or is none that a program could write.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut linker = lyra::Linker::<()>::new(&engine);
    /// linker.func_wrap("files", "size", |name: String| std::fs::metadata(name).map(|file| file.len() as i64))?;
    /// assert!(linker.func_wrap("files", "size", || 0).unwrap_err().is_usage());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn func_wrap<Marker>(
        &mut self,
        module: &str,
        name: &str,
        function: impl IntoHostFunction<T, Marker>,
    ) -> Result<&mut Self, Error> {
        let strange = if module.is_empty() {
            (!is_name(name) || lyra_syntax::is_reserved(name)).then_some(name)
        } else if !is_name(module) || lyra_syntax::is_reserved(module) {
            Some(module)
        } else {
            // After a dot a reserved word is a name too.
            (!is_name(name)).then_some(name)
        };
        if let Some(word) = strange {
            let word = word.escape_debug();
            return Err(Error::usage(format!("`{word}` is no name that a program could write")));
        }
        match self.functions.entry((module.to_owned(), name.to_owned())) {
            std::collections::btree_map::Entry::Occupied(_) => {
                let dot = if module.is_empty() { "" } else { "." };
                Err(Error::usage(format!("the host function `{module}{dot}{name}` is defined twice")))
            }
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(function.into_host_function());
                Ok(self)
            }
        }
    }

    /// Compiles a program that may call these functions. A wrong name, number or type of arguments is an error
    /// at its place in the source.
    ///
    /// # Errors
    /// When it does not compile.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut linker = lyra::Linker::<()>::new(&engine);
    /// linker.func_wrap("", "jump", |height: i32| height + 1)?;
    /// assert!(linker.compile("a.lyra", "jump(\"high\")").unwrap_err().is_compile());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn compile(&self, name: &str, source: &str) -> Result<Module, Error> {
        Module::compile_with(&self.engine, name, source, Evaluate::No, self.declarations(), None)
    }

    /// Like [`compile`](Self::compile), for a program of several files: what `source` imports comes from `loader`.
    ///
    /// # Errors
    /// When it does not compile.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut linker = lyra::Linker::<()>::new(&engine);
    /// linker.func_wrap("world", "height", |x: i32, y: i32| x * y)?;
    /// let files = lyra::MemoryLoader::new()
    ///     .with("map.lyra", "import world\nproc peak() -> i32 { return world.height(6, 7) }");
    /// linker.compile_with("main.lyra", "import \"map.lyra\" as map\nprint(map.peak())", &files)?;
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn compile_with(&self, name: &str, source: &str, loader: &dyn ModuleLoader) -> Result<Module, Error> {
        let host = self.declarations();
        Module::compile_with(&self.engine, name, source, Evaluate::No, host, Some(loader))
    }

    /// Compiles the program whose main file is at `path`. It may call these functions, and import the files beside
    /// it and below its folder, as [`FileLoader::beside`](crate::FileLoader::beside) says.
    ///
    /// # Errors
    /// When the file cannot be read, or the program does not compile.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let linker = lyra::Linker::<()>::new(&engine);
    /// assert!(linker.compile_file("there/is/no/main.lyra").unwrap_err().is_usage());
    /// ```
    pub fn compile_file(&self, path: impl AsRef<std::path::Path>) -> Result<Module, Error> {
        crate::loaders::compile_file(path.as_ref(), |name, source, loader| {
            self.compile_with(name, source, loader)
        })
    }

    /// Like [`compile`](Self::compile), for a program whose last expression is its result, as
    /// [`evaluate`](Self::evaluate) gives it.
    ///
    /// # Errors
    /// When it does not compile.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut linker = lyra::Linker::new(&engine);
    /// linker.func_wrap("", "answer", || 42)?;
    /// let module = linker.compile_expression("ask", "answer() + 1")?;
    /// let value = linker.evaluate(&mut lyra::Store::new(&engine, ()), &module)?;
    /// assert_eq!(value, Some(lyra::Value::I32(43)));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn compile_expression(&self, name: &str, source: &str) -> Result<Module, Error> {
        Module::compile_with(&self.engine, name, source, Evaluate::Last, self.declarations(), None)
    }

    /// Links a module, runs its top-level statements in `store`, and gives the instance.
    ///
    /// # Errors
    /// When a host function is missing or of another type, or when the statements fail or reach a limit.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "var ready = true")?;
    /// let mut store = lyra::Store::new(&engine, ());
    /// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
    /// assert_eq!(instance.global(&store, "ready")?, Some(lyra::Value::Bool(true)));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn instantiate(&self, store: &mut Store<T>, module: &Module) -> Result<Instance, Error> {
        self.start(store, module).map(|(instance, _)| instance)
    }

    /// Links and runs a module made by [`Engine::compile_expression`] or [`compile_expression`](Self::compile_expression) and
    /// gives its value.
    ///
    /// # Errors
    /// As [`instantiate`](Self::instantiate).
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let module = engine.compile_expression("sum", "1 + 2 + 3")?;
    /// let mut store = lyra::Store::new(&engine, ());
    /// let value = lyra::Linker::new(&engine).evaluate(&mut store, &module)?;
    /// assert_eq!(value, Some(lyra::Value::I32(6)));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn evaluate(&self, store: &mut Store<T>, module: &Module) -> Result<Option<Value>, Error> {
        self.start(store, module).map(|(_, value)| value)
    }

    pub(crate) fn start(
        &self,
        store: &mut Store<T>,
        module: &Module,
    ) -> Result<(Instance, Option<Value>), Error> {
        store.start(self.link(module)?, module)
    }

    pub(crate) fn link(&self, module: &Module) -> Result<lyra_vm_core::Program, Error> {
        let config = self.engine.config();
        let mut resolve = |import: &lyra_bytecode::Import| {
            let own = self.functions.get(&(import.module.clone(), import.name.clone())).cloned();
            let standard = || standard::function(&import.module, &import.name);
            own.or_else(|| if config.standard { standard() } else { None })
        };
        let translation = config.translation.clone();
        Ok(lyra_vm_core::link_with(module.verified().clone(), &mut resolve, translation)?)
    }

    fn declarations(&self) -> Vec<lyra_compiler::HostFunction> {
        let declare =
            |((module, name), function): (&(String, String), &HostFunction)| lyra_compiler::HostFunction {
                module: module.clone(),
                name: name.clone(),
                signature: function.signature.clone(),
            };
        self.functions.iter().map(declare).collect()
    }
}

impl<T> Clone for Linker<T> {
    fn clone(&self) -> Self {
        Self {
            engine: self.engine.clone(),
            functions: self.functions.clone(),
            data: std::marker::PhantomData,
        }
    }
}

impl<T> std::fmt::Debug for Linker<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.functions.keys()).finish()
    }
}

fn is_name(word: &str) -> bool {
    let is_start = |c: char| c.is_alphabetic() || c == '_';
    word.starts_with(is_start) && word.chars().all(|c| is_start(c) || c.is_alphanumeric())
}
