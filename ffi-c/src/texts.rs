//! Text for C: with NUL at the end.

use std::ffi::{CStr, CString};

use crate::codes::TABLE;

/// What there is to say about a code.
pub(crate) struct CodeTexts {
    pub(crate) number: i32,
    pub(crate) name: &'static CStr,
    pub(crate) sentence: &'static CStr,
    /// Empty where there is none.
    pub(crate) reference: &'static CStr,
}

/// This text; a NUL inside, which nothing of ours has, would end it for C and becomes another sign.
pub(crate) fn c_string(text: impl Into<String>) -> CString {
    let mut octets = text.into().into_bytes();
    if octets.contains(&0) {
        octets.iter_mut().filter(|octet| **octet == 0).for_each(|octet| *octet = b'?');
    }
    CString::new(octets).unwrap_or_default()
}

/// The texts of the code with this number.
pub(crate) fn of(number: i32) -> Option<&'static CodeTexts> {
    TABLE.binary_search_by_key(&number, |texts| texts.number).ok().and_then(|at| TABLE.get(at))
}

/// The stable name of the code with this number.
pub(crate) fn name(number: i32) -> Option<&'static CStr> {
    of(number).map(|texts| texts.name)
}
