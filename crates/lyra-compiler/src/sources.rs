//! The texts of a program's files, one after the other in one text, so that a place in any of them is one [`Span`].
//!
//! ```text
//!   main.lyra \n geometry.lyra \n math
//!   0            start of the second
//! ```

use lyra_base::Span;

/// The files of a program, the main file first.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    text: String,
    files: Vec<SourceFile>,
}

#[derive(Clone, Debug)]
struct SourceFile {
    name: String,
    start: usize,
    end: usize,
    is_standard: bool,
}

impl Sources {
    /// A program of one file.
    #[must_use]
    pub fn of(name: &str, text: &str) -> Self {
        let mut sources = Self::default();
        sources.push(name.to_owned(), text, false);
        sources
    }

    /// Adds a file. Gives its index.
    pub(crate) fn push(&mut self, name: String, text: &str, is_standard: bool) -> usize {
        if !self.files.is_empty() {
            self.text.push('\n');
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.files.push(SourceFile { name, start, end: self.text.len(), is_standard });
        self.files.len() - 1
    }

    /// Everything up to the end of a file.
    pub(crate) fn up_to(&self, file: usize) -> &str {
        let end = self.files.get(file).map_or(0, |file| file.end);
        self.text.get(..end).unwrap_or_default()
    }

    /// All files, each on lines of its own.
    pub(crate) fn all(&self) -> &str {
        &self.text
    }

    /// Bytes of all files together.
    pub(crate) fn total(&self) -> usize {
        self.text.len()
    }

    /// How many files there are, standard modules included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none: of a program whose text was not even looked at.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The file that a place is in.
    #[must_use]
    pub fn file_of(&self, span: Span) -> usize {
        self.files.partition_point(|file| file.start <= span.start as usize).saturating_sub(1)
    }

    /// A place as bytes of the file that it is in.
    #[must_use]
    pub fn within(&self, span: Span) -> (usize, Span) {
        let file = self.file_of(span);
        (file, self.inside(file, span))
    }

    /// A place as bytes of a file, cut off at its ends.
    pub(crate) fn inside(&self, file: usize, span: Span) -> Span {
        let (start, end) = self.files.get(file).map_or((0, 0), |file| (file.start, file.end));
        let at = |offset: u32| {
            let offset = (offset as usize).clamp(start, end) - start;
            u32::try_from(offset).unwrap_or(u32::MAX)
        };
        Span::new(at(span.start), at(span.end))
    }

    /// What a file is called in messages; empty when there is no such file.
    #[must_use]
    pub fn name(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.name)
    }

    /// The text of a file; empty when there is no such file.
    #[must_use]
    pub fn text(&self, file: usize) -> &str {
        self.files.get(file).and_then(|file| self.text.get(file.start..file.end)).unwrap_or_default()
    }

    /// Where a file begins.
    pub(crate) fn start(&self, file: usize) -> usize {
        self.files.get(file).map_or(0, |file| file.start)
    }

    /// Whether a file is a standard module.
    #[must_use]
    pub fn is_standard(&self, file: usize) -> bool {
        self.files.get(file).is_some_and(|file| file.is_standard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_belongs_to_the_file_that_it_came_from() {
        let mut sources = Sources::default();
        let texts = ["ab\n", "", "cde", ""];
        for text in texts {
            sources.push(format!("{}.lyra", sources.len()), text, false);
        }
        for (file, text) in texts.iter().enumerate() {
            assert_eq!(sources.text(file), *text);
            // The end of a file is still in it.
            for offset in 0..=text.len() {
                let at = Span::at((sources.start(file) + offset) as u32);
                assert_eq!(sources.within(at), (file, Span::at(offset as u32)));
            }
        }
        assert_eq!(
            sources.within(Span::new(0, 1_000)),
            (0, Span::new(0, 3)),
            "a span does not leave its file"
        );
        assert_eq!(Sources::default().within(Span::at(7)), (0, Span::at(0)));
    }
}
