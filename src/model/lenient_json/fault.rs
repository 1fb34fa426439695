//! What is wrong with a JSON text.

/// One kind of thing that is wrong with a JSON text. It quotes no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A stable word for scripts, like `trailing_comma`.
    pub code: &'static str,
    /// The byte of the text where it is first.
    pub offset: usize,
    /// How many more there are of it.
    pub more: usize,
    /// What it is, without a place: `A comma before the closing brace`.
    pub what: String,
    /// The section that it breaks, or that warns of it.
    pub section: &'static str,
}

/// Faults, gathered: the first of each kind with its place, and how many followed.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    /// Notes one. `what` is asked only for the first of its kind.
    pub(super) fn add(
        &mut self,
        code: &'static str,
        offset: usize,
        section: &'static str,
        what: impl FnOnce() -> String,
    ) {
        // There are some twenty codes.
        if let Some(known) = self.0.iter_mut().find(|fault| fault.code == code) {
            known.more += 1;
            return;
        }
        self.0.push(Fault {
            code,
            offset,
            more: 0,
            what: what(),
            section,
        });
    }

    /// Notes one of which each is named.
    pub(super) fn add_each(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(super) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many there are, those of one kind counted one by one.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|fault| fault.more + 1).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_list(self) -> Vec<Fault> {
        self.0
    }
}
