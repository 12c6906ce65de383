//! Looking through a file of evidence: everything but the message is kept, and all of it compared with the manifest.

use std::io::Read;

use crate::cert::{Certificate, CertificateList, OcspResponse};
use crate::error::{Code, Result};
use crate::limits::Limits;
use crate::path::Consulted;

use super::manifest::{self, Manifest, Part, hex};
use super::scan::{Finder, Found, Scan};
use super::{Evidence, altered, malformed};

const BLOCK: usize = 64 << 10;

pub(super) fn read<R: Read>(source: &mut R, limits: &Limits) -> Result<Evidence> {
    let mut parts = Everything::default();
    let mut scan = Scan::new(limits);
    let mut block = vec![0u8; BLOCK];
    loop {
        let count = source.read(&mut block)?;
        if count == 0 {
            break;
        }
        scan.push(block.get(..count).unwrap_or_default(), &mut parts)?;
    }
    scan.finish(&mut parts)?;
    parts.compare(limits)
}

#[derive(Default)]
struct Everything(Vec<Found>);

impl Finder for Everything {
    fn message(&mut self, _: &[u8]) -> Result<()> {
        Ok(())
    }

    fn part(&mut self, found: Found) -> Result<()> {
        self.0.push(found);
        Ok(())
    }

    fn wants_parts(&self) -> bool {
        true
    }
}

impl Everything {
    fn compare(mut self, limits: &Limits) -> Result<Evidence> {
        let last =
            self.0.pop().filter(|last| last.part.name == manifest::NAME).ok_or_else(|| malformed("it has no manifest at its end"))?;
        // Against damage; who alters it on purpose writes this anew.
        if last.id.as_deref() != Some(content_id(&last.part.sha256).as_str()) {
            return Err(altered("its manifest is not the one that was made"));
        }
        let manifest = Manifest::from_json(&last.octets)?;
        let found: Vec<&Part> = self.0.iter().map(|found| &found.part).collect();
        if let Some((_, wrong)) = manifest.parts.iter().zip(&found).find(|(noted, found)| noted != *found) {
            return Err(altered(&format!("the part {}", shown(&wrong.name))));
        }
        if manifest.parts.len() != found.len() || found.len() <= manifest::MESSAGE {
            return Err(altered("it has more or fewer parts than its manifest"));
        }
        let mut evidence = Evidence { manifest, consulted: Consulted::default(), report: String::new() };
        let mut count = 0_usize;
        for Found { part, octets, .. } in self.0.into_iter().skip(manifest::MESSAGE.saturating_add(1)) {
            let is_evidence = evidence.take(&part.media_type, octets)?;
            count = count.saturating_add(usize::from(is_evidence));
            if count > limits.certificates {
                return Err(Code::LimitCertificates.into());
            }
        }
        Ok(evidence)
    }
}

impl Evidence {
    /// Takes a part of this type; whether it is a certificate, list or response. Others are for later versions.
    fn take(&mut self, media_type: &str, octets: Vec<u8>) -> Result<bool> {
        match media_type {
            "application/pkix-cert" => self.consulted.add_certificate(&Certificate::from_der(&octets)?),
            "application/pkix-crl" => self.consulted.add_crl(&CertificateList::from_vec(octets)?),
            "application/ocsp-response" => self.consulted.add_ocsp_response(&OcspResponse::from_der(&octets)?),
            "application/json" => {
                self.report = String::from_utf8(octets).map_err(|_| malformed("its report is not UTF-8"))?;
                return Ok(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The Content-ID of a manifest with this digest.
pub(super) fn content_id(sha256: &str) -> String {
    format!("<sha256.{sha256}@libsmime>")
}

/// A name from the file, for one line.
fn shown(name: &str) -> String {
    name.chars().take(40).filter(char::is_ascii_graphic).collect()
}

/// The Content-ID of these octets as a manifest.
pub(super) fn id_of(octets: &[u8]) -> String {
    content_id(&hex(&crate::crypto::DigestAlgorithm::Sha256.digest(octets)))
}
