//! PKCS #12 that libsmime writes, each profile with each kind of key, imported by other programs; and files that move on from there.

use std::path::{Path, PathBuf};

use smime::ca::{CertificateTemplate, Issuer};
use smime::cert::{Certificate, certs_only};
use smime::crypto::{Curve, KeyKind, PrivateKey};
use smime::identity::{KeyDerivation, Pkcs12Profile};
use smime::{Identity, Time};
use smime_tests::Tally;

use crate::command::{command, installed, one_line, run, run_in, run_with_errors, words};

const PASSWORD: &str = "secret";

/// One file to import.
struct Export<'a> {
    folder: &'a Path,
    kind: &'a str,
    profile: Pkcs12Profile,
    identity: &'a Identity,
}

impl Export<'_> {
    fn name(&self) -> String {
        format!("{}-{}", self.kind, self.profile)
    }

    fn file(&self) -> PathBuf {
        self.folder.join(format!("{}.p12", self.name()))
    }

    /// Whether a program that has read the file wrote the same keys and certificates; `octets` are PEM or PKCS #12.
    fn came_through(&self, octets: &[u8], password: Option<&str>) -> Result<(), String> {
        let back = Identity::from_bytes(octets, password).map_err(|error| error.to_string())?;
        let all = self.identity.pairs().all(|(_, own)| back.pairs().any(|(_, found)| found == own));
        if all && back.pairs().count() == self.identity.pairs().count() { Ok(()) } else { Err(format!("{back:?}")) }
    }
}

/// A program that imports PKCS #12.
struct Importer {
    name: &'static str,
    needs: &'static [&'static str],
    import: fn(&Export<'_>) -> Result<(), String>,
    /// Why it cannot read a file, where it is known beforehand.
    cannot: fn(&Export<'_>) -> Option<&'static str>,
}

const IMPORTERS: &[Importer] = &[
    Importer { name: "openssl pkcs12", needs: &["openssl"], import: |export| openssl(export, ""), cannot: |_| None },
    Importer { name: "openssl pkcs12 -legacy", needs: &["openssl"], import: |export| openssl(export, "-legacy"), cannot: |_| None },
    Importer {
        name: "pk12util",
        needs: &["pk12util", "certutil"],
        import: nss,
        cannot: |export| match (export.profile, export.kind) {
            (Pkcs12Profile::Modern, _) => Some("NSS 3.87 does not know PBMAC1"),
            (_, "ed25519" | "x25519") => Some("NSS 3.87 does not import these curves"),
            _ => None,
        },
    },
    Importer {
        name: "gpgsm --import",
        needs: &["gpgsm", "gpg-agent"],
        import: gpgsm,
        cannot: |export| match (export.profile, export.kind) {
            (Pkcs12Profile::Compatible | Pkcs12Profile::Modern, _) => Some("gpgsm 2.2.40 does not read PBES2 of OpenSSL either"),
            (_, kind) if !kind.starts_with("rsa") => Some("gpgsm 2.2.40 crashes when it imports a key on a curve"),
            (_, kind) if kind.contains('+') => Some("gpgsm 2.2.40 imports one key of a file"),
            _ => None,
        },
    },
    Importer {
        name: "keytool -importkeystore",
        needs: &["keytool"],
        import: keytool,
        cannot: |export| match export.profile {
            Pkcs12Profile::Modern => Some("Java before 26 does not know PBMAC1"),
            _ => None,
        },
    },
];

/// Reads everything and writes it as PEM. OpenSSL before 3.4 does not know PBMAC1: it reads the rest.
fn openssl(export: &Export<'_>, option: &str) -> Result<(), String> {
    let file = export.file();
    let pass = format!("pass:{PASSWORD}");
    let mut read = command("openssl", ["pkcs12", "-nodes", "-passin", &pass, "-in"]);
    read.arg(&file).args(words(option));
    if export.profile == Pkcs12Profile::Modern && !knows_pbmac1() {
        read.arg("-nomacver");
    }
    export.came_through(&run(&mut read, b"")?, None)
}

fn knows_pbmac1() -> bool {
    let version = run(&mut command("openssl", ["version"]), b"").unwrap_or_default();
    let version = String::from_utf8_lossy(&version).into_owned();
    let mut numbers = version.split([' ', '.']).skip(1).map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next(), numbers.next()) >= (Some(3), Some(4))
}

/// Imports into a database of its own, looks there for the keys, exports again.
fn nss(export: &Export<'_>) -> Result<(), String> {
    let database = export.folder.join(format!("nss-{}", export.name()));
    std::fs::create_dir(&database).map_err(|error| error.to_string())?;
    run_in(&database, "certutil", &words("-N -d sql:. --empty-password"))?;
    run_in(&database, "pk12util", &["-i", &export.file().to_string_lossy(), "-d", "sql:.", "-W", PASSWORD])?;
    let keys = run(command("certutil", words("-K -d sql:.")).current_dir(&database), b"")?;
    let keys = String::from_utf8_lossy(&keys).into_owned();
    let count = keys.lines().filter(|line| line.starts_with('<')).count();
    if count != export.identity.pairs().count() {
        return Err(format!("{count} keys: {keys}"));
    }
    if count == 1 {
        run_in(&database, "pk12util", &["-o", "out.p12", "-d", "sql:.", "-W", PASSWORD, "-n", "Alice's key"])?;
        export.came_through(&std::fs::read(database.join("out.p12")).map_err(|error| error.to_string())?, Some(PASSWORD))?;
    }
    Ok(())
}

/// Imports into a home of its own and exports again.
fn gpgsm(export: &Export<'_>) -> Result<(), String> {
    let home = export.folder.join(format!("gpg-{}", export.name()));
    std::fs::create_dir(&home).map_err(|error| error.to_string())?;
    #[cfg(unix)]
    std::fs::set_permissions(&home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(|error| error.to_string())?;
    let gpgsm = |arguments: &[&str]| {
        let mut command = command("gpgsm", ["--batch", "--no-tty", "--disable-dirmngr", "--pinentry-mode", "loopback"]);
        command.env("GNUPGHOME", &home).args(["--passphrase-fd", "0"]).args(arguments);
        run_with_errors(&mut command, format!("{PASSWORD}\n").as_bytes())
    };
    let went = gpgsm(&["--import", &export.file().to_string_lossy()]).and_then(|(_, said)| {
        let (list, _) = gpgsm(&["--with-colons", "--list-secret-keys"])?;
        let list = String::from_utf8_lossy(&list).into_owned();
        let secret = list.lines().filter(|line| line.starts_with("crs:")).count();
        if secret != export.identity.pairs().count() {
            return Err(format!("{secret} secret keys: {list} {}", one_line(&said)));
        }
        let fingerprint = list.lines().find_map(|line| line.strip_prefix("fpr:")).unwrap_or_default();
        let fingerprint = fingerprint.split(':').find(|field| !field.is_empty()).unwrap_or_default();
        let (out, _) = gpgsm(&["--export-secret-key-p12", fingerprint])?;
        if secret == 1 { export.came_through(&out, Some(PASSWORD)) } else { Ok(()) }
    });
    run(command("gpgconf", ["--kill", "gpg-agent"]).env("GNUPGHOME", &home), b"").ok();
    went
}

/// Copies everything into a keystore of Java's making.
fn keytool(export: &Export<'_>) -> Result<(), String> {
    let out = export.folder.join(format!("java-{}.p12", export.name()));
    let (from, to) = (export.file(), out.to_string_lossy().into_owned());
    let line =
        format!("-importkeystore -srcstoretype PKCS12 -srcstorepass {PASSWORD} -deststoretype PKCS12 -deststorepass {PASSWORD} -noprompt");
    let mut import = words(&line);
    let from = from.to_string_lossy().into_owned();
    import.extend(["-srckeystore", &from, "-destkeystore", &to]);
    run_in(export.folder, "keytool", &import)?;
    export.came_through(&std::fs::read(out).map_err(|error| error.to_string())?, Some(PASSWORD))
}

fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).expect("a time")
}

/// An authority below a root, both of P-256.
fn authority() -> (Issuer, Vec<Certificate>) {
    let (from, to) = (time("2026-01-01T00:00:00Z"), time("2056-01-01T00:00:00Z"));
    let key = || PrivateKey::generate(KeyKind::Ec(Curve::P256)).expect("a key");
    let root = Issuer::self_signed(&key(), &CertificateTemplate::authority("Root", from, to)).expect("a root");
    let sub_key = key();
    let sub = root.issue(sub_key.public_key(), &CertificateTemplate::authority("Sub", from, to)).expect("a certificate");
    let chain = vec![sub.clone(), root.certificate().clone()];
    (Issuer::new(&sub_key, sub).expect("an issuer"), chain)
}

fn person(issuer: &Issuer, chain: &[Certificate], kind: &str) -> Identity {
    let key = PrivateKey::generate(KeyKind::from_name(kind).expect("a kind")).expect("a key");
    let template =
        CertificateTemplate::end_entity("Alice", "alice@example.org", time("2026-01-01T00:00:00Z"), time("2036-01-01T00:00:00Z"));
    let certificate = issuer.issue(key.public_key(), &template).expect("a certificate");
    Identity::from_parts(key, certificate, chain.to_vec()).expect("an identity")
}

#[test]
fn others_import_each_profile() {
    let folder = tempfile::Builder::new().prefix("smime-p12-").tempdir().expect("a folder");
    let (issuer, chain) = authority();
    let kinds = ["rsa-2048", "rsa-3072", "p256", "p384", "p521", "ed25519", "x25519"];
    let mut people: Vec<(String, Identity)> = kinds.iter().map(|kind| ((*kind).to_owned(), person(&issuer, &chain, kind))).collect();
    for (signing, encryption) in [("rsa-2048", "rsa-3072"), ("p256", "p384")] {
        let find = |kind: &str| people.iter().find(|(name, _)| name == kind).map(|(_, identity)| identity).expect("made above");
        let both = Identity::join([find(signing), find(encryption)], &[]).expect("an identity");
        people.push((format!("{signing}+{encryption}"), both));
    }
    let mut tally = Tally::new("PKCS #12 in each profile");
    for (kind, identity) in &people {
        for profile in Pkcs12Profile::ALL {
            let export = Export { folder: folder.path(), kind, profile: *profile, identity };
            let octets = identity.to_pkcs12_profile(PASSWORD, *profile, Some("Alice's key")).expect("PKCS #12");
            std::fs::write(export.file(), &octets).expect("written");
            for importer in IMPORTERS {
                if let Some(missing) = importer.needs.iter().find(|program| !installed(program)) {
                    tally.skip(format!("{}: there is no program {missing}", importer.name));
                } else if let Some(reason) = (importer.cannot)(&export) {
                    tally.skip(format!("{}: {reason}", importer.name));
                } else {
                    let imported = (importer.import)(&export);
                    tally.check(imported.is_ok(), || format!("{}: {}: {imported:?}", importer.name, export.name()));
                }
            }
        }
    }
    tally.finish(18);
}

#[test]
fn openssl_reads_keys_and_bundles() {
    if !installed("openssl") {
        return;
    }
    let mut tally = Tally::new("openssl pkey, openssl pkcs7");
    let (issuer, chain) = authority();
    for kind in ["rsa-2048", "p256", "p384", "p521", "ed25519", "x25519"] {
        let identity = person(&issuer, &chain, kind);
        for derivation in KeyDerivation::ALL {
            let pem = identity.to_pem(Some(PASSWORD), *derivation).expect("PEM");
            let read = run(&mut command("openssl", ["pkey", "-passin", &format!("pass:{PASSWORD}")]), pem.as_bytes());
            let read = read.and_then(|key| {
                let all = [&key[..], identity.certificate().to_pem().as_bytes()].concat();
                Identity::from_bytes(&all, None).map_err(|error| error.to_string())
            });
            tally.check(read.is_ok(), || format!("{kind}, {derivation}: {read:?}"));
        }
    }
    let bundle = certs_only(&chain).expect("a bundle");
    for (form, octets) in [("DER", bundle.clone()), ("PEM", smime::pem::encode("PKCS7", &bundle).into_bytes())] {
        for verb in ["pkcs7", "cms"] {
            let options = if verb == "cms" { "-cmsout -certsout /dev/stdout -out /dev/null" } else { "-print_certs" };
            let read = run(command("openssl", [verb, "-inform", form]).args(words(options)), &octets);
            let found = read.as_deref().map(|read| Certificate::many(read).map_or(0, |found| found.len()));
            tally.check(matches!(found, Ok(2)), || format!("{verb} {form}: {found:?}"));
        }
    }
    tally.finish(16);
}

/// `openssl crl2pkcs7` puts revocation lists beside the certificates: those are read, the lists passed over.
#[test]
fn bundles_of_openssl_with_revocation_lists() {
    if !installed("openssl") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut tally = Tally::new("openssl crl2pkcs7");
    run_in(
        folder,
        "openssl",
        &words("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=CA"),
    )
    .expect("a certificate");
    std::fs::write(folder.join("index"), "").expect("written");
    std::fs::write(folder.join("conf"), "[ca]\ndefault_ca=it\n[it]\ndatabase=index\ndefault_md=sha256\ndefault_crl_days=30\n")
        .expect("written");
    run_in(folder, "openssl", &words("ca -gencrl -config conf -cert ca.pem -keyfile ca.key -out ca.crl")).expect("a list");
    for form in ["DER", "PEM"] {
        for lists in ["-nocrl", "-in ca.crl"] {
            run_in(folder, "openssl", &words(&format!("crl2pkcs7 {lists} -certfile ca.pem -outform {form} -out out.p7b")))
                .expect("a bundle");
            let found = Certificate::many(&std::fs::read(folder.join("out.p7b")).expect("a bundle"));
            tally.check(found.as_ref().is_ok_and(|found| found.len() == 1), || format!("{form} {lists}: {found:?}"));
        }
    }
    tally.finish(4);
}
