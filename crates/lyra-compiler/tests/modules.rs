//! Standard modules, and loaders that answer whatever they like: compiling ends, and says what was wrong.

use lyra_bytecode::{HostSignature, HostType, VerifyLimits, verify};
use lyra_compiler::{
    CompileOptions, Compiled, HostFunction, LoadError, ModuleLoader, Source, StandardModule, compile,
    compile_with,
};
use std::sync::atomic::{AtomicUsize, Ordering};

const STANDARD: &[StandardModule] = &[
    StandardModule {
        name: "tiny",
        source: "import native\nimport other\nprivate var calls = 0\nconst HALF = 0.5\nstruct Pair<T> { a: T, b: T }\n\
                 proc twice(x: f64) -> f64 {\n    calls += 1\n    return native.double(x) + other.nothing()\n}\n\
                 proc swapped<T>(p: Pair<T>) -> Pair<T> { return Pair(p.b, p.a) }\nproc calls_made() -> i32 { return calls }\n",
    },
    StandardModule {
        name: "other",
        source: "proc nothing() -> f64 {\n    var unused = 1\n    return 0.0\n}\n",
    },
    StandardModule { name: "broken", source: "proc f() -> i32 { return \"text\" }\n" },
];

fn options() -> CompileOptions {
    let double = HostFunction {
        module: "std:tiny".to_owned(),
        name: "double".to_owned(),
        signature: HostSignature { params: vec![HostType::F64], result: Some(HostType::F64) },
    };
    CompileOptions { standard: STANDARD, host: vec![double], ..CompileOptions::default() }
}

fn codes(compiled: &Compiled) -> Vec<&'static str> {
    compiled.diagnostics.iter().map(|found| found.code.id()).collect()
}

fn standard(text: &str) -> Compiled {
    compile(Source { name: "main.lyra", text }, &options())
}

#[test]
fn a_standard_module_is_a_file_like_another() {
    let compiled = standard(
        "import tiny\nimport tiny as t\nlet p: tiny.Pair<i32> = t.swapped(tiny.Pair(1, 2))\n\
         print(tiny.twice(2.0), t.HALF, p.a, tiny.calls_made())",
    );
    assert_eq!(codes(&compiled), [""; 0], "{:?}", compiled.diagnostics);
    let module = compiled.module.expect("it compiles");
    let imports: Vec<_> =
        module.imports.iter().map(|import| (import.module.as_str(), import.name.as_str())).collect();
    assert_eq!(imports, [("std:tiny", "double")], "what is called is imported from the host");
    let debug = module.debug.as_ref().expect("it has debug information");
    assert!(
        debug.files.iter().all(|file| file.name == "main.lyra" || file.text.is_none()),
        "{:?}",
        debug.files
    );
    let twice = module.procs.iter().position(|proc| proc.name == "twice").expect("it is called");
    assert!(debug.procs[twice].positions.is_empty(), "nothing of a standard module has a place");
    assert!(
        !module.procs[lyra_bytecode::ProcId(twice as u32)].public,
        "what is imported is not the host's to call"
    );
    assert!(verify(module, &VerifyLimits::default()).is_ok());
}

#[test]
fn natives_and_private_items_are_a_standard_modules_own() {
    for (text, wanted) in [
        ("import native", "E0206"),
        ("import tiny\nprint(tiny.native)", "E0201"),
        ("import tiny\nprint(tiny.calls)", "E0215"),
        ("import tiny\nprint(double(1.0))", "E0201"),
        ("import tiny\nprint(tiny.other)", "E0201"),
        ("import tiny\nprint(tiny.twise(1.0))", "E0201"),
        ("import tiny as t\nimport other as t", "E0202"),
    ] {
        assert_eq!(codes(&standard(text)), [wanted], "{text}");
    }
}

#[test]
fn warnings_of_a_standard_module_are_not_the_programs() {
    assert_eq!(codes(&standard("import other\nprint(other.nothing())")), [""; 0]);
    // A mistake in one is, or nobody would hear of it.
    assert_eq!(codes(&standard("import broken")), ["E0301"]);
}

#[test]
fn the_host_comes_before_the_language() {
    let mut options = options();
    options.host.push(HostFunction {
        module: "other".to_owned(),
        name: "mine".to_owned(),
        signature: HostSignature { params: vec![], result: Some(HostType::I32) },
    });
    let text = "import other\nimport tiny\nprint(other.mine(), tiny.twice(1.0))";
    let compiled = compile(Source { name: "main.lyra", text }, &options);
    assert_eq!(codes(&compiled), [""; 0], "a standard module still means the standard one");
}

#[test]
fn a_program_without_a_loader_has_one_file() {
    let compiled = compile(
        Source { name: "a.lyra", text: "import \"b.lyra\" as b\nprint(b.x)" },
        &CompileOptions::default(),
    );
    assert_eq!(codes(&compiled), ["E0212"]);
}

/// Answers with what it makes of the path; every file has the same text.
struct Odd<F> {
    resolve: F,
    text: String,
    reads: AtomicUsize,
}

impl<F: Fn(&str, &str) -> Result<String, LoadError> + Sync> ModuleLoader for Odd<F> {
    fn resolve(&self, importer: &str, path: &str) -> Result<String, LoadError> {
        (self.resolve)(importer, path)
    }
    fn read(&self, _: &str) -> Result<String, LoadError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(self.text.clone())
    }
}

fn odd<F: Fn(&str, &str) -> Result<String, LoadError> + Sync>(
    main: &str,
    text: &str,
    resolve: F,
) -> (Compiled, usize) {
    let loader = Odd { resolve, text: text.to_owned(), reads: AtomicUsize::new(0) };
    let compiled =
        compile_with(Source { name: "main.lyra", text: main }, &loader, &CompileOptions::default());
    (compiled, loader.reads.into_inner())
}

#[test]
fn whatever_a_loader_answers_compiling_ends() {
    let main = "import \"a\" as a\nimport \"b\" as b\nprint(1)";
    // Names that are none, and one file under every name.
    let long = "→".repeat(4_000);
    for name in ["", "\0", "a\nb\u{202e}", "main", "\u{10FFFF}", &long] {
        let (compiled, reads) = odd(main, "var x = 1", |_, _| Ok(name.to_owned()));
        assert!(compiled.module.is_some(), "{name:?}: {:?}", compiled.diagnostics);
        assert_eq!(reads, 1, "one identity is one file, read once");
        let module = compiled.module.expect("it compiles");
        assert!(verify(module, &VerifyLimits::default()).is_ok(), "{name:?}");
    }
    let (compiled, _) = odd(main, "", |_, _| Ok("x".repeat(100_000)));
    assert_eq!(codes(&compiled), ["E0212", "E0212"]);
    let (compiled, _) = odd(main, "", |_, _| Err(LoadError::Other("why\u{1b}".repeat(100_000))));
    assert_eq!(codes(&compiled), ["E0212", "E0212"]);
    assert!(compiled.diagnostics.iter().all(|found| found.message.len() < 2_000));
    // The main file as its own import.
    let (compiled, reads) = odd(main, "", |_, _| Ok("main.lyra".to_owned()));
    assert_eq!((codes(&compiled), reads), (vec!["E0214", "E0214"], 0));
}

#[test]
fn endless_imports_end() {
    // Each file imports another one that nobody has seen: never the same answer twice.
    let count = AtomicUsize::new(0);
    let fresh = |_: &str, _: &str| Ok(format!("{}.lyra", count.fetch_add(1, Ordering::Relaxed)));
    let (compiled, reads) = odd("import \"x\"", "import \"x\"", fresh);
    assert_eq!((codes(&compiled), reads), (vec!["E0903"], 99), "a chain ends at its depth");
    // A tree that is wide, too.
    let wide = "import \"a\"\nimport \"b\"\nimport \"c\"\n";
    let fresh = |importer: &str, _: &str| Ok(format!("{importer}/{}", count.fetch_add(1, Ordering::Relaxed)));
    let (compiled, reads) = odd(wide, wide, fresh);
    assert!(reads <= 1_000 && codes(&compiled).iter().all(|code| *code == "E0903"), "{reads} reads");
    // As many imports as fit: those of one path are asked for once.
    let asked = AtomicUsize::new(0);
    let (compiled, reads) = odd(&"import \"x\" as _x\n".repeat(20_000), "", |_, _| {
        asked.fetch_add(1, Ordering::Relaxed);
        Ok("x".to_owned())
    });
    assert_eq!((reads, asked.into_inner()), (1, 1));
    assert!(compiled.module.is_none(), "one name for so many");
    // Paths that are all different, and all refused: nobody is asked for more than is shown.
    let many: String = (0..9_000).map(|i| format!("import \"{i}\"\n")).collect();
    let asked = AtomicUsize::new(0);
    odd(&many, "", |_, _| {
        asked.fetch_add(1, Ordering::Relaxed);
        Err(LoadError::NotFound)
    });
    assert!(asked.into_inner() <= 2 * lyra_syntax::MAX_DIAGNOSTICS + 1);
}

#[test]
fn files_share_one_limit_on_their_size() {
    let text = format!("//{}", "-".repeat(1 << 20));
    let count = AtomicUsize::new(0);
    let loader = Odd {
        resolve: |_: &str, _: &str| Ok(count.fetch_add(1, Ordering::Relaxed).to_string()),
        text,
        reads: AtomicUsize::new(0),
    };
    let main: String = (0..20).map(|i| format!("import \"{i}\"\n")).collect();
    let options = CompileOptions { source_bytes: 5 << 20, ..CompileOptions::default() };
    let compiled = compile_with(Source { name: "main.lyra", text: &main }, &loader, &options);
    assert!(codes(&compiled).iter().all(|code| *code == "E0117") && compiled.module.is_none());
    assert!(compiled.sources.len() < 7, "{} files were kept", compiled.sources.len());
}

#[test]
fn places_of_every_kind_of_file_are_in_it() {
    // Texts that end in the middle of something, with and without a last newline, after others of all lengths.
    let pieces = [
        "proc f(",
        "\"open",
        "f\"{",
        "/* open",
        "}",
        "\u{FEFF}#! x\nprint(",
        "var x: i32 = \"→\"",
        "\0",
        "…",
        "",
    ];
    for (index, piece) in pieces.iter().enumerate() {
        for before in ["", "\n", "var ä = 1", "\u{FEFF}"] {
            let main = format!("import \"{index}\"\n{before}");
            let (compiled, _) = odd(&main, piece, |_, path| Ok(path.to_owned()));
            for found in &compiled.diagnostics {
                let (file, span) = compiled.sources.within(found.span);
                let text = compiled.sources.text(file);
                assert!(
                    span.end as usize <= text.len() && span.start <= span.end,
                    "{piece:?} after {before:?}: {found:?}"
                );
                assert!(text.get(span.range()).is_some(), "{piece:?} after {before:?}: {found:?}");
            }
            // What is wrong is wrong in the same way as in a file of its own.
            let alone = compile(Source { name: "alone", text: piece }, &CompileOptions::default());
            let of = |compiled: &Compiled, file: usize| -> Vec<_> {
                let own =
                    compiled.diagnostics.iter().filter(|found| compiled.sources.file_of(found.span) == file);
                own.map(|found| (found.code.id(), compiled.sources.within(found.span).1)).collect()
            };
            assert_eq!(of(&compiled, 1), of(&alone, 0), "{piece:?} after {before:?}");
        }
    }
}
