//! Values of the host that programs hold, as parameters and results of host functions.

use crate::convert::{FromLyra, IntoLyra, LyraType};
use lyra_runtime::{HostObject, HostType, Value};
use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A value of the host that programs can hold and hand back: what a host function gives as `Host<File>` a program has as
/// an `any`, and another host function takes as `Host<File>`. Anything else there is a `type_mismatch`, which names both.
///
/// It is shared, not copied, and dropped when neither the program nor the host has it any more; see [`HostObject`] for
/// when, and for what a program can do with it. What is to change needs a [`Mutex`](std::sync::Mutex) or atomics.
///
/// ```
/// use lyra::{Engine, Host, Linker, OutputBuffer, Store};
/// use std::sync::Mutex;
///
/// struct Counter(Mutex<i32>);
///
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// linker
///     .func_wrap("counter", "new", |start: i32| Host::new(Counter(Mutex::new(start))))?
///     .func_wrap("counter", "next", |counter: Host<Counter>| {
///         let mut count = counter.0.lock().unwrap();
///         *count += 1;
///         *count
///     })?;
/// let module = linker.compile(
///     "a.lyra",
///     "import counter
///      let c = counter.new(5)
///      print(c, counter.next(c), counter.next(c))
///      try { counter.next(7) } catch e { print(e.message) }",
/// )?;
/// let output = OutputBuffer::new();
/// let mut store = Store::new(&engine, ());
/// store.set_output(output.clone());
/// linker.instantiate(&mut store, &module)?;
/// assert_eq!(output.take(), "<Counter> 6 7\nexpected Counter, found i32\n");
/// # Ok::<(), lyra::Error>(())
/// ```
pub struct Host<T> {
    value: Arc<T>,
    bytes: u64,
}

impl<T> Host<T> {
    /// A value that counts for 56 bytes of a program's memory.
    ///
    /// ```
    /// let size = lyra::Host::new((3, 4));
    /// assert_eq!(size.1, 4);
    /// ```
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { value: Arc::new(value), bytes: 0 }
    }

    /// The same, which counts for so many bytes more each time that it enters a program: for what it keeps of memory
    /// that is the program's doing.
    ///
    /// ```
    /// # use lyra::Host;
    /// struct Image(Vec<u8>);
    /// let image = |width: u32, height: u32| {
    ///     let pixels = vec![0; width as usize * height as usize];
    ///     let bytes = pixels.len() as u64;
    ///     Host::new(Image(pixels)).with_bytes(bytes)
    /// };
    /// assert_eq!(image(10, 20).0.len(), 200);
    /// ```
    #[must_use]
    pub fn with_bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// The value, to be kept.
    ///
    /// ```
    /// # use lyra::Host;
    /// let name = Host::new("ada".to_owned());
    /// assert_eq!(*name.share(), "ada");
    /// ```
    #[must_use]
    pub fn share(&self) -> Arc<T> {
        Arc::clone(&self.value)
    }
}

impl<T> Deref for Host<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Clone for Host<T> {
    /// The same value once more.
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), bytes: self.bytes }
    }
}

impl<T: fmt::Debug> fmt::Debug for Host<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Host").field(&self.value).finish()
    }
}

impl<T: Any + Send + Sync> LyraType for Host<T> {
    fn lyra_type() -> HostType {
        HostType::Any
    }
}

impl<T: Any + Send + Sync> IntoLyra for Host<T> {
    fn into_lyra(self) -> Value {
        Value::Host(HostObject::shared(self.value).with_bytes(self.bytes))
    }
}

impl<T: Any + Send + Sync> FromLyra for Host<T> {
    fn from_lyra(value: Value) -> Option<Self> {
        let Value::Host(object) = value else { return None };
        Some(Self { value: object.downcast()?, bytes: object.bytes() })
    }
    fn expected() -> String {
        HostObject::type_name::<T>().to_owned()
    }
}
