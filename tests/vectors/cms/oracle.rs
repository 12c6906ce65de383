//! The reader compared with `rasn-cms`, which reads a message as a whole.

use rasn::types::Any;
use rasn_cms::{AuthEnvelopedData, CertificateChoices, ContentInfo, EncryptedContentInfo, EnvelopedData, RecipientInfo, SignedData};
use smime::asn1::oid;
use smime::cms::RecipientInfo as Ours;
use smime_tests::Tally;

use super::record::Record;

#[test]
fn samples_read_as_by_rasn() {
    let Some(samples) = super::readable() else { return };
    let mut tally = Tally::new("CMS samples against rasn-cms");
    for (name, (octets, record)) in &samples {
        let Ok(info) = rasn::ber::decode::<ContentInfo>(octets) else {
            tally.skip("rasn-cms does not read the ContentInfo");
            continue;
        };
        let compared = match content_type(&info).as_str() {
            kind if kind == oid::ID_SIGNED_DATA.to_string() => signed(&info.content, record),
            kind if kind == oid::ID_ENVELOPED_DATA.to_string() => enveloped(&info.content, record),
            kind if kind == oid::ID_CT_AUTH_ENVELOPED_DATA.to_string() => auth_enveloped(&info.content, record),
            _ => None,
        };
        match compared {
            Some(differences) => tally.check(differences.is_empty(), || format!("{name}: {differences:?}")),
            None => tally.skip("rasn-cms does not read the structure"),
        }
    }
    tally.finish(300);
}

fn content_type(info: &ContentInfo) -> String {
    dotted(&info.content_type)
}

fn dotted(oid: &[u32]) -> String {
    oid.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}

/// The names of the facts that differ.
fn differences(facts: &[(&'static str, bool)]) -> Option<Vec<&'static str>> {
    Some(facts.iter().filter(|(_, same)| !same).map(|(name, _)| *name).collect())
}

fn signed(content: &Any, record: &Record) -> Option<Vec<&'static str>> {
    let theirs = rasn::ber::decode::<SignedData>(content.as_bytes()).ok()?;
    let (Some(start), Some(end)) = (&record.signed, &record.signed_end) else { return Some(vec!["kind"]) };
    let x509 = |choice: &&CertificateChoices| matches!(choice, CertificateChoices::Certificate(_));
    let mut signatures: Vec<&[u8]> = theirs.signer_infos.to_vec().into_iter().map(|signer| &*signer.signature).collect();
    let mut our_signatures: Vec<&[u8]> = end.signers.iter().map(|signer| &*signer.signature).collect();
    signatures.sort_unstable();
    our_signatures.sort_unstable();
    let attributes = |signer: &rasn_cms::SignerInfo| signer.signed_attrs.as_ref().map_or(0, |attributes| attributes.len());
    let their_attributes: usize = theirs.signer_infos.to_vec().into_iter().map(attributes).sum();
    let our_attributes =
        |signer: &smime::cms::SignerInfo| signer.signed_attributes.as_ref().map_or(0, |attributes| attributes.list().len());
    differences(&[
        ("version", theirs.version.to_string() == start.version.to_string()),
        ("digests", theirs.digest_algorithms.len() == start.digest_algorithms.len()),
        ("type", dotted(&theirs.encap_content_info.content_type) == start.content_type.to_string()),
        ("content", theirs.encap_content_info.content.as_deref().unwrap_or_default() == record.content),
        ("present", theirs.encap_content_info.content.is_some() == record.present.unwrap_or_default()),
        ("certificates", {
            let certificates = theirs.certificates.as_ref().map_or(0, |set| set.to_vec().into_iter().filter(x509).count());
            certificates == end.certificates.certificates.len()
        }),
        ("crls", theirs.crls.as_ref().map_or(0, |set| set.len()) == end.certificates.crls.len()),
        ("signatures", signatures == our_signatures),
        ("attributes", their_attributes == end.signers.iter().map(our_attributes).sum::<usize>()),
    ])
}

fn enveloped(content: &Any, record: &Record) -> Option<Vec<&'static str>> {
    let theirs = rasn::ber::decode::<EnvelopedData>(content.as_bytes()).ok()?;
    let recipients = theirs.recipient_infos.to_vec();
    envelope(&theirs.version.to_string(), &recipients, &theirs.encrypted_content_info, record)
}

fn auth_enveloped(content: &Any, record: &Record) -> Option<Vec<&'static str>> {
    let theirs = rasn::ber::decode::<AuthEnvelopedData>(content.as_bytes()).ok()?;
    let recipients = theirs.recipient_infos.to_vec();
    let mut found = envelope(&theirs.version.to_string(), &recipients, &theirs.auth_encrypted_content_info, record)?;
    let end = record.enveloped_end.as_ref()?;
    found.extend(differences(&[
        ("mac", *theirs.mac == *end.mac),
        ("attributes", theirs.auth_attrs.is_some() == end.authenticated_attributes.is_some()),
    ])?);
    Some(found)
}

fn envelope(version: &str, recipients: &[&RecipientInfo], info: &EncryptedContentInfo, record: &Record) -> Option<Vec<&'static str>> {
    let Some(start) = &record.enveloped else { return Some(vec!["kind"]) };
    let mut keys: Vec<Vec<u8>> = recipients.iter().flat_map(|recipient| their_keys(recipient)).collect();
    let mut our_keys: Vec<Vec<u8>> = start.recipients.iter().flat_map(our_keys).collect();
    keys.sort();
    our_keys.sort();
    differences(&[
        ("version", version == start.version.to_string()),
        ("type", dotted(&info.content_type) == start.content_type.to_string()),
        ("cipher", dotted(&info.content_encryption_algorithm.algorithm) == start.content_encryption.oid.to_string()),
        (
            "parameters",
            info.content_encryption_algorithm.parameters.as_ref().map(Any::as_bytes) == start.content_encryption.parameters.as_deref(),
        ),
        ("content", info.encrypted_content.as_deref().unwrap_or_default() == record.content),
        ("recipients", recipients.len() == start.recipients.len()),
        ("keys", keys == our_keys),
    ])
}

fn their_keys(recipient: &RecipientInfo) -> Vec<Vec<u8>> {
    match recipient {
        RecipientInfo::KeyTransRecipientInfo(info) => vec![info.encrypted_key.to_vec()],
        RecipientInfo::KeyAgreeRecipientInfo(info) => info.recipient_encrypted_keys.iter().map(|key| key.encrypted_key.to_vec()).collect(),
        RecipientInfo::KekRecipientInfo(info) => vec![info.encrypted_key.to_vec()],
        // The name of the field is misspelt there.
        RecipientInfo::PasswordRecipientInfo(info) => vec![info.encrypted_eey.to_vec()],
        RecipientInfo::OtherRecipientInfo(_) => vec![],
    }
}

fn our_keys(recipient: &Ours) -> Vec<Vec<u8>> {
    match recipient {
        Ours::KeyTransport { encrypted_key, .. } | Ours::KeyEncryption { encrypted_key, .. } | Ours::Password { encrypted_key, .. } => {
            vec![encrypted_key.clone()]
        }
        Ours::KeyAgreement { recipients, .. } => recipients.iter().map(|recipient| recipient.encrypted_key.clone()).collect(),
        Ours::Other { .. } => vec![],
    }
}
