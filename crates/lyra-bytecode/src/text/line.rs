//! One line of assembly, token by token: what the assembler expects, and what it says when that is not there.

use super::lex::Token;
use crate::module::Constant;
use std::str::FromStr;

/// The tokens of a line that were not read yet.
pub(super) struct Line<'l> {
    rest: std::slice::Iter<'l, Token>,
}

impl<'l> Line<'l> {
    pub(super) fn new(tokens: &'l [Token]) -> Self {
        Self { rest: tokens.iter() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.as_slice().is_empty()
    }

    pub(super) fn take(&mut self, expected: &Token) -> bool {
        let found = self.rest.as_slice().first() == Some(expected);
        if found {
            self.rest.next();
        }
        found
    }

    pub(super) fn take_sign(&mut self, sign: char) -> bool {
        self.take(&Token::Sign(sign))
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.rest.as_slice().first(), Some(Token::Word(found)) if found == word);
        if found {
            self.rest.next();
        }
        found
    }

    pub(super) fn expect(&mut self, expected: &Token) -> Result<(), String> {
        if self.take(expected) { Ok(()) } else { Err(self.unexpected(&expected.to_string())) }
    }

    pub(super) fn sign(&mut self, sign: char) -> Result<(), String> {
        self.expect(&Token::Sign(sign))
    }

    pub(super) fn end(&self) -> Result<(), String> {
        if self.is_empty() { Ok(()) } else { Err(self.unexpected("the end of the line")) }
    }

    fn unexpected(&self, expected: &str) -> String {
        match self.rest.as_slice().first() {
            Some(found) => format!("expected {expected}, found {found}"),
            None => format!("expected {expected}, found the end of the line"),
        }
    }

    pub(super) fn word(&mut self, what: &str) -> Result<&'l str, String> {
        match self.rest.as_slice().first() {
            Some(Token::Word(word)) => {
                self.rest.next();
                Ok(word)
            }
            _ => Err(self.unexpected(what)),
        }
    }

    pub(super) fn text(&mut self) -> Result<String, String> {
        match self.rest.as_slice().first() {
            Some(Token::Text(text)) => {
                self.rest.next();
                Ok(text.clone())
            }
            _ => Err(self.unexpected("a text")),
        }
    }

    pub(super) fn name(&mut self) -> Result<String, String> {
        match self.rest.as_slice().first() {
            Some(Token::Word(name) | Token::Text(name)) => {
                self.rest.next();
                Ok(name.clone())
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    /// `module.name`, or `name` with an empty module.
    pub(super) fn path(&mut self) -> Result<(String, String), String> {
        let first = self.name()?;
        if self.take_sign('.') { Ok((first, self.name()?)) } else { Ok((String::new(), first)) }
    }

    pub(super) fn char(&mut self) -> Result<char, String> {
        match self.rest.as_slice().first() {
            Some(&Token::Char(c)) => {
                self.rest.next();
                Ok(c)
            }
            _ => Err(self.unexpected("a character in single quotes")),
        }
    }

    pub(super) fn number<N: FromStr>(&mut self, what: &str) -> Result<N, String> {
        match self.rest.as_slice().first() {
            Some(Token::Number(text)) if text.parse::<N>().is_ok() => {
                self.rest.next();
                text.parse().map_err(|_| self.unexpected(what))
            }
            _ => Err(self.unexpected(what)),
        }
    }

    /// `#7`, if that is what comes.
    pub(super) fn table_number(&mut self) -> Result<Option<u32>, String> {
        if self.take_sign('#') { self.number("a number").map(Some) } else { Ok(None) }
    }

    pub(super) fn constant(&mut self) -> Result<Constant, String> {
        let what = "a constant";
        match self.rest.as_slice().first() {
            Some(Token::Text(_)) => Ok(Constant::Str(self.text()?.into())),
            Some(Token::Number(text)) if text.parse::<i64>().is_ok() => Ok(Constant::I64(self.number(what)?)),
            Some(Token::Number(_)) => Ok(Constant::F64(self.number::<f64>(what)?.to_bits())),
            Some(Token::Word(word)) if word == "inf" => {
                self.rest.next();
                Ok(Constant::F64(f64::INFINITY.to_bits()))
            }
            Some(Token::Word(word)) if word == "nan" => {
                self.rest.next();
                self.sign(':')?;
                let bits = self.number::<Hex>("the bits of a NaN, as 0x7ff8000000000000")?.0;
                Ok(Constant::F64(bits))
            }
            _ => Err(self.unexpected(what)),
        }
    }
}

/// `0x…`
struct Hex(u64);

impl FromStr for Hex {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix("0x").ok_or(())?;
        u64::from_str_radix(digits, 16).map(Self).map_err(drop)
    }
}
