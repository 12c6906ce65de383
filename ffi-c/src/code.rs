//! What there is to say about codes and verdicts.

use std::ffi::{CStr, c_char};

use smime::report::AddressMatch;
use smime::{Code, Severity, Verdict};

use crate::{call, constants as c, texts};

/// The stable name of a code, for example "SIG-DIGEST-MISMATCH". Static; NULL for a number that is no code.
#[unsafe(no_mangle)]
pub extern "C" fn smime_code_name(code: i32) -> *const c_char {
    pointer(texts::of(code).map(|texts| texts.name))
}

/// A sentence about a code that a postmaster understands, without a full stop. Static; NULL for a number that is no code.
#[unsafe(no_mangle)]
pub extern "C" fn smime_code_sentence(code: i32) -> *const c_char {
    pointer(texts::of(code).map(|texts| texts.sentence))
}

/// The rule behind a code, for example "RFC 5652 section 5.6". Static; NULL where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn smime_code_reference(code: i32) -> *const c_char {
    pointer(texts::of(code).map(|texts| texts.reference).filter(|reference| !reference.is_empty()))
}

/// The class of a code, one of SMIME_CLASS_*: who or what is to blame. 0 for a number that is no code.
#[unsafe(no_mangle)]
pub extern "C" fn smime_code_class(code: i32) -> i32 {
    Code::from_number(code).map_or(0, |code| code.class() as i32)
}

/// How much a finding with this code weighs as a rule, one of SMIME_SEVERITY_*. 0 for a number that is no code.
#[unsafe(no_mangle)]
pub extern "C" fn smime_code_severity(code: i32) -> i32 {
    Code::from_number(code).map_or(0, |code| severity(code.severity()))
}

/// The code with this stable name. 0 where there is none or name is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_code_from_name(name: *const c_char) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(Code::from_name(unsafe { call::text(name) }?).map_or(0, Code::number)))
}

/// The word for a verdict as it stands in reports, for example "untrusted". Static; NULL for a number that is no verdict.
#[unsafe(no_mangle)]
pub extern "C" fn smime_verdict_name(verdict: i32) -> *const c_char {
    pointer(match verdict {
        c::SMIME_VERDICT_VALID => Some(c"valid"),
        c::SMIME_VERDICT_UNSIGNED => Some(c"unsigned"),
        c::SMIME_VERDICT_UNTRUSTED => Some(c"untrusted"),
        c::SMIME_VERDICT_INDETERMINATE => Some(c"indeterminate"),
        c::SMIME_VERDICT_INVALID => Some(c"invalid"),
        _ => None,
    })
}

/// 1 where a message with this verdict may be used, which is SMIME_VERDICT_VALID and SMIME_VERDICT_UNSIGNED; else 0.
#[unsafe(no_mangle)]
pub extern "C" fn smime_verdict_is_acceptable(verdict: i32) -> i32 {
    i32::from(matches!(verdict, c::SMIME_VERDICT_VALID | c::SMIME_VERDICT_UNSIGNED))
}

fn pointer(text: Option<&'static CStr>) -> *const c_char {
    text.map_or(std::ptr::null(), CStr::as_ptr)
}

pub(crate) fn severity(severity: Severity) -> i32 {
    match severity {
        Severity::Info => c::SMIME_SEVERITY_INFO,
        Severity::Warning => c::SMIME_SEVERITY_WARNING,
        _ => c::SMIME_SEVERITY_ERROR,
    }
}

pub(crate) fn verdict(verdict: Verdict) -> i32 {
    match verdict {
        Verdict::Valid => c::SMIME_VERDICT_VALID,
        Verdict::Unsigned => c::SMIME_VERDICT_UNSIGNED,
        Verdict::Untrusted => c::SMIME_VERDICT_UNTRUSTED,
        Verdict::Invalid => c::SMIME_VERDICT_INVALID,
        _ => c::SMIME_VERDICT_INDETERMINATE,
    }
}

pub(crate) fn address_match(found: AddressMatch) -> i32 {
    match found {
        AddressMatch::Match => c::SMIME_ADDRESS_MATCH,
        AddressMatch::Mismatch => c::SMIME_ADDRESS_MISMATCH,
        AddressMatch::Ambiguous => c::SMIME_ADDRESS_AMBIGUOUS,
        _ => c::SMIME_ADDRESS_ABSENT,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/codes.rs");

    fn generated() -> String {
        let mut file = String::from(
            "//! The codes as constants, and their texts. Generated from the core's table: `cargo xtask header`. Do not edit.\n\n\
             use crate::texts::CodeTexts;\n\n",
        );
        for code in Code::ALL {
            let name = code.as_str().replace('-', "_");
            writeln!(file, "/// {}: {}.\npub const SMIME_E_{name}: i32 = {};", code.as_str(), code.sentence(), code.number())
                .expect("memory");
        }
        file.push_str("\n/// Sorted by number.\n#[rustfmt::skip]\npub(crate) static TABLE: &[CodeTexts] = &[\n");
        for code in Code::ALL {
            let (number, name, sentence) = (code.number(), code.as_str(), code.sentence());
            let reference = code.reference().unwrap_or_default();
            writeln!(file, "    CodeTexts {{ number: {number}, name: c{name:?}, sentence: c{sentence:?}, reference: c{reference:?} }},")
                .expect("memory");
        }
        file.push_str("];\n");
        file
    }

    /// With the variable SMIME_WRITE_CODES the file is written instead: `cargo xtask header` does that.
    #[test]
    fn the_constants_are_those_of_the_core() {
        if std::env::var_os("SMIME_WRITE_CODES").is_some() {
            std::fs::write(FILE, generated()).expect("the file can be written");
        }
        assert_eq!(std::fs::read_to_string(FILE).expect("the file"), generated(), "run `cargo xtask header`");
    }

    #[test]
    fn every_code_has_its_texts() {
        assert!(texts::of(0).is_none() && texts::of(-1).is_none() && texts::of(i32::MAX).is_none());
        for code in Code::ALL {
            let texts = texts::of(code.number()).expect("a code of the core");
            assert_eq!(texts.name.to_str(), Ok(code.as_str()));
            assert_eq!(texts.sentence.to_str(), Ok(code.sentence()));
            assert_eq!(texts.reference.to_str(), Ok(code.reference().unwrap_or_default()));
        }
    }

    #[test]
    fn classes_are_those_of_the_core() {
        use smime::Class;
        for (class, constant) in [
            (Class::Usage, c::SMIME_CLASS_USAGE),
            (Class::Malformed, c::SMIME_CLASS_MALFORMED),
            (Class::Decryption, c::SMIME_CLASS_DECRYPTION),
            (Class::Limit, c::SMIME_CLASS_LIMIT),
            (Class::Unsupported, c::SMIME_CLASS_UNSUPPORTED),
            (Class::Signature, c::SMIME_CLASS_SIGNATURE),
            (Class::Path, c::SMIME_CLASS_PATH),
            (Class::Address, c::SMIME_CLASS_ADDRESS),
            (Class::Internal, c::SMIME_CLASS_INTERNAL),
        ] {
            assert_eq!(class as i32, constant);
        }
    }

    #[test]
    fn verdicts_have_the_words_of_the_core() {
        for found in [Verdict::Valid, Verdict::Unsigned, Verdict::Untrusted, Verdict::Indeterminate, Verdict::Invalid] {
            let number = verdict(found);
            // SAFETY: a static text.
            let name = unsafe { CStr::from_ptr(smime_verdict_name(number)) };
            assert_eq!(name.to_str(), Ok(found.as_str()));
            assert_eq!(smime_verdict_is_acceptable(number), i32::from(found.is_acceptable()));
        }
        assert!(smime_verdict_name(0).is_null());
    }
}
