//! Objects of the host: values that a program holds and hands back without seeing what is in them.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A value of the host that a program can hold, as an `any`: an open file, a player, a texture.
///
/// A program can keep it, compare it (`==` is whether it is the same object), print it (`<File>`), ask for its type
/// (`typeof` gives the name) and hand it to functions of the host; nothing else.
///
/// It is shared, not copied. The heap lets go of it some time after the last reference of the program is gone, at the
/// latest with the store; what the value's [`Drop`] does is its finalizer. That
/// - cannot bring the object back: it has no way to the heap;
/// - runs on the thread that runs the program, in the middle of the run, so it should be short, and must not wait for
///   the store that is running;
/// - may panic: the panic ends there, after the panic hook was told. In a build that aborts on panics it aborts.
///
/// ```
/// use lyra_runtime::HostObject;
///
/// struct Player(String);
/// let object = HostObject::new(Player("ada".to_owned()));
/// assert_eq!(object.name(), "Player");
/// assert_eq!(object.downcast::<Player>().unwrap().0, "ada");
/// assert!(object.downcast::<String>().is_none());
/// ```
#[derive(Clone)]
pub struct HostObject {
    value: Arc<dyn Any + Send + Sync>,
    name: &'static str,
    bytes: u64,
}

impl HostObject {
    /// An object that is named after `T`, without the path and without what stands in `<…>`.
    #[must_use]
    pub fn new<T: Any + Send + Sync>(value: T) -> Self {
        Self::shared(Arc::new(value))
    }

    /// The object that `value` is already.
    #[must_use]
    pub fn shared<T: Any + Send + Sync>(value: Arc<T>) -> Self {
        Self { value, name: Self::type_name::<T>(), bytes: 0 }
    }

    /// The same, which counts for so many bytes, besides its 56, against a program's limit of memory, each time that it
    /// enters the program. Default: 0. Say here what the object keeps of memory that is the program's doing.
    #[must_use]
    pub const fn with_bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// The name of objects of type `T`.
    ///
    /// ```
    /// # use lyra_runtime::HostObject;
    /// assert_eq!(HostObject::type_name::<std::fs::File>(), "File");
    /// ```
    #[must_use]
    pub fn type_name<T>() -> &'static str {
        last_name(std::any::type_name::<T>())
    }

    /// What `typeof` says.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it counts for.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The value; `None` where it is of another type.
    #[must_use]
    pub fn downcast<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        Arc::clone(&self.value).downcast().ok()
    }
}

/// What comes last in the path of a type.
fn last_name(path: &'static str) -> &'static str {
    let plain = path.split('<').next().unwrap_or(path);
    plain.rsplit("::").next().unwrap_or(plain)
}

impl PartialEq for HostObject {
    /// Whether it is the same object.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.value, &other.value)
    }
}

impl fmt::Debug for HostObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostObject({})", self.name)
    }
}

impl fmt::Display for HostObject {
    /// As a program prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name)
    }
}

/// An object as a heap holds it: letting go of it never panics.
pub struct HeldObject(Option<HostObject>);

impl HeldObject {
    /// Holds an object.
    #[must_use]
    pub const fn new(object: HostObject) -> Self {
        Self(Some(object))
    }

    /// The object.
    #[must_use]
    pub const fn get(&self) -> Option<&HostObject> {
        self.0.as_ref()
    }

    /// What it counts for.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.get().map_or(0, HostObject::bytes)
    }
}

impl Drop for HeldObject {
    fn drop(&mut self) {
        let object = self.0.take();
        // What the finalizer was about to change is the host's own; nothing of the heap is in its reach. The panic may
        // carry a value whose own drop panics, so it is forgotten.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(object))) {
            std::mem::forget(panic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short() {
        assert_eq!(last_name("u8"), "u8");
        assert_eq!(last_name("game::world::Player"), "Player");
        assert_eq!(last_name("alloc::vec::Vec<game::world::Player>"), "Vec");
    }
}
