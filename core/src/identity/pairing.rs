//! Which key belongs to which certificate.

use super::pkcs12::{Bags, CertificateBag};
use super::{Identity, Pair};
use crate::crypto::PrivateKey;
use crate::error::{Code, Error, Result};

/// Joins every key with the certificates that hold its public key; the rest is the chain.
///
/// The public key decides, as several programs give all their bags the same localKeyId; among several certificates of
/// one key (old and renewed) those with the key's localKeyId come first.
pub(super) fn pair(bags: Bags) -> Result<Identity> {
    let mut pairs = Vec::new();
    let mut used = vec![false; bags.certificates.len()];
    for bag in &bags.keys {
        let Ok(key) = &bag.key else { continue };
        // A certificate whose key cannot be read may still be a link of the chain.
        let holds = |bag: &CertificateBag| bag.certificate.public_key().is_ok_and(|public| public == key.public_key());
        let own = bags.certificates.iter().enumerate().filter(|(_, bag)| holds(bag));
        let mut own: Vec<_> =
            own.map(|(index, found)| (bag.local_key_id.is_none() || found.local_key_id != bag.local_key_id, index)).collect();
        if own.is_empty() && !bags.certificates.is_empty() {
            return Err(Error::new(Code::KeyMismatch).because("a private key has no certificate among those given"));
        }
        own.sort_unstable();
        for (_, index) in own {
            let (Some(found), Some(taken)) = (bags.certificates.get(index), used.get_mut(index)) else { continue };
            if !std::mem::replace(taken, true) {
                pairs.push(Pair { key: PrivateKey::clone(key), certificate: found.certificate.clone() });
            }
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
