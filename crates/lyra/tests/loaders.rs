//! Files of a program: what is found, what is refused, and that nothing outside the root is ever read.

use lyra::{Engine, FileLoader, Linker, LoadError, MemoryLoader, ModuleLoader, OutputBuffer, Store};
use std::path::Path;

/// A folder `root` with a program, and beside it what the program must not reach.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("secret.lyra", "const SECRET = \"outside\"");
    write("root/main.lyra", "import \"lib/text.lyra\" as text\nprint(text.shout(\"hi\"))\n");
    write("root/marks.lyra", "const MARK = \"!\"\n");
    write(
        "root/lib/text.lyra",
        "import \"../marks.lyra\"\nproc shout(s: str) -> str { return upper(s) + MARK }\n",
    );
    write("root/latin1.lyra", "");
    std::fs::write(folder.path().join("root/latin1.lyra"), b"print(\"\xe9\")").expect("a file");
    folder
}

fn printed(module: &lyra::Module) -> String {
    let engine = Engine::default();
    let output = OutputBuffer::new();
    let mut store = Store::new(&engine, ());
    store.set_output(output.clone());
    Linker::new(&engine).instantiate(&mut store, module).expect("it runs");
    output.take()
}

#[test]
fn a_program_is_compiled_from_its_main_file() {
    let folder = folder();
    let module = Engine::default().compile_file(folder.path().join("root/main.lyra")).expect("it compiles");
    assert_eq!(printed(&module), "HI!\n");
    let error = Engine::default().compile_file(folder.path().join("root")).unwrap_err();
    assert!(error.is_usage(), "a folder is no main file: {error}");
}

#[test]
fn nothing_outside_the_root_is_reached() {
    let folder = folder();
    let loader = FileLoader::beside(folder.path().join("root/main.lyra")).expect("the file is there");
    let main = folder.path().join("root/main.lyra").display().to_string();
    let resolve = |path: &str| loader.resolve(&main, path);
    let absolute = folder.path().join("secret.lyra").display().to_string();
    for path in
        ["../secret.lyra", "lib/../../secret.lyra", "../root/marks.lyra", &absolute, "/etc/passwd", "//x/y"]
    {
        assert_eq!(resolve(path), Err(LoadError::Outside), "{path}");
    }
    // Whether such a file exists cannot be told.
    assert_eq!(resolve("../nothing.lyra"), Err(LoadError::Outside));
    assert_eq!(resolve("nothing.lyra"), Err(LoadError::NotFound));
    assert_eq!(resolve("marks.lyra/x.lyra"), Err(LoadError::NotFound));
    for path in
        ["", "lib", "lib/", ".", "C:\\x.lyra", "c:x", "lib\\text.lyra", "marks.lyra:$DATA", "a\0b", "a\nb"]
    {
        assert!(matches!(resolve(path), Err(LoadError::Other(_))), "{path:?}: {:?}", resolve(path));
    }
    // An importer that the loader never named is looked at as the main file, not as a way out.
    assert_eq!(loader.resolve("/etc/x.lyra", "passwd"), Err(LoadError::NotFound));
    assert_eq!(loader.resolve(&absolute, "secret.lyra"), Err(LoadError::NotFound));
    assert_eq!(loader.read(&absolute), Err(LoadError::Outside), "also when it is asked for by its own name");
    let roundabout = folder.path().join("root/../secret.lyra").display().to_string();
    assert_eq!(loader.read(&roundabout), Err(LoadError::Outside));
}

#[test]
fn one_file_has_one_identity() {
    let folder = folder();
    let main = folder.path().join("root/main.lyra").display().to_string();
    let loader = FileLoader::beside(&main).expect("the file is there");
    let marks = loader.resolve(&main, "marks.lyra").expect("it is there");
    let text = loader.resolve(&main, "lib/text.lyra").expect("it is there");
    assert_eq!(loader.resolve(&main, "./lib/.././marks.lyra").as_ref(), Ok(&marks));
    assert_eq!(loader.resolve(&text, "../marks.lyra").as_ref(), Ok(&marks));
    assert_eq!(loader.resolve(&text, "../main.lyra").as_ref(), Ok(&main), "the main file under its own name");
    assert_eq!(loader.name(&marks), folder.path().join("root/marks.lyra").display().to_string());
    assert!(matches!(loader.resolve(&main, "MARKS.lyra"), Err(LoadError::NotFound | LoadError::Other(_))));
    let Err(LoadError::Other(why)) = loader.read(&loader.resolve(&main, "latin1.lyra").unwrap()) else {
        panic!("bytes that are no text are refused");
    };
    assert!(why.contains("UTF-8") && why.contains("offset 7"), "{why}");
}

#[test]
fn a_root_may_be_larger() {
    let folder = folder();
    let main = folder.path().join("root/lib/text.lyra");
    let shown = main.display().to_string();
    let beside = FileLoader::beside(&main).expect("the file is there");
    assert_eq!(beside.resolve(&shown, "../marks.lyra"), Err(LoadError::Outside));
    let rooted = beside.clone().with_root(folder.path().join("root")).expect("the folder is around it");
    assert!(rooted.resolve(&shown, "../marks.lyra").is_ok());
    assert_eq!(rooted.resolve(&shown, "../../secret.lyra"), Err(LoadError::Outside));
    std::fs::create_dir(folder.path().join("other")).expect("a folder");
    assert!(beside.clone().with_root(folder.path().join("other")).is_err(), "the main file is not below it");

    std::fs::write(folder.path().join("other/more.lyra"), "import \"half.lyra\"").expect("a file");
    std::fs::write(folder.path().join("other/half.lyra"), "const HALF = 0.5").expect("a file");
    let also = beside.also(folder.path().join("other")).expect("the folder is there");
    let more = folder.path().join("other/more.lyra").display().to_string();
    let found = also.resolve(&shown, &more).expect("an allowed folder is reached by its path");
    assert!(also.resolve(&found, "half.lyra").is_ok());
    assert_eq!(also.resolve(&found, "../secret.lyra"), Err(LoadError::Outside));
    let secret = folder.path().join("secret.lyra").display().to_string();
    assert_eq!(also.resolve(&shown, &secret), Err(LoadError::Outside));
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_lead_nowhere_outside() {
        let folder = folder();
        let root = folder.path().join("root");
        let main = root.join("main.lyra").display().to_string();
        symlink("../secret.lyra", root.join("link.lyra")).expect("a link");
        symlink("..", root.join("up")).expect("a link");
        symlink("marks.lyra", root.join("alias.lyra")).expect("a link");
        symlink("loop.lyra", root.join("loop.lyra")).expect("a link");
        let loader = FileLoader::beside(&main).expect("the file is there");
        assert_eq!(loader.resolve(&main, "link.lyra"), Err(LoadError::Outside));
        assert_eq!(loader.resolve(&main, "up/secret.lyra"), Err(LoadError::Outside));
        assert_eq!(loader.resolve(&main, "alias.lyra"), loader.resolve(&main, "marks.lyra"), "one file");
        // `..` is of the path, not of where a link leads.
        assert_eq!(loader.resolve(&main, "up/../marks.lyra"), loader.resolve(&main, "marks.lyra"));
        assert!(loader.resolve(&main, "loop.lyra").is_err());

        // A file that becomes a link after it was found is not read.
        let found = loader.resolve(&main, "marks.lyra").expect("it is there");
        std::fs::remove_file(root.join("marks.lyra")).expect("it can be removed");
        symlink("../secret.lyra", root.join("marks.lyra")).expect("a link");
        assert_eq!(loader.read(&found), Err(LoadError::Outside));
    }

    #[test]
    fn only_regular_files_are_read() {
        let folder = folder();
        let root = folder.path().join("root");
        let main = root.join("main.lyra").display().to_string();
        symlink("/dev/zero", root.join("zero.lyra")).expect("a link");
        let made = std::process::Command::new("mkfifo").arg(root.join("pipe.lyra")).status();
        let loader = FileLoader::beside(&main).expect("the file is there");
        assert_eq!(loader.resolve(&main, "zero.lyra"), Err(LoadError::Outside));
        if made.is_ok_and(|status| status.success()) {
            // It would wait for somebody to write.
            let pipe = root.join("pipe.lyra").canonicalize().expect("it is there").display().to_string();
            assert!(matches!(loader.resolve(&main, "pipe.lyra"), Err(LoadError::Other(_))));
            assert!(matches!(loader.read(&pipe), Err(LoadError::Other(_))));
        }
        let devices = FileLoader::new("/dev").expect("the folder is there");
        assert!(matches!(devices.resolve("main.lyra", "zero"), Err(LoadError::Other(_))));
    }
}

#[test]
fn files_in_memory_keep_to_themselves() {
    let files = MemoryLoader::new().with("lib/a.lyra", "").with("b.lyra", "").with("main.lyra", "");
    assert_eq!(files.resolve("main.lyra", "lib/a.lyra").unwrap(), "lib/a.lyra");
    assert_eq!(files.resolve("some/where/else.lyra", "lib/a.lyra").unwrap(), "lib/a.lyra");
    assert_eq!(files.resolve("lib/a.lyra", "../b.lyra").unwrap(), "b.lyra");
    assert_eq!(files.resolve("lib/a.lyra", "../../b.lyra"), Err(LoadError::Outside));
    assert_eq!(files.resolve("b.lyra", "a.lyra"), Err(LoadError::NotFound));
    let engine = Engine::default();
    let error = engine
        .compile_with("main.lyra", "import \"b.lyra\"", &files.with("b.lyra", "import \"main.lyra\""))
        .unwrap_err();
    assert_eq!(error.message(), "imports in a circle: main.lyra, b.lyra, main.lyra");
    assert_eq!(error.diagnostics()[0].file, "b.lyra");
}

#[test]
fn the_limit_on_source_is_one_for_all_files() {
    let limits = lyra::Limits::embedded().with_source(200);
    let engine = Engine::new(lyra::Config::new().limits(limits));
    let main = "import \"a.lyra\"\nimport \"b.lyra\"\n";
    let files = |bytes: usize| {
        let text = format!("//{}", "-".repeat(bytes));
        MemoryLoader::new().with("a.lyra", text.clone()).with("b.lyra", text)
    };
    assert!(engine.compile_with("main.lyra", main, &files(60)).is_ok());
    let error = engine.compile_with("main.lyra", main, &files(100)).unwrap_err();
    assert_eq!((error.code(), error.place().map(|place| place.line)), ("E0117", Some(2)));
}

#[test]
fn places_name_their_file() {
    let files = MemoryLoader::new().with(
        "lib.lyra",
        "// a line\nproc outer(f: proc() -> i32) -> i32 {\n    return f()\n}\nproc at(xs: [i32], i: i32) -> i32 { return xs[i] }\n",
    );
    let engine = Engine::default();
    let source = "import \"lib.lyra\" as lib\nproc main() {\n    print(lib.outer(|| lib.at([1], 7)))\n}\n";
    let module = engine.compile_with("dir/main.lyra", source, &files).expect("it compiles");
    for module in [module.clone(), lyra::Module::deserialize(&engine, &module.serialize(None), None).unwrap()]
    {
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate(&mut store, &module).expect("it starts");
        let error = instance.call_main(&mut store).unwrap_err();
        let frames: Vec<_> =
            error.trace().iter().map(|frame| (frame.file.as_str(), frame.place.unwrap().line)).collect();
        assert_eq!(frames, [("lib.lyra", 5), ("dir/main.lyra", 3), ("lib.lyra", 3), ("dir/main.lyra", 3)]);
        let report = error.to_string();
        assert!(report.contains("lib.lyra:5:") && report.contains("return xs[i]"), "{report}");
        assert!(error.code() == "index_out_of_bounds");
    }
    // Main names its own file, also where another file's place stands beside it.
    let error =
        engine.compile_with("dir/main.lyra", "import \"lib.lyra\"\nprint(at(1))", &files).unwrap_err();
    let spans: Vec<_> =
        error.diagnostics()[0].spans.iter().map(|span| (span.file.as_str(), span.start.line)).collect();
    assert_eq!(spans, [("dir/main.lyra", 2), ("lib.lyra", 5)]);
    assert!(Path::new(&error.diagnostics()[0].file).ends_with("main.lyra"));
}
