//! Certification graphs made to exhaust whoever looks for a path in them.

use const_oid::ObjectIdentifier;
use smime::cert::Certificate;
use smime::crypto::PrivateKey;
use smime::path::{PathReport, PathRequest};
use smime::{Limits, Policy, Time, TrustStore};

use crate::maker::{Template, key};

/// A question about a path: who is judged, under which anchor, out of which pool.
pub struct Graph {
    /// The one anchor.
    pub anchor: Certificate,
    /// Whose certificate is judged.
    pub person: Certificate,
    /// What a path may be built from.
    pub pool: Vec<Certificate>,
    /// How it is judged.
    pub policy: Policy,
    /// Within which bounds.
    pub limits: Limits,
}

impl Graph {
    fn new(anchor: Certificate, person: Certificate, pool: Vec<Certificate>) -> Self {
        Self { anchor, person, pool, policy: Policy::default(), limits: Limits::default() }
    }

    /// The verdict of a new trust store, which has seen no path before.
    ///
    /// # Panics
    /// Never.
    pub fn judge(&self) -> PathReport {
        let store = TrustStore::builder().anchor(&self.anchor).build();
        PathRequest::new(&self.person, &store).intermediates(&self.pool).at(now()).policy(&self.policy).limits(&self.limits).validate()
    }
}

/// When all of them are valid.
///
/// # Panics
/// Never.
pub fn now() -> Time {
    Time::parse_rfc3339("2026-11-23T12:00:00Z").expect("a time")
}

/// A policy by its number, for example 1.2.3.1.
///
/// # Panics
/// Never.
pub fn policy(number: u32) -> ObjectIdentifier {
    ObjectIdentifier::from_arcs([1, 2, 3, number]).expect("an object identifier")
}

/// Layers of authorities, each certified by every authority of the layer above: width^layers paths. With the keys of the lowest and of
/// the highest layer.
fn lattice(layers: usize, width: usize, name: impl Fn(usize, usize) -> String) -> (Vec<Certificate>, Vec<PrivateKey>, Vec<PrivateKey>) {
    let keys: Vec<Vec<PrivateKey>> = (0..layers).map(|_| (0..width).map(|_| key()).collect()).collect();
    let mut pool = Vec::new();
    for layer in 0..layers - 1 {
        for subject in 0..width {
            for issuer in 0..width {
                let template = Template::authority(&name(layer, subject), &name(layer + 1, issuer));
                pool.push(template.issue(&keys[layer][subject], &keys[layer + 1][issuer]));
            }
        }
    }
    (pool, keys[0].clone(), keys[layers - 1].clone())
}

/// 10^19 paths, none of which arrives: the anchor has the right name and another key; the right one is returned too. With `shared` names
/// all authorities of a layer have one name, else each its own.
///
/// # Panics
/// Never.
pub fn ten_to_the_nineteenth_paths(shared: bool) -> (Graph, PrivateKey) {
    let name = |layer: usize, number: usize| if shared { format!("layer {layer}") } else { format!("authority {number} of layer {layer}") };
    let (pool, bottom, mut top) = lattice(19, 10, name);
    let person = Template::person("Alice", &name(0, 0), "alice@example.org").issue(&key(), &bottom[0]);
    let stranger = key();
    let anchor = Template::authority(&name(18, 9), &name(18, 9)).issue(&stranger, &stranger);
    (Graph::new(anchor, person, pool), top.pop().expect("a key"))
}

/// So many authorities of one name under the anchor, each with its own key, and a person who does not say which of them issued: the last
/// one did.
pub fn issuers_of_one_name(count: u64) -> Graph {
    let root_key = key();
    let anchor = Template::authority("Root", "Root").issue(&root_key, &root_key);
    let mut last = key();
    let pool = (0..count)
        .map(|number| {
            last = key();
            Template::authority("Authority", "Root").subject_key_identifier(&number.to_be_bytes()).issue(&last, &root_key)
        })
        .collect();
    let person = Template::person("Alice", "Authority", "alice@example.org").issue(&key(), &last);
    Graph::new(anchor, person, pool)
}

/// An authority that excludes so many hosts, and a person with as many addresses, none of them at one of these hosts.
pub fn constraints_times_names(count: usize) -> Graph {
    let (root_key, authority_key) = (key(), key());
    let hosts: Vec<_> = (0..count).map(|number| format!("h{number}.example")).collect();
    let addresses: Vec<_> = (0..count).map(|number| format!("a@b{number}.example")).collect();
    let hosts: Vec<_> = hosts.iter().map(String::as_str).collect();
    let addresses: Vec<_> = addresses.iter().map(String::as_str).collect();
    let authority = Template::authority("Authority", "Root").address_constraints(&[], &hosts).issue(&authority_key, &root_key);
    let person = Template::person("Alice", "Authority", "alice@example.org").addresses(&addresses).issue(&key(), &authority_key);
    Graph::new(Template::authority("Root", "Root").issue(&root_key, &root_key), person, vec![authority])
}

/// Thirty authorities that map each of two policies onto both: the tree of RFC 5280 section 6.1 has 2^30 leaves. A policy is demanded
/// that none of them has.
///
/// # Panics
/// Never.
pub fn two_to_the_thirtieth_mappings() -> Graph {
    let (a, b) = (policy(1), policy(2));
    let keys: Vec<_> = (0..=30).map(|_| key()).collect();
    let name = |number: usize| format!("Authority {number}");
    let pool = (1..=30)
        .map(|number| {
            let template = Template::authority(&name(number), &name(number - 1)).policies(&[a, b]);
            template.policy_mappings(&[(a, a), (a, b), (b, a), (b, b)]).issue(&keys[number], &keys[number - 1])
        })
        .collect();
    let person = Template::person("Alice", &name(30), "alice@example.org").policies(&[a, b]).issue(&key(), &keys[30]);
    let anchor = Template::authority(&name(0), &name(0)).issue(&keys[0], &keys[0]);
    let policy = Policy { require_explicit_policy: true, certificate_policies: vec![policy(3)], ..Policy::default() };
    Graph { policy, limits: Limits { path_length: 40, ..Limits::default() }, ..Graph::new(anchor, person, pool) }
}

/// Two authorities that certify each other, each with so many certificates that differ in their serial numbers only, and no way to the
/// anchor.
pub fn loops(count: u32) -> Graph {
    let (a_key, b_key, root_key) = (key(), key(), key());
    let pairs = (0..count).flat_map(|number| {
        let serial = |template| Template { serial: number.to_be_bytes().to_vec(), ..template };
        let (a, b) = (serial(Template::authority("A", "B")), serial(Template::authority("B", "A")));
        [a.issue(&a_key, &b_key), b.issue(&b_key, &a_key)]
    });
    let person = Template::person("Alice", "B", "alice@example.org").issue(&key(), &b_key);
    Graph::new(Template::authority("Root", "Root").issue(&root_key, &root_key), person, pairs.collect())
}
