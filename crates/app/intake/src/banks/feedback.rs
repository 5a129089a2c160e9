//! What people here made of an entry, for whoever shared it.

use app_kernel::{Error, Op, Tx};

use super::{change::owned_content, words::Verdict};

/// What is needed to tell an exchange what people here made of an entry of its.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// The exchange's name.
    pub exchange: String,
    /// What tells the entry apart within the exchange.
    pub key: String,
    /// Whether it was confirmed.
    pub confirmed: bool,
    /// The words of the algorithms it has hashes of.
    pub algorithms: Vec<String>,
}

/// What there is to tell an exchange of an entry; refused where nobody here has judged it, or no
/// exchange brought it. Journalled as given, for the caller sends it.
pub async fn feedback(op: &Op, tx: &mut Tx<'_>, number: i64) -> Result<Feedback, Error> {
    let (content, _, permit) = owned_content(op, tx, number).await?;
    let Some(opinion) = content.opinion.as_deref() else {
        return Err(Error::conflict(
            "content_not_judged",
            "Nobody here has confirmed or denied this entry.",
            "Do that first, with the reason.",
        ));
    };
    let all = store::exchanges::list(tx.store(&permit), permit.owner()).await?;
    let from = all.into_iter().find_map(|exchange| {
        let key = content.source_key.strip_prefix(exchange.id.uuid().as_bytes().as_slice())?;
        Some((exchange.name, String::from_utf8(key.to_vec()).ok()?))
    });
    let Some((exchange, key)) = from else {
        return Err(Error::conflict(
            "content_not_fed",
            "No exchange brought this entry.",
            "Feedback goes to whoever shared it; this one came from a file or was added here.",
        ));
    };
    let signals = store::bank_contents::signals(tx.store(&permit), permit.owner(), number).await?;
    let confirmed = opinion == Verdict::Confirmed.as_str();
    let detail = serde_json::json!({ "content": number, "feedback": confirmed, "to": exchange });
    tx.journal(op, &permit, detail).await?;
    let algorithms = signals.into_iter().map(|signal| signal.algorithm).collect();
    Ok(Feedback { exchange, key, confirmed, algorithms })
}
