//! Slices share the bytes of what they were taken from, in the plain heap and in the block heap alike: what is shared,
//! what that is charged, what lives through it, where characters are found in it.

use lyra_bytecode::Trap;
use lyra_runtime::{Heap, HeapSettings, NoRoots, PlainHeap, Ref, Stress, cost};
use lyra_tier_memory::BlockHeap;
use std::sync::Arc;

fn heap<H: Heap>(limit: u64, stress: Stress) -> H {
    H::new(HeapSettings {
        shapes: Arc::default(),
        limit,
        text_limit: 1 << 24,
        warm: 0,
        stress,
        refuse_charge: None,
    })
}

fn text<H: Heap>(heap: &mut H, content: &str, roots: &[Ref]) -> Ref {
    let write = &mut |_: &H, out: &mut String| {
        out.push_str(content);
        Ok(())
    };
    heap.new_text(content.len(), &roots.to_vec(), write).unwrap()
}

/// The characters of a text, if they are shared.
fn share<H: Heap>(heap: &mut H, text: Ref, chars: std::ops::Range<usize>, roots: &[Ref]) -> Option<Ref> {
    let (start, end) =
        (heap.byte_offset(text, chars.start).unwrap(), heap.byte_offset(text, chars.end).unwrap());
    heap.share(text, start..end, chars, &roots.to_vec()).unwrap()
}

fn read<H: Heap>(heap: &H, text: Ref) -> String {
    let found = heap.text(text).unwrap();
    assert_eq!(found.text.chars().count(), found.chars);
    found.text.to_owned()
}

fn live<H: Heap>(heap: &H) -> u64 {
    heap.statistics().live_bytes
}

macro_rules! for_both_heaps {
    ($($name:ident => $test:ident;)*) => {
        $(#[test]
        fn $name() {
            $test::<PlainHeap>();
            $test::<BlockHeap>();
        })*
    };
}

for_both_heaps! {
    long_and_fair_slices_are_shared => what_is_shared;
    a_slice_is_charged_no_table => other_than_ascii;
    slices_of_slices_hold_the_whole => nested;
    characters_are_found_in_slices => characters;
    joining_goes_on_beside_slices => joining;
    a_slice_keeps_its_whole_alive_in_steps => steps;
    a_text_is_taken_apart_in_little_memory => taken_apart;
    memory_is_out_at_the_byte => limit;
}

fn what_is_shared<H: Heap>() {
    for size in [1_024, 1_500, 3_000, 100_000] {
        let mut heap = heap::<H>(1 << 30, Stress::None);
        let whole = text(&mut heap, &"x".repeat(size), &[]);
        let roots = [whole];
        assert_eq!(share(&mut heap, whole, 0..size, &roots), Some(whole), "all of a text is the text itself");
        assert_eq!(live(&heap), cost::text(size, size));
        let least = size.div_ceil(4).max(256);
        assert_eq!(share(&mut heap, whole, 7..7 + least - 1, &roots), None, "less than is fair");
        assert_eq!(live(&heap), cost::text(size, size));
        for start in [0, 7, size - least] {
            let before = live(&heap);
            let part = share(&mut heap, whole, start..start + least, &roots).expect("a fair part");
            assert_ne!(part, whole);
            assert_eq!(live(&heap) - before, cost::OBJECT, "its bytes are not charged");
            assert_eq!(read(&heap, part), "x".repeat(least));
            assert_eq!(heap.text_hash(part), heap.text_hash(part));
        }
        heap.collect(&NoRoots);
        assert_eq!((live(&heap), heap.statistics().objects), (0, 0));
    }
    let mut heap = heap::<H>(1 << 30, Stress::None);
    let short = text(&mut heap, &"x".repeat(256), &[]);
    assert_eq!(share(&mut heap, short, 0..255, &[short]), None, "copied sooner than shared");
    let split = text(&mut heap, &"é".repeat(400), &[short]);
    let cut = heap.share(split, 1..600, 0..300, &vec![split]).unwrap_err();
    assert_eq!(cut.trap(), Trap::Tampered);
}

fn other_than_ascii<H: Heap>() {
    let mut heap = heap::<H>(1 << 30, Stress::None);
    let whole = text(&mut heap, &"é".repeat(1_000), &[]);
    let before = live(&heap);
    let part = share(&mut heap, whole, 100..900, &[whole]).unwrap();
    assert_eq!(heap.byte_offset(part, 500), Ok(1_000));
    assert_eq!(live(&heap) - before, cost::OBJECT, "the table is that of the whole");
}

fn nested<H: Heap>() {
    let mut heap = heap::<H>(1 << 30, Stress::None);
    let content: String = (0..4_000).map(|n| char::from(b'a' + (n % 26) as u8)).collect();
    let whole = text(&mut heap, &content, &[]);
    let half = share(&mut heap, whole, 1_000..3_000, &[whole]).unwrap();
    let inner = share(&mut heap, half, 500..1_500, &[half]).unwrap();
    assert_eq!(
        share(&mut heap, inner, 0..999, &[inner]),
        None,
        "a small part of the whole, not of the slice"
    );
    assert_eq!(read(&heap, inner), content[1_500..2_500]);
    heap.collect(&vec![inner]);
    assert_eq!(heap.statistics().objects, 2, "the slice and the whole; the slice between is gone");
    assert_eq!(live(&heap), cost::text(4_000, 4_000) + cost::OBJECT);
    assert_eq!(read(&heap, inner), content[1_500..2_500]);
    let again = text(&mut heap, &content[1_500..2_500], &[inner]);
    assert_eq!(heap.text_hash(inner).unwrap(), heap.text_hash(again).unwrap());
    heap.collect(&NoRoots);
    assert_eq!((live(&heap), heap.statistics().objects), (0, 0));
}

fn characters<H: Heap>() {
    let rounds = if cfg!(miri) { 3 } else { 60 };
    let mut random = fastrand::Rng::with_seed(11);
    let mut heap = heap::<H>(1 << 30, Stress::None);
    for round in 0..rounds {
        let letters = ['a', 'ß', '→', '😀'];
        // A quarter of the texts begins with ASCII only: a slice of that needs no table.
        let plain = if round % 4 == 0 { 600 } else { 0 };
        let length = random.usize(700..2_500);
        let letter =
            |at, random: &mut fastrand::Rng| if at < plain { 'a' } else { letters[random.usize(0..4)] };
        let chars: Vec<char> = (0..length).map(|at| letter(at, &mut random)).collect();
        let content: String = chars.iter().collect();
        let mut all = vec![(text(&mut heap, &content, &[]), 0..length)];
        if round % 2 == 0 {
            // A buffer, which begins with the text and grows by two of its letters.
            let (first, _) = all[0];
            let one = text(&mut heap, "ß", &[first]);
            let joined = heap.join(&[first, one], &vec![first, one]).unwrap().text;
            let joined = heap.join(&[joined, one], &vec![joined, one]).unwrap().text;
            all = vec![(joined, 0..length)];
        }
        let mut shared = 0;
        for _ in 0..20 {
            let held: Vec<Ref> = all.iter().map(|(text, _)| *text).collect();
            let (from, range) = all[random.usize(0..all.len())].clone();
            let start = random.usize(0..=range.len() / 3);
            let end = random.usize(start..=range.len());
            if let Some(part) = share(&mut heap, from, start..end, &held) {
                shared += usize::from(part != from);
                all.push((part, range.start + start..range.start + end));
            }
            // Any of them, in any order: the table of the whole grows as far as is asked.
            let (asked, range) = all[random.usize(0..all.len())].clone();
            let index = random.usize(0..=range.len());
            let expected: usize = chars[range.start..range.start + index].iter().map(|c| c.len_utf8()).sum();
            assert_eq!(heap.byte_offset(asked, index), Ok(expected));
        }
        assert!(shared > 0, "round {round}");
        for (part, range) in all.iter().skip(1) {
            assert_eq!(read(&heap, *part), chars[range.clone()].iter().collect::<String>());
            assert!(heap.byte_offset(*part, range.len() + 1).is_err());
        }
        // Who lives on finds its characters without the others.
        let (last, range) = all.last().unwrap().clone();
        heap.collect(&vec![last]);
        for index in 0..=range.len() {
            let expected: usize = chars[range.start..range.start + index].iter().map(|c| c.len_utf8()).sum();
            assert_eq!(heap.byte_offset(last, index), Ok(expected));
        }
        heap.collect(&NoRoots);
        assert_eq!((live(&heap), heap.statistics().objects), (0, 0));
    }
}

fn joining<H: Heap>() {
    let mut heap = heap::<H>(1 << 30, Stress::None);
    let piece = text(&mut heap, &"é".repeat(300), &[]);
    let (a, b) = (text(&mut heap, "a", &[piece]), text(&mut heap, "b", &[piece]));
    let mut roots = vec![piece, a, b];
    let once = heap.join(&[piece, a], &roots).unwrap().text;
    roots.push(once);
    let tip = heap.join(&[once, a], &roots).unwrap().text;
    roots.push(tip);
    // Both ends of the buffer's bytes, and the middle.
    let front = share(&mut heap, tip, 0..300, &roots).unwrap();
    let back = share(&mut heap, tip, 2..302, &roots).unwrap();
    roots.extend([front, back]);
    let all = share(&mut heap, tip, 0..302, &roots).unwrap();
    assert_eq!(all, tip);
    // The tip grows in place, and slices stay what they are.
    let grown = heap.join(&[tip, b], &roots).unwrap();
    assert_eq!(grown.copied, 1, "slices are in nobody's way");
    roots.push(grown.text);
    // A slice is no tip and was not joined: it is copied, and what comes of it grows from the next join on.
    for slice in [front, back] {
        let more = heap.join(&[slice, b], &roots).unwrap();
        assert_eq!(more.copied, heap.text(slice).unwrap().text.len() as u64 + 1);
        roots.push(more.text);
        assert_eq!(read(&heap, more.text), read(&heap, slice) + "b");
        let next = heap.join(&[more.text, a], &roots).unwrap();
        roots.push(next.text);
        assert_eq!(heap.join(&[next.text, a], &roots).unwrap().copied, 1);
    }
    // Slices of a buffer are appended to that buffer itself.
    let slices = heap.join(&[grown.text, back], &roots).unwrap();
    assert_eq!(slices.copied, 598, "there is room for it");
    roots.push(slices.text);
    let base = "é".repeat(300);
    let tail = format!("{}aa", "é".repeat(298));
    assert_eq!(read(&heap, tip), format!("{base}aa"));
    assert_eq!(read(&heap, grown.text), format!("{base}aab"));
    assert_eq!((read(&heap, front), read(&heap, back)), (base.clone(), tail.clone()));
    assert_eq!(read(&heap, slices.text), format!("{base}aab{tail}"));
    heap.collect(&vec![back]);
    assert_eq!(read(&heap, back), tail);
    assert_eq!(heap.statistics().objects, 2, "the slice and the buffer");
    heap.collect(&NoRoots);
    assert_eq!((live(&heap), heap.statistics().objects), (0, 0));
}

fn steps<H: Heap>() {
    for stress in [Stress::Steps, Stress::Collections] {
        let mut heap = heap::<H>(1 << 30, stress);
        for size in [1_200, 5_000] {
            let content: String = (0..size).map(|n| char::from(b'a' + (n % 26) as u8)).collect();
            let whole = text(&mut heap, &content, &[]);
            let part = share(&mut heap, whole, 100..1_000.max(size / 2), &[whole]);
            let mut held = vec![part.expect("a fair part")];
            for _ in 0..40 {
                // The part alone is held, and made anew from itself while collections go on.
                let (rest, chars) = (held[0], heap.text(held[0]).unwrap().chars);
                held.push(text(&mut heap, "something else that is charged", &held));
                if let Some(shorter) = share(&mut heap, rest, 1..chars, &held) {
                    held = vec![shorter];
                }
                assert!(content.contains(&read(&heap, held[0])));
            }
            let chars = heap.text(held[0]).unwrap().chars;
            assert_eq!(
                read(&heap, held[0]),
                content[content.len().min(1_000.max(size / 2)) - chars..][..chars]
            );
        }
        heap.collect(&NoRoots);
        assert_eq!((live(&heap), heap.statistics().objects), (0, 0));
    }
}

fn taken_apart<H: Heap>() {
    let size = if cfg!(miri) { 8 << 10 } else { 1 << 20 };
    for letter in ["x", "é"] {
        let mut heap = heap::<H>(1 << 30, Stress::None);
        let mut rest = text(&mut heap, &letter.repeat(size), &[]);
        let full = live(&heap);
        let (mut copied, mut pieces) = (0, 0);
        while heap.text(rest).unwrap().chars > 64 {
            let chars = heap.text(rest).unwrap().chars;
            assert_eq!(share(&mut heap, rest, 0..64, &[rest]).filter(|_| chars > 1_024), None);
            pieces += 1;
            rest = match share(&mut heap, rest, 64..chars, &[rest]) {
                Some(part) => part,
                None => {
                    let bytes = (chars - 64) * letter.len();
                    copied += bytes;
                    text(&mut heap, &letter.repeat(chars - 64), &[rest])
                }
            };
        }
        assert_eq!(pieces, size / 64 - 1);
        let bytes = size * letter.len();
        assert!(copied > bytes / 4 && copied < bytes / 2, "{copied} of {bytes} were copied");
        heap.collect(&vec![rest]);
        let part_at_most = 2 * full;
        assert!(heap.statistics().peak_bytes < part_at_most + (8 << 20), "{:?}", heap.statistics());
        assert!(live(&heap) < 1_000, "a small rest holds nothing large");
    }
}

fn limit<H: Heap>() {
    let whole_cost = cost::text(1_000, 1_000);
    for (left, fits) in [(cost::OBJECT - 1, false), (cost::OBJECT, true)] {
        let mut heap = heap::<H>(whole_cost + left, Stress::None);
        let whole = text(&mut heap, &"x".repeat(1_000), &[]);
        let made = heap.share(whole, 1..900, 1..900, &vec![whole]);
        match made {
            Ok(part) => assert!(fits && part.is_some()),
            Err(fault) => assert!(!fits && fault.trap() == Trap::OutOfMemory, "{fault:?}"),
        }
        assert_eq!(live(&heap), whole_cost + if fits { cost::OBJECT } else { 0 });
    }
}
