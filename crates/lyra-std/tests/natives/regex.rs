//! Regular expressions.

use super::{refused, run, value};

#[test]
fn matches_are_found() {
    for (expression, shown) in [
        ("regex.is_match(\"b+\", \"abbc\")", "true"),
        ("regex.is_match(\"^b\", \"abbc\")", "false"),
        ("regex.is_match(\"\", \"\")", "true"),
        ("regex.is_match(\"(?i)ÉTÉ\", \"été\")", "true"),
        ("regex.is_match(\"^.$\", \"😀\")", "true"),
        ("regex.find(\"[0-9]+\", \"a12b345\")", "12"),
        ("regex.find(\"x\", \"abc\")", "none"),
        ("regex.find(\"\", \"abc\") == \"\"", "true"),
        ("regex.span(\"c+\", \"añ€ccd\")", "(3, 5)"),
        ("regex.span(\"x\", \"abc\")", "none"),
        ("regex.span(\"$\", \"日本\")", "(2, 2)"),
        ("regex.find_all(\"[0-9]+\", \"a12b345\")", "[\"12\", \"345\"]"),
        ("regex.find_all(\"x\", \"abc\")", "[]"),
        ("regex.find_all(\"\", \"né\")", "[\"\", \"\", \"\"]"),
        ("regex.find_all(\"a*\", \"baac\")", "[\"\", \"aa\", \"\"]"),
        ("regex.find_all(\"(?m)^.\", \"ab\\ncd\")", "[\"a\", \"c\"]"),
        ("regex.find_all(\"\\\\bw\", \"w ww\")", "[\"w\", \"w\"]"),
        ("regex.split(\", *\", \"a,b,  c\")", "[\"a\", \"b\", \"c\"]"),
        ("regex.split(\",\", \",a,,\")", "[\"\", \"a\", \"\", \"\"]"),
        ("regex.split(\",\", \"\")", "[\"\"]"),
        ("regex.split(\"\", \"ab\")", "[\"\", \"a\", \"b\", \"\"]"),
        (
            "regex.captures(\"(\\\\w+)@(\\\\w+)(\\\\.com)?\", \"me@home\")",
            "[\"me@home\", \"me\", \"home\", none]",
        ),
        ("regex.captures(\"(x)\", \"y\")", "none"),
        ("regex.captures_all(\"(.)(\\\\d)?\", \"a1b\")", "[[\"a1\", \"a\", \"1\"], [\"b\", \"b\", none]]"),
        ("regex.captures_all(\"x\", \"\")", "[]"),
        (
            "regex.groups(\"(?<year>\\\\d{4})-(?<month>\\\\d\\\\d)(?<day>-\\\\d\\\\d)?\", \"in 2024-02\")",
            "{\"year\": \"2024\", \"month\": \"02\"}",
        ),
        ("regex.groups(\"(a)\", \"a\")", "{}"),
        ("regex.groups(\"(?<x>a)\", \"b\")", "none"),
        ("regex.escape(\"1+1=[2]?é\")", "1\\+1=\\[2\\]\\?é"),
    ] {
        assert_eq!(value("regex", expression), shown, "{expression}");
    }
}

#[test]
fn matches_are_replaced() {
    for (expression, shown) in [
        ("regex.replace(\"[aeiou]\", \"education\", \"*\")", "*d*c*t**n"),
        ("regex.replace(\"(\\\\w)(\\\\d)\", \"a1 b2\", \"$2$1\")", "1a 2b"),
        (
            "regex.replace(\"(?<first>\\\\w+) (?<last>\\\\w+)\", \"Ada Lovelace\", \"$last, ${first}!\")",
            "Lovelace, Ada!",
        ),
        ("regex.replace(\"x\", \"axb\", \"$0$$$0\")", "ax$xb"),
        ("regex.replace(\"(\\\\d)\", \"7\", \"${1}0\")", "70"),
        ("regex.replace(\"(a)|(b)\", \"ab\", \"<$1|$2>\")", "<a|><|b>"),
        ("regex.replace(\"\", \"né\", \"-\")", "-n-é-"),
        ("regex.replace(\"x\", \"\", \"y\")", ""),
        ("regex.replace(\"x\", \"abc\", \"$0\")", "abc"),
        ("regex.replace(\"b\", \"abc\", \"\")", "ac"),
    ] {
        assert_eq!(value("regex", expression), shown, "{expression}");
    }
    for (expression, what) in [
        ("regex.replace(\"(a)\", \"a\", \"$2\")", "the pattern has no group `2`"),
        ("regex.replace(\"(a)\", \"b\", \"$x\")", "the pattern has no group `x`"),
        (
            "regex.replace(\"(a)\", \"a\", \"$1b\")",
            "the pattern has no group `1b`: write `${1}` where letters follow a number",
        ),
        (
            "regex.replace(\"(a)\", \"a\", \"5 $\")",
            "a `$` in the replacement names no group: write `$$` for a dollar",
        ),
        (
            "regex.replace(\"(a)\", \"a\", \"${}\")",
            "a `$` in the replacement names no group: write `$$` for a dollar",
        ),
        (
            "regex.replace(\"(a)\", \"a\", \"${1\")",
            "a `$` in the replacement names no group: write `$$` for a dollar",
        ),
    ] {
        assert_eq!(refused("regex", expression), what, "{expression}");
    }
}

#[test]
fn bad_and_large_patterns_are_refused() {
    for (pattern, what) in [
        ("\"(\"", "the pattern is not valid: unclosed group"),
        (
            "\"a{2,1}\"",
            "the pattern is not valid: invalid repetition count range, the start must be <= the end",
        ),
        ("\"\\\\1\"", "the pattern is not valid: backreferences are not supported"),
        (
            "\"(?=a)\"",
            "the pattern is not valid: look-around, including look-ahead and look-behind, is not supported",
        ),
        ("repeat(\"a\", 10001)", "a pattern has at most 10000 bytes, not 10001"),
        ("\"(a{1000}){1000}\"", "the pattern is too large: its repetitions multiply"),
        ("\"((((a{9}){9}){9}){9}){9}\"", "the pattern is too large: its repetitions multiply"),
        ("\"\\\\w{1000}\"", "the pattern is too large: compiled it takes more than 1048576 bytes"),
        (
            "repeat(\"(\", 5000) + repeat(\")\", 5000)",
            "the pattern is not valid: exceed the maximum number of nested parentheses/brackets (100)",
        ),
    ] {
        assert_eq!(refused("regex", &format!("regex.is_match({pattern}, \"\")")), what, "{pattern}");
    }
    assert_eq!(run("import regex\nregex.check(\"a+\")\nprint(\"fine\")").printed(), "fine\n");
}

#[test]
fn evil_patterns_take_no_longer_than_others() {
    let source = "import regex
let evil = repeat(\"a\", 100000) + \"!\"
print(regex.is_match(\"^(a+)+$\", evil), regex.is_match(\"(a|aa)+$\", evil), regex.is_match(\"(.*)*x\", evil))";
    let ran = super::run_with(source, &lyra_std::Services::new(), |_| {});
    assert!(ran.report.fuel_used < 100_000, "{}", ran.report.fuel_used);
    assert_eq!(ran.printed(), "false false false\n");
}

#[test]
fn a_pattern_costs_the_same_each_time() {
    let once = |times: u32| {
        let source = format!(
            "import regex\nvar i = 0\nwhile i < {times} {{ regex.is_match(\"a+b\", \"xxx\"); i += 1 }}"
        );
        super::run_with(&source, &lyra_std::Services::new(), |_| {}).report.fuel_used
    };
    let (one, two, ten) = (once(1), once(2), once(10));
    assert_eq!(ten - one, 9 * (two - one));
}
