//! OpenSSL's two commands: `openssl cms`, and `openssl smime`, which is the older PKCS #7 code.

use std::path::PathBuf;
use std::process::Command;

use crate::case::{Case, Encoding, Form, Key, Scheme, Sealing, Signing, Transport};
use crate::command::{command, installed, run};
use crate::pki::Pki;

use super::{Answer, Obstacle, Peer, is_clear};

pub(crate) struct OpenSsl {
    verb: &'static str,
    folder: PathBuf,
}

impl OpenSsl {
    pub(crate) fn cms(pki: &Pki) -> Result<Self, String> {
        Self::new(pki, "cms")
    }

    pub(crate) fn smime(pki: &Pki) -> Result<Self, String> {
        Self::new(pki, "smime")
    }

    fn new(pki: &Pki, verb: &'static str) -> Result<Self, String> {
        if installed("openssl") { Ok(Self { verb, folder: pki.folder().to_owned() }) } else { Err("openssl is not installed".into()) }
    }

    fn is_cms(&self) -> bool {
        self.verb == "cms"
    }

    /// The command, in the folder of the keys.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command("openssl", [self.verb]);
        command.current_dir(&self.folder).args(arguments);
        // The old command writes CRLF here and the new one LF, so that both kinds of line ends are read.
        if !self.is_cms() {
            command.arg("-crlfeol");
        }
        command
    }

    fn write_as(command: &mut Command, encoding: Encoding) {
        if encoding == Encoding::Ber {
            command.arg("-stream");
        }
    }

    /// The PKCS #7 code knows neither of these.
    fn beyond_pkcs7(case: &Case) -> Option<&'static str> {
        match (case.sealing, case.signing) {
            (Some(Sealing { cipher, .. }), _) if cipher.is_gcm() => Some("PKCS #7 has no AuthEnvelopedData"),
            (Some(Sealing { transport: Transport::Ecdh { .. }, .. }), _) => Some("PKCS #7 has no key agreement"),
            (Some(Sealing { transport: Transport::Oaep(_), .. }), _) => Some("OpenSSL's PKCS #7 code has no OAEP"),
            (_, Some(Signing { scheme: Scheme::Pss(_), .. })) => Some("OpenSSL's PKCS #7 code has no PSS"),
            _ => None,
        }
    }
}

impl Peer for OpenSsl {
    fn name(&self) -> &'static str {
        if self.is_cms() { "openssl cms" } else { "openssl smime" }
    }

    fn version(&self) -> String {
        let version = run(&mut command("openssl", ["version"]), b"").unwrap_or_default();
        String::from_utf8_lossy(&version).split(" (").next().unwrap_or_default().trim().to_owned()
    }

    fn cannot_make(&self, case: &Case) -> Option<Obstacle> {
        if is_clear(case) && case.encoding == Encoding::Ber {
            return Some(Obstacle::NoWay("it writes detached signatures in DER only"));
        }
        if !self.is_cms() {
            return Self::beyond_pkcs7(case).map(Obstacle::NoWay);
        }
        let is_pss = case.sealing.is_none() && case.signing.is_some_and(|signing| signing.scheme.is_pss());
        (is_pss && case.encoding == Encoding::Ber)
            .then_some(Obstacle::Refuses("-stream fails with PSS: the parameters are written too late"))
    }

    fn cannot_read(&self, case: &Case) -> Option<&'static str> {
        if self.is_cms() { None } else { Self::beyond_pkcs7(case) }
    }

    fn sign(&self, entity: &[u8], signing: &Signing, encoding: Encoding) -> Answer {
        let name = format!("alice-{}", signing.scheme.key().file());
        let (signer, key) = (format!("{name}.pem"), format!("{name}.key"));
        let mut sign = self.command(&["-sign", "-md", signing.digest.name(), "-certfile", "inter.pem", "-signer", &signer, "-inkey", &key]);
        if signing.scheme.is_pss() {
            sign.args(["-keyopt", "rsa_padding_mode:pss"]);
        }
        if signing.form == Form::Opaque {
            sign.arg("-nodetach");
            Self::write_as(&mut sign, encoding);
        }
        run(&mut sign, entity)
    }

    fn encrypt(&self, entity: &[u8], sealing: &Sealing, encoding: Encoding) -> Answer {
        let mut encrypt = self.command(&["-encrypt", &format!("-{}", sealing.cipher.name())]);
        Self::write_as(&mut encrypt, encoding);
        let recipient = format!("bob-{}.pem", sealing.transport.key().file());
        match sealing.transport {
            Transport::Pkcs1 => encrypt.arg(recipient),
            Transport::Oaep(digest) => {
                encrypt.args(["-recip", &recipient, "-keyopt", "rsa_padding_mode:oaep"]);
                encrypt.args(["-keyopt", &format!("rsa_oaep_md:{}", digest.name())])
            }
            Transport::Ecdh { kdf, cofactor, .. } => {
                encrypt.args(["-recip", &recipient, "-keyopt", &format!("ecdh_kdf_md:{}", kdf.name())]);
                encrypt.args(["-keyopt", &format!("ecdh_cofactor_mode:{}", u8::from(cofactor))])
            }
        };
        run(&mut encrypt, entity)
    }

    fn verify(&self, message: &[u8]) -> Answer {
        run(&mut self.command(&["-verify", "-CAfile", "root.pem"]), message)
    }

    fn decrypt(&self, message: &[u8], key: Key) -> Answer {
        let name = format!("bob-{}", key.file());
        run(&mut self.command(&["-decrypt", "-recip", &format!("{name}.pem"), "-inkey", &format!("{name}.key")]), message)
    }
}
