//! What was fetched for one message, which may be read twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::path::{Fetch, Need, NeedKind};

/// What is asked for: [`Need::key`].
type Asked = (NeedKind, String, [u8; 32]);

/// Asks for each thing once and remembers the answer.
pub(super) struct Fetched {
    fetcher: Arc<dyn Fetch>,
    answers: Mutex<HashMap<Asked, Option<Vec<u8>>>>,
}

impl Fetched {
    pub(super) fn with(fetcher: Arc<dyn Fetch>) -> Self {
        Self { fetcher, answers: Mutex::default() }
    }
}

impl Fetch for Fetched {
    fn fetch(&self, need: &Need) -> Option<Vec<u8>> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.entry(need.key()).or_insert_with(|| self.fetcher.fetch(need)).clone()
    }
}
