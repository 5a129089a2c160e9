//! Pages without the shell, and one's own account.

use web::page::{
    Desk, Notice, Theme,
    account::{ChangePasswordPage, SecondStep, SecondStepPage},
    error::{ErrorPage, NotFoundPage},
    routes,
    shell::{DesksPage, KeyboardPage, NoticeKind},
    sign_in::{ConfirmPage, SignInCodePage, SignInPage},
};

use super::{Pages, csrf, notice, put, shell};

const HOUSE: &str = "Synthetic Regional Desk";

pub(super) fn add(pages: &mut Pages) {
    let sign_in = |notice: Option<Notice>, username: &str| SignInPage {
        organisation: HOUSE.to_owned(),
        theme: Theme::Auto,
        csrf: csrf(),
        notice,
        username: username.to_owned(),
    };
    put(pages, "sign-in", &sign_in(None, ""));
    let wrong = notice(
        NoticeKind::Failed,
        "Username and password do not fit together.",
        "Two more tries, then signing in rests for 15 minutes.",
    );
    put(pages, "sign-in-wrong", &sign_in(Some(wrong), "synthetic.one"));
    let locked = notice(
        NoticeKind::Failed,
        "Signing in rests until 03:30, Asia/Manila, after five tries.",
        "Your work is safe. If it was not you, tell whoever keeps house.",
    );
    put(pages, "sign-in-locked", &sign_in(Some(locked), "synthetic.one"));
    let code =
        SignInCodePage { organisation: HOUSE.to_owned(), theme: Theme::Auto, csrf: csrf(), notice: None };
    put(pages, "sign-in-code", &code);
    let confirm = ConfirmPage {
        organisation: HOUSE.to_owned(),
        theme: Theme::Auto,
        csrf: csrf(),
        notice: None,
        person: "Synthetic Analyst One".to_owned(),
        code: true,
        back: routes::filing("0192f0c1-2b3c-7d4e-8f90-000000000007"),
    };
    put(pages, "confirm", &confirm);
    for (name, step, required) in [
        ("account-code-off", SecondStep::Off, true),
        (
            "account-code",
            SecondStep::Offered {
                secret: "SYNT HETI CSEC RET2 3456 7SYN THET IC27".to_owned(),
                address:
                    "otpauth://totp/Sagip:synthetic.one?secret=SYNTHETICSECRET234567SYNTHETIC27&issuer=Sagip"
                        .to_owned(),
            },
            true,
        ),
        ("account-code-tried", SecondStep::Tried, true),
        ("account-code-on", SecondStep::On, false),
    ] {
        put(pages, name, &SecondStepPage { shell: shell("Second step", None), step, required });
    }
    let password = ChangePasswordPage {
        shell: shell("Change password", None),
        username: "synthetic.one".to_owned(),
        least: 12,
        required: true,
    };
    put(pages, "account-password", &password);
    put(pages, "desks", &DesksPage { shell: shell("Desks", None) });
    put(pages, "keyboard", &KeyboardPage { shell: shell("Keys", None) });
    let error = ErrorPage {
        theme: Theme::Auto,
        title: "That did not work".to_owned(),
        happened: "The database did not answer within ten seconds, so nothing was changed.".to_owned(),
        safe: "Everything saved before. What you typed is still in the form you came from.".to_owned(),
        next: "Go back and try again. If it happens a second time, tell whoever keeps house.".to_owned(),
        action: "Go to your first desk".to_owned(),
        href: routes::HOME.to_owned(),
        request: "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6".to_owned(),
    };
    put(pages, "error", &error);
    let lost = NotFoundPage {
        shell: shell("Nothing here", Some(Desk::Queue)),
        request: "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6".to_owned(),
    };
    put(pages, "not-found", &lost);
}
