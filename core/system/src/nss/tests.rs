use std::os::unix::fs::PermissionsExt;

use super::*;

const ROOT: &[u8] = b"the DER of a root";

fn key(number: u8) -> Key {
    (b"the DER of an issuer".to_vec(), vec![2, 1, number])
}

fn objects(entries: Vec<Entry>, trust: Vec<(Key, Trust)>) -> Objects {
    let mut objects = Objects { certificates: entries, ..Objects::default() };
    trust.into_iter().for_each(|(key, trust)| objects.trust.entry(key).or_default().push(trust));
    objects
}

fn entry(number: u8) -> Entry {
    Entry { key: key(number), der: ROOT.to_vec(), has_distrust_date: false }
}

fn trust(number: u8, email: c_ulong) -> (Key, Trust) {
    (key(number), Trust { email, sha1: Some(DigestAlgorithm::Sha1.digest(ROOT).to_vec()) })
}

fn trusted(objects: &Objects) -> usize {
    objects.trusted_for_email().count()
}

#[test]
fn who_is_trusted_for_email_is_a_root() {
    assert_eq!(trusted(&objects(vec![entry(1), entry(2)], vec![trust(2, CKT_NSS_TRUSTED_DELEGATOR)])), 1);
    let found = objects(vec![entry(1)], vec![trust(1, CKT_NSS_TRUSTED_DELEGATOR)]);
    assert_eq!(found.trusted_for_email().next(), Some(ROOT));
    let (key, trust) = trust(1, CKT_NSS_TRUSTED_DELEGATOR);
    assert_eq!(trusted(&objects(vec![entry(1)], vec![(key, Trust { sha1: None, ..trust })])), 1);
}

#[test]
fn who_is_not_trusted_for_email_is_none() {
    const CKT_NSS_TRUSTED: c_ulong = 0xce53_4351;
    const CKT_NSS_MUST_VERIFY_TRUST: c_ulong = 0xce53_4353;
    const CKT_NSS_TRUST_UNKNOWN: c_ulong = 0xce53_4355;
    assert_eq!(trusted(&objects(vec![entry(1)], vec![])), 0);
    for value in [CKT_NSS_TRUSTED, CKT_NSS_MUST_VERIFY_TRUST, CKT_NSS_TRUST_UNKNOWN, CKT_NSS_NOT_TRUSTED, 0] {
        assert_eq!(trusted(&objects(vec![entry(1)], vec![trust(1, value)])), 0, "{value:x}");
    }
}

#[test]
fn distrust_wins_in_either_order() {
    let (yes, no) = (CKT_NSS_TRUSTED_DELEGATOR, CKT_NSS_NOT_TRUSTED);
    assert_eq!(trusted(&objects(vec![entry(1)], vec![trust(1, yes), trust(1, no)])), 0);
    assert_eq!(trusted(&objects(vec![entry(1)], vec![trust(1, no), trust(1, yes)])), 0);
}

#[test]
fn a_date_of_distrust_leaves_a_root_out() {
    let dated = Entry { has_distrust_date: true, ..entry(1) };
    assert_eq!(trusted(&objects(vec![dated], vec![trust(1, CKT_NSS_TRUSTED_DELEGATOR)])), 0);
}

#[test]
fn another_certificate_with_the_same_issuer_and_serial_number_is_not_meant() {
    let other = Entry { der: b"the DER of another".to_vec(), ..entry(1) };
    let found = objects(vec![other, entry(1)], vec![trust(1, CKT_NSS_TRUSTED_DELEGATOR)]);
    assert_eq!(found.trusted_for_email().collect::<Vec<_>>(), [ROOT]);
}

#[test]
fn libraries_are_looked_for_where_only_root_may_write() {
    assert!(candidates().iter().all(|path| path.is_absolute()));
    assert_eq!(of_the_system(Path::new("/nowhere/at/all.so")), None);
    assert_eq!(of_the_system(Path::new("/usr/lib")), None, "a folder is no library");
    let passwords = Path::new("/etc/passwd");
    if passwords.metadata().is_ok_and(|facts| facts.uid() == 0) {
        assert_eq!(of_the_system(passwords), passwords.canonicalize().ok());
    }
    let open = tempfile::tempdir().unwrap();
    std::fs::set_permissions(open.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let (library, link) = (open.path().join("library.so"), open.path().join("link.so"));
    std::fs::write(&library, b"").unwrap();
    std::os::unix::fs::symlink(passwords, &link).unwrap();
    assert_eq!((of_the_system(&library), of_the_system(&link)), (None, None));
}

#[test]
fn what_is_no_module_of_pkcs_11_is_refused() {
    assert!(read("/etc/passwd".into()).is_err());
}

/// Mozilla's store, where this machine has it: some roots are trusted for e-mail, some are not, and each is an authority.
#[test]
fn the_roots_of_this_machine() {
    let Some(found) = find() else {
        eprintln!("skipped: no library of NSS on this machine");
        return;
    };
    assert!(found.certificates.len() > 20 && found.unreadable == 0, "{found:?}");
    assert!(found.certificates.iter().all(|root| root.describe().is_ca), "{found:?}");
    let again = find().expect("found before");
    assert!(Arc::ptr_eq(&found, &again), "read twice");
}

/// Another user of the library in the same process keeps it, and is no obstacle.
#[test]
fn a_library_in_use_is_read_and_left_in_use() {
    let Some(found) = find() else {
        eprintln!("skipped: no library of NSS on this machine");
        return;
    };
    let _alone = FOUND.lock().unwrap();
    let user = Pkcs11::new(&found.library).unwrap();
    user.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).unwrap();
    let again = read(found.library.clone()).unwrap();
    assert_eq!(again.certificates, found.certificates);
    assert!(user.get_slots_with_token().is_ok(), "no longer initialized");
    user.finalize().unwrap();
    assert_eq!(read(found.library.clone()).unwrap().certificates, found.certificates);
}
