//! DSA keys, above all those that have their parameters from the key above them: which path a certificate is judged on decides there
//! what its key is.

use smime::asn1::oid;
use smime::cert::Certificate;
use smime::crypto::{DigestAlgorithm, SignatureScheme};
use smime::path::{PathReport, PathRequest, PathVerdict, Purpose};
use smime::{Code, Limits, Opened, Opener, Policy, Severity, Time, TrustStore, Verdict};
use smime_tests::dsa::{DsaKey, issue};
use smime_tests::forge::{ENTITY, SignedForge, SignerForge, algorithm, pkcs7_mime};
use smime_tests::maker::{Template, key};

fn now() -> Time {
    Time::parse_rfc3339("2026-11-23T12:00:00Z").expect("a time")
}

fn store(anchor: &Certificate) -> TrustStore {
    TrustStore::builder().anchor(anchor).build()
}

fn judge(leaf: &Certificate, store: &TrustStore, others: &[Certificate], policy: &Policy) -> PathReport {
    PathRequest::new(leaf, store).intermediates(others).at(now()).policy(policy).validate()
}

fn errors(report: &PathReport) -> Vec<Code> {
    report.findings.iter().filter(|finding| finding.severity == Severity::Error).map(|finding| finding.code).collect()
}

fn person() -> Template {
    Template::person("Alice", "Lower", "a@example.org")
}

/// An elliptic root, an authority with parameters, one that has them from it, and a person who has them from that one.
struct Chain {
    root: Certificate,
    upper: Certificate,
    lower: Certificate,
    person: Certificate,
    keys: [DsaKey; 3],
}

impl Chain {
    fn new(key_of_upper: DsaKey) -> Self {
        let root_key = key();
        let keys = [key_of_upper.clone(), key_of_upper.with_number(5), key_of_upper.with_number(7)];
        Self {
            root: Template::authority("Root", "Root").issue(&root_key, &root_key),
            upper: issue(&Template::authority("Upper", "Root"), &keys[0].spki(), &root_key),
            lower: keys[0].issue(&Template::authority("Lower", "Upper"), &keys[1].heir()),
            person: keys[1].issue(&person(), &keys[2].heir()),
            keys,
        }
    }

    fn others(&self) -> [Certificate; 2] {
        [self.lower.clone(), self.upper.clone()]
    }

    /// A message signed with the person's key.
    fn message(&self) -> Vec<u8> {
        let mut signer = SignerForge::with_digest(&key(), &self.person, ENTITY, DigestAlgorithm::Sha1);
        signer.signature_algorithm = SignatureScheme::Dsa(DigestAlgorithm::Sha1).algorithm_identifier();
        signer.signature = Some(self.keys[2].sign(DigestAlgorithm::Sha1, &signer.to_be_signed()));
        self.message_of(&signer)
    }

    fn message_of(&self, signer: &SignerForge) -> Vec<u8> {
        let forge = SignedForge::new(Some(ENTITY), &[signer], &[&self.person, &self.lower, &self.upper]);
        pkcs7_mime("signed-data", &forge.der())
    }

    fn open(&self, message: &[u8], policy: Policy) -> Opened {
        Opener::new(&store(&self.root)).policy(policy).at(now()).open(message).expect("a message")
    }
}

#[test]
fn parameters_come_down_the_path() {
    for key in [DsaKey::small(), DsaKey::large()] {
        let chain = Chain::new(key);
        let (store, others) = (store(&chain.root), chain.others());
        let report = judge(&chain.person, &store, &others, &Policy::legacy());
        assert!(report.is_valid(), "{:?}", report.findings);
        let flagged: Vec<_> = report.findings.iter().map(|finding| (finding.code, finding.severity)).collect();
        // Three keys, and two signatures with SHA-1.
        assert_eq!(flagged, [(Code::PathWeak, Severity::Warning); 5]);
        let due = smime::crypto::PublicKey::from_spki(&chain.keys[2].spki()).expect("a key");
        assert_eq!(report.leaf_key().expect("a key"), due);
        // A second look, with what the store remembers, is no other.
        assert!(judge(&chain.person, &store, &others, &Policy::legacy()).is_valid());
        for policy in [Policy::standard(), Policy::strict(), Policy { allow_dsa: false, ..Policy::legacy() }] {
            let report = judge(&chain.person, &store, &others, &policy);
            assert_eq!(report.verdict, PathVerdict::Untrusted);
            assert!(errors(&report).iter().all(|code| *code == Code::PathWeak), "{:?}", report.findings);
        }
    }
}

#[test]
fn a_wrong_signature_below_inherited_parameters() {
    let chain = Chain::new(DsaKey::small());
    let stranger = chain.keys[1].with_number(9);
    let forged = stranger.issue(&person(), &chain.keys[2].heir());
    let report = judge(&forged, &store(&chain.root), &chain.others(), &Policy::legacy());
    assert_eq!((report.verdict, errors(&report)), (PathVerdict::Invalid, vec![Code::PathSignature]));
    // The right number by other parameters is another key.
    let other = chain.keys[1].with_generator(3).issue(&person(), &chain.keys[2].heir());
    let report = judge(&other, &store(&chain.root), &chain.others(), &Policy::legacy());
    assert_eq!(errors(&report), [Code::PathSignature]);
}

/// The same key without parameters, certified by two authorities with different parameters, is two keys. The search has to come back from
/// the one and try the other, in whichever order they come.
#[test]
fn one_certificate_two_keys() {
    let root_key = key();
    let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
    let first = DsaKey::small();
    // By y = g^10 both are 10 for g, 5 for g^2.
    let second = first.with_generator(2);
    let heirs = [first.with_number(10), second.with_number(5)];
    assert_eq!(heirs[0].heir(), heirs[1].heir());
    let uppers =
        [("First", &first), ("Second", &second)].map(|(name, key)| issue(&Template::authority(name, "Root"), &key.spki(), &root_key));
    let lowers =
        [("First", &first), ("Second", &second)].map(|(name, key)| key.issue(&Template::authority("Lower", name), &heirs[0].heir()));
    let all = [uppers.clone(), lowers.clone()].concat();
    let mut turned = all.clone();
    turned.reverse();
    let store = store(&root);
    for (index, heir) in heirs.iter().enumerate() {
        let leaf = heir.issue(&person(), first.with_number(7).heir().as_slice());
        for others in [&all, &turned] {
            let report = judge(&leaf, &store, others, &Policy::legacy());
            assert!(report.is_valid(), "{index}: {:?}", report.findings);
            let path: Vec<_> = report.certificates().cloned().collect();
            assert_eq!(path, [&leaf, &lowers[index], &uppers[index], &root].map(Clone::clone));
        }
        // Only the way that is not his: what the store has seen of the other says nothing about this one.
        let wrong = 1 - index;
        let report = judge(&leaf, &store, &[lowers[wrong].clone(), uppers[wrong].clone()], &Policy::legacy());
        assert_eq!((report.verdict, errors(&report)), (PathVerdict::Invalid, vec![Code::PathSignature]));
    }
}

/// That a key with these parameters did not sign one certificate says nothing of others: the way up is tried again for them.
#[test]
fn a_way_that_failed_for_what_is_below() {
    let root_key = key();
    let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
    let (first, middle_key) = (DsaKey::small(), key());
    let heirs = [first.with_number(10), first.with_generator(2).with_number(5)];
    let upper = issue(&Template::authority("Upper", "Root"), &first.spki(), &root_key);
    let lower = first.issue(&Template::authority("Lower", "Upper"), &heirs[0].heir());
    let middle = |heir: &DsaKey, serial| {
        let template = Template { serial: vec![serial], ..Template::authority("Middle", "Lower") };
        heir.issue(&template, middle_key.public_key().spki())
    };
    let leaf = Template::person("Alice", "Middle", "a@example.org").issue(&key(), &middle_key);
    let right = middle(&heirs[0], 100);
    // More than the searches for an explanation, which take any way by name, would try.
    let mut others: Vec<Certificate> = (1..40).map(|serial| middle(&heirs[1], serial)).collect();
    others.extend([right.clone(), lower, upper]);
    let report = judge(&leaf, &store(&root), &others, &Policy::legacy());
    assert!(report.is_valid(), "{:?}", report.findings);
    assert!(report.certificates().any(|certificate| *certificate == right));
}

#[test]
fn nothing_to_inherit() {
    let chain = Chain::new(DsaKey::small());
    let root_key = key();
    let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
    // Below a key that is no DSA key.
    let lower = issue(&Template::authority("Lower", "Root"), &chain.keys[1].heir(), &root_key);
    let report = judge(&chain.person, &store(&root), &[lower], &Policy::legacy());
    assert_eq!((report.verdict, errors(&report)), (PathVerdict::Indeterminate, vec![Code::PathAlgorithmUnsupported]));
    assert_eq!(report.leaf_key().map(drop).map_err(|error| error.code()), Err(Code::KeyUnsupported));
    // An anchor has nobody above it.
    let report = judge(&chain.person, &store(&chain.lower), &[], &Policy::legacy());
    assert_eq!((report.verdict, errors(&report)), (PathVerdict::Indeterminate, vec![Code::PathAlgorithmUnsupported]));
    // Without the authority that has the parameters no way leads on.
    let report = judge(&chain.person, &store(&chain.root), std::slice::from_ref(&chain.lower), &Policy::legacy());
    assert!(!report.is_valid() && errors(&report).contains(&Code::PathNoAnchor), "{:?}", report.findings);
    // Parameters of 2048 bits for a number of 1024: a key that signed nothing; and a number that is larger than its parameters: no key.
    let (small, large) = (DsaKey::small(), DsaKey::large());
    for (by, number, due) in [(&large, &small, Code::PathSignature), (&small, &large, Code::PathAlgorithmUnsupported)] {
        let upper = issue(&Template::authority("Upper", "Root"), &by.spki(), &root_key);
        let lower = by.issue(&Template::authority("Lower", "Upper"), &number.heir());
        let leaf = number.issue(&person(), &number.heir());
        let report = judge(&leaf, &store(&root), &[lower, upper], &Policy::legacy());
        assert_eq!(errors(&report), [due]);
    }
}

/// A crowd of keys without parameters under one name costs no more than the bounds say.
#[test]
fn many_heirs_are_bounded() {
    let chain = Chain::new(DsaKey::small());
    let mut crowd: Vec<Certificate> = Vec::new();
    for number in 20..60 {
        let heir = chain.keys[0].with_number(number).heir();
        for (subject, issuer) in [("Lower", "Lower"), ("Lower", "Upper")] {
            crowd.push(chain.keys[0].issue(&Template::authority(subject, issuer), &heir));
        }
    }
    crowd.push(chain.upper.clone());
    for signatures in [16, 256] {
        let limits = Limits { path_signatures: signatures, ..Limits::default() };
        let policy = Policy::legacy();
        let report =
            PathRequest::new(&chain.person, &store(&chain.root)).intermediates(&crowd).at(now()).policy(&policy).limits(&limits).validate();
        assert!(!report.is_valid());
        assert!(
            report.signatures_checked <= signatures && report.steps <= limits.path_steps + 2 * 2_000,
            "{} {}",
            report.signatures_checked,
            report.steps
        );
    }
}

#[test]
fn a_signer_whose_key_inherits() {
    let chain = Chain::new(DsaKey::small());
    let opened = chain.open(&chain.message(), Policy::legacy());
    assert_eq!(opened.verdict(), Verdict::Valid, "{}", opened.report().to_json());
    let signer = opened.report().signers().next().expect("a signer");
    assert_eq!((signer.algorithm.as_str(), signer.path.path.len()), ("dsa", 4));
    assert!(opened.report().has(Code::SigWeak));
    for policy in [Policy::standard(), Policy::strict(), Policy { allow_dsa: false, ..Policy::legacy() }] {
        let opened = chain.open(&chain.message(), policy);
        assert_eq!(opened.verdict(), Verdict::Untrusted, "{}", opened.report().to_json());
        assert!(opened.report().has(Code::SigAlgorithmForbidden) && opened.report().has(Code::PathWeak));
    }

    // The signature of another, by the same parameters; of the same number, by others; and none.
    let mut signer = SignerForge::with_digest(&key(), &chain.person, ENTITY, DigestAlgorithm::Sha1);
    signer.signature_algorithm = SignatureScheme::Dsa(DigestAlgorithm::Sha1).algorithm_identifier();
    let signed = signer.to_be_signed();
    for key in [chain.keys[2].with_number(9), chain.keys[2].with_generator(3)] {
        let forged = SignerForge { signature: Some(key.sign(DigestAlgorithm::Sha1, &signed)), ..signer.clone() };
        let opened = chain.open(&chain.message_of(&forged), Policy::legacy());
        assert_eq!(opened.verdict(), Verdict::Invalid);
        assert!(opened.report().has(Code::SigInvalid), "{}", opened.report().to_json());
    }
    // id-dsa beside the digest means the same; another digest than that of the scheme does not.
    let good = chain.keys[2].sign(DigestAlgorithm::Sha1, &signed);
    let named = SignerForge { signature_algorithm: algorithm(oid::ID_DSA, &[]), signature: Some(good.clone()), ..signer.clone() };
    assert_eq!(chain.open(&chain.message_of(&named), Policy::legacy()).verdict(), Verdict::Valid);
    let other = SignatureScheme::Dsa(DigestAlgorithm::Sha256).algorithm_identifier();
    let named = SignerForge { signature_algorithm: other, signature: Some(good.clone()), ..signer.clone() };
    assert!(chain.open(&chain.message_of(&named), Policy::legacy()).report().has(Code::SigAlgorithmMismatch));
    let parameters = SignerForge { signature_algorithm: algorithm(oid::ID_DSA_WITH_SHA1, &[4, 0]), signature: Some(good), ..signer };
    assert!(!chain.open(&chain.message_of(&parameters), Policy::legacy()).is_acceptable());
}

/// Where the path is not known, neither is the key: nothing is proved, in either direction.
#[test]
fn a_signer_whose_key_cannot_be_completed() {
    let chain = Chain::new(DsaKey::small());
    let mut signer = SignerForge::with_digest(&key(), &chain.person, ENTITY, DigestAlgorithm::Sha1);
    signer.signature_algorithm = SignatureScheme::Dsa(DigestAlgorithm::Sha1).algorithm_identifier();
    signer.signature = Some(chain.keys[2].sign(DigestAlgorithm::Sha1, &signer.to_be_signed()));
    let message = pkcs7_mime("signed-data", &SignedForge::new(Some(ENTITY), &[&signer], &[&chain.person]).der());
    let opened = chain.open(&message, Policy::legacy());
    assert_eq!(opened.verdict(), Verdict::Indeterminate, "{}", opened.report().to_json());
    assert!(opened.report().has(Code::SigAlgorithmUnsupported));
}

/// Encrypting to such a key, or asking for it, fails in words.
#[test]
fn no_encryption_to_it() {
    let chain = Chain::new(DsaKey::small());
    let policy = Policy::legacy();
    let (store, others) = (store(&chain.root), chain.others());
    let request = PathRequest::new(&chain.person, &store).intermediates(&others).at(now()).policy(&policy);
    let report = request.purpose(Purpose::EmailEncryption).validate();
    assert!(report.has(Code::PathKeyUsage), "{:?}", report.findings);
    let refused = smime::Encryptor::new().recipient(&chain.person).and_then(|encryptor| encryptor.encrypt(ENTITY)).map(drop);
    assert_eq!(refused.map_err(|error| error.code()), Err(Code::UseKeyForEncryption));
    for (certificate, bits) in [(&chain.upper, Some(1024)), (&chain.lower, None)] {
        let description = certificate.describe();
        assert_eq!((description.key_kind.as_str(), description.key_bits), ("dsa", bits));
    }
}
