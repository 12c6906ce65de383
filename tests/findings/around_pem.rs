//! Whatever followed the base64 of PEM was passed over: a second structure, an END line of something else, any text after one dash.

use smime::{Code, Form, Verdict};
use smime_tests::forge::ENTITY;

use crate::scene::Scene;

#[test]
fn nothing_but_blanks_follows_and_the_labels_are_one() {
    let scene = Scene::new();
    let der = scene.cms(ENTITY, true);
    let pem = smime::pem::encode("CMS", &der);
    let outcome = |text: &str| {
        let mut stream = scene.opener().form(Form::Pem).stream();
        let in_pieces = text.as_bytes().chunks(1).try_for_each(|octet| stream.push(octet)).and_then(|()| stream.finish());
        let whole = scene.opener().open(text.as_bytes());
        let [one, two] = [whole, in_pieces].map(|opened| opened.map(|opened| opened.verdict()).map_err(|error| error.code()));
        assert_eq!(one, two, "{text}");
        one
    };
    let long = "-".repeat(1000);
    for (text, expected) in [
        (pem.clone(), Ok(Verdict::Valid)),
        (pem.replace('\n', "\r\n") + "\r\n \t\r\n", Ok(Verdict::Valid)),
        (pem.trim_end().to_owned(), Ok(Verdict::Valid)),
        (pem.replace("CMS", "PKCS7"), Ok(Verdict::Valid)),
        (pem.replace("CMS-----\n", "CMS----- \n"), Ok(Verdict::Valid)),
        (pem.repeat(2), Err(Code::PemMalformed)),
        (pem.clone() + "more\n", Err(Code::PemMalformed)),
        (pem.replace("END CMS", "END PKCS7"), Err(Code::PemMalformed)),
        (pem.replace("-----END CMS-----", "-more"), Err(Code::PemMalformed)),
        (pem.replace("-----END CMS-----", "-----END CMS"), Err(Code::PemMalformed)),
        (pem.replace("-----END CMS-----", &long), Err(Code::PemMalformed)),
        (pem.replace("-----END CMS-----\n", ""), Err(Code::PemMalformed)),
        (pem.replace("-----BEGIN CMS-----", &format!("-----BEGIN {long}")), Err(Code::PemMalformed)),
    ] {
        assert_eq!(outcome(&text), expected, "{text}");
    }
    // Base64 that has ended with its padding goes on with what is none, or the structure is followed by more: as its length has it.
    for more in ["!", "more\n-----END CMS-----", "!\n-----END CMS-----"] {
        let code = outcome(&pem.replace("-----END CMS-----", more)).expect_err("an error");
        assert!(matches!(code, Code::PemMalformed | Code::MimeTransferEncoding | Code::BerTrailing), "{code:?}");
    }
    assert_eq!(scene.opener().form(Form::Pem).open(&der).err().map(|error| error.code()), Some(Code::PemMalformed));
}
