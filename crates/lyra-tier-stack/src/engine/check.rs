//! Whether the threaded form may be used: where the build script saw an optimizing build, and the calls in tail
//! position turn out to be jumps.

use super::stack::FrameStack;
use lyra_vm_core::Profile;

/// Whether a machine of profile `P` runs in the threaded form.
pub(super) fn is_threaded<P: Profile<Stack = FrameStack>>() -> bool {
    cfg!(lyra_threaded)
}
