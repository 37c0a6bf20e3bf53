//! A spec program and what its comments promise.
//!
//! ```text
//! print(1 + 1) // expect: 2                 a line of standard output; these comments in order are all of it
//! xs[9] = 0    // expect-error: index_out_of_bounds           the error that ends the run, on this line
//! // expect-error: index_out_of_bounds at 2:3                 … at line 2, column 3
//! // expect-error: stack_overflow at *                        … wherever
//! // expect-message: no luck                                  the error's message
//! // expect-any                                               the output is not looked at
//! // options: overflow=trap, fuel=1000, memory=…, output=…    how it is compiled and run
//! // fuel: 17                                                 it uses exactly so much
//! // file: shapes.lyra                                         what follows is another file, beside the program's own
//! ```
//!
//! A program of several files is one file here: `// file: NAME` on a line of its own ends one and begins the next.
//! Lines are counted from 1 in each; the first part is the main file, the expected output is in the order of the
//! whole.
//!
//! Blanks at the ends of lines are not compared, neither is the newline after the last one: editors change both.
//! A file of the same name ending in `.out` holds the output of a program that prints too much for comments.

use lyra::{Engine, Error, MemoryLoader, Module};
use std::fmt;

/// A program of the corpus.
#[derive(Clone, Debug)]
pub struct Program {
    /// `chapter/name`, as filters and reports name it.
    pub name: String,
    /// The text of its main file.
    pub source: String,
    /// The names and texts of the files that it imports, as they would lie beside the main file.
    pub files: Vec<(String, String)>,
    /// What it must do.
    pub expected: Expectation,
}

/// What a program must do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The lines it prints; `None` when they are not looked at.
    pub output: Option<Vec<String>>,
    /// The error that ends it.
    pub error: Option<ExpectedError>,
    /// How much fuel it uses.
    pub fuel: Option<u64>,
    /// How it is compiled and run.
    pub options: Options,
}

/// The error that ends a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedError {
    /// Its kind.
    pub kind: String,
    /// Its place.
    pub at: At,
    /// Its message, when that is pinned too.
    pub message: Option<String>,
}

/// Where an error is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Anywhere.
    Anywhere,
    /// On a line.
    Line(u32),
    /// At a line and column, both from 1.
    Place(u32, u32),
}

/// How a program is compiled and run; `None` leaves a limit at the corpus' own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `overflow=trap`
    pub trap_overflow: bool,
    /// `fuel=N`
    pub fuel: Option<u64>,
    /// `memory=N`, bytes.
    pub memory: Option<u64>,
    /// `output=N`, bytes.
    pub output: Option<u64>,
}

impl Program {
    /// Reads the promises in the comments of `source`; `output` is the text of its `.out` file.
    ///
    /// # Errors
    /// A line that says what is wrong with a comment.
    pub fn parse(name: &str, source: &str, output: Option<&str>) -> Result<Self, String> {
        let mut lines = Vec::new();
        let mut any = false;
        let mut error = None;
        let mut message = None;
        let mut expected = Expectation::default();
        let mut number = 0;
        for line in source.lines() {
            number += 1;
            if line.starts_with(FILE) {
                number = 0;
            }
            let complain = |what: &str| Err(format!("{name}:{number}: {what}"));
            let Some((_, comment)) = line.split_once("// ") else { continue };
            // A comment may follow a `//` in a text: the promise is what the last such mark begins.
            let comment = line.rfind("// expect").map_or(comment, |at| &line[at + 3..]);
            if let Some(text) = comment.strip_prefix("expect:") {
                lines.push(text.strip_prefix(' ').unwrap_or(text).trim_end().to_owned());
            } else if let Some(text) = comment.strip_prefix("expect-error:") {
                let Some(at) = parse_error(text.trim(), number) else { return complain("expect-error") };
                if error.replace(at).is_some() {
                    return complain("a second expect-error");
                }
            } else if let Some(text) = comment.strip_prefix("expect-message:") {
                message = Some(text.trim().to_owned());
            } else if comment.trim_end() == "expect-any" {
                any = true;
            } else if comment.starts_with("expect-") {
                return complain("unknown promise");
            } else if let Some(text) = line.strip_prefix("// options:") {
                if !parse_options(text, &mut expected.options) {
                    return complain("options");
                }
            } else if let Some(text) = line.strip_prefix("// fuel:") {
                let Ok(fuel) = text.trim().parse() else { return complain("fuel") };
                expected.fuel = Some(fuel);
            }
        }
        if let Some(text) = output {
            if !lines.is_empty() {
                return Err(format!("{name}: expected lines in comments and in an .out file"));
            }
            lines = comparable(text);
        }
        expected.output = (!any).then_some(lines);
        expected.error = error.map(|(kind, at)| ExpectedError { kind, at, message: message.clone() });
        if message.is_some() && expected.error.is_none() {
            return Err(format!("{name}: expect-message without expect-error"));
        }
        let (source, files) = split_files(source);
        Ok(Self { name: name.to_owned(), source, files, expected })
    }

    /// Compiles it with all its files.
    ///
    /// # Errors
    /// When it does not compile.
    pub fn compile(&self, engine: &Engine) -> Result<Module, Error> {
        compile_files(engine, &format!("{}.lyra", self.name), &self.source, &self.files)
    }
}

/// How the line begins that names another file of a program.
const FILE: &str = "// file: ";

/// The main file of a program, and the names and texts of the others.
#[must_use]
pub fn split_files(source: &str) -> (String, Vec<(String, String)>) {
    let (mut main, mut files) = (String::new(), Vec::<(String, String)>::new());
    for line in source.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix(FILE) {
            files.push((name.trim().to_owned(), String::new()));
        } else {
            files.last_mut().map_or(&mut main, |(_, text)| text).push_str(line);
        }
    }
    (main, files)
}

/// Compiles a main file and those beside it.
///
/// # Errors
/// When they do not compile.
pub fn compile_files(
    engine: &Engine,
    name: &str,
    source: &str,
    files: &[(String, String)],
) -> Result<Module, Error> {
    engine.compile_with(name, source, &files.iter().cloned().collect::<MemoryLoader>())
}

/// The lines of an output as they are compared.
#[must_use]
pub fn comparable(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

fn parse_error(text: &str, line: u32) -> Option<(String, At)> {
    let Some((kind, place)) = text.split_once(" at ") else {
        return (!text.is_empty() && !text.contains(' ')).then(|| (text.to_owned(), At::Line(line)));
    };
    let at = match place.trim().split_once(':') {
        None if place.trim() == "*" => At::Anywhere,
        None => At::Line(place.trim().parse().ok()?),
        Some((line, column)) => At::Place(line.parse().ok()?, column.parse().ok()?),
    };
    Some((kind.trim().to_owned(), at))
}

fn parse_options(text: &str, options: &mut Options) -> bool {
    text.split(',').all(|option| {
        let Some((name, value)) = option.trim().split_once('=') else { return false };
        let number = value.parse().ok();
        match name {
            "overflow" => {
                options.trap_overflow = value == "trap";
                return value == "trap" || value == "wrap";
            }
            "fuel" => options.fuel = number,
            "memory" => options.memory = number,
            "output" => options.output = number,
            _ => return false,
        }
        number.is_some()
    })
}

impl At {
    /// Whether an error at `line` and `column` is where it was expected.
    #[must_use]
    pub fn matches(self, place: Option<(u32, u32)>) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Line(line) => place.is_some_and(|(found, _)| found == line),
            Self::Place(line, column) => place == Some((line, column)),
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anywhere => f.write_str("anywhere"),
            Self::Line(line) => write!(f, "{line}"),
            Self::Place(line, column) => write!(f, "{line}:{column}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_read_as_the_head_of_this_file_says() {
        let source = "// options: overflow=trap, fuel=9\n// fuel: 7\nprint(1) // expect: 1\n// expect:\n\
                      print(\"http://x\") // expect: http://x\nf() // expect-error: panic\n// expect-message: no luck\n";
        let program = Program::parse("a/b", source, None).unwrap();
        let expected = program.expected;
        assert_eq!(expected.output.unwrap(), ["1", "", "http://x"]);
        assert_eq!(expected.fuel, Some(7));
        assert!(expected.options.trap_overflow);
        assert_eq!(expected.options.fuel, Some(9));
        let error = expected.error.unwrap();
        assert_eq!((error.kind.as_str(), error.at), ("panic", At::Line(6)));
        assert_eq!(error.message.as_deref(), Some("no luck"));
    }

    #[test]
    fn a_program_may_have_several_files() {
        let source = "import \"b.lyra\"\nf() // expect: 1\n// file: b.lyra\nproc f() {\n    g() // expect-error: panic\n}\n";
        let program = Program::parse("a/b", source, None).unwrap();
        assert_eq!(program.source, "import \"b.lyra\"\nf() // expect: 1\n");
        assert_eq!(program.files.len(), 1);
        assert_eq!(program.files[0].0, "b.lyra");
        assert!(program.files[0].1.starts_with("proc f()"));
        assert_eq!(program.expected.error.unwrap().at, At::Line(2), "lines count from 1 in each file");
    }

    #[test]
    fn mistakes_in_comments_are_found() {
        for source in [
            "// expect-error: a b",
            "// expect-error: a at x",
            "// expect-errors: panic",
            "// options: fuel",
            "// options: fuel=many",
            "// fuel: x",
            "// expect-message: alone",
            "// expect-error: a\n// expect-error: b",
        ] {
            assert!(Program::parse("a/b", source, None).is_err(), "{source}");
        }
    }
}
