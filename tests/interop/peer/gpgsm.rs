//! gpgsm of GnuPG, in a home of its own. It speaks bare CMS; MIME is put around it here, as mail programs do that use it.
//!
//! Its import of a PKCS #12 file with an EC key crashes (2.2.40), so the private keys are written where its agent keeps them.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use crate::case::{Case, Cipher, Digest, Encoding, Form, Key, Scheme, Sealing, Signing, Transport};
use crate::command::{Scratch, command, installed, run, run_with_errors};
use crate::mail;
use crate::pki::Pki;

use super::{Answer, Obstacle, Peer};

pub(crate) struct Gpgsm {
    home: PathBuf,
    keys: Vec<Known>,
    /// One process at a time: they share a key box and an agent.
    turn: Mutex<()>,
}

/// A certificate in the key box.
struct Known {
    name: String,
    fingerprint: String,
    keygrip: String,
}

impl Gpgsm {
    pub(crate) fn new(pki: &Pki) -> Result<Self, String> {
        if !installed("gpgsm") || !installed("gpg-agent") {
            return Err("gpgsm is not installed".into());
        }
        let home = pki.file("gnupg");
        std::fs::create_dir_all(home.join("private-keys-v1.d")).map_err(|error| error.to_string())?;
        #[cfg(unix)]
        std::fs::set_permissions(&home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(|error| error.to_string())?;
        let root = run(command("openssl", ["x509", "-noout", "-fingerprint", "-sha1", "-in"]).arg(pki.file("root.pem")), b"")?;
        let root = String::from_utf8_lossy(&root).split('=').nth(1).unwrap_or_default().trim().to_owned();
        std::fs::write(home.join("trustlist.txt"), format!("{root} S relax\n")).map_err(|error| error.to_string())?;
        let options = "batch\nno-tty\ndisable-crl-checks\ndisable-dirmngr\ndisable-policy-checks\n";
        std::fs::write(home.join("gpgsm.conf"), options).map_err(|error| error.to_string())?;
        let mut gpgsm = Self { home, keys: Vec::new(), turn: Mutex::new(()) };
        gpgsm.import(pki)?;
        Ok(gpgsm)
    }

    fn import(&mut self, pki: &Pki) -> Result<(), String> {
        let names: Vec<String> =
            ["alice", "bob"].iter().flat_map(|person| Key::ALL.map(|key| format!("{person}-{}", key.file()))).collect();
        let mut import = self.command(&["--import"]);
        import.args(["root", "inter"].map(|name| pki.file(&format!("{name}.pem"))));
        run(import.args(names.iter().map(|name| pki.file(&format!("{name}.pem")))), b"")?;
        let list = run(&mut self.command(&["--list-keys", "--with-colons", "--with-keygrip"]), b"")?;
        self.keys = known(&String::from_utf8_lossy(&list));
        for name in &names {
            let known = self.known(name)?;
            let key = pki.file(&format!("{name}.key"));
            let der = run(command("openssl", ["pkey", "-traditional", "-outform", "DER", "-in"]).arg(key), b"")?;
            let expression = if name.ends_with("rsa") { rsa_expression(&der) } else { ec_expression(&der) };
            let expression = expression.ok_or("a key of an unknown form")?;
            let file = self.home.join("private-keys-v1.d").join(format!("{}.key", known.keygrip));
            std::fs::write(file, expression).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn known(&self, name: &str) -> Result<&Known, String> {
        self.keys.iter().find(|known| known.name == name).ok_or_else(|| format!("gpgsm did not keep the certificate of {name}"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command("gpgsm", ["--homedir"]);
        command.arg(&self.home).args(arguments).env("LC_ALL", "C");
        command
    }

    fn run(&self, command: &mut Command, input: &[u8]) -> Answer {
        let _turn = self.turn.lock().expect("nobody panics in here");
        run(command, input)
    }
}

impl Drop for Gpgsm {
    fn drop(&mut self) {
        run(command("gpgconf", ["--kill", "gpg-agent"]).env("GNUPGHOME", &self.home), b"").ok();
    }
}

/// Reads the list that gpgsm makes for programs: a certificate's records, `fpr`, `grp` and `uid` among them, follow its `crt`.
fn known(list: &str) -> Vec<Known> {
    let mut keys: Vec<Known> = Vec::new();
    for line in list.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let value = fields.get(9).copied().unwrap_or_default().to_owned();
        match (fields[0], keys.last_mut()) {
            ("crt" | "crs", _) => keys.push(Known { name: String::new(), fingerprint: String::new(), keygrip: String::new() }),
            ("fpr", Some(last)) => last.fingerprint = value,
            ("grp", Some(last)) => last.keygrip = value,
            ("uid", Some(last)) if last.name.is_empty() => {
                last.name = value.trim_start_matches("CN=").split(',').next().unwrap_or_default().to_owned();
            }
            _ => {}
        }
    }
    keys
}

/// The canonical S-expression of an EC key from its SEC 1 DER.
fn ec_expression(der: &[u8]) -> Option<Vec<u8>> {
    let (curve, length) = [("NIST P-256", 32usize), ("NIST P-384", 48), ("NIST P-521", 66)]
        .into_iter()
        .find(|(_, length)| mail::contains(der, &[2, 1, 1, 4, *length as u8]))?;
    let at = der.windows(5).position(|window| window == [2, 1, 1, 4, length as u8])? + 5;
    let private = der.get(at..at + length)?;
    let public = der.get(der.len().checked_sub(2 * length + 1)?..)?;
    let mut expression = b"(11:private-key(3:ecc".to_vec();
    for (name, value) in [("curve", curve.as_bytes()), ("q", public), ("d", private)] {
        parameter(&mut expression, name, value);
    }
    expression.extend_from_slice(b"))");
    Some(expression)
}

/// The canonical S-expression of an RSA key from its PKCS #1 DER. Libgcrypt wants p < q and u = 1/p mod q.
fn rsa_expression(der: &[u8]) -> Option<Vec<u8>> {
    let integers = integers(der)?;
    let [_, n, e, d, p, q, _, _, u] = integers.as_slice() else { return None };
    let mut expression = b"(11:private-key(3:rsa".to_vec();
    // PKCS #1 has the inverse of q modulo p: with the two exchanged it is what libgcrypt wants.
    for (name, value) in [("n", n), ("e", e), ("d", d), ("p", q), ("q", p), ("u", u)] {
        parameter(&mut expression, name, value);
    }
    expression.extend_from_slice(b"))");
    Some(expression)
}

fn parameter(expression: &mut Vec<u8>, name: &str, value: &[u8]) {
    expression.extend_from_slice(format!("({}:{name}{}:", name.len(), value.len()).as_bytes());
    expression.extend_from_slice(value);
    expression.push(b')');
}

/// The contents of the INTEGERs in a SEQUENCE.
fn integers(der: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut rest, mut integers) = (element(der)?.0, Vec::new());
    while !rest.is_empty() {
        let (content, after) = element(rest)?;
        integers.push(content);
        rest = after;
    }
    Some(integers)
}

/// The content of a DER element and what follows it.
fn element(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, start) = match *der.get(1)? {
        length @ 0..=0x7f => (usize::from(length), 2),
        0x81 => (usize::from(*der.get(2)?), 3),
        _ => (usize::from(*der.get(2)?) << 8 | usize::from(*der.get(3)?), 4),
    };
    Some((der.get(start..start + length)?, der.get(start + length..)?))
}

impl Peer for Gpgsm {
    fn name(&self) -> &'static str {
        "gpgsm"
    }

    fn version(&self) -> String {
        let version = run(&mut command("gpgsm", ["--version"]), b"").unwrap_or_default();
        String::from_utf8_lossy(&version).lines().next().unwrap_or_default().to_owned()
    }

    fn cannot_make(&self, case: &Case) -> Option<Obstacle> {
        if case.encoding == Encoding::Der {
            return Some(Obstacle::NoWay("it writes BER only"));
        }
        match (case.signing, case.sealing) {
            (Some(Signing { scheme: Scheme::Pss(_), .. }), _) => Some(Obstacle::NoWay("it does not sign with PSS")),
            (Some(Signing { scheme: Scheme::Ecdsa(key), digest, .. }), _) if shorter(digest, key) => {
                Some(Obstacle::Refuses("it does not sign with a digest shorter than the curve"))
            }
            (_, Some(Sealing { cipher, .. })) if cipher.is_gcm() => Some(Obstacle::NoWay("it has no AuthEnvelopedData")),
            (_, Some(Sealing { transport: Transport::Oaep(_), .. })) => Some(Obstacle::NoWay("it does not encrypt with OAEP")),
            (_, Some(Sealing { transport: Transport::Ecdh { .. }, .. })) => Some(Obstacle::NoWay("it encrypts to RSA only")),
            _ => None,
        }
    }

    fn cannot_read(&self, case: &Case) -> Option<&'static str> {
        match (case.signing, case.sealing) {
            (_, Some(Sealing { cipher, .. })) if cipher.is_gcm() => Some("it has no AuthEnvelopedData"),
            (_, Some(Sealing { transport: Transport::Oaep(_), .. })) => Some("it does not decrypt OAEP"),
            (_, Some(Sealing { transport: Transport::Ecdh { .. }, .. })) => Some("it decrypts with RSA only"),
            (Some(Signing { scheme: Scheme::Ecdsa(Key::P521), .. }), _) => Some("it does not verify with P-521"),
            (Some(Signing { scheme: Scheme::Ecdsa(key), digest, .. }), _) if shorter(digest, key) => {
                Some("it does not verify a digest shorter than the curve")
            }
            _ => None,
        }
    }

    fn sign(&self, entity: &[u8], signing: &Signing, _: Encoding) -> Answer {
        let detach = if signing.form == Form::Clear { "--detach-sign" } else { "--sign" };
        let signer = &self.known(&format!("alice-{}", signing.scheme.key().file()))?.fingerprint;
        let arguments = ["--digest-algo", &signing.digest.name().to_uppercase(), "--include-certs", "-2", "--local-user", signer, detach];
        let cms = self.run(&mut self.command(&arguments), entity)?;
        Ok(mail::signed(entity, &cms, signing))
    }

    fn encrypt(&self, entity: &[u8], sealing: &Sealing, _: Encoding) -> Answer {
        let cipher = match sealing.cipher {
            Cipher::Aes128Cbc => "AES128",
            Cipher::Aes192Cbc => "AES192",
            _ => "AES256",
        };
        let recipient = &self.known(&format!("bob-{}", sealing.transport.key().file()))?.fingerprint;
        let cms = self.run(&mut self.command(&["--cipher-algo", cipher, "--recipient", recipient, "--encrypt"]), entity)?;
        Ok(mail::opaque(&cms, "enveloped-data"))
    }

    fn verify(&self, message: &[u8]) -> Answer {
        let layer = mail::layer(message)?;
        let folder = self.home.as_path();
        let (cms, out) = (Scratch::with(folder, &layer.cms), Scratch::empty(folder));
        let mut verify = self.command(&["--status-fd", "2"]);
        let content = layer.content.as_ref().map(|content| Scratch::with(folder, content));
        match &content {
            Some(content) => verify.arg("--verify").arg(&cms).arg(content),
            None => verify.arg("--output").arg(&out).arg("--verify").arg(&cms),
        };
        let _turn = self.turn.lock().expect("nobody panics in here");
        let (_, status) = run_with_errors(&mut verify, b"")?;
        if !status.contains("[GNUPG:] GOODSIG") || !status.contains("[GNUPG:] TRUST_FULLY") {
            return Err(crate::command::one_line(&status));
        }
        layer.content.map_or_else(|| out.read(), Ok)
    }

    fn decrypt(&self, message: &[u8], _: Key) -> Answer {
        self.run(&mut self.command(&["--decrypt"]), &mail::layer(message)?.cms)
    }
}

/// Whether a digest is shorter than the order of the curve.
fn shorter(digest: Digest, key: Key) -> bool {
    digest.length()
        < match key {
            Key::P384 => 48,
            Key::P521 => 64,
            _ => 32,
        }
}
