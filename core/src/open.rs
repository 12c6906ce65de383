//! Opening a message: one pass through every layer, at any depth, to the content and a report with a verdict.
//!
//! The octets go through a chain of small machines: MIME scan, transfer decoding, CMS, decryption or hashing, and again
//! MIME scan of what was inside. Memory does not grow with the message, except where the content itself is asked for
//! in memory.

mod again;
mod clear;
mod entity;
mod envelope;
mod fetched;
mod inflate;
mod judge;
mod layer;
mod pem;
mod sender;
mod session;
mod signers;
mod tap;
pub(crate) mod time_stamp;
mod unlock;

use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::cert::{Certificate, CertificateList, OcspResponse};
use crate::error::{Code, Error, Result};
use crate::identity::Identity;
use crate::limits::Limits;
use crate::path::{Fetch, Purpose};
use crate::policy::Policy;
use crate::report::{Report, Verdict};
use crate::time::Time;
use crate::trust::{RevocationEvidence, TrustStore};

use entity::Root;
use fetched::Fetched;
use session::{DigestPlan, Session, Sink};

/// Octets that go through the whole chain at once, so that they stay in the cache.
const BLOCK: usize = 64 << 10;
/// Content up to this size is kept while a re-readable source is checked, which saves the second reading.
const KEPT: usize = 256 << 10;

/// In which wrapping the outermost layer comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Found out from the first octets.
    #[default]
    Detect,
    /// An RFC 5322 message or MIME entity.
    Mime,
    /// CMS in BER or DER, without MIME.
    Der,
    /// CMS in PEM.
    Pem,
}

/// Opens messages: decrypts, verifies and explains. Set it up once, use it for any number of messages from any thread.
///
/// ```
/// # use smime::*;
/// # fn main() -> Result<()> {
/// # let (message, trust) = (b"Subject: plain\r\n\r\nhello\r\n", TrustStore::builder().build());
/// let opener = Opener::new(&trust).at(Time::parse_rfc3339("2026-11-23T12:00:00Z")?);
/// match opener.open(message) {
///     Ok(opened) => println!("{}", opened.report().summary()),
///     Err(error) => assert_eq!(error.code(), Code::MimeNotSmime),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Opener {
    settings: Arc<Settings>,
}

#[derive(Clone)]
struct Settings {
    trust: TrustStore,
    identities: Vec<Identity>,
    intermediates: Vec<Certificate>,
    policy: Policy,
    limits: Limits,
    at: Option<Time>,
    form: Form,
    require_signature: bool,
    content_digest: bool,
    as_message: bool,
    /// What the keys of signers are to be good for.
    purpose: Purpose,
    evidence: RevocationEvidence,
    fetcher: Option<Arc<dyn Fetch>>,
    /// The nonce of everything that is asked of responders for one message.
    nonce: Option<Arc<Zeroizing<Vec<u8>>>>,
    time_stamp_trust: Option<TrustStore>,
}

impl Opener {
    /// An opener that judges signers by these anchors, with the default policy and limits.
    pub fn new(trust: &TrustStore) -> Self {
        Self {
            settings: Arc::new(Settings {
                trust: trust.clone(),
                identities: Vec::new(),
                intermediates: Vec::new(),
                policy: Policy::default(),
                limits: Limits::default(),
                at: None,
                form: Form::Detect,
                require_signature: false,
                content_digest: false,
                as_message: false,
                purpose: Purpose::EmailSignature,
                evidence: RevocationEvidence::default(),
                fetcher: None,
                nonce: None,
                time_stamp_trust: None,
            }),
        }
    }

    /// Decrypts with this identity too.
    #[must_use]
    pub fn identity(mut self, identity: &Identity) -> Self {
        self.settings_mut().identities.push(identity.clone());
        self
    }

    /// Uses this certificate too where a path needs it. It is not trusted for being given here.
    #[must_use]
    pub fn intermediate(mut self, certificate: &Certificate) -> Self {
        self.settings_mut().intermediates.push(certificate.clone());
        self
    }

    /// Uses this revocation evidence in place of what was given before.
    #[must_use]
    pub fn evidence(mut self, evidence: &RevocationEvidence) -> Self {
        self.settings_mut().evidence = evidence.clone();
        self
    }

    /// Uses this revocation list too. Who signed it is judged when it is needed. Lists that many messages need belong into the
    /// [`TrustStore`].
    #[must_use]
    pub fn crl(mut self, list: &CertificateList) -> Self {
        self.settings_mut().evidence.add_crl(list);
        self
    }

    /// Uses this OCSP response too. Who signed it is judged when it is needed.
    #[must_use]
    pub fn ocsp_response(mut self, response: &OcspResponse) -> Self {
        self.settings_mut().evidence.add_ocsp_response(response);
        self
    }

    /// Has what is missing (lists, OCSP responses, certificates of issuers) fetched while a message is judged, each thing once for a
    /// message, within [`Limits::fetches`] for a signer. Without a fetcher what is missing is told in [`Report::needs`].
    #[must_use]
    pub fn fetcher(mut self, fetcher: Arc<dyn Fetch>) -> Self {
        self.settings_mut().fetcher = Some(fetcher);
        self
    }

    /// Trusts time-stamps (RFC 3161) of authorities with a path to these anchors: a signature that carries one is judged at the time
    /// that it proves. Nobody is trusted for that by default. The time-stamp itself is judged at the time given by [`Opener::at`].
    #[must_use]
    pub fn time_stamp_trust(mut self, trust: &TrustStore) -> Self {
        self.settings_mut().time_stamp_trust = Some(trust.clone());
        self
    }

    /// Judges at this time. Without it no path is accepted: the core asks no clock.
    #[must_use]
    pub fn at(mut self, time: Time) -> Self {
        self.settings_mut().at = Some(time);
        self
    }

    /// Judges by this policy.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.settings_mut().policy = policy;
        self
    }

    /// Holds input to these bounds.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings_mut().limits = limits;
        self
    }

    /// In which wrapping the outermost layer comes. Default: found out.
    #[must_use]
    pub fn form(mut self, form: Form) -> Self {
        self.settings_mut().form = form;
        self
    }

    /// Whether a message without a valid signature is refused ([`Code::SigMissing`]).
    #[must_use]
    pub fn require_signature(mut self, required: bool) -> Self {
        self.settings_mut().require_signature = required;
        self
    }

    /// Whether the report carries the SHA-256 of the content. It costs another hash where the signature does not need it anyway.
    #[must_use]
    pub fn content_digest(mut self, wanted: bool) -> Self {
        self.settings_mut().content_digest = wanted;
        self
    }

    /// Whether the content is a whole message again: the outer header fields, those that stand inside the protection in their place
    /// (RFC 9788), around the innermost entity. Default: that entity alone, octet for octet as it was protected.
    #[must_use]
    pub fn as_message(mut self, wanted: bool) -> Self {
        self.settings_mut().as_message = wanted;
        self
    }

    fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }

    /// Opens a message in memory.
    ///
    /// # Errors
    /// Where there is nothing to judge: malformed input, no fitting identity, failed decryption, a limit, an unsupported
    /// algorithm. A bad signature is no error but a verdict in the report.
    pub fn open(&self, message: &[u8]) -> Result<Opened> {
        self.in_memory(message, None, || Sink::memory(self.settings.limits.memory_bytes, message.len()))
    }

    /// Judges a message in memory without keeping its content.
    ///
    /// # Errors
    /// As [`Opener::open`].
    pub fn examine(&self, message: &[u8]) -> Result<Report> {
        self.in_memory(message, None, || Sink::Count).map(|opened| opened.report)
    }

    /// Opens a detached signature (a bare CMS, DER or PEM) over this content.
    ///
    /// The content is compared as it is and, where that does not fit, with its line ends as CRLF.
    ///
    /// # Errors
    /// As [`Opener::open`]; [`Code::CmsStructure`] where the signature is not detached: it says nothing of the content given.
    pub fn open_detached(&self, signature: &[u8], content: &[u8]) -> Result<Opened> {
        let mut opened = self.in_memory(signature, Some(content), || Sink::memory(self.settings.limits.memory_bytes, signature.len()))?;
        opened.report.content.bytes = content.len() as u64;
        opened.content = Zeroizing::new(content.to_vec());
        Ok(opened)
    }

    fn in_memory(&self, message: &[u8], detached: Option<&[u8]>, sink: impl Fn() -> Sink<'static>) -> Result<Opened> {
        let opener = self.for_one_message();
        opener
            .with_digests(|plan| {
                let mut stream = OpenStream::with(&opener, sink(), plan);
                if let Some(content) = detached {
                    stream.session.detached(content);
                }
                for block in message.chunks(BLOCK) {
                    stream.push(block)?;
                }
                stream.end()
            })
            .map(|(opened, _)| opened)
    }

    /// Opens a message that can be read twice, writing its content only when the verdict allows it: it is checked first and
    /// then read again.
    ///
    /// Memory stays the same whatever the size. The second reading checks everything once more, so a source that changes
    /// between the two is noticed; what was written until then must be thrown away, as after every error. Where the verdict
    /// does not allow the content nothing is written, and that is no error: look at the report.
    ///
    /// # Errors
    /// As [`Opener::open`]; [`Code::UseIo`] where reading or writing fails.
    pub fn open_from<R: Read + Seek>(&self, source: &mut R, output: &mut dyn Write) -> Result<Opened> {
        let start = source.stream_position()?;
        let opener = self.for_one_message();
        let (first, plan) = opener.with_digests(|plan| opener.read_through(source, start, Sink::kept(KEPT), plan))?;
        if !first.is_acceptable() {
            return Ok(first);
        }
        if first.content.len() as u64 == first.report.content.bytes {
            output.write_all(&first.content)?;
            return Ok(first);
        }
        match opener.read_through(source, start, Sink::Write(output), plan)? {
            Ended::Opened(second) if second.is_acceptable() && second.report.content == first.report.content => Ok(*second),
            _ => Err(Error::new(Code::UseIo).because("the input changed while it was read")),
        }
    }

    /// Judges a message that can be read twice without keeping its content.
    ///
    /// # Errors
    /// As [`Opener::open_from`].
    pub fn examine_from<R: Read + Seek>(&self, source: &mut R) -> Result<Report> {
        let start = source.stream_position()?;
        let opener = self.for_one_message();
        opener.with_digests(|plan| opener.read_through(source, start, Sink::Count, plan)).map(|(opened, _)| opened.report)
    }

    /// Judges a detached signature over content that is read once, in blocks.
    ///
    /// # Errors
    /// As [`Opener::open_detached`]; [`Code::UseIo`] where reading fails.
    pub fn examine_detached<R: Read>(&self, signature: &[u8], content: &mut R) -> Result<Report> {
        let mut stream = OpenStream::with(&self.for_one_message(), Sink::Count, DigestPlan::All);
        // Content of no octets is content too.
        stream.session.detached(&[]);
        let mut block = vec![0u8; BLOCK];
        loop {
            let count = content.read(&mut block)?;
            if count == 0 {
                break;
            }
            stream.session.detached(block.get(..count).unwrap_or_default());
        }
        let bytes = stream.session.detached_bytes();
        stream.push(signature)?;
        let mut report = stream.finish()?.report;
        report.content.bytes = bytes;
        Ok(report)
    }

    /// A stream for a message that comes in pieces and cannot be read again; its content is kept in memory, within
    /// [`Limits::memory_bytes`], until it has been judged.
    pub fn stream(&self) -> OpenStream<'static> {
        OpenStream::with(&self.for_one_message(), Sink::memory(self.settings.limits.memory_bytes, 0), DigestPlan::All)
    }

    /// A stream that judges a message that comes in pieces, in constant memory, without keeping its content.
    pub fn examine_stream(&self) -> OpenStream<'static> {
        OpenStream::with(&self.for_one_message(), Sink::Count, DigestPlan::All)
    }

    /// The same opener, which fetches each thing once however often the message is read.
    fn for_one_message(&self) -> Self {
        let mut opener = self.clone();
        if let Some(fetcher) = self.settings.fetcher.clone() {
            let settings = opener.settings_mut();
            settings.fetcher = Some(Arc::new(Fetched::with(fetcher)));
            if settings.policy.ocsp_nonce && settings.nonce.is_none() {
                settings.nonce = crate::path::nonce().map(Arc::new);
            }
        }
        opener
    }

    fn with_digests(&self, mut attempt: impl FnMut(DigestPlan) -> Result<Ended>) -> Result<(Opened, DigestPlan)> {
        for plan in [DigestPlan::Announced, DigestPlan::All] {
            if let Ended::Opened(opened) = attempt(plan)? {
                return Ok((*opened, plan));
            }
        }
        Err(Error::new(Code::Internal).because("a digest was not computed"))
    }

    fn read_through<R: Read + Seek>(&self, source: &mut R, start: u64, sink: Sink<'_>, plan: DigestPlan) -> Result<Ended> {
        source.seek(SeekFrom::Start(start))?;
        let mut stream = OpenStream::with(self, sink, plan);
        let mut block = vec![0u8; BLOCK];
        loop {
            let count = source.read(&mut block)?;
            if count == 0 {
                return stream.end();
            }
            stream.push(block.get(..count).unwrap_or_default())?;
        }
    }
}

/// A message on its way through the layers: push its octets in pieces of any size, then finish.
///
/// ```
/// # use smime::*;
/// # let trust = TrustStore::builder().build();
/// let mut stream = Opener::new(&trust).stream();
/// stream.push(b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n")?;
/// stream.push(b"Content-Transfer-Encoding: base64\r\n\r\nMIAG")?;
/// assert_eq!(stream.finish().err().map(|error| error.code()), Some(Code::BerTruncated));
/// # Ok::<(), Error>(())
/// ```
pub struct OpenStream<'w> {
    root: Root,
    session: Session<'w>,
}

enum Ended {
    Opened(Box<Opened>),
    /// A signer used a digest that was not computed on the way: the message has to be read again.
    OtherDigests,
}

impl<'w> OpenStream<'w> {
    fn with(opener: &Opener, sink: Sink<'w>, plan: DigestPlan) -> Self {
        Self { root: Root::new(opener.settings.form), session: Session::new(Arc::clone(&opener.settings), sink, plan) }
    }

    /// Takes the next octets of the message.
    ///
    /// # Errors
    /// As [`Opener::open`]. After an error the stream is of no more use.
    pub fn push(&mut self, octets: &[u8]) -> Result<()> {
        self.session.count_input(octets.len())?;
        self.root.push(&mut self.session, octets)
    }

    /// Ends the message and answers with what came out.
    ///
    /// # Errors
    /// As [`Opener::open`].
    pub fn finish(self) -> Result<Opened> {
        match self.end()? {
            Ended::Opened(opened) => Ok(*opened),
            Ended::OtherDigests => Err(Error::new(Code::Internal).because("a digest was not computed")),
        }
    }

    fn end(mut self) -> Result<Ended> {
        self.settle()?;
        if self.session.other_digests_due() {
            return Ok(Ended::OtherDigests);
        }
        Ok(Ended::Opened(Box::new(self.conclude())))
    }

    fn settle(&mut self) -> Result<()> {
        self.root.finish(&mut self.session)?;
        self.session.check_detached()
    }

    fn conclude(self) -> Opened {
        let (report, content) = self.session.conclude();
        Opened { report, content }
    }
}

/// A message after opening: the report, and the content where the verdict allows it.
#[must_use]
pub struct Opened {
    report: Report,
    content: Zeroizing<Vec<u8>>,
}

impl Opened {
    /// What the message is worth.
    pub fn verdict(&self) -> Verdict {
        self.report.verdict
    }

    /// Everything that was found out.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The report alone.
    pub fn into_report(self) -> Report {
        self.report
    }

    /// Whether the verdict allows the use of the content.
    pub fn is_acceptable(&self) -> bool {
        self.report.verdict.is_acceptable()
    }

    /// The innermost MIME entity, header fields and body, octet for octet as it was protected (or a whole message, see
    /// [`Opener::as_message`]). Empty where the content was
    /// written elsewhere or not asked for.
    ///
    /// # Errors
    /// [`Code::UseContentRefused`] unless the verdict allows its use.
    pub fn content(&self) -> Result<&[u8]> {
        if self.is_acceptable() { Ok(&self.content) } else { Err(Error::new(Code::UseContentRefused).because(self.report.summary())) }
    }

    /// The content whatever the verdict says: altered, forged, or from nobody knows whom. For forensic tools.
    pub fn danger_content_despite_verdict(&self) -> &[u8] {
        &self.content
    }
}
