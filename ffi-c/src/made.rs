//! Settings that C changes one at a time, and what the core makes of them, made once and used by many calls at the same time.

use std::sync::RwLock;

use smime::Result;

use crate::call;

/// Settings, and the object that was built from them last.
pub(crate) struct Made<S, T> {
    state: RwLock<State<S, T>>,
}

struct State<S, T> {
    settings: S,
    built: Option<T>,
}

impl<S, T: Clone> Made<S, T> {
    pub(crate) fn new(settings: S) -> Self {
        Self { state: RwLock::new(State { settings, built: None }) }
    }

    /// Changes the settings. A change that fails must leave them as they were.
    pub(crate) fn change(&self, change: impl FnOnce(&mut S) -> Result<()>) -> Result<()> {
        let mut state = call::write(&self.state);
        change(&mut state.settings)?;
        state.built = None;
        Ok(())
    }

    /// The object for these settings. It is built anew where they have changed since, or where it no longer fits.
    pub(crate) fn object(&self, fits: impl Fn(&S, &T) -> bool, build: impl FnOnce(&S) -> Result<T>) -> Result<T> {
        let state = call::read(&self.state);
        if let Some(built) = state.built.as_ref().filter(|built| fits(&state.settings, built)) {
            return Ok(built.clone());
        }
        drop(state);
        let mut state = call::write(&self.state);
        let built = build(&state.settings)?;
        state.built = Some(built.clone());
        Ok(built)
    }
}
