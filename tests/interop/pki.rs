//! Throw-away keys and certificates, made by OpenSSL when the tests run: a root, an authority below it, and for Alice, who
//! signs, and Bob, who receives, a key of each kind. Besides a stranger below a root that nobody trusts.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::case::Key;
use crate::command::{command, run};

/// The password of every PKCS #12 file.
pub(crate) const PASSWORD: &str = "secret";

const EXTENSIONS: &str = "\
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[rsa]
keyUsage = critical, digitalSignature, keyEncipherment
basicConstraints = critical, CA:FALSE
extendedKeyUsage = emailProtection
subjectAltName = email:$ENV::MAIL
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ec]
keyUsage = critical, digitalSignature, keyAgreement
basicConstraints = critical, CA:FALSE
extendedKeyUsage = emailProtection
subjectAltName = email:$ENV::MAIL
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
";

/// A folder with `root.pem`, `inter.pem` and, for each person and key, `alice-p256.pem`, `.key` (PKCS #8) and `.p12` (with the
/// chain, in the old encryption that every peer reads).
pub(crate) struct Pki {
    folder: TempDir,
    /// The time of this run as a Date field has it.
    pub(crate) date: String,
}

impl Pki {
    /// # Panics
    /// Where OpenSSL cannot make it.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("smime-interop-").tempdir().expect("a temporary folder");
        let date = String::from_utf8(run(&mut command("date", ["-R"]), b"").expect("the date")).expect("text").trim().to_owned();
        let pki = Self { folder, date };
        std::fs::write(pki.file("extensions"), EXTENSIONS).expect("a file");
        pki.authority("root", None);
        pki.authority("inter", Some("root"));
        pki.authority("other", None);
        std::thread::scope(|scope| {
            let pki = &pki;
            for (person, mail, issuer) in
                [("alice", "alice@example.org", "inter"), ("bob", "bob@example.org", "inter"), ("stranger", "alice@example.org", "other")]
            {
                let keys = if person == "stranger" { &Key::ALL[..1] } else { &Key::ALL };
                scope.spawn(move || keys.iter().for_each(|key| pki.person(&format!("{person}-{}", key.file()), *key, mail, issuer)));
            }
        });
        pki
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    fn authority(&self, name: &str, issuer: Option<&str>) {
        self.key(name, if issuer.is_some() { Key::Rsa } else { Key::P256 });
        self.certify(name, &format!("/O=Interop/CN=Interop {name}"), "", issuer, if issuer.is_some() { "authority" } else { "root" });
    }

    fn person(&self, name: &str, key: Key, mail: &str, issuer: &str) {
        self.key(name, key);
        let section = if key == Key::Rsa { "rsa" } else { "ec" };
        self.certify(name, &format!("/O=Interop/CN={name}"), mail, Some(issuer), section);
        let [key, certificate, chain, out] = [".key", ".pem", "", ".p12"].map(|end| match end {
            "" => self.file(&format!("{issuer}.pem")),
            end => self.file(&format!("{name}{end}")),
        });
        let mut export = command("openssl", ["pkcs12", "-export", "-name", name, "-passout"]);
        export.arg(format!("pass:{PASSWORD}")).args(["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"]);
        export.arg("-inkey").arg(key).arg("-in").arg(certificate).arg("-certfile").arg(chain).arg("-out").arg(out);
        run(&mut export, b"").expect("a PKCS #12 file");
    }

    fn key(&self, name: &str, key: Key) {
        let mut generate = match key {
            Key::Rsa => command("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
            Key::P256 => command("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
            Key::P384 => command("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
            Key::P521 => command("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]),
        };
        run(generate.arg("-out").arg(self.file(&format!("{name}.key"))), b"").expect("a key");
    }

    fn certify(&self, name: &str, subject: &str, mail: &str, issuer: Option<&str>, section: &str) {
        let key = self.file(&format!("{name}.key"));
        let request = run(command("openssl", ["req", "-new", "-subj", subject, "-key"]).arg(&key), b"").expect("a request");
        let mut issue = command("openssl", ["x509", "-req", "-days", "365", "-extensions", section]);
        issue.env("MAIL", mail).arg("-extfile").arg(self.file("extensions"));
        match issuer {
            Some(issuer) => {
                issue.arg("-CA").arg(self.file(&format!("{issuer}.pem"))).arg("-CAkey").arg(self.file(&format!("{issuer}.key")));
            }
            None => {
                issue.arg("-signkey").arg(&key);
            }
        }
        run(issue.arg("-out").arg(self.file(&format!("{name}.pem"))), &request).expect("a certificate");
    }
}
