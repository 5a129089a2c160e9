//! Who gets in, and what a form must carry.

use axum::http::{StatusCode, header};
use model::Span;
use test_support::{PASSWORD, TestHouse};
use vault::TotpSecret;
use web::page::routes;

use crate::{
    browser::{Browser, form},
    house, journal, report,
};

#[tokio::test]
async fn only_who_knows_the_password_comes_in_and_goes_out_again() {
    let house = house().await;
    house.put_setting("second_step_optional", "yes").await;
    let user = house.add_user(house.organisation, &["hotline_analyst"]).await;
    let mut browser = Browser::new(&house);
    let page = browser.see("/").await;
    assert!(page.has("Synthetic Main") && page.has("action=\"/sign-in\""));

    let wrong = browser.sign_in(&user.name, "synthetic wrong password").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.has("not right") && wrong.has(&format!("value=\"{}\"", user.name)), "{}", wrong.text);
    let nobody = browser.sign_in("nobody.here", "synthetic wrong password").await;
    assert_eq!(nobody.between("role=\"alert\"", "</div>"), wrong.between("role=\"alert\"", "</div>"));

    let right = browser.sign_in(&user.name, PASSWORD).await;
    assert_eq!((right.status, right.to()), (StatusCode::SEE_OTHER, "/"));
    let cookie = right.headers.get_all(header::SET_COOKIE).iter().next().unwrap().to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let old = browser.cookies.clone();
    assert_eq!(browser.get("/").await.to(), "/queue");
    browser.see("/queue").await;

    let out = browser.follow("/sign-out", &[]).await;
    assert!(out.has("You are signed out."));
    browser.cookies = old;
    assert_eq!(browser.get("/queue").await.to(), "/", "the old session is worth nothing");
}

#[tokio::test]
async fn after_too_many_tries_the_account_rests() {
    let house = house().await;
    let user = house.add_user(house.organisation, &["auditor"]).await;
    let mut browser = Browser::new(&house);
    for _ in 0..5 {
        browser.sign_in(&user.name, "synthetic wrong password").await;
    }
    let rests = browser.sign_in(&user.name, PASSWORD).await;
    assert_eq!(rests.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(rests.has("rests until"));
    house.clock.advance(Span::minutes(2));
    assert_eq!(browser.sign_in(&user.name, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_opens_identities_enrols_a_second_step_and_is_asked_for_it() {
    let house = house().await;
    let user = house.add_user(house.organisation, &["hotline_analyst"]).await;
    let mut browser = Browser::new(&house);
    browser.sign_in(&user.name, PASSWORD).await;
    assert_eq!(browser.get("/queue").await.to(), "/account/code", "nothing comes before the second step");
    browser.see("/account/code").await;
    let offered = browser.fill("/account/code", &[("step", "begin")]).await;
    let secret = offered.between("?secret=", "&").to_owned();
    let totp = secret_of(&secret);
    let wrong = browser.fill("/account/code", &[("step", "finish"), ("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!wrong.has(&secret), "the secret is shown once");
    let code = code_of(&totp, &house);
    let on = browser.follow("/account/code", &[("step", "finish"), ("code", &code)]).await;
    assert!(on.has("The second step is on."));
    browser.see("/queue").await;

    let mut other = Browser::new(&house);
    other.sign_in(&user.name, PASSWORD).await;
    assert_eq!(other.get("/queue").await.to(), "/", "half in is not in");
    let asked = other.see("/").await;
    assert!(asked.has("action=\"/sign-in/code\""));
    let replayed = other.fill("/sign-in/code", &[("code", &code)]).await;
    assert_eq!(replayed.status, StatusCode::UNAUTHORIZED, "a code opens once");
    house.clock.advance(Span::minutes(1));
    let code = code_of(&totp, &house);
    assert_eq!(other.fill("/sign-in/code", &[("code", &code)]).await.to(), "/");
    other.see("/queue").await;

    // Switching it off asks who it is first.
    other.see("/account/code").await;
    let asks = other.fill("/account/code", &[("step", "remove")]).await;
    assert_eq!(asks.to(), "/confirm?back=%2Faccount%2Fcode");
    let page = other.see("/confirm?back=%2Faccount%2Fcode").await;
    assert!(page.has("name=\"code\""));
    house.clock.advance(Span::minutes(1));
    let code = code_of(&totp, &house);
    let fields = [("password", PASSWORD), ("code", &code), ("back", "/account/code")];
    assert!(other.follow("/confirm", &fields).await.has("It is you."));
    let off = other.fill("/account/code", &[("step", "remove")]).await;
    assert_eq!(off.to(), "/account/code?done=code_off");
}

/// The code the app shows now.
fn code_of(totp: &TotpSecret, house: &TestHouse) -> String {
    String::clone(&totp.code(house.now()))
}

fn secret_of(base32: &str) -> TotpSecret {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bits = (0_u64, 0);
    let mut bytes = Vec::new();
    for letter in base32.bytes() {
        let value = LETTERS.iter().position(|known| *known == letter).unwrap() as u64;
        bits = (bits.0 << 5 | value, bits.1 + 5);
        if bits.1 >= 8 {
            bits.1 -= 8;
            bytes.push((bits.0 >> bits.1) as u8);
            bits.0 &= (1 << bits.1) - 1;
        }
    }
    TotpSecret::from_bytes(bytes.try_into().unwrap())
}

#[tokio::test]
async fn a_confirmation_leads_only_to_pages_of_this_house() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["auditor"]).await;
    for elsewhere in ["//other.example.com", "https://other.example.com", "/\\other.example.com"] {
        let page = browser.see(&format!("/confirm?back={}", routes::encode(elsewhere))).await;
        assert!(!page.has("other.example.com"), "{elsewhere}");
        let answer = browser.fill("/confirm", &[("password", PASSWORD), ("back", elsewhere)]).await;
        assert_eq!(answer.to(), "/?done=confirmed");
    }
}

#[tokio::test]
async fn the_password_is_changed_with_the_present_one() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["auditor"]).await;
    let new = "synthetic marble otter lantern";
    let twice = [("current", PASSWORD), ("new", new), ("again", "synthetic marble otter")];
    let refused = browser.fill("/account/password", &twice).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("not the same"));
    let fields = [("current", PASSWORD), ("new", new), ("again", new)];
    assert!(browser.follow("/account/password", &fields).await.has("Your password is changed."));
}

#[tokio::test]
async fn nobody_sees_a_page_before_signing_in() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    let id = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6";
    for (methods, pattern) in routes::ALL {
        let filled = |part| match part {
            "{number}" => "1",
            part if str::starts_with(part, '{') => id,
            part => part,
        };
        let path: Vec<&str> = pattern.split('/').map(filled).collect();
        let path = path.join("/");
        let door = [routes::HOME, routes::SIGN_IN, routes::SIGN_IN_CODE, routes::SIGN_OUT];
        if door.contains(pattern) {
            continue;
        }
        for method in methods.split(' ') {
            let answer = match method {
                "GET" => browser.get(&path).await,
                _ => browser.post(&path, "x", &[]).await,
            };
            assert_eq!((answer.status, answer.to()), (StatusCode::SEE_OTHER, "/"), "{method} {pattern}");
        }
    }
    assert_eq!(browser.get("/no-such-page").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_form_is_taken_without_the_token_of_its_session() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["hotline_analyst"]).await;
    let mut other = Browser::signed_in(&house, &["hotline_analyst"]).await;
    let report = report(&house, &mut browser).await;
    let decide = format!("{report}/decisions");
    let before = journal(&house, "triage").await;
    let foreign = other.token();
    for token in ["", "x", &foreign] {
        let answer = browser.post(&decide, token, &[("decision", "triage")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token}");
        let upload = browser.upload(token, "synthetic.xml", b"<report/>").await;
        assert_eq!(upload.status, StatusCode::FORBIDDEN, "{token}");
    }
    assert_eq!(other.post("/sign-out", "x", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(journal(&house, "triage").await, before, "nothing was decided");
    let mut fresh = Browser::new(&house);
    let planted = fresh.post("/sign-in", "x", &[("username", "a"), ("password", "b")]).await;
    assert_eq!(planted.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_even_with_the_token() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["auditor"]).await;
    let mut request = form("/account/theme", &browser.token(), &[("theme", "dark")]);
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(browser.send(request).await.status, StatusCode::FORBIDDEN);
    let answer = browser.fill("/account/theme", &[("theme", "dark"), ("back", "/desks")]).await;
    assert_eq!(answer.to(), "/desks");
    assert!(browser.see("/desks").await.has("data-theme=\"dark\""));
}

#[tokio::test]
async fn every_answer_keeps_to_itself() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["auditor"]).await;
    let style = browser.see("/desks").await.between("rel=\"stylesheet\" href=\"", "\"").to_owned();
    let mut foreign = form("/sign-out", "x", &[]);
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let answers = [
        browser.get("/desks").await,
        browser.get("/no-such-page").await,
        browser.get(&style).await,
        browser.get("/livez").await,
        browser.send(foreign).await,
        browser.post("/sign-in", "x", &[]).await,
        Browser::new(&house).get("/queue").await,
    ];
    for (at, answer) in answers.iter().enumerate() {
        let header = |name: &str| answer.headers.get(name).unwrap_or_else(|| panic!("{at}: no {name}"));
        let policy = header("content-security-policy").to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{at}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{at}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{at}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{at}");
        let kept = header("cache-control").to_str().unwrap();
        assert_eq!(kept.contains("no-store"), at != 2, "{at}: {kept}");
    }
}
