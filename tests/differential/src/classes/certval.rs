//! Differences from certval 0.2.0-rc.1.

use super::Class;
use crate::draft::Feature;

const MALFORMED: &[&str] = &["CERT-MALFORMED"];
const NAMES: &[&str] = &["PATH-NAME-CONSTRAINTS"];

pub(super) const CLASSES: &[Class] = &[
    // Only we accept.
    Class {
        name: "authority without keyUsage",
        why: "RFC 5280 section 6.1.4 (n) asks for keyCertSign where the extension is there; certval asks for the extension, by its \
              own word beyond the RFC.",
        changes: &[],
        features: &[Feature::NoKeyUsage],
        ours: &[],
        theirs: &["InvalidKeyUsage"],
    },
    Class {
        name: "anyExtendedKeyUsage",
        why: "RFC 8550 section 4.4.4 lets it stand for emailProtection; certval intersects the purposes along the path by their names.",
        changes: &[],
        features: &[Feature::LeafAnyUsage, Feature::AuthorityAnyUsage],
        ours: &[],
        theirs: &["InvalidKeyUsage"],
    },
    Class {
        name: "policies of the anchor",
        why: "RFC 5937 has them narrow the user-initial-policy-set. RFC 5280 section 6.1.1 (d) takes an anchor as a name and a key, \
              and so do we as to policies.",
        changes: &[],
        features: &[Feature::AnchorPolicies],
        ours: &[],
        theirs: &["NullPolicySet"],
    },
    Class {
        name: "critical extKeyUsage of the anchor",
        why: "It is none of the extensions that RFC 5937 has looked at in an anchor, so certval refuses it where it is critical. We \
              apply it.",
        changes: &[],
        features: &[Feature::AnchorCriticalUsage],
        ours: &[],
        theirs: &["anchor"],
    },
    Class {
        name: "critical subjectKeyIdentifier",
        why: "RFC 5280 section 4.2.1.2 has authorities not mark it so. It is known to us, so nothing is missed.",
        changes: &["subjectKeyIdentifier is critical"],
        features: &[],
        ours: &[],
        theirs: &["UnprocessedCriticalExtension", "anchor"],
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
        theirs: &["parse"],
    },
    Class {
        name: "serial number with a superfluous octet",
        why: "X.690 section 8.3.2 forbids it; we compare serial numbers by value, so that none escapes a revocation list.",
        changes: &["serial number with a leading zero"],
        features: &[],
        ours: &[],
        theirs: &["parse"],
    },
    // Only certval accepts.
    Class {
        name: "usage of the leaf not asked",
        why: "RFC 8550 section 4.4.2 asks for digitalSignature or nonRepudiation. certval can only be asked for all of several bits, \
              so it is asked for none.",
        changes: &["leaf that may not sign", "leaf that is for keyCertSign alone"],
        features: &[],
        ours: &["PATH-KEY-USAGE"],
        theirs: &[],
    },
    Class {
        name: "keys of leaves unread",
        why: "We read the leaf's key with the path, for it is to be used; certval does not.",
        changes: &[
            "RSA key with an even exponent",
            "RSA key with the exponent 1",
            "point at infinity",
            "point that is not on the curve",
            "point of no known form",
            "key on an unknown curve",
            "key of an unknown kind",
            "key that does not fill octets",
        ],
        features: &[],
        ours: &["KEY-INVALID", "KEY-MALFORMED", "PATH-ALGORITHM-UNSUPPORTED"],
        theirs: &[],
    },
    Class {
        name: "size of the leaf's RSA key",
        why: "RFC 8550 section 4.3 is about every key; certval looks at those that sign certificates, and without its feature `rsa` \
              at none.",
        changes: &["RSA key of 1024 bits in the leaf"],
        features: &[],
        ours: &["PATH-WEAK"],
        theirs: &[],
    },
    Class {
        name: "parameters of RSA signatures",
        why: "RFC 4055 section 5: NULL, or absent. Neither certval nor our check of RSA for it looks at them.",
        changes: &["RSA algorithm with other parameters"],
        features: &[],
        ours: &["PATH-ALGORITHM-UNSUPPORTED", "PATH-SIGNATURE"],
        theirs: &[],
    },
    Class {
        name: "anchor that is no authority",
        why: "RFC 5937 takes the path length from basicConstraints of an anchor and passes over cA; with us it binds the anchor as \
              it would another authority.",
        changes: &["anchor that is said to be no authority"],
        features: &[],
        ours: &["PATH-NOT-CA"],
        theirs: &[],
    },
    Class {
        name: "purposes of an anchor",
        why: "extKeyUsage binds an anchor as it would another authority with us. certval intersects purposes as far as certificates \
              below have any, and leaves out what it cannot read.",
        changes: &["anchor for servers", "extKeyUsage of integers", "extKeyUsage is empty"],
        features: &[],
        ours: &["PATH-EXTENDED-KEY-USAGE", "CERT-MALFORMED"],
        theirs: &[],
    },
    Class {
        name: "signature that does not fill octets",
        why: "The signatures of all algorithms are whole octets; certval takes them whatever the count of unused bits says.",
        changes: &["signature that does not fill octets"],
        features: &[],
        ours: &["PATH-SIGNATURE"],
        theirs: &[],
    },
    Class {
        name: "unused bits of keyUsage",
        why: "X.690 section 11.2.1: they are zero. We refuse others; certval passes over them or reads them.",
        changes: &["keyUsage with unused bits set", "keyCertSign in an unused bit of keyUsage"],
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
        name: "extension twice",
        why: "RFC 5280 section 4.2 forbids it; certval reads the first.",
        changes: &["extension twice"],
        features: &[],
        ours: &["CERT-DUPLICATE-EXTENSION"],
        theirs: &[],
    },
    Class {
        name: "algorithms of an anchor's signature",
        why: "RFC 5280 section 4.1.1.2 holds for every certificate; certval does not look at how an anchor is signed.",
        changes: &["algorithms differ inside and outside", "parameters differ inside and outside"],
        features: &[],
        ours: &["CERT-ALGORITHM-MISMATCH"],
        theirs: &[],
    },
    Class {
        name: "malformed subjectAltName unread",
        why: "RFC 5280 section 6.1.5 (f): certval leaves out an extension that it cannot read where no constraints concern it, and \
              where it is not critical.",
        changes: &[
            "subjectAltName that is an INTEGER",
            "subjectAltName with a name of an unknown form",
            "subjectAltName with an address cut short",
        ],
        features: &[],
        ours: MALFORMED,
        theirs: &[],
    },
    Class {
        name: "empty or repeating lists about policies",
        why: "RFC 5280 sections 4.2.1.4, 4.2.1.5 and 4.2.1.11: one policy at least, none twice. certval takes them.",
        changes: &["certificatePolicies without any", "policy twice", "mapping of nothing", "policyConstraints without any"],
        features: &[],
        ours: MALFORMED,
        theirs: &[],
    },
    Class {
        name: "case of excluded mailboxes",
        why: "RFC 8550 section 3 matches senders without case, so what is excluded has to be compared so; certval compares local \
              parts exactly.",
        changes: &["mailbox that is excluded in other case"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "rfc822Name that is not ASCII",
        why: "RFC 9598 section 3: rfc822Name is ASCII. certval leaves a subjectAltName that it cannot read out of account.",
        changes: &["rfc822Name that is not ASCII under constraints"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "subtree that is no mailbox",
        why: "RFC 5280 section 4.2.1.10 has three forms; what is none of them decides nothing with us, so the path fails. certval \
              finds that it excludes nothing.",
        changes: &["subtree that is no mailbox"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "all mailboxes excluded",
        why: "RFC 5280 gives the empty subtree no meaning. We take an excluded one for all mailboxes; certval for none.",
        changes: &["subtree of all mailboxes excluded"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "SmtpUTF8Mailbox under constraints on rfc822Name",
        why: "RFC 9598 section 6 has the host of the constraint compared; certval does not know the form.",
        changes: &["SmtpUTF8Mailbox of an excluded host", "SmtpUTF8Mailbox of an excluded domain"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "URI with an address for a host",
        why: "RFC 5280 section 4.2.1.10: where constraints apply, a URI without a host that is a domain name is refused. certval \
              compares the text.",
        changes: &["URI with an address for a host"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "dNSName that is none",
        why: "RFC 5280 section 4.2.1.6: the preferred name syntax. certval compares the ends of any text.",
        changes: &["dNSName that is none under constraints"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "order of attributes in a relative name",
        why: "X.501: a SET has no order, and its DER is sorted by octets, which differ in another string type or case. certval compares one by one.",
        changes: &["leaf under an excluded directory"],
        features: &[Feature::TwoAttributes],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "wildcard above an excluded dNSName",
        why: "A wildcard stands for names inside of the excluded subtree too; RFC 5280 knows none, and certval compares the text.",
        changes: &["wildcard above an excluded dNSName"],
        features: &[],
        ours: NAMES,
        theirs: &[],
    },
    Class {
        name: "bounds of subtrees in anchors",
        why: "RFC 5280 section 4.2.1.10 has minimum and maximum refused or applied; certval refuses them below the anchor, and \
              passes over them in it.",
        changes: &["subtree with a minimum", "subtree with a maximum"],
        features: &[],
        ours: MALFORMED,
        theirs: &[],
    },
];
