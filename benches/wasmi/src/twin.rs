//! A WebAssembly twin of a benchmark program, ready to be called. It exports `run`, from its size to the parts of its
//! checksum: making text of them is left to the host, since WebAssembly has no text.

use crate::Result;
use wasmi::{Engine, Func, Instance, Linker, Module, Store, Val};

/// A twin.
pub(crate) struct Twin {
    store: Store<()>,
    run: Func,
    results: Vec<Val>,
}

impl Twin {
    /// Translates and links the text of a module. wasmi's defaults hold: fuel is not counted.
    pub(crate) fn new(text: &[u8]) -> Result<Self> {
        let engine = Engine::default();
        let module = Module::new(&engine, text)?;
        let mut store = Store::new(&engine, ());
        let instance: Instance = Linker::new(&engine).instantiate_and_start(&mut store, &module)?;
        let run = instance.get_func(&store, "run").ok_or("the module exports no function `run`")?;
        let results = run.ty(&store).results().iter().map(|&of| Val::default_for_ty(of)).collect();
        Ok(Self { store, run, results })
    }

    /// The checksum: the results with blanks between them.
    pub(crate) fn call(&mut self, size: i32) -> Result<String> {
        self.run.call(&mut self.store, &[Val::I32(size)], &mut self.results)?;
        let parts: Result<Vec<String>> = self.results.iter().map(decimal).collect();
        Ok(parts?.join(" "))
    }
}

fn decimal(value: &Val) -> Result<String> {
    match value {
        Val::I32(number) => Ok(number.to_string()),
        Val::I64(number) => Ok(number.to_string()),
        other => Err(format!("`run` gives a {:?}, not an integer", other.ty()).into()),
    }
}
