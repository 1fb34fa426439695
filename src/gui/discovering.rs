//! A search for what a server says of itself, as far as it is: the engine's events, gathered.

use crate::engine::{Blame, Failure, Finding, Lookup, OperationId, Registered, Tried};
use crate::model::{Profile, Slug};

/// What a search is, was, and gave.
#[derive(Debug, Default)]
pub struct Discovering {
    /// The profile that is brought up to date; none: a new one is made.
    pub target: Option<Slug>,
    /// What was asked for last.
    pub lookup: Option<Lookup>,
    /// What runs, and whether it is a registration.
    pub running: Option<(OperationId, bool)>,
    /// The addresses that were tried, in their order.
    pub tried: Vec<Tried>,
    /// What was found.
    pub finding: Option<Finding>,
    /// The client that was registered.
    pub registered: Option<Registered>,
    /// Why there is nothing, or why no client was registered.
    pub failure: Option<Failure>,
}

impl Discovering {
    /// A search that has not begun, for a profile that is there or for a new one.
    pub fn of(target: Option<Slug>) -> Self {
        Self {
            target,
            ..Self::default()
        }
    }

    /// A search was asked for: what the last one gave goes.
    pub fn began(&mut self, id: OperationId, lookup: Lookup) {
        *self = Self {
            running: Some((id, false)),
            lookup: Some(lookup),
            ..Self::of(self.target.take())
        };
    }

    /// A registration was asked for.
    pub fn began_registering(&mut self, id: OperationId) {
        self.running = Some((id, true));
        self.failure = None;
        self.registered = None;
    }

    /// Whether this is the operation that runs here.
    fn is_mine(&self, id: OperationId) -> bool {
        self.running.is_some_and(|(running, _)| running == id)
    }

    /// An address was tried.
    pub fn tried(&mut self, id: OperationId, tried: Tried) {
        if self.is_mine(id) {
            self.tried.push(tried);
        }
    }

    /// Something was found.
    pub fn found(&mut self, id: OperationId, finding: Finding) {
        if self.is_mine(id) {
            self.finding = Some(finding);
        }
    }

    /// A client was registered.
    pub fn registered(&mut self, id: OperationId, registered: Registered) {
        if self.is_mine(id) {
            self.registered = Some(registered);
        }
    }

    /// It ended.
    pub fn finished(&mut self, id: OperationId, result: Result<(), Failure>) {
        if self.is_mine(id) {
            let registered = self.running.take().is_some_and(|(_, registers)| registers);
            self.failure = match result {
                Ok(()) => None,
                Err(failure) if failure.blame != Blame::Cancelled => Some(failure),
                // The request was out.
                Err(_) if registered => Some(Failure::provider(
                    "cancelled",
                    "Cancelled while the server was asked: it may have made a client that nobody uses",
                    "Register again for another one",
                )),
                Err(_) => None,
            };
        }
    }

    /// The new profile as it stands: what was found, the client that was registered, and what the person typed.
    pub fn draft(&self, name: &str, client_id: &str) -> Profile {
        let mut profile = match (&self.registered, &self.finding) {
            (Some(registered), _) => registered.profile.clone(),
            (None, Some(finding)) => {
                let mut profile = self.lookup.clone().unwrap_or_default().like;
                finding.discovered.fill(&mut profile);
                client_id.trim().clone_into(&mut profile.client_id);
                profile
            }
            (None, None) => Profile::default(),
        };
        name.trim().clone_into(&mut profile.name);
        profile
    }

    /// A sentence for each choice of the new profile that a person may want to look at.
    pub fn notes(&self) -> Vec<String> {
        let (Some(finding), None) = (&self.finding, &self.registered) else {
            return Vec::new();
        };
        let mut profile = self.lookup.clone().unwrap_or_default().like;
        finding.discovered.fill(&mut profile)
    }

    /// What a new profile is called unless the person says otherwise: the API's name, else the host of the issuer.
    pub fn suggested_name(&self) -> String {
        let Some(finding) = &self.finding else {
            return String::new();
        };
        let discovered = &finding.discovered;
        let api = discovered.resource.as_ref().and_then(|r| r.resource_name.clone());
        let host = || {
            let issuer = url::Url::parse(discovered.metadata.issuer.as_deref()?).ok()?;
            Some(issuer.host_str()?.to_owned())
        };
        api.or_else(host).unwrap_or_else(|| "New profile".to_owned())
    }
}
