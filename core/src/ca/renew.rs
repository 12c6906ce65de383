//! Renewal: the same subject and rights, a new validity, and the same key or a new one.

use der::Decode;
use x509_cert::ext::Extension;

use super::write::{Contents, refused};
use super::{Issuer, extensions};
use crate::asn1::oid;
use crate::cert::{Certificate, KeyUsage};
use crate::crypto::{KeyKind, PublicKey};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// Extensions that belong to one certificate or key and are not carried over: those that the issuer writes anew, the period of use of
/// a private key, and signed certificate time-stamps (RFC 6962).
const LEFT_BEHIND: [const_oid::ObjectIdentifier; 4] =
    [oid::CE_SUBJECT_KEY_IDENTIFIER, oid::CE_AUTHORITY_KEY_IDENTIFIER, oid::CE_PRIVATE_KEY_USAGE_PERIOD, oid::CT_PRECERT_SCTS];

impl Issuer {
    /// A certificate that says what this one says, octet for octet in its subject and in each extension, for this key: the same or a new one.
    /// The serial number, the validity and the key identifiers are new. Where the new key is of another kind, keyUsage becomes what is alike
    /// (keyEncipherment for keyAgreement, and the other way round).
    ///
    /// Whether the old certificate has expired or was revoked is not asked; nor whether what it says is still true.
    ///
    /// ```
    /// # use smime::{Code, Time, ca::{CertificateTemplate, Issuer}, crypto::{Curve, KeyKind, PrivateKey}};
    /// # let day = |text| Time::parse_rfc3339(text);
    /// # let (from, to, later) = (day("2026-01-01T00:00:00Z")?, day("2027-01-01T00:00:00Z")?, day("2028-01-01T00:00:00Z")?);
    /// # let ca_key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
    /// # let ca = Issuer::self_signed(&ca_key, &CertificateTemplate::authority("Example Mail CA", from, later))?;
    /// # let key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
    /// # let old = ca.issue(key.public_key(), &CertificateTemplate::end_entity("Alice", "alice@example.org", from, to))?;
    /// let new = ca.renew(&old, key.public_key(), to, later)?;
    /// assert_eq!((new.subject(), new.addresses()), (old.subject(), old.addresses()));
    /// assert_ne!(new.serial(), old.serial());
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::CaNotIssuer`] where this issuer did not sign the old certificate; [`Code::UseArgument`] where the new key is good for nothing that
    /// the old one was for; else as [`Issuer::issue`].
    pub fn renew(&self, old: &Certificate, key: &PublicKey, not_before: Time, not_after: Time) -> Result<Certificate> {
        let issued = old.issuer_key() == self.certificate.subject_key();
        if !issued || self.certificate.public_key().and_then(|own| old.verify_signed_by(own)).is_err() {
            return Err(Error::new(Code::CaNotIssuer));
        }
        let mut kept = Vec::new();
        for extension in old.extensions().filter(|extension| !LEFT_BEHIND.iter().any(|left| left.as_bytes() == extension.kind)) {
            kept.push(Extension {
                extn_id: const_oid::ObjectIdentifier::from_bytes(extension.kind).map_err(refused)?,
                critical: extension.critical,
                extn_value: extensions::octets(extension.value)?,
            });
        }
        if let Some(usage) = old.key_usage()? {
            let fitting = fitting(usage, old.public_key()?.kind(), key.kind())?;
            if fitting != usage {
                extensions::replace_key_usage(&mut kept, fitting)?;
            }
        }
        extensions::push_key_identifiers(&mut kept, key, Some(&self.certificate))?;
        let subject = x509_cert::name::Name::from_der(old.subject().der()).map_err(refused)?;
        let contents = Contents { subject, not_before, not_after, serial: None, extensions: kept };
        Certificate::from_der(&self.write(key, contents)?)
    }
}

/// What a key of the new kind is used for where one of the old kind was used for this.
fn fitting(usage: KeyUsage, old: KeyKind, new: KeyKind) -> Result<KeyUsage> {
    let is_rsa = |kind| matches!(kind, KeyKind::Rsa { .. });
    if old == new || (is_rsa(old) && is_rsa(new)) || (matches!(old, KeyKind::Ec(_)) && matches!(new, KeyKind::Ec(_))) {
        return Ok(usage);
    }
    let signing = [KeyUsage::DIGITAL_SIGNATURE, KeyUsage::NON_REPUDIATION, KeyUsage::KEY_CERT_SIGN, KeyUsage::CRL_SIGN];
    let mut fitting = KeyUsage::default();
    for part in signing.into_iter().filter(|part| new.signs() && usage.any(*part)) {
        fitting = fitting.with(part);
    }
    if usage.any(KeyUsage::KEY_ENCIPHERMENT.with(KeyUsage::KEY_AGREEMENT)) {
        fitting = match new {
            KeyKind::Rsa { .. } => fitting.with(KeyUsage::KEY_ENCIPHERMENT),
            new if new.agrees() => fitting.with(KeyUsage::KEY_AGREEMENT),
            _ => fitting,
        };
    }
    if fitting == KeyUsage::default() {
        return Err(Error::new(Code::UseArgument).because(format!("a key of the kind {new} is good for nothing that the old one was for")));
    }
    Ok(fitting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ca::{CertificateTemplate, NewExtension};
    use crate::crypto::{Curve, PrivateKey};

    const FROM: Time = Time::from_unix(1_800_000_000);
    const TO: Time = Time::from_unix(1_900_000_000);

    fn key(kind: KeyKind) -> PrivateKey {
        PrivateKey::generate(kind).unwrap()
    }

    fn root(name: &str) -> Issuer {
        Issuer::self_signed(&key(KeyKind::Ec(Curve::P256)), &CertificateTemplate::authority(name, FROM, TO)).unwrap()
    }

    #[test]
    fn all_is_kept_but_what_must_be_new() {
        let root = root("Root");
        let own = key(KeyKind::Rsa { bits: 2048 });
        let mut template = CertificateTemplate::end_entity("Zo\u{eb}", "zo\u{eb}@example.org", FROM, TO);
        template.extensions = vec![
            NewExtension::certificate_policies(&[oid::ANY_POLICY], Some("http://example.org/cps")).unwrap(),
            NewExtension::crl_distribution_points(&["http://example.org/crl"]).unwrap(),
            NewExtension { kind: oid::CT_PRECERT_SCTS, critical: false, value: vec![4, 0] },
        ];
        let old = root.issue(own.public_key(), &template).unwrap();
        let later = TO.plus_seconds(1000);
        for key in [own.public_key(), key(KeyKind::Rsa { bits: 2048 }).public_key()] {
            let new = root.renew(&old, key, TO, later).unwrap();
            new.verify_signed_by(root.certificate().public_key().unwrap()).unwrap();
            assert_eq!((new.not_before(), new.not_after(), new.public_key().unwrap()), (TO, later, key));
            assert_eq!(new.subject().der(), old.subject().der());
            assert_eq!(new.issuer().der(), old.issuer().der());
            assert!(new.serial() != old.serial() && new.serial().len() == 16);
            let same = |certificate: &Certificate| -> Vec<_> {
                let all = certificate.extensions().map(|found| (found.kind.to_vec(), found.critical, found.value.to_vec()));
                all.filter(|(kind, ..)| !LEFT_BEHIND.iter().any(|left| left.as_bytes() == kind)).collect()
            };
            assert!(same(&new) == same(&old) && same(&new).len() == 6);
            assert!(new.extension(oid::CT_PRECERT_SCTS).is_none());
            assert_eq!(new.subject_key_identifier() == old.subject_key_identifier(), key == own.public_key());
            assert_eq!(new.authority_key_identifier(), old.authority_key_identifier());
        }
    }

    #[test]
    fn a_key_of_another_kind_gets_the_usages_that_are_alike() {
        let root = root("Root");
        let names = |old: KeyKind, new: KeyKind| {
            let template = CertificateTemplate::end_entity("A", "a@example.org", FROM, TO);
            let old = root.issue(key(old).public_key(), &template).unwrap();
            let new = root.renew(&old, key(new).public_key(), FROM, TO);
            new.map(|new| new.key_usage().unwrap().unwrap().names()).map_err(|error| error.code())
        };
        let (rsa, p256, p384) = (KeyKind::Rsa { bits: 2048 }, KeyKind::Ec(Curve::P256), KeyKind::Ec(Curve::P384));
        assert_eq!(names(rsa, p256).unwrap(), ["digitalSignature", "keyAgreement"]);
        assert_eq!(names(p256, rsa).unwrap(), ["digitalSignature", "keyEncipherment"]);
        assert_eq!(names(p256, p384).unwrap(), ["digitalSignature", "keyAgreement"]);
        assert_eq!(names(rsa, KeyKind::Ed25519).unwrap(), ["digitalSignature"]);
        assert_eq!(names(rsa, KeyKind::X25519).unwrap(), ["keyAgreement"]);
        assert_eq!(names(KeyKind::Ed25519, KeyKind::X25519), Err(Code::UseArgument));
    }

    #[test]
    fn only_what_the_issuer_signed_is_renewed() {
        let (one, other, namesake) = (root("One"), root("Other"), root("One"));
        let own = key(KeyKind::Ed25519);
        let old = one.issue(own.public_key(), &CertificateTemplate::end_entity("A", "a@example.org", FROM, TO)).unwrap();
        for stranger in [&other, &namesake] {
            assert_eq!(stranger.renew(&old, own.public_key(), FROM, TO).unwrap_err().code(), Code::CaNotIssuer);
        }
        // A root renews itself, and remains an authority.
        let again = one.renew(one.certificate(), one.certificate().public_key().unwrap(), FROM, TO).unwrap();
        assert!(again.is_ca() && again.subject_key_identifier() == one.certificate().subject_key_identifier());
    }
}
