//! Which key belongs to which certificate.
#![expect(clippy::mutable_key_type, reason = "what keys are compared and hashed by never changes")]

use std::collections::HashMap;

use super::pkcs12::{Bags, CertificateBag};
use super::{Identity, Pair};
use crate::crypto::{PrivateKey, PublicKey};
use crate::error::{Code, Error, Result};

/// Joins every key with the certificates that hold its public key; the rest is the chain.
///
/// The public key decides, as several programs give all their bags the same localKeyId; among several certificates of
/// one key (old and renewed) those with the key's localKeyId come first.
pub(super) fn pair(bags: Bags) -> Result<Identity> {
    let mut pairs = Vec::new();
    let mut used = vec![false; bags.certificates.len()];
    let mut holders = by_public_key(&bags.certificates);
    for bag in &bags.keys {
        let Ok(key) = &bag.key else { continue };
        let Some(own) = holders.get_mut(key.public_key()) else {
            if bags.certificates.is_empty() {
                continue;
            }
            return Err(Error::new(Code::KeyMismatch).because("a private key has no certificate among those given"));
        };
        // Where the key stands in the file once more, nothing is left for it.
        let mut own = std::mem::take(own);
        own.sort_by_key(|(_, found)| bag.local_key_id.is_none() || found.local_key_id != bag.local_key_id);
        for (index, found) in own {
            if let Some(taken) = used.get_mut(index) {
                *taken = true;
            }
            pairs.push(Pair { key: PrivateKey::clone(key), certificate: found.certificate.clone() });
        }
    }
    let mut pairs = pairs.into_iter();
    let Some(first) = pairs.next() else {
        let no_key = bags.keys.iter().all(|bag| bag.key.is_err());
        return Err(Error::new(if no_key { Code::KeyMissing } else { Code::KeyCertificateMissing }));
    };
    let chain = bags.certificates.into_iter().zip(used).filter(|(_, used)| !used).map(|(bag, _)| bag.certificate).collect();
    Ok(Identity::new(first, pairs.collect(), chain))
}

/// The certificates by their keys, which may be as many. One whose key cannot be read may still be a link of the chain.
fn by_public_key(certificates: &[CertificateBag]) -> HashMap<&PublicKey, Vec<(usize, &CertificateBag)>> {
    let mut holders: HashMap<&PublicKey, Vec<_>> = HashMap::new();
    for (index, bag) in certificates.iter().enumerate() {
        if let Ok(key) = bag.certificate.public_key() {
            holders.entry(key).or_default().push((index, bag));
        }
    }
    holders
}
