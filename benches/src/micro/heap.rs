//! The heap of a profile by itself: what an object costs to make, and a collection for each object that stays.

use super::{Kernel, Run, each};
use lyra_bytecode::{Type, TypeId, Types};
use lyra_runtime::{Heap, HeapSettings, NoRoots, Ref, Roots, Shapes, Slot, Stress};
use std::hint::black_box;
use std::sync::Arc;

/// Objects that stay alive while others are made: each new one takes the place of the oldest.
const ALIVE: usize = 64;

/// Bytes of objects by class.
const CLASSES: [usize; 9] = [16, 32, 64, 128, 256, 512, 1_024, 2_048, 65_536];

/// Objects of `bytes` that one iteration makes: enough for several collections, so that no sample has one more than
/// another by chance.
fn batch(bytes: usize) -> u32 {
    let charged = if bytes > 4_096 { 32 << 20 } else { 8 << 20 };
    u32::try_from(charged / (bytes + 40)).unwrap_or(1).max(1)
}

/// Types that the kernels make objects of.
pub(super) struct Made {
    numbers: TypeId,
    texts: TypeId,
    pair: TypeId,
}

/// A heap with room for everything here, and its types.
pub(super) fn new<H: Heap>() -> (H, Made) {
    let mut types = Types::new();
    let numbers = types.intern(Type::Array(TypeId::I64));
    let texts = types.intern(Type::Array(TypeId::STR));
    let pair = types.intern(Type::Tuple([TypeId::I64, TypeId::F64].into()));
    let heap = H::new(HeapSettings {
        shapes: Arc::new(Shapes::new(&types)),
        limit: 1 << 30,
        text_limit: 1 << 20,
        warm: 0,
        stress: Stress::None,
        refuse_charge: None,
    });
    (heap, Made { numbers, texts, pair })
}

/// A new text.
pub(super) fn text<H: Heap>(heap: &mut H, content: &str, roots: &dyn Roots) -> Result<Ref, String> {
    let write = &mut |_: &H, out: &mut String| {
        out.push_str(content);
        Ok(())
    };
    heap.new_text(content.len(), roots, write).map_err(fault)
}

pub(super) fn kernels<H: Heap + 'static>() -> Vec<Kernel> {
    let included = "made while 64 others live, the oldest of which it replaces; the collections that the \
                    heap decides on are counted in";
    let mut kernels = Vec::new();
    for bytes in CLASSES {
        let prepare = move || {
            let content = "x".repeat(bytes);
            steady::<H>(batch(bytes), move |heap, _, roots| text(heap, black_box(&content), roots))
        };
        let kernel = Kernel::time("allocate", format!("text of {bytes} bytes"), batch(bytes), prepare)
            .about(format!("a text {included}"));
        kernels.push(if bytes == 64 { kernel.claim("~1 µs, tier 3: ~100 ns") } else { kernel });
    }
    for bytes in CLASSES {
        let prepare = move || {
            steady::<H>(batch(bytes), move |heap, made, roots| {
                heap.new_array(made.numbers, black_box(bytes / 8), roots).map_err(fault)
            })
        };
        kernels.push(
            Kernel::time("allocate", format!("array of {bytes} bytes"), batch(bytes), prepare)
                .about(format!("an array of zeros {included}")),
        );
    }
    let pairs = || {
        steady::<H>(batch(16), |heap, made, roots| {
            heap.new_record(made.pair, 0, black_box(&[Slot::word(1), Slot::word(2)]), roots).map_err(fault)
        })
    };
    kernels.push(
        Kernel::time("allocate", "tuple of 2 words", batch(16), pairs).about(format!("a tuple {included}")),
    );
    // What an engine does first; where the heap has more to do, it goes the way of those above.
    let at_once = || {
        steady::<H>(batch(16), |heap, made, roots| {
            let parts = black_box([Slot::word(1), Slot::word(2)]);
            let ty = u16::try_from(made.pair.0).map_err(|_| "too many types")?;
            match heap.record_at_once(ty, 0, parts) {
                Some(object) => Ok(object),
                None => heap.new_record(made.pair, 0, &parts, roots).map_err(fault),
            }
        })
    };
    kernels.push(
        Kernel::time("allocate", "tuple of 2 words, at once", batch(16), at_once)
            .about(format!("a tuple as an engine makes it, {included}")),
    );
    for bytes in [16, 64, 256] {
        let prepare = move || {
            let content = "x".repeat(bytes);
            steady::<H>(batch(bytes), move |heap, _, roots| match heap.text_at_once(black_box(&content)) {
                Some(object) => Ok(object),
                None => text(heap, &content, roots),
            })
        };
        kernels.push(
            Kernel::time("allocate", format!("text of {bytes} bytes, at once"), batch(bytes), prepare)
                .about(format!("a text as an engine makes it, {included}")),
        );
    }
    for objects in [1_000, 100_000] {
        kernels.push(
            Kernel::time("collect", format!("{objects} live texts"), objects, move || full::<H>(objects))
                .about("a full collection that frees nothing, for each of the texts that one array holds"),
        );
    }
    kernels
}

/// Makes objects, `batch` of them an iteration.
fn steady<H: Heap + 'static>(
    batch: u32,
    mut make: impl FnMut(&mut H, &Made, &dyn Roots) -> Result<Ref, String> + 'static,
) -> Result<Run, String> {
    let (mut heap, made) = new::<H>();
    let mut alive = vec![Ref::NULL; ALIVE];
    let mut oldest = 0;
    Ok(each(move || {
        for _ in 0..batch {
            let object = make(&mut heap, &made, &alive)?;
            oldest = (oldest + 1) % ALIVE;
            if let Some(place) = alive.get_mut(oldest) {
                *place = object;
            }
        }
        Ok(())
    }))
}

/// Collects a heap of `objects` texts in one array, all alive.
fn full<H: Heap + 'static>(objects: u32) -> Result<Run, String> {
    let (mut heap, made) = new::<H>();
    let list = heap.new_array(made.texts, objects as usize, &NoRoots).map_err(fault)?;
    let roots = vec![list];
    for at in 0..objects {
        let object = text(&mut heap, &format!("text {at}"), &roots)?;
        if !heap.set_element(list, at as usize, object.into()).map_err(fault)? {
            return Err("the array is too short".to_owned());
        }
    }
    Ok(each(move || {
        heap.collect(black_box(&roots));
        let live = heap.statistics().objects;
        if live == u64::from(objects) + 1 { Ok(()) } else { Err(format!("{live} objects are left")) }
    }))
}

fn fault(fault: lyra_runtime::Fault) -> String {
    fault.message().to_owned()
}
