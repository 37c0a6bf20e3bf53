//! CPU time of this process: what other processes take is not in it, so a shared machine disturbs it little.

use std::time::Duration;

/// CPU time that all threads of this process have used so far.
#[cfg(target_os = "linux")]
#[must_use]
pub fn cpu_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Time since the first call: this system has no clock here that counts CPU time, so [`IS_CPU_TIME`] is false and
/// results say so.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn cpu_time() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

/// Whether [`cpu_time`] is CPU time.
pub const IS_CPU_TIME: bool = cfg!(target_os = "linux");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_while_there_is_work() {
        let start = cpu_time();
        let mut x = 1_u64;
        while cpu_time() == start {
            x = std::hint::black_box(x.wrapping_mul(31));
        }
        assert!(cpu_time() > start);
    }
}
