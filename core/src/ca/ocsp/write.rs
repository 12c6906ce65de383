//! Writing OCSP responses (RFC 6960 section 4.2.1).

use const_oid::ObjectIdentifier;

use super::{OcspResponder, OcspStatus};
use crate::asn1::{Tag, Writer, oid};
use crate::ca::fields::{check_updates, extension, generalized_time, signed};
use crate::cert::{CertId, OcspResponseStatus, RevocationReason};
use crate::error::Result;
use crate::time::Time;

/// id-pkix-ocsp-extended-revoke (RFC 6960 section 4.4.8).
const EXTENDED_REVOKE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.9");

pub(super) struct Times {
    pub(super) this_update: Time,
    pub(super) next_update: Option<Time>,
    pub(super) produced_at: Time,
}

pub(super) fn refusal(status: OcspResponseStatus) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| writer.element(Tag::ENUMERATED, &[status.number()]));
    writer.into_vec()
}

/// The answer of this responder, signed.
pub(super) fn response(
    responder: &OcspResponder,
    answers: &[(&CertId<'static>, OcspStatus)],
    nonce: Option<&[u8]>,
    times: &Times,
) -> Result<Vec<u8>> {
    check_updates(times.this_update, times.next_update)?;
    let basic = signed(&responder.key, &responder.scheme, &data(responder, answers, nonce, times), |writer| {
        if responder.delegated {
            writer.nest(Tag::context_constructed(0), |writer| {
                writer.nest(Tag::SEQUENCE, |writer| writer.raw(responder.certificate.der()));
            });
        }
    })?;
    let mut writer = Writer::with_capacity(basic.len().saturating_add(64));
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.element(Tag::ENUMERATED, &[OcspResponseStatus::Successful.number()]);
        writer.nest(Tag::context_constructed(0), |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(oid::PKIX_OCSP_BASIC);
                writer.octet_string(&basic);
            });
        });
    });
    Ok(writer.into_vec())
}

/// ResponseData.
fn data(responder: &OcspResponder, answers: &[(&CertId<'static>, OcspStatus)], nonce: Option<&[u8]>, times: &Times) -> Vec<u8> {
    let extended = answers.iter().any(|(_, status)| *status == OcspStatus::NeverIssued);
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        if responder.by_name {
            writer.nest(Tag::context_constructed(1), |writer| writer.raw(responder.certificate.subject().der()));
        } else {
            let digest = responder.certificate.responder_key_hash();
            writer.nest(Tag::context_constructed(2), |writer| writer.octet_string(digest));
        }
        generalized_time(writer, times.produced_at);
        writer.nest(Tag::SEQUENCE, |writer| answers.iter().for_each(|(id, status)| single(writer, id, *status, times)));
        if nonce.is_some() || extended {
            writer.nest(Tag::context_constructed(1), |writer| {
                writer.nest(Tag::SEQUENCE, |writer| {
                    if let Some(nonce) = nonce {
                        extension(writer, oid::PKIX_OCSP_NONCE, false, |writer| writer.octet_string(nonce));
                    }
                    if extended {
                        extension(writer, EXTENDED_REVOKE, false, Writer::null);
                    }
                });
            });
        }
    });
    writer.into_vec()
}

/// SingleResponse. The certificate is named as in the request.
fn single(writer: &mut Writer, id: &CertId<'_>, status: OcspStatus, times: &Times) {
    writer.nest(Tag::SEQUENCE, |writer| {
        id.write(writer);
        match status {
            OcspStatus::Good => writer.element(Tag::context(0), &[]),
            OcspStatus::Unknown => writer.element(Tag::context(2), &[]),
            OcspStatus::Revoked { at, reason } => revoked(writer, at, reason),
            OcspStatus::NeverIssued => revoked(writer, Time::from_unix(0), Some(RevocationReason::CertificateHold)),
        }
        generalized_time(writer, times.this_update);
        if let Some(next) = times.next_update {
            writer.nest(Tag::context_constructed(0), |writer| generalized_time(writer, next));
        }
    });
}

/// RevokedInfo.
fn revoked(writer: &mut Writer, at: Time, reason: Option<RevocationReason>) {
    writer.nest(Tag::context_constructed(1), |writer| {
        generalized_time(writer, at);
        if let Some(reason) = reason.filter(|reason| *reason != RevocationReason::Unspecified) {
            writer.nest(Tag::context_constructed(0), |writer| writer.element(Tag::ENUMERATED, &[reason.number()]));
        }
    });
}
