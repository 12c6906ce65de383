//! Each compressed layer was held to a ratio of its own, so that layers inside one another multiplied: 9 kB made 247 MB, with one more
//! layer as many GB.

use smime::asn1::oid;
use smime::cms::CompressedDataWriter;
use smime::{Code, Error, Limits};

use crate::scene::Scene;

/// Zeros as zlib, deflated and stored in turns so that about 150 come of each octet: what can be compressed once more.
fn compressible(pieces: usize) -> Vec<u8> {
    let (run, stored) = (200 << 10, 1200_u16);
    let mut piece = Vec::with_capacity(run);
    let mut machine = flate2::Compress::new(flate2::Compression::best(), false);
    machine.compress_vec(&vec![0; run], &mut piece, flate2::FlushCompress::Full).expect("memory");
    piece.push(0);
    piece.extend([stored.to_le_bytes(), (!stored).to_le_bytes()].concat());
    piece.resize(piece.len() + usize::from(stored), 0);
    let octets = (run + usize::from(stored)) * pieces;
    let checksum = ((octets % 65_521) as u32) << 16 | 1;
    [&[0x78, 0xda][..], &piece.repeat(pieces), &[1, 0, 0, 0xff, 0xff], &checksum.to_be_bytes()].concat()
}

fn deflated(octets: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, octets).expect("memory");
    encoder.finish().expect("memory")
}

/// An entity with this as CompressedData.
fn entity(zlib: &[u8]) -> Vec<u8> {
    let mut entity =
        b"Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\nContent-Transfer-Encoding: binary\r\n\r\n".to_vec();
    let mut out = |octets: &[u8]| {
        entity.extend_from_slice(octets);
        Ok::<(), Error>(())
    };
    let mut writer = CompressedDataWriter::new(oid::ID_DATA);
    writer.head(&mut out).and_then(|()| writer.content(zlib, &mut out)).and_then(|()| writer.tail(&mut out)).expect("an entity");
    entity
}

#[test]
fn layers_do_not_multiply() {
    let scene = Scene::new();
    let one = entity(&compressible(100));
    let two = entity(&deflated(&one));
    assert!(two.len() < 10_000, "{}", two.len());
    let octets = scene.opener().examine(&one).expect("a report").content.bytes;
    assert!(octets > 20_000_000 && octets / (one.len() as u64) < 200, "{octets} out of {}", one.len());
    assert_eq!(scene.opener().examine(&two).err().map(|error| error.code()), Some(Code::LimitInflate));
    assert_eq!(scene.opener().examine(&entity(&deflated(&two))).err().map(|error| error.code()), Some(Code::LimitInflate));
    // It is a bound like the others, and nothing is wrong with two layers as such.
    let wide = scene.opener().limits(Limits { inflate_ratio: 1 << 20, ..Limits::default() });
    assert_eq!(wide.examine(&two).expect("a report").content.bytes, octets);
    let small = entity(&deflated(&entity(&deflated(b"Content-Type: text/plain\r\n\r\nhello\r\n"))));
    assert_eq!(scene.opener().examine(&small).expect("a report").content.bytes, 35);
}
