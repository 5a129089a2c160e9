//! A report as a table: a row for each payment, columns by the profile.

use crate::{
    field,
    gap::{Gaps, Gathered},
    profile::{Profile, Table},
    report::Str,
    text,
};

/// Writes the table as CSV (RFC 4180); an error names everything that is missing.
pub(crate) fn render(report: &Str, profile: &Profile, table: &Table) -> Result<Vec<u8>, Gaps> {
    let mut gaps = Gathered::default();
    let payments = &report.content().payments;
    // A report without payments still has its one row.
    let rows: Vec<_> = if payments.is_empty() { vec![None] } else { payments.iter().map(Some).collect() };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let mut records = vec![table.column.iter().map(|column| text::cell(&column.header)).collect::<Vec<_>>()];
    for payment in rows {
        let whose = payment
            .map_or_else(|| "the report".to_owned(), |payment| format!("payment {}", payment.reference));
        let mut row = Vec::new();
        for column in &table.column {
            let mut value = text::line(&field::value(report, payment, column, &profile.zone));
            let demanded = column.mandatory && (payment.is_some() || !column.field.of_payment());
            if value.is_empty() && demanded {
                gaps.need::<()>(
                    None,
                    &whose,
                    &format!("{} (column “{}”)", column.field.label(), column.header),
                );
            }
            if let Some(longest) = column.longest {
                value = gaps.fit(&value, longest, &whose, column.field.label());
            }
            row.push(text::cell(&value));
        }
        records.push(row);
    }
    for record in records {
        if let Err(error) = writer.write_record(&record) {
            gaps.add("the table", error.to_string(), "report this as a fault of the program");
        }
    }
    let bytes = writer.into_inner().unwrap_or_default();
    gaps.finish(&profile.id, bytes)
}

/// The headers of a table, as an official template's first row is read.
pub(crate) fn headers(template: &[u8]) -> Result<Vec<String>, String> {
    let template = template.strip_prefix(b"\xef\xbb\xbf").unwrap_or(template);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(template);
    let headers = reader.headers().map_err(|error| format!("it is not a CSV file in UTF-8: {error}"))?;
    let headers: Vec<String> = headers.iter().map(text::line).collect();
    if headers.iter().all(String::is_empty) { Err("its first row is empty".to_owned()) } else { Ok(headers) }
}
