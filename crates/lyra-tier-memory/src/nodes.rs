//! Which node of the system's memory the chunks of a heap are on.
//!
//! Systems with several processor sockets have a *node* of memory at each; a thread reaches that of its own socket
//! sooner (NUMA). A heap serves one thread at a time, so each of its chunks is placed on the node of the thread that
//! asks for it:
//!
//! ```text
//! chunk wanted ──> which node is this thread on? ──> pages come from there, and those elsewhere are moved
//! ```
//!
//! Linux does the same by itself with pages that nobody had before, unless the process is told to spread its pages. What
//! this adds is memory that the system's allocator had in use elsewhere, and such processes. It is a wish: where the
//! node is full, or the system says no, pages come from wherever there are some. A heap that goes on in another
//! thread keeps the chunks that it has.
//!
//! With one node, and on other systems than Linux, nothing is asked or done.
#![cfg_attr(target_os = "linux", expect(unsafe_code, reason = "the system's calls for it"))]

use std::ptr::NonNull;
use std::sync::OnceLock;

/// The largest number of a node that can be asked for, plus one: what Linux is built with at most.
const MOST: usize = 1_024;

/// The nodes that have memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nodes(Vec<usize>);

impl Nodes {
    /// Those of this system, which do not change; none where it does not say.
    pub(crate) fn of_system() -> &'static Self {
        static NODES: OnceLock<Nodes> = OnceLock::new();
        NODES.get_or_init(|| {
            let described = std::fs::read_to_string("/sys/devices/system/node/has_memory");
            described.map_or_else(|_| Self::default(), |list| Self::described(&list))
        })
    }

    /// Those of a list as Linux writes it: `0-1,4`. None when it cannot be read.
    fn described(list: &str) -> Self {
        let range = |part: &str| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (first.parse::<usize>().ok()?, last.parse::<usize>().ok()?);
            (first <= last && last < MOST).then_some(first..=last)
        };
        let ranges: Option<Vec<_>> = list.trim().split(',').map(range).collect();
        Self(ranges.into_iter().flatten().flatten().collect())
    }

    /// The node to place something on for a thread on the node that `own` gives; `None`, and `own` is not asked, when
    /// there is no choice.
    fn choose(&self, own: impl FnOnce() -> Option<usize>) -> Option<usize> {
        if self.0.len() < 2 {
            return None;
        }
        // Of a node without memory the system knows best which one is near.
        own().filter(|node| self.0.contains(node))
    }

    /// Places memory near this thread. It begins with a page.
    pub(crate) fn place(&self, memory: NonNull<u8>, bytes: usize) {
        if let Some(node) = self.choose(system::own_node) {
            system::prefer(memory, bytes, Some(node));
        }
    }

    /// Has the system place memory as it would, before it is returned. It begins with a page.
    pub(crate) fn leave(&self, memory: NonNull<u8>, bytes: usize) {
        if self.0.len() > 1 {
            system::prefer(memory, bytes, None);
        }
    }
}

#[cfg(all(target_os = "linux", not(miri)))]
mod system {
    use super::MOST;
    use std::ptr::{self, NonNull};

    /// The node of the processor that this thread is on.
    pub(super) fn own_node() -> Option<usize> {
        let mut node: libc::c_uint = 0;
        // SAFETY: the call writes where the pointers lead that are not null.
        let done = unsafe {
            libc::syscall(
                libc::SYS_getcpu,
                ptr::null_mut::<libc::c_uint>(),
                &raw mut node,
                ptr::null_mut::<libc::c_void>(),
            )
        };
        (done == 0).then_some(node as usize)
    }

    /// Has pages come from a node, those that are elsewhere too; with none, from where the process has them come from.
    /// Whether the system did so.
    pub(super) fn prefer(memory: NonNull<u8>, bytes: usize, node: Option<usize>) -> bool {
        const WORD: usize = usize::BITS as usize;
        const MOVE: libc::c_ulong = 1 << 1;
        let mut mask = [0usize; MOST / WORD];
        if let Some(node) = node
            && let Some(word) = mask.get_mut(node / WORD)
        {
            *word |= 1 << (node % WORD);
        }
        let (policy, flags) =
            if node.is_some() { (libc::MPOL_PREFERRED, MOVE) } else { (libc::MPOL_DEFAULT, 0) };
        // A page that is shared with what lies behind stays as it is.
        let whole = bytes & !4_095;
        // SAFETY: the call changes where pages come from, not what is in them; it reads a bit for each of so many nodes,
        // the last of which it leaves out.
        let done = unsafe {
            libc::syscall(libc::SYS_mbind, memory.as_ptr(), whole, policy, mask.as_ptr(), MOST + 1, flags)
        };
        done == 0
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
mod system {
    use std::ptr::NonNull;

    pub(super) fn own_node() -> Option<usize> {
        None
    }

    pub(super) fn prefer(_: NonNull<u8>, _: usize, _: Option<usize>) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_nodes_are_read() {
        for (list, nodes) in [
            ("0\n", vec![0]),
            ("0-1\n", vec![0, 1]),
            ("0-1,4,6-7\n", vec![0, 1, 4, 6, 7]),
            ("", vec![]),
            ("\n", vec![]),
            ("0-", vec![]),
            ("1-0", vec![]),
            ("0-1,x", vec![]),
            ("0-4294967295", vec![]),
        ] {
            assert_eq!(Nodes::described(list), Nodes(nodes), "{list:?}");
        }
    }

    #[test]
    fn with_several_nodes_memory_goes_to_that_of_the_thread() {
        let two = Nodes::described("0-1");
        assert_eq!(two.choose(|| Some(0)), Some(0));
        assert_eq!(two.choose(|| Some(1)), Some(1));
        assert_eq!(two.choose(|| Some(2)), None, "node 2 has processors only");
        assert_eq!(two.choose(|| None), None);
        for few in ["0", ""] {
            assert_eq!(Nodes::described(few).choose(|| unreachable!("there is no choice")), None);
        }
    }

    #[cfg(all(target_os = "linux", not(miri)))]
    #[test]
    fn what_is_placed_keeps_what_is_in_it() {
        const PAGE: usize = 4_096;
        let own = system::own_node();
        assert!(own.is_some_and(|node| node < MOST));
        let mut pages = vec![7u8; 64 * PAGE];
        let begin = pages.as_ptr().align_offset(PAGE);
        let bytes = 60 * PAGE;
        let Some(memory) = NonNull::new(pages[begin..begin + bytes].as_mut_ptr()) else { unreachable!() };
        // A system that is described with two nodes, whatever this one has: the call is made.
        let described = Nodes(vec![own.unwrap_or(0), MOST - 1]);
        described.place(memory, bytes);
        described.leave(memory, bytes);
        // Containers may forbid the call; then nothing was placed, and that is all.
        let placed = [own, None].map(|node| system::prefer(memory, bytes, node));
        assert_eq!(placed[0], placed[1]);
        assert!(!system::prefer(memory, bytes, Some(MOST - 1)), "there is no such node");
        assert!(pages.iter().all(|&byte| byte == 7));
    }
}
