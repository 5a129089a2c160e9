//! What a person does, in a real browser over the worked example: a hotline analyst decides, an
//! investigator works a case and has a report filed, and a phone is enough.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator, key::Key};

const PASSWORD: &str = "kalinga-demo-2026";

/// A process that ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The worked example, and its address.
fn demo(folder: &std::path::Path) -> (Process, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sagip"))
        .args(["demo", "--listen", "127.0.0.1:0", "--keep"])
        .arg(folder.join("demo"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines
        .find_map(|line| line.unwrap().strip_prefix("address ").map(str::to_owned))
        .expect("the demo prints its address");
    // The rest is read as it comes, so that the pipe never fills.
    std::thread::spawn(move || lines.for_each(drop));
    (Process(child), address)
}

#[expect(clippy::disallowed_methods, reason = "the test waits for the browser's driver")]
async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// A browser with a window of a size, and the folder of its profile.
async fn browser(folder: &std::path::Path, width: u32, height: u32) -> (Process, Client) {
    let port = free_port();
    let driver = Command::new("chromedriver")
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver is installed by ./check");
    let driver = Process(driver);
    let profile = folder.join(format!("profile-{port}"));
    let arguments = [
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        format!("--window-size={width},{height}"),
        format!("--user-data-dir={}", profile.display()),
    ];
    let wanted = serde_json::json!({
        "goog:chromeOptions": { "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let serde_json::Value::Object(wanted) = wanted else { unreachable!() };
    let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
    builder.capabilities(wanted);
    for _ in 0..100 {
        if let Ok(client) = builder.connect(&format!("http://127.0.0.1:{port}")).await {
            return (driver, client);
        }
        pause(200).await;
    }
    panic!("the browser did not start");
}

async fn sign_in(client: &Client, address: &str, name: &str) {
    client.delete_all_cookies().await.unwrap();
    client.goto(address).await.unwrap();
    fill(client, "#username", name).await;
    fill(client, "#password", PASSWORD).await;
    press(client, "form button[type=submit]").await;
    wait(client, "nav").await;
}

async fn wait(client: &Client, css: &str) {
    let found = client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css(css)).await;
    if found.is_err() {
        let at = client.current_url().await.map(|u| u.to_string()).unwrap_or_default();
        let page = client.source().await.unwrap_or_default();
        panic!("there is no “{css}” at {at}:\n{page}");
    }
}

async fn fill(client: &Client, css: &str, text: &str) {
    wait(client, css).await;
    let field = client.find(Locator::Css(css)).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(text).await.unwrap();
}

async fn press(client: &Client, css: &str) {
    wait(client, css).await;
    // Bars that float at an edge may lie over what is only just in sight.
    client
        .execute(
            "document.querySelector(arguments[0]).scrollIntoView({ block: 'center', behavior: 'instant' })",
            vec![serde_json::json!(css)],
        )
        .await
        .unwrap();
    client.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
}

/// Presses a key on the page itself.
async fn key(client: &Client, key: &str) {
    client.find(Locator::Css("body")).await.unwrap().send_keys(key).await.unwrap();
}

async fn text(client: &Client, css: &str) -> String {
    wait(client, css).await;
    client.find(Locator::Css(css)).await.unwrap().text().await.unwrap()
}

async fn path(client: &Client) -> String {
    client.current_url().await.unwrap().path().to_owned()
}

#[tokio::test]
async fn the_worked_example_is_worked() {
    let folder = tempfile::tempdir().unwrap();
    let (_house, address) = demo(folder.path());
    let (_driver, client) = browser(folder.path(), 1440, 1000).await;

    // Signed out there is a sign-in form and nothing else.
    client.goto(&format!("{address}/queue")).await.unwrap();
    assert_eq!(path(&client).await, "/");
    wait(&client, "#password").await;

    // The queue opens on what is most urgent, and says why.
    sign_in(&client, &address, "hotline").await;
    assert_eq!(path(&client).await, "/queue");
    let first = text(&client, "table tbody tr").await;
    assert!(first.contains("Child at risk now"), "{first}");
    assert!(first.contains("The platform escalated this report."), "{first}");

    // By keyboard alone: down, up, open.
    key(&client, "j").await;
    key(&client, "j").await;
    key(&client, "k").await;
    key(&client, &char::from(Key::Enter).to_string()).await;
    wait(&client, "#decide").await;
    assert!(path(&client).await.starts_with("/reports/"), "{}", path(&client).await);
    let report = text(&client, "main").await;
    assert!(report.contains("Why it is ranked so"), "{report}");

    // A sealed field asks what for, and the page says that it was journalled.
    let narrative = "form[data-reveal][action$='/narrative']";
    client
        .execute(
            "document.querySelector(arguments[0]).closest('details').open = true",
            vec![serde_json::json!(narrative)],
        )
        .await
        .unwrap();
    let select = client.find(Locator::Css(&format!("{narrative} select"))).await.unwrap();
    select.select_by_value("safeguard").await.unwrap();
    press(&client, &format!("{narrative} button")).await;
    client
        .wait()
        .at_most(Duration::from_secs(20))
        .for_element(Locator::XPath("//*[contains(text(),'journal')]"))
        .await
        .unwrap();

    // An investigator finds the household's case by a telephone number that two platforms know.
    sign_in(&client, &address, "investigator").await;
    client.goto(&format!("{address}/cases")).await.unwrap();
    client.find(Locator::LinkText("Streams from one household")).await.unwrap().click().await.unwrap();
    wait(&client, "#note-text").await;
    fill(&client, "#note-text", "Synthetic note written in a browser.").await;
    press(&client, "form[action$='/notes'] button[type=submit]").await;
    wait(&client, "#note-text").await;
    let page = text(&client, "main").await;
    assert!(page.contains("Synthetic note written in a browser."), "{page}");

    // The report to NCMEC waits for a second person; the one who drafted it is refused.
    let case = client.current_url().await.unwrap();
    press(&client, "#filings a[href^='/filings/']").await;
    wait(&client, "#main").await;
    let filing = client.current_url().await.unwrap();
    let page = text(&client, "main").await;
    assert!(page.to_lowercase().contains("second person"), "{page}");

    // Nobody else's role opens a case it has no business with.
    sign_in(&client, &address, "administrator").await;
    client.goto(case.as_str()).await.unwrap();
    let refused = text(&client, "body").await;
    assert!(refused.contains("Your role does not allow this"), "{refused}");
    client.goto(filing.as_str()).await.unwrap();
    assert!(text(&client, "body").await.contains("Your role does not allow this"));

    // The journal of all this is whole.
    sign_in(&client, &address, "auditor").await;
    client.goto(&format!("{address}/house/journal")).await.unwrap();
    press(&client, "form[action='/house/journal/verify'] button").await;
    wait(&client, "main").await;
    let page = text(&client, "main").await;
    assert!(page.to_lowercase().contains("whole") || page.to_lowercase().contains("holds"), "{page}");
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_phone_is_enough_and_so_is_a_browser_without_script() {
    let folder = tempfile::tempdir().unwrap();
    let (_house, address) = demo(folder.path());
    let (_driver, client) = browser(folder.path(), 500, 844).await;
    sign_in(&client, &address, "hotline").await;
    for page in ["/queue", "/alerts", "/imports", "/cases", "/outbox", "/banks"] {
        client.goto(&format!("{address}{page}")).await.unwrap();
        wait(&client, "main h1").await;
        let wider = client
            .execute("return document.documentElement.scrollWidth - window.innerWidth", vec![])
            .await
            .unwrap();
        assert!(wider.as_i64().unwrap_or(0) <= 1, "{page} is wider than the phone by {wider} px");
    }
    client.close().await.unwrap();
}
