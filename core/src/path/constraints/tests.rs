use super::subtree::{Subject, Subtree};
use super::*;
use crate::cert::Mailbox;

fn mailbox(tree: &str, address: &str, excluded: bool) -> Option<bool> {
    let subject = Subject::Mailbox(Mailbox::from_ascii(address.as_bytes()).ok(), address.to_owned());
    Subtree::of(GeneralName::Rfc822(tree.as_bytes())).contains(&subject, excluded)
}

#[test]
fn mailboxes() {
    for (tree, address, permitted, excluded) in [
        ("example.org", "a@example.org", Some(true), Some(true)),
        ("Example.ORG", "a@eXample.org", Some(true), Some(true)),
        ("example.org", "a@sub.example.org", Some(false), Some(false)),
        (".example.org", "a@sub.example.org", Some(true), Some(true)),
        (".example.org", "a@sub.sub.example.org", Some(true), Some(true)),
        (".example.org", "a@example.org", Some(false), Some(false)),
        (".example.org", "a@badexample.org", Some(false), Some(false)),
        ("example.org", "a@badexample.org", Some(false), Some(false)),
        ("alice@example.org", "alice@EXAMPLE.org", Some(true), Some(true)),
        ("alice@example.org", "Alice@example.org", Some(false), Some(true)),
        ("alice@example.org", "bob@example.org", Some(false), Some(false)),
        ("", "a@example.org", None, Some(true)),
        // What the peers let pass: NUL, second @, trailing dot, no ASCII.
        ("example.org", "a@example.org\0.evil.example", None, None),
        ("example.org", "a@evil.example@example.org", None, None),
        ("example.org", "a@example.org.", None, None),
        ("example.org", "\u{e4}@example.org", None, None),
        ("exam ple.org", "a@example.org", None, None),
        ("a@b@example.org", "a@example.org", None, None),
        ("example.org.", "a@example.org", None, None),
    ] {
        assert_eq!((mailbox(tree, address, false), mailbox(tree, address, true)), (permitted, excluded), "{tree} {address:?}");
    }
}

#[test]
fn hosts_and_addresses() {
    let dns = |tree: &str, host: &str, excluded| {
        Subtree::of(GeneralName::Dns(tree.as_bytes())).contains(&Subject::of(GeneralName::Dns(host.as_bytes())), excluded)
    };
    assert_eq!(dns("example.org", "example.org", false), Some(true));
    assert_eq!(dns("example.org", "WWW.example.org", false), Some(true));
    assert_eq!(dns("example.org", "badexample.org", false), Some(false));
    assert_eq!(dns(".example.org", "example.org", false), Some(false));
    assert_eq!(dns("", "example.org", true), Some(true));
    assert_eq!(dns("www.example.org", "*.example.org", true), Some(true));
    assert_eq!(dns("www.example.org", "*.example.org", false), Some(false));
    assert_eq!(dns("example.org", "example.org\0", true), None);

    let ip = |tree: &[u8], address: &[u8]| Subtree::of(GeneralName::IpAddress(tree)).contains(&Subject::IpAddress(address), false);
    assert_eq!(ip(&[10, 0, 0, 0, 255, 0, 0, 0], &[10, 1, 2, 3]), Some(true));
    assert_eq!(ip(&[10, 0, 0, 0, 255, 0, 0, 0], &[11, 1, 2, 3]), Some(false));
    assert_eq!(ip(&[10, 0, 0, 0, 255, 0, 0, 0], &[0; 16]), Some(false));
    assert_eq!(ip(&[10, 0, 0, 0], &[10, 0, 0, 0]), None);
}

#[test]
fn constraints_that_cannot_be_read() {
    assert!(read(&[0x30, 0]).is_ok());
    for bad in [
        // maximum; a minimum of 1; an unknown form; octets behind
        &[0x30, 11, 0xa0, 9, 0x30, 7, 0x82, 2, b'a', b'b', 0x81, 1, 5][..],
        &[0x30, 11, 0xa0, 9, 0x30, 7, 0x82, 2, b'a', b'b', 0x80, 1, 1],
        &[0x30, 8, 0xa0, 6, 0x30, 4, 0x89, 2, b'a', b'b'],
        &[0x30, 0, 0],
        &[0x30, 2, 0xa2, 0],
        &[],
    ] {
        assert!(read(bad).is_err(), "{bad:02x?}");
    }
    assert!(read(&[0x30, 11, 0xa0, 9, 0x30, 7, 0x82, 2, b'a', b'b', 0x80, 1, 0]).is_ok());
}

#[test]
fn comparisons_are_counted() {
    let hosts: Vec<_> = (0..1_000).map(|number| format!("h{number}.example")).collect();
    let excluded = hosts.iter().map(|host| Subtree::of(GeneralName::Rfc822(host.as_bytes()))).collect();
    let names: Vec<_> =
        (0..1_000).map(|number| Subject::Mailbox(Mailbox::parse(&format!("a{number}@example.org")).ok(), String::new())).collect();
    let constraints = Constraints { permitted: Vec::new(), excluded };
    let mut budget = Budget::default();
    assert_eq!(check(&constraints, &names, &mut budget), Ok(()));
    assert_eq!(check(&constraints, &names, &mut budget).map_err(|(code, _)| code), Err(Code::LimitPath));
}
