//! What a failed assertion shows: both sides of its comparison.
//!
//! ```text
//! the text of the assertion
//! left: "a\nb"
//! right: 5
//! ```
//!
//! Each side is a literal on one line, so that the message can be taken apart again. Sides that are long are cut to a
//! window around the place where they begin to differ: two texts of a megabyte whose last characters differ show those.

use super::arg;
use super::show::{Shown, literal};
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::slot::Slot;
use lyra_bytecode::TypeId;
use std::fmt::{self, Write};

/// A side of more bytes is cut.
const MOST: usize = 1_800;
/// What is shown of a cut side before the difference.
const BEFORE: usize = 300;
/// Differences further from the start are not looked for.
const SEARCHED: usize = 64 << 10;

/// Takes so many bytes and no more.
struct Start(String);

impl Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = SEARCHED.saturating_sub(self.0.len());
        let taken = boundary(text, room);
        self.0.push_str(text.get(..taken).unwrap_or(""));
        if taken < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

/// `show_sides`
pub(super) fn show_sides<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let mut sides = [String::new(), String::new()];
    for (index, side) in sides.iter_mut().enumerate() {
        let value = arg(args, index)?;
        let mut start = Start(String::new());
        match literal(env.heap, env.shapes, ty, value, &mut start) {
            Ok(()) | Err(Shown::Full) => *side = start.0,
            Err(Shown::Fault(fault)) => return Err(fault),
        }
        env.work(side.len())?;
    }
    let [left, right] = &sides;
    let same = left.chars().zip(right.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let text = arg(args, 2)?;
    let text_bytes = env.text(text)?.text.len();
    let shown = format!("left: {}\nright: {}", cut(left, same), cut(right, same));
    let separate = text_bytes > 0;
    let made = env.new_text(text_bytes + usize::from(separate) + shown.len(), |heap, out| {
        if separate {
            out.push_str(heap.text(text.as_ref())?.text);
            out.push('\n');
        }
        out.push_str(&shown);
        Ok(())
    });
    made.map(Slot::from)
}

/// A side as it is shown, where the other is the same in the first `same` bytes.
fn cut(side: &str, same: usize) -> String {
    if side.len() <= MOST {
        return side.to_owned();
    }
    // Where no difference was found, the start says as much as any other part.
    let from = if same < side.len() { boundary(side, same.saturating_sub(BEFORE)) } else { 0 };
    let to = boundary(side, from + MOST);
    let dots = |is_cut| if is_cut { "…" } else { "" };
    let window = side.get(from..to).unwrap_or("");
    format!("{}{window}{}", dots(from > 0), dots(to < side.len()))
}

/// The last boundary between characters at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_is_whole() {
        assert_eq!(cut("abc", 1), "abc");
        assert_eq!(cut(&"x".repeat(MOST), 5).len(), MOST);
    }

    #[test]
    fn what_is_long_is_shown_around_the_difference() {
        let side = "ß".repeat(50_000) + "end";
        assert_eq!(cut(&side, 100_000).trim_start_matches(['…', 'ß']), "end");
        assert!(cut(&side, 100_000).len() < BEFORE + 10);
        let start = cut(&side, side.len());
        assert!(start.starts_with('ß') && start.ends_with('…') && start.len() < MOST + 4);
        for same in [0, 1, BEFORE, BEFORE + 1, MOST, 99_999, 100_003] {
            assert!(cut(&side, same).len() <= MOST + 2 * "…".len());
        }
    }
}
