//! [`Instance`] and [`TypedFunc`]: a program in a store, and calls into it.

use crate::convert::{Args, CallResult};
use crate::error::Error;
use crate::store::Store;
use lyra_bytecode::ProcId;
use lyra_runtime::{HostSignature, HostType, Value};
use lyra_vm_core::WordProc;
use std::marker::PhantomData;

/// A program in a [`Store`], its top-level statements run. A small handle; the store owns the rest.
///
/// ```
/// # let engine = lyra::Engine::default();
/// let module = engine.compile("a.lyra", "proc greet(name: str) -> str { return \"hello \" + name }")?;
/// let mut store = lyra::Store::new(&engine, ());
/// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
/// let greet = instance.get_typed_func::<(&str,), String>(&store, "greet")?;
/// assert_eq!(greet.call(&mut store, ("ada",))?, "hello ada");
/// # Ok::<(), lyra::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instance {
    pub(crate) store: u64,
    pub(crate) slot: usize,
}

impl Instance {
    /// The procedure `name`, checked once to take `A` and give `R`; calls after that check nothing.
    ///
    /// # Errors
    /// When there is no such procedure that the host may call, or its type is another.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "proc half(x: f64) -> f64 { return x / 2.0 }")?;
    /// let mut store = lyra::Store::new(&engine, ());
    /// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
    /// let wrong = instance.get_typed_func::<(i32,), f64>(&store, "half").unwrap_err();
    /// assert!(wrong.to_string().contains("proc(f64) -> f64"));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn get_typed_func<A: Args, R: CallResult>(
        &self,
        store: &Store<impl Sized + 'static>,
        name: &str,
    ) -> Result<TypedFunc<A, R>, Error> {
        let (proc, found) = self.find(store, name)?;
        let asked = HostSignature { params: A::types(), result: R::result_type() };
        if asked.params != found.params || asked.result != found.result {
            let (asked, found) = (signature_text(&asked), signature_text(found));
            return Err(Error::usage(format!("`{name}` is a {found}; the host asked for a {asked}")));
        }
        let words = if A::WORDS && R::WORD { store.slot(self)?.program.word_proc(proc) } else { None };
        Ok(TypedFunc { instance: *self, proc, words, types: PhantomData })
    }

    /// Calls the procedure `name` with values whose types are known only now; they are checked at each call.
    ///
    /// # Errors
    /// When there is no such procedure, an argument does not fit, or the call fails or reaches a limit.
    ///
    /// ```
    /// use lyra::Value;
    /// # let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "proc add(a: i32, b: i32) -> i32 { return a + b }")?;
    /// let mut store = lyra::Store::new(&engine, ());
    /// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
    /// let sum = instance.call(&mut store, "add", &[Value::I32(1), Value::I32(2)])?;
    /// assert_eq!(sum, Some(Value::I32(3)));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn call(
        &self,
        store: &mut Store<impl Sized + 'static>,
        name: &str,
        args: &[Value],
    ) -> Result<Option<Value>, Error> {
        let (proc, _) = self.find(store, name)?;
        store.run(self, |vm, data| vm.call(proc, args, data))
    }

    /// Calls `proc main()` if the program has one; what it returns, if anything.
    ///
    /// # Errors
    /// When it has parameters, or the call fails or reaches a limit.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "proc main() -> i32 { return 3 }")?;
    /// let mut store = lyra::Store::new(&engine, ());
    /// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
    /// assert_eq!(instance.call_main(&mut store)?, Some(lyra::Value::I32(3)));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn call_main(&self, store: &mut Store<impl Sized + 'static>) -> Result<Option<Value>, Error> {
        if store.slot(self)?.program.find("main").is_none() {
            Ok(None)
        } else {
            self.call(store, "main", &[])
        }
    }

    /// The value of a global that is not private; `None` when there is none of that name.
    ///
    /// # Errors
    /// When the instance is of another store.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "var total = 40\ntotal += 2")?;
    /// let mut store = lyra::Store::new(&engine, ());
    /// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
    /// assert_eq!(instance.global(&store, "total")?, Some(lyra::Value::I32(42)));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn global(&self, store: &Store<impl Sized + 'static>, name: &str) -> Result<Option<Value>, Error> {
        store.slot(self).map(|slot| slot.vm.global(name))
    }

    fn find<'s>(
        &self,
        store: &'s Store<impl Sized + 'static>,
        name: &str,
    ) -> Result<(ProcId, &'s HostSignature), Error> {
        let program = &store.slot(self)?.program;
        let proc = program.find(name);
        proc.and_then(|proc| Some((proc, program.signature(proc)?))).ok_or_else(|| {
            Error::usage(format!("the program has no procedure `{name}` that a host may call"))
        })
    }
}

fn signature_text(signature: &HostSignature) -> String {
    let params: Vec<String> = signature.params.iter().map(HostType::to_string).collect();
    let result = signature.result.as_ref().map(|ty| format!(" -> {ty}")).unwrap_or_default();
    format!("proc({}){result}", params.join(", "))
}

/// A procedure of an [`Instance`] whose type has been checked.
///
/// ```
/// # let engine = lyra::Engine::default();
/// let module = engine.compile("a.lyra", "proc swap(p: (i32, bool)) -> (bool, i32) { return (p.1, p.0) }")?;
/// let mut store = lyra::Store::new(&engine, ());
/// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
/// let swap = instance.get_typed_func::<((i32, bool),), (bool, i32)>(&store, "swap")?;
/// assert_eq!(swap.call(&mut store, ((1, true),))?, (true, 1));
/// # Ok::<(), lyra::Error>(())
/// ```
pub struct TypedFunc<A, R> {
    instance: Instance,
    proc: ProcId,
    /// Where everything that it takes and gives is a word: the way without conversions.
    words: Option<WordProc>,
    types: PhantomData<fn(A) -> R>,
}

impl<A: Args, R: CallResult> TypedFunc<A, R> {
    /// Calls it.
    ///
    /// # Errors
    /// When `store` is not the one it was found in, or the call fails or reaches a limit. The program and the
    /// store stay usable.
    ///
    /// ```
    /// # let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "proc inverse(x: i32) -> i32 { return 100 / x }")?;
    /// let mut store = lyra::Store::new(&engine, ());
    /// let instance = lyra::Linker::new(&engine).instantiate(&mut store, &module)?;
    /// let inverse = instance.get_typed_func::<(i32,), i32>(&store, "inverse")?;
    /// assert_eq!(inverse.call(&mut store, (0,)).unwrap_err().code(), "division_by_zero");
    /// assert_eq!(inverse.call(&mut store, (5,))?, 20);
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn call(&self, store: &mut Store<impl Sized + 'static>, args: A) -> Result<R, Error> {
        let result = if let Some(words) = self.words {
            let call = |args: &[u64]| store.run(&self.instance, |vm, data| vm.call_words(words, args, data));
            R::from_result_word(args.with_words(call)?)
        } else {
            let args = args.into_values();
            R::from_result(store.run(&self.instance, |vm, data| vm.call(self.proc, &args, data))?)
        };
        result.ok_or_else(|| Error::usage("the procedure gave a value of another type"))
    }
}

impl<A, R> Clone for TypedFunc<A, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, R> Copy for TypedFunc<A, R> {}

impl<A, R> std::fmt::Debug for TypedFunc<A, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TypedFunc").field("proc", &self.proc).finish_non_exhaustive()
    }
}
