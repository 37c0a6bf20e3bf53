//! The texts of the standard modules.

/// A standard module: a Lyra file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardModule {
    /// What it is imported by.
    pub name: &'static str,
    /// Its text.
    pub source: &'static str,
}

macro_rules! modules {
    ($($name:literal)*) => {
        /// Every standard module, by name.
        ///
        /// ```
        /// assert!(lyra_std::MODULES.iter().any(|module| module.name == "json"));
        /// ```
        pub const MODULES: &[StandardModule] = &[$(StandardModule {
            name: $name,
            source: include_str!(concat!("modules/", $name, ".lyra")),
        }),*];
    };
}

modules! { "args" "base64" "hash" "json" "log" "math" "random" "regex" "time" }
