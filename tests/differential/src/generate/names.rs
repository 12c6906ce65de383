//! The names of the leaf, and constraints that allow them.

use smime::asn1::oid;

use crate::draft::{Draft, Feature};
use crate::model::extensions::{self as value, General};
use crate::model::name::{COUNTRY, Name, ORGANIZATION};
use crate::random::Random;

/// The host of all mailboxes of leaves.
pub const MAIL_HOST: &str = "mail.example.org";
/// The host of all dNSNames and URIs of leaves.
pub const WEB_HOST: &str = "www.corp.example";

/// Gives the leaf its names and some authorities their constraints.
pub(super) fn fill(draft: &mut Draft, random: &mut Random) {
    leaf_names(draft, random);
    if random.chance(55) {
        return;
    }
    for _ in 0..1 + random.below(2) {
        let place = random.below(draft.leaf_place());
        if draft.path[place].extension(oid::CE_NAME_CONSTRAINTS).is_none() {
            constrain(draft, place, random);
        }
    }
}

fn leaf_names(draft: &mut Draft, random: &mut Random) {
    const LOCAL: [&str; 5] = ["alice", "bob.b", "carol+mail", "Dave", "support"];
    let mut names = vec![];
    for _ in 0..1 + random.below(2) {
        names.push(General::mail(&format!("{}@{}", random.pick(&LOCAL), ["mail.example.org", "Mail.Example.ORG"][random.below(2)])));
    }
    if random.chance(20) {
        names.push(General::dns(["www.corp.example", "WWW.corp.example", "a.www.corp.example"][random.below(3)]));
    }
    if random.chance(20) {
        names.push(General::uri(["https://www.corp.example/alice", "http://www.corp.example:8080/~a?b#c"][random.below(2)]));
    }
    if random.chance(15) {
        names.push(General::Ip(vec![10, 1, random.next() as u8, random.next() as u8]));
    }
    if random.chance(8) {
        names.push(General::Ip([&[0x20, 0x01, 0x0d, 0xb8][..], &[0; 11], &[random.next() as u8]].concat()));
    }
    if random.chance(10) {
        let subject = draft.path[draft.leaf_place()].subject.clone();
        names.push(General::Directory(subject));
    }
    if random.chance(4) {
        names.push(General::SmtpUtf8(format!("j\u{f6}rg@{MAIL_HOST}")));
        draft.features.insert(Feature::Utf8Mailbox);
    }
    random.shuffle(&mut names);
    let place = draft.leaf_place();
    let leaf = &mut draft.path[place];
    match random.below(20) {
        0 => {
            leaf.subject = Name::default();
            draft.features.insert(Feature::EmptySubject);
        }
        1 | 2 => {
            leaf.subject = leaf.subject.with(oid::AT_EMAIL_ADDRESS, &format!("alice@{MAIL_HOST}"));
            draft.features.insert(Feature::SubjectMail);
        }
        _ => {}
    }
    leaf.set(oid::CE_SUBJECT_ALT_NAME, leaf.subject.is_empty() || random.chance(5), value::general_names(&names));
    draft.names = names;
}

/// Constraints at this place that all names below keep.
fn constrain(draft: &mut Draft, place: usize, random: &mut Random) {
    let (mut permitted, mut excluded) = (Vec::new(), Vec::new());
    if random.chance(60) {
        mail(draft, &mut permitted, &mut excluded, random);
    }
    if random.chance(30) {
        directory(draft, &mut permitted, &mut excluded, random);
    }
    if random.chance(25) {
        draft.features.insert(Feature::DnsConstraints);
        permitted.push(General::dns(["corp.example", "www.corp.example", "CORP.example"][random.below(3)]));
        excluded.push(General::dns(["evil.example", "w.corp.example"][random.below(2)]));
    }
    if random.chance(25) {
        draft.features.insert(Feature::UriConstraints);
        permitted.push(General::uri(["www.corp.example", ".corp.example", ".example"][random.below(3)]));
        excluded.push(General::uri(["corp.example", ".www.corp.example"][random.below(2)]));
    }
    if random.chance(25) {
        draft.features.insert(Feature::IpConstraints);
        let network = [&[0x20, 0x01, 0x0d, 0xb8][..], &[0; 12], &[0xff; 4], &[0; 12]].concat();
        permitted.extend([General::Ip(vec![10, 0, 0, 0, 255, 0, 0, 0]), General::Ip(network)]);
        excluded.push(General::Ip(vec![192, 168, 0, 0, 255, 255, 0, 0]));
    }
    match random.below(5) {
        0 => permitted.clear(),
        1 => excluded.clear(),
        _ => {}
    }
    random.shuffle(&mut permitted);
    if permitted.is_empty() && excluded.is_empty() {
        excluded.push(General::mail(".invalid"));
        draft.features.insert(Feature::MailConstraints);
    }
    draft.path[place].set(oid::CE_NAME_CONSTRAINTS, random.chance(85), value::name_constraints(&permitted, &excluded));
}

fn mail(draft: &mut Draft, permitted: &mut Vec<General>, excluded: &mut Vec<General>, random: &mut Random) {
    draft.features.insert(Feature::MailConstraints);
    match random.below(4) {
        0 => permitted.push(General::mail(MAIL_HOST)),
        1 => permitted.push(General::mail(["mail.EXAMPLE.org", ".example.org", ".org"][random.below(3)])),
        2 => permitted.extend([General::mail("other.example.net"), General::mail(".Example.org")]),
        _ => {
            // Each mailbox by itself, and the host for those that are not ASCII.
            draft.features.insert(Feature::MailboxSubtree);
            permitted.extend(draft.names.iter().filter(|name| matches!(name, General::Rfc822(_))).cloned());
            if draft.features.contains(&Feature::Utf8Mailbox) {
                permitted.push(General::mail(MAIL_HOST));
            }
            if draft.features.contains(&Feature::SubjectMail) {
                permitted.push(General::mail(&format!("alice@{MAIL_HOST}")));
            }
        }
    }
    excluded.push(General::mail(
        ["example.org", ".mail.example.org", "mallory@mail.example.org", "evil.example", ".evil.example"][random.below(5)],
    ));
}

fn directory(draft: &mut Draft, permitted: &mut Vec<General>, excluded: &mut Vec<General>, random: &mut Random) {
    draft.features.insert(Feature::DirectoryConstraints);
    let company = draft.path[0].subject.prefix(1 + random.below(2));
    let company = if random.chance(30) { company.rewritten(random) } else { company };
    permitted.push(General::Directory(company));
    if random.chance(30) {
        permitted.push(General::Directory(Name::of(&[(COUNTRY, "FR")])));
    }
    excluded.push(General::Directory(Name::of(&[(COUNTRY, "DE"), (ORGANIZATION, "Evil Company")])));
}
