//! Who a message says it is from, in its outermost header and in the header inside the protection, and how that compares with a
//! certificate.

use crate::cert::{self, Certificate};
use crate::error::Code;
use crate::mime::{Header, ProtectedHeader, Senders, date, whole_message_head};
use crate::report::{AddressMatch, ProtectedHeaders};
use crate::time::Time;

/// What the headers say about the origin of the message.
#[derive(Default)]
pub(super) struct Origin {
    header: Option<Header>,
    senders: Senders,
    /// From inside the protection, where header fields are protected and it is among them: clients show that one (RFC 9788 section 4).
    protected: Option<Senders>,
    from: Vec<String>,
    date: Option<Time>,
}

impl Origin {
    pub(super) fn read(header: &Header) -> Self {
        let senders = Senders::of(header);
        let from = senders.from.iter().map(ToString::to_string).collect();
        let date = header.first("Date").and_then(date::parse);
        Self { header: Some(header.clone()), senders, protected: None, from, date }
    }

    pub(super) fn has_from(&self) -> bool {
        self.names().next().is_some()
    }

    /// Why there is no one author, where there is none.
    pub(super) fn problem(&self) -> Option<&str> {
        self.names().find_map(|senders| senders.problem.as_ref()).and_then(|problem| problem.detail())
    }

    /// What each header says that has From: outside, inside.
    fn names(&self) -> impl Iterator<Item = &Senders> {
        let outside = self.header.as_ref().map(|_| &self.senders);
        outside.into_iter().chain(&self.protected).filter(|senders| has_from(senders))
    }

    pub(super) fn addresses(&self) -> &[String] {
        &self.from
    }

    pub(super) fn sender(&self) -> Option<String> {
        self.senders.sender.as_ref().map(ToString::to_string)
    }

    pub(super) fn date(&self) -> Option<Time> {
        self.date
    }

    /// Notes the header fields that stand inside the protection, and where they differ from those outside (RFC 9788).
    pub(super) fn compare_protected(&mut self, root: &Header, report: &mut ProtectedHeaders) {
        let Some(protected) = ProtectedHeader::of(root, None) else { return };
        report.protected = protected.fields().to_vec();
        report.differences = self.header.as_ref().map(|outer| protected.differences(outer)).unwrap_or_default();
        let inside = Senders::of(root);
        let more = inside.from.iter().map(ToString::to_string).filter(|address| !self.from.contains(address));
        let more: Vec<String> = more.collect();
        self.from.extend(more);
        self.protected = Some(inside);
    }

    /// The outermost header, where there is one.
    pub(super) fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// The header of a whole message again around this root. `None` where there was no message outside.
    pub(super) fn message_head(&self, root: &Header) -> Option<Vec<u8>> {
        self.header.as_ref().map(|outer| whole_message_head(outer, root))
    }
}

fn has_from(senders: &Senders) -> bool {
    senders.problem.as_ref().is_none_or(|problem| problem.code() != Code::AddrNoSender)
}

/// The one address in From against the certificate's, outside and inside: the worse of the two.
pub(super) fn compare(origin: &Origin, certificate: &Certificate) -> AddressMatch {
    let outcomes = origin.names().map(|senders| compare_author(senders, certificate));
    outcomes.reduce(|so_far, next| worse(so_far, next, false)).unwrap_or(AddressMatch::Absent)
}

fn compare_author(senders: &Senders, certificate: &Certificate) -> AddressMatch {
    let Some(author) = senders.author() else { return AddressMatch::Ambiguous };
    match cert::match_address(certificate, &author.to_string()) {
        cert::AddressMatch::Match => AddressMatch::Match,
        cert::AddressMatch::Mismatch => AddressMatch::Mismatch,
        cert::AddressMatch::Absent => AddressMatch::Absent,
    }
}

/// The worse of two comparisons; the first one made counts alone.
pub(super) fn worse(so_far: AddressMatch, next: AddressMatch, is_first: bool) -> AddressMatch {
    let weight = |outcome| match outcome {
        AddressMatch::Match => 0,
        AddressMatch::Absent => 1,
        AddressMatch::Ambiguous => 2,
        AddressMatch::Mismatch => 3,
    };
    if is_first || weight(next) > weight(so_far) { next } else { so_far }
}
