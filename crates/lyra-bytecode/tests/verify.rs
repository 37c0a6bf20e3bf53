//! The verifier on modules built by hand: what it computes.

use lyra_bytecode::{
    Builtin, Constant, Floor, Handler, Kind, Label, Local, Module, Op, Proc, ProcId, Signature, Type, TypeId,
    VerifyLimits, verify,
};

fn proc(locals: &[TypeId], code: Vec<Op>) -> Proc {
    Proc {
        name: "main".into(),
        signature: Signature::default(),
        locals: locals.to_vec(),
        code,
        handlers: vec![],
        public: false,
    }
}

fn module(body: Proc) -> Module {
    let mut module = Module { name: "test".into(), ..Module::default() };
    module.entry = Some(module.procs.push(body));
    module
}

fn refusal(module: Module) -> String {
    verify(module, &VerifyLimits::default()).unwrap_err().to_string()
}

/// `try { } catch` in a loop, with an array waiting below: floors, need and types at each instruction.
#[test]
fn facts_of_a_loop_with_a_handler() {
    let mut types = lyra_bytecode::Types::new();
    let texts = types.intern(Type::Array(TypeId::STR));
    let mut body = proc(
        &[TypeId::ERROR, TypeId::I32],
        vec![
            Op::NewArray { ty: texts },
            // The range 1..5.
            Op::GetWord { local: Local(1) },
            Op::CallBuiltin { builtin: Builtin::ToText, ty: TypeId::I32 },
            Op::AppendRef,
            Op::Jump { to: Label(7) },
            // The handler.
            Op::SetRef { local: Local(0) },
            Op::Jump { to: Label(7) },
            Op::ConstBool { value: true },
            Op::JumpIf { to: Label(1) },
            Op::Return,
        ],
    );
    body.handlers.push(Handler { start: 1, end: 5, target: 5 });
    let module = Module { types, ..module(body) };
    let verified = verify(module, &VerifyLimits::default()).unwrap();
    let facts = verified.facts(ProcId(0));
    assert_eq!((facts.need, facts.max_refs, facts.max_words), (2, 2, 1));
    assert_eq!((facts.ref_locals, facts.word_locals, facts.ref_params, facts.word_params), (1, 1, 0, 0));
    assert_eq!(facts.floors, [Floor { refs: 1, words: 0 }]);

    let mut seen = Vec::new();
    verified.each_instruction(ProcId(0), |op, before| {
        let refs: Vec<_> = before.operands(Kind::Ref).map(|ty| verified.module().types.name(ty)).collect();
        seen.push((op, refs.join(" "), before.operands(Kind::Word).count(), before.is_set(0)));
    });
    assert_eq!(seen[0], (0, String::new(), 0, false));
    assert_eq!(seen[3], (3, "str [str]".into(), 0, false));
    assert_eq!(seen[5], (5, "error [str]".into(), 0, false));
    assert_eq!(seen[6], (6, "[str]".into(), 0, true));
    assert_eq!(seen[7], (7, "[str]".into(), 0, false));
}

#[test]
fn what_was_set_inside_a_range_is_not_set_in_its_handler() {
    let mut module = module(proc(
        &[TypeId::STR],
        vec![
            Op::ConstStr { value: lyra_bytecode::ConstId(0) },
            Op::SetRef { local: Local(0) },
            Op::Return,
            Op::DropRef,
            Op::GetRef { local: Local(0) },
            Op::DropRef,
            Op::Return,
        ],
    ));
    module.constants.push(Constant::Str("x".into()));
    module.procs[ProcId(0)].handlers.push(Handler { start: 0, end: 3, target: 3 });
    assert_eq!(refusal(module), "in `main` at 4 `get_ref`: local 0 is not set on every way here");
}

/// The error itself waits where a handler begins, also when the first instruction takes it away.
#[test]
fn a_handler_needs_room_for_its_error() {
    let mut body = proc(&[], vec![Op::Jump { to: Label(2) }, Op::DropRef, Op::Return]);
    body.handlers.push(Handler { start: 0, end: 1, target: 1 });
    let verified = verify(module(body), &VerifyLimits::default()).unwrap();
    assert_eq!((verified.facts(ProcId(0)).need, verified.facts(ProcId(0)).max_refs), (1, 1));
}
