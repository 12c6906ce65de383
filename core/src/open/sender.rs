//! Who a message says it is from, read from its outermost header, and how that compares with a certificate.

use crate::cert::{self, Certificate};
use crate::error::Code;
use crate::mime::{Header, ProtectedHeader, Senders, date, whole_message_head};
use crate::report::{AddressMatch, ProtectedHeaders};
use crate::time::Time;

/// What the outermost header says about the origin of the message.
#[derive(Default)]
pub(super) struct Origin {
    header: Option<Header>,
    senders: Senders,
    from: Vec<String>,
    date: Option<Time>,
}

impl Origin {
    pub(super) fn read(header: &Header) -> Self {
        let senders = Senders::of(header);
        let from = senders.from.iter().map(ToString::to_string).collect();
        let date = header.first("Date").and_then(date::parse);
        Self { header: Some(header.clone()), senders, from, date }
    }

    pub(super) fn has_from(&self) -> bool {
        self.header.is_some() && self.senders.problem.as_ref().is_none_or(|problem| problem.code() != Code::AddrNoSender)
    }

    /// Why there is no one author, where there is none.
    pub(super) fn problem(&self) -> Option<&str> {
        self.senders.problem.as_ref().and_then(|problem| problem.detail())
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
    pub(super) fn compare_protected(&self, root: &Header, report: &mut ProtectedHeaders) {
        if let Some(protected) = ProtectedHeader::of(root, None) {
            report.protected = protected.fields().to_vec();
            report.differences = self.header.as_ref().map(|outer| protected.differences(outer)).unwrap_or_default();
        }
    }

    /// The header of a whole message again around this root. `None` where there was no message outside.
    pub(super) fn message_head(&self, root: &Header) -> Option<Vec<u8>> {
        self.header.as_ref().map(|outer| whole_message_head(outer, root))
    }
}

/// The one address in From against the certificate's.
pub(super) fn compare(origin: &Origin, certificate: &Certificate) -> AddressMatch {
    let Some(author) = origin.senders.author() else {
        return if origin.has_from() { AddressMatch::Ambiguous } else { AddressMatch::Absent };
    };
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
