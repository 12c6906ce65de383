//! A real relay between a real sender and a receiver that knows nothing but RFC 5321 without extensions, so that the relay has to
//! convert what is not 7-bit: Postfix, with a configuration of its own, on the loopback.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use smime::{Code, Verdict};
use smime_tests::Tally;

use crate::case::Key;
use crate::command::{command, run};
use crate::lab::Lab;
use crate::mail;

use super::{carelessly_signed, hard_entities};

const PATIENCE: Duration = Duration::from_secs(60);

/// Postfix, which stops when this is dropped.
struct Postfix {
    folder: tempfile::TempDir,
    port: u16,
    arrived: Receiver<Vec<u8>>,
}

impl Postfix {
    fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("smime-postfix-").tempdir().expect("a temporary folder");
        #[cfg(unix)]
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .expect("a folder that Postfix may enter");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let sink = listener.local_addr().expect("an address").port();
        let (sender, arrived) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let sender = sender.clone();
                std::thread::spawn(move || receive(stream, |message| sender.send(message).is_ok()).ok());
            }
        });
        // Free a moment ago; nobody else on this machine is in a hurry for it.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        configure(folder.path(), port, sink);
        run(command("postfix", ["-c"]).arg(folder.path()).arg("start").stdout(Stdio::null()), b"").expect("Postfix starts (as root)");
        Self { folder, port, arrived }
    }

    /// Sends a message and waits for it on the other side.
    fn relay(&self, message: &[u8]) -> Vec<u8> {
        send(self.port, message).unwrap_or_else(|error| panic!("Postfix does not take it: {error}; the log: {}", self.log()));
        self.arrived.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("nothing arrived; the log: {}", self.log()))
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        run(command("postfix", ["-c"]).arg(self.folder.path()).arg("stop"), b"").ok();
    }
}

fn configure(folder: &Path, port: u16, sink: u16) {
    let path = |name: &str| -> PathBuf { folder.join(name) };
    for name in ["spool", "data"] {
        std::fs::create_dir(path(name)).expect("a folder");
    }
    run(command("chown", ["postfix"]).arg(path("data")), b"").expect("as root");
    let main = format!(
        "compatibility_level = 3.6\ndefault_transport = smtp\nrelay_transport = smtp\nqueue_directory = {}\ndata_directory = {}\nmaillog_file_prefixes = {}\nmaillog_file = {}\n\
         inet_interfaces = 127.0.0.1\nmyhostname = relay.example.org\nmydestination =\nmynetworks = 127.0.0.0/8\n\
         relayhost = [127.0.0.1]:{sink}\nsmtp_host_lookup = native\nalias_maps =\nalias_database =\nlocal_header_rewrite_clients =\nmessage_size_limit = 0\n",
        path("spool").display(),
        path("data").display(),
        folder.display(),
        path("log").display(),
    );
    std::fs::write(path("main.cf"), main).expect("main.cf");
    let mut master = format!("127.0.0.1:{port} inet n - n - - smtpd\npostlog unix-dgram n - n - 1 postlogd\n");
    for (service, private, wakeup, limit, program) in [
        ("pickup", "-", "60", "1", "pickup"),
        ("cleanup", "n", "-", "0", "cleanup"),
        ("qmgr", "n", "300", "1", "qmgr"),
        ("rewrite", "-", "-", "-", "trivial-rewrite"),
        ("bounce", "-", "-", "0", "bounce"),
        ("defer", "-", "-", "0", "bounce"),
        ("trace", "-", "-", "0", "bounce"),
        ("proxymap", "-", "-", "-", "proxymap"),
        ("smtp", "-", "-", "-", "smtp"),
        ("error", "-", "-", "-", "error"),
        ("retry", "-", "-", "-", "error"),
        ("anvil", "-", "-", "1", "anvil"),
        ("scache", "-", "-", "1", "scache"),
    ] {
        master.push_str(&format!("{service} unix {private} - n {wakeup} {limit} {program}\n"));
    }
    std::fs::write(path("master.cf"), master).expect("master.cf");
}

/// A receiver that announces no extension.
fn receive(mut stream: TcpStream, mut take: impl FnMut(Vec<u8>) -> bool) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?);
    stream.write_all(b"220 sink\r\n")?;
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let verb = String::from_utf8_lossy(&line).to_uppercase();
        line.clear();
        if verb.starts_with("DATA") {
            stream.write_all(b"354 go on\r\n")?;
            let message = read_message(&mut lines)?;
            stream.write_all(if take(message) { b"250 taken\r\n" } else { b"451 gone\r\n" })?;
        } else if verb.starts_with("EHLO") {
            // Without extensions there is nothing to gain by it.
            stream.write_all(b"502 what\r\n")?;
        } else {
            stream.write_all(if verb.starts_with("QUIT") { b"221 bye\r\n" } else { b"250 fine\r\n" })?;
        }
    }
    Ok(())
}

fn read_message(lines: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut message = Vec::new();
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 && line != b".\r\n" {
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        line.clear();
    }
    Ok(message)
}

/// A client that sends 8-bit octets as they are and stuffs dots as it must.
fn send(port: u16, message: &[u8]) -> std::io::Result<()> {
    let mut stream = connect(port)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut reply = |expected: char| -> std::io::Result<()> {
        let mut line = String::new();
        while lines.read_line(&mut line)? > 0 && line.as_bytes().get(3) == Some(&b'-') {
            line.clear();
        }
        if line.starts_with(expected) { Ok(()) } else { Err(std::io::Error::other(line)) }
    };
    reply('2')?;
    for line in ["EHLO client.example.org", "MAIL FROM:<alice@example.org> BODY=8BITMIME", "RCPT TO:<bob@example.org>"] {
        stream.write_all(format!("{line}\r\n").as_bytes())?;
        reply('2')?;
    }
    stream.write_all(b"DATA\r\n")?;
    reply('3')?;
    let stuffed = super::by_line(message, |line| if line.starts_with(b".") { [b".", line].concat() } else { line.to_vec() });
    stream.write_all(&stuffed)?;
    stream.write_all(b".\r\n")?;
    reply('2')?;
    stream.write_all(b"QUIT\r\n")
}

fn connect(port: u16) -> std::io::Result<TcpStream> {
    let until = Instant::now() + PATIENCE;
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Err(_) if Instant::now() < until => std::thread::sleep(Duration::from_millis(50)),
            outcome => return outcome,
        }
    }
}

/// What came after the header fields that the relay put on top.
fn without_trace<'m>(arrived: &'m [u8], sent: &[u8]) -> &'m [u8] {
    let first = &sent[..memchr::memchr(b'\n', sent).map_or(0, |at| at + 1)];
    memchr::memmem::find(arrived, first).map_or(arrived, |at| &arrived[at..])
}

#[test]
#[ignore = "needs root and Postfix: cargo test -p smime-tests --test interop postfix -- --ignored"]
fn postfix_leaves_what_we_sign_alone() {
    let Some(lab) = Lab::shared() else { return };
    let postfix = Postfix::start();
    let mut tally = Tally::new("Postfix");
    let mut broken = 0;
    for (name, entity) in hard_entities() {
        let message = mail::message(&entity, &lab.pki.date);
        for (kind, signer) in [("clear", lab.ours.signer(Key::Rsa)), ("opaque", lab.ours.signer(Key::P256).opaque())] {
            let sent = signer.sign(&message).expect("a signed message");
            let arrived = postfix.relay(&sent);
            tally.check(without_trace(&arrived, &sent) == sent, || format!("{name}, {kind}: changed on the way"));
            let opened = lab.ours.opener().open(&arrived);
            tally.check(opened.is_ok_and(|opened| opened.verdict() == Verdict::Valid), || format!("{name}, {kind}: broken on the way"));
        }
        let careless = mail::message(&carelessly_signed(&lab, &entity), &lab.pki.date);
        let arrived = postfix.relay(&careless);
        let opened = lab.ours.opener().open(&arrived);
        if without_trace(&arrived, &careless) != careless {
            broken += 1;
            let noticed = opened.is_ok_and(|opened| opened.verdict() == Verdict::Invalid && opened.report().has(Code::SigDigestMismatch));
            tally.check(noticed, || format!("{name}: not noticed"));
        }
    }
    tally.check(broken >= 2, || format!("Postfix changed only {broken} careless messages: the test no longer tests anything"));
    tally.finish(15);
}
