//! Every limit met at every place: a program stopped after each unit of fuel, at each amount of memory, at each
//! depth of the stack. Whatever the limit, the run ends in that limit's own error or as it would without; what it
//! printed until then is the beginning of what it prints; and the machine charges the same each time.

use lyra::{Config, Engine, Limits, Module};
use lyra_conformance::run::{limits, run_module};
use lyra_conformance::{Options, Outcome, corpus};

/// Programs small enough to be run some thousand times, which together use all that can be charged.
const PROGRAMS: &[&str] = &[
    "04-numbers/evaluation_order",
    "05-text/append_aliases",
    "06-arrays/push_insert_remove",
    "06-arrays/sort",
    "07-tuples/in_arrays_and_loops",
    "08-flow/labels",
    "08-flow/array_length_each_round",
    "09-procs/recursion",
    "10-fstrings/width_and_alignment",
    "11-try/in_loops",
    "11-try/nested",
    "11-errors/panic_in_depth",
    "13-builtins/split",
    "13-builtins/upper_lower",
];

/// A module with the limits of the corpus, changed.
fn under(module: &Module, change: impl FnOnce(Limits) -> Limits) -> Outcome {
    let engine = Engine::new(Config::new().limits(change(limits(&Options::default()))));
    run_module(&engine, module)
}

/// Calls `sweep` with each program's name, module and result without a limit in its way.
fn each_program(sweep: impl Fn(&str, &Module, &Outcome)) {
    let engine = Engine::default();
    let mut programs = corpus::programs();
    programs.retain(|program| PROGRAMS.contains(&program.name.as_str()));
    assert!(
        programs.len() == PROGRAMS.len() || std::env::var_os(corpus::FILTER).is_some(),
        "a program is missing"
    );
    for program in &programs {
        let module = program.compile(&engine);
        let module = module.unwrap_or_else(|error| panic!("{}: {error}", program.name));
        sweep(&program.name, &module, &under(&module, |limits| limits));
    }
}

/// That a run under a limit is the whole one or ends early in the error `kind`.
fn check(name: &str, limit: u64, kind: &str, whole: &Outcome, found: &Outcome) -> bool {
    let stopped = found.error.as_ref().is_some_and(|error| error.kind == kind);
    if stopped {
        assert!(whole.output.starts_with(&found.output), "{name} at {limit}: other output before the end");
        assert!(found.fuel <= whole.fuel, "{name} at {limit}: more fuel before the end");
    } else {
        assert_eq!(found, whole, "{name} at {limit}");
    }
    stopped
}

#[test]
fn fuel_is_exact_to_the_unit() {
    each_program(|name, module, whole| {
        for fuel in 0..whole.fuel + 3 {
            let found = under(module, |limits| limits.with_fuel(fuel));
            let stopped = check(name, fuel, "out_of_fuel", whole, &found);
            assert_eq!(stopped, fuel < whole.fuel, "{name} with {fuel} of {} units", whole.fuel);
            if stopped {
                assert_eq!(found.fuel, fuel, "{name}: every unit is used before it runs out");
            }
        }
    });
}

#[test]
fn memory_runs_out_cleanly_at_every_byte() {
    each_program(|name, module, whole| {
        // Upward until it fits, in steps smaller than any object; once it fits, more never hurts.
        let mut fits = 0;
        let mut memory = 0;
        while fits < 20 {
            let found = under(module, |limits| limits.with_memory(memory));
            let stopped = check(name, memory, "out_of_memory", whole, &found);
            assert!(!(stopped && fits > 0), "{name}: {memory} bytes are too little, and less was enough");
            fits += u32::from(!stopped);
            memory += 8;
            assert!(memory < 1 << 20, "{name}: takes more than a mebibyte");
        }
    });
}

#[test]
fn the_stack_ends_cleanly_at_every_depth() {
    each_program(|name, module, whole| {
        let mut fits = 0;
        for stack in 0..400 {
            let found = under(module, |limits| limits.with_stack(stack));
            let stopped = check(name, stack.into(), "stack_overflow", whole, &found);
            assert!(!(stopped && fits > 0), "{name}: {stack} entries are too few, and fewer were enough");
            fits += u32::from(!stopped);
        }
        assert!(fits > 0, "{name}: 400 entries are too few");
    });
}

#[test]
fn output_ends_cleanly_at_every_byte() {
    each_program(|name, module, whole| {
        for output in 0..whole.output.len() as u64 + 2 {
            let found = under(module, |limits| limits.with_output(output));
            let stopped = check(name, output, "output_limit", whole, &found);
            assert_eq!(stopped, output < whole.output.len() as u64, "{name} at {output}");
        }
    });
}
