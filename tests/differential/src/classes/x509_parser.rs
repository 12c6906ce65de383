//! Classes.

use super::Class;

pub(super) const CLASSES: &[Class] = &[];
