//! The frames of a video, hashed: what `vpdq` compares.
//!
//! Video is decoded by the system's ffmpeg, in a process of its own that reaches no network and writes
//! no file, with a bound on its memory and on its time on the processor: a decoder is where hostile
//! files do their work. What comes back is frames on a pipe, each looked at once and forgotten.
//!
//! Which frames: of those that begin every `seconds`, counted in whole frames, as the reference's
//! `vpdq-hash-video` counts them (ThreatExchange, `vpdq/cpp`).

use std::{
    ffi::OsString,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, bail, ensure};
use perceptual::{Hasher, Layout, Pixels, Profile, decode, vpdq::Frame};

/// What the processes may have: seconds on the processor, KiB of memory, and no files.
const BOUNDS: &str = "ulimit -t 3600 && ulimit -v 4194304 && ulimit -f 0 && exec \"$@\"";
/// What a shell leaves with when there is no such program.
const NO_SUCH_PROGRAM: i32 = 127;

/// Whether a file that begins so is a video: MP4 and its kin, Matroska and WebM, AVI, MPEG, Flash, ASF,
/// Ogg. Pictures that come in the same box (HEIF, AVIF) are none.
pub(crate) fn begins(head: &[u8]) -> bool {
    const PICTURES: [&[u8]; 7] = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif", b"avis"];
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
            !PICTURES.iter().any(|one| brand.starts_with(one))
        }
        [_, _, _, _, box_name @ ..] if box_name.starts_with(b"moov") || box_name.starts_with(b"mdat") => true,
        [0x1a, 0x45, 0xdf, 0xa3, ..]
        | [0, 0, 1, 0xba | 0xb3, ..]
        | [b'F', b'L', b'V', 1, ..]
        | [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, ..]
        | [b'O', b'g', b'g', b'S', ..]
        | [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => true,
        // A transport stream shows its sign every 188 bytes.
        [0x47, ..] => [188, 376].into_iter().all(|at| head.get(at) == Some(&0x47)),
        _ => false,
    }
}

/// Whether this machine has ffmpeg and ffprobe.
pub(crate) fn can_be_decoded() -> bool {
    ["ffmpeg", "ffprobe"].into_iter().all(|name| {
        let mut program = Command::new(name);
        program.arg("-version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        program.status().is_ok_and(|status| status.success())
    })
}

/// Hashes the frames of a video, telling each to `take`.
pub(crate) fn hash(path: &Path, seconds: f64, mut take: impl FnMut(Frame)) -> anyhow::Result<()> {
    let rate = frame_rate(path)?;
    // Whole frames, as the reference counts them.
    let every = ((seconds * rate) as u32).max(1);
    let filter = format!("select=not(mod(n\\,{every}))");
    let mut decoder = Decoder::start(
        "ffmpeg",
        &["-nostdin", "-threads", "1"],
        path,
        &["-map", "0:v:0", "-vf", &filter, "-fps_mode", "passthrough"],
        &["-pix_fmt", "rgb24", "-f", "image2pipe", "-c:v", "ppm", "pipe:1"],
    )?;
    let mut hasher = Hasher::new();
    let (mut number, mut bytes) = (0_u32, Vec::new());
    while let Some((width, height)) = picture_head(&mut decoder.output)? {
        bytes.resize(width as usize * height as usize * 3, 0);
        if let Err(e) = decoder.output.read_exact(&mut bytes) {
            decoder.finish()?;
            bail!("the decoder ended in the middle of frame {number}: {e}");
        }
        let pixels = Pixels::new(width, height, Layout::Rgb8, &bytes)?;
        let hashed = hasher.hash(pixels, Profile::FullResolution);
        take(Frame { number, hashed, milliseconds: (f64::from(number) / rate * 1000.0).round() as u64 });
        number = number.checked_add(every).context("the video has more frames than can be counted")?;
    }
    decoder.finish()
}

/// Frames a second, on the average.
fn frame_rate(path: &Path) -> anyhow::Result<f64> {
    let mut decoder = Decoder::start(
        "ffprobe",
        &[],
        path,
        &["-select_streams", "v:0", "-show_entries", "stream=avg_frame_rate"],
        &["-of", "default=nw=1:nk=1"],
    )?;
    let mut text = String::new();
    decoder.output.by_ref().take(1000).read_to_string(&mut text)?;
    decoder.finish()?;
    let text = text.lines().next().unwrap_or_default();
    let rate = match text.split_once('/') {
        Some((frames, seconds)) => frames.parse::<f64>().ok().zip(seconds.parse::<f64>().ok()),
        None => None,
    };
    let rate = rate.map_or(f64::NAN, |(frames, seconds)| frames / seconds);
    ensure!(rate.is_finite() && rate > 0.0, "it has no video, or one without a frame rate (“{text}”)");
    Ok(rate)
}

/// The sides of the next picture (`P6`, 8 bits); `None` at the end.
fn picture_head(from: &mut impl BufRead) -> anyhow::Result<Option<(u32, u32)>> {
    let mut words = Vec::new();
    while words.len() < 3 {
        let mut line = String::new();
        if from.by_ref().take(100).read_line(&mut line)? == 0 {
            ensure!(words.is_empty(), "the decoder ended in the middle of a frame");
            return Ok(None);
        }
        words.push(line.trim().to_owned());
    }
    let sides = match words.as_slice() {
        [magic, sides, depth] if magic == "P6" && depth == "255" => sides.split_once(' '),
        _ => None,
    };
    let sides =
        sides.and_then(|(width, height)| Some((width.parse::<u32>().ok()?, height.parse::<u32>().ok()?)));
    let (width, height) =
        sides.with_context(|| format!("the decoder gave “{}”, no picture", words.join(" ")))?;
    let most = decode::Limits::default().most_pixels;
    ensure!(
        u64::from(width) * u64::from(height) <= most,
        "its frames have {width} × {height} pixels, more than the {most} that are taken"
    );
    Ok(Some((width, height)))
}

/// A program of ffmpeg's that reads a file and writes to a pipe.
struct Decoder {
    program: Child,
    name: &'static str,
    output: BufReader<std::process::ChildStdout>,
    trouble: Option<std::thread::JoinHandle<String>>,
}

impl Decoder {
    fn start(
        name: &'static str,
        before: &[&str],
        path: &Path,
        after: &[&str],
        last: &[&str],
    ) -> anyhow::Result<Self> {
        // Named so, a path is never taken for an option or an address.
        let mut file = OsString::from("file:");
        file.push(std::path::absolute(path)?);
        let mut program = Command::new("sh")
            .args(["-c", BOUNDS, "sh", name, "-v", "error", "-protocol_whitelist", "file,pipe"])
            .args(before)
            .arg("-i")
            .arg(file)
            .args(after)
            .args(last)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("no shell could be started for ffmpeg")?;
        let output = program.stdout.take().context("no output of ffmpeg")?;
        let errors = program.stderr.take().context("no errors of ffmpeg")?;
        let trouble = std::thread::spawn(move || {
            let mut errors = BufReader::new(errors);
            let mut first = Vec::new();
            let _ = errors.by_ref().take(2000).read_to_end(&mut first);
            let _ = std::io::copy(&mut errors, &mut std::io::sink());
            String::from_utf8_lossy(&first).trim().to_owned()
        });
        Ok(Self { program, name, output: BufReader::with_capacity(1 << 20, output), trouble: Some(trouble) })
    }

    /// Waits for its end, which must be a good one.
    fn finish(&mut self) -> anyhow::Result<()> {
        let status = self.program.wait()?;
        let trouble = self.trouble.take().and_then(|trouble| trouble.join().ok()).unwrap_or_default();
        if status.code() == Some(NO_SUCH_PROGRAM) {
            bail!(
                "videos are decoded by {}, which is not on this machine; install ffmpeg 5.1 or later (Debian: apt install ffmpeg)",
                self.name
            );
        }
        ensure!(status.success(), "{} left with {status}: {trouble}", self.name);
        Ok(())
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_and_what_is_none_is_refused() {
        let head = |text: &str| picture_head(&mut text.as_bytes()).map_err(|e| e.to_string());
        assert_eq!(head("P6\n320 240\n255\n…"), Ok(Some((320, 240))));
        assert_eq!(head(""), Ok(None));
        assert!(head("P6\n320 240\n65535\n").is_err());
        assert!(head("P6\n320\n255\n").is_err());
        assert!(head("P6\n320 240\n").unwrap_err().contains("in the middle"));
        assert!(head("P6\n100000 100000\n255\n").unwrap_err().contains("more than"));
        assert!(head(&"x".repeat(1000)).is_err());
    }

    #[test]
    fn videos_are_known_by_how_they_begin() {
        for head in [
            &b"\0\0\0\x20ftypisom"[..],
            b"\x1a\x45\xdf\xa3\x01",
            b"RIFF\0\0\0\0AVI LIST",
            b"\0\0\x01\xba\x44",
        ] {
            assert!(begins(head), "{head:?}");
        }
        let mut stream = vec![0; 400];
        for at in [0, 188, 376] {
            stream[at] = 0x47;
        }
        assert!(begins(&stream));
        stream[188] = 0;
        assert!(!begins(&stream));
        for head in [&b"\0\0\0\x20ftypheic"[..], b"RIFF\0\0\0\0WEBPVP8 ", b"G", b"", b"GIF89a"] {
            assert!(!begins(head), "{head:?}");
        }
    }
}
