//! A clock that costs next to nothing to read and tells time only roughly: enough to know that little has passed.

/// A moment, to some milliseconds.
///
/// On Linux it comes from the clock that the kernel moves on at each of its ticks (1 to 10 ms apart), read in about
/// 5 ns; elsewhere from [`Instant`](std::time::Instant), whole milliseconds.
///
/// ```
/// use lyra_security::Tick;
/// use std::time::Duration;
/// let before = Tick::now();
/// std::thread::sleep(Duration::from_millis(50));
/// assert_ne!(Tick::now(), before);
/// assert!(before.elapsed() >= Duration::from_millis(30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick {
    /// Nanoseconds since some moment that stays the same while the process lives.
    nanoseconds: u64,
}

impl Tick {
    /// The moment that it is now.
    #[inline]
    #[must_use]
    pub fn now() -> Self {
        Self { nanoseconds: nanoseconds() }
    }

    /// The time since then, a tick more or less.
    #[must_use]
    pub fn elapsed(self) -> std::time::Duration {
        std::time::Duration::from_nanos(nanoseconds().saturating_sub(self.nanoseconds))
    }
}

#[cfg(target_os = "linux")]
#[inline]
fn nanoseconds() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::MonotonicCoarse);
    // Seconds since the system started, and less than a second: both are positive.
    time.tv_sec.cast_unsigned().wrapping_mul(1_000_000_000).wrapping_add(time.tv_nsec.cast_unsigned())
}

#[cfg(not(target_os = "linux"))]
fn nanoseconds() -> u64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    let milliseconds = START.get_or_init(Instant::now).elapsed().as_millis();
    u64::try_from(milliseconds).unwrap_or(u64::MAX).saturating_mul(1_000_000)
}
