//! The small shapes. Each stands beside its word and is hidden from assistive technology.

use std::fmt;

/// A shape, by what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// The desk Queue.
    Queue,
    /// The desk Alerts.
    Alerts,
    /// The desk Cases.
    Cases,
    /// The desk Outbox.
    Outbox,
    /// The desk Imports.
    Imports,
    /// The desk Banks.
    Banks,
    /// The desk Typologies.
    Typologies,
    /// The desk Keeping house.
    House,
    /// What does not fit a phone.
    More,
    /// A clock with time to spare.
    Clock,
    /// A clock that is due soon.
    ClockHalf,
    /// A clock that was breached; a chain that broke.
    Breach,
    /// Done and confirmed.
    Done,
    /// Something that rests for a while.
    Pause,
    /// A child at risk now.
    AtRisk,
    /// High.
    High,
    /// Medium.
    Medium,
    /// Low.
    Low,
    /// Not yet known.
    Unknown,
    /// Sealed or restricted.
    Sealed,
    /// Failed or refused.
    Failed,
    /// Somebody should look.
    Look,
    /// Nothing is asked.
    Flat,
    /// A step that somebody has to take.
    Step,
    /// Linked to something else.
    Link,
}

impl Icon {
    /// What is drawn, on a ground of 16 by 16.
    const fn drawing(self) -> &'static str {
        match self {
            Self::Queue => r#"<path d="M2 3.5h12M2 8h9M2 12.5h6"/>"#,
            Self::Alerts => {
                r#"<path d="M8 2a4 4 0 0 0-4 4v3.5L2.5 12h11L12 9.5V6a4 4 0 0 0-4-4zM6.5 14h3"/>"#
            }
            Self::Cases => r#"<path d="M2 4.5h4.5L8 6h6v7.5H2z"/>"#,
            Self::Outbox => r#"<path d="M8 10V2M5 5l3-3 3 3M2.5 11v2.5h11V11"/>"#,
            Self::Imports => r#"<path d="M8 2v8M5 7l3 3 3-3M2.5 11v2.5h11V11"/>"#,
            Self::Banks => r#"<path d="M6 2 4.5 14M11.5 2 10 14M2.5 5.5h11.5M2 10.5h11.5"/>"#,
            Self::Typologies => {
                r#"<circle cx="4" cy="4" r="1.8"/><circle cx="12" cy="8" r="1.8"/><circle cx="4" cy="12" r="1.8"/><path d="m5.7 4.8 4.6 2.4M5.7 11.2l4.6-2.4"/>"#
            }
            Self::House => r#"<path d="m2 8 6-5 6 5M4 7v6.5h8V7"/>"#,
            Self::More => {
                r#"<path class="solid" d="M3 6.8a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zm5 0a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zm5 0a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4z"/>"#
            }
            Self::Clock => r#"<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>"#,
            Self::ClockHalf => {
                r#"<circle cx="8" cy="8" r="6"/><path class="solid" d="M8 2a6 6 0 0 1 0 12z"/>"#
            }
            Self::Breach => {
                r#"<path class="solid" d="M8 1.5 15 14H1z"/><path class="cut" d="M8 6v4M8 11.2v1.3"/>"#
            }
            Self::Done => r#"<path d="m3 8.5 3.5 3.5L13 4.5"/>"#,
            Self::Pause => r#"<path d="M5.5 3.5v9M10.5 3.5v9"/>"#,
            Self::AtRisk => {
                r#"<path class="solid" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path class="cut" d="M8 4v5M8 10.6v1.6"/>"#
            }
            Self::High => r#"<path class="solid" d="M2 10h3v4H2zM6.5 6h3v8h-3zM11 2h3v12h-3z"/>"#,
            Self::Medium => {
                r#"<path class="solid" d="M2 10h3v4H2zM6.5 6h3v8h-3z"/><path d="M11.5 2.5h2v11h-2z"/>"#
            }
            Self::Low => {
                r#"<path class="solid" d="M2 10h3v4H2z"/><path d="M7 6.5h2v7H7zM11.5 2.5h2v11h-2z"/>"#
            }
            Self::Unknown => r#"<path d="M2.5 10.5h2v3h-2zM7 6.5h2v7H7zM11.5 2.5h2v11h-2z"/>"#,
            Self::Sealed => r#"<path class="solid" d="M3 7h10v7H3z"/><path d="M5 7V5a3 3 0 0 1 6 0v2"/>"#,
            Self::Failed => r#"<path d="m3.5 3.5 9 9M12.5 3.5l-9 9"/>"#,
            Self::Look => r#"<circle cx="8" cy="8" r="6"/><path d="M8 4.5v4M8 11v.5"/>"#,
            Self::Flat => r#"<path d="M4 8h8"/>"#,
            Self::Step => r#"<circle cx="8" cy="8" r="4.5"/>"#,
            Self::Link => {
                r#"<path d="M6.5 9.5 9.5 6.5M7 4.5l1.7-1.7a3 3 0 0 1 4.4 4.4L11.4 9M9 11.5l-1.7 1.7a3 3 0 0 1-4.4-4.4L4.6 7"/>"#
            }
        }
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "<svg class=\"icon\" viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" aria-hidden=\"true\">",
        )?;
        f.write_str(self.drawing())?;
        f.write_str("</svg>")
    }
}
