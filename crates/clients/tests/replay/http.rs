//! As much of HTTP/1.1 as a service for tests needs: one request a connection, one after another.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use clients::Address;

/// A request as it came.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// By names in small letters.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// What is answered.
#[derive(Debug)]
pub(crate) enum Answer {
    Whole {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// Half of what was announced, and then the connection ends.
    Cut(Vec<u8>),
    /// The connection ends before any answer.
    HungUp,
    /// Half of what was announced, and no more until whoever asked goes away.
    Stalled(Vec<u8>),
    /// No answer until whoever asked goes away.
    Silence,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Whole { status: 200, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Whole { status, headers: Vec::new(), body: b"Synthetic trouble".to_vec() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Whole { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

/// A service that listens on this machine until it is dropped.
pub(crate) struct Service {
    port: u16,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    pub(crate) fn start(mut answer: impl FnMut(&Asked) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if seen.load(Ordering::SeqCst) {
                    return;
                }
                // Whoever asks may go away at any moment; that is no concern of a service.
                let _ = stream.and_then(|stream| serve(&stream, &mut answer));
            }
        });
        Self { port, ended, thread: Some(thread) }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}/synthetic", self.port)
    }

    pub(crate) fn address(&self) -> Address {
        Address::parse(&self.base()).expect("an address of this machine")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || ended.is_none_or(|ended| ended.is_ok()), "the service failed");
    }
}

fn serve(stream: &TcpStream, answer: &mut impl FnMut(&Asked) -> Answer) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let Some(asked) = read(&mut reader)? else { return Ok(()) };
    let mut stream = stream;
    match answer(&asked) {
        Answer::Whole { status, headers, body } => {
            stream.write_all(head(status, &headers, body.len()).as_bytes())?;
            stream.write_all(&body)?;
        }
        Answer::Cut(body) => {
            stream.write_all(head(200, &[], body.len()).as_bytes())?;
            stream.write_all(&body[..body.len() / 2])?;
        }
        Answer::Stalled(body) => {
            stream.write_all(head(200, &[], body.len()).as_bytes())?;
            stream.write_all(&body[..body.len() / 2])?;
            while reader.read(&mut [0_u8; 64])? > 0 {}
        }
        Answer::HungUp => {}
        Answer::Silence => while reader.read(&mut [0_u8; 64])? > 0 {},
    }
    stream.shutdown(Shutdown::Both)
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Asked>> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Ok(None) };
    let path = path.strip_prefix("/synthetic").expect("a path behind the base").to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a length"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Asked { method, path, headers, body }))
}

fn head(status: u16, headers: &[(&str, String)], length: usize) -> String {
    let mut head =
        format!("HTTP/1.1 {status} Synthetic\r\nContent-Length: {length}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head + "\r\n"
}

/// The values of a query.
pub(crate) fn query(path: &str) -> BTreeMap<String, String> {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
            let digits = std::str::from_utf8(&digits).expect("two digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
