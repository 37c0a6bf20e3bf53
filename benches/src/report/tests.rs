//! Reports of a made-up run: its figures are fixed, so the Markdown is a snapshot.

use super::*;
use crate::result::{
    Distribution, Machine, Measurement, MetricResult, MicroResult, ProgramResult, SCHEMA, Unit, Verdict,
};
use crate::statistics::{median, minimum};
use std::collections::BTreeMap;

fn measurement(candidate: &str, rounds: &[&[f64]]) -> Measurement {
    let rounds: Vec<Vec<f64>> = rounds.iter().map(|round| round.to_vec()).collect();
    let best: Vec<f64> = rounds.iter().map(|round| minimum(round)).collect();
    let (minimum, median) = (minimum(&best), median(&best));
    Measurement {
        candidate: candidate.to_owned(),
        rounds,
        minimum,
        median,
        spread: (median - minimum) / minimum,
        peak_memory: Some(5 << 20),
        instructions: None,
    }
}

fn program(name: &str, pending: Option<&str>, candidates: Vec<Measurement>) -> ProgramResult {
    ProgramResult {
        name: name.to_owned(),
        title: format!("what {name} does"),
        size: 30,
        pending: pending.map(str::to_owned),
        candidates,
    }
}

fn metric(name: &str, measured: Option<f64>, verdict: Verdict) -> MetricResult {
    MetricResult {
        name: name.to_owned(),
        family: "performance".to_owned(),
        target: "< 20 ns".to_owned(),
        measured,
        unit: Unit::Nanoseconds,
        verdict,
        how: "by a loop".to_owned(),
    }
}

fn empty() -> Results {
    Results {
        schema: SCHEMA,
        taken: "2026-01-02T03:04:05Z".to_owned(),
        command: "cargo xtask bench".to_owned(),
        quick: true,
        machine: Machine::default(),
        versions: BTreeMap::new(),
        notes: Vec::new(),
        programs: Vec::new(),
        micro: Vec::new(),
        metrics: Vec::new(),
        distributions: Vec::new(),
    }
}

fn sample() -> Results {
    let rust = || measurement("rust", &[&[1e6, 1.1e6], &[1.02e6]]);
    Results {
        machine: Machine {
            processor: "A Processor".to_owned(),
            cores: 2,
            memory: 8 << 30,
            system: "Linux 6".to_owned(),
            pinned: Some(1),
            load: Some((0.1, 1.25)),
        },
        versions: [("lyra".to_owned(), "0.1.0 (abc)".to_owned()), ("node".to_owned(), "v22".to_owned())]
            .into(),
        notes: vec!["luajit was not measured: it is not installed".to_owned()],
        programs: vec![
            program(
                "fib",
                None,
                vec![
                    rust(),
                    measurement("lyra:reference", &[&[40e6], &[41e6]]),
                    measurement("lyra:stack", &[&[10e6], &[10.3e6]]),
                    measurement("node", &[&[2e6], &[2.1e6]]),
                ],
            ),
            program(
                "sieve",
                None,
                vec![
                    rust(),
                    measurement("lyra:reference", &[&[90e6], &[92e6]]),
                    measurement("lyra:stack", &[&[22.5e6], &[23e6]]),
                    measurement("node", &[&[0.99e6], &[1.05e6]]),
                ],
            ),
            program("text", Some("Lyra has no maps yet"), Vec::new()),
        ],
        micro: vec![MicroResult {
            group: "stack".to_owned(),
            name: "push and pop".to_owned(),
            unit: Unit::Nanoseconds,
            best: 3.25,
            median: 3.5,
            spread: 0.0769,
            samples: vec![3.25, 3.5, 4.0],
            instructions: Some(11.0),
        }],
        metrics: vec![
            metric("stack push/pop", Some(3.25), Verdict::Met),
            metric("JIT cache hit rate", Some(900.0), Verdict::Missed),
            metric("thread contention", None, Verdict::Pending("there are no threads yet".to_owned())),
        ],
        distributions: vec![Distribution {
            name: "collection pause".to_owned(),
            unit: Unit::Nanoseconds,
            values: (1..=1000).map(|n| 1000.0 * f64::from(n)).collect(),
        }],
        ..empty()
    }
}

#[test]
fn markdown_of_a_run() {
    insta::assert_snapshot!(markdown(&sample()));
}

#[test]
fn markdown_of_nothing() {
    insta::assert_snapshot!(markdown(&empty()));
}

#[test]
fn figures_are_those_of_the_run() {
    let summary = summary::Summary::of(&sample());
    assert_eq!(summary.best.as_deref(), Some("lyra:stack"));
    assert_eq!(summary.candidates, ["rust", "lyra:reference", "lyra:stack", "node"]);
    let native = summary.against_others.first().unwrap();
    // The mean of 10 and 22.5.
    assert!((native.ratio - 15.0).abs() < 1e-9 && native.programs == 2, "{native:?}");
    let stack = summary.tiers.last().unwrap();
    assert!((stack.ratio - 4.0).abs() < 1e-9, "{stack:?}");
    let tiers = tiers::tiers(&summary);
    assert_eq!(tiers.first().unwrap().verdict(), "within the claim");
    assert_eq!(tiers.last().unwrap().verdict(), "not built yet");
}

/// Tags that are opened and closed, each by its name.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).filter_map(|text| text.split([' ', '>', '\n']).next()).collect()
}

#[test]
fn pages_are_whole_and_need_nothing_else() {
    for results in [sample(), empty()] {
        let page = html(&results).unwrap();
        assert!(page.starts_with("<!DOCTYPE html>"));
        let mut open = Vec::new();
        for tag in tags(&page) {
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if ["meta", "br", "!DOCTYPE"].contains(&tag) => {}
                // plotters writes elements without content with a slash; a page has no other.
                None if ["rect", "line", "polyline", "circle", "polygon"].contains(&tag) => {}
                None => open.push(tag),
            }
        }
        assert!(open.is_empty(), "{open:?}");
        for outside in ["http:", "https:", "src=", "@import", "url(", "<script", "<link"] {
            assert!(!page.contains(outside), "{outside}");
        }
        for (at, _) in page.match_indices("href=\"") {
            assert!(page[at..].starts_with("href=\"#"));
        }
    }
    let page = html(&sample()).unwrap();
    // Two programs, tiers, a distribution; each told in words too.
    assert_eq!(page.matches("<svg ").count(), 4);
    assert_eq!(page.matches("<desc>").count(), 4);
    assert!(!page.contains("\"#0100"), "a stand-in colour is left");
    for said in [
        "15.0×",
        "1 met",
        "1 missed",
        "1 pending",
        "no threads yet",
        "pending: Lyra has no maps yet",
        "p99",
        "a short run",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn every_text_is_escaped() {
    const EVIL: &str = "<script>\"'&|`*";
    let mut results = sample();
    let evil = || EVIL.to_owned();
    results.taken = evil();
    results.command = evil();
    results.machine.processor = evil();
    results.machine.system = evil();
    results.notes.push(evil());
    results.versions.insert(evil(), evil());
    for program in &mut results.programs {
        (program.name, program.title) = (evil(), evil());
        program.pending = program.pending.is_some().then(evil);
        for candidate in &mut program.candidates {
            if candidate.candidate == "node" {
                candidate.candidate = evil();
            }
        }
    }
    for micro in &mut results.micro {
        (micro.group, micro.name) = (evil(), evil());
    }
    for metric in &mut results.metrics {
        (metric.name, metric.family, metric.target, metric.how) = (evil(), evil(), evil(), evil());
        if let Verdict::Pending(reason) = &mut metric.verdict {
            *reason = evil();
        }
    }
    for distribution in &mut results.distributions {
        distribution.name = evil();
    }
    let page = html(&results).unwrap();
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    assert!(!page.contains("\"'&|"), "a quote ends an attribute");
    let text = markdown(&results);
    // The command stands in a code span, where nothing else is special.
    let unescaped = text.replace("\\`", "");
    let outside: Vec<_> = unescaped.split('`').step_by(2).collect();
    assert!(!outside.concat().contains("<script"), "{text}");
    // As many cells in every row of a table as without them.
    // (The command, outside of tables, has a bar.)
    let cells = |text: &str| {
        text.lines()
            .map(|l| l.replace("\\|", "").matches('|').count())
            .filter(|cells| *cells > 2)
            .collect::<Vec<_>>()
    };
    assert_eq!(cells(&text), cells(&markdown(&sample())));
}

#[test]
fn odd_runs_have_pages() {
    // No native Rust, one round, no value above zero, a program without candidates, figures that are no numbers.
    let mut results = sample();
    for program in &mut results.programs {
        program.candidates.retain(|candidate| candidate.candidate != "rust");
    }
    results.programs.push(program("queens", None, Vec::new()));
    results.distributions.push(Distribution {
        name: "none".to_owned(),
        unit: Unit::Bytes,
        values: vec![0.0],
    });
    results.distributions.push(Distribution {
        name: "empty".to_owned(),
        unit: Unit::Bytes,
        values: Vec::new(),
    });
    results.metrics.push(metric("odd", Some(f64::NAN), Verdict::Missed));
    let page = html(&results).unwrap();
    assert!(page.contains("no ratios to draw") && page.contains("No value above zero"));
    assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
    assert!(markdown(&results).contains("native Rust was not run"));
}

#[test]
fn files_are_written() {
    let directory = tempfile::tempdir().unwrap();
    let inside = directory.path().join("a/b");
    let [text, page] = pages(&sample(), &inside).unwrap();
    assert_eq!(std::fs::read_to_string(text).unwrap(), markdown(&sample()));
    assert_eq!(std::fs::read_to_string(page).unwrap(), html(&sample()).unwrap());
    let taken = directory.path().join("file");
    std::fs::write(&taken, "").unwrap();
    assert!(pages(&sample(), &taken).unwrap_err().contains("cannot make"));
}
