//! One subtree of name constraints, one name, and whether the second lies in the first.

use std::fmt;

use crate::asn1::oid;
use crate::cert::{Certificate, GeneralName, Mailbox, Name, NameKey, is_host, text};

/// A name of a certificate, made ready to be compared.
pub(super) enum Subject<'a> {
    /// rfc822Name, SmtpUTF8Mailbox, or emailAddress of the subject; `None`: malformed.
    Mailbox(Option<Mailbox>, String),
    /// dNSName in lower case, without the asterisk of a wildcard; `None`: malformed.
    Dns(Option<Host>, String),
    /// The host of uniformResourceIdentifier in lower case; `None`: it has none.
    Uri(Option<String>, String),
    IpAddress(&'a [u8]),
    Directory(Vec<NameKey>, Name<'a>),
    /// A form that is not compared: the tag, and for otherName its type.
    Other(Form<'a>),
}

/// A host name, or all host names one label below it.
pub(super) struct Host {
    name: String,
    wildcard: bool,
}

/// A form of names that is not compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form<'a> {
    OtherName(&'a [u8]),
    X400,
    EdiParty,
    RegisteredId,
}

/// A subtree, made ready to be compared.
pub(super) enum Subtree<'a> {
    Mailbox(MailboxTree),
    /// In lower case; `None`: malformed.
    Dns(Option<String>),
    /// In lower case; `None`: malformed.
    Uri(Option<String>),
    IpAddress(&'a [u8]),
    Directory(Vec<NameKey>),
    Other(Form<'a>),
}

/// The three forms of a constraint on mailboxes, and those that fit none.
pub(super) enum MailboxTree {
    One(Mailbox),
    Host(String),
    /// With the leading dot.
    Domain(String),
    /// The empty one: every mailbox.
    All,
    Malformed,
}

/// Every name of a certificate that constraints can concern (RFC 5280 section 6.1.3 (b), (c)).
///
/// The emailAddress attributes of the subject count always, not only where there is no subjectAltName: they are matched
/// against senders all the same.
pub(super) fn subjects(certificate: &Certificate) -> Vec<Subject<'_>> {
    let subject = certificate.subject();
    let mut found = Vec::new();
    if !subject.is_empty() {
        found.push(Subject::Directory(subject.relative_keys(), subject));
    }
    for attribute in subject.attributes().filter(|attribute| attribute.kind == oid::AT_EMAIL_ADDRESS.as_bytes()) {
        let mailbox = text::decode(attribute.tag, attribute.value).and_then(|address| Mailbox::from_ascii(address.as_bytes()).ok());
        found.push(Subject::Mailbox(mailbox, text::escape(attribute.value)));
    }
    let names = certificate.subject_alternative_names().ok().flatten().unwrap_or_default();
    found.extend(names.into_iter().map(Subject::of));
    found
}

impl<'a> Subject<'a> {
    pub(super) fn of(name: GeneralName<'a>) -> Self {
        match name {
            GeneralName::Rfc822(octets) => Self::Mailbox(Mailbox::from_ascii(octets).ok(), text::escape(octets)),
            GeneralName::Other { kind, value } if kind == oid::ID_ON_SMTP_UTF8_MAILBOX.as_bytes() => {
                let mailbox = Mailbox::from_smtp_utf8(value).ok();
                let shown = mailbox.as_ref().map_or_else(|| text::escape(value), Mailbox::to_string);
                Self::Mailbox(mailbox, shown)
            }
            GeneralName::Dns(octets) => Self::Dns(Host::of(octets), text::escape(octets)),
            GeneralName::Uri(octets) => Self::Uri(uri_host(octets), text::escape(octets)),
            GeneralName::IpAddress(octets) => Self::IpAddress(octets),
            GeneralName::Directory(name) => Self::Directory(name.relative_keys(), name),
            GeneralName::Other { kind, .. } => Self::Other(Form::OtherName(kind)),
            GeneralName::X400(_) => Self::Other(Form::X400),
            GeneralName::EdiParty(_) => Self::Other(Form::EdiParty),
            GeneralName::RegisteredId(_) => Self::Other(Form::RegisteredId),
        }
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox(_, shown) | Self::Dns(_, shown) | Self::Uri(_, shown) => f.write_str(shown),
            Self::IpAddress(octets) => write!(f, "the IP address {octets:?}"),
            Self::Directory(_, name) => f.write_str(&name.brief()),
            Self::Other(_) => f.write_str("a name of a form that is not supported"),
        }
    }
}

impl<'a> Subtree<'a> {
    pub(super) fn of(base: GeneralName<'a>) -> Self {
        match base {
            GeneralName::Rfc822(octets) => Self::Mailbox(MailboxTree::of(octets)),
            GeneralName::Dns(octets) => Self::Dns(Some(lower(octets)).filter(|tree| tree.is_empty() || is_host_tree(tree))),
            GeneralName::Uri(octets) => Self::Uri(Some(lower(octets)).filter(|tree| is_host_tree(tree))),
            GeneralName::IpAddress(octets) => Self::IpAddress(octets),
            GeneralName::Directory(name) => Self::Directory(name.relative_keys()),
            GeneralName::Other { kind, .. } => Self::Other(Form::OtherName(kind)),
            GeneralName::X400(_) => Self::Other(Form::X400),
            GeneralName::EdiParty(_) => Self::Other(Form::EdiParty),
            GeneralName::RegisteredId(_) => Self::Other(Form::RegisteredId),
        }
    }

    /// Whether the subtree is of the form of this name.
    pub(super) fn concerns(&self, name: &Subject<'_>) -> bool {
        match (self, name) {
            (Self::Mailbox(_), Subject::Mailbox(..))
            | (Self::Dns(_), Subject::Dns(..))
            | (Self::Uri(_), Subject::Uri(..))
            | (Self::IpAddress(_), Subject::IpAddress(_))
            | (Self::Directory(_), Subject::Directory(..)) => true,
            (Self::Other(form), Subject::Other(other)) => form == other,
            _ => false,
        }
    }

    /// Whether the name, of the same form, lies within; `None` where that cannot be told. In doubt an excluded subtree is taken
    /// to be large.
    pub(super) fn contains(&self, name: &Subject<'_>, excluded: bool) -> Option<bool> {
        match (self, name) {
            (Self::Mailbox(tree), Subject::Mailbox(mailbox, _)) => tree.contains(mailbox.as_ref()?, excluded),
            (Self::Dns(tree), Subject::Dns(host, _)) => Some(dns_contains(tree.as_deref()?, host.as_ref()?, excluded)),
            (Self::Uri(tree), Subject::Uri(host, _)) => Some(uri_contains(tree.as_deref()?, host.as_deref()?)),
            (Self::IpAddress(tree), Subject::IpAddress(address)) => ip_contains(tree, address),
            (Self::Directory(tree), Subject::Directory(keys, _)) => Some(keys.starts_with(tree)),
            _ => None,
        }
    }
}

impl MailboxTree {
    fn of(octets: &[u8]) -> Self {
        let text = lower(octets);
        if octets.is_empty() {
            Self::All
        } else if octets.contains(&b'@') {
            Mailbox::from_ascii(octets).map_or(Self::Malformed, Self::One)
        } else if text.strip_prefix('.').is_some_and(is_host) {
            Self::Domain(text)
        } else if is_host(&text) || (text.starts_with('[') && crate::cert::parse_domain(&text).is_some()) {
            Self::Host(text)
        } else {
            Self::Malformed
        }
    }

    fn contains(&self, mailbox: &Mailbox, excluded: bool) -> Option<bool> {
        match self {
            // Senders are matched without case, so an excluded mailbox is; a permitted one is the one that is written there.
            Self::One(one) if excluded => Some(one == mailbox),
            Self::One(one) => Some(one.domain() == mailbox.domain() && one.local() == mailbox.local()),
            Self::Host(host) => Some(mailbox.domain() == host),
            Self::Domain(domain) => Some(mailbox.domain().ends_with(domain.as_str())),
            // RFC 5280 does not give the empty constraint a meaning. Authorities that may issue no addresses at all exclude it.
            Self::All => excluded.then_some(true),
            Self::Malformed => None,
        }
    }
}

impl Host {
    fn of(octets: &[u8]) -> Option<Self> {
        let host = lower(octets);
        let (name, wildcard) = match host.strip_prefix("*.") {
            Some(rest) => (rest.to_owned(), true),
            None => (host, false),
        };
        is_host(&name).then_some(Self { name, wildcard })
    }
}

/// The host itself and whatever has labels to its left (RFC 5280 section 4.2.1.10).
fn dns_contains(tree: &str, host: &Host, excluded: bool) -> bool {
    let within = |tree: &str, host: &str| match host.strip_suffix(tree) {
        Some(rest) => rest.is_empty() || tree.is_empty() || rest.ends_with('.') || tree.starts_with('.'),
        None => false,
    };
    // A wildcard stands for names inside and outside of an excluded subtree below it.
    within(tree, &host.name) || (host.wildcard && excluded && within(&host.name, tree))
}

/// A host stands for itself; with a leading dot, for the hosts below it.
fn uri_contains(tree: &str, host: &str) -> bool {
    if tree.starts_with('.') { host.ends_with(tree) } else { host == tree }
}

fn is_host_tree(tree: &str) -> bool {
    is_host(tree.strip_prefix('.').unwrap_or(tree))
}

/// Address and mask, of the same family as the name.
fn ip_contains(tree: &[u8], address: &[u8]) -> Option<bool> {
    if !matches!(tree.len(), 8 | 32) || !matches!(address.len(), 4 | 16) {
        return None;
    }
    let (network, mask) = tree.split_at_checked(tree.len() / 2)?;
    if network.len() != address.len() {
        return Some(false);
    }
    Some(network.iter().zip(mask).zip(address).all(|((network, mask), octet)| network & mask == octet & mask))
}

/// The host of a URI with an authority part, where that is a domain name (RFC 3986 section 3.2).
fn uri_host(octets: &[u8]) -> Option<String> {
    let uri = std::str::from_utf8(octets).ok()?;
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host).to_ascii_lowercase();
    // An address is no domain name: constraints say nothing of it, so it cannot be compared.
    (is_host(&host) && host.parse::<core::net::Ipv4Addr>().is_err()).then_some(host)
}

fn lower(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).to_ascii_lowercase()
}
