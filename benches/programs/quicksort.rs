//! Sorting: an array of n pseudo-random numbers, a hand-written quicksort that leaves short ranges to insertion.
//! The checksum is a rolling hash of the sorted array, its smallest and its largest number.

const SHORT: usize = 12;

/// Sorts low..high of xs, high excluded.
fn sort_range(xs: &mut [i32], low: usize, high: usize) {
    if high - low <= SHORT {
        for at in low + 1..high {
            let x = xs[at];
            let mut hole = at;
            while hole > low && xs[hole - 1] > x {
                xs[hole] = xs[hole - 1];
                hole -= 1;
            }
            xs[hole] = x;
        }
        return;
    }
    let pivot = xs[(low + high) / 2];
    let mut i = low;
    let mut j = high;
    while i < j {
        while xs[i] < pivot {
            i += 1;
        }
        while xs[j - 1] > pivot {
            j -= 1;
        }
        if i < j {
            xs.swap(i, j - 1);
            i += 1;
            j -= 1;
        }
    }
    sort_range(xs, low, j);
    sort_range(xs, i, high);
}

/// The checksum of the program at size `n`.
pub fn run(n: i32) -> String {
    let n = n as usize;
    let mut xs = vec![0i32; n];
    let mut seed = 42i64;
    for x in xs.iter_mut() {
        seed = seed * 16807 % 2147483647;
        *x = seed as i32;
    }

    sort_range(&mut xs, 0, n);

    let mut hash = 0i64;
    for &x in &xs {
        hash = (hash * 31 + i64::from(x)) % 1000000007;
    }
    format!("{hash}:{}:{}", xs[0], xs[n - 1])
}
