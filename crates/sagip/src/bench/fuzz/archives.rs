//! Target: archives, with every promise about what an archive may make of itself.

use std::{
    ffi::OsStr,
    io::{Cursor, Write},
};

use flate2::{Compression, write::GzEncoder};
use perceptual::Profile;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::Target;
use crate::scan::{
    archive::{Kind, Limits, look_into},
    read::Reader,
};

/// Small, so that each bound is met.
const LIMITS: Limits =
    Limits { depth: 3, entries: 200, bytes: 4 << 20, ratio: 50, at_least: 64 * 1024, nested: 128 * 1024 };

pub(super) const ARCHIVE: Target = Target {
    name: "archive",
    seeds,
    words: &[
        "PK\u{1}\u{2}",
        "PK\u{3}\u{4}",
        "PK\u{5}\u{6}",
        "PK\u{6}\u{6}",
        "PK\u{6}\u{7}",
        "PK\u{7}\u{8}",
        "ustar",
        "ustar  \0",
        "././@LongLink",
        "77777777777\0",
        "00000000000\0",
        "18 path=synthetic\n",
        "30 size=99999999999999\n",
        "GNU.sparse.major=1\n",
        "../../etc/passwd",
        "C:\\",
        "\u{1}\0\u{8}\0",
        "\u{63}\0",
        "\u{1}\u{99}",
    ],
    mend: Some(|bytes| mend_tar(bytes)),
    most_bytes: 256 * 1024 * 1024,
    taking: |_| {
        Ok(Box::new(|bytes| {
            let Some(kind) = Kind::of(bytes) else { return Ok(false) };
            let mut reader = Reader::new(Profile::FullResolution, false);
            let (mut told, mut read, mut expanded, mut problem) = (0_u64, 0_u64, 0_u64, None);
            let mut give = |entry: crate::scan::archive::Entry| {
                told += 1;
                if entry.name.len() > 3 * 4100 {
                    problem = Some(format!("a name of {} bytes", entry.name.len()));
                }
                match entry.reading {
                    Ok(reading) => {
                        read += 1;
                        expanded += reading.size;
                    }
                    Err(reason) if reason.is_empty() => {
                        problem = Some("an entry refused without a reason".to_owned());
                    }
                    Err(_) => {}
                }
            };
            let size = bytes.len() as u64;
            look_into(
                &mut Cursor::new(bytes),
                kind,
                (OsStr::new("synthetic.gz"), size),
                &LIMITS,
                &mut reader,
                &mut give,
            );
            if let Some(problem) = problem {
                return Err(problem);
            }
            if read > LIMITS.entries || told > 2 * LIMITS.entries + 2 {
                return Err(format!("{read} entries were read, {told} told of"));
            }
            let most = LIMITS.bytes.min(LIMITS.at_least.max(size * LIMITS.ratio));
            if expanded > most {
                return Err(format!("{expanded} bytes were expanded, over {most}"));
            }
            Ok(read > 0)
        }))
    },
};

fn seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let files: [(&str, Vec<u8>); 4] = [
        ("a/synthetic.txt", b"synthetic words, again and again. ".repeat(40)),
        ("empty", Vec::new()),
        ("señor ☃.bin", (0..=255).collect()),
        ("a/b/c/noughts", vec![0; 20_000]),
    ];
    let zip = |files: &[(&str, Vec<u8>)]| -> anyhow::Result<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (number, (name, bytes)) in files.iter().enumerate() {
            let method =
                if number % 2 == 0 { CompressionMethod::Deflated } else { CompressionMethod::Stored };
            zip.start_file(
                *name,
                SimpleFileOptions::default().compression_method(method).large_file(number == 2),
            )?;
            zip.write_all(bytes)?;
        }
        zip.add_directory("folder/", SimpleFileOptions::default())?;
        Ok(zip.finish()?.into_inner())
    };
    let tar = |files: &[(&str, Vec<u8>)]| -> anyhow::Result<Vec<u8>> {
        let mut tar = tar::Builder::new(Vec::new());
        let long = "synthetic/".repeat(20) + "long name";
        for (name, bytes) in
            files.iter().map(|(name, bytes)| (*name, bytes)).chain([(long.as_str(), &vec![b'x'; 10])])
        {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, name, bytes.as_slice())?;
        }
        tar.append_pax_extensions([("path", b"synthetic pax".as_slice())])?;
        let mut header = tar::Header::new_ustar();
        header.set_size(3);
        header.set_cksum();
        tar.append(&header, b"pax".as_slice())?;
        Ok(tar.into_inner()?)
    };
    let gzip = |bytes: &[u8]| -> anyhow::Result<Vec<u8>> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(bytes)?;
        Ok(gzip.finish()?)
    };
    let (zipped, tarred) = (zip(&files)?, tar(&files)?);
    let packed = gzip(&tarred)?;
    let nested =
        zip(&[("one.zip", zipped.clone()), ("two.tar.gz", packed.clone()), ("three.tar", tarred.clone())])?;
    let deep = zip(&[("deep.zip", zip(&[("deep.zip", zip(&[("deep.zip", zipped.clone())])?)])?)])?;
    let bomb = gzip(&vec![0; 3_000_000])?;
    let twice = [gzip(b"synthetic one")?, gzip(b"synthetic two")?].concat();
    Ok(vec![
        zipped,
        tarred,
        packed,
        nested,
        deep,
        gzip(b"synthetic")?,
        twice,
        zip(&[("bomb.gz", bomb), ("after", vec![1])])?,
    ])
}

/// Makes the checksums of a tar's headers right.
fn mend_tar(bytes: &mut [u8]) {
    let starts: Vec<usize> = (0..bytes.len() / 512)
        .map(|block| block * 512)
        .filter(|at| bytes.get(at + 257..at + 262) == Some(b"ustar"))
        .collect();
    for at in starts {
        let Some(header) = bytes.get_mut(at..at + 512) else { return };
        let sum: u32 = header
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) })
            .sum();
        for (to, from) in header.iter_mut().skip(148).zip(format!("{sum:06o}\0 ").bytes()) {
            *to = from;
        }
    }
}
