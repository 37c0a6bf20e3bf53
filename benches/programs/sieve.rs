//! Writes to an array of bools, far apart: the sieve of Eratosthenes up to n.
//! The checksum is how many primes there are, and their sum.

/// The checksum at size `n`.
pub fn run(n: i32) -> String {
    let n = n as usize;
    let mut composite = vec![false; n + 1];
    let mut root = 1;
    while (root + 1) * (root + 1) <= n {
        root += 1;
    }
    let mut count = 0;
    let mut sum = 0_i64;
    for i in 2..=n {
        if composite[i] {
            continue;
        }
        count += 1;
        sum += i as i64;
        if i <= root {
            let mut k = i * i;
            while k <= n {
                composite[k] = true;
                k += i;
            }
        }
    }
    format!("{count} {sum}")
}
