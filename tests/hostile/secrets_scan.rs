//! The process of its own that `secrets.rs` starts: uses keys, passwords and messages from a folder, drops them, and tells which of their
//! secrets it finds in its memory, while they are used and after.

use std::path::{Path, PathBuf};

use smime::identity::{KeyDerivation, KeyFile, Pkcs12Profile};
use smime::{Identity, Limits, Opener, Signer, Time, TrustStore};
use smime_tests::secrets::{Hunt, mask};

/// The files with identities, and whether the password opens them.
const IDENTITIES: [(&str, bool); 3] = [("rsa.p12", true), ("curve.pem", true), ("plain.pem", false)];
const MESSAGES: [&str; 4] = ["GCM", "CBC", "ChaCha20", "agreement"];

struct Scene {
    folder: PathBuf,
    hunt: Hunt,
}

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("a folder"));
    let hunt = Hunt::new(&std::fs::read_to_string(folder.join("secrets")).expect("text"));
    let mut scene = Scene { folder, hunt };
    scene.tell("dropped", "before anything was used");
    scene.control();
    for file in IDENTITIES {
        drop(scene.identity(file));
        scene.tell("dropped", "after an identity was read");
        scene.refused(file);
        scene.tell("dropped", "after an identity was refused");
        scene.sign(file);
        scene.tell("dropped", "after an identity signed");
    }
    for message in MESSAGES {
        for end in [End::Whole, End::Early, End::Spoiled, End::AtOnce] {
            scene.open(message, end);
            scene.tell("dropped", &format!("after {message}, {end:?}"));
        }
    }
    println!("done\t");
}

/// How the reading of a message ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    Early,
    Spoiled,
    AtOnce,
}

impl Scene {
    fn tell(&mut self, stage: &str, when: &str) {
        self.hunt.scan().iter().for_each(|name| println!("{stage}\t{name}\t{when}"));
    }

    /// What this program holds itself is found, so that what is not found is not there.
    fn control(&mut self) {
        let mut password = mask(&self.read("password"));
        self.tell("alive", "in this program");
        wipe(&mut password, |_| {});
        self.tell("dropped", "in this program");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(Path::new(&self.folder).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// What this program holds itself is wiped afterwards.
    fn with_password<T>(&self, suffix: &str, work: impl FnOnce(&str) -> T) -> T {
        let mut octets = Vec::with_capacity(200);
        octets.extend(mask(&self.read("password")));
        wipe(&mut octets, |octets| {
            octets.extend_from_slice(suffix.as_bytes());
            work(std::str::from_utf8(octets).expect("text"))
        })
    }

    fn identity(&self, (name, is_encrypted): (&str, bool)) -> Identity {
        let mut file = self.read(name);
        let read = |octets: &mut Vec<u8>| match is_encrypted {
            true => self.with_password("", |password| Identity::from_bytes(octets, Some(password))),
            false => Identity::from_bytes(octets, None),
        };
        wipe(&mut file, read).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A wrong password, one try too expensive, and a file cut short.
    fn refused(&self, (name, is_encrypted): (&str, bool)) {
        let mut file = self.read(name);
        wipe(&mut file, |file| {
            if is_encrypted {
                assert!(self.with_password("x", |password| Identity::from_bytes(file, Some(password)).is_err()));
                let bounds = Limits { kdf_iterations: 1, ..Limits::default() };
                assert!(self.with_password("", |password| KeyFile::read(file, Some(password), &bounds).is_err()));
            }
            let cut = &file[..file.len() - 100];
            assert!(self.with_password("", |password| Identity::from_bytes(cut, Some(password)).is_err()));
        });
    }

    fn sign(&self, file: (&str, bool)) {
        let identity = self.identity(file);
        let signer = Signer::new(&identity);
        signer.sign(b"Subject: x\r\n\r\nhello\r\n").and_then(|_| signer.opaque().sign(b"\r\nhello\r\n")).expect("a signature");
        self.with_password("", |password| {
            for profile in Pkcs12Profile::ALL {
                identity.to_pkcs12_profile(password, *profile, None).expect("PKCS #12");
            }
            identity.to_pem(Some(password), KeyDerivation::Scrypt).expect("PEM");
        });
        identity.to_pem(None, KeyDerivation::Pbkdf2).expect("PEM");
    }

    /// Opens a message in two halves, or whole, and tells which secrets are there between them.
    fn open(&mut self, name: &str, end: End) {
        let now = Time::parse_rfc3339("2026-11-23T12:00:00Z").expect("a time");
        let opener = Opener::new(&TrustStore::builder().build()).at(now);
        let opener = [IDENTITIES[1], IDENTITIES[2]].iter().fold(opener, |opener, file| opener.identity(&self.identity(*file)));
        let message = self.read(&format!("{name}.message"));
        if end == End::AtOnce {
            assert!(opener.open(&message).expect("a message").is_acceptable());
            return;
        }
        let (first, second) = message.split_at(message.len() / 2);
        let mut stream = opener.stream();
        stream.push(first).expect("half a message");
        self.tell("alive", name);
        if end == End::Early {
            return;
        }
        let mut second = second.to_vec();
        if let (End::Spoiled, Some(last)) = (end, second.last_mut()) {
            *last ^= 1;
        }
        let opened = stream.push(&second).and_then(|()| stream.finish());
        // What is wrong at the end of CBC shows as a rule, not always.
        assert!(opened.is_ok() || end == End::Spoiled);
    }
}

/// Does this with octets and overwrites them.
fn wipe<T>(octets: &mut Vec<u8>, work: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let done = work(octets);
    octets.fill(0);
    std::hint::black_box(octets);
    done
}
