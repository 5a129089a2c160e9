//! The page of a backtest: one file that loads nothing, with each figure's definition beside it.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use crate::{Backtest, Detection, Figure, Grounds, Group, Law, Measured, Role};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--page:#fff;--mark:#fff8c5}\
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--page:#0d1117;--mark:#3a2f00}}\
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:70rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}\
caption{text-align:left;color:var(--soft);padding:.3rem 0}\
th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:right;vertical-align:top}\
th:first-child,td:first-child,td.words,th.words{text-align:left}\
.note{background:var(--mark);padding:.6rem 1rem;border:1px solid var(--line)}\
dt{font-weight:600}dd{margin:0 0 .5rem 1rem;color:var(--soft)}\
svg{max-width:100%;height:auto}svg text{fill:var(--ink);font:12px system-ui,sans-serif}\
svg .axis{stroke:var(--soft);fill:none}";

/// Colours told apart by people who do not see all of them (Okabe and Ito), on light and dark.
const COLOURS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// Writes the report as HTML, with the law of the ledger where it is made up under one.
pub fn write_html(backtest: &Backtest, law: Option<&Law>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(html(backtest, law).as_bytes())
}

/// Writes the report as JSON.
pub fn write_json(backtest: &Backtest, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, backtest)?;
    out.write_all(b"\n")
}

fn html(backtest: &Backtest, law: Option<&Law>) -> String {
    let mut page = String::with_capacity(64 << 10);
    page.push_str("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    page.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
    page.push_str("<title>Backtest of typologies</title><style>");
    page.push_str(STYLE);
    page.push_str("</style></head><body><h1>Backtest of typologies</h1>\n");
    if backtest.synthetic {
        page.push_str(
            "<p class=\"note\"><strong>Synthetic data.</strong> Every party and payment is made up. What is measured \
             is true of this made-up ledger; on a real one it is unknown until labels of its own are tried.</p>\n",
        );
    }
    page.push_str(
        "<p>A rank is a reason to look earlier, never a probability that somebody did anything.</p>\n",
    );
    ledger(&mut page, backtest, law);
    results(&mut page, backtest);
    curve(&mut page, &backtest.detectors);
    for detector in &backtest.detectors {
        groups(&mut page, detector);
    }
    definitions(&mut page, backtest);
    if let Some(law) = law {
        figures(&mut page, law);
    }
    page.push_str("</body></html>\n");
    page
}

fn ledger(page: &mut String, backtest: &Backtest, law: Option<&Law>) {
    let counted = &backtest.ledger;
    if let Some(law) = law {
        let role = match law.role {
            Role::Development => "weights and thresholds were set on it",
            Role::HeldOut => "held out: nothing was chosen by it",
        };
        let _ = writeln!(page, "<p>Law <em>{}</em>: {} ({role}).</p>", escape(&law.id), escape(&law.title));
    }
    page.push_str("<h2>The ledger</h2><table><tbody>");
    let each = [
        ("Payments", counted.events as f64, 0),
        ("Months with a list", counted.months as f64, 0),
        ("Senders (by weight)", counted.senders, 0),
        ("Offenders as drawn", counted.offenders as f64, 0),
        ("Offenders they stand for (by weight)", counted.offenders_weighted, 1),
        ("of those drawn, with one offending payment", counted.offenders_with_one_payment as f64, 0),
        ("Facilitators as drawn", counted.facilitators as f64, 0),
        ("Family remitters (by weight)", counted.families, 0),
        ("Budget: alerts a month (by weight)", backtest.budget_a_month, 0),
    ];
    for (name, value, decimals) in each {
        let _ = write!(page, "<tr><th scope=\"row\">{name}</th><td>{value:.decimals$}</td></tr>");
    }
    page.push_str("</tbody></table>\n");
}

fn results(page: &mut String, backtest: &Backtest) {
    page.push_str("<h2>What each detector found under the same budget</h2><table><thead><tr>");
    for head in [
        "Detector",
        "Alerts",
        "Precision",
        "Recall (95 %)",
        "Recall, named",
        "Facilitators",
        "Average precision",
        "Days to detection",
        "Payments to detection",
        "Families reached",
    ] {
        let _ = write!(page, "<th scope=\"col\">{head}</th>");
    }
    page.push_str("</tr></thead><tbody>");
    for detector in &backtest.detectors {
        let quartiles = |of: Option<crate::Quartiles>| {
            of.map_or("–".to_owned(), |q| format!("{:.0} ({:.0} to {:.0})", q.median, q.lower, q.upper))
        };
        let versions: Vec<String> = detector
            .typologies
            .iter()
            .map(|typology| format!("{} v{}", typology.id, typology.version))
            .collect();
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}<br><small>{}</small></th><td>{:.0}</td><td>{:.2} %</td>\
             <td>{:.1} % ({:.1} to {:.1})</td><td>{:.1} %</td><td>{:.1} %</td><td>{}</td><td>{}</td><td>{}</td>\
             <td>{:.0} of {:.0}</td></tr>",
            escape(&detector.name),
            escape(&versions.join(", ")),
            detector.alerts_weighted,
            detector.precision_at_budget * 100.0,
            detector.recall * 100.0,
            detector.recall_lower95 * 100.0,
            detector.recall_upper95 * 100.0,
            detector.recall_named * 100.0,
            detector.recall_facilitators * 100.0,
            detector.average_precision.map_or("–".to_owned(), |ap| format!("{ap:.5}")),
            quartiles(detector.days_to_detection),
            quartiles(detector.payments_to_detection),
            detector.families.reached,
            detector.families.all,
        );
    }
    page.push_str("</tbody></table>\n");
    if let Some(detection) = Detection::of(backtest) {
        let _ = writeln!(
            page,
            "<p>Against the better baseline, {}: lower limit of recall {:.3} and {:.3}; families reached {:.0} and {:.0}, \
             ratio {:.3}.</p>",
            escape(&detection.best_baseline),
            detection.recall_lower95,
            detection.best_baseline_recall,
            detection.families_flagged,
            detection.best_baseline_families_flagged,
            detection.family_flag_ratio,
        );
    }
}

/// Precision over recall, each on a scale of its own; the same numbers stand in a table below.
fn curve(page: &mut String, detectors: &[Measured]) {
    const LEFT: f64 = 60.0;
    const WIDE: f64 = 620.0;
    const HIGH: f64 = 300.0;
    let points = || detectors.iter().flat_map(|detector| &detector.curve);
    let most = points().map(|point| point.precision).fold(1e-6, f64::max);
    page.push_str("<h2>Precision and recall by budget</h2><svg viewBox=\"0 0 720 370\" role=\"img\" ");
    page.push_str("aria-label=\"Precision over recall; the table below has the same numbers\">");
    let _ = write!(page, "<path class=\"axis\" d=\"M{LEFT} 10V{}H{}\"/>", 10.0 + HIGH, LEFT + WIDE);
    for tick in 0..=4 {
        let share = f64::from(tick) / 4.0;
        let (x, y) = (LEFT + WIDE * share, 10.0 + HIGH * (1.0 - share));
        let _ = write!(
            page,
            "<text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{:.0} %</text>\
             <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{:.2} %</text>",
            28.0 + HIGH,
            share * 100.0,
            LEFT - 6.0,
            y + 4.0,
            most * share * 100.0,
        );
    }
    page.push_str("<text x=\"370\" y=\"348\" text-anchor=\"middle\">recall (offenders reached)</text>");
    for (detector, colour) in detectors.iter().zip(COLOURS.iter().cycle()) {
        let place =
            |(recall, precision): (f64, f64)| (LEFT + WIDE * recall, 10.0 + HIGH * (1.0 - precision / most));
        let placed: Vec<(f64, f64)> = detector.curve.iter().map(|p| place((p.recall, p.precision))).collect();
        let line: Vec<String> = placed.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = write!(
            page,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            line.join(" ")
        );
        for (x, y) in placed {
            let _ = write!(page, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>");
        }
    }
    page.push_str("</svg><p>");
    for (detector, colour) in detectors.iter().zip(COLOURS.iter().cycle()) {
        let _ = write!(page, "<span style=\"color:{colour}\">●</span> {} &nbsp; ", escape(&detector.name));
    }
    page.push_str("</p><table><caption>Vertical axis: precision. Budgets are alerts a month for each thousand senders.</caption>");
    page.push_str("<thead><tr><th scope=\"col\">Detector</th><th scope=\"col\">Budget</th><th scope=\"col\">Alerts</th>");
    page.push_str("<th scope=\"col\">Precision</th><th scope=\"col\">Recall</th></tr></thead><tbody>");
    for detector in detectors {
        for point in &detector.curve {
            let _ = write!(
                page,
                "<tr><td>{}</td><td>{}</td><td>{:.0}</td><td>{:.3} %</td><td>{:.1} %</td></tr>",
                escape(&detector.name),
                point.per_thousand,
                point.alerts,
                point.precision * 100.0,
                point.recall * 100.0,
            );
        }
    }
    page.push_str("</tbody></table>\n");
}

fn groups(page: &mut String, detector: &Measured) {
    let name = escape(&detector.name);
    let _ = write!(page, "<h2>{name}: who was reached</h2>");
    let table = |page: &mut String, caption: &str, groups: &[Group]| {
        let _ = write!(
            page,
            "<table><caption>{caption}</caption><thead><tr><th class=\"words\" scope=\"col\">By</th>"
        );
        page.push_str("<th class=\"words\" scope=\"col\">Group</th><th scope=\"col\">Parties</th><th scope=\"col\">Reached</th>");
        page.push_str("<th scope=\"col\">Rate (95 %)</th></tr></thead><tbody>");
        for group in groups {
            let _ = write!(
                page,
                "<tr><td>{}</td><td class=\"words\">{}</td><td>{:.1}</td><td>{:.1}</td><td>{:.3} % ({:.3} to {:.3})</td></tr>",
                group.by,
                escape(&group.group),
                group.parties,
                group.reached,
                group.rate * 100.0,
                group.lower95 * 100.0,
                group.upper95 * 100.0,
            );
        }
        page.push_str("</tbody></table>\n");
    };
    table(page, "Offenders, by their offending payments: recall", &detector.recall_by_payments);
    table(
        page,
        "Senders without a part in it: flag rates. Each of them is somebody looked at for nothing.",
        &detector.flag_rates,
    );
}

fn definitions(page: &mut String, backtest: &Backtest) {
    page.push_str("<h2>What the figures mean</h2><dl>");
    let quiet = format!(
        "At the end of each month the parties that showed a pattern are ranked and the budget, {} a month for each thousand \
         senders, is filled from the top. A party listed is not listed again within {} days. Alerts count by weight.",
        backtest.budget_per_thousand, backtest.quiet_days,
    );
    let reached = format!(
        "Named by an alert, or having paid a receiver that an alert names within the {} days before its list.",
        backtest.look_back_days,
    );
    for (term, means) in [
        ("List and budget", quiet.as_str()),
        ("Reached", reached.as_str()),
        (
            "Weight",
            "Offenders are over-sampled where the ledger is made up; each counts for fewer than one, everybody else for one.",
        ),
        ("Precision", "The share of alerts that name an offender or a facilitator."),
        (
            "Recall",
            "The share of offenders with an offending payment who were reached after it. Limits: offenders of one facilitator are drawn together (bootstrap), never nearer than Wilson’s.",
        ),
        ("Recall, named", "The same, counting only alerts about the offender."),
        ("Average precision", "Over all parties ranked by their best month, ties as one step."),
        (
            "Days, payments to detection",
            "From the first offending payment to the list, and offending payments by then: median (quarter to three quarters), of those found.",
        ),
        ("Families reached", "Family remitters who were reached. The ratio adds one to both sides."),
        (
            "Flag rate",
            "The share of senders without a part in it who were reached, with the limits of Wilson.",
        ),
        (
            "Without surname, age and corridor",
            "The same typologies where no filter asks for them. Age, sex, nationality, corridor and surname never open an alert alone.",
        ),
    ] {
        let _ = write!(page, "<dt>{term}</dt><dd>{}</dd>", escape(means));
    }
    page.push_str("</dl>\n");
}

fn figures(page: &mut String, law: &Law) {
    page.push_str("<h2>What makes it hard</h2><ul>");
    for reason in &law.hard {
        let _ = write!(page, "<li>{}</li>", escape(reason));
    }
    page.push_str("</ul><h2>The law’s figures</h2><table><thead><tr><th scope=\"col\">Figure</th><th scope=\"col\">Value</th>");
    page.push_str("<th class=\"words\" scope=\"col\">Rests on</th></tr></thead><tbody>");
    for Figure { name, value, grounds } in &law.figures {
        let (kind, text) = match grounds {
            Grounds::Source(text) => ("Source", text),
            Grounds::Assumption(text) => ("Assumption", text),
        };
        let _ = write!(
            page,
            "<tr><td>{}</td><td>{value}</td><td class=\"words\">{kind}: {}</td></tr>",
            escape(name),
            escape(text)
        );
    }
    page.push_str("</tbody></table>\n");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Budget, Detector, Size, backtest, simulate, without};

    fn small() -> (Backtest, Law) {
        let law = Law::shipped("held-out-amounts").unwrap();
        let world = simulate(&law, Size { senders: 600, offenders: 20 }, 3);
        let ours = Detector::shipped(Some(model::Country::PH)).unwrap();
        let mut detectors = vec![ours.clone(), without(&ours)];
        detectors.extend(Detector::baselines(Some(model::Country::PH)).unwrap());
        let settings = screening::engine::Settings::shipped;
        let budget = Budget { per_thousand: 20.0, ..Budget::default() };
        (backtest(&world.ledger, &world.labels, &detectors, budget, settings).unwrap(), law)
    }

    #[test]
    fn the_page_loads_nothing_and_says_that_the_data_is_made_up() {
        let (backtest, law) = small();
        let mut bytes = Vec::new();
        write_html(&backtest, Some(&law), &mut bytes).unwrap();
        let page = String::from_utf8(bytes).unwrap();
        for loading in ["<script", "<link", "<img", "src=", "href=", "url(", "@import"] {
            assert!(!page.contains(loading), "{loading}");
        }
        assert!(page.find("Synthetic data.").unwrap() < page.find("The ledger").unwrap());
        assert!(page.contains("prefers-color-scheme:dark") && page.contains("<polyline"));
        for detector in &backtest.detectors {
            assert!(page.contains(&escape(&detector.name)), "{}", detector.name);
        }
        assert!(page.contains("[corridors") || page.contains("corridors.offenders.US"));
        assert!(page.contains("Assumption: "));
    }

    #[test]
    fn what_stands_in_a_name_is_no_markup() {
        let (mut backtest, _) = small();
        backtest.detectors[0].name = "<b>\"one\" & other</b>".to_owned();
        let page = html(&backtest, None);
        assert!(page.contains("&lt;b&gt;&quot;one&quot; &amp; other&lt;/b&gt;") && !page.contains("<b>"));
    }

    #[test]
    fn the_json_holds_every_detector_with_its_versions() {
        let (backtest, _) = small();
        let mut bytes = Vec::new();
        write_json(&backtest, &mut bytes).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(value["synthetic"], true);
        let names: Vec<&str> =
            value["detectors"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap()).collect();
        assert_eq!(names[2..], ["baseline-inward-20", "baseline-acams-p95"]);
        assert!(value["detectors"][0]["typologies"][0]["version"].as_u64().unwrap() >= 2);
    }
}
