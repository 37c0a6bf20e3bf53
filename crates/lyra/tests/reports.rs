//! Errors as text: where the source can be shown, where it cannot, and where showing it all would be too much.

use lyra::{Config, DebugLevel, Engine};

fn report(source: &str) -> String {
    Engine::default().compile("test.lyra", source).expect_err("a mistake").to_string()
}

#[test]
fn a_long_line_is_shown_in_part() {
    let text = report(&format!("var x = {}nope + {}1", "1 + ".repeat(50_000), "1 + ".repeat(50_000)));
    insta::assert_snapshot!(text);
}

#[test]
fn places_at_the_edges_of_a_text_are_shown() {
    for source in
        ["(", "\n\n(", "var x: i32 = \"ä\u{301}→\"", "\u{feff}(", "print(1)\r\n(\r\n", "\t\t(\t", "\"", "/*"]
    {
        let text = report(source);
        assert!(text.starts_with("error[E") && text.contains("test.lyra:"), "{source:?}: {text}");
    }
}

#[test]
fn hostile_names_and_texts_are_made_visible() {
    let error = Engine::default().compile("\u{1b}[31m.lyra\n", "print(nope)").expect_err("a mistake");
    assert!(!error.to_string().contains('\u{1b}'), "{error:?}");
    let source = "throw error(\"a\\u{1b}\\nb\", \"\\u{9b}\\u{202e}\\0\")";
    let error = Engine::default().eval::<()>(source).expect_err("thrown");
    assert!(!error.to_string().contains(['\u{1b}', '\u{9b}', '\u{202e}', '\0']), "{error}");
}

#[test]
fn a_stripped_program_still_says_what_went_wrong() {
    let source = "proc f(d: i32) -> i32 {\n    return 1 / d\n}\nf(0)";
    for (level, expected) in
        [(DebugLevel::None, None), (DebugLevel::Positions, Some(2)), (DebugLevel::Full, Some(2))]
    {
        let engine = Engine::new(Config::new().debug(level));
        let error = engine.eval::<i32>(source).expect_err("a failure");
        assert_eq!(error.place().map(|place| place.line), expected);
        let text = error.to_string();
        assert!(text.starts_with("error[division_by_zero]: "), "{text}");
        assert_eq!(text.contains("return 1 / d"), level == DebugLevel::Full, "{text}");
        assert_eq!(text.contains("eval:2:"), expected.is_some(), "{text}");
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let error =
        Engine::default().compile("test.lyra", "print(nope)\nvar x: i32 = \"\"").expect_err("mistakes");
    let colored = error.render(true);
    let mut parts = colored.split('\u{1b}');
    let mut plain = parts.next().unwrap_or("").to_owned();
    let mut colors = 0;
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
        colors += 1;
    }
    assert_eq!(plain, error.render(false));
    assert!(colors > 10);
}

#[test]
fn errors_are_errors() {
    let error = Engine::default().eval::<i32>("var zero = 0\n1 / zero").expect_err("a failure");
    let source = std::error::Error::source(&error).expect("a source").to_string();
    assert!(source.starts_with("division_by_zero: "), "{source}");
    assert!(format!("{error:?}").contains("division_by_zero"));
    let _: Box<dyn std::error::Error + Send + Sync> = error.into();
}
