;; Writes to an array of bools, far apart: the sieve of Eratosthenes up to n.
;; The checksum is how many primes there are, and their sum.
(module
  (memory $memory 1)

  ;; The array is a byte a number, from address 0. The memory grows to hold it and is cleared at each run.
  (func $composite (param $length i32)
    (local $lacking i32)
    (local.set $lacking (i32.sub
      (i32.shr_u (i32.add (local.get $length) (i32.const 65535)) (i32.const 16))
      (memory.size)))
    (if (i32.gt_s (local.get $lacking) (i32.const 0)) (then
      (if (i32.lt_s (memory.grow (local.get $lacking)) (i32.const 0)) (then (unreachable)))))
    (memory.fill (i32.const 0) (i32.const 0) (local.get $length)))

  (func (export "run") (param $n i32) (result i32 i64)
    (local $root i32) (local $count i32) (local $sum i64) (local $i i32) (local $k i32)
    (call $composite (i32.add (local.get $n) (i32.const 1)))
    (local.set $root (i32.const 1))
    (block $found
      (loop $search
        (br_if $found (i32.gt_s
          (i32.mul
            (i32.add (local.get $root) (i32.const 1))
            (i32.add (local.get $root) (i32.const 1)))
          (local.get $n)))
        (local.set $root (i32.add (local.get $root) (i32.const 1)))
        (br $search)))
    (local.set $i (i32.const 2))
    (if (i32.le_s (local.get $i) (local.get $n)) (then
      (loop $number
        (block $continue
          (br_if $continue (i32.load8_u (local.get $i)))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_s (local.get $i))))
          (br_if $continue (i32.gt_s (local.get $i) (local.get $root)))
          (local.set $k (i32.mul (local.get $i) (local.get $i)))
          (if (i32.le_s (local.get $k) (local.get $n)) (then
            (loop $multiple
              (i32.store8 (local.get $k) (i32.const 1))
              (local.set $k (i32.add (local.get $k) (local.get $i)))
              (br_if $multiple (i32.le_s (local.get $k) (local.get $n)))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $number (i32.le_s (local.get $i) (local.get $n))))))
    (local.get $count) (local.get $sum)))
