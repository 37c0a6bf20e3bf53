//! How texts are kept: short ones in their cell, longer ones in an allocation, joined ones in buffers, long slices in
//! what they were taken from.

use crate::heap::{BlockHeap, wrong_kind};
use crate::object::{self, Header, Kind, LONGEST_INLINE};
use crate::storage::Storage;
use lyra_bytecode::{Trap, TypeId};
use lyra_runtime::heap::{TextStore, Within};
use lyra_runtime::{Fault, Heap, Ref, Text, WORK_UNIT, cost};

/// Bytes of the longest text that is made at once.
const LONGEST_AT_ONCE: usize = 256;

/// Bytes of the largest scratch text that is kept.
const LARGEST_SCRATCH: usize = 4_096;

impl BlockHeap {
    /// [`Heap::text_at_once`]: a short text goes into its cell on the shortest way.
    #[inline]
    pub(crate) fn short_text(&mut self, text: &str) -> Option<Ref> {
        let bytes = text.len();
        // Of others the table that finds characters is charged for by itself.
        if bytes > LONGEST_AT_ONCE || bytes > self.account.text_limit() || !text.is_ascii() {
            return None;
        }
        self.charge_text(bytes, bytes)?;
        let made = object::new_text(&mut self.space, text, bytes, false);
        self.made_at_once(made, cost::text(bytes, bytes))
    }

    /// [`Heap::join_at_once`]: so short a text is no tip, and is copied whole.
    #[inline]
    pub(crate) fn short_joined(&mut self, texts: &[Ref]) -> Option<Ref> {
        let (mut bytes, mut chars) = (0, 0);
        for &text in texts {
            let Text { text, chars: count } = self.str(text)?;
            bytes += text.len();
            chars += count;
        }
        let &first = texts.first()?;
        if bytes >= WORK_UNIT || bytes > self.account.text_limit() {
            return None;
        }
        if bytes == self.str(first)?.text.len() {
            return Some(first);
        }
        self.charge_text(bytes, chars)?;
        let made = object::new_joined(&mut self.space, texts, (bytes, chars));
        self.made_at_once(made, cost::text(bytes, chars))
    }

    #[inline]
    fn charge_text(&mut self, bytes: usize, chars: usize) -> Option<()> {
        self.account.charge_at_once(cost::text(bytes, chars)).then_some(())
    }

    #[inline]
    fn made_at_once(&mut self, made: Option<Ref>, charged: u64) -> Option<Ref> {
        match made {
            Some(_) => self.account.made(),
            None => self.account.release(charged),
        }
        made
    }
}

impl TextStore for BlockHeap {
    type Whole = Ref;

    fn empty_text(&mut self, bytes: usize) -> String {
        if bytes > LONGEST_INLINE {
            return String::with_capacity(bytes);
        }
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        text.reserve(bytes);
        text
    }

    fn place_text(&mut self, text: String, chars: usize, joined: bool) -> Result<Ref, Fault> {
        let charged = cost::text(text.len(), chars);
        self.own(charged);
        if text.len() > LONGEST_INLINE {
            let made = object::new_large_text(&mut self.space, text.into_boxed_str(), chars, joined);
            return self.made(made, charged);
        }
        let made = object::new_text(&mut self.space, &text, chars, joined);
        if text.capacity() <= LARGEST_SCRATCH {
            self.scratch = text;
        }
        self.made(made, charged)
    }

    fn place_buffer(&mut self, capacity: usize) -> Result<Ref, Fault> {
        let charged = cost::OBJECT + capacity as u64;
        self.own(charged);
        let header = Header::new(u16::try_from(TypeId::STR.0).map_err(|_| wrong_kind())?, Kind::BUFFER);
        let storage = Storage::new(&mut self.space, capacity, 0);
        let made = storage
            .and_then(|storage| object::new_array(&mut self.space, header, Some(storage), (0, capacity)));
        self.made(made, charged)
    }

    fn place_part(
        &mut self,
        within: Within<Ref>,
        bytes: usize,
        chars: usize,
        joined: bool,
    ) -> Result<Ref, Fault> {
        let charged = cost::part(bytes, chars, joined);
        self.own(charged);
        let made = object::new_part(&mut self.space, within, (bytes, chars), joined);
        self.made(made, charged)
    }

    fn within(&self, text: Ref) -> Result<Within<Ref>, Fault> {
        let part = self.of_kind(text, Kind::TEXT)?;
        let Some(whole) = part.whole() else { return Ok(Within { whole: text, start: 0, before: 0 }) };
        let start = part.content().as_ptr().addr() - whole.content().as_ptr().addr();
        Ok(Within { whole: whole.reference(), start, before: part.before() })
    }

    fn taken(&self, whole: Ref) -> Result<usize, Fault> {
        let whole = self.object(whole)?;
        Ok(if whole.is(Kind::BUFFER) { whole.room().1 } else { whole.content().len() })
    }

    fn tip(&self, text: Ref) -> Result<Option<(Ref, usize)>, Fault> {
        let text = self.of_kind(text, Kind::TEXT)?;
        Ok(text.whole().filter(|_| text.is_joined()).and_then(|buffer| {
            let (length, capacity) = buffer.room();
            (length == text.text().text.len()).then(|| (buffer.reference(), capacity - length))
        }))
    }

    fn is_joined(&self, text: Ref) -> Result<bool, Fault> {
        Ok(self.of_kind(text, Kind::TEXT)?.is_joined())
    }

    fn append(&mut self, buffer: Ref, texts: &[Ref]) -> Result<(), Fault> {
        for &text in texts {
            // Looked at before its bytes are taken.
            self.text(text)?;
            if object::append_text(&mut self.space, buffer, text) != Some(true) {
                return Err(Trap::Tampered.into());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lyra_runtime::{HeapSettings, NoRoots, Stress};
    use std::sync::Arc;

    fn heap(limit: u64, is_stressed: bool) -> BlockHeap {
        BlockHeap::new(HeapSettings {
            shapes: Arc::default(),
            limit,
            text_limit: 1_000,
            warm: 0,
            stress: if is_stressed { Stress::Steps } else { Stress::None },
            refuse_charge: None,
        })
    }

    fn made(heap: &mut BlockHeap, text: &str) -> Ref {
        let write = &mut |_: &BlockHeap, out: &mut String| {
            out.push_str(text);
            Ok(())
        };
        heap.new_text(text.len(), &NoRoots, write).unwrap()
    }

    #[test]
    fn what_is_made_at_once_is_what_would_be_made() {
        let (mut quick, mut plain) = (heap(1 << 20, false), heap(1 << 20, false));
        for (first, second) in [("", ""), ("a", ""), ("", "b"), ("abc", "é日"), ("0123456789abcdef", "x")] {
            let parts = [quick.text_at_once(first).unwrap(), made(&mut quick, second)];
            let others = [made(&mut plain, first), made(&mut plain, second)];
            let (joined, other) =
                (quick.join_at_once(&parts).unwrap(), plain.join(&others, &NoRoots).unwrap());
            assert_eq!(quick.text(joined).unwrap().text, plain.text(other.text).unwrap().text);
            assert_eq!(quick.text(joined).unwrap().chars, plain.text(other.text).unwrap().chars);
            assert_eq!(quick.is_joined(joined), plain.is_joined(other.text));
            assert_eq!(joined == parts[0], other.text == others[0]);
            assert_eq!(quick.statistics(), plain.statistics());
        }
    }

    #[test]
    fn what_needs_more_is_not_made_at_once() {
        let mut all = heap(1 << 20, false);
        let (long, short) = (made(&mut all, &"x".repeat(60)), made(&mut all, "abcd"));
        let before = all.statistics();
        assert_eq!(all.join_at_once(&[long, short]), None, "a unit is to be paid for");
        assert_eq!(all.text_at_once("é"), None, "a table is to be charged");
        assert_eq!(all.text_at_once(&"x".repeat(300)), None);
        assert_eq!(all.statistics(), before);
        assert_eq!(heap(60, false).text_at_once("12345"), None, "over the limit");
        assert_eq!(heap(1 << 20, true).text_at_once("1"), None, "a collection is due");
    }

    #[test]
    fn a_hash_is_that_of_the_bytes_and_stays_with_the_text() {
        let mut heap = heap(1 << 20, false);
        let first = made(&mut heap, "one and the same");
        let second = made(&mut heap, "one and the same");
        let hash = heap.text_hash(first).unwrap();
        assert_eq!((heap.text_hash(second), heap.text_hash(first)), (Ok(hash), Ok(hash)));
        let other = made(&mut heap, "another");
        assert_ne!(heap.text_hash(other).unwrap(), hash);
        assert_eq!(heap.text(first).unwrap().text, "one and the same");
        assert_eq!(heap.type_of(first), Ok(TypeId::STR));
    }
}
