//! The constant table: each constant stands in it once.

use hashbrown::HashMap;
use lyra_base::IdVec;
use lyra_bytecode::{ConstId, Constant};

#[derive(Default)]
pub(super) struct Constants {
    pub(super) list: IdVec<ConstId, Constant>,
    ids: HashMap<Constant, ConstId>,
}

impl Constants {
    pub(super) fn id(&mut self, constant: Constant) -> ConstId {
        if let Some(&id) = self.ids.get(&constant) {
            return id;
        }
        let id = self.list.push(constant.clone());
        self.ids.insert(constant, id);
        id
    }
}
