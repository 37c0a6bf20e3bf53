//! What each command does. Each returns its exit code; nothing here ends the process.

mod bench;
mod build;
mod check;
mod disasm;
mod explain;
mod run;
mod test;
mod verify;

use crate::args::{Cli, Command, CompileArgs, EachArgs, LimitArgs, Overflow, TranslationArgs};
use crate::exit::Exit;
use crate::input::{self, Program, Unusable};
use crate::messages::Messages;
use lyra::{Config, Engine, Limits, Module};
use std::path::Path;

/// Does what the command line asks.
pub(crate) fn execute(cli: Cli) -> Exit {
    let messages = Messages::new(cli.messages);
    let result = match cli.command {
        Command::Run(args) => run::run(&args, messages),
        Command::Eval(args) => run::eval(&args, messages),
        Command::Check(args) => Ok(check::check(&args, messages)),
        Command::Test(args) => test::test(&args, messages),
        Command::Bench(args) => bench::bench(&args, messages),
        Command::Build(args) => build::build(&args, messages),
        Command::Verify(args) => verify::verify(&args, messages),
        Command::Disasm(args) => disasm::disasm(&args, messages),
        Command::Explain(args) => explain::explain(&args),
    };
    result.unwrap_or_else(|stop| stop.tell(messages))
}

/// Why a command cannot go on.
pub(crate) enum Stop {
    Unusable(Unusable),
    Refused(String, lyra::Error),
    Error(lyra::Error),
}

impl Stop {
    /// Reports it; the exit code is its family's.
    pub(crate) fn tell(&self, messages: Messages) -> Exit {
        match self {
            Self::Unusable(unusable) => messages.unusable(unusable),
            Self::Refused(file, error) => messages.refused(file, error),
            Self::Error(error) => messages.error(error),
        }
    }
}

impl From<Unusable> for Stop {
    fn from(unusable: Unusable) -> Self {
        Self::Unusable(unusable)
    }
}

impl From<lyra::Error> for Stop {
    fn from(error: lyra::Error) -> Self {
        Self::Error(error)
    }
}

fn engine(compile: &CompileArgs) -> Engine {
    Engine::new(config(compile))
}

/// One that runs what it compiles.
fn engine_to_run(compile: &CompileArgs, limits: &LimitArgs, translation: &TranslationArgs) -> Engine {
    Engine::new(config(compile).tier(limits.tier).translation(translation.translation()))
}

/// One that compiles `test` and `bench` blocks, too.
fn engine_for_tests(compile: &CompileArgs, limits: &EachArgs, translation: &TranslationArgs) -> Engine {
    let config = config(compile).tests(true).tier(limits.tier).translation(translation.translation());
    Engine::new(config.allow(limits.allow))
}

fn config(compile: &CompileArgs) -> Config {
    let overflow = match compile.overflow {
        Overflow::Wrap => lyra::Overflow::Wrap,
        Overflow::Trap => lyra::Overflow::Trap,
    };
    Config::new().overflow(overflow).limits(Limits::command_line())
}

/// Compiles a program with what it imports.
pub(crate) fn compile(engine: &Engine, main: &Path, root: Option<&Path>, text: &str) -> Result<Module, Stop> {
    let name = input::name_of(main);
    Ok(match input::loader(main, root)? {
        Some(loader) => engine.compile_with(&name, text, &loader)?,
        None => engine.compile(&name, text)?,
    })
}

/// A module from source text or a sealed file; warnings are reported.
fn load(
    engine: &Engine,
    args: &CompileArgs,
    file: &Path,
    key: Option<&Path>,
    messages: Messages,
) -> Result<Module, Stop> {
    let key = input::read_key(key)?;
    let module = match input::read_program(file)? {
        Program::Sealed(bytes) => Module::deserialize(engine, &bytes, key.as_ref())
            .map_err(|error| Stop::Refused(input::name_of(file), error))?,
        Program::Source(_) if key.is_some() => {
            let name = input::name_of(file);
            return Err(Unusable::usage(format!(
                "a key was given, but {name} is source text, not a sealed file"
            ))
            .into());
        }
        Program::Source(text) => compile(engine, file, args.root.as_deref(), &text)?,
    };
    messages.warnings(&module);
    Ok(module)
}
