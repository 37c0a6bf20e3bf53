//! The Rust programs of the README and of the book, as documentation tests: pages that do not compile do not pass.

#[doc = include_str!("../../../README.md")]
struct Readme;

#[doc = include_str!("../../../docs/src/embedding.md")]
struct Embedding;

#[doc = include_str!("../../../docs/src/howto/host-function.md")]
struct HostFunction;
