//! Plain tables for a terminal: columns as wide as they must be, numbers to the right.

/// A table that is filled row by row.
#[derive(Clone, Debug, Default)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Columns of words beside the first.
    words: Vec<usize>,
}

impl Table {
    /// A table with these columns. The first holds names, on the left; the others are on the right.
    #[must_use]
    pub fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        let header = header.into_iter().map(Into::into).collect();
        Self { header, rows: Vec::new(), words: vec![0] }
    }

    /// With a further column, counted from 0, on the left.
    #[must_use]
    pub fn with_words(mut self, column: usize) -> Self {
        self.words.push(column);
        self
    }

    /// Adds a row; a cell that is missing is empty.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Adds a line between the rows before and those after it.
    pub fn line(&mut self) {
        self.rows.push(Vec::new());
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as text, each line with its end.
    ///
    /// ```
    /// let mut table = lyra_benches::table::Table::new(["program", "ms"]);
    /// table.row(["fib", "12.5"]);
    /// table.row(["quicksort", "7.0"]);
    /// assert_eq!(table.text(), "program      ms\n─────────  ────\nfib        12.5\nquicksort   7.0\n");
    /// ```
    #[must_use]
    pub fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).chain([self.header.len()]).max().unwrap_or(0);
        let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells =
                    self.rows.iter().chain([&self.header]).map(|row| cell(row, column).chars().count());
                cells.max().unwrap_or(0)
            })
            .collect();
        let rule: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
        let mut text = String::new();
        for row in [&self.header, &rule].into_iter().chain(&self.rows) {
            let row = if row.is_empty() { &rule } else { row };
            let cells = widths.iter().enumerate().map(|(column, &width)| {
                let cell = cell(row, column);
                if self.words.contains(&column) {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}

/// Nanoseconds as milliseconds, with the digits that the noise leaves.
#[must_use]
pub fn milliseconds(nanoseconds: f64) -> String {
    let value = nanoseconds / 1e6;
    match value {
        value if !value.is_finite() => "–".to_owned(),
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value if value >= 1.0 => format!("{value:.2}"),
        value => format!("{value:.3}"),
    }
}

/// A share as percent.
#[must_use]
pub fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.0} %", share * 100.0) } else { "–".to_owned() }
}

/// A ratio with three digits: `0.123×`, `12.3×`.
#[must_use]
pub fn times(ratio: f64) -> String {
    match ratio {
        ratio if !ratio.is_finite() => "–".to_owned(),
        ratio if ratio >= 100.0 => format!("{ratio:.0}×"),
        ratio if ratio >= 10.0 => format!("{ratio:.1}×"),
        ratio => format!("{ratio:.2}×"),
    }
}
