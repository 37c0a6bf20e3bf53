//! What is found, when, and what looking costs, counted in the bytes that are gone over.

use crate::SampledMonitor;
use crate::record::WINDOW;
use lyra_security::{FullMonitor, Hasher, Known, Monitor, Regions, SLICE};
use std::cell::Cell;
use std::time::Duration;

/// Blocks of bytes that count how often and how much of them is asked for.
#[derive(Clone, Default)]
struct Blocks {
    blocks: Vec<Vec<u8>>,
    feeds: Cell<u64>,
    bytes: Cell<u64>,
    known: Option<Known>,
}

impl Blocks {
    fn random(random: &mut fastrand::Rng, sizes: impl Iterator<Item = usize>) -> Self {
        let blocks = sizes.map(|size| (0..size).map(|_| random.u8(..)).collect()).collect();
        Self { blocks, ..Self::default() }
    }
}

impl Regions for Blocks {
    fn region_count(&self) -> usize {
        self.blocks.len()
    }
    fn feed(&self, region: usize, hasher: &mut Hasher) {
        if let Some(block) = self.blocks.get(region) {
            self.feeds.set(self.feeds.get() + 1);
            self.bytes.set(self.bytes.get() + block.len() as u64);
            hasher.write(block);
        }
    }
    fn region_name(&self, region: usize) -> String {
        format!("block {region}")
    }
    fn known(&self) -> Option<&Known> {
        self.known.as_ref()
    }
}

#[test]
fn every_changed_bit_is_found_within_the_bound_and_nothing_else_is() {
    let mut random = fastrand::Rng::with_seed(0x5A3);
    for _ in 0..200 {
        let count = random.usize(1..40);
        let sizes: Vec<usize> = (0..count).map(|_| random.usize(1..3_000)).collect();
        let mut blocks = Blocks::random(&mut random, sizes.into_iter());
        let mut monitor = SampledMonitor::load(&blocks);
        let mut used = 0;
        for _ in 0..random.u64(0..2_000) {
            used += random.u64(SLICE..2 * SLICE);
            assert_eq!(monitor.poll(&blocks, used), Ok(()));
        }
        let (block, changed) = (random.usize(0..count), used);
        let byte = random.usize(0..blocks.blocks[block].len());
        blocks.blocks[block][byte] ^= 1 << random.u8(0..8);
        let found = loop {
            used += random.u64(SLICE..2 * SLICE);
            if let Err(found) = monitor.poll(&blocks, used) {
                break found;
            }
            assert!(used - changed <= monitor.bound(), "not found in {} windows", monitor.windows());
        };
        assert!(used - changed <= monitor.bound());
        let name = format!("block {block}");
        assert_eq!((found.region, found.operations, found.name), (block, used, name));
        assert_ne!(found.expected, found.found);
    }
}

#[test]
fn calls_cost_nothing_and_a_poll_a_window_however_large_the_program() {
    let mut random = fastrand::Rng::with_seed(5);
    let blocks = Blocks::random(&mut random, (0..5_000).map(|number| number % 300));
    let mut monitor = SampledMonitor::load(&blocks);
    let bytes: u64 = blocks.blocks.iter().map(|block| block.len() as u64).sum();
    assert_eq!((blocks.feeds.replace(0), blocks.bytes.replace(0)), (5_000, bytes));
    for call in 0..63 {
        assert_eq!(monitor.begin(&blocks, call), Ok(()));
        assert_eq!(monitor.finish(&blocks, call), Ok(()));
    }
    assert_eq!((blocks.feeds.get(), monitor.checks()), (0, 0));
    let (mut used, mut started) = (0, std::time::Instant::now());
    for _ in 0..monitor.windows() {
        used += 16 * SLICE;
        started = std::time::Instant::now();
        assert_eq!(monitor.poll(&blocks, used), Ok(()));
        assert!(blocks.feeds.replace(0) <= 16 && blocks.bytes.replace(0) < WINDOW + 300);
    }
    assert_eq!(monitor.checks(), 5_000, "a round looks at each region once");
    // Slices in between cost nothing either, as long as they pass quickly; a stall of this test is no mistake.
    assert_eq!(monitor.poll(&blocks, used + SLICE), Ok(()));
    assert!(blocks.feeds.get() == 0 || started.elapsed() >= Duration::from_micros(500));
}

#[test]
fn time_makes_a_look_due_before_work_does() {
    let mut blocks = Blocks { blocks: vec![vec![1, 2, 3]], ..Blocks::default() };
    let mut monitor = SampledMonitor::load(&blocks);
    blocks.blocks[0][1] = 7;
    std::thread::sleep(Duration::from_millis(2));
    assert!((0..63).all(|call| monitor.begin(&blocks, call).is_ok()), "calls do not look");
    assert!(monitor.begin(&blocks, 64).is_err(), "one of 64 does");
    let mut monitor = SampledMonitor::load(&Blocks { blocks: vec![vec![1, 2, 3]], ..Blocks::default() });
    std::thread::sleep(Duration::from_millis(2));
    assert!(monitor.poll(&blocks, SLICE).is_err());
}

#[test]
fn digests_are_taken_once_for_all_machines_and_are_those_of_the_first_load() {
    let mut blocks = Blocks { blocks: vec![vec![1, 2, 3]; 10], ..Blocks::default() };
    blocks.known = Some(Known::default());
    let first = SampledMonitor::load(&blocks);
    assert_eq!(blocks.feeds.get(), 10);
    // What was changed before a machine begins is found by it, too.
    blocks.blocks[4][0] = 9;
    let mut second = SampledMonitor::load(&blocks);
    assert_eq!((blocks.feeds.get(), first.windows()), (10, 1));
    assert_eq!(second.poll(&blocks, 16 * SLICE).unwrap_err().region, 4);
    // Another monitor beside it keeps its own.
    assert!(FullMonitor::load(&blocks).poll(&blocks, 1).is_ok());
}

#[test]
fn digests_are_of_a_key_of_their_own() {
    let mut blocks = Blocks { blocks: vec![vec![1, 2, 3]], ..Blocks::default() };
    let mut monitors = [SampledMonitor::load(&blocks), SampledMonitor::load(&blocks)];
    blocks.blocks[0][0] = 4;
    let found = monitors.each_mut().map(|monitor| monitor.poll(&blocks, 16 * SLICE).unwrap_err());
    assert!(found[0].expected != found[1].expected && found[0].found != found[1].found);
    assert_ne!(found[0].found, lyra_security::Digest::of(&[4, 2, 3]));
}

#[test]
fn a_program_without_regions_is_watched_too() {
    let none = Blocks::default();
    let mut monitor = SampledMonitor::load(&none);
    assert_eq!((monitor.poll(&none, 100 * SLICE), monitor.windows(), monitor.bound()), (Ok(()), 0, 0));
}
