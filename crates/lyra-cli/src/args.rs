//! The command line: what can be asked for, and the texts that explain it.

mod testing;

pub(crate) use testing::{BenchArgs, ChosenArgs, EachArgs, TestArgs};

use crate::units;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  lyra hello.lyra                      run a program (short for `lyra run hello.lyra`)
  lyra eval \"sum([1, 2, 3])\"           compute something and print it
  lyra check src/*.lyra                find mistakes without running anything
  lyra test                            run the tests of all programs below this directory
  lyra build hello.lyra -o hello.lyrac seal a program into one verified file
  lyra run hello.lyrac --fuel 1000000  run it on a budget
  lyra explain E0301                   what an error code means

Exit codes:
  0 ok · 1 a test failed, or the program asked for it · 2 usage · 3 does not compile
  4 run-time error · 5 a limit was reached · 6 verification or integrity · 101 a bug in Lyra";

/// A small, statically typed scripting language that can hurt neither its host nor itself.
#[derive(Debug, Parser)]
#[command(name = "lyra", version, after_help = EXAMPLES, arg_required_else_help = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) messages: MessageArgs,
}

/// How messages look; for every command.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct MessageArgs {
    /// How diagnostics, failures, and results of tests are written.
    #[arg(long, global = true, value_enum, default_value_t = MessageFormat::Human, value_name = "FORMAT")]
    pub(crate) message_format: MessageFormat,
    /// When to use colour; `auto` looks at the terminal and at NO_COLOR.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// The source line with a caret, notes and help.
    Human,
    /// One line each: `file:line:column: error[code]: message`.
    Short,
    /// One JSON object a line, for tools; the manual lists the fields.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a program: source text or a sealed file.
    ///
    /// The top-level statements run in order, then `proc main()` if there is one. A `main` that returns an i32
    /// other than 0 makes `lyra` exit with 1.
    #[command(
        after_help = "Examples:\n  lyra run hello.lyra\n  lyra run hello.lyrac --timeout 1s --max-memory 16M\n  \
                            echo 'print(\"hi\")' | lyra run -\n  lyra run work.lyra --report human\n  \
                            lyra run dice.lyra --allow random -- 6 20"
    )]
    Run(RunArgs),
    /// Compute the value of a program's last expression and print it.
    #[command(
        after_help = "Examples:\n  lyra eval \"1 + 2\"\n  lyra eval \"var x = 20; x * x\"\n  echo '6 * 7' | lyra eval -"
    )]
    Eval(EvalArgs),
    /// Find mistakes without running anything. Quiet when there are none.
    #[command(
        after_help = "Examples:\n  lyra check hello.lyra\n  lyra check src/*.lyra --message-format json 2> problems.jsonl"
    )]
    Check(CheckArgs),
    /// Run the `test` blocks of programs.
    ///
    /// Each test runs by itself: in a fresh copy of the program whose top-level statements have run, without `main`,
    /// with limits of its own. One that throws, or reaches a limit, has failed.
    #[command(
        after_help = "Examples:\n  lyra test                             every test below the current directory\n  \
                            lyra test geometry.lyra --filter area only those with `area` in their name\n  \
                            lyra test --list                      what there is, without running it\n  \
                            lyra test --message-format json       a JSON object a line, for tools\n\n\
                            Exit codes: 0 all passed, or there were none · 1 some failed · 2 usage\n            \
                            3 some file does not compile · 5 stopped by Ctrl-C"
    )]
    Test(TestArgs),
    /// Measure the `bench` blocks of programs.
    ///
    /// Each benchmark runs in a fresh copy of the program whose top-level statements have run. It is run as often as
    /// its time allows, in samples of so many rounds that the clock can tell; the median of the samples is what to
    /// look at. A round includes calling the block, and computes its last expression even though nobody uses it.
    #[command(
        after_help = "Examples:\n  lyra bench sort.lyra\n  lyra bench --filter \"large\" --time 5s\n  \
                            lyra bench sort.lyra --save before.jsonl\n  lyra bench sort.lyra --compare before.jsonl\n\n\
                            Exit codes: 0 all were measured, or there were none · 1 some failed · 2 usage\n            \
                            3 some file does not compile · 5 stopped by Ctrl-C"
    )]
    Bench(BenchArgs),
    /// Compile a program into one sealed file that any `lyra` or host can verify and run.
    #[command(after_help = "Examples:\n  lyra build hello.lyra                  writes hello.lyrac\n  \
                            lyra build hello.lyra -o out.lyrac --strip\n  lyra build hello.lyra --key secret.key\n  \
                            lyra build hello.lyra --emit bytecode  print the listing instead")]
    Build(BuildArgs),
    /// Check sealed files in full (seal, format, types) and say what they need.
    #[command(
        after_help = "Examples:\n  lyra verify hello.lyrac\n  lyra verify --key secret.key hello.lyrac"
    )]
    Verify(VerifyArgs),
    /// Print a program's code as a listing, from source or a sealed file, with source lines beside it.
    #[command(
        after_help = "Examples:\n  lyra disasm hello.lyra\n  lyra disasm hello.lyrac --key secret.key\n  \
                            lyra disasm hello.lyra --emit regcode --no-fuse"
    )]
    Disasm(DisasmArgs),
    /// Explain an error code, with a wrong and a right program.
    #[command(after_help = "Examples:\n  lyra explain E0301\n  lyra explain            list all codes")]
    Explain(ExplainArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The program; `-` is standard input. A sealed file is known by its ending or its first bytes.
    pub(crate) file: PathBuf,
    /// After `--`: what `args.all()` gives the program.
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) arguments: Vec<String>,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) translation: TranslationArgs,
    #[command(flatten)]
    pub(crate) compile: CompileArgs,
    #[command(flatten)]
    pub(crate) seal: KeyArgs,
}

#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// The program text; `-` is standard input.
    #[arg(allow_hyphen_values = true)]
    pub(crate) program: String,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) translation: TranslationArgs,
    #[command(flatten)]
    pub(crate) compile: CompileArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The programs; `-` is standard input.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Exit with 3 for warnings too.
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    #[command(flatten)]
    pub(crate) compile: CompileArgs,
}

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// The program; `-` is standard input.
    pub(crate) file: PathBuf,
    /// Where to write; `-` is standard output. Default: the program's name with the ending `.lyrac`.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Leave out the source, positions and names: smaller, but errors cannot say where they happened.
    #[arg(long)]
    pub(crate) strip: bool,
    /// Print another form of the program instead of a sealed file.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) emit: Option<Emit>,
    #[command(flatten)]
    pub(crate) translation: TranslationArgs,
    #[command(flatten)]
    pub(crate) compile: CompileArgs,
    #[command(flatten)]
    pub(crate) seal: KeyArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Emit {
    /// The syntax tree.
    Ast,
    /// The bytecode listing.
    Bytecode,
    /// Typed SSA after the optimizing passes, with what each of them did.
    Ir,
    /// The register code made from that.
    Regcode,
}

/// What a program can be listed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Code {
    /// The bytecode.
    Bytecode,
    /// Typed SSA after the optimizing passes, with what each of them did.
    Ir,
    /// The register code made from that.
    Regcode,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The sealed files; `-` is standard input.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) seal: KeyArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DisasmArgs {
    /// The program; `-` is standard input.
    pub(crate) file: PathBuf,
    /// Which code.
    #[arg(long, value_enum, default_value_t = Code::Bytecode, value_name = "FORM")]
    pub(crate) emit: Code,
    #[command(flatten)]
    pub(crate) translation: TranslationArgs,
    #[command(flatten)]
    pub(crate) compile: CompileArgs,
    #[command(flatten)]
    pub(crate) seal: KeyArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code, like E0301; without one, all codes are listed.
    pub(crate) code: Option<String>,
}

/// What a run may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Units of work (calls and loop rounds) before the run ends with out_of_fuel [default: no bound]
    #[arg(long, value_name = "UNITS", value_parser = units::count)]
    pub(crate) fuel: Option<u64>,
    /// Memory of the program's values, like 16M or 1G [default: 100M]
    #[arg(long, value_name = "SIZE", value_parser = units::size)]
    pub(crate) max_memory: Option<u64>,
    /// Entries on the stack: waiting operands plus active calls [default: 10000]
    #[arg(long, value_name = "ENTRIES", value_parser = stack)]
    pub(crate) max_stack: Option<u32>,
    /// Time for the whole run, like 1s or 500ms [default: no bound]
    #[arg(long, value_name = "TIME", value_parser = units::duration)]
    pub(crate) timeout: Option<Duration>,
    /// Bytes the program may print, like 10M [default: no bound]
    #[arg(long, value_name = "SIZE", value_parser = units::size)]
    pub(crate) max_output: Option<u64>,
    /// What the program may touch, separated by commas: clock, random, fs, net, env, process, all. Printing is
    /// always allowed; the modules of this version ask for clock and random.
    #[arg(long, value_name = "LIST", default_value = "print")]
    pub(crate) allow: lyra::Capabilities,
    /// Which engine runs the program; all give the same results. The error for a wrong name lists those built in.
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(crate) tier: lyra::Tier,
    /// Write what the run used to standard error when it ends.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) report: Option<ReportFormat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people.
    Human,
    /// One JSON object.
    Json,
}

/// What the compiler does.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Compiling")]
pub(crate) struct CompileArgs {
    /// What integer arithmetic does when a result does not fit.
    #[arg(long, value_enum, default_value_t = Overflow::Wrap, value_name = "RULE")]
    pub(crate) overflow: Overflow,
    /// The folder whose files may be imported [default: that of the program; of one from standard input or the
    /// command line, the current directory]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) root: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Overflow {
    /// Wrap around, like two's complement.
    Wrap,
    /// Fail with the error `overflow`.
    Trap,
}

/// How tiers make code of the program. Changes no result, only the speed.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Looking inside")]
pub(crate) struct TranslationArgs {
    /// Register code without fused instructions: each does one thing.
    #[arg(long)]
    pub(crate) no_fuse: bool,
    /// Leave out optimizing passes, separated by commas, like inlining. The error for a wrong name lists them.
    #[arg(long, value_name = "PASSES", value_delimiter = ',', value_parser = pass)]
    pub(crate) skip: Vec<String>,
}

impl TranslationArgs {
    pub(crate) fn translation(&self) -> lyra::Translation {
        let translation = lyra::Translation::default().fuse(!self.no_fuse);
        self.skip.iter().fold(translation, lyra::Translation::skip)
    }
}

fn pass(name: &str) -> Result<String, String> {
    let names = lyra::pass_names();
    if names.contains(&name) {
        return Ok(name.to_owned());
    }
    Err(format!("there is no such pass; built in: {}", names.join(", ")))
}

/// How sealed files are opened and made.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sealing")]
pub(crate) struct KeyArgs {
    /// A file with the key of the seal: 32 bytes, or 64 hexadecimal digits.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

fn stack(text: &str) -> Result<u32, String> {
    let most = lyra::Limits::MAX_STACK;
    let entries = units::count(text)?;
    u32::try_from(entries)
        .ok()
        .filter(|&entries| entries <= most)
        .ok_or_else(|| format!("at most {most} entries"))
}

const COMMANDS: [&str; 10] =
    ["run", "eval", "check", "test", "bench", "build", "verify", "disasm", "explain", "help"];

/// `lyra FILE …` is `lyra run FILE …`: a first argument that is no command and looks like a file gets `run`
/// before it. A misspelt command does not look like one, so clap can still suggest the right word.
pub(crate) fn with_run(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    let Some(first) = arguments.get(1) else { return arguments };
    let text = first.to_string_lossy();
    let is_file = text == "-"
        || !text.starts_with('-') && !COMMANDS.contains(&text.as_ref()) && {
            text.contains(['.', '/', '\\']) || std::path::Path::new(first).is_file()
        };
    if is_file {
        arguments.insert(1, "run".into());
    }
    arguments
}

/// The command line `lyra run FILE` (after [`with_run`]), which is what a script begins with: understood without the
/// parser, which would take longer than a short program runs. `None` for every other.
pub(crate) fn plain(arguments: &[OsString]) -> Option<Cli> {
    let [_, command, file] = arguments else { return None };
    let text = file.to_str()?;
    if command != "run" || text.is_empty() || text.starts_with('-') && text != "-" {
        return None;
    }
    let limits = LimitArgs {
        fuel: None,
        max_memory: None,
        max_stack: None,
        timeout: None,
        max_output: None,
        allow: lyra::Capabilities::PRINT,
        tier: lyra::Tier::default(),
        report: None,
    };
    let compile = CompileArgs { overflow: Overflow::Wrap, root: None };
    let seal = KeyArgs { key: None };
    let messages = MessageArgs { message_format: MessageFormat::Human, color: Color::Auto };
    let translation = TranslationArgs::default();
    let run = RunArgs { file: file.into(), arguments: Vec::new(), limits, translation, compile, seal };
    Some(Cli { command: Command::Run(run), messages })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn plain_runs_are_understood_as_the_parser_does() {
        for words in [
            ["lyra", "run", "a.lyra"],
            ["lyra", "run", "-"],
            ["lyra", "run", "help"],
            ["lyra", "run", "größe/ö b.lyra"],
        ] {
            let parsed = Cli::try_parse_from(words).expect("it is well");
            let plain = plain(&words.map(OsString::from)).expect("it is plain");
            assert_eq!(format!("{plain:?}"), format!("{parsed:?}"), "{words:?}");
        }
        for words in [
            &["lyra", "run", "--help"][..],
            &["lyra", "run", "-h"],
            &["lyra", "run", "--"],
            &["lyra", "run", ""],
            &["lyra", "check", "a.lyra"],
            &["lyra", "run"],
            &["lyra", "run", "a.lyra", "--fuel", "1"],
        ] {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            assert!(plain(&words).is_none(), "{words:?}");
        }
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
        let mut names: Vec<String> =
            Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
        names.push("help".to_owned());
        assert_eq!(names, COMMANDS);
    }

    #[test]
    fn a_file_is_run() {
        let rewritten = |words: &[&str]| -> Vec<String> {
            let words = words.iter().map(OsString::from);
            with_run(words).into_iter().map(|word| word.to_string_lossy().into_owned()).collect()
        };
        assert_eq!(rewritten(&["lyra", "a.lyra", "--fuel", "1"]), ["lyra", "run", "a.lyra", "--fuel", "1"]);
        assert_eq!(rewritten(&["lyra", "-"]), ["lyra", "run", "-"]);
        assert_eq!(rewritten(&["lyra", "run", "a.lyra"]), ["lyra", "run", "a.lyra"]);
        assert_eq!(rewritten(&["lyra", "--help"]), ["lyra", "--help"]);
        assert_eq!(rewritten(&["lyra", "chekc"]), ["lyra", "chekc"]);
        assert_eq!(rewritten(&["lyra"]), ["lyra"]);
    }
}
