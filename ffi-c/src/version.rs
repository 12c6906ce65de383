//! Which version this is.

use std::ffi::{CStr, c_char};

/// The version of the C interface that this header describes. It grows with each version that adds symbols; what is there
/// never changes its meaning.
pub const SMIME_ABI_VERSION: u32 = 1;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the library that is in use, for example "0.1.0".
#[unsafe(no_mangle)]
pub extern "C" fn smime_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The SMIME_ABI_VERSION that the library in use was built with. A program that was compiled with a greater one may miss symbols.
#[unsafe(no_mangle)]
pub extern "C" fn smime_abi_version() -> u32 {
    SMIME_ABI_VERSION
}
