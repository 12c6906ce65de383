//! Differences from x509-parser 0.18: of what each certificate says.

use super::Class;

const MALFORMED: &[&str] = &["CERT-MALFORMED"];

pub(super) const CLASSES: &[Class] = &[
    Class {
        name: "extensions read on demand",
        why: "Both refuse the extension; x509-parser answers that there is none, as its accessors do for what they cannot read.",
        changes: &[
            "basicConstraints with BER TRUE",
            "basicConstraints with a long length",
            "octets behind basicConstraints",
            "basicConstraints is a SET",
            "basicConstraints is empty",
            "pathLenConstraint is negative",
            "pathLenConstraint with a leading zero",
        ],
        features: &[],
        ours: MALFORMED,
        theirs: &["basicConstraints"],
    },
    Class {
        name: "extKeyUsage of nothing",
        why: "RFC 5280 section 4.2.1.12: one purpose at least. x509-parser reads a list of none, or answers that there is none.",
        changes: &["extKeyUsage is empty", "extKeyUsage of integers"],
        features: &[],
        ours: MALFORMED,
        theirs: &["extKeyUsage"],
    },
    Class {
        name: "unused bits of keyUsage",
        why: "X.690 section 11.2.1: they are zero. We refuse others; x509-parser passes over them.",
        changes: &["keyUsage with unused bits set", "keyCertSign in an unused bit of keyUsage", "keyUsage says nine unused bits"],
        features: &[],
        ours: MALFORMED,
        theirs: &["keyUsage"],
    },
    Class {
        name: "name of a form that is not known",
        why: "RFC 5280 section 4.2.1.6 has nine forms. x509-parser has a value for those that it does not know.",
        changes: &["subjectAltName with a name of an unknown form"],
        features: &[],
        ours: MALFORMED,
        theirs: &["subjectAltName"],
    },
    Class {
        name: "not everything is looked at",
        why: "x509-parser reads the octets and leaves rules to its caller: the version, equal algorithms inside and outside, \
              extensions once each, minimal lengths and numbers, what follows.",
        changes: &[
            "certificate with a long length",
            "TBSCertificate with a long length",
            "critical is BER TRUE",
            "serial number without octets",
            "extension twice",
            "algorithms differ inside and outside",
            "parameters differ inside and outside",
            "version 4",
            "name with an empty relative name",
        ],
        features: &[],
        ours: &["CERT-MALFORMED", "CERT-DUPLICATE-EXTENSION", "CERT-ALGORITHM-MISMATCH"],
        theirs: &["only they read it"],
    },
    Class {
        name: "element behind the signature",
        why: "RFC 5280 section 4.1: three fields. x509-parser does not look for more.",
        changes: &["element behind the signature"],
        features: &[],
        ours: &["BER-TRAILING"],
        theirs: &["only they read it"],
    },
    Class {
        name: "signature that does not fill octets",
        why: "We read the certificate and refuse the signature. x509-parser takes the octets whatever the count of unused bits says, \
              and reads none with an impossible one.",
        changes: &["signature that does not fill octets", "signature with nine unused bits"],
        features: &[],
        ours: &["PATH-SIGNATURE", "PATH-ALGORITHM-UNSUPPORTED"],
        theirs: &["only they accept the signature", "only we read it"],
    },
    Class {
        name: "parameters of RSA signatures",
        why: "RFC 4055 section 5: NULL, or absent. x509-parser does not look at them.",
        changes: &["RSA algorithm with other parameters"],
        features: &[],
        ours: &["PATH-ALGORITHM-UNSUPPORTED", "PATH-SIGNATURE"],
        theirs: &["only they accept the signature"],
    },
    Class {
        name: "SHA-1 is not supported there",
        why: "The signature is right and refused for its digest, by RFC 8550 section 4.3; ring does not know ECDSA with SHA-1, and \
              no RSA key of this size with it.",
        changes: &["signed with SHA-1"],
        features: &[],
        ours: &["PATH-WEAK"],
        theirs: &["only we accept the signature"],
    },
];
