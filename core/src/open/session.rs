//! What the machines of one message share: the settings, the account of work, the report and where content goes.

use std::io::Write;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::cms::AttributeSwapDetector;
use crate::crypto::{Digest, DigestAlgorithm, Hasher};
use crate::error::{Code, Error, Result, Severity};
use crate::limits::Limits;
use crate::mime::Canonicalizer;
use crate::report::{Layer, Report, Verdict};

use super::Settings;
use super::sender::Origin;
use super::tap::Tap;

/// Which digests are computed while content goes by that stands before its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DigestPlan {
    /// Those that the message announces. Where that proves wrong, the message is read again.
    Announced,
    /// Every one that the library knows: the message cannot be read again.
    All,
}

/// Where content goes.
pub(super) enum Sink<'w> {
    /// Into memory, refusing more than this.
    Memory { content: Zeroizing<Vec<u8>>, limit: u64, expected: usize },
    /// Into memory as long as it is small, else it is only counted.
    Kept { content: Zeroizing<Vec<u8>>, limit: usize },
    /// Nowhere.
    Count,
    /// Out. Only for messages that were checked before.
    Write(&'w mut dyn Write),
}

impl Sink<'_> {
    /// Content of up to `limit` octets; room for `expected` is made at once, when the first come.
    pub(super) fn memory(limit: u64, expected: usize) -> Self {
        Self::Memory { content: Zeroizing::new(Vec::new()), limit, expected }
    }

    pub(super) fn kept(limit: usize) -> Self {
        Self::Kept { content: Zeroizing::new(Vec::new()), limit }
    }

    fn write(&mut self, octets: &[u8]) -> Result<()> {
        match self {
            Self::Memory { content, limit, expected } => {
                if (content.len() as u64).saturating_add(octets.len() as u64) > *limit {
                    return Err(Error::new(Code::LimitBytes).because("the content does not fit the memory allowed"));
                }
                grow(content, octets.len().max(std::mem::take(expected)))?;
                content.extend_from_slice(octets);
            }
            Self::Kept { content, limit } => {
                if content.len().saturating_add(octets.len()) <= *limit {
                    grow(content, octets.len())?;
                    content.extend_from_slice(octets);
                } else {
                    // Too large to keep: from now on nothing fits any more.
                    *content = Zeroizing::new(Vec::new());
                    *limit = 0;
                }
            }
            Self::Count => {}
            Self::Write(out) => out.write_all(octets)?,
        }
        Ok(())
    }
}

/// Makes room by doubling into a new buffer, so that no unwiped copy of the old one is left behind.
fn grow(content: &mut Zeroizing<Vec<u8>>, more: usize) -> Result<()> {
    let needed = content.len().saturating_add(more);
    if needed <= content.capacity() {
        return Ok(());
    }
    let mut larger = Vec::new();
    let out_of_memory = |_| Error::new(Code::LimitBytes).because("out of memory");
    larger.try_reserve_exact(needed.max(content.capacity().saturating_mul(2)).max(4096)).map_err(out_of_memory)?;
    larger.extend_from_slice(content);
    *content = Zeroizing::new(larger);
    Ok(())
}

/// Octets that may come out of compressed layers before the ratio counts.
const INFLATED_FREE: u64 = 1 << 20;

pub(super) struct Session<'w> {
    pub(super) settings: Arc<Settings>,
    pub(super) report: Report,
    /// Who the message says it is from; set once the outermost header was read.
    pub(super) origin: Origin,
    plan: DigestPlan,
    sink: Sink<'w>,
    /// Who hears what stands inside an encrypted layer.
    pub(super) tap: Option<Tap<'w>>,
    content_hasher: Option<Hasher>,
    input_octets: u64,
    inflated_octets: u64,
    private_key_operations: usize,
    /// What checking signatures and building paths has cost.
    signature_work: usize,
    path_steps: usize,
    mime_parts: usize,
    other_digests_due: bool,
    detached: Option<Detached>,
    /// Whether a protected part was opened outside all protection.
    opened: bool,
}

/// The digests of content that stands outside the message.
struct Detached {
    octets: u64,
    raw: Hashing,
    canonical: Hashing,
    canonicalizer: Canonicalizer,
}

/// Content on its way of which a signature may be a signature.
pub(super) struct Hashing {
    hashers: Vec<Hasher>,
    swap: AttributeSwapDetector,
}

/// What a signer's attributes or signature are compared with.
#[derive(Default)]
pub(super) struct Hashed {
    pub(super) digests: Vec<Digest>,
    /// Whether the content has the form of signed attributes.
    pub(super) is_swap: bool,
}

impl Hashing {
    pub(super) fn new(algorithms: impl IntoIterator<Item = DigestAlgorithm>) -> Self {
        Self { hashers: algorithms.into_iter().map(Hasher::new).collect(), swap: AttributeSwapDetector::new() }
    }

    pub(super) fn update(&mut self, octets: &[u8]) {
        self.hashers.iter_mut().for_each(|hasher| hasher.update(octets));
        self.swap.push(octets);
    }

    pub(super) fn finish(self) -> Hashed {
        Hashed { digests: self.hashers.into_iter().map(Hasher::finish).collect(), is_swap: self.swap.finish() }
    }
}

impl<'w> Session<'w> {
    pub(super) fn new(settings: Arc<Settings>, sink: Sink<'w>, plan: DigestPlan) -> Self {
        let report = Report { at: settings.at, ..Report::default() };
        let content_hasher = settings.content_digest.then(|| Hasher::new(DigestAlgorithm::Sha256));
        Self {
            settings,
            report,
            origin: Origin::default(),
            plan,
            sink,
            tap: None,
            content_hasher,
            input_octets: 0,
            inflated_octets: 0,
            private_key_operations: 0,
            signature_work: 0,
            path_steps: 0,
            mime_parts: 0,
            other_digests_due: false,
            detached: None,
            opened: false,
        }
    }

    pub(super) fn count_input(&mut self, octets: usize) -> Result<()> {
        self.input_octets = self.input_octets.saturating_add(octets as u64);
        if self.input_octets > self.settings.limits.message_bytes { Err(Code::LimitBytes.into()) } else { Ok(()) }
    }

    /// Octets that a compressed layer has given. They are counted against the message as it came in, so that layers inside one another
    /// do not multiply.
    pub(super) fn count_inflated(&mut self, octets: usize) -> Result<()> {
        self.inflated_octets = self.inflated_octets.saturating_add(octets as u64);
        let allowed = self.input_octets.saturating_mul(self.settings.limits.inflate_ratio).saturating_add(INFLATED_FREE);
        if self.inflated_octets > allowed { Err(Code::LimitInflate.into()) } else { Ok(()) }
    }

    pub(super) fn count_part(&mut self) -> Result<()> {
        self.mime_parts = self.mime_parts.saturating_add(1);
        if self.mime_parts > self.settings.limits.mime_parts { Err(Code::LimitParts.into()) } else { Ok(()) }
    }

    pub(super) fn count_private_key_operation(&mut self) -> Result<()> {
        self.private_key_operations = self.private_key_operations.saturating_add(1);
        if self.private_key_operations > self.settings.limits.private_key_operations { Err(Code::LimitPrivateKey.into()) } else { Ok(()) }
    }

    /// A signature of a signer is to be checked, which costs so much.
    pub(super) fn count_signature(&mut self, work: usize) -> Result<()> {
        self.signature_work = self.signature_work.saturating_add(work);
        if self.signature_work > self.settings.limits.path_signatures {
            return Err(Error::new(Code::LimitSigners).because("their signatures take too much work to check"));
        }
        Ok(())
    }

    /// A path was looked for.
    pub(super) fn count_path(&mut self, work: usize, steps: usize) {
        self.signature_work = self.signature_work.saturating_add(work);
        self.path_steps = self.path_steps.saturating_add(steps);
    }

    /// What was counted: the work of signatures, and the steps of paths.
    pub(super) fn counted(&self) -> (usize, usize) {
        (self.signature_work, self.path_steps)
    }

    /// The bounds with what is left of them for another path.
    pub(super) fn limits_left(&self) -> Limits {
        let limits = &self.settings.limits;
        Limits {
            path_signatures: limits.path_signatures.saturating_sub(self.signature_work),
            path_steps: limits.path_steps.saturating_sub(self.path_steps),
            ..limits.clone()
        }
    }

    /// Adds a layer and answers with its index.
    pub(super) fn add_layer(&mut self, layer: Layer) -> Result<usize> {
        if self.report.layers.len() >= self.settings.limits.layers {
            return Err(Code::LimitLayers.into());
        }
        self.report.layers.push(layer);
        Ok(self.report.layers.len().saturating_sub(1))
    }

    /// The digests to compute over content whose signature comes later and which announces these.
    pub(super) fn hashing(&self, announced: &[DigestAlgorithm]) -> Hashing {
        let known = announced.iter().copied();
        match self.plan {
            DigestPlan::Announced if !announced.is_empty() => Hashing::new(known),
            _ => {
                let mut all: Vec<DigestAlgorithm> = known.collect();
                for algorithm in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512] {
                    if !all.contains(&algorithm) {
                        all.push(algorithm);
                    }
                }
                if self.settings.policy.digests.contains(&DigestAlgorithm::Sha1) && !all.contains(&DigestAlgorithm::Sha1) {
                    all.push(DigestAlgorithm::Sha1);
                }
                Hashing::new(all)
            }
        }
    }

    /// A signer used a digest that was not computed. Answers whether a second reading can help.
    pub(super) fn ask_for_other_digests(&mut self) -> bool {
        self.other_digests_due |= self.plan == DigestPlan::Announced;
        self.other_digests_due
    }

    pub(super) fn other_digests_due(&self) -> bool {
        self.other_digests_due
    }

    /// Takes the next octets of content that stands outside the message.
    pub(super) fn detached(&mut self, octets: &[u8]) {
        let hashing = || Hashing::new(DigestAlgorithm::ALL.iter().copied());
        let detached = self.detached.get_or_insert_with(|| Detached {
            octets: 0,
            raw: hashing(),
            canonical: hashing(),
            canonicalizer: Canonicalizer::new(),
        });
        detached.octets = detached.octets.saturating_add(octets.len() as u64);
        detached.raw.update(octets);
        let canonical = &mut detached.canonical;
        // The closure cannot fail, so neither can this.
        let _ = detached.canonicalizer.push(octets, &mut |piece| {
            canonical.update(piece);
            Ok(())
        });
    }

    pub(super) fn detached_bytes(&self) -> u64 {
        self.detached.as_ref().map_or(0, |detached| detached.octets)
    }

    /// The detached content: as it is, and with canonical line ends.
    pub(super) fn detached_content(&mut self) -> Option<Hashed> {
        let detached = self.detached.take()?;
        let (mut raw, canonical) = (detached.raw.finish(), detached.canonical.finish());
        raw.digests.extend(canonical.digests);
        raw.is_swap |= canonical.is_swap;
        Some(raw)
    }

    /// Content that was given beside the message must be what the message signs.
    pub(super) fn check_detached(&self) -> Result<()> {
        if self.detached.is_some() {
            return Err(
                Error::new(Code::CmsStructure).because("the signature is not detached: it says nothing of the content given beside it")
            );
        }
        Ok(())
    }

    /// Of several protected parts side by side one is opened. Answers whether this is it.
    pub(super) fn open_first(&mut self) -> bool {
        !std::mem::replace(&mut self.opened, true)
    }

    pub(super) fn content(&mut self, octets: &[u8]) -> Result<()> {
        self.report.content.bytes = self.report.content.bytes.saturating_add(octets.len() as u64);
        if let Some(hasher) = &mut self.content_hasher {
            hasher.update(octets);
        }
        self.sink.write(octets)
    }

    pub(super) fn find(&mut self, code: Code, layer: Option<usize>, detail: Option<&str>) {
        self.report.find(code, layer, None, detail);
    }

    /// Adds a finding that is only worth knowing here.
    pub(super) fn note(&mut self, code: Code, layer: usize, detail: &str) {
        let found = self.report.find(code, Some(layer), None, Some(detail));
        if let Some(finding) = self.report.findings.get_mut(found) {
            finding.severity = finding.severity.min(Severity::Info);
        }
    }

    /// The finished report, and the content that was kept.
    pub(super) fn conclude(mut self) -> (Report, Zeroizing<Vec<u8>>) {
        self.report.verdict = self.verdict();
        if let (Some(hasher), true) = (self.content_hasher.take(), self.report.verdict.is_acceptable()) {
            self.report.content.sha256 = <[u8; 32]>::try_from(&*hasher.finish()).ok();
        }
        self.report.sender.from = self.origin.addresses().to_vec();
        self.report.sender.sender = self.origin.sender();
        let content = match self.sink {
            Sink::Memory { content, .. } | Sink::Kept { content, .. } => content,
            Sink::Count | Sink::Write(_) => Zeroizing::new(Vec::new()),
        };
        (self.report, content)
    }

    fn verdict(&mut self) -> Verdict {
        let signed =
            self.report.layers.iter().filter_map(|layer| if let Layer::Signed(signed) = layer { Some(signed.verdict) } else { None });
        let verdict = signed.max().unwrap_or(Verdict::Unsigned);
        if verdict == Verdict::Unsigned && self.settings.require_signature {
            self.find(Code::SigMissing, None, None);
            return Verdict::Untrusted;
        }
        verdict
    }
}
