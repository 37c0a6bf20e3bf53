//! `lyra bench`.

use super::{Stop, engine_for_tests};
use crate::args::BenchArgs;
use crate::exit::Exit;
use crate::input::Unusable;
use crate::messages::Messages;
use crate::testing::bench_report::{BenchReport, Saved};
use crate::testing::suite::{Kind, collect};
use crate::testing::{limits, measure, report, write};
use crate::{interrupt, stdout};

pub(super) fn bench(args: &BenchArgs, messages: Messages) -> Result<Exit, Stop> {
    let engine = engine_for_tests(&args.compile, &args.limits, &args.translation);
    let before = Saved::read(args.compare.as_deref())?;
    let suites = collect(&engine, Kind::Bench, &args.chosen, args.compile.root.as_deref(), messages)?;
    let mut exit = suites.exit;
    if args.chosen.list {
        let text = report::list(&suites, messages.format(), "bench");
        return Ok(write(&text).map_or_else(|error| stdout::report(&error), |()| exit));
    }
    if suites.blocks() == 0 && !messages.is_json() {
        let text = report::nothing(&suites, &args.chosen.filter, "bench");
        return Ok(write(&text).map_or_else(|error| stdout::report(&error), |()| exit));
    }
    interrupt::begin();
    let limits = limits(&args.limits);
    let blocks = suites.suites.iter().flat_map(|suite| suite.blocks.iter().map(move |bench| (suite, bench)));
    let width = blocks.clone().map(|(_, bench)| bench.name.chars().count()).max().unwrap_or(0);
    let mut told = BenchReport::new(messages, before, width);
    for (suite, bench) in blocks {
        let text = match measure::measure(&engine, &limits, &suite.module, bench, args.time) {
            Ok(found) => told.measured(suite, bench, &found),
            Err(_) if interrupt::is_stopped() => break,
            Err(error) => {
                exit = exit.max(Exit::Failure);
                told.failed(suite, bench, &error)
            }
        };
        if let Err(error) = write(&text) {
            return Ok(stdout::report(&error));
        }
    }
    if interrupt::is_stopped() {
        exit = exit.max(Exit::Limit);
    } else if let Some(path) = &args.save {
        std::fs::write(path, &told.results)
            .map_err(|error| Unusable::usage(format!("cannot write {}: {error}", path.display())))?;
    }
    Ok(exit)
}
