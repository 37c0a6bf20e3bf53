//! Host functions: any Rust closure over types that cross, with the store's data in reach if it asks for it.

use crate::convert::{FromLyra, IntoLyra};
use lyra_runtime::host::{DirectBody, DirectCall};
use lyra_runtime::{HostBody, HostCall, HostError, HostFunction, HostSignature, HostType, Slot, Value};
use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

/// What a host function sees of the run that calls it: the store's data, the program's output, its fuel. A
/// closure gets it as an optional first parameter.
///
/// ```
/// use lyra::{Caller, Engine, Linker, Store};
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// linker.func_wrap("", "count", |mut caller: Caller<'_, u32>| *caller.data() += 1)?;
/// let module = linker.compile("a.lyra", "count()\ncount()")?;
/// let mut store = Store::new(&engine, 0);
/// linker.instantiate(&mut store, &module)?;
/// assert_eq!(*store.data(), 2);
/// # Ok::<(), lyra::Error>(())
/// ```
pub struct Caller<'c, T> {
    context: &'c mut (dyn Context + 'c),
    data: PhantomData<&'c mut T>,
}

/// What [`Caller`] needs of a call; hides the call's own lifetime.
trait Context {
    fn data(&mut self) -> &mut dyn Any;
    fn write(&mut self, text: &str) -> Result<(), HostError>;
    fn charge(&mut self, fuel: u64);
}

impl Context for HostCall<'_> {
    fn data(&mut self) -> &mut dyn Any {
        HostCall::data(self)
    }
    fn write(&mut self, text: &str) -> Result<(), HostError> {
        HostCall::write(self, text)
    }
    fn charge(&mut self, fuel: u64) {
        HostCall::charge(self, fuel);
    }
}

impl Context for DirectCall<'_> {
    fn data(&mut self) -> &mut dyn Any {
        DirectCall::data(self)
    }
    fn write(&mut self, text: &str) -> Result<(), HostError> {
        DirectCall::write(self, text)
    }
    fn charge(&mut self, fuel: u64) {
        DirectCall::charge(self, fuel);
    }
}

impl<T: 'static> Caller<'_, T> {
    /// The data of the store.
    ///
    /// ```
    /// use lyra::Caller;
    /// fn remember(mut caller: Caller<'_, Vec<String>>, line: String) {
    ///     caller.data().push(line);
    /// }
    /// # let engine = lyra::Engine::default();
    /// # lyra::Linker::new(&engine).func_wrap("log", "remember", remember)?;
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[expect(clippy::expect_used, reason = "a linker and a store of other data do not meet: both name `T`")]
    pub fn data(&mut self) -> &mut T {
        self.context.data().downcast_mut().expect("the store's data is of the linker's type")
    }

    /// Writes to the program's output, within its limit.
    ///
    /// # Errors
    /// When the output cannot take it; pass it on with `?`.
    ///
    /// ```
    /// use lyra::{Caller, HostError};
    /// fn shout(mut caller: Caller<'_, ()>, text: String) -> Result<(), HostError> {
    ///     caller.write(&format!("{}!\n", text.to_uppercase()))
    /// }
    /// # let engine = lyra::Engine::default();
    /// # lyra::Linker::new(&engine).func_wrap("", "shout", shout)?;
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn write(&mut self, text: &str) -> Result<(), HostError> {
        self.context.write(text)
    }

    /// Charges fuel for work in proportion to the arguments; a program that has too little ends when the
    /// function returns.
    ///
    /// ```
    /// use lyra::Caller;
    /// fn search(mut caller: Caller<'_, ()>, text: String) -> bool {
    ///     caller.charge(text.len() as u64 / 64);
    ///     text.contains("needle")
    /// }
    /// # let engine = lyra::Engine::default();
    /// # lyra::Linker::new(&engine).func_wrap("", "search", search)?;
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn charge(&mut self, fuel: u64) {
        self.context.charge(fuel);
    }
}

impl<T> std::fmt::Debug for Caller<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").finish_non_exhaustive()
    }
}

/// What a host function may return: a value, nothing, or a `Result` of these.
///
/// The error becomes one that the program can catch: of kind `user` with its text as message, or, for
/// [`HostError`], with the kind it names.
///
/// ```
/// use lyra::HostResult;
/// assert_eq!(<Result<i32, std::fmt::Error>>::result_type(), <i32>::result_type());
/// ```
pub trait HostResult {
    /// Its Lyra type, `None` for nothing.
    ///
    /// ```
    /// # use lyra::HostResult;
    /// assert_eq!(<()>::result_type(), None);
    /// ```
    fn result_type() -> Option<HostType>;

    /// The value for the program.
    ///
    /// # Errors
    /// The error for the program.
    ///
    /// ```
    /// # use lyra::{HostResult, Value};
    /// assert_eq!(true.into_result().unwrap(), Some(Value::Bool(true)));
    /// ```
    fn into_result(self) -> Result<Option<Value>, HostError>;

    /// Whether it is a word to the machine, or nothing, so that calls convert nothing.
    #[doc(hidden)]
    const WORD: bool = false;

    /// Its word, where it is one.
    #[doc(hidden)]
    fn into_result_word(self) -> Result<u64, HostError>
    where
        Self: Sized,
    {
        Ok(0)
    }
}

impl HostResult for () {
    fn result_type() -> Option<HostType> {
        None
    }
    fn into_result(self) -> Result<Option<Value>, HostError> {
        Ok(None)
    }
    const WORD: bool = true;
}

impl<R: IntoLyra> HostResult for R {
    fn result_type() -> Option<HostType> {
        Some(R::lyra_type())
    }
    fn into_result(self) -> Result<Option<Value>, HostError> {
        Ok(Some(self.into_lyra()))
    }
    const WORD: bool = R::WORD;
    #[inline]
    fn into_result_word(self) -> Result<u64, HostError> {
        Ok(self.into_word())
    }
}

impl<R: HostResult, E: std::error::Error + 'static> HostResult for Result<R, E> {
    fn result_type() -> Option<HostType> {
        R::result_type()
    }
    fn into_result(self) -> Result<Option<Value>, HostError> {
        self.map_err(told)?.into_result()
    }
    const WORD: bool = R::WORD;
    fn into_result_word(self) -> Result<u64, HostError> {
        self.map_err(told)?.into_result_word()
    }
}

/// The error as the program sees it.
#[cold]
fn told<E: std::error::Error + 'static>(error: E) -> HostError {
    let named = (&error as &dyn Any).downcast_ref::<HostError>().cloned();
    named.unwrap_or_else(|| HostError::from(error.to_string()))
}

/// A closure that can be a host function. `Marker` only tells the shapes of closures apart.
///
/// Implemented for closures and functions of up to 16 parameters of types that [`FromLyra`] names, with or
/// without a [`Caller`] before them.
///
/// ```
/// let engine = lyra::Engine::default();
/// let mut linker = lyra::Linker::<()>::new(&engine);
/// linker.func_wrap("text", "width", |text: String, tab: i32| text.len() as i32 * tab)?;
/// # Ok::<(), lyra::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a host function of a store of `{T}`",
    note = "its parameters are `bool u8 i32 i64 f64 char String`, `Option`s, `Vec`s, maps and tuples of these, and `Value`, after an optional `Caller<'_, {T}>`",
    note = "it is `Send + Sync + 'static` and returns such a value, nothing, or a `Result` whose error is a `std::error::Error`"
)]
pub trait IntoHostFunction<T, Marker> {
    /// Its signature and the code that converts arguments and result.
    #[doc(hidden)]
    fn into_host_function(self) -> HostFunction;
}

fn argument<A: FromLyra>(call: &HostCall<'_>, place: usize) -> Result<A, HostError> {
    let value = call.value(place)?;
    let found = value.type_name().to_owned();
    // The link check has compared the types, but an `any` may be anything.
    A::from_lyra(value)
        .ok_or_else(|| HostError::new("type_mismatch", format!("expected {}, found {found}", A::expected())))
}

/// Argument `place` of a function over words.
#[inline]
fn word_argument<A: FromLyra>(args: &[Slot], place: usize) -> Result<A, HostError> {
    let word = args.get(place).and_then(|slot| A::from_word(slot.as_word()));
    word.ok_or_else(|| HostError::new("type_mismatch", "an argument is of another type than declared"))
}

macro_rules! closures {
    ($(($($A:ident $place:literal),*))*) => {$(
        impl<T, F, R, $($A),*> IntoHostFunction<T, (R, $($A,)*)> for F
        where
            F: Fn($($A),*) -> R + Send + Sync + 'static,
            R: HostResult,
            $($A: FromLyra,)*
        {
            fn into_host_function(self) -> HostFunction {
                let signature = HostSignature { params: vec![$($A::lyra_type()),*], result: R::result_type() };
                let function = Arc::new(self);
                let direct = (R::WORD $(&& $A::WORD)*).then(|| {
                    let function = Arc::clone(&function);
                    let body: Arc<DirectBody> = Arc::new(move |_: &mut DirectCall<'_>, args: &[Slot]| {
                        let _ = args;
                        function($(word_argument::<$A>(args, $place)?),*).into_result_word()
                    });
                    body
                });
                let body: Arc<HostBody> = Arc::new(move |call: &mut HostCall<'_>| {
                    let _ = &call;
                    function($(argument::<$A>(call, $place)?),*).into_result()
                });
                HostFunction { signature, body, direct }
            }
        }

        impl<T, F, R, $($A),*> IntoHostFunction<T, (Caller<'_, T>, R, $($A,)*)> for F
        where
            T: 'static,
            F: Fn(Caller<'_, T>, $($A),*) -> R + Send + Sync + 'static,
            R: HostResult,
            $($A: FromLyra,)*
        {
            #[allow(non_snake_case, reason = "one variable for each type, named alike")]
            fn into_host_function(self) -> HostFunction {
                let signature = HostSignature { params: vec![$($A::lyra_type()),*], result: R::result_type() };
                let function = Arc::new(self);
                let direct = (R::WORD $(&& $A::WORD)*).then(|| {
                    let function = Arc::clone(&function);
                    let body: Arc<DirectBody> = Arc::new(move |call: &mut DirectCall<'_>, args: &[Slot]| {
                        let _ = args;
                        $(let $A = word_argument::<$A>(args, $place)?;)*
                        function(Caller { context: call, data: PhantomData }, $($A),*).into_result_word()
                    });
                    body
                });
                let body: Arc<HostBody> = Arc::new(move |call: &mut HostCall<'_>| {
                    $(let $A = argument::<$A>(call, $place)?;)*
                    function(Caller { context: call, data: PhantomData }, $($A),*).into_result()
                });
                HostFunction { signature, body, direct }
            }
        }
    )*};
}

closures! {
    ()
    (A1 0)
    (A1 0, A2 1)
    (A1 0, A2 1, A3 2)
    (A1 0, A2 1, A3 2, A4 3)
    (A1 0, A2 1, A3 2, A4 3, A5 4)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5, A7 6)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5, A7 6, A8 7)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5, A7 6, A8 7, A9 8)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5, A7 6, A8 7, A9 8, A10 9)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5, A7 6, A8 7, A9 8, A10 9, A11 10)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5, A7 6, A8 7, A9 8, A10 9, A11 10, A12 11)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5, A7 6, A8 7, A9 8, A10 9, A11 10, A12 11, A13 12)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5, A7 6, A8 7, A9 8, A10 9, A11 10, A12 11, A13 12, A14 13)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5, A7 6, A8 7, A9 8, A10 9, A11 10, A12 11, A13 12, A14 13, A15 14)
    (A1 0, A2 1, A3 2, A4 3, A5 4, A6 5, A7 6, A8 7, A9 8, A10 9, A11 10, A12 11, A13 12, A14 13, A15 14, A16 15)
}
