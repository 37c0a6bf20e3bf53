//! Measurements that need a process with nothing else in it: the command line of such a process, and what it prints.

use super::{fragmentation, leaks, maps};
use std::path::Path;
use std::process::Command;

/// Whether this build counts fuel; see `parts`.
pub const COUNTS: &str = "counts";

/// Does one measurement in this process, which was started for it. Gives the lines to print.
///
/// # Errors
/// When the arguments are not those that the measurement's own parent gives, or it fails.
pub fn probe(arguments: &[String]) -> Result<String, String> {
    let (name, rest) = arguments.split_first().ok_or("which measurement?")?;
    match name.as_str() {
        "compile" => crate::compile::probe(rest),
        "source" => crate::compile::source(rest),
        "fragmentation" => fragmentation::probe(rest),
        "growth" => leaks::probe(rest),
        "maps" => maps::probe(rest),
        COUNTS => Ok(lyra_tier_stack::COUNTS.to_string()),
        _ => Err(format!("there is no measurement `{name}`")),
    }
}

/// The command line of a probe.
pub(super) fn probe_command(binary: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.arg("probe").args(arguments);
    command
}

/// The value of the line `key value` in what a child printed.
pub(crate) fn value_of(text: &str, key: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' ')?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_child_prints_is_read_back() {
        let text = "held 4096\nheld_full 8192\nbroken x\n";
        assert_eq!(value_of(text, "held"), Some(4096));
        assert_eq!(value_of(text, "held_full"), Some(8192));
        assert_eq!((value_of(text, "broken"), value_of(text, "live")), (None, None));
    }

    #[test]
    fn a_probe_refuses_what_it_does_not_know() {
        assert!(probe(&[]).is_err());
        assert!(probe(&["everything".to_owned()]).unwrap_err().contains("`everything`"));
        assert!(probe(&["fragmentation".to_owned(), "huge".to_owned()]).is_err());
    }
}
