//! A flag that one thread raises and a run on another thread sees when its slice of the budget ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks a run to end with the error `cancelled`. Clones share one flag.
///
/// ```
/// use lyra_security::Interrupt;
/// let interrupt = Interrupt::new();
/// let handle = interrupt.clone();
/// std::thread::spawn(move || handle.raise()).join().unwrap();
/// assert!(interrupt.is_raised());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    raised: Arc<AtomicBool>,
}

impl Interrupt {
    /// A flag that is down.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises it. It stays up until [`clear`](Self::clear).
    pub fn raise(&self) {
        // The flag carries no data, so no ordering with other memory is needed.
        self.raised.store(true, Ordering::Relaxed);
    }

    /// Whether it is up.
    #[inline]
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.raised.load(Ordering::Relaxed)
    }

    /// Takes it down again.
    pub fn clear(&self) {
        self.raised.store(false, Ordering::Relaxed);
    }
}
