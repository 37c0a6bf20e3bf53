//! [`Store`]: everything that belongs to one host object's programs: data, limits, fuel, output, instances.

use crate::engine::Engine;
use crate::error::Error;
use crate::instance::Instance;
use crate::module::Module;
use crate::standard::{LogLevel, Standard};
use crate::tiers::Tier;
use lyra_runtime::{Output, Value};
use lyra_security::{Capabilities, Interrupt, Limits, TamperLog};
use lyra_vm_core::{AnyVm, Counts, Program, RunError, RunReport, Settings};
use std::any::Any;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Host data and the programs that work on it, under one set of limits. `Send` when `T` is.
///
/// Fuel belongs to the store and is shared by its instances; memory, stack and output are each instance's own;
/// the deadline begins anew with each call from the host. Instances live as long as their store: what must not
/// disturb each other, or is to be forgotten, gets a store of its own.
///
/// ```
/// use lyra::{Engine, Linker, OutputBuffer, Store};
/// let engine = Engine::default();
/// let output = OutputBuffer::new();
/// let mut store = Store::new(&engine, ());
/// store.set_output(output.clone());
/// store.set_fuel(10_000);
/// let module = engine.compile("a.lyra", "for i in 0..3 { print(i) }")?;
/// Linker::new(&engine).instantiate(&mut store, &module)?;
/// assert_eq!(output.take(), "0\n1\n2\n");
/// assert_eq!(store.fuel_used(), 3); // the start, and two jumps back to the loop
/// # Ok::<(), lyra::Error>(())
/// ```
pub struct Store<T> {
    id: u64,
    data: T,
    tier: Tier,
    warm: u64,
    limits: Limits,
    fuel: Fuel,
    sink: Sink,
    interrupt: Interrupt,
    /// What the standard modules have of this store.
    standard: Standard,
    slots: Vec<Slot>,
}

/// The fuel of a store. An instance that runs has all of it, and keeps it until somebody else wants it or asks for it: so
/// calls of one instance need not hand it to and fro.
#[derive(Debug)]
struct Fuel {
    /// What is left, when no instance has it.
    left: Option<u64>,
    /// What was used before the holder got it.
    used: u64,
    /// The instance that has it, and what it had used by then.
    holder: Option<(usize, u64)>,
}

pub(crate) struct Slot {
    pub(crate) vm: Box<dyn AnyVm>,
    pub(crate) program: Program,
    module: Module,
}

/// Distinguishes stores, so that a handle of another store is an error and not somebody else's instance.
static NEXT_STORE: AtomicU64 = AtomicU64::new(0);

impl<T: 'static> Store<T> {
    /// A store with the engine's limits that discards what programs print.
    ///
    /// ```
    /// let store = lyra::Store::new(&lyra::Engine::default(), "host data");
    /// assert_eq!(*store.data(), "host data");
    /// ```
    #[must_use]
    pub fn new(engine: &Engine, data: T) -> Self {
        let mut limits = engine.config().limits.clone();
        limits.stack = limits.stack.min(Limits::MAX_STACK);
        let standard: Standard = Default::default();
        standard.allow(engine.config().granted);
        Self {
            id: NEXT_STORE.fetch_add(1, Ordering::Relaxed),
            data,
            tier: engine.tier(),
            warm: engine.config().warm,
            fuel: Fuel { left: limits.fuel, used: 0, holder: None },
            limits,
            sink: Sink::new(std::io::sink()),
            interrupt: Interrupt::new(),
            standard,
            slots: Vec::new(),
        }
    }

    /// The host's data.
    ///
    /// ```
    /// let store = lyra::Store::new(&lyra::Engine::default(), vec![1, 2]);
    /// assert_eq!(store.data().len(), 2);
    /// ```
    #[must_use]
    pub const fn data(&self) -> &T {
        &self.data
    }

    /// The host's data, to change it.
    ///
    /// ```
    /// let mut store = lyra::Store::new(&lyra::Engine::default(), 1);
    /// *store.data_mut() += 1;
    /// assert_eq!(store.into_data(), 2);
    /// ```
    #[must_use]
    pub const fn data_mut(&mut self) -> &mut T {
        &mut self.data
    }

    /// Ends the store and gives the data back.
    ///
    /// ```
    /// assert_eq!(lyra::Store::new(&lyra::Engine::default(), 7).into_data(), 7);
    /// ```
    #[must_use]
    pub fn into_data(self) -> T {
        self.data
    }

    /// The limits in force; for fuel, [`fuel`](Self::fuel) says what is left.
    ///
    /// ```
    /// let store = lyra::Store::new(&lyra::Engine::default(), ());
    /// assert_eq!(store.limits().stack, 10_000);
    /// ```
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sets all limits, for running instances too; fuel becomes that of `limits`.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut store = lyra::Store::new(&engine, ());
    /// store.set_limits(lyra::Limits::embedded().with_memory(1 << 20));
    /// let module = engine.compile("a.lyra", "var s = \"x\"\nwhile true { s = s + s }")?;
    /// let error = lyra::Linker::new(&engine).instantiate(&mut store, &module).unwrap_err();
    /// assert_eq!(error.code(), "out_of_memory");
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn set_limits(&mut self, mut limits: Limits) {
        limits.stack = limits.stack.min(Limits::MAX_STACK);
        self.set_fuel(limits.fuel);
        for slot in &mut self.slots {
            slot.vm.set_limits(limits.clone());
        }
        self.limits = limits;
    }

    /// Fuel left; `None` when there is no bound.
    ///
    /// ```
    /// let store = lyra::Store::new(&lyra::Engine::default(), ());
    /// assert_eq!(store.fuel(), Some(1_000_000_000));
    /// ```
    #[must_use]
    pub fn fuel(&self) -> Option<u64> {
        self.held().map_or(self.fuel.left, |(counts, _)| counts.fuel_left)
    }

    /// Sets the fuel left; `None` lifts the bound.
    ///
    /// ```
    /// let mut store = lyra::Store::new(&lyra::Engine::default(), ());
    /// store.set_fuel(500);
    /// assert_eq!(store.fuel(), Some(500));
    /// ```
    pub fn set_fuel(&mut self, fuel: impl Into<Option<u64>>) {
        self.settle();
        self.fuel.left = fuel.into();
    }

    /// Gives more fuel.
    ///
    /// ```
    /// let mut store = lyra::Store::new(&lyra::Engine::default(), ());
    /// store.set_fuel(500);
    /// store.add_fuel(100);
    /// assert_eq!(store.fuel(), Some(600));
    /// ```
    pub fn add_fuel(&mut self, units: u64) {
        self.settle();
        self.fuel.left = self.fuel.left.map(|left| left.saturating_add(units));
    }

    /// Fuel used since the store was made.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut store = lyra::Store::new(&engine, ());
    /// lyra::Linker::new(&engine).instantiate(&mut store, &engine.compile("a.lyra", "print(1)")?)?;
    /// assert_eq!(store.fuel_used(), 1);
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn fuel_used(&self) -> u64 {
        let held = self.held().map_or(0, |(counts, before)| counts.fuel_used.saturating_sub(before));
        self.fuel.used.saturating_add(held)
    }

    /// What the instance that has the fuel has counted, and what it had used when it got it.
    fn held(&self) -> Option<(Counts, u64)> {
        let (number, before) = self.fuel.holder?;
        self.slots.get(number).map(|slot| (slot.vm.counts(), before))
    }

    /// Takes the fuel back from the instance that has it.
    fn settle(&mut self) {
        (self.fuel.used, self.fuel.left) = (self.fuel_used(), self.fuel());
        self.fuel.holder = None;
    }

    /// Sets how long each call from the host may take; `None` lifts the bound.
    ///
    /// ```
    /// use std::time::Duration;
    /// # let engine = lyra::Engine::default();
    /// let mut store = lyra::Store::new(&engine, ());
    /// store.set_fuel(None);
    /// store.set_deadline(Duration::from_millis(5));
    /// let module = engine.compile("a.lyra", "while true { }")?;
    /// let error = lyra::Linker::new(&engine).instantiate(&mut store, &module).unwrap_err();
    /// assert_eq!(error.code(), "deadline_exceeded");
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn set_deadline(&mut self, after: impl Into<Option<Duration>>) {
        self.limits.deadline = after.into();
        for slot in &mut self.slots {
            slot.vm.set_limits(self.limits.clone());
        }
    }

    /// Sets where programs of this store print. It is flushed at the end of every call from the host.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut store = lyra::Store::new(&engine, ());
    /// store.set_output(std::io::stderr());
    /// ```
    pub fn set_output(&mut self, output: impl Write + Send + 'static) {
        *self.sink.lock() = Box::new(output);
    }

    /// Sets what of the outside world programs of this store may touch, in place of what was granted before. The
    /// standard modules ask for [`Capabilities::CLOCK`] and [`Capabilities::RANDOM`]; without, what needs them throws
    /// `permission_denied`. Default: what [`Config::allow`](crate::Config::allow) says.
    ///
    /// ```
    /// use lyra::{Capabilities, Engine, Linker, Store};
    /// # if !cfg!(feature = "std-modules") { return Ok(()) }
    /// let engine = Engine::default();
    /// let module = engine.compile("a.lyra", "import random\nprint(random.int(1, 6))")?;
    /// let mut store = Store::new(&engine, ());
    /// let refused = Linker::new(&engine).instantiate(&mut store, &module).unwrap_err();
    /// assert_eq!(refused.code(), "permission_denied");
    /// store.allow(Capabilities::RANDOM);
    /// assert!(Linker::new(&engine).instantiate(&mut store, &module).is_ok());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn allow(&mut self, granted: Capabilities) {
        self.standard.allow(granted);
    }

    /// Sets what `args.all()` gives. Default: no arguments are given, and asking for them throws `permission_denied`.
    ///
    /// ```
    /// use lyra::{Engine, Linker, Store};
    /// # if !cfg!(feature = "std-modules") { return Ok(()) }
    /// let engine = Engine::default();
    /// let module = engine.compile_expression("a.lyra", "import args\nargs.all()[1]")?;
    /// let mut store = Store::new(&engine, ());
    /// store.set_args(["--count", "3"]);
    /// let value = Linker::new(&engine).evaluate(&mut store, &module)?;
    /// assert_eq!(value.unwrap().to_string(), "3");
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn set_args(&mut self, args: impl IntoIterator<Item = impl Into<String>>) {
        self.standard.set_args(args.into_iter().map(Into::into).collect());
    }

    /// Sets who takes what programs of this store log. It counts towards the limit of the output. Default: nobody.
    ///
    /// ```
    /// use lyra::{Engine, Linker, LogLevel, OutputBuffer, Store};
    /// use std::io::Write;
    /// # if !cfg!(feature = "std-modules") { return Ok(()) }
    /// let engine = Engine::default();
    /// let mut store = Store::new(&engine, ());
    /// let lines = OutputBuffer::new();
    /// let mut writer = lines.clone();
    /// store.set_log(move |level, text| {
    ///     if level >= LogLevel::Warn {
    ///         let _ = writeln!(writer, "{level}: {text}");
    ///     }
    /// });
    /// let module = engine.compile("a.lyra", "import log\nlog.debug(\"x is 1\")\nlog.error(\"x is lost\")")?;
    /// Linker::new(&engine).instantiate(&mut store, &module)?;
    /// assert_eq!(lines.take(), "error: x is lost\n");
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn set_log(&mut self, log: impl FnMut(LogLevel, &str) + Send + 'static) {
        self.standard.set_log(log);
    }

    /// A handle by which any thread can end what runs in this store.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut store = lyra::Store::new(&engine, ());
    /// store.set_fuel(None);
    /// let handle = store.interrupt_handle();
    /// std::thread::spawn(move || handle.interrupt());
    /// let module = engine.compile("a.lyra", "while true { }")?;
    /// assert!(lyra::Linker::new(&engine).instantiate(&mut store, &module).unwrap_err().is_cancelled());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle { interrupt: self.interrupt.clone() }
    }

    /// What an instance has used and done so far.
    ///
    /// # Errors
    /// When the instance is of another store.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut store = lyra::Store::new(&engine, ());
    /// let module = engine.compile("a.lyra", "var xs = [1, 2, 3]")?;
    /// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
    /// println!("{}", store.report(&instance)?);
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn report(&self, instance: &Instance) -> Result<RunReport, Error> {
        self.slot(instance).map(|slot| slot.vm.report())
    }

    /// What the newest instance has used and done, also when it failed to start; `None` before the first.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut store = lyra::Store::new(&engine, ());
    /// assert!(store.last_report().is_none());
    /// let module = engine.compile("a.lyra", "1 / 0")?;
    /// assert!(lyra::Linker::new(&engine).instantiate(&mut store, &module).is_err());
    /// assert!(store.last_report().is_some());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn last_report(&self) -> Option<RunReport> {
        self.slots.last().map(|slot| slot.vm.report())
    }

    /// What the integrity monitor has found in an instance.
    ///
    /// # Errors
    /// When the instance is of another store.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let mut store = lyra::Store::new(&engine, ());
    /// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &engine.compile("a.lyra", "")?)?;
    /// assert!(store.tamper_log(&instance)?.entries().is_empty());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn tamper_log(&self, instance: &Instance) -> Result<&TamperLog, Error> {
        self.slot(instance).map(|slot| slot.vm.tamper_log())
    }

    pub(crate) fn slot(&self, instance: &Instance) -> Result<&Slot, Error> {
        let own = if instance.store == self.id { self.slots.get(instance.slot) } else { None };
        own.ok_or_else(foreign)
    }

    pub(crate) fn start(
        &mut self,
        program: Program,
        module: &Module,
    ) -> Result<(Instance, Option<Value>), Error> {
        let settings = Settings {
            limits: self.limits.clone(),
            output: Box::new(self.sink.clone()),
            interrupt: self.interrupt.clone(),
            warm: self.warm,
            services: self.standard.services(),
            ..Settings::default()
        };
        let vm = self.tier.machine(&program, settings).map_err(|error| Error::run(error, module))?;
        self.slots.push(Slot { vm, program, module: module.clone() });
        let instance = Instance { store: self.id, slot: self.slots.len() - 1 };
        let value = self.run(&instance, |vm, data| vm.start(data))?;
        Ok((instance, value))
    }

    /// Runs something in an instance, with the store's fuel.
    #[inline]
    pub(crate) fn run<R>(
        &mut self,
        instance: &Instance,
        work: impl FnOnce(&mut dyn AnyVm, &mut dyn Any) -> Result<R, RunError>,
    ) -> Result<R, Error> {
        self.slot(instance)?;
        if self.fuel.holder.is_none_or(|(number, _)| number != instance.slot) {
            self.settle();
        }
        let Some(slot) = self.slots.get_mut(instance.slot) else { return Err(foreign()) };
        if self.fuel.holder.is_none() {
            slot.vm.set_fuel(self.fuel.left);
            self.fuel.holder = Some((instance.slot, slot.vm.counts().fuel_used));
        }
        let result = work(&mut *slot.vm, &mut self.data);
        self.sink.flush_written();
        let interrupt = &self.interrupt;
        result.map_err(|error| told(error, &slot.module, interrupt))
    }
}

#[cold]
fn foreign() -> Error {
    Error::usage("the instance belongs to another store")
}

/// The error of a run, as the host sees it.
#[cold]
fn told(error: RunError, module: &Module, interrupt: &Interrupt) -> Error {
    let error = Error::run(error, module);
    if error.is_cancelled() {
        // The interruption has been carried out; the next call starts anew.
        interrupt.clear();
    }
    error
}

impl<T> std::fmt::Debug for Store<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("limits", &self.limits)
            .field("fuel", &self.fuel)
            .field("instances", &self.slots.len())
            .finish_non_exhaustive()
    }
}

/// Ends what runs in a [`Store`], from any thread. Clones do the same.
///
/// The run sees it within a slice of fuel (well under a millisecond) and ends with `cancelled`, which the
/// program cannot catch. When nothing runs, the next call ends at once.
///
/// ```
/// let store = lyra::Store::new(&lyra::Engine::default(), ());
/// let handle: lyra::InterruptHandle = store.interrupt_handle();
/// handle.clone().interrupt();
/// ```
#[derive(Clone, Debug)]
pub struct InterruptHandle {
    interrupt: Interrupt,
}

impl InterruptHandle {
    /// Ends the run.
    ///
    /// ```
    /// lyra::Store::new(&lyra::Engine::default(), ()).interrupt_handle().interrupt();
    /// ```
    pub fn interrupt(&self) {
        self.interrupt.raise();
    }
}

/// The store's output, shared by its instances.
#[derive(Clone)]
struct Sink(Arc<Shared>);

struct Shared {
    output: Mutex<Box<dyn Write + Send>>,
    /// Whether something was written that was not flushed.
    is_written: AtomicBool,
}

impl Sink {
    fn new(output: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Shared { output: Mutex::new(Box::new(output)), is_written: AtomicBool::new(false) }))
    }

    /// A writer that panicked is used on: what it did with its bytes is its own affair.
    fn lock(&self) -> std::sync::MutexGuard<'_, Box<dyn Write + Send>> {
        self.0.output.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Flushes what was written. An output that cannot be flushed has lost text already written; the next write will say
    /// so.
    #[inline]
    fn flush_written(&self) {
        if self.0.is_written.load(Ordering::Relaxed) {
            self.flush();
        }
    }

    #[inline(never)]
    fn flush(&self) {
        self.0.is_written.store(false, Ordering::Relaxed);
        let _ = self.lock().flush();
    }
}

impl Output for Sink {
    fn write(&mut self, text: &str) -> Result<(), String> {
        self.0.is_written.store(true, Ordering::Relaxed);
        self.lock().write_all(text.as_bytes()).map_err(|error| error.to_string())
    }
}

/// Collects what programs print. Clones share one buffer.
///
/// ```
/// use std::io::Write;
/// let buffer = lyra::OutputBuffer::new();
/// write!(buffer.clone(), "text").unwrap();
/// assert_eq!(buffer.take(), "text");
/// assert_eq!(buffer.take(), "");
/// ```
#[derive(Clone, Debug, Default)]
pub struct OutputBuffer(Arc<Mutex<Vec<u8>>>);

impl OutputBuffer {
    /// An empty one.
    ///
    /// ```
    /// assert_eq!(lyra::OutputBuffer::new().take(), "");
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written since the last time.
    ///
    /// ```
    /// assert!(lyra::OutputBuffer::new().take().is_empty());
    /// ```
    #[must_use]
    pub fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

impl Write for OutputBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
