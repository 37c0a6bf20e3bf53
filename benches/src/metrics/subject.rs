//! The benchmark programs as the metrics see them: compiled, ready to be run in a machine that can be looked into.

use lyra::{Engine, Value};
use lyra_bytecode::{Module, VerifyLimits, verify};
use lyra_security::Limits;
use lyra_vm_core::{Profile, Program, RunError, Settings, Vm, link};
use std::path::{Path, PathBuf};

/// A program with a procedure `run(n: i32) -> str`.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// A size at which it runs in some milliseconds.
    pub small: i32,
    /// The size at which it is measured.
    pub size: i32,
    /// Its code, verified once and verified again by whoever changes it.
    pub module: Module,
}

impl Subject {
    /// Compiles a program.
    ///
    /// # Errors
    /// When it does not compile.
    pub fn new(name: &str, path: &Path, source: &str, small: i32, size: i32) -> Result<Self, String> {
        let compiled = Engine::default().compile(name, source).map_err(|error| error.to_string())?;
        let module = compiled.bytecode().clone();
        Ok(Self { name: name.to_owned(), path: path.to_owned(), small, size, module })
    }

    /// The program, linked with nothing.
    ///
    /// # Errors
    /// When its code is refused, which only a bug of ours can cause.
    pub fn program(&self) -> Result<Program, String> {
        let verified =
            verify(self.module.clone(), &VerifyLimits::default()).map_err(|error| error.to_string())?;
        link(verified, &mut |_| None).map_err(|error| error.to_string())
    }
}

/// The limits of measured programs: memory as for an embedded program, no bound on work.
#[must_use]
pub fn unhurried() -> Limits {
    Limits::embedded().with_fuel(None).with_deadline(None)
}

/// A machine with `program`, its top-level statements run.
///
/// # Errors
/// When they fail.
pub fn started<P: Profile>(program: &Program, limits: Limits) -> Result<Vm<P>, RunError> {
    let mut vm = Vm::new(program, Settings { limits, ..Settings::default() })?;
    vm.start(&mut ())?;
    Ok(vm)
}

/// Calls `run`, if the program has it.
///
/// # Errors
/// When it fails.
pub fn call_run<P: Profile>(vm: &mut Vm<P>, size: i32) -> Result<Option<Value>, RunError> {
    match vm.program().find("run") {
        Some(run) => vm.call(run, &[Value::I32(size)], &mut ()),
        None => Ok(None),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn subject(name: &str, source: &str, size: i32) -> Subject {
        Subject::new(name, Path::new("none"), source, size, size).unwrap()
    }

    #[test]
    fn a_program_is_compiled_and_called() {
        let subject = subject("double", "proc run(n: i32) -> str { return f\"{n * 2}\" }", 21);
        let mut vm = started::<lyra_vm_core::Plain>(&subject.program().unwrap(), unhurried()).unwrap();
        assert_eq!(call_run(&mut vm, 21).unwrap(), Some(Value::Str("42".into())));
        assert!(Subject::new("broken", Path::new("none"), "proc run(", 1, 1).is_err());
    }
}
