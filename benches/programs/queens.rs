//! Backtracking: every way to put n queens on an n by n board so that none attacks another.
//! The checksum is their number, and a hash of how many of them use each square.

fn place(
    row: usize,
    at: &mut [usize],
    columns: &mut [bool],
    rising: &mut [bool],
    falling: &mut [bool],
    squares: &mut [i32],
) -> i32 {
    let n = at.len();
    if row == n {
        for (r, column) in at.iter().enumerate() {
            squares[r * n + column] += 1;
        }
        return 1;
    }
    let mut found = 0;
    for column in 0..n {
        let up = row + column;
        let down = row + n - 1 - column;
        if columns[column] || rising[up] || falling[down] {
            continue;
        }
        at[row] = column;
        columns[column] = true;
        rising[up] = true;
        falling[down] = true;
        found += place(row + 1, at, columns, rising, falling, squares);
        columns[column] = false;
        rising[up] = false;
        falling[down] = false;
    }
    found
}

/// The checksum of the program at size `n`.
pub fn run(n: i32) -> String {
    let n = n as usize;
    let mut squares = vec![0; n * n];
    let found = place(
        0,
        &mut vec![0; n],
        &mut vec![false; n],
        &mut vec![false; 2 * n - 1],
        &mut vec![false; 2 * n - 1],
        &mut squares,
    );
    let mut hash = 0;
    for count in squares {
        hash = (hash * 31 + count) % 16777213;
    }
    format!("{found}:{hash}")
}
