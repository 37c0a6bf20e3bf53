//! What the verifier claims, held against runs: a machine that moves types instead of values takes random ways
//! through accepted modules, mutants among them, and throws at random inside handler ranges.
//!
//! It knows the rules on its own and asks the verifier for nothing but its claims, so a rule that accepts too
//! much, or a join that forgets something, shows as a claim that does not hold.

use lyra_bytecode::mutate::mutate_module;
use lyra_bytecode::{
    Constant, Floor, Kind, Label, Module, Op, Proc, ProcId, Type, TypeId, Verified, VerifyLimits, assemble,
    verify,
};

/// What is claimed before one instruction: both stacks from the bottom, and which locals are set.
struct Claim {
    refs: Vec<TypeId>,
    words: Vec<TypeId>,
    set: Vec<bool>,
}

fn claims(verified: &Verified, id: ProcId) -> Vec<Claim> {
    let mut claims = Vec::new();
    let locals = verified.module().procs[id].locals.len();
    verified.each_instruction(id, |op, before| {
        assert_eq!(op as usize, claims.len());
        let list = |kind| {
            let mut types: Vec<_> = before.operands(kind).collect();
            types.reverse();
            types
        };
        let set = (0..locals).map(|local| before.is_set(local as u16)).collect();
        claims.push(Claim { refs: list(Kind::Ref), words: list(Kind::Word), set });
    });
    claims
}

/// The machine that moves types.
struct Types<'m> {
    module: &'m Module,
    proc: &'m Proc,
    refs: Vec<TypeId>,
    words: Vec<TypeId>,
    set: Vec<bool>,
}

impl<'m> Types<'m> {
    fn new(module: &'m Module, proc: &'m Proc) -> Self {
        let is_word = |ty: &TypeId| module.types.kind(*ty) == Kind::Word;
        let mut set: Vec<_> = proc.locals.iter().map(is_word).collect();
        for local in proc.param_locals(&module.types) {
            set[local] = true;
        }
        Self { module, proc, refs: vec![], words: vec![], set }
    }

    fn push(&mut self, ty: TypeId) {
        match self.module.types.kind(ty) {
            Kind::Ref => self.refs.push(ty),
            Kind::Word => self.words.push(ty),
        }
    }

    fn pop(&mut self, kind: Kind) -> TypeId {
        let stack = if kind == Kind::Ref { &mut self.refs } else { &mut self.words };
        stack.pop().expect("an operand")
    }

    fn take(&mut self, ty: TypeId) {
        assert_eq!(self.pop(self.module.types.kind(ty)), ty);
    }

    fn call(&mut self, params: &[TypeId], result: Option<TypeId>) {
        for &param in params.iter().rev() {
            self.take(param);
        }
        if let Some(result) = result {
            self.push(result);
        }
    }

    fn element(&self, array: TypeId) -> TypeId {
        self.module.types.element(array).expect("an array")
    }

    fn array_get(&mut self, kind: Kind) {
        self.take(TypeId::I32);
        let array = self.pop(Kind::Ref);
        let element = self.element(array);
        assert_eq!(self.module.types.kind(element), kind);
        self.push(element);
    }

    fn array_set(&mut self, kind: Kind) {
        let value = self.pop(kind);
        self.take(TypeId::I32);
        let array = self.pop(Kind::Ref);
        assert_eq!(self.element(array), value);
    }

    fn append(&mut self, kind: Kind) {
        let value = self.pop(kind);
        let array = *self.refs.last().expect("an array");
        assert_eq!(self.element(array), value);
    }

    fn part(&self, record: TypeId, index: u8, kind: Kind) -> TypeId {
        let part = self.module.types.record_part(record, index.into()).expect("a part");
        assert_eq!(self.module.types.kind(part), kind);
        part
    }

    fn get_part(&mut self, index: u8, kind: Kind) {
        let record = self.pop(Kind::Ref);
        self.push(self.part(record, index, kind));
    }

    fn set_part(&mut self, index: u8, kind: Kind) {
        let value = self.pop(kind);
        let record = self.pop(Kind::Ref);
        assert!(self.module.types.parts(record).is_none(), "tuples do not change");
        assert_eq!(self.part(record, index, kind), value);
    }

    fn get_payload(&mut self, variant: u16, index: u8, kind: Kind) {
        let ty = self.pop(Kind::Ref);
        let variants = self.module.types.variants(ty).expect("an enumeration");
        let part = variants[usize::from(variant)].fields[usize::from(index)].ty;
        assert_eq!(self.module.types.kind(part), kind);
        self.push(part);
    }

    fn unwrap(&mut self, kind: Kind) {
        let ty = self.pop(Kind::Ref);
        let inner =
            if ty == TypeId::ANY { ty } else { self.module.types.optional_of(ty).expect("an optional") };
        assert_eq!(self.module.types.kind(inner), kind);
        self.push(inner);
    }

    /// Takes a value that knows its type, and asks about `ty`.
    fn dynamic(&mut self, ty: TypeId, result: TypeId) {
        let value = self.pop(Kind::Ref);
        let types = &self.module.types;
        assert!(value == TypeId::ANY || types.interface(value).is_some());
        assert!(
            types.find_optional(ty) != Some(ty) && types.cell_of(ty).is_none() && types.get(ty).is_some()
        );
        self.push(result);
    }

    fn global(&mut self, ty: TypeId, kind: Kind) -> TypeId {
        assert_eq!(self.module.types.kind(ty), kind);
        ty
    }

    fn local(&self, local: usize, kind: Kind) -> TypeId {
        assert_eq!(self.module.types.kind(self.proc.locals[local]), kind);
        self.proc.locals[local]
    }

    /// Carries out the types of `op`; where a jump may go.
    fn step(&mut self, op: Op) -> Option<Label> {
        let module = self.module;
        if let Some((popped, pushed)) = op.info().rule {
            self.call(popped, None);
            pushed.iter().for_each(|&ty| self.push(ty));
            return None;
        }
        match op {
            Op::ConstI64 { value } | Op::ConstF64 { value } | Op::ConstStr { value } => {
                let ty = match (op, &module.constants[value]) {
                    (Op::ConstI64 { .. }, Constant::I64(_)) => TypeId::I64,
                    (Op::ConstF64 { .. }, Constant::F64(_)) => TypeId::F64,
                    (Op::ConstStr { .. }, Constant::Str(_)) => TypeId::STR,
                    other => panic!("{other:?}"),
                };
                self.push(ty);
            }
            Op::GetWord { local } => self.push(self.local(usize::from(local.0), Kind::Word)),
            Op::GetRef { local } => {
                assert!(self.set[usize::from(local.0)], "{local:?} is set");
                self.push(self.local(usize::from(local.0), Kind::Ref));
            }
            Op::SetWord { local } => self.take(self.local(usize::from(local.0), Kind::Word)),
            Op::SetRef { local } => {
                self.take(self.local(usize::from(local.0), Kind::Ref));
                self.set[usize::from(local.0)] = true;
            }
            Op::GetGlobalWord { global } => {
                let ty = self.global(module.globals[global].ty, Kind::Word);
                self.push(ty);
            }
            Op::GetGlobalRef { global } => {
                let ty = self.global(module.globals[global].ty, Kind::Ref);
                self.push(ty);
            }
            Op::SetGlobalWord { global } => {
                let ty = self.global(module.globals[global].ty, Kind::Word);
                self.take(ty);
            }
            Op::SetGlobalRef { global } => {
                let ty = self.global(module.globals[global].ty, Kind::Ref);
                self.take(ty);
            }
            Op::DropWord => drop(self.words.pop().expect("a word")),
            Op::DropRef => drop(self.refs.pop().expect("a reference")),
            Op::DupWord => self.words.push(*self.words.last().expect("a word")),
            Op::DupRef => self.refs.push(*self.refs.last().expect("a reference")),
            Op::Jump { to } => return Some(to),
            Op::JumpIf { to } | Op::JumpUnless { to } => {
                self.take(TypeId::BOOL);
                return Some(to);
            }
            Op::Call { proc } => {
                let signature = &module.procs[proc].signature;
                self.call(&signature.params, signature.result);
            }
            Op::CallHost { import } => {
                let signature = &module.imports[import].signature;
                self.call(&signature.params, signature.result);
            }
            Op::CallBuiltin { builtin, ty } => {
                let signature = builtin.signature(ty, &module.types).expect("a type that it is for");
                self.call(&signature.params, signature.result);
            }
            Op::Return => {
                if let Some(result) = self.proc.signature.result {
                    self.take(result);
                }
            }
            Op::ErrorTrace => {
                self.take(TypeId::ERROR);
                self.push(module.types.find(&Type::Array(TypeId::STR)).expect("[str]"));
            }
            Op::NewArray { ty } => {
                self.element(ty);
                self.push(ty);
            }
            Op::AppendWord => self.append(Kind::Word),
            Op::AppendRef => self.append(Kind::Ref),
            Op::ArrayLength => {
                let array = self.pop(Kind::Ref);
                self.element(array);
                self.push(TypeId::I32);
            }
            Op::ArrayGetWord => self.array_get(Kind::Word),
            Op::ArrayGetRef => self.array_get(Kind::Ref),
            Op::ArraySetWord => self.array_set(Kind::Word),
            Op::ArraySetRef => self.array_set(Kind::Ref),
            Op::StrConcat { count } => {
                assert!(count >= 2);
                self.call(&vec![TypeId::STR; usize::from(count)], Some(TypeId::STR));
            }
            other => self.step_named(other),
        }
        None
    }

    /// Instructions over named and dynamic types.
    fn step_named(&mut self, op: Op) {
        let types = &self.module.types;
        let text = |name| assert!(matches!(self.module.constants[name], Constant::Str(_)));
        match op {
            Op::SameRef => {
                let ty = self.pop(Kind::Ref);
                assert!(!matches!(
                    types.get(ty),
                    Some(Type::Str | Type::Tuple(_) | Type::Optional(_) | Type::Any)
                ));
                self.take(ty);
                self.push(TypeId::BOOL);
            }
            Op::NewRecord { ty } => {
                let parts: Vec<_> = (0..).map_while(|index| types.record_part(ty, index)).collect();
                assert_eq!(Some(parts.len()), types.record_length(ty));
                self.call(&parts, Some(ty));
            }
            Op::GetPartWord { index } => self.get_part(index, Kind::Word),
            Op::GetPartRef { index } => self.get_part(index, Kind::Ref),
            Op::SetPartWord { index } => self.set_part(index, Kind::Word),
            Op::SetPartRef { index } => self.set_part(index, Kind::Ref),
            Op::ConstEnum { ty, variant } => {
                assert_eq!(types.kind(ty), Kind::Word);
                assert!(usize::from(variant) < types.variants(ty).expect("an enumeration").len());
                self.push(ty);
            }
            Op::EnumIndex => {
                let ty = self.pop(Kind::Word);
                assert!(types.variants(ty).is_some());
                self.push(TypeId::I32);
            }
            Op::NewVariant { ty, variant } => {
                assert_eq!(types.kind(ty), Kind::Ref);
                let variant = &types.variants(ty).expect("an enumeration")[usize::from(variant)];
                let parts: Vec<_> = variant.fields.iter().map(|field| field.ty).collect();
                self.call(&parts, Some(ty));
            }
            Op::VariantIndex => {
                let ty = self.pop(Kind::Ref);
                assert!(types.variants(ty).is_some());
                self.push(TypeId::I32);
            }
            Op::GetPayloadWord { variant, index } => self.get_payload(variant, index, Kind::Word),
            Op::GetPayloadRef { variant, index } => self.get_payload(variant, index, Kind::Ref),
            Op::ConstNone { ty } => {
                assert_eq!(types.find_optional(ty), Some(ty));
                self.push(ty);
            }
            Op::IsNone => {
                let ty = self.pop(Kind::Ref);
                assert_eq!(types.find_optional(ty), Some(ty));
                self.push(TypeId::BOOL);
            }
            Op::UnwrapWord => self.unwrap(Kind::Word),
            Op::UnwrapRef => self.unwrap(Kind::Ref),
            Op::UpcastWord { from, to } | Op::UpcastRef { from, to } => {
                let implements =
                    |def| self.module.impls.iter().any(|found| (found.interface, found.ty) == (def, from));
                assert!(match types.get(to) {
                    Some(Type::Any) => from != TypeId::ANY && types.cell_of(from).is_none(),
                    Some(&Type::Interface(def)) => implements(def),
                    _ => types.optional_of(to) == Some(from),
                });
                assert_eq!(matches!(op, Op::UpcastWord { .. }), types.kind(from) == Kind::Word);
                self.call(&[from], Some(to));
            }
            Op::IsType { ty } => self.dynamic(ty, TypeId::BOOL),
            Op::DowncastWord { ty } => {
                assert_eq!(types.kind(ty), Kind::Word);
                self.dynamic(ty, ty);
            }
            Op::DowncastRef { ty } => {
                assert_eq!(types.kind(ty), Kind::Ref);
                self.dynamic(ty, ty);
            }
            Op::CallMethod { interface, method } => {
                let method = &types.interface(interface).expect("an interface")[usize::from(method)];
                self.call(&method.params, None);
                self.call(&[interface], method.result);
            }
            Op::NewClosure { proc, ty } => {
                let (params, result) = types.procedure(ty).expect("a procedure type");
                let signature = &self.module.procs[proc].signature;
                assert_eq!((&signature.params[..params.len()], signature.result), (params, result));
                self.call(&signature.params[params.len()..], Some(ty));
            }
            Op::CallClosure => {
                let ty = self.pop(Kind::Ref);
                let (params, result) = types.procedure(ty).expect("a procedure");
                self.call(params, result);
            }
            Op::AnyBinary { operator } | Op::AnyUnary { operator } => {
                assert_eq!(operator.arity(), if matches!(op, Op::AnyBinary { .. }) { 2 } else { 1 });
                let result = if operator.gives_bool() { TypeId::BOOL } else { TypeId::ANY };
                self.call(&vec![TypeId::ANY; operator.arity().into()], Some(result));
            }
            Op::AnyGetField { name } => {
                text(name);
                self.call(&[TypeId::ANY], Some(TypeId::ANY));
            }
            Op::AnySetField { name } => {
                text(name);
                self.call(&[TypeId::ANY; 2], None);
            }
            Op::AnyCall { count } => self.call(&vec![TypeId::ANY; usize::from(count) + 1], Some(TypeId::ANY)),
            Op::AnyCallMethod { name, count } => {
                text(name);
                self.call(&vec![TypeId::ANY; usize::from(count) + 1], Some(TypeId::ANY));
            }
            Op::NewMap { ty } => {
                types.entry(ty).expect("a map type");
                self.push(ty);
            }
            other => panic!("this machine has no rule for {}", other.info().mnemonic),
        }
    }

    /// Cuts the stacks to what they were at a range's start, and arrives with the error.
    fn catch(&mut self, floor: Floor) {
        assert!(self.refs.len() >= floor.refs as usize && self.words.len() >= floor.words as usize);
        self.refs.truncate(floor.refs as usize);
        self.words.truncate(floor.words as usize);
        self.push(TypeId::ERROR);
    }
}

/// One way through a procedure; how many instructions it took.
fn wander(verified: &Verified, id: ProcId, claims: &[Claim], rng: &mut fastrand::Rng) -> usize {
    let module = verified.module();
    let proc = &module.procs[id];
    let facts = verified.facts(id);
    let mut machine = Types::new(module, proc);
    let mut at = 0;
    for steps in 0..120 {
        let claim = &claims[at];
        assert_eq!((&machine.refs, &machine.words), (&claim.refs, &claim.words), "in {} at {at}", proc.name);
        assert!(machine.refs.len() + machine.words.len() <= facts.need as usize, "in {} at {at}", proc.name);
        for (local, (&claimed, &set)) in claim.set.iter().zip(&machine.set).enumerate() {
            assert!(set || !claimed, "in {} at {at}: local {local}", proc.name);
        }
        let op = proc.code[at];
        // An error may come before an instruction's effect or after it.
        let throws = rng.u8(..8);
        let handler = proc.handlers.iter().position(|range| (range.start..range.end).contains(&(at as u32)));
        if let (0, Some(handler)) = (throws, handler) {
            machine.catch(facts.floors[handler]);
            at = proc.handlers[handler].target as usize;
            continue;
        }
        let to = machine.step(op);
        if let (1, Some(handler), false) = (throws, handler, op == Op::Return) {
            machine.catch(facts.floors[handler]);
            at = proc.handlers[handler].target as usize;
            continue;
        }
        at = match to {
            Some(to) if op.info().ends() || rng.bool() => to.0 as usize,
            None if op.info().ends() => return steps,
            _ => at + 1,
        };
    }
    120
}

#[test]
fn claims_hold_on_every_way() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/programs");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let corpus: Vec<_> =
        paths.iter().map(|path| assemble(&std::fs::read_to_string(path).unwrap()).unwrap()).collect();
    let mut rng = fastrand::Rng::with_seed(0xc1a1);
    let (mut accepted, mut steps) = (0, 0);
    for round in 0..1_500 {
        let mut module = corpus[round % corpus.len()].clone();
        // The programs themselves first, then mutants that verify, on which more mutants build.
        for _ in 0..round.min(12) {
            let mut mutant = module.clone();
            mutate_module(&mut mutant, &mut |n| if n == 0 { 0 } else { rng.usize(..n) });
            if verify(mutant.clone(), &VerifyLimits::default()).is_ok() {
                module = mutant;
            }
        }
        let verified = verify(module, &VerifyLimits::default()).unwrap();
        accepted += 1;
        let procs: Vec<_> = verified.module().procs.enumerate().map(|(id, _)| id).collect();
        for id in procs {
            let claims = claims(&verified, id);
            for _ in 0..4 {
                steps += wander(&verified, id, &claims, &mut rng);
            }
        }
    }
    assert!(accepted == 1_500 && steps > 100_000, "{accepted} modules, {steps} instructions");
}
