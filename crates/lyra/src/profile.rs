//! Which machine runs programs. The only place where that is chosen.

/// The policies of every [`crate::Store`].
pub(crate) type Active = lyra_vm_core::Plain;
