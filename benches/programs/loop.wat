;; Scalars in a loop: n rounds of `%`, `*` and `+` on integers, no arrays and no calls.
;; The checksum is a hash that every round goes through in order, and a plain sum of remainders.
(module
  (func (export "run") (param $n i32) (result i32 i32)
    (local $i i32) (local $hash i32) (local $sum i32)
    (local.set $hash (i32.const 1))
    (local.set $i (i32.const 1))
    (if (i32.le_s (local.get $i) (local.get $n)) (then
      (loop $round
        (local.set $hash (i32.rem_s
          (i32.add
            (i32.mul (local.get $hash) (i32.const 31))
            (i32.rem_s (local.get $i) (i32.const 7)))
          (i32.const 1000003)))
        (local.set $sum (i32.add (local.get $sum) (i32.rem_s (local.get $i) (i32.const 11))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $round (i32.le_s (local.get $i) (local.get $n))))))
    (local.get $hash) (local.get $sum)))
