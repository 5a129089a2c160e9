//! Where one answer leads: the id in it, and the operations that take it. For readers and for tools
//! that follow them.

use utoipa::openapi::{OpenApi, RefOr, link::LinkBuilder};

use super::document;

/// From an operation's answer, the value in it, and the parameter of the operations it leads to.
const LINKS: &[(&str, &str, &str, &[&str])] = &[
    ("take_in", "/id", "id", &["read_import", "list_rejects"]),
    ("list_imports", "/items/0/id", "id", &["read_import", "list_rejects"]),
    ("list_queue", "/items/0/id", "id", &["read_report", "reveal_report", "decide_report"]),
    ("decide_report", "/decision", "id", &["mark_decision_sent"]),
    ("list_alerts", "/items/0/id", "id", &["read_alert", "reveal_party", "review_alert"]),
    (
        "list_cases",
        "/items/0/id",
        "id",
        &["read_case", "write_note", "set_task", "add_person", "draft_filing"],
    ),
    ("read_case", "/id", "id", &["change_case", "move_track", "invite_guest"]),
    ("read_case", "/people/0/id", "id", &["reveal_person", "change_role"]),
    ("read_case", "/tasks/0/id", "id", &["complete_task", "reopen_task"]),
    ("set_task", "/id", "id", &["complete_task", "reopen_task"]),
    ("add_person", "/id", "id", &["reveal_person", "change_role"]),
    ("draft_filing", "/id", "id", &["read_filing", "step_filing"]),
    ("list_filings", "/items/0/id", "id", &["read_filing", "filing_document", "step_filing"]),
    ("list_users", "/items/0/id", "id", &["change_user", "reset_password"]),
    ("list_guests", "/items/0/id", "id", &["end_guest"]),
    ("list_tokens", "/items/0/id", "id", &["revoke_token"]),
    ("list_jobs", "/items/0/id", "id", &["revive_job"]),
];

/// Writes the links into the document, as far as it has both ends.
pub(crate) fn add(openapi: &mut OpenApi) {
    let known: Vec<String> = document::operations(openapi)
        .filter_map(|(_, _, operation)| operation.operation_id.clone())
        .collect();
    let items = openapi.paths.paths.values_mut();
    for operation in items.flat_map(|item| [&mut item.get, &mut item.post]).flatten() {
        let Some(id) = operation.operation_id.as_deref() else { continue };
        let answers = operation.responses.responses.iter_mut().filter(|(status, _)| status.starts_with('2'));
        for response in answers.map(|(_, response)| response) {
            let RefOr::T(response) = response else { continue };
            for (_, value, parameter, to) in LINKS.iter().filter(|(from, ..)| *from == id) {
                for to in to.iter().filter(|to| known.iter().any(|id| id == *to)) {
                    let link = LinkBuilder::new()
                        .operation_id(*to)
                        .parameter(*parameter, format!("$response.body#{value}"))
                        .build();
                    response.links.insert((*to).to_owned(), link.into());
                }
            }
            if id == "decide_report" {
                let undo = LinkBuilder::new()
                    .operation_id("undo_decision")
                    .parameter("id", "$response.body#/report")
                    .parameter("decision", "$response.body#/decision");
                response.links.insert("undo_decision".to_owned(), undo.build().into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_leads_to_the_same_operation_by_two_values() {
        let mut ends: Vec<_> =
            LINKS.iter().flat_map(|(from, _, _, to)| to.iter().map(move |to| (from, to))).collect();
        let all = ends.len();
        ends.sort();
        ends.dedup();
        assert_eq!(ends.len(), all);
    }
}
