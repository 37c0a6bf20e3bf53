//! What was found of one input, and what is to be thought of it.

use super::Input;
use crate::metrics::value_of;
use crate::options::Scale;

/// What compiling one input took.
pub(super) struct Row {
    pub(super) input: Input,
    pub(super) bytes: u64,
    /// `sealed`, or the code of the error.
    pub(super) result: String,
    pub(super) seconds: Option<f64>,
    pub(super) peak: Option<u64>,
    /// Why there are no figures.
    pub(super) failure: Option<String>,
}

impl Row {
    pub(super) fn of(input: Input, found: Result<String, String>) -> Self {
        let mut row =
            Self { input, bytes: 0, result: String::new(), seconds: None, peak: None, failure: None };
        match found {
            Ok(text) => {
                row.bytes = value_of(&text, "bytes").unwrap_or(0);
                row.seconds = value_of(&text, "nanoseconds").map(|nanoseconds| nanoseconds as f64 / 1e9);
                row.peak = value_of(&text, "peak");
                row.result =
                    text.lines().find_map(|line| line.strip_prefix("result ")).unwrap_or("?").to_owned();
            }
            Err(message) => {
                let last = message.lines().last().unwrap_or_default().trim();
                row.failure = Some(last.chars().take(80).collect());
            }
        }
        row
    }

    /// What is wrong with it.
    pub(super) fn problem(&self, scale: Scale) -> Option<String> {
        if let Some(failure) = &self.failure {
            return Some(failure.clone());
        }
        let most = self.input.most(self.bytes, scale);
        if !self.input.may_end(&self.result) {
            return Some("should compile".to_owned());
        }
        match (self.seconds, self.peak) {
            (Some(seconds), _) if seconds > most.seconds => Some(format!("more than {} s", most.seconds)),
            (_, Some(peak)) if peak > most.memory => {
                Some(format!("more than {} MB", most.memory / 1_000_000))
            }
            _ => None,
        }
    }

    pub(super) fn verdict(&self, scale: Scale) -> String {
        match (self.problem(scale), self.seconds, self.peak) {
            (Some(problem), ..) => format!("MISSED: {problem}"),
            (None, Some(_), Some(_)) => "met".to_owned(),
            (None, Some(_), None) => "met, as far as time goes".to_owned(),
            (None, None, _) => "not measured".to_owned(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::compile) fn row(name: &str, size: usize, seconds: f64, peak: u64, result: &str) -> Row {
        let text =
            format!("bytes 1000000\nresult {result}\nnanoseconds {}\npeak {peak}\n", (seconds * 1e9) as u64);
        Row::of(Input::find(name, size).unwrap(), Ok(text))
    }

    #[test]
    fn what_takes_too_much_is_told() {
        let good = row("names: unknown", 1_000_000, 1.9, 200_000_000, "E0201");
        let slow = row("names: unknown", 1_000_000, 2.1, 200_000_000, "E0201");
        let large = row("names: unknown", 1_000_000, 1.9, 300_000_000, "E0201");
        let broken = row("realistic", 50_000, 0.1, 1, "E0201");
        let stopped =
            Row::of(Input::find("realistic", 50_000).unwrap(), Err("x was stopped after 60 s".into()));
        assert_eq!(good.verdict(Scale::Full), "met");
        assert_eq!(slow.verdict(Scale::Full), "MISSED: more than 2 s");
        assert_eq!(large.verdict(Scale::Full), "MISSED: more than 250 MB");
        assert_eq!(broken.verdict(Scale::Full), "MISSED: should compile");
        assert_eq!(stopped.verdict(Scale::Full), "MISSED: x was stopped after 60 s");
        let silent = Row::of(Input::find("names: unknown", 9).unwrap(), Ok("bytes 9\nresult E0201\n".into()));
        assert_eq!(silent.verdict(Scale::Full), "not measured");
    }
}
