//! The documents that must stay true: they are there, and what they point to is there.

use crate::workspace::{hold, root, text_files};

const DOCUMENTS: [&str; 10] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "LICENSE",
    "docs/API.md",
    "docs/LOGGING.md",
    "docs/MATCHING.md",
    "docs/RETENTION.md",
    "docs/TYPOLOGIES.md",
];

#[test]
fn the_documents_are_there() {
    let missing: Vec<String> = DOCUMENTS
        .iter()
        .filter(|path| std::fs::read_to_string(root().join(path)).map_or(true, |text| text.trim().is_empty()))
        .map(|path| (*path).to_owned())
        .collect();
    hold("the documents are there", &missing);
    let licence = std::fs::read_to_string(root().join("LICENSE")).expect("LICENSE");
    assert!(licence.contains("Apache License") && licence.contains("Version 2.0, January 2004"));
}

#[test]
fn what_documents_point_to_is_there() {
    let mut breaches = Vec::new();
    for file in text_files("").iter().filter(|file| file.has_extension("md")) {
        let folder = root().join(&file.path).parent().expect("a folder").to_owned();
        for link in links(&file.text) {
            if !folder.join(link).exists() {
                breaches.push(format!("{}: {link}", file.path));
            }
        }
    }
    hold("a link within the project leads somewhere", &breaches);
}

/// The targets of a page's links within the project, without the place in the page.
fn links(page: &str) -> Vec<&str> {
    page.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or(target))
        .filter(|target| !target.is_empty() && !target.contains(':'))
        .collect()
}

#[test]
fn links_are_found() {
    let page = "[a](docs/A.md#b), [c](https://example.org), [d](#e) and ![f](g.svg)";
    assert_eq!(links(page), ["docs/A.md", "g.svg"]);
}
