//! `cargo xtask features`: the facade without its features, and with each of them alone, builds without a warning and
//! passes the spec.
//!
//! All of them together is what every other command builds. The list is read from the manifest, so that a new feature
//! is looked at from the day it is there.

use crate::ci::cargo;
use cargo_metadata::MetadataCommand;
use std::path::Path;
use std::process::Command;

/// Builds and checks each way; with `smoke` the spec runs without features only, and the others are only built.
///
/// # Errors
/// The first way that fails, with the command that repeats it.
pub(crate) fn run(root: &Path, smoke: bool) -> Result<(), String> {
    let ways = ways(root)?;
    for way in &ways {
        cargo_runs(root, &["clippy", "--package", "lyra", "--lib"], way, &["--", "-D", "warnings"])?;
    }
    for way in ways.iter().filter(|way| !smoke || way.is_none()) {
        cargo_runs(root, &["test", "--package", "lyra-conformance", "--test", "spec"], way, &[])?;
    }
    let spec = if smoke { "the one without passes" } else { "all of them pass" };
    println!("features: {} ways to build the facade, {spec} the spec", ways.len());
    Ok(())
}

/// No feature, and each alone.
fn ways(root: &Path) -> Result<Vec<Option<String>>, String> {
    let metadata = MetadataCommand::new().cargo_path(cargo()).current_dir(root).no_deps().exec();
    let metadata = metadata.map_err(|error| format!("cannot ask cargo for the features: {error}"))?;
    let facade = metadata.packages.iter().find(|package| package.name.as_str() == "lyra");
    let features = facade.map(|package| package.features.keys().cloned().collect::<Vec<_>>());
    let features = features.filter(|features| features.len() > 1);
    let features = features.ok_or("the crate `lyra` has no features")?;
    let each = features.into_iter().filter(|feature| feature != "default").map(Some);
    Ok(std::iter::once(None).chain(each).collect())
}

fn cargo_runs(root: &Path, before: &[&str], way: &Option<String>, after: &[&str]) -> Result<(), String> {
    let mut arguments = [before, &["--no-default-features"]].concat();
    if let Some(feature) = way {
        arguments.extend(["--features", feature]);
    }
    arguments.extend(after);
    println!("features: cargo {}", arguments.join(" "));
    let ended = Command::new(cargo()).args(&arguments).current_dir(root).status();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(format!("FAILED: features: {status}; repeat it with:\n    cargo {}", arguments.join(" ")))
        }
        Err(error) => Err(format!("FAILED: features: cannot start cargo: {error}")),
    }
}
