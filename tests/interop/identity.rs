//! Key files that OpenSSL, Java and NSS write on this machine, while the test runs.

use std::path::Path;

use smime::cert::Certificate;
use smime::identity::KeyFile;
use smime::{Code, Error, Identity, Limits};
use smime_tests::Tally;

use crate::command::{available, run_in, words};

fn code<T>(result: &Result<T, Error>) -> Option<Code> {
    result.as_ref().err().map(Error::code)
}

/// The file opens with the password and no other, and holds the key of this certificate.
fn check(tally: &mut Tally, name: &str, folder: &Path, file: &str, password: &str, certificate: &Certificate) {
    let octets = std::fs::read(folder.join(file)).expect("the file");
    let identity = Identity::from_bytes(&octets, Some(password));
    let right = identity.as_ref().is_ok_and(|identity| identity.pairs().any(|(_, found)| found == certificate));
    tally.check(right, || format!("{name}: {identity:?}"));
    let wrong = Identity::from_bytes(&octets, Some("wrong"));
    tally.check(code(&wrong) == Some(Code::KeyPasswordWrong), || format!("{name}: wrong password: {wrong:?}"));
}

/// `KIND.key` and `KIND.crt` in the folder, made by OpenSSL.
fn self_signed(folder: &Path, kind: &str) -> Certificate {
    let new_key = match kind {
        "rsa" => "-newkey rsa:2048",
        "p384" => "-newkey ec -pkeyopt ec_paramgen_curve:P-384",
        _ => "-newkey ec -pkeyopt ec_paramgen_curve:P-256",
    };
    let line = format!(
        "req -x509 {new_key} -nodes -keyout {kind}.key -out {kind}.crt -days 30 -subj /CN={kind} -addext extendedKeyUsage=emailProtection"
    );
    run_in(folder, "openssl", &words(&line)).expect("a certificate");
    Certificate::from_pem(&std::fs::read(folder.join(format!("{kind}.crt"))).expect("PEM")).expect("a certificate")
}

#[test]
fn openssl_pkcs12() {
    if !available("openssl") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut tally = Tally::new("openssl pkcs12 -export");
    for kind in ["rsa", "p256", "p384"] {
        let certificate = self_signed(folder, kind);
        for (name, options) in [
            ("the default of OpenSSL 3", ""),
            ("-legacy", "-legacy"),
            ("-descert", "-legacy -descert"),
            ("two-key Triple DES", "-legacy -keypbe PBE-SHA1-2DES -certpbe PBE-SHA1-RC2-128"),
            ("AES-128", "-keypbe AES-128-CBC -certpbe AES-192-CBC -macalg sha512"),
            ("no encryption", "-keypbe NONE -certpbe NONE -macalg sha384"),
            ("many iterations", "-iter 100000"),
            ("one iteration", "-noiter -nomaciter"),
        ] {
            for password in ["secret", "", "pässwörd", "😀🔑"] {
                let mut arguments = words(options);
                let words = words("pkcs12 -export -out out.p12 -name x -inkey");
                let (key, input, pass) = (format!("{kind}.key"), format!("{kind}.crt"), format!("pass:{password}"));
                let mut line = [words, vec![&key, "-in", &input, "-passout", &pass]].concat();
                line.append(&mut arguments);
                match run_in(folder, "openssl", &line) {
                    Ok(()) => {
                        check(&mut tally, &format!("{kind}, {name}, password {password:?}"), folder, "out.p12", password, &certificate)
                    }
                    Err(why) => tally.skip(why),
                }
            }
        }
        let line = format!("pkcs12 -export -nomac -passout pass:secret -out out.p12 -inkey {kind}.key -in {kind}.crt");
        run_in(folder, "openssl", &words(&line)).expect("a file");
        check(&mut tally, &format!("{kind}, no MAC"), folder, "out.p12", "secret", &certificate);
    }
    tally.finish(180);
}

#[test]
fn openssl_private_keys() {
    if !available("openssl") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut tally = Tally::new("openssl pkcs8, rsa, ec");
    for kind in ["rsa", "p256", "p384"] {
        let certificate = self_signed(folder, kind);
        let certificate_pem = certificate.to_pem();
        for options in [
            "-v2 aes128",
            "-v2 aes-192-cbc",
            "-v2 aes-256-cbc -v2prf hmacWithSHA1",
            "-v2 aes-256-cbc -v2prf hmacWithSHA384",
            "-v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 50000",
            "-v2 des3",
            "-scrypt",
            "-scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 3",
            "-v1 PBE-SHA1-3DES",
            "-v1 PBE-SHA1-RC2-40 -provider legacy -provider default",
        ] {
            let line = format!("pkcs8 -topk8 -in {kind}.key -out out.pem -passout pass:secret {options}");
            if let Err(why) = run_in(folder, "openssl", &words(&line)) {
                tally.skip(why);
                continue;
            }
            let key = std::fs::read_to_string(folder.join("out.pem")).expect("PEM");
            std::fs::write(folder.join("both.pem"), key.clone() + &certificate_pem).expect("written");
            check(&mut tally, &format!("{kind}, pkcs8 {options}"), folder, "both.pem", "secret", &certificate);
            let none = Identity::from_pem(&(key + &certificate_pem), None);
            tally.check(code(&none) == Some(Code::UsePassword), || format!("{kind}, pkcs8 {options}: {none:?}"));
        }
        for line in [
            format!("pkcs8 -topk8 -nocrypt -in {kind}.key -outform DER -out out"),
            format!("pkey -in {kind}.key -outform DER -out out -traditional"),
            format!("pkey -in {kind}.key -out out -traditional"),
            format!("ec -in {kind}.key -out out -param_enc named_curve -conv_form compressed"),
            format!("ec -in {kind}.key -outform DER -out out -no_public"),
        ] {
            if kind == "rsa" && line.starts_with("ec") {
                continue;
            }
            run_in(folder, "openssl", &words(&line)).expect("a key");
            let file = KeyFile::read(&std::fs::read(folder.join("out")).expect("a key"), None, &Limits::default());
            let identity =
                file.and_then(|file| Identity::from_parts(file.keys().next().expect("a key").clone(), certificate.clone(), Vec::new()));
            tally.check(identity.is_ok(), || format!("{line}: {identity:?}"));
        }
        let line = format!("pkey -in {kind}.key -out out -traditional -aes128 -passout pass:secret");
        run_in(folder, "openssl", &words(&line)).expect("a key");
        let old = KeyFile::read(&std::fs::read(folder.join("out")).expect("a key"), Some("secret"), &Limits::default());
        tally.check(code(&old) == Some(Code::KeyUnsupported), || format!("{line}: {:?}", old.as_ref().err()));
        let advice = old.err().map(|error| error.to_string()).unwrap_or_default();
        tally.check(advice.contains("openssl pkcs8 -topk8"), || advice);
    }
    // `openssl ecparam -genkey` writes EC PARAMETERS before the key.
    run_in(folder, "openssl", &words("ecparam -name prime256v1 -genkey -out with-parameters.pem")).expect("a key");
    let file = KeyFile::read(&std::fs::read(folder.join("with-parameters.pem")).expect("a key"), None, &Limits::default());
    tally.check(file.is_ok_and(|file| file.keys().count() == 1), || "EC PARAMETERS".to_owned());
    tally.finish(100);
}

#[test]
fn java_keytool() {
    if !available("keytool") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut tally = Tally::new("keytool");
    for (kind, options) in [("RSA", "-keysize 2048"), ("EC", "-groupname secp256r1"), ("EC", "-groupname secp521r1")] {
        for legacy in [false, true] {
            let file = "out.p12";
            let _ = std::fs::remove_file(folder.join(file));
            let legacy_option = if legacy { "-J-Dkeystore.pkcs12.legacy" } else { "" };
            let line = format!(
                "{legacy_option} -genkeypair -alias one -keyalg {kind} {options} -dname CN=one -storetype PKCS12 -keystore {file} -storepass secret"
            );
            run_in(folder, "keytool", &words(&line)).expect("a keystore");
            let line =
                format!("{legacy_option} -genkeypair -alias two -keyalg {kind} {options} -dname CN=two -keystore {file} -storepass secret");
            run_in(folder, "keytool", &words(&line)).expect("a second key");
            let name = format!("{kind} {options}, legacy {legacy}");
            for alias in ["one", "two"] {
                let line = format!("-exportcert -rfc -alias {alias} -keystore {file} -storepass secret -file {alias}.crt");
                run_in(folder, "keytool", &words(&line)).expect("a certificate");
                let certificate =
                    Certificate::from_pem(&std::fs::read(folder.join(format!("{alias}.crt"))).expect("PEM")).expect("a certificate");
                check(&mut tally, &format!("{name}: {alias}"), folder, file, "secret", &certificate);
            }
        }
    }
    let line = "-genkeypair -alias one -keyalg EC -dname CN=one -storetype JKS -keystore out.jks -storepass secret -keypass secret";
    run_in(folder, "keytool", &words(line)).expect("a keystore");
    let old = KeyFile::read(&std::fs::read(folder.join("out.jks")).expect("a keystore"), Some("secret"), &Limits::default());
    tally.check(code(&old) == Some(Code::KeyUnsupported), || format!("JKS: {:?}", old.err()));
    tally.finish(25);
}

#[test]
fn nss_pk12util() {
    if !available("pk12util") || !available("certutil") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut tally = Tally::new("pk12util");
    run_in(folder, "certutil", &words("-N -d sql:. --empty-password")).expect("a database");
    std::fs::write(folder.join("noise"), [7; 64]).expect("written");
    for (name, options) in [("rsa", "-k rsa -g 2048"), ("p256", "-k ec -q nistp256"), ("p384", "-k ec -q nistp384")] {
        let line = format!("-S -d sql:. -z noise -x -n {name} -s CN={name} -t u,u,u -m 7 {options}");
        run_in(folder, "certutil", &words(&line)).expect("a certificate");
        run_in(folder, "certutil", &words(&format!("-L -d sql:. -n {name} -a -o {name}.crt"))).expect("a certificate");
        let certificate = Certificate::from_pem(&std::fs::read(folder.join(format!("{name}.crt"))).expect("PEM")).expect("a certificate");
        for (key_cipher, certificate_cipher) in [
            ("AES-256-CBC", "AES-128-CBC"),
            ("PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC", "PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC"),
            ("DES-EDE3-CBC", "AES-192-CBC"),
        ] {
            // 600 000 iterations each: one kind of key will do for the odd passwords.
            let passwords = if name == "p256" { &["secret", "pässwörd", "😀🔑"][..] } else { &["secret"] };
            for password in passwords {
                let ciphers = ["-C", key_cipher, "-c", certificate_cipher];
                let line = [&["-o", "out.p12", "-d", "sql:.", "-n", name, "-W", password][..], &ciphers].concat();
                let why = format!("{name}, {key_cipher}, {certificate_cipher}, password {password:?}");
                match run_in(folder, "pk12util", &line) {
                    Ok(()) => check(&mut tally, &why, folder, "out.p12", password, &certificate),
                    Err(error) => tally.skip(error),
                }
            }
        }
    }
    tally.finish(30);
}
