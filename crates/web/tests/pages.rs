//! What holds of every page, walked over the gallery: nothing inline, no other origin, a token in every
//! form, a label on every field, one heading of the first order, and addresses that exist.

#[path = "../examples/gallery/sample/mod.rs"]
mod sample;

use std::collections::{HashMap, HashSet};

use web::{
    assets,
    page::routes::{self, fits},
};

/// A tag as it stands in a page.
#[derive(Debug)]
struct Tag {
    name: String,
    closing: bool,
    attributes: HashMap<String, String>,
    /// Where it begins.
    at: usize,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The tags of a page, in order. The templates write plain HTML: quoted values, no comments.
fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = html[from..].find('<').map(|at| from + at) {
        let mut quoted = false;
        let length = html[start..]
            .find(|c| {
                quoted ^= c == '"';
                c == '>' && !quoted
            })
            .unwrap_or(html.len() - start - 1);
        let inner = &html[start + 1..start + length];
        let (closing, inner) = (inner.starts_with('/'), inner.trim_start_matches('/'));
        let (name, mut rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let mut attributes = HashMap::new();
        while !rest.trim().is_empty() {
            rest = rest.trim_start();
            let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let key = rest[..end].to_owned();
            rest = &rest[end..];
            let mut value = String::new();
            if let Some(after) = rest.strip_prefix("=\"") {
                let (before, after) = after.split_once('"').unwrap_or((after, ""));
                before.clone_into(&mut value);
                rest = after;
            }
            assert!(attributes.insert(key.clone(), value).is_none(), "{key} twice in <{inner}>");
        }
        found.push(Tag { name: name.to_owned(), closing, attributes, at: start });
        from = start + length + 1;
    }
    found
}

fn each(check: impl Fn(&str, &str, &[Tag])) {
    let pages = sample::pages();
    assert!(pages.len() > 50, "the gallery has shrunk to {}", pages.len());
    for (name, html) in &pages {
        check(name, html, &tags(html));
    }
}

#[test]
fn nothing_is_inline_and_no_other_origin_is_named() {
    each(|page, html, tags| {
        for tag in tags {
            assert!(!tag.attributes.contains_key("style"), "{page}: {tag:?}");
            assert!(!tag.attributes.keys().any(|key| key.starts_with("on")), "{page}: {tag:?}");
            assert_ne!(tag.name, "style", "{page}");
            if tag.name == "script" && !tag.closing {
                assert_eq!(tag.get("src"), Some(assets::SCRIPT.path.as_str()), "{page}");
                assert!(html[tag.at..].contains("defer></script>"), "{page}: a script with a body");
            }
            for key in ["href", "src", "action", "formaction"] {
                let Some(address) = tag.get(key) else { continue };
                let local =
                    address.starts_with('#') || (address.starts_with('/') && !address.starts_with("//"));
                assert!(local, "{page}: {key} {address}");
            }
        }
        for origin in ["http:", "https:"] {
            assert!(!html.contains(origin), "{page} names an origin");
        }
        for media in ["<img", "<video", "<audio", "<iframe", "<object", "<embed", "data:"] {
            assert!(!html.contains(media), "{page}: {media}");
        }
    });
}

#[test]
fn every_form_that_changes_something_carries_the_token_and_goes_to_a_known_address() {
    each(|page, _, tags| {
        for (at, form) in tags.iter().enumerate().filter(|(_, tag)| tag.name == "form" && !tag.closing) {
            let action = form.get("action").unwrap_or_default();
            let method = form.get("method").unwrap_or_default();
            let path = action.split('?').next().unwrap_or_default();
            let known = |(allowed, pattern): &(&str, &str)| {
                fits(pattern, path) && allowed.to_lowercase().contains(method) && !method.is_empty()
            };
            assert!(routes::ALL.iter().any(known), "{page}: {method} {action}");
            let end = tags[at..].iter().position(|tag| tag.name == "form" && tag.closing).unwrap();
            let inside = &tags[at + 1..at + end];
            assert!(!inside.iter().any(|tag| tag.name == "form"), "{page}: a form in a form");
            let token = inside
                .iter()
                .filter(|tag| tag.get("name") == Some("csrf") && tag.get("type") == Some("hidden"))
                .count();
            assert_eq!(token, usize::from(method == "post"), "{page}: {method} {action}");
            assert!(inside.iter().any(|tag| tag.name == "button"), "{page}: {action} has no button");
        }
    });
}

#[test]
fn every_link_goes_to_a_known_address_or_a_place_on_the_page() {
    each(|page, _, tags| {
        let ids: HashSet<_> = tags.iter().filter_map(|tag| tag.get("id")).collect();
        for link in tags.iter().filter(|tag| tag.name == "a" && !tag.closing) {
            let href = link.get("href").unwrap_or_else(|| panic!("{page}: {link:?}"));
            if let Some(place) = href.strip_prefix('#') {
                assert!(ids.contains(place), "{page}: {href}");
                continue;
            }
            let path = href.split(['?', '#']).next().unwrap_or_default();
            let known = |(method, pattern): &(&str, &str)| method.contains("GET") && fits(pattern, path);
            assert!(routes::ALL.iter().any(known), "{page}: {href}");
        }
    });
}

#[test]
fn every_field_has_a_label_and_every_id_is_one() {
    each(|page, _, tags| {
        let mut ids = HashSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id), "{page}: the id {id} twice");
        }
        let labels: HashSet<_> =
            tags.iter().filter(|tag| tag.name == "label").filter_map(|tag| tag.get("for")).collect();
        for target in &labels {
            assert!(ids.contains(target), "{page}: a label for {target}, which is not there");
        }
        let mut in_label = false;
        for tag in tags {
            if tag.name == "label" {
                in_label = !tag.closing;
            }
            if !["input", "select", "textarea"].contains(&tag.name.as_str()) || tag.closing {
                continue;
            }
            let hidden = tag.get("type") == Some("hidden");
            let named = in_label || tag.get("aria-label").is_some();
            let labelled = tag.get("id").is_some_and(|id| labels.contains(id));
            assert!(hidden || named || labelled, "{page}: {tag:?}");
            assert!(tag.get("name").is_some(), "{page}: {tag:?} is never sent");
        }
        for key in ["aria-labelledby", "aria-describedby"] {
            for id in tags.iter().filter_map(|tag| tag.get(key)) {
                assert!(ids.contains(id), "{page}: {key} {id}");
            }
        }
    });
}

#[test]
fn every_page_has_a_language_a_title_landmarks_and_headings_in_order() {
    each(|page, html, tags| {
        let open: Vec<_> = tags.iter().filter(|tag| !tag.closing).collect();
        let count = |name: &str| open.iter().filter(|tag| tag.name == name).count();
        assert_eq!(
            open.iter().find(|tag| tag.name == "html").and_then(|tag| tag.get("lang")),
            Some("en"),
            "{page}"
        );
        assert_eq!((count("h1"), count("main"), count("title")), (1, 1, 1), "{page}");
        let title = html.split("<title>").nth(1).and_then(|rest| rest.split(" · Sagip").next()).unwrap();
        assert!(!title.trim().is_empty(), "{page}");
        let mut depth = 0;
        for heading in open.iter().filter(|tag| matches!(tag.name.as_str(), "h1" | "h2" | "h3" | "h4")) {
            let level = heading.name[1..].parse::<usize>().unwrap();
            assert!(level <= depth + 1, "{page}: {} after h{depth}", heading.name);
            depth = level;
        }
        if html.contains("class=\"house\"") {
            assert!(html.contains("class=\"skip\" href=\"#main\""), "{page}");
            assert_eq!(open.iter().filter(|tag| tag.get("role") == Some("search")).count(), 1, "{page}");
        }
        for nav in open.iter().filter(|tag| tag.name == "nav") {
            assert!(nav.get("aria-label").is_some(), "{page}: {nav:?}");
        }
    });
}

#[test]
fn every_tag_that_is_opened_is_closed_in_order() {
    const EMPTY: [&str; 6] = ["meta", "link", "input", "br", "!doctype", "path"];
    each(|page, html, tags| {
        let mut open: Vec<&str> = Vec::new();
        for tag in tags.iter().filter(|tag| !EMPTY.contains(&tag.name.as_str())) {
            let written = html[tag.at..].split('>').next().unwrap_or_default();
            if tag.closing {
                assert_eq!(open.pop(), Some(tag.name.as_str()), "{page}: {written}");
            } else if !written.ends_with('/') {
                open.push(&tag.name);
            }
        }
        assert!(open.is_empty(), "{page}: {open:?}");
    });
}

#[test]
fn rows_of_a_table_keep_the_labels_of_its_head() {
    each(|page, html, _| {
        for table in html.split("<table").skip(1).filter_map(|rest| rest.split("</table>").next()) {
            let heads = table.matches("<th ").count();
            let rows = table.matches("<tr").count() - 1;
            assert_eq!(
                table.matches("data-label=").count(),
                heads * rows,
                "{page}: a card would lose a label"
            );
        }
    });
}

#[test]
fn what_people_typed_is_escaped() {
    let mut notice = web::page::Notice {
        kind: web::page::shell::NoticeKind::Failed,
        says: "<script>alert(1)</script>".to_owned(),
        next: Some("\"><img src=x>".to_owned()),
        undo: None,
    };
    let html = notice.to_string();
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    notice.next = None;
    let page = web::page::sign_in::SignInPage {
        organisation: "a & b".to_owned(),
        theme: web::page::Theme::Auto,
        csrf: web::page::Csrf("\" autofocus onfocus=\"x".to_owned()),
        notice: Some(notice),
        username: "\"><b>".to_owned(),
    };
    let html = askama::Template::render(&page).unwrap();
    assert!(
        !html.contains("<b>") && !html.contains("\" onfocus") && !html.contains("<script>alert"),
        "{html}"
    );
}

#[test]
fn a_clock_or_a_level_is_never_colour_alone() {
    each(|page, html, _| {
        for class in ["class=\"risk ", "class=\"clock "] {
            for piece in html.split(class).skip(1) {
                let piece = piece.split("</span></span>").next().unwrap_or_default();
                assert!(piece.contains("<svg class=\"icon\""), "{page}: no shape beside the colour");
            }
        }
    });
}

#[test]
fn a_child_is_named_only_where_the_name_was_opened() {
    each(|page, html, _| {
        assert_eq!(html.contains("Synthetic Child Alpha"), page == "revealed", "{page}");
    });
}

#[test]
fn the_house_speaks_of_people_and_does_not_shout() {
    each(|page, html, _| {
        for word in
            [concat!("child", " porn"), concat!("child sex", " worker"), "victim", "Submit<", "oops", "sorry"]
        {
            assert!(!html.to_lowercase().contains(&word.to_lowercase()), "{page}: {word}");
        }
        assert!(!html.replace("<!doctype", "").contains('!'), "{page} exclaims");
    });
}
