//! `lyra test`.

use super::{Stop, engine_for_tests};
use crate::args::TestArgs;
use crate::exit::Exit;
use crate::messages::Messages;
use crate::testing::suite::{Kind, collect};
use crate::testing::{limits, pool, report, write};
use crate::{interrupt, stdout};
use std::time::Instant;

/// Without another word as many tests run at a time, at most.
const MOST_JOBS: usize = 8;

pub(super) fn test(args: &TestArgs, messages: Messages) -> Result<Exit, Stop> {
    let engine = engine_for_tests(&args.compile, &args.limits, &args.translation);
    let suites = collect(&engine, Kind::Test, &args.chosen, args.compile.root.as_deref(), messages)?;
    let written = |text: &str| write(text).err();
    if args.chosen.list {
        let text = report::list(&suites, messages.format(), "test");
        return Ok(written(&text).map_or(suites.exit, |error| stdout::report(&error)));
    }
    if suites.blocks() == 0 && !messages.is_json() {
        let text = report::nothing(&suites, &args.chosen.filter, "test");
        return Ok(written(&text).map_or(suites.exit, |error| stdout::report(&error)));
    }
    interrupt::begin();
    let start = Instant::now();
    let plan = pool::Plan {
        engine: &engine,
        limits: limits(&args.limits).with_fuel(args.fuel).with_output(Some(args.max_output)),
        jobs: jobs(args.jobs),
        fail_fast: args.fail_fast,
        keep_output: args.show_output || messages.is_json(),
    };
    let mut told = report::Report::new(messages, args.show_output);
    let mut error = None;
    pool::run(&suites.suites, &plan, |suite, test, outcome| {
        error = written(&told.test(suite, test, &outcome));
        error.is_none()
    });
    error = error.or_else(|| written(&told.summary(&suites, start.elapsed())));
    if let Some(error) = error {
        return Ok(stdout::report(&error));
    }
    let exit = if told.failed > 0 { Exit::Failure } else { Exit::Ok };
    let stopped = if interrupt::is_stopped() { Exit::Limit } else { Exit::Ok };
    Ok(exit.max(suites.exit).max(stopped))
}

fn jobs(asked: Option<u16>) -> usize {
    asked.map_or_else(
        || std::thread::available_parallelism().map_or(1, usize::from).min(MOST_JOBS),
        usize::from,
    )
}
