//! What goes wrong when a service is asked.

use std::fmt;

use formats::Method;
use model::Instant;

/// A request that had no good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// Which exchange.
    pub exchange: String,
    /// How it was asked.
    pub method: Method,
    /// What it was asked, without credentials.
    pub address: String,
    /// How often.
    pub tries: u32,
    /// What happened the last time.
    pub problem: Problem,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// There is no connection.
    #[error("the service could not be reached ({0}); check the network and the address")]
    Unreachable(String),
    /// The answer was not there in time.
    #[error("no whole answer came within {seconds} seconds; ask the service, or give it longer")]
    TimedOut {
        /// How long was waited.
        seconds: i64,
    },
    /// The connection ended in the middle.
    #[error("the connection was cut before the answer was whole ({0})")]
    Cut(String),
    /// The service cannot answer now.
    #[error("the service is busy or out of order (status {status}{})", when(*.not_before))]
    Busy {
        /// The status.
        status: u16,
        /// When it wants to be asked again, if it says.
        not_before: Option<Instant>,
    },
    /// The service does not take the credentials.
    #[error(
        "the credentials were refused (status {status}); check user and password, or the keys, and whether the service has allowed this machine’s address"
    )]
    Refused {
        /// The status.
        status: u16,
    },
    /// There are no credentials for this.
    #[error("there is no {0}; ask the exchange for it and add it to the configuration")]
    NoCredentials(&'static str),
    /// The service is elsewhere. Nobody is followed there, since the credentials would be.
    #[error("the service says that it has moved (status {status}){}; if that is so, change the address in the configuration", place(.to.as_deref()))]
    Moved {
        /// The status.
        status: u16,
        /// Where to, if it says.
        to: Option<String>,
    },
    /// Another status.
    #[error(
        "the service answered with status {status}; check the address and the rights that the credentials give"
    )]
    Status {
        /// The status.
        status: u16,
    },
    /// The other side cannot show that it is the service, or does not speak TLS.
    #[error(
        "the connection is not trusted ({0}); check the address and what stands between, and do not go around this"
    )]
    Untrusted(String),
    /// The answer is larger than allowed.
    #[error("the answer is larger than {limit} bytes; ask the service, or raise the limit")]
    TooLarge {
        /// The bound.
        limit: u64,
    },
    /// The answer is not what the service is documented to answer.
    #[error("the answer could not be read: {0}")]
    Unreadable(String),
    /// The process is to stop.
    #[error("the process was told to stop before the next try; it goes on when it runs again")]
    Interrupted,
}

impl Problem {
    /// Whether the same request may have a good answer a little later.
    pub const fn passes(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::TimedOut { .. } | Self::Cut(_) | Self::Busy { .. })
    }

    /// Whether this may be on account of the page that was asked for, as one whose address or token is
    /// no longer good may be answered with any status: then the page is begun again.
    pub(crate) const fn may_be_of_the_page(&self) -> bool {
        self.passes() || matches!(self, Self::Status { .. } | Self::Unreadable(_))
    }

    /// Whether the service certainly did nothing with the request, so that what adds may be sent again.
    pub(crate) const fn left_untouched(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Busy { status: 429 | 503, .. })
    }
}

impl CallError {
    /// Whether it may pass by itself; otherwise a person must mend something.
    pub const fn passes(&self) -> bool {
        self.problem.passes()
    }

    /// When the service wants to be asked again, if it says.
    pub const fn not_before(&self) -> Option<Instant> {
        match self.problem {
            Problem::Busy { not_before, .. } => not_before,
            _ => None,
        }
    }

    /// Whether the service may have taken what was sent although there is no good answer: ask it
    /// before the same is sent again.
    pub fn perhaps_taken(&self) -> bool {
        self.method != Method::Get && self.passes() && !self.problem.left_untouched()
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = match self.method {
            Method::Get => "GET",
            Method::Put => "PUT",
            Method::Post => "POST",
        };
        write!(f, "{}: {method} {}", self.exchange, self.address)?;
        if self.tries > 1 {
            write!(f, " ({} tries)", self.tries)?;
        }
        write!(f, ": {}", self.problem)?;
        if self.perhaps_taken() {
            f.write_str("; it may have taken what was sent all the same: look before it is sent again")?;
        }
        Ok(())
    }
}

impl std::error::Error for CallError {}

fn when(not_before: Option<Instant>) -> String {
    not_before.map(|at| format!(", it asks to be left alone until {at}")).unwrap_or_default()
}

fn place(to: Option<&str>) -> String {
    to.map(|to| format!(" to {to}")).unwrap_or_default()
}
