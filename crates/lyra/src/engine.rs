//! [`Config`] and [`Engine`]: choices made once, shared by every module and store.

use crate::diagnostics;
use crate::error::Error;
use crate::linker::Linker;
use crate::module::Module;
use crate::store::Store;
use crate::tiers::Tier;
use lyra_compiler::{CompileOptions, Evaluate, ModuleLoader, Sources};
use lyra_runtime::Value;
use lyra_security::{Capabilities, Limits};
use lyra_vm_core::Translation;
use std::path::Path;
use std::sync::Arc;

pub use lyra_compiler::{DebugLevel, Overflow};

/// Choices for an [`Engine`].
///
/// ```
/// use lyra::{Config, Engine, Overflow};
/// let engine = Engine::new(Config::new().overflow(Overflow::Trap));
/// assert_eq!(engine.eval::<i32>("2147483647 + 1").unwrap_err().code(), "overflow");
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) options: CompileOptions,
    pub(crate) limits: Limits,
    pub(crate) granted: Capabilities,
    pub(crate) standard: bool,
    pub(crate) translation: Translation,
    pub(crate) warm: u64,
    tier: Tier,
}

impl Config {
    /// The defaults: integers wrap, constants are folded, modules keep their source for messages, embedded
    /// [`Limits`], the standard modules, nothing of the outside granted.
    ///
    /// ```
    /// let engine = lyra::Engine::new(lyra::Config::new());
    /// # let _ = engine;
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            options: CompileOptions::default(),
            limits: Limits::embedded(),
            granted: Capabilities::NONE,
            standard: true,
            translation: Translation::default(),
            warm: 0,
            tier: Tier::default(),
        }
    }

    /// What an integer result that does not fit does. Default: wraps.
    ///
    /// ```
    /// use lyra::{Config, Engine, Overflow};
    /// let wrapping = Engine::new(Config::new().overflow(Overflow::Wrap));
    /// assert_eq!(wrapping.eval::<i32>("2147483647 + 1").unwrap(), i32::MIN);
    /// ```
    #[must_use]
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.options.overflow = overflow;
        self
    }

    /// Whether constants are folded and dead code is dropped. Changes no result. Default: on.
    ///
    /// ```
    /// let plain = lyra::Engine::new(lyra::Config::new().fold(false));
    /// assert_eq!(plain.eval::<i32>("2 + 3").unwrap(), 5);
    /// ```
    #[must_use]
    pub fn fold(mut self, fold: bool) -> Self {
        self.options.fold = fold;
        self
    }

    /// How much a module keeps for messages. Default: positions, names and the source.
    ///
    /// ```
    /// use lyra::{Config, DebugLevel, Engine};
    /// let engine = Engine::new(Config::new().debug(DebugLevel::None));
    /// assert_eq!(engine.eval::<i32>("1 / 0").unwrap_err().place(), None);
    /// ```
    #[must_use]
    pub fn debug(mut self, level: DebugLevel) -> Self {
        self.options.debug = level;
        self
    }

    /// The limits that every new [`Store`] begins with, and the size of a source. Default: [`Limits::embedded`].
    ///
    /// ```
    /// use lyra::{Config, Engine, Limits};
    /// let engine = Engine::new(Config::new().limits(Limits::embedded().with_fuel(100)));
    /// assert!(engine.eval::<()>("while true { }").unwrap_err().is_limit());
    /// ```
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Bytes for values that every instance takes from the system when it is made, and keeps: the first calls then do not
    /// wait for memory to be had, which takes the system some 100 µs for each megabyte. At most what the limit of memory
    /// is; tiers whose heap has no memory of its own take nothing. Default: none.
    ///
    /// ```
    /// use lyra::{Config, Engine};
    /// let engine = Engine::new(Config::new().warm_up(8 << 20));
    /// assert_eq!(engine.eval::<i32>("1 + 1").unwrap(), 2);
    /// ```
    #[must_use]
    pub const fn warm_up(mut self, bytes: u64) -> Self {
        self.warm = bytes;
        self
    }

    /// What of the outside world every new [`Store`] grants; see [`Store::allow`]. Default: nothing.
    ///
    /// ```
    /// use lyra::{Capabilities, Config, Engine};
    /// let engine = Engine::new(Config::new().allow(Capabilities::CLOCK));
    /// # if cfg!(feature = "std-modules") {
    /// assert!(engine.eval::<f64>("import time\ntime.now()").unwrap() > 0.0);
    /// # }
    /// ```
    #[must_use]
    pub fn allow(mut self, granted: Capabilities) -> Self {
        self.granted = granted;
        self
    }

    /// Whether programs may import the standard modules (`math`, `json`, …). A module of the host with such a name
    /// stands before the standard one in any case. Default: they may, when the cargo feature `std-modules` is on.
    ///
    /// ```
    /// use lyra::{Config, Engine};
    /// let bare = Engine::new(Config::new().standard_modules(false));
    /// assert!(bare.compile("a.lyra", "import math").unwrap_err().is_compile());
    /// ```
    #[must_use]
    pub fn standard_modules(mut self, offered: bool) -> Self {
        self.standard = offered;
        self
    }

    /// How tiers make code of programs, for looking at what they do: see [`Module::regcode`]. Changes no result, only the
    /// speed. Default: with everything that makes it faster.
    ///
    /// ```
    /// use lyra::{Config, Engine, Translation};
    /// let plain = Engine::new(Config::new().translation(Translation::default().fuse(false).skip("inlining")));
    /// assert_eq!(plain.eval::<i32>("var s = 0\nfor i in 0..10 { s += i }\ns").unwrap(), 45);
    /// ```
    #[must_use]
    pub fn translation(mut self, translation: Translation) -> Self {
        self.translation = translation;
        self
    }

    /// How programs are run. Changes no result, only the speed. Default: the fastest that is built in.
    ///
    /// ```
    /// use lyra::{Config, Engine, Tier};
    /// let engine = Engine::new(Config::new().tier(Tier::Reference));
    /// assert_eq!(engine.tier(), Tier::Reference);
    /// ```
    #[must_use]
    pub fn tier(mut self, tier: Tier) -> Self {
        self.tier = tier;
        self
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

/// Compiles and loads programs. Cheap to clone; clones share everything; `Send` and `Sync`.
///
/// ```
/// let engine = lyra::Engine::default();
/// assert_eq!(engine.eval::<i64>("1 + 2").unwrap(), 3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Engine {
    config: Arc<Config>,
}

impl Engine {
    /// An engine with these choices.
    ///
    /// ```
    /// let engine = lyra::Engine::new(lyra::Config::new());
    /// assert!(engine.eval::<bool>("true").unwrap());
    /// ```
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config: Arc::new(config) }
    }

    /// How this engine runs programs.
    ///
    /// ```
    /// assert_eq!(lyra::Engine::default().tier(), lyra::Tier::default());
    /// ```
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.config.tier
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Runs `source` and gives the value of its last expression; literals take the type asked for. Printed
    /// text is discarded and the engine's limits hold: for more say, use a [`Store`].
    ///
    /// # Errors
    /// When it does not compile, does not end in a value of that type, fails or reaches a limit.
    ///
    /// ```
    /// let engine = lyra::Engine::default();
    /// assert_eq!(engine.eval::<f64>("var x = 1.5\nx * 2").unwrap(), 3.0);
    /// assert_eq!(engine.eval::<Vec<i32>>("[1, 2 + 3]").unwrap(), [1, 5]);
    /// ```
    pub fn eval<R: crate::CallResult>(&self, source: &str) -> Result<R, Error> {
        let evaluate = match R::result_type() {
            Some(ty) => Evaluate::Typed(ty),
            None => Evaluate::No,
        };
        let value = self.evaluate(source, evaluate)?;
        R::from_result(value).ok_or_else(|| Error::usage("the program gave a value of another type"))
    }

    /// Like [`eval`](Self::eval), for a value of any type; `None` when the program does not end in an
    /// expression that has one.
    ///
    /// # Errors
    /// As [`eval`](Self::eval).
    ///
    /// ```
    /// let value = lyra::Engine::default().eval_value("(1, \"two\")").unwrap();
    /// assert_eq!(value.unwrap().to_string(), "(1, \"two\")");
    /// ```
    pub fn eval_value(&self, source: &str) -> Result<Option<Value>, Error> {
        self.evaluate(source, Evaluate::Last)
    }

    fn evaluate(&self, source: &str, evaluate: Evaluate) -> Result<Option<Value>, Error> {
        let module = Module::compile_with(self, "eval", source, evaluate, Vec::new(), None)?;
        let mut store = Store::new(self, ());
        Linker::new(self).start(&mut store, &module).map(|(_, value)| value)
    }

    /// Compiles a program that needs no host functions; one that does is compiled by its [`Linker`]. `name` is
    /// what messages call the source, usually a path.
    ///
    /// # Errors
    /// When it does not compile; [`Error::diagnostics`] has everything that was found.
    ///
    /// ```
    /// let module = lyra::Engine::default().compile("hello.lyra", "print(\"hello\")")?;
    /// assert!(module.warnings().is_empty());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn compile(&self, name: &str, source: &str) -> Result<Module, Error> {
        Module::compile_with(self, name, source, Evaluate::No, Vec::new(), None)
    }

    /// Like [`compile`](Self::compile), for a program of several files: what `source` imports comes from `loader`.
    ///
    /// # Errors
    /// When it does not compile.
    ///
    /// ```
    /// let files = lyra::MemoryLoader::new().with("shapes.lyra", "const SIDES = 4");
    /// let module = lyra::Engine::default().compile_with("main.lyra", "import \"shapes.lyra\"\nprint(SIDES)", &files)?;
    /// assert!(module.warnings().is_empty());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn compile_with(&self, name: &str, source: &str, loader: &dyn ModuleLoader) -> Result<Module, Error> {
        Module::compile_with(self, name, source, Evaluate::No, Vec::new(), Some(loader))
    }

    /// Compiles the program whose main file is at `path`. It may import the files beside it and below its folder,
    /// as [`FileLoader::beside`](crate::FileLoader::beside) says.
    ///
    /// # Errors
    /// When the file cannot be read, or the program does not compile.
    ///
    /// ```
    /// # let folder = std::env::temp_dir().join(format!("lyra-doc-file-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// # let path = folder.join("main.lyra");
    /// # std::fs::write(&path, "print(1)")?;
    /// let module = lyra::Engine::default().compile_file(&path)?;
    /// assert_eq!(module.name(), "main.lyra");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compile_file(&self, path: impl AsRef<Path>) -> Result<Module, Error> {
        crate::loaders::compile_file(path.as_ref(), |name, source, loader| {
            self.compile_with(name, source, loader)
        })
    }

    /// Like [`compile_expression`](Self::compile_expression), for a program of several files.
    ///
    /// # Errors
    /// When it does not compile.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let files = lyra::MemoryLoader::new().with("shapes.lyra", "const SIDES = 4");
    /// let module = engine.compile_expression_with("sum", "import \"shapes.lyra\"\nSIDES + 1", &files)?;
    /// let value = lyra::Linker::new(&engine).evaluate(&mut lyra::Store::new(&engine, ()), &module)?;
    /// assert_eq!(value, Some(lyra::Value::I32(5)));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn compile_expression_with(
        &self,
        name: &str,
        source: &str,
        loader: &dyn ModuleLoader,
    ) -> Result<Module, Error> {
        Module::compile_with(self, name, source, Evaluate::Last, Vec::new(), Some(loader))
    }

    /// The syntax tree of a source as text, for people who look into the compiler. Nothing is checked but the
    /// grammar.
    ///
    /// # Errors
    /// When it cannot be read.
    ///
    /// ```
    /// let tree = lyra::Engine::default().syntax_tree("a.lyra", "print(1)")?;
    /// assert!(tree.contains("print"));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn syntax_tree(&self, name: &str, source: &str) -> Result<String, Error> {
        let (tree, found) = lyra_syntax::tree(source);
        if found.iter().any(lyra_syntax::Diagnostic::is_error) {
            return Err(Error::compile(diagnostics::from_compiler(&Sources::of(name, source), &found)));
        }
        Ok(tree)
    }

    /// Like [`compile`](Self::compile), for a program whose last expression is its result, as
    /// [`Linker::evaluate`] gives it.
    ///
    /// # Errors
    /// When it does not compile.
    ///
    /// ```
    /// let engine = lyra::Engine::default();
    /// let module = engine.compile_expression("sum", "40 + 2")?;
    /// let mut store = lyra::Store::new(&engine, ());
    /// let value = lyra::Linker::new(&engine).evaluate(&mut store, &module)?;
    /// assert_eq!(value, Some(lyra::Value::I32(42)));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn compile_expression(&self, name: &str, source: &str) -> Result<Module, Error> {
        Module::compile_with(self, name, source, Evaluate::Last, Vec::new(), None)
    }
}
