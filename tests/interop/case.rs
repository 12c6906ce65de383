//! What is combined with what: the form of a message, keys, digests, ciphers, and the ways in which keys reach recipients.

use std::fmt;

/// How a signature carries its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Clear,
    Opaque,
}

/// A kind of key; everybody has one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Rsa,
    P256,
    P384,
    P521,
}

impl Key {
    pub(crate) const ALL: [Key; 4] = [Key::Rsa, Key::P256, Key::P384, Key::P521];
    const CURVES: [Key; 3] = [Key::P256, Key::P384, Key::P521];

    /// The end of the names of its files: `alice-p256.pem`.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Key::Rsa => "rsa",
            Key::P256 => "p256",
            Key::P384 => "p384",
            Key::P521 => "p521",
        }
    }
}

/// A key and what is done with it to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Pkcs1(Key),
    Pss(Key),
    Ecdsa(Key),
}

impl Scheme {
    const ALL: [Scheme; 5] =
        [Scheme::Pkcs1(Key::Rsa), Scheme::Pss(Key::Rsa), Scheme::Ecdsa(Key::P256), Scheme::Ecdsa(Key::P384), Scheme::Ecdsa(Key::P521)];

    pub(crate) fn key(self) -> Key {
        match self {
            Scheme::Pkcs1(key) | Scheme::Pss(key) | Scheme::Ecdsa(key) => key,
        }
    }

    pub(crate) fn is_pss(self) -> bool {
        matches!(self, Scheme::Pss(_))
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scheme::Pkcs1(_) => f.write_str("RSA-2048 PKCS#1 v1.5"),
            Scheme::Pss(_) => f.write_str("RSA-2048 PSS"),
            Scheme::Ecdsa(key) => write!(f, "ECDSA {}", curve(*key)),
        }
    }
}

fn curve(key: Key) -> &'static str {
    match key {
        Key::Rsa => "RSA",
        Key::P256 => "P-256",
        Key::P384 => "P-384",
        Key::P521 => "P-521",
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digest {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    const SIGNING: [Digest; 3] = [Digest::Sha256, Digest::Sha384, Digest::Sha512];
    const AGREEING: [Digest; 5] = [Digest::Sha1, Digest::Sha224, Digest::Sha256, Digest::Sha384, Digest::Sha512];

    /// As command lines name it: `sha256`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Digest::Sha1 => "sha1",
            Digest::Sha224 => "sha224",
            Digest::Sha256 => "sha256",
            Digest::Sha384 => "sha384",
            Digest::Sha512 => "sha512",
        }
    }

    /// As `micalg` names it (RFC 8551 section 3.5.3.2).
    pub(crate) fn micalg(self) -> String {
        self.name().replace("sha", "sha-")
    }

    /// Octets of a value.
    pub(crate) fn length(self) -> usize {
        match self {
            Digest::Sha1 => 20,
            Digest::Sha224 => 28,
            Digest::Sha256 => 32,
            Digest::Sha384 => 48,
            Digest::Sha512 => 64,
        }
    }

    fn oid(self) -> &'static str {
        match self {
            Digest::Sha1 => "06052b0e03021a",
            Digest::Sha224 => "0609608648016503040204",
            Digest::Sha256 => "0609608648016503040201",
            Digest::Sha384 => "0609608648016503040202",
            Digest::Sha512 => "0609608648016503040203",
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name().to_uppercase().replace("SHA", "SHA-"))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cipher {
    Aes128Cbc,
    Aes192Cbc,
    Aes256Cbc,
    Aes128Gcm,
    Aes256Gcm,
}

impl Cipher {
    const ALL: [Cipher; 5] = [Cipher::Aes128Cbc, Cipher::Aes192Cbc, Cipher::Aes256Cbc, Cipher::Aes128Gcm, Cipher::Aes256Gcm];

    /// As OpenSSL, Bouncy Castle's program and libsmime name it: `aes-256-gcm`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Cipher::Aes128Cbc => "aes-128-cbc",
            Cipher::Aes192Cbc => "aes-192-cbc",
            Cipher::Aes256Cbc => "aes-256-cbc",
            Cipher::Aes128Gcm => "aes-128-gcm",
            Cipher::Aes256Gcm => "aes-256-gcm",
        }
    }

    /// Whether it authenticates, and so makes AuthEnvelopedData.
    pub(crate) fn is_gcm(self) -> bool {
        matches!(self, Cipher::Aes128Gcm | Cipher::Aes256Gcm)
    }

    fn oid(self) -> &'static str {
        match self {
            Cipher::Aes128Cbc => "0609608648016503040102",
            Cipher::Aes192Cbc => "0609608648016503040116",
            Cipher::Aes256Cbc => "060960864801650304012a",
            Cipher::Aes128Gcm => "0609608648016503040106",
            Cipher::Aes256Gcm => "060960864801650304012e",
        }
    }
}

impl fmt::Display for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name().to_uppercase())
    }
}

/// How the content-encryption key reaches the recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Pkcs1,
    Oaep(Digest),
    /// Ephemeral-static ECDH of RFC 5753 on the curve of this key, with the X9.63 derivation over this digest.
    Ecdh {
        key: Key,
        kdf: Digest,
        cofactor: bool,
    },
}

impl Transport {
    pub(crate) fn key(self) -> Key {
        match self {
            Transport::Pkcs1 | Transport::Oaep(_) => Key::Rsa,
            Transport::Ecdh { key, .. } => key,
        }
    }

    /// What is done, and with which digest or derivation.
    fn label(self) -> (String, String) {
        match self {
            Transport::Pkcs1 => ("RSA-2048 PKCS#1 v1.5".into(), String::new()),
            Transport::Oaep(digest) => ("RSA-2048 OAEP".into(), digest.to_string()),
            Transport::Ecdh { key, kdf, cofactor } => {
                (format!("ECDH {}", curve(key)), format!("{} {kdf}", if cofactor { "cofactor" } else { "standard" }))
            }
        }
    }

    fn oids(self) -> Vec<&'static str> {
        match self {
            Transport::Pkcs1 => vec!["06092a864886f70d010101"],
            // SHA-1 is the default and therefore not written.
            Transport::Oaep(Digest::Sha1) => vec!["06092a864886f70d010107"],
            Transport::Oaep(digest) => vec!["06092a864886f70d010107", digest.oid()],
            Transport::Ecdh { kdf: Digest::Sha1, cofactor: false, .. } => vec!["06092b81051086483f0002"],
            Transport::Ecdh { kdf: Digest::Sha1, cofactor: true, .. } => vec!["06092b81051086483f0003"],
            Transport::Ecdh { kdf, cofactor: false, .. } => match kdf {
                Digest::Sha224 => vec!["06062b8104010b00"],
                Digest::Sha256 => vec!["06062b8104010b01"],
                Digest::Sha384 => vec!["06062b8104010b02"],
                _ => vec!["06062b8104010b03"],
            },
            Transport::Ecdh { kdf, cofactor: true, .. } => match kdf {
                Digest::Sha224 => vec!["06062b8104010e00"],
                Digest::Sha256 => vec!["06062b8104010e01"],
                Digest::Sha384 => vec!["06062b8104010e02"],
                _ => vec!["06062b8104010e03"],
            },
        }
    }
}

/// How the CMS is encoded: lengths definite throughout, or indefinite around the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Der,
    Ber,
}

impl Encoding {
    pub(crate) const BOTH: [Encoding; 2] = [Encoding::Der, Encoding::Ber];
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Encoding::Der { "DER" } else { "BER" })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signing {
    pub(crate) form: Form,
    pub(crate) scheme: Scheme,
    pub(crate) digest: Digest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sealing {
    pub(crate) transport: Transport,
    pub(crate) cipher: Cipher,
}

/// One combination: signed, encrypted, or signed and then encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) signing: Option<Signing>,
    pub(crate) sealing: Option<Sealing>,
    pub(crate) encoding: Encoding,
}

impl Case {
    /// The row of the table that it belongs to: form, keys and what is done with them, digest or key derivation, cipher.
    pub(crate) fn row(&self) -> [String; 4] {
        let cipher = self.sealing.map(|sealing| sealing.cipher.to_string()).unwrap_or_default();
        match (self.signing, self.sealing) {
            (Some(signing), None) => [form(signing.form).into(), signing.scheme.to_string(), signing.digest.to_string(), cipher],
            (None, Some(sealing)) => {
                let (family, derivation) = sealing.transport.label();
                [sealed(sealing.cipher).into(), family, derivation, cipher]
            }
            (Some(signing), Some(sealing)) => {
                let (family, derivation) = sealing.transport.label();
                let digests = if derivation.is_empty() { signing.digest.to_string() } else { format!("{}; {derivation}", signing.digest) };
                [
                    format!("{} in {}", form(signing.form), sealed(sealing.cipher)),
                    format!("{} in {family}", signing.scheme),
                    digests,
                    cipher,
                ]
            }
            (None, None) => unreachable!("a case protects something"),
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.row().into_iter().filter(|word| !word.is_empty()).collect();
        write!(f, "{} {}", words.join(", "), self.encoding)
    }
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Clear => "clear",
        Form::Opaque => "opaque",
    }
}

fn sealed(cipher: Cipher) -> &'static str {
    if cipher.is_gcm() { "auth-enveloped" } else { "encrypted" }
}

/// The object identifiers, in DER and hexadecimal, that must stand in a signature so made.
pub(crate) fn marks_of_signing(signing: &Signing) -> Vec<&'static str> {
    let mut marks = vec!["06092a864886f70d010702", signing.digest.oid()];
    match (signing.scheme, signing.digest) {
        (Scheme::Pss(_), _) => marks.push("06092a864886f70d01010a"),
        (Scheme::Ecdsa(_), Digest::Sha256) => marks.push("06082a8648ce3d040302"),
        (Scheme::Ecdsa(_), Digest::Sha384) => marks.push("06082a8648ce3d040303"),
        (Scheme::Ecdsa(_), Digest::Sha512) => marks.push("06082a8648ce3d040304"),
        _ => {}
    }
    marks
}

/// The same for an encrypted layer.
pub(crate) fn marks_of_sealing(sealing: &Sealing) -> Vec<&'static str> {
    let mut marks = sealing.transport.oids();
    marks.push(sealing.cipher.oid());
    marks.push(if sealing.cipher.is_gcm() { "060b2a864886f70d0109100117" } else { "06092a864886f70d010703" });
    marks
}

/// Every combination, in the order of the tables.
pub(crate) fn all() -> Vec<Case> {
    let mut layers = Vec::new();
    for form in [Form::Clear, Form::Opaque] {
        for scheme in Scheme::ALL {
            layers.extend(Digest::SIGNING.map(|digest| (Some(Signing { form, scheme, digest }), None)));
        }
    }
    for aead in [false, true] {
        for transport in transports() {
            for cipher in Cipher::ALL.into_iter().filter(|cipher| cipher.is_gcm() == aead) {
                layers.push((None, Some(Sealing { transport, cipher })));
            }
        }
    }
    for form in [Form::Clear, Form::Opaque] {
        for (scheme, transport) in pairs() {
            for cipher in Cipher::ALL {
                let signing = Signing { form, scheme, digest: fitting(scheme.key()) };
                layers.push((Some(signing), Some(Sealing { transport, cipher })));
            }
        }
    }
    layers.into_iter().flat_map(|(signing, sealing)| Encoding::BOTH.map(|encoding| Case { signing, sealing, encoding })).collect()
}

fn transports() -> Vec<Transport> {
    let mut transports = vec![Transport::Pkcs1];
    transports.extend([Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512].map(Transport::Oaep));
    for key in Key::CURVES {
        for cofactor in [false, true] {
            transports.extend(Digest::AGREEING.map(|kdf| Transport::Ecdh { key, kdf, cofactor }));
        }
    }
    transports
}

/// Who signs with what for which recipient, where both are done: the same kind of key, or a recipient with RSA.
fn pairs() -> Vec<(Scheme, Transport)> {
    let agreement = |key| Transport::Ecdh { key, kdf: fitting(key), cofactor: false };
    let mut pairs = vec![(Scheme::Pss(Key::Rsa), Transport::Oaep(Digest::Sha256))];
    pairs.extend(Key::CURVES.map(|key| (Scheme::Ecdsa(key), agreement(key))));
    pairs.extend(Scheme::ALL.map(|scheme| (scheme, Transport::Pkcs1)));
    pairs
}

/// The digest that goes with a key.
pub(crate) fn fitting(key: Key) -> Digest {
    match key {
        Key::Rsa | Key::P256 => Digest::Sha256,
        Key::P384 => Digest::Sha384,
        Key::P521 => Digest::Sha512,
    }
}
