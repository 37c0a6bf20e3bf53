//! A map with text keys: n words, each joined from a stem and an ending when it is met, counted in a map.
//! The checksum is the number of distinct words, and a hash of the words in sorted order, each with its count.

use std::collections::HashMap;

const MODULUS: usize = 139968;

/// The checksum of the program at size `n`.
pub fn run(n: i32) -> String {
    let mut stems = Vec::new();
    for first in "bdfgklmnprstvz".chars() {
        for vowel in "aeiou".chars() {
            for last in "klnrs".chars() {
                stems.push(format!("{first}{vowel}{last}"));
            }
        }
    }
    let endings = [
        "", "s", "ed", "ing", "er", "est", "ly", "ness", "able", "ment", "ful", "less", "ish", "ist", "ion",
        "al",
    ];

    let mut seen: HashMap<String, i32> = HashMap::new();
    let mut seed = 42;
    for _ in 0..n {
        seed = (seed * 3877 + 29573) % MODULUS;
        let mut word = stems[seed * stems.len() / MODULUS].clone();
        seed = (seed * 3877 + 29573) % MODULUS;
        word += endings[seed * endings.len() / MODULUS];
        *seen.entry(word).or_insert(0) += 1;
    }

    let mut words: Vec<&String> = seen.keys().collect();
    words.sort();
    let mut hash = 0;
    for word in &words {
        for c in word.chars() {
            hash = (hash * 31 + c as i32) % 16777213;
        }
        hash = (hash * 31 + seen[*word]) % 16777213;
    }
    format!("{}:{hash}", words.len())
}
