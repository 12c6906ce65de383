//! Fields with a CR that is no line end, or with NUL, were written as they came into the header of a signed or encrypted message, where some
//! who pass it on read further fields out of them.

use smime::{Code, Encryptor, Signer};

use crate::scene::Scene;

#[test]
fn they_are_refused_in_what_is_written() {
    let scene = Scene::new();
    let signer = Signer::new(&scene.alice);
    let encryptor = Encryptor::new().recipient(scene.alice.certificate()).expect("a recipient");
    let outcomes = |message: &[u8]| {
        let source = || std::io::Cursor::new(message);
        let results = [
            signer.sign(message).map(drop),
            signer.clone().opaque().sign(message).map(drop),
            signer.clone().protect_headers().sign(message).map(drop),
            signer.sign_from(&mut source(), &mut Vec::new()),
            encryptor.encrypt(message).map(drop),
            encryptor.clone().protect_headers().encrypt(message).map(drop),
            encryptor.encrypt_from(&mut source(), &mut Vec::new()),
        ];
        results.map(|result| result.map_err(|error| error.code()))
    };
    for field in ["Subject: a\rBcc: eve@example.org", "Subject: a\0b", "Content-Type: text/plain; a=\"\r\"", "X: y\r"] {
        let message = format!("From: a@example.org\r\n{field}\r\n\r\nhello\r\n");
        assert_eq!(outcomes(message.as_bytes()), [Err(Code::UseHeaderValue); 7], "{field:?}");
    }
    let folded = b"From: a@example.org\r\nSubject: a\r\n b\r\n\tc\r\n\r\nhello\r\n";
    assert_eq!(outcomes(folded), [Ok(()); 7]);
}
