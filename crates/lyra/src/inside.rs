//! What tiers make of a module, as text: for people who look at what becomes of their code.

#[cfg(any(feature = "tier-codegen", feature = "tier-stack"))]
use crate::module::Module;
#[cfg(any(feature = "tier-codegen", feature = "tier-stack"))]
use lyra_vm_core::Translation;

/// The names of the optimizing passes that are built in, for [`Translation::skip`](crate::Translation::skip): none without the feature
/// `tier-codegen`.
///
/// ```
/// # #[cfg(feature = "tier-codegen")]
/// assert!(lyra::pass_names().contains(&"inlining"));
/// ```
#[must_use]
pub fn pass_names() -> Vec<&'static str> {
    #[cfg(feature = "tier-codegen")]
    {
        lyra_tier_codegen::pass_names()
    }
    #[cfg(not(feature = "tier-codegen"))]
    {
        Vec::new()
    }
}

#[cfg(any(feature = "tier-codegen", feature = "tier-stack"))]
impl Module {
    /// The program's procedures as typed SSA: after the passes of the feature `tier-codegen`, if that is on, and with a
    /// line for each pass on what it did.
    ///
    /// ```
    /// use lyra::Translation;
    /// let module = lyra::Engine::default().compile("a.lyra", "proc twice(x: i32) -> i32 { return x * 2 }")?;
    /// assert!(module.ir(&Translation::default()).contains("mul_i32"));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn ir(&self, translation: &Translation) -> String {
        let types = &self.bytecode().types;
        self.each_function(translation, |func, report| format!("{report}{}\n", func.shown(types)))
    }

    fn each_function(
        &self,
        translation: &Translation,
        mut show: impl FnMut(&lyra_ir::Func, &str) -> String,
    ) -> String {
        let mut builder = lyra_ir::FuncBuilder::new(self.verified());
        let mut text = String::new();
        for (id, proc) in self.bytecode().procs.enumerate() {
            match builder.build(id, lyra_ir::Start::Call) {
                Some(mut built) => {
                    let report = self.optimize(&mut built.func, translation);
                    text.push_str(&show(&built.func, &report));
                }
                None => text.push_str(&format!("; `{}` is of a shape that cannot be shown\n", proc.name)),
            }
        }
        text
    }

    /// Runs the passes; a line for each that did something.
    #[cfg(feature = "tier-codegen")]
    fn optimize(&self, func: &mut lyra_ir::Func, translation: &Translation) -> String {
        let report =
            lyra_tier_codegen::optimize_without(func, self.verified(), |pass| translation.skips(pass));
        let steps = report.steps.iter().filter(|step| step.changes > 0);
        let lines = steps.map(|step| {
            let lyra_ir::Step { name, changes, before, after, .. } = step;
            format!("; {name}: {changes} changes, {before} -> {after} instructions\n")
        });
        lines.collect()
    }

    #[cfg(not(feature = "tier-codegen"))]
    fn optimize(&self, _: &mut lyra_ir::Func, _: &Translation) -> String {
        String::new()
    }
}

#[cfg(feature = "tier-stack")]
impl Module {
    /// The program's procedures as register code, an instruction a line. Beside each that begins a line of the source
    /// stands that line, or only its number where the module has no source; in code that was inlined, with the name of
    /// the procedure that it comes from.
    ///
    /// ```
    /// use lyra::Translation;
    /// let module = lyra::Engine::default().compile("a.lyra", "proc twice(x: i32) -> i32 { return x * 2 }")?;
    /// let line = "mul_i32 w0, w0, 2                  ; 1: proc twice(x: i32) -> i32 { return x * 2 }";
    /// assert!(module.regcode(&Translation::default()).contains(line));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn regcode(&self, translation: &Translation) -> String {
        use std::fmt::Write as _;
        let types = &self.bytecode().types;
        let lines = lyra_bytecode::SourceLines::new(self.bytecode());
        let choices = lyra_tier_stack::Choices { fuse: translation.fuses(), all_places: true };
        self.each_function(translation, |func, _| {
            let Some(code) = lyra_tier_stack::translate_with(func, types, choices) else {
                return format!("{}: more values at once than slots have numbers\n\n", func.name);
            };
            let mut last = None;
            let mut remark = |word| {
                let place = code.place(word)?;
                let proc = func.scopes.get(place.scope)?.proc;
                let here = (proc, lines.line(proc, place.op)?);
                if last.replace(here) == Some(here) {
                    return None;
                }
                let text = lines.shown(proc, here.1);
                let is_own = place.scope == lyra_ir::Place::own(0).scope;
                let name = self.bytecode().procs.get(proc).filter(|_| !is_own).map(|proc| &proc.name);
                Some(name.map_or(text.clone(), |name| format!("in {}, {text}", name.escape_debug())))
            };
            let mut text = String::new();
            let file = func.scopes.iter().next().and_then(|own| lines.other_file(own.proc));
            let file = file.map_or_else(String::new, |file| format!(" ; from {}", file.escape_debug()));
            let _ = writeln!(text, "{}:{file}", func.name);
            // Writing to a string does not fail.
            let _ = code.list(&mut text, &mut remark);
            text.push('\n');
            text
        })
    }
}
