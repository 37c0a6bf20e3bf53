//! What the system says of this process: memory resident now, and CPU time of this thread.
//!
//! Asked by way of `/proc`, because counting in the allocator would need `unsafe` and would slow down everything
//! that this program measures. The resolution is a page, 4 KiB on most machines.

use std::time::Instant;

/// Bytes of one `Name:  123 kB` line.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// Bytes resident now, where the system tells. Of its two answers the exact one is taken where there is one: the
/// other is counted in batches for each thread.
#[must_use]
pub fn resident() -> Option<u64> {
    let exact = std::fs::read_to_string("/proc/self/smaps_rollup").ok();
    exact
        .and_then(|text| field(&text, "Rss"))
        .or_else(|| field(&std::fs::read_to_string("/proc/self/status").ok()?, "VmRSS"))
}

/// Bytes resident now, more or less, where the system tells: cheap enough to be asked all the time.
#[must_use]
pub fn resident_roughly() -> Option<u64> {
    field(&std::fs::read_to_string("/proc/self/status").ok()?, "VmRSS")
}

/// Most bytes that were ever resident, where the system tells.
#[must_use]
pub fn peak_resident() -> Option<u64> {
    field(&std::fs::read_to_string("/proc/self/status").ok()?, "VmHWM")
}

/// Most bytes that another process ever had resident, where the system tells.
#[must_use]
pub fn peak_resident_of(process: u32) -> Option<u64> {
    field(&std::fs::read_to_string(format!("/proc/{process}/status")).ok()?, "VmHWM")
}

/// A clock that only runs while this thread does, where the system has one; else the usual clock.
#[derive(Clone, Copy, Debug)]
pub struct ThreadClock {
    #[cfg_attr(
        target_os = "linux",
        expect(dead_code, reason = "only read where there is no clock of the thread")
    )]
    origin: Instant,
}

impl Default for ThreadClock {
    fn default() -> Self {
        Self { origin: Instant::now() }
    }
}

impl ThreadClock {
    /// Nanoseconds since some moment.
    #[must_use]
    #[cfg(target_os = "linux")]
    pub fn now(&self) -> u64 {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        let (seconds, rest) = (time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs());
        seconds.saturating_mul(1_000_000_000).saturating_add(rest)
    }

    /// Nanoseconds since some moment.
    #[must_use]
    #[cfg(not(target_os = "linux"))]
    pub fn now(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_the_kernel_writes_them() {
        let text = "Name:\tlyra-bench\nVmHWM:\t   10240 kB\nVmRSS:\t    2048 kB\nThreads:\t1\n";
        assert_eq!(field(text, "VmHWM"), Some(10 << 20));
        assert_eq!(field(text, "VmRSS"), Some(2 << 20));
        assert_eq!((field(text, "Vm"), field(text, "Threads")), (None, None));
    }

    #[test]
    fn the_thread_s_clock_runs_while_it_works() {
        let clock = ThreadClock::default();
        let before = clock.now();
        let mut sum = 0_u64;
        while clock.now() - before < 2_000_000 {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(sum > 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_that_is_used_is_seen() {
        let before = resident().unwrap();
        let block = std::hint::black_box(vec![1_u8; 256 << 20]);
        let after = resident().unwrap();
        // Other tests give some back meanwhile.
        assert!(after >= before + (128 << 20), "{before} {after}");
        assert!(peak_resident().unwrap() >= 256 << 20);
        drop(block);
    }
}
