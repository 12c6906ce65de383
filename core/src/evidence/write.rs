//! Making a file of evidence.

use std::io::{Read, Write};

use crate::crypto::{DigestAlgorithm, Hasher, rng};
use crate::error::{Code, Error, Result};
use crate::mime::{Base64Writer, LineLength, boundary};
use crate::open::{Form, OpenStream, Opener};
use crate::path::Consulted;
use crate::report::{Layer, Report};
use crate::time::Time;

use super::file::id_of;
use super::manifest::{self, Manifest, Part, hex};

const BLOCK: usize = 64 << 10;

impl Opener {
    /// Writes evidence of a message that this opener has judged with this report: see [`evidence`](crate::evidence).
    ///
    /// The source holds the same message once more, from where it stands; it is read once, in constant memory. While it is written the message
    /// is judged by the evidence alone, as others will: where that gives another verdict nobody gets a file that proves nothing. After an error
    /// what was written must be thrown away: it may be of a message that is not the one of the report.
    ///
    /// Of an encrypted message the file has what was inside, decrypted, under the same header fields: others have no key, and can
    /// judge no signature without its content. Whoever sees the file reads it.
    ///
    /// # Errors
    /// [`Code::UseEvidence`] where nothing is signed, where a signature stands around something encrypted, where the source is another
    /// message, and where the evidence does not suffice; [`Code::UseArgument`] where the report has no time; what [`Opener::open`] has;
    /// [`Code::UseIo`].
    pub fn write_evidence<R: Read>(&self, report: &Report, source: &mut R, output: &mut dyn Write) -> Result<()> {
        let at = report.at.ok_or_else(|| Error::new(Code::UseArgument).because("the report is of no time of judgement"))?;
        let envelope = envelope_of(report)?;
        let evidence = gather(report);
        let opener = self.again(at, &evidence);
        let form = if envelope.is_some() { Form::Mime } else { self.form_in_use() };
        let mut file = File::begin(output, report, at)?;
        file.whole("evidence.txt", "text/plain", told(self, report, at, &evidence, envelope.is_some()).as_bytes())?;
        file.start("message.eml", "application/octet-stream")?;
        let mut copy = Copy { file, others: opener.for_others().form(form).examine_stream() };
        match envelope {
            None => each_block(source, |octets| copy.take(octets))?,
            Some(layer) => {
                let mut take = |octets: &[u8]| copy.take(octets);
                let mut stream = opener.hearing(layer, &mut take);
                each_block(source, |octets| stream.push(octets))?;
                refuse_unless(stream.finish()?.verdict() == report.verdict, "the source is not the message of the report")?;
            }
        }
        let Copy { mut file, others } = copy;
        let judged = others.finish()?.into_report();
        refuse_unless(
            judged.verdict == report.verdict,
            &format!("judged by the evidence alone it is {}, not {}", judged.verdict.as_str(), report.verdict.as_str()),
        )?;
        file.end()?;
        for (index, certificate) in evidence.certificates().iter().enumerate() {
            file.whole(&numbered("certificate", index, "cer"), "application/pkix-cert", certificate.der())?;
        }
        for (index, list) in evidence.crls().iter().enumerate() {
            file.whole(&numbered("list", index, "crl"), "application/pkix-crl", list.der())?;
        }
        for (index, response) in evidence.ocsp_responses().iter().enumerate() {
            file.whole(&numbered("response", index, "ors"), "application/ocsp-response", response.der())?;
        }
        file.whole("report.json", "application/json", report.to_json_pretty().as_bytes())?;
        let (verdict, purpose, policy) = (report.verdict, self.purpose_in_use(), self.policy_in_use().to_json());
        let manifest = Manifest { at, verdict, purpose, form, policy, parts: std::mem::take(&mut file.parts) };
        file.finish(&manifest)
    }
}

/// The encrypted layer around all that is signed, if there is one: the innermost.
fn envelope_of(report: &Report) -> Result<Option<usize>> {
    let signed = report.layers.iter().position(|layer| matches!(layer, Layer::Signed(_)));
    let encrypted = report.layers.iter().rposition(|layer| matches!(layer, Layer::Encrypted(_)));
    let Some(signed) = signed else { return Err(Error::new(Code::UseEvidence).because("nothing in it is signed")) };
    refuse_unless(encrypted.is_none_or(|layer| layer < signed), "a signature stands around something encrypted, which others cannot open")?;
    Ok(encrypted)
}

/// Everything that the judgements of its signers stand on, beside the message.
fn gather(report: &Report) -> Consulted {
    let mut evidence = Consulted::default();
    for signer in report.signers() {
        let stamped = signer.time_stamp.iter().map(|stamp| (&stamp.authority, &stamp.path));
        for (certificate, path) in std::iter::once((&signer.certificate, &signer.path)).chain(stamped) {
            certificate.iter().chain(path.certificates()).for_each(|certificate| evidence.add_certificate(certificate));
            evidence.add(&path.consulted);
        }
    }
    evidence
}

/// What the file says to people.
fn told(opener: &Opener, report: &Report, at: Time, evidence: &Consulted, was_encrypted: bool) -> String {
    let (certificates, lists, responses) = (evidence.certificates().len(), evidence.crls().len(), evidence.ocsp_responses().len());
    let message = if was_encrypted {
        "message.eml: what the encrypted message held, octet for octet, under its header fields."
    } else {
        "message.eml: the message, octet for octet."
    };
    let lines = [
        "Evidence of a signed message.",
        "",
        &format!("Judged at {at} by the policy {}: {}", opener.policy_in_use().name, report.summary()),
        "",
        message,
        &format!("Beside it: {certificates} certificates, {lists} revocation lists, {responses} OCSP responses, the report, a manifest."),
        "",
        "To judge it again, as of that time and without a network, with anchors that you trust:",
        "    smime evidence verify --trust ANCHORS FILE",
        "",
        "This text proves nothing; message, certificates, lists and responses are signed by those who made them. The time above is the",
        "word of whoever kept this file, unless a time-stamp (RFC 3161) over the file says more.",
    ];
    lines.map(|line| format!("{line}\r\n")).concat()
}

fn numbered(what: &str, index: usize, ending: &str) -> String {
    format!("{what}-{}.{ending}", index.saturating_add(1))
}

fn refuse_unless(holds: bool, why: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::new(Code::UseEvidence).because(why)) }
}

fn each_block<R: Read>(source: &mut R, mut with: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let mut block = vec![0u8; BLOCK];
    loop {
        let count = source.read(&mut block)?;
        if count == 0 {
            return Ok(());
        }
        with(block.get(..count).unwrap_or_default())?;
    }
}

/// The message on its way into the file, and to one who judges it as others will.
struct Copy<'o> {
    file: File<'o>,
    others: OpenStream<'static>,
}

impl Copy<'_> {
    fn take(&mut self, octets: &[u8]) -> Result<()> {
        self.file.push(octets)?;
        self.others.push(octets)
    }
}

/// A multipart/mixed in the making.
struct File<'o> {
    out: &'o mut dyn Write,
    boundary: String,
    parts: Vec<Part>,
    current: Option<Current>,
}

struct Current {
    part: Part,
    hasher: Hasher,
    encoder: Base64Writer,
    encoded: Vec<u8>,
}

impl<'o> File<'o> {
    fn begin(out: &'o mut dyn Write, report: &Report, at: Time) -> Result<Self> {
        let mut random = [0; 16];
        rng::fill(&mut random)?;
        let boundary = boundary(&random);
        write!(
            out,
            "Subject: Evidence of a signed message: {} as of {at}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n",
            report.verdict.as_str()
        )?;
        Ok(Self { out, boundary, parts: Vec::new(), current: None })
    }

    fn whole(&mut self, name: &str, media_type: &str, octets: &[u8]) -> Result<()> {
        self.start(name, media_type)?;
        self.push(octets)?;
        self.end()
    }

    fn start(&mut self, name: &str, media_type: &str) -> Result<()> {
        self.head(name, media_type, "")?;
        self.current = Some(Current {
            part: Part { name: name.to_owned(), media_type: media_type.to_owned(), octets: 0, sha256: String::new() },
            hasher: Hasher::new(DigestAlgorithm::Sha256),
            encoder: Base64Writer::new(LineLength::Of76),
            encoded: Vec::new(),
        });
        Ok(())
    }

    fn head(&mut self, name: &str, media_type: &str, more: &str) -> Result<()> {
        let (charset, disposition) = if media_type == "text/plain" { ("; charset=utf-8", "inline") } else { ("", "attachment") };
        write!(
            self.out,
            "--{}\r\nContent-Type: {media_type}{charset}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: {disposition}; filename=\"{name}\"\r\n{more}\r\n",
            self.boundary
        )?;
        Ok(())
    }

    fn push(&mut self, octets: &[u8]) -> Result<()> {
        let Some(Current { part, hasher, encoder, encoded }) = &mut self.current else { return Ok(()) };
        part.octets = part.octets.saturating_add(octets.len() as u64);
        hasher.update(octets);
        for block in octets.chunks(BLOCK) {
            encoded.clear();
            encoder.push(block, encoded);
            self.out.write_all(encoded)?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let Some(Current { mut part, hasher, mut encoder, mut encoded }) = self.current.take() else { return Ok(()) };
        encoded.clear();
        encoder.finish(&mut encoded);
        self.out.write_all(&encoded)?;
        part.sha256 = hex(&hasher.finish());
        self.parts.push(part);
        Ok(())
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<()> {
        let text = manifest.to_json();
        self.head(manifest::NAME, "application/json", &format!("Content-ID: {}\r\n", id_of(text.as_bytes())))?;
        let (mut encoder, mut encoded) = (Base64Writer::new(LineLength::Of76), Vec::new());
        encoder.push(text.as_bytes(), &mut encoded);
        encoder.finish(&mut encoded);
        self.out.write_all(&encoded)?;
        write!(self.out, "--{}--\r\n", self.boundary)?;
        Ok(())
    }
}
