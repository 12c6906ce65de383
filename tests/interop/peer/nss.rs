//! Mozilla's NSS through its `cmsutil`, with a database of its own. It speaks bare CMS; MIME is put around it here.
//!
//! `cmsutil -E` has no option for the cipher: it looks at what the recipients announced in signed mail that the database has
//! seen. So that this does not hang on the order of the tests, one database writes and another reads.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::case::{Case, Cipher, Encoding, Form, Key, Scheme, Sealing, Signing, Transport};
use crate::command::{Scratch, command, installed, run};
use crate::mail;
use crate::pki::{PASSWORD, Pki};

use super::{Answer, Obstacle, Peer};

pub(crate) struct Nss {
    maker: PathBuf,
    reader: PathBuf,
    /// One process at a time: they share a database.
    turn: Mutex<()>,
}

impl Nss {
    pub(crate) fn new(pki: &Pki) -> Result<Self, String> {
        if !["cmsutil", "certutil", "pk12util"].into_iter().all(installed) {
            return Err("NSS (cmsutil, certutil, pk12util) is not installed".into());
        }
        let [maker, reader] = ["nss-maker", "nss-reader"].map(|name| pki.file(name));
        std::fs::create_dir(&maker).map_err(|error| error.to_string())?;
        run(&mut tool("certutil", &maker, &["-N", "--empty-password"]), b"")?;
        for (name, trust) in [("root", ",C,"), ("inter", ",,")] {
            run(tool("certutil", &maker, &["-A", "-n", name, "-t", trust, "-i"]).arg(pki.file(&format!("{name}.pem"))), b"")?;
        }
        for person in ["alice", "bob"] {
            for key in Key::ALL {
                let file = pki.file(&format!("{person}-{}.p12", key.file()));
                run(tool("pk12util", &maker, &["-W", PASSWORD, "-i"]).arg(file), b"")?;
            }
        }
        copy(&maker, &reader)?;
        Ok(Self { maker, reader, turn: Mutex::new(()) })
    }

    fn run(&self, command: &mut Command, input: &[u8]) -> Answer {
        let _turn = self.turn.lock().expect("nobody panics in here");
        run(command, input)
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    std::fs::create_dir(to).map_err(|error| error.to_string())?;
    for entry in std::fs::read_dir(from).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        std::fs::copy(entry.path(), to.join(entry.file_name())).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn tool(program: &str, database: &Path, arguments: &[&str]) -> Command {
    let mut command = command(program, ["-d"]);
    command.arg(format!("sql:{}", database.display())).args(arguments);
    command
}

impl Peer for Nss {
    fn name(&self) -> &'static str {
        "NSS cmsutil"
    }

    fn version(&self) -> String {
        // The tools do not say their version; Debian's package does.
        let version = run(&mut command("dpkg-query", ["-W", "-f", "${Version}", "libnss3-tools"]), b"").unwrap_or_default();
        format!("NSS {}", String::from_utf8_lossy(&version).trim_start_matches("2:"))
    }

    fn cannot_make(&self, case: &Case) -> Option<Obstacle> {
        if case.encoding == Encoding::Der {
            return Some(Obstacle::NoWay("it writes BER only"));
        }
        match (case.signing, case.sealing) {
            (Some(Signing { scheme: Scheme::Pss(_), .. }), _) => Some(Obstacle::NoWay("cmsutil does not sign with PSS")),
            (_, Some(Sealing { cipher, .. })) if cipher.is_gcm() => Some(Obstacle::NoWay("it has no AuthEnvelopedData")),
            (_, Some(Sealing { transport: Transport::Oaep(_), .. })) => Some(Obstacle::NoWay("it does not encrypt with OAEP")),
            (_, Some(Sealing { transport: Transport::Ecdh { .. }, .. })) => Some(Obstacle::NoWay("it encrypts to RSA only")),
            (_, Some(Sealing { cipher: Cipher::Aes192Cbc | Cipher::Aes256Cbc, .. })) => {
                Some(Obstacle::NoWay("cmsutil chooses AES-128-CBC"))
            }
            _ => None,
        }
    }

    fn cannot_read(&self, case: &Case) -> Option<&'static str> {
        match (case.signing, case.sealing) {
            (_, Some(Sealing { cipher, .. })) if cipher.is_gcm() => Some("it has no AuthEnvelopedData"),
            (_, Some(Sealing { transport: Transport::Oaep(_), .. })) => Some("it does not decrypt OAEP"),
            (_, Some(Sealing { transport: Transport::Ecdh { .. }, .. })) => Some("it decrypts with RSA only"),
            _ => None,
        }
    }

    fn sign(&self, entity: &[u8], signing: &Signing, _: Encoding) -> Answer {
        let name = format!("alice-{}", signing.scheme.key().file());
        let mut sign = tool("cmsutil", &self.maker, &["-S", "-G", "-P", "-H", &signing.digest.name().to_uppercase(), "-N", &name]);
        if signing.form == Form::Clear {
            sign.arg("-T");
        }
        Ok(mail::signed(entity, &self.run(&mut sign, entity)?, signing))
    }

    fn encrypt(&self, entity: &[u8], sealing: &Sealing, _: Encoding) -> Answer {
        let name = format!("bob-{}", sealing.transport.key().file());
        let cms = self.run(&mut tool("cmsutil", &self.maker, &["-E", "-r", &name]), entity)?;
        Ok(mail::opaque(&cms, "enveloped-data"))
    }

    fn verify(&self, message: &[u8]) -> Answer {
        let layer = mail::layer(message)?;
        let mut decode = tool("cmsutil", &self.reader, &["-D"]);
        let content = layer.content.as_ref().map(|content| Scratch::with(&self.reader, content));
        if let Some(content) = &content {
            decode.arg("-c").arg(content);
        }
        self.run(&mut decode, &layer.cms)
    }

    fn decrypt(&self, message: &[u8], _: Key) -> Answer {
        self.run(&mut tool("cmsutil", &self.reader, &["-D"]), &mail::layer(message)?.cms)
    }
}
