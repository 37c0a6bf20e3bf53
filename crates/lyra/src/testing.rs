//! `test` and `bench` blocks: listing them and running one, as `lyra test` and `lyra bench` do.
//!
//! A module has them when its engine was [asked](Config::tests) to compile them. Each runs in an instance, whose
//! top-level statements have run; one that must not disturb the next gets an instance and a store of its own.

use crate::engine::{Config, Engine};
use crate::error::Error;
use crate::instance::Instance;
use crate::module::Module;
use crate::store::Store;
use lyra_bytecode::{ProcId, TestKind};
use lyra_runtime::Value;

/// A `test` or `bench` block of a module.
///
/// ```
/// use lyra::{Config, Engine};
/// let engine = Engine::new(Config::new().tests(true));
/// let module = engine.compile("a.lyra", "test \"sums\" { assert(1 + 1 == 2) }")?;
/// let test = module.tests().next().unwrap();
/// assert_eq!((test.name.as_str(), test.line), ("sums", Some(1)));
/// # Ok::<(), lyra::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Test {
    /// The text after the word `test` or `bench`.
    pub name: String,
    /// The line it begins on, from 1; `None` for a module without debug information.
    pub line: Option<u32>,
    proc: ProcId,
}

impl Config {
    /// Whether `test` and `bench` blocks are compiled; they are checked in any case. Default: no, so that a program
    /// costs nothing for its tests when it is run.
    ///
    /// ```
    /// use lyra::{Config, Engine};
    /// let source = "test \"sums\" { assert(1 + 1 == 2) }";
    /// assert_eq!(Engine::default().compile("a.lyra", source)?.tests().count(), 0);
    /// assert_eq!(Engine::new(Config::new().tests(true)).compile("a.lyra", source)?.tests().count(), 1);
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn tests(mut self, compiled: bool) -> Self {
        self.options.tests = compiled;
        self
    }
}

impl Engine {
    /// Whether a source has `test` blocks, and whether it has `bench` blocks, as far as it can be read: nothing is
    /// checked, and a source with mistakes may have some, too.
    ///
    /// ```
    /// let engine = lyra::Engine::default();
    /// assert_eq!(engine.has_tests("test \"sums\" { assert(missing()) }"), (true, false));
    /// assert_eq!(engine.has_tests("let test = \"bench\""), (false, false));
    /// ```
    #[must_use]
    pub fn has_tests(&self, source: &str) -> (bool, bool) {
        if source.len() as u64 > self.config().limits.source {
            return (false, false);
        }
        lyra_compiler::has_tests(source)
    }
}

impl Module {
    /// Its `test` blocks, in the order of the source.
    ///
    /// ```
    /// # let engine = lyra::Engine::new(lyra::Config::new().tests(true));
    /// let module = engine.compile("a.lyra", "test \"b\" { }\ntest \"a\" { }")?;
    /// assert_eq!(module.tests().map(|test| test.name).collect::<Vec<_>>(), ["b", "a"]);
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn tests(&self) -> impl Iterator<Item = Test> + '_ {
        self.blocks(TestKind::Test)
    }

    /// Its `bench` blocks, in the order of the source.
    ///
    /// ```
    /// # let engine = lyra::Engine::new(lyra::Config::new().tests(true));
    /// let module = engine.compile("a.lyra", "bench \"sum\" { sum([1, 2, 3]) }")?;
    /// assert_eq!(module.benches().next().unwrap().name, "sum");
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn benches(&self) -> impl Iterator<Item = Test> + '_ {
        self.blocks(TestKind::Bench)
    }

    fn blocks(&self, kind: TestKind) -> impl Iterator<Item = Test> + '_ {
        self.bytecode().tests.iter().filter(move |test| test.kind == kind).map(|test| Test {
            name: test.name.clone(),
            line: (test.line > 0).then_some(test.line),
            proc: test.proc,
        })
    }
}

impl Instance {
    /// Runs a `test` block of its module.
    ///
    /// # Errors
    /// When the test fails or reaches a limit, or is of another module.
    ///
    /// ```
    /// # let engine = lyra::Engine::new(lyra::Config::new().tests(true));
    /// let module = engine.compile("a.lyra", "let x = 1\ntest \"x\" { assert(x == 2) }")?;
    /// for test in module.tests() {
    ///     let mut store = lyra::Store::new(&engine, ());
    ///     let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
    ///     let error = instance.run_test(&mut store, &test).unwrap_err();
    ///     assert_eq!(error.sides(), Some(("1", "2")));
    /// }
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn run_test(&self, store: &mut Store<impl Sized + 'static>, test: &Test) -> Result<(), Error> {
        self.run_block(store, TestKind::Test, test, &[])
    }

    /// Runs a `bench` block of its module `rounds` times, one after the other. The value of the block's last
    /// expression is computed and dropped in each round.
    ///
    /// Beside what the block itself uses, a round costs two units of fuel: its call and the jump to the next round.
    ///
    /// # Errors
    /// When a round fails or reaches a limit, or the benchmark is of another module.
    ///
    /// ```
    /// # let engine = lyra::Engine::new(lyra::Config::new().tests(true));
    /// let module = engine.compile("a.lyra", "bench \"sum\" { sum([1, 2, 3]) }")?;
    /// let mut store = lyra::Store::new(&engine, ());
    /// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
    /// let before = store.fuel_used();
    /// instance.run_bench(&mut store, &module.benches().next().unwrap(), 10)?;
    /// assert_eq!(store.fuel_used() - before, 2 * 10);
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn run_bench(
        &self,
        store: &mut Store<impl Sized + 'static>,
        bench: &Test,
        rounds: i32,
    ) -> Result<(), Error> {
        self.run_block(store, TestKind::Bench, bench, &[Value::I32(rounds)])
    }

    fn run_block(
        &self,
        store: &mut Store<impl Sized + 'static>,
        kind: TestKind,
        test: &Test,
        args: &[Value],
    ) -> Result<(), Error> {
        let known = &store.slot(self)?.program.module().tests;
        let is_known = |known: &lyra_bytecode::Test| {
            (known.kind, known.proc, &known.name) == (kind, test.proc, &test.name)
        };
        if !known.iter().any(is_known) {
            return Err(Error::usage(format!("the program has no {} {:?}", kind.word(), test.name)));
        }
        store.run(self, |vm, data| vm.call(test.proc, args, data)).map(drop)
    }
}
