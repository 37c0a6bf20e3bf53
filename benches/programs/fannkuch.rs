//! Small arrays permuted and reversed: pancake flips over all permutations of n numbers (n from 3 to 12).
//! The checksum is the flips added and subtracted in turn, and the longest run of flips.

/// The checksum at size `n`.
pub fn run(n: i32) -> String {
    let n = n as usize;
    let mut current: Vec<i32> = (0..n as i32).collect();
    let mut flipped = vec![0; n];
    let mut left = current.clone(); // how often each prefix has still to be rotated
    let (mut sum, mut longest) = (0, 0);
    let mut even = true;
    loop {
        let mut first = current[0];
        if first != 0 {
            flipped[1..n].copy_from_slice(&current[1..n]);
            let mut flips = 1;
            let mut next = flipped[first as usize];
            while next != 0 {
                flipped[first as usize] = first;
                let (mut low, mut high) = (1, first as usize - 1);
                while low < high {
                    flipped.swap(low, high);
                    low += 1;
                    high -= 1;
                }
                flips += 1;
                first = next;
                next = flipped[first as usize];
            }
            if even {
                sum += flips;
            } else {
                sum -= flips;
            }
            if flips > longest {
                longest = flips;
            }
        }
        // The next permutation: swaps of the first pair and the second in turn, then a longer rotation.
        if even {
            current.swap(0, 1);
            even = false;
        } else {
            current.swap(1, 2);
            even = true;
            let mut last = 2;
            while left[last] == 0 {
                if last == n - 1 {
                    return format!("{sum} {longest}");
                }
                left[last] = last as i32;
                last += 1;
                let head = current[0];
                for i in 0..last {
                    current[i] = current[i + 1];
                }
                current[last] = head;
            }
            left[last] -= 1;
        }
    }
}
