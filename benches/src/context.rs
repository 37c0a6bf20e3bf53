//! What the commands of one run share: the choices, the machine, the pinned core, the bars, the results so far.

use crate::failure::Result;
use crate::machine;
use crate::options::Options;
use crate::pin::Pin;
use crate::progress::Progress;
use crate::result::{ProgramResult, Results, SCHEMA};
use crate::{baseline, measure};
use std::path::{Path, PathBuf};

/// One run of `lyra-bench`.
pub struct Context {
    /// What was asked for.
    pub options: Options,
    /// Where `NAME.lyra` and its twins are.
    pub directory: PathBuf,
    /// The core that measured processes run on.
    pub pin: Pin,
    /// Bars on the terminal.
    pub progress: Progress,
    /// What was found so far. A command adds its own part.
    pub results: Results,
    has_programs: bool,
}

impl Context {
    /// Looks at the machine. `command` is what was typed.
    ///
    /// # Errors
    /// When the core that was asked for is not allowed, or the programs are not found.
    pub fn new(options: Options, command: String) -> Result<Self> {
        let directory = programs_directory()?;
        let pin = Pin::choose(options.core)?;
        let mut results = Results {
            schema: SCHEMA,
            taken: machine::now(),
            command,
            quick: options.quick || options.smoke,
            machine: machine::describe(&pin),
            versions: machine::versions(),
            notes: Vec::new(),
            programs: Vec::new(),
            micro: Vec::new(),
            metrics: Vec::new(),
            distributions: Vec::new(),
        };
        results.notes.extend(pin.note());
        results.notes.extend(machine::busy(&results.machine));
        Ok(Self { options, directory, pin, progress: Progress::new(), results, has_programs: false })
    }

    /// Adds something that could not be measured, and why, to the results: once.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.results.notes.contains(&note) {
            self.results.notes.push(note);
        }
    }

    /// Programs × candidates, measured by the first caller.
    ///
    /// # Errors
    /// When no program matches, or a candidate fails or gives a wrong result.
    pub fn programs(&mut self) -> Result<&[ProgramResult]> {
        if !self.has_programs {
            let programs = measure::programs(self)?;
            self.results.programs = programs;
            self.has_programs = true;
        }
        Ok(&self.results.programs)
    }

    /// Completes the results and writes them to `latest.json` in the directory of results; with `--save`, as a
    /// baseline too. Gives the file's path.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn finish(&mut self) -> Result<PathBuf> {
        machine::note_load(&mut self.results.machine);
        let path = self.options.out.join("latest.json");
        write(&self.results, &path)?;
        if let Some(name) = self.options.save.clone() {
            baseline::save(self, &name)?;
        }
        Ok(path)
    }
}

/// Writes results as JSON, whole or not at all.
///
/// # Errors
/// When the file or its directory cannot be written.
pub fn write(results: &Results, path: &Path) -> Result<()> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot write {}: {error}", path.display());
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory).map_err(|error| failed(&error))?;
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(|error| failed(&error))?;
    serde_json::to_writer_pretty(&mut file, results).map_err(|error| failed(&error))?;
    file.persist(path).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// Reads results that [`write()`] wrote.
///
/// # Errors
/// When the file cannot be read, or is of another version of the layout.
pub fn read(path: &Path) -> Result<Results> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read results from {}: {error}", path.display()))?;
    let found: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("{} is no JSON: {error}", path.display()))?;
    match found.get("schema").and_then(serde_json::Value::as_u64) {
        Some(schema) if schema == u64::from(SCHEMA) => {}
        Some(schema) => {
            let text = "is of schema {schema}; this program reads schema";
            let text = text.replace("{schema}", &schema.to_string());
            return Err(format!("{} {text} {SCHEMA}: measure again", path.display()).into());
        }
        None => return Err(format!("{} holds no results of lyra-bench", path.display()).into()),
    }
    let results = serde_json::from_value(found);
    Ok(results.map_err(|error| format!("{} does not fit schema {SCHEMA}: {error}", path.display()))?)
}

/// `benches/programs`: of the workspace that this is started in, else of the one it was built in.
fn programs_directory() -> Result<PathBuf> {
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    let here = PathBuf::from("benches/programs");
    [here, built_in]
        .into_iter()
        .find(|path| path.is_dir())
        .ok_or_else(|| "there is no benches/programs here: run this from the workspace of Lyra".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_another_schema_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.json");
        for (text, expected) in [
            ("{\"schema\": 999}", "is of schema 999"),
            ("{\"schema\": 1}", "does not fit schema 1"),
            ("[]", "holds no results"),
            ("{", "is no JSON"),
        ] {
            std::fs::write(&path, text).unwrap();
            let message = read(&path).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
        assert!(read(&directory.path().join("none")).unwrap_err().to_string().contains("cannot read"));
    }
}
