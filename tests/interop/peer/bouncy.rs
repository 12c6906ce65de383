//! Bouncy Castle through a small Java program of ours, `bc/Peer.java`. One process serves the whole run.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Mutex;

use crate::case::{Case, Encoding, Form, Key, Scheme, Sealing, Signing, Transport};
use crate::command::{Scratch, command, installed};
use crate::mail;
use crate::pki::Pki;

use super::{Answer, Obstacle, Peer};

const JARS: [&str; 6] = ["bcprov", "bcutil", "bcpkix", "bcmail", "javax.mail", "javax.activation"];

pub(crate) struct BouncyCastle {
    folder: PathBuf,
    version: String,
    process: Mutex<Process>,
}

struct Process {
    child: Child,
    jobs: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl BouncyCastle {
    pub(crate) fn new(pki: &Pki) -> Result<Self, String> {
        let jars = JARS.map(|jar| format!("/usr/share/java/{jar}.jar"));
        if let Some(missing) = jars.iter().find(|jar| !Path::new(jar).exists()) {
            return Err(format!("Bouncy Castle is not installed: {missing}"));
        }
        if !installed("java") || !installed("javac") {
            return Err("Java's compiler is not installed".into());
        }
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/bc/Peer.java");
        // From source in one go; the quick compiler is enough for a run of seconds.
        let mut java = command("java", ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", &jars.join(":")]);
        java.arg(source).arg(pki.folder()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = java.spawn().map_err(|error| error.to_string())?;
        let (jobs, answers) = (child.stdin.take(), BufReader::new(child.stdout.take().expect("a pipe")));
        let mut process = Process { child, jobs, answers };
        let version = process.answer()?.trim_start_matches("ready ").to_owned();
        Ok(Self { folder: pki.folder().to_owned(), version, process: Mutex::new(process) })
    }

    fn serve(&self, words: &[&str], input: &[u8]) -> Answer {
        let (input, out) = (Scratch::with(&self.folder, input), Scratch::empty(&self.folder));
        let [input, output]: [&Path; 2] = [input.as_ref(), out.as_ref()];
        let job = format!("{}\t{}\t{}\n", words.join("\t"), input.display(), output.display());
        let answer = self.process.lock().expect("nobody panics in here").serve(&job)?;
        match answer.strip_prefix("no ") {
            Some(why) => Err(why.to_owned()),
            None => out.read(),
        }
    }
}

impl Process {
    fn serve(&mut self, job: &str) -> Result<String, String> {
        self.jobs.as_mut().ok_or("ended")?.write_all(job.as_bytes()).map_err(|error| error.to_string())?;
        self.answer()
    }

    fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(count) if count > 0 => Ok(line.trim_end().to_owned()),
            _ => Err("Bouncy Castle's program ended".into()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.jobs = None;
        self.child.wait().ok();
    }
}

fn word(encoding: Encoding) -> &'static str {
    if encoding == Encoding::Der { "der" } else { "ber" }
}

impl Peer for BouncyCastle {
    fn name(&self) -> &'static str {
        "Bouncy Castle"
    }

    fn version(&self) -> String {
        format!("Bouncy Castle {}", self.version)
    }

    fn cannot_make(&self, _: &Case) -> Option<Obstacle> {
        None
    }

    fn cannot_read(&self, _: &Case) -> Option<&'static str> {
        None
    }

    fn sign(&self, entity: &[u8], signing: &Signing, encoding: Encoding) -> Answer {
        let form = if signing.form == Form::Clear { "clear" } else { "opaque" };
        let signer = format!("alice-{}", signing.scheme.key().file());
        let scheme = match signing.scheme {
            Scheme::Pkcs1(_) => "RSA",
            Scheme::Pss(_) => "RSAandMGF1",
            Scheme::Ecdsa(_) => "ECDSA",
        };
        let made = self.serve(&["sign", word(encoding), form, &signer, scheme, signing.digest.name()], entity)?;
        // In DER it answers with a bare CMS.
        Ok(if encoding == Encoding::Der { mail::signed(entity, &made, signing) } else { made })
    }

    fn encrypt(&self, entity: &[u8], sealing: &Sealing, encoding: Encoding) -> Answer {
        let recipient = format!("bob-{}", sealing.transport.key().file());
        let transport = match sealing.transport {
            Transport::Pkcs1 => "pkcs1".to_owned(),
            Transport::Oaep(digest) => format!("oaep-{}", digest.name()),
            Transport::Ecdh { kdf, cofactor, .. } => format!("{}-{}", if cofactor { "eccdh" } else { "ecdh" }, kdf.name()),
        };
        let made = self.serve(&["encrypt", word(encoding), &recipient, &transport, sealing.cipher.name()], entity)?;
        Ok(match (sealing.cipher.is_gcm(), encoding) {
            (true, _) => mail::opaque(&made, "authEnveloped-data"),
            (false, Encoding::Der) => mail::opaque(&made, "enveloped-data"),
            (false, Encoding::Ber) => made,
        })
    }

    fn verify(&self, message: &[u8]) -> Answer {
        self.serve(&["verify"], message)
    }

    fn decrypt(&self, message: &[u8], key: Key) -> Answer {
        self.serve(&["decrypt", &format!("bob-{}", key.file())], message)
    }
}
