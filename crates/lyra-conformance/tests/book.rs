//! Every Lyra program in the book, in the README and in `docs/examples` runs and prints what stands below it.
//!
//! In a page a program is a block marked `lyra`. It must run to its end; the block marked `text` that follows it at
//! once, if there is one, is its output. A block marked `lyra,fails` must not compile or must fail; the block after
//! it is its output and then the report. A block marked `lyra,listing` is followed by its bytecode. An example
//! `NAME.lyra` has its output in `NAME.txt`. A line `// file: NAME` in a program begins another file of it.

use lyra::{Engine, Error, Linker, Module, OutputBuffer, Store};
use lyra_bytecode::{Listing, disassemble};
use lyra_conformance::program::{compile_files, split_files};
use std::path::{Path, PathBuf};

/// A program of a page.
struct Program {
    /// Page and line, for messages.
    place: String,
    text: String,
    mark: Mark,
    expected: Option<String>,
}

/// What a page says of a program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// It runs to its end; what follows is its output.
    Runs,
    /// It does not compile or fails; what follows is its output and then the report.
    Fails,
    /// What follows is its bytecode.
    Listing,
}

impl Mark {
    fn of(fence: &str) -> Option<Self> {
        match fence {
            "lyra" => Some(Self::Runs),
            "lyra,fails" => Some(Self::Fails),
            "lyra,listing" => Some(Self::Listing),
            _ => None,
        }
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Files with this ending below a directory, in order.
fn files(directory: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![directory.to_path_buf()];
    while let Some(directory) = todo.pop() {
        for entry in std::fs::read_dir(&directory).expect("the directory is there") {
            let path = entry.expect("the directory can be read").path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The blocks of code of a page: the line of the fence, what it is marked with, its text, and whether only blank
/// lines lie between it and the block before.
fn blocks(page: &str) -> Vec<(usize, &str, String, bool)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    let mut follows = false;
    while let Some((number, line)) = lines.next() {
        if let Some(mark) = line.strip_prefix("```") {
            let text: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            blocks.push((number + 1, mark, text.join("\n") + "\n", follows));
            follows = true;
        } else if !line.trim().is_empty() {
            follows = false;
        }
    }
    blocks
}

fn programs(page: &str, name: &str) -> Vec<Program> {
    let blocks = blocks(page);
    let mut programs = Vec::new();
    for (index, (line, fence, text, _)) in blocks.iter().enumerate() {
        let Some(mark) = Mark::of(fence) else { continue };
        let next = blocks.get(index + 1).filter(|(_, fence, _, follows)| {
            // Words may stand between a program and its bytecode, but not between a program and its output.
            *fence == "text" && (*follows || mark == Mark::Listing)
        });
        programs.push(Program {
            place: format!("{name}:{line}"),
            text: text.clone(),
            mark,
            expected: next.map(|(_, _, text, _)| text.clone()),
        });
    }
    programs
}

/// What a program prints, and then the report of its error if it ends in one.
fn run(text: &str) -> (String, bool) {
    let engine = Engine::default();
    let output = OutputBuffer::new();
    let mut store = Store::new(&engine, ());
    store.set_output(output.clone());
    let result = compile(&engine, text).and_then(|module| {
        let instance = Linker::new(&engine).instantiate(&mut store, &module)?;
        instance.call_main(&mut store)
    });
    let printed = output.take();
    match result {
        Ok(_) => (printed, false),
        Err(error) => (format!("{printed}{error}\n"), true),
    }
}

/// Compiles a program, whose further files begin with `// file: NAME`.
fn compile(engine: &Engine, text: &str) -> Result<Module, Error> {
    let (main, files) = split_files(text);
    compile_files(engine, "program.lyra", &main, &files)
}

fn listing(text: &str) -> String {
    match compile(&Engine::default(), text) {
        Ok(module) => disassemble(module.bytecode(), &Listing::snapshot()),
        Err(error) => error.to_string(),
    }
}

/// Without spaces at the ends of lines, which a page does not show.
fn visible(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// What is wrong with a program, if anything.
fn fault(program: &Program) -> Option<String> {
    let shown = if program.mark == Mark::Listing {
        listing(&program.text)
    } else {
        let (shown, failed) = run(&program.text);
        if failed != (program.mark == Mark::Fails) {
            let wanted = if failed { "should run to its end" } else { "should fail" };
            return Some(format!("{}: {wanted}:\n{shown}", program.place));
        }
        shown
    };
    let expected = program.expected.as_ref()?;
    (visible(&shown) != visible(expected))
        .then(|| format!("{}: it gives\n{shown}---- and the page says\n{expected}", program.place))
}

#[test]
fn programs_in_pages_do_what_the_pages_say() {
    let root = workspace();
    let mut pages = files(&root.join("docs/src"), "md");
    pages.push(root.join("README.md"));
    let mut count = 0;
    let mut faults = Vec::new();
    for page in pages {
        let name = page.strip_prefix(&root).expect("pages are in the workspace").display().to_string();
        for program in programs(&read(&page), &name) {
            count += 1;
            faults.extend(fault(&program));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(count >= 20, "only {count} programs were found in the pages");
}

#[test]
fn examples_print_what_stands_beside_them() {
    let examples = files(&workspace().join("docs/examples"), "lyra");
    assert!(examples.len() >= 5, "only {} examples were found", examples.len());
    let mut faults = Vec::new();
    for path in examples {
        faults.extend(fault(&Program {
            place: path.display().to_string(),
            text: read(&path),
            mark: Mark::Runs,
            expected: Some(read(&path.with_extension("txt"))),
        }));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_readme_shows_the_example_that_it_runs() {
    let root = workspace();
    let readme = read(&root.join("README.md"));
    let words = read(&root.join("docs/examples/words.lyra"));
    assert!(
        readme.contains(&format!("```lyra\n{words}```")),
        "the README's program is not docs/examples/words.lyra"
    );
}

#[test]
fn blocks_are_found() {
    let page = "a\n```lyra\nprint(1)\n```\n\n```text\n1\n```\nwords\n```text\nnot output\n```\n```lyra,fails\n1 / 0\n```\n";
    let programs = programs(page, "page");
    assert_eq!(programs.len(), 2);
    assert_eq!((programs[0].place.as_str(), programs[0].expected.as_deref()), ("page:2", Some("1\n")));
    assert!(programs[1].mark == Mark::Fails && programs[1].expected.is_none());
}
