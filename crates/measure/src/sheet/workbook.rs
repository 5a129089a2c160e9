//! Tables as an Office Open XML workbook (ECMA-376): a sheet each, and a first sheet that says what
//! every table counts and where it comes from.
//!
//! Texts are written in place and marked as texts, so that none is ever run as a formula, also after
//! somebody edits the cell. The same tables give the same bytes.

use std::io::Write;

use crate::calendar::day_number;
use crate::markup::escaped;
use crate::sheet::archive::Archive;
use crate::sheet::table::{Cell, Table, looks_like_a_formula};

/// Why there is no workbook.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// Nothing to write.
    #[error("a workbook needs at least one table")]
    Empty,
    /// It could not be written.
    #[error("the workbook could not be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Writes the tables, a sheet each.
pub fn write_workbook<W: Write>(out: W, tables: &[Table]) -> Result<(), WorkbookError> {
    if tables.is_empty() {
        return Err(WorkbookError::Empty);
    }
    let mut names = vec!["About".to_owned()];
    for table in tables {
        names.push(sheet_name(table.caption.title(), &names));
    }
    let mut sheets = vec![about(tables, &names)];
    sheets.extend(tables.iter().map(sheet));

    let mut archive = Archive::new(out);
    let mut add = |name: &str, text: &str| archive.add(name, format!("{HEAD}{text}").as_bytes());
    let numbers = 1..=sheets.len();
    let overrides: Vec<String> = numbers
        .clone()
        .map(|number| {
            format!(r#"<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{MAIN}.worksheet+xml"/>"#)
        })
        .collect();
    add(
        "[Content_Types].xml",
        &format!(
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{MAIN}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{MAIN}.styles+xml"/>{}</Types>"#,
            overrides.concat()
        ),
    )?;
    add(
        "_rels/.rels",
        &format!(
            r#"<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    )?;
    let listed: Vec<String> = numbers
        .clone()
        .zip(&names)
        .map(|(number, name)| {
            format!(r#"<sheet name="{}" sheetId="{number}" r:id="rId{number}"/>"#, escaped(name))
        })
        .collect();
    add(
        "xl/workbook.xml",
        &format!(
            r#"<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{}</sheets></workbook>"#,
            listed.concat()
        ),
    )?;
    let related: Vec<String> = numbers
        .map(|number| {
            format!(r#"<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>"#)
        })
        .collect();
    add(
        "xl/_rels/workbook.xml.rels",
        &format!(
            r#"<Relationships xmlns="{RELATIONS}">{}<Relationship Id="rIdStyles" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>"#,
            related.concat()
        ),
    )?;
    add("xl/styles.xml", STYLES)?;
    for (number, text) in sheets.iter().enumerate() {
        add(&format!("xl/worksheets/sheet{}.xml", number + 1), text)?;
    }
    Ok(archive.finish()?)
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// Cell formats by place: 0 as it is, 1 bold, 2 text that must stay text, 3 a day, 4 a count, 5 a
/// share, 6 a number, 7 wrapped.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="8"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="10" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#;

/// The days from 1899-12-30, the day nought of spreadsheets, to 1970-01-01.
const EPOCH: i64 = 25_569;

/// Counts above this lose digits in a spreadsheet and are written as texts.
const GREATEST_COUNT: u64 = 999_999_999_999_999;

fn about(tables: &[Table], names: &[String]) -> String {
    let heads = [
        "Sheet",
        "Title",
        "Unit",
        "Of whom",
        "From",
        "To",
        "As of",
        "Definition",
        "Version",
        "Rule",
        "Source",
        "Notes",
    ];
    let mut rows = vec![heads.map(|head| (Cell::text(head), BOLD)).to_vec()];
    for (table, name) in tables.iter().zip(names.iter().skip(1)) {
        let caption = &table.caption;
        let text = |text: &str| (Cell::text(text), WRAPPED);
        let day = |day| (Cell::Day(day), WRAPPED);
        rows.push(vec![
            text(name),
            text(caption.title()),
            text(caption.unit()),
            text(caption.population()),
            day(caption.period().first),
            day(caption.period().last),
            day(caption.as_of()),
            text(&caption.definition().name),
            (Cell::Count(u64::from(caption.definition().version)), WRAPPED),
            text(caption.rule()),
            text(caption.source()),
            text(&table.notes.join(" ")),
        ]);
    }
    let widths = [20, 30, 20, 30, 12, 12, 12, 24, 8, 70, 50, 50];
    written(&rows, &widths)
}

fn sheet(table: &Table) -> String {
    let [what, whence] = table.caption.lines();
    let mut rows = vec![
        vec![(Cell::text(table.caption.title()), BOLD)],
        vec![(Cell::text(what), 0)],
        vec![(Cell::text(whence), 0)],
        Vec::new(),
        table.columns.iter().map(|head| (Cell::text(head), BOLD)).collect(),
    ];
    rows.extend(table.rows.iter().map(|row| row.iter().map(|cell| (cell.clone(), 0)).collect::<Vec<_>>()));
    let widest = |column: usize| {
        let cells =
            table.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.shown().chars().count());
        cells.chain(table.columns.get(column).map(|head| head.chars().count())).max().unwrap_or(8)
    };
    let widths: Vec<usize> =
        (0..table.columns.len()).map(|column| (widest(column) + 2).clamp(10, 60)).collect();
    written(&rows, &widths)
}

const BOLD: usize = 1;
const WRAPPED: usize = 7;

/// A sheet of cells, each with the format it has if its kind asks for none.
fn written(rows: &[Vec<(Cell, usize)>], widths: &[usize]) -> String {
    let mut out = format!(r#"<worksheet xmlns="{SHEET}"><cols>"#);
    for (column, width) in widths.iter().enumerate() {
        let number = column + 1;
        out.push_str(&format!(r#"<col min="{number}" max="{number}" width="{width}" customWidth="1"/>"#));
    }
    out.push_str("</cols><sheetData>");
    for (row, cells) in rows.iter().enumerate() {
        let row = row + 1;
        out.push_str(&format!(r#"<row r="{row}">"#));
        for (column, (cell, format)) in cells.iter().enumerate() {
            out.push_str(&cell_xml(cell, *format, &format!("{}{row}", column_name(column))));
        }
        out.push_str("</row>");
    }
    out.push_str("</sheetData></worksheet>");
    out
}

fn cell_xml(cell: &Cell, format: usize, place: &str) -> String {
    let number = |value: String, format: usize| format!(r#"<c r="{place}" s="{format}"><v>{value}</v></c>"#);
    let text = |text: &str| {
        let format = if looks_like_a_formula(text) { 2 } else { format };
        let text = escaped(text);
        format!(
            r#"<c r="{place}" s="{format}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#
        )
    };
    match cell {
        Cell::Blank => String::new(),
        Cell::Count(count) if *count <= GREATEST_COUNT => number(count.to_string(), 4),
        Cell::Share(value) if value.is_finite() => number(value.to_string(), 5),
        Cell::Number { value, .. } if value.is_finite() => number(value.to_string(), 6),
        Cell::Day(day) => number((day_number(*day) + EPOCH).to_string(), 3),
        other => text(&other.shown()),
    }
}

/// The letters of a column counted from nought.
fn column_name(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (column % 26) as u8));
        match column / 26 {
            0 => break,
            more => column = more - 1,
        }
    }
    letters.iter().rev().collect()
}

/// A name that a sheet may have and no other has: no signs of a reference, 31 characters at most.
fn sheet_name(title: &str, taken: &[String]) -> String {
    let plain: String = title
        .chars()
        .map(|one| if "[]:*?/\\".contains(one) || one.is_control() { ' ' } else { one })
        .collect();
    let plain = plain.trim().trim_matches('\'');
    let plain = if plain.is_empty() { "Table" } else { plain };
    let cut = |most: usize| plain.chars().take(most).collect::<String>().trim_end().to_owned();
    let free = |name: &String| !taken.iter().any(|one| one.to_lowercase() == name.to_lowercase());
    let numbered = (2..).map(|number| format!("{} ({number})", cut(24)));
    std::iter::once(cut(31)).chain(numbered).find(free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;
    use crate::sheet::caption::sample;

    fn parts(tables: &[Table]) -> Vec<(String, String)> {
        let mut out = Vec::new();
        write_workbook(&mut out, tables).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(out)).unwrap();
        (0..archive.len())
            .map(|at| {
                let mut part = archive.by_index(at).unwrap();
                let mut text = String::new();
                part.read_to_string(&mut text).unwrap();
                (part.name().unwrap().into_owned(), text)
            })
            .collect()
    }

    /// What a reader finds in a sheet: place, kind, content.
    fn cells(xml: &str) -> Vec<(String, Option<String>, String)> {
        let mut reader = Reader::from_str(xml);
        let mut found: Vec<(String, Option<String>, String)> = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) if tag.local_name().as_ref() == "c" => {
                    let attribute = |name: &str| {
                        let one = tag.try_get_attribute(name).unwrap()?;
                        Some(one.value.into_owned())
                    };
                    found.push((attribute("r").unwrap(), attribute("t"), String::new()));
                }
                Event::Text(text) => {
                    if let Some(last) = found.last_mut() {
                        last.2.push_str(text.as_ref());
                    }
                }
                Event::GeneralRef(name) => {
                    let sign = match name.as_ref() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        other => panic!("{other}"),
                    };
                    found.last_mut().unwrap().2.push_str(sign);
                }
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    #[test]
    fn numbers_are_numbers_days_are_days_and_formulas_are_texts() {
        let rows = vec![vec![
            Cell::text("=HYPERLINK(\"http://example.test\")"),
            Cell::Count(1234),
            Cell::Share(0.25),
            Cell::Day("2026-11-22".parse().unwrap()),
            Cell::Withheld,
            Cell::Blank,
        ]];
        let table = Table::new(sample("Safeguarded / by year: all"), &["a", "b", "c", "d", "e", "f"], rows);
        let parts = parts(&[table.clone(), table]);
        let of = |name: &str| &parts.iter().find(|(found, _)| found == name).unwrap().1;
        let found = cells(of("xl/worksheets/sheet2.xml"));
        let content = |place: &str| {
            found.iter().find(|(at, ..)| at == place).map(|(_, kind, text)| (kind.as_deref(), text.as_str()))
        };
        assert_eq!(content("A6"), Some((Some("inlineStr"), "=HYPERLINK(\"http://example.test\")")));
        assert_eq!(content("B6"), Some((None, "1234")));
        assert_eq!(content("C6"), Some((None, "0.25")));
        assert_eq!(content("D6"), Some((None, "46348")));
        assert_eq!(content("E6"), Some((Some("inlineStr"), "withheld")));
        assert_eq!(content("F6"), None);
        assert!(parts.iter().all(|(_, text)| !text.contains("<f>")));
        assert!(of("xl/workbook.xml").contains("name=\"Safeguarded   by year  all\""));
        assert!(of("xl/workbook.xml").contains("name=\"Safeguarded   by year  a (2)\""));
        let about = cells(of("xl/worksheets/sheet1.xml"));
        assert!(about.iter().any(|(_, _, text)| text.starts_with("A child who was harmed counts once")));
        assert!(matches!(write_workbook(Vec::new(), &[]), Err(WorkbookError::Empty)));
    }

    #[test]
    fn columns_count_in_letters() {
        let names: Vec<String> = [0, 25, 26, 51, 52, 701, 702].into_iter().map(column_name).collect();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 32, ..ProptestConfig::default() })]

        #[test]
        fn every_printable_text_comes_back(text in "\\PC{1,30}", title in "\\PC{1,40}") {
            let caption = sample("x").titled(&title);
            let table = Table::new(caption, &["what"], vec![vec![Cell::text(text.clone())]]);
            let parts = parts(std::slice::from_ref(&table));
            let sheet = &parts.iter().find(|(name, _)| name == "xl/worksheets/sheet2.xml").unwrap().1;
            let found = cells(sheet).into_iter().find(|(place, ..)| place == "A6").unwrap();
            prop_assert_eq!(found.2, text);
            prop_assert_eq!(parts.clone(), self::parts(&[table]));
        }
    }
}
