//! Evidence that lasts: a signed message with everything by which it was judged, in one file, to be judged again years later without a
//! network.
//!
//! [`Opener::write_evidence`] makes the file: MIME that every mail program can show, with the message octet for octet, the certificates of its paths,
//! the lists and OCSP responses that were looked at, the report, and a manifest. [`EvidenceOpener`] judges it again as of its time. A file
//! vouches for nothing: whom to trust, and by which policy, is for the judge to say, as with every message. What the file says of the time is
//! the word of whoever kept it, unless a time-stamp over the file (RFC 3161) is given: then its time is the one that counts.
//!
//! ```
//! use smime::{EvidenceOpener, Opener, Time};
//! # use smime::{crypto::{Curve, KeyKind}, ca::{CertificateTemplate, Issuer}, *};
//! # fn main() -> Result<()> {
//! # let now = Time::parse_rfc3339("2026-11-23T12:00:00Z")?;
//! # let until = now.plus_seconds(86_400);
//! # let key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
//! # let root = Issuer::self_signed(&key, &CertificateTemplate::authority("Root", now, until))?;
//! # let template = CertificateTemplate::end_entity("Alice", "alice@example.org", now, until);
//! # let certificate = root.issue(key.public_key(), &template)?;
//! # let trust = TrustStore::builder().anchor(root.certificate()).build();
//! # let alice = Identity::from_parts(key, certificate, vec![])?;
//! # let message = Signer::new(&alice).sign(b"From: alice@example.org\r\n\r\nI owe you a lunch.\r\n")?;
//! let opener = Opener::new(&trust).at(now);
//! let report = opener.examine(&message)?;
//! let mut file = Vec::new();
//! opener.write_evidence(&report, &mut message.as_slice(), &mut file)?;
//!
//! // Years later: the certificates have expired, the servers are gone.
//! let later = Time::parse_rfc3339("2046-01-01T00:00:00Z")?;
//! let judged = EvidenceOpener::new(&Opener::new(&trust).at(later)).open(&file)?;
//! assert!(judged.is_acceptable());
//! assert_eq!(judged.report().at, Some(now));
//! # Ok(())
//! # }
//! ```

mod file;
mod manifest;
mod message;
mod scan;
mod token;
mod write;

use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use crate::cert::{Certificate, CertificateList, OcspResponse};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;
use crate::open::{Opened, Opener};
use crate::path::Consulted;
use crate::policy::Policy;
use crate::report::{EvidenceReport, Report, Verdict};
use crate::time::Time;

use manifest::Manifest;
use message::MessagePart;

/// The seconds between one's clock and another's that are not worth a word.
const CLOCK_TOLERANCE: i64 = 300;

/// What a file of evidence says, looked through and found unaltered, but not judged: see [`EvidenceOpener`].
///
/// ```
/// use smime::{Code, Evidence, Limits};
/// let error = Evidence::read(&mut &b"Subject: no evidence\r\n\r\n"[..], &Limits::default()).unwrap_err();
/// assert_eq!(error.code(), Code::EvidenceMalformed);
/// ```
#[derive(Debug)]
pub struct Evidence {
    manifest: Manifest,
    consulted: Consulted,
    report: String,
}

impl Evidence {
    /// Reads a file of evidence from where the source stands to its end, in memory for all but the message.
    ///
    /// # Errors
    /// [`Code::EvidenceMalformed`] where it is none, [`Code::EvidenceAltered`] where a part is not what the manifest says, a code of the
    /// class malformed or limit for what is in it, [`Code::UseIo`].
    pub fn read<R: Read>(source: &mut R, limits: &Limits) -> Result<Self> {
        file::read(source, limits)
    }

    /// When it says that the message was judged: the word of whoever kept it.
    pub fn noted_at(&self) -> Time {
        self.manifest.at
    }

    /// What it says that came of it.
    pub fn noted_verdict(&self) -> Verdict {
        self.manifest.verdict
    }

    /// By which policy it says that the message was judged.
    ///
    /// # Errors
    /// [`Code::EvidenceMalformed`] where that is not known to this version.
    pub fn noted_policy(&self) -> Result<Policy> {
        Policy::from_json(&self.manifest.policy).ok_or_else(|| malformed("its policy is not known to this version"))
    }

    /// The certificates in it, anchors among them. None is trusted for being there.
    pub fn certificates(&self) -> &[Certificate] {
        self.consulted.certificates()
    }

    /// The revocation lists in it. The message may carry more.
    pub fn crls(&self) -> &[CertificateList] {
        self.consulted.crls()
    }

    /// The OCSP responses in it. The message may carry more.
    pub fn ocsp_responses(&self) -> &[OcspResponse] {
        self.consulted.ocsp_responses()
    }

    /// The report that was made when it was judged, as JSON: for people and logs.
    pub fn noted_report(&self) -> &str {
        &self.report
    }
}

/// Judges files of evidence as of their time, by what is in them alone.
///
/// Of the [`Opener`] count: whom it trusts, its policy, its limits, the form of the content. Its time is that of the judge: no evidence may be of
/// a later one, and a time-stamp over the file is judged at it. What it has beside its stores, and who fetches for it, is not used.
#[derive(Clone)]
pub struct EvidenceOpener {
    opener: Opener,
    time_stamp: Option<Vec<u8>>,
    noted_policy: bool,
}

impl EvidenceOpener {
    /// One that judges as this opener does.
    pub fn new(opener: &Opener) -> Self {
        Self { opener: opener.clone(), time_stamp: None, noted_policy: false }
    }

    /// Judges at the time of this time-stamp over the file, a token or a whole response (RFC 3161), DER. It must be of one whom
    /// [`Opener::time_stamp_trust`] trusts, else the file is refused.
    #[must_use]
    pub fn time_stamp(mut self, token: &[u8]) -> Self {
        self.time_stamp = Some(token.to_vec());
        self
    }

    /// Whether the policy that the file notes counts in place of the opener's: it may allow whatever its writer liked.
    #[must_use]
    pub fn noted_policy(mut self, counts: bool) -> Self {
        self.noted_policy = counts;
        self
    }

    /// Judges a file in memory, and keeps the content of the message.
    ///
    /// # Errors
    /// As [`Evidence::read`] and [`Opener::open`]; [`Code::TstInvalid`] or [`Code::TstUntrusted`] for the time-stamp.
    pub fn open(&self, file: &[u8]) -> Result<Opened> {
        let mut source = Cursor::new(file);
        let judge = self.judge(&mut source)?;
        let limit = self.opener.limits_in_use().memory_bytes;
        let mut message = Vec::new();
        MessagePart::new(&mut source, self.opener.limits_in_use())?.take(limit.saturating_add(1)).read_to_end(&mut message)?;
        if message.len() as u64 > limit {
            return Err(Code::LimitBytes.into());
        }
        Ok(judge.tell(judge.opener.open(&message)?))
    }

    /// Judges a file from where it stands, in constant memory but for the evidence in it, and writes the content of the message where the
    /// verdict allows it: as [`Opener::open_from`].
    ///
    /// # Errors
    /// As [`EvidenceOpener::open`]; [`Code::UseIo`].
    pub fn open_from<R: Read + Seek>(&self, source: &mut R, output: &mut dyn Write) -> Result<Opened> {
        let judge = self.judge(source)?;
        let opened = judge.opener.open_from(&mut MessagePart::new(source, self.opener.limits_in_use())?, output)?;
        Ok(judge.tell(opened))
    }

    /// Judges a file from where it stands without giving out the content of the message.
    ///
    /// # Errors
    /// As [`EvidenceOpener::open_from`].
    pub fn examine_from<R: Read + Seek>(&self, source: &mut R) -> Result<Report> {
        self.open_from(source, &mut std::io::sink()).map(Opened::into_report)
    }

    /// Looks through the file, finds the time that counts, and gets everything ready to judge the message. The source stands where it
    /// stood afterwards.
    fn judge<R: Read + Seek>(&self, source: &mut R) -> Result<Judge> {
        let start = source.stream_position()?;
        let evidence = Evidence::read(source, self.opener.limits_in_use())?;
        let noted_at = evidence.noted_at();
        let refuse_later = |latest: Time, whose: &str| {
            if noted_at <= latest.plus_seconds(CLOCK_TOLERANCE) {
                return Ok(());
            }
            Err(malformed(&format!("it says that it was judged at {noted_at}, which is after {latest}, the time of {whose}")))
        };
        if let Some(now) = self.opener.time_in_use() {
            refuse_later(now, "the judge")?;
        }
        let time_stamp = match &self.time_stamp {
            None => None,
            Some(token) => {
                source.seek(SeekFrom::Start(start))?;
                Some(token::judge(token, source, &self.opener)?)
            }
        };
        if let Some(proved) = &time_stamp {
            refuse_later(proved.time, "the time-stamp")?;
        }
        let policy = if self.noted_policy { evidence.noted_policy()? } else { self.opener.policy_in_use().clone() };
        source.seek(SeekFrom::Start(start))?;
        let at = time_stamp.as_ref().map_or(noted_at, |proved| proved.time);
        let opener = self.opener.again(at, &evidence.consulted).policy(policy).form(evidence.manifest.form);
        let report = EvidenceReport {
            noted_at,
            noted_verdict: evidence.noted_verdict(),
            noted_policy: evidence.manifest.policy_name(),
            time_stamp: time_stamp.map(|proved| proved.report),
        };
        Ok(Judge { opener, report })
    }
}

/// Who judges the message of one file.
struct Judge {
    opener: Opener,
    report: EvidenceReport,
}

impl Judge {
    /// Says in the report of what it is.
    fn tell(&self, mut opened: Opened) -> Opened {
        let report = opened.report_mut();
        if self.report.time_stamp.is_none() {
            report.find(Code::EvidenceTime, None, None, None);
        }
        report.evidence = Some(self.report.clone());
        opened
    }
}

fn malformed(why: &str) -> Error {
    Error::new(Code::EvidenceMalformed).because(why)
}

fn altered(what: &str) -> Error {
    Error::new(Code::EvidenceAltered).because(what)
}
