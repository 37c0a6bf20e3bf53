//! The `lyra` command as a user meets it: spawned, with files, streams, signals and exit codes.

mod commands;
mod hostile;
mod imports;
mod limits;
mod messages;
mod sealed;
mod streams;
mod testing;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A directory of its own for one test, with programs in it.
struct Case {
    directory: tempfile::TempDir,
}

/// What a command did.
struct Done {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Case {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a temporary directory") }
    }

    /// Writes a file and gives its path.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file in a temporary directory");
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lyra"));
        command
            .current_dir(&self.directory)
            .args(arguments)
            .env_remove("NO_COLOR")
            .env_remove("RUST_BACKTRACE");
        command
    }

    fn lyra(&self, arguments: &[&str]) -> Done {
        self.lyra_with_input(arguments, b"")
    }

    fn lyra_with_input(&self, arguments: &[&str], input: &[u8]) -> Done {
        let mut command = self.command(arguments);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the lyra binary starts");
        // A command that does not read its input closes it.
        let _ = child.stdin.take().expect("a pipe").write_all(input);
        child.wait_with_output().expect("the lyra binary ends").into()
    }

    /// Builds `source` to `program.lyrac` and gives its bytes.
    fn build(&self, source: &str, more: &[&str]) -> Vec<u8> {
        self.file("program.lyra", source);
        let done = self.lyra(&[&["build", "program.lyra"], more].concat());
        assert_eq!((done.code, done.stdout.as_str(), done.stderr.as_str()), (Some(0), "", ""));
        read(&self.path("program.lyrac"))
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Done {
    /// Asserts an exit code and that nothing went to standard output.
    #[track_caller]
    fn fails(&self, code: i32) -> &str {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "stderr: {}", self.stderr);
        assert!(!self.stderr.is_empty());
        &self.stderr
    }

    /// Asserts success and that nothing went to standard error.
    #[track_caller]
    fn prints(&self) -> &str {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "stdout: {}", self.stdout);
        &self.stdout
    }
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a file that lyra wrote")
}
