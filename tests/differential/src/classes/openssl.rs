//! Differences from OpenSSL 3.0, by the text of X509_verify_cert and of its ASN.1 reader.

use super::Class;
use crate::draft::Feature;

const MALFORMED: &[&str] = &["CERT-MALFORMED"];
const NAMES: &[&str] = &["PATH-NAME-CONSTRAINTS"];

pub(super) const CLASSES: &[Class] = &[
    // Only we accept.
    Class {
        name: "the last second",
        why: "RFC 5280 section 4.1.2.5 has a certificate valid through notAfter; X509_cmp_time takes an equal time for an earlier one.",
        changes: &[],
        features: &[Feature::EndsNow],
        ours: &[],
        theirs: &["10"],
    },
    Class {
        name: "odd dates",
        why: "RFC 5280 section 4.1.2.5 demands seconds, Z and no fraction of authorities. We read what X.680 allows, as certificates \
              in use have it.",
        changes: &[
            "UTCTime without seconds",
            "UTCTime with an offset",
            "UTCTime with an offset of nothing",
            "GeneralizedTime with a fraction",
        ],
        features: &[],
        ours: &[],
        theirs: &["13", "14"],
    },
    Class {
        name: "anyExtendedKeyUsage",
        why: "RFC 8550 section 4.4.4 lets it stand for emailProtection; the purpose smimesign does not, in leaves and in authorities.",
        changes: &[],
        features: &[Feature::LeafAnyUsage, Feature::AuthorityAnyUsage],
        ours: &[],
        theirs: &["26"],
    },
    Class {
        name: "no way back: keys that roll over",
        why: "Of several certificates of one name OpenSSL takes the first that the identifiers allow and tries no other (RFC 4158 \
              section 2.4 has the alternative).",
        changes: &[],
        features: &[Feature::SelfIssued],
        ours: &[],
        theirs: &["7", "19", "20", "24"],
    },
    Class {
        name: "no way back: another key of the name",
        why: "As with keys that roll over: the other certificate was taken, and did not sign.",
        changes: &[],
        features: &[Feature::NameTwin],
        ours: &[],
        theirs: &["7"],
    },
    Class {
        name: "no way back: a cross certificate",
        why: "As with keys that roll over: the certificate that leads to the root that is not trusted was taken.",
        changes: &[],
        features: &[Feature::CrossCertificate],
        ours: &[],
        theirs: &["19"],
    },
    Class {
        name: "identifiers of keys bind",
        why: "RFC 5280 section 4.2.1.1 has them help to find a path, and section 6.1 looks at none. OpenSSL takes no issuer whose \
              identifiers differ.",
        changes: &[
            "authorityKeyIdentifier of another key",
            "authorityKeyIdentifier with another serial number",
            "authorityKeyIdentifier that cannot be read",
            "subjectKeyIdentifier of another key",
            "subjectKeyIdentifier that cannot be read",
        ],
        features: &[],
        ours: &[],
        theirs: &["20"],
    },
    Class {
        name: "critical subjectKeyIdentifier",
        why: "RFC 5280 section 4.2.1.2 has authorities not mark it so. It is known to us, so nothing is missed; OpenSSL has it not \
              on its list.",
        changes: &["subjectKeyIdentifier is critical"],
        features: &[],
        ours: &[],
        theirs: &["34"],
    },
    Class {
        name: "SmtpUTF8Mailbox under constraints on rfc822Name",
        why: "RFC 9598 section 6 has the host compared with the constraint. OpenSSL 3.0 finds no such mailbox within a domain, \
              a subtree with a leading dot, so that none is permitted by it.",
        changes: &[],
        features: &[Feature::Utf8Mailbox],
        ours: &[],
        theirs: &["47"],
    },
    Class {
        name: "serial number with a superfluous octet",
        why: "X.690 section 8.3.2 forbids it; we compare serial numbers by value, so that none escapes a revocation list.",
        changes: &["serial number with a leading zero"],
        features: &[],
        ours: &[],
        theirs: &["parse"],
    },
    Class {
        name: "text that is none",
        why: "We compare a value that is no text octet by octet (RFC 5280 section 7.1); OpenSSL reads no certificate with UTF-8 that \
              is none.",
        changes: &["name in UTF-8 that is none"],
        features: &[],
        ours: &[],
        theirs: &["parse"],
    },
    // Only OpenSSL accepts.
    Class {
        name: "BER where DER is due",
        why: "RFC 5280 section 4.1: certificates are DER. d2i_X509 reads BER.",
        changes: &[
            "certificate with a long length",
            "TBSCertificate with a long length",
            "indefinite length",
            "critical is BER TRUE",
            "basicConstraints with BER TRUE",
            "basicConstraints with a long length",
            "keyUsage with unused bits set",
        ],
        features: &[],
        ours: MALFORMED,
        theirs: &[],
    },
    Class {
        name: "octets behind",
        why: "d2i functions read one value and leave what follows to the caller, whom we are.",
        changes: &["octets behind the certificate"],
        features: &[],
        ours: &["BER-TRAILING"],
        theirs: &[],
    },
    Class {
        name: "octets behind an extension",
        why: "RFC 5280 section 4.2: extnValue is the DER of one value. X509V3_EXT_d2i does not look at what follows it.",
        changes: &["octets behind basicConstraints", "certificatePolicies with octets behind"],
        features: &[],
        ours: MALFORMED,
        theirs: &[],
    },
    Class {
        name: "version 4",
        why: "RFC 5280 section 4.1.2.1 knows 1 to 3; OpenSSL looks at the version with X509_V_FLAG_X509_STRICT only.",
        changes: &["version 4"],
        features: &[],
        ours: MALFORMED,
        theirs: &[],
    },
    Class {
        name: "name with an empty relative name",
        why: "X.501: RelativeDistinguishedName ::= SET SIZE (1..MAX).",
        changes: &["name with an empty relative name"],
        features: &[],
        ours: MALFORMED,
        theirs: &[],
    },
    Class {
        name: "keys of leaves unread",
        why: "We read the leaf's key with the path, for it is to be used; OpenSSL accepts these (exponents of RSA, the point at \
              infinity) until it is.",
        changes: &["RSA key with an even exponent", "RSA key with the exponent 1", "point at infinity"],
        features: &[],
        ours: &["KEY-INVALID"],
        theirs: &[],
    },
    Class {
        name: "parameters of RSA signatures",
        why: "RFC 4055 section 5: NULL, or absent. OpenSSL does not look at them.",
        changes: &["RSA algorithm with other parameters"],
        features: &[],
        ours: &["PATH-ALGORITHM-UNSUPPORTED", "PATH-SIGNATURE"],
        theirs: &[],
    },
    Class {
        name: "case of excluded mailboxes",
        why: "RFC 8550 section 3 matches senders without case, so what is excluded has to be compared so; OpenSSL compares local \
              parts exactly.",
        changes: &["mailbox that is excluded in other case"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "rfc822Name that is none",
        why: "RFC 5280 section 4.2.1.6: a Mailbox. OpenSSL compares what follows the last @; two of them, or octets beyond ASCII, pass.",
        changes: &["rfc822Name with a second @ under constraints", "rfc822Name that is not ASCII under constraints"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "SmtpUTF8Mailbox of an excluded domain",
        why: "RFC 9598 section 6 has the host compared with the constraint. OpenSSL 3.0 finds no such mailbox within a domain, \
              a subtree with a leading dot, so that none is excluded by it.",
        changes: &["SmtpUTF8Mailbox of an excluded domain"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "dNSName that is none",
        why: "RFC 5280 section 4.2.1.6: the preferred name syntax. OpenSSL compares the ends of any text.",
        changes: &["dNSName that is none under constraints"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "URI with an address for a host",
        why: "RFC 5280 section 4.2.1.10: where constraints apply, a URI without a host that is a domain name is refused. OpenSSL \
              compares the text.",
        changes: &["URI with an address for a host"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "wildcard above an excluded dNSName",
        why: "A wildcard stands for names inside of the excluded subtree too; RFC 5280 knows none, and OpenSSL compares the text.",
        changes: &["wildcard above an excluded dNSName"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "extension twice",
        why: "RFC 5280 section 4.2 forbids it for all; OpenSSL finds it where it reads the extension, not where it does not know it.",
        changes: &["extension twice"],
        features: &[],
        ours: &["CERT-DUPLICATE-EXTENSION"],
        theirs: &[],
    },
    Class {
        name: "algorithms of an anchor's signature",
        why: "RFC 5280 section 4.1.1.2 holds for every certificate; OpenSSL compares them where it checks the signature, which an \
              anchor's is not.",
        changes: &["algorithms differ inside and outside", "parameters differ inside and outside"],
        features: &[],
        ours: &["CERT-ALGORITHM-MISMATCH"],
        theirs: &[],
    },
    Class {
        name: "all mailboxes excluded",
        why: "RFC 5280 gives the empty subtree no meaning. We take an excluded one for all mailboxes; OpenSSL compares the empty host.",
        changes: &["subtree of all mailboxes excluded"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "policies that nobody asks for",
        why: "RFC 5280 section 6.1.4 (a) and the syntax of sections 4.2.1.4, 4.2.1.5 and 4.2.1.14: OpenSSL marks the extension as \
              invalid and refuses only where a policy is demanded.",
        changes: &[
            "mapping from anyPolicy",
            "mapping to anyPolicy",
            "mapping of nothing",
            "certificatePolicies without any",
            "inhibitAnyPolicy that is negative",
            "inhibitAnyPolicy that is a BOOLEAN",
        ],
        features: &[],
        ours: MALFORMED,
        theirs: &[],
    },
];
