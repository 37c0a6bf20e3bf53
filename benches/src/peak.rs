//! Most bytes that this process had resident. A file of its own, because the worker of wasmi takes it in, too.

/// Most bytes that this process had resident so far, where the system tells.
#[must_use]
pub fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().split(' ').next()?.parse::<u64>().ok()?.checked_mul(1024)
}
