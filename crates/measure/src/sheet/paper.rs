//! A report to be read or printed: headings, paragraphs, tables and charts in order, as PDF and as a
//! page of hypertext that stands alone. Both say on every page or at the head what it is and as of when.

use model::CivilDate;
use serde::Serialize;

use crate::chart::Chart;
use crate::chart::scene::{Anchor, Dash, Ink};
use crate::sheet::pdf::{HEIGHT, Page, WIDTH, written};
use crate::sheet::table::{Cell, Table};
use crate::sheet::type_face::{width, wrapped};

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Paper {
    /// Its title.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// The day it is as of.
    pub as_of: CivilDate,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A piece of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A table with its caption.
    Table(Box<Table>),
    /// A chart with its caption.
    Chart(Box<Chart>),
}

const MARGIN: f64 = 48.0;
const CONTENT: f64 = WIDTH - 2.0 * MARGIN;
const BOTTOM: f64 = HEIGHT - 60.0;
/// The tallest a chart is drawn.
const TALLEST: f64 = 310.0;

impl Paper {
    /// Every table in it, with those of its charts, for a workbook.
    pub fn tables(&self) -> Vec<Table> {
        let table = |block: &Block| match block {
            Block::Table(table) => Some((**table).clone()),
            Block::Chart(chart) => Some(chart.table().clone()),
            Block::Heading(_) | Block::Paragraph(_) => None,
        };
        self.blocks.iter().filter_map(table).collect()
    }

    /// The report as PDF.
    pub fn pdf(&self) -> Vec<u8> {
        let mut sheet = Sheet { full: Vec::new(), page: Page::default(), y: MARGIN };
        for line in wrapped(&self.title, 20.0, true, CONTENT) {
            sheet.line(&line, 20.0, true, Ink::Word);
        }
        sheet.line(&self.said(), 10.0, false, Ink::Quiet);
        sheet.y += 8.0;
        for block in &self.blocks {
            match block {
                Block::Heading(text) => {
                    // A heading is not left alone at the foot of a page.
                    sheet.room(60.0);
                    sheet.y += 8.0;
                    sheet.text(text, 14.0, true, Ink::Word);
                }
                Block::Paragraph(text) => sheet.text(text, 10.0, false, Ink::Word),
                Block::Table(table) => sheet.table(table),
                Block::Chart(chart) => sheet.chart(chart),
            }
            sheet.y += 8.0;
        }
        let mut pages = sheet.full;
        pages.push(sheet.page);
        let count = pages.len();
        for (number, page) in pages.iter_mut().enumerate() {
            let foot = format!("{}, as of {}", self.title, self.as_of);
            page.line(
                &[(MARGIN, HEIGHT - 44.0), (WIDTH - MARGIN, HEIGHT - 44.0)],
                Ink::Line,
                0.7,
                Dash::Solid,
            );
            page.words((MARGIN, HEIGHT - 30.0), Anchor::Start, 8.0, false, Ink::Quiet, &foot);
            let place = format!("page {} of {count}", number + 1);
            page.words((WIDTH - MARGIN, HEIGHT - 30.0), Anchor::End, 8.0, false, Ink::Quiet, &place);
        }
        written(&self.title, &pages)
    }

    /// Who says it, as of when.
    pub(crate) fn said(&self) -> String {
        format!("{}, as of {}", self.publisher, self.as_of)
    }
}

/// The pages so far, and how far down the last one is written.
struct Sheet {
    full: Vec<Page>,
    page: Page,
    y: f64,
}

impl Sheet {
    /// Turns the page unless so much room is left.
    fn room(&mut self, height: f64) -> bool {
        if self.y + height <= BOTTOM || self.y <= MARGIN {
            return false;
        }
        self.full.push(std::mem::take(&mut self.page));
        self.y = MARGIN;
        true
    }

    fn line(&mut self, text: &str, size: f64, bold: bool, ink: Ink) {
        let height = size * 1.35;
        self.room(height);
        self.y += height;
        let place = (MARGIN, self.y - size * 0.3);
        self.page.words(place, Anchor::Start, size, bold, ink, text);
    }

    fn text(&mut self, text: &str, size: f64, bold: bool, ink: Ink) {
        for line in wrapped(text, size, bold, CONTENT) {
            self.line(&line, size, bold, ink);
        }
    }

    fn chart(&mut self, chart: &Chart) {
        let scene = chart.scene();
        let wide = CONTENT.min(TALLEST * scene.width / scene.height);
        let height = scene.height * wide / scene.width;
        self.room(height);
        let place = (MARGIN + (CONTENT - wide) / 2.0, self.y);
        self.page.scene(scene, place, wide);
        self.y += height;
    }

    fn table(&mut self, table: &Table) {
        self.room(80.0);
        self.text(table.caption.title(), 11.0, true, Ink::Word);
        let widths = widths(table);
        let right: Vec<bool> = (0..table.columns.len()).map(|column| table.is_of_numbers(column)).collect();
        let head: Vec<(String, bool)> = table.columns.iter().cloned().zip(right.iter().copied()).collect();
        self.row(&head, &widths, true);
        for row in &table.rows {
            let cells: Vec<(String, bool)> = row.iter().map(Cell::shown).zip(right.iter().copied()).collect();
            if self.room(height(&cells, &widths, false)) {
                self.row(&head, &widths, true);
            }
            self.row(&cells, &widths, false);
        }
        self.y += 4.0;
        for line in table.caption.lines().iter().chain(&table.notes) {
            self.text(line, 8.0, false, Ink::Quiet);
        }
        self.text(table.caption.rule(), 8.0, false, Ink::Quiet);
    }

    fn row(&mut self, cells: &[(String, bool)], widths: &[f64], bold: bool) {
        let top = self.y;
        let mut x = MARGIN;
        for ((text, right), wide) in cells.iter().zip(widths) {
            for (number, line) in wrapped(text, SIZE, bold, wide - GAP).iter().enumerate() {
                let y = top + LEADING * (number as f64 + 1.0) - 2.0;
                let (place, anchor) =
                    if *right { ((x + wide - GAP, y), Anchor::End) } else { ((x, y), Anchor::Start) };
                self.page.words(place, anchor, SIZE, bold, Ink::Word, line);
            }
            x += wide;
        }
        self.y = top + height(cells, widths, bold);
        let under = [(MARGIN, self.y - 1.0), (WIDTH - MARGIN, self.y - 1.0)];
        self.page.line(&under, Ink::Line, if bold { 1.0 } else { 0.5 }, Dash::Solid);
    }
}

const SIZE: f64 = 8.5;
const LEADING: f64 = 11.5;
const GAP: f64 = 6.0;

fn height(cells: &[(String, bool)], widths: &[f64], bold: bool) -> f64 {
    let lines = cells.iter().zip(widths).map(|((text, _), wide)| wrapped(text, SIZE, bold, wide - GAP).len());
    lines.max().unwrap_or(1).max(1) as f64 * LEADING + 3.0
}

/// Column widths that fill the page: what each needs, and where all need more than there is, the wide
/// ones give way first.
fn widths(table: &Table) -> Vec<f64> {
    let needed = |column: usize| {
        let cells =
            table.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(&cell.shown(), SIZE, false));
        let head = table.columns.get(column).map(|head| width(head, SIZE, true));
        cells.chain(head).fold(20.0, f64::max) + GAP
    };
    let needed: Vec<f64> = (0..table.columns.len()).map(needed).collect();
    let sum = |most: f64| needed.iter().map(|need| need.min(most)).sum::<f64>();
    let (mut low, mut high) = (0.0, CONTENT);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if sum(middle) <= CONTENT { low = middle } else { high = middle }
    }
    let spare = (CONTENT - sum(low)) / needed.len().max(1) as f64;
    needed.into_iter().map(|need| need.min(low) + spare.max(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::figure;
    use crate::chart::{Bar, bars};
    use crate::sheet::sample;

    #[test]
    fn a_long_table_goes_on_with_its_head_and_every_page_says_what_it_is() {
        let rows =
            (0..120).map(|row| vec![Cell::text(format!("synthetic row {row}")), Cell::Count(row)]).collect();
        let table =
            Table::new(sample("Long synthetic table"), &["what", "how many children"], rows).noted("A note.");
        let chart =
            bars(sample("Bars"), &[Bar { name: "x".into(), figure: Some(figure(2024, 3.0, None)) }]).unwrap();
        let paper = Paper {
            title: "Synthetic report".into(),
            publisher: "Synthetic Task Force".into(),
            as_of: "2026-06-30".parse().unwrap(),
            blocks: vec![
                Block::Heading("Safeguarded".into()),
                Block::Paragraph("word ".repeat(200)),
                Block::Table(Box::new(table)),
                Block::Chart(Box::new(chart)),
            ],
        };
        let pdf = String::from_utf8(paper.pdf().into_iter().filter(u8::is_ascii).collect()).unwrap();
        let times = |text: &str| pdf.matches(text).count();
        let pages = times("/Type /Page ");
        assert!(pages >= 3, "{pages}");
        assert_eq!(times("(Synthetic report, as of 2026-06-30) Tj"), pages);
        assert!(times("(how many children) Tj") >= 3);
        assert_eq!(times("synthetic row 119)"), 1);
        assert!(pdf.contains(&format!("(page {pages} of {pages}) Tj")));
    }

    #[test]
    fn columns_fill_the_page_and_the_widest_gives_way() {
        let rows = vec![vec![Cell::text("x".repeat(400)), Cell::Count(3)]];
        let table = Table::new(sample("t"), &["a", "b"], rows);
        let found = widths(&table);
        assert!((found.iter().sum::<f64>() - CONTENT).abs() < 0.01, "{found:?}");
        assert!(found[1] < 40.0);
    }
}
