//! Limits as a mapping of names to numbers.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use smime::Limits;

use crate::errors::usage;

macro_rules! fields {
    ($($name:ident),* $(,)?) => {
        /// The limits that hold where none are given.
        #[pyo3::pyfunction]
        pub(crate) fn default_limits(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
            let limits = Limits::default();
            let mapping = PyDict::new(py);
            $(mapping.set_item(stringify!($name), limits.$name)?;)*
            Ok(mapping)
        }

        /// The default limits, changed by what stands in this mapping.
        pub(crate) fn limits_of(mapping: Option<&Bound<'_, PyDict>>) -> PyResult<Limits> {
            let mut limits = Limits::default();
            for (name, value) in mapping.into_iter().flatten() {
                match name.extract::<String>()?.as_str() {
                    $(stringify!($name) => limits.$name = value.extract()?,)*
                    other => return Err(usage(&format!("there is no limit {other}"))),
                }
            }
            Ok(limits)
        }
    };
}

fields!(
    message_bytes,
    memory_bytes,
    layers,
    ber_depth,
    element_bytes,
    layer_bytes,
    recipients,
    signers,
    certificates,
    attributes,
    private_key_operations,
    header_bytes,
    header_fields,
    mime_parts,
    mime_depth,
    kdf_iterations,
    kdf_memory,
    path_signatures,
    path_steps,
    path_length,
    fetches,
    inflate_ratio,
);
