//! Bars on standard error while something is measured; nothing where that is no terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Makes the bars of a run.
#[derive(Debug)]
pub struct Progress {
    visible: bool,
}

impl Progress {
    /// Bars, if somebody can see them.
    #[must_use]
    pub fn new() -> Self {
        Self { visible: true }
    }

    /// No bars.
    #[must_use]
    pub fn hidden() -> Self {
        Self { visible: false }
    }

    /// A bar of `steps` steps; `set_message` says what is being measured, `inc(1)` moves it,
    /// `finish_and_clear` takes it away before a table is printed.
    #[must_use]
    pub fn bar(&self, what: &str, steps: usize) -> ProgressBar {
        let target = if self.visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(steps as u64), target);
        // No ticker: a thread that draws would take time from what is measured. The bar moves when a step ends.
        let style = ProgressStyle::with_template("{prefix:<9} {bar:32} {pos}/{len} {elapsed} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(what.to_owned());
        bar
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
