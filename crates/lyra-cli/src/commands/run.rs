//! `lyra run` and `lyra eval`.

use super::{Stop, engine_to_run, load};
use crate::args::{EvalArgs, LimitArgs, ReportFormat, RunArgs};
use crate::exit::Exit;
use crate::messages::{Messages, emit, emit_json};
use crate::report::ReportLine;
use crate::stdout::{self, Fate, ProgramOutput};
use crate::{input, interrupt};
use lyra::{Engine, Limits, Linker, Module, Store, Value};
use std::path::Path;
use std::time::Instant;

pub(super) fn run(args: &RunArgs, messages: Messages) -> Result<Exit, Stop> {
    let engine = engine_to_run(&args.compile, &args.limits, &args.translation);
    let module = load(&engine, &args.compile, &args.file, args.seal.key.as_deref(), messages)?;
    Ok(with_store(&engine, &args.limits, &args.arguments, messages, |linker, store| {
        let start = Instant::now();
        let instance = linker.instantiate(store, &module)?;
        // The deadline is for the whole run, and `main` is a call of its own.
        store.set_deadline(args.limits.timeout.map(|time| time.saturating_sub(start.elapsed())));
        Ok(match instance.call_main(store)? {
            Some(Value::I32(status)) if status != 0 => Exit::Failure,
            _ => Exit::Ok,
        })
    }))
}

pub(super) fn eval(args: &EvalArgs, messages: Messages) -> Result<Exit, Stop> {
    let engine = engine_to_run(&args.compile, &args.limits, &args.translation);
    let text = if args.program == "-" { input::read_source(Path::new("-"))? } else { args.program.clone() };
    let module: Module = match input::loader(Path::new("-"), args.compile.root.as_deref())? {
        Some(loader) => engine.compile_expression_with("<eval>", &text, &loader)?,
        None => engine.compile_expression("<eval>", &text)?,
    };
    messages.warnings(&module);
    let mut printed = None;
    let exit = with_store(&engine, &args.limits, &[], messages, |linker, store| {
        printed = linker.evaluate(store, &module)?;
        Ok(Exit::Ok)
    });
    Ok(match printed {
        Some(value) if exit == Exit::Ok => stdout::print(format!("{value}\n").as_bytes()),
        _ => exit,
    })
}

/// Runs `work` in a store with the command line's limits and streams, and reports how it went.
fn with_store(
    engine: &Engine,
    args: &LimitArgs,
    arguments: &[String],
    messages: Messages,
    work: impl FnOnce(&Linker<()>, &mut Store<()>) -> Result<Exit, lyra::Error>,
) -> Exit {
    let mut store = Store::new(engine, ());
    store.set_limits(limits(args));
    store.allow(args.allow);
    // Who starts a program gives it its arguments, if only none.
    store.set_args(arguments);
    store.set_log(move |level, text| messages.log(level, text));
    let fate = Fate::default();
    fate.ends(store.interrupt_handle());
    store.set_output(ProgramOutput::new(fate.clone()));
    interrupt::watch(store.interrupt_handle());
    let started = Instant::now();
    let result = work(&Linker::new(engine), &mut store);
    let time = started.elapsed();
    // An output that cannot be written explains everything that came after it.
    let exit = match (fate.error(), result) {
        (Some(error), _) => stdout::report(&error),
        (None, Ok(exit)) => exit,
        (None, Err(error)) => messages.error(&error),
    };
    match args.report {
        None => {}
        Some(ReportFormat::Human) => {
            if let Some(report) = store.last_report() {
                emit(&report.to_string());
            }
        }
        Some(ReportFormat::Json) => {
            emit_json(&store.last_report().map(|report| ReportLine::of(&report, exit, time)))
        }
    }
    exit
}

fn limits(args: &LimitArgs) -> Limits {
    let mut limits = Limits::command_line().with_fuel(args.fuel).with_deadline(args.timeout);
    limits = limits.with_output(args.max_output);
    if let Some(bytes) = args.max_memory {
        limits = limits.with_memory(bytes);
    }
    if let Some(entries) = args.max_stack {
        limits = limits.with_stack(entries);
    }
    limits
}
