//! A report as a page of hypertext that stands alone: no script, nothing fetched, readable without
//! colour, in light and dark, and on paper.

use crate::chart::Dress;
use crate::markup::escaped;
use crate::sheet::caption::Caption;
use crate::sheet::paper::{Block, Paper};
use crate::sheet::table::Table;

const STYLE: &str = ":root{color-scheme:light dark;--ground:light-dark(#fff,#0f1216);--ink:light-dark(#15181d,#e9ecf0);--quiet:light-dark(#434b57,#b7bfca);--line:light-dark(#d9dde3,#2a313a);--accent:light-dark(#17539a,#8dbbf7);--accent-tint:light-dark(#e6effa,#16283d);--surface:light-dark(#fff,#161a20);--sans:system-ui,sans-serif}body{max-width:780px;margin:24px auto;padding:0 16px;background:var(--ground);color:var(--ink);font:16px/1.45 var(--sans)}h1{font-size:28px;line-height:1.2}h2{font-size:20px}table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.2;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:650;padding:8px 0}th,td{text-align:left;padding:4px 8px;border-bottom:1px solid var(--line);vertical-align:top}.number{text-align:right}.meta{color:var(--quiet);font-size:12px}svg{width:100%;height:auto}figure{margin:16px 0}.wide{overflow-x:auto}@media print{:root{color-scheme:light}body{margin:0}figure,tr{break-inside:avoid}}";

impl Paper {
    /// The report as a page of hypertext. Each chart is followed by its table, closed until asked for.
    pub fn html(&self) -> String {
        let title = escaped(&self.title);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1><p class=\"meta\">{}</p>",
            escaped(&self.said()),
        );
        for (number, block) in self.blocks.iter().enumerate() {
            match block {
                Block::Heading(text) => out.push_str(&format!("<h2>{}</h2>", escaped(text))),
                Block::Paragraph(text) => out.push_str(&format!("<p>{}</p>", escaped(text))),
                Block::Table(table) => out.push_str(&table.html()),
                Block::Chart(chart) => out.push_str(&format!(
                    "<figure>{}<details><summary>Table and definition</summary>{}</details></figure>",
                    chart.svg(&format!("chart-{number}"), Dress::Page),
                    chart.table().html(),
                )),
            }
        }
        out.push_str("</main></body></html>\n");
        out
    }
}

impl Table {
    /// The table as hypertext, with its caption, definition and notes.
    pub fn html(&self) -> String {
        let class = |column: usize| if self.is_of_numbers(column) { " class=\"number\"" } else { "" };
        let head = |(column, text): (usize, &String)| {
            format!("<th scope=\"col\"{}>{}</th>", class(column), escaped(text))
        };
        let heads: String = self.columns.iter().enumerate().map(head).collect();
        let mut rows = String::new();
        for row in &self.rows {
            rows.push_str("<tr>");
            for (column, cell) in row.iter().enumerate() {
                rows.push_str(&format!("<td{}>{}</td>", class(column), escaped(&cell.shown())));
            }
            rows.push_str("</tr>");
        }
        let notes: Vec<String> = said(&self.caption)
            .iter()
            .chain(&self.notes)
            .map(|line| format!("<p class=\"meta\">{}</p>", escaped(line)))
            .collect();
        format!(
            "<div class=\"wide\"><table><caption>{}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{}",
            escaped(self.caption.title()),
            notes.concat(),
        )
    }
}

fn said(caption: &Caption) -> Vec<String> {
    caption.lines().into_iter().chain([caption.rule().to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::figure;
    use crate::chart::{Bar, bars};
    use crate::sheet::{Cell, sample};

    #[test]
    fn the_page_says_where_its_figures_come_from_and_runs_nothing() {
        let bar = Bar { name: "<b>Synthetic</b>".into(), figure: Some(figure(2024, 3.0, None)) };
        let chart = bars(sample("Bars"), &[bar]).unwrap();
        let table = Table::new(sample("Table"), &["<i>"], vec![vec![Cell::Withheld]])
            .noted("Small figures are withheld.");
        let paper = Paper {
            title: "Synthetic & public".into(),
            publisher: "Synthetic Task Force".into(),
            as_of: "2026-06-30".parse().unwrap(),
            blocks: vec![Block::Chart(Box::new(chart)), Block::Table(Box::new(table))],
        };
        let page = paper.html();
        assert!(!page.contains("<b>") && !page.contains("<i>") && !page.contains("<script"));
        assert!(page.contains("<h1>Synthetic &amp; public</h1>") && page.contains("as of 2026-06-30"));
        assert!(page.matches("Source: synthetic cases").count() >= 3);
        assert!(page.contains("aria-labelledby=\"chart-0-title chart-0-description\""));
    }
}
