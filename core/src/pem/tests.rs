use super::*;

fn labels(text: &str) -> Vec<String> {
    blocks(text.as_bytes()).map(|block| block.unwrap().label().to_owned()).collect()
}

#[test]
fn blocks_in_the_order_of_the_text_with_noise_around_them() {
    let text = "Bag Attributes\n    localKeyID: 01 02\nKey Attributes: <No Attributes>\n\
        -----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\nsubject=CN = -----BEGIN me\n\
        \t-----BEGIN CERTIFICATE-----  \n M A\n A=\n-----END CERTIFICATE-----\nthe end";
    assert_eq!(labels(text), ["PRIVATE KEY", "CERTIFICATE"]);
    for line_end in ["\r\n", "\r"] {
        let text = text.replace('\n', line_end);
        assert_eq!(labels(&text), ["PRIVATE KEY", "CERTIFICATE"]);
        for block in blocks(text.as_bytes()) {
            assert_eq!(block.unwrap().decode().unwrap().as_slice(), [0x30, 0]);
        }
    }
}

#[test]
fn a_byte_order_mark_and_a_missing_last_line_end_do_not_matter() {
    assert_eq!(labels("\u{feff}-----BEGIN A-----\nMAA=\n-----END A-----"), ["A"]);
}

#[test]
fn what_is_no_block_is_refused() {
    for text in [
        "-----BEGIN A-----\nMAA=\n",
        "-----BEGIN A-----\nMAA=\n-----END B-----\n",
        "-----BEGIN A\nMAA=\n-----END A-----\n",
        "-----BEGIN A-----\nMAA=\n-----END A\n",
        "-----BEGIN A-----\nMAA=\n-----BEGIN A-----\nMAA=\n-----END A-----\n",
        "-----BEGIN \u{1b}[31m-----\nMAA=\n-----END \u{1b}[31m-----\n",
    ] {
        let found: Vec<_> = blocks(text.as_bytes()).collect();
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].as_ref().err().map(Error::code), Some(Code::PemMalformed), "{text}");
    }
    for digits in ["M", "MA=", "MAA", "M*A=", "MAA=MAA="] {
        let text = format!("-----BEGIN A-----\n{digits}\n-----END A-----\n");
        let block = blocks(text.as_bytes()).next().unwrap().unwrap();
        assert_eq!(block.decode().unwrap_err().code(), Code::PemMalformed, "{digits}");
    }
}

#[test]
fn header_fields_are_no_base64() {
    for line_end in ["\n", "\r\n"] {
        let text =
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMAA=\n-----END RSA PRIVATE KEY-----\n"
                .replace('\n', line_end);
        let block = blocks(text.as_bytes()).next().unwrap().unwrap();
        assert!(block.is_encrypted());
        assert_eq!(block.decode().unwrap().as_slice(), [0x30, 0]);
    }
}

#[test]
fn many_beginnings_cost_linear_time() {
    // Each of them ends at the first, so a reader that looked for the end of each anew would take 10^10 steps.
    let text = "-----BEGIN A-----\n".repeat(100_000);
    assert_eq!(blocks(text.as_bytes()).count(), 1);
}

proptest::proptest! {
    #[test]
    fn what_is_encoded_is_decoded(octets: Vec<u8>) {
        let text = encode("CMS", &octets);
        assert!(text.lines().all(|line| line.len() <= LINE));
        let found: Vec<_> = blocks(text.as_bytes()).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].as_ref().unwrap().decode().unwrap().as_slice(), octets);
    }

    #[test]
    fn reading_never_panics(pieces in proptest::collection::vec(proptest::prop_oneof![
        proptest::strategy::Just("-----BEGIN A-----\n".to_owned()), proptest::strategy::Just("-----END A-----\n".to_owned()),
        proptest::strategy::Just("\n\n".to_owned()), proptest::strategy::Just("A: b".to_owned()), "\\PC*"
    ], 0..12)) {
        for block in blocks(pieces.concat().as_bytes()).flatten() {
            let _ = block.decode();
        }
    }
}
