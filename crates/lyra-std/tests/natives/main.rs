//! The natives as a stranger's bytecode may call them: without the standard file in between, under every limit.
//!
//! Programs here import them as host modules of their plain names (`import json`); what a test is about are the
//! functions, so the texts of the modules play no part.

mod json;
mod limits;
mod others;
mod regex;

use lyra_bytecode::{VerifyLimits, verify};
use lyra_compiler::{CompileOptions, HostFunction, Source, compile};
use lyra_runtime::{SharedOutput, Stress};
use lyra_security::Limits;
use lyra_std::Services;
use lyra_vm_core::{Plain, RunError, RunReport, Settings, Vm, link};

/// What came of a program.
struct Ran {
    output: String,
    result: Result<(), RunError>,
    report: RunReport,
}

impl Ran {
    /// What it printed; panics when it failed.
    fn printed(self) -> String {
        if let Err(error) = &self.result {
            panic!("{error}\n{}", self.output);
        }
        self.output
    }

    /// Kind and message of its failure; panics when there was none.
    fn failed(self) -> (String, String) {
        match self.result {
            Err(error) => (error.kind.clone(), error.message.clone()),
            Ok(()) => panic!("it did not fail\n{}", self.output),
        }
    }
}

/// Runs a program with these settings and services.
fn run_with(source: &str, services: &Services, change: impl FnOnce(&mut Settings)) -> Ran {
    let mut options = CompileOptions::default();
    for module in lyra_std::MODULES {
        options.host.extend(lyra_std::declarations(module.name).map(|native| HostFunction {
            module: module.name.to_owned(),
            name: native.name.to_owned(),
            signature: native.signature,
        }));
    }
    let compiled = compile(Source { name: "test.lyra", text: source }, &options);
    let Some(module) = compiled.module else { panic!("{:#?}\n{source}", compiled.diagnostics) };
    let verified =
        verify(module, &VerifyLimits::default()).unwrap_or_else(|error| panic!("{error}\n{source}"));
    let program =
        link(verified, &mut |import| lyra_std::function(&format!("std:{}", import.module), &import.name));
    let program = program.unwrap_or_else(|error| panic!("{error}\n{source}"));
    let output = SharedOutput::default();
    let mut settings = Settings {
        limits: Limits::embedded().with_deadline(None),
        output: Box::new(output.clone()),
        services: std::sync::Arc::new(services.clone()),
        ..Settings::default()
    };
    change(&mut settings);
    match Vm::<Plain>::new(&program, settings) {
        Ok(mut vm) => {
            let result = vm.start(&mut ()).map(drop);
            Ran { output: output.take(), result, report: vm.report() }
        }
        // The constants and globals found no room: what another machine reports does not matter then.
        Err(error) => {
            let vm = Vm::<Plain>::new(&program, Settings::default()).expect("constants and globals fit");
            Ran { output: String::new(), result: Err(error), report: vm.report() }
        }
    }
}

/// Runs a program; a collection at every allocation makes no difference to it.
fn run(source: &str) -> Ran {
    let usual = run_with(source, &Services::new(), |_| {});
    let stressed = run_with(source, &Services::new(), |settings| settings.stress = Stress::Collections);
    assert_eq!(usual.output, stressed.output, "{source}");
    assert_eq!(format!("{:?}", usual.result), format!("{:?}", stressed.result), "{source}");
    assert_eq!(usual.report.fuel_used, stressed.report.fuel_used, "{source}");
    usual
}

/// What an expression is shown as.
fn value(imports: &str, expression: &str) -> String {
    run(&format!("import {imports}\nprint({expression})")).printed().trim_end_matches('\n').to_owned()
}

/// The message of the `invalid_argument` that an expression throws.
fn refused(imports: &str, expression: &str) -> String {
    let (kind, message) = run(&format!("import {imports}\nprint({expression})")).failed();
    assert_eq!(kind, "invalid_argument", "{expression}: {message}");
    message
}
