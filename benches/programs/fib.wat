;; Calls: the Fibonacci numbers by naive recursion, about 1.6 times the work for each step of n.
;; The checksum is the n-th number.
(module
  (func $fib (param $n i32) (result i32)
    (if (i32.lt_s (local.get $n) (i32.const 2)) (then (return (local.get $n))))
    (i32.add
      (call $fib (i32.sub (local.get $n) (i32.const 1)))
      (call $fib (i32.sub (local.get $n) (i32.const 2)))))

  (func (export "run") (param $n i32) (result i32)
    (call $fib (local.get $n))))
