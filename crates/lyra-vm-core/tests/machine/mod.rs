//! Running assembled programs.

use lyra_bytecode::{Import, VerifyLimits, assemble, verify};
use lyra_runtime::{HostFunction, SharedOutput, Stress, Value};
use lyra_vm_core::{Plain, Program, RunError, Settings, Vm, link};

/// A program from its listing; panics when it is no valid one.
#[allow(dead_code, reason = "not every test file uses everything here")]
pub(crate) fn program(listing: &str) -> Program {
    program_with(listing, &mut |_| None)
}

/// A program from its listing, with functions of the host.
#[allow(dead_code, reason = "not every test file uses everything here")]
pub(crate) fn program_with(
    listing: &str,
    resolve: &mut dyn FnMut(&Import) -> Option<HostFunction>,
) -> Program {
    let module = match assemble(listing) {
        Ok(module) => module,
        Err(error) => panic!("{error}\n{listing}"),
    };
    let verified =
        verify(module, &VerifyLimits::default()).unwrap_or_else(|error| panic!("{error}\n{listing}"));
    link(verified, resolve).unwrap_or_else(|error| panic!("{error}"))
}

/// A machine over `program` with other settings than the usual ones.
#[allow(dead_code, reason = "not every test file uses everything here")]
pub(crate) fn vm_with(program: &Program, change: impl FnOnce(&mut Settings)) -> (Vm<Plain>, SharedOutput) {
    let output = SharedOutput::default();
    let mut settings = Settings { output: Box::new(output.clone()), ..Settings::default() };
    change(&mut settings);
    (Vm::new(program, settings).expect("constants and globals fit"), output)
}

/// Runs the entry of a listing, once as usual and once with a collection at every allocation, which must make
/// no difference.
#[allow(dead_code, reason = "not every test file uses everything here")]
pub(crate) fn run(listing: &str) -> Result<Option<Value>, RunError> {
    let program = program(listing);
    let run = |stress: Stress| {
        let (mut vm, output) = vm_with(&program, |settings| settings.stress = stress);
        let outcome = vm.start(&mut ());
        (outcome, output.take(), vm.report().fuel_used)
    };
    let usual = run(Stress::None);
    let stressed = run(Stress::Collections);
    assert_eq!(format!("{usual:?}"), format!("{stressed:?}"), "collections are not to be noticed");
    usual.0
}

/// The value of an entry that has one.
#[allow(dead_code, reason = "not every test file uses everything here")]
pub(crate) fn value(listing: &str) -> Value {
    match run(listing) {
        Ok(Some(value)) => value,
        other => panic!("no value but {other:?} from\n{listing}"),
    }
}
