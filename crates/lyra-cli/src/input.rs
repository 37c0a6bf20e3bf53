//! Reading programs and keys: what a file is, and what to say when it cannot be used.

use crate::exit::Exit;
use lyra::FileLoader;
use lyra_security::seal;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Larger files are not read; a source's own limit is lower.
const MAX_FILE: u64 = 256 << 20;

/// What a file holds.
#[derive(Debug)]
pub(crate) enum Program {
    /// Source text.
    Source(String),
    /// A sealed file, not yet opened.
    Sealed(Vec<u8>),
}

/// Why a file cannot be used: one sentence and the exit code.
#[derive(Debug)]
pub(crate) struct Unusable {
    pub(crate) exit: Exit,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Unusable {
    pub(crate) fn usage(message: String) -> Self {
        Self { exit: Exit::Usage, code: "usage", message }
    }
}

/// What messages call a file.
pub(crate) fn name_of(path: &Path) -> String {
    if is_stdin(path) { "<stdin>".to_owned() } else { path.display().to_string() }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a program; a sealed file is known by its ending or its first bytes.
pub(crate) fn read_program(path: &Path) -> Result<Program, Unusable> {
    let bytes = read_bytes(path)?;
    let has_ending = path.extension().is_some_and(|ending| ending == seal::EXTENSION);
    if has_ending || seal::is_sealed(&bytes) {
        return Ok(Program::Sealed(bytes));
    }
    String::from_utf8(bytes).map(Program::Source).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(at).filter(|&&byte| byte == b'\n').count() + 1;
        let message = format!(
            "{} is not UTF-8: the byte at offset {at}, line {line}, begins no character",
            name_of(path)
        );
        Unusable { exit: Exit::Compile, code: lyra::diagnostics::INVALID_UTF8, message }
    })
}

/// Reads source text; a sealed file is refused.
pub(crate) fn read_source(path: &Path) -> Result<String, Unusable> {
    match read_program(path)? {
        Program::Source(text) => Ok(text),
        Program::Sealed(_) => Err(Unusable::usage(format!(
            "{} is a sealed file; this command takes source text (see `lyra verify` and `lyra disasm`)",
            name_of(path)
        ))),
    }
}

/// The files that a program may import: those of `root`, else those beside its main file, or in the current directory
/// where it has none. `None` when there is no such place, as for a program that comes through a pipe.
pub(crate) fn loader(main: &Path, root: Option<&Path>) -> Result<Option<FileLoader>, Unusable> {
    let found = if is_stdin(main) { FileLoader::new("") } else { FileLoader::beside(main) }.ok();
    let Some(root) = root else { return Ok(found) };
    let rooted = match found {
        Some(loader) if !is_stdin(main) => loader.with_root(root),
        _ => FileLoader::new(root),
    };
    rooted.map(Some).map_err(|error| {
        Unusable::usage(format!("{} cannot be the root of {}: {error}", root.display(), name_of(main)))
    })
}

/// Reads a file or standard input whole.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Unusable> {
    let mut bytes = Vec::new();
    let read = |source: &mut dyn Read, bytes: &mut Vec<u8>| source.take(MAX_FILE + 1).read_to_end(bytes);
    let result = if is_stdin(path) {
        read(&mut std::io::stdin().lock(), &mut bytes)
    } else {
        File::open(path).and_then(|mut file| {
            if file.metadata()?.is_dir() {
                return Err(std::io::ErrorKind::IsADirectory.into());
            }
            read(&mut file, &mut bytes)
        })
    };
    match result {
        Ok(_) if bytes.len() as u64 > MAX_FILE => {
            Err(Unusable::usage(format!("{} is larger than {} MiB", name_of(path), MAX_FILE >> 20)))
        }
        Ok(_) => Ok(bytes),
        Err(error) => {
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
                std::io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
                std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                _ => error.to_string(),
            };
            Err(Unusable::usage(format!("cannot read {}: {why}", name_of(path))))
        }
    }
}

/// Reads a key: 32 bytes as they are, or 64 hexadecimal digits with white space around.
pub(crate) fn read_key(path: Option<&Path>) -> Result<Option<[u8; 32]>, Unusable> {
    let Some(path) = path else { return Ok(None) };
    let bytes = read_bytes(path)?;
    let key = <[u8; 32]>::try_from(bytes.as_slice()).ok().or_else(|| hexadecimal(bytes.trim_ascii()));
    key.map(Some).ok_or_else(|| {
        Unusable::usage(format!("{} is no key: a key is 32 bytes, or 64 hexadecimal digits", name_of(path)))
    })
}

fn hexadecimal(digits: &[u8]) -> Option<[u8; 32]> {
    if digits.len() != 64 {
        return None;
    }
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let mut value = 0;
        for &digit in pair {
            value = value * 16 + char::from(digit).to_digit(16)? as u8;
        }
        *byte = value;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_bytes_or_digits() {
        assert_eq!(hexadecimal("00ff".repeat(16).as_bytes()), Some([0, 255].repeat(16).try_into().unwrap()));
        assert_eq!(hexadecimal(&[b'0'; 63]), None);
        assert_eq!(hexadecimal(&[b'g'; 64]), None);
    }
}
