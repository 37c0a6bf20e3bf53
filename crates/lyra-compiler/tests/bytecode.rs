//! What the compiler makes of small programs: `bytecode/*.lyra`, listings as snapshots.
//!
//! Each listing is also put through the verifier, folded and not.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]

use lyra_bytecode::{Listing, VerifyLimits, disassemble, verify};
use lyra_compiler::{CompileOptions, Overflow, Source, compile};

#[test]
fn listings() {
    insta::glob!("bytecode/*.lyra", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let overflow = if text.contains("overflow=trap") { Overflow::Trap } else { Overflow::Wrap };
        let options = CompileOptions { overflow, ..CompileOptions::default() };
        let compiled = compile(Source { name, text: &text }, &options);
        assert!(!compiled.has_errors(), "{name}: {:#?}", compiled.diagnostics);
        let module = compiled.module.unwrap();
        insta::assert_snapshot!(disassemble(&module, &Listing::snapshot()));
        verify(module, &VerifyLimits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));

        let unfolded = compile(Source { name, text: &text }, &CompileOptions { fold: false, ..options });
        verify(unfolded.module.unwrap(), &VerifyLimits::default())
            .unwrap_or_else(|error| panic!("{name}, not folded: {error}"));
    });
}
